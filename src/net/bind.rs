//! Opens sockets: dual stack where there is IPv6, with a large receive buffer, on one interface if asked.
//!
//! Shares a port only when told to: two programs on one plain port would each get half of the messages.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use socket2::{Domain, Protocol, Type};
use tokio::net::{TcpListener, TcpSocket, UdpSocket};

use super::datagram_socket::DatagramSocket;
use super::ifaces::NetInterface;
use super::{ifaces, kernel};
use crate::wire::SocketSpec;
use crate::wire::endpoint::canonical;

/// The buffer decides what a burst loses. 4 MiB hold 10,000 small datagrams, and are what usual limits allow.
const RECEIVE_BUFFER: usize = 4 * 1024 * 1024;
/// Connections the kernel keeps for us until we take them.
pub(super) const MAX_BACKLOG: i32 = 256;
/// The field of IP that holds it ends here.
const MAX_HOPS: u32 = 255;

/// A stream that is to be opened: see `Output::Dial`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) to: SocketAddr,
    pub(super) from: Option<IpAddr>,
    pub(super) paced: bool,
}

/// A socket of its own, for datagrams from one to one.
pub(super) const fn plain(at: SocketAddr) -> SocketSpec {
    SocketSpec { at, shared: false, broadcast: false, hops: 1 }
}

/// Opens a datagram socket. `[::]` takes IPv4 too, and means `0.0.0.0` where there is no IPv6.
pub(super) fn open(wanted: &SocketSpec, interface: Option<&NetInterface>) -> io::Result<DatagramSocket> {
    in_either_family(wanted.at, |at| {
        let (socket, at) = prepared(at, Type::DGRAM, interface)?;
        set_options(&socket, wanted, at.is_ipv6())?;
        socket.bind(&at.into())?;
        DatagramSocket::new(UdpSocket::from_std(socket.into())?)
    })
}

/// A socket for a probe to ourselves, at any free port: nothing is set that only a busy one needs.
pub(super) fn open_probe(at: IpAddr, interface: &NetInterface) -> io::Result<UdpSocket> {
    let (socket, at) = prepared(SocketAddr::new(at, 0), Type::DGRAM, Some(interface))?;
    socket.set_broadcast(true)?;
    socket.bind(&at.into())?;
    UdpSocket::from_std(socket.into())
}

/// A socket that takes streams.
#[derive(Debug)]
pub(super) struct StreamListener {
    pub(super) socket: TcpListener,
    pub(super) local: SocketAddr,
}

/// Opens one, by the same rules. `backlog`: connections that wait in the kernel.
pub(super) fn open_listener(
    wanted: SocketAddr,
    backlog: i32,
    interface: Option<&NetInterface>,
) -> io::Result<StreamListener> {
    in_either_family(wanted, |at| {
        let (socket, at) = prepared(at, Type::STREAM, interface)?;
        // Connections of an earlier run that still end must not keep the port; elsewhere it would share it.
        if cfg!(unix) {
            socket.set_reuse_address(true)?;
        }
        socket.bind(&at.into())?;
        socket.listen(backlog)?;
        let socket = TcpListener::from_std(socket.into())?;
        let local = canonical(socket.local_addr()?);
        Ok(StreamListener { socket, local })
    })
}

/// A socket that can make this call.
pub(super) fn open_caller(call: &Call, interface: Option<&NetInterface>) -> io::Result<TcpSocket> {
    let unspecified = if call.to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { [0_u16; 8].into() };
    let any = SocketAddr::new(unspecified, 0);
    let wanted = SocketAddr::new(call.from.unwrap_or(unspecified), 0);
    let (socket, at) = prepared(wanted, Type::STREAM, interface)?;
    if at != any {
        match socket.bind(&at.into()) {
            // It was ours when the peer last spoke to it. The system knows another one.
            Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable && at == wanted => {}
            bound => bound?,
        }
    }
    Ok(TcpSocket::from_std_stream(socket.into()))
}

fn in_either_family<T>(
    wanted: SocketAddr,
    mut open: impl FnMut(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let any = wanted.is_ipv6() && wanted.ip().is_unspecified();
    match open(wanted) {
        Err(error) if any && !is_final(&error) => {
            open(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), wanted.port()))
        }
        result => result,
    }
}

/// These would come for IPv4 just the same.
fn is_final(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

/// A socket that keeps to the interface, and the address to bind it to.
fn prepared(
    wanted: SocketAddr,
    kind: Type,
    interface: Option<&NetInterface>,
) -> io::Result<(socket2::Socket, SocketAddr)> {
    let socket = new_socket(wanted, kind)?;
    let at = interface.map_or(Ok(wanted), |interface| ifaces::confine(&socket, interface, wanted))?;
    // The interface may have turned a dual-stack address into an IPv4 one.
    let socket = if at.is_ipv4() == wanted.is_ipv4() { socket } else { new_socket(at, kind)? };
    Ok((socket, at))
}

fn new_socket(at: SocketAddr, kind: Type) -> io::Result<socket2::Socket> {
    let protocol = if kind == Type::DGRAM { Protocol::UDP } else { Protocol::TCP };
    let socket = socket2::Socket::new(Domain::for_address(at), kind, Some(protocol))?;
    socket.set_nonblocking(true)?;
    if at.is_ipv6() {
        socket.set_only_v6(!at.ip().is_unspecified())?;
    }
    Ok(socket)
}

fn set_options(socket: &socket2::Socket, wanted: &SocketSpec, v6: bool) -> io::Result<()> {
    // The kernel cuts the wish down to its own limit; a smaller buffer still works.
    let _smaller: io::Result<()> = socket.set_recv_buffer_size(RECEIVE_BUFFER);
    kernel::watch(socket, v6);
    hear_own_groups_only(socket, v6);
    if wanted.shared {
        share(socket)?;
    }
    if wanted.broadcast {
        socket.set_broadcast(true)?;
    }
    let hops = wanted.hops.min(MAX_HOPS);
    // IPv6 alone would do on a socket of one family, and a dual-stack one needs both.
    let four = socket.set_multicast_ttl_v4(hops);
    if v6 { socket.set_multicast_hops_v6(hops) } else { four }
}

/// Several programs listen at one port. What is sent to all of them reaches each.
fn share(socket: &socket2::Socket) -> io::Result<()> {
    // The BSDs want it for broadcast; on Linux it would deal the datagrams out among the programs.
    #[cfg(all(
        unix,
        not(any(target_os = "linux", target_os = "android", target_os = "solaris", target_os = "illumos"))
    ))]
    socket.set_reuse_port(true)?;
    socket.set_reuse_address(true)
}

/// Otherwise Linux gives the socket the datagrams of every group that any program has joined.
fn hear_own_groups_only(socket: &socket2::Socket, v6: bool) {
    #[cfg(target_os = "linux")]
    {
        // Kernels before 4.20 do not know the second.
        let _all: io::Result<()> = socket.set_multicast_all_v4(false);
        if v6 {
            let _all: io::Result<()> = socket.set_multicast_all_v6(false);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _not_needed = (socket, v6);
}
