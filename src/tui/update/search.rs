//! The search through every conversation: what the keys and the mouse do in its popup, and where Enter leads.

use ratatui::layout::Position;

use super::cx::UiCx;
use super::{find, navigate, read};
use crate::app::Intent;
use crate::model::Phrase;
use crate::tui::action::Action;
use crate::tui::composer::Edit;
use crate::tui::layout::{result_row, results_height};
use crate::tui::popup::Popup;
use crate::tui::query::Query;
use crate::tui::scrollback::{Anchor, Position as Place};
use crate::tui::ui::Ui;

/// Results that one notch of the wheel moves.
const WHEEL: usize = 3;

/// Screens of results that should be known below the chosen one.
const AHEAD: usize = 3;

/// Opens it as it was left, or with something else to search for.
pub(super) fn open(cx: &mut UiCx<'_>, text: &str) {
    cx.ui.popup = Some(Popup::Search);
    cx.ui.finder.is_selected = text.is_empty() && !cx.ui.finder.query.line.is_empty();
    if !text.is_empty() {
        edit_query(cx, |query| {
            query.line.set_text(text);
        });
    } else if cx.ui.finder.chosen == 0 && !cx.ui.finder.query.search.is_empty() {
        // Who had gone on to older results finds their place again; otherwise what came since is wanted too.
        let search = cx.ui.finder.query.search.clone();
        cx.intend(Intent::Search { within: None, search });
        cx.ui.finder.begin();
    }
}

/// A key in the popup, besides those that close it.
pub(super) fn act(cx: &mut UiCx<'_>, action: Action) {
    let page = height(cx.ui).saturating_sub(1).max(1);
    let deletes = matches!(action, Action::Edit(Edit::Backspace | Edit::Delete));
    if std::mem::take(&mut cx.ui.finder.is_selected) && deletes {
        edit_query(cx, |query| {
            query.line.take();
        });
        return;
    }
    match action {
        Action::Accept | Action::Send => jump(cx),
        Action::Up | Action::PreviousField => step(cx, false, 1),
        Action::Down | Action::NextField => step(cx, true, 1),
        Action::PageUp => step(cx, false, page),
        Action::PageDown => step(cx, true, page),
        Action::First | Action::Newest => step(cx, false, usize::MAX),
        Action::Last | Action::Oldest => step(cx, true, usize::MAX),
        Action::Edit(Edit::InsertNewline) => {}
        Action::Edit(edit) => edit_query(cx, |query| {
            query.line.apply(edit, u16::MAX);
        }),
        _ => {}
    }
}

/// Characters typed or pasted.
pub(super) fn insert(cx: &mut UiCx<'_>, text: &str) {
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    let replaces = cx.ui.finder.is_selected;
    edit_query(cx, |query| {
        if replaces {
            query.line.take();
        }
        query.line.insert_str(&line);
    });
}

/// Asks for older results before the chosen one is the last.
pub(super) fn follow_state(cx: &mut UiCx<'_>) {
    if !matches!(cx.ui.popup, Some(Popup::Search)) {
        return;
    }
    if cx.ui.finder.is_awaited && !cx.state.search.found().running {
        cx.ui.finder.is_awaited = false;
        jump(cx);
        return;
    }
    let (found, height) = (cx.state.search.found(), height(cx.ui));
    let last = found.hits.len().saturating_sub(1);
    if cx.ui.finder.chosen > last {
        cx.ui.finder.choose(last, height);
    }
    let near = cx.ui.finder.chosen.saturating_add(height.saturating_mul(AHEAD)) >= last;
    if near && found.more && !found.running && cx.ui.finder.asked != Some(last) {
        cx.ui.finder.asked = Some(last);
        cx.intend(Intent::SearchMore { everywhere: true });
    }
}

/// A click chooses a result, and goes to the chosen one.
pub(super) fn click(cx: &mut UiCx<'_>, at: Position) {
    let Some(row) = result_row(cx.ui.viewport.screen(), at) else { return };
    let height = height(cx.ui);
    let clicked = cx.ui.finder.top(height).saturating_add(row);
    if clicked == cx.ui.finder.chosen {
        jump(cx);
    } else if clicked < cx.state.search.found().hits.len() {
        cx.ui.finder.choose(clicked, height);
    }
}

pub(super) fn wheel(cx: &mut UiCx<'_>, down: bool) {
    step(cx, down, WHEEL);
}

fn height(ui: &Ui) -> usize {
    results_height(ui.viewport.screen())
}

fn step(cx: &mut UiCx<'_>, down: bool, by: usize) {
    let last = cx.state.search.found().hits.len().saturating_sub(1);
    let from = cx.ui.finder.chosen;
    let to = if down { from.saturating_add(by).min(last) } else { from.saturating_sub(by) };
    let height = height(cx.ui);
    cx.ui.finder.choose(to, height);
}

fn edit_query(cx: &mut UiCx<'_>, edit: impl FnOnce(&mut Query)) {
    cx.ui.finder.is_selected = false;
    let query = &mut cx.ui.finder.query;
    edit(query);
    let before = std::mem::take(&mut query.search);
    query.read(&cx.ui.style.zone, cx.ui.keys.now());
    if query.search != before {
        let look_up = Intent::Search { within: None, search: query.search.clone() };
        cx.intend(look_up);
        cx.ui.finder.begin();
    }
}

/// Opens the conversation of the chosen result at that message.
fn jump(cx: &mut UiCx<'_>) {
    let Some(hit) = cx.state.search.found().hits.get(cx.ui.finder.chosen) else {
        // Nothing to go to yet: the popup stays as it is.
        cx.ui.finder.is_awaited = cx.state.search.found().running;
        return;
    };
    let Some(place) = cx.state.conversation(hit.conversation).filter(|place| !place.ignored) else {
        cx.ui.flash(Phrase::new("flash-conversation-gone"));
        return;
    };
    cx.ui.popup = None;
    if cx.ui.navigation.open() != Some(place.id) {
        navigate::open(cx, place.id);
        // One reads there and not at the end: what is unread stays so.
        let at = Place::Top { message: hit.id, at: Anchor::Row(0) };
        let left_end = place.activity.arrivals().saturating_sub(u64::from(place.activity.unread()));
        cx.ui.positions.begin(place.id, at, left_end);
    }
    let query = cx.ui.finder.query.clone();
    find::go_on(cx, query, hit.id);
    read::show(cx, hit.id);
}
