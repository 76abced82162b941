//! What one session knows of the socket that carries it, which all rooms of one relay share.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::dialects::relay::frame::{Cookie, FromMember};
use crate::model::LinkId;
use crate::wire::Ctx;

/// A cookie is good for 15 seconds at least.
const COOKIE_LIFE: Duration = Duration::from_secs(10);
/// An answer to a question of another room is on its way for so long.
const ANSWER: Duration = Duration::from_millis(500);

/// What was learned for one room and serves all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SharedNews {
    /// What proves our address, and which address of the relay gave it when.
    pub(super) cookie: Option<(SocketAddr, Cookie, Instant)>,
    /// Which relay was asked last, and when: it answers for all rooms.
    pub(super) asked: Option<(SocketAddr, Instant)>,
    /// When the relay let us into a room again: it may not know the other memberships any more.
    pub(super) rejoined: Option<Instant>,
}

impl SharedNews {
    pub(super) fn cookie(&self, now: Instant) -> Option<(SocketAddr, Cookie)> {
        let (from, cookie, since) = self.cookie?;
        (now.saturating_duration_since(since) < COOKIE_LIFE).then_some((from, cookie))
    }

    /// Whether another question would only be one more.
    pub(super) fn was_asked(&self, now: Instant, relay: SocketAddr) -> bool {
        self.asked.is_some_and(|(at, asked)| at == relay && now.saturating_duration_since(asked) < ANSWER)
    }
}

#[derive(Debug, Default)]
pub(super) struct SessionSocket {
    /// When it is open or on the way.
    pub(super) link: Option<LinkId>,
    /// One is wanted.
    pub(super) wanted: bool,
    pub(super) news: SharedNews,
    /// Another room is asking for a cookie.
    pub(super) waits: bool,
}

impl SessionSocket {
    pub(super) const fn open(&mut self) {
        self.wanted = true;
    }

    /// Whether there is one, it serves this session no longer.
    pub(super) const fn close(&mut self) {
        (self.link, self.wanted) = (None, false);
    }

    pub(super) fn send(&self, cx: &mut Ctx<'_>, to: SocketAddr, frame: &FromMember<'_>) {
        if let Some(link) = self.link {
            let mut bytes = Vec::new();
            frame.encode(&mut bytes);
            cx.send(link, to, bytes.into(), None);
        }
    }
}
