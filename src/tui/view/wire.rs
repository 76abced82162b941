//! The page of `/wire`: what passed the sockets row by row, and below it the bytes of the chosen one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::wire_keys::{self, cells};
use super::{fill, text, wire_bytes};
use crate::app::State;
use crate::model::packet::{PacketDirection, PacketFate};
use crate::model::text::{Escaped, plain_line};
use crate::model::{Phrase, WirePacket, size};
use crate::runtime::capture::{PacketContents, PacketText, fate_key};
use crate::runtime::history::local;
use crate::tui::text::{clip_with_ellipsis, width, wrap};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;
use crate::tui::wire_page::{WireAreas, WirePage};

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

/// Columns of a filter in the header.
const MAX_FILTER: u16 = 24;

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
    wire_keys::draw(state, ui, page, areas.keys, buffer)
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
    if page.missing() > 0 {
        parts.push((count("wire-missing", page.missing()), Role::Warn));
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

fn length(packet: &WirePacket) -> u64 {
    u64::try_from(packet.bytes.len()).unwrap_or(u64::MAX)
}

/// Why there is no row.
fn nothing(ui: &Ui, page: &WirePage) -> String {
    let lang = &ui.style.lang;
    match &page.peer {
        _ if page.kept() == 0 => lang.text("wire-nothing-yet"),
        _ if !page.filter().text().is_empty() => lang.text("wire-none-shown"),
        Some(peer) => lang.with("wire-nothing-of", &[("name", &peer.name)]),
        None => lang.text("wire-nothing-yet"),
    }
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
        let style = ui.style.theme.style(Role::Dim);
        let said = nothing(ui, page);
        let room = areas.list.width.saturating_sub(2);
        for (row, y) in wrap(&said, room.max(1)).into_iter().zip(areas.list.top()..areas.list.bottom()) {
            let words = said.get(row).unwrap_or_default().trim_end();
            text::put(buffer, areas.list.x.saturating_add(1), y, room, words, style);
        }
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
        let place = if is_wide { packet.place() } else { packet.host() };
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
        let is_lost = matches!(self.packet.fate, PacketFate::Lost | PacketFate::Refused);
        let words = self.style(if is_lost || PacketContents::of(self.packet) == PacketContents::Encrypted {
            Role::Dim
        } else {
            Role::Base
        });
        let x = row.x.saturating_add(self.columns.text);
        let space = usize::from(row.right().saturating_sub(x));
        let (text, behind) = self.parts(space, row.width);
        // What is said of a packet is to be read; of its text there is more below.
        let room = u16::try_from(space.saturating_sub(cells_of(&behind))).unwrap_or(u16::MAX);
        let area = Rect { x, width: room.max(8), ..row };
        let mut at = put_escaped(&text, [words, self.style(Role::Token)], area, buffer);
        for said in behind {
            let pieces = [("  ", words), (said.as_str(), self.style(Role::Warn))];
            at = text::put_all(buffer, at, row.y, row.right(), &pieces);
        }
    }

    /// The text for so many cells, and what is said of it.
    fn parts(&self, space: usize, width_of_row: u16) -> (Escaped, Vec<String>) {
        let lang = &self.ui.style.lang;
        let PacketText { text, other } = PacketText::read(self.packet, &self.page.legacy, lang);
        let mut behind: Vec<String> =
            fate_key(self.packet.fate).map(|key| lang.text(key)).into_iter().collect();
        let Some(other) = other else { return (text, behind) };
        let (said, encoding) = self.read_otherwise(&other, width_of_row);
        // Both side by side, or else what can be read alone.
        let both = width(text.as_str()) + width(&said) + 2 + cells_of(&behind) <= space;
        behind.insert(0, if both { said } else { encoding });
        (if both { text } else { other }, behind)
    }

    /// That the bytes are no UTF-8, with what they say in another encoding; and the name of that.
    fn read_otherwise(&self, other: &Escaped, width: u16) -> (String, String) {
        let encoding = self.page.legacy.to_uppercase();
        let args = [("encoding", encoding.as_str()), ("text", other.as_str())];
        let key = if width >= WITH_WORDS { "wire-other" } else { "wire-other-short" };
        (self.ui.style.lang.with(key, &args), encoding)
    }
}

/// Cells of what stands behind a text, each with air before it.
fn cells_of(behind: &[String]) -> usize {
    behind.iter().map(|said| width(said).saturating_add(2)).sum()
}

/// On one row, cut to so many cells; the answer is the column behind it.
fn put_escaped(escaped: &Escaped, [plain, token]: [Style; 2], area: Rect, buffer: &mut Buffer) -> u16 {
    let shown = clip_with_ellipsis(escaped.as_str(), area.width);
    let layers = [(escaped.tokens(), token)];
    let pieces = text::pieces(&shown, &(0..shown.len()), plain, &layers);
    text::put_all(buffer, area.x, area.y, area.right(), &pieces)
}
