//! The search through every conversation: what the keys and the mouse do in its popup, and where Enter leads.

use ratatui::layout::Position;

use super::{find, navigate, read};
use crate::app::{Intent, State};
use crate::model::Phrase;
use crate::tui::action::Action;
use crate::tui::composer::Edit;
use crate::tui::popup::Popup;
use crate::tui::query::Query;
use crate::tui::scrollback::{Anchor, Position as Place};
use crate::tui::ui::{Ui, UiRequest};
use crate::tui::view;

/// Results that one notch of the wheel moves.
const WHEEL: usize = 3;

/// Screens of results that should be known below the chosen one.
const AHEAD: usize = 3;

/// Opens it as it was left, or with something else to search for.
pub(super) fn open(ui: &mut Ui, text: &str, requests: &mut Vec<UiRequest>) {
    ui.popup = Some(Popup::Search);
    ui.finder.is_selected = text.is_empty() && !ui.finder.query.line.is_empty();
    if !text.is_empty() {
        edit_query(ui, requests, |query| {
            query.line.set_text(text);
        });
    } else if ui.finder.chosen == 0 && !ui.finder.query.search.is_empty() {
        // Who had gone on to older results finds their place again; otherwise what came since is wanted too.
        let search = ui.finder.query.search.clone();
        requests.push(UiRequest::Intent(Intent::LookUp { within: None, search }));
        ui.finder.begin();
    }
}

/// A key in the popup, besides those that close it.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<UiRequest>) {
    let page = height(ui).saturating_sub(1).max(1);
    let deletes = matches!(action, Action::Edit(Edit::Backspace | Edit::Delete));
    if std::mem::take(&mut ui.finder.is_selected) && deletes {
        edit_query(ui, requests, |query| {
            query.line.take();
        });
        return;
    }
    match action {
        Action::Accept | Action::Send => jump(ui, state, requests),
        Action::Up | Action::PreviousField => step(ui, state, false, 1),
        Action::Down | Action::NextField => step(ui, state, true, 1),
        Action::PageUp => step(ui, state, false, page),
        Action::PageDown => step(ui, state, true, page),
        Action::First | Action::Newest => step(ui, state, false, usize::MAX),
        Action::Last | Action::Oldest => step(ui, state, true, usize::MAX),
        Action::Edit(Edit::InsertNewline) => {}
        Action::Edit(edit) => edit_query(ui, requests, |query| {
            query.line.apply(edit, u16::MAX);
        }),
        _ => {}
    }
}

/// Characters typed or pasted.
pub(super) fn insert(ui: &mut Ui, text: &str, requests: &mut Vec<UiRequest>) {
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    let replaces = ui.finder.is_selected;
    edit_query(ui, requests, |query| {
        if replaces {
            query.line.take();
        }
        query.line.insert_str(&line);
    });
}

/// Asks for older results before the chosen one is the last.
pub(super) fn follow_state(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    if !matches!(ui.popup, Some(Popup::Search)) {
        return;
    }
    if ui.finder.is_awaited && !state.found.running {
        ui.finder.is_awaited = false;
        jump(ui, state, requests);
        return;
    }
    let (found, height) = (&state.found, height(ui));
    let last = found.hits.len().saturating_sub(1);
    if ui.finder.chosen > last {
        ui.finder.choose(last, height);
    }
    let near = ui.finder.chosen.saturating_add(height.saturating_mul(AHEAD)) >= last;
    if near && found.more && !found.running && ui.finder.asked != Some(last) {
        ui.finder.asked = Some(last);
        requests.push(UiRequest::Intent(Intent::LookFurther { everywhere: true }));
    }
}

/// A click chooses a result, and goes to the chosen one.
pub(super) fn click(ui: &mut Ui, state: &State, at: Position, requests: &mut Vec<UiRequest>) {
    let Some(row) = view::result_row(ui.screen, at) else { return };
    let height = height(ui);
    let clicked = ui.finder.top(height).saturating_add(row);
    if clicked == ui.finder.chosen {
        jump(ui, state, requests);
    } else if clicked < state.found.hits.len() {
        ui.finder.choose(clicked, height);
    }
}

pub(super) fn wheel(ui: &mut Ui, state: &State, down: bool) {
    step(ui, state, down, WHEEL);
}

fn height(ui: &Ui) -> usize {
    view::results_height(ui.screen)
}

fn step(ui: &mut Ui, state: &State, down: bool, by: usize) {
    let last = state.found.hits.len().saturating_sub(1);
    let from = ui.finder.chosen;
    let to = if down { from.saturating_add(by).min(last) } else { from.saturating_sub(by) };
    let height = height(ui);
    ui.finder.choose(to, height);
}

fn edit_query(ui: &mut Ui, requests: &mut Vec<UiRequest>, edit: impl FnOnce(&mut Query)) {
    ui.finder.is_selected = false;
    let query = &mut ui.finder.query;
    edit(query);
    let before = std::mem::take(&mut query.search);
    query.read(&ui.style.zone, ui.now);
    if query.search != before {
        let look_up = Intent::LookUp { within: None, search: query.search.clone() };
        requests.push(UiRequest::Intent(look_up));
        ui.finder.begin();
    }
}

/// Opens the conversation of the chosen result at that message.
fn jump(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let Some(hit) = state.found.hits.get(ui.finder.chosen) else {
        // Nothing to go to yet: the popup stays as it is.
        ui.finder.is_awaited = state.found.running;
        return;
    };
    let Some(place) = state.conversation(hit.conversation).filter(|place| !place.ignored) else {
        ui.flash = Some(Phrase::new("flash-conversation-gone"));
        return;
    };
    ui.popup = None;
    if ui.open != Some(place.id) {
        navigate::open(ui, place.id, requests);
        // One reads there and not at the end: what is unread stays so.
        ui.positions.insert(place.id, Place::Top { message: hit.id, at: Anchor::Row(0) });
        ui.left_end
            .insert(place.id, place.activity.arrivals().saturating_sub(u64::from(place.activity.unread())));
    }
    let query = ui.finder.query.clone();
    find::go_on(ui, query, hit.id, requests);
    read::show(ui, state, hit.id, requests);
}
