//! Select mode: one message is chosen, single keys act on it.

use crate::app::{Conversation, Intent, State};
use crate::model::{Direction, Mark, Message, MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::ui::{Mode, Request, Ui};

/// Chooses the newest message.
pub(super) fn start(ui: &mut Ui, state: &State, requests: &mut Vec<Request>) {
    let newest = ui.place(state).and_then(|place| place.messages().iter().rev().find(|one| is_text(one)));
    match newest.map(|newest| newest.id) {
        Some(newest) => choose(ui, state, newest, requests),
        None => ui.flash = Some(Phrase::new("flash-nothing-to-select")),
    }
}

/// Whether the action was select mode's own.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) -> bool {
    let Mode::Selecting(chosen) = ui.mode else { return false };
    let Some(place) = ui.place(state) else { return false };
    let Some(message) = place.message(chosen) else {
        ui.mode = Mode::Writing;
        return true;
    };
    match action {
        Action::Up | Action::Down => {
            if let Some(next) = beside(place, chosen, action == Action::Down) {
                choose(ui, state, next, requests);
            }
        }
        Action::Copy => {
            requests.push(Request::Copy(message.text.clone()));
            ui.flash = Some(Phrase::new("flash-copied"));
            ui.mode = Mode::Writing;
        }
        Action::Reply => reply(ui, message),
        Action::Inspect | Action::Details | Action::Open => {
            super::popups::read_message(ui, place, message, action);
        }
        Action::Retry => retry(ui, message, requests),
        Action::Back | Action::Select | Action::ClearOrQuit => ui.mode = Mode::Writing,
        _ => return false,
    }
    true
}

fn choose(ui: &mut Ui, state: &State, message: MessageId, requests: &mut Vec<Request>) {
    ui.mode = Mode::Selecting(message);
    super::read::show(ui, state, message, requests);
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

/// Quotes the message in the composer, as mail does: what a plain peer can read.
fn reply(ui: &mut Ui, message: &Message) {
    let quoted = message.text.lines().fold(String::new(), |quoted, line| quoted + "> " + line + "\n");
    super::compose::insert(ui, &quoted);
    ui.mode = Mode::Writing;
}

fn retry(ui: &mut Ui, message: &Message, requests: &mut Vec<Request>) {
    if matches!(message.mark(), Some(Mark::Failed(_))) {
        let retry = Intent::Retry { conversation: message.conversation, message: message.id };
        requests.push(Request::Intent(retry));
        ui.mode = Mode::Writing;
    } else {
        ui.flash = Some(Phrase::new("flash-nothing-to-retry"));
    }
}
