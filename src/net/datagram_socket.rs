//! One UDP socket, as the messenger and the relay both have it: receives, sends, and collects what ICMP says.
//!
//! No error of the network ever closes it.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, SocketAddrV6};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::kernel::{self, RecvMeta};
use super::losses::Losses;
use crate::wire::endpoint::canonical;

/// Larger than any datagram (65,527 bytes over IPv6).
pub(super) const BUFFER: usize = 65_536;
/// Errors met in a row before a receive turn ends: each stands for one ICMP answer, not for a broken socket.
const MAX_RECEIVE_ERRORS: usize = 64;

#[derive(Debug)]
pub(super) struct DatagramSocket {
    pub(super) socket: Arc<UdpSocket>,
    wait: ReadyWait,
    pub(super) local: SocketAddr,
    /// Datagrams that were thrown away before anybody took them.
    pub(super) losses: Losses,
    /// What ICMP said cannot be reached.
    pub(super) unreachable: VecDeque<SocketAddr>,
}

impl DatagramSocket {
    pub(super) fn new(socket: UdpSocket) -> io::Result<Self> {
        let local = canonical(socket.local_addr()?);
        let (socket, wait) = (Arc::new(socket), ReadyWait(None));
        Ok(Self { socket, wait, local, losses: Losses::default(), unreachable: VecDeque::new() })
    }

    /// Waits for this, or for an error to look at. Cancel-safe.
    pub(super) async fn ready(&mut self, interest: Interest) {
        poll_fn(|context| self.poll_ready(context, interest)).await;
    }

    /// The same in one poll.
    pub(super) fn poll_ready(&mut self, context: &mut Context<'_>, interest: Interest) -> Poll<()> {
        self.wait.poll(&self.socket, context, interest)
    }

    /// Takes one datagram into `buffer`; `None` when there is none.
    pub(super) fn receive(&mut self, buffer: &mut [u8]) -> Option<RecvMeta> {
        for _ in 0..MAX_RECEIVE_ERRORS {
            match kernel::receive(&self.socket, buffer) {
                Ok(meta) => {
                    self.losses.count(meta.lost);
                    return Some(meta);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                // An ICMP answer to something we sent shows up here once; the queue has the details.
                Err(_) => {}
            }
        }
        None
    }

    /// Makes a call that sends; `None`: the kernel has no room.
    pub(super) fn send<T>(&mut self, call: impl Fn(&UdpSocket) -> io::Result<T>) -> Option<io::Result<T>> {
        let mut result = call(&self.socket);
        if is_refusal(&result) {
            // The error may be the ICMP answer to an earlier datagram, which says nothing about this one.
            kernel::drain_errors(&self.socket, &mut self.unreachable);
            result = call(&self.socket);
        }
        (result.is_ok() || is_refusal(&result)).then_some(result)
    }

    /// A destination as this socket wants it: an IPv6 socket reaches IPv4 through mapped addresses (RFC 4291, section
    /// 2.5.5.2).
    pub(super) fn target(&self, to: SocketAddr) -> SocketAddr {
        match to {
            SocketAddr::V4(v4) if self.local.is_ipv6() => {
                SocketAddr::V6(SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0))
            }
            SocketAddr::V4(_) | SocketAddr::V6(_) => to,
        }
    }

    pub(super) fn read_errors(&mut self) {
        kernel::drain_ready_errors(&self.socket, &mut self.unreachable);
    }
}

/// A wait for readiness that goes on from turn to turn: with a dozen sockets, as many would begin and end with each datagram.
struct ReadyWait(Option<(Interest, ReadyFuture)>);

type ReadyFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

impl ReadyWait {
    fn poll(&mut self, socket: &Arc<UdpSocket>, context: &mut Context<'_>, interest: Interest) -> Poll<()> {
        if self.0.as_ref().is_none_or(|(begun, _)| *begun != interest) {
            self.0 = Some((interest, Box::pin(until_ready(Arc::clone(socket), interest))));
        }
        let ready = self.0.as_mut().map_or(Poll::Pending, |(_, wait)| wait.as_mut().poll(context));
        if ready.is_ready() {
            self.0 = None;
        }
        ready
    }
}

impl fmt::Debug for ReadyWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadyWait").field(&self.0.as_ref().map(|(interest, _)| interest)).finish()
    }
}

async fn until_ready(socket: Arc<UdpSocket>, mut interest: Interest) {
    if cfg!(target_os = "linux") {
        interest |= Interest::ERROR;
    }
    if socket.ready(interest).await.is_err() {
        // Only when the runtime goes down: there will be nothing more.
        std::future::pending::<()>().await;
    }
}

fn is_refusal<T>(result: &io::Result<T>) -> bool {
    result.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock)
}
