//! The second form of `identity.key`: the seed under a passphrase, for machines whose disks others may read.
//!
//! ```text
//! udpqq-identity-2 argon2id MEMORY PASSES LANES SALT SEALED
//! ```
//! Memory is in KiB, salt and sealed seed are base64 (RFC 4648, section 4, without padding). Argon2id (RFC 9106) makes a key
//! from the passphrase, ChaCha20-Poly1305 (RFC 8439) seals the seed by it, with all that stands before it as what is
//! authenticated too. Each sealing has a salt of its own, hence a key of its own, so that the nonce can be zero.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::net::KeyPair;

pub(super) const FORM: &str = "udpqq-identity-2";
const METHOD: &str = "argon2id";
const SALT: usize = 16;
const SEED: usize = 32;
/// The second recommendation of RFC 9106, section 4, on one lane: a fifth of a second here, and years for whoever guesses.
const MEMORY: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// More than anybody writes: a file must not eat the memory of whoever opens it.
const MAX_MEMORY: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 64;
const MAX_LANES: u32 = 16;

/// What the file says.
#[derive(Debug)]
pub(super) struct SealedKey {
    /// All before the seed.
    head: String,
    params: Params,
    salt: [u8; SALT],
    sealed: Vec<u8>,
}

impl SealedKey {
    /// `None`: this cannot be such a line.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (head, sealed) = line.rsplit_once(' ')?;
        let mut words = head.split(' ');
        if (words.next()?, words.next()?) != (FORM, METHOD) {
            return None;
        }
        let mut number = |most: u32| words.next()?.parse().ok().filter(|number| *number <= most);
        let (memory, passes, lanes) = (number(MAX_MEMORY)?, number(MAX_PASSES)?, number(MAX_LANES)?);
        let salt = BASE64.decode(words.next()?).ok()?.try_into().ok()?;
        let sealed = BASE64.decode(sealed).ok()?;
        let params = Params::new(memory, passes, lanes, Some(SEED)).ok()?;
        words.next().is_none().then(|| Self { head: head.to_owned(), params, salt, sealed })
    }

    /// `None`: by another passphrase, or somebody has changed the file.
    pub(super) fn open(&self, passphrase: &str) -> Option<KeyPair> {
        let key = derived(&self.params, self.salt, passphrase)?;
        let mut bytes = Zeroizing::new(self.sealed.clone());
        let opened = key.open_in_place(nonce(), Aad::from(&self.head), &mut bytes).ok()?;
        let seed = Zeroizing::new(<[u8; SEED]>::try_from(&*opened).ok()?);
        KeyPair::from_seed(seed).ok()
    }
}

/// The line for the file. `salt`: random, and never used before.
pub(super) fn seal(pair: &KeyPair, passphrase: &str, salt: [u8; SALT]) -> Option<String> {
    let params = Params::new(MEMORY, PASSES, LANES, Some(SEED)).ok()?;
    let head = format!("{FORM} {METHOD} {MEMORY} {PASSES} {LANES} {}", BASE64.encode(salt));
    // With room for the tag, so that no copy of the seed stays behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(SEED.saturating_add(CHACHA20_POLY1305.tag_len())));
    bytes.extend_from_slice(pair.seed());
    let key = derived(&params, salt, passphrase)?;
    key.seal_in_place_append_tag(nonce(), Aad::from(&head), &mut *bytes).ok()?;
    Some(format!("{head} {}", BASE64.encode(&*bytes)))
}

fn derived(params: &Params, salt: [u8; SALT], passphrase: &str) -> Option<LessSafeKey> {
    let mut key = Zeroizing::new([0; SEED]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    argon2.hash_password_into(passphrase.as_bytes(), &salt, &mut *key).ok()?;
    UnboundKey::new(&CHACHA20_POLY1305, &*key).ok().map(LessSafeKey::new)
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line as this version writes it, for as long as there are such files.
    const LINE: &str = "udpqq-identity-2 argon2id 64 1 1 ";

    fn pair() -> KeyPair {
        KeyPair::from_seed(Zeroizing::new([7; SEED])).expect("a key")
    }

    #[test]
    fn only_the_passphrase_opens_it_and_only_as_it_was_written() {
        let line = seal(&pair(), "a horse, a staple", [9; SALT]).expect("a line");
        let sealed = SealedKey::parse(&line).expect("sealed");
        assert_eq!(sealed.open("a horse, a staple").map(|pair| pair.public()), Some(pair().public()));
        for wrong in ["", "a horse", "a horse, a staple ", "A horse, a staple"] {
            assert!(sealed.open(wrong).is_none(), "{wrong:?}");
        }
        let weaker = line.replacen(" 3 1 ", " 1 1 ", 1);
        assert!(SealedKey::parse(&weaker).expect("a line").open("a horse, a staple").is_none());
        let (head, seed) = line.rsplit_once(' ').expect("words");
        let changed = format!("{head} {}", seed.chars().rev().collect::<String>());
        assert!(SealedKey::parse(&changed).expect("a line").open("a horse, a staple").is_none());
    }

    #[test]
    fn what_is_no_such_line_is_none() {
        let salt = BASE64.encode([1; SALT]);
        let sealed = BASE64.encode([2; 48]);
        assert!(SealedKey::parse(&format!("{LINE}{salt} {sealed}")).is_some());
        for line in [
            String::new(),
            FORM.to_owned(),
            format!("{LINE}{salt}"),
            format!("{LINE}{salt} {sealed} more"),
            format!("{LINE}short {sealed}"),
            format!("udpqq-identity-2 argon2id 4294967295 1 1 {salt} {sealed}"),
            format!("udpqq-identity-2 argon2id 64 65 1 {salt} {sealed}"),
            format!("udpqq-identity-2 argon2id 64 0 1 {salt} {sealed}"),
            format!("udpqq-identity-2 argon2id 64 1 17 {salt} {sealed}"),
            format!("udpqq-identity-2 scrypt 64 1 1 {salt} {sealed}"),
            format!("udpqq-identity-1 argon2id 64 1 1 {salt} {sealed}"),
        ] {
            assert!(SealedKey::parse(&line).is_none(), "{line}");
        }
    }
}
