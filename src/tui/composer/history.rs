//! Browsing and searching what was sent before.
//!
//! The list belongs to the caller and is never changed here. It is in the order of sending, the newest last;
//! browsing starts at its end. What is recalled is a copy, to be edited freely.

use super::undo::EditKind;
use super::{Composer, motion};

/// Present while the composer shows an entry of the history instead of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Browsing {
    /// How far back: 1 is the newest entry. Counted from the end, since old entries may be dropped in front.
    back: usize,
    draft: String,
    cursor: usize,
}

impl Composer {
    /// Recalls the next older entry; the draft is put aside first. `false`: there is none.
    ///
    /// `history` is in the order of sending, the newest last.
    pub fn history_up(&mut self, history: &[String]) -> bool {
        let back = self.browsing.as_ref().map_or(0, |browsing| browsing.back) + 1;
        let Some(entry) = older(history, back) else { return false };
        let mut browsing = self.browsing.take().unwrap_or_else(|| self.put_draft_aside());
        browsing.back = back;
        self.browsing = Some(browsing);
        self.recall(entry, entry.len());
        true
    }

    /// Recalls the next newer entry, and behind the newest the draft. `false`: the draft is what is shown.
    pub fn history_down(&mut self, history: &[String]) -> bool {
        let Some(mut browsing) = self.browsing.take() else { return false };
        browsing.back -= 1;
        if let Some(entry) = older(history, browsing.back) {
            self.browsing = Some(browsing);
            self.recall(entry, entry.len());
        } else {
            self.recall(&browsing.draft, browsing.cursor);
        }
        true
    }

    fn put_draft_aside(&self) -> Browsing {
        Browsing { back: 0, draft: self.text.clone(), cursor: self.cursor }
    }

    /// Undo leads from any recalled entry back to the draft in one step; an edit of an entry that was then
    /// browsed away is a step of its own, so it can be had back too.
    fn recall(&mut self, text: &str, cursor: usize) {
        self.splice(0..self.text.len(), text, motion::char_floor(text, cursor), EditKind::Recall);
    }
}

fn older(history: &[String], back: usize) -> Option<&String> {
    history.get(history.len().checked_sub(back)?)
}
