//! Text that comes at once: pastes, and characters typed faster than one by one. Nothing here sends.

use super::cx::UiCx;
use super::{chat, complete, draft, files, find, popups, select};
use crate::model::text::clean_paste;
use crate::tui::ui::Mode;

/// A paste goes where typing would go, and never sends by itself.
pub(super) fn on_paste(cx: &mut UiCx<'_>, text: &str) {
    cx.ui.status.withdraw();
    let _closed = cx.ui.completer.take();
    cx.ui.keys.set_quitting(false);
    cx.ui.drafts.forget_question();
    cx.ui.drafts.note_cleared(false);
    let text = clean_paste(text);
    if popups::paste(cx, &text) {
        return;
    }
    select::leave(cx);
    if !find::paste(cx, &text) {
        draft::paste(cx, text.clone());
        files::on_paste(cx, &text);
        chat::typed(cx);
    }
}

/// Whether all of it went into a text; otherwise each character may mean something by itself.
pub(super) fn takes_text(cx: &mut UiCx<'_>, text: &str) -> bool {
    match (&cx.ui.popup, &cx.ui.mode) {
        (Some(_), _) => return popups::type_text(cx, text),
        (None, Mode::Selecting(_)) => return false,
        (None, Mode::Finding(find)) if find.typing => return find::paste(cx, text),
        (None, Mode::Writing | Mode::Finding(_)) => {
            draft::type_text(cx.ui, text);
            chat::typed(cx);
            complete::typed(cx);
        }
    }
    true
}
