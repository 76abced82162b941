//! A socket that a dialect listens at, for datagrams or for streams.

use std::io;
use std::net::SocketAddr;

use super::bind::{self, StreamListener};
use super::ifaces::NetInterface;
use super::udp::UdpLink;
use crate::dialects::ListenMode;

#[derive(Debug)]
pub(super) enum ListenSocket {
    Datagrams(Box<UdpLink>),
    Streams(StreamListener),
}

type Open = fn(SocketAddr, Option<&NetInterface>) -> io::Result<ListenSocket>;

impl ListenSocket {
    /// What opens the socket of a dialect, if not the dialect itself.
    pub(super) const fn opener(mode: ListenMode) -> Option<Open> {
        match mode {
            ListenMode::Datagrams(_) => Some(|at, interface| {
                UdpLink::open(&bind::plain(at), interface).map(|link| Self::Datagrams(Box::new(link)))
            }),
            ListenMode::Bulk(_) => Some(|at, interface| {
                UdpLink::open_bulk(&bind::plain(at), interface).map(|link| Self::Datagrams(Box::new(link)))
            }),
            ListenMode::Streams(_) => {
                Some(|at, interface| bind::open_listener(at, bind::MAX_BACKLOG, interface).map(Self::Streams))
            }
            ListenMode::Itself(_) | ListenMode::Nowhere => None,
        }
    }

    pub(super) const fn local(&self) -> SocketAddr {
        match self {
            Self::Datagrams(link) => link.socket.local,
            Self::Streams(listener) => listener.local,
        }
    }
}
