//! `udpqq history export` and `import`.

use std::path::{Path, PathBuf};

use super::{CommandError, Console, Profile};
use crate::headless::paged;
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
    paged::put(export?, what.file, output).await
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
    let (_, imported) = aside(profile, move |profile| read(profile, file.as_deref())).await?;
    let imported = imported?;
    let told = Phrase::new("history-imported").number("new", imported.new).number("known", imported.known);
    let told = told.number("overdue", imported.overdue);
    output.line(output.lang().phrase(&told)).await
}

fn read(profile: &Profile, file: Option<&Path>) -> Result<history::Imported, Phrase> {
    let (input, name) = paged::input(file)?;
    history::import(profile, input, &name)
}
