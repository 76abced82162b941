//! Leaving the program. Where something would be lost, a question comes first.

use super::cx::UiCx;
use super::{draft, popups};
use crate::app::State;
use crate::model::Phrase;
use crate::tui::composer::Edit;
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;

/// Ends the program; while files are on their way, or messages are not in the history, that is asked about once.
pub(super) fn quit(cx: &mut UiCx<'_>) {
    let was_asked = matches!(&cx.ui.popup, Some(Popup::Question(Question { then: Then::Quit, .. })));
    let Some(asked) = loses(cx.state).filter(|_| !was_asked) else { return cx.ask(UiRequest::Quit) };
    popups::close(cx.ui);
    cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Quit)));
}

/// What leaving now would cost, as a question.
fn loses(state: &State) -> Option<Phrase> {
    let (unkept, running) = (state.unsaved(), state.transfers.len());
    if unkept > 0 {
        return Some(Phrase::new("question-quit-unkept").number("count", unkept));
    }
    (running > 0).then(|| Phrase::new("question-quit").number("count", running))
}

/// A question about leaving says what is so now. It stays where nothing stands against leaving any more: the answer to it
/// may be on its way, and must not go into a draft.
pub(super) fn ask_anew(cx: &mut UiCx<'_>) {
    if let Some(Popup::Question(Question { asked, then: Then::Quit, .. })) = &mut cx.ui.popup {
        *asked = loses(cx.state).unwrap_or_else(|| Phrase::new("question-quit-now"));
    }
}

/// Clears the draft; on an empty one asks, and the second time quits.
pub(super) fn clear_or_quit(cx: &mut UiCx<'_>) {
    if cx.ui.draft().is_some_and(|draft| !draft.is_empty()) {
        draft::clear(cx);
    } else if cx.ui.keys.is_quitting() {
        // Whoever presses it until the program ends has not thrown the draft away.
        let width = cx.ui.composer_width();
        if cx.ui.drafts.note_cleared(false) {
            let _back = cx.ui.draft_mut().apply(Edit::Undo, width);
        }
        quit(cx);
    } else {
        cx.ui.keys.set_quitting(true);
        cx.ui.flash(Phrase::new("flash-quit-again"));
    }
}
