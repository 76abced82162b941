//! The contact list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{fill, text};
use crate::app::{Conversation, Reachability, State};
use crate::model::text::plain_line;
use crate::model::traffic::ConnectionState;
use crate::tui::contact_list::{HiddenLines, ListLine};
use crate::tui::lock::KeyLock;
use crate::tui::naming::name_of;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let over = ui.viewport.areas().divider.width == 0;
    fill(ui, area, if over { Role::Popup } else { Role::Base }, buffer);
    if over {
        let edge = area.right().saturating_sub(1);
        for y in area.top()..area.bottom() {
            text::put(buffer, edge, y, 1, "│", ui.style.theme.style(Role::Border));
        }
    }
    let area = Rect { width: area.width.saturating_sub(u16::from(over)), ..area };
    for (y, line) in (area.top()..area.bottom()).zip(ui.list.lines()) {
        let row = Rect { y, height: 1, ..area };
        match line {
            ListLine::Section(key) => {
                let title = ui.style.lang.text(key);
                let style = ui.style.theme.style(Role::Section);
                text::put(buffer, area.x.saturating_add(1), y, area.width.saturating_sub(1), &title, style);
            }
            ListLine::Entry(one) => {
                if let Some(one) = state.conversation(one.id) {
                    entry(state, ui, one, row, buffer);
                }
            }
            ListLine::More(folded) => more(ui, *folded, row, buffer),
        }
    }
}

/// How the list goes on. Where the words for what is unread have no room, the badge of a row says it.
fn more(ui: &Ui, folded: HiddenLines, row: Rect, buffer: &mut Buffer) {
    let sign = folded.sign;
    let count = folded.rows.to_string();
    let unread = folded.unread.min(9_999).to_string();
    let lang = &ui.style.lang;
    let short = format!("{sign} {}", lang.with("list-more", &[("count", &count)]));
    let whole = format!("{short} · {}", lang.with("list-more-unread", &[("count", &unread)]));
    let at = row.x.saturating_add(3);
    let room = row.right().saturating_sub(at);
    let style = ui.style.theme.style(Role::Section);
    if unread == "0" {
        text::put(buffer, at, row.y, room, &short, style);
    } else if width(&whole) <= usize::from(room) {
        text::put(buffer, at, row.y, room, &whole, style);
    } else {
        let badge = format!(" {unread} ");
        let cells = u16::try_from(width(&badge)).unwrap_or(0);
        text::put(buffer, at, row.y, room.saturating_sub(cells), &short, style);
        let at = row.right().saturating_sub(cells);
        text::put(buffer, at, row.y, cells, &badge, ui.style.theme.style(Role::Unread));
    }
}

/// Whether the other side is there: what its dialect knows, or else what came from it.
pub(super) fn dot(one: &Conversation) -> (Role, &'static str) {
    match (one.status.connection(), one.status.reachability()) {
        _ if one.is_out() => (Role::Dim, "·"),
        (Some(ConnectionState::Up), _) if is_away(one) => (Role::Dim, "◐"),
        (Some(ConnectionState::Up), _) | (Some(ConnectionState::Unknown) | None, Reachability::Heard) => {
            (Role::PresenceHeard, "●")
        }
        (Some(ConnectionState::Seeking), _) => (Role::Dim, "◌"),
        (Some(ConnectionState::Down(_)), _)
        | (Some(ConnectionState::Unknown) | None, Reachability::Unreachable) => (Role::PresenceAway, "✕"),
        (Some(ConnectionState::Unknown) | None, Reachability::Unknown) => (Role::Dim, "○"),
    }
}

/// It says that nobody is at the keyboard.
fn is_away(one: &Conversation) -> bool {
    one.status.profile().is_some_and(|about| about.away.is_some())
}

/// Cells without which the words beside a name say nothing.
const LEAST_BESIDE: u16 = 3;

/// The beginning of the key, where another one in the list bears the same name; else the group somebody belongs to, or
/// the machine.
fn beside(state: &State, ui: &Ui, one: &Conversation) -> Option<String> {
    if let Some(key) = one.address.key.filter(|_| is_namesake(state, ui, one)) {
        return Some(key.groups());
    }
    let about = one.status.profile()?;
    let words = [&about.group, &about.host].into_iter().find(|words| !words.trim().is_empty())?;
    Some(plain_line(words))
}

/// Another visible row bears the name of this one, so that nobody could tell them apart.
fn is_namesake(state: &State, ui: &Ui, one: &Conversation) -> bool {
    ui.list.lines().iter().any(|line| match line {
        ListLine::Entry(other) if other.id != one.id => {
            state.conversation(other.id).is_some_and(|other| other.name == one.name)
        }
        ListLine::Entry(_) | ListLine::Section(_) | ListLine::More(_) => false,
    })
}

fn entry(state: &State, ui: &Ui, one: &Conversation, row: Rect, buffer: &mut Buffer) {
    let theme = &ui.style.theme;
    let open = Some(one.id) == ui.navigation.open();
    let writes = ui.viewport.moment().is_some_and(|now| one.status.is_typing(now));
    let (base, dot) = if writes { (Role::PresenceHeard, "…") } else { dot(one) };
    if open {
        fill(ui, row, Role::Open, buffer);
    }
    let on = |role| if open { theme.style(Role::Open) } else { theme.style(role) };
    let unread = if one.activity.unread() > 0 {
        format!(" {} ", one.activity.unread().min(9_999))
    } else {
        String::new()
    };
    let unread_width = u16::try_from(width(&unread)).unwrap_or(0);
    let room = row.width.saturating_sub(4).saturating_sub(unread_width);
    text::put(buffer, row.x.saturating_add(1), row.y, 1, dot, on(base));
    let at = row.x.saturating_add(3);
    let taken = name_and_lock(ui, one, Rect { x: at, width: room, ..row }, buffer).saturating_add(2);
    let left = room.saturating_sub(taken);
    let (words, role) = if writes {
        (Some(ui.style.lang.text("header-typing")), Role::PresenceHeard)
    } else {
        (beside(state, ui, one), Role::Dim)
    };
    if let Some(words) = words.filter(|_| left >= LEAST_BESIDE) {
        let words = clip_with_ellipsis(&words, left);
        text::put(buffer, at.saturating_add(taken), row.y, left, &words, on(role));
    }
    let at = row.right().saturating_sub(unread_width);
    text::put(buffer, at, row.y, unread_width, &unread, theme.style(Role::Unread));
}

/// The name with the sign of its lock, which no name pushes out; the answer is how many cells they take.
fn name_and_lock(ui: &Ui, one: &Conversation, area: Rect, buffer: &mut Buffer) -> u16 {
    let (theme, lock) = (&ui.style.theme, KeyLock::of(one));
    let open = Some(one.id) == ui.navigation.open();
    let on = |role| if open { theme.style(Role::Open) } else { theme.style(role) };
    let sign = lock.sign(&ui.style);
    let sign = if sign.is_empty() { String::new() } else { format!(" {sign}") };
    let name = name_of(&ui.style.lang, one);
    let name = text::name_beside(&name, area.width, u16::try_from(width(&sign)).unwrap_or(0));
    let taken = text::put(buffer, area.x, area.y, area.width, &name, on(Role::Base));
    // An alarm is seen on the open row, too.
    let style = if lock == KeyLock::Changed { theme.style(Role::Error) } else { on(lock.role()) };
    let room = area.width.saturating_sub(taken);
    taken.saturating_add(text::put(buffer, area.x.saturating_add(taken), area.y, room, &sign, style))
}
