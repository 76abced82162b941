//! The frames between a relay and a framed member: bytes to fields and back. Decides nothing.
//!
//! The header of [`crate::dialects::relay`] holds the format. Decoding borrows from the datagram and allocates
//! nothing; encoding appends to the caller's buffer. Whatever is not exactly a frame is `None`: too short, too long,
//! a name that is no UTF-8, an entry that ends too late.

mod entry;
mod from_member;
mod from_relay;
mod news;
mod order;
mod relays;
#[cfg(test)]
mod tests;

pub use entry::{
    BundleEntries, BundleEntry, Kept, Listed, LogLines, MemberPage, Rules, begin_bundle, put_line,
};
pub use from_member::{FromMember, Join, MemberRequest};
pub use from_relay::{FromRelay, LogPart, RefusalReason, Welcome};
pub use news::{NewsList, RoomNews};
pub use order::{ClaimRefusal, OperatorClaim, SentenceList, WordList, encode_sentences, put_words};
pub use relays::{MAX_RELAYS, RelayList, put_relay};

use std::fmt;

use crate::model::WallTime;
use crate::wire::cursor::Put;

/// What every frame begins with, before its kind. No text in any encoding we know begins with FF.
pub const MAGIC: [u8; 3] = [0xff, 0x71, 0x01];

/// Bytes of a hello, with its padding: more than the challenge it is answered with, so nobody is flooded by it.
pub const HELLO_LENGTH: usize = 64;

/// Bytes that a ping and a message have at least, with their padding: as many as the answer that brings a cookie, so that
/// whoever is not a member any more is let in again without a hello.
pub const REQUEST_LENGTH: usize = 28;

/// Bytes of a cookie: not to be guessed.
pub const COOKIE_LENGTH: usize = 16;

/// Bytes of one datagram that several entries share: with IP and UDP headers below what every path carries whole.
pub const MAX_BUNDLE: usize = 1_200;

/// Bytes of one message: with a name before it still one datagram of at most 65,507.
pub const MAX_TEXT: usize = 60_000;

/// Characters of a name or a room: more does not fit into a list on the screen.
pub const MAX_NAME_CHARS: usize = 32;

/// Microseconds of a millisecond.
const MICROS: i64 = 1_000;

/// Bytes of what makes one password another key in each room.
pub const SALT_LENGTH: usize = 16;

/// Bytes of a proof that a password is known.
const PROOF_LENGTH: usize = 32;

/// Proof that its owner knows a password: of a room, or of who is in charge.
pub type KeyProof = [u8; PROOF_LENGTH];

/// Proof that its owner receives at its address.
pub type Cookie = [u8; COOKIE_LENGTH];

/// Proves that an id is its member's. A secret: it shows nowhere, and how long a comparison takes does not tell how much
/// of it was right.
#[derive(Clone, Copy, Default)]
pub struct MemberToken(pub u64);

impl MemberToken {
    pub const NONE: Self = Self(0);
}

impl PartialEq for MemberToken {
    fn eq(&self, other: &Self) -> bool {
        std::hint::black_box(self.0 ^ other.0) == 0
    }
}

impl Eq for MemberToken {}

impl fmt::Debug for MemberToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::NONE { "MemberToken(none)" } else { "MemberToken(…)" })
    }
}

/// Whether these bytes are meant as a frame, good or bad.
pub fn is_frame(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

fn begin<P: Put>(out: &mut P, kind: u8) -> &mut P {
    out.bytes(&MAGIC).u8(kind)
}

/// A time as the wire has it: milliseconds since 1970; what was before counts as then.
fn millis(at: WallTime) -> u64 {
    u64::try_from(at.0 / MICROS).unwrap_or_default()
}

/// `None`: later than any clock.
fn wall_time(millis: u64) -> Option<WallTime> {
    i64::try_from(millis).ok()?.checked_mul(MICROS).map(WallTime)
}
