//! Where everybody is: a multicast group, or a broadcast address, and what that means on the networks of this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::interface::Interface;

/// An address behind which there are many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupAddress {
    /// A multicast group, or an IPv4 address that is taken for a broadcast address.
    pub ip: IpAddr,
    pub port: u16,
    /// The only interface to use, by its name or its number.
    pub only: Option<String>,
}

impl GroupAddress {
    /// On every interface.
    pub const fn new(ip: IpAddr, port: u16) -> Self {
        Self { ip, port, only: None }
    }

    pub fn is_multicast(&self) -> bool {
        self.ip.is_multicast()
    }

    pub fn is_everybody(&self) -> bool {
        self.ip == Ipv4Addr::BROADCAST
    }

    pub const fn target(&self) -> SocketAddr {
        SocketAddr::new(self.ip, self.port)
    }

    /// What those have in common that hear the same datagrams: the group, or for broadcasts only the port.
    pub fn channel(&self) -> SocketAddr {
        if self.is_multicast() { self.target() } else { broadcast_channel(self.port) }
    }

    /// Whether it uses this interface: all that speak its kind of address, or the one that was named.
    pub fn uses(&self, interface: &Interface) -> bool {
        interface.address.is_ipv4() == self.ip.is_ipv4()
            && self.only.as_deref().is_none_or(|only| is_called(interface, only))
    }

    /// Where one listens on the interface with this number. To the kernel an IPv6 group that does not reach beyond the
    /// network is another one on each interface: it can only be bound to with its scope (RFC 4007, section 6).
    pub fn socket_on(&self, interface: u32) -> SocketAddr {
        match self.ip {
            IpAddr::V6(group) if is_scoped(&group) => {
                SocketAddrV6::new(group, self.port, 0, interface).into()
            }
            IpAddr::V4(_) | IpAddr::V6(_) => self.channel(),
        }
    }
}

pub const fn broadcast_channel(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)
}

/// The channel that a socket serves.
pub const fn channel_of(socket: SocketAddr) -> SocketAddr {
    SocketAddr::new(socket.ip(), socket.port())
}

fn is_called(interface: &Interface, name: &str) -> bool {
    interface.name == name || name.parse() == Ok(interface.index)
}

/// Interface-local or link-local (RFC 4291, section 2.7).
const fn is_scoped(group: &Ipv6Addr) -> bool {
    matches!(group.octets(), [_, flags_and_scope, ..] if flags_and_scope & 0x0f <= 2)
}
