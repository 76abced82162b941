//! The sockets that take streams. When the system has no more descriptors they rest for a moment instead of asking
//! again and again.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};

use crate::model::{ErrorCode, LinkId};
use crate::net::fault::code_of;
use crate::net::ifaces::Interface;
use crate::net::links::Key;
use crate::net::mux::Slot;
use crate::net::udp::canonical;
use crate::net::{bind, clock};
use crate::wire::Input;

/// Listening sockets in all: a dialect wants one, or one for each interface.
const MAX_LISTENERS: usize = 16;
/// The connection that waits is still there afterwards, and the reason may be gone.
const REST: Duration = Duration::from_secs(1);
/// These say something of one connection only, and the next may be a good one (accept(2), "error handling").
const OF_ONE: [io::ErrorKind; 9] = [
    io::ErrorKind::ConnectionAborted,
    io::ErrorKind::ConnectionReset,
    io::ErrorKind::HostUnreachable,
    io::ErrorKind::Interrupted,
    io::ErrorKind::NetworkDown,
    io::ErrorKind::NetworkUnreachable,
    io::ErrorKind::PermissionDenied,
    io::ErrorKind::TimedOut,
    io::ErrorKind::Unsupported,
];

#[derive(Debug, Default)]
pub(in crate::net) struct Listeners {
    all: Vec<(Key, TcpListener)>,
    rest: Option<Instant>,
    /// Who is asked first: each in turn.
    first: usize,
}

impl Listeners {
    pub(in crate::net) fn insert(&mut self, key: Key, listener: TcpListener) {
        self.all.push((key, listener));
    }

    /// Opens what an engine asks for; the answer is for it.
    pub(in crate::net) fn open(
        &mut self,
        key: Key,
        at: SocketAddr,
        interface: Option<&Interface>,
    ) -> Input<'static> {
        match self.try_open(key, at, interface) {
            Ok(address) => Input::LinkUp { link: key.1, address, only: None },
            Err(code) => Input::LinkDown { link: key.1, code: Some(code) },
        }
    }

    fn try_open(
        &mut self,
        key: Key,
        at: SocketAddr,
        interface: Option<&Interface>,
    ) -> Result<SocketAddr, ErrorCode> {
        let own = LinkId::FIRST_OWN..LinkId::FIRST_ACCEPTED;
        if !own.contains(&key.1.0) || self.all.iter().any(|(known, _)| *known == key) {
            return Err(ErrorCode::EINVAL);
        }
        if self.all.len() >= MAX_LISTENERS {
            return Err(ErrorCode::EMFILE);
        }
        let open = bind::open_listener(at, interface).and_then(|listener| {
            let local = canonical(listener.local_addr()?);
            Ok((listener, local))
        });
        let (listener, local) = open.map_err(|error| code_of(&error))?;
        self.insert(key, listener);
        Ok(local)
    }

    pub(in crate::net) fn remove(&mut self, key: Key) -> bool {
        let before = self.all.len();
        self.all.retain(|(known, _)| *known != key);
        self.all.len() < before
    }

    /// Where each listens.
    pub(in crate::net) fn places(&self) -> Vec<(Key, SocketAddr)> {
        let place = |(key, listener): &(Key, TcpListener)| {
            listener.local_addr().ok().map(|local| (*key, canonical(local)))
        };
        self.all.iter().filter_map(place).collect()
    }

    /// The next stream that somebody opens, and whose engine it is for. Cancel-safe.
    pub(in crate::net) async fn next(&mut self) -> (Slot, TcpStream, SocketAddr) {
        loop {
            if let Some(until) = self.rest {
                tokio::time::sleep_until(until.into()).await;
                self.rest = None;
            }
            match self.take().await {
                (slot, Ok((stream, peer))) => return (slot, stream, peer),
                (_, Err(error)) if OF_ONE.contains(&error.kind()) => {}
                (_, Err(error)) => {
                    tracing::warn!(%error, "no more connections can be taken");
                    self.rest = clock::now().mono.checked_add(REST);
                }
            }
        }
    }

    async fn take(&mut self) -> (Slot, io::Result<(TcpStream, SocketAddr)>) {
        let Self { all, first, .. } = self;
        poll_fn(|context| {
            let (before, after) = all.split_at((*first).min(all.len()));
            for ((slot, _), listener) in after.iter().chain(before) {
                if let Poll::Ready(taken) = listener.poll_accept(context) {
                    *first = first.wrapping_add(1).checked_rem(all.len()).unwrap_or(0);
                    return Poll::Ready((*slot, taken));
                }
            }
            Poll::Pending
        })
        .await
    }
}
