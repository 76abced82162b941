//! Who counts as one stranger: anybody can send from all ports of a host, and from all addresses of an IPv6 link.

use std::net::IpAddr;

use super::{Address, Host};

/// An IPv4 address, or the /64 that one link of IPv6 has (RFC 4291, section 2.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    V4([u8; 4]),
    V6(u64),
    /// Whatever was visited by its name.
    Named,
}

impl Network {
    /// Of a source.
    pub fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.octets()),
            IpAddr::V6(v6) => Self::V6(u64::try_from(v6.to_bits() >> 64).unwrap_or_default()),
        }
    }

    /// Of whoever is reached there.
    pub fn of_address(address: &Address) -> Self {
        match &address.host {
            Host::Ip(ip) => Self::of(*ip),
            Host::Scoped(v6, _) => Self::of(IpAddr::V6(*v6)),
            Host::Name(_) | Host::Anywhere => Self::Named,
        }
    }
}
