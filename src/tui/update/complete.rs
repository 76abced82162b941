//! Tab: what the word before the cursor may become. Paths are read from the disk by the session, so they come later.

use std::cmp::Reverse;

use super::cx::UiCx;
use crate::app::{Conversation, MemberKey, State};
use crate::lang::TAGS;
use crate::model::text::plain_line;
use crate::model::{Phrase, THEMES, WallTime};
use crate::runtime::profile::settings;
use crate::tui::commands::COMMANDS;
use crate::tui::request::UiRequest;
use crate::tui::ui::{CompletionMenu, Ui};
use crate::tui::words;

/// Candidates of one completion.
const MAX_CANDIDATES: usize = 32;

/// Encodings that are offered; every other WHATWG label works as well.
const ENCODINGS: [&str; 7] = ["utf-8", "gbk", "gb18030", "gb2312", "big5", "shift_jis", "euc-kr"];

/// Takes back an encoding that was chosen.
pub(super) const AUTO: &str = "auto";

/// The command whose words are paths.
const PATHS: &str = "/file ";

/// The command with one path, which is written as it is.
const ONE_PATH: &str = "/export ";

/// The room of every network, as the README has it.
const USUAL_ROOM: &str = "room://255.255.255.255:7788";

/// The command that begins with names.
const NAMES: &str = "/to ";

/// The first candidate for the word before the cursor, then the next, or the one before.
pub(super) fn complete(cx: &mut UiCx<'_>, onwards: bool) {
    if cx.ui.completer.step(onwards) {
        put(cx.ui);
        return;
    }
    let Some((text, cursor)) = cx.ui.draft().map(|draft| (draft.text().to_owned(), draft.cursor())) else {
        return;
    };
    let Some(before) = text.get(..cursor) else { return };
    if let Some(word) = path(before) {
        if cx.ui.completer.ask(&word.value) {
            cx.ask(UiRequest::Complete(word.value));
        }
        return;
    }
    let menu = candidates(cx, before);
    cx.ui.completer.show(menu);
    put(cx.ui);
}

/// The candidate that is chosen takes the place of the word, or of the one before it.
fn put(ui: &mut Ui) {
    let Some(completion) = ui.completer.menu().cloned() else { return };
    let Some(with) = completion.candidates.get(completion.at) else { return };
    let is_raw = ui.draft().is_some_and(|draft| draft.text().starts_with(ONE_PATH));
    let written = if completion.is_listed && !is_raw {
        words::written(with, completion.quote, !with.ends_with('/'))
    } else {
        with.clone()
    };
    let draft = ui.draft_mut();
    let cursor = draft.cursor();
    draft.replace(completion.start..cursor, &written);
}

/// The path that is being written, if the draft is a command that takes paths.
fn path(before: &str) -> Option<words::Word> {
    if let Some(path) = before.strip_prefix(ONE_PATH) {
        return Some(words::Word { start: ONE_PATH.len(), quote: None, value: path.to_owned() });
    }
    let mut word = words::last(before.strip_prefix(PATHS)?);
    word.start = word.start.saturating_add(PATHS.len());
    Some(word)
}

/// The session has read the folder: `found` begin as `typed` does, which is no matter where something else stands
/// in the draft by now.
pub(in crate::tui) fn completed(ui: &mut Ui, typed: &str, found: Vec<String>) {
    if !ui.completer.is_answered(typed) {
        return;
    }
    let before = ui.draft().and_then(|draft| draft.text().get(..draft.cursor()));
    let Some(word) = before.and_then(path).filter(|word| word.value == typed) else { return };
    if found.is_empty() {
        ui.flash(Phrase::new("flash-no-path"));
        return;
    }
    let one = found.len() == 1;
    let words::Word { start, quote, .. } = word;
    ui.completer.show(Some(CompletionMenu { start, candidates: found, at: 0, is_listed: true, quote }));
    put(ui);
    if one {
        take(ui);
    }
}

/// What the list has chosen stays, and a file gets a blank behind it. `false`: there is no list.
pub(super) fn take(ui: &mut Ui) -> bool {
    if !ui.completer.lists_paths() {
        return false;
    }
    let chosen = ui.completer.take().and_then(|list| list.candidates.into_iter().nth(list.at));
    let is_file = chosen.is_some_and(|chosen| !chosen.ends_with('/'));
    if is_file && !ui.draft_mut().text().starts_with(ONE_PATH) {
        ui.draft_mut().insert_char(' ');
    }
    true
}

/// What the word before the cursor may become.
fn candidates(cx: &UiCx<'_>, before: &str) -> Option<CompletionMenu> {
    if let Some(names) = before.strip_prefix(NAMES).filter(|names| !names.contains(char::is_whitespace)) {
        let start = names.rfind(',').map_or(0, |at| at.saturating_add(1));
        let found = receivers(names.get(start..)?, cx.state);
        return completion(NAMES.len().saturating_add(start), found);
    }
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
        let room = cx.conversation().filter(|_| !before.starts_with('/') || before.starts_with("//"));
        let members = room.map(|room| member_candidates(room, word, start == 0)).unwrap_or_default();
        if members.is_empty() { argument_candidates(before, word, cx.state) } else { members }
    };
    completion(start, found)
}

fn completion(start: usize, candidates: Vec<String>) -> Option<CompletionMenu> {
    (!candidates.is_empty()).then_some(CompletionMenu {
        start,
        candidates,
        at: 0,
        is_listed: false,
        quote: None,
    })
}

/// Those that a message to several can go to.
fn receivers(word: &str, state: &State) -> Vec<String> {
    let able = |one: &&Conversation| one.address.scheme.caps.several && begins(&one.name, word);
    // What cannot be typed cannot be said either, and a comma parts names.
    let plain = |name: &&str| plain_line(name) == **name && !name.contains(',');
    let names = state.listed().filter(able).map(|one| one.name.as_str()).filter(plain);
    names.take(MAX_CANDIDATES).map(|name| words::written(name, None, true)).collect()
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
        if let MemberKey::Named(name) = who
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

/// Whether the name begins like that, whatever its case.
fn begins(name: &str, word: &str) -> bool {
    name.to_lowercase().starts_with(&word.to_lowercase())
}

fn argument_candidates(before: &str, word: &str, state: &State) -> Vec<String> {
    let fitting = |known: &[&str]| -> Vec<String> {
        known.iter().filter(|name| begins(name, word)).map(|name| (*name).to_owned()).collect()
    };
    let rooms = || state.conversations().filter(|one| one.is_room()).map(|one| one.name.as_str());
    if before.starts_with("/theme ") {
        fitting(&THEMES)
    } else if before.starts_with("/verify ") {
        fitting(&["off"])
    } else if before.starts_with("/auto-accept ") {
        fitting(&["1MB", "20MB", "1GB", "off"])
    } else if before.starts_with("/keep ") {
        fitting(&["1h", "1d", "7d", "30d", "off"])
    } else if before.starts_with("/key ") {
        fitting(&["same", "other", "ignore"])
    } else if before.starts_with("/encoding ") {
        [fitting(&[AUTO]), fitting(&ENCODINGS)].concat()
    } else if let Some(args) = before.strip_prefix("/set ") {
        setting_candidates(args, fitting)
    } else if before.starts_with("/join ") {
        let known: Vec<&str> = rooms().chain([USUAL_ROOM]).collect();
        fitting(&known)
    } else if word.is_empty() {
        Vec::new()
    } else {
        let names = state.conversations().map(|one| one.name.as_str());
        names.filter(|name| begins(name, word)).take(MAX_CANDIDATES).map(str::to_owned).collect()
    }
}

/// The keys of the config, or what the value of one may be.
fn setting_candidates(args: &str, fitting: impl Fn(&[&str]) -> Vec<String>) -> Vec<String> {
    match args.split_once(char::is_whitespace) {
        None => {
            let keys: Vec<&str> = settings().collect();
            fitting(&keys).into_iter().map(|key| key + " ").collect()
        }
        Some(("theme", _)) => fitting(&THEMES),
        Some(("language", _)) => fitting(&TAGS),
        Some(("visible", _)) => fitting(&["true", "contacts", "false"]),
        Some(("mouse" | "bell" | "typing" | "reads", _)) => fitting(&["true", "false"]),
        Some(("legacy-encoding", _)) => fitting(&ENCODINGS),
        Some(_) => Vec::new(),
    }
}
