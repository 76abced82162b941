//! What the status line says: the answer to the last key, and the lines of the app that were shown.
//!
//! What happened leaves with the next key. What did not happen stays while one types, so that it can be read while one mends
//! it: Esc takes it away, or the next thing that one does. Of several only Esc goes to the next one.

use crate::app::{EventCounters, State};
use crate::lang::Lang;
use crate::model::Phrase;
use crate::model::text::plain_line;
use crate::tui::action::Action;
use crate::tui::long_note::LongNote;
use crate::tui::text::width;

/// Lines of the app that say what happened. All others say what did not.
const NOTICES: [&str; 18] = [
    "auto-accept-off",
    "auto-accept-up-to",
    "export-done",
    "files-accepted",
    "files-done",
    "files-done-at",
    "flood-conversation",
    "flood-strangers",
    "keep-for",
    "keep-off",
    "store-cleared",
    "status-echo-stays",
    "status-port-refused",
    "status-port-taken",
    "status-ports-taken",
    "trust-key-of-contact",
    "trust-nothing-to-decide",
    "wire-saved",
];

/// The answer to a key.
#[derive(Clone, Debug)]
struct StatusAnswer {
    phrase: Phrase,
    is_fault: bool,
}

/// What stands in the status line, and the how manieth it is of those that came while nobody had read them.
#[derive(Clone, Copy, Debug)]
pub(in crate::tui) struct StatusNote<'a> {
    pub phrase: &'a Phrase,
    /// Something that a person wanted did not happen.
    pub is_fault: bool,
    pub at: usize,
    pub of: usize,
}

impl StatusNote<'_> {
    /// Its words, fit to be drawn.
    pub(in crate::tui) fn text(&self, lang: &Lang) -> String {
        plain_line(&lang.phrase(self.phrase))
    }

    /// The number it has among those that wait together.
    pub(in crate::tui) fn count(&self, lang: &Lang) -> Option<String> {
        let numbers = [("at", self.at.to_string()), ("of", self.of.to_string())];
        let args = numbers.each_ref().map(|(key, number)| (*key, number.as_str()));
        (self.of > 1).then(|| lang.with("status-note-of", &args))
    }

    /// What one row of a screen of that width has no room for.
    pub(super) fn long(&self, lang: &Lang, columns: u16) -> LongNote {
        let beside = self.count(lang).map_or(0, |count| width(&count).saturating_add(BESIDE_GAP));
        LongNote::new(&self.text(lang), beside, columns)
    }
}

/// Cells between a note and its number.
const BESIDE_GAP: usize = 3;

/// What a person has to read.
#[derive(Debug, Default)]
pub(in crate::tui) struct StatusMessages {
    /// The answer to the last key.
    answer: Option<StatusAnswer>,
    /// The number of the last of the app's lines that was shown.
    shown: u64,
    /// How many have been read of those that waited together.
    read: usize,
    /// What was counted when a person put that away last.
    put_away: EventCounters,
}

impl StatusMessages {
    /// What stands there now.
    pub(in crate::tui) fn current<'a>(&'a self, state: &'a State) -> Option<StatusNote<'a>> {
        let waiting = state.status_lines_after(self.shown);
        let (phrase, is_fault) = match (&self.answer, state.status_line_after(self.shown)) {
            (Some(answer), _) => (&answer.phrase, answer.is_fault),
            (None, Some((_, phrase))) => (phrase, !NOTICES.contains(&phrase.key)),
            (None, None) => return None,
        };
        let waiting = waiting.saturating_add(usize::from(self.answer.is_some()));
        let at = self.read.saturating_add(1);
        Some(StatusNote { phrase, is_fault, at, of: self.read.saturating_add(waiting) })
    }

    /// Says what the last key did.
    pub(in crate::tui) fn flash(&mut self, phrase: Phrase) {
        self.answer = Some(StatusAnswer { phrase, is_fault: false });
    }

    /// Says why the last key did nothing.
    pub(in crate::tui) fn fail(&mut self, phrase: Phrase) {
        self.answer = Some(StatusAnswer { phrase, is_fault: true });
    }

    /// Nothing is said any more of what the last key did.
    pub(in crate::tui) fn withdraw(&mut self) {
        self.answer = None;
    }

    /// Does something that answers, and keeps the answer before it.
    pub(in crate::tui) const fn take_answer(&mut self) -> SavedAnswer {
        SavedAnswer(self.answer.take())
    }

    pub(in crate::tui) fn put_answer(&mut self, SavedAnswer(answer): SavedAnswer) {
        self.answer = answer;
    }

    /// A key was pressed. `does`: what it means, unless it only types.
    pub(in crate::tui) fn was_read(&mut self, state: &State, does: Option<Action>) {
        let Some(StatusNote { is_fault, at, of, .. }) = self.current(state) else { return };
        // Who types has not read the next one of several yet.
        let is_alone = at == of || self.answer.is_some();
        let goes = match does {
            None
            | Some(
                Action::Edit(_)
                | Action::Up
                | Action::Down
                | Action::Complete
                | Action::CompleteBack
                | Action::PageUp
                | Action::PageDown,
            ) => !is_fault && is_alone,
            Some(Action::ReadNote) => false,
            // Esc that goes to the next line does nothing else; an answer goes with what it leaves.
            Some(Action::Back) => self.answer.is_some() || (!is_fault && is_alone),
            Some(_) => true,
        };
        if goes {
            self.next(state);
        }
    }

    /// Esc takes a line of the app away, and does nothing else.
    pub(in crate::tui) fn takes_esc(&self, state: &State) -> bool {
        self.answer.is_none() && self.waits_for_esc(state)
    }

    /// Only Esc takes away what stands there, or something else that one does.
    pub(in crate::tui) fn waits_for_esc(&self, state: &State) -> bool {
        self.current(state).is_some_and(|note| note.is_fault || (note.at < note.of && self.answer.is_none()))
    }

    /// What was counted since a person put that away last.
    pub(in crate::tui) const fn counted(&self, state: &State) -> EventCounters {
        let (now, before) = (&state.counters, &self.put_away);
        EventCounters {
            empty: now.empty.saturating_sub(before.empty),
            malformed: now.malformed.saturating_sub(before.malformed),
            ignored: now.ignored.saturating_sub(before.ignored),
            nobody: now.nobody.saturating_sub(before.nobody),
            kernel_drops: now.kernel_drops.saturating_sub(before.kernel_drops),
            dropped: now.dropped.saturating_sub(before.dropped),
        }
    }

    /// What is counted so far has been read: only what comes from now on is shown.
    pub(in crate::tui) const fn put_counters_away(&mut self, state: &State) {
        self.put_away = state.counters;
    }

    /// Takes what stands there away, for the next one. `false`: there is nothing.
    pub(in crate::tui) fn next(&mut self, state: &State) -> bool {
        let waiting = state.status_lines_after(self.shown);
        let is_answer = self.answer.take().is_some();
        if !is_answer {
            self.shown = state.status_line_after(self.shown).map_or(self.shown, |(number, _)| number);
        }
        let more = state.status_lines_after(self.shown);
        self.read = if more == 0 { 0 } else { self.read.saturating_add(usize::from(!is_answer)) };
        is_answer || waiting > 0
    }
}

/// An answer that is put back later.
#[derive(Debug)]
pub(in crate::tui) struct SavedAnswer(Option<StatusAnswer>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::registry;

    #[test]
    fn every_notice_is_a_text() {
        let lang = Lang::choose(Some("en"), registry());
        for key in NOTICES {
            assert!(lang.has(key), "{key}");
        }
    }
}
