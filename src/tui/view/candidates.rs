//! What a word may become, over the rows above the draft; and what a command still takes, behind the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{fill, list, on_line, on_popup, text};
use crate::app::State;
use crate::tui::action::Action;
use crate::tui::candidates::{Candidate, rest};
use crate::tui::keymap::key_of;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::{CompletionMenu, MenuShape, Ui};

/// Cells between two columns.
const GAP: u16 = 2;

/// With fewer cells for what is said of it, a candidate is shown without what it takes, and then without that.
const LEAST_ABOUT: u16 = 14;

/// Cells that an argument may take on the narrowest screens.
const LEAST_ARGS: u16 = 12;

/// Cells of a name or an argument at most.
const MAX_COLUMN: u16 = 28;

/// Where the rows of the menu and its hint stand.
struct MenuArea {
    rows: Rect,
    hint: Rect,
}

/// Over what was said, of which something stays visible.
fn area(ui: &Ui) -> Option<MenuArea> {
    let menu = ui.candidates()?;
    let areas = ui.viewport.areas();
    let over = areas.scrollback;
    let bottom = over.bottom().max(areas.notice.bottom());
    let room = bottom.saturating_sub(over.y).saturating_sub(1);
    let hint_rows = u16::from(room > 1);
    let rows = u16::try_from(menu.shape.rows).unwrap_or(u16::MAX).min(room.saturating_sub(hint_rows));
    let y = bottom.saturating_sub(hint_rows).saturating_sub(rows);
    let rows = Rect { y, height: rows, ..over };
    Some(MenuArea { rows, hint: Rect { y: rows.bottom(), height: hint_rows, ..over } })
}

/// Rows of the menu that are visible.
pub(in crate::tui) fn menu_rows(ui: &Ui) -> usize {
    area(ui).map_or(1, |area| usize::from(area.rows.height).max(1))
}

/// Whether the menu lies there.
pub(in crate::tui) fn menu_covers(ui: &Ui, at: Position) -> bool {
    area(ui).is_some_and(|area| area.rows.contains(at) || area.hint.contains(at))
}

/// Whether the row that says what the keys do is there.
pub(super) fn menu_hint_covers(ui: &Ui, at: Position) -> bool {
    area(ui).is_some_and(|area| area.hint.contains(at))
}

/// The candidate that stands there.
pub(in crate::tui) fn menu_at(ui: &Ui, at: Position) -> Option<usize> {
    let (menu, area) = (ui.candidates()?, area(ui)?);
    let row = usize::from(at.y.saturating_sub(area.rows.y));
    let candidate = menu.top(usize::from(area.rows.height)).saturating_add(row);
    Some(candidate).filter(|at| *at < menu.candidates.len()).filter(|_| area.rows.contains(at))
}

pub(super) fn draw(state: &State, ui: &Ui, buffer: &mut Buffer) {
    let (Some(menu), Some(area)) = (ui.candidates(), area(ui)) else { return };
    fill(ui, area.rows, Role::Popup, buffer);
    let columns = MenuColumns::new(menu.shape, menu, area.rows.width);
    let shown = menu.candidates.iter().enumerate().skip(menu.top(usize::from(area.rows.height)));
    for ((at, one), y) in shown.zip(area.rows.top()..area.rows.bottom()) {
        let row = Rect { y, height: 1, ..area.rows };
        let chosen = at == menu.at;
        if chosen {
            fill(ui, row, Role::Choice, buffer);
        }
        let on = |role| on_line(ui, chosen, role);
        columns.put(one, row, &on, buffer);
        if let Some(place) = one.place.and_then(|id| state.conversation(id)) {
            let (role, sign) = list::presence(ui, place);
            text::put(buffer, row.x.saturating_add(1), y, 1, sign, on(role));
        }
    }
    hint(ui, menu, area.hint, buffer);
}

/// How wide the columns of the menu are; nothing: there is no such column.
struct MenuColumns {
    name: u16,
    args: u16,
    key: u16,
}

impl MenuColumns {
    fn new(shape: MenuShape, menu: &CompletionMenu, columns: u16) -> Self {
        let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        let room = columns.saturating_sub(2);
        let name = cells(shape.name).min(MAX_COLUMN).min(room);
        let args = cells(shape.args).min(MAX_COLUMN).min((room / 5).max(LEAST_ARGS));
        let key = menu.candidates.iter().map(|one| cells(width(one.key))).max().unwrap_or_default();
        let left = |taken: u16| room.saturating_sub(name).saturating_sub(taken);
        let with = |column: u16| if column == 0 { 0 } else { column.saturating_add(GAP) };
        let has_about = menu.candidates.iter().any(|one| !one.about.is_empty());
        let least = if has_about { LEAST_ABOUT.saturating_add(GAP) } else { 0 };
        let key = if left(with(args).saturating_add(with(key))) >= least { key } else { 0 };
        let args = if left(with(args).saturating_add(with(key))) >= least { args } else { 0 };
        Self { name, args, key }
    }

    fn put(&self, one: &Candidate, row: Rect, on: &impl Fn(Role) -> Style, buffer: &mut Buffer) {
        let mut x = row.x.saturating_add(1);
        let right = row.right().saturating_sub(1);
        let sign = if one.place.is_some() { 2 } else { 0 };
        let name = clip_with_ellipsis(&one.name, self.name.saturating_sub(sign));
        text::put(buffer, x.saturating_add(sign), row.y, self.name, &name, on(Role::Popup));
        x = x.saturating_add(self.name).saturating_add(GAP);
        if self.args > 0 {
            let args = clip_with_ellipsis(&one.args, self.args);
            text::put(buffer, x, row.y, self.args, &args, on(Role::Dim));
            x = x.saturating_add(self.args).saturating_add(GAP);
        }
        // Only a row with a key needs the room for one.
        let key = if one.key.is_empty() { 0 } else { self.key.saturating_add(GAP) };
        let room = right.saturating_sub(x).saturating_sub(key);
        text::put(buffer, x, row.y, room, &clip_with_ellipsis(&one.about, room), on(Role::Popup));
        if self.key > 0 {
            text::put(buffer, right.saturating_sub(self.key), row.y, self.key, one.key, on(Role::Key));
        }
    }
}

/// What the keys do, whole words only, and how many there are.
fn hint(ui: &Ui, menu: &CompletionMenu, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    fill(ui, area, Role::Popup, buffer);
    let style = |role| on_popup(ui, role);
    let count = menu.count();
    let cells = u16::try_from(width(&count)).unwrap_or(u16::MAX);
    let right = area.right().saturating_sub(1).saturating_sub(cells);
    if right > area.x {
        text::put(buffer, right, area.y, cells, &count, style(Role::Dim));
    }
    let mut x = area.x.saturating_add(1);
    for (key, label) in [
        (key_of(Action::Complete), "completion-take"),
        ("↑ ↓", "completion-choose"),
        ("Esc", "completion-close"),
    ] {
        let label = format!(" {}", ui.style.lang.text(label));
        let taken = u16::try_from(width(key).saturating_add(width(&label))).unwrap_or(u16::MAX);
        if x.saturating_add(taken).saturating_add(1) > right {
            break;
        }
        let pieces = [(key, style(Role::Key)), (label.as_str(), style(Role::Dim))];
        x = text::put_all(buffer, x, area.y, right, &pieces).saturating_add(GAP);
    }
}

/// What would stand behind the cursor: the rest of what is chosen, and what its command takes.
pub(super) fn behind_cursor(state: &State, ui: &Ui) -> String {
    let Some(draft) = ui.draft().filter(|draft| draft.cursor() == draft.text().len()) else {
        return String::new();
    };
    let text = draft.text();
    let chosen = ui.candidates().and_then(|menu| Some((menu.start, menu.chosen()?)));
    // Of a word that nobody has begun, or chosen, nothing can be guessed.
    let is_begun = |start: usize| !text.get(start..).unwrap_or_default().trim_start_matches('/').is_empty();
    let is_moved = ui.candidates().is_some_and(|menu| menu.is_moved);
    let completed = chosen.filter(|(start, _)| is_moved || is_begun(*start)).and_then(|(start, chosen)| {
        let left = chosen.insert.strip_prefix(text.get(start..)?)?;
        Some((left, format!("{}{}", text.get(..start)?, chosen.insert)))
    });
    let rest = |text: &str| rest(&ui.style.lang, ui.conversation(state), text);
    match completed.filter(|_| text.starts_with('/')) {
        Some((left, whole)) => format!("{left}{}", rest(&whole)),
        None => rest(text),
    }
}
