//! The state of the messenger and how it changes: `update(state, now, event) -> effects`, pure.
//!
//! No I/O, no clock, no knowledge of a dialect. What belongs to a front (focus, scroll, draft) is not here.
//!
//! Each module imports only from those above it:
//! ```text
//!  event          what happens, and what is asked for in return
//!  conversation   one conversation: its parts own their fields, effects come back as values
//!  state          all of them, and what goes on between them; each part owns its fields and knows no operation
//!  context        UpdateCx { state, now, effects }: what an operation works on
//!  update         the operations, and the routes from events to them
//! ```

mod alert;
mod context;
mod conversation;
mod event;
mod orders;
mod state;
mod update;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(test)]
mod tests;
#[cfg(any(test, fuzzing))]
#[path = "tests/world.rs"]
#[cfg_attr(not(test), allow(dead_code, reason = "the fuzzer needs less of it"))]
#[expect(clippy::expect_used, reason = "a broken expectation is the failure of a test")]
mod world;

pub use crate::model::PeerKind;
pub use conversation::{
    Activity, Changes, Conversation, InputState, MAX_HEARD, MAX_SENT, MAX_TOLD, MemberInfo, MemberKey,
    PeerStatus, Reachability, Reaction, RoomMembers,
};
pub use event::{ContactsEdit, Effect, Event, FetchRequest, Intent, KeyDecision, Restored};
pub use state::{
    ActiveTransfer, EventCounters, LabState, ListRow, SearchResults, SearchState, Section, State,
};
pub use update::{MAX_STRANGERS, update};
