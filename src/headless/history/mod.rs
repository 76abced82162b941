//! `udpqq history`: looks at what is kept, beside a messenger that may run, and takes it out and in.

mod list;
mod search;
mod transfer;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::output::Console;
use super::{CommandError, HeadlessOptions};
use crate::runtime::profile::Profile;

/// What to do with the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryCommand {
    /// A line for each conversation, the most recent first.
    List { json: bool },
    /// A line for each message that is found, the newest first.
    Search {
        words: String,
        json: bool,
        /// `None`: all.
        limit: Option<usize>,
    },
    /// All messages, or those of one conversation.
    Export {
        target: Option<String>,
        /// For people, not for programs.
        transcript: bool,
        /// A new file; `None`: standard output.
        output: Option<PathBuf>,
    },
    /// Takes in what an export wrote, or `listen --json`.
    Import {
        /// `None`: standard input.
        file: Option<PathBuf>,
    },
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    job: HistoryCommand,
    output: &mut Console,
) -> Result<(), CommandError> {
    let folder = setup.profile.as_deref();
    let profile = match job {
        HistoryCommand::Import { .. } => Profile::open(folder),
        HistoryCommand::List { .. } | HistoryCommand::Search { .. } | HistoryCommand::Export { .. } => {
            Profile::open_existing(folder)
        }
    };
    let profile = profile.map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    output.speak(setup, config.language.as_deref());
    match job {
        HistoryCommand::List { json } => list::run(&profile, json, output).await,
        HistoryCommand::Search { words, json, limit } => {
            search::run(&profile, &search::SearchArgs { words, json, limit }, output).await
        }
        HistoryCommand::Export { target, transcript, output: file } => {
            let me = config.name.unwrap_or_else(|| output.lang().text("history-me"));
            let what = transfer::ExportArgs { target, me: transcript.then_some(me), file };
            transfer::export(profile, what, output).await
        }
        HistoryCommand::Import { file } => transfer::import(profile, file, output).await,
    }
}
