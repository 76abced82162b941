//! What we send of an offer: a file alone, or a folder as a directory stream, where a header stands before each file.

use std::sync::Arc;

use super::fields::EntryKind;
use super::tree;
use crate::model::file::{FileSource, FolderEntry};
use crate::wire::Encoding;

/// What is sent next.
#[derive(Debug)]
pub(super) struct Next {
    /// Of folders that begin and end.
    pub(super) heads: Vec<u8>,
    /// A file with its header; `None`: that was all.
    pub(super) file: Option<(Arc<[u8]>, FileSource)>,
}

#[derive(Debug)]
pub(super) struct UploadWalk {
    entries: Arc<[FolderEntry]>,
    at: usize,
    /// The times of the folders that it is in; none for a file alone.
    inside: Vec<i64>,
    encoding: Encoding,
    /// What it begins with.
    begun: Vec<u8>,
}

impl UploadWalk {
    pub(super) fn new(source: FileSource, encoding: Encoding) -> Self {
        if let Some(entries) = source.entries {
            let begun = tree::write(EntryKind::Folder, &source.name, 0, source.modified, encoding);
            return Self { entries, at: 0, inside: vec![source.modified], encoding, begun };
        }
        let entries = Arc::from([FolderEntry::File(source)]);
        Self { entries, at: 0, inside: Vec::new(), encoding, begun: Vec::new() }
    }

    pub(super) fn next(&mut self) -> Next {
        let mut heads = std::mem::take(&mut self.begun);
        let encoding = self.encoding;
        while let Some(entry) = self.entries.get(self.at) {
            self.at = self.at.saturating_add(1);
            match entry {
                FolderEntry::Enter { name, modified } => {
                    self.inside.push(*modified);
                    heads.extend(tree::write(EntryKind::Folder, name, 0, *modified, encoding));
                }
                // Out of the folder itself only at the end.
                FolderEntry::Leave if self.inside.len() > 1 => heads.extend(self.leave()),
                FolderEntry::Leave => {}
                FolderEntry::File(source) => {
                    let FileSource { name, size, modified, .. } = source;
                    let write = || tree::write(EntryKind::File, name, *size, *modified, encoding);
                    let head = if self.inside.is_empty() { Vec::new() } else { write() };
                    return Next { heads, file: Some((head.into(), source.clone())) };
                }
            }
        }
        while !self.inside.is_empty() {
            heads.extend(self.leave());
        }
        Next { heads, file: None }
    }

    fn leave(&mut self) -> Vec<u8> {
        let modified = self.inside.pop().unwrap_or_default();
        tree::write(EntryKind::Up, ".", 0, modified, self.encoding)
    }
}
