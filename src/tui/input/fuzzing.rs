//! What a terminal sends, for the fuzzer.

use std::time::Duration;

use super::decoder::Decoder;
use crate::model::fuzzing::{FuzzTarget, moment, split_first};

pub const TARGETS: &[FuzzTarget] = &[FuzzTarget { name: "terminal_input", run: terminal_input }];

/// Longer than anything is waited for.
const LONG: Duration = Duration::from_secs(10);

/// Whatever comes, and in whatever pieces, there is an end to it, and a key that comes later is one.
fn terminal_input(bytes: &[u8]) {
    let (part, bytes) = split_first(bytes);
    let mut decoder = Decoder::default();
    let mut now = moment().mono;
    for read in bytes.chunks(usize::from(part & 0x3f).saturating_add(1)) {
        decoder.feed(now, read);
        now += Duration::from_millis(u64::from(part >> 6) * 20);
        decoder.expire(now);
    }
    for _ in 0..4 {
        now += LONG;
        decoder.expire(now);
    }
    assert!(decoder.deadline().is_none(), "nothing is waited for any more");
    let mut events = 0_usize;
    while decoder.pop().is_some() {
        events = events.saturating_add(1);
    }
    assert!(events <= bytes.len().saturating_mul(2).saturating_add(8), "{events} of {}", bytes.len());
    decoder.feed(now, b"\x03");
    assert!(decoder.pop().is_some(), "Ctrl-C is read at once");
}
