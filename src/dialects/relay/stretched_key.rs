//! The key that a password stretches to, of a room or of who is in charge, and how somebody proves to know it. The password
//! itself is never sent, and the relay keeps only the key.
//!
//! ```text
//! key       PBKDF2-HMAC-SHA-256 of the password, with the salt of the room or the name, 100,000 rounds
//! room      HMAC-SHA-256 under that key of "udpqq room", the nonce and the cookie of the join, and the folded name of the room
//! operator  the same of "udpqq operator", the nonce, the cookie, and the folded name of who is in charge
//! order     the same of "udpqq order", the nonce of the join, the number of the order (u32), and its words as the frame has them
//! ```
//! A cookie is good at one address and for 30 seconds at most, so a proof that somebody has seen is good for nobody else.

use std::fmt;
use std::num::NonZeroU32;

use ring::{hmac, pbkdf2};
use zeroize::Zeroize;

use super::frame::{Cookie, KeyProof, SALT_LENGTH};
use crate::model::Password;

const KEY_LENGTH: usize = 32;
/// Some ten milliseconds of a processor for each password that somebody tries, on whichever machine.
const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();
/// What a proof is for stands before what is proved, so that none of one kind is part of another.
const FOR_ROOM: &[u8] = b"udpqq room";
const FOR_OPERATOR: &[u8] = b"udpqq operator";
const FOR_ORDER: &[u8] = b"udpqq order";

/// What is known of a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct StretchedKey {
    pub(super) salt: [u8; SALT_LENGTH],
    key: [u8; KEY_LENGTH],
}

impl StretchedKey {
    /// Takes long on purpose.
    pub(super) fn derive(password: &Password, salt: [u8; SALT_LENGTH]) -> Self {
        let mut key = [0; KEY_LENGTH];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut key);
        Self { salt, key }
    }

    /// As it was kept.
    pub(super) const fn kept(salt: [u8; SALT_LENGTH], key: [u8; KEY_LENGTH]) -> Self {
        Self { salt, key }
    }

    /// To be kept, where only the relay reads it.
    pub(super) const fn to_keep(&self) -> &[u8; KEY_LENGTH] {
        &self.key
    }

    /// For the join with that nonce and cookie. `room` in lower case.
    pub(super) fn prove(&self, nonce: u64, cookie: &Cookie, room: &str) -> KeyProof {
        self.sign(&[FOR_ROOM, &nonce.to_be_bytes(), cookie, room.as_bytes()])
    }

    pub(super) fn is_proved(&self, proof: &KeyProof, nonce: u64, cookie: &Cookie, room: &str) -> bool {
        self.has_signed(proof, &[FOR_ROOM, &nonce.to_be_bytes(), cookie, room.as_bytes()])
    }

    /// For the join of an operator with that nonce and cookie. `name` in lower case.
    pub(super) fn prove_operator(&self, nonce: u64, cookie: &Cookie, name: &str) -> KeyProof {
        self.sign(&[FOR_OPERATOR, &nonce.to_be_bytes(), cookie, name.as_bytes()])
    }

    pub(super) fn is_operator(&self, proof: &KeyProof, nonce: u64, cookie: &Cookie, name: &str) -> bool {
        self.has_signed(proof, &[FOR_OPERATOR, &nonce.to_be_bytes(), cookie, name.as_bytes()])
    }

    /// Of an order with that number, after the join with that nonce.
    pub(super) fn prove_order(&self, nonce: u64, number: u32, words: &[u8]) -> KeyProof {
        self.sign(&[FOR_ORDER, &nonce.to_be_bytes(), &number.to_be_bytes(), words])
    }

    pub(super) fn has_ordered(&self, proof: &KeyProof, nonce: u64, number: u32, words: &[u8]) -> bool {
        self.has_signed(proof, &[FOR_ORDER, &nonce.to_be_bytes(), &number.to_be_bytes(), words])
    }

    fn sign(&self, parts: &[&[u8]]) -> KeyProof {
        let tag = hmac::sign(&self.mac(), &parts.concat());
        let mut proof = KeyProof::default();
        for (byte, of) in proof.iter_mut().zip(tag.as_ref()) {
            *byte = *of;
        }
        proof
    }

    fn has_signed(&self, proof: &KeyProof, parts: &[&[u8]]) -> bool {
        hmac::verify(&self.mac(), &parts.concat(), proof).is_ok()
    }

    fn mac(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.key)
    }
}

impl fmt::Debug for StretchedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StretchedKey(…)")
    }
}

impl Drop for StretchedKey {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_its_own_nonce_cookie_and_room_alone() {
        let password = |text| Password::new(text).expect("a password");
        let key = StretchedKey::derive(&password("open sesame"), [7; SALT_LENGTH]);
        let (cookie, other) = ([1; 16], [2; 16]);
        let proof = key.prove(9, &cookie, "cave");
        assert!(key.is_proved(&proof, 9, &cookie, "cave"));
        assert!(!key.is_proved(&proof, 8, &cookie, "cave"), "another join");
        assert!(!key.is_proved(&proof, 9, &other, "cave"), "another address or time");
        assert!(!key.is_proved(&proof, 9, &cookie, "attic"), "another room");
        assert!(!key.is_proved(&KeyProof::default(), 9, &cookie, "cave"));
        for (text, salt) in [("open sesame", 8), ("open", 7)] {
            let wrong = StretchedKey::derive(&password(text), [salt; SALT_LENGTH]);
            assert!(!key.is_proved(&wrong.prove(9, &cookie, "cave"), 9, &cookie, "cave"));
        }
        assert_eq!(StretchedKey::kept(key.salt, *key.to_keep()), key);
        assert_eq!(format!("{key:?}"), "StretchedKey(…)");
    }
}
