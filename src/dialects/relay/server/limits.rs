//! How much may happen: the numbers, and the bucket that counts in seconds.

use std::time::{Duration, Instant};

/// Members of all rooms: with what one may cost (64 KiB) still a small program.
pub const MAX_MEMBERS: usize = 4_096;
/// A room costs a ring; more of them than this are read by nobody.
pub const MAX_ROOMS: usize = 256;
/// Faster than anybody types, slow enough that one member drowns no room.
pub const MESSAGES_PER_SECOND: u32 = 20;
/// One message of the greatest length a second.
pub const BYTES_PER_SECOND: u32 = 64 * 1_024;
/// Half of what a network of 1 Gbit/s carries.
pub const BANDWIDTH: u64 = 64 * 1_024 * 1_024;
/// What keeps a plain member is only its own writing; a minute is also what NATs keep a path open for.
pub const SILENCE: Duration = Duration::from_mins(1);

/// A member may be ahead of its rate by so much: pasting a few lines is no flood.
pub(super) const BURST: Duration = Duration::from_secs(2);
/// The bandwidth is kept over this long.
pub(super) const BANDWIDTH_BURST: Duration = Duration::from_secs(1);
/// A limit is spoken of once in so long, to the member and in the log.
pub(super) const NOTICE_PAUSE: Duration = Duration::from_secs(1);
/// Frames of a member that are no messages: pings, lists, what it missed. Ten times what a quiet member needs.
pub(super) const REQUESTS_PER_SECOND: u64 = 50;
/// Joining and leaving is told to the room, so it must not be an easy way to make noise.
pub(super) const JOINS_PER_SECOND: u64 = 1;
pub(super) const JOINS_BURST: Duration = Duration::from_secs(5);
/// Events nobody has taken; further ones are lost.
pub(super) const MAX_EVENTS: usize = 4_096;

/// What was used and is not paid off by time yet. Something is allowed while less than the burst is owed, so even
/// the greatest message is allowed once, and the average holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    paid: Option<Instant>,
}

impl Bucket {
    pub(super) fn has_room(self, now: Instant, burst: Duration) -> bool {
        self.paid.is_none_or(|paid| paid.saturating_duration_since(now) < burst)
    }

    pub(super) fn charge(&mut self, now: Instant, cost: Duration) {
        let from = self.paid.map_or(now, |paid| paid.max(now));
        self.paid = from.checked_add(cost).or(self.paid);
    }

    /// Charges one of `per_second` if there is room for it.
    pub(super) fn take(&mut self, now: Instant, per_second: u64, burst: Duration) -> bool {
        let room = self.has_room(now, burst);
        if room {
            self.charge(now, cost(1, per_second));
        }
        room
    }
}

/// How long `amount` takes at `per_second`.
pub(super) fn cost(amount: u64, per_second: u64) -> Duration {
    let nanos = u128::from(amount).saturating_mul(1_000_000_000).checked_div(u128::from(per_second.max(1)));
    Duration::from_nanos(nanos.and_then(|nanos| u64::try_from(nanos).ok()).unwrap_or(u64::MAX))
}
