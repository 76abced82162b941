//! Where one reads in each conversation, and where one is going in the open one.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ConversationId, MessageId};
use crate::tui::scrollback::{Position, ScrollBy};

/// A place in the open conversation that has to be read from the history first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum PendingJump {
    Oldest,
    Message(MessageId),
    /// A place where one has been.
    Back(Position),
    /// Rows that are left to scroll over.
    Rows(ScrollBy),
}

/// The scroll positions. A conversation without one is read at its end.
#[derive(Debug, Default)]
pub(in crate::tui) struct Positions {
    tops: BTreeMap<ConversationId, Position>,
    /// Those that have or had a position: of no other can the history know another one.
    moved: BTreeSet<ConversationId>,
    /// How many messages had come when one scrolled away from the end of a conversation: what came since is new
    /// below.
    left_end: BTreeMap<ConversationId, u64>,
    /// Where one is going in the open conversation, until that part of it is here.
    pending: Option<PendingJump>,
}

impl Positions {
    /// Where one reads there.
    pub(in crate::tui) fn of(&self, conversation: ConversationId) -> Position {
        self.tops.get(&conversation).copied().unwrap_or_default()
    }

    /// Whether one has scrolled away from the end.
    pub(in crate::tui) fn is_scrolled(&self, conversation: ConversationId) -> bool {
        self.tops.contains_key(&conversation)
    }

    /// How many messages had come when one scrolled away from the end.
    pub(in crate::tui) fn left_end(&self, conversation: ConversationId) -> Option<u64> {
        self.left_end.get(&conversation).copied()
    }

    pub(in crate::tui) fn go_to_end(&mut self, conversation: ConversationId) {
        self.moved.insert(conversation);
        self.tops.remove(&conversation);
        self.left_end.remove(&conversation);
    }

    /// Goes to a position. `arrivals` is how many messages have come, for whoever leaves the end now.
    pub(in crate::tui) fn go(&mut self, conversation: ConversationId, position: Position, arrivals: u64) {
        match position {
            Position::Newest => self.go_to_end(conversation),
            Position::Top { .. } => {
                self.moved.insert(conversation);
                if self.tops.insert(conversation, position).is_none() {
                    self.left_end.insert(conversation, arrivals);
                }
            }
        }
    }

    /// Goes back to where one was before; messages that are new below stay so.
    pub(in crate::tui) fn go_back(&mut self, conversation: ConversationId, position: Position) {
        if position == Position::Newest {
            self.go_to_end(conversation);
        } else {
            self.moved.insert(conversation);
            self.tops.insert(conversation, position);
        }
    }

    /// Begins there, with messages counted as new below that came after the first `left_end`.
    pub(in crate::tui) fn begin(&mut self, conversation: ConversationId, position: Position, left_end: u64) {
        self.moved.insert(conversation);
        self.tops.insert(conversation, position);
        self.left_end.insert(conversation, left_end);
    }

    /// Where one has moved since the start, or stood at it.
    pub(in crate::tui) fn moved(&self) -> impl Iterator<Item = ConversationId> {
        self.moved.iter().copied()
    }

    /// Where one is going.
    pub(in crate::tui) const fn pending(&self) -> Option<PendingJump> {
        self.pending
    }

    pub(in crate::tui) const fn wait_for(&mut self, jump: PendingJump) {
        self.pending = Some(jump);
    }

    pub(in crate::tui) const fn stay(&mut self) {
        self.pending = None;
    }

    /// Gives up where one is going. The answer is what was left to scroll over: whoever scrolls on adds to that.
    pub(in crate::tui) fn take_rows(&mut self) -> Option<ScrollBy> {
        match self.pending.take() {
            Some(PendingJump::Rows(way)) => Some(way),
            Some(PendingJump::Oldest | PendingJump::Message(_) | PendingJump::Back(_)) | None => None,
        }
    }
}
