//! The line above the composer: whom Enter reaches, and what is new below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text;
use crate::app::{Conversation, State};
use crate::tui::action::Action;
use crate::tui::keymap::key_of;
use crate::tui::lock::KeyLock;
use crate::tui::naming::{name_of, reaches_everybody};
use crate::tui::text::{clip, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let style = |role| ui.style.theme.style(role);
    for x in area.left()..area.right() {
        text::put(buffer, x, area.y, 1, "─", style(Role::Border));
    }
    let below = below(state, ui).map(|(label, role)| (format!(" {label} "), role));
    let taken = below.as_ref().map_or(0, |(label, _)| cells(label).saturating_add(2));
    if let Some(place) = ui.conversation(state) {
        let (label, role) = to_whom(ui, place, area.width.saturating_sub(taken));
        put_label(buffer, (area.x, area.y), &label, style(role));
    }
    if let Some((label, role)) = below {
        let at = area.right().saturating_sub(taken).max(area.x);
        put_label(buffer, (at, area.y), &label, style(role));
    }
}

/// Over the line, and with nothing of its style: faint and bold at once is drawn by each terminal as it likes.
fn put_label(buffer: &mut Buffer, at: (u16, u16), label: &str, style: Style) {
    let (left, row) = at;
    for x in left..left.saturating_add(cells(label)) {
        if let Some(cell) = buffer.cell_mut((x, row)) {
            cell.reset();
        }
    }
    text::put(buffer, left, row, cells(label), label, style);
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// The sign of the lock and the name, between blanks. Of a long name the end goes, never what is said behind it.
fn to_whom(ui: &Ui, place: &Conversation, room: u16) -> (String, Role) {
    if reaches_everybody(place) {
        return (format!(" {} ", ui.style.lang.text("rule-everybody")), Role::Error);
    }
    let lock = KeyLock::of(place);
    let said = |name: &str| {
        let to = if place.is_room() {
            ui.style.lang.with("rule-room", &[("name", name)])
        } else {
            lock.to_whom(&ui.style, name)
        };
        format!(" {}{to} ", lock.before_name(&ui.style))
    };
    let name = text::name_beside(&name_of(&ui.style.lang, place), room, cells(&said("")));
    let role = if lock.prompt().1 == Role::Prompt { Role::Prompt } else { lock.role() };
    (clip(&said(&name), room).to_owned(), role)
}

/// That one does not see the end, and how much has come there.
fn below(state: &State, ui: &Ui) -> Option<(String, Role)> {
    if ui.viewport.scene().at_end {
        return None;
    }
    let (new, key) = (ui.new_below(state), key_of(Action::Newest));
    let lang = &ui.style.lang;
    Some(if new > 0 {
        (lang.with("rule-new-below", &[("count", &new.to_string()), ("key", key)]), Role::Unread)
    } else {
        (lang.with("rule-scrolled", &[("key", key)]), Role::Dim)
    })
}
