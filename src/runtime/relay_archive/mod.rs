//! The archive of a cluster of relays as the fronts see it, where the program has clusters built in (`--features nats`):
//! opened as the command line says, then written down.

#[cfg(not(feature = "nats"))]
mod absent;
#[cfg(feature = "nats")]
mod running;

use std::path::PathBuf;

use crate::model::{ClusterSettings, Phrase, RetentionSettings, WallTime};
#[cfg(not(feature = "nats"))]
pub use absent::{AbsentArchive as RunningArchive, open_archive};
#[cfg(feature = "nats")]
pub use running::{RunningArchive, open_archive};

/// What the command line says.
#[derive(Clone, Debug)]
pub struct ArchiveArgs {
    pub profile: Option<PathBuf>,
    /// Of the archive. What the log keeps is another thing.
    pub retention: RetentionSettings,
    pub cluster: ClusterSettings,
}

/// A sentence of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveNote {
    pub time: WallTime,
    pub phrase: Phrase,
}
