//! What keys, pastes and the mouse do to the front's state, and what they ask for. Pure: no I/O, no clock.

mod autosave;
mod commands;
mod complete;
mod compose;
mod files;
mod find;
mod forms;
mod kinds;
mod meta;
mod mouse;
mod navigate;
mod paste;
mod popups;
mod read;
mod search;
mod select;

use crossterm::event::{Event, KeyEvent, KeyEventKind};

pub(super) use autosave::save;
pub(super) use complete::completed;
pub(super) use forms::first_start_form;
pub(super) use navigate::open;
pub(super) use read::fetch;

use super::action::Action;
use super::composer::Edit;
use super::input::InputEvent;
use super::keymap::{look_up, typed};
use super::popup::{Popup, Question, Then};
use super::ui::{Focus, Mode, Ui, UiRequest};
use crate::app::{Intent, State};
use crate::model::Phrase;

/// Takes what came in from the terminal.
pub(in crate::tui) fn on_input(ui: &mut Ui, state: &State, input: InputEvent) -> Vec<UiRequest> {
    match input {
        InputEvent::Terminal(event) => on_terminal(ui, state, event),
        InputEvent::Text(text) => paste::on_text(ui, state, &text),
        InputEvent::TooLong(bytes) => {
            compose::refuse(ui, bytes);
            Vec::new()
        }
    }
}

/// Takes one event of the terminal.
pub(in crate::tui) fn on_terminal(ui: &mut Ui, state: &State, event: Event) -> Vec<UiRequest> {
    let mut requests = Vec::new();
    if !matches!(event, Event::Key(_)) {
        ui.escaped = None;
    }
    if matches!(event, Event::Key(_) | Event::Paste(_) | Event::Mouse(_)) {
        ui.order.touch(state, ui.moment);
    }
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => on_key(ui, state, key, &mut requests),
        Event::Paste(text) => paste::on_paste(ui, state, &text, &mut requests),
        Event::Mouse(event) => mouse::on_mouse(ui, state, event, &mut requests),
        Event::FocusGained => look(ui, Focus::Here, &mut requests),
        Event::FocusLost => look(ui, Focus::Away, &mut requests),
        Event::Key(_) | Event::Resize(..) => {}
    }
    seen(ui, state, false, &mut requests);
    requests
}

/// Follows what the app changed: a conversation that went, one that was waited for, what is read now.
pub(in crate::tui) fn on_app(ui: &mut Ui, state: &State) -> Vec<UiRequest> {
    let mut requests = Vec::new();
    // Where one stands already nothing has to say what is new; on the way there it has.
    let stood = ui.heading.is_none() && ui.open.is_some_and(|open| !ui.positions.contains_key(&open));
    let before = ui.open;
    navigate::follow_state(ui, state, &mut requests);
    read::follow_state(ui, state);
    select::follow_state(ui, state);
    find::follow_state(ui, state, &mut requests);
    search::follow_state(ui, state, &mut requests);
    ask_anew(ui, state);
    seen(ui, state, stood && ui.open == before, &mut requests);
    requests
}

/// Does one action, from a key or from the palette.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<UiRequest>) {
    if ui.popup.is_some() && popups::act(ui, state, action, requests) {
        return;
    }
    if matches!(ui.mode, Mode::Selecting(_)) && select::act(ui, state, action, requests) {
        return;
    }
    if find::act(ui, state, action, requests) {
        return;
    }
    match action {
        Action::Send
        | Action::Edit(_)
        | Action::Up
        | Action::Down
        | Action::Complete
        | Action::CompleteBack
        | Action::Editor => {
            compose::act(ui, state, action, requests);
        }
        Action::Next | Action::Previous | Action::Nth(_) | Action::NextUnread | Action::LastVisited => {
            navigate::act(ui, state, action, requests);
        }
        Action::PageUp | Action::PageDown if compose::page(ui, action == Action::PageUp) => {}
        Action::PageUp | Action::PageDown | Action::Oldest | Action::Newest | Action::FirstUnread => {
            read::act(ui, state, action, requests);
        }
        Action::GoTo
        | Action::SentHistory
        | Action::AddContact
        | Action::RenameContact
        | Action::RemoveContact
        | Action::Members
        | Action::Palette
        | Action::Help => popups::open(ui, state, action),
        Action::ReadAsLegacy => commands::read_as_legacy(ui, state, requests),
        Action::Search => search::open(ui, "", requests),
        Action::Select => select::start(ui, state, requests),
        Action::Quit => quit(ui, state, requests),
        Action::ClearOrQuit => clear_or_quit(ui, state, requests),
        _ => program(ui, action, requests),
    }
}

/// Ends the program; while files are on their way, or messages are not in the history, that is asked about once.
pub(super) fn quit(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let was_asked = matches!(&ui.popup, Some(Popup::Question(Question { then: Then::Quit, .. })));
    let Some(asked) = loses(state).filter(|_| !was_asked) else { return requests.push(UiRequest::Quit) };
    popups::close(ui);
    ui.popup = Some(Popup::Question(Question { asked, then: Then::Quit }));
}

/// What leaving now would cost, as a question.
fn loses(state: &State) -> Option<Phrase> {
    let (unkept, running) = (state.unkept(), state.transfers.len());
    if unkept > 0 {
        return Some(Phrase::new("question-quit-unkept").number("count", unkept));
    }
    (running > 0).then(|| Phrase::new("question-quit").number("count", running))
}

/// A question about leaving says what is so now. It stays where nothing stands against leaving any more: the answer to it
/// may be on its way, and must not go into a draft.
fn ask_anew(ui: &mut Ui, state: &State) {
    if let Some(Popup::Question(Question { asked, then: Then::Quit })) = &mut ui.popup {
        *asked = loses(state).unwrap_or_else(|| Phrase::new("question-quit-now"));
    }
}

/// What concerns the program as a whole.
fn program(ui: &mut Ui, action: Action, requests: &mut Vec<UiRequest>) {
    match action {
        Action::Mouse => ui.mouse = !ui.mouse,
        Action::Bare => ui.bare = !ui.bare,
        Action::Redraw => requests.push(UiRequest::Redraw),
        Action::Suspend => requests.push(UiRequest::Suspend),
        Action::Back if ui.bare => ui.bare = false,
        Action::Back => compose::clear_refused(ui, requests),
        _ => {}
    }
}

fn on_key(ui: &mut Ui, state: &State, key: KeyEvent, requests: &mut Vec<UiRequest>) {
    // A line behind a flash has not been seen yet.
    if ui.flash.take().is_none() {
        ui.told_seen = state.told_after(ui.told_seen).map_or(ui.told_seen, |(number, _)| number);
    }
    let key = meta::prefixed(ui, key);
    let mut action = look_up(ui.layers(), key);
    if ui.lists_candidates() {
        action = match action {
            Some(Action::Up) => Some(Action::CompleteBack),
            Some(Action::Down) => Some(Action::Complete),
            Some(Action::Back) => {
                ui.completion = None;
                return;
            }
            other => other,
        };
    }
    if !matches!(action, Some(Action::Complete | Action::CompleteBack)) {
        ui.completing = None;
        // Enter takes what the list has chosen.
        ui.completion.take_if(|list| action != Some(Action::Send) || !list.is_listed);
    }
    if action != Some(Action::ClearOrQuit) {
        ui.quitting = false;
    }
    if action != Some(Action::Send) {
        ui.asked = None;
    }
    // The list lies over the screen while one steps through it, and no longer.
    let overlay = std::mem::take(&mut ui.overlay);
    ui.list_wheeled = false;
    if action == Some(Action::Back) {
        if overlay {
            return;
        }
        meta::begin(ui);
    }
    if !matches!(action, Some(Action::Up | Action::ClearOrQuit)) {
        ui.cleared = false;
    }
    match (action, typed(key)) {
        (Some(action), _) => act(ui, state, action, requests),
        (None, Some(c)) => type_char(ui, state, c, requests),
        (None, None) => {}
    }
}

fn type_char(ui: &mut Ui, state: &State, c: char, requests: &mut Vec<UiRequest>) {
    if ui.popup.is_some() {
        popups::type_char(ui, c, requests);
        return;
    }
    // What is no key of select mode is the beginning of a text.
    select::leave(ui, state, requests);
    if find::type_char(ui, c, requests) {
        // It went into the word that is looked for.
    } else {
        compose::type_char(ui, c, requests);
    }
}

/// Clears the draft; on an empty one asks, and the second time quits.
fn clear_or_quit(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    if ui.draft().is_some_and(|draft| !draft.is_empty()) {
        compose::clear(ui, requests);
    } else if ui.quitting {
        // Whoever presses it until the program ends has not thrown the draft away.
        let width = ui.composer_width();
        if std::mem::take(&mut ui.cleared) {
            let _back = ui.draft_mut().apply(Edit::Undo, width);
        }
        quit(ui, state, requests);
    } else {
        ui.quitting = true;
        ui.flash = Some(Phrase::new("flash-quit-again"));
    }
}

fn look(ui: &mut Ui, focus: Focus, requests: &mut Vec<UiRequest>) {
    ui.focus = focus;
    requests.push(UiRequest::Intent(Intent::Away(focus == Focus::Away)));
}

/// Tells the app what has been seen: the open conversation, at its end, by somebody.
fn seen(ui: &mut Ui, state: &State, arriving: bool, requests: &mut Vec<UiRequest>) {
    let Some(place) = ui.place(state).filter(|place| place.is_readable()) else { return };
    let arriving = arriving && !std::mem::take(&mut ui.entered);
    let reading = ui.focus != Focus::Away && !ui.positions.contains_key(&place.id);
    if place.activity.unread() > 0 && reading && !matches!(ui.popup, Some(Popup::Form(_))) {
        requests.push(UiRequest::Intent(Intent::Read { conversation: place.id, arriving }));
    }
}
