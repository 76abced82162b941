//! Who is at an address, where the dialect says who (`?person=` of an address): what was said with somebody stays with
//! them when another person comes there, and a line says who that is.

use super::conversation::Conversation;
use super::event::Effect;
use super::state::State;
use super::{PeerKind, chat};
use crate::model::address::GROUP;
use crate::model::person::PERSON;
use crate::model::traffic::ConnectionState;
use crate::model::{Address, ConversationId, Now, Person, Phrase};

/// What the row of somebody says whose address another person has.
const ELSEWHERE: &str = "peer-another";

/// What a stranger is called before it has said what it calls itself.
pub(super) fn name_of(address: &Address) -> String {
    if let Some(group) = address.option(GROUP) {
        return format!("#{group}");
    }
    let user = Person::of(address).map(|person| person.user().to_owned());
    user.filter(|user| !user.is_empty()).unwrap_or_else(|| address.authority())
}

/// The address that a person has given a conversation, with whom was met there.
pub(super) fn kept(one: &Conversation, given: Address) -> Address {
    let known = one.address.option(PERSON).filter(|_| given.option(PERSON).is_none());
    let known = known.filter(|_| one.address.is_same_place(&given)).map(str::to_owned);
    if known.is_some() { given.with_option(PERSON, known.as_deref()) } else { given }
}

/// A conversation belongs to the first person who is heard from its address. The history knows from then on. Whether
/// somebody else was there until now.
pub(super) fn bind(
    state: &mut State,
    id: ConversationId,
    person: Option<&Person>,
    effects: &mut Vec<Effect>,
) -> bool {
    let (Some(person), Some(one)) = (person, state.conversations.get_mut(id)) else { return false };
    let was_elsewhere =
        matches!(one.status.connection(), Some(ConnectionState::Down(why)) if why.key == ELSEWHERE);
    if was_elsewhere {
        one.status.set_connection(None);
    }
    if Person::of(&one.address).is_some_and(|known| known.is_same(person)) {
        return was_elsewhere;
    }
    one.address = person.at(one.address.clone());
    if one.is_recorded() {
        effects.push(one.save_record());
    }
    if one.is_followed() {
        effects.push(one.follow());
    }
    was_elsewhere
}

/// They are at their address again, where somebody else was: what was said of that is not so any more.
pub(super) fn came_back(state: &mut State, now: Now, id: ConversationId) {
    let Some(one) = state.conversation(id).filter(|one| is_read(one)) else { return };
    let notice = Phrase::new("notice-person-back").text("name", one.name.as_str());
    let notice = notice.text("address", one.address.authority());
    chat::notice(state, now, id, notice);
}

/// The conversation of the same user under the same name, whose machine is called something else now: portable machines
/// are given names by networks. A name that is only the user's says nothing: in many an office all have the same.
pub(super) fn renamed(state: &State, address: &Address, name: &str) -> Option<ConversationId> {
    let person = Person::of(address).filter(|person| name != person.user())?;
    let called = |one: &Conversation| {
        let about = one.status.profile().map(|about| about.name.as_str());
        let known = about.or_else(|| (one.kind == PeerKind::Stranger).then_some(one.name.as_str()));
        known == Some(name)
    };
    let same = |one: &&Conversation| {
        Person::of(&one.address).is_some_and(|known| known.is_same_user(&person)) && called(one)
    };
    state.there(address).find(same).map(|one| one.id)
}

/// Somebody is heard at this address: whoever was there before is not any more.
pub(super) fn moved_in(state: &mut State, now: Now, id: ConversationId, address: &Address) {
    let Some(person) = Person::of(address) else { return };
    let others = state.there(address).filter(|one| one.id != id && !one.may_be(Some(&person)));
    let others: Vec<ConversationId> = others.map(|one| one.id).collect();
    let name = state.conversation(id).map(|one| one.name.clone()).unwrap_or_default();
    let told = |key| Phrase::new(key).text("name", name.as_str()).text("person", person.to_string());
    for other in others {
        let why = ConnectionState::Down(told(ELSEWHERE));
        let differs = |one: &&mut Conversation| one.status.connection() != Some(&why);
        let Some(one) = state.conversations.get_mut(other).filter(differs) else { continue };
        let is_news =
            !matches!(one.status.connection(), Some(ConnectionState::Down(why)) if names(why, &person));
        one.status.set_connection(Some(why));
        one.status.stop_typing();
        if is_read(one) && is_news {
            let notice = told("notice-another-person").text("address", address.authority());
            chat::notice(state, now, other, notice);
        }
    }
}

/// Whether there is something that a person may read there.
fn is_read(one: &Conversation) -> bool {
    one.is_known() || one.activity.newest().is_some()
}

/// Whether it was said already that this person is there.
fn names(why: &Phrase, person: &Person) -> bool {
    why.key == ELSEWHERE
        && why.args.iter().any(|(_, value)| *value == crate::model::phrase::Value::Text(person.to_string()))
}
