//! Text to bytes, and what an address must say for that.

use super::SCHEME;
use crate::model::{Address, AddressError, Fault, Scheme};
use crate::wire::plain::{self, NEWLINE, Newline};
use crate::wire::{Encoding, TextCodec};

pub(super) fn validate(address: &Address) -> Result<(), AddressError> {
    plain::validate(address, |key, value| key == NEWLINE && Newline::from_value(value).is_some())
}

pub(super) fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    PlainUdp::encode(address, text, Newline::None).map(|bytes| bytes.len())
}

#[derive(Debug)]
pub(super) struct PlainUdp;

impl TextCodec for PlainUdp {
    const SCHEME: Scheme = SCHEME;

    /// What the peer ends its own messages with counts where the address says nothing.
    fn encode(address: &Address, text: &str, learned: Newline) -> Result<Vec<u8>, Fault> {
        let limit = plain::max_payload(&address.host);
        let mut bytes = plain::encode(address, text, limit)?;
        let told = Newline::of(address);
        let end = told.unwrap_or(learned).bytes();
        if !end.is_empty() && bytes.ends_with(end) {
            return Ok(bytes);
        }
        let whole = bytes.len().saturating_add(end.len());
        match told {
            Some(_) if whole > limit => return Err(Fault::TooLarge { bytes: whole, limit }),
            // Nobody asked for it, so it makes nothing impossible.
            None if whole > limit => return Ok(bytes),
            Some(_) | None => bytes.extend_from_slice(end),
        }
        Ok(bytes)
    }

    /// A line end that the address tells of is no part of the text.
    fn decode(address: Option<&Address>, bytes: &[u8]) -> (String, bool) {
        let Some(address) = address else { return Encoding::UTF_8.decode(bytes) };
        let end = Newline::of(address).unwrap_or_default().bytes();
        plain::encoding_of(address).decode_message(bytes.strip_suffix(end).unwrap_or(bytes))
    }
}
