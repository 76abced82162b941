//! The ids of messages: upwards for what arrives and what is written, downwards for what is read of a room's history.

use crate::model::MessageId;

#[derive(Clone, Copy, Debug, Default)]
pub(in crate::app) struct MessageIds {
    last: u64,
    /// So many were given downwards.
    backfilled: u64,
}

impl MessageIds {
    /// No id up to `last`, and none from `first_backfilled` on, is given again.
    pub(in crate::app) fn new(last: Option<MessageId>, first_backfilled: Option<MessageId>) -> Self {
        let backfilled = first_backfilled.map_or(0, |first| MessageId::ARRIVALS.saturating_sub(first.0));
        Self { last: last.map_or(0, |last| last.0), backfilled }
    }

    pub(in crate::app) const fn next(self) -> MessageId {
        MessageId(self.last.saturating_add(1))
    }

    pub(in crate::app) const fn give(&mut self) -> MessageId {
        self.last = self.last.saturating_add(1);
        MessageId(self.last)
    }

    /// For a message that stands before all that is here; `None`: there are none left.
    pub(in crate::app) fn give_backfilled(&mut self) -> Option<MessageId> {
        let backfilled = self.backfilled.saturating_add(1);
        let id =
            MessageId::ARRIVALS.checked_sub(backfilled).map(MessageId).filter(|id| id.is_backfilled())?;
        self.backfilled = backfilled;
        Some(id)
    }
}
