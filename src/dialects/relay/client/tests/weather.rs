//! What a network in memory does to datagrams.

use std::time::Duration;

/// What happens to datagrams.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    /// Of a hundred.
    pub(super) lost: u64,
    pub(super) doubled: u64,
    /// The least, and how much more it may be.
    pub(super) delay: (Duration, Duration),
}

impl Weather {
    pub(super) const FINE: Self =
        Self { lost: 0, doubled: 0, delay: (Duration::from_millis(5), Duration::ZERO) };
    /// One in five is lost, and any may overtake any other of the last tenth of a second.
    pub(super) const BAD: Self =
        Self { lost: 20, doubled: 10, delay: (Duration::from_millis(5), Duration::from_millis(100)) };
    /// One in twenty is lost, and an answer takes a tenth of a second.
    pub(super) const LOSSY: Self =
        Self { lost: 5, doubled: 0, delay: (Duration::from_millis(50), Duration::ZERO) };
}
