//! The list of files that a packet offers, both ways.
//!
//! ```text
//! ID ':' NAME ':' SIZE ':' TIME ':' ATTRIBUTES ':' [KEY '=' VALUE {',' VALUE} ':'] BEL, for each file
//! ID decimal, but see `ids`; the other numbers hexadecimal; a colon in NAME is doubled
//! ```
//! Some write no colon before the BEL and some one after it: both are read. `FeiQ` needs the one before it. iptux doubles
//! colons but cannot read them, and then drops all that follows: so none are written.

use super::OfferedFile;
use super::fields::{ColonFields, EntryKind, size, time, write_name};
use super::ids::FileId;
use crate::model::file::{File, FileSource, MAX_FILES, TransferState};
use crate::model::{Fault, filename};
use crate::wire::Encoding;

const BEL: u8 = 0x07;
/// Of a whole list: the largest buffer that a program of the family receives into.
const MAX_LIST: usize = 32 * 1024;

/// The list of files that a packet carries.
#[derive(Debug, Default)]
pub(in super::super) struct FileList {
    pub offered: Vec<OfferedFile>,
    /// Entries that nobody can use: too large, no file at all, or all of them where they are too many.
    pub left_out: usize,
}

/// Reads the list of files that a packet carries (invariant I8). `text` decodes a name.
pub(in super::super) fn read_list(bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> FileList {
    let pieces = bytes.split(|byte| *byte == BEL).map(|piece| piece.strip_prefix(b":").unwrap_or(piece));
    let pieces = pieces.filter(|piece| !piece.is_empty());
    let count = pieces.clone().count();
    // Nobody picks so many: the list is there to bury the text.
    if count > MAX_FILES || count == 0 {
        return FileList { offered: Vec::new(), left_out: count.max(usize::from(!bytes.is_empty())) };
    }
    let offered: Vec<OfferedFile> = pieces.filter_map(|piece| entry(piece, text)).collect();
    let left_out = count.saturating_sub(offered.len());
    FileList { offered, left_out }
}

fn entry(bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Option<OfferedFile> {
    let mut fields = ColonFields(bytes);
    let id = FileId::read(fields.field()?)?;
    let name = text(&fields.name()?);
    let (bytes, modified) = (fields.field()?, time(fields.field()?));
    let folder = match EntryKind::read(fields.field()?)? {
        EntryKind::File => false,
        EntryKind::Folder => true,
        EntryKind::Up | EntryKind::Other => return None,
    };
    // Of a folder it says little, and some programs leave it out.
    let size = if folder { size(bytes).unwrap_or_default() } else { size(bytes)? };
    let file = File { name: filename::sanitize(&name), size, folder, state: TransferState::default() };
    Some(OfferedFile { id, file, modified })
}

/// The list of what we offer, without the NUL at its end. Ids count from the first one.
pub(in super::super) fn write_list(
    sources: &[FileSource],
    first: u32,
    encoding: Encoding,
) -> Result<Vec<u8>, Fault> {
    let mut list = Vec::new();
    for (id, source) in (first..).zip(sources) {
        let name = write_name(&source.name, encoding, b"_");
        let what = if source.entries.is_some() { EntryKind::Folder } else { EntryKind::File };
        list.extend_from_slice(format!("{id}:").as_bytes());
        list.extend_from_slice(&name);
        let (size, modified, what) = (source.size, source.modified.max(0), what.code());
        list.extend_from_slice(format!(":{size:x}:{modified:x}:{what:x}:\x07").as_bytes());
    }
    let fits = list.len() <= MAX_LIST && sources.len() <= MAX_FILES;
    if fits { Ok(list) } else { Err(Fault::TooLarge { bytes: list.len(), limit: MAX_LIST }) }
}
