//! Where conversations are: found by their addresses without looking at each of them.

use std::collections::BTreeMap;

use crate::model::{Address, ConversationId, Host};

/// A scheme, a host and a port. The rooms of one host stand under one key, and so do contacts that share an address.
type Endpoint = (&'static str, Host, u16);

#[derive(Clone, Debug, Default)]
pub(super) struct AddressIndex(BTreeMap<Endpoint, Vec<ConversationId>>);

fn endpoint(address: &Address) -> Endpoint {
    (address.scheme.name, address.host.clone(), address.port)
}

impl AddressIndex {
    pub(super) fn add(&mut self, address: &Address, id: ConversationId) {
        self.0.entry(endpoint(address)).or_default().push(id);
    }

    pub(super) fn remove(&mut self, address: &Address, id: ConversationId) {
        let endpoint = endpoint(address);
        let Some(ids) = self.0.get_mut(&endpoint) else { return };
        ids.retain(|known| *known != id);
        if ids.is_empty() {
            self.0.remove(&endpoint);
        }
    }

    pub(super) fn at(&self, scheme: &'static str, host: Host, port: u16) -> &[ConversationId] {
        self.0.get(&(scheme, host, port)).map(Vec::as_slice).unwrap_or_default()
    }
}
