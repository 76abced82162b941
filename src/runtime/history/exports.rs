//! `/export`: one file at a time, written while the messenger goes on.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Export, ExportFormat, History, TranscriptStyle, aside};
use crate::app::Event;
use crate::model::{ConversationId, Phrase};
use crate::runtime::SessionEvent;
use crate::runtime::profile::Profile;

/// What is to be written.
#[derive(Debug)]
pub struct ExportRequest {
    pub conversation: ConversationId,
    /// As the person wrote it.
    pub file: String,
    pub looks: TranscriptStyle,
    /// The command that asks for it.
    pub typed: String,
}

/// The export that runs beside a session, if there is one.
#[derive(Debug, Default)]
pub struct Exports {
    running: JoinSet<SessionEvent>,
}

impl Exports {
    /// Starts to write; `next` tells what came of it.
    pub fn start(&mut self, profile: &Arc<Profile>, request: ExportRequest) -> Result<(), Phrase> {
        let profile = Arc::clone(profile);
        let (conversation, typed) = (request.conversation, request.typed.clone());
        self.run(async move {
            match export(profile, request).await {
                Ok(done) => SessionEvent::App(Event::StatusLine(done)),
                Err(why) => SessionEvent::Refused { conversation: Some(conversation), typed, why },
            }
        })
    }

    /// Writes something else for a person, which is no more than one thing at a time either.
    pub fn run(&mut self, task: impl Future<Output = SessionEvent> + Send + 'static) -> Result<(), Phrase> {
        if !self.running.is_empty() {
            return Err(Phrase::new("export-busy"));
        }
        self.running.spawn(task);
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// What came of the export that has ended. Cancel-safe. `None`: there is none.
    pub async fn next(&mut self) -> Option<SessionEvent> {
        let done = self.running.join_next().await?;
        let broken = |_panicked| SessionEvent::App(Event::StatusLine(Phrase::new("headless-broken")));
        Some(done.unwrap_or_else(broken))
    }
}

async fn export(profile: Arc<Profile>, request: ExportRequest) -> Result<Phrase, Phrase> {
    let ExportRequest { conversation, file, looks, typed: _ } = request;
    let path = expanded(&file);
    let form = if is_for_people(&path) { ExportFormat::Text(looks) } else { ExportFormat::Json(looks.zone) };
    let (_, export) = aside(profile, move |profile| {
        let history = History::open(profile)?;
        // What is on the screen is in memory only.
        if history.is_missing() {
            return Err(Phrase::new("export-no-history"));
        }
        Export::new(history, Some(conversation), form)
    })
    .await?;
    let shown = path.to_string_lossy().into_owned();
    let messages = export?.into_file(path).await?;
    Ok(Phrase::new("export-done").number("count", messages).text("path", shown))
}

/// `~` is the home folder, as in a shell.
pub(in crate::runtime) fn expanded(file: &str) -> PathBuf {
    let home = || etcetera::home_dir().ok();
    match file.strip_prefix('~') {
        Some("") => home(),
        Some(rest) => rest.strip_prefix('/').and_then(|rest| Some(home()?.join(rest))),
        None => None,
    }
    .unwrap_or_else(|| PathBuf::from(file))
}

fn is_for_people(path: &std::path::Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|name| ["txt", "md"].iter().any(|known| known.eq_ignore_ascii_case(name)))
}
