//! Esc and then a key is that key with Alt, as in readline, for terminals where Alt types something else.
//!
//! Only where Esc had nothing to leave, and only for a moment: who types on after Esc must not be taken elsewhere. A
//! slash is never meant so: it begins a command, and the words of that would be said to somebody else.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::cx::UiCx;
use super::draft::is_refused;
use crate::tui::keymap::look_up;
use crate::tui::ui::{Mode, Ui};

/// Microseconds in which the key has to follow: what readline and weechat wait.
const PATIENCE: i64 = 500_000;

/// Esc is pressed.
pub(super) fn begin(cx: &mut UiCx<'_>) {
    let leaves = leaves(cx);
    cx.ui.keys.escape(leaves);
}

/// There is something that Esc leaves.
fn leaves(cx: &UiCx<'_>) -> bool {
    let ui = &*cx.ui;
    ui.popup.is_some()
        || !matches!(ui.mode, Mode::Writing)
        || ui.switches.bare()
        || is_refused(ui)
        || ui.is_editing()
        || ui.reply().is_some()
        || ui.completer.menu().is_some()
        || ui.status.waits_for_esc(cx.state)
}

/// Esc and a slash that came in one read look like Alt-/. Where Esc has something to leave, a command begins behind it, and
/// its words must not be said to somebody else.
pub(super) fn is_esc_and_slash(cx: &UiCx<'_>, key: KeyEvent) -> bool {
    key.code == KeyCode::Char('/') && key.modifiers == KeyModifiers::ALT && leaves(cx)
}

/// The key as it is meant: with Alt where Esc came right before it and that does something; else as it is.
pub(super) fn prefixed(ui: &mut Ui, key: KeyEvent) -> KeyEvent {
    let Some(since) = ui.keys.take_escape() else { return key };
    let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    // Of the others Esc-Esc is Esc twice, and arrows and pages are never far from Esc.
    let has_meta = match key.code {
        KeyCode::Char(typed) => typed != '/',
        other => matches!(other, KeyCode::Enter | KeyCode::Backspace),
    };
    if !plain || !has_meta || !(0..=PATIENCE).contains(&since) {
        return key;
    }
    let with_alt = KeyEvent { modifiers: key.modifiers | KeyModifiers::ALT, ..key };
    if look_up(ui.layers(), with_alt).is_some() { with_alt } else { key }
}
