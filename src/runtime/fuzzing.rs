//! Lines that are imported and files that a person edits, for the fuzzer.

use super::history;
use super::profile::fuzzing as profile;
use super::room_history::read_room_line;
use crate::model::fuzzing::FuzzTarget;

pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget { name: "import_line", run: import_line },
    FuzzTarget { name: "config", run: profile::config },
    FuzzTarget { name: "contacts", run: profile::contacts },
];

fn import_line(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let _message = history::read(text, &|_name| None);
    let _said = read_room_line(text);
}
