//! What is thought of the keys of peers, and what a person decides about them. Nothing that comes from the network makes a key
//! better than it was.

use std::net::SocketAddr;

use super::{merges, strangers};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::{ContactsEdit, Effect, KeyDecision};
use crate::app::state::State;
use crate::model::history::StoreCommand;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Address, ConversationId, PeerKind, Phrase, PublicKey, Trust, WallTime};

/// A person opens a conversation by its address: whoever has the key that stands there is meant.
pub(super) fn on_wanted(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    if conversation.address.key.is_some() && conversation.trust().is_none() {
        let effects = conversation.set_trust(Trust::Pinned);
        cx.effects.extend(effects);
    }
}

/// A person writes to somebody nearby who never wrote: that key is meant.
pub(super) fn on_writing(cx: &mut UpdateCx<'_>, id: ConversationId) {
    on_wanted(cx, id);
}

/// A person picks somebody by the name, to talk to them: if they write first, nobody is asked once more.
pub(super) fn on_chosen(cx: &mut UpdateCx<'_>, id: ConversationId) {
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        cx.effects.extend(conversation.set_chosen());
    }
}

/// Somebody with a key has written, whom nobody here has spoken to: a person is asked, unless they were picked already, and
/// under a name that nobody else has.
pub(super) fn on_heard(cx: &mut UpdateCx<'_>, id: ConversationId, from: SocketAddr) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    if conversation.address.key.is_none() || conversation.trust().is_some() {
        return;
    }
    let name = conversation.skeleton();
    let alike = |known: &Conversation| known.id != id && known.is_contact_like() && known.skeleton() == name;
    let is_meant = conversation.is_chosen() && !cx.state.conversations().any(alike);
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    let effects = conversation.set_trust(if is_meant { Trust::Pinned } else { Trust::Requested });
    cx.effects.extend(effects);
    on_claim(cx, id, from);
}

/// Whoever asks may bear the name of a contact who is not there: until a person has decided whether that is the same
/// person with a new key, nothing goes to the old one. While the contact itself is there, it is somebody else.
fn on_claim(cx: &mut UpdateCx<'_>, asking: ConversationId, from: SocketAddr) {
    let Some(conversation) = cx.state.conversation(asking) else { return };
    let (name, Some(key)) = (conversation.skeleton(), conversation.address.key) else { return };
    let claimed = |known: &&mut Conversation| {
        let sends = known.trust().is_some_and(|trust| trust.sends());
        known.id != asking
            && known.is_contact_like()
            && sends
            && !known.status.is_up()
            && known.skeleton() == name
    };
    // A name that the person gave comes before one that peers gave themselves, then whom one talked with last.
    let order =
        |known: &&mut Conversation| (known.kind == PeerKind::Contact, known.activity.newest(), known.id);
    let claimed = cx.state.conversations.values_mut().filter(claimed).max_by_key(order);
    let Some(contact) = claimed else { return };
    let compared = match contact.trust() {
        Some(Trust::Verified { since }) => Some(since),
        Some(Trust::Pinned | Trust::Requested | Trust::Changed { .. } | Trust::Blocked) | None => None,
    };
    let since = Some(cx.now.wall);
    let effects = contact.set_trust(Trust::Changed { claimed: key, compared, since, from: Some(from) });
    cx.effects.extend(effects);
}

/// Whether a message is, for sure, of somebody whom a person trusts. No limit that keeps strangers from taking the disk is for
/// these: what is dropped would have to come again, and the dialect lets no peer say more than anybody writes.
pub(super) fn vouches(conversation: &Conversation, received: &Received) -> bool {
    received.authenticated && conversation.trust().is_some_and(|trust| trust.sends())
}

/// A person has decided.
pub(super) fn decide(cx: &mut UpdateCx<'_>, id: ConversationId, decision: KeyDecision) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    let name = conversation.name.clone();
    let (Some(before), Some(_key)) = (conversation.trust(), conversation.address.key) else {
        return cx.state.tell(Phrase::new("trust-no-key").text("name", name));
    };
    match (decision, before) {
        (KeyDecision::Accept, Trust::Requested | Trust::Blocked)
        | (KeyDecision::Unverify, Trust::Verified { .. }) => set(cx, id, Trust::Pinned),
        (KeyDecision::Block, _) => block(cx, id),
        (KeyDecision::Decline, Trust::Requested) => decline(cx, id),
        (KeyDecision::Verify, Trust::Pinned | Trust::Verified { .. }) => {
            let since = cx.now.wall;
            set(cx, id, Trust::Verified { since });
        }
        (KeyDecision::SamePerson, Trust::Changed { claimed, .. }) => adopt(cx, id, claimed),
        (KeyDecision::SomebodyElse, Trust::Changed { compared, .. }) => set(cx, id, before_claim(compared)),
        (KeyDecision::IgnoreClaim, Trust::Changed { claimed, .. }) => ignore_key(cx, id, claimed),
        (
            KeyDecision::Accept
            | KeyDecision::Verify
            | KeyDecision::Unverify
            | KeyDecision::SamePerson
            | KeyDecision::SomebodyElse
            | KeyDecision::IgnoreClaim
            | KeyDecision::Decline,
            _,
        ) => cx.state.tell(Phrase::new("trust-nothing-to-decide").text("name", name)),
    }
}

fn set(cx: &mut UpdateCx<'_>, id: ConversationId, trust: Trust) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    // No flood of strangers takes what a person has decided.
    conversation.set_known();
    let effects = conversation.set_trust(trust);
    cx.effects.extend(effects);
}

/// What was thought of the key before somebody claimed to have another one.
fn before_claim(compared: Option<WallTime>) -> Trust {
    compared.map_or(Trust::Pinned, |since| Trust::Verified { since })
}

/// Whoever asks is not wanted: if it claimed to be a contact, that goes on as before.
fn settle_claim_of(cx: &mut UpdateCx<'_>, asking: ConversationId) {
    let Some(key) = cx.state.conversation(asking).and_then(|asking| asking.address.key) else { return };
    let claimed = cx.state.conversations().find_map(|known| match known.trust() {
        Some(Trust::Changed { claimed, compared, .. }) if claimed == key => Some((known.id, compared)),
        Some(_) | None => None,
    });
    if let Some((contact, compared)) = claimed {
        set(cx, contact, before_claim(compared));
    }
}

fn block(cx: &mut UpdateCx<'_>, id: ConversationId) {
    settle_claim_of(cx, id);
    set(cx, id, Trust::Blocked);
}

/// Nothing of the key is wanted that claimed to be this contact.
fn ignore_key(cx: &mut UpdateCx<'_>, contact: ConversationId, key: PublicKey) {
    let Some(address) = cx.state.conversation(contact).map(|contact| contact.address.clone()) else { return };
    let address = Address { key: Some(key), ..address };
    // Whoever asked may have gone since.
    if let Some(Trust::Changed { compared, .. }) =
        cx.state.conversation(contact).and_then(Conversation::trust)
    {
        set(cx, contact, before_claim(compared));
    }
    let Some(asking) = cx.state.at_address(&address).map(|asking| asking.id) else { return };
    block(cx, asking);
    if let Some(asking) = cx.state.conversations.get_mut(asking) {
        asking.ignored = true;
        asking.activity.read();
    }
}

/// No trace is left but the right not to be asked again.
fn decline(cx: &mut UpdateCx<'_>, id: ConversationId) {
    settle_claim_of(cx, id);
    if let Some(key) = cx.state.conversation(id).and_then(|asking| asking.address.key) {
        cx.state.conversations.declined.add(key);
    }
    strangers::forget(cx, id);
    cx.store(StoreCommand::Forget { conversation: id });
}

/// Whether a message is of somebody who was declined, and whom nobody has written to since.
pub(super) fn is_declined(state: &State, received: &Received) -> bool {
    let key = received.place.as_deref().and_then(|place| place.key);
    let decided =
        || received.place.as_deref().and_then(|place| state.at_address(place)).and_then(Conversation::trust);
    key.is_some_and(|key| state.conversations.declined.contains(&key)) && decided().is_none()
}

/// The contact has this key from now on. That it was compared before means nothing any more, and a line in the conversation
/// says for good that there was another key. Who asked with that key is this contact: what it said goes over.
fn adopt(cx: &mut UpdateCx<'_>, id: ConversationId, claimed: PublicKey) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    let (name, before) = (conversation.name.clone(), conversation.address.clone());
    let is_contact = conversation.kind == PeerKind::Contact;
    let mut address = Address { key: Some(claimed), ..before.clone() };
    if let Some(asking) = cx.state.at_address(&address).filter(|asking| asking.id != id) {
        if asking.kind == PeerKind::Contact {
            let other = asking.name.clone();
            return cx.state.tell(Phrase::new("trust-key-of-contact").text("other", other));
        }
        if !is_contact {
            address.clone_from(&asking.address);
        }
    }
    if is_contact {
        let edit = ContactsEdit::SetAddress { name, address: address.to_string() };
        cx.effects.push(Effect::Contacts(edit));
    }
    cx.state.conversations.move_to(id, address);
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    conversation.trust_by_default();
    conversation.set_known();
    // First the key, then what is thought of it: the other one is not trusted again even for a moment.
    if !merges::take_in_others(cx, id)
        && let Some(conversation) = cx.state.conversations.get_mut(id)
    {
        let effects = conversation.follow();
        cx.effects.extend(effects);
    }
    set(cx, id, Trust::Pinned);
    record_key(cx, id, before.key);
}

/// A line says for good that there was another key before, if there was.
pub(super) fn record_key(cx: &mut UpdateCx<'_>, id: ConversationId, before: Option<PublicKey>) {
    let key = cx.state.conversation(id).and_then(|conversation| conversation.address.key);
    if let Some((before, now)) = before.zip(key).filter(|(before, now)| before != now) {
        cx.record(id, MessageKind::KeyChange, format!("{before} {now}"));
    }
}
