//! The last row of the wire's page: its keys, a field that is written into, or what happened.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::dialog::field;
use super::line::{Hint, Hints};
use super::{fill, text};
use crate::app::State;
use crate::model::Phrase;
use crate::model::text::plain_line;
use crate::tui::action::Action;
use crate::tui::keymap::{Layer, key_in, key_of};
use crate::tui::text::{clip_words, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;
use crate::tui::wire_page::{WireEntry, WirePage};

/// Columns of a field at least.
const MIN_FIELD: u16 = 24;

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

/// The answer is where the cursor stands, if something is being written.
pub(super) fn draw(
    state: &State,
    ui: &Ui,
    page: &WirePage,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
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
    let place = Place::of(ui, page);
    let taken = pieces_cells(&place.pieces(ui));
    let hints = match page.whole {
        Some(_) => WHOLE_KEYS,
        None if hint_cells(ui, KEYS).saturating_add(taken) <= inner.width => KEYS,
        None => FEW_KEYS,
    };
    let end = put_hints(ui, hints, inner, buffer);
    let room = inner.right().saturating_sub(end);
    if let Some(shown) = [place.pieces(ui), place.few_pieces(ui)].iter().find(|it| pieces_cells(it) <= room) {
        let x = inner.right().saturating_sub(pieces_cells(shown));
        let shown: Vec<_> = shown.iter().map(|(said, style)| (said.as_str(), *style)).collect();
        text::put_all(buffer, x, area.y, inner.right(), &shown);
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

/// As many of them as fit, and before all others the last, which leads out; the answer is the column behind it.
fn put_hints(ui: &Ui, hints: Hints, area: Rect, buffer: &mut Buffer) -> u16 {
    let style = |role| ui.style.theme.style(Role::Status).patch(ui.style.theme.style(role));
    let mut x = area.x;
    let out = hints.last().map_or(0, |last| hint_cells(ui, &[*last]).saturating_sub(2));
    for (at, (action, label)) in hints.iter().enumerate() {
        let (key, label) = (shown_key(*action), format!(" {}  ", ui.style.lang.text(label)));
        let is_last = at.saturating_add(1) == hints.len();
        let needed = cells(key).saturating_add(cells(&label));
        let needed = if is_last { needed.saturating_sub(2) } else { needed.saturating_add(out) };
        if needed > area.right().saturating_sub(x) {
            continue;
        }
        let pieces = [(key, style(Role::Key)), (label.as_str(), style(Role::Status))];
        x = text::put_all(buffer, x, area.y, area.right(), &pieces);
    }
    x
}

fn hint_cells(ui: &Ui, hints: &[Hint]) -> u16 {
    let cells = |(action, label): &Hint| {
        let label = ui.style.lang.text(label);
        width(shown_key(*action)).saturating_add(width(&label)).saturating_add(3)
    };
    u16::try_from(hints.iter().map(cells).sum::<usize>()).unwrap_or(u16::MAX)
}

fn save_asked(ui: &Ui, page: &WirePage) -> String {
    let count = i64::try_from(page.shown_len()).unwrap_or(i64::MAX);
    ui.style.lang.phrase(&Phrase::new("wire-save-asked").number("count", count))
}

/// Where one stands in what comes, and the key that leads to its end.
struct Place {
    said: String,
    role: Role,
    hint: Hints,
}

impl Place {
    fn of(ui: &Ui, page: &WirePage) -> Self {
        let count = |key: &'static str, count: u64| {
            ui.style.lang.phrase(&Phrase::new(key).number("count", i64::try_from(count).unwrap_or(i64::MAX)))
        };
        if page.is_paused() {
            return Self { said: count("wire-waiting", page.waiting()), role: Role::Warn, hint: &[] };
        }
        match page.below() {
            0 => Self { said: ui.style.lang.text("wire-following"), role: Role::Status, hint: &[] },
            below => Self {
                said: count("wire-below", u64::try_from(below).unwrap_or(u64::MAX)),
                role: Role::Soft,
                hint: &[(Action::Newest, "hint-wire-newest")],
            },
        }
    }

    fn pieces(&self, ui: &Ui) -> Vec<(String, Style)> {
        let mut pieces = self.few_pieces(ui);
        pieces.extend(self.hint.iter().map(|(_, label)| {
            (format!(" {}", ui.style.lang.text(label)), ui.style.theme.style(Role::Status))
        }));
        pieces
    }

    /// Without words about the key.
    fn few_pieces(&self, ui: &Ui) -> Vec<(String, Style)> {
        let style = |role| ui.style.theme.style(Role::Status).patch(ui.style.theme.style(role));
        let mut pieces = vec![(self.said.clone(), style(self.role))];
        for (action, _) in self.hint {
            pieces.push(("  ".to_owned(), style(Role::Status)));
            pieces.push((shown_key(*action).to_owned(), style(Role::Key)));
        }
        pieces
    }
}

fn pieces_cells(pieces: &[(String, Style)]) -> u16 {
    pieces.iter().map(|(said, _)| cells(said)).sum()
}

/// The key of the page where it has one of its own to go to the end; the others are called as everywhere.
fn shown_key(action: Action) -> &'static str {
    if action == Action::Newest { key_in(Layer::Wire, action) } else { key_of(action) }
}

pub(super) fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}
