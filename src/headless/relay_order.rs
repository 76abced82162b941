//! `udpqq relay order`: what a relay that runs is to do, and what came of it.

use super::output::Console;
use super::{CommandError, HeadlessOptions};
use crate::runtime::profile::Profile;
use crate::runtime::relay::order;

pub(super) async fn run(
    setup: &HeadlessOptions,
    words: &[String],
    output: &mut Console,
) -> Result<(), CommandError> {
    let folder = setup.profile.as_deref();
    let profile = Profile::open_existing(folder).map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    output.speak(setup, config.language.as_deref());
    for said in order(&profile, words).await? {
        output.line(output.lang().phrase(&said)).await?;
    }
    Ok(())
}
