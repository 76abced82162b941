//! Where a dialect is to listen, as a person writes it: a port, an address with a port, or `off`.
//!
//! Only the syntax; whether the port can be had is the network side's business.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::str::FromStr;

use super::Phrase;

/// One `[listen]` value. Port 0 means any free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenSetting {
    Off,
    /// This port on every address of the machine.
    Port(u16),
    At(SocketAddr),
}

/// How a dialect hears of those who speak first, and where it does when nobody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenMode {
    /// A datagram socket, which is there before the engine starts.
    Datagrams(ListenSetting),
    /// The same, and it carries many datagrams at once: see `wire::bulk`.
    Bulk(ListenSetting),
    /// A socket that takes streams, which is there before the engine starts.
    Streams(ListenSetting),
    /// The engine opens what it needs.
    Itself(ListenSetting),
    /// Nobody can speak first.
    Nowhere,
}

impl ListenMode {
    /// Where it listens when nobody says otherwise.
    pub const fn usual(self) -> Option<ListenSetting> {
        match self {
            Self::Datagrams(usual) | Self::Bulk(usual) | Self::Streams(usual) | Self::Itself(usual) => {
                Some(usual)
            }
            Self::Nowhere => None,
        }
    }
}

/// Datagrams that came to a socket faster than they were taken, and found its buffer full. Nobody knows whose they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub scheme: &'static str,
    /// Where the socket listens.
    pub address: SocketAddr,
    /// Since the last report.
    pub count: u64,
}

impl Dropped {
    /// What a person is told of it.
    pub fn phrase(&self) -> Phrase {
        let Self { scheme, address, count } = self;
        let phrase =
            Phrase::new("notice-dropped").text("scheme", *scheme).text("address", address.to_string());
        phrase.number("count", *count)
    }
}

/// Not a port, not an address, not `off`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a port, an address or off: {0:?}")]
pub struct ListenError(pub String);

impl ListenSetting {
    /// The port the tutorial's script uses, over IPv6 and IPv4 at once.
    pub const UDP_DEFAULT: Self =
        Self::At(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 8081, 0, 0)));

    /// The address to bind; `None`: none at all.
    pub const fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Off => None,
            Self::Port(port) => Some(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, port, 0, 0))),
            Self::At(address) => Some(address),
        }
    }
}

/// The `[listen]` values that somebody wrote, by the name of their dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListenSettings(BTreeMap<String, ListenSetting>);

impl ListenSettings {
    pub fn get(&self, kind: &str) -> Option<ListenSetting> {
        self.0.get(kind).copied()
    }

    pub fn set(&mut self, kind: &str, setting: ListenSetting) {
        self.0.insert(kind.to_owned(), setting);
    }

    /// These, and where they say nothing, `others`.
    #[must_use]
    pub fn or(&self, others: &Self) -> Self {
        let mut all = others.0.clone();
        all.extend(self.0.iter().map(|(kind, setting)| (kind.clone(), *setting)));
        Self(all)
    }
}

impl FromStr for ListenSetting {
    type Err = ListenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::Off);
        }
        // `parse` alone would take "+8081".
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Port).map_err(|_too_big| ListenError(text.to_owned()));
        }
        text.parse().map(Self::At).map_err(|_no_address| ListenError(text.to_owned()))
    }
}

impl fmt::Display for ListenSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Port(port) => port.fmt(f),
            Self::At(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_round_trips() {
        for text in ["off", "8081", "0", "127.0.0.1:8081", "[::]:8081"] {
            assert_eq!(text.parse::<ListenSetting>().map(|setting| setting.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(" OFF ".parse(), Ok(ListenSetting::Off));
        assert_eq!(ListenSetting::UDP_DEFAULT.to_string(), "[::]:8081");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "on", "65536", "+1", "-1", "localhost:8081", "::1:80", "1.2.3.4", "[::1]", ":8081"] {
            assert_eq!(text.parse::<ListenSetting>(), Err(ListenError(text.to_owned())));
        }
    }
}
