//! What plain members write and what relays tell each other of rooms, for the fuzzer.

use super::command::{PlainCommand, Proof, proof_in};
use super::notices::RelayNotice;
use super::{moderation_records, orders};
use crate::model::fuzzing::{moment, split_first};

pub(in super::super) fn plain(bytes: &[u8]) {
    let command = PlainCommand::parse(bytes);
    let is_proof = matches!(proof_in(bytes), Proof::Given(_));
    assert_eq!(matches!(command, Some(PlainCommand::Prove)), is_proof);
    let words: Vec<String> = String::from_utf8_lossy(bytes).split(' ').map(str::to_owned).collect();
    let _order = orders::RelayOrder::parse(&words);
}

pub(in super::super) fn settings(bytes: &[u8]) {
    let _notice = RelayNotice::decode(bytes);
    let (length, rest) = split_first(bytes);
    let Some((key, value)) = rest.split_at_checked(length.into()) else { return };
    let _setting = moderation_records::read(moment(), &String::from_utf8_lossy(key), value);
}
