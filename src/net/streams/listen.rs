//! The sockets that take streams. When the system has no more descriptors they rest for a moment instead of asking
//! again and again.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};

use crate::model::ErrorCode;
use crate::net::ifaces::NetInterface;
use crate::net::keys::{EngineId, LinkKey};
use crate::net::{bind, clock};
use crate::wire::endpoint::canonical;

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
    all: Vec<(LinkKey, TcpListener)>,
    rest: Option<Instant>,
    /// Which is asked first: each in turn.
    first: usize,
}

/// A stream that a peer opened.
#[derive(Debug)]
pub(in crate::net) struct Accepted {
    pub(in crate::net) engine: EngineId,
    pub(in crate::net) stream: TcpStream,
    pub(in crate::net) peer: SocketAddr,
}

impl Listeners {
    /// Opens what an engine asks for, and says where it listens.
    pub(in crate::net) fn open(
        &mut self,
        key: LinkKey,
        at: SocketAddr,
        interface: Option<&NetInterface>,
    ) -> Result<SocketAddr, ErrorCode> {
        if !key.is_own() || self.keys().any(|known| known == key) {
            return Err(ErrorCode::EINVAL);
        }
        if self.all.len() >= MAX_LISTENERS {
            return Err(ErrorCode::EMFILE);
        }
        let listener = bind::open_listener(at, bind::MAX_BACKLOG, interface)?;
        let local = canonical(listener.local_addr()?);
        self.insert(key, listener);
        Ok(local)
    }

    pub(in crate::net) fn insert(&mut self, key: LinkKey, listener: TcpListener) {
        self.all.push((key, listener));
    }

    pub(in crate::net) fn remove(&mut self, key: LinkKey) -> bool {
        let before = self.all.len();
        self.all.retain(|(known, _)| *known != key);
        self.all.len() < before
    }

    /// Where it listens.
    pub(in crate::net) fn local(&self, key: LinkKey) -> Option<SocketAddr> {
        let (_, listener) = self.all.iter().find(|(known, _)| *known == key)?;
        listener.local_addr().ok().map(canonical)
    }

    pub(in crate::net) fn keys(&self) -> impl Iterator<Item = LinkKey> {
        self.all.iter().map(|(key, _)| *key)
    }

    /// The next stream that a peer opens. Cancel-safe.
    pub(in crate::net) async fn next(&mut self) -> Accepted {
        loop {
            if let Some(until) = self.rest {
                tokio::time::sleep_until(until.into()).await;
                self.rest = None;
            }
            match self.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if OF_ONE.contains(&error.kind()) => {}
                Err(error) => {
                    tracing::warn!(%error, "no more connections can be taken");
                    self.rest = clock::now().mono.checked_add(REST);
                }
            }
        }
    }

    async fn accept(&mut self) -> io::Result<Accepted> {
        let Self { all, first, .. } = self;
        poll_fn(|context| {
            let (before, after) = all.split_at((*first).min(all.len()));
            for (LinkKey { engine, .. }, listener) in after.iter().chain(before) {
                if let Poll::Ready(taken) = listener.poll_accept(context) {
                    *first = first.wrapping_add(1).checked_rem(all.len()).unwrap_or(0);
                    let accepted = |(stream, peer)| Accepted { engine: *engine, stream, peer };
                    return Poll::Ready(taken.map(accepted));
                }
            }
            Poll::Pending
        })
        .await
    }
}
