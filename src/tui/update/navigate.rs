//! Which conversation is open.

use crate::app::{Intent, PeerKind, State};
use crate::model::{ConversationId, Phrase};
use crate::tui::action::Action;
use crate::tui::naming::reaches_everybody;
use crate::tui::ui::{Mode, PendingOpen, Ui, UiRequest};

pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<UiRequest>) {
    if action == Action::NextUnread {
        next_unread(ui, state, requests);
        return;
    }
    let target = match action {
        Action::Next => beside(ui, state, true),
        Action::Previous => beside(ui, state, false),
        Action::Nth(number) => ui.listed(state).get(usize::from(number)).map(|one| one.id),
        // Esc and a slash in one read look like Alt-/: that must not lead to where Enter reaches everybody.
        Action::LastVisited => {
            let last = ui.last.and_then(|last| state.conversation(last));
            last.filter(|last| !reaches_everybody(last)).map(|last| last.id)
        }
        _ => None,
    };
    if let Some(target) = target {
        open(ui, target, requests);
    }
    // On a narrow screen choosing has to be seen.
    ui.overlay = matches!(action, Action::Next | Action::Previous) && ui.areas.divider.width == 0 && !ui.bare;
}

/// Where something is unread; at last in what is open, below what one sees of it.
fn next_unread(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    ui.order.renew(state);
    let listed = ui.listed(state);
    let elsewhere = listed.iter().find(|one| one.unread > 0 && Some(one.id) != ui.open).map(|one| one.id);
    if let Some(target) = elsewhere {
        open(ui, target, requests);
        return;
    }
    let here = ui.place(state).filter(|place| place.activity.unread() > 0);
    match here.map(|place| place.activity.marker().filter(|marker| !ui.scene.shows(*marker))) {
        Some(Some(marker)) => super::read::show(ui, state, marker, requests),
        // It can be seen where it begins: the rest is below.
        Some(None) => super::read::act(ui, state, Action::Newest, requests),
        None => ui.flash = Some(Phrase::new("flash-nothing-unread-anywhere")),
    }
}

/// Opens a conversation. Its draft and the place where one read are as they were.
pub(in crate::tui) fn open(ui: &mut Ui, target: ConversationId, requests: &mut Vec<UiRequest>) {
    if ui.open == Some(target) {
        return;
    }
    super::select::give_up(ui);
    if let Some(left) = ui.open {
        requests.push(UiRequest::Intent(Intent::Leave { conversation: left }));
    }
    requests.push(UiRequest::Intent(Intent::Open { conversation: target }));
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
    let listed = ui.listed(state);
    let len = listed.len();
    let at = listed.iter().position(|one| Some(one.id) == ui.open);
    let step = if below { 1 } else { len.saturating_sub(1) };
    let next = at.map_or(0, |at| at.saturating_add(step).checked_rem(len).unwrap_or(0));
    listed.get(next).map(|one| one.id)
}

/// Opens what was waited for; opens something when the open conversation is gone.
pub(super) fn follow_state(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let awaited = match &ui.awaited {
        Some(PendingOpen::Contact(name)) => state.contact_named(name),
        Some(PendingOpen::Place(address) | PendingOpen::Everyone { address, .. }) => {
            state.at_address(address)
        }
        None => None,
    };
    if let Some(awaited) = awaited.map(|one| one.id) {
        match ui.awaited.take() {
            // One stays where one is: a plain Enter there would reach everybody once more.
            Some(PendingOpen::Everyone { text, .. }) => {
                requests.push(super::kinds::said_to_everyone(awaited, &text));
                ui.flash = Some(Phrase::new("flash-everyone"));
            }
            _ => open(ui, awaited, requests),
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
        && let Some(first) = usual(ui, state)
    {
        open(ui, first, requests);
    }
}

/// What is open at first: the first of those a person has added, else the top of the list. The echo peer stands there as
/// soon as it is ready, which may be before the first frame.
fn usual(ui: &Ui, state: &State) -> Option<ConversationId> {
    let listed = ui.listed(state);
    let is_contact = |id| state.conversation(id).is_some_and(|one| one.kind == PeerKind::Contact);
    let first = listed.iter().find(|row| is_contact(row.id)).or_else(|| listed.first());
    first.map(|row| row.id)
}

/// Opens the neighbour, because the person is about to take the open conversation away.
pub(super) fn step_aside(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    if let Some(other) = beside(ui, state, true) {
        open(ui, other, requests);
    }
}
