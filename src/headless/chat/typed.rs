//! What a typed line means, and doing it.

use std::path::PathBuf;

use super::{Chat, CommandError};
use crate::app::{Conversation, Intent, KeyDecision, MemberKey};
use crate::model::hex_digits::{HexError, bytes_of};
use crate::model::text::plain_line;
use crate::model::{Message, Phrase, TransferState, Trust};
use crate::runtime::{OfferRequest, check, decode};

/// Names of a room that are listed: more than anybody has read to them.
const MAX_NAMES: usize = 100;

/// A command, as it is typed and explained.
struct LineCommand {
    name: &'static str,
    help: &'static str,
}

/// What can be done by lines; the messenger has the rest.
const COMMANDS: [LineCommand; 8] = [
    LineCommand { name: "me", help: "chat-help-me" },
    LineCommand { name: "hex", help: "chat-help-hex" },
    LineCommand { name: "file", help: "chat-help-file" },
    LineCommand { name: "accept", help: "chat-help-accept" },
    LineCommand { name: "decline", help: "chat-help-decline" },
    LineCommand { name: "members", help: "chat-help-members" },
    LineCommand { name: "help", help: "chat-help-help" },
    LineCommand { name: "quit", help: "chat-help-quit" },
];

/// Does what a line says. `false`: it ends the chat.
pub(super) fn run(chat: &mut Chat<'_>, line: &str) -> bool {
    let done = match line.strip_prefix('/') {
        None if line.trim().is_empty() => Ok(()),
        None => send(chat, line),
        Some(text) if text.starts_with('/') => send(chat, text),
        Some(command) => {
            let (name, args) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
            if name == "quit" {
                return false;
            }
            obey(chat, name, args.trim())
        }
    };
    if let Err(why) = done {
        chat.refuse(&why);
    }
    true
}

fn obey(chat: &mut Chat<'_>, name: &str, args: &str) -> Result<(), Phrase> {
    match name {
        "me" if !args.is_empty() => {
            let text = format!("* {} {args}", chat.session.own().name);
            send(chat, &text)
        }
        "hex" if !args.is_empty() => send_bytes(chat, args),
        "file" if !args.is_empty() => offer(chat, args),
        "me" | "hex" | "file" => {
            Err(Phrase::new("command-needs").text("name", name).text("what", needed(name)))
        }
        "accept" => accept(chat),
        "decline" => decline(chat),
        "members" => members(chat),
        "help" => {
            for command in &COMMANDS {
                chat.output.tell(&Phrase::new(command.help));
            }
            Ok(())
        }
        _ => Err(unknown(name)),
    }
}

fn needed(name: &str) -> &'static str {
    match name {
        "file" => "PATH",
        "hex" => "48 65 …",
        _ => "TEXT",
    }
}

fn unknown(name: &str) -> Phrase {
    let near = crate::model::nearest(name, COMMANDS.iter().map(|command| command.name));
    match near {
        Some(near) => Phrase::new("chat-unknown-near").text("name", name).text("near", near),
        None => Phrase::new("chat-unknown").text("name", name),
    }
}

fn place<'a>(chat: &'a Chat<'_>) -> Result<&'a Conversation, Phrase> {
    chat.place().map_err(|why| match why {
        CommandError::Fault(why) => why,
        CommandError::Closed | CommandError::Told => Phrase::new("chat-gone"),
    })
}

/// Says a text, if it can be said there: what cannot is no message, and the line says why.
fn send(chat: &mut Chat<'_>, text: &str) -> Result<(), Phrase> {
    let place = may_send(chat)?;
    check(&place.effective_address(), text).map_err(|fault| fault.phrase())?;
    let conversation = place.id;
    chat.outgoing.ask();
    chat.session.ask(Intent::Send { conversation, text: text.to_owned() });
    Ok(())
}

/// Sends bytes as they are, where messages are bytes.
fn send_bytes(chat: &mut Chat<'_>, digits: &str) -> Result<(), Phrase> {
    let place = may_send(chat)?;
    if !place.address.scheme.caps.bytes {
        return Err(Phrase::new("hex-not-here").text("name", place.name.as_str()));
    }
    let bytes = bytes_of(digits).map_err(HexError::phrase)?;
    let (text, _) = decode(&place.effective_address(), &bytes);
    let conversation = place.id;
    chat.outgoing.ask();
    chat.session.ask(Intent::SendBytes { conversation, text, bytes: bytes.into() });
    Ok(())
}

fn may_send<'a>(chat: &'a Chat<'_>) -> Result<&'a Conversation, Phrase> {
    let place = place(chat)?;
    let refusal = if place.is_out() { Some("room-left") } else { place.forbids_sending() };
    match refusal {
        Some(key) => Err(Phrase::new(key).text("name", place.name.as_str())),
        None => Ok(place),
    }
}

fn offer(chat: &mut Chat<'_>, path: &str) -> Result<(), Phrase> {
    let place = may_send(chat)?;
    let conversation = place.id;
    if !place.address.scheme.caps.files {
        return Err(Phrase::new("offer-not-here").text("name", place.name.as_str()));
    }
    let typed = format!("/file {path}");
    chat.session.offer(OfferRequest { conversation, paths: vec![PathBuf::from(path)], typed })
}

/// Whoever asks may talk to us; else what was offered last is fetched.
fn accept(chat: &mut Chat<'_>) -> Result<(), Phrase> {
    let place = place(chat)?;
    let conversation = place.id;
    let intent = if matches!(place.trust(), Some(Trust::Requested | Trust::Blocked)) {
        Intent::Decide { conversation, decision: KeyDecision::Accept }
    } else {
        let found = newest(place, |state| {
            matches!(
                state,
                TransferState::Offered | TransferState::Stopped { .. } | TransferState::Broken { .. }
            )
        });
        let message = found.ok_or_else(|| Phrase::new("offer-nothing-to-accept"))?.id;
        Intent::Accept { conversation, message, file: None }
    };
    chat.session.ask(intent);
    Ok(())
}

fn decline(chat: &mut Chat<'_>) -> Result<(), Phrase> {
    let place = place(chat)?;
    let conversation = place.id;
    let intent = if place.trust() == Some(Trust::Requested) {
        Intent::Decide { conversation, decision: KeyDecision::Decline }
    } else {
        let found = newest(place, |state| *state == TransferState::Offered);
        let message = found.ok_or_else(|| Phrase::new("offer-nothing-to-decline"))?.id;
        Intent::Decline { conversation, message }
    };
    chat.session.ask(intent);
    Ok(())
}

/// The newest message that came and has a file in such a state.
fn newest(place: &Conversation, is_meant: impl Fn(&TransferState) -> bool) -> Option<&Message> {
    let has_one = |message: &Message| message.files.as_slice().iter().any(|file| is_meant(&file.state));
    let mut all = place.messages().iter().rev().map(|message| &**message);
    all.find(|message| message.is_incoming() && has_one(message))
}

/// Who is in the room, or has spoken, where more is not known.
fn members(chat: &Chat<'_>) -> Result<(), Phrase> {
    let place = place(chat)?;
    if !place.is_room() {
        return Err(Phrase::new("chat-no-room").text("name", place.name.as_str()));
    }
    let is_told = place.members.here().is_some();
    let there = place.members.iter().filter(|(_, member)| !is_told || member.here == Some(true));
    let names = there.take(MAX_NAMES).map(|(key, _)| match key {
        MemberKey::Named(name) => plain_line(name),
        MemberKey::At(source) => source.to_string(),
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let count = place.members.here().unwrap_or_else(|| place.members.known());
    let key = if is_told { "chat-members" } else { "chat-members-heard" };
    chat.output.tell(&Phrase::new(key).number("count", count).text("names", names));
    Ok(())
}
