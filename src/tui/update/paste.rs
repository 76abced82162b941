//! Text that comes at once: pastes, and characters typed faster than one by one. Nothing here sends.

use super::{compose, find, on_key, popups, seen, select};
use crate::app::State;
use crate::model::text::clean_paste;
use crate::tui::input::key_of_char;
use crate::tui::ui::{Mode, Ui, UiRequest};

/// A paste goes where typing would go, and never sends by itself.
pub(super) fn on_paste(ui: &mut Ui, state: &State, text: &str, requests: &mut Vec<UiRequest>) {
    ui.flash = None;
    ui.completion = None;
    ui.completing = None;
    ui.quitting = false;
    ui.asked = None;
    ui.cleared = false;
    let text = clean_paste(text);
    if popups::paste(ui, &text, requests) {
        return;
    }
    select::leave(ui, state, requests);
    if !find::paste(ui, &text, requests) {
        compose::paste(ui, text);
    }
}

/// Characters that were typed, several at once: the first as the key it is, the others behind it into the same text.
pub(super) fn on_text(ui: &mut Ui, state: &State, text: &str) -> Vec<UiRequest> {
    // After Esc a person presses one key, not several at once.
    ui.escaped = None;
    let mut requests = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        on_key(ui, state, key_of_char(c), &mut requests);
        if takes_text(ui, rest.as_str(), &mut requests) {
            break;
        }
    }
    seen(ui, state, false, &mut requests);
    requests
}

/// Whether all of it went into a text; otherwise each character may mean something by itself.
fn takes_text(ui: &mut Ui, text: &str, requests: &mut Vec<UiRequest>) -> bool {
    match (&ui.popup, &ui.mode) {
        (Some(_), _) => return popups::type_text(ui, text, requests),
        (None, Mode::Selecting(_)) => return false,
        (None, Mode::Finding(find)) if find.typing => return find::paste(ui, text, requests),
        (None, Mode::Writing | Mode::Finding(_)) => compose::type_text(ui, text),
    }
    true
}
