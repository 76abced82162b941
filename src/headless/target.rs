//! Whom a command is to reach: a contact by its name, or whoever is at an address.

use super::output::Console;
use super::{CommandError, broken};
use crate::app::{Conversation, Event, Intent, PeerKind};
use crate::model::{Address, Contact, ConversationId, NotifyLevel, Phrase};
use crate::runtime::{Session, parse_address};

/// The conversation that is meant: a contact's by its name, else the one with the address.
pub(super) fn open(
    session: &mut Session,
    target: &str,
    output: &Console,
) -> Result<ConversationId, CommandError> {
    let target = target.trim();
    if let Some(contact) = session.state.contact_named(target) {
        return may_be_sent_to(contact).map(|()| contact.id);
    }
    let address = parse_address(target).map_err(|error| {
        // No contact is called like that: it is an address, and something in it is wrong.
        if target.contains("://") {
            return error.phrase();
        }
        let reason = output.lang().phrase(&error.phrase());
        Phrase::new("headless-no-target").text("name", target).text("reason", reason)
    })?;
    let there = session.state.at_address(&address);
    // What was said to somebody who asks, has another key or is blocked, was not to be said.
    there.map_or(Ok(()), may_be_sent_to)?;
    let contact = there.filter(|there| there.kind != PeerKind::Stranger);
    // An address without options leaves them to the contact that is there; with options it means what it says.
    if let Some(there) = contact.filter(|there| address.options.is_empty() || there.address == address) {
        return Ok(there.id);
    }
    if there.is_some() {
        session.apply(Event::ContactsLoaded { contacts: vec![only_peer(&address)], edit: None });
    } else {
        session.ask(Intent::Visit { address: address.clone() });
    }
    session.state.at_address(&address).map(|place| place.id).ok_or_else(broken)
}

/// For this run, so that no other at the same place takes its answers.
fn only_peer(address: &Address) -> Contact {
    let (name, address) = (address.authority(), address.clone());
    Contact { name, address, notify: NotifyLevel::None, pinned: false, accept: None, keep: None }
}

/// An error where a person has decided otherwise about the key, or has yet to decide: then nothing would go out.
fn may_be_sent_to(place: &Conversation) -> Result<(), CommandError> {
    let forbidden = place.forbids_sending();
    forbidden.map_or(Ok(()), |key| Err(Phrase::new(key).text("name", place.name.as_str()).into()))
}
