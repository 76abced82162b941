//! Multicast groups of one socket: joined by interface, and left where the interface is gone.
//!
//! What cannot be done is passed over: an interface without multicast is no reason to hear nothing.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr};

use socket2::SockRef;
use tokio::net::UdpSocket;

/// Groups times interfaces. Linux allows a socket 20 of IPv4 (`igmp_max_memberships`) and memory for some hundred of
/// IPv6.
const MAX_JOINED: usize = 512;

#[derive(Debug, Default)]
pub(super) struct Groups {
    joined: BTreeSet<(u32, IpAddr)>,
}

impl Groups {
    /// Joins, though it may have been joined before: the kernel knows best what is left of that.
    pub(super) fn join(&mut self, socket: &UdpSocket, group: IpAddr, interface: u32) {
        let group = group.to_canonical();
        if !group.is_multicast() || interface == 0 || self.joined.len() >= MAX_JOINED {
            return;
        }
        let joined = match group {
            IpAddr::V4(group) => four::join(socket, group, interface),
            IpAddr::V6(group) => SockRef::from(socket).join_multicast_v6(&group, interface),
        };
        match joined {
            Ok(()) => {
                self.joined.insert((interface, group));
            }
            Err(error) => tracing::debug!(interface, %error, "a group that cannot be joined"),
        }
    }

    /// Leaves the groups on interfaces that are gone. The kernel forgets them with the interface, but the socket goes
    /// on counting them, and says "joined already" should that number come back.
    pub(super) fn keep(&mut self, socket: &UdpSocket, is_there: impl Fn(u32) -> bool) {
        self.joined.retain(|(interface, group)| {
            let stays = is_there(*interface);
            if !stays {
                let _gone: io::Result<()> = match group {
                    IpAddr::V4(group) => four::leave(socket, *group, *interface),
                    IpAddr::V6(group) => SockRef::from(socket).leave_multicast_v6(group, *interface),
                };
            }
            stays
        });
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "freebsd", windows))]
mod four {
    use socket2::InterfaceIndexOrAddress::Index;

    use super::{Ipv4Addr, SockRef, UdpSocket, io};

    pub(super) fn join(socket: &UdpSocket, group: Ipv4Addr, interface: u32) -> io::Result<()> {
        SockRef::from(socket).join_multicast_v4_n(&group, &Index(interface))
    }

    pub(super) fn leave(socket: &UdpSocket, group: Ipv4Addr, interface: u32) -> io::Result<()> {
        SockRef::from(socket).leave_multicast_v4_n(&group, &Index(interface))
    }
}

/// Where an interface is named by an address of it.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "freebsd",
    windows
)))]
mod four {
    use super::{Ipv4Addr, SockRef, UdpSocket, io};
    use crate::net::ifaces;

    pub(super) fn join(socket: &UdpSocket, group: Ipv4Addr, interface: u32) -> io::Result<()> {
        let own = ifaces::ipv4_of(interface).ok_or(io::ErrorKind::NotFound)?;
        SockRef::from(socket).join_multicast_v4(&group, &own)
    }

    /// Without an address there is nothing left to leave.
    pub(super) fn leave(_socket: &UdpSocket, _group: Ipv4Addr, _interface: u32) -> io::Result<()> {
        Ok(())
    }
}
