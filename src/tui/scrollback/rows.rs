//! The block of rows that one message takes: separators, the line of who and when, its text, what went wrong.

use std::sync::Arc;

use jiff::{Timestamp, Zoned};

use super::context::{RenderCtx, text_width, wrapped};
use super::files::FileRows;
use super::remarks::RemarkRows;
use super::row::{Glyph, Row, RowKind};
use super::wrapped_text::WrapCache;
use crate::app::{Changes, Conversation, MemberKey};
use crate::model::text::plain_line;
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Mark, Message, WallTime};
use crate::tui::action::Action;
use crate::tui::chat::{is_deleted, words};
use crate::tui::keymap::key_of;
use crate::tui::legacy::legacy_text;
use crate::tui::offers::Transfers;
use crate::tui::pictures;
use crate::tui::senders::{self, Sender};
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;

/// Messages of one sender within the same five minutes of the clock stand under one line of who and when. The clock
/// decides, and not the message before: else whoever writes every four minutes would have one time for hours; and not
/// the line before: that may not be held, and what one reads must not move when it comes.
const GROUP_MICROS: i64 = 5 * 60 * 1_000_000;

/// Cells of the text in another encoding: enough to see whether it makes sense.
const MAX_LEGACY: u16 = 60;

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
    pub(super) fn build(mut self, before: Option<&Message>, message: &Arc<Message>) -> Vec<Row> {
        self.separators(before, message);
        match &message.direction {
            Direction::Notice(phrase) => self.system_rows(&self.looks.lang.phrase(phrase)),
            Direction::Incoming { kind: MessageKind::Joined, .. } => self.system_rows(&self.joined(message)),
            Direction::Incoming { kind: MessageKind::KeyChange, .. } => {
                let said = message.key_change(&self.place.name);
                self.system_rows(&said.map(|said| self.looks.lang.phrase(&said)).unwrap_or_default());
            }
            Direction::Incoming { .. } | Direction::Outgoing { .. } => self.text_rows(message),
        }
        let number = |(of_block, kind)| Row { message: message.id, of_block, kind };
        self.kinds.into_iter().enumerate().map(number).collect()
    }

    fn push(&mut self, kind: RowKind) {
        self.kinds.push(kind);
    }

    /// A line of the program itself, each of its rows of that kind.
    fn push_wrapped(&mut self, text: &str, kind: fn(String) -> RowKind) {
        self.kinds.extend(wrapped(text, self.width).into_iter().map(kind));
    }

    fn separators(&mut self, before: Option<&Message>, message: &Message) {
        let local = self.local(message.time);
        let same_day = before.is_some_and(|before| self.local(before.time).date() == local.date());
        if !same_day {
            let day = local.strftime("%Y-%m-%d").to_string();
            let weekday = format!("weekday-{}", local.weekday().to_monday_one_offset());
            self.push(RowKind::Day(format!("{day} {}", self.looks.lang.text(&weekday))));
        }
        let marked = self.is_first_unread(before, message);
        if marked {
            self.push(RowKind::UnreadBelow(self.looks.lang.text("scrollback-unread")));
        }
        let grouped = same_day && !marked && before.is_some_and(|before| self.continues(before, message));
        if !grouped && !matches!(message.direction, Direction::Notice(_)) && !message.is_event() {
            let mut head = self.head(message, &local);
            let apart = self.apart(&mut head);
            self.push(head);
            self.kinds.extend(apart);
        }
    }

    /// What came first of what is new stands here, or would: it may have been removed.
    fn is_first_unread(&self, before: Option<&Message>, message: &Message) -> bool {
        let Some(marker) = self.place.activity.marker() else { return false };
        let is_behind = match before {
            Some(before) => before.id < marker,
            None => !self.place.has_older(),
        };
        marker == message.id || (marker < message.id && is_behind)
    }

    /// Who wrote it, in a room.
    fn sender(&self, message: &Message) -> Option<Sender> {
        let who = MemberKey::of(message).filter(|_| self.place.is_room())?;
        Some(Sender::new(&who, &self.place.members, self.looks.me))
    }

    /// The words of the other program are not shown: they say no more.
    fn joined(&self, message: &Message) -> String {
        let who = self.sender(message).map(|sender| sender.line()).unwrap_or_default();
        let time = self.local(message.time).strftime("%H:%M:%S").to_string();
        format!("{time} {}", self.looks.lang.with("joined-room", &[("who", &who)]))
    }

    fn head(&self, message: &Message, local: &Zoned) -> RowKind {
        if let Some(Sender { name, tag, colour }) = self.sender(message) {
            // Those who have no name all have lines of their own, and may speak within one minute.
            let form = if message.sender().is_some() { "%H:%M" } else { "%H:%M:%S" };
            let time = local.strftime(form).to_string();
            let source = tag;
            return RowKind::Head {
                own: false,
                name,
                source,
                tag: String::new(),
                time,
                colour: Some(colour),
            };
        }
        let own = message.is_outgoing();
        let name = if own { self.looks.me } else { &self.place.name };
        let source = message.source().map(|source| source.to_string()).unwrap_or_default();
        // Who has proved who it is need not be known by where it came from.
        let proved = matches!(message.direction, Direction::Incoming { authenticated: true, .. });
        let source = if proved || source == self.place.name { String::new() } else { source };
        RowKind::Head {
            own,
            name: plain_line(name),
            source,
            tag: self.tag(message).map(|key| self.looks.lang.text(key)).unwrap_or_default(),
            time: local.strftime("%H:%M").to_string(),
            colour: None,
        }
    }

    /// Key of the words that say what is special about a message, or about where it came from.
    fn tag(&self, message: &Message) -> Option<&'static str> {
        let address = &self.place.address;
        let one_port = !address.scheme.caps.any_port && !address.scheme.caps.authenticated;
        let elsewhere = message.source().is_some_and(|source| one_port && source.port() != address.port);
        tag(message).or_else(|| elsewhere.then_some("tag-another-port"))
    }

    fn text_rows(&mut self, message: &Arc<Message>) {
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
            let rows = wrapped(&self.looks.lang.text(key), self.width).into_iter().enumerate();
            let kind = |(row, text)| RowKind::Closed { text, own: false, mark: None, first: row == 0 };
            self.kinds.extend(rows.map(kind));
        } else if !words(self.place, message).is_empty() || message.files.is_empty() {
            self.body_rows(message, self.kinds.len() > before);
        }
        self.file_rows(message);
        if let Some(RowKind::File { mark: shown, first, .. }) = self.kinds.get_mut(before) {
            *shown = mark;
            *first = true;
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
        let kind = |(file, part)| RowKind::File { own, file, part, mark: None, first: false };
        self.kinds.extend(files.parts(message).into_iter().map(kind));
        if let Some(keys) = files.keys(message) {
            self.push_wrapped(&keys, RowKind::Hint);
        }
        if gallery.is_some_and(|gallery| pictures::is_hidden(gallery, self.place, message)) {
            self.push_wrapped(&self.looks.lang.text("picture-hidden"), RowKind::Hint);
        }
    }

    fn body_rows(&mut self, message: &Arc<Message>, goes_on: bool) {
        let remarks = self.remarks();
        let (words, is_edited) = (remarks.edited(message), remarks.is_edited(message));
        let body = self.cache.body(message, words, text_width(self.width));
        let beside = is_edited && remarks.fits_edited(&body);
        let shown = remarks.mark(message).filter(|_| !goes_on).map(glyph);
        let last = body.rows.len().saturating_sub(1);
        let own = message.is_outgoing();
        let colour = MemberKey::of(message).filter(|_| self.place.is_room()).map(|who| senders::colour(&who));
        for row in 0..body.rows.len() {
            let mark = shown.filter(|_| row == 0);
            let (goes_on, edited) = (goes_on || row > 0, beside && row == last);
            self.push(RowKind::Body { own, body: Arc::clone(&body), row, mark, goes_on, edited, colour });
        }
        if body.hidden > 0 {
            let bytes = body.hidden.to_string();
            let label = self.looks.lang.with("scrollback-cut", &[("bytes", &bytes)]);
            self.push_wrapped(&label, RowKind::Cut);
        }
        if is_edited && !beside {
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
            self.push_wrapped(&label, RowKind::Fault);
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
            self.push_wrapped(&label, RowKind::Fault);
        }
        if self.place.is_unsaved(message.id) {
            let label = self.looks.lang.text("scrollback-unkept");
            self.push_wrapped(&label, RowKind::Fault);
        }
    }

    /// The tag of a head on a row of its own, where the line of who and when has no room for it.
    fn apart(&self, head: &mut RowKind) -> Option<RowKind> {
        let RowKind::Head { name, source, tag, .. } = head else { return None };
        let taken = [&*name, source, tag].iter().fold(0, |sum: usize, part| sum.saturating_add(width(part)));
        // Two gaps, and the time.
        let fits = taken.saturating_add(2 + 2 + 6) <= usize::from(self.width);
        (!fits && !tag.is_empty()).then(|| RowKind::Hint(std::mem::take(tag)))
    }

    /// Whether `message` needs no new line of who and when after `before`. In a room where nobody has a name every
    /// message has one.
    fn continues(&self, before: &Message, message: &Message) -> bool {
        let same_side = match (&before.direction, &message.direction) {
            (Direction::Incoming { source: one, .. }, Direction::Incoming { source: other, .. }) => {
                let nameless = self.place.is_room() && message.sender().is_none();
                one == other && before.sender() == message.sender() && !nameless && !before.is_event()
            }
            (Direction::Outgoing { .. }, Direction::Outgoing { .. }) => true,
            _ => false,
        };
        // One that is deleted stays where it stood.
        let closed = |message| closed(message).filter(|_| !is_deleted(self.place, message));
        let alike = tag(before) == tag(message) && closed(before) == closed(message);
        let slot = |message: &Message| message.time.0.div_euclid(GROUP_MICROS);
        same_side && alike && slot(before) == slot(message)
    }

    fn system_rows(&mut self, text: &str) {
        let rows = wrapped(text, self.width).into_iter().enumerate();
        self.kinds.extend(rows.map(|(index, text)| RowKind::System { text, first: index == 0 }));
    }

    fn local(&self, time: WallTime) -> Zoned {
        Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(self.looks.zone.clone())
    }
}

/// `…` waiting, `✓` handed to the network, `✓✓` stored by the peer, `✗` failed. At most two cells, and the gutter has three.
pub(in crate::tui) const fn glyph(mark: &Mark) -> Glyph {
    match mark {
        Mark::Waiting => ("…", Role::Mark),
        Mark::Sent => ("✓", Role::Mark),
        Mark::Delivered => ("✓✓", Role::Mark),
        Mark::Read => ("✓✓", Role::MarkRead),
        Mark::Failed(_) => ("✗", Role::MarkFailed),
    }
}

/// Key of the words that say what is special about a message.
const fn tag(message: &Message) -> Option<&'static str> {
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
fn closed(message: &Message) -> Option<&'static str> {
    match message.kind() {
        Some(MessageKind::Sealed) if message.is_incoming() => Some("scrollback-sealed"),
        Some(MessageKind::Text | MessageKind::Several) if message.is_incoming() && is_bare(message) => {
            Some("scrollback-empty-message")
        }
        Some(MessageKind::Unreadable) if message.text.is_empty() => Some("scrollback-unreadable-message"),
        _ => None,
    }
}
