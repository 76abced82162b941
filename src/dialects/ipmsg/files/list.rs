//! The list of files that a packet offers, both ways.
//!
//! ```text
//! ID ':' NAME ':' SIZE ':' TIME ':' ATTRIBUTES ':' [KEY '=' VALUE {',' VALUE} ':'] BEL, for each file
//! ID decimal, the other numbers hexadecimal; a colon in NAME is doubled
//! ```
//! Some write no colon before the BEL and some one after it: both are read. `FeiQ` needs the one before it. iptux doubles
//! colons but cannot read them, and then drops all that follows: so none are written.

use super::super::packet::decimal;
use super::Offered;
use super::fields::{Fields, What, is_foreign, size, time, what};
use crate::model::file::{Fate, File, MAX_FILES, Source};
use crate::model::{Fault, filename};
use crate::wire::Encoding;

const BEL: u8 = 0x07;
/// Of a name, in bytes after decoding (invariant I8): what file systems take.
const MAX_NAME: usize = 255;
/// Of a whole list: the largest buffer that a program of the family receives into.
const MAX_LIST: usize = 32 * 1024;

/// The list of files that a packet carries; `None`: it is bad (invariant I8). `text` decodes a name.
pub(in super::super) fn read_list(bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Option<Vec<Offered>> {
    let pieces = bytes.split(|byte| *byte == BEL).map(|piece| piece.strip_prefix(b":").unwrap_or(piece));
    let mut files = Vec::new();
    for (at, piece) in pieces.filter(|piece| !piece.is_empty()).enumerate() {
        if at >= MAX_FILES {
            return None;
        }
        // What nobody can fetch, such as a link, is left out.
        let (what, offered) = entry(piece, text)?;
        files.extend(matches!(what, What::File | What::Folder).then_some(offered));
    }
    (!files.is_empty() || bytes.is_empty()).then_some(files)
}

fn entry(bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Option<(What, Offered)> {
    let mut fields = Fields(bytes);
    let id = decimal(fields.field()?)?;
    let name = text(&fields.name()?);
    let size = size(fields.field()?)?;
    let modified = time(fields.field()?);
    let what = what(fields.field()?)?;
    let good = name.len() <= MAX_NAME;
    let folder = what == What::Folder;
    let file = File { name: filename::tame(&name), size, folder, fate: Fate::default() };
    good.then_some((what, Offered { id, file, modified }))
}

/// The list of what we offer, without the NUL at its end. Ids count from the first one.
pub(in super::super) fn write_list(
    sources: &[Source],
    first: u32,
    encoding: Encoding,
) -> Result<Vec<u8>, Fault> {
    let mut list = Vec::new();
    for (id, source) in (first..).zip(sources) {
        let instead = |character| if character == ':' || is_foreign(character) { '_' } else { character };
        let name: String = source.name.chars().map(instead).collect();
        let name = encoding
            .encode(&name)
            .map_err(|character| Fault::CannotEncode { character, encoding: encoding.name().to_owned() })?;
        let what = if source.entries.is_some() { What::Folder } else { What::File };
        list.extend_from_slice(format!("{id}:").as_bytes());
        list.extend_from_slice(&name);
        let (size, modified, what) = (source.size, source.modified.max(0), what.code());
        list.extend_from_slice(format!(":{size:x}:{modified:x}:{what:x}:\x07").as_bytes());
    }
    let fits = list.len() <= MAX_LIST && sources.len() <= MAX_FILES;
    if fits { Ok(list) } else { Err(Fault::TooLarge { bytes: list.len(), limit: MAX_LIST }) }
}
