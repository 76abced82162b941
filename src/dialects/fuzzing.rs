//! Addresses, for the fuzzer.

use super::{DIALECTS, parse_address};
use crate::model::fuzzing::FuzzTarget;

pub const TARGETS: &[FuzzTarget] = &[FuzzTarget { name: "address", run: address }];

fn address(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(address) = parse_address(DIALECTS, text) else { return };
    // As it stands in the file of contacts.
    let written = address.to_string();
    assert_eq!(parse_address(DIALECTS, &written), Ok(address), "{written:?}");
}
