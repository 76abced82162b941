//! Relays that another relay has named: tried behind those of the address, and forgotten with this run.

use std::net::{IpAddr, SocketAddr};

use crate::dialects::relay::frame::MAX_RELAYS;
use crate::wire::endpoint::same_endpoint;

/// From where an address can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Machine,
    Network,
    Everywhere,
}

impl Reach {
    /// `None`: it is no single host.
    fn of(ip: IpAddr) -> Option<Self> {
        let ip = ip.to_canonical();
        let is_near = match ip {
            IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
            IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
        };
        let is_broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
        if ip.is_unspecified() || ip.is_multicast() || is_broadcast {
            None
        } else if ip.is_loopback() {
            Some(Self::Machine)
        } else {
            Some(if is_near { Self::Network } else { Self::Everywhere })
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct NamedRelays(Vec<SocketAddr>);

impl NamedRelays {
    /// A relay names others, which are taken before those that were named earlier. One that is far away sends nobody into a
    /// network or machine of which it knows nothing.
    pub(super) fn learn(&mut self, relay: SocketAddr, others: impl IntoIterator<Item = SocketAddr>) {
        let reach = Reach::of(relay.ip());
        let mut named: Vec<SocketAddr> = Vec::new();
        let known = std::mem::take(&mut self.0);
        let fits = |at: &SocketAddr| {
            let theirs = Reach::of(at.ip());
            at.port() != 0 && theirs.is_some() && (theirs == Some(Reach::Everywhere) || theirs == reach)
        };
        for at in others.into_iter().take(MAX_RELAYS).filter(fits).chain(known) {
            if named.len() < MAX_RELAYS && !named.iter().any(|known| same_endpoint(*known, at)) {
                named.push(at);
            }
        }
        self.0 = named;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = SocketAddr> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect(text)
    }

    #[test]
    fn nobody_is_sent_where_the_relay_itself_is_not() {
        for (relay, other, fits) in [
            ("192.0.2.1:6000", "198.51.100.7:6000", true),
            ("192.0.2.1:6000", "[2001:db8::7]:6000", true),
            ("192.0.2.1:6000", "10.0.0.7:6000", false),
            ("192.0.2.1:6000", "169.254.1.7:6000", false),
            ("192.0.2.1:6000", "[fd00::7]:6000", false),
            ("192.0.2.1:6000", "[fe80::7]:6000", false),
            ("192.0.2.1:6000", "127.0.0.1:6000", false),
            ("192.0.2.1:6000", "[::ffff:127.0.0.1]:6000", false),
            ("192.0.2.1:6000", "[::1]:6000", false),
            ("192.0.2.1:6000", "0.0.0.0:6000", false),
            ("192.0.2.1:6000", "239.1.2.3:6000", false),
            ("192.0.2.1:6000", "255.255.255.255:6000", false),
            ("192.0.2.1:6000", "198.51.100.7:0", false),
            ("10.0.0.1:6000", "192.168.1.7:6000", true),
            ("10.0.0.1:6000", "198.51.100.7:6000", true),
            ("10.0.0.1:6000", "127.0.0.1:6000", false),
            ("127.0.0.1:6000", "127.0.0.1:6001", true),
            ("[::1]:6000", "127.0.0.1:6001", true),
            ("127.0.0.1:6000", "10.0.0.7:6000", false),
        ] {
            let mut named = NamedRelays::default();
            named.learn(at(relay), [at(other)]);
            assert_eq!(named.iter().count() == 1, fits, "{relay} names {other}");
        }
    }

    #[test]
    fn the_newest_eight_are_known_each_once() {
        let mut named = NamedRelays::default();
        let relay = |number: u8| SocketAddr::from(([198, 51, 100, number], 6_000));
        for turn in 0..20 {
            named.learn(relay(200), (0..30).map(|number| relay(number + turn)));
            assert_eq!(named.iter().count(), MAX_RELAYS);
        }
        named.learn(relay(200), [relay(20), relay(20), relay(19)]);
        let all: Vec<SocketAddr> = named.iter().collect();
        assert_eq!((all[0], all[1], all.len()), (relay(20), relay(19), MAX_RELAYS));
        assert_eq!(all.iter().filter(|at| **at == relay(20)).count(), 1);
    }
}
