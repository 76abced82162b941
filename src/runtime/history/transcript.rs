//! Messages as people read them on paper.
//!
//! ```text
//! alex — udp://127.0.0.1:8081
//!
//! 2026-11-21 Saturday
//! 09:30 alex: first line
//!       second line
//! 09:31 侯哥: answer
//! 09:32 * 10.0.0.7:7788 joined the room
//! 09:33 alex: have a look
//!       file “plan.pdf”, 81920 bytes: done, /home/hou/downloads/plan.pdf
//! ```
//! What starts at the left edge is ours: no text of a message gets there, and all of it is escaped.

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::json::local;
use super::wording::{file_words, stands_in};
use crate::lang::Lang;
use crate::model::history::ConversationRecord;
use crate::model::text::{escape, plain_line};
use crate::model::{ConversationId, Direction, Mark, Message};

/// As wide as the time and the space behind it.
const INDENT: &str = "      ";

/// How people read times and names.
#[derive(Debug)]
pub struct TranscriptStyle {
    pub lang: Lang,
    pub zone: TimeZone,
    /// Our own name.
    pub me: String,
}

/// A transcript while it is written.
#[derive(Debug)]
pub(super) struct Transcript {
    looks: TranscriptStyle,
    layout: TranscriptLayout<ConversationId>,
}

/// Which part and which day the last line of a transcript belongs to.
#[derive(Debug)]
pub(in crate::runtime) struct TranscriptLayout<K> {
    at: Option<(K, Date)>,
}

impl<K: PartialEq> TranscriptLayout<K> {
    pub(in crate::runtime) const fn new() -> Self {
        Self { at: None }
    }

    /// What stands above a message of that part: its title, and the day.
    pub(in crate::runtime) fn above(
        &mut self,
        lang: &Lang,
        part: K,
        title: impl FnOnce() -> String,
        time: &Zoned,
    ) -> Vec<String> {
        let (mut lines, day) = (Vec::new(), time.date());
        let is_new = self.at.as_ref().is_none_or(|(before, _)| *before != part);
        if is_new {
            lines.extend(self.at.as_ref().map(|_between| String::new()));
            lines.push(title());
        }
        if is_new || self.at.as_ref().is_none_or(|(_, before)| *before != day) {
            let weekday = format!("weekday-{}", day.weekday().to_monday_one_offset());
            lines.push(String::new());
            lines.push(format!("{} {}", day.strftime("%Y-%m-%d"), lang.text(&weekday)));
        }
        self.at = Some((part, day));
        lines
    }
}

/// A text under the name of who said it. The name has been escaped.
pub(in crate::runtime) fn said(time: &Zoned, name: &str, text: &str) -> Vec<String> {
    let text = escape(text);
    let mut rows = text.as_str().split('\n');
    let first = rows.next().unwrap_or_default();
    let gap = if first.is_empty() { "" } else { " " };
    let first = format!("{} {name}:{gap}{first}", time.strftime("%H:%M"));
    let rows = rows.map(|row| format!("{INDENT}{row}").trim_end().to_owned());
    std::iter::once(first).chain(rows).collect()
}

impl Transcript {
    pub(super) const fn new(looks: TranscriptStyle) -> Self {
        Self { looks, layout: TranscriptLayout::new() }
    }

    /// The lines of the next message, with what stands above it.
    pub(super) fn next(&mut self, card: &ConversationRecord, message: &Message) -> Vec<String> {
        let Some(name) = self.name(card, message) else { return Vec::new() };
        let event = self.event(card, message);
        let time = local(message.time, &self.looks.zone);
        let mut lines = self.layout.above(&self.looks.lang, message.conversation, || title(card), &time);
        if let Some(event) = event {
            lines.push(format!("{} * {event}", time.strftime("%H:%M")));
            return lines;
        }
        // What stands for a text is no text: nobody wrote it at the place where people write.
        let stands_in = stands_in(&self.looks.lang, message);
        lines.extend(said(&time, &name, &message.text));
        lines.extend(stands_in.map(|line| format!("{INDENT}{line}")));
        let quote = message.quote.as_deref().map(plain_line);
        let answers = quote.map(|quote| self.looks.lang.with("history-answers", &[("quote", &quote)]));
        lines.extend(answers.map(|line| format!("{INDENT}{line}")));
        lines.extend(
            message
                .files
                .as_slice()
                .iter()
                .map(|file| format!("{INDENT}{}", file_words(&self.looks.lang, file, message.is_outgoing()))),
        );
        lines.extend(self.mark(message).map(|mark| format!("{INDENT}{mark}")));
        lines
    }

    /// What happened, where nobody wrote anything. What a program said that came into a room is no word of anybody's.
    fn event(&self, card: &ConversationRecord, message: &Message) -> Option<String> {
        let lang = &self.looks.lang;
        let joined = message.is_joining().then(|| lang.with("joined-room", &[("who", &author(message))]));
        joined.or_else(|| message.key_change(&card.name).map(|said| plain_line(&lang.phrase(&said))))
    }

    /// Who wrote it. Where nothing proves that, the address it came from is named, unless it is the
    /// conversation's own. Members of a room with names all come from one address, which stands above.
    fn name(&self, card: &ConversationRecord, message: &Message) -> Option<String> {
        match &message.direction {
            Direction::Outgoing { .. } => Some(plain_line(&self.looks.me)),
            Direction::Incoming { sender: Some(sender), .. } => Some(plain_line(sender)),
            Direction::Incoming { source, authenticated, .. } => {
                let (name, source) = (plain_line(&card.name), source.to_string());
                let known = *authenticated || name == source || is_at(&card.address, &source);
                Some(if known { name } else { format!("{name} ({source})") })
            }
            Direction::Notice(_) => None,
        }
    }

    /// What became of a message of ours that did not go out.
    fn mark(&self, message: &Message) -> Option<String> {
        match message.mark()? {
            Mark::Failed(fault) => {
                let why = self.looks.lang.phrase(&fault.phrase());
                let key = if fault.is_doubtful() { "history-doubtful" } else { "history-not-sent" };
                Some(self.looks.lang.with(key, &[("why", &why)]))
            }
            Mark::Waiting if message.is_emptied() => None,
            Mark::Waiting => Some(self.looks.lang.text("history-waiting")),
            Mark::Sent | Mark::Delivered | Mark::Read => None,
        }
    }
}

/// By which name or from where somebody in a room spoke.
fn author(message: &Message) -> String {
    let source = || message.source().map(|source| source.to_string());
    message.sender().map(plain_line).or_else(source).unwrap_or_default()
}

fn title(card: &ConversationRecord) -> String {
    let (name, address) = (plain_line(&card.name), plain_line(&card.address));
    if is_at(&address, &name) { address } else { format!("{name} — {address}") }
}

/// Whether this address, without its dialect and its options, is this place.
fn is_at(address: &str, place: &str) -> bool {
    let behind = address.split_once("://").map_or(address, |(_, behind)| behind);
    behind.split_once('?').map_or(behind, |(before, _)| before) == place
}
