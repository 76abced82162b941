//! The page of `/wire`: what passed the sockets row by row, and below it the bytes of the chosen one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::dialog::field;
use super::line::{Hint, Hints};
use super::wire_bytes;
use super::{fill, text};
use crate::app::State;
use crate::model::packet::{PacketDirection, PacketFate};
use crate::model::text::{Escaped, plain_line};
use crate::model::{Phrase, WirePacket, size};
use crate::runtime::capture::{PacketText, fate_key};
use crate::runtime::history::local;
use crate::tui::action::Action;
use crate::tui::keymap::key_of;
use crate::tui::text::{clip_with_ellipsis, clip_words, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;
use crate::tui::wire_page::{WireAreas, WireEntry, WirePage};

/// With fewer columns times have no fractions and addresses no ports.
const WIDE: u16 = 70;

/// With fewer columns an encoding is named without saying why.
const WITH_WORDS: u16 = 100;

/// Columns of the parts of a row.
#[derive(Clone, Copy)]
struct Columns {
    time: u16,
    arrow: u16,
    place: u16,
    place_width: u16,
    bytes: u16,
    text: u16,
}

/// Columns of a filter in the header, and of a field at least.
const MAX_FILTER: u16 = 24;
const MIN_FIELD: u16 = 24;

/// Digits of the longest packet.
const LENGTH: u16 = 7;

impl Columns {
    fn of(width: u16, long_addresses: bool) -> Self {
        let time = 1;
        let arrow: u16 = if width >= WIDE { 15 } else { 10 };
        let place = arrow.saturating_add(2);
        let place_width = match (width >= WIDE, long_addresses && width >= 120) {
            (false, _) => 15,
            (true, false) => 22,
            (true, true) => 45,
        };
        let bytes = place.saturating_add(place_width);
        Self { time, arrow, place, place_width, bytes, text: bytes.saturating_add(LENGTH).saturating_add(2) }
    }
}

/// Where its keys stand.
pub(super) fn keys_area(ui: &Ui) -> Option<Rect> {
    let page = ui.wire.as_ref()?;
    Some(WireAreas::of(ui.viewport.page(), page.whole.is_some()).keys)
}

/// The answer is where the cursor stands, if something is being written.
pub(super) fn draw(state: &State, ui: &Ui, buffer: &mut Buffer) -> Option<Position> {
    let page = ui.wire.as_ref()?;
    let screen = ui.viewport.page();
    let areas = WireAreas::of(screen, page.whole.is_some());
    fill(ui, screen, Role::Base, buffer);
    header(ui, page, areas.header, buffer);
    list(ui, page, &areas, buffer);
    wire_bytes::draw(ui, page, &areas, buffer);
    keys(state, ui, page, areas.keys, buffer)
}

/// Whose packets these are on the left, how many on the right; what has no room is left out whole.
fn header(ui: &Ui, page: &WirePage, area: Rect, buffer: &mut Buffer) {
    fill(ui, area, Role::Header, buffer);
    let lang = &ui.style.lang;
    let style = |role| ui.style.theme.style(Role::Header).patch(ui.style.theme.style(role));
    let name = page.peer.as_ref().map_or_else(|| lang.text("wire-everybody"), |peer| peer.name.clone());
    let name = clip_with_ellipsis(&name, area.width / 2).into_owned();
    let ways = lang.text(match page.filter().direction() {
        None => "wire-both-ways",
        Some(PacketDirection::In) => "wire-in-only",
        Some(PacketDirection::Out) => "wire-out-only",
    });
    let (runs, role) =
        if page.is_paused() { ("wire-paused", Role::Warn) } else { ("wire-running", Role::Status) };
    let title = format!(" {}  ", lang.text("wire-title"));
    let lead = [(title.as_str(), style(Role::Status)), (&name, style(Role::Header))];
    let mut x = text::put_all(buffer, area.x, area.y, area.right(), &lead);
    for (part, role) in [(ways, Role::Status), (lang.text(runs), role)] {
        let pieces = [(" · ", style(Role::Status)), (part.as_str(), style(role))];
        if cells(&part).saturating_add(3) <= area.right().saturating_sub(x) {
            x = text::put_all(buffer, x, area.y, area.right(), &pieces);
        }
    }
    let right = figures(ui, page);
    let mut end = area.right().saturating_sub(1);
    let free = end.saturating_sub(x).saturating_sub(2);
    let mut taken = 0_u16;
    let fits = |(part, _): &&(String, Role)| {
        taken = taken.saturating_add(cells(part)).saturating_add(2);
        taken <= free.saturating_add(2)
    };
    let fitting: Vec<&(String, Role)> = right.iter().take_while(fits).collect();
    for (part, role) in fitting.into_iter().rev() {
        let start = end.saturating_sub(cells(part));
        text::put(buffer, start, area.y, cells(part), part, style(*role));
        end = start.saturating_sub(2);
    }
}

/// How much is shown, what is missing, and by what it was chosen: the most important first.
fn figures(ui: &Ui, page: &WirePage) -> Vec<(String, Role)> {
    let lang = &ui.style.lang;
    let count = |key: &'static str, count: u64| {
        lang.phrase(&Phrase::new(key).number("count", i64::try_from(count).unwrap_or(i64::MAX)))
    };
    let shown = u64::try_from(page.shown_len()).unwrap_or(u64::MAX);
    let bytes = page.shown().fold(0_u64, |sum, packet| sum.saturating_add(length(packet)));
    let mut parts = vec![(format!("{}  {}", count("wire-packets", shown), size(bytes)), Role::Status)];
    if page.left_out > 0 {
        parts.push((count("wire-missing", page.left_out), Role::Warn));
    }
    let filter = match page.filter().text() {
        "" => lang.text("wire-no-filter"),
        text => {
            lang.with("wire-filter-is", &[("filter", &clip_with_ellipsis(&plain_line(text), MAX_FILTER))])
        }
    };
    parts.push((filter, Role::Status));
    parts
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

fn length(packet: &WirePacket) -> u64 {
    u64::try_from(packet.bytes.len()).unwrap_or(u64::MAX)
}

fn list(ui: &Ui, page: &WirePage, areas: &WireAreas, buffer: &mut Buffer) {
    let rows = areas.rows();
    if rows == 0 {
        return;
    }
    let top = page.top(rows);
    let visible: Vec<&WirePacket> = page.shown().skip(top).take(rows).collect();
    let columns = Columns::of(areas.list.width, visible.iter().any(|packet| packet.remote.is_ipv6()));
    heads(ui, columns, areas.heads, buffer);
    if visible.is_empty() {
        let key = if page.kept() > 0 { "wire-none-shown" } else { "wire-nothing-yet" };
        let style = ui.style.theme.style(Role::Dim);
        let said = ui.style.lang.text(key);
        let room = areas.list.width.saturating_sub(2);
        text::put(
            buffer,
            areas.list.x.saturating_add(1),
            areas.list.y,
            room,
            &clip_words(&said, room),
            style,
        );
    }
    let chosen = page.chosen_at();
    for (at, (packet, y)) in visible.into_iter().zip(areas.list.top()..areas.list.bottom()).enumerate() {
        let row = Rect { y, height: 1, ..areas.list };
        let is_chosen = chosen == Some(top.saturating_add(at));
        if is_chosen {
            fill(ui, row, Role::Open, buffer);
        }
        PacketRow { ui, page, packet, columns, is_chosen }.draw(row, buffer);
    }
}

fn heads(ui: &Ui, columns: Columns, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let style = ui.style.theme.style(Role::Section);
    let mut put = |column: u16, key: &str, right: u16| {
        let head = ui.style.lang.text(key);
        let cells = u16::try_from(width(&head)).unwrap_or(u16::MAX);
        let x = if right > 0 { column.saturating_add(right).saturating_sub(cells) } else { column };
        let room = area.width.saturating_sub(x);
        text::put(buffer, area.x.saturating_add(x), area.y, room, &head, style);
    };
    put(columns.time, "wire-head-time", 0);
    put(columns.place, "wire-head-place", 0);
    put(columns.bytes, "wire-head-bytes", LENGTH);
    put(columns.text, "wire-head-text", 0);
}

struct PacketRow<'a> {
    ui: &'a Ui,
    page: &'a WirePage,
    packet: &'a WirePacket,
    columns: Columns,
    is_chosen: bool,
}

impl PacketRow<'_> {
    /// On the ground of the row that is chosen all is as readable as on any other.
    fn style(&self, role: Role) -> Style {
        let theme = &self.ui.style.theme;
        match (self.is_chosen, role) {
            (false, role) => theme.style(role),
            (true, Role::Dim) => theme.style(Role::OpenDim),
            (true, _) => theme.style(Role::Open),
        }
    }

    fn draw(&self, row: Rect, buffer: &mut Buffer) {
        let Self { packet, columns, .. } = self;
        let is_wide = row.width >= WIDE;
        let time = local(packet.time, &self.ui.style.zone);
        let time = time.strftime(if is_wide { "%H:%M:%S%.3f" } else { "%H:%M:%S" }).to_string();
        let arrow = match packet.direction {
            PacketDirection::In => "←",
            PacketDirection::Out => "→",
        };
        let place = if is_wide { packet.remote.to_string() } else { packet.remote.ip().to_string() };
        let place = clip_with_ellipsis(&place, columns.place_width).into_owned();
        let bytes = format!("{:>1$}", packet.bytes.len(), usize::from(LENGTH));
        for (column, part, role) in [
            (columns.time, time.as_str(), Role::Dim),
            (columns.arrow, arrow, Role::Base),
            (columns.place, &place, Role::Base),
            (columns.bytes, &bytes, Role::Dim),
        ] {
            let room = row.width.saturating_sub(column);
            text::put(buffer, row.x.saturating_add(column), row.y, room, part, self.style(role));
        }
        self.draw_text(row, buffer);
    }

    fn draw_text(&self, row: Rect, buffer: &mut Buffer) {
        let PacketText { text, other } = PacketText::of(&self.packet.bytes, &self.page.legacy);
        let lang = &self.ui.style.lang;
        let is_lost = self.packet.fate == PacketFate::Lost;
        let words = self.style(if is_lost { Role::Dim } else { Role::Base });
        let mut behind = Vec::new();
        if let Some(other) = other {
            let encoding = self.page.legacy.to_uppercase();
            let args = [("encoding", encoding.as_str()), ("text", other.as_str())];
            let key = if row.width >= WITH_WORDS { "wire-other" } else { "wire-other-short" };
            behind.push((lang.with(key, &args), self.style(Role::Warn)));
        }
        if let Some(key) = fate_key(self.packet.fate) {
            behind.push((lang.text(key), self.style(Role::Warn)));
        }
        let x = row.x.saturating_add(self.columns.text);
        // What is said of a packet is to be read; of its text there is more below.
        let said: usize = behind.iter().map(|(said, _)| width(said).saturating_add(2)).sum();
        let room = row.right().saturating_sub(x).saturating_sub(u16::try_from(said).unwrap_or(u16::MAX));
        let end = put_escaped(
            &text,
            [words, self.style(Role::Token)],
            Rect { x, width: room.max(8), ..row },
            buffer,
        );
        let mut at = end;
        for (said, style) in behind {
            let pieces = [("  ", words), (said.as_str(), style)];
            at = text::put_all(buffer, at, row.y, row.right(), &pieces);
        }
    }
}

/// On one row, cut to so many cells; the answer is the column behind it.
fn put_escaped(escaped: &Escaped, [plain, token]: [Style; 2], area: Rect, buffer: &mut Buffer) -> u16 {
    let shown = clip_with_ellipsis(escaped.as_str(), area.width);
    let layers = [(escaped.tokens(), token)];
    let pieces = text::pieces(&shown, &(0..shown.len()), plain, &layers);
    text::put_all(buffer, area.x, area.y, area.right(), &pieces)
}

/// The keys of the page.
const KEYS: Hints = &[
    (Action::WirePause, "hint-wire-pause"),
    (Action::WireFilter, "hint-wire-filter"),
    (Action::NextField, "hint-wire-bytes"),
    (Action::WireSave, "hint-wire-save"),
    (Action::Accept, "hint-wire-whole"),
    (Action::WireClear, "hint-wire-clear"),
    (Action::Back, "hint-back"),
];

/// Where all of them have no room: those nobody would guess, and the way out.
const FEW_KEYS: Hints = &[
    (Action::WirePause, "hint-wire-pause"),
    (Action::WireFilter, "hint-wire-filter"),
    (Action::WireSave, "hint-wire-save-short"),
    (Action::Back, "hint-back"),
];

/// While the chosen one fills the page.
const WHOLE_KEYS: Hints = &[(Action::NextField, "hint-wire-bytes"), (Action::Back, "hint-back")];
const FILTER_KEYS: Hints = &[(Action::Accept, "hint-wire-keep"), (Action::Back, "hint-wire-no-filter")];
const SAVE_KEYS: Hints = &[(Action::Accept, "hint-wire-write"), (Action::Back, "hint-back")];

fn keys(state: &State, ui: &Ui, page: &WirePage, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    fill(ui, area, Role::Status, buffer);
    let inner = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    if let Some(entry) = &page.entry {
        return Some(draw_entry(ui, page, entry, inner, buffer));
    }
    if let Some(note) = ui.status.current(state) {
        let said = plain_line(&ui.style.lang.phrase(note.phrase));
        let said = format!(" {} ", clip_words(&said, inner.width));
        let role = if note.is_fault { Role::Error } else { Role::Notice };
        text::put(buffer, area.x, area.y, area.width, &said, ui.style.theme.style(role));
        return None;
    }
    let (where_one_is, role) = place(ui, page);
    let taken = cells(&where_one_is);
    let hints = match page.whole {
        Some(_) => WHOLE_KEYS,
        None if hint_cells(ui, KEYS).saturating_add(taken) <= inner.width => KEYS,
        None => FEW_KEYS,
    };
    let end = put_hints(ui, hints, inner, buffer);
    let at = inner.right().saturating_sub(taken);
    if end <= at {
        let style = ui.style.theme.style(Role::Status).patch(ui.style.theme.style(role));
        text::put(buffer, at, area.y, taken, &where_one_is, style);
    }
    None
}

/// A field with what it is for on the left, and its keys on the right where there is room.
fn draw_entry(ui: &Ui, page: &WirePage, entry: &WireEntry, area: Rect, buffer: &mut Buffer) -> Position {
    let (asked, hints) = match entry {
        WireEntry::Filter(_) => (ui.style.lang.text("wire-filter-asked"), FILTER_KEYS),
        WireEntry::SaveAs(_) => (save_asked(ui, page), SAVE_KEYS),
    };
    let theme = &ui.style.theme;
    let asked = format!("{asked} ");
    let style = theme.style(Role::Status).patch(theme.style(Role::Prompt));
    let x = area.x.saturating_add(text::put(buffer, area.x, area.y, area.width, &asked, style));
    let taken = hint_cells(ui, hints);
    let has_hints = taken.saturating_add(MIN_FIELD) <= area.right().saturating_sub(x);
    let end = if has_hints { area.right().saturating_sub(taken) } else { area.right() };
    if has_hints {
        put_hints(ui, hints, Rect { x: end, width: taken, ..area }, buffer);
    }
    let room = Rect { x, width: end.saturating_sub(x), height: 1, ..area };
    field(entry.field(), room, theme.style(Role::Status), buffer)
}

/// As many of them as fit; the answer is the column behind the last.
fn put_hints(ui: &Ui, hints: Hints, area: Rect, buffer: &mut Buffer) -> u16 {
    let style = |role| ui.style.theme.style(Role::Status).patch(ui.style.theme.style(role));
    let mut x = area.x;
    for (action, label) in hints {
        let (key, label) = (key_of(*action), format!(" {}  ", ui.style.lang.text(label)));
        let needed = cells(key).saturating_add(cells(&label)).saturating_sub(2);
        if needed > area.right().saturating_sub(x) {
            break;
        }
        let pieces = [(key, style(Role::Key)), (label.as_str(), style(Role::Status))];
        x = text::put_all(buffer, x, area.y, area.right(), &pieces);
    }
    x
}

fn hint_cells(ui: &Ui, hints: Hints) -> u16 {
    let cells = |(action, label): &Hint| {
        let label = ui.style.lang.text(label);
        width(key_of(*action)).saturating_add(width(&label)).saturating_add(3)
    };
    u16::try_from(hints.iter().map(cells).sum::<usize>()).unwrap_or(u16::MAX)
}

fn save_asked(ui: &Ui, page: &WirePage) -> String {
    let count = i64::try_from(page.shown_len()).unwrap_or(i64::MAX);
    ui.style.lang.phrase(&Phrase::new("wire-save-asked").number("count", count))
}

/// Where one stands in what comes.
fn place(ui: &Ui, page: &WirePage) -> (String, Role) {
    let count = |key: &'static str, count: u64| {
        ui.style.lang.phrase(&Phrase::new(key).number("count", i64::try_from(count).unwrap_or(i64::MAX)))
    };
    if page.is_paused() {
        return (count("wire-waiting", page.waiting()), Role::Warn);
    }
    match page.below() {
        0 => (ui.style.lang.text("wire-following"), Role::Status),
        below => (count("wire-below", u64::try_from(below).unwrap_or(u64::MAX)), Role::Soft),
    }
}
