//! Links: those of our own lead to a conversation here, others to the desktop or the clipboard. Nothing is sent by
//! following one, unless a person says so.

use super::cx::UiCx;
use super::navigate;
use crate::app::{Conversation, Intent};
use crate::model::{Address, Message, Phrase};
use crate::runtime;
use crate::tui::chat::{leads_here, links};
use crate::tui::chooser::{Chooser, Item, ItemAction};
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;
use crate::tui::text::{is_misleading, plain_host};
use crate::tui::ui::PendingOpen;

/// A click: a link of our own opens, any other is copied, as the terminal opens that by a click of its own.
pub(super) fn click(cx: &mut UiCx<'_>, link: &str) {
    if leads_here(link) {
        visit(cx, link);
    } else {
        cx.ask(UiRequest::Copy(link.to_owned()));
        cx.ui.flash(Phrase::new("flash-link-copied").text("link", link));
    }
}

/// Enter on a link.
pub(super) fn open(cx: &mut UiCx<'_>, link: &str) {
    if leads_here(link) {
        visit(cx, link);
    } else if is_misleading(link) {
        // Whoever is asked has seen where it leads.
        let asked = Phrase::new("question-browse").text("host", plain_host(link)).text("link", link);
        cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Browse(link.to_owned()))));
    } else {
        cx.ask(UiRequest::Browse(link.to_owned()));
    }
}

/// Opens the link of a message, or asks which of several. `false`: it has none.
pub(super) fn open_one(cx: &mut UiCx<'_>, place: &Conversation, message: &Message) -> bool {
    let mut links = links(place, message);
    let first = if links.len() > 1 { None } else { links.pop() };
    match first {
        Some(link) => open(cx, &link),
        None if links.is_empty() => return false,
        None => {
            let item = |link: String| Item::new(link.clone(), "", ItemAction::Follow(link));
            cx.ui.popup =
                Some(Popup::Chooser(Chooser::new("popup-links", links.into_iter().map(item).collect())));
        }
    }
    true
}

/// A conversation that is known is opened; before any other comes up a person is asked, who has seen then where it is.
fn visit(cx: &mut UiCx<'_>, link: &str) {
    let address = match runtime::parse_address(link) {
        Ok(address) => address,
        Err(error) => return cx.ui.flash(error.phrase()),
    };
    if let Some(id) = cx.state.at_address(&address).map(|place| place.id) {
        navigate::choose(cx, cx.state.shown_instead(id).unwrap_or(id));
        return;
    }
    let asked = Phrase::new("question-visit").text("address", address.to_string());
    cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Visit(Box::new(address)))));
}

/// A person has said that the conversation is wanted.
pub(super) fn enter(cx: &mut UiCx<'_>, address: Address) {
    cx.ui.navigation.wait_for(PendingOpen::Place(Box::new(address.clone())));
    cx.intend(Intent::Visit { address });
}
