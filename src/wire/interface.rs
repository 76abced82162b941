//! What an engine may know of the machine's network interfaces.

use std::net::{IpAddr, Ipv4Addr};

/// One address of one interface that is up. An interface with several addresses stands here several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    pub name: String,
    /// The kernel's number, as it stands in IPv6 scopes. Another one after the interface was taken away and came back.
    pub index: u32,
    pub address: IpAddr,
    /// How many bits of the address are those of its network.
    pub prefix: u8,
    /// Where everybody on its network is reached (RFC 919); 127.255.255.255 on the loopback interface.
    pub broadcast: Option<Ipv4Addr>,
    pub loopback: bool,
    /// 255.255.255.255 leaves by this address.
    pub limited: bool,
}

impl Interface {
    /// Whether this is its address. All addresses of the loopback network are this machine's.
    pub fn has(&self, address: IpAddr) -> bool {
        self.address == address || (self.loopback && address.is_ipv4() && self.reaches(address))
    }

    /// Whether somebody is on the same network. A prefix without bits names none.
    pub fn reaches(&self, other: IpAddr) -> bool {
        let (one, other, width) = match (self.address, other) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), u128::BITS),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        let own = width.saturating_sub(u32::from(self.prefix));
        let differ: u128 = one ^ other;
        self.prefix > 0 && differ.checked_shr(own).unwrap_or_default() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_ends_where_its_prefix_says() {
        let of = |address: &str, prefix| Interface {
            name: String::new(),
            index: 1,
            address: address.parse().expect(address),
            prefix,
            broadcast: None,
            loopback: false,
            limited: false,
        };
        for (own, prefix, other, expected) in [
            ("10.0.4.5", 22, "10.0.7.255", true),
            ("10.0.4.5", 22, "10.0.8.1", false),
            ("10.0.4.5", 23, "10.0.6.1", false),
            ("10.0.4.5", 32, "10.0.4.5", true),
            ("10.0.4.5", 32, "10.0.4.4", false),
            ("10.0.4.5", 0, "10.0.4.5", false),
            ("10.0.4.5", 8, "::ffff:10.0.4.5", false),
            ("2001:db8::1", 64, "2001:db8::2:1", true),
            ("2001:db8::1", 64, "2001:db8:0:1::1", false),
        ] {
            assert_eq!(
                of(own, prefix).reaches(other.parse().expect(other)),
                expected,
                "{own}/{prefix} {other}"
            );
        }
    }
}
