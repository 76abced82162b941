//! Who there is: contacts as their file has them, and what a person does with any peer.

use super::{merges, nearby, persons, reading, rooms, strangers, trust};
use crate::app::context::UpdateCx;
use crate::app::conversation::{Conversation, stranger_rank};
use crate::app::event::{ContactsEdit, Effect};
use crate::model::contact::ECHO_NAME;
use crate::model::history::StoreCommand;
use crate::model::{
    Address, Contact, ConversationId, KeepPeriod, NotifyLevel, PeerKind, Person, Phrase, size,
};

/// `contacts.toml` as it is now. A contact that went keeps its conversation as a stranger if anything was said.
pub(super) fn on_loaded(cx: &mut UpdateCx<'_>, contacts: Vec<Contact>, edit: Option<ContactsEdit>) {
    if let Some(ContactsEdit::Rename { old, new }) = &edit {
        set_name(cx, |conversation| conversation.name == *old, new);
    }
    rename_by_address(cx, &contacts);
    drop_missing(cx, &contacts);
    for (rank, contact) in (0..).zip(contacts) {
        apply(cx, rank, contact);
    }
    if let Some(ContactsEdit::SetAccept { name, .. }) = &edit {
        tell_accepted(cx, name);
    }
    if let Some(ContactsEdit::SetKeep { name, .. }) = &edit
        && let Some(contact) = cx.state.contact_named(name)
    {
        let told = KeepPeriod::told(cx.state.keeps_for(contact.id), name);
        cx.state.tell(told);
    }
    tell_place(cx, edit.as_ref());
    if let Some(ContactsEdit::Add { name, .. }) = edit
        && let Some(added) = cx.state.contact_named(&name).map(|added| added.id)
    {
        rooms::enter(cx, added);
    }
}

/// The first contact that this is true of has this name from now on.
fn set_name(cx: &mut UpdateCx<'_>, is_meant: impl Fn(&Conversation) -> bool, name: &str) {
    let mut contacts = cx.state.conversations.values_mut().filter(|conversation| is_contact(conversation));
    if let Some(renamed) = contacts.find(|conversation| is_meant(conversation)) {
        name.clone_into(&mut renamed.name);
        cx.effects.push(renamed.save_record());
    }
}

/// A name that went while its address stayed under a new name was changed in the file.
fn rename_by_address(cx: &mut UpdateCx<'_>, contacts: &[Contact]) {
    for contact in contacts {
        let is_same = |known: &Conversation| is_contact(known) && known.name == contact.name;
        if cx.state.conversations().any(is_same) {
            continue;
        }
        let was_renamed = |known: &Conversation| {
            known.address.is_same_place(&contact.address)
                && !contacts.iter().any(|other| other.name == known.name)
        };
        set_name(cx, was_renamed, &contact.name);
    }
}

fn is_contact(conversation: &Conversation) -> bool {
    conversation.kind == PeerKind::Contact
}

fn drop_missing(cx: &mut UpdateCx<'_>, contacts: &[Contact]) {
    let is_gone = |known: &&Conversation| {
        is_contact(known) && !contacts.iter().any(|contact| contact.name == known.name)
    };
    let gone: Vec<ConversationId> =
        cx.state.conversations().filter(is_gone).map(|conversation| conversation.id).collect();
    for id in gone {
        let Some(conversation) = cx.state.conversation(id) else { continue };
        let is_empty = conversation.activity.is_empty() && conversation.input.draft().is_empty();
        if is_empty && !conversation.has_left() {
            forget(cx, id, StoreCommand::Evict { conversation: id });
        } else {
            make_stranger(cx, id);
        }
    }
}

/// A contact is one no more, and what was said with it stays.
fn make_stranger(cx: &mut UpdateCx<'_>, id: ConversationId) {
    cx.state.conversations.strangers.add(id, None);
    cx.state.conversations.accepting.set(id, None);
    cx.state.conversations.retention.set(id, None);
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    conversation.dismiss();
    conversation.name = persons::name_of(&conversation.address);
    conversation.rank = stranger_rank(id);
    cx.effects.push(conversation.save_record());
    if conversation.is_room() {
        // The file says which rooms one is in.
        cx.effects.extend(conversation.leave());
    } else {
        cx.effects.extend(conversation.follow());
    }
}

/// The conversation goes. A peer that makes itself known and is there is shown all the same.
fn forget(cx: &mut UpdateCx<'_>, id: ConversationId, command: StoreCommand) {
    let presence = cx.state.conversation(id).and_then(nearby::presence);
    strangers::forget(cx, id);
    cx.store(command);
    nearby::show_again(cx, presence);
}

/// A contact of the file: the conversation of that name, or a stranger's at that address, or a new one.
fn apply(cx: &mut UpdateCx<'_>, rank: u32, contact: Contact) {
    let is_same = |known: &&Conversation| is_contact(known) && known.name == contact.name;
    let known = cx.state.conversations().find(is_same);
    let stranger = || {
        let person = Person::of(&contact.address);
        let there = cx.state.conversations.there(&contact.address);
        let there = there.filter(|known| known.kind == PeerKind::Stranger);
        // Of several at one address the one that is there now.
        let there = there.filter(|known| known.may_be(person.as_ref()));
        there.min_by_key(|known| (!known.status.is_up(), known.rank))
    };
    if let Some(id) = known.or_else(stranger).map(|conversation| conversation.id) {
        let key = cx.state.conversation(id).and_then(|known| known.address.key);
        adopt(cx, id, rank, contact);
        trust::record_key(cx, id, key);
        return;
    }
    let id = cx.state.conversations.new_id();
    cx.state.conversations.accepting.set(id, contact.accept);
    cx.state.conversations.retention.set(id, contact.keep);
    let mut fresh = Conversation::new(id, contact.name, contact.address, PeerKind::Contact);
    fresh.rank = rank;
    (fresh.notify, fresh.pinned) = (contact.notify, contact.pinned);
    insert_known(cx, fresh);
}

/// A conversation that a person, or the program, wants to have.
fn insert_known(cx: &mut UpdateCx<'_>, mut fresh: Conversation) {
    fresh.set_known();
    fresh.trust_by_default();
    cx.effects.push(fresh.save_record());
    cx.effects.extend(fresh.follow());
    cx.state.conversations.insert(fresh);
}

fn adopt(cx: &mut UpdateCx<'_>, id: ConversationId, rank: u32, contact: Contact) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    // The file gives the address; the person at it was learned from the network.
    let address = persons::with_person(conversation, contact.address.clone());
    let (readdressed, before) = (conversation.address != address, conversation.record());
    cx.state.conversations.move_to(id, address);
    set_settings(cx, id, &contact);
    let joined = merges::take_in_others(cx, id);
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    // Left, and not removed from the file yet.
    let leaving = conversation.has_left() && is_contact(conversation);
    let trusted = conversation.trust();
    conversation.trust_by_default();
    let redecided = conversation.trust() != trusted;
    let changed = !leaving
        && (joined || redecided || readdressed || conversation.rank != rank || !conversation.is_followed());
    conversation.set_known();
    conversation.kind = PeerKind::Contact;
    conversation.name = contact.name;
    (conversation.notify, conversation.pinned) = (contact.notify, contact.pinned);
    conversation.rank = rank;
    conversation.ignored = false;
    if conversation.record() != before || redecided {
        cx.effects.push(conversation.save_record());
    }
    if changed {
        cx.effects.extend(conversation.follow());
    }
    if readdressed {
        reading::redecode(cx, id);
    }
}

/// It is a stranger no more, and has the settings of the file.
fn set_settings(cx: &mut UpdateCx<'_>, id: ConversationId, contact: &Contact) {
    let conversations = &mut cx.state.conversations;
    conversations.presence_only.remove(id);
    conversations.strangers.remove(id);
    conversations.accepting.set(id, contact.accept);
    conversations.retention.set(id, contact.keep);
}

/// The contacts of the last run stay contacts.
pub(super) fn follow_all(cx: &mut UpdateCx<'_>) {
    for conversation in cx.state.conversations.values_mut() {
        if is_contact(conversation) {
            cx.effects.extend(conversation.follow_once());
        }
    }
}

/// Opens a conversation with any address, as a stranger until it is added.
pub(super) fn visit(cx: &mut UpdateCx<'_>, address: Address) -> ConversationId {
    let known = cx.state.at_address(&address).map(|known| known.id);
    let id = known.unwrap_or_else(|| strangers::add(cx, address));
    trust::on_wanted(cx, id);
    cx.state.conversations.presence_only.remove(id);
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        cx.effects.extend(conversation.mark_known());
    }
    rooms::enter(cx, id);
    id
}

/// The same, with the connection to it.
pub(super) fn connect(cx: &mut UpdateCx<'_>, address: Address) {
    let id = visit(cx, address);
    rooms::connect(cx, id);
}

pub(super) fn add(cx: &mut UpdateCx<'_>, name: String, address: &Address) {
    cx.effects.push(Effect::Contacts(ContactsEdit::Add { name, address: address.to_string() }));
}

pub(super) fn remove(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    match conversation.kind {
        PeerKind::Contact => {
            let name = conversation.name.clone();
            cx.effects.push(Effect::Contacts(ContactsEdit::Remove { name }));
        }
        PeerKind::Stranger => forget(cx, id, StoreCommand::Forget { conversation: id }),
        PeerKind::Echo => cx.state.tell(Phrase::new("status-echo-stays")),
    }
}

pub(super) fn rename(cx: &mut UpdateCx<'_>, id: ConversationId, name: String) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    match conversation.kind {
        PeerKind::Contact => {
            let old = conversation.name.clone();
            cx.effects.push(Effect::Contacts(ContactsEdit::Rename { old, new: name }));
        }
        PeerKind::Stranger => {
            let address = cx.state.short_address(conversation);
            add(cx, name, &address);
        }
        PeerKind::Echo => cx.state.tell(Phrase::new("status-echo-stays")),
    }
}

pub(super) fn readdress(cx: &mut UpdateCx<'_>, id: ConversationId, address: Address) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    if is_contact(conversation) {
        let name = conversation.name.clone();
        let edit = ContactsEdit::SetAddress { name, address: address.to_string() };
        cx.effects.push(Effect::Contacts(edit));
        return;
    }
    let out = conversation.is_out();
    cx.state.conversations.move_to(id, address);
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    cx.effects.push(conversation.save_record());
    if !out {
        cx.effects.extend(conversation.follow());
    }
    reading::redecode(cx, id);
}

/// Only the list of contacts says it, and only where somebody proves who they are.
pub(super) fn accept_up_to(cx: &mut UpdateCx<'_>, id: ConversationId, up_to: Option<u64>) {
    if cx.state.conversation(id).is_some_and(Conversation::proves_files) {
        note(cx, id, |name| ContactsEdit::SetAccept { name, up_to });
    }
}

/// What is fetched without asking from now on.
fn tell_accepted(cx: &mut UpdateCx<'_>, name: &str) {
    let Some(contact) = cx.state.contact_named(name) else { return };
    let told = match cx.state.accepts_up_to(contact.id) {
        Some(bytes) => Phrase::new("auto-accept-up-to").text("size", size(bytes)),
        None => Phrase::new("auto-accept-off"),
    };
    cx.state.tell(told.text("name", name));
}

/// What rings there, or whether it stands on top, from now on.
fn tell_place(cx: &mut UpdateCx<'_>, edit: Option<&ContactsEdit>) {
    let (key, name) = match edit {
        Some(ContactsEdit::SetNotify { name, notify: NotifyLevel::None }) => ("flash-muted", name),
        Some(ContactsEdit::SetNotify { name, notify: NotifyLevel::Mentions }) => {
            ("flash-mentions-only", name)
        }
        Some(ContactsEdit::SetNotify { name, notify: NotifyLevel::All }) => ("flash-unmuted", name),
        Some(ContactsEdit::SetPinned { name, pinned: true }) => ("flash-pinned", name),
        Some(ContactsEdit::SetPinned { name, pinned: false }) => ("flash-unpinned", name),
        _ => return,
    };
    cx.state.tell(Phrase::new(key).text("name", name.as_str()));
}

/// What of it rings and counts from now on.
pub(super) fn set_notify(cx: &mut UpdateCx<'_>, id: ConversationId, notify: NotifyLevel) {
    note(cx, id, |name| ContactsEdit::SetNotify { name, notify });
}

/// It stands on top of the list, or no more.
pub(super) fn pin(cx: &mut UpdateCx<'_>, id: ConversationId, pinned: bool) {
    note(cx, id, |name| ContactsEdit::SetPinned { name, pinned });
}

pub(super) fn keep_for(cx: &mut UpdateCx<'_>, id: ConversationId, period: Option<KeepPeriod>) {
    note(cx, id, |name| ContactsEdit::SetKeep { name, period });
}

/// What only the list of contacts says. Whoever is not in there, and can be, comes in with it.
fn note(cx: &mut UpdateCx<'_>, id: ConversationId, edit: impl FnOnce(String) -> ContactsEdit) {
    let Some(conversation) = cx.state.conversation(id).filter(|it| it.can_be_contact()) else { return };
    let name = conversation.name.clone();
    if !is_contact(conversation) {
        if cx.state.contact_named(&name).is_some() {
            return cx.state.tell(Phrase::new("contact-name-taken").text("name", name));
        }
        let address = cx.state.short_address(conversation);
        add(cx, name.clone(), &address);
        cx.state.tell(Phrase::new("flash-added").text("name", name.as_str()));
    }
    cx.effects.push(Effect::Contacts(edit(name)));
}

pub(super) fn ignore(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let conversation = cx.state.conversations.get_mut(id);
    if let Some(stranger) = conversation.filter(|conversation| conversation.kind == PeerKind::Stranger) {
        stranger.ignored = true;
        stranger.activity.read();
        // It counts as a stranger, so that it is not forgotten and stays ignored.
        cx.state.conversations.presence_only.remove(id);
    }
}

/// The peer inside the program answers now.
pub(super) fn on_echo_ready(cx: &mut UpdateCx<'_>, address: Address) {
    let known = cx.state.conversations().find(|known| known.kind == PeerKind::Echo).map(|known| known.id);
    if let Some(known) = known {
        cx.state.conversations.move_to(known, address);
        let Some(known) = cx.state.conversations.get_mut(known) else { return };
        cx.effects.push(known.save_record());
        cx.effects.extend(known.follow());
        return;
    }
    let id = cx.state.conversations.new_id();
    let mut fresh = Conversation::new(id, ECHO_NAME.to_owned(), address, PeerKind::Echo);
    fresh.notify = NotifyLevel::None;
    insert_known(cx, fresh);
}
