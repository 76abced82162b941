//! One message as one line: for a person to read, or as JSON for a program.
//!
//! ```text
//! HH:MM:SS NAME (ADDRESS): TEXT      from a contact
//! HH:MM:SS ADDRESS: TEXT             from anybody else
//! HH:MM:SS KEY (ADDRESS): TEXT       from whoever has proved a key; its first letters
//! HH:MM:SS ROOM <WHO>: TEXT          in a room: its name there, or the address
//! HH:MM:SS ROOM: WHO joined the room
//! ```
//! Before the text stands in brackets what it is, if that is more than a text, and what it answers; behind it what it offers, each file in
//! brackets with its size.
//!
//! Both go through the escaper, so that a payload can neither make a second line nor move a cursor. In JSON its
//! place is taken by `\u` escapes, which decode to the very text that came.

use std::net::SocketAddr;

use jiff::Zoned;
use serde::Serialize;

use super::output::Console;
use crate::app::{Conversation, PeerKind, State};
use crate::lang::Lang;
use crate::model::file::File;
use crate::model::text::plain_line;
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Message, PublicKey};
use crate::runtime::history::rfc3339;

use crate::runtime::history::NameFields;
pub(super) use crate::runtime::history::json;

/// A message that arrived, with what the state knows of its conversation.
#[derive(Debug)]
pub(super) struct Record<'a> {
    time: Zoned,
    dialect: &'a str,
    from: SocketAddr,
    contact: Option<&'a str>,
    conversation: String,
    /// Many people are in it.
    is_room: bool,
    message: &'a Message,
    lossy: bool,
    authenticated: bool,
    /// Whose it proved to be.
    key: Option<PublicKey>,
}

/// The fields in the order they are written.
#[derive(Serialize)]
struct MessageFields<'a> {
    time: String,
    dialect: &'a str,
    from: String,
    contact: Option<&'a str>,
    conversation: &'a str,
    sender: Option<&'a str>,
    text: &'a str,
    bytes: usize,
    lossy: bool,
    authenticated: bool,
    /// Whose it proved to be, where the dialect proves that.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The message only says that somebody came in: the text is what a program says then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    joined: bool,
    /// What it is, where that is more than a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// What it offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileRecord<'a>>,
    #[serde(flatten)]
    names: NameFields<'a>,
}

/// A file or folder that somebody offers, as they say.
#[derive(Serialize)]
struct FileRecord<'a> {
    name: &'a str,
    size: u64,
    folder: bool,
}

impl<'a> Record<'a> {
    /// `None` for a message that did not arrive but was sent.
    pub(super) fn of(message: &'a Message, state: &'a State, output: &Console) -> Option<Self> {
        let Direction::Incoming { source, lossy, authenticated, .. } = message.direction else { return None };
        let place = state.conversation(message.conversation);
        let contact = place.filter(|place| place.kind != PeerKind::Stranger);
        Some(Self {
            time: output.local(message.time),
            dialect: place.map_or("", |place| place.address.scheme.name),
            from: source,
            contact: contact.map(|place| place.name.as_str()),
            conversation: place.map_or_else(|| source.to_string(), |place| place.name.clone()),
            is_room: place.is_some_and(Conversation::is_room),
            message,
            lossy,
            authenticated,
            key: place.and_then(|place| place.address.key).filter(|_| authenticated),
        })
    }

    pub(super) fn plain(&self, lang: &Lang) -> String {
        if self.is_room || self.message.sender().is_some() || self.message.is_joining() {
            return self.in_room(lang);
        }
        let name = self.contact.map(plain_line).or_else(|| self.key.map(|key| key.groups()));
        let name = name.map(|name| format!("{name} ({})", self.from));
        let name = name.unwrap_or_else(|| self.from.to_string());
        self.line(&name, lang)
    }

    fn in_room(&self, lang: &Lang) -> String {
        let room = plain_line(&self.conversation);
        let who = self.message.sender().map_or_else(|| self.from.to_string(), plain_line);
        if self.message.is_joining() {
            return plain(&self.time, &room, &lang.with("joined-room", &[("who", &who)]));
        }
        self.line(&format!("{room} <{who}>"), lang)
    }

    /// `name` is clean already.
    fn line(&self, name: &str, lang: &Lang) -> String {
        plain(&self.time, name, &body(self.message, lang))
    }

    pub(super) fn json(&self) -> String {
        json(&MessageFields {
            time: rfc3339(&self.time),
            dialect: self.dialect,
            from: self.from.to_string(),
            contact: self.contact,
            conversation: &self.conversation,
            sender: self.message.sender(),
            text: &self.message.text,
            bytes: self.message.payload.len(),
            lossy: self.lossy,
            authenticated: self.authenticated,
            key: self.key.map(|key| key.to_string()),
            joined: self.message.is_joining(),
            kind: self.message.kind().and_then(kind_name),
            files: self.message.files.as_slice().iter().map(offered).collect(),
            names: NameFields::of(self.message),
        })
    }
}

/// What a message says: what it is, if that is more than a text, what it answers, its text, what it offers. Not escaped.
pub(super) fn body(message: &Message, lang: &Lang) -> String {
    let kind = message.kind().and_then(kind_name);
    let kind = kind.map(|name| lang.with("listen-kind", &[("kind", name)]));
    let text = Some(message.text.clone()).filter(|text| !text.is_empty());
    let files = message.files.as_slice().iter().map(|file| {
        let key = if file.folder { "listen-folder" } else { "listen-file" };
        lang.with(key, &[("name", &file.name), ("size", &file.size.to_string())])
    });
    let quote = message.quote.as_ref();
    let quote = quote.map(|quote| lang.with("listen-answers", &[("quote", quote)]));
    let parts: Vec<String> = kind.into_iter().chain(quote).chain(text).chain(files).collect();
    parts.join(" ")
}

fn offered(file: &File) -> FileRecord<'_> {
    FileRecord { name: &file.name, size: file.size, folder: file.folder }
}

/// What a message is, for programs; `None`: a text, or what `joined` says.
pub(super) fn kind_name(kind: MessageKind) -> Option<&'static str> {
    (!matches!(kind, MessageKind::Text | MessageKind::Joined)).then(|| kind.code())
}

/// The line for a person; `name` is clean already.
pub(super) fn plain(time: &Zoned, name: &str, text: &str) -> String {
    format!("{} {name}: {}", time.strftime("%H:%M:%S"), plain_line(text))
}
