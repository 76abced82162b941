//! What relays of one cluster read of each other, for the fuzzer.

use super::archive::{decode_answer, decode_question, encode_answer, encode_question};
use super::names::NameHolders;
use super::presence::PresenceMessage;
use super::record;
use super::subjects::{Subjects, name, token};
use crate::model::fuzzing::FuzzTarget;

pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget { name: "cluster_record", run: record },
    FuzzTarget { name: "cluster_subject", run: subject },
    FuzzTarget { name: "cluster_names", run: names },
    FuzzTarget { name: "cluster_presence", run: presence },
    FuzzTarget { name: "cluster_archive", run: archive },
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

fn names(bytes: &[u8]) {
    let Some(holders) = NameHolders::decode(bytes) else { return };
    assert_eq!(NameHolders::decode(&holders.encode()), Some(holders));
}

fn presence(bytes: &[u8]) {
    let Some(message) = PresenceMessage::decode(bytes) else { return };
    assert_eq!(PresenceMessage::decode(&message.encode()), Some(message));
}

fn archive(bytes: &[u8]) {
    if let Some(question) = decode_question(bytes) {
        assert_eq!(decode_question(&encode_question(&question)), Some(question));
    }
    if let Some(answer) = decode_answer(bytes) {
        assert_eq!(decode_answer(&encode_answer(&answer)), Some(answer));
    }
}
