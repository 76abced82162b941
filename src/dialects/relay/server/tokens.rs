//! The tokens by which members prove that an id is theirs: keyed hashes of the id, so that a relay knows the tokens that it,
//! or another relay of the same log, gave before it began.

use std::fmt;
use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;

use crate::dialects::relay::frame::MemberToken;
use crate::model::room_log::{LogSecret, LogSecrets};

/// What the secret is used for, before what is hashed.
const FOR_TOKEN: u8 = 1;

/// Without secrets that outlive it, a relay has to take unknown ids for what they say: it then draws its tokens.
#[derive(Default)]
pub(super) struct TokenKeys {
    keys: Option<HashKeys>,
}

struct HashKeys {
    current: SipHasher24,
    previous: Option<SipHasher24>,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys").finish_non_exhaustive()
    }
}

impl TokenKeys {
    /// From now on these are the secrets.
    pub(super) fn turn(&mut self, secrets: LogSecrets) {
        let hasher = |secret: LogSecret| SipHasher24::new_with_key(secret.bytes());
        self.keys =
            Some(HashKeys { current: hasher(secrets.current), previous: secrets.previous.map(hasher) });
    }

    /// Whether every token is made of its id: then an id without one is nobody's to claim.
    pub(super) const fn are_derived(&self) -> bool {
        self.keys.is_some()
    }

    /// What belongs to an id now, where it is not drawn.
    pub(super) fn derive(&self, id: u64) -> Option<MemberToken> {
        self.keys.as_ref().map(|keys| token_of(keys.current, id))
    }

    /// Whether this was given to the owner of the id, today or the day before.
    pub(super) fn is_proof(&self, id: u64, given: MemberToken) -> bool {
        let Some(keys) = &self.keys else { return false };
        // Both are compared, whichever it is.
        let today = token_of(keys.current, id) == given;
        let before = keys.previous.is_some_and(|previous| token_of(previous, id) == given);
        given != MemberToken::NONE && (today | before)
    }
}

fn token_of(mut hasher: SipHasher24, id: u64) -> MemberToken {
    hasher.write_u8(FOR_TOKEN);
    hasher.write(&id.to_be_bytes());
    MemberToken(hasher.finish().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: LogSecret = LogSecret::new([1; 16]);

    fn tokens(secrets: LogSecrets) -> TokenKeys {
        let mut tokens = TokenKeys::default();
        tokens.turn(secrets);
        tokens
    }

    #[test]
    fn a_token_is_of_one_id_and_of_one_secret() {
        let one = tokens(LogSecrets::first(FIRST));
        let token = one.derive(7).expect("derived");
        assert!(one.is_proof(7, token) && !one.is_proof(8, token));
        assert!(!one.is_proof(7, MemberToken::NONE) && !one.is_proof(7, MemberToken(token.0 ^ 1)));
        // Every bit counts.
        assert!((0..64).all(|bit| !one.is_proof(7, MemberToken(token.0 ^ (1 << bit)))));
        let other = tokens(LogSecrets::first(LogSecret::new([2; 16])));
        assert!(!other.is_proof(7, token));
        assert!(tokens(LogSecrets::first(FIRST)).is_proof(7, token), "another relay of the same log");
    }

    #[test]
    fn a_token_is_good_until_the_secret_after_its_own_is_over() {
        let (second, third) = (LogSecret::new([2; 16]), LogSecret::new([3; 16]));
        let secrets = LogSecrets::first(FIRST);
        let token = tokens(secrets).derive(7).expect("derived");
        let next = secrets.turned(second);
        assert!(tokens(next).is_proof(7, token));
        assert!(!tokens(next.turned(third)).is_proof(7, token));
    }

    /// The hash is the one that the specification names: other relays of the log may be of another version.
    #[test]
    fn a_token_is_siphash_2_4_of_purpose_and_id() {
        let tokens = tokens(LogSecrets::first(LogSecret::new(std::array::from_fn(|at| {
            u8::try_from(at).expect("below 16")
        }))));
        assert_eq!(tokens.derive(0x0102_0304_0506_0708).map(|token| token.0), Some(0x2357_bc7d_e8e9_9ca9));
    }

    #[test]
    fn without_secrets_nothing_is_derived_and_nothing_proved() {
        let tokens = TokenKeys::default();
        assert!(tokens.derive(7).is_none() && !tokens.is_proof(7, MemberToken(7)) && !tokens.are_derived());
    }

    #[test]
    fn the_keys_show_nowhere() {
        assert_eq!(format!("{:?}", tokens(LogSecrets::first(FIRST))), "TokenKeys { .. }");
    }
}
