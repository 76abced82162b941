//! Tab: the candidates for the word before the cursor, and which of them stands in the composer.

/// Which candidate of a completion stands in the composer.
#[derive(Clone, Debug)]
pub(in crate::tui) struct CompletionMenu {
    pub start: usize,
    pub candidates: Vec<String>,
    pub at: usize,
    /// They are paths, shown as a list.
    pub is_listed: bool,
    /// What those are written in.
    pub quote: Option<char>,
}

/// The completion that is under way.
#[derive(Debug, Default)]
pub(in crate::tui) struct Completer {
    menu: Option<CompletionMenu>,
    /// The path whose candidates were asked for.
    asked: Option<String>,
}

impl Completer {
    pub(in crate::tui) const fn menu(&self) -> Option<&CompletionMenu> {
        self.menu.as_ref()
    }

    /// The candidates are paths, of which Enter takes one.
    pub(in crate::tui) fn lists_paths(&self) -> bool {
        self.menu.as_ref().is_some_and(|menu| menu.is_listed)
    }

    pub(in crate::tui) fn show(&mut self, menu: Option<CompletionMenu>) {
        self.menu = menu;
    }

    /// Goes on to the next candidate, or back to the one before. `false`: there are none.
    pub(in crate::tui) fn step(&mut self, onwards: bool) -> bool {
        let Some(menu) = &mut self.menu else { return false };
        let len = menu.candidates.len().max(1);
        let step = if onwards { 1 } else { len.saturating_sub(1) };
        menu.at = menu.at.saturating_add(step) % len;
        true
    }

    /// Closes the menu; the chosen candidate stays where it stands.
    pub(in crate::tui) const fn take(&mut self) -> Option<CompletionMenu> {
        self.menu.take()
    }

    /// Asks for the candidates of a path. `false`: they are asked for already.
    pub(in crate::tui) fn ask(&mut self, path: &str) -> bool {
        let is_new = self.asked.as_deref() != Some(path);
        if is_new {
            self.asked = Some(path.to_owned());
        }
        is_new
    }

    /// The candidates of a path are there. `false`: nobody waits for them any more.
    pub(in crate::tui) fn is_answered(&mut self, path: &str) -> bool {
        self.asked.take_if(|asked| asked == path).is_some()
    }

    /// A key that completes nothing. A list of paths stays while Enter may still take one of them.
    pub(in crate::tui) fn interrupt(&mut self, keeps_paths: bool) {
        self.asked = None;
        self.menu.take_if(|menu| !keeps_paths || !menu.is_listed);
    }
}
