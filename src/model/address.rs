//! Addresses as a person writes them: `host:port`, or a URL `scheme://[key@]host[:port][/room][?option=value]` (RFC 3986);
//! of peers that are known by their keys also `scheme://key`. Where any of several hosts will do, commas stand between them.
//!
//! Only the syntax and the list of schemes are judged here; whether an option makes sense is the dialect's.
//! Never resolves a name.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use super::host_port::{HostPort, parse_host, parse_others, parse_port, split_hosts, split_port};
use super::{AddressError, Host, PublicKey, Scheme};

/// A parsed address. `Display` gives the shortest form that parses to the same value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub scheme: Scheme,
    /// Whose it is, for schemes whose peers are known by their keys; never `None` there.
    pub key: Option<PublicKey>,
    pub host: Host,
    pub port: u16,
    /// Other hosts that are as good, in the order in which they are tried behind this one; for schemes that have them.
    pub others: Vec<HostPort>,
    /// Which room of the host, for schemes that have rooms there; empty: none is named.
    pub room: String,
    /// The `?key=value&…` part in the order it was written.
    pub options: Vec<(String, String)>,
}

/// The option that says which room is meant, where many share one address.
pub const GROUP: &str = "group";

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
        let (first, others) = split_hosts(authority, scheme)?;
        let (host, port) = split_port(first)?;
        let port = match port {
            Some(port) => parse_port(port)?,
            // What could be the mistyped name of a contact is looked up nowhere.
            None if explicit || !matches!(parse_host(host), Ok(Host::Name(_)) | Err(_)) => {
                scheme.default_port
            }
            None => return Err(AddressError::NoPort),
        };
        let first = HostPort { host: parse_host(host)?, port };
        let others = parse_others(&first, others, scheme)?;
        let HostPort { host, port } = first;
        Ok(Self { scheme, key, host, port, others, room, options })
    }

    /// The plain address of a peer that was seen on the network.
    pub fn from_socket(scheme: Scheme, at: SocketAddr) -> Self {
        let (host, port) = (Host::from_socket(at), at.port());
        Self { scheme, key: None, host, port, others: Vec::new(), room: String::new(), options: Vec::new() }
    }

    /// Of whoever has this key, wherever that is.
    pub const fn from_key(scheme: Scheme, key: PublicKey) -> Self {
        let (key, host, port) = (Some(key), Host::Anywhere, scheme.default_port);
        Self { scheme, key, host, port, others: Vec::new(), room: String::new(), options: Vec::new() }
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

    /// Where it is: `host:port` of each host, and the room if there is one; empty: wherever it is found by its key.
    pub fn location(&self) -> String {
        let slash = if self.room.is_empty() { "" } else { "/" };
        let hosts: Vec<String> = self.hosts().map(|one| one.to_string()).collect();
        if self.host == Host::Anywhere { String::new() } else { hosts.join(",") + slash + &self.room }
    }

    /// Each host that the address names, in the order in which they are tried.
    pub fn hosts(&self) -> impl Iterator<Item = HostPort> {
        let first = HostPort { host: self.host.clone(), port: self.port };
        std::iter::once(first).chain(self.others.iter().cloned())
    }

    /// The same hosts in the one order that all ways to write them have in common.
    pub fn sorted_hosts(&self) -> Vec<HostPort> {
        let mut hosts: Vec<_> = self.hosts().collect();
        hosts.sort();
        hosts
    }

    /// The same address with its first host alone.
    #[must_use]
    pub fn without_others(&self) -> Self {
        Self { others: Vec::new(), ..self.clone() }
    }

    /// The socket address, where nothing has to be looked up: also when the interface is given as its number.
    pub fn literal(&self) -> Option<SocketAddr> {
        HostPort { host: self.host.clone(), port: self.port }.literal()
    }

    /// Same peer or room, whatever the other options say and in whatever order its hosts stand; and wherever it is, if it is known by its key.
    pub fn is_same_place(&self, other: &Self) -> bool {
        if self.key.is_some() || other.key.is_some() {
            return self.scheme.name == other.scheme.name && self.key == other.key;
        }
        self.scheme.name == other.scheme.name
            && self.room == other.room
            && self.has_hosts_of(other)
            && self.option(GROUP) == other.option(GROUP)
    }

    fn has_hosts_of(&self, other: &Self) -> bool {
        match (self.others.len(), other.others.len()) {
            (0, 0) => (&self.host, self.port) == (&other.host, other.port),
            (ours, theirs) => ours == theirs && self.sorted_hosts() == other.sorted_hosts(),
        }
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
    use std::net::{Ipv6Addr, SocketAddrV6};

    use super::*;
    use crate::model::Caps;

    const UDP: Scheme =
        Scheme { name: "udp", default_port: 8081, caps: Caps { encodings: true, ..Caps::NONE } };

    const RELAY: Scheme =
        Scheme { name: "relay", default_port: 6000, caps: Caps { group: true, rooms: true, ..Caps::NONE } };

    fn parse(text: &str) -> Result<Address, AddressError> {
        Address::parse(text, &[UDP, RELAY])
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
            ("udp://[fe80::1%25251]:1", "udp://[fe80::1%25251]:1"),
            ("udp://[fe80::1%25]:1", "udp://[fe80::1%2525]:1"),
            ("教室.local:8081?encoding=gb18030", "udp://教室.local:8081?encoding=gb18030"),
            ("10.0.0.7:1?person=王@PC%207", "udp://10.0.0.7:1?person=王@PC%207"),
        ] {
            let address = parse(text).expect(text);
            assert_eq!(address.to_string(), shown);
            assert_eq!(parse(shown).as_ref(), Ok(&address));
        }
    }

    /// A machine with many containers has as many interfaces.
    #[test]
    fn whoever_wrote_is_found_again_by_the_address_whatever_the_number_of_the_interface() {
        for scope in [1, 2, 25, 250, 251, 2_525] {
            let at =
                SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1), 1, 0, scope));
            let address = Address::from_socket(UDP, at);
            assert_eq!(parse(&address.to_string()).expect("an address").literal(), Some(at), "{address}");
        }
    }

    #[test]
    fn several_hosts_stand_in_one_address_each_with_its_port() {
        for (text, shown) in [
            (
                "relay://a.example,b.example:7000,10.0.0.3/class",
                "relay://a.example:6000,b.example:7000,10.0.0.3:6000/class",
            ),
            ("relay://[::1],[fe80::1%25eth0]:7/", "relay://[::1]:6000,[fe80::1%eth0]:7"),
            ("relay://a,a:6000,b,b/x", "relay://a:6000,b:6000/x"),
            ("relay://a/x,y", "relay://a:6000/x,y"),
            ("relay://a,b,c,d,e,f,g,h", "relay://a:6000,b:6000,c:6000,d:6000,e:6000,f:6000,g:6000,h:6000"),
        ] {
            let address = parse(text).expect(text);
            assert_eq!(address.to_string(), shown);
            assert_eq!(parse(shown).as_ref(), Ok(&address));
        }
    }

    #[test]
    fn another_order_of_hosts_is_the_same_place_and_another_host_is_not() {
        let address = |text| parse(text).expect(text);
        let one = address("relay://a,b:7000/x");
        for (other, same) in [
            ("relay://b:7000,a/x", true),
            ("relay://a,b:7000/y", false),
            ("relay://a,b/x", false),
            ("relay://a/x", false),
            ("relay://a,b:7000,c/x", false),
        ] {
            assert_eq!(one.is_same_place(&address(other)), same, "{other}");
            assert_eq!(address(other).is_same_place(&one), same, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn hosts_are_read_back_as_they_were_written(
            hosts in proptest::collection::vec(("[a-z]{1,5}(\\.[a-z]{1,5})?", 1_u16..), 1..8),
            turn in 0_usize..8,
        ) {
            let mut hosts: Vec<String> = hosts.iter().map(|(host, port)| format!("{host}:{port}")).collect();
            hosts.sort();
            hosts.dedup();
            let text = format!("relay://{}/room", hosts.join(","));
            let address = parse(&text).expect("an address");
            proptest::prop_assert_eq!(address.to_string(), text);
            proptest::prop_assert_eq!(address.hosts().count(), hosts.len());
            let by = turn % hosts.len();
            hosts.rotate_left(by);
            let turned = parse(&format!("relay://{}/room", hosts.join(","))).expect("an address");
            proptest::prop_assert!(turned.is_same_place(&address));
            proptest::prop_assert_eq!(turned.sorted_hosts(), address.sorted_hosts());
        }

        #[test]
        fn no_text_between_commas_is_too_much(text in "[a-z0-9:,\\[\\]%.]{0,80}") {
            if let Ok(address) = parse(&format!("relay://{text}/room")) {
                proptest::prop_assert!(address.hosts().count() <= crate::model::MAX_HOSTS);
                let again = parse(&address.to_string());
                proptest::prop_assert_eq!(again.as_ref(), Ok(&address));
            }
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
            ("a:1,b:2", AddressError::Hosts(text("a:1,b:2"))),
            ("relay://a,b:0/x", AddressError::Port(text("0"))),
            ("relay://a,,b/x", AddressError::Hosts(text("a,,b"))),
            ("relay://,a/x", AddressError::Hosts(text(",a"))),
            ("relay://a,/x", AddressError::Hosts(text("a,"))),
            ("relay://a,::1/x", AddressError::Brackets(text("::1"))),
            ("relay://a,b,c,d,e,f,g,h,i/x", AddressError::TooManyHosts(text("a,b,c,d,e,f,g,h,i"))),
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
