//! Whose a link is, and what its engine is still to be told.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound::{Excluded, Unbounded};

use crate::model::{ErrorCode, LinkId};
use crate::wire::{Input, Ticket};

/// Which engine: its place in the list of dialects.
pub(super) type EngineId = usize;

/// A link among those of all engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LinkKey {
    pub(super) engine: EngineId,
    pub(super) link: LinkId,
}

impl LinkKey {
    /// Whether its engine may give a link this number.
    pub(super) fn is_own(self) -> bool {
        (LinkId::FIRST_OWN..LinkId::FIRST_ACCEPTED).contains(&self.link.0)
    }
}

/// All of them, the one that had the last turn behind the others.
pub(super) fn in_turn<T>(
    all: &BTreeMap<LinkKey, T>,
    served: Option<LinkKey>,
) -> impl Iterator<Item = (LinkKey, &T)> {
    let after = all.range((served.map_or(Unbounded, Excluded), Unbounded));
    let up_to = served.into_iter().flat_map(|last| all.range(..=last));
    after.chain(up_to).map(|(key, one)| (*key, one))
}

/// Inputs that are still to be fed to engines, in order.
#[derive(Debug, Default)]
pub(super) struct PendingInputs(VecDeque<(EngineId, Input<'static>)>);

impl PendingInputs {
    pub(super) fn push(&mut self, engine: EngineId, input: Input<'static>) {
        self.0.push_back((engine, input));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn pop(&mut self) -> Option<(EngineId, Input<'static>)> {
        self.0.pop_front()
    }

    /// The answer to what carried a ticket.
    pub(super) fn hand(&mut self, engine: EngineId, ticket: Option<Ticket>, result: Result<(), ErrorCode>) {
        if let Some(ticket) = ticket {
            self.push(engine, Input::Handed { ticket, result });
        }
    }
}
