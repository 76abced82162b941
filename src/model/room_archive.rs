//! What an archive of the rooms of a cluster is given, asked and answers.
//!
//! An archive follows the log that relays share into a file of its own, and keeps what the log drops. Relays ask it for what
//! they cannot answer themselves: pages beyond the oldest message that the log has, and searches.

use std::borrow::Cow;

use super::room_log::{LogEpoch, Place, PlacedRecord};

/// Bytes of the words of a search at most.
pub const MAX_SEARCH: usize = 256;
/// Messages of one answer at most.
pub const MAX_ANSWER: u16 = 1_000;

/// A history of the rooms, and in how many parts its log is: each counts its places for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchivedLog {
    pub epoch: LogEpoch,
    pub shards: u16,
}

/// The next messages of one shard, by rising place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchivePart {
    pub shard: u16,
    /// With these all messages up to this place are given.
    pub up_to: u64,
    /// Each with its room, by the folded name.
    pub records: Vec<(String, PlacedRecord<'static>)>,
}

/// What a relay asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveQuestion<'a> {
    /// The last messages of a room before that place.
    Page { epoch: LogEpoch, room: Cow<'a, str>, before: Place, limit: u16 },
    /// The newest messages of a room that have these words.
    Search { room: Cow<'a, str>, words: Cow<'a, str>, limit: u16 },
}

/// What it is answered: messages by rising place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveAnswer {
    pub records: Vec<PlacedRecord<'static>>,
    /// There are earlier ones.
    pub more: bool,
}
