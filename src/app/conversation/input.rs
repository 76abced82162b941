//! What a person left in a conversation: the draft, the texts that were sent, and where they read.

use std::time::{Duration, Instant};

use crate::model::Draft;
use crate::model::history::ScrollPosition;

/// Sent texts that Up can bring back.
pub const MAX_SENT: usize = 200;

#[derive(Clone, Debug, Default)]
pub struct InputState {
    /// Oldest first.
    sent: Vec<String>,
    /// What was sent in earlier runs has been asked for.
    requested: bool,
    draft: Draft,
    scroll: Option<ScrollPosition>,
    /// When the peer was told last that a person writes.
    typing_told: Option<Instant>,
    nudged: Option<Instant>,
}

impl InputState {
    /// As the last run left it.
    pub(super) fn restored(draft: Draft, scroll: Option<ScrollPosition>) -> Self {
        Self { draft, scroll, ..Self::default() }
    }

    /// What was sent here, or written and not sent, oldest first, for Up.
    pub fn sent(&self) -> &[String] {
        &self.sent
    }

    /// What stood in the composer when it was saved last.
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Where one read; `None`: at the end.
    pub const fn scroll(&self) -> Option<ScrollPosition> {
        self.scroll
    }

    /// Whether what was sent in earlier runs is to be asked for now.
    pub(in crate::app) const fn request_sent(&mut self) -> bool {
        !std::mem::replace(&mut self.requested, true)
    }

    pub(in crate::app) fn remember(&mut self, text: &str) {
        if self.sent.last().is_some_and(|last| last == text) {
            return;
        }
        self.sent.push(text.to_owned());
        if self.sent.len() > MAX_SENT {
            self.sent.remove(0);
        }
    }

    /// What was sent in earlier runs, before what was sent since.
    pub(in crate::app) fn recall(&mut self, mut texts: Vec<String>) {
        // What was sent while this was on its way is in both.
        let known = self.sent.len().min(texts.len());
        let overlap = (0..=known)
            .rev()
            .find(|len| texts.get(texts.len().saturating_sub(*len)..) == self.sent.get(..*len));
        texts.truncate(texts.len().saturating_sub(overlap.unwrap_or_default()));
        texts.append(&mut self.sent);
        texts.drain(..texts.len().saturating_sub(MAX_SENT));
        self.sent = texts;
    }

    /// Whether the peer is to be told now that a person writes.
    pub(in crate::app) fn tell_typing(&mut self, now: Instant, every: Duration) -> bool {
        let is_due = self.typing_told.is_none_or(|told| now.saturating_duration_since(told) >= every);
        if is_due {
            self.typing_told = Some(now);
        }
        is_due
    }

    /// Whether the peer may be nudged again; if so, that counts as the last time.
    pub(in crate::app) fn may_nudge(&mut self, now: Instant, every: Duration) -> bool {
        let may = self.nudged.is_none_or(|last| now.saturating_duration_since(last) >= every);
        if may {
            self.nudged = Some(now);
        }
        may
    }

    /// What was written has gone: whoever hears it takes the writing for over, so the next letter is told at once.
    pub(in crate::app) const fn end_typing(&mut self) {
        self.typing_told = None;
    }

    /// Whether it is another draft than before.
    pub(in crate::app) fn set_draft(&mut self, draft: &Draft) -> bool {
        let is_new = self.draft != *draft;
        if is_new {
            self.draft.clone_from(draft);
        }
        is_new
    }

    /// Whether it is another position than before.
    pub(in crate::app) fn set_scroll(&mut self, at: Option<ScrollPosition>) -> bool {
        std::mem::replace(&mut self.scroll, at) != at
    }
}
