//! The block of rows that one message takes: separators, the line of who and when, its text, what went wrong.

use std::sync::Arc;

use jiff::{Timestamp, Zoned};

use super::context::{RenderCtx, text_width, wrapped};
use super::files::FileRows;
use super::remarks::RemarkRows;
use super::row::{Beside, FaultKey, Glyph, Ground, Row, RowKind};
use super::wrapped_text::{MAX_ROWS, WrapCache};
use crate::app::{Changes, Conversation, MemberKey};
use crate::model::text::plain_line;
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Mark, Message, Phrase, WallTime};
use crate::tui::action::Action;
use crate::tui::chat::{is_deleted, words};
use crate::tui::keymap::key_of;
use crate::tui::legacy::legacy_text;
use crate::tui::offers::Transfers;
use crate::tui::pictures;
use crate::tui::senders;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;

/// Cells of the text in another encoding: enough to see whether it makes sense.
const MAX_LEGACY: u16 = 60;

/// Equal lines of the program that are counted, and how far apart in time they may be.
const MAX_TIMES: usize = 998;
const MAX_APART: i64 = 60 * 60 * 1_000_000;

/// Columns at which the grounds of messages end.
const GROUND_EDGES: u16 = 4;
/// Air between a ground and the time behind it.
const BEFORE_TIME: u16 = 3;

/// What can be done about what was not sent.
const AGAIN: &[FaultKey] = &[("Ctrl-O X", "fault-tries-again")];
const BACK_OR_AGAIN: &[FaultKey] = &[("Ctrl-O E", "fault-takes-back"), ("X", "fault-tries-again")];

/// What is held beside a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbours<'a> {
    pub(super) before: &'a [Arc<Message>],
    pub(super) after: Option<&'a Message>,
}

/// Builds the block of one message, row by row.
#[derive(Debug)]
pub(super) struct BlockBuilder<'a> {
    pub(super) place: &'a Conversation,
    pub(super) width: u16,
    pub(super) looks: RenderCtx<'a>,
    pub(super) transfers: &'a Transfers,
    pub(super) cache: &'a mut WrapCache,
    pub(super) kinds: Vec<RowKind>,
}

impl<'a> BlockBuilder<'a> {
    /// The rows of `message`, which stands below `before`.
    pub(super) fn build(mut self, beside: Neighbours<'_>, message: &Arc<Message>) -> Vec<Row> {
        let before = beside.before.last().map(Arc::as_ref);
        let local = self.local(message.time);
        let said = self.separators(before, message, &local);
        if is_system(message) {
            if !beside.after.is_some_and(|after| self.folds(message, after)) {
                self.system_rows(&self.system(message, &local), self.times(beside.before, message));
            }
        } else {
            self.text_rows(message, said);
        }
        let comes = message.is_incoming() && !is_system(message);
        let ground = comes.then(|| {
            let cells = self.ground();
            Ground { cells, even: self.even(cells), bar: self.bar(message) }
        });
        let number = |(of_block, kind)| Row { message: message.id, of_block, ground, kind };
        self.kinds.into_iter().enumerate().map(number).collect()
    }

    /// The colour of the bar beside it.
    fn bar(&self, message: &Message) -> Role {
        let who = MemberKey::of(message).filter(|_| self.place.is_room());
        who.map_or(Role::Bar, |who| senders::colour(&who).bar())
    }

    /// Cells of the widest row of what the message says.
    fn ground(&self) -> u16 {
        let edited = || cells(&self.looks.lang.text("scrollback-edited")).saturating_add(2);
        let row = |kind: &RowKind| match kind {
            RowKind::Quote { text, .. } | RowKind::Closed { text, .. } => cells(text),
            RowKind::Body { body, row, edited: true, .. } => {
                cells(body.row(*row)).saturating_add(edited()).max(body.widest)
            }
            RowKind::Body { body, row: 0, .. } => body.widest,
            RowKind::File { part, .. } => part.cells(self.width),
            _ => 0,
        };
        self.kinds.iter().map(row).max().unwrap_or_default()
    }

    /// Where the ground of so many cells ends: at one of few columns, so that short messages below each other make no ragged
    /// edge, and never below the time beside it.
    fn even(&self, taken: u16) -> u16 {
        let beside = self.kinds.iter().find_map(|kind| match kind {
            RowKind::Body { beside: Some(beside), .. } => Some(beside),
            _ => None,
        });
        let (lead, time) = beside.map_or((0, 0), |it| (cells(&it.lead), cells(&it.time)));
        let room = text_width(self.width);
        let most = if time > 0 { room.saturating_sub(time).saturating_sub(BEFORE_TIME) } else { room };
        let step = room.div_ceil(GROUND_EDGES).max(1);
        let edge = lead.saturating_add(taken);
        let even = edge.div_ceil(step).saturating_mul(step).min(most).max(edge);
        if taken == 0 { 0 } else { even.saturating_sub(lead) }
    }

    pub(super) fn push(&mut self, kind: RowKind) {
        self.kinds.push(kind);
    }

    /// A line of the program itself, each of its rows of that kind.
    fn push_wrapped(&mut self, text: &str, kind: fn(String) -> RowKind) {
        self.kinds.extend(wrapped(text, self.width).into_iter().map(kind));
    }

    fn text_rows(&mut self, message: &Arc<Message>, beside: Option<Box<Beside>>) {
        let before = self.kinds.len();
        let remarks = self.remarks();
        let mark = remarks.mark(message).map(glyph);
        if is_deleted(self.place, message) {
            self.kinds.extend(remarks.deleted(message, mark));
            self.trouble_rows(message);
            return;
        }
        self.kinds.extend(remarks.quote(message, mark));
        if let Some(key) = closed(message) {
            let rows = wrapped(&self.looks.lang.text(key), self.width).into_iter();
            self.kinds.extend(rows.map(|text| RowKind::Closed { text, own: false, mark: None }));
        } else if !words(self.place, message).is_empty() || message.files.is_empty() {
            self.body_rows(message, self.kinds.len() > before, beside);
        }
        self.file_rows(message);
        if let Some(RowKind::File { mark: shown, .. }) = self.kinds.get_mut(before) {
            *shown = mark;
        }
        self.kinds.extend(remarks.reactions(message));
        // Where both sides tell how far they have read, the mark says enough of each message.
        let tells = self.place.address.scheme.caps.chat.reads;
        if matches!(message.mark(), Some(Mark::Read)) && !tells {
            self.push(RowKind::Hint(self.looks.lang.text("scrollback-read")));
        }
        self.trouble_rows(message);
    }

    const fn remarks(&self) -> RemarkRows<'a> {
        RemarkRows::new(self.place, self.width, self.looks)
    }

    /// The rows of every file of a message, and the keys that apply.
    fn file_rows(&mut self, message: &Message) {
        let gallery = self.looks.gallery;
        let shown = gallery.filter(|gallery| pictures::is_shown(gallery, self.place, message));
        let files = FileRows::new(self.width, self.looks, self.transfers).with_pictures(shown);
        let own = message.is_outgoing();
        let kind = |(file, part)| RowKind::File { own, file, part, mark: None };
        self.kinds.extend(files.parts(message).into_iter().map(kind));
        if let Some(keys) = files.keys(message) {
            self.push_wrapped(&keys, RowKind::Hint);
        }
        if gallery.is_some_and(|gallery| pictures::is_hidden(gallery, self.place, message)) {
            self.push_wrapped(&self.looks.lang.text("picture-hidden"), RowKind::Hint);
        }
    }

    fn body_rows(&mut self, message: &Arc<Message>, goes_on: bool, mut beside: Option<Box<Beside>>) {
        let remarks = self.remarks();
        let (words, is_edited) = (remarks.edited(message), remarks.is_edited(message));
        let body = self.cache.body(message, words, text_width(self.width));
        let count = if self.looks.whole { body.rows.len() } else { body.rows.len().min(MAX_ROWS) };
        let is_marked = is_edited && count == body.rows.len() && remarks.fits_edited(&body);
        let shown = remarks.mark(message).filter(|_| !goes_on).map(glyph);
        let own = message.is_outgoing();
        let colour = MemberKey::of(message).filter(|_| self.place.is_room()).map(|who| senders::colour(&who));
        for row in 0..count {
            let mark = shown.filter(|_| row == 0);
            let edited = is_marked && row.saturating_add(1) == count;
            let (body, beside) = (Arc::clone(&body), beside.take());
            self.push(RowKind::Body { own, body, row, mark, edited, colour, beside });
        }
        let more = body.rows.len().saturating_sub(count);
        if more > 0 && body.hidden == 0 {
            let label = self.looks.lang.phrase(&Phrase::new("scrollback-more-lines").number("count", more));
            self.push_wrapped(&label, RowKind::Cut);
        }
        if body.hidden > 0 {
            let bytes = body.hidden.to_string();
            let label = self.looks.lang.with("scrollback-cut", &[("bytes", &bytes)]);
            self.push_wrapped(&label, RowKind::Cut);
        }
        if is_edited && !is_marked {
            self.push(RowKind::Hint(self.looks.lang.text("scrollback-edited")));
        }
    }

    fn trouble_rows(&mut self, message: &Message) {
        let changes = self.place.changes(message);
        for change in changes.map(Changes::failed).unwrap_or_default() {
            let Some(Mark::Failed(fault)) = change.mark() else { continue };
            let why = self.looks.lang.phrase(&fault.phrase());
            let key = match change.kind() {
                Some(MessageKind::Reaction) => "scrollback-reaction-failed",
                Some(MessageKind::Deletion) => "scrollback-deletion-failed",
                Some(MessageKind::Withdrawal) => "scrollback-withdrawal-failed",
                _ => "scrollback-change-failed",
            };
            let label = self.looks.lang.with(key, &[("why", &why)]);
            self.fault_rows(&label, AGAIN);
        }
        let legacy = legacy_text(self.place, message, self.looks.legacy);
        if let Some(text) = legacy.filter(|_| changes.is_none_or(|changes| changes.mark().is_none())) {
            let text = clip_with_ellipsis(&plain_line(&text), MAX_LEGACY).into_owned();
            let (encoding, key) = (self.looks.legacy.to_uppercase(), key_of(Action::ReadAsLegacy));
            let parts = [("encoding", encoding.as_str()), ("text", text.as_str()), ("key", key)];
            let label = self.looks.lang.with("scrollback-legacy", &parts);
            self.push_wrapped(&label, RowKind::Hint);
        }
        if self.place.status.unheard() == Some(message.id) {
            let address = self.place.address.authority();
            let label = self.looks.lang.with("scrollback-unheard", &[("address", &address)]);
            self.push_wrapped(&label, RowKind::Hint);
        }
        if let Some(Mark::Failed(fault)) = message.mark() {
            let why = self.looks.lang.phrase(&fault.phrase());
            let key = if fault.is_doubtful() { "scrollback-doubtful" } else { "scrollback-failed" };
            let label = self.looks.lang.with(key, &[("why", &why)]);
            let can_take_back = !message.text.is_empty() && !fault.is_doubtful();
            self.fault_rows(&label, if can_take_back { BACK_OR_AGAIN } else { AGAIN });
        }
        if self.place.is_unsaved(message.id) {
            let label = self.looks.lang.text("scrollback-unkept");
            self.fault_rows(&label, &[]);
        }
    }

    /// Why something did not happen, and the keys that help, on the last row of it if they fit there.
    fn fault_rows(&mut self, why: &str, keys: &'static [FaultKey]) {
        let mut rows = wrapped(why, self.width);
        let needed: u16 = keys
            .iter()
            .map(|(key, word)| {
                cells(key)
                    .saturating_add(1)
                    .saturating_add(cells(&self.looks.lang.text(word)))
                    .saturating_add(2)
            })
            .sum();
        let last = rows.last().map_or(0, |row| cells(row));
        let behind = (last.saturating_add(needed) <= text_width(self.width)).then(|| rows.pop()).flatten();
        self.kinds.extend(rows.into_iter().map(|text| RowKind::Fault { text, keys: &[] }));
        let text = String::new;
        if let Some(text) = behind {
            self.push(RowKind::Fault { text, keys });
        } else if needed <= text_width(self.width).saturating_add(2) {
            self.push(RowKind::Fault { text: text(), keys });
        } else {
            self.kinds.extend(keys.chunks(1).map(|keys| RowKind::Fault { text: text(), keys }));
        }
    }

    /// A line of the program, and how often it stands there in a row.
    fn system_rows(&mut self, text: &str, times: usize) {
        let text = match times {
            0 | 1 => text.to_owned(),
            times => self
                .looks
                .lang
                .phrase(&Phrase::new("scrollback-times").text("text", text).number("count", times)),
        };
        let rows = wrapped(&text, self.width).into_iter().enumerate();
        self.kinds.extend(rows.map(|(index, text)| RowKind::System { text, first: index == 0 }));
    }

    /// What a line of the program says, after the time.
    fn system(&self, message: &Message, local: &Zoned) -> String {
        let lang = self.looks.lang;
        match &message.direction {
            Direction::Notice(phrase) => format!("{}  {}", local.strftime("%H:%M"), lang.phrase(phrase)),
            Direction::Incoming { kind: MessageKind::KeyChange, .. } => {
                let said = message.key_change(&self.place.name).map(|said| lang.phrase(&said));
                format!("{}  {}", local.strftime("%H:%M"), said.unwrap_or_default())
            }
            // The words of the other program are not shown: they say no more.
            Direction::Incoming { .. } | Direction::Outgoing { .. } => {
                let who = self.sender(message).map(|sender| sender.line()).unwrap_or_default();
                format!("{}  {}", local.strftime("%H:%M:%S"), lang.with("joined-room", &[("who", &who)]))
            }
        }
    }

    /// How often the same line stands in a row.
    fn times(&self, before: &[Arc<Message>], message: &Message) -> usize {
        let mut last = message;
        let same = before.iter().rev().take(MAX_TIMES).take_while(|one| {
            let folds = self.folds(one, last);
            last = one;
            folds
        });
        same.count().saturating_add(1)
    }

    /// Whether the line of the program before another one says the same, and goes into it.
    fn folds(&self, before: &Message, after: &Message) -> bool {
        let is_same = match (&before.direction, &after.direction) {
            (Direction::Notice(one), Direction::Notice(other)) => one == other,
            (
                Direction::Incoming { kind: MessageKind::Joined, source: one, .. },
                Direction::Incoming { kind: MessageKind::Joined, source: other, .. },
            ) => one == other && before.sender() == after.sender(),
            _ => false,
        };
        let is_near = after.time.0.saturating_sub(before.time.0).abs() < MAX_APART;
        is_same
            && is_near
            && !self.is_first_unread(Some(before), after)
            && self.local(before.time).date() == self.local(after.time).date()
    }

    pub(super) fn local(&self, time: WallTime) -> Zoned {
        Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(self.looks.zone.clone())
    }
}

/// `…` waiting, `✓` handed to the network, `✓✓` stored by the peer, `×` failed. At most two cells, and the gutter has three.
pub(in crate::tui) const fn glyph(mark: &Mark) -> Glyph {
    match mark {
        Mark::Waiting => ("…", Role::Mark),
        Mark::Sent => ("✓", Role::Mark),
        Mark::Delivered => ("✓✓", Role::Mark),
        Mark::Read => ("✓✓", Role::MarkRead),
        Mark::Failed(_) => ("×", Role::MarkFailed),
    }
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// A line of the program itself, about what happened.
pub(super) fn is_system(message: &Message) -> bool {
    matches!(
        message.direction,
        Direction::Notice(_) | Direction::Incoming { kind: MessageKind::Joined | MessageKind::KeyChange, .. }
    )
}

/// Key of the words that say what is special about a message.
pub(super) const fn tag(message: &Message) -> Option<&'static str> {
    Some(match (message.kind(), message.is_outgoing()) {
        (Some(MessageKind::Sealed), true) => "tag-sealed",
        (Some(MessageKind::Opened), _) => "tag-opened",
        (Some(MessageKind::Several), _) => "tag-several",
        (Some(MessageKind::Everyone), _) => "tag-everyone",
        (Some(MessageKind::Automatic), _) => "tag-automatic",
        _ => return None,
    })
}

/// Somebody sent it, and nothing stands in it.
fn is_bare(message: &Message) -> bool {
    message.text.is_empty() && message.files.is_empty()
}

/// Key of what is said in the place of a text that nobody can read, or not yet.
pub(super) fn closed(message: &Message) -> Option<&'static str> {
    match message.kind() {
        Some(MessageKind::Sealed) if message.is_incoming() => Some("scrollback-sealed"),
        Some(MessageKind::Text | MessageKind::Several) if message.is_incoming() && is_bare(message) => {
            Some("scrollback-empty-message")
        }
        Some(MessageKind::Unreadable) if message.text.is_empty() => Some("scrollback-unreadable-message"),
        _ => None,
    }
}
