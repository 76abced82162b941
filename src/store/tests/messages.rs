//! Messages and questions, for tests and the fuzzer.

use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use jiff::tz::TimeZone;

use super::{Backend, Work};
use crate::model::history::{OutboxQuery, PageAnchor, PageQuery, Purpose, SearchQuery, StoreCommand};
use crate::model::search::Search;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Direction, Files, Mark, Message, MessageId, Uid, WallTime};

pub(in crate::store) const ALEX: ConversationId = ConversationId(1);

pub(in crate::store) const MEI: ConversationId = ConversationId(2);

/// Where it comes from.
const SOURCE: &str = "192.168.1.20:8081";

/// 2026-11-21 in the morning.
pub(in crate::store) const NOW: WallTime = WallTime(1_795_250_000_000_000);

pub(in crate::store) fn private(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).open(path).map(drop)
}

pub(in crate::store) fn incoming(id: u64, conversation: ConversationId, text: &str) -> Message {
    Message {
        uid: None,
        about: None,
        quote: None,
        expires: None,
        files: Files::default(),
        id: MessageId(id),
        conversation,
        dialect: "udp".into(),
        time: WallTime(NOW.0 + i64::try_from(id).expect("small") * 1_000_000),
        direction: Direction::incoming(SOURCE.parse().expect("literal")),
        text: text.to_owned(),
        payload: Arc::from(text.as_bytes()),
    }
}

/// From a member of a room, by its name there.
pub(in crate::store) fn from_member(id: u64, room: ConversationId, name: &str, text: &str) -> Message {
    in_room(Some(name), MessageKind::Text, incoming(id, room, text))
}

/// Somebody came into a room.
pub(in crate::store) fn joining(id: u64, room: ConversationId, text: &str) -> Message {
    in_room(None, MessageKind::Joined, incoming(id, room, text))
}

fn in_room(name: Option<&str>, kind: MessageKind, message: Message) -> Message {
    let source = SOURCE.parse().expect("literal");
    let sender = name.map(Arc::from);
    let direction = Direction::Incoming { source, lossy: false, authenticated: false, sender, kind };
    Message { direction, ..message }
}

pub(in crate::store) fn outgoing(id: u64, conversation: ConversationId, text: &str) -> Message {
    let direction = Direction::Outgoing { kind: MessageKind::Text, mark: Mark::Sent, marked: NOW };
    Message { direction, ..incoming(id, conversation, text) }
}

pub(in crate::store) fn insert(message: &Message) -> StoreCommand {
    StoreCommand::Insert(Arc::new(message.clone()))
}

pub(in crate::store) fn show(conversation: ConversationId, at: PageAnchor, messages: usize) -> PageQuery {
    PageQuery { conversation, at, messages, purpose: Purpose::Show }
}

pub(in crate::store) fn lookup(typed: &str) -> SearchQuery {
    let search = Search::parse(typed, &TimeZone::UTC, NOW).expect("a search");
    SearchQuery { ticket: 7, search, within: None, before: None, limit: 50 }
}

/// Does everything that can wait. Says what a person is told.
pub(in crate::store) fn rest(backend: &mut dyn Backend) -> Vec<&'static str> {
    let mut told = Vec::new();
    for _ in 0..100_000 {
        match backend.work() {
            Work::More => {}
            Work::Told(phrase) => told.push(phrase.key),
            Work::Done => return told,
        }
    }
    panic!("the work has no end");
}

pub(in crate::store) fn uid(number: u64) -> Uid {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Uid(bytes)
}

/// One that came.
pub(in crate::store) fn theirs(id: u64, conversation: ConversationId, name: u64) -> Message {
    Message { uid: Some(uid(name)), ..incoming(id, conversation, &format!("theirs {name}")) }
}

/// One of ours, with what is known of it.
pub(in crate::store) fn ours(id: u64, conversation: ConversationId, mark: Mark) -> Message {
    let kind = MessageKind::Text;
    let direction = Direction::Outgoing { mark, marked: NOW, kind };
    Message { uid: Some(uid(id)), direction, ..outgoing(id, conversation, "ours") }
}

pub(in crate::store) fn replace(message: &Message) -> StoreCommand {
    StoreCommand::Replace(Arc::new(message.clone()))
}

pub(in crate::store) fn asked(conversation: ConversationId, after: Option<u64>) -> OutboxQuery {
    OutboxQuery { conversation, after: after.map(MessageId), messages: 100, bytes: 1 << 20 }
}
