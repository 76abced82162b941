//! The way of a single datagram: where one that came was sent to, and by which interface one goes out (ip(7),
//! `IP_PKTINFO`; RFC 3542, section 6).
//!
//! Where the system cannot tell, the destination stays unknown; where it takes no way with a datagram, the socket is
//! set to that interface before.

#[cfg(target_os = "linux")]
pub(super) use linux::{receive, send_by, watch};
#[cfg(not(target_os = "linux"))]
pub(super) use other::{receive, send_by, watch};

use std::net::{IpAddr, SocketAddr};

/// A datagram that lies in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) length: usize,
    pub(super) from: SocketAddr,
    /// Where it was sent, on sockets that tell.
    pub(super) to: Option<IpAddr>,
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, IoSlice, IoSliceMut};
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
    use std::os::fd::AsRawFd;

    use nix::libc;
    use nix::sys::socket::{
        ControlMessage, ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, sendmsg, setsockopt, sockopt,
    };
    use tokio::io::Interest;
    use tokio::net::UdpSocket;

    use super::Arrived;

    /// Room for both packet informations, with alignment to spare.
    const CONTROL: usize = 128;

    /// Asks for the destination. A dual-stack socket tells IPv4 ones at either level.
    pub(in crate::net) fn watch(socket: &socket2::Socket, v6: bool) {
        let _ignored: Result<(), nix::Error> = setsockopt(socket, sockopt::Ipv4PacketInfo, &true);
        if v6 {
            let _ignored: Result<(), nix::Error> = setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true);
        }
    }

    pub(in crate::net) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Arrived> {
        let mut control = [0_u8; CONTROL];
        let mut slices = [IoSliceMut::new(buffer)];
        socket.try_io(Interest::READABLE, || {
            let flags = MsgFlags::MSG_DONTWAIT;
            let message =
                recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut slices, Some(&mut control), flags)?;
            let from = message.address.as_ref().and_then(plain_address);
            let to = message.cmsgs().ok().and_then(|mut all| all.find_map(|one| destination(&one)));
            let from = from.ok_or(io::ErrorKind::InvalidData)?;
            Ok(Arrived { length: message.bytes, from, to })
        })
    }

    /// Sends by the interface with the number `via`, whatever the routes say.
    pub(in crate::net) fn send_by(
        socket: &UdpSocket,
        bytes: &[u8],
        to: SocketAddr,
        via: u32,
    ) -> io::Result<usize> {
        let nowhere = || io::Error::from(nix::errno::Errno::ENODEV);
        let four = libc::in_pktinfo {
            ipi_ifindex: libc::c_int::try_from(via).map_err(|_too_big| nowhere())?,
            ipi_spec_dst: libc::in_addr { s_addr: 0 },
            ipi_addr: libc::in_addr { s_addr: 0 },
        };
        let six = libc::in6_pktinfo { ipi6_addr: libc::in6_addr { s6_addr: [0; 16] }, ipi6_ifindex: via };
        let way = match to.ip().to_canonical() {
            IpAddr::V4(_) => ControlMessage::Ipv4PacketInfo(&four),
            IpAddr::V6(_) => ControlMessage::Ipv6PacketInfo(&six),
        };
        let (slices, to) = ([IoSlice::new(bytes)], SockaddrStorage::from(to));
        socket.try_io(Interest::WRITABLE, || {
            let flags = MsgFlags::MSG_DONTWAIT;
            Ok(sendmsg(socket.as_raw_fd(), &slices, &[way], flags, Some(&to))?)
        })
    }

    fn destination(message: &ControlMessageOwned) -> Option<IpAddr> {
        if let ControlMessageOwned::Ipv4PacketInfo(info) = message {
            return Some(Ipv4Addr::from(u32::from_be(info.ipi_addr.s_addr)).into());
        }
        let ControlMessageOwned::Ipv6PacketInfo(info) = message else { return None };
        Some(IpAddr::V6(Ipv6Addr::from(info.ipi6_addr.s6_addr)).to_canonical())
    }

    fn plain_address(address: &SockaddrStorage) -> Option<SocketAddr> {
        let four = address.as_sockaddr_in().map(|at| SocketAddr::V4(SocketAddrV4::from(*at)));
        four.or_else(|| address.as_sockaddr_in6().map(|at| SocketAddr::V6(SocketAddrV6::from(*at))))
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::io;
    use std::net::{IpAddr, SocketAddr};

    use socket2::SockRef;
    use tokio::net::UdpSocket;

    use super::Arrived;
    use crate::net::ifaces;

    pub(in crate::net) fn watch(_socket: &socket2::Socket, _v6: bool) {}

    pub(in crate::net) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Arrived> {
        let (length, from) = socket.try_recv_from(buffer)?;
        Ok(Arrived { length, from, to: None })
    }

    /// Only a group can be sent by a chosen interface here.
    pub(in crate::net) fn send_by(
        socket: &UdpSocket,
        bytes: &[u8],
        to: SocketAddr,
        via: u32,
    ) -> io::Result<usize> {
        let set = SockRef::from(socket);
        match to.ip().to_canonical() {
            IpAddr::V4(group) if group.is_multicast() => {
                let own = ifaces::ipv4_of(via).ok_or(io::ErrorKind::NetworkUnreachable)?;
                set.set_multicast_if_v4(&own)?;
            }
            IpAddr::V6(group) if group.is_multicast() => set.set_multicast_if_v6(via)?,
            IpAddr::V4(_) | IpAddr::V6(_) => {}
        }
        socket.try_send_to(bytes, to)
    }
}
