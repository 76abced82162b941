//! Whose files are fetched without asking, up to which size, and how much that was of late.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::model::ConversationId;

/// Messages of the largest size in a day. Whoever has taken over a contact's machine fills no disk overnight.
const A_DAY: u64 = 10;
const DAY: Duration = Duration::from_hours(24);

#[derive(Clone, Copy, Debug)]
struct Allowance {
    /// Bytes of one message.
    up_to: u64,
    /// Bytes that were fetched since.
    taken: u64,
    since: Option<Instant>,
}

#[derive(Debug, Default)]
pub(in crate::app) struct AutomaticAccepts(BTreeMap<ConversationId, Allowance>);

impl AutomaticAccepts {
    /// As the list of contacts has it; what was fetched today still counts.
    pub(in crate::app) fn set(&mut self, id: ConversationId, up_to: Option<u64>) {
        match up_to {
            Some(up_to) => {
                let fresh = Allowance { up_to, taken: 0, since: None };
                self.0.entry(id).or_insert(fresh).up_to = up_to;
            }
            None => drop(self.0.remove(&id)),
        }
    }

    /// Up to which size of one message, in bytes; `None`: a person is asked.
    pub(in crate::app) fn up_to(&self, id: ConversationId) -> Option<u64> {
        self.0.get(&id).map(|allowance| allowance.up_to)
    }

    /// Whether so many bytes of one message are fetched without asking; if so they count.
    pub(in crate::app) fn take(&mut self, id: ConversationId, now: Instant, bytes: u64) -> bool {
        let Some(allowance) = self.0.get_mut(&id) else { return false };
        if allowance.since.is_none_or(|since| now.saturating_duration_since(since) >= DAY) {
            (allowance.since, allowance.taken) = (Some(now), 0);
        }
        let taken = allowance.taken.saturating_add(bytes);
        let fits = bytes <= allowance.up_to && taken <= allowance.up_to.saturating_mul(A_DAY);
        if fits {
            allowance.taken = taken;
        }
        fits
    }
}
