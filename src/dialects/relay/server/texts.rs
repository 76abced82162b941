//! Every sentence plain members read, as data; the words stand in `assets/text`. Short, because they are datagrams.

use jiff::Timestamp;

use super::api::{RelayLimit, RoomView};
use super::moderation::RoomRules;
use super::phrasebook::{LanguageId, Phrasebooks, RelayText};
use super::proof::Code;
use super::room::RelayRoom;
use crate::dialects::relay::frame::{MAX_BUNDLE, MAX_NAME_CHARS, MAX_TEXT};
use crate::model::Phrase;
use crate::model::room_log::LogRecord;

/// Bytes of one answer to an address that has proved nothing: never a fragment anywhere.
pub(super) const MAX_ANSWER: usize = 512;
/// Room for the line that says how many more there are.
const MAX_LIST: usize = MAX_BUNDLE - 64;

const HELP: &str = "relay-says-help";
const HELP_HISTORY: &str = "relay-says-help-history";
const CHALLENGE: &str = "relay-says-challenge";
const CHALLENGE_SHORT: &str = "relay-says-challenge-short";
const SILENT: &str = "relay-says-silent";
const RETURN: &str = "relay-says-return";
const RETURN_BY_PROOF: &str = "relay-says-return-by-proof";
const WELCOME: &str = "relay-says-welcome";
const RENAMED: &str = "relay-says-renamed";
const BAD_NAME: &str = "relay-says-bad-name";
const ROOM: &str = "relay-says-room";
const MORE_LINES: &str = "relay-says-more-lines";
const TOO_LONG: &str = "relay-says-too-long";
const TOPIC: &str = "relay-says-topic";
const NO_TOPIC: &str = "relay-says-no-topic";
const SLOW: &str = "relay-says-slow";
const SLOW_REFUSED: &str = "relay-says-slow-refused";
const NOT_SLOW: &str = "relay-says-not-slow";
const MODERATED: &str = "relay-says-moderated";
const UNMODERATED: &str = "relay-says-unmoderated";
const LANGUAGES: &str = "relay-says-languages";
const NO_LANGUAGE: &str = "relay-says-no-language";
const LANGUAGE: &str = "relay-says-language";
const FULL: &str = "relay-says-full";
const BUSY: &str = "relay-says-busy";
pub(super) const NO_HISTORY: &str = "relay-says-no-history";
pub(super) const EMPTY_HISTORY: &str = "relay-says-empty-history";
pub(super) const PONG: &str = "relay-says-pong";
pub(super) const GOODBYE: &str = "relay-says-goodbye";
pub(super) const CLOSING: &str = "relay-says-closing";
pub(super) const ECHO: &str = "relay-says-echo";
pub(super) const NAME_TAKEN: &str = "relay-says-name-taken";

/// All of them.
pub(super) const TEXTS: &[RelayText] = &[
    with(HELP, &["languages"]),
    plain(HELP_HISTORY),
    plain(NO_HISTORY),
    plain(EMPTY_HISTORY),
    plain(PONG),
    plain(GOODBYE),
    plain(CLOSING),
    plain(ECHO),
    plain(NAME_TAKEN),
    plain(CHALLENGE),
    plain(CHALLENGE_SHORT),
    counted(SILENT, &["seconds"]),
    plain(RETURN),
    plain(RETURN_BY_PROOF),
    counted(WELCOME, &["count", "name", "room"]),
    with(RENAMED, &["name"]),
    with(BAD_NAME, &["limit"]),
    counted(ROOM, &["count", "room"]),
    counted(MORE_LINES, &["count"]),
    plain(FULL),
    plain(BUSY),
    plain("relay-says-no-room"),
    plain("relay-says-fast"),
    plain("relay-says-much"),
    plain("relay-says-no-log"),
    plain("relay-says-kicked"),
    plain("relay-says-banned"),
    plain("relay-says-closed"),
    plain("relay-says-muted"),
    plain("relay-says-moderated-refused"),
    counted(SLOW_REFUSED, &["seconds"]),
    with(TOO_LONG, &["limit"]),
    with(TOPIC, &["topic"]),
    plain(NO_TOPIC),
    counted(SLOW, &["seconds"]),
    plain(NOT_SLOW),
    plain(MODERATED),
    plain(UNMODERATED),
    with(LANGUAGES, &["languages"]),
    with(NO_LANGUAGE, &["languages"]),
    with(LANGUAGE, &["name"]),
];

/// What a relay says to those who come, go or are none of its members.
const TO_STRANGERS: [&str; 10] =
    [WELCOME, RENAMED, GOODBYE, SILENT, CLOSING, FULL, BUSY, ECHO, "relay-says-kicked", "relay-says-banned"];

const fn plain(key: &'static str) -> RelayText {
    RelayText { key, args: &[], number: None }
}

const fn with(key: &'static str, args: &'static [&'static str]) -> RelayText {
    RelayText { key, args, number: None }
}

/// The first argument is a number.
const fn counted(key: &'static str, args: &'static [&'static str]) -> RelayText {
    RelayText { key, args, number: args.first().copied() }
}

/// To whoever has said too little to be told how to prove its address: a `hello` draws no more than itself.
pub(super) const MORE: &str = "more?";

/// The longest text with a line `/prove CODE` that is no longer than `budget`. Who reads it has chosen no language yet.
///
/// The line never comes first, so that what sends it back sends back no proof, not even behind some other text.
pub(super) fn challenge(books: &Phrasebooks, code: Code, budget: usize) -> Option<String> {
    let code = str::from_utf8(&code).ok()?;
    let fits = |text: &String| text.len() <= budget.min(MAX_ANSWER);
    let in_words = [CHALLENGE, CHALLENGE_SHORT].into_iter().map(|key| {
        let before = books.say(LanguageId::default(), &Phrase::new(key));
        format!("{before}/prove {code}\n")
    });
    // Few letters draw fewer, and no words have to be looked up for them.
    let end = format!("?\n/prove {code}");
    if !fits(&end) {
        return None;
    }
    in_words.chain([format!("{end}\n"), end.clone()]).find(fits)
}

/// With a line that brings the member back, unless nothing has to be proved.
pub(super) fn silent(books: &Phrasebooks, language: LanguageId, seconds: u64, code: Option<Code>) -> String {
    let gone = books.say(language, &Phrase::new(SILENT).number("seconds", seconds));
    match code.as_ref().and_then(|code| str::from_utf8(code).ok()) {
        Some(code) => {
            format!("{gone}{}/prove {code}\n", books.say(language, &Phrase::new(RETURN_BY_PROOF)))
        }
        None => gone + &books.say(language, &Phrase::new(RETURN)),
    }
}

pub(super) fn help(books: &Phrasebooks, language: LanguageId, has_history: bool) -> String {
    let mut help = books.say(language, &Phrase::new(HELP).text("languages", books.listed()));
    if has_history {
        help.push_str(&books.say(language, &Phrase::new(HELP_HISTORY)));
    }
    help
}

pub(super) fn languages(books: &Phrasebooks) -> Phrase {
    Phrase::new(LANGUAGES).text("languages", books.listed())
}

pub(super) fn no_language(books: &Phrasebooks) -> Phrase {
    Phrase::new(NO_LANGUAGE).text("languages", books.listed())
}

pub(super) fn language(books: &Phrasebooks, language: LanguageId) -> Phrase {
    Phrase::new(LANGUAGE).text("name", books.name(language))
}

pub(super) fn welcome(name: &str, room: &RelayRoom) -> Phrase {
    Phrase::new(WELCOME)
        .text("name", name)
        .text("room", &room.name)
        .number("count", room.len().saturating_sub(1))
}

pub(super) fn renamed(name: &str) -> Phrase {
    Phrase::new(RENAMED).text("name", name)
}

pub(super) fn bad_name() -> Phrase {
    Phrase::new(BAD_NAME).text("limit", MAX_NAME_CHARS.to_string())
}

pub(super) fn rooms(books: &Phrasebooks, language: LanguageId, views: &[RoomView]) -> String {
    let line = |room: &RoomView| {
        books.say(language, &Phrase::new(ROOM).text("room", &room.name).number("count", room.members))
    };
    list(books, language, views.iter().map(line), views.len())
}

pub(super) fn who(books: &Phrasebooks, language: LanguageId, room: &RelayRoom) -> String {
    let here = room.roster.from(0).filter(|listed| listed.here);
    list(books, language, here.map(|listed| format!("* {}\n", listed.name)), room.len())
}

pub(super) fn refused(limit: RelayLimit) -> Phrase {
    Phrase::new(match limit {
        RelayLimit::Members => FULL,
        RelayLimit::Rooms => "relay-says-no-room",
        RelayLimit::Rate => "relay-says-fast",
        RelayLimit::Bytes => "relay-says-much",
        RelayLimit::Bandwidth => BUSY,
        RelayLimit::Log => "relay-says-no-log",
        RelayLimit::Kicked => "relay-says-kicked",
        RelayLimit::Banned => "relay-says-banned",
        RelayLimit::Closed => "relay-says-closed",
        RelayLimit::Muted => "relay-says-muted",
        RelayLimit::Moderated => "relay-says-moderated-refused",
        RelayLimit::Slow(seconds) => return Phrase::new(SLOW_REFUSED).number("seconds", seconds),
        RelayLimit::TooLong => return Phrase::new(TOO_LONG).text("limit", MAX_TEXT.to_string()),
    })
}

/// What has changed in how a room is run, a sentence a line; none: nothing that plain members see.
pub(super) fn rules_changed(before: &RoomRules, now: &RoomRules) -> Vec<Phrase> {
    let topic = (before.topic != now.topic).then(|| topic(&now.topic));
    let slow = (before.slow != now.slow).then(|| slow(now.slow));
    let moderated = Phrase::new(if now.moderated { MODERATED } else { UNMODERATED });
    let moderated = (before.moderated != now.moderated).then_some(moderated);
    topic.into_iter().chain(slow).chain(moderated).collect()
}

/// How a room is run, for whoever comes in.
pub(super) fn rules(rules: &RoomRules) -> Vec<Phrase> {
    rules_changed(&RoomRules::default(), rules)
}

fn topic(topic: &str) -> Phrase {
    if topic.is_empty() { Phrase::new(NO_TOPIC) } else { Phrase::new(TOPIC).text("topic", topic) }
}

fn slow(seconds: u16) -> Phrase {
    match seconds {
        0 => Phrase::new(NOT_SLOW),
        seconds => Phrase::new(SLOW).number("seconds", seconds),
    }
}

/// How what some relay says to those who come, go or are none of its members begins. Where no proof is asked for, two
/// relays would else make each other members for ever.
pub(super) fn starts_of_a_relay(books: &Phrasebooks) -> Vec<Vec<u8>> {
    let starts = TO_STRANGERS.iter().flat_map(|key| books.starts(key));
    starts.map(|start| start.as_bytes().to_vec()).collect()
}

/// A message of the log, in UTC. Each of its lines begins as the relay's own words do, so that nobody can write history.
pub(super) fn history_line(record: &LogRecord<'_>) -> Vec<u8> {
    let time = Timestamp::from_microsecond(record.at.0).unwrap_or_default();
    let mut line = format!("* {} {}: ", time.strftime("%Y-%m-%d %H:%M"), record.name).into_bytes();
    for (number, part) in record.body.split(|byte| matches!(byte, b'\n' | b'\r')).enumerate() {
        if number > 0 {
            line.extend_from_slice(b"\n*   ");
        }
        line.extend_from_slice(part);
    }
    line.push(b'\n');
    line
}

/// As many lines as fit into one datagram.
fn list(
    books: &Phrasebooks,
    language: LanguageId,
    lines: impl Iterator<Item = String>,
    total: usize,
) -> String {
    let mut text = String::new();
    let mut shown: usize = 0;
    for line in lines {
        if text.len().saturating_add(line.len()) > MAX_LIST {
            break;
        }
        text.push_str(&line);
        shown = shown.saturating_add(1);
    }
    let more = total.saturating_sub(shown);
    if more > 0 {
        text.push_str(&books.say(language, &Phrase::new(MORE_LINES).number("count", more)));
    }
    text
}
