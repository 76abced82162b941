//! The way of a single datagram: where one that came was sent to, from which address and by which interface one goes
//! out (ip(7), `IP_PKTINFO`; RFC 3542, section 6), and how many were lost before it (socket(7), `SO_RXQ_OVFL`).
//!
//! Where the system cannot tell, the destination stays unknown; where it takes no way with a datagram, the socket is
//! set to that interface before, and the system chooses the address.

#[cfg(target_os = "linux")]
pub(super) use linux::{Info, receive, send, watch};
#[cfg(not(target_os = "linux"))]
pub(super) use other::{receive, send, watch};

use std::net::{IpAddr, SocketAddr};

/// A datagram that lies in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecvMeta {
    pub(super) length: usize,
    pub(super) from: SocketAddr,
    /// Where it was sent.
    pub(super) to: Option<IpAddr>,
    /// So many before it, since the socket was opened, found no room in its buffer. A number that wraps.
    pub(super) lost: Option<u32>,
}

/// How a datagram leaves; what is `None` the system chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) from: Option<IpAddr>,
    /// The number of an interface.
    pub(super) via: Option<u32>,
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, IoSlice, IoSliceMut};
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
    use std::os::fd::AsRawFd;

    use nix::errno::Errno;
    use nix::libc;
    use nix::sys::socket::{
        ControlMessage, ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, sendmsg, setsockopt, sockopt,
    };
    use tokio::io::Interest;
    use tokio::net::UdpSocket;

    use super::{RecvMeta, Way};

    /// Room for both packet informations and the number of losses, with alignment to spare.
    const CONTROL: usize = 128;

    /// Asks for the destination and the losses. A dual-stack socket tells IPv4 ones at either level.
    pub(in crate::net) fn watch(socket: &socket2::Socket, v6: bool) {
        let _ignored: Result<(), nix::Error> = setsockopt(socket, sockopt::RxqOvfl, &1);
        let _ignored: Result<(), nix::Error> = setsockopt(socket, sockopt::Ipv4PacketInfo, &true);
        if v6 {
            let _ignored: Result<(), nix::Error> = setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true);
        }
    }

    pub(in crate::net) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<RecvMeta> {
        let mut control = [0_u8; CONTROL];
        let mut slices = [IoSliceMut::new(buffer)];
        socket.try_io(Interest::READABLE, || {
            let flags = MsgFlags::MSG_DONTWAIT;
            let message =
                recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut slices, Some(&mut control), flags)?;
            let from = message.address.as_ref().and_then(plain_address);
            let from = from.ok_or(io::ErrorKind::InvalidData)?;
            let mut arrived = RecvMeta { length: message.bytes, from, to: None, lost: None };
            for one in message.cmsgs().into_iter().flatten() {
                if let ControlMessageOwned::RxqOvfl(lost) = one {
                    arrived.lost = Some(lost);
                }
                arrived.to = arrived.to.or_else(|| destination(&one));
            }
            Ok(arrived)
        })
    }

    /// Sends the given way, whatever the routes say.
    pub(in crate::net) fn send(
        socket: &UdpSocket,
        bytes: &[u8],
        to: SocketAddr,
        way: Way,
    ) -> io::Result<usize> {
        let (info, flags) = (Info::new(to, way)?, MsgFlags::MSG_DONTWAIT);
        let (slices, to) = ([IoSlice::new(bytes)], SockaddrStorage::from(to));
        socket.try_io(Interest::WRITABLE, || {
            Ok(sendmsg(socket.as_raw_fd(), &slices, &[info.control()], flags, Some(&to))?)
        })
    }

    /// What the kernel is told of a datagram's way.
    pub(in crate::net) enum Info {
        Four(libc::in_pktinfo),
        Six(libc::in6_pktinfo),
    }

    impl Info {
        /// Of the family of `to`; a mapped address is one of IPv4 to the kernel, also on a dual-stack socket.
        pub(in crate::net) fn new(to: SocketAddr, way: Way) -> io::Result<Self> {
            let via = way.via.unwrap_or(0);
            let from = way.from.map(|from| from.to_canonical());
            Ok(match to.ip().to_canonical() {
                IpAddr::V4(_) => {
                    let own = match from {
                        Some(IpAddr::V4(own)) => own,
                        Some(IpAddr::V6(_)) | None => Ipv4Addr::UNSPECIFIED,
                    };
                    let nowhere = |_too_big| io::Error::from(Errno::ENODEV);
                    Self::Four(libc::in_pktinfo {
                        ipi_ifindex: libc::c_int::try_from(via).map_err(nowhere)?,
                        ipi_spec_dst: libc::in_addr { s_addr: own.to_bits().to_be() },
                        ipi_addr: libc::in_addr { s_addr: 0 },
                    })
                }
                IpAddr::V6(_) => {
                    let own = match from {
                        Some(IpAddr::V6(own)) => own,
                        Some(IpAddr::V4(_)) | None => Ipv6Addr::UNSPECIFIED,
                    };
                    let ipi6_addr = libc::in6_addr { s6_addr: own.octets() };
                    Self::Six(libc::in6_pktinfo { ipi6_addr, ipi6_ifindex: via })
                }
            })
        }

        pub(in crate::net) const fn control(&self) -> ControlMessage<'_> {
            match self {
                Self::Four(info) => ControlMessage::Ipv4PacketInfo(info),
                Self::Six(info) => ControlMessage::Ipv6PacketInfo(info),
            }
        }
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

    use super::{RecvMeta, Way};
    use crate::net::ifaces;

    pub(in crate::net) fn watch(_socket: &socket2::Socket, _v6: bool) {}

    pub(in crate::net) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<RecvMeta> {
        let (length, from) = socket.try_recv_from(buffer)?;
        Ok(RecvMeta { length, from, to: None, lost: None })
    }

    /// Only a group can be sent by a chosen interface here.
    pub(in crate::net) fn send(
        socket: &UdpSocket,
        bytes: &[u8],
        to: SocketAddr,
        way: Way,
    ) -> io::Result<usize> {
        let Some(via) = way.via else { return socket.try_send_to(bytes, to) };
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
