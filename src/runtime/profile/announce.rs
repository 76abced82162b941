//! `announce`: where else we are announced, for networks that broadcasts do not reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::{Address, Caps, Host, Phrase, Scheme};

/// Entries of the list.
pub const MAX_ANNOUNCE: usize = 64;
/// Addresses of all entries together: four networks of the usual size. Each is sent a datagram again and again while the
/// program runs; whoever has more has a list server.
pub(super) const MAX_ANNOUNCED: u32 = 1_024;

/// Judges what stands between `://` and the end. Which dialects announce themselves is not known here.
const ANY: Scheme = Scheme { name: "any", default_port: 0, caps: Caps::NONE };

/// Why we are not announced there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnnounceError {
    /// Those that announce themselves speak IPv4.
    #[error("{0:?}: IPv6")]
    Six(String),
    /// No address, such as a name, which nobody would look up again and again.
    #[error("{0:?}: no address")]
    Unknown(String),
    #[error("{addresses} addresses, {entries} entries")]
    TooMany { addresses: u32, entries: usize },
}

impl AnnounceError {
    pub fn phrase(&self) -> Phrase {
        self.argued(Phrase::new(match self {
            Self::Six(_) => "announce-six",
            Self::Unknown(_) => "announce-unknown",
            Self::TooMany { .. } => "announce-many",
        }))
    }

    /// What the texts that say so take.
    pub(super) fn argued(&self, phrase: Phrase) -> Phrase {
        match self {
            Self::Six(place) => phrase.text("why", "six").text("place", place),
            Self::Unknown(place) => phrase.text("why", "unknown").text("place", place),
            Self::TooMany { addresses, entries } => {
                phrase.text("why", "many").number("addresses", *addresses).number("entries", *entries)
            }
        }
    }
}

/// One of them: a host, the broadcast address of a network, or the hosts of a network one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announce {
    first: Ipv4Addr,
    last: Ipv4Addr,
    /// `None`: where its dialect usually listens.
    pub port: Option<u16>,
    /// As a person wrote it.
    pub written: String,
}

impl Announce {
    /// `10.0.3.255`, `10.0.4.7:2425`, `10.0.3.0/24` or `10.0.3.1-254`.
    pub fn parse(text: &str) -> Result<Self, AnnounceError> {
        let text = text.trim();
        let read = network(text).or_else(|| range(text)).or_else(|| Self::one(text));
        let wrong = if is_six(text) { AnnounceError::Six } else { AnnounceError::Unknown };
        let place = read.ok_or_else(|| wrong(text.to_owned()))?;
        if place.count() > MAX_ANNOUNCED {
            return Err(AnnounceError::TooMany { addresses: place.count(), entries: 1 });
        }
        Ok(place)
    }

    /// All of a list, which is no longer than may be.
    pub(super) fn parse_all<'a>(
        places: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Self>, AnnounceError> {
        let all: Vec<Self> = places.into_iter().map(Self::parse).collect::<Result<_, _>>()?;
        let (entries, addresses) = (all.len(), all.iter().map(Self::count).fold(0, u32::saturating_add));
        if entries > MAX_ANNOUNCE || addresses > MAX_ANNOUNCED {
            return Err(AnnounceError::TooMany { addresses, entries });
        }
        Ok(all)
    }

    fn one(text: &str) -> Option<Self> {
        if text.contains(['/', '?']) {
            return None;
        }
        let address = Address::parse(&format!("{}://{text}", ANY.name), &[ANY]).ok()?;
        // Those that announce themselves speak IPv4.
        let Host::Ip(IpAddr::V4(ip)) = address.host else { return None };
        let port = Some(address.port).filter(|port| *port != 0);
        Some(Self { first: ip, last: ip, port, written: text.to_owned() })
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
            others: Vec::new(),
            room: String::new(),
            options: Vec::new(),
        };
        (self.first.to_bits()..=self.last.to_bits()).map(at)
    }
}

/// What begins with an address of IPv6.
fn is_six(text: &str) -> bool {
    let first = text.split(['/', '-', '%', ']']).next().unwrap_or_default();
    first.trim_start_matches('[').parse::<Ipv6Addr>().is_ok()
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
        written: text.to_owned(),
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
    let [one, two, three, _] = first.octets();
    let (last, written) = (Ipv4Addr::new(one, two, three, last), text.to_owned());
    (first <= last).then_some(Announce { first, last, port, written })
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
            let place = Announce::parse(text).ok().and_then(|place| place.addresses(scheme).next());
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
        let four = ["10.8.1.0/24", "10.8.2.0/24", "10.8.3.0/24", "10.8.4.0/24"];
        assert_eq!(Announce::parse_all(four).map(|all| all.len()), Ok(4));
        let more = [&four[..], &["10.9.0.1-20"]].concat();
        assert_eq!(Announce::parse_all(more), Err(AnnounceError::TooMany { addresses: 1_036, entries: 5 }));
    }

    #[test]
    fn what_is_wrong_with_a_place_is_said() {
        for text in [
            "",
            "10.0.3.256",
            "10.0.3.255:0",
            "10.0.3.255:x",
            "a b",
            "alex-pc.lan",
            "机房",
            "udp://a",
            "a/b",
            "a?b=c",
            "10.0.0.0/33",
            "10.0.0.0/x",
            "10.0.0.9-8",
            "10.0.0.1-256",
            "10.0.0.1-",
            "10.0.0.1-9:0",
        ] {
            assert_eq!(Announce::parse(text), Err(AnnounceError::Unknown(text.to_owned())), "{text}");
        }
        for text in ["[::1]", "::1", "fd00::/64", "2001:db8::1-9", "[fe80::1%eth0]:2425", "fe80::1%eth0"] {
            assert_eq!(Announce::parse(text), Err(AnnounceError::Six(text.to_owned())), "{text}");
        }
        for (text, addresses) in [("10.0.0.0/21", 2_046), ("10.0.0.0/0", u32::MAX - 1)] {
            let many = AnnounceError::TooMany { addresses, entries: 1 };
            assert_eq!(Announce::parse(text), Err(many), "{text}");
        }
    }
}
