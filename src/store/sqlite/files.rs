//! The files of a message as one column: a list in JSON, or nothing. Of an offer of ours that outlives the program it says
//! where they are, so that both are stored, and both go, in one transaction.
//!
//! Whatever stands there is read without a panic: what no version of ours has written offers nothing.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::{Deserialize, Serialize};

use crate::model::file::{FileFingerprint, FileSource, MAX_FILES};
use crate::model::{File, Files, TransferState};

#[derive(Serialize, Deserialize)]
struct StoredFile {
    name: String,
    size: u64,
    #[serde(default)]
    folder: bool,
    #[serde(default)]
    fate: String,
    /// Of an offer of ours that outlives the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<StoredSource>,
}

/// Where a file of ours is, and what it is known again by. What is in a folder is looked at when it is offered again.
#[derive(Serialize, Deserialize)]
struct StoredSource {
    path: String,
    modified: i64,
    device: u64,
    inode: u64,
    /// In nanoseconds since the Unix epoch.
    stamp: i64,
}

impl StoredSource {
    /// `None`: no text can name it, and its offer ends with the program.
    fn of(source: &FileSource) -> Option<Self> {
        let FileFingerprint { device, inode, modified } = source.stamp;
        let (path, stamp) = (source.path.to_str()?.to_owned(), i64::try_from(modified).ok()?);
        Some(Self { path, modified: source.modified, device, inode, stamp })
    }

    fn source(self, file: &File) -> FileSource {
        let stamp =
            FileFingerprint { device: self.device, inode: self.inode, modified: i128::from(self.stamp) };
        FileSource {
            path: Arc::from(PathBuf::from(self.path)),
            name: file.name.clone(),
            size: file.size,
            modified: self.modified,
            stamp,
            entries: file.folder.then(|| Arc::from([])),
        }
    }
}

/// `None`: there are none, as in most messages.
pub(super) fn column(files: &Files) -> Option<String> {
    let sources = files.sources().map(AsRef::as_ref).unwrap_or_default();
    let entry = |(file, source): (&File, Option<&FileSource>)| StoredFile {
        name: file.name.clone(),
        size: file.size,
        folder: file.folder,
        fate: file.state.code(),
        source: source.and_then(StoredSource::of),
    };
    let sources = sources.iter().map(Some).chain(std::iter::repeat(None));
    let entries: Vec<StoredFile> = files.as_slice().iter().zip(sources).map(entry).collect();
    // Texts and numbers always serialise.
    (!entries.is_empty()).then(|| serde_json::to_string(&entries).unwrap_or_default())
}

pub(super) fn files(row: &Row<'_>, column: usize) -> Files {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => read(bytes),
        Ok(_) | Err(_) => Files::default(),
    }
}

/// A fate that is not known here says nothing of what became of the file.
fn read(bytes: &[u8]) -> Files {
    let entries: Vec<StoredFile> = serde_json::from_slice(bytes).unwrap_or_default();
    let mut sources = Vec::new();
    let file = |entry: StoredFile| {
        let file = File {
            state: TransferState::from_code(&entry.fate).unwrap_or_default(),
            name: entry.name,
            size: entry.size,
            folder: entry.folder,
        };
        sources.extend(entry.source.map(|source| source.source(&file)));
        file
    };
    let files = Files::new(entries.into_iter().take(MAX_FILES).map(file).collect());
    files.with_sources(sources.into())
}
