//! `udpqq relay doctor`: whether a relay with these settings can do its work, a line each, and what to do about it.

use tokio::sync::mpsc;

use super::findings::{conclude, finding_line};
use super::output::Console;
use super::{CommandError, HeadlessOptions};
use crate::runtime::doctor::Report;
use crate::runtime::relay::RelayArgs;
use crate::runtime::relay_doctor::{ExaminedProfile, examine_relay};

/// More than there are.
const MAX_FINDINGS: usize = 32;

pub(super) async fn run(
    setup: &HeadlessOptions,
    relay: RelayArgs,
    as_json: bool,
    output: &mut Console,
) -> Result<(), CommandError> {
    let examined = ExaminedProfile::open(relay.profile.as_deref())?;
    output.speak(setup, examined.config.language.as_deref());
    let (sender, mut found) = mpsc::channel(MAX_FINDINGS);
    let mut report = Report::default();
    let printing = async {
        while let Some(finding) = found.recv().await {
            output.line(finding_line(&finding, &report, as_json, output)).await?;
            report.add(finding);
        }
        Ok::<(), CommandError>(())
    };
    let (examined, printed) = tokio::join!(examine_relay(examined, relay, sender), printing);
    printed?;
    examined?;
    conclude(&report, None, as_json, output).await
}
