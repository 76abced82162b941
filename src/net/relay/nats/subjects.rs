//! Names of streams and subjects.
//!
//! ```text
//! PREFIX_LOG_n        the stream of shard n
//! PREFIX.log.n.ROOM   a message of a room, as it is appended
//! PREFIX.live.n.ROOM  the same, once the stream has it (republished)
//! KV_PREFIX_secret    the bucket of secrets, with the subjects $KV.PREFIX_secret.tokens and $KV.PREFIX_secret.epoch
//! _INBOX_PREFIX.>     answers to what a relay asks: no other cluster of the same account may read them
//! KV_PREFIX_rooms, KV_PREFIX_bans
//!                     the buckets of settings, with the subjects $KV.PREFIX_rooms.KEY and $KV.PREFIX_bans.KEY
//! PREFIX.news.rooms.KEY, PREFIX.news.bans.KEY
//!                     the same, once the bucket has it (republished)
//! KV_PREFIX_names     the bucket of members' names, with the subjects $KV.PREFIX_names.NAME and PREFIX.news.names.NAME
//! PREFIX.news.epoch   says that the log has another number
//! PREFIX.news.relay.RUN  what that run of a relay tells the others
//! PREFIX.news.here.RUN   who is at that run of a relay
//! PREFIX.archive      what relays ask an archive
//! PREFIX.log.n.~      tries of ours, and the same in buckets; `~` is the name of no room
//! ```
//! A name becomes one token: `a` to `z`, `0` to `9`, `_` and `-` as they are, every other byte as `=HH`. Two names never
//! meet, and none leaves its token, whatever is in it.

use std::hash::Hasher;

use siphasher::sip::SipHasher24;

use crate::model::room_log::MAX_SETTING_KEY;

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

/// The name that a token stands for. `None`: it is nobody's.
pub(super) fn name(of: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(of.len());
    let mut rest = of.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
            let (high, low) = (digit()?, digit()?);
            bytes.push(u8::try_from(high << 4 | low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    // Each name has one token.
    String::from_utf8(bytes).ok().filter(|name| token(name) == of)
}

/// Where settings are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SettingsBucket {
    /// How rooms are run.
    Rooms,
    /// Who is kept out or may not write, and all else.
    Bans,
}

impl SettingsBucket {
    pub(super) const ALL: [Self; 2] = [Self::Rooms, Self::Bans];

    /// That of a key.
    pub(super) fn of(key: &str) -> Self {
        if key.starts_with("rules.") { Self::Rooms } else { Self::Bans }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Rooms => "rooms",
            Self::Bans => "bans",
        }
    }
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
        format!("{}.news.epoch", self.prefix)
    }

    /// All that relays are told besides messages.
    pub(super) fn all_news(&self) -> String {
        format!("{}.news.>", self.prefix)
    }

    /// Where a run of a relay tells something to the others.
    pub(super) fn relay_news(&self, run: u64) -> String {
        format!("{}.news.relay.{run:x}", self.prefix)
    }

    /// The same of any run.
    pub(super) fn all_relay_news(&self) -> String {
        format!("{}.news.relay.*", self.prefix)
    }

    /// The run of the relay that tells it, if that is what it is.
    pub(super) fn run_of_news(&self, subject: &str) -> Option<u64> {
        let run = subject.strip_prefix(&self.prefix)?.strip_prefix(".news.relay.")?;
        u64::from_str_radix(run, 16).ok()
    }

    /// Where a run of a relay tells who is there.
    pub(super) fn presence(&self, run: u64) -> String {
        format!("{}.news.here.{run:x}", self.prefix)
    }

    /// The same of any run.
    pub(super) fn all_presence(&self) -> String {
        format!("{}.news.here.*", self.prefix)
    }

    /// The run that tells who is there, if that is what it is.
    pub(super) fn run_of_presence(&self, subject: &str) -> Option<u64> {
        let run = subject.strip_prefix(&self.prefix)?.strip_prefix(".news.here.")?;
        u64::from_str_radix(run, 16).ok()
    }

    /// What relays ask an archive.
    pub(super) fn archive(&self) -> String {
        format!("{}.archive", self.prefix)
    }

    pub(super) fn name_stream(&self) -> String {
        format!("KV_{}_names", self.prefix)
    }

    /// Who has a name, which is folded.
    pub(super) fn name(&self, name: &str) -> String {
        format!("$KV.{}_names.{}", self.prefix, token(name))
    }

    pub(super) fn name_probe(&self) -> String {
        format!("$KV.{}_names.{PROBE}", self.prefix)
    }

    pub(super) fn all_names(&self) -> String {
        format!("$KV.{}_names.>", self.prefix)
    }

    pub(super) fn names_news(&self) -> String {
        format!("{}.news.names.>", self.prefix)
    }

    /// The name that a subject is about.
    pub(super) fn parse_name(&self, subject: &str) -> Option<String> {
        let rest = subject.strip_prefix("$KV.")?.strip_prefix(&self.prefix)?;
        name(rest.strip_prefix("_names.")?)
    }

    pub(super) fn bucket_stream(&self, bucket: SettingsBucket) -> String {
        format!("KV_{}_{}", self.prefix, bucket.name())
    }

    pub(super) fn setting(&self, key: &str) -> String {
        format!("$KV.{}_{}.{}", self.prefix, SettingsBucket::of(key).name(), token(key))
    }

    pub(super) fn setting_probe(&self, bucket: SettingsBucket) -> String {
        format!("$KV.{}_{}.{PROBE}", self.prefix, bucket.name())
    }

    pub(super) fn all_settings(&self, bucket: SettingsBucket) -> String {
        format!("$KV.{}_{}.>", self.prefix, bucket.name())
    }

    pub(super) fn settings_news(&self, bucket: SettingsBucket) -> String {
        format!("{}.news.{}.>", self.prefix, bucket.name())
    }

    /// The bucket and the key of a setting, if it is one of ours.
    pub(super) fn parse_setting(&self, subject: &str) -> Option<(SettingsBucket, Option<String>)> {
        let rest = subject.strip_prefix("$KV.")?.strip_prefix(&self.prefix)?.strip_prefix('_')?;
        let (bucket, key) = rest.split_once('.')?;
        let bucket = SettingsBucket::ALL.into_iter().find(|known| known.name() == bucket)?;
        let is_ours = |key: &String| key.len() <= MAX_SETTING_KEY && SettingsBucket::of(key) == bucket;
        Some((bucket, name(key).filter(is_ours)))
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

    #[test]
    fn a_setting_is_found_by_its_subject_and_nothing_else_is() {
        let subjects = Subjects::new("udpqq".to_owned(), 1);
        for key in ["rules.dev", "rules.3b", "enter.00fe", "speak.7", "other"] {
            let subject = subjects.setting(key);
            assert_eq!(
                subjects.parse_setting(&subject),
                Some((SettingsBucket::of(key), Some(key.to_owned())))
            );
        }
        assert_eq!(subjects.setting("rules.3b"), "$KV.udpqq_rooms.rules=2E3b");
        let long = subjects.setting(&format!("x{}", "=".repeat(MAX_SETTING_KEY)));
        let nobodys = ["~", "a=2", "a=4g", "A", "=61", "a.b", "", "rules=2Edev"]
            .map(|key| format!("$KV.udpqq_bans.{key}"));
        for nobodys in nobodys.iter().chain([&long]) {
            assert_eq!(subjects.parse_setting(nobodys), Some((SettingsBucket::Bans, None)), "{nobodys}");
        }
        for other in ["$KV.udpqq_secret.tokens", "$KV.other_bans.a", "udpqq.log.0.a", ""] {
            assert_eq!(subjects.parse_setting(other), None, "{other}");
        }
    }

    #[test]
    fn a_name_and_a_run_are_found_by_their_subjects_and_nothing_else_is() {
        let subjects = Subjects::new("udpqq".to_owned(), 1);
        let subject = subjects.name("ann b");
        assert_eq!(subject, "$KV.udpqq_names.ann=20b");
        assert_eq!(subjects.parse_name(&subject).as_deref(), Some("ann b"));
        for other in [subjects.name_probe(), subjects.setting("ann"), "$KV.other_names.ann".to_owned()] {
            assert_eq!(subjects.parse_name(&other), None, "{other}");
        }
        assert_eq!(subjects.run_of_news(&subjects.relay_news(0xfe)), Some(0xfe));
        assert_eq!(subjects.run_of_presence(&subjects.presence(0xfe)), Some(0xfe));
        assert_eq!(subjects.run_of_presence(&subjects.relay_news(0xfe)), None);
        for other in ["udpqq.news.relay.", "udpqq.news.relay.x", "udpqq.news.epoch", "other.news.relay.1"] {
            assert_eq!(subjects.run_of_news(other), None, "{other}");
        }
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
