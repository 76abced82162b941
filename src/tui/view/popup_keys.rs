//! The keys of the popup on top, as they stand in its lower edge and in the status line behind it.

use super::{on_popup, text};
use crate::tui::chooser::ChooserKind;
use crate::tui::layout::edge_room;
use crate::tui::popup::{Pager, Popup};
use crate::tui::question::BETWEEN;
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A key as it is shown, and the key of the text that says what it does.
pub(super) type PopupKey = (&'static str, &'static str);

const CLOSE: PopupKey = ("Esc", "popup-key-close");
const SCROLL: PopupKey = ("↑ ↓", "popup-key-scroll");

/// The keys of a popup, the one that leaves it last.
pub(super) fn of(popup: &Popup) -> Vec<PopupKey> {
    let mut keys = match popup {
        Popup::Chooser(chooser) => match chooser.kind {
            ChooserKind::GoTo => vec![("Enter", "popup-key-open"), ("Tab", "popup-key-several")],
            ChooserKind::Palette => vec![("Enter", "popup-key-do"), ("↑ ↓", "popup-key-choose")],
            ChooserKind::Plain => vec![("Enter", "popup-key-take"), ("↑ ↓", "popup-key-choose")],
        },
        Popup::Search => vec![("Enter", "popup-key-go")],
        Popup::Help(_) => vec![SCROLL],
        Popup::Pager(pager) => of_pager(pager),
        Popup::Code(_) => Vec::new(),
        Popup::Doctor(_) => vec![("r", "popup-key-again"), ("y", "popup-key-report")],
        // They say themselves what can be answered.
        Popup::Form(_) | Popup::Question(_) | Popup::Picker(_) | Popup::Wire => return Vec::new(),
    };
    keys.push(CLOSE);
    keys
}

/// What letters do on this page, before that it can be scrolled.
fn of_pager(pager: &Pager) -> Vec<PopupKey> {
    let keys = &pager.keys;
    let copied = if pager.about.is_some() { "popup-key-copy-key" } else { "popup-key-copy-address" };
    let letters = [
        keys.compares.map(|_| ("v", "popup-key-compare")),
        keys.copied.as_ref().map(|_| ("y", copied)),
        keys.code.as_ref().map(|_| ("q", "popup-key-code")),
        keys.listed.map(|_| ("m", "popup-key-mute")),
        keys.listed.map(|_| ("p", "popup-key-pin")),
        Some(SCROLL),
    ];
    letters.into_iter().flatten().collect()
}

/// Puts choices that are one text, as `Enter yes · Esc no`, into the lower edge of the frame around that area.
pub(super) fn draw_choices(ui: &Ui, choices: &str, inside: Rect, buffer: &mut Buffer) {
    let style = |role| on_popup(ui, role);
    let mut pieces = vec![(" ", style(Role::Border))];
    for (at, choice) in choices.split(BETWEEN).enumerate() {
        let (first, rest) = choice.split_at(choice.find(' ').unwrap_or(choice.len()));
        // Words are no key.
        let is_key = first.chars().count() == 1 || !first.starts_with(|c: char| c.is_lowercase());
        pieces.push((if at == 0 { "" } else { "  " }, style(Role::Border)));
        pieces.push((first, style(if is_key { Role::Key } else { Role::Popup })));
        pieces.push((rest, style(Role::Popup)));
    }
    pieces.push((" ", style(Role::Border)));
    text::put_all(buffer, inside.x, inside.bottom(), inside.right(), &pieces);
}

/// Puts the keys into the lower edge of the frame, whole ones only, and the last one before all others. The answer is the
/// column behind them.
pub(super) fn draw(ui: &Ui, frame: Rect, buffer: &mut Buffer) -> u16 {
    let start = frame.x.saturating_add(2);
    let keys = ui.popup.as_ref().map(of).unwrap_or_default();
    let room = edge_room(ui.viewport.screen());
    if room == 0 || frame.height < 3 || keys.is_empty() {
        return start;
    }
    let label = |key: &PopupKey| format!(" {}", ui.style.lang.text(key.1));
    let cells = |key: &PopupKey| width(key.0).saturating_add(width(&label(key))).saturating_add(2);
    let last = keys.last().map_or(0, cells);
    let mut room = room.saturating_sub(last);
    let style = |role| on_popup(ui, role);
    let (y, right) = (frame.bottom().saturating_sub(1), frame.right().saturating_sub(1));
    let mut x = text::put_all(buffer, start, y, right, &[(" ", style(Role::Border))]);
    for (at, key) in keys.iter().enumerate() {
        let is_last = at.saturating_add(1) == keys.len();
        if !is_last && cells(key) > room {
            continue;
        }
        room = if is_last { room } else { room.saturating_sub(cells(key)) };
        let between = if is_last { " " } else { "  " };
        let label = label(key);
        let pieces =
            [(key.0, style(Role::Key)), (&label, style(Role::Popup)), (between, style(Role::Border))];
        x = text::put_all(buffer, x, y, right, &pieces);
    }
    x
}
