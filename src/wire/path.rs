//! Which address of ours each peer speaks to. What is said to it leaves from there: stateful firewalls and connected
//! sockets drop an answer from any other address (RFC 8085, section 5.1.5).
//!
//! Only what was heard is known here: whoever never wrote to us is written to from where the system likes.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::interface::Interface;

/// Peers remembered: as many as a dialect follows. Whoever writes from more ports than that pushes out others that were
/// never written to.
const MAX_PATHS: usize = 8_192;

/// Whatever interfaces are known.
const LOOPBACK_BROADCAST: Ipv4Addr = Ipv4Addr::new(127, 255, 255, 255);

#[derive(Clone, Copy, Debug)]
struct KnownPath {
    local: IpAddr,
    /// It was written to: no flood from elsewhere pushes it out.
    written: bool,
    serial: u64,
}

/// The paths of one dialect.
#[derive(Debug, Default)]
pub struct Paths {
    table: BTreeMap<SocketAddr, KnownPath>,
    /// Whom to forget first.
    order: BTreeSet<(bool, u64, SocketAddr)>,
    /// Where everybody on a network is reached: no address of ours, though datagrams are sent to it.
    broadcasts: BTreeSet<Ipv4Addr>,
    serials: u64,
}

impl Paths {
    /// A datagram came from there, and was sent to `local`. What was sent to everybody says nothing of a path.
    pub fn heard(&mut self, remote: SocketAddr, local: Option<IpAddr>) {
        let Some(local) = local.filter(|local| self.is_one(*local)) else { return };
        if remote.port() != 0 && self.is_one(remote.ip()) {
            self.note(remote, local);
            self.note(host_of(remote), local);
        }
    }

    /// Where the next datagram to it leaves from. A program that was never heard itself is reached as its host was
    /// heard: many send from another port than they listen at.
    pub fn local(&mut self, remote: SocketAddr) -> Option<IpAddr> {
        let at = if self.table.contains_key(&remote) { remote } else { host_of(remote) };
        let known = self.table.get_mut(&at)?;
        if !std::mem::replace(&mut known.written, true) {
            self.order.remove(&(false, known.serial, at));
            self.order.insert((true, known.serial, at));
        }
        Some(known.local)
    }

    /// The path of this very program; `None`: it has none any more.
    pub fn set(&mut self, remote: SocketAddr, local: Option<IpAddr>) {
        match local.filter(|local| self.is_one(*local)) {
            Some(local) => self.note(remote, local),
            None => self.forget(remote),
        }
    }

    /// As [`Paths::local`], for this very program alone.
    pub fn exact(&mut self, remote: SocketAddr) -> Option<IpAddr> {
        if self.table.contains_key(&remote) { self.local(remote) } else { None }
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The interfaces are these now: addresses that are gone are nobody's path any more.
    pub fn keep(&mut self, interfaces: &[Interface]) {
        self.broadcasts = interfaces.iter().filter_map(|interface| interface.broadcast).collect();
        let gone = |local: IpAddr| !interfaces.iter().any(|interface| interface.has(local));
        let lost = self.table.iter().filter(|(_, known)| gone(known.local));
        for at in lost.map(|(at, _)| *at).collect::<Vec<_>>() {
            self.forget(at);
        }
    }

    fn is_one(&self, local: IpAddr) -> bool {
        let everybody = match local {
            IpAddr::V4(ip) => ip.is_broadcast() || ip == LOOPBACK_BROADCAST || self.broadcasts.contains(&ip),
            IpAddr::V6(_) => false,
        };
        !(everybody || local.is_multicast() || local.is_unspecified())
    }

    fn note(&mut self, at: SocketAddr, local: IpAddr) {
        if let Some(known) = self.table.get_mut(&at) {
            known.local = local;
            return;
        }
        if self.table.len() >= MAX_PATHS
            && let Some((_, _, oldest)) = self.order.pop_first()
        {
            self.table.remove(&oldest);
        }
        self.serials = self.serials.saturating_add(1);
        let known = KnownPath { local, written: false, serial: self.serials };
        self.table.insert(at, known);
        self.order.insert((known.written, known.serial, at));
    }

    fn forget(&mut self, at: SocketAddr) {
        if let Some(known) = self.table.remove(&at) {
            self.order.remove(&(known.written, known.serial, at));
        }
    }
}

/// Stands for all programs of a host; no program has this port.
const fn host_of(remote: SocketAddr) -> SocketAddr {
    let mut host = remote;
    host.set_port(0);
    host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn interface(address: &str, prefix: u8, broadcast: Option<&str>) -> Interface {
        Interface {
            name: "eth0".to_owned(),
            index: 2,
            address: ip(address),
            prefix,
            broadcast: broadcast.map(|text| text.parse().expect("an address")),
            loopback: ip(address).is_loopback(),
            limited: false,
        }
    }

    /// A card with two addresses, and the loopback interface.
    fn card() -> Vec<Interface> {
        vec![
            interface("127.0.0.1", 8, Some("127.255.255.255")),
            interface("10.91.1.1", 24, Some("10.91.1.255")),
            interface("10.91.1.11", 24, Some("10.91.1.255")),
            interface("fe80::1", 64, None),
        ]
    }

    fn paths() -> Paths {
        let mut paths = Paths::default();
        paths.keep(&card());
        paths
    }

    #[test]
    fn a_peer_is_answered_from_the_address_it_spoke_to_last() {
        let mut paths = paths();
        let peer = at("10.91.1.2:5000");
        assert_eq!(paths.local(peer), None, "never heard");
        for local in ["10.91.1.11", "10.91.1.1", "10.91.1.11"] {
            paths.heard(peer, Some(ip(local)));
            assert_eq!(paths.local(peer), Some(ip(local)));
        }
        paths.heard(peer, None);
        assert_eq!(paths.local(peer), Some(ip("10.91.1.11")), "the system did not tell");
    }

    #[test]
    fn another_port_of_a_host_is_reached_as_the_host_was_heard() {
        let mut paths = paths();
        paths.heard(at("10.91.1.2:5000"), Some(ip("10.91.1.11")));
        assert_eq!(paths.local(at("10.91.1.2:2425")), Some(ip("10.91.1.11")));
        assert_eq!(paths.local(at("10.91.1.3:2425")), None);
        paths.heard(at("10.91.1.2:2425"), Some(ip("10.91.1.1")));
        assert_eq!(paths.local(at("10.91.1.2:5000")), Some(ip("10.91.1.11")), "each has its own");
    }

    #[test]
    fn what_was_sent_to_everybody_is_no_path() {
        let mut paths = paths();
        let peer = at("10.91.1.2:5000");
        for to in
            ["255.255.255.255", "10.91.1.255", "127.255.255.255", "239.7.8.8", "ff02::1", "0.0.0.0", "::"]
        {
            paths.heard(peer, Some(ip(to)));
            assert_eq!(paths.local(peer), None, "{to}");
        }
        paths.heard(peer, Some(ip("10.91.1.11")));
        paths.heard(peer, Some(ip("10.91.1.255")));
        assert_eq!(paths.local(peer), Some(ip("10.91.1.11")), "and ends none");
    }

    #[test]
    fn an_address_that_is_gone_is_nobodys_path() {
        let mut paths = paths();
        let (one, other, inside) = (at("10.91.1.2:5000"), at("10.91.1.3:5000"), at("127.0.0.9:5000"));
        paths.heard(one, Some(ip("10.91.1.11")));
        paths.heard(other, Some(ip("10.91.1.1")));
        // Every address of the loopback network is this machine's.
        paths.heard(inside, Some(ip("127.0.0.5")));
        paths.keep(&card());
        assert_eq!(paths.local(one), Some(ip("10.91.1.11")), "nothing changed for it");
        let left: Vec<Interface> =
            card().into_iter().filter(|interface| interface.address != ip("10.91.1.11")).collect();
        paths.keep(&left);
        assert_eq!(paths.local(one), None);
        assert_eq!(paths.local(other), Some(ip("10.91.1.1")));
        assert_eq!(paths.local(inside), Some(ip("127.0.0.5")));
    }

    #[test]
    fn a_flood_pushes_out_only_who_was_never_written_to() {
        let mut paths = paths();
        let (friend, silent) = (at("10.91.1.2:5000"), at("10.91.1.3:5000"));
        for peer in [friend, silent] {
            paths.heard(peer, Some(ip("10.91.1.11")));
        }
        assert_eq!(paths.local(friend), Some(ip("10.91.1.11")));
        for port in 1..20_000 {
            paths.heard(SocketAddr::new(ip("10.66.0.1"), port), Some(ip("10.91.1.1")));
        }
        assert_eq!(paths.local(friend), Some(ip("10.91.1.11")));
        assert_eq!(paths.local(silent), None);
        assert_eq!((paths.table.len(), paths.order.len()), (MAX_PATHS, MAX_PATHS));
    }
}
