//! What the word before the cursor may become: the menu above the draft, and the paths that were asked for.

use crate::runtime::FoundPath;
use crate::tui::candidates::{Candidate, CandidateKind, Candidates, MAX_CANDIDATES};
use crate::tui::text::width;

/// Rows of the menu at most: it lies over what was said.
pub(in crate::tui) const MENU_ROWS: usize = 8;

/// The menu that is open.
#[derive(Clone, Debug)]
pub(in crate::tui) struct CompletionMenu {
    /// Where the word begins, as a byte of the draft.
    pub start: usize,
    pub candidates: Vec<Candidate>,
    pub choice: CandidateKind,
    /// Which of them is chosen.
    pub at: usize,
    /// A person has moved to it.
    pub is_moved: bool,
    /// The first one that is shown.
    top: usize,
    pub shape: MenuShape,
}

/// How much room the menu takes. While one types it never shrinks: nothing moves under the eye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct MenuShape {
    pub rows: usize,
    /// Cells of the longest name, and of what stands beside it.
    pub name: usize,
    pub args: usize,
}

impl MenuShape {
    fn of(candidates: &[Candidate]) -> Self {
        let widest =
            |cells: &dyn Fn(&Candidate) -> usize| candidates.iter().map(cells).max().unwrap_or_default();
        let name = widest(&|one| width(&one.name).saturating_add(if one.place.is_some() { 2 } else { 0 }));
        Self { rows: candidates.len().min(MENU_ROWS), name, args: widest(&|one| width(&one.args)) }
    }

    fn at_least(self, other: Self) -> Self {
        Self {
            rows: self.rows.max(other.rows),
            name: self.name.max(other.name),
            args: self.args.max(other.args),
        }
    }
}

impl CompletionMenu {
    fn new(found: Candidates) -> Self {
        let Candidates { start, list: candidates, choice, .. } = found;
        let shape = MenuShape::of(&candidates);
        Self { start, candidates, choice, at: 0, is_moved: false, top: 0, shape }
    }

    pub(in crate::tui) fn chosen(&self) -> Option<&Candidate> {
        self.candidates.get(self.at)
    }

    /// The first one that is visible in so many rows, so that the chosen one is.
    pub(in crate::tui) fn top(&self, rows: usize) -> usize {
        let least = self.at.saturating_add(1).saturating_sub(rows.max(1));
        self.top.clamp(least, self.at.max(least))
    }

    /// How many there are: `54`, or `200+`.
    pub(in crate::tui) fn count(&self) -> String {
        let more = if self.candidates.len() >= MAX_CANDIDATES { "+" } else { "" };
        format!("{}/{}{more}", self.at.saturating_add(1), self.candidates.len())
    }

    /// Chooses another one; `rows` of them are visible.
    fn go(&mut self, at: usize, rows: usize) {
        self.is_moved = true;
        self.top = self.top(rows);
        self.at = at.min(self.candidates.len().saturating_sub(1));
        self.top = self.top(rows);
    }
}

/// A path whose candidates were asked for.
#[derive(Debug)]
struct AskedPath {
    path: String,
    /// A person wants them, and is told if there are none.
    is_wanted: bool,
}

/// The completion that is under way.
#[derive(Debug, Default)]
pub(in crate::tui) struct Completer {
    menu: Option<CompletionMenu>,
    asked: Option<AskedPath>,
    /// The paths that the menu shows.
    paths: Vec<FoundPath>,
    /// The menu was closed for the word that begins there.
    dismissed: Option<usize>,
    /// The room that the menu took for the word that begins there, while nothing fits what is written of it.
    room: Option<(usize, MenuShape)>,
}

impl Completer {
    pub(in crate::tui) const fn menu(&self) -> Option<&CompletionMenu> {
        self.menu.as_ref()
    }

    /// The menu shows paths.
    pub(in crate::tui) fn lists_paths(&self) -> bool {
        self.menu.as_ref().is_some_and(|menu| menu.choice == CandidateKind::Paths)
    }

    pub(in crate::tui) fn paths(&self) -> &[FoundPath] {
        &self.paths
    }

    /// The paths that were found, for the menu that is shown next.
    pub(in crate::tui) fn keep_paths(&mut self, paths: Vec<FoundPath>) {
        self.paths = paths;
    }

    /// Shows what was found, or closes the menu. What is open for the same word keeps its size and, where it is still there,
    /// its choice.
    pub(in crate::tui) fn show(&mut self, found: Option<Candidates>) {
        let before = self.menu.take();
        self.room = before.as_ref().map(|before| (before.start, before.shape)).or(self.room);
        let Some(found) = found else { return };
        let mut menu = CompletionMenu::new(found);
        if let Some((_, shape)) = self.room.take().filter(|(start, _)| *start == menu.start) {
            menu.shape = menu.shape.at_least(shape);
        }
        if let Some(before) = before.filter(|before| before.start == menu.start) {
            let chosen = before.chosen().filter(|_| before.is_moved);
            let same =
                chosen.and_then(|chosen| menu.candidates.iter().position(|one| one.insert == chosen.insert));
            (menu.is_moved, menu.at) = (same.is_some(), same.unwrap_or_default());
        }
        self.dismissed = None;
        self.menu = Some(menu);
    }

    /// A person has asked for the menu that is shown now: what is chosen in it is theirs.
    pub(in crate::tui) fn enter(&mut self) {
        if let Some(menu) = &mut self.menu {
            menu.is_moved = true;
        }
    }

    /// Moves the choice by so many; round and round if by one. `rows` of them are visible.
    pub(in crate::tui) fn step(&mut self, down: bool, by: usize, rows: usize) {
        let Some(menu) = &mut self.menu else { return };
        let last = menu.candidates.len().saturating_sub(1);
        let to = match (down, by) {
            (true, 1) if menu.at == last => 0,
            (false, 1) if menu.at == 0 => last,
            (true, by) => menu.at.saturating_add(by).min(last),
            (false, by) => menu.at.saturating_sub(by),
        };
        menu.go(to, rows);
    }

    /// Chooses the one that was clicked on.
    pub(in crate::tui) fn choose(&mut self, at: usize, rows: usize) {
        if let Some(menu) = &mut self.menu {
            menu.go(at, rows);
        }
    }

    /// Closes the menu.
    pub(in crate::tui) fn take(&mut self) -> Option<CompletionMenu> {
        (self.asked, self.room) = (None, None);
        self.menu.take()
    }

    /// Closes the menu for the word it was open for. `false`: there is none.
    pub(in crate::tui) fn dismiss(&mut self) -> bool {
        self.dismissed = self.take().map(|menu| menu.start);
        self.dismissed.is_some()
    }

    /// The word that the menu was closed for is gone.
    pub(in crate::tui) const fn forget_dismissed(&mut self) {
        self.dismissed = None;
    }

    /// Whether the menu was closed for the word that begins there; of another word nothing was said.
    pub(in crate::tui) fn is_dismissed(&mut self, start: Option<usize>) -> bool {
        self.dismissed.take_if(|word| Some(*word) != start);
        self.dismissed.is_some()
    }

    /// Asks for the candidates of a path. `false`: they are asked for already.
    pub(in crate::tui) fn ask(&mut self, path: &str, is_wanted: bool) -> bool {
        let is_new = self.asked.as_ref().is_none_or(|asked| asked.path != path);
        if is_new {
            self.asked = Some(AskedPath { path: path.to_owned(), is_wanted });
        }
        is_new
    }

    /// The candidates of a path are there. `None`: nobody waits for them any more; else whether a person does.
    pub(in crate::tui) fn answered(&mut self, path: &str) -> Option<bool> {
        self.asked.take_if(|asked| asked.path == path).map(|asked| asked.is_wanted)
    }
}
