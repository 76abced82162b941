//! Names of streams and subjects.
//!
//! ```text
//! PREFIX_LOG_n        the stream of shard n
//! PREFIX.log.n.ROOM   a message of a room, as it is appended
//! PREFIX.live.n.ROOM  the same, once the stream has it (republished)
//! KV_PREFIX_secret    the bucket of secrets, with the subjects $KV.PREFIX_secret.tokens and $KV.PREFIX_secret.epoch
//! PREFIX.epoch        says that the log has another number
//! _INBOX_PREFIX.>     answers to what a relay asks: no other cluster of the same account may read them
//! PREFIX.log.n.~      tries of ours; `~` is the name of no room
//! ```
//! A name becomes one token: `a` to `z`, `0` to `9`, `_` and `-` as they are, every other byte as `=HH`. Two names never
//! meet, and none leaves its token, whatever is in it.

use std::hash::Hasher;

use siphasher::sip::SipHasher24;

/// Bytes of a prefix at most.
const MAX_PREFIX: usize = 32;
/// Where tries go.
const PROBE: &str = "~";

/// The name as one token of a subject.
pub(super) fn token(name: &str) -> String {
    let mut token = String::with_capacity(name.len());
    for byte in name.bytes() {
        if matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-') {
            token.push(char::from(byte));
        } else {
            token.push('=');
            for half in [byte >> 4, byte & 15] {
                token.extend(char::from_digit(half.into(), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
    // An empty token is none. Nobody's name ends in the middle of a byte.
    if token.is_empty() { "=".to_owned() } else { token }
}

/// Whether a prefix can stand in names of streams and in subjects.
pub(super) fn is_prefix(prefix: &str) -> bool {
    let fits = (1..=MAX_PREFIX).contains(&prefix.len());
    fits && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// What belongs to one cluster.
#[derive(Clone, Debug)]
pub(super) struct Subjects {
    prefix: String,
    shards: u16,
}

impl Subjects {
    pub(super) const fn new(prefix: String, shards: u16) -> Self {
        Self { prefix, shards }
    }

    pub(super) const fn shards(&self) -> u16 {
        self.shards
    }

    /// The same at every relay, whatever built it.
    pub(super) fn shard(&self, room: &str) -> u16 {
        let mut hasher = SipHasher24::new();
        hasher.write(room.as_bytes());
        let shard = hasher.finish().checked_rem(self.shards.into()).unwrap_or_default();
        u16::try_from(shard).unwrap_or_default()
    }

    pub(super) fn stream(&self, shard: u16) -> String {
        format!("{}_LOG_{shard}", self.prefix)
    }

    /// Everything that the stream of a shard takes.
    pub(super) fn all_appended(&self, shard: u16) -> String {
        format!("{}.log.{shard}.>", self.prefix)
    }

    /// Where all of that goes. What stands behind the wildcard is kept, so both have to end with the same.
    pub(super) fn all_live(&self, shard: u16) -> String {
        format!("{}.live.{shard}.>", self.prefix)
    }

    pub(super) fn appended(&self, room: &str) -> String {
        format!("{}.log.{}.{}", self.prefix, self.shard(room), token(room))
    }

    pub(super) fn live(&self, room: &str) -> String {
        format!("{}.live.{}.{}", self.prefix, self.shard(room), token(room))
    }

    pub(super) fn secret_stream(&self) -> String {
        format!("KV_{}_secret", self.prefix)
    }

    /// What tokens are made with.
    pub(super) fn secrets(&self) -> String {
        format!("$KV.{}_secret.tokens", self.prefix)
    }

    /// Which history the log has.
    pub(super) fn epoch(&self) -> String {
        format!("$KV.{}_secret.epoch", self.prefix)
    }

    /// Where it is told that this has changed.
    pub(super) fn epoch_news(&self) -> String {
        format!("{}.epoch", self.prefix)
    }

    /// Before the subjects that answers come on.
    pub(super) fn inbox(&self) -> String {
        format!("_INBOX_{}", self.prefix)
    }

    /// Where a try is appended.
    pub(super) fn probe(&self, shard: u16) -> String {
        format!("{}.log.{shard}.{PROBE}", self.prefix)
    }

    /// Where a try comes out again.
    pub(super) fn probe_live(&self, shard: u16) -> String {
        format!("{}.live.{shard}.{PROBE}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The name that a token stands for.
    fn name(token: &str) -> Option<String> {
        let mut bytes = Vec::new();
        let mut rest = token.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'=' {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn names_become_tokens() {
        assert_eq!(token("lobby"), "lobby");
        assert_eq!(token("class 3b"), "class=203b");
        assert_eq!(token("a.b*>=~"), "a=2Eb=2A=3E=3D=7E");
        assert_eq!(token("好"), "=E5=A5=BD");
        assert_eq!(token(""), "=");
        assert!(token(&"\u{10ffff}".repeat(32)).len() <= 400);
    }

    #[test]
    fn a_prefix_is_one_token_without_anything_special() {
        assert!(["udpqq", "A-1_b", "x"].into_iter().all(is_prefix));
        assert!(!["", "a.b", "a b", "*", ">", "ä", "$JS", &"x".repeat(33)].into_iter().any(is_prefix));
    }

    #[test]
    fn a_room_has_the_same_shard_wherever_it_is_looked_up() {
        let subjects = Subjects::new("udpqq".to_owned(), 4);
        assert_eq!(subjects.appended("lobby"), "udpqq.log.3.lobby");
        assert_eq!(subjects.live("lobby"), "udpqq.live.3.lobby");
        let shards = (0..100).map(|n| subjects.shard(&format!("room-{n}")));
        assert_eq!(shards.collect::<std::collections::BTreeSet<_>>().len(), 4);
    }

    proptest! {
        #[test]
        fn two_names_never_meet_and_none_leaves_its_token(one: String, other: String) {
            for room in [&one, &other] {
                let token = token(room);
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-=".contains(&byte);
                prop_assert!(!token.is_empty() && token.bytes().all(is_plain), "{}", token);
                if !room.is_empty() {
                    prop_assert_eq!(name(&token), Some(room.clone()));
                }
            }
            prop_assert_eq!(token(&one) == token(&other), one == other);
        }
    }
}
