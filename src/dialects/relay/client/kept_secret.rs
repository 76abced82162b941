//! What is kept of passwords for another run: the keys that they stretch to, never a password.
//!
//! ```text
//! version u8 (1)  what u8 (1: the room's, 2: of who is in charge)  of the room's salt (16 bytes) and key (32 bytes)  of who is in
//! charge the name (short), salt and key  the place of the room
//! ```

use super::resumption::place_of;
use super::session::RoomSession;
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::{Address, NetEvent, PeerSecret};
use crate::wire::Ctx;
use crate::wire::cursor::{Cursor, Put as _};

const VERSION: u8 = 1;
const ROOM: u8 = 1;
const OPERATOR: u8 = 2;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeptSecret {
    pub(super) room: Option<StretchedKey>,
    pub(super) operator: Option<(String, StretchedKey)>,
}

impl KeptSecret {
    /// For the room at this address only: no other relay gets proofs of it.
    pub(super) fn encode(&self, address: &Address) -> PeerSecret {
        if *self == Self::default() {
            return PeerSecret::default();
        }
        // As long from the beginning as it may get: a buffer that grows leaves copies behind.
        let mut bytes = Vec::with_capacity(PeerSecret::MAX);
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        bytes.u8(VERSION).u8(flag(self.room.is_some(), ROOM) | flag(self.operator.is_some(), OPERATOR));
        if let Some(room) = &self.room {
            bytes.bytes(&room.salt).bytes(room.to_keep());
        }
        if let Some((name, key)) = &self.operator {
            bytes.short_text(name).bytes(&key.salt).bytes(key.to_keep());
        }
        bytes.bytes(place_of(address).as_bytes());
        PeerSecret::new(bytes)
    }

    pub(super) fn decode(secret: &PeerSecret, address: &Address) -> Option<Self> {
        let mut cursor = Cursor::new(secret.bytes());
        let what = Some(cursor.u8()?).filter(|version| *version == VERSION).and_then(|_| cursor.u8())?;
        let room = match what & ROOM {
            0 => None,
            _ => Some(StretchedKey::kept(cursor.array()?, cursor.array()?)),
        };
        let operator = match what & OPERATOR {
            0 => None,
            _ => {
                Some((cursor.short_text()?.to_owned(), StretchedKey::kept(cursor.array()?, cursor.array()?)))
            }
        };
        (cursor.rest() == place_of(address).as_bytes()).then_some(Self { room, operator })
    }
}

/// Tells the app what another run is to be given.
pub(super) fn keep(session: &RoomSession, cx: &mut Ctx<'_>) {
    let (room, operator) =
        (session.credentials.room.right_key().cloned(), session.credentials.operator.to_keep());
    let secret = KeptSecret { room, operator }.encode(&session.locator.address);
    cx.report(NetEvent::Secret { conversation: session.conversation, secret });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::relay::SCHEME;

    #[test]
    fn what_is_kept_is_good_for_its_own_room_alone() {
        let address = |text| Address::parse(&format!("relay://{text}"), &[SCHEME]).expect("an address");
        let operator = Some(("Ann".to_owned(), StretchedKey::kept([5; 16], [6; 32])));
        let kept = KeptSecret { room: Some(StretchedKey::kept([3; 16], [4; 32])), operator };
        let secret = kept.encode(&address("10.0.0.1:6000,10.0.0.2:6000/cave"));
        assert_eq!(KeptSecret::decode(&secret, &address("10.0.0.2:6000,10.0.0.1:6000/cave")), Some(kept));
        for other in ["10.0.0.2:6000,10.0.0.1:6000/attic", "10.0.0.1:6000/cave"] {
            assert_eq!(KeptSecret::decode(&secret, &address(other)), None, "{other}");
        }
        assert!(KeptSecret::default().encode(&address("10.0.0.1:6000/cave")).is_empty());
        for end in 0..secret.bytes().len() {
            let cut = PeerSecret::new(secret.bytes()[..end].to_vec());
            assert_eq!(KeptSecret::decode(&cut, &address("10.0.0.1:6000,10.0.0.2:6000/cave")), None);
        }
    }
}
