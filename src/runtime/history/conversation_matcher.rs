//! Which conversation of this profile an imported message belongs to.
//!
//! A contact may have got another name since, or have become a stranger, or the other way round: what was said
//! with one peer comes together all the same, and nothing is taken in twice.

use std::collections::BTreeMap;

use crate::model::Contact;
use crate::model::history::{ConversationRecord, PeerKind};

/// The contacts of today, and the conversations of the history.
#[derive(Debug)]
pub(super) struct ConversationMatcher {
    contacts: Vec<(String, String)>,
    cards: Vec<ConversationRecord>,
    /// What was found before, by name, address and whether it is a stranger.
    found: BTreeMap<(String, String, bool), ConversationRecord>,
}

impl ConversationMatcher {
    pub(super) fn new(contacts: &[Contact], mut cards: Vec<ConversationRecord>) -> Self {
        let contacts =
            contacts.iter().map(|contact| (contact.name.clone(), contact.address.to_string())).collect();
        // Its address is another in every run.
        cards.retain(|card| card.kind != PeerKind::Echo);
        Self { contacts, cards, found: BTreeMap::new() }
    }

    /// The card under which the history knows the conversation, or is to know it from now on.
    pub(super) fn of(&mut self, card: ConversationRecord) -> ConversationRecord {
        if card.kind == PeerKind::Echo {
            return card;
        }
        let key = (card.name.clone(), card.address.clone(), card.kind == PeerKind::Stranger);
        if let Some(found) = self.found.get(&key) {
            return found.clone();
        }
        let found = self.find(&card).unwrap_or(card);
        self.found.insert(key, found.clone());
        found
    }

    /// `None`: it is known as it stands, or not at all.
    fn find(&self, card: &ConversationRecord) -> Option<ConversationRecord> {
        if self.is_known(card) {
            return None;
        }
        let same = |address: &str| address == card.address;
        // An address with options means exactly what it says.
        let near = |address: &str| address.split('?').next() == Some(&card.address);
        self.at(card, same).or_else(|| self.at(card, near))
    }

    fn is_known(&self, card: &ConversationRecord) -> bool {
        match card.kind {
            PeerKind::Contact => {
                let there = |one: &ConversationRecord| one.kind == PeerKind::Contact && one.name == card.name;
                self.cards.iter().any(there) || self.contacts.iter().any(|(name, _)| *name == card.name)
            }
            PeerKind::Stranger => {
                let there =
                    |one: &ConversationRecord| one.kind == PeerKind::Stranger && one.address == card.address;
                self.cards.iter().any(there)
            }
            PeerKind::Echo => true,
        }
    }

    fn at(&self, card: &ConversationRecord, is_there: impl Fn(&str) -> bool) -> Option<ConversationRecord> {
        let contact = self.contacts.iter().find(|(_, address)| is_there(address));
        let today = contact.map(|(name, address)| ConversationRecord {
            name: name.clone(),
            address: address.clone(),
            kind: PeerKind::Contact,
            ..card.clone()
        });
        today.or_else(|| self.cards.iter().find(|one| is_there(&one.address)).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationId, NotifyLevel};
    use crate::net::parse_address;

    fn card(name: &str, address: &str, kind: PeerKind) -> ConversationRecord {
        let (name, address) = (name.to_owned(), format!("udp://{address}"));
        ConversationRecord {
            conversation: ConversationId(0),
            name,
            address,
            kind,
            known: true,
            aside: false,
            joined: false,
            trust: None,
        }
    }

    fn named(
        contacts: &[(&str, &str)],
        cards: &[ConversationRecord],
        wanted: ConversationRecord,
    ) -> (String, PeerKind) {
        let contact = |(name, address): &(&str, &str)| Contact {
            name: (*name).to_owned(),
            address: parse_address(address).expect("an address"),
            notify: NotifyLevel::All,
            pinned: false,
            accept: None,
            keep: None,
        };
        let contacts: Vec<Contact> = contacts.iter().map(contact).collect();
        let mut rooms = ConversationMatcher::new(&contacts, cards.to_vec());
        let found = rooms.of(wanted.clone());
        assert_eq!(rooms.of(wanted), found, "asked again");
        (found.name, found.kind)
    }

    #[test]
    fn a_peer_stays_one_conversation_whatever_became_of_it() {
        use PeerKind::{Contact, Echo, Stranger};
        let alex = || card("alex", "h:1", Contact);
        let stranger = || card("h:1", "h:1", Stranger);
        let is = |name: &str, kind| (name.to_owned(), kind);
        assert_eq!(named(&[], &[], alex()), is("alex", Contact), "new here");
        assert_eq!(named(&[("alex", "h:2")], &[], alex()), is("alex", Contact), "it moved");
        assert_eq!(named(&[("bob", "h:1")], &[card("alex", "h:2", Contact)], alex()), is("alex", Contact));
        assert_eq!(named(&[("alexis", "h:1")], &[], alex()), is("alexis", Contact), "renamed");
        assert_eq!(named(&[], &[stranger()], alex()), is("h:1", Stranger), "no contact any more");
        assert_eq!(named(&[("alex", "h:1?encoding=gbk")], &[], stranger()), is("alex", Contact));
        assert_eq!(named(&[], &[alex()], stranger()), is("alex", Contact), "a contact since");
        assert_eq!(named(&[("alex", "h:1")], &[stranger()], stranger()), is("h:1", Stranger), "not yet seen");
        let gbk = card("alex", "h:1?encoding=gbk", Contact);
        assert_eq!(named(&[("bob", "h:1")], &[stranger()], gbk), is("alex", Contact), "another encoding");
        let echo = || card("echo", "h:1", Echo);
        assert_eq!(named(&[("alex", "h:1")], &[], echo()), is("echo", Echo));
        assert_eq!(named(&[], &[echo()], stranger()), is("h:1", Stranger));
    }
}
