//! The word before the cursor: what it may become is shown while one types and on Tab, and is taken by Tab, Enter or a
//! click. Paths are read from the disk by the session, so they come later.

use super::cx::UiCx;
use crate::model::Phrase;
use crate::runtime::FoundPath;
use crate::tui::action::Action;
use crate::tui::candidates::{CandidateKind, Candidates, ONE_PATH, Sources, find, find_said, paths};
use crate::tui::composer::{Composer, Edit};
use crate::tui::request::UiRequest;
use crate::tui::ui::{CompletionMenu, Mode, Ui};
use crate::tui::view;
use crate::tui::words;

pub(super) use crate::tui::candidates::AUTO;

/// The command whose words are paths.
const PATHS: &str = "/file ";

/// Bytes before the cursor that a word is looked for in, where the draft is no command.
const MAX_LOOKED: usize = 256;

/// Whether the menu follows what a key does to the draft: letters, and what takes them away. Who moves the cursor, or brings a
/// text back, is writing no word.
pub(super) const fn follows(action: Option<Action>) -> bool {
    use Edit::{
        Backspace, Delete, KillToLineEnd, KillToLineStart, KillWordBackward, KillWordForward, KillWordLeft,
    };
    match action {
        None => true,
        Some(Action::Edit(edit)) => matches!(
            edit,
            Backspace
                | Delete
                | KillToLineEnd
                | KillToLineStart
                | KillWordBackward
                | KillWordForward
                | KillWordLeft
        ),
        Some(_) => false,
    }
}

/// What a key does while the menu is open, before it means anything else. `false`: it means what it does without one.
pub(super) fn on_key(cx: &mut UiCx<'_>, action: Option<Action>) -> bool {
    if cx.ui.draft().is_none_or(Composer::is_empty) {
        // However the word went that the menu was closed for: the next one is another.
        cx.ui.completer.forget_dismissed();
    }
    let Some(menu) = cx.ui.candidates() else { return false };
    // The only one of what may be something else has to be moved to before Enter takes it.
    let several = menu.candidates.len() > 1 || (menu.choice != CandidateKind::Closed && !menu.is_moved);
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
        let found = look(cx, true);
        let is_one = found.as_ref().is_some_and(|found| found.list.len() == 1);
        cx.ui.completer.show(found);
        if is_one {
            take(cx);
        } else {
            cx.ui.completer.enter();
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
    // What a person has asked for is shown for that word, and for no other that comes behind it at once.
    let open_at = cx.ui.candidates().map(|menu| menu.start);
    let found = look(cx, open_at.is_some());
    let start = found.as_ref().map(|found| found.start);
    let is_dismissed = cx.ui.completer.is_dismissed(start);
    let is_open = open_at.is_some() && open_at == start;
    cx.ui.completer.show(found.filter(|found| !is_dismissed && (is_open || found.opens)));
}

/// A command lacks an argument: what that may be is shown, as if one had gone on writing.
pub(super) fn propose(cx: &mut UiCx<'_>) {
    let Some(draft) = cx.ui.draft().filter(|draft| draft.cursor() == draft.text().len()) else { return };
    let written = format!("{} ", draft.text().trim_end());
    let sources = Sources { style: &cx.ui.style, state: cx.state, open: cx.conversation(), is_asked: false };
    let found = find(sources, &written).filter(|found| found.opens);
    if found.is_some() {
        cx.ui.draft_mut().set_text(written);
        cx.ui.completer.show(found);
    }
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
    if let Some(same) = same_but_for_case(menu, &word) {
        let (start, same) = (menu.start, same.to_owned());
        let _closed = cx.ui.completer.take();
        let draft = cx.ui.draft_mut();
        let cursor = draft.cursor();
        draft.replace(start..cursor, &same);
        return false;
    }
    let is_new = || !menu.chosen().is_some_and(|chosen| is_whole(&chosen.insert));
    let takes = match menu.choice {
        _ if menu.is_moved => is_new(),
        CandidateKind::Closed => !word.is_empty() && menu.candidates.iter().all(|one| !is_whole(&one.insert)),
        // A file that is to be written has a name of its own.
        CandidateKind::Paths => !is_one_path(cx.ui) && is_new(),
        CandidateKind::Samples => false,
    };
    if takes {
        take(cx);
    } else {
        let _closed = cx.ui.completer.take();
    }
    takes
}

/// What the word is, written as it should be: whoever wrote all of it has chosen.
fn same_but_for_case<'m>(menu: &'m CompletionMenu, word: &str) -> Option<&'m str> {
    let lower = |text: &str| text.trim_end().to_lowercase();
    let chosen = menu.choice == CandidateKind::Closed && !menu.is_moved && !word.is_empty();
    let mut all = menu.candidates.iter().filter(|_| chosen).map(|one| one.insert.trim_end());
    if all.clone().any(|insert| insert == word.trim_end()) {
        return None;
    }
    all.find(|insert| lower(insert) == lower(word))
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
fn look(cx: &UiCx<'_>, is_asked: bool) -> Option<Candidates> {
    let draft = cx.ui.draft()?;
    let before = draft.text().get(..draft.cursor())?;
    let sources = Sources { style: &cx.ui.style, state: cx.state, open: cx.conversation(), is_asked };
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

/// All behind the command is one path.
fn is_one_path(ui: &Ui) -> bool {
    ui.draft().is_some_and(|draft| draft.text().starts_with(ONE_PATH))
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
    let candidates = paths(&found, word.quote, is_one_path(ui));
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
