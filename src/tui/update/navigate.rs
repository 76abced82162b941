//! Which conversation is open.

use crate::app::{Intent, State};
use crate::model::ConversationId;
use crate::tui::action::Action;
use crate::tui::ui::{Awaited, Mode, Request, Ui};

pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) {
    let target = match action {
        Action::Next => beside(ui, state, true),
        Action::Previous => beside(ui, state, false),
        Action::Nth(number) => state.listed().get(usize::from(number)).map(|one| one.id),
        Action::NextUnread => {
            state.listed().iter().find(|one| one.unread > 0 && Some(one.id) != ui.open).map(|one| one.id)
        }
        Action::LastVisited => ui.last.filter(|last| state.conversation(*last).is_some()),
        _ => None,
    };
    if let Some(target) = target {
        open(ui, target, requests);
    }
    // On a narrow screen choosing has to be seen.
    ui.overlay = matches!(action, Action::Next | Action::Previous) && ui.areas.divider.width == 0 && !ui.bare;
}

/// Opens a conversation. Its draft and the place where one read are as they were.
pub(in crate::tui) fn open(ui: &mut Ui, target: ConversationId, requests: &mut Vec<Request>) {
    if ui.open == Some(target) {
        return;
    }
    if let Some(left) = ui.open {
        requests.push(Request::Intent(Intent::Leave { conversation: left }));
    }
    requests.push(Request::Intent(Intent::Open { conversation: target }));
    ui.last = ui.open;
    ui.open = Some(target);
    ui.heading = None;
    ui.entered = true;
    ui.gone = false;
    ui.mode = Mode::Writing;
    ui.completion = None;
    ui.completing = None;
}

/// The neighbour in the list, round and round.
fn beside(ui: &Ui, state: &State, below: bool) -> Option<ConversationId> {
    let listed = state.listed();
    let len = listed.len();
    let at = listed.iter().position(|one| Some(one.id) == ui.open);
    let step = if below { 1 } else { len.saturating_sub(1) };
    let next = at.map_or(0, |at| at.saturating_add(step).checked_rem(len).unwrap_or(0));
    listed.get(next).map(|one| one.id)
}

/// Opens what was waited for; opens something when the open conversation is gone.
pub(super) fn follow_state(ui: &mut Ui, state: &State, requests: &mut Vec<Request>) {
    let awaited = match &ui.awaited {
        Some(Awaited::Contact(name)) => state.contact_named(name),
        Some(Awaited::Place(address) | Awaited::Everyone { address, .. }) => state.at_address(address),
        None => None,
    };
    if let Some(awaited) = awaited.map(|one| one.id) {
        let awaiting = ui.awaited.take();
        open(ui, awaited, requests);
        if let Some(Awaited::Everyone { text, .. }) = awaiting {
            ui.positions.remove(&awaited);
            ui.left_end.remove(&awaited);
            requests.push(super::kinds::said_to_everyone(awaited, &text));
        }
    }
    if ui.place(state).is_some_and(|place| !place.ignored) {
        return;
    }
    if let Some(gone) = ui.open.take() {
        ui.positions.remove(&gone);
        ui.left_end.remove(&gone);
        ui.heading = None;
        ui.mode = Mode::Writing;
        ui.gone = true;
    }
    if !ui.gone
        && let Some(first) = state.listed().first()
    {
        open(ui, first.id, requests);
    }
}

/// Opens the neighbour, because the person is about to take the open conversation away.
pub(super) fn step_aside(ui: &mut Ui, state: &State, requests: &mut Vec<Request>) {
    if let Some(other) = beside(ui, state, true) {
        open(ui, other, requests);
    }
}
