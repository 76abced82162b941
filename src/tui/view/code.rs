//! A code for phones: black on white, whatever the theme is, since that is what readers know.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::dialog::{frame, frame_in, put_rows};
use super::text;
use crate::model::qr::Ink;
use crate::tui::key_pages::size;
use crate::tui::layout::inner_width;
use crate::tui::popup::ShownCode;
use crate::tui::scrollback::WrappedText;
use crate::tui::theme::{Colours, Role};
use crate::tui::ui::Ui;

/// Which of the modules are drawn, and how. Without colours the letters are taken to be light.
fn ink(ui: &Ui) -> (Ink, Style) {
    match ui.style.colours {
        Colours::True => (Ink::Dark, Style::new().fg(Color::Rgb(0, 0, 0)).bg(Color::Rgb(255, 255, 255))),
        // Numbers that no theme of a terminal gives other colours to.
        Colours::Sixteen | Colours::Indexed => {
            (Ink::Dark, Style::new().fg(Color::Indexed(16)).bg(Color::Indexed(231)))
        }
        Colours::Mono => (Ink::Light, Style::new()),
    }
}

pub(super) fn draw(ui: &Ui, shown: &ShownCode, buffer: &mut Buffer) {
    let screen = ui.viewport.screen();
    let (columns, rows) = size(&shown.code);
    if columns > screen.width || rows > screen.height {
        // The window has become smaller: half of a code is none.
        let hint = ui.style.lang.text("code-no-room");
        let columns = inner_width(screen).max(1);
        let words = WrappedText::new(&format!("{hint}\n{}", shown.address), columns, usize::MAX);
        let area = frame(ui, &ui.style.lang.text("popup-code"), words.rows.len(), buffer);
        put_rows(&words, area, ui.style.theme.style(Role::Popup), buffer);
        return;
    }
    let framed = columns.saturating_add(2) <= screen.width && rows.saturating_add(2) <= screen.height;
    let edge = if framed { 2 } else { 0 };
    let (width, height) = (columns.saturating_add(edge), rows.saturating_add(edge));
    let x = screen.width.saturating_sub(width) / 2;
    let y = screen.height.saturating_sub(height) / 2;
    let outer = Rect { x, y, width, height };
    if framed {
        let title = ui.style.lang.text("popup-code");
        let _inside = frame_in(ui, &title, outer, buffer);
    }
    let (ink, style) = ink(ui);
    for (row, y) in shown.code.rows(ink).iter().zip(y.saturating_add(edge / 2)..) {
        text::put(buffer, x.saturating_add(edge / 2), y, columns, row, style);
    }
}

/// One row of a code within a page.
pub(super) fn row(ui: &Ui, row: &str, area: Rect, buffer: &mut Buffer) {
    let (_, style) = ink(ui);
    text::put(buffer, area.x, area.y, area.width, row, style);
}
