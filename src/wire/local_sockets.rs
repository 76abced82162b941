//! The sockets that a dialect was given: which of them reaches a peer, and which addresses are therefore our own. A
//! socket that listens on all addresses is at every address of this machine.
//!
//! On a machine whose wildcard port is taken nobody else has that port at one of its addresses, so the port decides.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::interface::Interface;
use crate::model::LinkId;

/// Sockets of one dialect: its own and one for each peer that needs one to itself.
const MAX_SOCKETS: usize = 8;

#[derive(Debug)]
struct LocalSocket {
    address: SocketAddr,
    /// It carries the traffic with this peer and nothing else.
    only: Option<SocketAddr>,
}

#[derive(Debug, Default)]
pub struct LocalSockets {
    addresses: Vec<IpAddr>,
    sockets: BTreeMap<LinkId, LocalSocket>,
}

impl LocalSockets {
    pub fn set_interfaces(&mut self, interfaces: &[Interface]) {
        self.addresses = interfaces.iter().map(|interface| interface.address).collect();
    }

    pub fn link_up(&mut self, link: LinkId, address: SocketAddr, only: Option<SocketAddr>) {
        if self.sockets.len() < MAX_SOCKETS || self.sockets.contains_key(&link) {
            self.sockets.insert(link, LocalSocket { address, only });
        }
    }

    pub fn link_down(&mut self, link: LinkId) {
        self.sockets.remove(&link);
    }

    /// The peers that have a socket to themselves.
    pub fn reserved(&self) -> impl Iterator<Item = SocketAddr> {
        self.sockets.values().filter_map(|socket| socket.only)
    }

    /// Whether `link` is there, and whom it is reserved for.
    pub fn reserved_for(&self, link: LinkId) -> Option<Option<SocketAddr>> {
        self.sockets.get(&link).map(|socket| socket.only)
    }

    /// The link that reaches `to`: its own, else the one for everybody.
    pub fn link_for(&self, to: SocketAddr) -> Option<LinkId> {
        let find = |only| self.sockets.iter().find(|(_, socket)| socket.only == only).map(|(link, _)| *link);
        find(Some(to)).or_else(|| find(None))
    }

    /// Whether a message could go to somebody whose address is not known yet.
    pub fn reach_everybody(&self) -> bool {
        self.sockets.values().any(|socket| socket.only.is_none())
    }

    /// Where messages of everybody come to.
    pub fn port(&self) -> Option<u16> {
        self.sockets.values().find(|socket| socket.only.is_none()).map(|socket| socket.address.port())
    }

    /// Whether what is sent to `at` comes to one of our own sockets. A peer with a socket to itself is not us, and what
    /// carries the traffic with one peer alone is reached by that peer alone.
    pub fn are_at(&self, at: SocketAddr) -> bool {
        let heard = |socket: &LocalSocket| {
            socket.only.is_none()
                && socket.address.port() == at.port()
                && self.hears(socket.address.ip(), at.ip())
        };
        !self.reserved().any(|peer| peer == at) && self.sockets.values().any(heard)
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
            let mut sockets = LocalSockets::default();
            sockets.set_interfaces(&[interface("10.1.1.5")]);
            sockets.link_up(LinkId(0), own.parse().expect(own), None);
            assert_eq!(sockets.are_at(at.parse().expect(at)), expected, "{own} {at}");
            sockets.link_down(LinkId(0));
            assert!(!sockets.are_at(at.parse().expect(at)), "{own} {at}");
        }
    }
}
