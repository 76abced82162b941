//! The files of a message as one column: a list in JSON, or nothing.
//!
//! Whatever stands there is read without a panic: what no version of ours has written offers nothing.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::{Deserialize, Serialize};

use crate::model::file::MAX_FILES;
use crate::model::{File, Files, TransferState};

#[derive(Serialize, Deserialize)]
struct StoredFile {
    name: String,
    size: u64,
    #[serde(default)]
    folder: bool,
    #[serde(default)]
    fate: String,
}

/// `None`: there are none, as in most messages.
pub(super) fn column(files: &Files) -> Option<String> {
    let entry = |file: &File| StoredFile {
        name: file.name.clone(),
        size: file.size,
        folder: file.folder,
        fate: file.state.code(),
    };
    let entries: Vec<StoredFile> = files.as_slice().iter().map(entry).collect();
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
    let file = |entry: StoredFile| File {
        state: TransferState::from_code(&entry.fate).unwrap_or_default(),
        name: entry.name,
        size: entry.size,
        folder: entry.folder,
    };
    Files::new(entries.into_iter().take(MAX_FILES).map(file).collect())
}
