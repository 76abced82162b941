//! Texts that no draft or no message carries: they can go out as a file, where files can be sent.

use jiff::Timestamp;

use super::cx::UiCx;
use crate::app::Intent;
use crate::model::{ConversationId, Phrase, WallTime};
use crate::tui::chat::unsayable;
use crate::tui::clipboard::LongText;
use crate::tui::composer::MAX_TEXT;
use crate::tui::everybody::ToEverybody;
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;
use crate::tui::ui::Ui;

/// The key of the fault of a text that no message carries.
const TOO_LARGE: &str = "fault-too-large";

/// Whom a text can be sent to as a file: the open conversation, where files and words can go.
pub(super) fn receiver(cx: &UiCx<'_>) -> Option<ConversationId> {
    let place = cx.conversation().filter(|_| ToEverybody::of(cx.state, cx.ui).is_none())?;
    (place.address.scheme.caps.files && unsayable(place).is_none()).then_some(place.id)
}

/// Says of a paste that no draft holds it, or asks whether it is to be sent as a file.
pub(super) fn on_paste(cx: &mut UiCx<'_>, text: String) {
    let bytes = text.len();
    let Some(conversation) = receiver(cx).filter(|_| !cx.ui.is_editing()) else {
        return refuse(cx.ui, bytes);
    };
    let asked = Phrase::new("question-long-paste").number("bytes", bytes).number("limit", MAX_TEXT);
    ask(cx, conversation, asked, text);
}

/// Asks whether a draft is to go out as a file, if `why` it was not sent is its length. `false`: it is something else.
pub(super) fn on_draft(cx: &mut UiCx<'_>, text: &str, why: &Phrase) -> bool {
    let Some(conversation) = receiver(cx).filter(|_| why.key == TOO_LARGE && !cx.ui.is_editing()) else {
        return false;
    };
    let asked = Phrase { key: "question-long-text", ..why.clone() };
    ask(cx, conversation, asked, text.to_owned());
    true
}

fn ask(cx: &mut UiCx<'_>, conversation: ConversationId, asked: Phrase, text: String) {
    let name = cx.conversation().map(|place| place.name.clone()).unwrap_or_default();
    let asked = asked.text("name", name);
    cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::OfferText { conversation, text })));
}

/// A person wants it sent. Of a draft the words can be had back, as of one that was sent.
pub(super) fn send(cx: &mut UiCx<'_>, conversation: ConversationId, text: String) {
    if cx.ui.draft().is_some_and(|draft| draft.text() == text) {
        let _sent = cx.ui.draft_mut().clear();
        cx.intend(Intent::RememberText { conversation, text: text.clone() });
        cx.ui.drafts.end_reply(conversation);
    }
    cx.ui.positions.stay();
    cx.ui.positions.go_to_end(conversation);
    let name = file_name(cx.ui, cx.ui.keys.now());
    cx.ask(UiRequest::OfferText(LongText { conversation, name, text }));
}

/// What the receiver sees: when it was written.
fn file_name(ui: &Ui, now: WallTime) -> String {
    let now = Timestamp::from_microsecond(now.0).unwrap_or_default().to_zoned(ui.style.zone.clone());
    format!("text-{}.txt", now.strftime("%Y-%m-%d-%H%M%S"))
}

/// The disk did not take it: the words are back where they were written, or else can be yanked there.
pub(in crate::tui) fn not_written(ui: &mut Ui, text: &LongText, error: &std::io::Error) {
    let is_here = ui.navigation.open() == Some(text.conversation);
    let draft = ui.drafts.of_open_mut(Some(text.conversation));
    if !(is_here && draft.is_empty() && draft.set_text(text.text.as_str())) {
        draft.keep(&text.text);
    }
    ui.fail(Phrase::new("text-not-written").text("reason", error.to_string()));
}

/// Says of a paste of so many bytes that no draft can hold it.
pub(super) fn refuse(ui: &mut Ui, bytes: usize) {
    ui.fail(Phrase::new("flash-paste-too-long").number("bytes", bytes).number("limit", MAX_TEXT));
}
