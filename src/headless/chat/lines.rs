//! Messages as lines.
//!
//! ```text
//! 11:26 alex: first line
//!       second line
//! 11:26 lena: on my way [sent]
//! 11:27 lena: and the log [not sent: why]
//! 11:28 * 10.0.0.7:7788 joined the room
//! 2026-11-30
//! 09:02 alex: [file plan.pdf, 81920 bytes]
//! 09:03 * plan.pdf: done, /home/hou/downloads/plan.pdf
//! ```
//! What starts at the left edge is ours: no text of a message gets there, and all of it is escaped.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;

use super::ended_files;
use crate::app::Conversation;
use crate::headless::output::Console;
use crate::headless::record::body;
use crate::lang::Lang;
use crate::model::text::{escape, plain_line};
use crate::model::{File, Mark, Message, MessageId, TransferState, WallTime};
use crate::runtime::now;

/// As wide as the time and the space behind it.
const INDENT: &str = "      ";

/// Messages with files of which more may be told, the newest.
const MAX_OFFERS: usize = 64;

/// What the lines printed so far say, so that nothing is said twice.
#[derive(Debug)]
pub(super) struct ChatLines {
    me: String,
    day: Date,
    /// How many files of a message have come to an end.
    offers: BTreeMap<MessageId, usize>,
}

impl ChatLines {
    pub(super) fn new(me: String, output: &Console, now: WallTime) -> Self {
        Self { me, day: output.local(now).date(), offers: BTreeMap::new() }
    }

    /// A message of the history, as it stands now.
    pub(super) fn stored(
        &mut self,
        place: &Conversation,
        message: &Arc<Message>,
        output: &Console,
    ) -> Vec<String> {
        let changes = place.changes(message);
        let standing = match changes {
            Some(changes) if changes.deleted().is_some() => Some(output.lang().text("chat-deleted")),
            Some(changes) => changes.text().map(str::to_owned),
            None => None,
        };
        match standing {
            Some(text) => self.said(place, &Message { text, ..(**message).clone() }, output),
            None => self.said(place, message, output),
        }
    }

    /// A message that came or was sent, with what became of it.
    pub(super) fn said(&mut self, place: &Conversation, message: &Message, output: &Console) -> Vec<String> {
        let lang = output.lang();
        if message.is_incoming() && !message.files.is_empty() {
            self.note(message);
        }
        let time = output.local(message.time);
        let clock = time.strftime("%H:%M");
        let mut rows = self.turn(&time);
        if let Some(event) = event(place, message, lang) {
            rows.push(format!("{clock} * {event}"));
            return rows;
        }
        let text = body(message, lang);
        let text = escape(&text);
        let mark = message.mark().map(|mark| mark_of(mark, lang));
        let mut parts = text.as_str().split('\n');
        let first = parts.next().unwrap_or_default();
        rows.push(format!("{clock} {}: {first}", self.author(place, message)).trim_end().to_owned());
        rows.extend(parts.map(|part| format!("{INDENT}{part}").trim_end().to_owned()));
        if let (Some(mark), Some(last)) = (mark, rows.last_mut()) {
            last.push(' ');
            last.push_str(&mark);
        }
        rows
    }

    /// What became of the files of a message that came.
    pub(super) fn files(&mut self, message: &Message, output: &Console) -> Vec<String> {
        self.note(message);
        let time = output.local(now().wall);
        let mut rows = self.turn(&time);
        let ended = (0..).zip(message.files.as_slice()).filter_map(|(at, file)| {
            Some((fate(file, output.lang())?, kept(message, at, file, output.lang())))
        });
        for (fate, kept) in ended {
            rows.push(format!("{} * {fate}", time.strftime("%H:%M")));
            rows.extend(kept.map(|kept| format!("{INDENT}{kept}")));
        }
        rows
    }

    /// Whether files of a message have come to an end since a line told of it.
    pub(super) fn has_news(&self, message: &Message) -> bool {
        self.offers.get(&message.id).is_some_and(|told| *told < ended_files(message))
    }

    fn note(&mut self, message: &Message) {
        self.offers.insert(message.id, ended_files(message));
        while self.offers.len() > MAX_OFFERS {
            self.offers.pop_first();
        }
    }

    /// The date, where it is another one than that of the line before.
    fn turn(&mut self, time: &Zoned) -> Vec<String> {
        let day = time.date();
        let is_new = std::mem::replace(&mut self.day, day) != day;
        is_new.then(|| day.strftime("%Y-%m-%d").to_string()).into_iter().collect()
    }

    /// Who wrote it; in a room by its name there, or by its address.
    fn author(&self, place: &Conversation, message: &Message) -> String {
        if message.is_outgoing() {
            return plain_line(&self.me);
        }
        let source = || message.source().map(|source| source.to_string()).filter(|_| place.is_room());
        message.sender().map(plain_line).or_else(source).unwrap_or_else(|| plain_line(&place.name))
    }
}

/// What happened, where nobody wrote anything.
fn event(place: &Conversation, message: &Message, lang: &Lang) -> Option<String> {
    if message.is_joining() {
        let source = || message.source().map(|source| source.to_string());
        let who = message.sender().map(plain_line).or_else(source).unwrap_or_default();
        return Some(lang.with("joined-room", &[("who", &who)]));
    }
    message.key_change(&place.name).map(|said| plain_line(&lang.phrase(&said)))
}

fn mark_of(mark: &Mark, lang: &Lang) -> String {
    match mark {
        Mark::Waiting => lang.text("chat-mark-waiting"),
        Mark::Sent => lang.text("chat-mark-sent"),
        Mark::Delivered => lang.text("chat-mark-delivered"),
        Mark::Read => lang.text("chat-mark-read"),
        Mark::Failed(fault) => {
            let why = plain_line(&lang.phrase(&fault.phrase()));
            let key = if fault.is_doubtful() { "chat-mark-doubtful" } else { "chat-mark-failed" };
            lang.with(key, &[("why", &why)])
        }
    }
}

/// What became of a file, once nothing more is to come.
fn fate(file: &File, lang: &Lang) -> Option<String> {
    let said = match &file.state {
        TransferState::Offered | TransferState::Moving => return None,
        TransferState::Done { path } if path.is_empty() => lang.text("fate-done"),
        TransferState::Done { path } => lang.with("fate-done-at", &[("path", &plain_line(path))]),
        TransferState::Declined => lang.text("fate-declined"),
        TransferState::Stopped { .. } => lang.text("fate-stopped"),
        TransferState::Withdrawn => lang.text("fate-withdrawn"),
        TransferState::Broken { fault, bytes } => {
            let why = plain_line(&lang.phrase(&fault.phrase()));
            lang.with("fate-broken", &[("bytes", &bytes.to_string()), ("why", &why)])
        }
    };
    Some(lang.with("chat-file", &[("name", &plain_line(&file.name)), ("fate", &said)]))
}

/// What is kept of a file that is not whole, and how the rest is asked for.
fn kept(message: &Message, at: u16, file: &File, lang: &Lang) -> Option<String> {
    let name = message.part_name(at).filter(|_| file.state.begun() > 0)?;
    let bytes = file.state.begun().to_string();
    Some(lang.with("chat-file-kept", &[("bytes", &bytes), ("name", &plain_line(&name))]))
}
