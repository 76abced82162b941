//! Where the peers are that the fuzzer has.

use crate::app::world::{CLUB, HALL, LAN, LOCKED, UDP};
use crate::model::fuzzing::Choices;
use crate::model::{Address, PublicKey};

/// Few, so that they meet. Who has a key is one of four.
const PLACES: [&str; 10] = [
    "udp://10.0.0.1:8081",
    "udp://10.0.0.2:8081",
    "udp://10.0.0.2:40000",
    "udp://mei.lan:8081?encoding=gbk",
    "hall://255.255.255.255:7788",
    "club://h:6000/tea",
    "club://h:6000/two",
    "lan://10.0.0.1:2425",
    "lan://10.0.0.2:2425",
    "lan://10.0.0.3:2425",
];
const KEYS: usize = 4;

pub(super) fn parse(text: &str) -> Option<Address> {
    Address::parse(text, &[UDP, HALL, CLUB, LAN, LOCKED]).ok()
}

/// Of somebody; in one of three cases of somebody with a key.
pub(super) fn address(choices: &mut Choices<'_>) -> Option<Address> {
    let at = choices.below(PLACES.len() + 2 * KEYS);
    if let Some(place) = PLACES.get(at) {
        return parse(place);
    }
    let number = u8::try_from((at - PLACES.len()) % KEYS + 2).unwrap_or_default();
    Some(Address::from_key(LOCKED, PublicKey::from_bytes([number; 32]).ok()?))
}
