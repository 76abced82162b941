//! Which addresses are this program's own: where its sockets listen, on every address of this machine where they listen
//! on all.
//!
//! On a machine whose wildcard port is taken nobody else has that port at one of its addresses, so the port decides.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::interface::Interface;
use crate::model::LinkId;

#[derive(Debug, Default)]
pub struct Ourselves {
    addresses: Vec<IpAddr>,
    sockets: BTreeMap<LinkId, SocketAddr>,
}

impl Ourselves {
    pub fn interfaces(&mut self, interfaces: &[Interface]) {
        self.addresses = interfaces.iter().map(|interface| interface.address).collect();
    }

    pub fn link_up(&mut self, link: LinkId, at: SocketAddr) {
        self.sockets.insert(link, at);
    }

    pub fn link_down(&mut self, link: LinkId) {
        self.sockets.remove(&link);
    }

    /// Whether what is sent to `at` comes to one of our own sockets.
    pub fn are_at(&self, at: SocketAddr) -> bool {
        self.sockets.values().any(|own| own.port() == at.port() && self.hears(own.ip(), at.ip()))
    }

    fn hears(&self, own: IpAddr, ip: IpAddr) -> bool {
        let here = || ip.is_loopback() || ip.is_unspecified() || self.addresses.contains(&ip);
        // `[::]` takes IPv4 as well; `0.0.0.0` takes no IPv6.
        own == ip || own.is_unspecified() && (own.is_ipv6() || ip.is_ipv4()) && here()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_ours_at_every_address_it_listens_at() {
        let interface = |address: &str| Interface {
            name: String::new(),
            index: 1,
            address: address.parse().expect(address),
            prefix: 24,
            broadcast: None,
            loopback: false,
            limited: false,
        };
        for (own, at, expected) in [
            ("[::]:8081", "127.0.0.1:8081", true),
            ("[::]:8081", "[::1]:8081", true),
            ("[::]:8081", "10.1.1.5:8081", true),
            ("[::]:8081", "10.1.1.6:8081", false),
            ("[::]:8081", "127.0.0.1:8082", false),
            ("0.0.0.0:8081", "127.0.0.1:8081", true),
            ("0.0.0.0:8081", "[::1]:8081", false),
            ("127.0.0.1:8081", "127.0.0.1:8081", true),
            ("127.0.0.1:8081", "127.0.0.2:8081", false),
            ("127.0.0.1:8081", "10.1.1.5:8081", false),
        ] {
            let mut ourselves = Ourselves::default();
            ourselves.interfaces(&[interface("10.1.1.5")]);
            ourselves.link_up(LinkId(0), own.parse().expect(own));
            assert_eq!(ourselves.are_at(at.parse().expect(at)), expected, "{own} {at}");
            ourselves.link_down(LinkId(0));
            assert!(!ourselves.are_at(at.parse().expect(at)), "{own} {at}");
        }
    }
}
