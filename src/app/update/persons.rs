//! Who is at an address, where the dialect says who (`?person=` of an address): what was said with somebody stays with
//! them when another person comes there, and a line says who that is.

use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::state::State;
use crate::model::address::GROUP;
use crate::model::person::PERSON;
use crate::model::traffic::{ConnectionState, DownReason};
use crate::model::{Address, ConversationId, PeerKind, Person, Phrase};

/// What a stranger is called before it has said what it calls itself.
pub(super) fn name_of(address: &Address) -> String {
    if let Some(group) = address.option(GROUP) {
        return format!("#{group}");
    }
    let user = Person::of(address).map(|person| person.user().to_owned());
    user.filter(|user| !user.is_empty()).unwrap_or_else(|| address.authority())
}

/// The address that a person has given a conversation, with whom was met there.
pub(super) fn with_person(conversation: &Conversation, given: Address) -> Address {
    let known = conversation.address.option(PERSON).filter(|_| given.option(PERSON).is_none());
    let known = known.filter(|_| conversation.address.is_same_place(&given)).map(str::to_owned);
    if known.is_some() { given.with_option(PERSON, known.as_deref()) } else { given }
}

/// Binds a conversation to the first person who is heard from its address, and tells the history. Returns whether another
/// person was at the address until now.
pub(super) fn bind(cx: &mut UpdateCx<'_>, id: ConversationId, person: Option<&Person>) -> bool {
    let conversation = cx.state.conversations.get_mut(id);
    let (Some(person), Some(conversation)) = (person, conversation) else { return false };
    let was_elsewhere = who_is_there(conversation).is_some();
    if was_elsewhere {
        conversation.status.set_connection(None);
    }
    if Person::of(&conversation.address).is_some_and(|known| known.is_same(person)) {
        return was_elsewhere;
    }
    conversation.address = person.at(conversation.address.clone());
    if conversation.is_recorded() {
        cx.effects.push(conversation.save_record());
    }
    if conversation.is_followed() {
        cx.effects.extend(conversation.follow());
    }
    was_elsewhere
}

/// A person is back at an address that another one had: a line takes back what was said of that.
pub(super) fn on_return(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversation(id).filter(|conversation| is_read(conversation)) else {
        return;
    };
    let notice = Phrase::new("notice-person-back").text("name", conversation.name.as_str());
    let notice = notice.text("address", conversation.address.authority());
    cx.notice(id, notice);
}

/// The conversation of the same user under the same name, whose machine is called something else now: portable machines
/// are given names by networks. A name that is only the user's says nothing: in many an office all have the same.
pub(super) fn renamed(state: &State, address: &Address, name: &str) -> Option<ConversationId> {
    let person = Person::of(address).filter(|person| name != person.user())?;
    let called = |conversation: &Conversation| {
        let told = conversation.status.profile().map(|profile| profile.name.as_str());
        let is_stranger = conversation.kind == PeerKind::Stranger;
        told.or_else(|| is_stranger.then_some(conversation.name.as_str())) == Some(name)
    };
    let same = |conversation: &&Conversation| {
        let known = Person::of(&conversation.address);
        known.is_some_and(|known| known.is_same_user(&person)) && called(conversation)
    };
    state.conversations.there(address).find(same).map(|conversation| conversation.id)
}

/// A person is heard at this address: conversations with others there say that they are elsewhere.
pub(super) fn on_arrival(cx: &mut UpdateCx<'_>, id: ConversationId, address: &Address) {
    let Some(person) = Person::of(address) else { return };
    let is_other = |other: &&Conversation| other.id != id && !other.may_be(Some(&person));
    let others = cx.state.conversations.there(address).filter(is_other);
    let others: Vec<ConversationId> = others.map(|other| other.id).collect();
    let name = cx.state.conversation(id).map(|conversation| conversation.name.clone()).unwrap_or_default();
    let person = person.to_string();
    for other in others {
        let reason = DownReason::AnotherPerson { name: name.clone(), person: person.clone() };
        let why = ConnectionState::Down(reason);
        let differs = |other: &&mut Conversation| other.status.connection() != Some(&why);
        let Some(conversation) = cx.state.conversations.get_mut(other).filter(differs) else { continue };
        let is_news = who_is_there(conversation) != Some(&person);
        conversation.status.set_connection(Some(why));
        conversation.status.stop_typing();
        if is_read(conversation) && is_news {
            let notice = Phrase::new("notice-another-person").text("name", name.as_str());
            let notice = notice.text("person", person.as_str()).text("address", address.authority());
            cx.notice(other, notice);
        }
    }
}

/// The other person who has the address, if that was said.
fn who_is_there(conversation: &Conversation) -> Option<&String> {
    match conversation.status.connection()? {
        ConnectionState::Down(DownReason::AnotherPerson { person, .. }) => Some(person),
        ConnectionState::Down(DownReason::Fault(_) | DownReason::Locked { .. } | DownReason::Told(_))
        | ConnectionState::Up
        | ConnectionState::Seeking
        | ConnectionState::Unknown => None,
    }
}

/// Whether there is something that a person may read there.
fn is_read(conversation: &Conversation) -> bool {
    conversation.is_known() || conversation.activity.newest().is_some()
}
