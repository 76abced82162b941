//! Rows about files: the line, the bar, what is to be read about it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text;
use crate::tui::scrollback::{FileLine, FilePart, indent};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Eighths of a cell, from one to seven.
const PARTS: [&str; 7] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// One row about a file in its area, but that of a picture, which `pictures` draws. `selected`: it is chosen, and drawn on that ground.
pub(super) fn draw(ui: &Ui, part: &FilePart, selected: bool, area: Rect, buffer: &mut Buffer) {
    let style = |role| ui.style.theme.style(if selected { Role::Selected } else { role });
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
            let full = bar(*cells, *permille, ui.style.blocks);
            let gap = if *cells > 0 { " " } else { "" };
            let pieces = [
                (full.as_str(), style(Role::Progress)),
                (gap, style(Role::Base)),
                (label.as_str(), style(Role::Base)),
            ];
            text::put_all(buffer, inner.x, inner.y, inner.right(), &pieces);
        }
        FilePart::Note { text: note, bad } => {
            let style: Style = style(if *bad { Role::Error } else { Role::Dim });
            text::put(buffer, inner.x, inner.y, inner.width, note, style);
        }
        FilePart::Picture { .. } => {}
    }
}

const fn glyph(line: &FileLine) -> &'static str {
    if line.folder { "▸" } else { "▤" }
}

/// A bar of so many cells, its two ends among them; none where there is no room for an inside.
fn bar(cells: u16, permille: u16, blocks: bool) -> String {
    let Some(inside) = cells.checked_sub(2).filter(|inside| *inside > 0) else { return String::new() };
    let eighths = u32::from(inside).saturating_mul(8).saturating_mul(u32::from(permille.min(1000))) / 1000;
    let full = usize::try_from(eighths / 8).unwrap_or_default();
    let rest = usize::try_from(eighths % 8).unwrap_or_default();
    let inside = usize::from(inside);
    if !blocks {
        return format!("[{:.<inside$}]", "#".repeat(full));
    }
    let part = rest.checked_sub(1).and_then(|rest| PARTS.get(rest)).copied().unwrap_or_default();
    let done = format!("{}{part}", "█".repeat(full));
    format!("▕{done:<inside$}▏")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_all_of_it_is_there() {
        for (permille, shown) in [
            (0, "▕    ▏"),
            (31, "▕    ▏"),
            (32, "▕▏   ▏"),
            (500, "▕██  ▏"),
            (999, "▕███▉▏"),
            (1000, "▕████▏"),
            (9999, "▕████▏"),
        ] {
            assert_eq!(bar(6, permille, true), shown, "{permille}");
        }
        assert_eq!(bar(6, 999, false), "[###.]");
        assert_eq!((bar(2, 500, true), bar(0, 500, true)), (String::new(), String::new()));
    }
}
