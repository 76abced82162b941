//! Writing: the draft, sending it, completing words, pasting.

use std::cmp::Reverse;

use super::{commands, navigate};
use crate::app::{Conversation, Intent, State, Who};
use crate::model::text::{clean_paste, plain_line};
use crate::model::{Phrase, WallTime};
use crate::runtime;
use crate::tui::action::Action;
use crate::tui::commands::{COMMANDS, Typed, read};
use crate::tui::composer::{Composer, Edit, MAX_TEXT};
use crate::tui::popup::{Popup, Question, Then};
use crate::tui::theme::THEMES;
use crate::tui::ui::{Completion, Request, Ui};

/// A paste beyond this asks first.
const PASTE_LINES: usize = 5;
const PASTE_BYTES: usize = 4 * 1024;

/// Candidates of one completion.
const MAX_CANDIDATES: usize = 32;

/// Encodings that are offered; every other WHATWG label works as well.
const ENCODINGS: [&str; 7] = ["utf-8", "gbk", "gb18030", "gb2312", "big5", "shift_jis", "euc-kr"];

pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) {
    let width = ui.composer_width();
    match action {
        Action::Send => send(ui, state, requests),
        Action::Edit(edit) => {
            if let Some(draft) = ui.draft_mut() {
                draft.apply(edit, width);
            }
        }
        Action::Up | Action::Down => up_or_down(ui, state, action, requests),
        Action::Complete => complete(ui, state),
        Action::Editor => requests.push(Request::Editor),
        _ => {}
    }
}

pub(super) fn type_char(ui: &mut Ui, c: char) {
    if let Some(draft) = ui.draft_mut() {
        draft.insert_char(c);
    }
}

/// In the list while nothing is written; else in the text, then through what was sent before.
fn up_or_down(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) {
    let up = action == Action::Up;
    if ui.draft().is_none_or(Composer::is_empty) {
        let action = if up { Action::Previous } else { Action::Next };
        navigate::act(ui, state, action, requests);
        return;
    }
    let width = ui.composer_width();
    let sent: &[String] = ui.place(state).map_or(&[], |place| &place.sent);
    let Some(draft) = ui.draft_mut() else { return };
    if up {
        let _moved = draft.apply(Edit::Up, width) || draft.history_up(sent);
    } else {
        let _moved = draft.apply(Edit::Down, width) || draft.history_down(sent);
    }
}

/// Sends the draft, or runs the command in it. What cannot be done stays in the composer.
fn send(ui: &mut Ui, state: &State, requests: &mut Vec<Request>) {
    let text = ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let result = match read(&text) {
        Typed::Message(message) => send_text(ui, state, message, requests),
        Typed::Command(verb, args) => commands::run(ui, state, verb, args, requests),
        Typed::Unknown { name, nearest: Some(nearest) } => {
            Err(Phrase::new("command-unknown-near").text("name", name).text("nearest", nearest))
        }
        Typed::Unknown { name, nearest: None } => Err(Phrase::new("command-unknown").text("name", name)),
    };
    match result {
        Ok(()) => {
            if let Some(draft) = ui.draft_mut().filter(|draft| draft.text() == text) {
                draft.take();
            }
        }
        Err(why) => ui.flash = Some(why),
    }
}

/// Sends a text to the open conversation if its dialect can carry it; the draft is not touched.
pub(super) fn send_text(
    ui: &mut Ui,
    state: &State,
    text: &str,
    requests: &mut Vec<Request>,
) -> Result<(), Phrase> {
    let place = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?;
    if place.is_out() {
        return Err(Phrase::new("room-left").text("name", place.name.as_str()));
    }
    runtime::check(&place.address, text).map_err(|fault| fault.phrase())?;
    let send = Intent::Send { conversation: place.id, text: text.to_owned() };
    ui.positions.remove(&place.id);
    ui.left_end.remove(&place.id);
    requests.push(Request::Intent(send));
    Ok(())
}

/// Into the composer, never sent by itself; a long one asks first.
pub(super) fn paste(ui: &mut Ui, text: &str, requests: &mut Vec<Request>) {
    let text = clean_paste(text);
    if matches!(ui.popup, Some(Popup::Search)) {
        super::search::insert(ui, &text, requests);
        return;
    }
    if ui.popup.is_some() {
        for c in text.chars().filter(|c| !c.is_control()) {
            super::popups::type_char(ui, c, requests);
        }
        return;
    }
    let lines = text.lines().count();
    if lines > PASTE_LINES || text.len() > PASTE_BYTES {
        let asked = Phrase::new("question-paste").number("lines", lines).number("bytes", text.len());
        ui.popup = Some(Popup::Question(Question { asked, then: Then::Paste(text) }));
    } else {
        insert(ui, &text);
    }
}

/// Puts a text into the draft, or says that there is no room for it.
pub(super) fn insert(ui: &mut Ui, text: &str) {
    if ui.draft_mut().is_some_and(|draft| !draft.insert_str(text)) && !text.is_empty() {
        ui.flash = Some(Phrase::new("flash-draft-full").number("limit", MAX_TEXT));
    }
}

/// Tab: the first candidate for the word before the cursor, then the next.
fn complete(ui: &mut Ui, state: &State) {
    if let Some(completion) = &mut ui.completion {
        completion.at = completion.at.saturating_add(1) % completion.candidates.len().max(1);
    } else {
        ui.completion = ui.draft().and_then(|draft| candidates(draft.text(), draft.cursor(), (ui, state)));
    }
    let Some(completion) = ui.completion.clone() else { return };
    let Some(with) = completion.candidates.get(completion.at) else { return };
    if let Some(draft) = ui.draft_mut() {
        let cursor = draft.cursor();
        draft.replace(completion.start..cursor, with);
    }
}

/// What the word before the cursor may become.
fn candidates(text: &str, cursor: usize, (ui, state): (&Ui, &State)) -> Option<Completion> {
    let before = text.get(..cursor)?;
    let start = before.rfind(char::is_whitespace).map_or(0, |at| {
        at.saturating_add(before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8))
    });
    let word = before.get(start..)?;
    let found: Vec<String> = if start == 0 && word.starts_with('/') {
        let names =
            COMMANDS.iter().filter(|command| word.get(1..).is_some_and(|w| command.name.starts_with(w)));
        names.map(|command| format!("/{} ", command.name)).collect()
    } else if let Some(code) = word.strip_prefix(':').filter(|code| code.chars().count() >= 2) {
        emoji_candidates(code)
    } else {
        let room = ui.place(state).filter(|_| !before.starts_with('/') || before.starts_with("//"));
        let members = room.map(|room| member_candidates(room, word, start == 0)).unwrap_or_default();
        if members.is_empty() { argument_candidates(before, word, state) } else { members }
    };
    (!found.is_empty()).then_some(Completion { start, candidates: found, at: 0 })
}

/// Emoji whose short code starts with `code`; the shortest short code, which is the nearest, first.
fn emoji_candidates(code: &str) -> Vec<String> {
    let fitting = |emoji: &'static emojis::Emoji| {
        let short = emoji.shortcodes().filter(|short| short.starts_with(code)).map(str::len).min()?;
        Some((short, emoji))
    };
    let mut found: Vec<(usize, &emojis::Emoji)> = emojis::iter().filter_map(fitting).collect();
    found.sort_by_key(|(short, _)| *short);
    found.into_iter().take(MAX_CANDIDATES).map(|(_, emoji)| emoji.as_str().to_owned()).collect()
}

/// Members of a room whose names begin like that, who spoke last first; at the start they are addressed.
fn member_candidates(room: &Conversation, word: &str, first: bool) -> Vec<String> {
    let begin = word.to_lowercase();
    // What cannot be typed cannot be said either.
    let fits = |name: &str| name.to_lowercase().starts_with(&begin) && plain_line(name) == *name;
    let mut found: Vec<(Option<WallTime>, &str)> = Vec::new();
    for (who, person) in room.members.iter().filter(|_| room.is_room() && !word.is_empty()) {
        if let Who::Named(name) = who
            && fits(name)
            && !person.own
        {
            found.push((person.spoke, name));
        }
    }
    found.sort_by_key(|(spoke, _)| Reverse(*spoke));
    let behind = if first { ": " } else { " " };
    found.into_iter().take(MAX_CANDIDATES).map(|(_, name)| format!("{name}{behind}")).collect()
}

fn argument_candidates(before: &str, word: &str, state: &State) -> Vec<String> {
    let fitting = |name: &&str| name.starts_with(word);
    if before.starts_with("/theme ") {
        THEMES.iter().copied().filter(fitting).map(str::to_owned).collect()
    } else if before.starts_with("/encoding ") {
        ENCODINGS.iter().copied().filter(fitting).map(str::to_owned).collect()
    } else if word.is_empty() {
        Vec::new()
    } else {
        let names = state.conversations().map(|one| one.name.as_str());
        names.filter(fitting).take(MAX_CANDIDATES).map(str::to_owned).collect()
    }
}
