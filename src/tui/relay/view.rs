//! Draws the page of a relay. Names come from the network: each goes through the escaper here.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::page::{LOW, Rates, RelayPage, RelayRow};
use crate::model::Phrase;
use crate::model::text::plain_line;
use crate::runtime::relay::{LogState, MemberView, RoomView, Snapshot};
use crate::tui::text::{clip, clip_with_ellipsis, width};
use crate::tui::theme::Role;

/// Cells that stay for a name beside the columns, which go one by one where there is less.
const LEAST_NAME: u16 = 16;
/// What is known of a member, from the left; the first to go where there is no room is the first of `DROPPED`.
const COLUMNS: [(Column, u16); 4] =
    [(Column::Address, 23), (Column::Client, 9), (Column::Messages, 10), (Column::Heard, 10)];
const DROPPED: [Column; 4] = [Column::Client, Column::Messages, Column::Address, Column::Heard];
/// Cells before the name of a room, and of a member.
const AIR: u16 = 1;
const INDENT: u16 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Address,
    Client,
    Messages,
    Heard,
}

impl Column {
    const fn head(self) -> &'static str {
        match self {
            Self::Address => "relay-page-address",
            Self::Client => "relay-page-client",
            Self::Messages => "relay-page-messages",
            Self::Heard => "relay-page-last",
        }
    }

    /// Numbers end below each other.
    const fn is_number(self) -> bool {
        matches!(self, Self::Messages | Self::Heard)
    }
}

pub(super) fn draw(page: &RelayPage, buffer: &mut Buffer) {
    let area = page.area.intersection(buffer.area);
    buffer.set_style(area, page.theme.style(Role::Base));
    let mut painter = PagePainter { page, buffer, area };
    painter.head();
    painter.list();
    if area.height >= LOW {
        painter.foot();
    }
}

/// What is drawn with, and where: columns and rows count from the corner of `area`.
struct PagePainter<'a> {
    page: &'a RelayPage,
    buffer: &'a mut Buffer,
    area: Rect,
}

impl PagePainter<'_> {
    /// Puts clean text into one row, cut where the area ends; the answer is the column behind it.
    fn put(&mut self, x: u16, y: u16, text: &str, role: Role) -> u16 {
        self.put_on(x, y, text, self.page.theme.style(role))
    }

    fn put_on(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let room = self.area.width.saturating_sub(x);
        if room > 0 && y < self.area.height {
            let (x, y) = (self.area.x.saturating_add(x), self.area.y.saturating_add(y));
            self.buffer.set_stringn(x, y, clip(text, room), usize::from(room), style);
        }
        x.saturating_add(cells(text))
    }

    /// Gives a whole row the ground of a role.
    fn ground(&mut self, y: u16, role: Role) {
        if y < self.area.height {
            let row = Rect { y: self.area.y.saturating_add(y), height: 1, ..self.area };
            self.buffer.set_style(row, self.page.theme.style(role));
        }
    }

    fn say(&mut self, y: u16, phrase: &Phrase, role: Role) {
        let text = self.page.lang.phrase(phrase);
        self.put(AIR, y, whole_parts(&text, self.area.width.saturating_sub(AIR)), role);
    }

    fn head(&mut self) {
        self.ground(0, Role::Header);
        let title = Phrase::new("relay-page-title").text("address", self.page.address.to_string());
        let mut title = self.page.lang.phrase(&title);
        if let Some(snapshot) = &self.page.snapshot {
            let up = Phrase::new("relay-page-up").text("time", clock(snapshot.up));
            let kept = matches!(snapshot.log, LogState::Up { .. }).then_some("relay-page-history");
            let (open, proof) = (Some("relay-page-open"), Some("relay-page-proof"));
            // What is usual goes first where there is no room.
            let [first, last] = if snapshot.options.open { [open, kept] } else { [kept, proof] };
            title = format!("{title} · {}", self.page.lang.phrase(&up));
            for part in [first, last].into_iter().flatten() {
                title = format!("{title} · {}", self.page.lang.text(part));
            }
        }
        let room = self.area.width.saturating_sub(AIR);
        self.put(AIR, 0, whole_parts(&title, room), Role::Header);
        let Some(snapshot) = self.page.snapshot.as_ref().filter(|_| self.area.height >= LOW) else { return };
        let air = u16::from(self.page.head() > 4);
        self.say(1 + air, &totals(snapshot, &self.page.rates), Role::Base);
        match snapshot.log {
            LogState::Down(cause) => self.say(2 + air, &cause.phrase(), Role::Error),
            LogState::Absent | LogState::Up { .. } => self.say(2 + air, &troubles(snapshot), Role::Dim),
        }
        let y = self.page.head().saturating_sub(1);
        let name = self.page.lang.text("relay-page-name");
        self.put(AIR, y, &name, Role::Dim);
        for (column, x, width) in self.columns() {
            let text = self.page.lang.text(column.head());
            self.cell(column, Rect { x, y, width, height: 1 }, &text, self.page.theme.style(Role::Dim));
        }
    }

    /// The columns that have room, with where they begin and how wide they are.
    fn columns(&self) -> Vec<(Column, u16, u16)> {
        let mut columns = COLUMNS.to_vec();
        let taken = |columns: &[(Column, u16)]| columns.iter().map(|(_, width)| width).sum::<u16>();
        for dropped in DROPPED {
            if self.area.width.saturating_sub(taken(&columns)) < LEAST_NAME + INDENT {
                columns.retain(|(column, _)| *column != dropped);
            }
        }
        let mut x = self.area.width.saturating_sub(AIR).saturating_sub(taken(&columns));
        columns
            .into_iter()
            .map(|(column, width)| {
                let at = x;
                x = x.saturating_add(width);
                (column, at, width)
            })
            .collect()
    }

    fn cell(&mut self, column: Column, area: Rect, text: &str, style: Style) {
        let room = area.width.saturating_sub(1);
        let text = clip_with_ellipsis(text, room);
        let free = if column.is_number() { area.width.saturating_sub(cells(&text)) } else { 0 };
        self.put_on(area.x.saturating_add(free), area.y, &text, style);
    }

    fn list(&mut self) {
        let area = self.page.list_area();
        let rows = self.page.rows();
        let first = area.y.saturating_sub(self.area.y);
        if rows.is_empty() && area.height > 0 && self.page.snapshot.is_some() {
            let key =
                if self.page.list.filter.is_empty() { "relay-page-nobody" } else { "relay-page-no-match" };
            return self.say(first, &Phrase::new(key), Role::Dim);
        }
        let shown = rows.iter().enumerate().skip(self.page.list.top);
        for (y, (at, row)) in (first..first.saturating_add(area.height)).zip(shown) {
            let is_chosen = at == self.page.list.chosen;
            if is_chosen {
                self.ground(y, Role::Open);
            }
            match row {
                RelayRow::Room(room) => self.room(y, room, is_chosen),
                RelayRow::Member(member) => self.member(y, member, is_chosen),
                RelayRow::More(count) => {
                    self.say(y, &Phrase::new("relay-page-more").number("count", *count), Role::Dim);
                }
            }
        }
    }

    /// The role on the ground of the chosen row, or on that of the page.
    fn on(&self, is_chosen: bool, role: Role) -> Style {
        let theme = &self.page.theme;
        match (is_chosen, role) {
            (true, Role::Dim) => theme.style(Role::OpenDim),
            (true, _) => theme.style(Role::Open),
            (false, _) => theme.style(role),
        }
    }

    fn room(&mut self, y: u16, room: &RoomView, is_chosen: bool) {
        let columns = self.columns();
        let end = columns.first().map_or(self.area.width, |(_, x, _)| *x);
        let count = format!("  {}", room.members);
        let name = plain_line(&room.name);
        let name_room = end.saturating_sub(AIR).saturating_sub(cells(&count)).saturating_sub(1);
        let x = self.put_on(AIR, y, &clip_with_ellipsis(&name, name_room), self.on(is_chosen, Role::Name));
        self.put_on(x, y, &count, self.on(is_chosen, Role::Dim));
        let sign = if self.page.is_folded(&room.name) { "▸" } else { "▾" };
        for (column, x, width) in columns {
            let area = Rect { x, y, width, height: 1 };
            match column {
                Column::Messages => {
                    let messages = room.messages.to_string();
                    self.cell(column, area, &messages, self.on(is_chosen, Role::Dim));
                }
                Column::Heard => self.cell(column, area, sign, self.on(is_chosen, Role::Dim)),
                Column::Address | Column::Client => {}
            }
        }
    }

    fn member(&mut self, y: u16, member: &MemberView, is_chosen: bool) {
        let Some(snapshot) = &self.page.snapshot else { return };
        let lang = &self.page.lang;
        let silent = snapshot.at.saturating_duration_since(member.heard);
        let heard = lang.phrase(&heard(silent.as_secs()));
        let form = lang.text(if member.framed { "relay-page-framed" } else { "relay-page-plain" });
        let columns = self.columns();
        let end = columns.first().map_or(self.area.width, |(_, x, _)| *x);
        let name = plain_line(&member.name);
        let name = clip_with_ellipsis(&name, end.saturating_sub(INDENT).saturating_sub(1));
        self.put_on(INDENT, y, &name, self.on(is_chosen, Role::Base));
        for (column, x, width) in columns {
            let text = match column {
                Column::Address => member.address.to_string(),
                Column::Client => form.clone(),
                Column::Messages => member.messages.to_string(),
                Column::Heard => heard.clone(),
            };
            self.cell(column, Rect { x, y, width, height: 1 }, &text, self.on(is_chosen, Role::Dim));
        }
    }

    /// The keys, or what is looked for.
    fn foot(&mut self) {
        let y = self.area.height.saturating_sub(1);
        self.ground(y, Role::Status);
        let (lang, list) = (&self.page.lang, &self.page.list);
        if let Some(typed) = self.page.order.typed() {
            let (before, behind) = (format!(": {}▏", plain_line(typed.0)), plain_line(typed.1));
            let room = self.area.width.saturating_sub(AIR);
            let x = self.put(AIR, y, &clip_end(&before, room), Role::Status);
            let x = self.put(x, y, &behind, Role::Status);
            let hint = lang.text("relay-page-order-keys");
            if cells(&hint).saturating_add(x).saturating_add(3) <= self.area.width {
                self.put(x.saturating_add(3), y, &hint, Role::Status);
            }
            return;
        }
        if let Some((first, others)) = self.page.order.said() {
            let more = if others > 0 { format!("  (1/{})", others.saturating_add(1)) } else { String::new() };
            let said = lang.phrase(first) + &more;
            let role = if self.page.order.has_failed() { Role::Error } else { Role::Status };
            self.put(AIR, y, &clip_with_ellipsis(&said, self.area.width.saturating_sub(AIR)), role);
            return;
        }
        let text = if self.page.ending {
            lang.text("relay-page-ending")
        } else if list.is_filtering {
            let filter = format!("/ {}", list.filter);
            let x = self.put(AIR, y, &filter, Role::Status);
            let hint = lang.text("relay-page-filter-keys");
            self.put(x.saturating_add(3), y, &hint, Role::Status);
            return;
        } else {
            lang.text("relay-page-keys")
        };
        // Whole parts, the way out last.
        let room = usize::from(self.area.width.saturating_sub(AIR));
        let parts: Vec<&str> = text.split("  ").collect();
        let first = (0..parts.len()).find(|first| {
            parts.iter().skip(*first).map(|part| width(part).saturating_add(2)).sum::<usize>() <= room + 2
        });
        let first = first.unwrap_or_else(|| parts.len().saturating_sub(1));
        let text = parts.get(first..).unwrap_or_default().join("  ");
        self.put(AIR, y, &text, Role::Status);
    }
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// How long somebody has said nothing, in the largest unit that fits.
fn heard(seconds: u64) -> Phrase {
    match seconds {
        0 => Phrase::new("relay-page-now"),
        1..60 => Phrase::new("relay-page-heard").text("time", seconds.to_string()),
        60..3_600 => Phrase::new("relay-page-heard-minutes").text("time", (seconds / 60).to_string()),
        3_600.. => Phrase::new("relay-page-heard-hours").text("time", (seconds / 3_600).to_string()),
    }
}

fn totals(snapshot: &Snapshot, rates: &Rates) -> Phrase {
    Phrase::new("relay-page-totals")
        .number("rooms", snapshot.rooms.len())
        .number("rooms-limit", snapshot.options.rooms)
        .number("members", snapshot.member_count())
        .number("members-limit", snapshot.options.members)
        .text("in", short(rates.datagrams_in))
        .text("bytes-in", short(rates.bytes_in))
        .text("out", short(rates.datagrams_out))
        .text("bytes-out", short(rates.bytes_out))
}

fn troubles(snapshot: &Snapshot) -> Phrase {
    Phrase::new("relay-page-troubles")
        .text("proofs", snapshot.counters.wrong_proofs.to_string())
        .text("limited", snapshot.counters.limited.to_string())
        .text("malformed", snapshot.counters.malformed.to_string())
        .text("overflowed", snapshot.overflowed.to_string())
        .text("lost", snapshot.sending.refused.saturating_add(snapshot.sending.dropped).to_string())
}

/// Days where there are any, hours, minutes, seconds.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    match seconds / 86_400 {
        0 => clock,
        days => format!("{days} d {clock}"),
    }
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

/// The parts of a row that have room, the first ones; none of them is cut but a first one that is too long alone.
fn whole_parts(text: &str, room: u16) -> &str {
    if cells(text) <= room {
        return text;
    }
    let ends = ["   ", " · "].into_iter().flat_map(|between| text.match_indices(between)).map(|(at, _)| at);
    let fitting = ends.filter_map(|at| text.get(..at)).filter(|part| cells(part) <= room);
    fitting.max_by_key(|part| part.len()).unwrap_or(text)
}

/// The end of a text that is being typed, as much as there is room for.
fn clip_end(text: &str, room: u16) -> String {
    let mut shown = text;
    while cells(shown) > room {
        let Some(first) = shown.chars().next() else { break };
        shown = shown.get(first.len_utf8()..).unwrap_or_default();
    }
    shown.to_owned()
}
