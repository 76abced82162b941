//! Our own key, secret half included: who we are for those dialects that prove it.
//!
//! It is read and kept by the runtime; engines get it with their `Setup` and never look for it themselves.

use std::fmt;

use ring::signature::{Ed25519KeyPair, KeyPair as _};
use zeroize::Zeroizing;

use crate::model::PublicKey;
use crate::model::key::KeyError;

/// Bytes of the seed (RFC 8032, section 5.1.5: the private key).
const SEED: usize = 32;

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
}

/// Never the seed: this may end up in a log.
impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("public", &self.public).finish_non_exhaustive()
    }
}
