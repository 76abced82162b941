//! Why this machine would not take or give the bytes of a file.

use super::ErrorCode;

/// Too little room on a disk. All in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} bytes are wanted, {free} are free, {reserved} stay free")]
pub struct Shortage {
    pub free: u64,
    /// What stays free whatever comes.
    pub reserved: u64,
    /// What was still to come. 0: nobody knows.
    pub wanted: u64,
}

impl Shortage {
    /// How much more would have to be free. 0: nobody knows.
    pub const fn lacking(&self) -> u64 {
        self.reserved.saturating_add(self.wanted).saturating_sub(self.free)
    }
}

/// What the disk, or our own care for it, refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskError {
    Code(ErrorCode),
    NoRoom(Shortage),
}

impl From<ErrorCode> for DiskError {
    fn from(code: ErrorCode) -> Self {
        Self::Code(code)
    }
}

impl From<Shortage> for DiskError {
    fn from(shortage: Shortage) -> Self {
        Self::NoRoom(shortage)
    }
}
