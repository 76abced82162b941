//! Where somebody is: a name, an IP address, or nowhere that is known yet.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// A host: a name still to be resolved, or an IP address with the interface it was scoped to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    Name(String),
    Ip(IpAddr),
    /// An IPv6 address with a zone (RFC 6874 form in brackets: `[fe80::1%eth0]`).
    Scoped(Ipv6Addr, String),
    /// Wherever the peer is found by its key.
    Anywhere,
}

impl Host {
    /// The host of a socket address. A link-local one is nowhere without its interface, given as a number.
    pub fn from_socket(at: SocketAddr) -> Self {
        match at {
            SocketAddr::V6(v6) if v6.scope_id() != 0 => Self::Scoped(*v6.ip(), v6.scope_id().to_string()),
            SocketAddr::V4(_) | SocketAddr::V6(_) => Self::Ip(at.ip()),
        }
    }
}

/// As it is looked up: without brackets.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(ip) => ip.fmt(f),
            Self::Scoped(ip, zone) => write!(f, "{ip}%{zone}"),
            Self::Anywhere => Ok(()),
        }
    }
}
