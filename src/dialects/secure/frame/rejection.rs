//! Why an entry will never be kept, as its sender is told.

use super::Malformed;
use crate::model::Fault;

/// What is wrong with an entry that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialects::secure) enum Rejection {
    /// It breaks the rules of its kind.
    Malformed,
    TooLong,
    /// Nobody there wants it.
    Unwanted,
}

impl Rejection {
    /// As it stands in a frame.
    pub(in crate::dialects::secure) const fn code(self) -> u32 {
        match self {
            Self::Malformed => 1,
            Self::TooLong => 2,
            Self::Unwanted => 3,
        }
    }

    /// What the sender of an entry of so many bytes is told; `limit`: what would have been taken.
    pub(in crate::dialects::secure) const fn fault(code: u32, bytes: usize, limit: usize) -> Fault {
        if code == Self::TooLong.code() { Fault::TooLarge { bytes, limit } } else { Fault::Refused }
    }
}

impl From<Malformed> for Rejection {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}
