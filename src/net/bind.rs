//! Opens UDP sockets: dual stack where there is IPv6, with a large receive buffer, on one interface if asked.
//!
//! Never shares a port: two programs on one plain port would each get half of the messages.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

use super::ifaces::Interface;
use super::{icmp, ifaces};

/// The buffer decides what a burst loses. 4 MiB hold 10,000 small datagrams, and are what usual limits allow.
const RECEIVE_BUFFER: usize = 4 * 1024 * 1024;

/// An open socket.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) socket: UdpSocket,
    pub(super) local: SocketAddr,
}

/// Opens a socket at `wanted`. `[::]` takes IPv4 too, and means `0.0.0.0` where there is no IPv6.
pub(super) fn open(wanted: SocketAddr, interface: Option<&Interface>) -> io::Result<Bound> {
    let any = wanted.is_ipv6() && wanted.ip().is_unspecified();
    match open_family(wanted, interface) {
        Err(error) if any && !is_final(&error) => {
            open_family(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), wanted.port()), interface)
        }
        result => result,
    }
}

/// These would come for IPv4 just the same.
fn is_final(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

fn open_family(wanted: SocketAddr, interface: Option<&Interface>) -> io::Result<Bound> {
    let socket = new_socket(wanted)?;
    let at = interface.map_or(Ok(wanted), |interface| ifaces::confine(&socket, interface, wanted))?;
    // The interface may have turned a dual-stack address into an IPv4 one.
    let socket = if at.is_ipv4() == wanted.is_ipv4() { socket } else { new_socket(at)? };
    socket.bind(&at.into())?;
    let socket = UdpSocket::from_std(socket.into())?;
    let local = socket.local_addr()?;
    Ok(Bound { socket, local })
}

fn new_socket(at: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(at), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if at.is_ipv6() {
        socket.set_only_v6(!at.ip().is_unspecified())?;
    }
    // The kernel cuts the wish down to its own limit; a smaller buffer still works.
    let _smaller: io::Result<()> = socket.set_recv_buffer_size(RECEIVE_BUFFER);
    icmp::watch(&socket, at.is_ipv6());
    Ok(socket)
}
