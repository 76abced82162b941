//! How those who write in a room are shown: by name or address, in a colour of their own, and with a tag where a name
//! can be taken for another one. All of it comes from the name or the address alone, so that it is the same on every
//! screen and after every start.

use std::net::SocketAddr;

use super::theme::{Role, SENDERS};
use crate::app::{MemberKey, RoomMembers};
use crate::model::Host;
use crate::model::text::plain_line;

/// Whoever wrote a message in a room, as it is shown. Strings are escaped already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender {
    pub name: String,
    /// Tells two names apart that look alike; mostly empty.
    pub tag: String,
    pub colour: Role,
}

impl Sender {
    pub(super) fn new(who: &MemberKey, members: &RoomMembers, me: &str) -> Self {
        let (name, tag) = match who {
            MemberKey::Named(name) => {
                let doubtful = members.is_doubtful(name, me);
                (plain_line(name), if doubtful { tag(name) } else { String::new() })
            }
            MemberKey::At(source) => (place(*source), String::new()),
        };
        Self { name, tag, colour: colour(who) }
    }

    /// On one line, where there is no room for colours.
    pub(super) fn line(&self) -> String {
        if self.tag.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.tag) }
    }
}

/// The address of a sender as rooms show it.
fn place(source: SocketAddr) -> String {
    format!("[{} : {}]", Host::from_socket(source), source.port())
}

/// Whoever chooses a name that looks like another one has another number all the same.
fn tag(name: &str) -> String {
    format!("#{:04x}", (hash(name) >> 20) & 0xffff)
}

pub(super) fn colour(who: &MemberKey) -> Role {
    let hash = match who {
        MemberKey::Named(name) => hash(name),
        // Another start of a program speaks from another port.
        MemberKey::At(source) => hash(&source.ip().to_string()),
    };
    let count = u64::try_from(SENDERS.len()).unwrap_or(1);
    let at = usize::try_from((hash ^ (hash >> 32)) % count).unwrap_or_default();
    SENDERS.get(at).map_or(Role::Name, |(name, _)| *name)
}

/// FNV-1a with 64 bits: simple, and no other in any later version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;

    fn named(name: &str) -> MemberKey {
        MemberKey::Named(Arc::from(name))
    }

    #[test]
    fn a_sender_has_the_same_colour_and_tag_for_ever() {
        assert_eq!((hash(""), hash("a")), (0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c));
        assert_eq!(colour(&named("侯哥")), Role::Sender3);
        assert_eq!(colour(&MemberKey::At("10.0.0.7:7788".parse().expect("literal"))), Role::Sender7);
        assert_eq!(tag("alex"), "#3aad");
    }

    #[test]
    fn names_and_addresses_spread_over_all_colours() {
        let names: BTreeSet<String> =
            (0..100).map(|number| format!("{:?}", colour(&named(&format!("user{number}"))))).collect();
        let at = |number: u8| MemberKey::At(([192, 168, 1, number], 7788).into());
        let places: BTreeSet<String> = (0..100).map(|number| format!("{:?}", colour(&at(number)))).collect();
        assert_eq!((names.len(), places.len()), (SENDERS.len(), SENDERS.len()));
    }

    #[test]
    fn an_address_is_written_as_rooms_write_it() {
        for (source, shown) in [("10.0.0.7:7788", "[10.0.0.7 : 7788]"), ("[fe80::1%3]:5", "[fe80::1%3 : 5]")]
        {
            assert_eq!(place(source.parse().expect("literal")), shown);
        }
    }
}
