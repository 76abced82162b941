//! One message as one line: for a person to read, or as JSON for a program.
//!
//! ```text
//! HH:MM:SS NAME (ADDRESS): TEXT      from a contact
//! HH:MM:SS ADDRESS: TEXT             from anybody else
//! ```
//! Both go through the escaper, so that a payload can neither make a second line nor move a cursor. In JSON its
//! place is taken by `\u` escapes, which decode to the very text that came.

use std::net::SocketAddr;

use jiff::Zoned;
use serde::Serialize;

use super::output::Output;
use crate::app::{Standing, State};
use crate::model::text::plain_line;
use crate::model::{Direction, Message};
use crate::runtime::history::rfc3339;

pub(super) use crate::runtime::history::json;

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
        let Direction::Incoming { source, lossy, authenticated, .. } = message.direction else { return None };
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
            time: rfc3339(&self.time),
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
