//! `udpqq relay history`: looks at what a relay has kept of its rooms, beside one that may run, takes it out and in, and
//! removes it for good.

mod list;
mod remove;
mod search;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use super::output::Console;
use super::{CommandError, HeadlessOptions, paged};
use crate::model::Phrase;
use crate::runtime::history::aside;
use crate::runtime::profile::Profile;
use crate::runtime::room_history::{
    RemovalTarget, RoomArchive, RoomExport, RoomExportFormat, import_rooms, parse_member,
};

/// What to do with what a relay has kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomHistoryCommand {
    /// A line for each room, the most recent first.
    List {
        json: bool,
    },
    /// A line for each message that is found, the newest first.
    Search {
        words: String,
        /// `None`: all rooms.
        room: Option<String>,
        json: bool,
        /// `None`: all.
        limit: Option<usize>,
    },
    Export(RoomExportArgs),
    /// Takes in what an export wrote.
    Import {
        /// `None`: standard input.
        file: Option<PathBuf>,
    },
    /// Removes messages for good.
    Remove {
        target: RemovalTarget,
        /// Nobody is asked.
        yes: bool,
    },
}

/// Which messages are exported, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomExportArgs {
    /// `None`: all rooms.
    pub room: Option<String>,
    /// A name or an id; `None`: everybody.
    pub member: Option<String>,
    /// For people, not for programs.
    pub transcript: bool,
    /// A new file; `None`: standard output.
    pub output: Option<PathBuf>,
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    job: RoomHistoryCommand,
    output: &mut Console,
) -> Result<(), CommandError> {
    let folder = setup.profile.as_deref();
    let profile = match job {
        RoomHistoryCommand::Import { .. } => Profile::open(folder),
        RoomHistoryCommand::List { .. }
        | RoomHistoryCommand::Search { .. }
        | RoomHistoryCommand::Export(_)
        | RoomHistoryCommand::Remove { .. } => Profile::open_existing(folder),
    };
    let profile = profile.map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    output.speak(setup, config.language.as_deref());
    match job {
        RoomHistoryCommand::List { json } => list::run(&profile, json, output).await,
        RoomHistoryCommand::Search { words, room, json, limit } => {
            search::run(&profile, search::RoomSearchArgs { words, room, json, limit }, output).await
        }
        RoomHistoryCommand::Export(args) => export(profile, args, output).await,
        RoomHistoryCommand::Import { file } => import(profile, file, output).await,
        RoomHistoryCommand::Remove { target, yes } => remove::run(profile, target, yes, output).await,
    }
}

async fn export(profile: Profile, args: RoomExportArgs, output: &Console) -> Result<(), CommandError> {
    let RoomExportArgs { room, member, transcript, output: file } = args;
    let zone = output.zone().clone();
    let form = if transcript {
        RoomExportFormat::Text(output.lang().clone(), zone)
    } else {
        RoomExportFormat::Json(zone)
    };
    let open = move |profile: &mut Profile| {
        let member = member.as_deref().map(parse_member);
        RoomExport::new(RoomArchive::open(profile)?, room.as_deref(), member, form)
    };
    let (_, export) = aside(profile, open).await?;
    paged::put(export?, file, output).await
}

/// Says how many were new: that is the result.
async fn import(profile: Profile, file: Option<PathBuf>, output: &Console) -> Result<(), CommandError> {
    let read = |profile: &Profile, file: Option<&Path>| {
        let (input, name) = paged::input(file)?;
        import_rooms(profile, input, &name)
    };
    let (_, imported) = aside(profile, move |profile| read(profile, file.as_deref())).await?;
    let imported = imported?;
    let told =
        Phrase::new("room-history-imported").number("new", imported.new).number("known", imported.known);
    output.line(output.lang().phrase(&told.number("moved", u64::from(imported.moved)))).await
}
