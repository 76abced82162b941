//! What the app was told of the connection to a relay, and since when one is looked for.

use std::time::{Duration, Instant};

use crate::model::traffic::{ConnectionState, DownReason};
use crate::model::{Address, ConversationId, NetEvent, Phrase};
use crate::wire::Ctx;

/// A relay that says nothing for so long does not answer: three hellos have gone out by then, and whoever waits for
/// `udpqq send` knows within three seconds.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// So much longer for each other relay that is asked as well.
const PATIENCE_EACH: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct ReportedConnection {
    conversation: ConversationId,
    connection: ConnectionState,
    /// Until then a relay may still answer.
    patience: Instant,
    /// Relays that the address names besides the first.
    others: u32,
}

impl ReportedConnection {
    pub(super) fn new(conversation: ConversationId, now: Instant, address: &Address) -> Self {
        let others = u32::try_from(address.others.len()).unwrap_or_default();
        Self { conversation, connection: ConnectionState::Unknown, patience: now, others }
    }

    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, why: impl Into<DownReason>) {
        self.set(cx, ConnectionState::Down(why.into()));
    }

    /// The first time that anything is done for this room.
    pub(super) fn begin(&mut self, cx: &mut Ctx<'_>) {
        if self.connection == ConnectionState::Unknown {
            self.lost(cx);
            self.set(cx, ConnectionState::Seeking);
        }
    }

    /// The relay was there until now.
    pub(super) fn lost(&mut self, cx: &Ctx<'_>) {
        self.patience = cx.after(PATIENCE.saturating_add(PATIENCE_EACH.saturating_mul(self.others)));
    }

    /// Reports a relay that has not answered for too long.
    pub(super) fn check(&mut self, cx: &mut Ctx<'_>) {
        if self.deadline().is_some_and(|at| at <= cx.now.mono) {
            self.down(cx, Phrase::new("relay-no-answer"));
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let is_down = matches!(self.connection, ConnectionState::Down(_));
        (!is_down).then_some(self.patience)
    }

    pub(super) fn set(&mut self, cx: &mut Ctx<'_>, connection: ConnectionState) {
        if self.connection != connection {
            self.connection = connection.clone();
            cx.report(NetEvent::Connection { conversation: self.conversation, connection });
        }
    }
}
