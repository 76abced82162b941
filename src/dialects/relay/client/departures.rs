//! Rooms that were left while others of the same relay are not: the relay is told until it says that it knows. One ping speaks
//! for all rooms, so it would take a member whose `leave` was lost for one that is still there.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::dialects::relay::frame::{FromMember, FromRelay, MemberRequest, MemberToken};
use crate::model::LinkId;
use crate::wire::{Backoff, Ctx, Retry};

/// When the relay is told again, and how often in all.
const AGAIN: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(3) };
const MAX_TRIES: u32 = 6;
/// Rooms that are left at one time.
const MAX_DEPARTURES: usize = 1_024;

/// A membership that is over as far as we are concerned.
#[derive(Debug)]
pub(super) struct Departure {
    pub(super) link: LinkId,
    pub(super) relay: SocketAddr,
    pub(super) token: MemberToken,
}

#[derive(Debug, Default)]
pub(super) struct Departures {
    waiting: Vec<(Departure, Retry)>,
}

impl Departures {
    /// The relay was told this once.
    pub(super) fn add(&mut self, cx: &mut Ctx<'_>, departure: Departure) {
        if self.waiting.len() < MAX_DEPARTURES {
            let mut retry = Retry::new(cx.now.mono);
            retry.at = cx.after_about(retry.pause(AGAIN));
            self.waiting.push((departure, retry));
        }
    }

    /// A room that is entered may be one of these, with the same token.
    pub(super) fn cancel(&mut self) {
        self.waiting.clear();
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.waiting.iter().map(|(_, retry)| retry.at).min()
    }

    /// The relay does not know this member any more.
    pub(super) fn on_frame(&mut self, link: LinkId, frame: &FromRelay<'_>) {
        if let FromRelay::Unknown { token, .. } = frame {
            self.waiting.retain(|(left, _)| left.link != link || left.token != *token);
        }
    }

    /// Tells what is due. `is_open`: there are others at this socket.
    pub(super) fn advance(&mut self, cx: &mut Ctx<'_>, is_open: impl Fn(LinkId) -> bool) {
        self.waiting.retain(|(left, retry)| retry.tries < MAX_TRIES && is_open(left.link));
        for (Departure { link, relay, token }, retry) in &mut self.waiting {
            if retry.at <= cx.now.mono {
                retry.at = cx.after_about(retry.pause(AGAIN));
                let mut bytes = Vec::new();
                FromMember::Request { token: *token, request: MemberRequest::Leave }.encode(&mut bytes);
                cx.send(*link, *relay, bytes.into(), None);
            }
        }
    }
}
