//! What became of the messages that were written: which of them still owe a line, and whether more may be written.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::headless::CommandError;
use crate::model::{Mark, Message, MessageId, Phrase};

/// Where receipts are given they come within this time, and one line says all of it.
const SOON: Duration = Duration::from_secs(1);

/// Messages on their way at once; behind them the input waits, so that nothing of it is lost or refused.
const MAX_OPEN: usize = 64;

/// Our messages of this run.
#[derive(Debug, Default)]
pub(super) struct OutgoingMessages {
    /// Asked for, and not in the history yet.
    asked: usize,
    /// Of which more is to be heard; with the message, as long as no line was printed of it, and when it has to be.
    open: BTreeMap<MessageId, Option<(Instant, Arc<Message>)>>,
    sent: usize,
    failed: usize,
}

impl OutgoingMessages {
    /// A message is on its way to the history.
    pub(super) const fn ask(&mut self) {
        self.asked = self.asked.saturating_add(1);
    }

    /// A line came to nothing before it was a message.
    pub(super) const fn refuse(&mut self) {
        self.failed = self.failed.saturating_add(1);
    }

    /// Of one of an earlier run more is to be heard.
    pub(super) fn restore(&mut self, message: &Message) {
        if message.is_owed() {
            self.open.insert(message.id, None);
        }
    }

    /// A message of ours is new, or its mark. Whether a line is printed of it now. `awaits`: its peer says that it has it.
    pub(super) fn on_version(
        &mut self,
        message: &Arc<Message>,
        is_new: bool,
        awaits: bool,
        now: Instant,
    ) -> bool {
        if is_new {
            self.asked = self.asked.saturating_sub(1);
        } else if !self.open.contains_key(&message.id) {
            // The peer has read it, or it was decoded anew.
            return false;
        }
        let is_final = match message.mark() {
            Some(Mark::Waiting) | None => false,
            Some(Mark::Sent) => !awaits,
            Some(Mark::Delivered | Mark::Read | Mark::Failed(_)) => true,
        };
        if is_final {
            self.open.remove(&message.id);
            let failed = usize::from(message.is_failed());
            self.failed = self.failed.saturating_add(failed);
            self.sent = self.sent.saturating_add(1_usize.saturating_sub(failed));
            return true;
        }
        let waiting = self.open.entry(message.id).or_insert_with(|| Some((now + SOON, Arc::clone(message))));
        if let Some((_, held)) = waiting {
            *held = Arc::clone(message);
        }
        false
    }

    /// When the next line is due of which no mark has come.
    pub(super) fn due(&self) -> Option<Instant> {
        self.open.values().flatten().map(|(due, _)| *due).min()
    }

    /// Those messages. A later mark is a line again.
    pub(super) fn overdue(&mut self, now: Instant) -> Vec<Arc<Message>> {
        let late = self.open.values_mut().filter_map(|one| one.take_if(|(due, _)| *due <= now));
        late.map(|(_, message)| message).collect()
    }

    /// Whether another message may be written. `lasts`: those that wait are in the history, however many.
    pub(super) fn has_room(&self, lasts: bool) -> bool {
        self.asked.saturating_add(if lasts { 0 } else { self.open.len() }) < MAX_OPEN
    }

    /// Nothing more is to be heard of any of them.
    pub(super) fn is_settled(&self) -> bool {
        self.asked == 0 && self.open.is_empty()
    }

    pub(super) const fn has_sent(&self) -> bool {
        self.sent > 0
    }

    /// What is to be said at the end: how many did not go out.
    pub(super) fn end(&self, name: &str) -> Result<(), CommandError> {
        let waiting = self.asked.saturating_add(self.open.len());
        if waiting > 0 {
            return Err(Phrase::new("chat-still-waiting").number("count", waiting).text("name", name).into());
        }
        if self.failed > 0 { Err(CommandError::Told) } else { Ok(()) }
    }
}
