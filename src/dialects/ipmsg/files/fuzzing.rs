//! Lists, requests and directory streams, for the fuzzer.

use super::list::read_list;
use super::request::{self, RequestState};
use super::tree;
use crate::model::file::MAX_FILES;
use crate::model::filename;

/// A name as some encoding may have it.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(in super::super) fn list(bytes: &[u8]) {
    let list = read_list(bytes, &text);
    assert!(list.offered.len() <= MAX_FILES);
    for offered in &list.offered {
        let name = &offered.file.name;
        assert_eq!(filename::sanitize(name), *name, "a name is one part of a path (I10)");
        assert!(!name.is_empty() && !name.contains(['/', '\0']) && name != "." && name != "..", "{name:?}");
    }
}

/// However the bytes come, what they ask for is the same.
pub(in super::super) fn request(bytes: &[u8]) {
    let whole = request::read(bytes);
    for end in 0..bytes.len().min(64) {
        let begun = request::read(bytes.get(..end).unwrap_or_default());
        // Once it is one, or none, more bytes do not make it another.
        if begun == RequestState::Bad {
            assert_eq!(whole, RequestState::Bad, "{end}");
        }
    }
}

pub(in super::super) fn folder(bytes: &[u8]) {
    let Some(length) = tree::length(bytes) else { return };
    if let Some(head) = bytes.get(..length).and_then(|head| tree::read(head, &text)) {
        assert!(head.name.len() <= bytes.len().saturating_mul(3), "{head:?}");
    }
}
