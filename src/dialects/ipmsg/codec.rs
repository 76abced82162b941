//! What an address must say, and what a text may be. How it is cut into packets is in `encoder`.

use super::feiq;
use crate::model::address::GROUP;
use crate::model::person::PERSON;
use crate::model::{Address, AddressError, Fault, Person};
use crate::wire::{Encoding, plain};

/// A text goes out in as many packets as it takes, up to this size: more is a file, not a message.
const MAX_TEXT: usize = 65_536;

pub(super) fn validate(address: &Address) -> Result<(), AddressError> {
    plain::validate(address, |key, value| {
        // Rooms are where groups of many are heard.
        let many = || address.literal().is_some_and(|at| at.ip().is_multicast());
        (key == PERSON && Person::parse(value).is_some()) || (key == GROUP && feiq::is_id(value) && many())
    })
}

/// Only what the address says can be judged: the encoding of a peer that nobody set may be learned later.
pub(super) fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    let encoding = plain::encoding_of(address);
    judge(encoding, &feiq::written(encoding, text))
}

pub(super) fn judge(encoding: Encoding, text: &str) -> Result<usize, Fault> {
    let beyond = |character| Fault::CannotEncode { character, encoding: encoding.name().to_owned() };
    let bytes = encoding.encode(text).map_err(beyond)?.len();
    if text.contains('\0') {
        // It would end the text for the other side.
        return Err(beyond('\0'));
    }
    if bytes > MAX_TEXT { Err(Fault::TooLarge { bytes, limit: MAX_TEXT }) } else { Ok(bytes) }
}
