//! How much may happen: the numbers, and the rate limits of each member and of all together.

use std::time::{Duration, Instant};

use super::api::{RelayLimit, RelayOptions};
use super::claim_guard::ClaimGuard;
use crate::dialects::relay::frame::RefusalReason;
use crate::model::bucket::{Bucket, Limit, Rate};

/// A member may be ahead of its rate by so much: pasting a few lines is no flood.
const BURST: Duration = Duration::from_secs(2);
/// The bandwidth is kept over this long.
const BANDWIDTH_BURST: Duration = Duration::from_secs(1);
/// A limit is spoken of once in so long, to the member and in the log.
const NOTICES: Limit = Limit { burst: 1, each: Duration::from_secs(1) };
/// An echo is told of once in so long, so that the notice itself, sent back, is not answered.
const ECHO_NOTICES: Limit = Limit { burst: 1, each: Duration::from_mins(1) };
/// Frames of a member that are no messages: pings, lists, what it missed. Ten times what a quiet member needs.
const REQUESTS: Rate = Rate { per_second: 50, burst: BURST };
/// Joining and leaving is told to the room, so it must not be an easy way to make noise.
pub(super) const JOINS: Rate = Rate { per_second: 1, burst: Duration::from_secs(5) };
/// The same of one program that is in many rooms: it comes back to all of them at once.
pub(super) const ALL_JOINS: Rate = Rate { per_second: 20, burst: Duration::from_secs(20) };
/// Events nobody has taken; further ones are lost.
pub(super) const MAX_EVENTS: usize = 4_096;
/// Bytes that the name and the frame add to a message, as far as limits are concerned.
const OVERHEAD: usize = 16;

/// What a member has used up of its limits.
#[derive(Debug, Default)]
pub(super) struct MemberQuota {
    messages: Bucket,
    bytes: Bucket,
    requests: Bucket,
    notices: Bucket,
    echo_notices: Bucket,
}

impl MemberQuota {
    pub(super) fn may_ask(&mut self, now: Instant) -> bool {
        self.requests.pass(now, REQUESTS)
    }

    pub(super) fn may_be_noticed(&mut self, now: Instant) -> bool {
        self.notices.take(now, 1, NOTICES)
    }

    pub(super) fn may_be_told_of_echo(&mut self, now: Instant) -> bool {
        self.echo_notices.take(now, 1, ECHO_NOTICES)
    }
}

#[derive(Debug)]
pub(super) struct RelayLimits {
    messages: Rate,
    bytes: Rate,
    bandwidth: Rate,
    /// What all members together are sent.
    total: Bucket,
    pub(super) claims: ClaimGuard,
}

impl RelayLimits {
    pub(super) fn new(options: &RelayOptions) -> Self {
        Self {
            messages: Rate { per_second: options.rate.into(), burst: BURST },
            bytes: Rate { per_second: options.bytes.into(), burst: BANDWIDTH_BURST },
            bandwidth: Rate { per_second: options.bandwidth, burst: BANDWIDTH_BURST },
            total: Bucket::default(),
            claims: ClaimGuard::default(),
        }
    }

    /// Takes so many bytes to so many, if the limits allow it. What they refuse costs nothing.
    pub(super) fn afford(
        &mut self,
        now: Instant,
        quota: &mut MemberQuota,
        bytes: usize,
        receivers: usize,
    ) -> Result<(), RelayLimit> {
        if !quota.messages.is_open(now, self.messages) {
            return Err(RelayLimit::Rate);
        }
        if !quota.bytes.is_open(now, self.bytes) {
            return Err(RelayLimit::Bytes);
        }
        if !self.has_bandwidth(now) {
            return Err(RelayLimit::Bandwidth);
        }
        quota.messages.charge(now, 1, self.messages);
        quota.bytes.charge(now, u64::try_from(bytes).unwrap_or(u64::MAX), self.bytes);
        self.charge(now, bytes.saturating_add(OVERHEAD).saturating_mul(receivers));
        Ok(())
    }

    pub(super) fn has_bandwidth(&self, now: Instant) -> bool {
        self.total.is_open(now, self.bandwidth)
    }

    /// So many bytes are sent.
    pub(super) fn charge(&mut self, now: Instant, bytes: usize) {
        self.total.charge(now, u64::try_from(bytes).unwrap_or(u64::MAX), self.bandwidth);
    }
}

/// As a framed member is told it.
pub(super) const fn reason(limit: RelayLimit) -> RefusalReason {
    match limit {
        RelayLimit::Members => RefusalReason::Full,
        RelayLimit::Rooms => RefusalReason::Rooms,
        RelayLimit::Rate => RefusalReason::Rate,
        RelayLimit::Bytes => RefusalReason::Bytes,
        RelayLimit::Bandwidth => RefusalReason::Bandwidth,
        RelayLimit::TooLong => RefusalReason::TooLong,
        RelayLimit::Log => RefusalReason::Apart,
        RelayLimit::Kicked => RefusalReason::Kicked,
        RelayLimit::Banned => RefusalReason::Banned,
        RelayLimit::Closed => RefusalReason::Closed,
        RelayLimit::Password => RefusalReason::Password,
        RelayLimit::Muted => RefusalReason::Muted,
        RelayLimit::Moderated => RefusalReason::Moderated,
        RelayLimit::Slow(_) => RefusalReason::Slow,
    }
}
