//! Those who make themselves known on the network: they come and go by themselves.
//!
//! Somebody who never said anything is not in the history, and is forgotten before anybody else is. Who is at an address
//! when another person comes there is told by `persons`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::conversation::Conversation;
use super::event::Effect;
use super::state::State;
use super::{PeerKind, persons, strangers};
use crate::model::traffic::{ConnectionState, PeerInfo, Profile};
use crate::model::{Address, ConversationId, Now, Person, Phrase};

/// Bytes that are kept of a name and the like: no list shows more.
const MAX_NAME: usize = 256;

/// Bytes that are kept of what somebody tells everybody.
const MAX_WORDS: usize = 1_024;

/// Strangers who are known by nothing but what they tell of themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct PresenceOnlyPeers {
    here: BTreeSet<ConversationId>,
    gone: BTreeSet<ConversationId>,
}

impl PresenceOnlyPeers {
    pub(super) fn set(&mut self, id: ConversationId, here: bool) {
        let (to, from) =
            if here { (&mut self.here, &mut self.gone) } else { (&mut self.gone, &mut self.here) };
        from.remove(&id);
        to.insert(id);
    }

    /// It has said something, or a person has to do with it, or it is forgotten.
    pub(super) fn remove(&mut self, id: ConversationId) {
        self.here.remove(&id);
        self.gone.remove(&id);
    }

    pub(super) fn contains(&self, id: ConversationId) -> bool {
        self.here.contains(&id) || self.gone.contains(&id)
    }

    /// The one that is missed least of those who left.
    pub(super) fn gone(&self) -> Option<ConversationId> {
        self.gone.first().copied()
    }

    /// The same, of those who are there too.
    pub(super) fn any(&self) -> Option<ConversationId> {
        self.gone.first().or_else(|| self.here.first()).copied()
    }
}

/// Somebody came, left, or is known by something else.
pub(super) fn peer(state: &mut State, now: Now, peer: PeerInfo, effects: &mut Vec<Effect>) {
    let Some((id, address, is_back)) = take_in(state, peer, effects) else { return };
    if is_back {
        persons::came_back(state, now, id);
    }
    persons::moved_in(state, now, id, &address);
}

/// Whose conversation it is, where that one is now, and whether somebody else was there until now.
fn take_in(
    state: &mut State,
    peer: PeerInfo,
    effects: &mut Vec<Effect>,
) -> Option<(ConversationId, Address, bool)> {
    let PeerInfo { conversation, address, here, about } = peer;
    let person = Person::of(&address);
    let theirs = |id: &ConversationId| state.conversation(*id).is_some_and(|one| one.may_be(person.as_ref()));
    let followed = conversation.filter(theirs);
    let known = followed.or_else(|| state.at_address(&address).map(|one| one.id));
    let known = known.or_else(|| persons::renamed(state, &address, &about.name));
    let known = known.or_else(|| here.then(|| newcomer(state, (*address).clone(), effects)).flatten());
    let id = known?;
    let is_back = persons::bind(state, id, person.as_ref(), effects);
    if state.silent.contains(id) {
        state.silent.set(id, here);
    }
    let one = state.conversations.get_mut(id)?;
    if here {
        one.status.set_connection(Some(ConnectionState::Up));
        one.status.on_heard();
    } else {
        one.status.set_connection(Some(ConnectionState::Down(Phrase::new("peer-left"))));
        one.status.stop_typing();
    }
    if followed.is_none() {
        effects.push(one.follow());
    }
    rename(one, &about.name, effects);
    one.status.set_profile(clipped(about));
    here.then_some((id, *address, is_back))
}

/// Who wrote says who it is. A nick that it gave before, or in an earlier run, tells more than the name somebody is logged
/// in by.
pub(super) fn introduced(
    state: &mut State,
    conversation: ConversationId,
    about: Profile,
    effects: &mut Vec<Effect>,
) {
    let Some(one) = state.conversations.get_mut(conversation) else { return };
    let person = |about: &Profile| Person::new(&about.user, &about.host);
    let (who, about) = (person(&about), clipped(about));
    if !one.may_be(who.as_ref()) {
        return;
    }
    let known = one.status.profile().and_then(person);
    if known.zip(who).is_some_and(|(known, who)| known.is_same(&who)) {
        one.status.set_encoding(about.encoding);
        return;
    }
    if one.status.profile().is_some() || one.name == one.address.authority() {
        rename(one, &about.name, effects);
    }
    one.status.set_profile(about);
}

/// What somebody has told of itself who is there.
pub(super) fn presence(one: &Conversation) -> Option<PeerInfo> {
    let here = one.status.is_up() && one.address.scheme.caps.presence;
    let about = one.status.profile().filter(|_| here)?.clone();
    Some(PeerInfo { conversation: None, address: Box::new(one.address.clone()), here, about })
}

/// Its conversation is gone, and it is there all the same: nobody would hear of it before it says so again.
pub(super) fn stay(state: &mut State, stays: Option<PeerInfo>, effects: &mut Vec<Effect>) {
    if let Some(stays) = stays {
        let _nobody_moved = take_in(state, stays, effects);
    }
}

/// Nobody has to do with it yet: it takes no place but that of another one like it.
fn newcomer(state: &mut State, address: Address, effects: &mut Vec<Effect>) -> Option<ConversationId> {
    if state.conversations.len() >= strangers::MAX_STRANGERS {
        let gone = state.silent.gone()?;
        strangers::forget(state, gone, effects);
    }
    let fresh = strangers::fresh(state, address);
    let id = fresh.id;
    state.silent.set(id, true);
    state.insert(fresh);
    Some(id)
}

/// A stranger is called what it calls itself; one without a name by its address.
fn rename(one: &mut Conversation, name: &str, effects: &mut Vec<Effect>) {
    if one.kind != PeerKind::Stranger {
        return;
    }
    let name = clip(name.trim(), MAX_NAME);
    let name = if name.is_empty() { Cow::Owned(one.address.authority()) } else { Cow::Borrowed(name) };
    if one.name != name {
        one.name = name.into_owned();
        if one.is_recorded() {
            effects.push(one.save_record());
        }
    }
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

fn clipped(mut about: Profile) -> Profile {
    let Profile { name, group, user, host, program, motto, away, encoding } = &mut about;
    for text in [name, group, user, host, program, encoding] {
        cut(text, MAX_NAME);
    }
    for words in std::iter::once(motto).chain(away) {
        cut(words, MAX_WORDS);
    }
    about
}

/// Somebody is writing to us just now.
pub(super) fn typing(state: &mut State, now: Now, conversation: ConversationId) {
    if let Some(one) = state.conversations.get_mut(conversation) {
        one.status.start_typing(now.mono);
    }
}
