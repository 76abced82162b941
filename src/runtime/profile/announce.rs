//! `announce`: where else we are announced, for networks that broadcasts do not reach.

use std::net::IpAddr;

use crate::model::{Address, Caps, Host, Scheme};

/// Each is sent a datagram again and again while the program runs; whoever has more networks has a list server.
pub const MAX_ANNOUNCE: usize = 64;

/// Judges what stands between `://` and the end. Which dialects announce themselves is not known here.
const ANY: Scheme = Scheme { name: "any", default_port: 0, caps: Caps::NONE };

/// One of them: a host, or the broadcast address of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announce {
    pub host: Host,
    /// `None`: where its dialect usually listens.
    pub port: Option<u16>,
}

impl Announce {
    /// `10.0.3.255` or `10.0.4.7:2425`; `None`: it is something else, such as a name, which nobody would look up again
    /// and again.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains(['/', '?']) {
            return None;
        }
        let address = Address::parse(&format!("{}://{text}", ANY.name), &[ANY]).ok()?;
        // Those that announce themselves speak IPv4.
        let known = matches!(address.host, Host::Ip(IpAddr::V4(_)));
        known.then_some(Self { host: address.host, port: Some(address.port).filter(|port| *port != 0) })
    }

    /// As an address of this dialect.
    pub fn address(&self, scheme: Scheme) -> Address {
        Address {
            scheme,
            key: None,
            host: self.host.clone(),
            port: self.port.unwrap_or(scheme.default_port),
            room: String::new(),
            options: Vec::new(),
        }
    }
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
            let place = Announce::parse(text).map(|place| place.address(scheme).authority());
            assert_eq!(place.as_deref(), Some(address), "{text}");
        }
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
        ] {
            assert_eq!(Announce::parse(text), None, "{text}");
        }
    }
}
