//! Lines for the status line that wait to be read.

use std::collections::VecDeque;

use crate::model::Phrase;

/// Lines that wait to be read: more than a start has to say. The oldest go.
const MAX_LINES: usize = 8;

#[derive(Clone, Debug, Default)]
pub(super) struct StatusLines {
    /// The newest ones with their numbers, which start at one.
    lines: VecDeque<(u64, Phrase)>,
    count: u64,
}

impl StatusLines {
    /// The oldest kept line whose number is higher, and its number.
    pub(super) fn after(&self, seen: u64) -> Option<(u64, &Phrase)> {
        self.lines.iter().find(|(number, _)| *number > seen).map(|(number, phrase)| (*number, phrase))
    }

    pub(super) fn count_after(&self, seen: u64) -> usize {
        self.lines.iter().filter(|(number, _)| *number > seen).count()
    }

    /// The same line again takes no second place, so that a repeated one does not push out the others.
    pub(super) fn add(&mut self, phrase: Phrase) {
        self.count = self.count.saturating_add(1);
        self.lines.retain(|(_, known)| *known != phrase);
        if self.lines.len() >= MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back((self.count, phrase));
    }

    pub(super) fn remove(&mut self, phrase: &Phrase) {
        self.lines.retain(|(_, known)| known != phrase);
    }

    /// A line with a count that goes on: the same line with the new one, shown again only if it is `anew`.
    pub(super) fn set_count(&mut self, phrase: Phrase, anew: bool) {
        let is_same = |known: &Phrase| {
            known.key == phrase.key && known.args.iter().skip(1).eq(phrase.args.iter().skip(1))
        };
        if anew {
            self.lines.retain(|(_, known)| !is_same(known));
            self.add(phrase);
        } else if let Some((_, known)) = self.lines.iter_mut().find(|(_, known)| is_same(known)) {
            *known = phrase;
        }
    }
}
