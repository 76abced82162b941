//! The line above the composer: whom Enter reaches, and what is new below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text;
use crate::app::{Conversation, Reachability, State};
use crate::model::text::plain_line;
use crate::model::traffic::ConnectionState;
use crate::tui::action::Action;
use crate::tui::everybody::ToEverybody;
use crate::tui::keymap::key_of;
use crate::tui::lock::KeyLock;
use crate::tui::naming::{name_of, name_within};
use crate::tui::receivers::receivers;
use crate::tui::text::{clip, clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Cells of a name that stay, and those that a second one takes at most.
const LEAST_NAME: u16 = 4;
const MAX_AUTHOR: u16 = 24;

/// Cells of the line between two of its words.
const LINE: u16 = 3;

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let line = ui.style.theme.style(Role::Border);
    for x in area.left()..area.right() {
        text::put(buffer, x, area.y, 1, "─", line);
    }
    let below = below(state, ui).map(|(label, role)| (format!(" {label} "), role));
    let taken = below.as_ref().map_or(0, |(label, _)| cells(label).saturating_add(2));
    let names = ui.draft().and_then(|draft| receivers(draft.text()));
    if let Some(names) = &names {
        let label = format!(" {} ", KeyLock::Plain.to_whom(&ui.style, &plain_line(names)));
        let label = clip_with_ellipsis(&label, area.width.saturating_sub(taken));
        put_label(buffer, ui, (area.x, area.y), (&label, Role::Prompt));
    }
    if let Some(place) = ui.conversation(state).filter(|_| names.is_none()) {
        let room = area.width.saturating_sub(taken);
        let (label, role) = match ToEverybody::of(state, ui) {
            Some(all) => (to_all(state, ui, all, room), Role::Danger),
            None => to_whom(ui, place, room),
        };
        put_label(buffer, ui, (area.x, area.y), (&label, role));
        let left = room.saturating_sub(cells(&label));
        if below.is_none() {
            waits(ui, place, Rect { x: area.right().saturating_sub(left), width: left, ..area }, buffer);
        }
        let writes = format!(" {} ", writes(ui, place));
        if cells(&writes) > 2 && cells(&writes).saturating_add(LINE) <= left {
            let at = area.x.saturating_add(cells(&label)).saturating_add(LINE);
            put_label(buffer, ui, (at, area.y), (&writes, Role::Dim));
        }
    }
    if let Some((label, role)) = below {
        let at = area.right().saturating_sub(taken).max(area.x);
        put_label(buffer, ui, (at, area.y), (&label, role));
    }
}

/// Over the line, and with nothing of its style: faint and bold at once is drawn by each terminal as it likes.
fn put_label(buffer: &mut Buffer, ui: &Ui, at: (u16, u16), label: (&str, Role)) {
    let ((left, row), (label, role)) = (at, label);
    for x in left..left.saturating_add(cells(label)) {
        if let Some(cell) = buffer.cell_mut((x, row)) {
            cell.reset();
            cell.set_style(ui.style.theme.style(Role::Base));
        }
    }
    text::put(buffer, left, row, cells(label), label, ui.style.theme.style(role));
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// How many everybody is and where, between blanks; without that, where it has no room.
fn to_all(state: &State, ui: &Ui, all: ToEverybody, room: u16) -> String {
    let whole = format!(" {} ", all.said(state, ui, "rule-all"));
    if cells(&whole) <= room { whole } else { format!(" {} ", ui.style.lang.text("rule-everybody")) }
}

/// The sign of the lock and the name, between blanks. Of a long name the end goes, never what is said behind it.
fn to_whom(ui: &Ui, place: &Conversation, room: u16) -> (String, Role) {
    let lock = KeyLock::of(place);
    let said = |name: &str| {
        let to = if place.is_room() {
            ui.style.lang.with("rule-room", &[("name", name)])
        } else {
            lock.to_whom(&ui.style, name)
        };
        format!(" {}{to}", lock.before_name(&ui.style))
    };
    let aim = aim(ui, room.saturating_sub(cells(&said("")).saturating_add(LEAST_NAME)));
    let said = |name: &str| format!("{}{aim} ", said(name));
    let (name, role) = (name_of(&ui.style.lang, place), lock_role(lock));
    // Half of why nothing is sent says something else.
    let least = cells(&said("")).saturating_add(cells(&name).min(LEAST_NAME));
    if let Some(short) = lock.to_nobody(&ui.style).filter(|_| least > room) {
        return (clip(&format!(" {}{short} ", lock.before_name(&ui.style)), room).to_owned(), role);
    }
    let beside = cells(&said(""));
    let name = name_within(&ui.style.lang, place, room.saturating_sub(beside));
    let name = text::name_beside(&name, room, beside);
    (clip(&said(&name), room).to_owned(), role)
}

fn lock_role(lock: KeyLock) -> Role {
    if lock.prompt().1 == Role::Prompt { Role::Prompt } else { lock.role() }
}

/// Behind the name, what the draft becomes when it is sent; without a name of whom it answers where that has no room.
fn aim(ui: &Ui, room: u16) -> String {
    let lang = &ui.style.lang;
    if ui.is_editing() {
        return lang.text("rule-editing");
    }
    let Some(to) = ui.reply() else { return String::new() };
    let Some(quoted) = &to.quoted else { return lang.text("rule-reply-short") };
    let whole = lang.with("rule-reply", &[("name", &clip_with_ellipsis(&quoted.author, MAX_AUTHOR))]);
    if cells(&whole) < room { whole } else { lang.text("rule-reply-short") }
}

/// Who is writing to us just now, behind whom one writes to.
fn writes(ui: &Ui, place: &Conversation) -> String {
    let now = ui.viewport.moment();
    if now.is_none_or(|now| !place.status.is_typing(now)) {
        return String::new();
    }
    let name = name_of(&ui.style.lang, place);
    ui.style.lang.with("rule-typing", &[("name", &clip_with_ellipsis(&name, MAX_AUTHOR))])
}

/// What becomes of what is sent, where it does not arrive at once: at the right end, before one writes.
fn waits(ui: &Ui, place: &Conversation, room: Rect, buffer: &mut Buffer) {
    let (lang, name) = (&ui.style.lang, name_of(&ui.style.lang, place));
    let is_down = matches!(place.status.connection(), Some(ConnectionState::Down(_)));
    let said = if KeyLock::of(place).stops_sending() || place.is_out() {
        return;
    } else if is_down && place.address.scheme.caps.outbox {
        lang.with("rule-waits", &[("name", &clip_with_ellipsis(&name, MAX_AUTHOR))])
    } else if place.status.reachability() == Reachability::Unreachable {
        lang.text("header-unreachable")
    } else {
        return;
    };
    let said = format!(" {said} ");
    let needed = cells(&said).saturating_add(1);
    if needed.saturating_add(LINE) <= room.width {
        let at = room.right().saturating_sub(needed);
        put_label(buffer, ui, (at, room.y), (&said, Role::Dim));
    }
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
