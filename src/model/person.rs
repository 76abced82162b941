//! Who somebody is where an address only says where: the user and the machine that their program names. Not proved.
//!
//! Stands in an address as its option `person`, percent-encoded (RFC 3986 section 2.1) where a character would mean
//! something there: `ipmsg://10.77.5.2?person=wang@PC-7`. So whatever keeps an address keeps the person with it: the
//! history, exports, the file of contacts.

use std::fmt;
use std::net::IpAddr;

use super::Address;

/// The option of an address that names a person.
pub const PERSON: &str = "person";

/// Bytes of a user, and of a machine. What is longer was cut by whoever read it from the network.
const MAX_NAME: usize = 256;
/// The digits behind the user of an official client that has a key.
const FINGERPRINT: usize = 16;

/// A user on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    user: String,
    host: String,
}

impl Person {
    /// `None`: nobody is named.
    pub fn new(user: &str, host: &str) -> Option<Self> {
        let (user, host) = (clean(user), clean(host));
        (!user.is_empty() || !host.is_empty()).then_some(Self { user, host })
    }

    /// The person that an address is of, where it says so.
    pub fn of(address: &Address) -> Option<Self> {
        Self::parse(address.option(PERSON)?)
    }

    /// The same address, of this person.
    pub fn at(&self, address: Address) -> Address {
        address.with_option(PERSON, Some(&self.code()))
    }

    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether both are one person, as far as names can tell. Machines are known by their first label, whatever the
    /// case: programs of one person write `PC-7`, `pc-7` and `pc-7.office.example`. An empty part says nothing.
    pub fn is_same(&self, other: &Self) -> bool {
        let agree = |one: String, other: String| one.is_empty() || other.is_empty() || one == other;
        agree(folded_user(&self.user), folded_user(&other.user))
            && agree(folded_host(&self.host), folded_host(&other.host))
    }

    /// The same user on another machine: it may have been renamed.
    pub fn is_same_user(&self, other: &Self) -> bool {
        !self.user.is_empty() && folded_user(&self.user) == folded_user(&other.user)
    }

    /// `user@host` as it stands in an address. [`Person::parse`] reads it.
    pub fn code(&self) -> String {
        format!("{}@{}", escaped(&self.user), escaped(&self.host))
    }

    /// `None`: nobody can have written this.
    pub fn parse(code: &str) -> Option<Self> {
        let (user, host) = code.split_once('@')?;
        Self::new(&plain(user)?, &plain(host)?)
    }
}

/// For a person to read.
impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.user.as_str(), self.host.as_str()) {
            (user, "") => f.write_str(user),
            ("", host) => f.write_str(host),
            (user, host) => write!(f, "{user}@{host}"),
        }
    }
}

fn clean(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    text.get(..text.floor_char_boundary(MAX_NAME)).unwrap_or_default().to_owned()
}

fn folded_user(user: &str) -> String {
    let is_print = |print: &str| print.len() == FINGERPRINT && print.bytes().all(|b| b.is_ascii_hexdigit());
    let bare = user.rsplit_once("-<").filter(|(_, rest)| rest.strip_suffix('>').is_some_and(is_print));
    bare.map_or(user, |(bare, _)| bare).to_lowercase()
}

fn folded_host(host: &str) -> String {
    let label = if host.parse::<IpAddr>().is_ok() { host } else { host.split('.').next().unwrap_or(host) };
    label.to_lowercase()
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "-_.".contains(c)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if is_plain(c) {
            escaped.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                escaped.extend(format!("%{byte:02X}").chars());
            }
        }
    }
    escaped
}

fn plain(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let (byte, tail) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digits = [*high, *low];
                (u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?, tail)
            }
            (b'%', _) => return None,
            (byte, tail) => (*byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(user: &str, host: &str) -> Person {
        Person::new(user, host).expect("named")
    }

    #[test]
    fn a_machine_is_the_same_whatever_the_case_and_the_domain() {
        let wang = person("Wang", "PC-7");
        for same in [person("wang", "pc-7"), person("WANG", "pc-7.office.example"), person("wang", "")] {
            assert!(wang.is_same(&same) && same.is_same(&wang), "{same}");
        }
        assert!(wang.is_same(&person("Wang-<0123456789abcdef>", "PC-7")));
        for other in [person("li", "PC-7"), person("Wang", "PC-8"), person("Wang", "10.0.0.7")] {
            assert!(!wang.is_same(&other) && !other.is_same(&wang), "{other}");
        }
        assert!(!person("a", "10.0.0.7").is_same(&person("a", "10.0.0.8")));
    }

    #[test]
    fn nobody_is_no_person() {
        assert_eq!(Person::new(" \0", "\u{1b}"), None);
        for bad in ["", "wang", "@", "%4@x", "%zz@x", "%ff@x"] {
            assert_eq!(Person::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_person_is_read_as_it_was_written(user in ".{0,20}", host in ".{0,20}") {
            if let Some(person) = Person::new(&user, &host) {
                prop_assert_eq!(Person::parse(&person.code()), Some(person));
            }
        }
    }
}
