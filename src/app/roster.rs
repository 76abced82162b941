//! Who there is: contacts as their file has them, and what a person does with any peer.

use std::net::SocketAddr;

use super::conversation::stranger_rank;
use super::event::{ContactsEdit, Effect};
use super::state::State;
use super::strangers::forget;
use super::{Conversation, PeerKind, nearby, persons, reading, rooms, strangers};
use crate::model::contact::ECHO_NAME;
use crate::model::history::StoreCommand;
use crate::model::traffic::Listening;
use crate::model::{Address, Contact, ConversationId, ErrorCode, Person, Phrase};

/// `contacts.toml` as it is now. A contact that went keeps its conversation as a stranger if anything was said.
pub(super) fn load(
    state: &mut State,
    contacts: Vec<Contact>,
    edit: Option<ContactsEdit>,
    effects: &mut Vec<Effect>,
) {
    if let Some(ContactsEdit::Rename { old, new }) = &edit {
        let renamed = state.conversations.values_mut().find(|one| one.name == *old && is_contact(one));
        if let Some(renamed) = renamed {
            renamed.name.clone_from(new);
            effects.push(renamed.save_record());
        }
    }
    rename_by_address(state, &contacts, effects);
    drop_missing(state, &contacts, effects);
    for (rank, contact) in (0..).zip(contacts) {
        place(state, rank, contact, effects);
    }
    if let Some(ContactsEdit::Add { name, .. }) = edit
        && let Some(added) = state.contact_named(&name).map(|one| one.id)
    {
        rooms::enter(state, added, effects);
    }
}

/// A name that went while its address stayed under a new name was changed in the file.
fn rename_by_address(state: &mut State, contacts: &[Contact], effects: &mut Vec<Effect>) {
    let named =
        |state: &State, name: &str| state.conversations().any(|one| is_contact(one) && one.name == name);
    for contact in contacts {
        if named(state, &contact.name) {
            continue;
        }
        let renamed = state.conversations.values_mut().find(|one| {
            is_contact(one)
                && one.address.is_same_place(&contact.address)
                && !contacts.iter().any(|other| other.name == one.name)
        });
        if let Some(renamed) = renamed {
            renamed.name.clone_from(&contact.name);
            effects.push(renamed.save_record());
        }
    }
}

fn is_contact(one: &Conversation) -> bool {
    one.kind == PeerKind::Contact
}

fn drop_missing(state: &mut State, contacts: &[Contact], effects: &mut Vec<Effect>) {
    let gone: Vec<ConversationId> = state
        .conversations()
        .filter(|one| is_contact(one) && !contacts.iter().any(|contact| contact.name == one.name))
        .map(|one| one.id)
        .collect();
    for id in gone {
        let Some(one) = state.conversations.get_mut(id) else { continue };
        let is_empty = one.activity.is_empty() && one.input.draft().is_empty();
        if is_empty && !one.has_left() {
            let stays = nearby::presence(one);
            forget(state, id, effects);
            effects.push(Effect::Store(StoreCommand::Evict { conversation: id }));
            nearby::stay(state, stays, effects);
        } else {
            one.kind = PeerKind::Stranger;
            state.crowd.add(id, None);
            // No flood of strangers takes what was said with a contact.
            one.set_known();
            one.name = persons::name_of(&one.address);
            one.rank = stranger_rank(id);
            effects.push(one.save_record());
            if one.is_room() {
                // The file says which rooms one is in.
                effects.extend(one.leave());
            } else {
                effects.push(one.follow());
            }
        }
    }
}

/// A contact of the file: the conversation of that name, or a stranger's at that address, or a new one.
fn place(state: &mut State, rank: u32, contact: Contact, effects: &mut Vec<Effect>) {
    let known = state.conversations().find(|one| is_contact(one) && one.name == contact.name);
    let stranger = || {
        let person = Person::of(&contact.address);
        let there = state.there(&contact.address).filter(|one| one.kind == PeerKind::Stranger);
        // Of several at one address whoever is there now.
        let there = there.filter(|one| one.may_be(person.as_ref()));
        there.min_by_key(|one| (!one.status.is_up(), one.rank))
    };
    if let Some(id) = known.or_else(stranger).map(|one| one.id) {
        adopt(state, id, rank, contact, effects);
        return;
    }
    let id = state.new_conversation_id();
    let mut fresh = Conversation::new(id, contact.name, contact.address, PeerKind::Contact);
    fresh.rank = rank;
    fresh.notify = contact.notify;
    fresh.set_known();
    effects.push(fresh.save_record());
    effects.push(fresh.follow());
    state.insert(fresh);
}

fn adopt(state: &mut State, id: ConversationId, rank: u32, contact: Contact, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversation(id) else { return };
    // The file says where; who was met there is known from before.
    let address = persons::kept(one, contact.address);
    let (readdressed, before) = (one.address != address, one.record());
    state.move_to(id, address);
    state.silent.remove(id);
    state.crowd.remove(id);
    let Some(one) = state.conversations.get_mut(id) else { return };
    // That it is to be removed from the file has yet to be written there.
    let leaving = one.has_left() && is_contact(one);
    let changed = !leaving && (readdressed || one.rank != rank || !one.is_followed());
    one.set_known();
    one.kind = PeerKind::Contact;
    one.name = contact.name;
    one.notify = contact.notify;
    one.rank = rank;
    one.ignored = false;
    if one.record() != before {
        effects.push(one.save_record());
    }
    if changed {
        effects.push(one.follow());
    }
    if readdressed {
        reading::redecode(id, effects);
    }
}

/// The contacts of the last run stay contacts.
pub(super) fn follow_contacts(state: &mut State, effects: &mut Vec<Effect>) {
    for one in state.conversations.values_mut().filter(|one| is_contact(one)) {
        effects.extend(one.follow_once());
    }
}

/// Opens a conversation with any address, as a stranger until it is added.
pub(super) fn visit(state: &mut State, address: Address, effects: &mut Vec<Effect>) -> ConversationId {
    let known = state.at_address(&address).map(|one| one.id);
    let id = known.unwrap_or_else(|| strangers::new(state, address, effects));
    state.silent.remove(id);
    if let Some(one) = state.conversations.get_mut(id) {
        effects.extend(one.mark_known());
    }
    rooms::enter(state, id, effects);
    id
}

pub(super) fn add(name: String, address: &Address, effects: &mut Vec<Effect>) {
    effects.push(Effect::Contacts(ContactsEdit::Add { name, address: address.to_string() }));
}

pub(super) fn remove(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversation(id) else { return };
    match one.kind {
        PeerKind::Contact => {
            effects.push(Effect::Contacts(ContactsEdit::Remove { name: one.name.clone() }));
        }
        PeerKind::Stranger => {
            let stays = nearby::presence(one);
            forget(state, id, effects);
            effects.push(Effect::Store(StoreCommand::Forget { conversation: id }));
            nearby::stay(state, stays, effects);
        }
        PeerKind::Echo => state.tell(Phrase::new("status-echo-stays")),
    }
}

pub(super) fn rename(state: &mut State, id: ConversationId, name: String, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversation(id) else { return };
    match one.kind {
        PeerKind::Contact => {
            let old = one.name.clone();
            effects.push(Effect::Contacts(ContactsEdit::Rename { old, new: name }));
        }
        PeerKind::Stranger => add(name, &state.short_address(one), effects),
        PeerKind::Echo => state.tell(Phrase::new("status-echo-stays")),
    }
}

pub(super) fn readdress(state: &mut State, id: ConversationId, address: Address, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversation(id) else { return };
    if one.kind == PeerKind::Contact {
        let name = one.name.clone();
        effects.push(Effect::Contacts(ContactsEdit::SetAddress { name, address: address.to_string() }));
        return;
    }
    let out = one.is_out();
    state.move_to(id, address);
    let Some(one) = state.conversations.get_mut(id) else { return };
    effects.push(one.save_record());
    if !out {
        effects.push(one.follow());
    }
    reading::redecode(id, effects);
}

pub(super) fn ignore(state: &mut State, id: ConversationId) {
    if let Some(one) = state.conversations.get_mut(id).filter(|one| one.kind == PeerKind::Stranger) {
        one.ignored = true;
        one.activity.read();
        // It takes a place, so that it stays ignored.
        state.silent.remove(id);
    }
}

/// A hint on the row, no more: the next datagram from there or to there takes it away.
pub(super) fn unreachable(state: &mut State, id: ConversationId, _to: SocketAddr) {
    if let Some(one) = state.conversations.get_mut(id) {
        one.status.on_unreachable();
    }
}

/// A dialect's socket came up, or did not. A fall-back port is worth a line.
pub(super) fn listening(state: &mut State, listening: Listening) {
    if let (Some(wanted), Some(address)) = (listening.wanted, listening.address) {
        let told = match &listening.code {
            Some(code) if *code != ErrorCode::EADDRINUSE => {
                Phrase::new("status-port-refused").text("code", code)
            }
            Some(_) | None => Phrase::new("status-port-taken"),
        };
        state.tell(told.text("wanted", wanted.port().to_string()).text("port", address.port().to_string()));
    } else if let (None, Some(code)) = (listening.address, &listening.code) {
        let port = listening.wanted.map(|wanted| wanted.port().to_string()).unwrap_or_default();
        let told = Phrase::new("status-not-listening").text("scheme", listening.scheme);
        state.tell(told.text("code", code).text("port", port));
    }
    // In place, so that the status line keeps its order.
    match state.listening.iter_mut().find(|one| one.scheme == listening.scheme) {
        Some(known) => *known = listening,
        None => state.listening.push(listening),
    }
}

/// The peer inside the program answers now.
pub(super) fn echo_ready(state: &mut State, address: Address, effects: &mut Vec<Effect>) {
    let known = state.conversations().find(|one| one.kind == PeerKind::Echo).map(|one| one.id);
    if let Some(known) = known {
        state.move_to(known, address);
        let Some(known) = state.conversations.get_mut(known) else { return };
        effects.push(known.save_record());
        effects.push(known.follow());
        return;
    }
    let id = state.new_conversation_id();
    let mut fresh = Conversation::new(id, ECHO_NAME.to_owned(), address, PeerKind::Echo);
    fresh.notify = false;
    fresh.set_known();
    effects.push(fresh.save_record());
    effects.push(fresh.follow());
    state.insert(fresh);
}
