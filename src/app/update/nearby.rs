//! Peers that make themselves known on the network: they come and go by themselves.
//!
//! A peer that never said anything is not in the history, and is forgotten before any other is. Who is at an address
//! when another person comes there is told by `persons`. Who has a key is one person wherever that is seen.

use std::borrow::Cow;

use super::{persons, strangers};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::Effect;
use crate::model::traffic::{ConnectionState, PeerInfo, Profile};
use crate::model::{Address, ConversationId, NetCommand, PeerCommand, PeerKind, Person, Phrase};

/// Bytes that are kept of a name and the like: no list shows more.
const MAX_NAME: usize = 256;

/// Bytes that are kept of a motto or an absence text.
const MAX_WORDS: usize = 1_024;

/// A peer came, left, or is known by something else.
pub(super) fn on_peer(cx: &mut UpdateCx<'_>, peer: PeerInfo) {
    let address = peer.here.then(|| peer.address.clone());
    let Some(identified) = identify(cx, peer) else { return };
    let Some(address) = address else { return };
    if identified.is_back {
        persons::on_return(cx, identified.id);
    }
    persons::on_arrival(cx, identified.id, &address);
}

struct IdentifiedPeer {
    id: ConversationId,
    /// Another person was at the address until now.
    is_back: bool,
}

/// Finds or makes the conversation of a peer, and keeps there what it tells of itself.
fn identify(cx: &mut UpdateCx<'_>, peer: PeerInfo) -> Option<IdentifiedPeer> {
    let PeerInfo { conversation, address, here, about: profile } = peer;
    let person = Person::of(&address);
    let theirs = |id: &ConversationId| {
        cx.state.conversation(*id).is_some_and(|conversation| conversation.may_be(person.as_ref()))
    };
    let followed = conversation.filter(theirs);
    let known = followed.or_else(|| cx.state.at_address(&address).map(|conversation| conversation.id));
    let known = known.or_else(|| persons::renamed(cx.state, &address, &profile.name));
    let id = known.or_else(|| here.then(|| add_presence_only(cx, Address::clone(&address))).flatten())?;
    if here {
        note_place(cx, id, &address);
    }
    let is_back = persons::bind(cx, id, person.as_ref());
    if cx.state.conversations.presence_only.contains(id) {
        cx.state.conversations.presence_only.set(id, here);
    }
    let conversation = cx.state.conversations.get_mut(id)?;
    if here {
        conversation.status.set_connection(Some(ConnectionState::Up));
        conversation.status.on_heard();
        cx.effects.extend(conversation.save_unheard());
    } else {
        conversation.status.set_connection(Some(ConnectionState::Down(Phrase::new("peer-left").into())));
        conversation.status.stop_typing();
    }
    if followed.is_none() {
        cx.effects.extend(conversation.follow());
    }
    // Who only shows its key says nothing of itself that would be new.
    if address.key.is_none() || !profile.name.is_empty() {
        let before = conversation.name.clone();
        cx.effects.extend(rename(conversation, &profile.name));
        conversation.status.set_profile(clipped(profile));
        tell_renamed(cx, id, before);
    }
    Some(IdentifiedPeer { id, is_back })
}

/// Somebody who is known by a key and was talked with is called otherwise from now on: nothing proves a name, and the new one may
/// be somebody else's.
fn tell_renamed(cx: &mut UpdateCx<'_>, id: ConversationId, before: String) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    let had_name = before != conversation.address.authority();
    if had_name && conversation.is_contact_like() && conversation.name != before {
        let told = Phrase::new("notice-renamed").text("before", before);
        let told = told.text("now", conversation.name.as_str());
        cx.notice(id, told);
    }
}

/// A peer that is known by its key is seen there. A stranger's address follows; that of a contact is the person's own.
fn note_place(cx: &mut UpdateCx<'_>, id: ConversationId, seen: &Address) {
    let Some(conversation) = cx.state.conversations.get_mut(id).filter(|_| seen.key.is_some()) else {
        return;
    };
    conversation.status.set_seen(seen.literal().map(|at| at.ip()));
    let known = &conversation.address;
    if conversation.kind != PeerKind::Stranger || (&known.host, known.port) == (&seen.host, seen.port) {
        return;
    }
    let moved = Address { host: seen.host.clone(), port: seen.port, ..known.clone() };
    cx.state.conversations.move_to(id, moved);
    let conversation = cx.state.conversations.get_mut(id).filter(|conversation| conversation.is_recorded());
    cx.effects.extend(conversation.map(Conversation::save_record));
}

/// A peer that wrote says who it is. A nick that it gave before, or in an earlier run, tells more than a login name.
pub(super) fn on_introduced(cx: &mut UpdateCx<'_>, id: ConversationId, profile: Profile) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    let person = |profile: &Profile| Person::new(&profile.user, &profile.host);
    let (who, profile) = (person(&profile), clipped(profile));
    if !conversation.may_be(who.as_ref()) {
        return;
    }
    let known = conversation.status.profile().and_then(person);
    if known.zip(who).is_some_and(|(known, who)| known.is_same(&who)) {
        conversation.status.set_encoding(profile.encoding);
        return;
    }
    if conversation.status.profile().is_some() || conversation.name == conversation.address.authority() {
        cx.effects.extend(rename(conversation, &profile.name));
    }
    conversation.status.set_profile(profile);
}

/// What a peer that is there has told of itself.
pub(super) fn presence(conversation: &Conversation) -> Option<PeerInfo> {
    let here = conversation.status.is_up() && conversation.address.scheme.caps.presence;
    let about = conversation.status.profile().filter(|_| here)?.clone();
    Some(PeerInfo { conversation: None, address: Box::new(conversation.address.clone()), here, about })
}

/// Shows a peer again whose conversation is gone: it is still there, and may not announce itself for minutes.
pub(super) fn show_again(cx: &mut UpdateCx<'_>, stays: Option<PeerInfo>) {
    if let Some(stays) = stays {
        let _nobody_moved = identify(cx, stays);
    }
}

/// A conversation of a peer that nobody has to do with yet: it may only evict another one like it.
fn add_presence_only(cx: &mut UpdateCx<'_>, address: Address) -> Option<ConversationId> {
    if cx.state.conversations.len() >= strangers::MAX_STRANGERS {
        let gone = cx.state.conversations.presence_only.gone()?;
        strangers::forget(cx, gone);
    }
    let fresh = strangers::new_stranger(cx.state, address);
    let id = fresh.id;
    cx.state.conversations.presence_only.set(id, true);
    cx.state.conversations.insert(fresh);
    Some(id)
}

/// A stranger is called what it calls itself; one without a name by its address.
fn rename(conversation: &mut Conversation, name: &str) -> Option<Effect> {
    if conversation.kind != PeerKind::Stranger {
        return None;
    }
    let name = clip(name.trim(), MAX_NAME);
    let authority = || Cow::Owned(conversation.address.authority());
    let name = if name.is_empty() { authority() } else { Cow::Borrowed(name) };
    if conversation.name == name {
        return None;
    }
    conversation.name = name.into_owned();
    conversation.is_recorded().then(|| conversation.save_record())
}

fn clip(text: &str, limit: usize) -> &str {
    let end = text.floor_char_boundary(limit.min(text.len()));
    text.get(..end).unwrap_or_default()
}

fn cut(text: &mut String, limit: usize) {
    if text.len() > limit {
        *text = clip(text, limit).to_owned();
    }
}

fn clipped(mut profile: Profile) -> Profile {
    let Profile { name, group, user, host, program, motto, away, encoding } = &mut profile;
    for text in [name, group, user, host, program, encoding] {
        cut(text, MAX_NAME);
    }
    for words in std::iter::once(motto).chain(away) {
        cut(words, MAX_WORDS);
    }
    profile
}

/// A peer is writing to us just now.
pub(super) fn on_typing(cx: &mut UpdateCx<'_>, id: ConversationId) {
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        conversation.status.start_typing(cx.now.mono);
    }
}

/// Asks the program of a peer whether it is there. Whoever was not spoken to since the start is told of first.
pub(super) fn ask(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    cx.effects.extend(conversation.follow_once());
    cx.net(NetCommand::Peer(id, PeerCommand::Ask));
}

/// Asks everybody who is there.
pub(super) fn look(cx: &mut UpdateCx<'_>) {
    cx.net(NetCommand::Look);
}

pub(super) fn on_answered(cx: &mut UpdateCx<'_>, id: Option<ConversationId>) {
    if let Some(conversation) = id.and_then(|id| cx.state.conversations.get_mut(id)) {
        conversation.status.on_answered(cx.now.mono);
    }
}
