//! Our own key, secret half included: who we are for those dialects that prove it.
//!
//! It is read and kept by the runtime; engines get it with their `Setup` and never look for it themselves.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use zeroize::{Zeroize as _, Zeroizing};

use crate::model::PublicKey;
use crate::model::key::{KeyError, decode_base32};

/// Bytes of the seed (RFC 8032, section 5.1.5: the private key).
const SEED: usize = 32;
/// Bytes behind the seed that tell a mistyped one: with them it is written in as many letters as a public key.
const CHECK: usize = 3;

/// An ed25519 key pair. The seed is wiped when it is dropped.
#[derive(Clone)]
pub struct KeyPair {
    seed: Zeroizing<[u8; SEED]>,
    public: PublicKey,
}

impl KeyPair {
    pub fn from_seed(seed: Zeroizing<[u8; SEED]>) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(|_rejected| KeyError::Weak)?;
        let bytes = pair.public_key().as_ref().try_into().map_err(|_length| KeyError::Length)?;
        Ok(Self { seed, public: PublicKey::from_bytes(bytes)? })
    }

    pub const fn public(&self) -> PublicKey {
        self.public
    }

    pub fn seed(&self) -> &[u8; SEED] {
        &self.seed
    }

    /// The seed as it is kept in a file and written on paper: base32 in lower case of the seed and what checks it.
    pub fn letters(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; SEED + CHECK]);
        for (byte, from) in bytes.iter_mut().zip(self.seed.iter().copied().chain(check(&self.seed))) {
            *byte = from;
        }
        let mut letters = Zeroizing::new(BASE32_NOPAD.encode(&*bytes));
        letters.make_ascii_lowercase();
        letters
    }

    /// What `letters` wrote, as people copy it: in either case, blanks and dashes mean nothing.
    pub fn from_letters(text: &str) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(decode_base32(text)?);
        let (seed, rest) = bytes.split_first_chunk::<SEED>().ok_or(KeyError::Length)?;
        let told: &[u8; CHECK] = rest.try_into().map_err(|_length| KeyError::Length)?;
        let seed = Zeroizing::new(*seed);
        if *told != check(&seed) {
            return Err(KeyError::Check);
        }
        Self::from_seed(seed)
    }
}

fn check(seed: &[u8; SEED]) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new();
    let [first, second, third, ..] = *hasher.update(b"udpqq seed 1").update(seed).finalize().as_bytes();
    hasher.zeroize();
    [first, second, third]
}

/// Never the seed: this may end up in a log.
impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("public", &self.public).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(number: u8) -> KeyPair {
        KeyPair::from_seed(Zeroizing::new([number; SEED])).expect("a key")
    }

    /// Paper lives longer than programs: these letters have to be read by every later version.
    #[test]
    fn a_seed_is_read_as_people_copy_it() {
        let letters = "bqgaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgflflo";
        assert_eq!(letters.len(), crate::model::key::KEY_LETTERS);
        assert_eq!(*pair(12).letters(), letters);
        let (head, tail) = letters.split_at(23);
        for written in [letters.to_owned(), letters.to_uppercase(), format!("{head} - {tail}\r\n")] {
            let read = KeyPair::from_letters(&written).expect("the same key");
            assert_eq!((read.seed(), read.public()), (pair(12).seed(), pair(12).public()));
        }
    }

    #[test]
    fn what_is_no_seed_says_why() {
        let letters = pair(7).letters();
        let why = |text: &str| KeyPair::from_letters(text).map(|pair| pair.public());
        assert_eq!(why(&letters.replacen('a', "b", 1)), Err(KeyError::Check));
        assert_eq!(why(letters.get(..48).unwrap()), Err(KeyError::Length));
        assert_eq!(why(&letters.replacen('a', "1", 1)), Err(KeyError::Letter));
        // A public key in its place would be told to others soon.
        assert_eq!(why(&pair(7).public().to_string()), Err(KeyError::Check));
    }

    #[test]
    fn the_seed_stays_out_of_what_is_printed() {
        let shown = format!("{:?}", pair(7));
        assert!(!shown.contains("7, 7") && !shown.contains(&*pair(7).letters()), "{shown}");
    }
}
