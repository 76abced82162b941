//! Addresses as a person writes them: `host:port`, or a URL `scheme://[key@]host[:port][/room][?option=value]` (RFC 3986);
//! of peers that are known by their keys also `scheme://key`.
//!
//! Only the syntax and the list of schemes are judged here; whether an option makes sense is the dialect's.
//! Never resolves a name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::{Host, Phrase, PublicKey, Scheme};

/// A parsed address. `Display` gives the shortest form that parses to the same value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub scheme: Scheme,
    /// Whose it is, for schemes whose peers are known by their keys; never `None` there.
    pub key: Option<PublicKey>,
    pub host: Host,
    pub port: u16,
    /// Which room of the host, for schemes that have rooms there; empty: none is named.
    pub room: String,
    /// The `?key=value&…` part in the order it was written.
    pub options: Vec<(String, String)>,
}

/// What is wrong with an address; each carries the offending part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("empty")]
    Empty,
    #[error("scheme {0:?}")]
    Scheme(String),
    #[error("host {0:?}")]
    Host(String),
    #[error("port {0:?}")]
    Port(String),
    #[error("no port")]
    NoPort,
    /// It is missing, mistyped, or has no meaning there.
    #[error("key {0:?}")]
    Key(String),
    #[error("option {0:?}")]
    Option(String),
    #[error("encoding {0:?}")]
    Encoding(String),
    #[error("brackets {0:?}")]
    Brackets(String),
    #[error("room {0:?}")]
    Room(String),
    /// It reaches one host, or none, where everybody is meant.
    #[error("group {0:?}")]
    Group(String),
}

/// The option that says which room is meant, where many share one address.
pub const GROUP: &str = "group";

/// An example of a good address, shown with every refusal.
pub const EXAMPLE: &str = "192.168.1.20:8081";

impl AddressError {
    pub fn phrase(&self) -> Phrase {
        let (key, part) = match self {
            Self::Empty => ("address-empty", ""),
            Self::Scheme(part) => ("address-scheme", part.as_str()),
            Self::Host(part) => ("address-host", part.as_str()),
            Self::Port(part) => ("address-port", part.as_str()),
            Self::NoPort => ("address-no-port", ""),
            Self::Key(part) => ("address-key", part.as_str()),
            Self::Option(part) => ("address-option", part.as_str()),
            Self::Encoding(part) => ("address-encoding", part.as_str()),
            Self::Brackets(part) => ("address-brackets", part.as_str()),
            Self::Room(part) => ("address-room", part.as_str()),
            Self::Group(part) => ("address-group", part.as_str()),
        };
        Phrase::new(key).text("part", part).text("example", EXAMPLE)
    }
}

impl Address {
    /// Reads an address; without a scheme it is the first of `schemes`, and a port is then required.
    pub fn parse(text: &str, schemes: &[Scheme]) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (scheme, rest, explicit) = match text.split_once("://") {
            Some((name, rest)) => {
                let found = schemes.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name));
                (*found.ok_or_else(|| AddressError::Scheme(name.to_owned()))?, rest, true)
            }
            None => (*schemes.first().ok_or(AddressError::Empty)?, text, false),
        };
        let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, room) = authority.split_once('/').unwrap_or((authority, ""));
        let (room, options) = (parse_room(room, scheme)?, parse_options(query)?);
        let (key, authority) = split_key(authority, scheme)?;
        if let Some(key) = key.filter(|_| authority.is_empty()) {
            return Ok(Self { room, options, ..Self::from_key(scheme, key) });
        }
        let (host, port) = split_port(authority)?;
        let port = match port {
            Some(port) => parse_port(port)?,
            // What could be the mistyped name of a contact is looked up nowhere.
            None if explicit || !matches!(parse_host(host), Ok(Host::Name(_)) | Err(_)) => {
                scheme.default_port
            }
            None => return Err(AddressError::NoPort),
        };
        Ok(Self { scheme, key, host: parse_host(host)?, port, room, options })
    }

    /// The plain address of a peer that was seen on the network.
    pub fn from_socket(scheme: Scheme, at: SocketAddr) -> Self {
        let (host, port) = (Host::from_socket(at), at.port());
        Self { scheme, key: None, host, port, room: String::new(), options: Vec::new() }
    }

    /// Of whoever has this key, wherever that is.
    pub const fn from_key(scheme: Scheme, key: PublicKey) -> Self {
        let (key, host, port) = (Some(key), Host::Anywhere, scheme.default_port);
        Self { scheme, key, host, port, room: String::new(), options: Vec::new() }
    }

    /// The value of the option `key`, if it was given.
    pub fn option(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The same address with the option `key` set, or taken away.
    #[must_use]
    pub fn with_option(mut self, key: &str, value: Option<&str>) -> Self {
        self.options.retain(|(name, _)| name != key);
        if let Some(value) = value {
            self.options.push((key.to_owned(), value.to_owned()));
        }
        self
    }

    /// `host:port`, and the room if there is one, as it stands in a list; of a peer that is known by its key the first
    /// letters of that.
    pub fn authority(&self) -> String {
        self.key.map_or_else(|| self.location(), |key| key.groups())
    }

    /// Where it is: `host:port`, and the room if there is one; empty: wherever it is found by its key.
    pub fn location(&self) -> String {
        let slash = if self.room.is_empty() { "" } else { "/" };
        let (port, room) = (self.port, &self.room);
        match &self.host {
            Host::Name(_) | Host::Ip(IpAddr::V4(_)) => format!("{}:{port}{slash}{room}", self.host),
            Host::Ip(IpAddr::V6(_)) | Host::Scoped(..) => format!("[{}]:{port}{slash}{room}", self.host),
            Host::Anywhere => String::new(),
        }
    }

    /// The socket address, where nothing has to be looked up: also when the interface is given as its number.
    pub fn literal(&self) -> Option<SocketAddr> {
        match &self.host {
            Host::Ip(ip) => Some(SocketAddr::new(ip.to_canonical(), self.port)),
            Host::Scoped(ip, zone) => {
                let scope = zone.parse().ok()?;
                Some(SocketAddrV6::new(*ip, self.port, 0, scope).into())
            }
            Host::Name(_) | Host::Anywhere => None,
        }
    }

    /// Same peer or room, whatever the other options say; and wherever it is, if it is known by its key.
    pub fn is_same_place(&self, other: &Self) -> bool {
        if self.key.is_some() || other.key.is_some() {
            return self.scheme.name == other.scheme.name && self.key == other.key;
        }
        self.scheme.name == other.scheme.name
            && (&self.host, self.port, &self.room) == (&other.host, other.port, &other.room)
            && self.option(GROUP) == other.option(GROUP)
    }

    /// What is written there where nobody says otherwise. The group chats of `FeiQ` know GBK alone.
    pub fn usual_encoding(&self) -> &'static str {
        if self.option(GROUP).is_some() { "gbk" } else { "utf-8" }
    }

    /// It means all who are on the network.
    pub const fn is_broadcast(&self) -> bool {
        matches!(self.host, Host::Ip(IpAddr::V4(ip)) if ip.is_broadcast())
    }

    /// Many people are behind it.
    pub fn is_room(&self) -> bool {
        self.scheme.caps.group || self.option(GROUP).is_some()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme.name)?;
        let location = self.location();
        if let Some(key) = self.key {
            write!(f, "{key}{}", if location.is_empty() { "" } else { "@" })?;
        }
        f.write_str(&location)?;
        for (index, (key, value)) in self.options.iter().enumerate() {
            write!(f, "{}{key}={value}", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

/// Takes the key from the front, which schemes have to have whose peers are known by it, and no other.
fn split_key(authority: &str, scheme: Scheme) -> Result<(Option<PublicKey>, &str), AddressError> {
    if !scheme.caps.keys {
        return Ok((None, authority));
    }
    let (key, rest) = authority.split_once('@').unwrap_or((authority, ""));
    let read = key.parse().map_err(|_unreadable| AddressError::Key(key.to_owned()))?;
    Ok((Some(read), rest))
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), AddressError> {
    if authority.starts_with('[') {
        let Some((inside, after)) = authority.split_once(']') else {
            return Err(AddressError::Brackets(authority.to_owned()));
        };
        let host = inside.strip_prefix('[').unwrap_or(inside);
        if !host.contains(':') {
            return Err(AddressError::Host(host.to_owned()));
        }
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(AddressError::Port(after.to_owned())),
        };
    }
    match authority.matches(':').count() {
        0 => Ok((authority, None)),
        1 => Ok(authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))),
        _ => Err(AddressError::Brackets(authority.to_owned())),
    }
}

fn parse_port(text: &str) -> Result<u16, AddressError> {
    let bad = || AddressError::Port(text.to_owned());
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    match text.parse::<u16>() {
        Ok(port) if port > 0 => Ok(port),
        Ok(_) | Err(_) => Err(bad()),
    }
}

fn parse_host(text: &str) -> Result<Host, AddressError> {
    let bad = || AddressError::Host(text.to_owned());
    if let Some((ip, zone)) = text.split_once('%') {
        // RFC 6874 writes the zone separator as %25; people write a bare %.
        let zone = zone.strip_prefix("25").filter(|rest| !rest.is_empty()).unwrap_or(zone);
        let ip = ip.parse::<Ipv6Addr>().map_err(|_not_an_ip| bad())?;
        let good = !zone.is_empty() && zone.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        return if good { Ok(Host::Scoped(ip, zone.to_owned())) } else { Err(bad()) };
    }
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().map(|ip| Host::Ip(IpAddr::V6(ip))).map_err(|_not_an_ip| bad());
    }
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Ok(Host::Ip(IpAddr::V4(ip)));
    }
    if is_name(text) { Ok(Host::Name(text.to_owned())) } else { Err(bad()) }
}

/// A host name as RFC 1123 section 2.1 has it, and international letters as people type them.
/// A name whose last label is all digits would be a mistyped IPv4 address.
fn is_name(text: &str) -> bool {
    let labels: Vec<&str> = text.strip_suffix('.').unwrap_or(text).split('.').collect();
    let good = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric = labels.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    text.len() <= 253 && labels.iter().all(good) && !numeric
}

/// People name rooms in their own letters; only what would make the address mean something else is refused.
fn parse_room(text: &str, scheme: Scheme) -> Result<String, AddressError> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let good = |c: char| !c.is_control() && !c.is_whitespace() && !"/?#&=%".contains(c);
    let allowed = text.is_empty() || (scheme.caps.rooms && text.chars().all(good));
    if allowed { Ok(text.to_owned()) } else { Err(AddressError::Room(text.to_owned())) }
}

fn parse_options(query: &str) -> Result<Vec<(String, String)>, AddressError> {
    let mut options: Vec<(String, String)> = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let bad = || AddressError::Option(part.to_owned());
        let (key, value) = part.split_once('=').ok_or_else(bad)?;
        let key_is_good =
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
        // People are called what they like; what would mean something in an address is percent-encoded.
        let value_is_good =
            !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "-_.:@%".contains(c));
        if !key_is_good || !value_is_good || options.iter().any(|(name, _)| name == key) {
            return Err(bad());
        }
        options.push((key.to_owned(), value.to_owned()));
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Caps;

    const UDP: Scheme =
        Scheme { name: "udp", default_port: 8081, caps: Caps { encodings: true, ..Caps::NONE } };

    fn parse(text: &str) -> Result<Address, AddressError> {
        Address::parse(text, &[UDP])
    }

    #[test]
    fn good_addresses_round_trip() {
        for (text, shown) in [
            ("127.0.0.1:8081", "udp://127.0.0.1:8081"),
            ("udp://127.0.0.1", "udp://127.0.0.1:8081"),
            ("127.0.0.1", "udp://127.0.0.1:8081"),
            ("[::1]", "udp://[::1]:8081"),
            (" UDP://localhost:9/ ", "udp://localhost:9"),
            ("[::1]:6000", "udp://[::1]:6000"),
            ("udp://[fe80::1%25eth0]:1", "udp://[fe80::1%eth0]:1"),
            ("udp://[fe80::1%eth0]:1", "udp://[fe80::1%eth0]:1"),
            ("教室.local:8081?encoding=gb18030", "udp://教室.local:8081?encoding=gb18030"),
            ("10.0.0.7:1?person=王@PC%207", "udp://10.0.0.7:1?person=王@PC%207"),
        ] {
            let address = parse(text).expect(text);
            assert_eq!(address.to_string(), shown);
            assert_eq!(parse(shown).as_ref(), Ok(&address));
        }
    }

    #[test]
    fn what_was_seen_on_the_network_keeps_its_interface() {
        for (seen, shown) in [
            ("127.0.0.1:9", "udp://127.0.0.1:9"),
            ("[::1]:9", "udp://[::1]:9"),
            ("[fe80::1%2]:9", "udp://[fe80::1%2]:9"),
        ] {
            let address = Address::from_socket(UDP, seen.parse().expect(seen));
            assert_eq!(address.to_string(), shown);
            assert_eq!(parse(shown), Ok(address));
        }
    }

    #[test]
    fn bad_addresses_name_the_offending_part() {
        let text = |part: &str| part.to_owned();
        for (bad, error) in [
            ("", AddressError::Empty),
            ("localhost", AddressError::NoPort),
            ("ftp://host:1", AddressError::Scheme(text("ftp"))),
            ("127.0.0.1:0", AddressError::Port(text("0"))),
            ("127.0.0.1:65536", AddressError::Port(text("65536"))),
            ("127.0.0.1:+1", AddressError::Port(text("+1"))),
            ("127.0.0.1:80x", AddressError::Port(text("80x"))),
            ("127.0.0.256:80", AddressError::Host(text("127.0.0.256"))),
            ("a b:80", AddressError::Host(text("a b"))),
            (":80", AddressError::Host(text(""))),
            ("::1:80", AddressError::Brackets(text("::1:80"))),
            ("[::1", AddressError::Brackets(text("[::1"))),
            ("[127.0.0.1]:80", AddressError::Host(text("127.0.0.1"))),
            ("[::1]80", AddressError::Port(text("80"))),
            ("h:1?encoding", AddressError::Option(text("encoding"))),
            ("h:1?a=b&a=c", AddressError::Option(text("a=c"))),
            ("h:1?a=\u{1b}", AddressError::Option(text("a=\u{1b}"))),
        ] {
            assert_eq!(parse(bad), Err(error), "{bad}");
        }
    }
}
