//! Undo and redo as a list of changes, grouped into the steps a person thinks in.
//!
//! Holds what was removed and inserted, never whole drafts, and knows nothing of clusters: the cursor comes in
//! with each change and goes out again with undo.

use std::collections::VecDeque;

/// Steps kept. More than anyone undoes in a chat message.
pub(super) const MAX_UNDO: usize = 256;

/// Bytes kept in all steps together: a few exchanges of a whole draft of the largest size.
pub(super) const MAX_UNDO_BYTES: usize = 4 * 1024 * 1024;

/// What kind of action something was, as far as grouping cares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum EditKind {
    /// A cursor move, or nothing yet.
    #[default]
    Move,
    Typing {
        space: bool,
    },
    Backspace,
    Kill,
    /// Browsing what was sent before.
    Recall,
    Other,
}

impl EditKind {
    /// Typing is cut where a word begins after white space, so one undo takes back one word.
    pub(super) fn joins(self, next: Self) -> bool {
        match (self, next) {
            (Self::Typing { space: was }, Self::Typing { space: is }) => is || !was,
            (Self::Backspace, Self::Backspace) | (Self::Recall, Self::Recall) => true,
            _ => false,
        }
    }
}

/// At `at`, `removed` gave way to `inserted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: usize,
    pub(super) removed: String,
    pub(super) inserted: String,
}

impl Change {
    pub(super) fn redo(&self, text: &mut String) {
        swap(text, self.at, &self.removed, &self.inserted);
    }

    fn undo(&self, text: &mut String) {
        swap(text, self.at, &self.inserted, &self.removed);
    }

    /// Grows by `next` where the two amount to a single change; gives it back otherwise.
    fn absorb(&mut self, next: Self) -> Option<Self> {
        if next.removed.is_empty() && next.at == self.at + self.inserted.len() {
            self.inserted.push_str(&next.inserted);
        } else if self.inserted.is_empty()
            && next.inserted.is_empty()
            && next.at + next.removed.len() == self.at
        {
            self.at = next.at;
            self.removed.insert_str(0, &next.removed);
        } else if next.at == self.at && next.removed == self.inserted {
            self.inserted = next.inserted;
        } else {
            return Some(next);
        }
        None
    }
}

/// Changes are replayed in the order they were made, so `from` is always there; a text that is not the one the
/// change was made in stays as it is instead of panicking.
fn swap(text: &mut String, at: usize, from: &str, to: &str) {
    let range = at..at + from.len();
    if text.get(range.clone()) == Some(from) {
        text.replace_range(range, to);
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct UndoStep {
    changes: Vec<Change>,
    kind: EditKind,
    /// The cursor before and after the step.
    cursor: (usize, usize),
}

impl UndoStep {
    fn absorb(&mut self, change: Change) {
        let rest = match self.changes.last_mut() {
            Some(last) => last.absorb(change),
            None => Some(change),
        };
        self.changes.extend(rest);
    }

    /// Browsing up and down again leads back to where it began: nothing to undo.
    fn is_void(&self) -> bool {
        self.changes.iter().all(|change| change.removed == change.inserted)
    }

    fn bytes(&self) -> usize {
        self.changes.iter().map(|change| change.removed.len() + change.inserted.len()).sum()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UndoLog {
    done: VecDeque<UndoStep>,
    undone: Vec<UndoStep>,
}

impl UndoLog {
    /// Notes a change; `joined` adds it to the last step. `cursor`: before and after it.
    pub(super) fn record(&mut self, change: Change, cursor: (usize, usize), kind: EditKind, joined: bool) {
        self.undone.clear();
        match self.done.back_mut() {
            // The kind is compared too: a void step may have been dropped, and another be the last one.
            Some(step) if joined && step.kind.joins(kind) => {
                step.absorb(change);
                step.kind = kind;
                step.cursor.1 = cursor.1;
                if step.is_void() {
                    self.done.pop_back();
                }
            }
            _ => self.done.push_back(UndoStep { changes: vec![change], kind, cursor }),
        }
        self.forget();
    }

    /// Takes the last step back in `text`; returns its kind and where the cursor was before it.
    pub(super) fn undo(&mut self, text: &mut String) -> Option<(usize, EditKind)> {
        let step = self.done.pop_back()?;
        step.changes.iter().rev().for_each(|change| change.undo(text));
        let back = (step.cursor.0, step.kind);
        self.undone.push(step);
        Some(back)
    }

    pub(super) fn redo(&mut self, text: &mut String) -> Option<(usize, EditKind)> {
        let step = self.undone.pop()?;
        step.changes.iter().for_each(|change| change.redo(text));
        let forth = (step.cursor.1, step.kind);
        self.done.push_back(step);
        Some(forth)
    }

    /// Drops the oldest steps beyond the limits, but never the newest one.
    fn forget(&mut self) {
        let mut bytes: usize = self.done.iter().map(UndoStep::bytes).sum();
        while self.done.len() > 1 && (self.done.len() > MAX_UNDO || bytes > MAX_UNDO_BYTES) {
            bytes -= self.done.pop_front().map_or(0, |step| step.bytes());
        }
    }
}
