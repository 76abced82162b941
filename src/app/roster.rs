//! Who there is: contacts, strangers, the echo peer; the order of the list.

use std::net::SocketAddr;

use super::event::{ContactsEdit, Effect};
use super::state::State;
use super::{Conversation, Presence, Standing, reading, rooms, search};
use crate::model::contact::ECHO_NAME;
use crate::model::history::Op;
use crate::model::traffic::{Listening, Received};
use crate::model::{Address, Contact, ConversationId, MessageId, NetCommand, Phrase};

/// Strangers kept at once. Beyond it the oldest that nobody wrote to or opened goes.
pub const MAX_STRANGERS: usize = 4_096;

/// The kernel's word for a port that another program has.
const TAKEN: &str = "EADDRINUSE";

/// Strangers rank behind every contact.
pub(super) const STRANGER_RANK: u32 = 1 << 24;

impl State {
    /// The list as it is shown: contacts, rooms, strangers; unread first, then the most recent, then by rank.
    pub fn listed(&self) -> Vec<&Conversation> {
        let mut listed: Vec<&Conversation> = self.conversations().filter(|one| is_listed(one)).collect();
        listed.sort_by_key(|one| {
            (
                one.section(),
                one.unread == 0,
                std::cmp::Reverse(one.activity),
                one.standing == Standing::Echo,
                one.rank,
            )
        });
        listed
    }
}

/// The parts of the list, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Contacts,
    /// Contacts or not.
    Rooms,
    /// Those who make themselves known, and are no contacts.
    Nearby,
    Strangers,
}

impl Conversation {
    pub const fn section(&self) -> Section {
        match self.standing {
            _ if self.is_room() => Section::Rooms,
            Standing::Contact | Standing::Echo => Section::Contacts,
            Standing::Stranger if self.address.scheme.caps.presence => Section::Nearby,
            Standing::Stranger => Section::Strangers,
        }
    }
}

/// A stranger has a row as soon as there is something to read in it, or a person opened it.
fn is_listed(one: &Conversation) -> bool {
    let is_silent = one.standing == Standing::Stranger && !one.known && one.activity.is_none();
    !one.ignored && !is_silent
}

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
            effects.push(card(renamed));
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
            effects.push(card(renamed));
        }
    }
}

fn is_contact(one: &Conversation) -> bool {
    one.standing == Standing::Contact
}

fn drop_missing(state: &mut State, contacts: &[Contact], effects: &mut Vec<Effect>) {
    let gone: Vec<ConversationId> = state
        .conversations()
        .filter(|one| is_contact(one) && !contacts.iter().any(|contact| contact.name == one.name))
        .map(|one| one.id)
        .collect();
    for id in gone {
        let Some(one) = state.conversations.get_mut(&id) else { continue };
        if one.activity.is_none() && one.pending == 0 && !one.left {
            forget(state, id, effects);
            effects.push(Effect::Store(Op::Evict { conversation: id }));
        } else {
            one.standing = Standing::Stranger;
            // No flood of strangers takes what was said with a contact.
            one.known = true;
            one.name = one.address.authority();
            one.rank = STRANGER_RANK.saturating_add(id.0);
            effects.push(card(one));
            if one.is_room() {
                // The file says which rooms one is in.
                rooms::go_out(one, effects);
            } else {
                effects.push(follow(one));
            }
        }
    }
}

/// A contact of the file: the conversation of that name, or a stranger's at that address, or a new one.
fn place(state: &mut State, rank: u32, contact: Contact, effects: &mut Vec<Effect>) {
    let known = state.conversations().find(|one| is_contact(one) && one.name == contact.name);
    let stranger = || {
        state
            .conversations()
            .find(|one| one.standing == Standing::Stranger && one.address.is_same_place(&contact.address))
    };
    if let Some(id) = known.or_else(stranger).map(|one| one.id) {
        adopt(state, id, rank, contact, effects);
        return;
    }
    let id = state.new_conversation_id();
    let mut fresh = Conversation::new(id, contact.name, contact.address, Standing::Contact);
    fresh.rank = rank;
    fresh.notify = contact.notify;
    fresh.known = true;
    effects.push(card(&fresh));
    effects.push(follow(&mut fresh));
    state.conversations.insert(id, fresh);
}

fn adopt(state: &mut State, id: ConversationId, rank: u32, contact: Contact, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(&id) else { return };
    let readdressed = one.address != contact.address;
    // That it is to be removed from the file has yet to be written there.
    let leaving = one.left && is_contact(one);
    let changed = !leaving && (readdressed || one.rank != rank || !one.followed);
    let before = one.card();
    one.known = true;
    one.standing = Standing::Contact;
    one.name = contact.name;
    one.notify = contact.notify;
    one.move_to(contact.address);
    one.rank = rank;
    one.ignored = false;
    if one.card() != before {
        effects.push(card(one));
    }
    if changed {
        effects.push(follow(one));
    }
    if readdressed {
        reading::redecode(id, effects);
    }
}

/// A person has to do with this peer: no flood of strangers takes what was said with it.
pub(super) fn get_to_know(one: &mut Conversation, effects: &mut Vec<Effect>) {
    if !one.known {
        one.known = true;
        effects.push(card(one));
    }
}

/// What the history is to know of the conversation.
fn card(one: &Conversation) -> Effect {
    Effect::Store(Op::Know(one.card()))
}

/// Tells the network side of a conversation of an earlier run, now that it is needed.
pub(super) fn follow_once(one: &mut Conversation, effects: &mut Vec<Effect>) {
    if !one.followed {
        effects.push(follow(one));
    }
}

/// The contacts of the last run stay contacts.
pub(super) fn follow_contacts(state: &mut State, effects: &mut Vec<Effect>) {
    for one in state.conversations.values_mut().filter(|one| is_contact(one)) {
        follow_once(one, effects);
    }
}

fn follow(one: &mut Conversation) -> Effect {
    one.followed = true;
    one.left = false;
    let Conversation { id: conversation, address, rank, .. } = one;
    Effect::Net(NetCommand::Follow { conversation: *conversation, address: address.clone(), rank: *rank })
}

fn forget(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    state.conversations.remove(&id);
    search::gone(state, id, MessageId(u64::MAX));
    effects.push(Effect::Net(NetCommand::Forget { conversation: id }));
}

/// The conversation of an address that is no contact; a new one if it never wrote before. What is said in a room
/// belongs to the room, where one has left it too.
pub(super) fn stranger(state: &mut State, received: &Received, effects: &mut Vec<Effect>) -> ConversationId {
    let known = match &received.place {
        Some(place) => state.at_address(place).map(|one| one.id),
        None => state.stranger_at(received.scheme.name, received.source),
    };
    if let Some(known) = known {
        if let Some(one) = state.conversations.get_mut(&known).filter(|one| !one.left) {
            follow_once(one, effects);
        }
        return known;
    }
    let address = match &received.place {
        Some(place) => Address::clone(place),
        None => Address::from_socket(received.scheme, received.source),
    };
    new_stranger(state, address, effects)
}

fn new_stranger(state: &mut State, address: Address, effects: &mut Vec<Effect>) -> ConversationId {
    evict_stranger(state, effects);
    let id = state.new_conversation_id();
    let mut fresh = Conversation::new(id, address.authority(), address, Standing::Stranger);
    fresh.rank = STRANGER_RANK.saturating_add(id.0);
    fresh.since = state.next_message_id();
    effects.push(card(&fresh));
    effects.push(follow(&mut fresh));
    state.conversations.insert(id, fresh);
    id
}

/// Makes room for one more. Ignored ones stay, or they would be back with their next datagram; so do those whose
/// messages are still on their way to the list. If there are no others the oldest of them goes all the same.
fn evict_stranger(state: &mut State, effects: &mut Vec<Effect>) {
    let strangers = || state.conversations().filter(|one| one.standing == Standing::Stranger);
    if strangers().count() < MAX_STRANGERS {
        return;
    }
    let worth = |one: &&Conversation| {
        let newest = one.activity.unwrap_or(one.since).max(one.since);
        (one.ignored, one.pending > 0, one.known, newest)
    };
    let oldest = strangers().min_by_key(worth).map(|one| one.id);
    if let Some(oldest) = oldest {
        forget(state, oldest, effects);
        effects.push(Effect::Store(Op::Evict { conversation: oldest }));
    }
}

/// Opens a conversation with any address, as a stranger until it is added.
pub(super) fn visit(state: &mut State, address: Address, effects: &mut Vec<Effect>) {
    let known = state.at_address(&address).map(|one| one.id);
    let id = known.unwrap_or_else(|| new_stranger(state, address, effects));
    if let Some(one) = state.conversations.get_mut(&id) {
        get_to_know(one, effects);
    }
    rooms::enter(state, id, effects);
}

pub(super) fn add(name: String, address: &Address, effects: &mut Vec<Effect>) {
    effects.push(Effect::Contacts(ContactsEdit::Add { name, address: address.to_string() }));
}

pub(super) fn remove(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversation(id) else { return };
    match one.standing {
        Standing::Contact => {
            effects.push(Effect::Contacts(ContactsEdit::Remove { name: one.name.clone() }));
        }
        Standing::Stranger => {
            forget(state, id, effects);
            effects.push(Effect::Store(Op::Forget { conversation: id }));
        }
        Standing::Echo => state.tell(Phrase::new("status-echo-stays")),
    }
}

pub(super) fn rename(state: &mut State, id: ConversationId, name: String, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversation(id) else { return };
    match one.standing {
        Standing::Contact => {
            let old = one.name.clone();
            effects.push(Effect::Contacts(ContactsEdit::Rename { old, new: name }));
        }
        Standing::Stranger => add(name, &one.address.clone(), effects),
        Standing::Echo => state.tell(Phrase::new("status-echo-stays")),
    }
}

pub(super) fn readdress(state: &mut State, id: ConversationId, address: Address, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(&id) else { return };
    if one.standing == Standing::Contact {
        let name = one.name.clone();
        effects.push(Effect::Contacts(ContactsEdit::SetAddress { name, address: address.to_string() }));
        return;
    }
    let out = one.is_out();
    one.move_to(address);
    effects.push(card(one));
    if !out {
        effects.push(follow(one));
    }
    reading::redecode(id, effects);
}

pub(super) fn ignore(state: &mut State, id: ConversationId) {
    if let Some(one) = state.conversations.get_mut(&id).filter(|one| one.standing == Standing::Stranger) {
        one.ignored = true;
        one.unread = 0;
    }
}

/// A hint on the row, no more: the next datagram from there or to there takes it away.
pub(super) fn unreachable(state: &mut State, id: ConversationId, _to: SocketAddr) {
    if let Some(one) = state.conversations.get_mut(&id) {
        one.presence = Presence::Unreachable;
        one.unheard = one.last_sent;
    }
}

/// A dialect's socket came up, or did not. A fall-back port is worth a line.
pub(super) fn listening(state: &mut State, listening: Listening) {
    if let (Some(wanted), Some(address)) = (listening.wanted, listening.address) {
        let told = match &listening.code {
            Some(code) if code != TAKEN => Phrase::new("status-port-refused").text("code", code),
            Some(_) | None => Phrase::new("status-port-taken"),
        };
        state.tell(told.text("wanted", wanted.port().to_string()).text("port", address.port().to_string()));
    } else if let (None, Some(code)) = (listening.address, &listening.code) {
        let port = listening.wanted.map(|wanted| wanted.port().to_string()).unwrap_or_default();
        let told = Phrase::new("status-not-listening").text("scheme", listening.scheme);
        state.tell(told.text("code", code).text("port", port));
    }
    state.listening.retain(|one| one.scheme != listening.scheme);
    state.listening.push(listening);
}

/// The peer inside the program answers now.
pub(super) fn echo_ready(state: &mut State, address: Address, effects: &mut Vec<Effect>) {
    let known = state.conversations.values_mut().find(|one| one.standing == Standing::Echo);
    if let Some(known) = known {
        known.address = address;
        effects.push(card(known));
        effects.push(follow(known));
        return;
    }
    let id = state.new_conversation_id();
    let mut fresh = Conversation::new(id, ECHO_NAME.to_owned(), address, Standing::Echo);
    fresh.notify = false;
    fresh.known = true;
    effects.push(card(&fresh));
    effects.push(follow(&mut fresh));
    state.conversations.insert(id, fresh);
}
