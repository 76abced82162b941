//! `/doctor`, and the keys of its page.

use super::cx::UiCx;
use super::wire::named;
use crate::model::Phrase;
use crate::tui::popup::Popup;
use crate::tui::request::UiRequest;

/// `/doctor [CONTACT]`: this machine, and with a name whoever is called so.
pub(super) fn doctor(cx: &mut UiCx<'_>, name: &str) -> Result<(), Phrase> {
    let about = match name {
        "" => None,
        name => Some(named(cx, name).ok_or_else(|| Phrase::new("doctor-unknown").text("name", name))?.id),
    };
    cx.ask(UiRequest::Examine(about));
    Ok(())
}

/// A letter typed on the page.
pub(super) fn on_letter(cx: &mut UiCx<'_>, letter: char) {
    let Some(Popup::Doctor(page)) = &cx.ui.popup else { return };
    match letter.to_ascii_lowercase() {
        'r' => {
            let about = page.about;
            cx.ask(UiRequest::Examine(about));
        }
        'y' => {
            let text = page.text(&cx.ui.style.lang);
            cx.ask(UiRequest::Copy(text));
            cx.ui.flash(Phrase::new("flash-key-copied"));
        }
        _ => {}
    }
}
