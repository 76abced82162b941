//! What `udpqq relay archive` was told.

use clap::ArgMatches;

use super::EarlyExit;
use super::relay::{cluster_servers, retention};
use crate::lang::Lang;
use crate::model::{ClusterSettings, RetentionSettings};

/// What is not said is left to whoever opens the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveFlags {
    pub retention: RetentionSettings,
    pub cluster: ClusterSettings,
}

impl ArchiveFlags {
    pub(super) fn read(lang: &Lang, matches: &ArgMatches) -> Result<Self, EarlyExit> {
        Ok(Self {
            retention: retention(lang, matches, "archive-")?,
            cluster: cluster_servers(lang, matches, "archive-cluster")?,
        })
    }
}
