//! The password of a room, as long as the program runs: what a person gave, and the key it stretches to.

use crate::dialects::relay::frame::{Cookie, RoomProof, SALT_LENGTH};
use crate::dialects::relay::room_key::RoomKey;
use crate::model::Password;
use crate::model::traffic::DownReason;

/// Salts that one password is stretched with: it takes long, and a relay could tell another one each time.
const MAX_SALTS: u8 = 4;

#[derive(Debug, Default)]
pub(super) struct RoomLock {
    password: Option<Password>,
    /// With the salt that the relay told last.
    key: Option<RoomKey>,
    salts: u8,
}

impl RoomLock {
    /// A person has given it.
    pub(super) fn give(&mut self, password: Password) {
        *self = Self { password: Some(password), ..Self::default() };
    }

    /// The relay let us not in, since the room has a password.
    ///
    /// # Errors
    /// Why there is nothing to prove it with: nobody has given it, or it was a wrong one.
    pub(super) fn on_locked(&mut self, salt: [u8; SALT_LENGTH]) -> Result<(), DownReason> {
        // Somebody in charge may have chosen another one meanwhile.
        if self.salts >= MAX_SALTS || self.key.as_ref().is_some_and(|key| key.salt == salt) {
            *self = Self::default();
            return Err(DownReason::Locked { wrong: true });
        }
        let password = self.password.as_ref().ok_or(DownReason::Locked { wrong: false })?;
        self.key = Some(RoomKey::derive(password, salt));
        self.salts = self.salts.saturating_add(1);
        Ok(())
    }

    /// For the join with that nonce and cookie.
    pub(super) fn prove(&self, nonce: u64, cookie: &Cookie, room: &str) -> Option<RoomProof> {
        self.key.as_ref().map(|key| key.prove(nonce, cookie, &room.to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_with_ever_another_salt_is_believed_a_few_times_and_then_asked_about() {
        let mut lock = RoomLock::default();
        for _ in 0..2 {
            lock.give(Password::new("open sesame").expect("a password"));
            for salt in 0..MAX_SALTS {
                assert_eq!(lock.on_locked([salt; SALT_LENGTH]), Ok(()));
            }
            assert_eq!(lock.on_locked([99; SALT_LENGTH]), Err(DownReason::Locked { wrong: true }));
            assert_eq!(lock.on_locked([98; SALT_LENGTH]), Err(DownReason::Locked { wrong: false }));
        }
    }
}
