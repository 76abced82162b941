//! The ids and numbers by which files are asked for, as their digits stand.
//!
//! Most programs write an id decimal in a list and hexadecimal in a request. Some write and read it hexadecimal in both, and
//! some send it back digit for digit; which of them a peer runs nobody says.

use super::super::packet::{decimal, hexadecimal};

/// Digits of an id: 64 bits.
const MAX_DIGITS: usize = 16;

/// The id of a file that others offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct FileId(String);

impl FileId {
    pub(super) fn read(field: &[u8]) -> Option<Self> {
        let good = field.len() <= MAX_DIGITS && hexadecimal(field).is_some();
        good.then(|| Self(String::from_utf8_lossy(field).into_owned()))
    }

    /// As it is asked for at first: what can be decimal is.
    pub(super) fn usual(&self) -> String {
        hexadecimal_of(&self.0)
    }

    /// As it is asked for where nobody knows the usual one; `None`: that is the same.
    pub(super) fn unusual(&self) -> Option<String> {
        (self.usual() != self.0).then(|| self.0.clone())
    }
}

/// Decimal digits as hexadecimal ones. What is no decimal number stays as it stands.
pub(super) fn hexadecimal_of(digits: &str) -> String {
    digits.parse::<u128>().map_or_else(|_| digits.to_owned(), |value| format!("{value:x}"))
}

/// A field of a request for something of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    hexadecimal: u64,
    /// Where all of the digits are decimal.
    decimal: Option<u32>,
}

impl Asked {
    pub(super) fn read(field: &[u8]) -> Option<Self> {
        Some(Self { hexadecimal: hexadecimal(field)?, decimal: decimal(field) })
    }

    /// The ways to read it, the usual one first.
    pub(super) fn readings(self) -> impl Iterator<Item = u32> {
        u32::try_from(self.hexadecimal).into_iter().chain(self.decimal)
    }
}
