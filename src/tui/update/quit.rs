//! Leaving the program. Where something would be lost, a question comes first.

use super::cx::UiCx;
use super::{draft, popups};
use crate::app::{ActiveTransfer, State};
use crate::lang::Lang;
use crate::model::text::plain_line;
use crate::model::{Phrase, TransferId};
use crate::tui::composer::Edit;
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;

/// Files that are named where more would break off: the rest are counted.
const MAX_NAMED: usize = 3;

/// Ends the program; while files are on their way, or messages are not in the history, that is asked about once.
pub(super) fn quit(cx: &mut UiCx<'_>) {
    let was_asked = matches!(&cx.ui.popup, Some(Popup::Question(Question { then: Then::Quit, .. })));
    let Some(asked) = loses(cx.state, &cx.ui.style.lang).filter(|_| !was_asked) else {
        return cx.ask(UiRequest::Quit);
    };
    popups::close(cx.ui);
    cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Quit)));
}

/// What leaving now would cost, as a question.
fn loses(state: &State, lang: &Lang) -> Option<Phrase> {
    let unkept = state.unsaved();
    if unkept > 0 {
        return Some(Phrase::new("question-quit-unkept").number("count", unkept));
    }
    let running = state.transfers.len();
    let mut named: Vec<String> = state
        .transfers
        .iter()
        .take(MAX_NAMED)
        .map(|(id, one)| lang.phrase(&under_way(state, *id, one)))
        .collect();
    let more = running.saturating_sub(named.len());
    if more > 0 {
        named.push(lang.phrase(&Phrase::new("question-quit-more").number("count", more)));
    }
    let comes = state.transfers.values().filter(|one| one.message.is_incoming()).count();
    let asked = Phrase::new("question-quit").number("count", running).number("comes", comes);
    (running > 0).then(|| asked.text("files", named.join(&lang.text("list-separator"))))
}

/// One file that would break off: which, whose, and how far it is.
fn under_way(state: &State, id: TransferId, transfer: &ActiveTransfer) -> Phrase {
    let message = &transfer.message;
    let file = message.files.as_slice().get(usize::from(id.file)).map_or("", |file| &*file.name);
    let place = state.conversation(message.conversation).map_or("", |place| &*place.name);
    let percent = transfer.bytes.saturating_mul(100).checked_div(transfer.of.unwrap_or_default());
    let way = if message.is_incoming() { "in" } else { "out" };
    let told = Phrase::new("question-quit-file").text("way", way).text("file", plain_line(file));
    told.text("name", plain_line(place)).number("percent", percent.unwrap_or_default().min(100))
}

/// A question about leaving says what is so now. It stays where nothing stands against leaving any more: the answer to it
/// may be on its way, and must not go into a draft.
pub(super) fn ask_anew(cx: &mut UiCx<'_>) {
    if let Some(Popup::Question(Question { asked, then: Then::Quit, .. })) = &mut cx.ui.popup {
        let now = loses(cx.state, &cx.ui.style.lang);
        *asked = now.unwrap_or_else(|| Phrase::new("question-quit-now"));
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
