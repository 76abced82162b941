//! When a person may be called, by the bell and by what the terminal shows: while nobody looks, at most once a second, and
//! once in ten seconds for one conversation.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::model::ConversationId;

const ANY: Duration = Duration::from_secs(1);
const SAME: Duration = Duration::from_secs(10);

/// Conversations remembered; older entries have long run out.
const MAX_REMEMBERED: usize = 64;

/// When a person was called last.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Alerts {
    /// Nobody looks. What arrives before somebody's eyes is no reason to ring, and does not count as a ring.
    away: bool,
    last: Option<Instant>,
    by_conversation: BTreeMap<ConversationId, Instant>,
    /// What we are called: in rooms people call us by it.
    pub(in crate::app) own_name: String,
}

impl Alerts {
    pub(in crate::app) const fn set_away(&mut self, away: bool) {
        self.away = away;
    }

    /// Whether it may ring now; if so, that is remembered.
    pub(in crate::app) fn ring(&mut self, now: Instant, conversation: ConversationId) -> bool {
        let within = |last: Option<&Instant>, span| {
            last.is_some_and(|last| now.saturating_duration_since(*last) < span)
        };
        if !self.away
            || within(self.last.as_ref(), ANY)
            || within(self.by_conversation.get(&conversation), SAME)
        {
            return false;
        }
        if self.by_conversation.len() >= MAX_REMEMBERED {
            self.by_conversation.retain(|_, last| now.saturating_duration_since(*last) < SAME);
        }
        self.last = Some(now);
        self.by_conversation.insert(conversation, now);
        true
    }
}
