//! The state of the messenger and how it changes: `update(state, now, event) -> effects`, pure.
//!
//! No I/O, no clock, no knowledge of a dialect. What belongs to a front (focus, scroll, draft) is not here.

mod bell;
mod chat;
mod conversation;
mod event;
mod likeness;
mod members;
mod moving;
mod nearby;
mod quota;
mod reading;
mod receipts;
mod restore;
mod rooms;
mod roster;
mod search;
mod state;
mod unkept;
mod update;
mod window;

#[cfg(test)]
mod tests;

pub use crate::model::Standing;
pub use conversation::{Conversation, MAX_SENT, Presence};
pub use event::{ContactsEdit, Effect, Event, Fetch, Intent};
pub use members::{MAX_HEARD, MAX_TOLD, Members, Person, Who};
pub use moving::Moving;
pub use restore::Restored;
pub use roster::{MAX_STRANGERS, Section};
pub use search::Results;
pub use state::{Counters, State};
pub use update::update;
