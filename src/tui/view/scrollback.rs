//! The visible rows of the conversation.

use std::slice;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{files, fill, pictures, text};
use crate::app::State;
use crate::model::MessageId;
use crate::tui::scrollback::{Chip, Glyph, Row, RowKind, WrappedText, gutter};
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::{Mode, Ui};

/// Which row of the scene stands on this row of the pane: few rows stand at its bottom.
pub(in crate::tui) fn scene_row(ui: &Ui, row: u16) -> Option<usize> {
    let above =
        usize::from(ui.viewport.areas().scrollback.height).saturating_sub(ui.viewport.scene().rows.len());
    usize::from(row).checked_sub(above)
}

/// Cells before a message's text.
pub(in crate::tui) fn text_indent(ui: &Ui) -> u16 {
    if ui.switches.bare() { 0 } else { gutter(ui.viewport.areas().scrollback.width) }
}

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    if ui.viewport.scene().rows.is_empty() {
        welcome(state, ui, area, buffer);
        return;
    }
    for (offset, y) in (0..).zip(area.top()..area.bottom()) {
        if let Some(row) = scene_row(ui, offset).and_then(|at| ui.viewport.scene().rows.get(at)) {
            draw_row(ui, row, Rect { y, height: 1, ..area }, buffer);
        }
    }
}

/// What an empty conversation says: what one could do here.
fn welcome(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    let key = match ui.conversation(state) {
        Some(place) if place.is_stuck() => "scrollback-unreadable",
        Some(_) => "scrollback-empty",
        None if ui.navigation.is_gone() => "scrollback-gone",
        None => "scrollback-nobody",
    };
    let body = WrappedText::new(&ui.style.lang.text(key), area.width.saturating_sub(2).max(1), usize::MAX);
    let above = area.height.saturating_sub(u16::try_from(body.rows.len()).unwrap_or(u16::MAX));
    let style = ui.style.theme.style(Role::System);
    for (row, y) in (area.top().saturating_add(above)..area.bottom()).enumerate() {
        text::put(buffer, area.x.saturating_add(1), y, area.width.saturating_sub(1), body.row(row), style);
    }
}

pub(super) fn draw_row(ui: &Ui, row: &Row, area: Rect, buffer: &mut Buffer) {
    let style = |role| ui.style.theme.style(role);
    let inner = behind_gutter(ui, area);
    if is_selected(ui, row) {
        fill(ui, area, Role::Selected, buffer);
    }
    match &row.kind {
        RowKind::Day(day) => centred(buffer, area, day, style(Role::Dim), style(Role::Border)),
        RowKind::UnreadBelow(label) => centred(buffer, area, label, style(Role::Unread), style(Role::Border)),
        RowKind::Head { .. } => head(ui, &row.kind, area, buffer),
        RowKind::Quote { .. } | RowKind::Body { .. } | RowKind::Closed { .. } | RowKind::File { .. } => {
            draw_said(ui, row, area, buffer);
        }
        RowKind::Reactions { chips, more } => draw_chips(ui, chips, *more, inner, buffer),
        RowKind::Cut(label) | RowKind::Hint(label) => {
            text::put(buffer, inner.x, inner.y, inner.width, label, style(Role::Dim));
        }
        RowKind::Fault(why) => {
            text::put(buffer, inner.x, inner.y, inner.width, why, style(Role::Error));
        }
        RowKind::System { text: line, first } => {
            let bullet = if *first { "·" } else { "┆" };
            text::put(buffer, area.x, area.y, text_indent(ui), bullet, style(Role::Gutter));
            text::put(buffer, inner.x, inner.y, inner.width, line, style(Role::System));
        }
    }
}

fn behind_gutter(ui: &Ui, area: Rect) -> Rect {
    let indent = text_indent(ui);
    Rect { x: area.x.saturating_add(indent), width: area.width.saturating_sub(indent), ..area }
}

/// A row of what a message itself says, with its place in the gutter.
fn draw_said(ui: &Ui, row: &Row, area: Rect, buffer: &mut Buffer) {
    let (inner, selected) = (behind_gutter(ui, area), is_selected(ui, row));
    let style = |role| ui.style.theme.style(if selected { Role::Selected } else { role });
    let (gutter, colour) = match &row.kind {
        RowKind::Quote { own, text: line, mark } => {
            let role = if *own { Role::Dim } else { Role::IncomingDim };
            text::put(buffer, inner.x, inner.y, inner.width, line, style(role));
            (GutterCell { own: *own, first: true, mark: *mark }, None)
        }
        RowKind::Body { body, row: at, own, mark, goes_on, edited, colour } => {
            let base = style(if *own { Role::Outgoing } else { Role::Incoming });
            let body = BodyRow { message: row.message, body, at: *at };
            let end = body_row(ui, &body, base, inner, buffer).saturating_add(2);
            if *edited {
                let word = ui.style.lang.text("scrollback-edited");
                text::put(buffer, end, inner.y, inner.right().saturating_sub(end), &word, style(Role::Dim));
            }
            let names_us = !ui.viewport.mentions().of(row.message).is_empty();
            (
                GutterCell { own: *own, first: !goes_on, mark: *mark },
                if names_us { Some(Role::Mention) } else { *colour },
            )
        }
        RowKind::Closed { text: line, own, mark, first } => {
            text::put(buffer, inner.x, inner.y, inner.width, line, style(Role::System));
            (GutterCell { own: *own, first: *first, mark: *mark }, None)
        }
        RowKind::File { own, part, mark, first, .. } => {
            pictures::draw(ui, row, inner, buffer);
            files::draw(ui, part, selected, inner, buffer);
            (GutterCell { own: *own, first: *first, mark: *mark }, None)
        }
        _ => return,
    };
    draw_gutter(ui, gutter, colour, area, buffer);
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

/// Whether the row is one of what is chosen in select mode.
fn is_selected(ui: &Ui, row: &Row) -> bool {
    let Mode::Selecting(chosen) = ui.mode else { return false };
    let file = chosen.file;
    let said = match &row.kind {
        RowKind::Body { .. } | RowKind::Closed { .. } | RowKind::Quote { .. } => file.is_none(),
        RowKind::File { file: of, .. } => file.is_none_or(|file| file == *of),
        _ => false,
    };
    said && chosen.holds(row.message)
}

/// Who, from where; the time at the right end where there is room. Anyone can bear any name: the source is
/// what tells, so a long name and then the time give way to it.
fn head(ui: &Ui, kind: &RowKind, area: Rect, buffer: &mut Buffer) {
    let RowKind::Head { own, name, source, tag, time, colour } = kind else { return };
    let style = |role| ui.style.theme.style(role);
    let who = style(colour.unwrap_or(if *own { Role::OwnName } else { Role::Name }));
    let gap = if source.is_empty() { "" } else { "  " };
    let beside = cells(gap).saturating_add(cells(source));
    let time_width = cells(time).saturating_add(1);
    // In a room the name is all that tells.
    let least = if colour.is_some() { cells(name).saturating_add(1) } else { text::least_name(name) };
    let needed = least.saturating_add(beside).saturating_add(time_width);
    let bare = source.is_empty() && colour.is_none();
    let timed = area.width > 24 && (bare || needed <= area.width);
    let right = if timed { area.right().saturating_sub(time_width) } else { area.right() };
    // Air before the time.
    let beside = beside.max(u16::from(timed));
    let name = text::name_beside(name, right.saturating_sub(area.x), beside);
    let room = right.saturating_sub(area.x).saturating_sub(cells(&name)).saturating_sub(cells(gap));
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

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// One row of a message's text.
struct BodyRow<'a> {
    message: MessageId,
    body: &'a WrappedText,
    at: usize,
}

/// The answer is the column behind it.
fn body_row(ui: &Ui, row: &BodyRow<'_>, base: Style, area: Rect, buffer: &mut Buffer) -> u16 {
    let BodyRow { message, body, at } = *row;
    let Some(row) = body.rows.get(at) else { return area.x };
    let style = |role| ui.style.theme.style(role);
    let whole = body.escaped.as_str();
    let current = matches!(&ui.mode, Mode::Finding(find) if find.current == Some(message));
    let on = style(if current { Role::MatchCurrent } else { Role::Match });
    let mut layers = vec![
        (body.links.as_slice(), style(Role::Link)),
        (body.escaped.tokens(), style(Role::Token)),
        (ui.viewport.mentions().of(message), style(Role::Mention)),
        (ui.viewport.highlights().of(message), on),
    ];
    for link in text::overlapping(&body.links, row) {
        let mark = ui.viewport.links().mark(message, link.start);
        layers.extend(mark.map(|mark| (slice::from_ref(link), Style::new().add_modifier(mark))));
    }
    text::put_all(buffer, area.x, area.y, area.right(), &text::pieces(whole, row, base, &layers))
}

/// What the gutter says of a row.
#[derive(Clone, Copy)]
struct GutterCell {
    own: bool,
    /// The first row of its message.
    first: bool,
    mark: Option<Glyph>,
}

/// The column that no text can reach: the mark of an outgoing message, a bar for an incoming one, and a
/// dotted bar on every further row of the same message. `colour`: of whoever wrote it in a room.
fn draw_gutter(ui: &Ui, gutter: GutterCell, colour: Option<Role>, area: Rect, buffer: &mut Buffer) {
    let GutterCell { own, first, mark } = gutter;
    let style = gutter_style(ui, mark, colour);
    let bar = match (first, own) {
        (false, _) => "┆",
        (true, true) => " ",
        (true, false) => "▌",
    };
    text::put(buffer, area.x, area.y, text_indent(ui), mark.map_or(bar, |(mark, _)| mark), style);
}

fn gutter_style(ui: &Ui, mark: Option<Glyph>, colour: Option<Role>) -> Style {
    let style = |role| ui.style.theme.style(role);
    match (mark, colour) {
        (Some((_, role)), _) => style(role),
        // The bar has the colour of the badge.
        (None, Some(Role::Mention)) => {
            style(Role::Mention).bg.map_or_else(|| style(Role::Bar), |ground| Style::new().fg(ground))
        }
        (None, Some(sender)) => style(sender.bar()),
        (None, None) => style(Role::Gutter),
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
