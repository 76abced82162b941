//! What stands above a message: air, day, what is new, who wrote it and when.

use std::sync::Arc;

use jiff::Zoned;

use super::context::{gutter, text_width};
use super::row::{Beside, RowKind};
use super::rows::{BlockBuilder, closed, is_system, tag};
use crate::app::{MemberKey, PeerKind};
use crate::model::text::plain_line;
use crate::model::{Direction, Message, Phrase, RoomHistory};
use crate::tui::chat::is_deleted;
use crate::tui::senders::Sender;
use crate::tui::text::width;

/// Messages of one sender within the same five minutes of the clock stand under one line of who and when. The clock
/// decides, and not the message before: else whoever writes every four minutes would have one time for hours; and not
/// the line before: that may not be held, and what one reads must not move when it comes.
const GROUP_MICROS: i64 = 5 * 60 * 1_000_000;

/// With fewer rows of the screen nothing stands apart; above a rule it needs still more.
const AIR: u16 = 20;
const AIR_ABOVE_RULES: u16 = 30;

impl BlockBuilder<'_> {
    /// What stands above a message; what stands beside its first row, where that is not above.
    pub(super) fn separators(
        &mut self,
        before: Option<&Message>,
        message: &Arc<Message>,
        local: &Zoned,
    ) -> Option<Box<Beside>> {
        let same_day = before.is_some_and(|before| self.local(before.time).date() == local.date());
        let marked = self.is_first_unread(before, message);
        let missed = !marked && self.place.activity.first_missed() == Some(message.id);
        let history = self.history(before, message);
        let is_apart = !same_day || marked || missed || history.is_some();
        if is_apart && before.is_some() && self.looks.screen_rows >= AIR_ABOVE_RULES {
            self.push(RowKind::Air);
        }
        self.kinds.extend(history);
        if !same_day {
            let day = local.strftime("%Y-%m-%d").to_string();
            let weekday = format!("weekday-{}", local.weekday().to_monday_one_offset());
            self.push(RowKind::Day(format!("{day} {}", self.looks.lang.text(&weekday))));
        }
        if marked {
            self.push(RowKind::UnreadBelow(self.unread_label(message)));
        } else if missed {
            self.push(RowKind::UnreadBelow(self.looks.lang.text("scrollback-missed")));
        }
        if !is_apart && before.is_some_and(|before| self.has_air(before, message)) {
            self.push(RowKind::Air);
        }
        if is_system(message) {
            return None;
        }
        if !is_apart && before.is_some_and(|before| self.continues(before, message)) {
            return before.and_then(|before| new_minute(before, message, local));
        }
        let beside = self.on_one_row(message, local);
        if beside.is_none() {
            let mut head = self.head(message, local);
            let tag = self.apart(&mut head);
            self.push(head);
            self.kinds.extend(tag);
        }
        beside
    }

    /// Where what was read from the history of a room ends, and what more of it there is above the first message.
    fn history(&self, before: Option<&Message>, message: &Message) -> Option<RowKind> {
        let status = &self.place.status;
        let key = match before {
            Some(before) if before.id.is_backfilled() && !message.id.is_backfilled() => {
                "scrollback-history-end"
            }
            None if self.place.has_older() => return None,
            None if status.reads_history() => "scrollback-history-reading",
            None if status.history() == RoomHistory::More => "scrollback-history-more",
            None if status.history() == RoomHistory::AtBeginning => "scrollback-history-begun",
            Some(_) | None => return None,
        };
        Some(RowKind::History(self.looks.lang.text(key)))
    }

    /// How much is new from here on; where the end is not held nobody knows.
    fn unread_label(&self, first: &Message) -> String {
        let all = self.place.messages();
        let from = all.partition_point(|message| message.id < first.id);
        let is_said = |message: &&Arc<Message>| message.is_incoming() && !is_system(message);
        let count = all.get(from..).unwrap_or_default().iter().filter(is_said).count();
        let count = if self.place.has_newer() { 0 } else { count };
        let is_missed = self.place.activity.first_missed() == Some(first.id);
        let key = if is_missed { "scrollback-unread-missed" } else { "scrollback-unread" };
        self.looks.lang.phrase(&Phrase::new(key).number("count", count))
    }

    /// Whether an empty row stands between two messages of one day.
    fn has_air(&self, before: &Message, message: &Message) -> bool {
        let nameless = |message: &Message| self.is_nameless(message) || is_system(message);
        let joins = match (is_system(before), is_system(message)) {
            (true, true) => true,
            (_, false) if nameless(before) && self.is_nameless(message) => true,
            (false, false) => self.continues(before, message),
            (true, false) | (false, true) => false,
        };
        !joins && self.looks.screen_rows >= AIR
    }

    /// It was said in a room by somebody who has no name.
    fn is_nameless(&self, message: &Message) -> bool {
        self.place.is_room() && message.is_incoming() && message.sender().is_none() && !is_system(message)
    }

    /// Who has no name has said something that fits beside the address.
    fn on_one_row(&mut self, message: &Arc<Message>, local: &Zoned) -> Option<Box<Beside>> {
        let is_plain = message.files.is_empty() && closed(message).is_none() && message.quote.is_none();
        let is_plain = is_plain && self.place.changes(message).is_none();
        if !self.is_nameless(message) || !is_plain || message.text.is_empty() {
            return None;
        }
        let lead = self.sender(message)?.name;
        let time = local.strftime("%H:%M:%S").to_string();
        let columns = text_width(self.width);
        let body = self.cache.body(message, None, columns);
        // The bar and the address, and two blanks; the text; two more, and the time.
        let taken = width(&lead).saturating_add(usize::from(body.widest)).saturating_add(width(&time));
        let fits = taken.saturating_add(4) <= usize::from(columns);
        (body.rows.len() == 1 && body.hidden == 0 && fits).then(|| Box::new(Beside { lead, time }))
    }

    /// What came first of what is new stands here, or would: it may have been removed.
    pub(super) fn is_first_unread(&self, before: Option<&Message>, message: &Message) -> bool {
        let Some(marker) = self.place.activity.marker() else { return false };
        let is_behind = match before {
            Some(before) => before.id < marker,
            None => !self.place.has_older(),
        };
        marker == message.id || (marker < message.id && is_behind)
    }

    /// Who wrote it, in a room.
    pub(super) fn sender(&self, message: &Message) -> Option<Sender> {
        let who = MemberKey::of(message).filter(|_| self.place.is_room())?;
        Some(Sender::new(&who, &self.place.members, self.looks.me))
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
                barred: message.sender().is_none(),
            };
        }
        let own = message.is_outgoing();
        let name = if own { self.looks.me } else { &self.place.name };
        let source = message.source().map(|source| source.to_string()).unwrap_or_default();
        // Who has proved who it is need not be known by where it came from; nor who is inside of this program.
        let is_inside = self.place.kind == PeerKind::Echo;
        let proved = matches!(message.direction, Direction::Incoming { authenticated: true, .. });
        let is_known = proved || is_inside || source == self.place.name;
        let source = if is_known { String::new() } else { source };
        RowKind::Head {
            own,
            name: plain_line(name),
            source,
            tag: self.tag(message).map(|key| self.looks.lang.text(key)).unwrap_or_default(),
            time: local.strftime("%H:%M").to_string(),
            colour: None,
            barred: false,
        }
    }

    /// Key of the words that say what is special about a message, or about where it came from.
    fn tag(&self, message: &Message) -> Option<&'static str> {
        let address = &self.place.address;
        let is_inside = self.place.kind == PeerKind::Echo;
        let one_port = !address.scheme.caps.any_port && !address.scheme.caps.authenticated && !is_inside;
        let elsewhere = message.source().is_some_and(|source| one_port && source.port() != address.port);
        tag(message).or_else(|| elsewhere.then_some("tag-another-port"))
    }

    /// The tag of a head on a row of its own, where the line of who and when has no room for it.
    fn apart(&self, head: &mut RowKind) -> Option<RowKind> {
        let RowKind::Head { name, source, tag, .. } = head else { return None };
        let taken = [&*name, source, tag].iter().fold(0, |sum: usize, part| sum.saturating_add(width(part)));
        // Two gaps, and the time.
        let edge = gutter(self.width).saturating_add(text_width(self.width));
        let fits = taken.saturating_add(2 + 2 + 6) <= usize::from(edge);
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
}

/// The time again, where a group goes on in another minute.
fn new_minute(before: &Message, message: &Message, local: &Zoned) -> Option<Box<Beside>> {
    let minute = |message: &Message| message.time.0.div_euclid(60 * 1_000_000);
    let is_new = minute(before) != minute(message);
    is_new.then(|| Box::new(Beside { lead: String::new(), time: local.strftime("%H:%M").to_string() }))
}
