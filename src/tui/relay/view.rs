//! Draws the page of a relay. Names come from the network: each goes through the escaper here.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::page::{LOW, RelayPage, RelayRow};
use crate::model::Phrase;
use crate::model::text::plain_line;
use crate::runtime::relay::{MemberView, RoomView, Snapshot};
use crate::tui::text::{clip, clip_with_ellipsis, width};
use crate::tui::theme::Role;

/// Cells of a name that stay visible beside what is known of its member.
const LEAST_NAME: u16 = 12;

pub(super) fn draw(page: &RelayPage, buffer: &mut Buffer) {
    let area = page.area.intersection(buffer.area);
    buffer.set_style(area, page.theme.style(Role::Base));
    let mut painter = PagePainter { page, buffer, area };
    painter.head();
    painter.list();
    if area.height >= LOW {
        let key = if page.ending { "relay-page-ending" } else { "relay-page-keys" };
        let text = page.lang.text(key);
        painter.put(0, area.height.saturating_sub(1), &text, Role::Status);
    }
}

/// What is drawn with, and where: columns and rows count from the corner of `area`.
struct PagePainter<'a> {
    page: &'a RelayPage,
    buffer: &'a mut Buffer,
    area: Rect,
}

/// A room or a member of the list.
#[derive(Clone, Copy)]
struct PageEntry<'a> {
    name: &'a str,
    role: Role,
    /// What is known of its bearer.
    known: &'a str,
}

impl PagePainter<'_> {
    /// Puts clean text into one row, cut where the area ends.
    fn put(&mut self, x: u16, y: u16, text: &str, role: Role) {
        let room = self.area.width.saturating_sub(x);
        if room > 0 && y < self.area.height {
            let (x, y) = (self.area.x.saturating_add(x), self.area.y.saturating_add(y));
            let style = self.page.theme.style(role);
            self.buffer.set_stringn(x, y, clip(text, room), usize::from(room), style);
        }
    }

    fn say(&mut self, y: u16, phrase: &Phrase, role: Role) {
        let text = self.page.lang.phrase(phrase);
        self.put(0, y, &text, role);
    }

    fn head(&mut self) {
        let title = Phrase::new("relay-page-title").text("address", self.page.address.to_string());
        let mut title = self.page.lang.phrase(&title);
        let Some(snapshot) = &self.page.snapshot else {
            return self.put(0, 0, &title, Role::Header);
        };
        let up = Phrase::new("relay-page-up").text("time", clock(snapshot.up));
        let proof = if snapshot.options.open { "relay-page-open" } else { "relay-page-proof" };
        let (up, proof) = (self.page.lang.phrase(&up), self.page.lang.text(proof));
        title = format!("{title} · {up} · {proof}");
        self.put(0, 0, &title, Role::Header);
        if self.area.height >= LOW {
            self.say(1, &totals(snapshot), Role::Base);
            self.say(2, &self.rates(), Role::Base);
            self.say(3, &troubles(snapshot), Role::Dim);
        }
    }

    fn rates(&self) -> Phrase {
        let rates = &self.page.rates;
        Phrase::new("relay-page-rates")
            .text("in", short(rates.datagrams_in))
            .text("bytes-in", short(rates.bytes_in))
            .text("out", short(rates.datagrams_out))
            .text("bytes-out", short(rates.bytes_out))
            .text("messages", short(rates.messages))
    }

    fn list(&mut self) {
        let area = self.page.list_area();
        let rows = self.page.rows();
        if rows.is_empty() && area.height > 0 && self.page.snapshot.is_some() {
            let y = area.y.saturating_sub(self.area.y);
            return self.say(y, &Phrase::new("relay-page-nobody"), Role::Dim);
        }
        for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(self.page.top)) {
            let y = y.saturating_sub(self.area.y);
            match row {
                RelayRow::Room(room) => self.room(y, room),
                RelayRow::Member(member) => self.member(y, member),
                RelayRow::More(count) => {
                    self.say(y, &Phrase::new("relay-page-more").number("count", *count), Role::Dim);
                }
            }
        }
    }

    fn room(&mut self, y: u16, room: &RoomView) {
        let known = Phrase::new("relay-page-room")
            .number("members", room.members)
            .text("messages", room.messages.to_string());
        let known = self.page.lang.phrase(&known);
        self.entry(0, y, PageEntry { name: &room.name, role: Role::Name, known: &known });
    }

    fn member(&mut self, y: u16, member: &MemberView) {
        let Some(snapshot) = &self.page.snapshot else { return };
        let lang = &self.page.lang;
        let silent = snapshot.at.saturating_duration_since(member.heard);
        let heard = lang.phrase(&Phrase::new("relay-page-heard").number("seconds", silent.as_secs()));
        let form = lang.text(if member.framed { "relay-page-framed" } else { "relay-page-plain" });
        let known = format!("{}  {form}  {}  {heard}", member.address, member.messages);
        self.entry(2, y, PageEntry { name: &member.name, role: Role::Base, known: &known });
    }

    /// A name, and at the right edge what is known of its bearer. Where there is room for little, the name has it.
    fn entry(&mut self, x: u16, y: u16, entry: PageEntry<'_>) {
        let room = self.area.width.saturating_sub(x);
        let space = room.saturating_sub(LEAST_NAME);
        let known = clip(entry.known, space);
        let taken = u16::try_from(width(known)).unwrap_or(u16::MAX);
        let gap = u16::from(taken > 0);
        let name = plain_line(entry.name);
        let name = clip_with_ellipsis(&name, room.saturating_sub(taken + gap));
        self.put(x, y, &name, entry.role);
        self.put(self.area.width.saturating_sub(taken), y, known, Role::Dim);
    }
}

fn totals(snapshot: &Snapshot) -> Phrase {
    Phrase::new("relay-page-totals")
        .number("rooms", snapshot.rooms.len())
        .number("rooms-limit", snapshot.options.rooms)
        .number("members", snapshot.member_count())
        .number("members-limit", snapshot.options.members)
}

fn troubles(snapshot: &Snapshot) -> Phrase {
    Phrase::new("relay-page-troubles")
        .text("limited", snapshot.counters.limited.to_string())
        .text("malformed", snapshot.counters.malformed.to_string())
        .text("overflowed", snapshot.overflowed.to_string())
        .text("lost", snapshot.sending.refused.saturating_add(snapshot.sending.dropped).to_string())
}

/// Hours, minutes, seconds.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A number with two or three digits that count, and the letter of its thousands.
pub(super) fn short(number: f64) -> String {
    let mut number = number;
    for unit in ["", "k", "M"] {
        if number < 9.95 && (number > 0.0 || !unit.is_empty()) {
            return format!("{number:.1}{unit}");
        }
        if number < 999.5 {
            return format!("{number:.0}{unit}");
        }
        number /= 1_000.0;
    }
    format!("{number:.1}G")
}
