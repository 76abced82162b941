//! Addresses of relays, as one of them names others.

use std::net::SocketAddr;

use crate::wire::cursor::{Cursor, Put};

/// Relays in one list.
pub const MAX_RELAYS: usize = 8;

/// Their addresses as texts, one after the other. What is none is left out, so that a later relay may say more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RelayList<'a>(&'a [u8]);

impl<'a> RelayList<'a> {
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let mut count: usize = 0;
        while !cursor.is_empty() {
            cursor.short_text()?;
            count = count.saturating_add(1);
        }
        (count <= MAX_RELAYS).then_some(Self(bytes))
    }

    pub const fn bytes(&self) -> &'a [u8] {
        self.0
    }

    pub fn iter(&self) -> impl Iterator<Item = SocketAddr> + use<'a> {
        let mut cursor = Cursor::new(self.0);
        let texts = std::iter::from_fn(move || cursor.short_text());
        texts.filter_map(|text| text.parse().ok())
    }
}

/// Appends one of a list.
pub fn put_relay(out: &mut impl Put, relay: SocketAddr) {
    out.short_text(&relay.to_string());
}
