//! The contact list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{fill, text};
use crate::app::{Conversation, Presence, Section, State};
use crate::model::ConversationId;
use crate::model::text::plain_line;
use crate::model::traffic::Reach;
use crate::tui::naming::name_of;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// One line of the list.
enum Line<'a> {
    Section(&'static str),
    Entry(&'a Conversation),
}

fn lines<'a>(ui: &Ui, state: &'a State) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut section = "";
    for one in state.listed() {
        let of = match one.section() {
            Section::Contacts => "list-contacts",
            Section::Rooms => "list-rooms",
            Section::Nearby => "list-nearby",
            Section::Strangers => "list-strangers",
        };
        if of != section {
            section = of;
            lines.push(Line::Section(of));
        }
        lines.push(Line::Entry(one));
    }
    let height = usize::from(ui.areas.list.height);
    let open = lines.iter().position(|line| matches!(line, Line::Entry(one) if Some(one.id) == ui.open));
    let skip = open.unwrap_or(0).saturating_add(1).saturating_sub(height.max(1));
    lines.into_iter().skip(skip).take(height).collect()
}

/// What stands on each row of the list, from its top: a conversation, or a section's title.
pub(in crate::tui) fn list_rows(ui: &Ui, state: &State) -> Vec<Option<ConversationId>> {
    let id = |line: &Line<'_>| match line {
        Line::Entry(one) => Some(one.id),
        Line::Section(_) => None,
    };
    lines(ui, state).iter().map(id).collect()
}

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let over = ui.areas.divider.width == 0;
    fill(ui, area, if over { Role::Popup } else { Role::Base }, buffer);
    if over {
        let edge = area.right().saturating_sub(1);
        for y in area.top()..area.bottom() {
            text::put(buffer, edge, y, 1, "│", ui.style.theme.style(Role::Border));
        }
    }
    let area = Rect { width: area.width.saturating_sub(u16::from(over)), ..area };
    for (y, line) in (area.top()..area.bottom()).zip(lines(ui, state)) {
        let row = Rect { y, height: 1, ..area };
        match line {
            Line::Section(key) => {
                let title = ui.style.lang.text(key);
                let style = ui.style.theme.style(Role::Section);
                text::put(buffer, area.x.saturating_add(1), y, area.width.saturating_sub(1), &title, style);
            }
            Line::Entry(one) => entry(ui, one, row, buffer),
        }
    }
}

/// Whether the other side is there: what its dialect knows, or else what came from it.
fn dot(one: &Conversation) -> (Role, &'static str) {
    match (&one.reach, one.presence) {
        _ if one.is_out() => (Role::Dim, "·"),
        (Some(Reach::Up), _) if is_away(one) => (Role::Dim, "◐"),
        (Some(Reach::Up), _) | (Some(Reach::Unknown) | None, Presence::Heard) => (Role::PresenceHeard, "●"),
        (Some(Reach::Seeking), _) => (Role::Dim, "◌"),
        (Some(Reach::Down(_)), _) | (Some(Reach::Unknown) | None, Presence::Unreachable) => {
            (Role::PresenceAway, "✕")
        }
        (Some(Reach::Unknown) | None, Presence::Unknown) => (Role::Dim, "○"),
    }
}

/// It says that nobody is at the keyboard.
fn is_away(one: &Conversation) -> bool {
    one.about.as_ref().is_some_and(|about| about.away.is_some())
}

/// Cells without which the words beside a name say nothing.
const LEAST_BESIDE: u16 = 3;

/// The group somebody belongs to, or else the machine: what tells two of one name apart.
fn beside(one: &Conversation) -> Option<String> {
    let about = one.about.as_ref()?;
    let words = [&about.group, &about.host].into_iter().find(|words| !words.trim().is_empty())?;
    Some(plain_line(words))
}

fn entry(ui: &Ui, one: &Conversation, row: Rect, buffer: &mut Buffer) {
    let theme = &ui.style.theme;
    let open = Some(one.id) == ui.open;
    let (base, dot) = dot(one);
    if open {
        fill(ui, row, Role::Open, buffer);
    }
    let on = |role| if open { theme.style(Role::Open) } else { theme.style(role) };
    let unread = if one.unread > 0 { format!(" {} ", one.unread.min(9_999)) } else { String::new() };
    let unread_width = u16::try_from(width(&unread)).unwrap_or(0);
    let room = row.width.saturating_sub(4).saturating_sub(unread_width);
    let name = name_of(&ui.style.lang, one);
    let name = clip_with_ellipsis(&name, room);
    text::put(buffer, row.x.saturating_add(1), row.y, 1, dot, on(base));
    let at = row.x.saturating_add(3);
    let taken = text::put(buffer, at, row.y, room, &name, on(Role::Base)).saturating_add(2);
    let left = room.saturating_sub(taken);
    if let Some(words) = beside(one).filter(|_| left >= LEAST_BESIDE) {
        let words = clip_with_ellipsis(&words, left);
        text::put(buffer, at.saturating_add(taken), row.y, left, &words, on(Role::Dim));
    }
    let at = row.right().saturating_sub(unread_width);
    text::put(buffer, at, row.y, unread_width, &unread, theme.style(Role::Unread));
}
