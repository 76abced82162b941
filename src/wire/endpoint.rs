//! Addresses as people and programs mean them: one form of each, whether two are the same, and which can be no person's.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6};

/// A found address, with the port that was meant, in its one form.
pub fn with_port(mut at: SocketAddr, port: u16) -> SocketAddr {
    at.set_port(port);
    canonical(at)
}

/// The one form of an address, which all compare: plain IPv4, and no flow label.
pub fn canonical(at: SocketAddr) -> SocketAddr {
    match at {
        SocketAddr::V4(_) => at,
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(v4) => SocketAddr::new(v4.into(), v6.port()),
            None => SocketAddr::V6(SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id())),
        },
    }
}

/// Whether both mean one program: the same host and port.
pub fn same_endpoint(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port() && same_host(one, other)
}

/// Whether both mean one host. A scope that one side leaves out is not compared: a contact may be written without its
/// interface.
pub fn same_host(one: SocketAddr, other: SocketAddr) -> bool {
    let (left, right) = (scope_of(one), scope_of(other));
    one.ip() == other.ip() && (left == right || left == 0 || right == 0)
}

/// The number of the interface that an IPv6 address belongs to; 0: any.
pub const fn scope_of(at: SocketAddr) -> u32 {
    match at {
        SocketAddr::V4(_) => 0,
        SocketAddr::V6(at) => at.scope_id(),
    }
}

/// Ports below this need a privilege to send from: services, some of which answer whatever comes.
const FIRST_USER_PORT: u16 = 1_024;

/// Whether a datagram from there can be no person's, so that it is no conversation and is never answered (it is the usual
/// end of a forged loop, CVE-2024-2169): a service, a group, everybody, or no address at all. Broadcast
/// addresses of single networks are known to who knows the interfaces.
pub fn is_nobody(from: SocketAddr) -> bool {
    let ip = from.ip();
    let group = ip.is_multicast() || ip.is_unspecified() || ip == IpAddr::V4(Ipv4Addr::BROADCAST);
    group || from.port() < FIRST_USER_PORT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_groups_and_no_address_at_all_are_nobody() {
        for (from, expected) in [
            ("192.0.2.1:0", true),
            ("192.0.2.1:7", true),
            ("192.0.2.1:1023", true),
            ("192.0.2.1:1024", false),
            ("[2001:db8::1]:53", true),
            ("[2001:db8::1]:5353", false),
            ("0.0.0.0:5000", true),
            ("255.255.255.255:5000", true),
            ("239.7.8.8:5000", true),
            ("[ff02::1]:5000", true),
        ] {
            assert_eq!(is_nobody(from.parse().expect(from)), expected, "{from}");
        }
    }
}
