//! Peers that are known by nothing but what they tell of themselves: the first that go when there is no room.

use std::collections::BTreeSet;

use crate::model::ConversationId;

/// Strangers who never said anything, and whom nobody has to do with.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct PresenceOnlyPeers {
    here: BTreeSet<ConversationId>,
    gone: BTreeSet<ConversationId>,
}

impl PresenceOnlyPeers {
    pub(in crate::app) fn set(&mut self, id: ConversationId, here: bool) {
        let (to, from) =
            if here { (&mut self.here, &mut self.gone) } else { (&mut self.gone, &mut self.here) };
        from.remove(&id);
        to.insert(id);
    }

    /// The peer has said something, or a person has to do with it, or it is forgotten.
    pub(in crate::app) fn remove(&mut self, id: ConversationId) {
        self.here.remove(&id);
        self.gone.remove(&id);
    }

    pub(in crate::app) fn contains(&self, id: ConversationId) -> bool {
        self.here.contains(&id) || self.gone.contains(&id)
    }

    /// Of those who left, the one that is missed least.
    pub(in crate::app) fn gone(&self) -> Option<ConversationId> {
        self.gone.first().copied()
    }

    /// The same, of those who are there too.
    pub(in crate::app) fn any(&self) -> Option<ConversationId> {
        self.gone.first().or_else(|| self.here.first()).copied()
    }
}
