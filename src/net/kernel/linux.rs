//! The calls of Linux.

use std::collections::VecDeque;
use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsRawFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{
    ControlMessage, ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, sendmsg, setsockopt, sockopt,
};
use rustix::net::sockopt::{
    Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, set_ip_mtu_discover, set_ip_tos, set_ipv6_mtu_discover,
    set_ipv6_tclass,
};
use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny, sendmmsg};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::{Egress, MAX_TOGETHER, RecvMeta};
use crate::wire::Ecn;
use crate::wire::endpoint::canonical;

/// Errors read at one go. The kernel bounds its queue by the receive buffer, so the rest can wait.
const MAX_ERRORS: usize = 64;
/// Room for both packet informations, the number of losses, a size and a class, with alignment to spare.
const CONTROL: usize = 256;
/// Room for `sock_extended_err` and the address of the router that complained, with alignment to spare.
const ERROR_CONTROL: usize = 256;

/// Asks for destinations, losses and errors. A dual-stack socket needs both levels: what is of IPv4 follows the IPv4 one.
pub(in crate::net) fn watch(socket: &socket2::Socket, v6: bool) {
    let _ignored: Result<(), Errno> = setsockopt(socket, sockopt::RxqOvfl, &1);
    let _ignored: Result<(), Errno> = setsockopt(socket, sockopt::Ipv4PacketInfo, &true);
    let _ignored: Result<(), Errno> = setsockopt(socket, sockopt::Ipv4RecvErr, &true);
    if v6 {
        let _ignored: Result<(), Errno> = setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true);
        let _ignored: Result<(), Errno> = setsockopt(socket, sockopt::Ipv6RecvErr, &true);
    }
}

/// From now on what comes of one size is received in one piece, and with its marks. Where that cannot be, each comes alone.
pub(in crate::net) fn join_received(socket: &UdpSocket, v6: bool) {
    let _alone: Result<(), Errno> = setsockopt(socket, sockopt::UdpGroSegment, &true);
    let _unmarked: Result<(), Errno> = setsockopt(socket, sockopt::IpRecvTos, &true);
    if v6 {
        let _unmarked: Result<(), Errno> = setsockopt(socket, sockopt::Ipv6RecvTClass, &true);
    }
}

/// From now on what leaves bears this mark by itself: a control message costs a microsecond of each `sendmsg`. `false`: it
/// cannot be had.
pub(in crate::net) fn set_ecn(socket: &UdpSocket, v6: bool, ecn: Ecn) -> bool {
    let six = || if v6 { set_ipv6_tclass(socket, u32::from(ecn.bits())) } else { Ok(()) };
    set_ip_tos(socket, ecn.bits()).and_then(|()| six()).is_ok()
}

/// Whether what is sent from now on must arrive whole: larger than what the interface carries it is refused, larger than
/// what a network on the way does it is lost. A socket of IPv6 sends by the other family as well.
///
/// `PROBE`, since QUIC finds out itself what the way carries (RFC 8899), and what ICMP says of that may be a lie.
pub(in crate::net) fn forbid_fragments(socket: &UdpSocket, v6: bool, forbidden: bool) {
    let four = if forbidden { Ipv4PathMtuDiscovery::PROBE } else { Ipv4PathMtuDiscovery::DONT };
    let _as_before: rustix::io::Result<()> = set_ip_mtu_discover(socket, four);
    if v6 {
        let six = if forbidden { Ipv6PathMtuDiscovery::PROBE } else { Ipv6PathMtuDiscovery::DONT };
        let _as_before: rustix::io::Result<()> = set_ipv6_mtu_discover(socket, six);
    }
}

pub(in crate::net) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<RecvMeta> {
    let mut control = [0_u8; CONTROL];
    let mut slices = [IoSliceMut::new(buffer)];
    socket.try_io(Interest::READABLE, || {
        let flags = MsgFlags::MSG_DONTWAIT;
        let message = recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut slices, Some(&mut control), flags)?;
        let from = message.address.as_ref().and_then(plain_address).ok_or(io::ErrorKind::InvalidData)?;
        let length = message.bytes;
        let mut meta = RecvMeta { length, stride: length, ecn: None, from, to: None, lost: None };
        for one in message.cmsgs().into_iter().flatten() {
            note(&mut meta, &one);
        }
        Ok(meta)
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the kernel may tell what nobody asked for")]
fn note(meta: &mut RecvMeta, message: &ControlMessageOwned) {
    match *message {
        ControlMessageOwned::RxqOvfl(lost) => meta.lost = Some(lost),
        ControlMessageOwned::UdpGroSegments(size) => {
            meta.stride = usize::try_from(size).ok().filter(|size| *size > 0).unwrap_or(meta.length);
        }
        ControlMessageOwned::Ipv4Tos(class) => meta.ecn = Ecn::from_bits(class),
        ControlMessageOwned::Ipv6TClass(class) => {
            meta.ecn = u8::try_from(class).ok().and_then(Ecn::from_bits);
        }
        _ => meta.to = meta.to.or_else(|| destination(message)),
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
    let six = || address.as_sockaddr_in6().map(|at| SocketAddr::V6(SocketAddrV6::from(*at)));
    four.or_else(six).map(canonical)
}

/// Sends the given way, even where the routes say otherwise.
pub(in crate::net) fn send(
    socket: &UdpSocket,
    bytes: &[u8],
    to: SocketAddr,
    egress: Egress,
) -> io::Result<()> {
    if egress == Egress::default() {
        return socket.try_send_to(bytes, to).map(|_bytes| ());
    }
    let named = egress.from.is_some() || egress.via.is_some();
    let info = named.then(|| PacketInfo::new(to, egress)).transpose()?;
    let segments = egress.segment.as_ref().map(ControlMessage::UdpGsoSegments);
    let (four, six) = marks(to, egress.ecn);
    let marks =
        four.as_ref().map(ControlMessage::Ipv4Tos).or_else(|| six.as_ref().map(ControlMessage::Ipv6TClass));
    let control: Vec<ControlMessage<'_>> =
        segments.into_iter().chain(marks).chain(info.as_ref().map(PacketInfo::control)).collect();
    let (slices, to) = ([IoSlice::new(bytes)], SockaddrStorage::from(to));
    socket.try_io(Interest::WRITABLE, || {
        sendmsg(socket.as_raw_fd(), &slices, &control, MsgFlags::MSG_DONTWAIT, Some(&to))?;
        Ok(())
    })
}

/// The type of service or the class, as the family of `to` has it.
fn marks(to: SocketAddr, bits: Option<u8>) -> (Option<u8>, Option<i32>) {
    if to.ip().to_canonical().is_ipv4() { (bits, None) } else { (None, bits.map(i32::from)) }
}

/// The same datagram to the first few of `to`; the answer is to how many.
pub(in crate::net) fn send_mmsg(socket: &UdpSocket, to: &[SocketAddr], bytes: &[u8]) -> io::Result<usize> {
    socket.try_io(Interest::WRITABLE, || {
        let to: Vec<SocketAddrAny> = to.iter().take(MAX_TOGETHER).map(|to| (*to).into()).collect();
        let bytes = [IoSlice::new(bytes)];
        let mut none: Vec<SendAncillaryBuffer<'_, '_, '_>> =
            to.iter().map(|_| SendAncillaryBuffer::default()).collect();
        let heads = to.iter().zip(&mut none);
        let mut heads: Vec<MMsgHdr<'_>> =
            heads.map(|(to, none)| MMsgHdr::new_with_addr(to, &bytes, none)).collect();
        Ok(sendmmsg(socket, &mut heads, SendFlags::empty())?)
    })
}

/// Whether the error may mean that it is the cutting which cannot be had: no such option, no checksums by the device, or
/// a segment longer than what fits the way there.
pub(in crate::net) fn cannot_segment(error: &io::Error) -> bool {
    let codes = [libc::EIO, libc::EINVAL, libc::EMSGSIZE, libc::ENOPROTOOPT, libc::EOPNOTSUPP];
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// What the kernel is told of how a datagram leaves.
enum PacketInfo {
    Four(libc::in_pktinfo),
    Six(libc::in6_pktinfo),
}

impl PacketInfo {
    /// Of the family of `to`; a mapped address is one of IPv4 to the kernel, also on a dual-stack socket.
    fn new(to: SocketAddr, Egress { from, via, .. }: Egress) -> io::Result<Self> {
        let (own, via) = (from.map(|from| from.to_canonical()), via.unwrap_or(0));
        Ok(if to.ip().to_canonical().is_ipv4() {
            let own = match own {
                Some(IpAddr::V4(own)) => own,
                Some(IpAddr::V6(_)) | None => Ipv4Addr::UNSPECIFIED,
            };
            let nowhere = |_too_big| io::Error::from(Errno::ENODEV);
            Self::Four(libc::in_pktinfo {
                ipi_ifindex: libc::c_int::try_from(via).map_err(nowhere)?,
                ipi_spec_dst: libc::in_addr { s_addr: own.to_bits().to_be() },
                ipi_addr: libc::in_addr { s_addr: 0 },
            })
        } else {
            let own = match own {
                Some(IpAddr::V6(own)) => own,
                Some(IpAddr::V4(_)) | None => Ipv6Addr::UNSPECIFIED,
            };
            let ipi6_addr = libc::in6_addr { s6_addr: own.octets() };
            Self::Six(libc::in6_pktinfo { ipi6_addr, ipi6_ifindex: via })
        })
    }

    const fn control(&self) -> ControlMessage<'_> {
        match self {
            Self::Four(info) => ControlMessage::Ipv4PacketInfo(info),
            Self::Six(info) => ControlMessage::Ipv6PacketInfo(info),
        }
    }
}

/// Reads the error queue when tokio said that there is something, and clears that readiness once it is empty.
pub(in crate::net) fn drain_ready_errors(socket: &UdpSocket, unreachable: &mut VecDeque<SocketAddr>) {
    let _empty_or_not = socket.try_io(Interest::ERROR, || {
        if drain_errors(socket, unreachable) { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
    });
}

/// Reads the error queue without asking tokio first, as when a failed call has just told that there is something. Whether
/// there may be more.
pub(in crate::net) fn drain_errors(socket: &UdpSocket, unreachable: &mut VecDeque<SocketAddr>) -> bool {
    for _ in 0..MAX_ERRORS {
        match next_error(socket.as_raw_fd()) {
            Ok(Some(at)) if unreachable.len() < MAX_ERRORS => unreachable.push_back(at),
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    true
}

/// One entry: the address the datagram went to, if the error means that it cannot be reached.
fn next_error(socket: RawFd) -> nix::Result<Option<SocketAddr>> {
    let mut payload = [0_u8; 1];
    let mut control = [0_u8; ERROR_CONTROL];
    let mut slices = [IoSliceMut::new(&mut payload)];
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message = recvmsg::<SockaddrStorage>(socket, &mut slices, Some(&mut control), flags)?;
    let lost = message.cmsgs().is_ok_and(|mut all| all.any(|one| is_unreachable(&one)));
    Ok(message.address.filter(|_| lost).as_ref().and_then(plain_address))
}

fn is_unreachable(message: &ControlMessageOwned) -> bool {
    let (ControlMessageOwned::Ipv4RecvErr(error, _) | ControlMessageOwned::Ipv6RecvErr(error, _)) = message
    else {
        return false;
    };
    // Local entries tell of sizes, which the failing call tells too.
    let remote = [libc::SO_EE_ORIGIN_ICMP, libc::SO_EE_ORIGIN_ICMP6].contains(&error.ee_origin);
    let codes = [libc::ECONNREFUSED, libc::EHOSTUNREACH, libc::ENETUNREACH, libc::ENOPROTOOPT];
    remote && codes.iter().any(|code| u32::try_from(*code) == Ok(error.ee_errno))
}
