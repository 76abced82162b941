//! What plain members ask for by their commands, and what they are answered in their language.

use std::time::Instant;

use super::Relay;
use super::admission;
use super::api::{Leaving, RelayLimit};
use super::claims::{self, Renaming};
use super::command::PlainCommand;
use super::members::Speech;
use super::names::{acceptable, acceptable_room, folded};
use super::plain_log;
use super::text_keys;
use super::texts;
use crate::model::Phrase;

/// Does what a plain member has asked for, within its limits, and answers.
pub(super) fn execute(relay: &mut Relay, now: Instant, id: u64, command: &PlainCommand<'_>) {
    let Some(address) = relay.directory.members().get(id).map(|member| member.address) else { return };
    let text = match *command {
        PlainCommand::Nick(name) => match rename(relay, now, id, name) {
            Some(said) => in_words(relay, id, &[said]),
            None => return,
        },
        PlainCommand::Join(room) => match acceptable_room(room).map(|room| go_to(relay, id, room)) {
            None => in_words(relay, id, &[texts::bad_name()]),
            Some(Ok(())) => return admission::welcome(relay, now, id, None),
            Some(Err(limit)) => return relay.refuse(now, id, limit, 0),
        },
        PlainCommand::Rooms => {
            texts::rooms(&relay.options.phrasebooks, relay.language_of(id), &relay.rooms())
        }
        PlainCommand::Who(first) => who(relay, id, first),
        PlainCommand::Leave => in_words(relay, id, &[Phrase::new(text_keys::GOODBYE)]),
        PlainCommand::Ping => in_words(relay, id, &[Phrase::new(text_keys::PONG)]),
        PlainCommand::Help => {
            texts::help(&relay.options.phrasebooks, relay.language_of(id), relay.backplane.is_some())
        }
        PlainCommand::Lang(wanted) => choose_language(relay, id, wanted),
        PlainCommand::History(wanted) => {
            let told = plain_log::read(relay, now, id, wanted);
            return tell_at_once(relay, now, id, told);
        }
        PlainCommand::Search(words) => {
            let told = plain_log::search(relay, now, id, words);
            return tell_at_once(relay, now, id, told);
        }
        PlainCommand::Prove => return admission::welcome(relay, now, id, None),
    };
    relay.say_text(now, address, &text);
    if *command == PlainCommand::Leave {
        relay.remove(now, id, Leaving::Asked);
    }
}

/// `None`: it is told later.
fn tell_at_once(relay: &mut Relay, now: Instant, id: u64, told: Option<Phrase>) {
    let member = relay.directory.members().get(id);
    if let Some((address, language)) = member.map(|member| (member.address, member.language()))
        && let Some(phrase) = told
    {
        relay.tell(now, address, language, &phrase);
    }
}

fn in_words(relay: &Relay, id: u64, said: &[Phrase]) -> String {
    relay.options.phrasebooks.say_all(relay.language_of(id), said)
}

/// Who is in a room stays there, whatever it takes to come in.
fn go_to(relay: &mut Relay, id: u64, room: &str) -> Result<(), RelayLimit> {
    let to = folded(room);
    let is_inside = relay.directory.members().get(id).is_some_and(|member| member.room == to);
    if !is_inside {
        relay.moderation.opens_to_plain(&to)?;
    }
    relay.move_to(id, room)
}

/// What it is answered at once.
fn rename(relay: &mut Relay, now: Instant, id: u64, name: &str) -> Option<Phrase> {
    let Some(name) = acceptable(name) else { return Some(texts::bad_name()) };
    match claims::rename(relay, id, name, true) {
        Renaming::Done => Some(texts::renamed(name)),
        Renaming::Taken => Some(Phrase::new(text_keys::NAME_TAKEN)),
        Renaming::Asked => None,
        Renaming::Refused(limit) => {
            relay.refuse(now, id, limit, 0);
            None
        }
    }
}

fn who(relay: &Relay, id: u64, first: usize) -> String {
    let Some((member, room)) = relay.directory.seat(id) else { return String::new() };
    texts::who(&relay.options.phrasebooks, member.language(), room, first)
}

/// From now on the relay speaks to the member in that language.
fn choose_language(relay: &mut Relay, id: u64, wanted: Option<&str>) -> String {
    let books = &relay.options.phrasebooks;
    let said = match wanted.map(|wanted| books.find(wanted)) {
        None => texts::languages(books),
        Some(None) => texts::no_language(books),
        Some(Some(language)) => {
            if let Some(member) = relay.directory.member_mut(id) {
                member.speech = Speech::Plain(language);
            }
            texts::language(books, language)
        }
    };
    in_words(relay, id, &[said])
}
