//! What the status line says: the answer to the last key, and the lines of the app that were shown.

use crate::app::State;
use crate::model::Phrase;

/// What a person has to read.
#[derive(Debug, Default)]
pub(in crate::tui) struct StatusMessages {
    /// The answer to the last key: an error, mostly. Gone with the next key.
    flash: Option<Phrase>,
    /// The number of the last of the app's lines that was shown.
    shown: u64,
}

impl StatusMessages {
    /// What stands there now.
    pub(in crate::tui) fn current<'a>(&'a self, state: &'a State) -> Option<&'a Phrase> {
        self.flash.as_ref().or_else(|| state.status_line_after(self.shown).map(|(_, phrase)| phrase))
    }

    pub(in crate::tui) fn flash(&mut self, phrase: Phrase) {
        self.flash = Some(phrase);
    }

    pub(in crate::tui) fn replace_flash(&mut self, phrase: Option<Phrase>) -> Option<Phrase> {
        std::mem::replace(&mut self.flash, phrase)
    }

    /// A key was pressed: what stands there has been read. A line of the app behind a flash has not been yet.
    pub(in crate::tui) fn was_read(&mut self, state: &State) {
        if self.flash.take().is_none() {
            self.shown = state.status_line_after(self.shown).map_or(self.shown, |(number, _)| number);
        }
    }
}
