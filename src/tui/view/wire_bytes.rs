//! The lower half of the wire's page: the bytes of the chosen packet, or its text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text;
use crate::model::hex::{ByteKind, HexShape, byte_char, names};
use crate::model::packet::PacketDirection;
use crate::model::text::Escaped;
use crate::model::{Phrase, WirePacket};
use crate::runtime::capture::whole_text;
use crate::tui::text::{width, wrap};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;
use crate::tui::wire_page::{WireAreas, WirePage};

/// Columns from which on the meaning of bytes stands beside them.
const WITH_MEANING: u16 = 100;
/// Columns from which on a row has sixteen bytes.
const WITH_SIXTEEN: u16 = 78;
/// Columns from which on both ends are named.
const WITH_BOTH_ENDS: u16 = 100;
/// Columns between the characters and what they mean.
const GAP: usize = 4;

pub(super) fn draw(ui: &Ui, page: &WirePage, areas: &WireAreas, buffer: &mut Buffer) {
    let Some(packet) = page.chosen() else { return };
    let top = page.whole.unwrap_or_default();
    let count = rows(page, areas.bytes.width);
    let below = count.saturating_sub(top).saturating_sub(usize::from(areas.bytes.height));
    line(ui, packet, below, areas.line, buffer);
    if page.shows_text {
        draw_text(ui, &whole_text(&packet.bytes, &page.legacy), top, areas.bytes, buffer);
    } else {
        draw_hex(ui, packet, top, areas.bytes, buffer);
    }
}

/// The row on top when the end of the chosen one is visible, where it fills the page.
pub(in crate::tui) fn wire_last_row(ui: &Ui) -> usize {
    let Some(page) = &ui.wire else { return 0 };
    let areas = WireAreas::of(ui.viewport.page(), true);
    rows(page, areas.bytes.width).saturating_sub(usize::from(areas.bytes.height))
}

/// Rows that all of the chosen one takes.
fn rows(page: &WirePage, columns: u16) -> usize {
    let Some(packet) = page.chosen() else { return 0 };
    if page.shows_text {
        return wrap(whole_text(&packet.bytes, &page.legacy).as_str(), columns.saturating_sub(2).max(1))
            .len();
    }
    packet.bytes.len().div_ceil(shape(packet, columns).bytes)
}

fn shape(packet: &WirePacket, columns: u16) -> HexShape {
    let most = if columns >= WITH_SIXTEEN { 16 } else { 8 };
    HexShape::fitting(packet.bytes.len(), usize::from(columns.saturating_sub(2)), most)
}

/// The line above the bytes: how many, from or to whom, and how many rows more there are.
fn line(ui: &Ui, packet: &WirePacket, below: usize, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let theme = &ui.style.theme;
    let bytes = i64::try_from(packet.bytes.len()).unwrap_or(i64::MAX);
    let key = match packet.direction {
        PacketDirection::In => "wire-bytes-from",
        PacketDirection::Out => "wire-bytes-to",
    };
    let said = Phrase::new(key).number("bytes", bytes).text("address", packet.place());
    let mut title = format!(" {} ", ui.style.lang.phrase(&said));
    if area.width >= WITH_BOTH_ENDS {
        title = format!("{title}· {} {} ", packet.scheme, packet.local);
    }
    text::put(
        buffer,
        area.x,
        area.y,
        area.width,
        &"─".repeat(usize::from(area.width)),
        theme.style(Role::Border),
    );
    let room = area.width.saturating_sub(2);
    let end = text::put(buffer, area.x.saturating_add(2), area.y, room, &title, theme.style(Role::Section));
    if below > 0 {
        let more = format!(" {} ", ui.style.lang.with("popup-more", &[("count", &below.to_string())]));
        let cells = u16::try_from(width(&more)).unwrap_or(u16::MAX);
        let x = area.right().saturating_sub(cells.saturating_add(2));
        if x > area.x.saturating_add(end).saturating_add(4) {
            text::put(buffer, x, area.y, cells, &more, theme.style(Role::Dim));
        }
    }
}

fn draw_hex(ui: &Ui, packet: &WirePacket, top: usize, area: Rect, buffer: &mut Buffer) {
    let shape = shape(packet, area.width);
    let theme = &ui.style.theme;
    let style = |byte: u8| {
        theme.style(match ByteKind::of(byte) {
            ByteKind::Printable => Role::Base,
            ByteKind::Control => Role::HexControl,
            ByteKind::High => Role::HexHigh,
        })
    };
    let x = area.x.saturating_add(1);
    let column = |at: usize| x.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
    let chunks = packet.bytes.chunks(shape.bytes).enumerate().skip(top);
    for ((row, chunk), y) in chunks.zip(area.top()..area.bottom()) {
        let room = area.right().saturating_sub(x);
        text::put(buffer, x, y, room, &shape.offset(row), theme.style(Role::Dim));
        for (at, byte) in chunk.iter().enumerate() {
            let room = |x: u16| area.right().saturating_sub(x);
            let (number, character) =
                (column(shape.hex_column(at)), column(shape.text_column().saturating_add(at)));
            text::put(buffer, number, y, room(number), &format!("{byte:02x}"), style(*byte));
            text::put(buffer, character, y, room(character), &byte_char(*byte).to_string(), style(*byte));
        }
        if area.width >= WITH_MEANING {
            let start = row.saturating_mul(shape.bytes);
            let named = names(&packet.bytes, start..start.saturating_add(chunk.len()));
            let at = column(shape.cells().saturating_add(GAP));
            let said = meaning(ui, &named, usize::from(area.right().saturating_sub(at).saturating_sub(1)));
            text::put(buffer, at, y, area.right().saturating_sub(at), &said, theme.style(Role::Dim));
        }
    }
}

/// `ESC at 4, ESC at 12`: as many as there is room for, whole, and how many more there are.
fn meaning(ui: &Ui, named: &[(usize, String)], room: usize) -> String {
    let mut said = String::new();
    for (at, (offset, name)) in named.iter().enumerate() {
        let one = ui.style.lang.with("wire-byte-at", &[("name", name), ("at", &offset.to_string())]);
        let between = if at == 0 { "" } else { ", " };
        let rest = named.len().saturating_sub(at).saturating_sub(1);
        let reserve = if rest > 0 { 5 } else { 0 };
        if width(&said) + width(between) + width(&one) + reserve > room {
            let more = format!(" +{}", rest.saturating_add(1));
            said.push_str(&more);
            return said;
        }
        said.push_str(between);
        said.push_str(&one);
    }
    said
}

fn draw_text(ui: &Ui, escaped: &Escaped, top: usize, area: Rect, buffer: &mut Buffer) {
    let theme = &ui.style.theme;
    let (plain, token): (Style, Style) = (theme.style(Role::Base), theme.style(Role::Token));
    let rows = wrap(escaped.as_str(), area.width.saturating_sub(2).max(1));
    for (row, y) in rows.into_iter().skip(top).zip(area.top()..area.bottom()) {
        let layers = [(escaped.tokens(), token)];
        let pieces = text::pieces(escaped.as_str(), &row, plain, &layers);
        text::put_all(buffer, area.x.saturating_add(1), y, area.right(), &pieces);
    }
}
