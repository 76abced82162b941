//! Writes messages out, page by page: to whoever asks for the lines, or into a new file.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::line::line;
use super::transcript::{Transcript, TranscriptStyle};
use super::{Cards, History, aside};
use crate::model::history::PAGE;
use crate::model::{ConversationId, Message, MessageId, Phrase};
use crate::runtime::profile::{create_beside, create_private};

/// What is written.
#[derive(Debug)]
pub enum ExportFormat {
    /// JSON Lines, which can be imported.
    Json(TimeZone),
    /// A transcript for people.
    Text(TranscriptStyle),
}

#[derive(Debug)]
enum ExportWriter {
    Json(TimeZone),
    Text(Box<Transcript>),
}

/// An export that is under way. No more than a page of it is in memory.
#[derive(Debug)]
pub struct Export {
    history: History,
    writer: ExportWriter,
    cards: Cards,
    /// What is still to be walked through; `None`: all conversations in one.
    parts: VecDeque<Option<ConversationId>>,
    /// The last message of the first part that was written.
    after: Option<MessageId>,
    messages: u64,
}

impl Export {
    /// Of one conversation or of all of them: in JSON in the order of the history, in text one after the other.
    pub fn new(
        mut history: History,
        only: Option<ConversationId>,
        form: ExportFormat,
    ) -> Result<Self, Phrase> {
        let cards = Cards::read(&mut history)?;
        let parts = match (&form, only) {
            (_, Some(one)) => VecDeque::from([Some(one)]),
            (ExportFormat::Json(_), None) => VecDeque::from([None]),
            (ExportFormat::Text(_), None) => cards.ids().map(Some).collect(),
        };
        let writer = match form {
            ExportFormat::Json(zone) => ExportWriter::Json(zone),
            ExportFormat::Text(looks) => ExportWriter::Text(Box::new(Transcript::new(looks))),
        };
        Ok(Self { history, writer, cards, parts, after: None, messages: 0 })
    }

    /// The lines of the next messages; `None` at the end. May wait for the disk.
    pub fn lines(&mut self) -> Result<Option<Vec<String>>, Phrase> {
        while let Some(part) = self.parts.front() {
            let messages = self.history.walk(*part, self.after, PAGE)?;
            let Some(last) = messages.last() else {
                self.parts.pop_front();
                self.after = None;
                continue;
            };
            self.after = Some(last.id);
            let mut lines = Vec::with_capacity(messages.len());
            for message in &messages {
                lines.extend(self.lines_of(message)?);
            }
            return Ok(Some(lines));
        }
        Ok(None)
    }

    fn lines_of(&mut self, message: &Message) -> Result<Vec<String>, Phrase> {
        let card = self.cards.of(&mut self.history, message)?;
        self.messages = self.messages.saturating_add(1);
        Ok(match &mut self.writer {
            ExportWriter::Json(zone) => line(card, message, zone).into_iter().collect(),
            ExportWriter::Text(transcript) => transcript.next(card, message),
        })
    }

    /// Writes all of it into a new file that only the person can read, and says how many messages these are. The
    /// file gets its name when it is complete; one that is there is left alone.
    pub async fn into_file(self, path: PathBuf) -> Result<u64, Phrase> {
        let (path, begun) = aside(path, |path| begin(path)).await?;
        let (temp, file) = begun?;
        let mut writing = (self, BufWriter::new(file));
        loop {
            let shown = path.clone();
            let (back, more) = aside(writing, move |(export, file)| put(export, file, &shown)).await?;
            writing = back;
            if !more? {
                break;
            }
        }
        let (export, _file) = writing;
        let (_, finished) = aside((path, temp), |(path, temp)| temp.finish(path)).await?;
        finished.map(|()| export.messages)
    }
}

/// A file under a name of its own, which goes away unless it is finished.
#[derive(Debug)]
struct TempFile(PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        // Once it is finished it has its other name.
        let _gone = fs::remove_file(&self.0).is_ok();
    }
}

impl TempFile {
    /// Gives the file its name, over nothing that is there.
    fn finish(&self, path: &Path) -> Result<(), Phrase> {
        match fs::hard_link(&self.0, path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(failed(path, &error)),
            // A file system without links, as memory sticks have: an exclusively created name keeps others off.
            Err(_no_links) => drop(create_private(path).map_err(|error| failed(path, &error))?),
        }
        fs::rename(&self.0, path).map_err(|error| {
            // The empty file is ours.
            let _gone = fs::remove_file(path).is_ok();
            failed(path, &error)
        })
    }
}

fn begin(path: &Path) -> Result<(TempFile, File), Phrase> {
    if path.symlink_metadata().is_ok() {
        return Err(failed(path, &io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    let (temporary, file) = create_beside(path).map_err(|error| failed(path, &error))?;
    Ok((TempFile(temporary), file))
}

/// Writes one page. `false`: there was none, and all of it is on the disk.
fn put(export: &mut Export, file: &mut BufWriter<File>, path: &Path) -> Result<bool, Phrase> {
    let page = export.lines()?;
    let more = page.is_some();
    let written = page.into_iter().flatten().try_for_each(|line| writeln!(file, "{line}"));
    let written = written.and_then(|()| if more { Ok(()) } else { file.flush() });
    let written = written.and_then(|()| if more { Ok(()) } else { file.get_ref().sync_all() });
    written.map(|()| more).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &io::Error) -> Phrase {
    let path = path.to_string_lossy();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Phrase::new("export-exists").text("path", path);
    }
    Phrase::new("file-unwritable").text("path", path).text("reason", error.to_string())
}
