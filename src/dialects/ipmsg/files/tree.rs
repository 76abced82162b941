//! The headers of a directory stream, both ways.
//!
//! ```text
//! LENGTH ':' NAME ':' SIZE ':' ATTRIBUTES ':' {KEY '=' VALUE {',' VALUE} ':'}  and SIZE bytes, where it is a file
//! LENGTH of the header from its own first digit to the last colon; all numbers hexadecimal; a colon in NAME is doubled
//! ```
//! The first header is the folder itself; what is in it follows, depth first; the name `.` goes back up, at the end out
//! of the folder itself. iptux takes the times by their place: its own order is 14, then 16, and it reads the second one
//! as the time of the last change. So both are that.

use super::fields::{ColonFields, EntryKind, size, time, write_name};
use crate::wire::Encoding;

/// Longer than a doubled name of 255 bytes with all the keys there are.
const MAX_HEAD: usize = 4_096;
/// `9:x:0:1:`, the shortest header there can be.
const MIN_HEAD: usize = 8;
/// Of the length: everybody writes four, and more than 32 bits mean nothing.
const MAX_DIGITS: usize = 8;
const MODIFIED: &[u8] = b"14=";

/// One header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) what: EntryKind,
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) modified: Option<i64>,
}

/// How many bytes of a header are needed, as far as its beginning tells; `None`: it is no header.
pub(super) fn length(begun: &[u8]) -> Option<usize> {
    let Some(digits) = begun.iter().position(|byte| *byte == b':') else {
        let good = begun.len() <= MAX_DIGITS && begun.iter().all(u8::is_ascii_hexdigit);
        return good.then(|| begun.len().saturating_add(1));
    };
    let length = ColonFields(begun).field().filter(|_| digits <= MAX_DIGITS).and_then(size)?;
    usize::try_from(length).ok().filter(|length| (MIN_HEAD..=MAX_HEAD).contains(length))
}

/// Reads a whole header. `text` decodes a name.
pub(super) fn read(bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Option<Head> {
    let mut fields = ColonFields(bytes.strip_suffix(b":")?);
    fields.field()?;
    let name = text(&fields.name()?);
    let size = size(fields.field()?)?;
    let what = EntryKind::read(fields.field()?)?;
    let mut modified = None;
    while let Some(field) = fields.field() {
        if let Some(value) = field.strip_prefix(MODIFIED) {
            modified = time(value);
        }
    }
    Some(Head { what, name, size, modified })
}

/// Writes a header, in an encoding that may not have all of its name.
pub(super) fn write(what: EntryKind, name: &str, size: u64, modified: i64, encoding: Encoding) -> Vec<u8> {
    let (name, modified) = (write_name(name, encoding, b"::"), modified.max(0));
    // As iptux writes it.
    let size = match what {
        EntryKind::File | EntryKind::Folder => format!("{size:09x}"),
        EntryKind::Up | EntryKind::Other => "0".to_owned(),
    };
    let rest = format!(":{size}:{:x}:14={modified:x}:16={modified:x}:", what.code());
    let length = name.len().saturating_add(rest.len()).saturating_add("0000:".len());
    [format!("{length:04x}:").as_bytes(), &name, rest.as_bytes()].concat()
}
