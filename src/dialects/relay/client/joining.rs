//! The handshake: hello, challenge, join, welcome; and again, for as long as it takes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::identity::RelayIdentity;
use super::locator::RelayLocator;
use super::naming::room_of;
use super::socket::SessionSocket;
use crate::dialects::relay::frame::{Cookie, FromMember, Join};
use crate::wire::endpoint::same_endpoint;
use crate::wire::{Backoff, Ctx};

/// When a hello or a join is sent again. A relay that restarts is back within seconds; one that is not there by then may
/// never be.
const AGAIN_SOON: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(1) };
const AGAIN: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(3) };
/// Hellos that are sent soon: for about ten seconds.
const SOON_HELLOS: u32 = 10;
/// Joins with one cookie, which is good for 15 seconds.
const MAX_JOINS: u32 = 4;
/// Hellos after which the name is looked up again: ten seconds at first, then half a minute.
const HELLOS_PER_LOOKUP: u32 = 10;

/// We are asking to be let in.
#[derive(Debug)]
pub(super) struct Joining {
    nonce: u64,
    /// What the relay gave us to prove where we are, and which of its addresses it was.
    cookie: Option<(SocketAddr, Cookie)>,
    hellos: u32,
    joins: u32,
    /// Another room asks for us, too.
    waited: bool,
    /// When to ask next.
    pub(super) again: Instant,
    /// The name of the last join.
    pub(super) name: String,
}

impl Joining {
    /// `again`: when to ask first.
    pub(super) const fn new(cx: &mut Ctx<'_>, again: Instant) -> Self {
        Self {
            nonce: cx.rng.next(),
            cookie: None,
            hellos: 0,
            joins: 0,
            waited: false,
            again,
            name: String::new(),
        }
    }

    /// The relay refused the name of the last join: there is another one.
    pub(super) const fn join_anew(&mut self, now: Instant) {
        (self.joins, self.again) = (0, now);
    }

    /// Sends what is due.
    pub(super) fn ask(
        &mut self,
        cx: &mut Ctx<'_>,
        socket: &mut SessionSocket,
        locator: &mut RelayLocator,
        identity: &RelayIdentity,
    ) {
        let now = cx.now.mono;
        self.take_shared(now, socket, locator);
        if self.again > now {
            return;
        }
        if self.joins >= MAX_JOINS {
            (self.cookie, self.joins) = (None, 0);
            socket.news.cookie = None;
        }
        if self.cookie.is_none() && socket.waits {
            (self.again, self.waited) = (cx.after_about(AGAIN_SOON.first), true);
            return;
        }
        if let Some((to, cookie)) = self.cookie {
            let (name, room) = (identity.wanted_name(), room_of(&locator.address));
            let (nonce, id, token) = (self.nonce, identity.id, identity.token);
            let join = Join { nonce, cookie, id, token, name: &name, room };
            socket.send(cx, to, &FromMember::Join(join));
            self.again = cx.after_about(AGAIN_SOON.pause(self.joins));
            self.joins = self.joins.saturating_add(1);
            self.name = name;
        } else {
            self.say_hello(cx, socket, locator);
        }
    }

    pub(super) const fn wants_cookie(&self) -> bool {
        self.cookie.is_none()
    }

    /// The cookie that another room of this relay was given is for our address as well, and may be younger than ours.
    fn take_shared(&mut self, now: Instant, socket: &SessionSocket, locator: &RelayLocator) {
        let Some((from, cookie)) = socket.news.cookie(now) else { return };
        let target = locator.find(from).map(|target| (target, cookie));
        if target.is_some() && self.cookie != target && self.joins < MAX_JOINS {
            // When a relay is gone, all rest before they ask again.
            if self.hellos > 0 || self.joins > 0 || self.waited {
                self.again = now;
            }
            self.cookie = target;
        }
    }

    fn say_hello(&mut self, cx: &mut Ctx<'_>, socket: &SessionSocket, locator: &mut RelayLocator) {
        let tries = usize::try_from(self.hellos).unwrap_or(usize::MAX);
        let turn = tries.checked_rem(locator.targets.len()).unwrap_or(0);
        let backoff = if self.hellos < SOON_HELLOS { AGAIN_SOON } else { AGAIN };
        self.again = cx.after_about(backoff.pause(self.hellos));
        self.hellos = self.hellos.saturating_add(1);
        if let Some(to) = locator.targets.get(turn) {
            socket.send(cx, *to, &FromMember::Hello { nonce: self.nonce });
        }
        if self.hellos.is_multiple_of(HELLOS_PER_LOOKUP) {
            locator.look_up(cx);
        }
    }

    /// A cookie came from this target.
    pub(super) const fn on_challenge(&mut self, now: Instant, from: SocketAddr, nonce: u64, cookie: Cookie) {
        if nonce == self.nonce {
            // One that follows a join says that the cookie was too old: it is for the next.
            if self.cookie.is_none() {
                self.again = now;
            }
            self.cookie = Some((from, cookie));
        }
    }

    pub(super) const fn has_asked(&self, nonce: u64) -> bool {
        nonce == self.nonce
    }

    /// Where the relay is, if this answers the last join.
    pub(super) fn answered(&self, from: SocketAddr, nonce: u64) -> Option<SocketAddr> {
        let (at, _) = self.cookie?;
        (nonce == self.nonce && same_endpoint(from, at)).then_some(at)
    }

    /// ICMP: no relay at one of the targets. `false`: there is none at any of them.
    pub(super) fn try_next_target(&mut self, now: Instant, locator: &RelayLocator) -> bool {
        let more = usize::try_from(self.hellos).is_ok_and(|tried| tried < locator.targets.len());
        if more {
            self.again = now;
        }
        more
    }
}
