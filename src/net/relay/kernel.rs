//! The calls that hand several datagrams to the kernel in one go: the one file of the relay that knows systems.
//!
//! Keeps nothing and decides nothing; where a system has no such call, datagrams go one by one.

pub(super) use system::{cannot_segment, segmented, to_each};

/// Addresses in one call: what the stack does for each is so much more than a call that a longer group gains nothing.
pub(super) const MAX_TOGETHER: usize = 64;
/// Segments in one call: what every kernel with `UDP_SEGMENT` takes.
pub(super) const MAX_SEGMENTS: usize = 64;
/// Bytes in one call: the largest datagram over IPv4, which is what the segments are until they are cut.
pub(super) const MAX_BYTES: usize = 65_507;

#[cfg(target_os = "linux")]
mod system {
    use std::io::{self, IoSlice};
    use std::net::{IpAddr, SocketAddr};
    use std::os::fd::AsRawFd as _;

    use nix::libc;
    use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrStorage, sendmsg};
    use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny, sendmmsg};
    use tokio::io::Interest;
    use tokio::net::UdpSocket;

    use super::MAX_TOGETHER;
    use crate::net::pktinfo::{self, Info, Way};

    /// A shorter list is not worth the headers that a call for several needs.
    const FEW: usize = 3;

    /// The same datagram to the first of `to`, or the first few; the answer is how many. `from`: the address of ours that
    /// it has to leave from.
    pub(in crate::net::relay) fn to_each(
        socket: &UdpSocket,
        to: &[SocketAddr],
        from: Option<IpAddr>,
        bytes: &[u8],
    ) -> io::Result<usize> {
        match to {
            [] => Ok(0),
            [first, ..] if from.is_some() => {
                pktinfo::send(socket, bytes, *first, Way { from, via: None }).map(|_bytes| 1)
            }
            [first, ..] if to.len() <= FEW => socket.try_send_to(bytes, *first).map(|_bytes| 1),
            _ => socket.try_io(Interest::WRITABLE, || group(socket, to, bytes)),
        }
    }

    fn group(socket: &UdpSocket, to: &[SocketAddr], bytes: &[u8]) -> io::Result<usize> {
        let to: Vec<SocketAddrAny> = to.iter().take(MAX_TOGETHER).map(|to| (*to).into()).collect();
        let bytes = [IoSlice::new(bytes)];
        let mut none: Vec<SendAncillaryBuffer<'_, '_, '_>> =
            to.iter().map(|_| SendAncillaryBuffer::default()).collect();
        let heads = to.iter().zip(&mut none);
        let mut heads: Vec<MMsgHdr<'_>> =
            heads.map(|(to, none)| MMsgHdr::new_with_addr(to, &bytes, none)).collect();
        Ok(sendmmsg(socket, &mut heads, SendFlags::empty())?)
    }

    /// `bytes` to one address, cut by the kernel into datagrams of `segment` bytes (udp(7), `UDP_SEGMENT`).
    pub(in crate::net::relay) fn segmented(
        socket: &UdpSocket,
        (to, from): (SocketAddr, Option<IpAddr>),
        bytes: &[u8],
        segment: u16,
    ) -> io::Result<()> {
        let info = Info::new(to, Way { from, via: None })?;
        socket.try_io(Interest::WRITABLE, || {
            let (to, flags) = (SockaddrStorage::from(to), MsgFlags::empty());
            let cut = [ControlMessage::UdpGsoSegments(&segment), info.control()];
            let said = if from.is_some() { &cut[..] } else { cut.get(..1).unwrap_or(&cut) };
            sendmsg(socket.as_raw_fd(), &[IoSlice::new(bytes)], said, flags, Some(&to))?;
            Ok(())
        })
    }

    /// Whether the error may mean that it is the cutting which cannot be had: no such option, no checksums by the
    /// device, or a segment longer than what fits the way there.
    pub(in crate::net::relay) fn cannot_segment(error: &io::Error) -> bool {
        let codes = [libc::EIO, libc::EINVAL, libc::EMSGSIZE, libc::ENOPROTOOPT, libc::EOPNOTSUPP];
        error.raw_os_error().is_some_and(|code| codes.contains(&code))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::net::{IpAddr, SocketAddr};

    use tokio::net::UdpSocket;

    pub(in crate::net::relay) fn to_each(
        socket: &UdpSocket,
        to: &[SocketAddr],
        _from: Option<IpAddr>,
        bytes: &[u8],
    ) -> io::Result<usize> {
        to.first().map_or(Ok(0), |first| socket.try_send_to(bytes, *first).map(|_bytes| 1))
    }

    pub(in crate::net::relay) fn segmented(
        _socket: &UdpSocket,
        _to: (SocketAddr, Option<IpAddr>),
        _bytes: &[u8],
        _segment: u16,
    ) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(in crate::net::relay) fn cannot_segment(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::Unsupported
    }
}
