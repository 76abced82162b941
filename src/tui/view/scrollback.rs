//! The visible rows of the conversation.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::ground::{behind_gutter, cells, text_edge, text_indent};
use super::{fill, said, text, welcome};
use crate::app::State;
use crate::tui::scrollback::{Chip, FaultKey, Row, RowKind};
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Which row of the scene stands on this row of the pane: few rows stand at its bottom.
pub(in crate::tui) fn scene_row(ui: &Ui, row: u16) -> Option<usize> {
    let above =
        usize::from(ui.viewport.areas().scrollback.height).saturating_sub(ui.viewport.scene().rows.len());
    usize::from(row).checked_sub(above)
}

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    if ui.viewport.scene().rows.is_empty() {
        welcome::draw(state, ui, area, buffer);
        return;
    }
    for (offset, y) in (0..).zip(area.top()..area.bottom()) {
        if let Some(row) = scene_row(ui, offset).and_then(|at| ui.viewport.scene().rows.get(at)) {
            draw_row(ui, row, Rect { y, height: 1, ..area }, buffer);
        }
    }
}

pub(super) fn draw_row(ui: &Ui, row: &Row, area: Rect, buffer: &mut Buffer) {
    let style = |role| ui.style.theme.style(role);
    let inner = behind_gutter(ui, area);
    if said::is_selected(ui, row) {
        fill(ui, area, Role::Selected, buffer);
    }
    match &row.kind {
        RowKind::Air => {}
        RowKind::Day(day) | RowKind::History(day) => {
            centred(buffer, area, day, style(Role::Dim), style(Role::Border));
        }
        RowKind::UnreadBelow(label) => centred(buffer, area, label, style(Role::Unread), style(Role::Border)),
        RowKind::Head { .. } => head(ui, &row.kind, area, buffer),
        RowKind::Quote { .. } | RowKind::Body { .. } | RowKind::Closed { .. } | RowKind::File { .. } => {
            said::draw(ui, row, area, buffer);
        }
        RowKind::Reactions { chips, more } => draw_chips(ui, chips, *more, inner, buffer),
        RowKind::Cut(label) | RowKind::Hint(label) => {
            said::draw_bar(ui, row, area, buffer);
            text::put(buffer, inner.x, inner.y, inner.width, label, style(Role::Dim));
        }
        RowKind::Fault { text: why, keys } => fault(ui, why, keys, inner, buffer),
        RowKind::System { text: line, first } => {
            let bullet = if *first { "·" } else { " " };
            text::put(buffer, area.x, area.y, text_indent(ui), bullet, style(Role::Gutter));
            text::put(buffer, inner.x, inner.y, inner.width, line, style(Role::System));
        }
    }
}

/// Why something did not happen; behind it the keys that help.
fn fault(ui: &Ui, why: &str, keys: &[FaultKey], area: Rect, buffer: &mut Buffer) {
    let theme = &ui.style.theme;
    let mut end = text::put_all(buffer, area.x, area.y, area.right(), &[(why, theme.style(Role::Fault))]);
    for (at, (key, word)) in keys.iter().enumerate() {
        let gap = if at == 0 && why.is_empty() { "" } else { "  " };
        let word = format!(" {}", ui.style.lang.text(word));
        let pieces =
            [(gap, theme.style(Role::Base)), (*key, theme.style(Role::Key)), (&word, theme.style(Role::Dim))];
        end = text::put_all(buffer, end, area.y, area.right(), &pieces);
    }
}

/// The emoji under a message, ours bold.
fn draw_chips(ui: &Ui, chips: &[Chip], more: usize, area: Rect, buffer: &mut Buffer) {
    let code = ui.style.theme.style(Role::Code);
    let mut at = area.x;
    for chip in chips {
        let style = if chip.own { code.add_modifier(Modifier::BOLD) } else { code };
        let room = area.right().saturating_sub(at);
        at = at.saturating_add(text::put(buffer, at, area.y, room, &chip.label, style)).saturating_add(1);
    }
    if more > 0 {
        let room = area.right().saturating_sub(at);
        text::put(buffer, at, area.y, room, &format!("+{more}"), ui.style.theme.style(Role::Dim));
    }
}

/// Who, from where; the time at the right end where there is room. Anyone can bear any name: the source is
/// what tells, so a long name and then the time give way to it.
fn head(ui: &Ui, kind: &RowKind, area: Rect, buffer: &mut Buffer) {
    let RowKind::Head { own, name, source, tag, time, colour, barred } = kind else { return };
    let style = |role| ui.style.theme.style(role);
    let edge = area.right().min(area.x.saturating_add(text_edge(ui)));
    let area = if *barred && !ui.switches.bare() {
        let bar = colour.map_or(Role::Bar, Role::bar);
        text::put(buffer, area.x, area.y, 1, "▌", style(bar));
        Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area }
    } else {
        area
    };
    let who = style(colour.unwrap_or(if *own { Role::OwnName } else { Role::Name }));
    let gap = if source.is_empty() { "" } else { "  " };
    let beside = cells(gap).saturating_add(cells(source));
    let time_width = cells(time);
    // In a room the name is all that tells.
    let least = if colour.is_some() { cells(name).saturating_add(1) } else { text::least_name(name) };
    let needed = least.saturating_add(beside).saturating_add(time_width);
    let bare = source.is_empty() && colour.is_none();
    let before_edge = edge.saturating_sub(area.x);
    let timed = before_edge > 24 && (bare || needed <= before_edge);
    let right = if timed { edge.saturating_sub(time_width) } else { area.right() };
    // Air before the time.
    let beside = beside.saturating_add(u16::from(timed));
    let name = text::name_beside(name, right.saturating_sub(area.x), beside);
    let room = right.saturating_sub(area.x).saturating_sub(cells(&name)).saturating_sub(cells(gap));
    let room = room.saturating_sub(u16::from(timed));
    let source = clip_with_ellipsis(source, room);
    let pieces = [(&*name, who), (gap, style(Role::Dim)), (&*source, style(Role::Dim))];
    let end = text::put_all(buffer, area.x, area.y, right, &pieces);
    // Where it does not fit it has a row of its own.
    let at = end.saturating_add(2);
    if !tag.is_empty() && at.saturating_add(cells(tag)) <= right {
        text::put(buffer, at, area.y, right.saturating_sub(at), tag, style(Role::Dim));
    }
    if timed {
        text::put(buffer, right, area.y, time_width, time, style(Role::Dim));
    }
}

fn centred(buffer: &mut Buffer, area: Rect, label: &str, style: Style, line: Style) {
    for x in area.left()..area.right() {
        text::put(buffer, x, area.y, 1, "─", line);
    }
    let label = format!(" {label} ");
    let free = area.width.saturating_sub(u16::try_from(width(&label)).unwrap_or(u16::MAX));
    text::put(buffer, area.x.saturating_add(free / 2), area.y, area.width, &label, style);
}
