//! The sockets that take streams. When the system has no more descriptors they rest for a moment instead of asking
//! again and again.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::net::bind::StreamListener;
use crate::net::clock;
use crate::net::keys::{EngineId, LinkKey, in_turn};

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
    pub(in crate::net) all: BTreeMap<LinkKey, StreamListener>,
    rest: Option<Instant>,
    /// The one that had the last turn.
    served: Option<LinkKey>,
}

/// A stream that a peer opened.
#[derive(Debug)]
pub(in crate::net) struct Accepted {
    pub(in crate::net) engine: EngineId,
    pub(in crate::net) stream: TcpStream,
    pub(in crate::net) peer: SocketAddr,
}

impl Listeners {
    /// The next stream that a peer opens. Cancel-safe.
    pub(in crate::net) async fn next(&mut self) -> Accepted {
        loop {
            if self.rest.is_some() {
                clock::reached(self.rest).await;
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
        let Self { all, served, .. } = self;
        poll_fn(|context| {
            for (key, listener) in in_turn(all, *served) {
                if let Poll::Ready(taken) = listener.socket.poll_accept(context) {
                    *served = Some(key);
                    let accepted = |(stream, peer)| Accepted { engine: key.engine, stream, peer };
                    return Poll::Ready(taken.map(accepted));
                }
            }
            Poll::Pending
        })
        .await
    }
}
