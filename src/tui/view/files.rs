//! Rows about files: the line, the bar, what is to be read about it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::ground::TextGround;
use super::text;
use crate::tui::scrollback::{FileLine, FilePart, indent};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// One row about a file in its area, on the ground of its message; not that of a picture, which `pictures` draws.
pub(super) fn draw(ui: &Ui, part: &FilePart, ground: TextGround, area: Rect, buffer: &mut Buffer) {
    let style = |role| ground.on(ui, role);
    let indent = indent(area.width);
    let inner = Rect { x: area.x.saturating_add(indent), width: area.width.saturating_sub(indent), ..area };
    match part {
        FilePart::Line { line, row } => {
            if *row == 0 {
                text::put(buffer, area.x, area.y, indent, glyph(line), style(Role::Dim));
            }
            let Some(row) = line.rows.get(*row) else { return };
            let layers = [
                (std::slice::from_ref(&line.name), style(Role::File)),
                (line.tokens.as_slice(), ui.style.theme.style(Role::Token)),
            ];
            let pieces = text::pieces(&line.text, row, style(Role::Dim), &layers);
            text::put_all(buffer, inner.x, inner.y, inner.right(), &pieces);
        }
        FilePart::Bar { cells, permille, label } => {
            let (done, rest) = bar(*cells, *permille, ui.style.blocks);
            let gap = if *cells > 0 { "  " } else { "" };
            let pieces = [
                (done.as_str(), style(Role::Progress)),
                (rest.as_str(), style(Role::Border)),
                (gap, style(Role::Base)),
                (label.as_str(), style(Role::Base)),
            ];
            text::put_all(buffer, area.x, area.y, area.right(), &pieces);
        }
        FilePart::Note { text: note, bad } => {
            let style = style(if *bad { Role::Fault } else { Role::Dim });
            text::put(buffer, area.x, area.y, area.width, note, style);
        }
        FilePart::Picture { .. } => {}
    }
}

const fn glyph(line: &FileLine) -> &'static str {
    if line.folder { "▸" } else { "▤" }
}

/// A bar of so many cells: what is done of it, and the rest. Where there are only letters it has two ends.
fn bar(cells: u16, permille: u16, blocks: bool) -> (String, String) {
    let ends = if blocks { 0 } else { 2 };
    let Some(inside) = cells.checked_sub(ends).filter(|inside| *inside > 0) else {
        return (String::new(), String::new());
    };
    let full = u32::from(inside).saturating_mul(u32::from(permille.min(1000))) / 1000;
    let full = usize::try_from(full).unwrap_or_default();
    let rest = usize::from(inside).saturating_sub(full);
    if blocks {
        ("━".repeat(full), "━".repeat(rest))
    } else {
        (format!("[{}", "#".repeat(full)), format!("{}]", ".".repeat(rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_all_of_it_is_there() {
        for (permille, full) in [(0, 0), (249, 0), (250, 1), (500, 2), (999, 3), (1000, 4), (9999, 4)] {
            let (done, rest) = bar(4, permille, true);
            assert_eq!((done.chars().count(), rest.chars().count()), (full, 4 - full), "{permille}");
        }
        assert_eq!(bar(6, 999, false), ("[###".to_owned(), ".]".to_owned()));
        assert_eq!(bar(2, 500, false), (String::new(), String::new()));
        assert_eq!(bar(0, 500, true), (String::new(), String::new()));
    }
}
