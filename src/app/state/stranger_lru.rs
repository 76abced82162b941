//! Which stranger goes when there are too many: found without looking at each of them.
//!
//! The network that has most gives its oldest one, so that a host that writes from all its ports drives out its own rows
//! and nobody else's (invariant G12).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ConversationId, MessageId, Network};

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct StrangerLru {
    /// All strangers, also those whom a person has to do with.
    strangers: BTreeSet<ConversationId>,
    /// Those who may go, by what they said last.
    networks: BTreeMap<Network, BTreeSet<(MessageId, ConversationId)>>,
    /// The networks by how many they have.
    sizes: BTreeSet<(usize, Network)>,
    positions: BTreeMap<ConversationId, (Network, MessageId)>,
}

impl StrangerLru {
    pub(in crate::app) fn count(&self) -> usize {
        self.strangers.len()
    }

    /// A stranger; one whom a person has to do with never goes.
    pub(in crate::app) fn add(&mut self, id: ConversationId, evictable: Option<(Network, MessageId)>) {
        self.strangers.insert(id);
        if let Some((network, newest)) = evictable {
            self.pin(id);
            self.change(network, |all| all.insert((newest, id)));
            self.positions.insert(id, (network, newest));
        }
    }

    /// It is gone, or a contact from now on.
    pub(in crate::app) fn remove(&mut self, id: ConversationId) {
        self.strangers.remove(&id);
        self.pin(id);
    }

    /// From now on a person has to do with it.
    pub(in crate::app) fn pin(&mut self, id: ConversationId) {
        if let Some((network, newest)) = self.positions.remove(&id) {
            self.change(network, |all| all.remove(&(newest, id)));
        }
    }

    /// It said something: others are older now.
    pub(in crate::app) fn touch(&mut self, id: ConversationId, newest: MessageId) {
        if let Some((network, before)) = self.positions.get(&id).copied()
            && before < newest
        {
            self.add(id, Some((network, newest)));
        }
    }

    /// The oldest ones of the network that has most.
    pub(in crate::app) fn oldest(&self) -> impl Iterator<Item = ConversationId> {
        let largest = self.sizes.last().and_then(|(_, network)| self.networks.get(network));
        largest.into_iter().flatten().map(|(_, id)| *id)
    }

    fn change(
        &mut self,
        network: Network,
        change: impl FnOnce(&mut BTreeSet<(MessageId, ConversationId)>) -> bool,
    ) {
        let all = self.networks.entry(network).or_default();
        self.sizes.remove(&(all.len(), network));
        change(all);
        if all.is_empty() {
            self.networks.remove(&network);
        } else {
            self.sizes.insert((all.len(), network));
        }
    }
}
