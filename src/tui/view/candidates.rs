//! What a word may become, above the composer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{fill, text};
use crate::lang::name_of;
use crate::model::text::plain_line;
use crate::tui::commands::COMMANDS;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::{CompletionMenu, Ui};

/// Rows of the list at most: it lies over what was said.
const MAX_ROWS: u16 = 8;

/// Columns of the list at most.
const MAX_WIDTH: usize = 60;

pub(super) fn draw(ui: &Ui, buffer: &mut Buffer) {
    let Some(list) = ui.candidates() else { return };
    let over = ui.viewport.areas().scrollback;
    let names: Vec<String> = list.candidates.iter().map(|candidate| label(ui, list, candidate)).collect();
    let widest = names.iter().map(|name| width(name)).max().unwrap_or_default().min(MAX_WIDTH);
    // Something of what was said stays visible.
    let rows =
        u16::try_from(names.len()).unwrap_or(u16::MAX).min(MAX_ROWS).min(over.height.saturating_sub(1));
    let columns = u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(2).min(over.width);
    let area = Rect { y: over.bottom().saturating_sub(rows), width: columns, height: rows, ..over };
    fill(ui, area, Role::Popup, buffer);
    let skip = list.at.saturating_add(1).saturating_sub(usize::from(rows));
    for ((at, name), y) in names.iter().enumerate().skip(skip).zip(area.top()..area.bottom()) {
        let row = Rect { y, height: 1, ..area };
        let chosen = at == list.at;
        if chosen {
            fill(ui, row, Role::Choice, buffer);
        }
        let style = ui.style.theme.style(if chosen { Role::Choice } else { Role::Popup });
        let room = row.width.saturating_sub(2);
        text::put(buffer, row.x.saturating_add(1), y, room, &clip_with_ellipsis(name, room), style);
    }
}

/// What is said of a candidate: of a command what it takes and does, of an emoji its name.
fn label(ui: &Ui, list: &CompletionMenu, candidate: &str) -> String {
    if list.is_listed {
        return plain_line(last_part(candidate));
    }
    let word = candidate.trim_end();
    let named = word.strip_prefix('/');
    if let Some(command) = named.and_then(|name| COMMANDS.iter().find(|command| command.name == name)) {
        return format!("{}  {}", command.usage(&ui.style.lang), ui.style.lang.text(command.help));
    }
    if let Some(name) = name_of(word) {
        return format!("{word}  {name}");
    }
    if let Some(code) = emojis::get(word).and_then(emojis::Emoji::shortcode) {
        return format!("{word}  :{code}:");
    }
    plain_line(word)
}

/// What of a path differs from its neighbours: its last part, with the slash of a folder.
fn last_part(path: &str) -> &str {
    let end = path.strip_suffix('/').unwrap_or(path);
    end.rfind('/').and_then(|slash| path.get(slash.saturating_add(1)..)).unwrap_or(path)
}
