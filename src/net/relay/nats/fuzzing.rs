//! What relays of one cluster read of each other, for the fuzzer.

use super::record;
use super::subjects::{Subjects, name, token};
use crate::model::fuzzing::FuzzTarget;

pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget { name: "cluster_record", run: record },
    FuzzTarget { name: "cluster_subject", run: subject },
];

fn record(bytes: &[u8]) {
    let Some(found) = record::decode(bytes) else { return };
    assert_eq!(record::decode(&record::encode(&found)), Some(found));
}

/// Two names never meet, and none leaves its token.
fn subject(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let made = token(&text);
    assert!(!made.contains(['.', '*', '>', ' ']) && !made.is_empty(), "{made:?}");
    if let Some(read) = name(&text) {
        assert_eq!(token(&read), text, "a name has one token");
    }
    let _setting = Subjects::new("udpqq".to_owned(), 4).parse_setting(&text);
}
