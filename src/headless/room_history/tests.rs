//! What the commands of a relay's history print and ask.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::remove::is_yes;
use super::search::hit;
use crate::model::WallTime;
use crate::model::room_log::{LogRecord, Place, PlacedRecord, RecordKind};
use crate::runtime::room_history::RoomMessage;

#[test]
fn a_hit_is_one_line_that_says_where_it_stands_and_who_wrote_it() {
    let record = LogRecord {
        kind: RecordKind::Said,
        at: WallTime(0),
        id: 1,
        number: 1,
        name: Cow::Borrowed("be\na"),
        body: Cow::Borrowed(b"a\n\x1b[2J\xff"),
    };
    let place = Place::new(4_711).expect("not nought");
    let message = RoomMessage { room: "d\u{202e}ev".to_owned(), placed: PlacedRecord { place, record } };
    let line = hit(&message, &TimeZone::UTC);
    assert_eq!(line, "#4711 1970-01-01 00:00:00 d<U+202E>ev <be^Ja>: a^J^[[2J\u{fffd}");
}

#[test]
fn only_a_clear_yes_is_one() {
    for line in ["y\n", " YES \r\n", "是"] {
        assert!(is_yes(line), "{line}");
    }
    for line in ["", "\n", "n", "yes please", "ja"] {
        assert!(!is_yes(line), "{line}");
    }
}
