//! `udpqq relay permissions`: what a relay or an archive needs at the servers of a cluster, as their settings have it.

use super::CommandError;
use super::output::Console;
use crate::runtime::relay::permissions;

pub(super) async fn run(
    prefix: Option<&str>,
    shards: Option<u16>,
    archive: bool,
    output: &Console,
) -> Result<(), CommandError> {
    for line in permissions(prefix, shards, archive)? {
        output.line(line).await?;
    }
    Ok(())
}
