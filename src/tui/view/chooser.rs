//! The list that narrows as one types, and beside it what was said in the conversation that is chosen.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::dialog::{count, divider, frame_in, input, put_rows};
use super::{fill, header, list, on_line, on_popup, scrollback, text};
use crate::app::{Conversation, State};
use crate::model::Phrase;
use crate::tui::chooser::{Chooser, ChooserKind, Item, ItemAction, ShownItem};
use crate::tui::layout::{PanelAreas, panel};
use crate::tui::list_words;
use crate::tui::lock::KeyLock;
use crate::tui::naming::{group_of, is_receiver, name_of};
use crate::tui::scrollback::WrappedText;
use crate::tui::text::{clip, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Cells of a name that stay where not all of it fits.
const LEAST_NAME: usize = 10;

/// Whether a conversation can be looked at beside the list.
pub(in crate::tui) fn has_preview(screen: Rect) -> bool {
    panel(screen, true).preview.is_some()
}

fn areas(ui: &Ui, chooser: &Chooser) -> PanelAreas {
    panel(ui.viewport.screen(), chooser.kind == ChooserKind::GoTo)
}

/// Lines of a chooser that are visible at once.
pub(in crate::tui) fn chooser_rows(screen: Rect) -> usize {
    usize::from(panel(screen, false).list.height).max(1)
}

/// The line of a chooser that stands there.
pub(in crate::tui) fn chooser_line(ui: &Ui, chooser: &Chooser, at: Position) -> Option<usize> {
    let list = areas(ui, chooser).list;
    let top = chooser.top(usize::from(list.height));
    let line = top.saturating_add(usize::from(at.y.saturating_sub(list.y)));
    (list.contains(at) && line < chooser.len()).then_some(line)
}

/// The answer is where the cursor stands.
pub(super) fn draw(state: &State, ui: &Ui, chooser: &Chooser, buffer: &mut Buffer) -> Position {
    let areas = areas(ui, chooser);
    let _inside = frame_in(ui, &ui.style.lang.text(chooser.title), areas.frame, buffer);
    let style = |role| on_popup(ui, role);
    let cursor = input(ui, &chooser.query, areas.query, buffer);
    divider(ui, areas.frame, areas.line, buffer);
    if let Some(preview) = areas.preview {
        draw_preview(state, ui, chooser, preview, buffer);
        let x = preview.x.saturating_sub(1);
        for y in preview.top()..preview.bottom() {
            text::put(buffer, x, y, 1, "│", style(Role::Border));
        }
        text::put(buffer, x, preview.y.saturating_sub(1), 1, "┬", style(Role::Border));
    }
    if chooser.len() == 0 {
        say_nothing(ui, chooser, areas.list, buffer);
    }
    let top = chooser.top(usize::from(areas.list.height));
    let shown = chooser.shown().enumerate().skip(top);
    for ((at, item), y) in shown.zip(areas.list.top()..areas.list.bottom()) {
        let row = Rect { y, height: 1, ..areas.list };
        draw_line(state, LinePainter { ui, is_chosen: at == chooser.chosen }, item, row, buffer);
    }
    let of = [("shown", chooser.len().to_string()), ("all", chooser.all().to_string())];
    let of: Vec<(&str, &str)> = of.iter().map(|(name, value)| (*name, value.as_str())).collect();
    count(ui, &ui.style.lang.with("popup-count", &of), areas.frame, buffer);
    cursor
}

/// Nothing matches what was typed.
fn say_nothing(ui: &Ui, chooser: &Chooser, area: Rect, buffer: &mut Buffer) {
    let is_address = chooser.kind == ChooserKind::GoTo
        && crate::runtime::parse_address(chooser.query.text().trim()).is_ok();
    let key = if is_address { "popup-go-to-address" } else { "flash-not-found" };
    let words = WrappedText::new(&ui.style.lang.phrase(&Phrase::new(key)), area.width.max(1), usize::MAX);
    let style = on_popup(ui, Role::Dim);
    put_rows(&words, area, style, buffer);
}

/// How one line is drawn.
#[derive(Clone, Copy)]
struct LinePainter<'a> {
    ui: &'a Ui,
    is_chosen: bool,
}

impl LinePainter<'_> {
    fn style(self, role: Role) -> Style {
        on_line(self.ui, self.is_chosen, role)
    }

    /// Letters that match are told from the rest on any ground.
    fn hit(self) -> Style {
        let line = Modifier::BOLD | Modifier::UNDERLINED;
        if self.is_chosen {
            Style::new().add_modifier(line)
        } else {
            self.style(Role::Key).add_modifier(line)
        }
    }

    /// A part of the line's text, cut with a sign where it has no room; the answer is the column behind it.
    fn put(self, part: &LinePart<'_>, x: u16, row: Rect, buffer: &mut Buffer) -> u16 {
        let room = row.right().saturating_sub(x);
        let fits = width(part.text) <= usize::from(room);
        let shown = if fits { part.text } else { clip(part.text, room.saturating_sub(1)) };
        let hits: Vec<Range<usize>> = part.hits.iter().filter_map(|hit| part.within(hit)).collect();
        let hits: Vec<Range<usize>> = hits.into_iter().filter(|hit| hit.end <= shown.len()).collect();
        let layers = [(hits.as_slice(), self.hit())];
        let mut pieces = text::pieces(shown, &(0..shown.len()), self.style(part.role), &layers);
        pieces.push((if fits { "" } else { "…" }, self.style(part.role)));
        text::put_all(buffer, x, row.y, row.right(), &pieces)
    }
}

/// A part of what a line is found by.
struct LinePart<'a> {
    text: &'a str,
    /// Where it begins in the whole.
    start: usize,
    hits: &'a [Range<usize>],
    role: Role,
}

impl<'a> LinePart<'a> {
    /// An address that has no room whole without its scheme: half of a port is another port.
    fn within_room(self, room: u16) -> Self {
        if width(self.text) <= usize::from(room) {
            return self;
        }
        let (start, text) = self.without_scheme();
        Self { text, start, ..self }
    }

    /// An address from its host on, and where that begins.
    fn without_scheme(&self) -> (usize, &'a str) {
        let at = self.text.find("://").map_or(0, |scheme| scheme.saturating_add("://".len()));
        (self.start.saturating_add(at), self.text.get(at..).unwrap_or_default())
    }

    /// Where a hit of the whole stands in this part.
    fn within(&self, hit: &Range<usize>) -> Option<Range<usize>> {
        let end = self.start.saturating_add(self.text.len());
        (hit.start >= self.start && hit.end <= end && !hit.is_empty())
            .then(|| hit.start.saturating_sub(self.start)..hit.end.saturating_sub(self.start))
    }
}

fn draw_line(state: &State, painter: LinePainter<'_>, shown: ShownItem<'_>, row: Rect, buffer: &mut Buffer) {
    let item = shown.item;
    if painter.is_chosen {
        fill(painter.ui, row, Role::Choice, buffer);
    }
    let (sound, detail) = (item.label.len().saturating_add(1), item.detail_at());
    let part = |text, start, role| LinePart { text, start, hits: shown.hits, role };
    let (label, sound) = (part(&item.label, 0, Role::Popup), part(&item.sound, sound, Role::Dim));
    let beside = part(&item.detail, detail, Role::Dim);
    if let ItemAction::Open(_) | ItemAction::Group(_) = item.choice {
        let sign = sign(state, painter, shown);
        text::put(buffer, row.x, row.y, 1, sign.0, painter.style(sign.1));
        let row = put_time(state, painter, item, row, buffer);
        let kept = cells_of_address(state, item, &beside, row);
        let words = Rect { width: row.width.saturating_sub(kept.unwrap_or_default()), ..row };
        let mut x = painter.put(&label, row.x.saturating_add(2), words, buffer);
        x = put_lock(state, painter, item, (x, words), buffer).saturating_add(2);
        if !item.sound.is_empty() && x < words.right() {
            x = painter.put(&sound, x, words, buffer);
            x = text::put_all(buffer, x, row.y, words.right(), &[(" · ", painter.style(Role::Dim))]);
        }
        if kept != Some(0) {
            let x = x.min(row.right().saturating_sub(kept.unwrap_or_default()).saturating_add(2).max(row.x));
            painter.put(&beside.within_room(row.right().saturating_sub(x)), x, row, buffer);
        }
        return;
    }
    // A command is to be read whole; what it does is cut, where not both fit and half of the row is left to it.
    let room = u16::try_from(width(&item.detail)).unwrap_or(u16::MAX);
    let words = row.width.saturating_sub(room.saturating_add(2)).max(row.width / 2);
    let end = painter.put(&label, row.x, Rect { width: words, ..row }, buffer);
    let at = row.right().saturating_sub(room).max(end.saturating_add(2));
    painter.put(&beside, at, row, buffer);
}

/// Cells that the address of a line needs, with the gap before it; names are cut before it is. 0: too little of the name would
/// be left, so the address is not shown. `None`: it is no address, and may be cut.
fn cells_of_address(state: &State, item: &Item, beside: &LinePart<'_>, row: Rect) -> Option<u16> {
    let _address = place_of(state, item).filter(|place| group_of(place).is_none())?;
    let cells = width(beside.without_scheme().1).saturating_add(2);
    let name = width(&item.label).min(LEAST_NAME).saturating_add(4);
    let fits = cells.saturating_add(name) <= usize::from(row.width);
    Some(if fits { u16::try_from(cells).unwrap_or_default() } else { 0 })
}

/// The sign of the lock behind the name that ends at that column of the row; the answer is the column behind both.
fn put_lock(
    state: &State,
    painter: LinePainter<'_>,
    item: &Item,
    end: (u16, Rect),
    buffer: &mut Buffer,
) -> u16 {
    let (x, row) = end;
    let lock = place_of(state, item).map_or(KeyLock::Plain, KeyLock::of);
    let sign = lock.sign(&painter.ui.style);
    if sign.is_empty() {
        return x;
    }
    let style = painter.style(lock.role());
    text::put_all(buffer, x, row.y, row.right(), &[(" ", style), (sign, style)])
}

fn place_of<'a>(state: &'a State, item: &Item) -> Option<&'a Conversation> {
    match item.choice {
        ItemAction::Open(id) => state.conversation(id),
        _ => None,
    }
}

/// When something was said there last, at the right end; the answer is what is left of the row.
fn put_time(state: &State, painter: LinePainter<'_>, item: &Item, row: Rect, buffer: &mut Buffer) -> Rect {
    let Some(last) = place_of(state, item).and_then(|place| place.activity.last()) else { return row };
    let time = list_words::time(&painter.ui.style, last.time, painter.ui.keys.now());
    let cells = u16::try_from(width(&time)).unwrap_or(u16::MAX);
    if row.width < cells.saturating_mul(4) {
        return row;
    }
    let x = row.right().saturating_sub(cells);
    text::put(buffer, x, row.y, cells, &time, painter.style(Role::Dim));
    Rect { width: row.width.saturating_sub(cells.saturating_add(2)), ..row }
}

/// Whether somebody is there; or that the line is one of several that are chosen.
fn sign(state: &State, painter: LinePainter<'_>, shown: ShownItem<'_>) -> (&'static str, Role) {
    match place_of(state, shown.item) {
        _ if shown.is_marked => (if painter.ui.style.blocks { "✓" } else { "*" }, Role::Key),
        Some(place) => {
            let (role, sign) = list::presence(painter.ui, place);
            (sign, role)
        }
        None => ("", Role::Dim),
    }
}

/// Who is in a group, and below each name what was said there last: as many as there is room for.
fn draw_group(state: &State, ui: &Ui, group: &str, area: Rect, buffer: &mut Buffer) {
    let members = state.listed().filter(|one| is_receiver(one) && group_of(one) == Some(group));
    let theme = &ui.style.theme;
    let (x, right) = (area.x.saturating_add(1), area.right().saturating_sub(1));
    let mut y = area.y;
    for place in members.take(usize::from(area.height)) {
        let (role, sign) = list::presence(ui, place);
        let words = list::words_of(ui, place, false);
        let name =
            clip(&name_of(&ui.style.lang, place), right.saturating_sub(x).saturating_sub(2)).to_owned();
        let head =
            [(sign, theme.style(role)), (" ", theme.style(Role::Base)), (&name, theme.style(Role::Base))];
        let rows = [head.map(|(text, style)| (text.to_owned(), style)).to_vec(), said_last(ui, words)];
        for row in rows.iter().filter(|row| !row.is_empty()) {
            if y >= area.bottom() {
                return;
            }
            let pieces: Vec<(&str, Style)> =
                row.iter().map(|(text, style)| (text.as_str(), *style)).collect();
            text::put_all(buffer, x, y, right, &pieces);
            y = y.saturating_add(1);
        }
    }
}

/// The row below a name.
fn said_last(ui: &Ui, words: Vec<(String, Role)>) -> Vec<(String, Style)> {
    let style = |role| ui.style.theme.style(role);
    let blank = (!words.is_empty()).then(|| ("  ".to_owned(), style(Role::Base)));
    blank.into_iter().chain(words.into_iter().map(|(text, role)| (text, style(role)))).collect()
}

/// What was said there last, as it will stand on the screen.
fn draw_preview(state: &State, ui: &Ui, chooser: &Chooser, area: Rect, buffer: &mut Buffer) {
    fill(ui, area, Role::Base, buffer);
    if let Some(ItemAction::Group(group)) = chooser.choice() {
        return draw_group(state, ui, group, area, buffer);
    }
    let Some(place) = chooser.previewed().and_then(|id| state.conversation(id)) else { return };
    let rest = Rect {
        x: area.x.saturating_add(1),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    header::draw_of(state, ui, Some(place), Rect { height: 1, ..area }, buffer);
    let scene = ui.viewport.preview();
    if scene.rows.is_empty() {
        let key = if place.is_loaded() { "scrollback-nothing" } else { "scrollback-reading" };
        let style = ui.style.theme.style(Role::Dim);
        text::put(buffer, rest.x, rest.y.saturating_add(1), rest.width, &ui.style.lang.text(key), style);
        return;
    }
    let above = usize::from(rest.height).saturating_sub(scene.rows.len());
    for (row, y) in scene.rows.iter().zip((rest.y..rest.bottom()).skip(above)) {
        scrollback::draw_row(ui, row, Rect { y, height: 1, ..rest }, buffer);
    }
}
