//! Select mode: one message, or one file of it, is chosen; single keys act on it.

use super::files;
use crate::app::{Conversation, Intent, State};
use crate::model::file::Fate;
use crate::model::traffic::Kind;
use crate::model::{Direction, Mark, Message, MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::offers::{can_decline, can_fetch, can_stop, files as offered};
use crate::tui::ui::{Chosen, Mode, Request, Ui};

/// Chooses the newest message.
pub(super) fn start(ui: &mut Ui, state: &State, requests: &mut Vec<Request>) {
    let newest = ui.place(state).and_then(|place| place.messages().iter().rev().find(|one| is_text(one)));
    match newest.map(|newest| newest.id) {
        Some(newest) => choose(ui, state, Chosen { message: newest, file: None }, requests),
        None => ui.flash = Some(Phrase::new("flash-nothing-to-select")),
    }
}

/// Whether the action was select mode's own.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) -> bool {
    let Mode::Selecting(chosen) = ui.mode else { return false };
    let Some(place) = ui.place(state) else { return false };
    let Some(message) = place.message(chosen.message) else {
        ui.mode = Mode::Writing;
        return true;
    };
    match action {
        Action::Up | Action::Down => {
            if let Some(message) = beside(place, chosen.message, action == Action::Down) {
                choose(ui, state, Chosen { message, file: None }, requests);
            }
        }
        Action::NextFile | Action::PreviousFile => {
            let file = beside_file(message, chosen.file, action == Action::NextFile);
            choose(ui, state, Chosen { file, ..chosen }, requests);
        }
        Action::Copy => {
            requests.push(Request::Copy(words_of(message, chosen.file)));
            ui.flash = Some(Phrase::new("flash-copied"));
            ui.mode = Mode::Writing;
        }
        Action::Reply => reply(ui, &words_of(message, chosen.file)),
        Action::Take => take(ui, state, (place, message, chosen.file), requests),
        Action::Decline if can_decline(&state.transfers, message) => {
            requests.push(files::declined(message));
            ui.mode = Mode::Writing;
        }
        Action::Inspect | Action::Details | Action::Decline | Action::Open => {
            super::popups::read_message(ui, place, message, action);
        }
        Action::Retry => stop_or_retry(ui, state, (message, chosen.file), requests),
        Action::Back | Action::Select | Action::ClearOrQuit => ui.mode = Mode::Writing,
        _ => return false,
    }
    true
}

pub(super) fn choose(ui: &mut Ui, state: &State, chosen: Chosen, requests: &mut Vec<Request>) {
    ui.mode = Mode::Selecting(chosen);
    super::read::show(ui, state, chosen.message, requests);
    if let Some(file) = chosen.file {
        super::read::show_file(ui, state, chosen.message, file);
    }
}

/// The next file of a message that has several, or the one before; between the last and the first is all of it.
fn beside_file(message: &Message, from: Option<u16>, below: bool) -> Option<u16> {
    let count = u16::try_from(message.files.as_slice().len()).unwrap_or(u16::MAX);
    let next = match (from, below) {
        (None, true) => Some(0),
        (None, false) => count.checked_sub(1),
        (Some(file), true) => file.checked_add(1),
        (Some(file), false) => file.checked_sub(1),
    };
    next.filter(|file| *file < count && count > 1)
}

/// Fetches what is offered, opens what is sealed; shows anything else in full.
fn take(
    ui: &mut Ui,
    state: &State,
    (place, message, file): (&Conversation, &Message, Option<u16>),
    requests: &mut Vec<Request>,
) {
    let (conversation, id) = (message.conversation, message.id);
    if message.is_incoming() && message.kind() == Some(Kind::Sealed) {
        requests.push(Request::Intent(Intent::Unseal { conversation, message: id }));
        ui.mode = Mode::Writing;
    } else if can_fetch(&state.transfers, message, file) {
        requests.push(files::accepted(message, file));
        // Whoever chooses one of several may want another one.
        if file.is_none() {
            ui.mode = Mode::Writing;
        }
    } else {
        super::popups::read_message(ui, place, message, Action::Open);
    }
}

fn is_text(message: &Message) -> bool {
    !matches!(message.direction, Direction::Notice(_)) && !message.is_joining()
}

fn beside(place: &Conversation, from: MessageId, below: bool) -> Option<MessageId> {
    let at = place.position(from);
    let found = if below {
        place.messages().iter().skip(at.saturating_add(1)).find(|one| is_text(one))
    } else {
        place.messages().get(..at).and_then(|before| before.iter().rev().find(|one| is_text(one)))
    };
    found.map(|message| message.id)
}

/// Its text; of a file, or where there is no text, where the files lie, or their names.
fn words_of(message: &Message, file: Option<u16>) -> String {
    if file.is_none() && !message.text.is_empty() {
        return message.text.clone();
    }
    let names = offered(message, file).map(|(_, file)| match &file.fate {
        Fate::Done { path } if !path.is_empty() => path.as_str(),
        _ => file.name.as_str(),
    });
    names.collect::<Vec<_>>().join("\n")
}

/// Quotes the message in the composer, as mail does: what a plain peer can read.
fn reply(ui: &mut Ui, words: &str) {
    let quoted = words.lines().fold(String::new(), |quoted, line| quoted + "> " + line + "\n");
    super::compose::insert(ui, &quoted);
    ui.mode = Mode::Writing;
}

fn stop_or_retry(
    ui: &mut Ui,
    state: &State,
    (message, file): (&Message, Option<u16>),
    requests: &mut Vec<Request>,
) {
    if can_stop(&state.transfers, message, file) {
        requests.push(files::stopped(message, file));
        if file.is_none() {
            ui.mode = Mode::Writing;
        }
    } else if matches!(message.mark(), Some(Mark::Failed(_))) {
        let retry = Intent::Retry { conversation: message.conversation, message: message.id };
        requests.push(Request::Intent(retry));
        ui.mode = Mode::Writing;
    } else {
        ui.flash = Some(Phrase::new("flash-nothing-to-retry"));
    }
}
