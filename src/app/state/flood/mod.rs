//! What keeps a flood from taking disk, memory or turns from anybody but its own source (invariants G11–G13).
//!
//! A message passes three of these on its way: the gate says whether its source still may, the queue gives every source
//! its turn before the store, and the quota bounds what is kept of strangers nobody asked for. What does not pass is
//! counted, and one line says whose it was.

mod gate;
mod queue;
mod quota;

pub(super) use gate::Gate;
pub(in crate::app) use gate::{QuotaKey, QuotaScope};
pub(in crate::app) use queue::DroppedMessage;
pub(super) use queue::Queue;
pub(super) use quota::QuotaLedger;

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Flood {
    pub(in crate::app) gate: Gate,
    /// What waits for its turn at the store.
    pub(in crate::app) queue: Queue,
    pub(in crate::app) quota: QuotaLedger,
}
