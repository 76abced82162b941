//! `/doctor`, and the keys of its page.

use super::cx::UiCx;
use super::wire::named;
use crate::model::{Address, Phrase};
use crate::runtime::parse_address;
use crate::tui::popup::Popup;
use crate::tui::request::UiRequest;

/// `/doctor [CONTACT|ADDRESS]`: this machine, and with a name whoever is called so, or with an address whoever is there.
pub(super) fn doctor(cx: &mut UiCx<'_>, name: &str) -> Result<(), Phrase> {
    let about = if name.is_empty() { None } else { named(cx, name).map(|place| place.id) };
    cx.ask(match (name, about) {
        ("", _) | (_, Some(_)) => UiRequest::Examine(about),
        (name, None) => UiRequest::ExamineAddress(Box::new(address(name)?)),
    });
    Ok(())
}

/// Where nobody is known. A word is a name: no server of names is asked for one that was mistyped.
fn address(typed: &str) -> Result<Address, Phrase> {
    let unknown = || Phrase::new("doctor-unknown").text("name", typed);
    let address = match parse_address(typed) {
        Ok(address) if address.literal().is_some() || typed.contains(':') => address,
        Err(why) if typed.contains("://") => return Err(why.phrase()),
        Ok(_) | Err(_) => return Err(unknown()),
    };
    if address.is_room() {
        return Err(Phrase::new("doctor-no-room").text("address", typed));
    }
    Ok(address)
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
