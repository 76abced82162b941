//! `udpqq history export` and `import`.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;

use super::{CommandError, Console, Profile};
use crate::model::Phrase;
use crate::model::history::ConversationRecord;
use crate::runtime::history::{self, Export, ExportFormat, History, TranscriptStyle, aside};
use crate::runtime::parse_address;

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(super) struct ExportArgs {
    pub(super) target: Option<String>,
    /// For people to read, under this name of our own; `None`: for programs.
    pub(super) me: Option<String>,
    /// `None`: standard output.
    pub(super) file: Option<PathBuf>,
}

pub(super) async fn export(profile: Profile, what: ExportArgs, output: &Console) -> Result<(), CommandError> {
    let zone = output.zone().clone();
    let form = match what.me {
        Some(me) => ExportFormat::Text(TranscriptStyle { lang: output.lang().clone(), zone, me }),
        None => ExportFormat::Json(zone),
    };
    let target = what.target;
    let (_, export) = aside(profile, |profile| open(profile, target, form)).await?;
    let mut export = export?;
    if let Some(file) = what.file {
        export.into_file(file).await?;
        return Ok(());
    }
    loop {
        let (back, page) = aside(export, Export::lines).await?;
        export = back;
        let Some(lines) = page? else { return Ok(()) };
        for line in lines {
            output.line(line).await?;
        }
    }
}

fn open(profile: &Profile, target: Option<String>, form: ExportFormat) -> Result<Export, Phrase> {
    let mut history = History::open(profile)?;
    let only = match target {
        Some(target) => Some(find(profile, &mut history, target)?.conversation),
        None => None,
    };
    Export::new(history, only, form)
}

fn find(profile: &Profile, history: &mut History, target: String) -> Result<ConversationRecord, Phrase> {
    // Without today's contacts the names in the history still stand.
    let contacts = profile.load_contacts(&parse_address).map(|loaded| loaded.value).unwrap_or_default();
    let cards: Vec<ConversationRecord> = history.list()?.into_iter().map(|summary| summary.card).collect();
    let found = history::find(&cards, &contacts, &target).cloned();
    found.ok_or_else(|| Phrase::new("history-no-target").text("name", target))
}

/// Says how many were new, and how many came too late to be kept: that is the result.
pub(super) async fn import(
    profile: Profile,
    file: Option<PathBuf>,
    output: &Console,
) -> Result<(), CommandError> {
    let (_, imported) = aside(profile, |profile| read(profile, file)).await?;
    let imported = imported?;
    let told = Phrase::new("history-imported").number("new", imported.new).number("known", imported.known);
    let told = told.number("overdue", imported.overdue);
    output.line(output.lang().phrase(&told)).await
}

fn read(profile: &Profile, file: Option<PathBuf>) -> Result<history::Imported, Phrase> {
    let Some(path) = file else { return history::import(profile, io::stdin().lock(), "-") };
    let name = path.to_string_lossy();
    let file = File::open(&path).map_err(|error| {
        Phrase::new("file-unreadable").text("path", name.clone()).text("reason", error.to_string())
    })?;
    history::import(profile, BufReader::new(file), &name)
}
