//! `announce`: where else we are announced, for networks that broadcasts do not reach.

use std::net::{IpAddr, Ipv4Addr};

use crate::model::{Address, Caps, Host, Scheme};

/// Entries of the list.
pub const MAX_ANNOUNCE: usize = 64;
/// Addresses of all entries together: four networks of the usual size. Each is sent a datagram again and again while the
/// program runs; whoever has more has a list server.
pub(super) const MAX_ANNOUNCED: u32 = 1_024;

/// Judges what stands between `://` and the end. Which dialects announce themselves is not known here.
const ANY: Scheme = Scheme { name: "any", default_port: 0, caps: Caps::NONE };

/// One of them: a host, the broadcast address of a network, or the hosts of a network one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announce {
    first: Ipv4Addr,
    last: Ipv4Addr,
    /// `None`: where its dialect usually listens.
    pub port: Option<u16>,
}

impl Announce {
    /// `10.0.3.255`, `10.0.4.7:2425`, `10.0.3.0/24` or `10.0.3.1-254`; `None`: it is something else, such as a name, which
    /// nobody would look up again and again, or too many addresses.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let range = network(text).or_else(|| range(text)).or_else(|| Self::one(text))?;
        (range.count() <= MAX_ANNOUNCED).then_some(range)
    }

    fn one(text: &str) -> Option<Self> {
        if text.contains(['/', '?']) {
            return None;
        }
        let address = Address::parse(&format!("{}://{text}", ANY.name), &[ANY]).ok()?;
        // Those that announce themselves speak IPv4.
        let Host::Ip(IpAddr::V4(ip)) = address.host else { return None };
        Some(Self { first: ip, last: ip, port: Some(address.port).filter(|port| *port != 0) })
    }

    /// How many addresses it is.
    pub fn count(&self) -> u32 {
        self.last.to_bits().saturating_sub(self.first.to_bits()).saturating_add(1)
    }

    /// As addresses of this dialect.
    pub fn addresses(&self, scheme: Scheme) -> impl Iterator<Item = Address> + use<> {
        let port = self.port.unwrap_or(scheme.default_port);
        let at = move |ip: u32| Address {
            scheme,
            key: None,
            host: Host::Ip(Ipv4Addr::from_bits(ip).into()),
            port,
            room: String::new(),
            options: Vec::new(),
        };
        (self.first.to_bits()..=self.last.to_bits()).map(at)
    }
}

/// Whether a list of them is no longer than may be.
pub(super) fn is_few(all: &[Announce]) -> bool {
    all.len() <= MAX_ANNOUNCE && all.iter().map(Announce::count).fold(0, u32::saturating_add) <= MAX_ANNOUNCED
}

/// `10.0.3.0/24`: its hosts, without the network itself and its broadcast address (RFC 3021 has neither).
fn network(text: &str) -> Option<Announce> {
    let (ip, prefix) = text.split_once('/')?;
    let (ip, prefix): (Ipv4Addr, u32) =
        (ip.parse().ok()?, prefix.parse().ok().filter(|prefix| *prefix <= 32)?);
    let hosts = u32::MAX.checked_shr(prefix).unwrap_or_default();
    let (first, last) = (ip.to_bits() & !hosts, ip.to_bits() | hosts);
    let edge = u32::from(prefix < 31);
    let within = |bits: u32| Ipv4Addr::from_bits(bits);
    Some(Announce {
        first: within(first.saturating_add(edge)),
        last: within(last.saturating_sub(edge)),
        port: None,
    })
}

/// `10.0.3.1-254`: the last part from one to another, both among them; a port may follow.
fn range(text: &str) -> Option<Announce> {
    let (first, rest) = text.split_once('-')?;
    let (last, port) = match rest.split_once(':') {
        Some((last, port)) => (last, Some(port.parse().ok().filter(|port| *port != 0)?)),
        None => (rest, None),
    };
    let (first, last): (Ipv4Addr, u8) = (first.parse().ok()?, last.parse().ok()?);
    let [one, two, three, from] = first.octets();
    (from <= last).then_some(Announce { first, last: Ipv4Addr::new(one, two, three, last), port })
}

/// Places that a person wrote one after the other, with blanks or commas between them.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '\t']).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_host_with_or_without_a_port() {
        let scheme = Scheme { name: "near", default_port: 2425, caps: Caps::NONE };
        for (text, address) in [("10.0.3.255", "10.0.3.255:2425"), (" 10.0.4.7:2426 ", "10.0.4.7:2426")] {
            let place = Announce::parse(text).and_then(|place| place.addresses(scheme).next());
            let place = place.map(|address| address.authority());
            assert_eq!(place.as_deref(), Some(address), "{text}");
        }
    }

    #[test]
    fn a_network_is_its_hosts_and_a_range_both_its_ends() {
        let scheme = Scheme { name: "near", default_port: 2425, caps: Caps::NONE };
        for (text, count, first, last) in [
            ("10.8.33.0/24", 254, "10.8.33.1:2425", "10.8.33.254:2425"),
            ("10.8.33.77/24", 254, "10.8.33.1:2425", "10.8.33.254:2425"),
            ("10.8.32.0/22", 1_022, "10.8.32.1:2425", "10.8.35.254:2425"),
            ("10.8.33.0/31", 2, "10.8.33.0:2425", "10.8.33.1:2425"),
            ("10.8.33.7/32", 1, "10.8.33.7:2425", "10.8.33.7:2425"),
            ("255.255.255.255/32", 1, "255.255.255.255:2425", "255.255.255.255:2425"),
            ("10.8.33.1-254", 254, "10.8.33.1:2425", "10.8.33.254:2425"),
            ("10.8.33.5-5:2426", 1, "10.8.33.5:2426", "10.8.33.5:2426"),
        ] {
            let announce = Announce::parse(text).expect(text);
            let all: Vec<String> = announce.addresses(scheme).map(|address| address.authority()).collect();
            let ends = (all.first().map(String::as_str), all.last().map(String::as_str));
            assert_eq!((all.len(), ends), (count, (Some(first), Some(last))), "{text}");
        }
        let four: Vec<Announce> =
            (1..=4).filter_map(|it| Announce::parse(&format!("10.8.{it}.0/24"))).collect();
        assert!(is_few(&four));
        assert!(!is_few(&[&four[..], &[Announce::parse("10.9.0.1-20").expect("a range")]].concat()));
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "10.0.3.256",
            "10.0.3.255:0",
            "10.0.3.255:x",
            "[::1]",
            "::1",
            "a b",
            "alex-pc.lan",
            "机房",
            "udp://a",
            "a/b",
            "a?b=c",
            "10.0.0.0/33",
            "10.0.0.0/21",
            "10.0.0.0/0",
            "10.0.0.0/x",
            "10.0.0.9-8",
            "10.0.0.1-256",
            "10.0.0.1-",
            "10.0.0.1-9:0",
        ] {
            assert_eq!(Announce::parse(text), None, "{text}");
        }
    }
}
