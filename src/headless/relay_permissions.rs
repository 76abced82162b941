//! `udpqq relay permissions`: what a relay needs at the servers of a cluster, as their settings have it.

use super::CommandError;
use super::output::Console;
use crate::runtime::relay::permissions;

pub(super) async fn run(
    prefix: Option<&str>,
    shards: Option<u16>,
    output: &Console,
) -> Result<(), CommandError> {
    for line in permissions(prefix, shards)? {
        output.line(line).await?;
    }
    Ok(())
}
