//! When the bell may ring: at most once a second, and once in ten seconds for one conversation.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::model::ConversationId;

const ANY: Duration = Duration::from_secs(1);
const SAME: Duration = Duration::from_secs(10);

/// Conversations remembered; older entries have long run out.
const MAX_REMEMBERED: usize = 64;

/// When the bell rang last.
#[derive(Clone, Debug, Default)]
pub(super) struct Bell {
    last: Option<Instant>,
    by_conversation: BTreeMap<ConversationId, Instant>,
}

impl Bell {
    /// Whether it may ring now; if so, that is remembered.
    pub(super) fn ring(&mut self, now: Instant, conversation: ConversationId) -> bool {
        let within = |last: Option<&Instant>, span| {
            last.is_some_and(|last| now.saturating_duration_since(*last) < span)
        };
        if within(self.last.as_ref(), ANY) || within(self.by_conversation.get(&conversation), SAME) {
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
