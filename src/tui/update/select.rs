//! Select mode: one message, one file of it, or a range of messages is chosen; single keys act on it.
//!
//! It is an excursion: whoever leaves it stands where they stood before, and what is no key of it goes to the composer.

use super::files;
use crate::app::{Conversation, Intent, MemberKey, State};
use crate::model::file::TransferState;
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Mark, Message, MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::offers::{can_decline, can_fetch, can_stop, files as offered};
use crate::tui::senders::Sender;
use crate::tui::ui::{Edge, Mode, PendingJump, Selection, Ui, UiRequest};

/// Chooses the newest of the messages that can be seen.
pub(super) fn start(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let newest = || ui.place(state)?.messages().iter().rev().find(|one| is_text(one)).map(|one| one.id);
    match visible(ui, state, Edge::Newest).or_else(newest) {
        Some(message) => choose(ui, state, Selection::new(message, ui.position()), requests),
        None => ui.flash = Some(Phrase::new("flash-nothing-to-select")),
    }
}

/// Chooses that message, or one file of it.
pub(super) fn start_at(
    ui: &mut Ui,
    state: &State,
    (message, file): (MessageId, Option<u16>),
    requests: &mut Vec<UiRequest>,
) {
    let from = match ui.mode {
        Mode::Selecting(chosen) => chosen.from,
        Mode::Writing | Mode::Finding(_) => ui.position(),
    };
    choose(ui, state, Selection { file, ..Selection::new(message, from) }, requests);
}

/// Whether the action was select mode's own.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<UiRequest>) -> bool {
    let Mode::Selecting(chosen) = ui.mode else { return false };
    match action {
        Action::Back | Action::Select | Action::ClearOrQuit => leave(ui, state, requests),
        Action::Up | Action::Down => step(ui, state, chosen, action == Action::Down, requests),
        Action::ExtendUp | Action::ExtendDown => {
            let chosen = Selection { mark: chosen.mark.or(Some(chosen.message)), ..chosen };
            step(ui, state, chosen, action == Action::ExtendDown, requests);
        }
        Action::MarkRange => {
            let mark = if chosen.mark.is_some() { None } else { Some(chosen.message) };
            ui.mode = Mode::Selecting(Selection { mark, file: None, ..chosen });
        }
        Action::PageUp => page(ui, state, Edge::Oldest, requests),
        Action::PageDown => page(ui, state, Edge::Newest, requests),
        Action::Oldest | Action::Newest => {
            let edge = if action == Action::Oldest { Edge::Oldest } else { Edge::Newest };
            super::read::act(ui, state, action, requests);
            ui.mode = Mode::Selecting(Selection { file: None, towards: Some(edge), ..chosen });
            follow_state(ui, state);
        }
        // What edits or sends speaks to the draft, which comes back for it.
        Action::Edit(_) | Action::Editor | Action::SentHistory => {
            leave(ui, state, requests);
            return false;
        }
        _ => return act_on(ui, state, chosen, action, requests),
    }
    true
}

/// What is done with the message that is chosen, or with the range.
fn act_on(
    ui: &mut Ui,
    state: &State,
    chosen: Selection,
    action: Action,
    requests: &mut Vec<UiRequest>,
) -> bool {
    let Some(place) = ui.place(state) else { return false };
    let Some(message) = place.message(chosen.message) else { return false };
    match action {
        Action::NextFile | Action::PreviousFile => {
            let file = beside_file(message, chosen.file, action == Action::NextFile);
            choose(ui, state, Selection { file, mark: None, ..chosen }, requests);
        }
        Action::Copy => match words_of(ui, place, chosen) {
            Ok(words) => {
                requests.push(UiRequest::Copy(words));
                ui.flash = Some(Phrase::new("flash-copied"));
                leave(ui, state, requests);
            }
            Err(why) => ui.flash = Some(why),
        },
        Action::Reply => match words_of(ui, place, chosen) {
            Ok(words) if reply(ui, &words) => leave(ui, state, requests),
            // Why it does not fit has been said.
            Ok(_) => {}
            Err(why) => ui.flash = Some(why),
        },
        Action::Take => take(ui, state, (place, message, chosen.file), requests),
        Action::Decline if can_decline(&state.transfers, message) => {
            requests.push(files::declined(message));
            ui.mode = Mode::Writing;
        }
        Action::Inspect | Action::Details | Action::Decline | Action::Open => {
            super::popups::read_message(ui, place, message, action);
        }
        Action::Retry => stop_or_retry(ui, state, (message, chosen.file), requests),
        _ => return false,
    }
    true
}

/// Back to writing, and to where one read before.
pub(super) fn leave(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let Mode::Selecting(chosen) = ui.mode else { return };
    ui.mode = Mode::Writing;
    if ui.position() != chosen.from {
        super::read::head_for(ui, state, PendingJump::Back(chosen.from), requests);
    }
}

/// The same where another conversation is about to be opened: nothing has to be laid out for it.
pub(super) fn give_up(ui: &mut Ui) {
    if let (Mode::Selecting(chosen), Some(open)) = (&ui.mode, ui.open) {
        let chosen = *chosen;
        super::read::put_back(ui, open, chosen.from);
    }
}

/// An end that one was on the way to may have come; what was chosen may be gone.
pub(super) fn follow_state(ui: &mut Ui, state: &State) {
    let (Mode::Selecting(chosen), Some(place)) = (&ui.mode, ui.place(state)) else { return };
    let is_there = match chosen.towards {
        Some(Edge::Oldest) => ui.heading.is_none(),
        Some(Edge::Newest) => !place.has_newer(),
        None => return,
    };
    let mut texts = place.messages().iter().filter(|message| is_text(message)).map(|message| message.id);
    let found = if chosen.towards == Some(Edge::Oldest) { texts.next() } else { texts.next_back() };
    if let Some(message) = found.filter(|_| is_there) {
        ui.mode = Mode::Selecting(Selection { message, towards: None, ..*chosen });
    }
}

/// The wheel has moved what is visible: the choice goes along.
pub(super) fn keep_in_sight(ui: &mut Ui, state: &State, edge: Edge) {
    if let Mode::Selecting(chosen) = ui.mode
        && !ui.scene.shows(chosen.message)
        && let Some(message) = visible(ui, state, edge)
    {
        ui.mode = Mode::Selecting(Selection { message, file: None, ..chosen });
    }
}

/// The message on that edge of what can be seen.
fn visible(ui: &Ui, state: &State, edge: Edge) -> Option<MessageId> {
    let place = ui.place(state)?;
    let is_chosen =
        |id: &MessageId| ui.scene.shows(*id) && place.message(*id).is_some_and(|one| is_text(one));
    let mut rows = ui.scene.rows.iter().map(|row| row.message);
    match edge {
        Edge::Oldest => rows.find(is_chosen),
        Edge::Newest => rows.rev().find(is_chosen),
    }
}

/// A page further; at the very end to the last message there.
fn page(ui: &mut Ui, state: &State, edge: Edge, requests: &mut Vec<UiRequest>) {
    let Mode::Selecting(chosen) = ui.mode else { return };
    let action = if edge == Edge::Oldest { Action::PageUp } else { Action::PageDown };
    super::read::act(ui, state, action, requests);
    if let Some(message) = visible(ui, state, edge) {
        ui.mode = Mode::Selecting(Selection { message, file: None, towards: None, ..chosen });
    }
}

fn step(ui: &mut Ui, state: &State, chosen: Selection, below: bool, requests: &mut Vec<UiRequest>) {
    let next = ui.place(state).and_then(|place| beside(place, chosen.message, below));
    let message = next.unwrap_or(chosen.message);
    choose(ui, state, Selection { message, file: None, towards: None, ..chosen }, requests);
}

fn choose(ui: &mut Ui, state: &State, chosen: Selection, requests: &mut Vec<UiRequest>) {
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
    requests: &mut Vec<UiRequest>,
) {
    let (conversation, id) = (message.conversation, message.id);
    if message.is_incoming() && message.kind() == Some(MessageKind::Sealed) {
        requests.push(UiRequest::Intent(Intent::Unseal { conversation, message: id }));
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

/// What is chosen, as it is copied or quoted.
fn words_of(ui: &Ui, place: &Conversation, chosen: Selection) -> Result<String, Phrase> {
    let is_held = |id: MessageId| place.message(id).is_some();
    if !is_held(chosen.mark.unwrap_or(chosen.message)) {
        return Err(Phrase::new("flash-range-too-long"));
    }
    let within = place.messages().iter().filter(|one| chosen.holds(one.id) && is_text(one));
    let all: Vec<(String, String)> =
        within.map(|one| (said_by(ui, place, one), text_of(one, chosen.file))).collect();
    // Where several speak one has to know who says what.
    let several = all.iter().any(|(who, _)| all.first().is_some_and(|(first, _)| who != first));
    let lines = all.into_iter().map(|(who, text)| if several { format!("{who}: {text}") } else { text });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn said_by(ui: &Ui, place: &Conversation, message: &Message) -> String {
    let me = &ui.style.me;
    match MemberKey::of(message).filter(|_| place.is_room()) {
        Some(who) => Sender::new(&who, &place.members, me).line(),
        None if message.is_outgoing() => me.clone(),
        None => place.name.clone(),
    }
}

/// Its text; of a file, or where there is no text, where the files lie, or their names.
fn text_of(message: &Message, file: Option<u16>) -> String {
    if file.is_none() && !message.text.is_empty() {
        return message.text.clone();
    }
    let names = offered(message, file).map(|(_, file)| match &file.state {
        TransferState::Done { path } if !path.is_empty() => path.as_str(),
        _ => file.name.as_str(),
    });
    names.collect::<Vec<_>>().join("\n")
}

/// Quotes the message in the composer, as mail does: what a plain peer can read. `false`: there is no room for it.
fn reply(ui: &mut Ui, words: &str) -> bool {
    let quoted = words.lines().fold(String::new(), |quoted, line| quoted + "> " + line + "\n");
    super::compose::insert(ui, &quoted)
}

fn stop_or_retry(
    ui: &mut Ui,
    state: &State,
    (message, file): (&Message, Option<u16>),
    requests: &mut Vec<UiRequest>,
) {
    if can_stop(&state.transfers, message, file) {
        requests.push(files::stopped(message, file));
        if file.is_none() {
            ui.mode = Mode::Writing;
        }
    } else if matches!(message.mark(), Some(Mark::Failed(_))) {
        let retry = Intent::Retry { conversation: message.conversation, message: message.id };
        requests.push(UiRequest::Intent(retry));
        ui.mode = Mode::Writing;
    } else {
        ui.flash = Some(Phrase::new("flash-nothing-to-retry"));
    }
}
