//! ICMP errors of an unconnected socket, which on Linux are found in its error queue only (ip(7), `IP_RECVERR`).
//!
//! All of it is a hint: whatever fails here is passed over, and elsewhere there simply are no hints.

#[cfg(target_os = "linux")]
pub(super) use linux::{drain, drain_ready, watch};
#[cfg(not(target_os = "linux"))]
pub(super) use other::{drain, drain_ready, watch};

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::VecDeque;
    use std::io::{self, IoSliceMut};
    use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};
    use std::os::fd::{AsRawFd, RawFd};

    use nix::libc;
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt, sockopt};
    use tokio::io::Interest;
    use tokio::net::UdpSocket;

    /// Errors read at one go. The kernel bounds its queue by the receive buffer, so the rest can wait.
    const MAX_ERRORS: usize = 64;
    /// Room for `sock_extended_err` and the address of the router that complained, with alignment to spare.
    const CONTROL: usize = 256;

    /// Asks for errors. A dual-stack socket needs both levels: IPv4 errors follow the IPv4 one.
    pub(in crate::net) fn watch(socket: &socket2::Socket, v6: bool) {
        let _ignored: Result<(), nix::Error> = setsockopt(socket, sockopt::Ipv4RecvErr, &true);
        if v6 {
            let _ignored: Result<(), nix::Error> = setsockopt(socket, sockopt::Ipv6RecvErr, &true);
        }
    }

    /// Reads the queue when tokio said that there is something, and clears that readiness once it is empty.
    pub(in crate::net) fn drain_ready(socket: &UdpSocket, found: &mut VecDeque<SocketAddr>) {
        let _empty_or_not = socket.try_io(Interest::ERROR, || {
            if read_all(socket.as_raw_fd(), found) { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
        });
    }

    /// Reads the queue without asking tokio first: a failed call has just told that there is something.
    pub(in crate::net) fn drain(socket: &UdpSocket, found: &mut VecDeque<SocketAddr>) {
        read_all(socket.as_raw_fd(), found);
    }

    /// Whether there may be more.
    fn read_all(socket: RawFd, found: &mut VecDeque<SocketAddr>) -> bool {
        for _ in 0..MAX_ERRORS {
            match read_one(socket) {
                Ok(Some(at)) if found.len() < MAX_ERRORS => found.push_back(at),
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// One entry: the address the datagram went to, if the error means that nobody gets it there.
    fn read_one(socket: RawFd) -> nix::Result<Option<SocketAddr>> {
        let mut payload = [0_u8; 1];
        let mut control = [0_u8; CONTROL];
        let mut slices = [IoSliceMut::new(&mut payload)];
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let message = recvmsg::<SockaddrStorage>(socket, &mut slices, Some(&mut control), flags)?;
        let lost = message.cmsgs().is_ok_and(|mut all| all.any(|one| is_unreachable(&one)));
        Ok(message.address.filter(|_| lost).as_ref().and_then(plain_address))
    }

    fn is_unreachable(message: &ControlMessageOwned) -> bool {
        let (ControlMessageOwned::Ipv4RecvErr(error, _) | ControlMessageOwned::Ipv6RecvErr(error, _)) =
            message
        else {
            return false;
        };
        // Local entries tell of sizes, which the failing call tells too.
        let remote = [libc::SO_EE_ORIGIN_ICMP, libc::SO_EE_ORIGIN_ICMP6].contains(&error.ee_origin);
        let codes = [libc::ECONNREFUSED, libc::EHOSTUNREACH, libc::ENETUNREACH, libc::ENOPROTOOPT];
        remote && codes.iter().any(|code| u32::try_from(*code) == Ok(error.ee_errno))
    }

    fn plain_address(address: &SockaddrStorage) -> Option<SocketAddr> {
        let four = address.as_sockaddr_in().map(|at| SocketAddr::V4(SocketAddrV4::from(*at)));
        let six = || address.as_sockaddr_in6().map(|at| SocketAddr::V6(SocketAddrV6::from(*at)));
        four.or_else(six).map(crate::net::udp::canonical)
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::collections::VecDeque;
    use std::net::SocketAddr;

    use tokio::net::UdpSocket;

    pub(in crate::net) fn watch(_socket: &socket2::Socket, _v6: bool) {}

    pub(in crate::net) fn drain_ready(_socket: &UdpSocket, _found: &mut VecDeque<SocketAddr>) {}

    pub(in crate::net) fn drain(_socket: &UdpSocket, _found: &mut VecDeque<SocketAddr>) {}
}
