//! Who somebody is, for dialects that prove it: each number has a key pair of its own, the same in every run.

use std::sync::Arc;

use udpqq::dialects::Setup;
use udpqq::wire::KeyPair;
use zeroize::Zeroizing;

use super::chance::Chance;

pub(crate) fn key_pair(number: u8) -> Arc<KeyPair> {
    let pair = KeyPair::from_seed(Zeroizing::new([number; 32])).expect("the seed of a key");
    Arc::new(pair)
}

/// What the engine of the one with this number is made from, at one of its starts.
pub(crate) fn setup(number: u8, seed: u64) -> Setup {
    let mut chance = Chance::new(seed ^ 0x005E_C4E7);
    let mut secret = [0; 32];
    for part in secret.chunks_exact_mut(8) {
        part.copy_from_slice(&chance.next().to_be_bytes());
    }
    Setup { seed, secret, key_pair: Some(key_pair(number)), listen: None }
}
