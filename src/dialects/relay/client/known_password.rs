//! A password that something at a relay is proved by: what a person gave in this run, and the key it stretches to, which may
//! be of an earlier one.

use crate::dialects::relay::frame::{Cookie, KeyProof, SALT_LENGTH};
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::Password;

/// Salts that one password is stretched with: it takes long, and a relay could tell another one each time.
const MAX_SALTS: u8 = 4;

#[derive(Debug, Default)]
pub(super) struct KnownPassword {
    password: Option<Password>,
    /// With the salt that the relay told last.
    key: Option<StretchedKey>,
    salts: u8,
    /// A relay has taken the key for the right one.
    is_right: bool,
}

/// Why a password proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoProof {
    /// Nobody has given it.
    Unknown,
    Wrong,
}

impl KnownPassword {
    /// A person has given it.
    pub(super) fn give(&mut self, password: Password) {
        *self = Self { password: Some(password), ..Self::default() };
    }

    /// It was right in an earlier run. What is known already is younger.
    pub(super) fn remember(&mut self, key: StretchedKey) {
        if self.is_unknown() {
            *self = Self { key: Some(key), is_right: true, ..Self::default() };
        }
    }

    /// Whether there was anything to forget.
    pub(super) fn forget(&mut self) -> bool {
        let is_known = !self.is_unknown();
        *self = Self::default();
        is_known
    }

    const fn is_unknown(&self) -> bool {
        self.password.is_none() && self.key.is_none()
    }

    /// The relay has believed nothing yet, and tells with which salt the password is stretched.
    ///
    /// # Errors
    /// Why there is nothing to prove it with. Then it is forgotten.
    pub(super) fn on_salt(&mut self, salt: [u8; SALT_LENGTH]) -> Result<(), NoProof> {
        // Somebody in charge may have chosen another one meanwhile.
        let is_wrong = self.salts >= MAX_SALTS || self.key.as_ref().is_some_and(|key| key.salt == salt);
        let Some(password) = self.password.take_if(|_| !is_wrong) else {
            *self = Self::default();
            return Err(if is_wrong { NoProof::Wrong } else { NoProof::Unknown });
        };
        self.key = Some(StretchedKey::derive(&password, salt));
        (self.password, self.salts) = (Some(password), self.salts.saturating_add(1));
        Ok(())
    }

    /// The relay believes it. Whether that is news.
    pub(super) const fn confirm(&mut self) -> bool {
        let is_news = self.key.is_some() && !self.is_right;
        self.is_right |= is_news;
        is_news
    }

    /// For the join of a room with that nonce and cookie.
    pub(super) fn prove(&self, nonce: u64, cookie: &Cookie, room: &str) -> Option<KeyProof> {
        self.key.as_ref().map(|key| key.prove(nonce, cookie, &room.to_lowercase()))
    }

    pub(super) const fn key(&self) -> Option<&StretchedKey> {
        self.key.as_ref()
    }

    /// What another run may go on with.
    pub(super) fn right_key(&self) -> Option<&StretchedKey> {
        self.key.as_ref().filter(|_| self.is_right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password() -> Password {
        Password::new("open sesame").expect("a password")
    }

    #[test]
    fn a_relay_with_ever_another_salt_is_believed_a_few_times_and_then_asked_about() {
        let mut known = KnownPassword::default();
        for _ in 0..2 {
            known.give(password());
            for salt in 0..MAX_SALTS {
                assert_eq!(known.on_salt([salt; SALT_LENGTH]), Ok(()));
            }
            assert_eq!(known.on_salt([99; SALT_LENGTH]), Err(NoProof::Wrong));
            assert_eq!(known.on_salt([98; SALT_LENGTH]), Err(NoProof::Unknown));
        }
    }

    #[test]
    fn what_an_earlier_run_knew_is_good_until_the_salt_is_another() {
        let kept = StretchedKey::derive(&password(), [1; SALT_LENGTH]);
        let mut known = KnownPassword::default();
        known.remember(kept.clone());
        assert_eq!((known.key(), known.right_key()), (Some(&kept), Some(&kept)));
        assert!(!known.confirm(), "it was right before");
        assert_eq!(known.on_salt([2; SALT_LENGTH]), Err(NoProof::Unknown));
        assert_eq!(known.right_key(), None);
        known.give(password());
        known.remember(kept);
        assert_eq!(known.key(), None, "what a person has just given counts");
        assert_eq!(known.on_salt([2; SALT_LENGTH]), Ok(()));
        assert_eq!(known.right_key(), None, "no relay has believed it yet");
        assert!(known.confirm() && known.right_key().is_some());
    }
}
