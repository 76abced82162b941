//! What a message itself says: its text, what it answers, its files; each row on the ground of the message, with its place in
//! the gutter.

use std::slice;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::ground::{TextGround, behind_gutter, cells, text_edge, text_indent};
use super::{files, pictures, text};
use crate::model::MessageId;
use crate::tui::scrollback::{Beside, Glyph, Ground, Row, RowKind, WrappedText};
use crate::tui::theme::Role;
use crate::tui::ui::{Mode, Ui};

pub(super) fn draw(ui: &Ui, row: &Row, area: Rect, buffer: &mut Buffer) {
    let ground = match row.ground {
        _ if is_selected(ui, row) => TextGround::Selected,
        Some(_) => TextGround::Incoming,
        None => TextGround::Own,
    };
    let inner = behind_lead(ui, row, area);
    // Beside a list there is less room than in the conversation itself.
    let edge = area.x.saturating_add(text_edge(ui)).min(area.right());
    let inner = Rect { width: edge.saturating_sub(inner.x), ..inner };
    if let (TextGround::Incoming, Some(Ground { cells, even, .. })) = (ground, row.ground) {
        // What is copied with the terminal has no blanks behind it.
        let cells = if ui.switches.bare() { cells } else { even };
        let is_above = !matches!(&row.kind, RowKind::File { part, .. } if !part.has_ground());
        if is_above {
            lay(ui, Role::Incoming, Rect { width: cells.min(inner.width), ..inner }, area, buffer);
        }
    }
    let mark = draw_words(ui, row, ground, Rect { width: edge.saturating_sub(area.x), ..area }, buffer);
    let is_chosen = ground == TextGround::Selected;
    let mark = mark.map(|(mark, role)| (mark, if is_chosen { Role::Selected } else { role }));
    let bar = if is_chosen { row.ground.map(|_| Role::Selected) } else { bar(ui, row) };
    draw_gutter(ui, mark, bar, area, buffer);
}

/// The bar beside what the program says of a message that came, so that it goes on over all of it.
pub(super) fn draw_bar(ui: &Ui, row: &Row, area: Rect, buffer: &mut Buffer) {
    draw_gutter(ui, None, bar(ui, row), area, buffer);
}

/// The bar of a message that came; that of one that names us looks as the badge does.
fn bar(ui: &Ui, row: &Row) -> Option<Role> {
    let names_us = || !ui.viewport.mentions().of(row.message).is_empty();
    row.ground.map(|ground| if names_us() { Role::Mention } else { ground.bar })
}

/// What the row says, on its ground, in an area that ends where texts may; the answer is the mark in its gutter.
fn draw_words(ui: &Ui, row: &Row, ground: TextGround, area: Rect, buffer: &mut Buffer) -> Option<Glyph> {
    let inner = behind_lead(ui, row, area);
    let inner = Rect { width: area.right().saturating_sub(inner.x), ..inner };
    let mark = match &row.kind {
        RowKind::Quote { text: line, mark, .. } => {
            text::put(buffer, inner.x, inner.y, inner.width, line, ground.on(ui, Role::IncomingDim));
            mark
        }
        RowKind::Body { mark, .. } => {
            draw_body(ui, row, ground, area, buffer);
            mark
        }
        RowKind::Closed { text: line, mark, .. } => {
            let style = ground.on(ui, Role::System).add_modifier(Modifier::ITALIC);
            text::put(buffer, inner.x, inner.y, inner.width, line, style);
            mark
        }
        RowKind::File { part, mark, .. } => {
            let ground =
                if !part.has_ground() && ground == TextGround::Incoming { TextGround::Own } else { ground };
            pictures::draw(ui, row, inner, buffer);
            files::draw(ui, part, ground, inner, buffer);
            mark
        }
        _ => return None,
    };
    *mark
}

/// A row of a text, with what stands behind it.
fn draw_body(ui: &Ui, row: &Row, ground: TextGround, area: Rect, buffer: &mut Buffer) {
    let RowKind::Body { body, row: at, edited, beside, colour, .. } = &row.kind else { return };
    let inner = behind_lead(ui, row, area);
    let inner = Rect { width: area.right().saturating_sub(inner.x), ..inner };
    let code = body.code_cells(*at).filter(|_| ground.has_code(ui));
    if let Some(cells) = code {
        lay(ui, Role::Code, Rect { width: cells.min(inner.width), ..inner }, area, buffer);
    }
    let body = BodyRow { message: row.message, body, at: *at };
    let below = if code.is_some() { TextGround::Code } else { ground };
    let mut end = body_row(ui, &body, below, inner, buffer).saturating_add(2);
    if *edited {
        let word = ui.style.lang.text("scrollback-edited");
        let room = inner.right().saturating_sub(end);
        let taken = text::put(buffer, end, inner.y, room, &word, ground.on(ui, Role::Dim));
        end = end.saturating_add(taken).saturating_add(2);
    }
    if let Some(beside) = beside {
        let taken = row.ground.map_or(0, |ground| ground.cells.saturating_add(1));
        let end = end.max(inner.x.saturating_add(taken).saturating_add(1));
        draw_beside(ui, beside, (*colour, end), area, buffer);
    }
}

/// Where the text of a row begins.
fn behind_lead(ui: &Ui, row: &Row, area: Rect) -> Rect {
    let inner = behind_gutter(ui, area);
    let lead = row.lead();
    Rect { x: inner.x.saturating_add(lead), width: inner.width.saturating_sub(lead), ..inner }
}

/// The ground below a text, a cell wider at each end.
fn lay(ui: &Ui, role: Role, text: Rect, row: Rect, buffer: &mut Buffer) {
    let style = ui.style.theme.style(role);
    let ground = Style { fg: style.fg, bg: style.bg, ..Style::new() };
    let left = text.x.saturating_sub(u16::from(text_indent(ui) > 1));
    let right = text.right().saturating_add(1).min(row.right());
    buffer.set_style(Rect { x: left, width: right.saturating_sub(left), ..text }, ground);
}

/// Who wrote it, before the text, and when, behind it from the column `end` on.
fn draw_beside(ui: &Ui, beside: &Beside, text: (Option<Role>, u16), row: Rect, buffer: &mut Buffer) {
    let style = |role| ui.style.theme.style(role);
    let (colour, end) = text;
    if !ui.switches.bare() {
        let lead = style(colour.unwrap_or(Role::Name));
        text::put(buffer, row.x.saturating_add(1), row.y, row.width, &beside.lead, lead);
    }
    let at = row.right().saturating_sub(cells(&beside.time));
    if at > end {
        text::put(buffer, at, row.y, cells(&beside.time), &beside.time, style(Role::Dim));
    }
}

/// Whether the row is one of what is chosen in select mode.
pub(super) fn is_selected(ui: &Ui, row: &Row) -> bool {
    let Mode::Selecting(chosen) = ui.mode else { return false };
    let file = chosen.file;
    let said = match &row.kind {
        RowKind::Body { .. } | RowKind::Closed { .. } | RowKind::Quote { .. } => file.is_none(),
        RowKind::File { file: of, .. } => file.is_none_or(|file| file == *of),
        _ => false,
    };
    said && chosen.holds(row.message)
}

/// One row of a message's text.
struct BodyRow<'a> {
    message: MessageId,
    body: &'a WrappedText,
    at: usize,
}

/// The answer is the column behind it.
fn body_row(ui: &Ui, row: &BodyRow<'_>, ground: TextGround, area: Rect, buffer: &mut Buffer) -> u16 {
    let BodyRow { message, body, at } = *row;
    let Some(row) = body.rows.get(at) else { return area.x };
    let style = |role| ui.style.theme.style(role);
    let base = ground.on(ui, Role::Outgoing);
    let whole = body.escaped.as_str();
    let current = matches!(&ui.mode, Mode::Finding(find) if find.current == Some(message));
    let on = style(if current { Role::MatchCurrent } else { Role::Match });
    let mut layers = vec![
        (body.links.as_slice(), ground.on(ui, Role::Link)),
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

/// The columns that no text can reach: the mark of an outgoing message on its first row, or the bar of an incoming one on all
/// of them.
fn draw_gutter(ui: &Ui, mark: Option<Glyph>, bar: Option<Role>, area: Rect, buffer: &mut Buffer) {
    let style = |role| ui.style.theme.style(role);
    match (mark, bar) {
        (Some((mark, role)), _) => {
            text::put(buffer, area.x, area.y, text_indent(ui), mark, style(role));
        }
        (None, Some(bar)) => {
            // Of what names us the bar has the colour of the badge.
            let badge = style(Role::Mention).bg.filter(|_| bar == Role::Mention);
            let style = match (bar, badge) {
                (_, Some(ground)) => Style::new().fg(ground),
                (Role::Mention, None) => style(Role::Bar),
                (bar, None) => style(bar),
            };
            text::put(buffer, area.x, area.y, text_indent(ui).min(1), "▌", style);
        }
        (None, None) => {}
    }
}
