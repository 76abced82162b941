//! The word before the cursor: what it may become is shown while one types and on Tab, and is taken by Tab, Enter or a
//! click. Paths are read from the disk by the session, so they come later.

use super::cx::UiCx;
use crate::model::Phrase;
use crate::runtime::FoundPath;
use crate::tui::action::Action;
use crate::tui::candidates::{CandidateKind, Candidates, ONE_PATH, Sources, find, find_said, paths};
use crate::tui::request::UiRequest;
use crate::tui::ui::{Mode, Ui};
use crate::tui::view;
use crate::tui::words;

pub(super) use crate::tui::candidates::AUTO;

/// The command whose words are paths.
const PATHS: &str = "/file ";

/// Bytes before the cursor that a word is looked for in, where the draft is no command.
const MAX_LOOKED: usize = 256;

/// What a key does while the menu is open, before it means anything else. `false`: it means what it does without one.
pub(super) fn on_key(cx: &mut UiCx<'_>, action: Option<Action>) -> bool {
    let Some(menu) = cx.ui.candidates() else { return false };
    // The only sample has to be moved to before Enter takes it.
    let several = menu.candidates.len() > 1 || (menu.choice == CandidateKind::Samples && !menu.is_moved);
    let rows = view::menu_rows(cx.ui);
    match action {
        Some(Action::Back) => cx.ui.completer.dismiss(),
        Some(Action::Up | Action::Down) if several => {
            cx.ui.completer.step(action == Some(Action::Down), 1, rows);
            true
        }
        Some(Action::PageUp | Action::PageDown) if several => {
            cx.ui.completer.step(action == Some(Action::PageDown), rows, rows);
            true
        }
        Some(Action::CompleteBack) => {
            cx.ui.completer.step(false, 1, rows);
            true
        }
        _ => false,
    }
}

/// Tab: takes what is chosen, or shows what there is to choose from; the only one is taken at once.
pub(super) fn complete(cx: &mut UiCx<'_>) {
    if cx.ui.candidates().is_some() {
        take(cx);
    } else if let Some(word) = path_written(cx.ui) {
        ask(cx, &word.value, true);
    } else {
        let found = look(cx);
        let is_one = found.as_ref().is_some_and(|found| found.list.len() == 1);
        cx.ui.completer.show(found);
        if is_one {
            take(cx);
        }
    }
}

/// The draft was changed by typing: the menu opens, narrows or closes.
pub(super) fn typed(cx: &mut UiCx<'_>) {
    if !takes_words(cx.ui) {
        let _closed = cx.ui.completer.take();
        return;
    }
    if let Some(word) = path_written(cx.ui) {
        let is_open = cx.ui.completer.lists_paths();
        let _closed = cx.ui.completer.take();
        if is_open {
            narrow_paths(cx.ui, &word);
            ask(cx, &word.value, false);
        }
        return;
    }
    let is_open = cx.ui.candidates().is_some();
    let found = look(cx);
    let start = found.as_ref().map(|found| found.start);
    let is_dismissed = cx.ui.completer.is_dismissed(start);
    cx.ui.completer.show(found.filter(|found| !is_dismissed && (is_open || found.opens)));
}

/// Words go into the draft, and not into a popup or a search.
fn takes_words(ui: &Ui) -> bool {
    let into_draft = match &ui.mode {
        Mode::Writing => true,
        Mode::Finding(find) => !find.typing,
        Mode::Selecting(_) => false,
    };
    ui.popup.is_none() && into_draft
}

/// Enter takes what is chosen while the word is not whole yet. `false`: it sends.
pub(super) fn accept(cx: &mut UiCx<'_>) -> bool {
    let Some(menu) = cx.ui.candidates() else { return false };
    let word = word(cx.ui, menu.start).to_owned();
    let is_whole = |insert: &str| insert.trim_end() == word.trim_end();
    let takes = if menu.is_moved || menu.choice == CandidateKind::Paths {
        !menu.chosen().is_some_and(|chosen| is_whole(&chosen.insert))
    } else {
        let none = menu.candidates.iter().all(|one| !is_whole(&one.insert));
        menu.choice == CandidateKind::Closed && !word.is_empty() && none
    };
    if takes {
        take(cx);
    } else {
        let _closed = cx.ui.completer.take();
    }
    takes
}

/// A click on a row of the menu takes it.
pub(super) fn click(cx: &mut UiCx<'_>, at: usize) {
    let rows = view::menu_rows(cx.ui);
    cx.ui.completer.choose(at, rows);
    take(cx);
}

/// The word from there to the cursor.
fn word(ui: &Ui, start: usize) -> &str {
    ui.draft().and_then(|draft| draft.text().get(start..draft.cursor())).unwrap_or_default()
}

/// What is chosen takes the place of the word. Where more is to be said, what that may be is shown at once.
fn take(cx: &mut UiCx<'_>) {
    let Some(menu) = cx.ui.completer.take() else { return };
    let Some(chosen) = menu.chosen() else { return };
    let draft = cx.ui.draft_mut();
    let cursor = draft.cursor();
    draft.replace(menu.start..cursor, &chosen.insert);
    let is_command = draft.text().starts_with('/');
    if menu.choice != CandidateKind::Paths {
        if is_command && chosen.insert.ends_with(' ') {
            typed(cx);
        }
    } else if chosen.insert.ends_with('/')
        && let Some(word) = path_written(cx.ui)
    {
        ask(cx, &word.value, false);
    }
}

/// What the word before the cursor may become.
fn look(cx: &UiCx<'_>) -> Option<Candidates> {
    let draft = cx.ui.draft()?;
    let before = draft.text().get(..draft.cursor())?;
    let sources = Sources { style: &cx.ui.style, state: cx.state, open: cx.conversation() };
    if before.starts_with('/') {
        return (before.len() <= MAX_LOOKED).then(|| find(sources, before)).flatten();
    }
    let from = before.ceil_char_boundary(before.len().saturating_sub(MAX_LOOKED));
    let found = find_said(sources, before.get(from..)?)?;
    Some(Candidates { start: found.start.saturating_add(from), ..found })
}

/// The path that is being written, if the draft is a command that takes paths.
fn path_written(ui: &Ui) -> Option<words::Word> {
    let draft = ui.draft()?;
    path(draft.text().get(..draft.cursor())?)
}

fn path(before: &str) -> Option<words::Word> {
    if let Some(path) = before.strip_prefix(ONE_PATH) {
        return Some(words::Word { start: ONE_PATH.len(), quote: None, value: path.to_owned() });
    }
    let mut word = words::last(before.strip_prefix(PATHS)?);
    word.start = word.start.saturating_add(PATHS.len());
    Some(word)
}

fn ask(cx: &mut UiCx<'_>, path: &str, is_wanted: bool) {
    if cx.ui.completer.ask(path, is_wanted) {
        cx.ask(UiRequest::Complete(path.to_owned()));
    }
}

/// The paths that are shown and still fit, until those are there that the disk has.
fn narrow_paths(ui: &mut Ui, word: &words::Word) {
    let fitting = ui.completer.paths().iter().filter(|one| one.path.starts_with(&word.value));
    let fitting: Vec<FoundPath> = fitting.cloned().collect();
    show_paths(ui, word, fitting);
}

fn show_paths(ui: &mut Ui, word: &words::Word, found: Vec<FoundPath>) {
    let is_raw = ui.draft().is_some_and(|draft| draft.text().starts_with(ONE_PATH));
    let candidates = paths(&found, word.quote, is_raw);
    ui.completer.keep_paths(found);
    let found =
        Candidates { start: word.start, list: candidates, choice: CandidateKind::Paths, opens: false };
    ui.completer.show(Some(found).filter(|found| !found.list.is_empty()));
}

/// The session has read the folder: `found` begin as `typed` does, which is no matter where something else stands
/// in the draft by now.
pub(in crate::tui) fn completed(ui: &mut Ui, typed: &str, found: Vec<FoundPath>) {
    let Some(is_wanted) = ui.completer.answered(typed) else { return };
    let Some(word) = path_written(ui).filter(|word| word.value == typed) else { return };
    if found.is_empty() && is_wanted {
        ui.flash(Phrase::new("flash-no-path"));
    }
    let is_one = found.len() == 1 && is_wanted;
    show_paths(ui, &word, found);
    if is_one && let Some(only) = ui.completer.take() {
        let draft = ui.draft_mut();
        let cursor = draft.cursor();
        draft.replace(word.start..cursor, only.chosen().map_or(typed, |one| &one.insert));
    }
}
