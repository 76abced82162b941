//! A socket that a dialect is given to listen at, for datagrams or for streams.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::ifaces::NetInterface;
use super::interface_filter::InterfaceFilter;
use super::udp::UdpLink;
use super::{MAIN, bind};
use crate::dialects::ListenMode;

#[derive(Debug)]
pub(super) enum ListenSocket {
    Datagrams(Box<UdpLink>),
    Streams(TcpListener),
}

type Open = fn(SocketAddr, Option<&NetInterface>) -> io::Result<ListenSocket>;

impl ListenSocket {
    /// What opens the socket of a dialect, if not the dialect itself.
    pub(super) const fn opener(mode: ListenMode) -> Option<Open> {
        match mode {
            ListenMode::Datagrams(_) => Some(|at, interface| {
                let bound = bind::open(&bind::plain(at), interface)?;
                let link = UdpLink::new(MAIN, bound, InterfaceFilter::to(interface));
                Ok(Self::Datagrams(Box::new(link)))
            }),
            ListenMode::Streams(_) => {
                Some(|at, interface| bind::open_listener(at, bind::MAX_BACKLOG, interface).map(Self::Streams))
            }
            ListenMode::Itself(_) | ListenMode::Nowhere => None,
        }
    }
}
