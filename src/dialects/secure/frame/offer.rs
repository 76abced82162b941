//! The files that a text offers, as they stand in its field 5.
//!
//! ```text
//! list     records, 256 at most
//! record   length varint ‖ kind u8 (0 file, 1 folder) ‖ size u64 ‖ modified i64, seconds since the Unix epoch
//!          ‖ entries u32 (of a folder) ‖ length u8 ‖ name, UTF-8 ‖ what a later version adds
//! ```
//! A file is named by the message and its place in the list. What cannot be used keeps its place, and is left out.

use crate::model::file::{File, FileSource, FolderEntry, MAX_FILES, TransferState};
use crate::model::filename;
use crate::wire::cursor::{Cursor, Put as _};

const FILE: u8 = 0;
const FOLDER: u8 = 1;
/// A pebibyte: nobody has a larger file, and all of a message together stay countable.
const MAX_SIZE: u64 = 1 << 50;

/// One file that a message offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialects::secure) struct ListedFile {
    /// Its place in the list.
    pub index: u16,
    pub file: File,
    /// In seconds since the Unix epoch.
    pub modified: i64,
}

/// All that a message offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::dialects::secure) struct ListedFiles {
    pub files: Vec<ListedFile>,
    /// Records that cannot be used.
    pub left_out: u64,
}

impl ListedFiles {
    /// Takes what can be used of it.
    pub(in crate::dialects::secure) fn read(bytes: &[u8]) -> Self {
        let (mut rest, mut list, mut index) = (Cursor::new(bytes), Self::default(), 0_u16);
        while !rest.is_empty() {
            let record = rest.varint().and_then(|length| rest.bytes(usize::try_from(length).ok()?));
            let good = record.filter(|_| usize::from(index) < MAX_FILES);
            match good.and_then(|record| read_record(index, record)) {
                Some(file) => list.files.push(file),
                None => list.left_out = list.left_out.saturating_add(1),
            }
            if record.is_none() {
                break;
            }
            index = index.saturating_add(1);
        }
        list
    }
}

fn read_record(index: u16, record: &[u8]) -> Option<ListedFile> {
    let mut rest = Cursor::new(record);
    let folder = match rest.u8()? {
        FILE => false,
        FOLDER => true,
        _ => return None,
    };
    let size = rest.u64().filter(|size| *size <= MAX_SIZE)?;
    let modified = i64::from_be_bytes(rest.array()?);
    rest.u32()?;
    let name = filename::sanitize(rest.short_text()?);
    Some(ListedFile { index, file: File { name, size, folder, state: TransferState::Offered }, modified })
}

/// In bytes; of a folder all files inside together.
pub(in crate::dialects::secure) fn offered_size(source: &FileSource) -> u64 {
    let Some(entries) = &source.entries else { return source.size };
    let sizes = entries.iter().map(|entry| match entry {
        FolderEntry::File(file) => file.size,
        FolderEntry::Enter { .. } | FolderEntry::Leave => 0,
    });
    sizes.fold(0, u64::saturating_add)
}

/// `None`: nothing is offered.
pub(in crate::dialects::secure) fn write_offer(sources: &[FileSource]) -> Option<Vec<u8>> {
    let mut list = Vec::new();
    for source in sources.iter().take(MAX_FILES) {
        let entries = source.entries.as_ref();
        let count = u32::try_from(entries.map_or(0, |entries| entries.len())).unwrap_or(u32::MAX);
        let mut record = Vec::new();
        record.u8(if entries.is_some() { FOLDER } else { FILE }).u64(offered_size(source));
        record.bytes(&source.modified.to_be_bytes()).u32(count).short_text(&source.name);
        list.varint(u32::try_from(record.len()).unwrap_or(u32::MAX)).bytes(&record);
    }
    (!list.is_empty()).then_some(list)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::file::FileFingerprint;

    fn source(name: String, size: u64, modified: i64, folder: bool) -> FileSource {
        let path = std::path::Path::new("/x").into();
        let entries = folder.then(|| std::sync::Arc::from([]));
        FileSource { path, name, size, modified, stamp: FileFingerprint::default(), entries }
    }

    proptest! {
        #[test]
        fn what_is_offered_is_read_as_it_was_written(
            // Longer than the devices of Windows, whose names are not kept.
            files in prop::collection::vec(("[a-z]{4,20}", 0..=MAX_SIZE, any::<i64>(), any::<bool>()), 0..8),
        ) {
            let sources: Vec<FileSource> = files.into_iter().map(|(n, s, m, f)| source(n, s, m, f)).collect();
            let list = ListedFiles::read(&write_offer(&sources).unwrap_or_default());
            prop_assert_eq!(list.left_out, 0);
            prop_assert_eq!(list.files.len(), sources.len());
            for (at, (read, meant)) in list.files.iter().zip(&sources).enumerate() {
                prop_assert_eq!(usize::from(read.index), at);
                prop_assert_eq!((&read.file.name, read.file.size), (&meant.name, offered_size(meant)));
                prop_assert_eq!((read.file.folder, read.modified), (meant.entries.is_some(), meant.modified));
            }
        }

        #[test]
        fn no_bytes_make_reading_a_list_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(ListedFiles::read(&bytes).files.len() <= MAX_FILES);
        }
    }

    #[test]
    fn what_cannot_be_used_is_left_out_and_the_others_keep_their_places() {
        let good = |name: &str| write_offer(&[source(name.to_owned(), 5, 0, false)]).expect("one");
        let mut list = good("../one");
        // A kind of a later version, and a size that nothing has.
        list.extend([&[22, 9][..], &[0; 21], &[22, 0, 255], &[0; 20]].concat());
        list.extend(good("two"));
        list.extend([60, 1]);
        let read = ListedFiles::read(&list);
        let places: Vec<(u16, &str)> =
            read.files.iter().map(|listed| (listed.index, listed.file.name.as_str())).collect();
        assert_eq!(read.left_out, 3);
        assert_eq!(places.iter().map(|place| place.0).collect::<Vec<_>>(), [0, 3]);
        assert!(!places[0].1.contains('/') && places[1].1 == "two", "{places:?}");
    }

    #[test]
    fn more_than_a_message_may_offer_is_left_out() {
        let one = write_offer(&[source("a".to_owned(), 5, 0, false)]).expect("one");
        let read = ListedFiles::read(&one.repeat(MAX_FILES + 44));
        assert_eq!((read.files.len(), read.left_out), (MAX_FILES, 44));
    }
}
