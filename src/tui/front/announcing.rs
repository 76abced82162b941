//! `/announce`: who else is told of us, on networks that broadcasts do not reach.

use crate::model::Phrase;
use crate::model::traffic::Audience;
use crate::runtime::Session;
use crate::tui::ui::Ui;

/// Ends it for all.
const OFF: &str = "off";

/// Adds these places to those of the settings, or takes all out; without any it says which there are.
pub(super) fn announce(session: &mut Session, ui: &mut Ui, typed: &str) {
    let mut places: Vec<String> = session.config.announce.iter().map(|place| place.written.clone()).collect();
    match typed {
        "" => return ui.flash(told(session)),
        OFF => places.clear(),
        _ => {
            let new = typed.split([' ', ',', '\t']).filter(|place| !place.is_empty());
            for place in new {
                if !places.iter().any(|known| known == place) {
                    places.push(place.to_owned());
                }
            }
        }
    }
    match session.configure(&[("announce", &places.join(" "))]) {
        Ok(()) => ui.flash(told(session)),
        Err(error) => ui.refuse(error.phrase()),
    }
}

/// Where we are announced now, and whether anybody is told.
fn told(session: &Session) -> Phrase {
    let config = &session.config;
    let places: Vec<&str> = config.announce.iter().map(|place| &*place.written).collect();
    if places.is_empty() {
        return Phrase::new("announce-nowhere");
    }
    let addresses = config.announce.iter().map(|place| u64::from(place.count())).sum::<u64>();
    let key = if config.visible == Audience::Everybody { "announce-places" } else { "announce-hidden" };
    Phrase::new(key).text("places", places.join(", ")).number("addresses", addresses)
}
