//! What may happen to what is on its way between two hosts.

use std::time::Duration;

use super::chance::Chance;
use super::network::LATENCY;

/// What is lost together: for so long, such a share of the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bursts {
    pub(crate) length: Duration,
    pub(crate) percent: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// Of a hundred datagrams.
    pub(crate) lost: u32,
    pub(crate) doubled: u32,
    /// Of a hundred datagrams, one byte each: what somebody on the way can do.
    pub(crate) spoiled: u32,
    /// One way.
    pub(crate) latency: Duration,
    /// Up to so much later, so that what is sent later may arrive sooner.
    pub(crate) jitter: Duration,
    pub(crate) bursts: Option<Bursts>,
    /// Bytes a second that each host may send; what would wait longer than `MAX_WAIT` is lost.
    pub(crate) rate: Option<u32>,
    /// All hosts send over one line of that rate, not each over its own.
    pub(crate) shared: bool,
    /// Bytes of the largest packet; larger ones are cut into fragments or, where that is forbidden, lost without a word.
    pub(crate) mtu: usize,
    /// Streams are read in pieces that have nothing to do with what was written.
    pub(crate) cut: bool,
}

/// Headers of IPv4 and UDP; every fragment has the first.
const HEADERS: usize = 28;
const HEADER: usize = 20;
pub(super) const MAX_WAIT: Duration = Duration::from_millis(200);

impl Weather {
    pub(crate) const CALM: Self = Self {
        lost: 0,
        doubled: 0,
        spoiled: 0,
        latency: LATENCY,
        jitter: Duration::ZERO,
        bursts: None,
        rate: None,
        shared: false,
        mtu: usize::MAX,
        cut: false,
    };
    pub(crate) const ROUGH: Self =
        Self { lost: 20, doubled: 20, jitter: Duration::from_millis(80), cut: true, ..Self::CALM };
    pub(crate) const HOSTILE: Self = Self { spoiled: 40, ..Self::ROUGH };

    /// Whether a datagram of this size gets through, `since` after the beginning: all of its fragments, if it may be cut.
    pub(super) fn passes(
        &self,
        chance: &mut Chance,
        since: Duration,
        (bytes, fragment): (usize, bool),
    ) -> bool {
        let burst = self.bursts.is_some_and(|Bursts { length, percent }| {
            let number = since.as_micros() / length.as_micros();
            Chance::new(u64::try_from(number).unwrap_or_default()).percent(percent)
        });
        let packet = bytes.saturating_add(HEADERS);
        let pieces = if packet <= self.mtu { 1 } else { (packet - HEADER).div_ceil(self.mtu - HEADER) };
        !burst && (pieces == 1 || fragment) && (0..pieces).all(|_| !chance.percent(self.lost))
    }
}
