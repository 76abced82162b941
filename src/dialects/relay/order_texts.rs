//! The sentences that an order comes to: their keys, and the names of their arguments. Whoever ordered reads them in their own
//! language, so a sentence travels as these.

use crate::model::Phrase;
use crate::model::phrase::Value;

const KEYS: [&str; 36] = [
    "relay-order-unknown",
    "relay-order-usage",
    "relay-order-topic-long",
    "relay-order-lobby",
    "relay-order-nobody",
    "relay-order-passed-on",
    "relay-order-many",
    "relay-order-no-ban",
    "relay-order-kicked",
    "relay-order-banned",
    "relay-order-muted",
    "relay-order-unbanned",
    "relay-order-unmuted",
    "relay-order-slow",
    "relay-order-moderated",
    "relay-order-unmoderated",
    "relay-order-topic",
    "relay-order-no-topic",
    "relay-order-closed",
    "relay-order-opened",
    "relay-order-locked",
    "relay-order-unlocked",
    "relay-order-password-long",
    "relay-order-is-banned",
    "relay-order-is-kicked",
    "relay-order-is-muted",
    "relay-order-no-bans",
    "relay-order-gone",
    "relay-order-no-relay",
    "relay-order-failed",
    "relay-order-not-operator",
    "relay-order-only-there",
    "relay-order-more",
    "relay-order-removed",
    "relay-order-no-log",
    "relay-order-log-busy",
];
const ARGS: [&str; 11] =
    ["order", "usage", "limit", "name", "room", "count", "unit", "seconds", "topic", "address", "reason"];

/// The sentence with this key and these arguments. `None`: another udpqq says what this one has no text for.
pub fn order_sentence(key: &str, args: impl IntoIterator<Item = (String, Value)>) -> Option<Phrase> {
    let mut phrase = Phrase::new(KEYS.into_iter().find(|known| *known == key)?);
    for (name, value) in args {
        phrase.args.push((ARGS.into_iter().find(|known| *known == name)?, value));
    }
    Some(phrase)
}
