//! What other systems have of these calls.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};

use socket2::SockRef;
use tokio::net::UdpSocket;

use super::{Egress, RecvMeta};
use crate::net::ifaces;
use crate::wire::Ecn;
use crate::wire::endpoint::canonical;

pub(in crate::net) fn watch(_socket: &socket2::Socket, _v6: bool) {}

pub(in crate::net) fn join_received(_socket: &UdpSocket, _v6: bool) {}

pub(in crate::net) fn set_ecn(_socket: &UdpSocket, _v6: bool, _ecn: Ecn) -> bool {
    false
}

pub(in crate::net) fn forbid_fragments(_socket: &UdpSocket, _v6: bool, _forbidden: bool) {}

pub(in crate::net) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<RecvMeta> {
    let (length, from) = socket.try_recv_from(buffer)?;
    Ok(RecvMeta { length, stride: length, ecn: None, from: canonical(from), to: None, lost: None })
}

/// Only a group can be sent by a chosen interface here.
pub(in crate::net) fn send(
    socket: &UdpSocket,
    bytes: &[u8],
    to: SocketAddr,
    egress: Egress,
) -> io::Result<()> {
    if egress.segment.is_some() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    if let Some(via) = egress.via {
        let set = SockRef::from(socket);
        match to.ip().to_canonical() {
            IpAddr::V4(group) if group.is_multicast() => {
                let own = ifaces::ipv4_of(via).ok_or(io::ErrorKind::NetworkUnreachable)?;
                set.set_multicast_if_v4(&own)?;
            }
            IpAddr::V6(group) if group.is_multicast() => set.set_multicast_if_v6(via)?,
            IpAddr::V4(_) | IpAddr::V6(_) => {}
        }
    }
    socket.try_send_to(bytes, to).map(|_bytes| ())
}

/// To the first one alone.
pub(in crate::net) fn send_mmsg(socket: &UdpSocket, to: &[SocketAddr], bytes: &[u8]) -> io::Result<usize> {
    to.first().map_or(Ok(0), |first| socket.try_send_to(bytes, *first).map(|_bytes| 1))
}

pub(in crate::net) fn cannot_segment(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

pub(in crate::net) fn drain_ready_errors(_socket: &UdpSocket, _unreachable: &mut VecDeque<SocketAddr>) {}

pub(in crate::net) fn drain_errors(_socket: &UdpSocket, _unreachable: &mut VecDeque<SocketAddr>) -> bool {
    false
}
