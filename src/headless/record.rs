//! One message as one line: for a person to read, or as JSON for a program.
//!
//! ```text
//! HH:MM:SS NAME (ADDRESS): TEXT      from a contact
//! HH:MM:SS ADDRESS: TEXT             from anybody else
//! ```
//! Both go through the escaper, so that a payload can neither make a second line nor move a cursor. In JSON its
//! place is taken by `\u` escapes, which decode to the very text that came.

use std::fmt::Write;
use std::net::SocketAddr;

use jiff::Zoned;
use serde::Serialize;

use super::output::Output;
use crate::app::{Standing, State};
use crate::model::text::{escape_line, plain_line};
use crate::model::{Direction, Message};

/// A message that arrived, with what the state knows of its conversation.
#[derive(Debug)]
pub(super) struct Record<'a> {
    time: Zoned,
    dialect: &'a str,
    from: SocketAddr,
    contact: Option<&'a str>,
    conversation: String,
    message: &'a Message,
    lossy: bool,
    authenticated: bool,
}

/// The fields in the order they are written.
#[derive(Serialize)]
struct Fields<'a> {
    time: String,
    dialect: &'a str,
    from: String,
    contact: Option<&'a str>,
    conversation: &'a str,
    text: &'a str,
    bytes: usize,
    lossy: bool,
    authenticated: bool,
}

impl<'a> Record<'a> {
    /// `None` for a message that did not arrive but was sent.
    pub(super) fn of(message: &'a Message, state: &'a State, output: &Output) -> Option<Self> {
        let Direction::Incoming { source, lossy, authenticated } = message.direction else { return None };
        let place = state.conversation(message.conversation);
        let contact = place.filter(|place| place.standing != Standing::Stranger);
        Some(Self {
            time: output.local(message.time),
            dialect: place.map_or("", |place| place.address.scheme.name),
            from: source,
            contact: contact.map(|place| place.name.as_str()),
            conversation: place.map_or_else(|| source.to_string(), |place| place.name.clone()),
            message,
            lossy,
            authenticated,
        })
    }

    pub(super) fn plain(&self) -> String {
        let name = self.contact.map(|name| format!("{} ({})", plain_line(name), self.from));
        let name = name.unwrap_or_else(|| self.from.to_string());
        plain(&self.time, &name, &self.message.text)
    }

    pub(super) fn json(&self) -> String {
        json(&Fields {
            // RFC 3339, with the offset of this place.
            time: self.time.strftime("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string(),
            dialect: self.dialect,
            from: self.from.to_string(),
            contact: self.contact,
            conversation: &self.conversation,
            text: &self.message.text,
            bytes: self.message.payload.len(),
            lossy: self.lossy,
            authenticated: self.authenticated,
        })
    }
}

/// The line for a person; `name` is clean already.
pub(super) fn plain(time: &Zoned, name: &str, text: &str) -> String {
    format!("{} {name}: {}", time.strftime("%H:%M:%S"), plain_line(text))
}

/// One line of JSON without a character that a terminal must not get.
pub(super) fn json(fields: &impl Serialize) -> String {
    // Plain structs of texts and numbers always serialise.
    let line = serde_json::to_string(fields).unwrap_or_default();
    let escaped = escape_line(&line);
    let mut safe = String::with_capacity(line.len());
    let (mut shown, mut source) = (escaped.as_str(), line.chars());
    let mut at = 0;
    for token in escaped.tokens() {
        let (kept, rest) = shown.split_at_checked(token.start - at).unwrap_or((shown, ""));
        safe.push_str(kept);
        // What is kept stands for itself; the token stands for the one character behind it. All of these are
        // inside JSON strings: outside there is nothing but ASCII.
        let original = source.by_ref().nth(kept.chars().count());
        if let Some(original) = original {
            spell(original, &mut safe);
        }
        shown = rest.get(token.len()..).unwrap_or_default();
        at = token.end;
    }
    safe.push_str(shown);
    safe
}

/// UTF-16, as JSON has it (RFC 8259, section 7).
fn spell(character: char, line: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _written = write!(line, "\\u{unit:04x}").is_ok();
    }
}
