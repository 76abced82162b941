//! Writing: the draft, sending it, pasting.

use super::{commands, complete, navigate};
use crate::app::{Conversation, Intent, State};
use crate::model::Phrase;
use crate::model::text::clean_paste;
use crate::runtime;
use crate::tui::action::Action;
use crate::tui::commands::{Typed, read};
use crate::tui::composer::{Composer, Edit, MAX_TEXT};
use crate::tui::popup::{Popup, Question, Then};
use crate::tui::ui::{Request, Ui};

/// A paste beyond this asks first.
const PASTE_LINES: usize = 5;
const PASTE_BYTES: usize = 4 * 1024;

pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) {
    let width = ui.composer_width();
    match action {
        Action::Send if complete::take(ui) => {}
        Action::Send => send(ui, state, requests),
        Action::Edit(edit) => {
            if let Some(draft) = ui.draft_mut() {
                draft.apply(edit, width);
            }
        }
        Action::Up | Action::Down => up_or_down(ui, state, action, requests),
        Action::Complete => complete::complete(ui, state, true, requests),
        Action::CompleteBack => complete::complete(ui, state, false, requests),
        Action::Editor => requests.push(Request::Editor),
        _ => {}
    }
}

pub(super) fn type_char(ui: &mut Ui, c: char) {
    if let Some(draft) = ui.draft_mut() {
        draft.insert_char(c);
    }
}

/// In the list while nothing is written; else in the text, then through what was sent before.
fn up_or_down(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) {
    let up = action == Action::Up;
    if ui.draft().is_none_or(Composer::is_empty) {
        let action = if up { Action::Previous } else { Action::Next };
        navigate::act(ui, state, action, requests);
        return;
    }
    let width = ui.composer_width();
    let sent: &[String] = ui.place(state).map_or(&[], |place| &place.sent);
    let Some(draft) = ui.draft_mut() else { return };
    if up {
        let _moved = draft.apply(Edit::Up, width) || draft.history_up(sent);
    } else {
        let _moved = draft.apply(Edit::Down, width) || draft.history_down(sent);
    }
}

/// Sends the draft, or runs the command in it. What cannot be done stays in the composer.
fn send(ui: &mut Ui, state: &State, requests: &mut Vec<Request>) {
    let text = ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let result = match read(&text) {
        Typed::Message(message) => send_text(ui, state, message, requests),
        Typed::Command(verb, args) => commands::run(ui, state, verb, args, requests),
        Typed::Unknown { name, nearest: Some(nearest) } => {
            Err(Phrase::new("command-unknown-near").text("name", name).text("nearest", nearest))
        }
        Typed::Unknown { name, nearest: None } => Err(Phrase::new("command-unknown").text("name", name)),
    };
    match result {
        Ok(()) => {
            if let Some(draft) = ui.draft_mut().filter(|draft| draft.text() == text) {
                draft.take();
            }
        }
        Err(why) => ui.flash = Some(why),
    }
}

/// Sends a text to the open conversation if its dialect can carry it; the draft is not touched.
pub(super) fn send_text(
    ui: &mut Ui,
    state: &State,
    text: &str,
    requests: &mut Vec<Request>,
) -> Result<(), Phrase> {
    let conversation = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?.id;
    let intent = Request::Intent(Intent::Send { conversation, text: text.to_owned() });
    say(ui, state, (text, intent), requests)
}

/// The same, in whatever way the request says.
pub(super) fn say(
    ui: &mut Ui,
    state: &State,
    (text, how): (&str, Request),
    requests: &mut Vec<Request>,
) -> Result<(), Phrase> {
    let place = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?;
    check(place, text)?;
    ui.positions.remove(&place.id);
    ui.left_end.remove(&place.id);
    requests.push(how);
    Ok(())
}

/// Whether this text can be said there.
pub(super) fn check(place: &Conversation, text: &str) -> Result<(), Phrase> {
    if place.is_out() {
        return Err(Phrase::new("room-left").text("name", place.name.as_str()));
    }
    runtime::check(&place.written(), text).map(drop).map_err(|fault| fault.phrase())
}

/// Into the composer, never sent by itself; a long one asks first.
pub(super) fn paste(ui: &mut Ui, text: &str, requests: &mut Vec<Request>) {
    let text = clean_paste(text);
    if matches!(ui.popup, Some(Popup::Search)) {
        super::search::insert(ui, &text, requests);
        return;
    }
    if ui.popup.is_some() {
        for c in text.chars().filter(|c| !c.is_control()) {
            super::popups::type_char(ui, c, requests);
        }
        return;
    }
    let lines = text.lines().count();
    if lines > PASTE_LINES || text.len() > PASTE_BYTES {
        let asked = Phrase::new("question-paste").number("lines", lines).number("bytes", text.len());
        ui.popup = Some(Popup::Question(Question { asked, then: Then::Paste(text) }));
    } else {
        insert(ui, &text);
    }
}

/// Puts a text into the draft, or says that there is no room for it.
pub(super) fn insert(ui: &mut Ui, text: &str) {
    if ui.draft_mut().is_some_and(|draft| !draft.insert_str(text)) && !text.is_empty() {
        ui.flash = Some(Phrase::new("flash-draft-full").number("limit", MAX_TEXT));
    }
}
