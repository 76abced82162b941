//! Where conversations are: found by their addresses without looking at each of them.

use std::collections::BTreeMap;

use crate::model::{Address, ConversationId, Host};

/// A scheme, a host and a port. The rooms of one host stand under one key, and so do contacts that share an address.
type Place = (&'static str, Host, u16);

#[derive(Clone, Debug, Default)]
pub(super) struct Places(BTreeMap<Place, Vec<ConversationId>>);

fn place(address: &Address) -> Place {
    (address.scheme.name, address.host.clone(), address.port)
}

impl Places {
    pub(super) fn add(&mut self, address: &Address, id: ConversationId) {
        self.0.entry(place(address)).or_default().push(id);
    }

    pub(super) fn remove(&mut self, address: &Address, id: ConversationId) {
        let place = place(address);
        let Some(there) = self.0.get_mut(&place) else { return };
        there.retain(|one| *one != id);
        if there.is_empty() {
            self.0.remove(&place);
        }
    }

    pub(super) fn at(&self, scheme: &'static str, host: Host, port: u16) -> &[ConversationId] {
        self.0.get(&(scheme, host, port)).map(Vec::as_slice).unwrap_or_default()
    }
}
