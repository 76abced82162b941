//! The state of the messenger and how it changes: `update(state, now, event) -> effects`, pure.
//!
//! No I/O, no clock, no knowledge of a dialect. What belongs to a front (focus, scroll, draft) is not here.

mod bell;
mod chat;
mod conversation;
mod conversations;
mod event;
mod fetching;
mod flood;
mod listing;
mod moving;
mod nearby;
mod offers;
mod persons;
mod places;
mod reading;
mod receipts;
mod restore;
mod rooms;
mod roster;
mod search;
mod state;
mod stranger_lru;
mod strangers;
mod unkept;
mod update;
mod versions;

#[cfg(test)]
mod tests;

pub use crate::model::PeerKind;
pub use conversation::{
    Activity, Conversation, InputState, MAX_HEARD, MAX_SENT, MAX_TOLD, MemberInfo, MemberKey, MemberList,
    PeerStatus, Reachability,
};
pub use event::{ContactsEdit, Effect, Event, FetchRequest, Intent};
pub use listing::{ListRow, Section};
pub use moving::ActiveTransfer;
pub use restore::Restored;
pub use search::SearchResults;
pub use state::{EventCounters, State};
pub use strangers::MAX_STRANGERS;
pub use update::update;
