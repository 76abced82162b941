//! A folder of ours as a directory stream: which header comes next, and which file after it.

use std::sync::Arc;

use super::fields::EntryKind;
use super::tree;
use crate::model::file::{FileSource, FolderEntry};
use crate::wire::Encoding;

/// What is sent next.
#[derive(Debug, Default)]
pub(super) struct Next {
    /// Of folders that begin and end.
    pub(super) heads: Vec<u8>,
    /// A file with its header; `None`: that was all.
    pub(super) file: Option<(Arc<[u8]>, FileSource)>,
}

#[derive(Debug)]
pub(super) struct FolderWriter {
    entries: Arc<[FolderEntry]>,
    at: usize,
    /// The times of the folders that it is in.
    inside: Vec<i64>,
    encoding: Encoding,
    /// What it begins with.
    begun: Vec<u8>,
}

impl FolderWriter {
    /// `None`: it is no folder.
    pub(super) fn new(source: &FileSource, encoding: Encoding) -> Option<Self> {
        let entries = Arc::clone(source.entries.as_ref()?);
        let begun = tree::write(EntryKind::Folder, &source.name, 0, source.modified, encoding);
        Some(Self { entries, at: 0, inside: vec![source.modified], encoding, begun })
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
                    let head = tree::write(EntryKind::File, name, *size, *modified, encoding);
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
