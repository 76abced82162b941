//! Texts to read in a popup: cut into rows for the width there is, drawn from a first row on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dialog::{frame, more};
use super::{code, on_popup, text};
use crate::model::hex::HexShape;
use crate::model::text::Escaped;
use crate::tui::layout::inner_width;
use crate::tui::popup::{Pager, PagerPart};
use crate::tui::scrollback::gutter;
use crate::tui::text::{clip, width, wrap};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns of the texts beside their keys, the first that leaves enough for them; with fewer they stand below.
const TEXT_COLUMNS: [u16; 2] = [34, 19];

/// Columns a text beside its key needs.
const TEXT_BESIDE: u16 = 24;

/// Columns that a row which goes on is set in.
const HANGING: u16 = 2;

/// Bytes on one row of the hex view, at most.
const HEX_BYTES: usize = 16;

/// One row, not drawn yet: a long text has many rows, and few of them are visible.
pub(super) enum PagerRow<'a> {
    /// Two pieces and the columns they begin at.
    Plain {
        key: (u16, &'a str),
        text: (u16, &'a str),
    },
    /// A label, and the column and the words of its value.
    Fact {
        label: &'a str,
        value: (u16, &'a str),
    },
    Hex {
        row: usize,
        bytes: &'a [u8],
        shape: HexShape,
    },
    /// A row of a code.
    Code(&'a str),
    /// A row of a message's own text. No other row begins with the gutter.
    Text {
        of: &'a Escaped,
        row: std::ops::Range<usize>,
        gutter: u16,
    },
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

pub(super) fn rows(parts: &[PagerPart], width: u16) -> Vec<PagerRow<'_>> {
    let mut rows = Vec::new();
    let values = value_column(parts, width);
    for part in parts {
        match part {
            PagerPart::Fact { label, value } => rows.extend(fact_rows(label, value, values, width)),
            PagerPart::Title(title) => rows.push(PagerRow::Plain { key: (0, title), text: (0, "") }),
            PagerPart::Line(line) => rows.extend(line_rows(line, width)),
            PagerPart::Entry { key, text } => rows.extend(entry_rows(key, text, width)),
            PagerPart::Hex(bytes) => {
                let shape = HexShape::fitting(bytes.len(), usize::from(width), HEX_BYTES);
                let chunks = bytes.chunks(shape.bytes).enumerate();
                rows.extend(chunks.map(|(row, bytes)| PagerRow::Hex { row, bytes, shape }));
            }
            // Half of a code is none.
            PagerPart::Code(code) if code.iter().any(|row| cells(row) > width) => {}
            PagerPart::Code(code) => rows.extend(code.iter().map(|row| PagerRow::Code(row))),
            PagerPart::Text(of) => {
                let gutter = gutter(width);
                let wrapped = wrap(of.as_str(), width.saturating_sub(gutter).max(1));
                rows.extend(wrapped.into_iter().map(|row| PagerRow::Text { of, row, gutter }));
            }
        }
    }
    rows
}

/// What goes on is set in, so that no line looks like two.
fn line_rows(line: &str, width: u16) -> impl Iterator<Item = PagerRow<'_>> {
    let wrapped = addressed_pieces(line, width.saturating_sub(HANGING).max(1)).enumerate();
    wrapped
        .map(|(at, piece)| PagerRow::Plain { key: (0, ""), text: (if at == 0 { 0 } else { HANGING }, piece) })
}

/// Where the values of a page's facts begin: behind the longest label, if that leaves enough for them.
fn value_column(parts: &[PagerPart], columns: u16) -> Option<u16> {
    let label = |part: &PagerPart| match part {
        PagerPart::Fact { label, .. } => Some(cells(label)),
        PagerPart::Title(_)
        | PagerPart::Line(_)
        | PagerPart::Entry { .. }
        | PagerPart::Hex(_)
        | PagerPart::Text(_)
        | PagerPart::Code(_) => None,
    };
    let column = parts.iter().filter_map(label).max()?.saturating_add(2);
    (columns >= column.saturating_add(TEXT_BESIDE)).then_some(column)
}

/// A label and its value beside it, or below it where there is no room.
fn fact_rows<'a>(
    label: &'a str,
    value: &'a str,
    column: Option<u16>,
    columns: u16,
) -> impl Iterator<Item = PagerRow<'a>> {
    let at = column.unwrap_or(HANGING);
    let above = column.is_none().then_some(PagerRow::Fact { label, value: (0, "") });
    let pieces = addressed_pieces(value, columns.saturating_sub(at).max(1)).enumerate();
    above.into_iter().chain(pieces.map(move |(row, piece)| {
        let label = if row == 0 && column.is_some() { label } else { "" };
        PagerRow::Fact { label, value: (at, piece) }
    }))
}

/// A text in rows, of which none ends within a part of an address, if that can be had.
fn addressed_pieces(text: &str, columns: u16) -> impl Iterator<Item = &str> {
    let cuts = address_cuts(text, columns);
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([text.len()]);
    let parts: Vec<&str> = starts.zip(ends).filter_map(|(start, end)| text.get(start..end)).collect();
    parts.into_iter().flat_map(move |part| {
        if is_one_word(part) { full_rows(part, columns) } else { pieces(part, columns).collect() }
    })
}

/// An address, or a part of one.
fn is_one_word(text: &str) -> bool {
    text.is_ascii() && !text.contains(' ') && (text.contains("://") || text.starts_with('@'))
}

/// What has no words in full rows: a key that began on a row of its own would leave its scheme alone on the one above.
fn full_rows(text: &str, columns: u16) -> Vec<&str> {
    let (mut rows, mut rest) = (Vec::new(), text);
    while width(rest) > usize::from(columns) {
        let Some((row, behind)) = rest.split_at_checked(clip(rest, columns).len().max(1)) else { break };
        rows.push(row);
        rest = behind;
    }
    rows.push(rest);
    rows
}

/// Where a line that ends in an address is cut, if it has to be: before the place, and before the port if that is not enough.
/// Half of a port looks like a whole one.
fn address_cuts(line: &str, columns: u16) -> Vec<usize> {
    let fits = |text: &str| width(text) <= usize::from(columns);
    let place = line.find("://").map(|at| at.saturating_add("://".len()));
    let place = place
        .map(|at| line.get(at..).and_then(|rest| rest.find('@')).map_or(at, |key| at.saturating_add(key)));
    let Some((at, place)) = place.and_then(|at| Some((at, line.get(at..)?))).filter(|_| !fits(line)) else {
        return Vec::new();
    };
    let port = place.rfind(':').filter(|_| !fits(place)).map(|port| at.saturating_add(port));
    std::iter::once(at).chain(port).filter(|cut| *cut < line.len()).collect()
}

/// A key and beside it, or below it where there is no room, what it does.
fn entry_rows<'a>(key: &'a str, text: &'a str, columns: u16) -> Vec<PagerRow<'a>> {
    let mut rows = Vec::new();
    let fits = |column: &u16| columns >= column.saturating_add(TEXT_BESIDE);
    let fitting = TEXT_COLUMNS.into_iter().find(fits);
    let beside = fitting.is_some();
    let column = fitting.unwrap_or(HANGING.saturating_mul(2));
    let mut texts = pieces(text, columns.saturating_sub(column));
    let key_room = usize::from(column.saturating_sub(HANGING.saturating_mul(2)));
    if beside && width(key) <= key_room {
        rows.push(PagerRow::Plain { key: (HANGING, key), text: (column, texts.next().unwrap_or_default()) });
    } else {
        let keys = pieces(key, columns.saturating_sub(HANGING));
        rows.extend(keys.map(|key| PagerRow::Plain { key: (HANGING, key), text: (0, "") }));
    }
    rows.extend(texts.map(|text| PagerRow::Plain { key: (0, ""), text: (column, text) }));
    rows
}

fn pieces(text: &str, width: u16) -> impl Iterator<Item = &str> {
    wrap(text, width.max(1)).into_iter().filter_map(|row| text.get(row))
}

pub(super) fn draw_reader(ui: &Ui, reader: &Pager, buffer: &mut Buffer) {
    draw(ui, &reader.title, &reader.parts, reader.top, buffer);
}

fn draw(ui: &Ui, title: &str, parts: &[PagerPart], top: usize, buffer: &mut Buffer) {
    let rows = rows(parts, inner_width(ui.viewport.screen()));
    let area = frame(ui, title, rows.len(), buffer);
    let top = top.min(rows.len().saturating_sub(usize::from(area.height)));
    for (row, y) in rows.iter().skip(top).zip(area.top()..area.bottom()) {
        draw_row(ui, row, Rect { y, height: 1, ..area }, buffer);
    }
    let below = rows.len().saturating_sub(top).saturating_sub(usize::from(area.height));
    more(ui, below, area, buffer);
}

pub(super) fn draw_row(ui: &Ui, row: &PagerRow<'_>, area: Rect, buffer: &mut Buffer) {
    let style = |role| on_popup(ui, role);
    let mut put = |column: u16, piece: &str, role| {
        let room = area.width.saturating_sub(column);
        text::put(buffer, area.x.saturating_add(column), area.y, room, piece, style(role));
    };
    match row {
        PagerRow::Plain { key, text } => {
            // Keys are set in below their title.
            put(key.0, key.1, if key.0 == 0 { Role::PopupTitle } else { Role::Key });
            put(text.0, text.1, Role::Popup);
        }
        PagerRow::Fact { label, value } => {
            put(0, label, Role::Dim);
            put(value.0, value.1, Role::Popup);
        }
        PagerRow::Code(row) => code::row(ui, row, area, buffer),
        PagerRow::Hex { row, bytes, shape } => put(0, &shape.line(*row, bytes), Role::Popup),
        PagerRow::Text { of, row, gutter } => {
            if *gutter > 0 {
                put(0, "┆", Role::Gutter);
            }
            let layers = [(of.tokens(), style(Role::Token))];
            let pieces = text::pieces(of.as_str(), row, style(Role::Popup), &layers);
            text::put_all(buffer, area.x.saturating_add(*gutter), area.y, area.right(), &pieces);
        }
    }
}
