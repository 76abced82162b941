//! Writing: the draft, sending it, pasting.

use super::{commands, complete, navigate};
use crate::app::{Conversation, Intent, State};
use crate::model::Phrase;
use crate::runtime;
use crate::tui::action::Action;
use crate::tui::commands::{Typed, read};
use crate::tui::composer::{Composer, Edit, MAX_TEXT};
use crate::tui::keymap::key_of;
use crate::tui::naming::reaches_everybody;
use crate::tui::popup::{Popup, Question, Then};
use crate::tui::ui::{Ui, UiRequest};

/// A paste beyond this asks first.
const PASTE_LINES: usize = 5;
const PASTE_BYTES: usize = 4 * 1024;

pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<UiRequest>) {
    let width = ui.composer_width();
    match action {
        Action::Send if complete::take(ui) => {}
        Action::Send => send(ui, state, requests),
        Action::Edit(edit) => {
            let grows = matches!(edit, Edit::InsertNewline | Edit::Yank);
            let done = ui.draft_mut().apply(edit, width);
            if grows && !done && ui.draft().is_none_or(|draft| draft.text().len() >= MAX_TEXT / 2) {
                say_full(ui);
            }
        }
        Action::Up | Action::Down => up_or_down(ui, state, action, requests),
        Action::Complete => complete::complete(ui, state, true, requests),
        Action::CompleteBack => complete::complete(ui, state, false, requests),
        Action::Editor => requests.push(UiRequest::Editor),
        _ => {}
    }
}

pub(super) fn type_char(ui: &mut Ui, c: char, requests: &mut Vec<UiRequest>) {
    if c == '/' && begins_anew(ui) {
        clear(ui, requests);
        ui.flash = None;
    }
    if !ui.draft_mut().insert_char(c) {
        say_full(ui);
    }
}

/// Characters typed at once.
pub(super) fn type_text(ui: &mut Ui, text: &str) {
    if !text.is_empty() && !ui.draft_mut().insert_typed(text) {
        say_full(ui);
    }
}

/// A slash behind a command that was refused begins the next one, unless one could go on with it there.
fn begins_anew(ui: &Ui) -> bool {
    let Some(draft) = ui.draft().filter(|draft| is_refused(ui) && draft.cursor() == draft.text().len())
    else {
        return false;
    };
    match read(draft.text()) {
        Typed::Command(verb, args) => args.is_empty() || !verb.takes_slashes(),
        Typed::Unknown { .. } => true,
        Typed::Message(_) => false,
    }
}

/// A command that was refused stands in the composer as it was.
pub(super) fn is_refused(ui: &Ui) -> bool {
    ui.draft().is_some_and(|draft| ui.refused.as_deref() == Some(draft.text()) && !draft.is_empty())
}

/// Esc behind a refused command: it goes, and can be had back.
pub(super) fn clear_refused(ui: &mut Ui, requests: &mut Vec<UiRequest>) {
    if is_refused(ui) {
        clear(ui, requests);
    }
}

/// Clears the draft. Undo, yank, what was sent before, and Up as the very next key bring it back.
pub(super) fn clear(ui: &mut Ui, requests: &mut Vec<UiRequest>) {
    let text = ui.draft_mut().clear();
    remember(ui, text, requests);
    ui.cleared = true;
    let key = key_of(Action::Edit(Edit::Undo));
    ui.flash = Some(Phrase::new("flash-cleared").text("key", key));
}

/// Keeps what was written among what was sent.
fn remember(ui: &Ui, text: String, requests: &mut Vec<UiRequest>) {
    requests.extend(ui.open.map(|conversation| UiRequest::Intent(Intent::Remember { conversation, text })));
}

/// Puts a text in the place of the draft, which is not lost.
pub(super) fn replace(ui: &mut Ui, text: String, requests: &mut Vec<UiRequest>) {
    let before = ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
    if !before.is_empty() && before != text {
        remember(ui, before.clone(), requests);
        // One of the commands that stand there until they are whole keeps what stood there first.
        if matches!(read(&before), Typed::Message(_)) {
            let is_command = !matches!(read(&text), Typed::Message(_));
            ui.aside = ui.open.filter(|_| is_command).map(|open| (open, before));
        }
    }
    ui.draft_mut().set_text(text);
}

/// A page of a draft that is longer than its rows. `false`: there is no more of it that way.
pub(super) fn page(ui: &mut Ui, up: bool) -> bool {
    let (width, height) = (ui.composer_width(), ui.areas.composer.height);
    let edit = if up { Edit::Up } else { Edit::Down };
    let draft = ui.draft_mut();
    if draft.layout(width).rows.len() <= usize::from(height) {
        return false;
    }
    let mut moved = false;
    for _ in 0..height.saturating_sub(1).max(1) {
        moved |= draft.apply(edit, width);
    }
    moved
}

/// In the list while nothing is written; else in the text, then through what was sent before.
fn up_or_down(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<UiRequest>) {
    let up = action == Action::Up;
    let brings_back = up && ui.cleared;
    let writes = !ui.draft().is_none_or(Composer::is_empty) && ui.open.is_some();
    if !writes && !brings_back {
        let action = if up { Action::Previous } else { Action::Next };
        navigate::act(ui, state, action, requests);
        return;
    }
    let width = ui.composer_width();
    let sent: &[String] = ui.place(state).map_or(&[], |place| place.input.sent());
    let draft = ui.draft_mut();
    if up {
        let _moved = draft.apply(Edit::Up, width) || draft.history_up(sent);
    } else {
        let _moved = draft.apply(Edit::Down, width) || draft.history_down(sent);
    }
}

/// Sends the draft, or runs the command in it. What cannot be done stays in the composer.
fn send(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let text = ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let result = match read(&text) {
        Typed::Message(message) if asks(ui, state, message) => Err(Phrase::new("flash-everyone-asks")),
        Typed::Message(message) => send_text(ui, state, message, requests),
        Typed::Command(verb, args) => commands::run(ui, state, verb, args, requests),
        Typed::Unknown { name, nearest: Some(nearest) } => {
            Err(Phrase::new("command-unknown-near").text("name", name).text("nearest", nearest))
        }
        Typed::Unknown { name, nearest: None } => Err(Phrase::new("command-unknown").text("name", name)),
    };
    match result {
        Ok(()) => {
            if ui.draft_mut().text() == text {
                ui.draft_mut().take();
            }
            let aside = ui.aside.take();
            // What was sent is remembered when it leaves.
            if matches!(read(&text), Typed::Message(_)) {
                return;
            }
            remember(ui, text, requests);
            if let Some((_, words)) = aside.filter(|(id, _)| Some(*id) == ui.open)
                && ui.draft_mut().is_empty()
            {
                ui.draft_mut().set_text(words);
            }
        }
        Err(why) => {
            ui.flash = Some(why);
            ui.refused = Some(text).filter(|text| !matches!(read(text), Typed::Message(_)));
        }
    }
}

/// What would reach everybody on the network is asked about once, by the same text and Enter again.
fn asks(ui: &mut Ui, state: &State, text: &str) -> bool {
    let everybody = ui.place(state).filter(|place| reaches_everybody(place) && check(place, text).is_ok());
    let asks = everybody.map(|place| (place.id, text.to_owned()));
    let answered = ui.asked.take();
    if asks == answered {
        return false;
    }
    ui.asked.clone_from(&asks);
    asks.is_some()
}

/// Sends a text to the open conversation if its dialect can carry it; the draft is not touched.
pub(super) fn send_text(
    ui: &mut Ui,
    state: &State,
    text: &str,
    requests: &mut Vec<UiRequest>,
) -> Result<(), Phrase> {
    let conversation = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?.id;
    let intent = UiRequest::Intent(Intent::Send { conversation, text: text.to_owned() });
    say(ui, state, (text, intent), requests)
}

/// The same, in whatever way the request says.
pub(super) fn say(
    ui: &mut Ui,
    state: &State,
    (text, how): (&str, UiRequest),
    requests: &mut Vec<UiRequest>,
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

/// Into the composer, never sent by itself; a long one asks first, and one that a draft cannot hold is refused.
pub(super) fn paste(ui: &mut Ui, text: String) {
    let lines = text.lines().count();
    let written = ui.draft().map_or(0, |draft| draft.text().len());
    if written.saturating_add(text.len()) > MAX_TEXT {
        refuse(ui, text.len());
    } else if lines > PASTE_LINES || text.len() > PASTE_BYTES {
        let asked = Phrase::new("question-paste").number("lines", lines).number("bytes", text.len());
        ui.popup = Some(Popup::Question(Question { asked, then: Then::Paste(text) }));
    } else {
        insert(ui, &text);
    }
}

/// Says of a paste of so many bytes that no draft can hold it.
pub(super) fn refuse(ui: &mut Ui, bytes: usize) {
    ui.flash = Some(Phrase::new("flash-paste-too-long").number("bytes", bytes).number("limit", MAX_TEXT));
}

/// Puts a text into the draft, or says why not. `false`: it did not go in.
pub(super) fn insert(ui: &mut Ui, text: &str) -> bool {
    let done = ui.draft_mut().insert_str(text) || text.is_empty();
    if !done {
        say_full(ui);
    }
    done
}

/// Why nothing more goes into the draft.
fn say_full(ui: &mut Ui) {
    ui.flash = Some(match ui.open {
        Some(_) => Phrase::new("flash-draft-full").number("limit", MAX_TEXT),
        None => Phrase::new("flash-nobody"),
    });
}
