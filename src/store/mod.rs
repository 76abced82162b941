//! The history behind one interface, on a thread of its own.
//!
//! A message is shown as received, and sent to the network, only after [`StoreEvent::Committed`] came back
//! for it. What the backend is (memory now) nobody outside this folder can tell.

mod memory;
mod thread;

use crate::model::Phrase;

pub use crate::model::history::{Op, StoreEvent};
pub use memory::Memory;
pub use thread::{MAX_IN_FLIGHT, StoreHandle};

/// Where the history is kept.
pub trait Backend: Send {
    /// Makes all of `ops` lasting, or none of them.
    fn commit(&mut self, ops: &[Op]) -> Result<(), Phrase>;
}

/// Keeps nothing, for who only looks at what goes by.
#[derive(Clone, Copy, Debug)]
pub struct Discard;

impl Backend for Discard {
    fn commit(&mut self, _ops: &[Op]) -> Result<(), Phrase> {
        Ok(())
    }
}
