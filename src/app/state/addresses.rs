//! Where conversations are: found by their addresses without looking at each of them.

use std::collections::BTreeMap;

use crate::model::{Address, ConversationId, Host, PublicKey};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The rooms of one host stand here, and so do contacts that share an address. Of several hosts it is the one that
    /// stands first in whatever order they are written.
    Endpoint(Host, u16),
    /// Whose key it is, wherever that is.
    Key(PublicKey),
}

#[derive(Clone, Debug, Default)]
pub(super) struct AddressIndex(BTreeMap<(&'static str, Place), Vec<ConversationId>>);

fn place(address: &Address) -> (&'static str, Place) {
    let endpoint = || {
        let first = address.hosts().min();
        first.map_or_else(
            || Place::Endpoint(address.host.clone(), address.port),
            |first| Place::Endpoint(first.host, first.port),
        )
    };
    (address.scheme.name, address.key.map_or_else(endpoint, Place::Key))
}

impl AddressIndex {
    pub(super) fn add(&mut self, address: &Address, id: ConversationId) {
        self.0.entry(place(address)).or_default().push(id);
    }

    pub(super) fn remove(&mut self, address: &Address, id: ConversationId) {
        let place = place(address);
        let Some(ids) = self.0.get_mut(&place) else { return };
        ids.retain(|known| *known != id);
        if ids.is_empty() {
            self.0.remove(&place);
        }
    }

    /// Those at the place that this address means.
    pub(super) fn there(&self, address: &Address) -> &[ConversationId] {
        self.of(&place(address))
    }

    /// Those whose peers are known by where they are.
    pub(super) fn at(&self, scheme: &'static str, host: Host, port: u16) -> &[ConversationId] {
        self.of(&(scheme, Place::Endpoint(host, port)))
    }

    fn of(&self, place: &(&'static str, Place)) -> &[ConversationId] {
        self.0.get(place).map(Vec::as_slice).unwrap_or_default()
    }
}
