//! Text to bytes, and what an address must say for that.

use crate::model::{Address, AddressError, Fault};
use crate::wire::{Encoding, plain};

/// A message is at most 1 MiB on the wire, its line ending included. A stream itself knows no limit: this one bounds
/// what a peer that reads nothing makes us keep, and is far more than a person writes (a book has as much).
const MAX_WIRE: usize = 1024 * 1024;
const LINE_END: &[u8] = b"\n";
/// The same for every framing, so that what was taken stays sendable when the framing of a contact changes.
pub(super) const MAX_TEXT: usize = MAX_WIRE - LINE_END.len();

/// The option of an address that says where a message ends.
const FRAMING: &str = "framing";
const LINE: &str = "line";

/// How the bytes of a stream become messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Framing {
    pub(super) encoding: Encoding,
    /// A message is a line; otherwise it is what one read brings.
    pub(super) lines: bool,
}

impl Framing {
    /// What a stranger speaks.
    pub(super) const PLAIN: Self = Self { encoding: Encoding::UTF_8, lines: false };

    pub(super) fn of(address: &Address) -> Self {
        Self { encoding: plain::encoding_of(address), lines: address.option(FRAMING) == Some(LINE) }
    }
}

pub(super) fn validate(address: &Address) -> Result<(), AddressError> {
    plain::validate(address, |key, value| (key, value) == (FRAMING, LINE))
}

pub(super) fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    encode(address, text).map(|bytes| bytes.len())
}

/// The bytes that go over the wire.
pub(super) fn encode(address: &Address, text: &str) -> Result<Vec<u8>, Fault> {
    let mut bytes = plain::encode(address, text, MAX_TEXT)?;
    if Framing::of(address).lines {
        bytes.extend_from_slice(LINE_END);
    }
    Ok(bytes)
}
