//! Looking for a word in the open conversation.

use crate::app::{Conversation, State};
use crate::model::{MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::composer::Edit;
use crate::tui::scrollback::find_ranges;
use crate::tui::ui::{Find, Mode, Request, Ui};

/// Whether the action was the search's own.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) -> bool {
    match action {
        Action::Find => start(ui),
        Action::FindNext => step(ui, state, true, requests),
        Action::FindPrevious => step(ui, state, false, requests),
        Action::Back if matches!(ui.mode, Mode::Finding(_)) => ui.mode = Mode::Writing,
        // One line, one word: nothing to break or to complete.
        Action::Edit(Edit::InsertNewline) | Action::Complete | Action::Editor | Action::SentHistory
            if is_typing(ui) => {}
        Action::Edit(edit) => {
            return edit_query(ui, state, |find| {
                find.query.apply(edit, u16::MAX);
            });
        }
        Action::ClearOrQuit if matches!(&ui.mode, Mode::Finding(find) if find.typing) => {
            ui.mode = Mode::Writing;
        }
        _ => return false,
    }
    true
}

/// Whether the character went into the word that is looked for.
pub(super) fn type_char(ui: &mut Ui, state: &State, c: char) -> bool {
    edit_query(ui, state, |find| {
        find.query.insert_char(c);
    })
}

fn is_typing(ui: &Ui) -> bool {
    matches!(&ui.mode, Mode::Finding(find) if find.typing)
}

/// Whether the paste went into the word that is looked for.
pub(super) fn paste(ui: &mut Ui, state: &State, text: &str) -> bool {
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    edit_query(ui, state, |find| {
        find.query.insert_str(&line);
    })
}

/// `/search TEXT`: the newest match, with the keys back at the composer.
pub(super) fn search(ui: &mut Ui, state: &State, word: &str) {
    let mut find = Find::default();
    find.query.insert_str(word);
    ui.mode = Mode::Finding(Box::new(find));
    look(ui, state);
}

/// Matches among messages that came meanwhile; those of messages that are gone go.
pub(super) fn follow_state(ui: &mut Ui, state: &State) {
    let Some(place) = ui.place(state) else { return };
    let Mode::Finding(find) = &mut ui.mode else { return };
    let newest = place.messages().last().map(|last| last.id);
    if newest == find.looked {
        return;
    }
    let from = find.looked.map_or(0, |looked| place.position(MessageId(looked.0.saturating_add(1))));
    find.matches.extend(matching(place, from, find.query.text()));
    let oldest = place.messages().first().map(|first| first.id);
    find.matches.retain(|id| oldest.is_some_and(|oldest| *id >= oldest));
    find.current = find
        .current
        .filter(|current| find.matches.contains(current))
        .or_else(|| find.matches.last().copied());
    find.looked = newest;
}

fn start(ui: &mut Ui) {
    match &mut ui.mode {
        Mode::Finding(find) => find.typing = true,
        Mode::Writing | Mode::Selecting(_) => {
            ui.mode = Mode::Finding(Box::new(Find { typing: true, ..Find::default() }));
        }
    }
}

fn edit_query(ui: &mut Ui, state: &State, edit: impl FnOnce(&mut Find)) -> bool {
    match &mut ui.mode {
        Mode::Finding(find) if find.typing => edit(find),
        Mode::Finding(_) | Mode::Writing | Mode::Selecting(_) => return false,
    }
    look(ui, state);
    true
}

fn matching(place: &Conversation, from: usize, word: &str) -> Vec<MessageId> {
    if word.is_empty() {
        return Vec::new();
    }
    let messages = place.messages().iter().skip(from);
    messages
        .filter(|message| !find_ranges(&message.text, word).is_empty())
        .map(|message| message.id)
        .collect()
}

/// Looks anew, and goes to the newest match.
fn look(ui: &mut Ui, state: &State) {
    let Some(place) = ui.place(state) else { return };
    let Mode::Finding(find) = &mut ui.mode else { return };
    find.matches = matching(place, 0, find.query.text());
    find.looked = place.messages().last().map(|last| last.id);
    find.current = find.matches.last().copied();
    show_current(ui, state);
}

fn step(ui: &mut Ui, state: &State, newer: bool, requests: &mut Vec<Request>) {
    let Mode::Finding(find) = &mut ui.mode else {
        start(ui);
        return;
    };
    let len = find.matches.len();
    let at = find.current.and_then(|current| find.matches.iter().position(|id| *id == current));
    let step = if newer { 1 } else { len.saturating_sub(1) };
    let next = at.map_or(0, |at| at.saturating_add(step).checked_rem(len).unwrap_or(0));
    find.current = find.matches.get(next).copied();
    show_current(ui, state);
}

fn show_current(ui: &mut Ui, state: &State) {
    let Mode::Finding(find) = &ui.mode else { return };
    match find.current {
        Some(current) => super::read::show(ui, state, current, &mut Vec::new()),
        None if find.query.is_empty() => {}
        None => ui.flash = Some(Phrase::new("flash-not-found")),
    }
}
