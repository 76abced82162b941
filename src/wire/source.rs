//! Where no person's program sends from: what comes from there is no conversation, and never answered (it is the usual
//! end of a forged loop, CVE-2024-2169).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Ports below this need a privilege to send from: services, some of which answer whatever comes.
const FIRST_USER_PORT: u16 = 1_024;

/// Whether a datagram from there can be no person's: a service, a group, everybody, or no address at all. Broadcast
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
