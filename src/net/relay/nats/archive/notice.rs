//! What an operator is told of an archive.

use crate::model::Phrase;

/// Something that happened to an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveNotice {
    /// No relay has begun one yet.
    NoLogYet,
    /// It follows this log from now on. `is_another`: and not the one of before.
    Follows {
        shards: u16,
        is_another: bool,
    },
    /// All that a shard of the log has is kept; `taken`: so many messages had come meanwhile.
    Level {
        shard: u16,
        taken: u64,
    },
    /// At most so many messages were said meanwhile that the log does not have any more.
    Missed {
        shard: u16,
        at_most: u64,
    },
    Down,
    Up,
    Denied(String),
}

impl ArchiveNotice {
    /// As a sentence.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NoLogYet => Phrase::new("relay-archive-waits"),
            Self::Follows { shards, is_another } => Phrase::new("relay-archive-follows")
                .number("shards", *shards)
                .number("another", u64::from(*is_another)),
            Self::Level { shard, taken } => {
                Phrase::new("relay-archive-level").number("shard", *shard).number("count", *taken)
            }
            Self::Missed { shard, at_most } => {
                Phrase::new("relay-archive-missed").number("shard", *shard).number("count", *at_most)
            }
            Self::Down => Phrase::new("relay-archive-down"),
            Self::Up => Phrase::new("relay-archive-up"),
            Self::Denied(reason) => Phrase::new("nats-denied").text("reason", reason),
        }
    }
}
