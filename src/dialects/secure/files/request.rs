//! What a file is asked for with, and how it is refused.
//!
//! ```text
//! request   1 ‖ uid 16 ‖ index u16 ‖ from u64 ‖ prefix 32 (BLAKE3 of the first `from` bytes that the asker has)
//!           of a folder: see `resuming`
//! answer    0 ‖ size u64, and what `body` says; or the code of a refusal
//! ```
//! A stream that is broken off is reset with a code of the same list. The asker ends its own side when it has all.

use crate::model::{Fault, Uid};
use crate::wire::cursor::{Cursor, Put as _};
use crate::wire::disk::FileHash;

/// The first byte of a stream that asks for a file.
pub(super) const ASKS: u8 = 1;
/// The first byte of an answer that is no refusal.
pub(super) const GIVES: u8 = 0;
/// Bytes of a request.
pub(super) const LENGTH: usize = 59;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RangeRequest {
    pub uid: Uid,
    pub index: u16,
    pub from: u64,
    pub prefix: FileHash,
}

impl RangeRequest {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.u8(ASKS).bytes(&self.uid.0).u16(self.index).u64(self.from).bytes(&self.prefix);
        bytes
    }

    /// `None`: it is no request of this kind.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = Cursor::new(bytes);
        rest.u8().filter(|kind| *kind == ASKS)?;
        let (uid, index, from, prefix) = (Uid(rest.array()?), rest.u16()?, rest.u64()?, rest.array()?);
        rest.is_empty().then_some(Self { uid, index, from, prefix })
    }
}

/// Why a file is not given, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    NotOffered,
    Changed,
    /// What the asker has is not the beginning of it.
    PrefixDiffers,
    /// Too many are under way; later perhaps.
    Busy,
    Disk,
    /// A person stopped it.
    Stopped,
    Malformed,
    Stalled,
}

impl Refusal {
    const ALL: [Self; 8] = [
        Self::NotOffered,
        Self::Changed,
        Self::PrefixDiffers,
        Self::Busy,
        Self::Disk,
        Self::Stopped,
        Self::Malformed,
        Self::Stalled,
    ];

    pub(super) const fn code(self) -> u8 {
        match self {
            Self::NotOffered => 1,
            Self::Changed => 2,
            Self::PrefixDiffers => 3,
            Self::Busy => 4,
            Self::Disk => 5,
            Self::Stopped => 6,
            Self::Malformed => 7,
            Self::Stalled => 8,
        }
    }

    /// A code of a later version only says that it is over.
    pub(super) fn from_code(code: u64) -> Self {
        Self::ALL.into_iter().find(|one| u64::from(one.code()) == code).unwrap_or(Self::Stopped)
    }

    /// What the side is told that was refused.
    pub(super) const fn fault(self) -> Fault {
        match self {
            Self::NotOffered => Fault::NotOffered,
            Self::Changed => Fault::Changed,
            Self::Busy => Fault::Busy,
            Self::Disk => Fault::PeerDisk,
            Self::Stopped => Fault::PeerStopped,
            Self::PrefixDiffers | Self::Malformed => Fault::Malformed,
            Self::Stalled => Fault::Stalled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written_and_nothing_else_is_one() {
        let request = RangeRequest { uid: Uid([7; 16]), index: 300, from: 1 << 40, prefix: [9; 32] };
        let bytes = request.encode();
        assert_eq!((bytes.len(), RangeRequest::decode(&bytes)), (LENGTH, Some(request)));
        for bad in [&bytes[..58], &[bytes.clone(), vec![0]].concat(), &[&[2], &bytes[1..]].concat()] {
            assert_eq!(RangeRequest::decode(bad), None);
        }
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::from_code(refusal.code().into()), refusal);
        }
    }
}
