//! Pictures in the scrollback: half blocks as cells, all else as cells that stand for a picture which the terminal draws.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{fill, text};
use crate::model::TransferId;
use crate::tui::pictures::{
    BlockCell, DrawnPicture, EncodedPicture, PictureBox, PicturePlacement, PictureView, Unshowable,
    number_colour, placeholder,
};
use crate::tui::scrollback::{FilePart, Row};
use crate::tui::text::{clip_words, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// What is drawn of the upper half of a cell, on the colour of the lower one.
const UPPER: &str = "▀";
const LOWER: &str = "▄";

/// One row of a picture.
#[derive(Clone, Copy)]
struct PictureRow {
    id: TransferId,
    row: u16,
    within: PictureBox,
}

fn picture_on(row: &Row) -> Option<PictureRow> {
    let (Some(FilePart::Picture { row: at, within }), Some(file)) = (row.picture(), row.file()) else {
        return None;
    };
    Some(PictureRow { id: TransferId { message: row.message, file }, row: *at, within: *within })
}

/// Draws a row of a picture at the left of `area`; its box, as long as it is not there. Any other row is left alone.
pub(super) fn draw(ui: &Ui, row: &Row, area: Rect, buffer: &mut Buffer) {
    let Some(picture) = picture_on(row) else { return };
    let PictureRow { id, row, within } = picture;
    let area = Rect { width: area.width.min(within.columns), ..area };
    match ui.viewport.gallery().view(id, within) {
        PictureView::Drawn(DrawnPicture::Blocks(cells)) => {
            let skipped = usize::from(row).saturating_mul(usize::from(within.columns));
            let cells = cells.iter().skip(skipped);
            for (x, cell) in (area.left()..area.right()).zip(cells) {
                draw_blocks(*cell, x, area.y, buffer);
            }
        }
        PictureView::Drawn(DrawnPicture::Encoded(encoded)) if can_stand(ui, &encoded, id, within) => {
            for (column, x) in (0..).zip(area.left()..area.right()) {
                draw_placeholder(&encoded, Position::new(column, row), Position::new(x, area.y), buffer);
            }
        }
        PictureView::Drawn(DrawnPicture::Encoded(_)) | PictureView::Pending => {
            draw_box(ui, picture, area, buffer);
        }
        PictureView::TooLarge => draw_line(ui, &said(ui, "picture-too-large", within), area, buffer),
        PictureView::Unshowable(why) => draw_line(ui, &ui.style.lang.text(reason(why)), area, buffer),
    }
}

fn draw_blocks(cell: BlockCell, x: u16, y: u16, buffer: &mut Buffer) {
    let (symbol, style) = match (cell.upper, cell.lower) {
        (Some(upper), Some(lower)) => (UPPER, Style::new().fg(upper).bg(lower)),
        (Some(upper), None) => (UPPER, Style::new().fg(upper)),
        (None, Some(lower)) => (LOWER, Style::new().fg(lower)),
        (None, None) => return,
    };
    if let Some(at) = buffer.cell_mut((x, y)) {
        at.set_symbol(symbol).set_style(style);
    }
}

fn draw_placeholder(encoded: &EncodedPicture, of: Position, at: Position, buffer: &mut Buffer) {
    let Some(symbol) = placeholder(encoded.is_kept, of.y, of.x) else { return };
    if let Some(cell) = buffer.cell_mut(at) {
        cell.set_symbol(&symbol).set_style(Style::new().fg(number_colour(encoded.number)));
    }
}

/// Key of the line that says why there is no picture.
const fn reason(why: Unshowable) -> &'static str {
    match why {
        Unshowable::TooLarge => "picture-too-costly",
        Unshowable::Damaged => "picture-damaged",
        Unshowable::Format => "picture-no-format",
        Unshowable::Gone => "picture-gone",
    }
}

fn said(ui: &Ui, key: &str, of: PictureBox) -> String {
    ui.style.lang.with(key, &[("width", &of.width.to_string()), ("height", &of.height.to_string())])
}

/// What stands instead of a picture. A box would look like one that is still to come.
fn draw_line(ui: &Ui, words: &str, area: Rect, buffer: &mut Buffer) {
    let words = clip_words(words, area.width);
    text::put(buffer, area.x, area.y, area.width, &words, ui.style.theme.style(Role::Dim));
}

/// The words in the middle of the box that is set aside.
fn draw_box(ui: &Ui, picture: PictureRow, area: Rect, buffer: &mut Buffer) {
    fill(ui, area, Role::Code, buffer);
    if picture.row != picture.within.rows.saturating_sub(1) / 2 {
        return;
    }
    let words = said(ui, "picture-box", picture.within);
    let words = clip_words(&words, area.width);
    let left = area.width.saturating_sub(u16::try_from(width(&words)).unwrap_or(u16::MAX)) / 2;
    let style = ui.style.theme.style(Role::Code).patch(Style { bg: None, ..ui.style.theme.style(Role::Dim) });
    text::put(buffer, area.x.saturating_add(left), area.y, area.width.saturating_sub(left), &words, style);
}

/// Whether it can be drawn now: what the terminal does not keep, only with all of its rows.
fn can_stand(ui: &Ui, encoded: &EncodedPicture, id: TransferId, within: PictureBox) -> bool {
    encoded.is_kept || rows_of(ui, id).count() == usize::from(within.rows)
}

/// The visible rows of a picture.
fn rows_of(ui: &Ui, id: TransferId) -> impl Iterator<Item = PictureRow> {
    ui.viewport.scene().rows.iter().filter_map(picture_on).filter(move |row| row.id == id)
}

/// The pictures that the terminal has to draw, and where; of one whose upper rows are not visible, where they begin.
pub(in crate::tui) fn placements(ui: &Ui) -> Vec<PicturePlacement> {
    let area = ui.viewport.areas().scrollback;
    let scene = ui.viewport.scene();
    let above = area.height.saturating_sub(u16::try_from(scene.rows.len()).unwrap_or(u16::MAX));
    let left = area.x.saturating_add(super::text_indent(ui));
    let mut found: Vec<PicturePlacement> = Vec::new();
    for (y, row) in (area.y.saturating_add(above)..).zip(&scene.rows) {
        let Some(PictureRow { id, row: at, within }) = picture_on(row) else { continue };
        let PictureView::Drawn(DrawnPicture::Encoded(picture)) = ui.viewport.gallery().view(id, within)
        else {
            continue;
        };
        let is_known = found.last().is_some_and(|last| Arc::ptr_eq(&last.picture, &picture));
        if !is_known && can_stand(ui, &picture, id, within) {
            let area = Rect::new(left, y.saturating_sub(at), within.columns, within.rows);
            found.push(PicturePlacement { picture, area });
        }
    }
    found
}
