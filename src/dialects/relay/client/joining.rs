//! The handshake: hello, challenge, join, welcome; and again, for as long as it takes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::credentials::Credentials;
use super::identity::RelayIdentity;
use super::locator::RelayLocator;
use super::naming::room_of;
use super::socket::SessionSocket;
use crate::dialects::relay::frame::{Cookie, FromMember, FromRelay, Join, Welcome};
use crate::wire::endpoint::same_endpoint;
use crate::wire::{Backoff, Ctx};

/// When a hello or a join is sent again. A relay that restarts is back within seconds; one that is not there by then may
/// never be.
const AGAIN_SOON: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(1) };
const AGAIN: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(3) };
/// Hellos that are sent soon: for about ten seconds.
const SOON_HELLOS: u32 = 10;
/// Joins with one cookie, which is good for 15 seconds; where another relay will do, it need not be this one.
const MAX_JOINS: u32 = 4;
const MAX_JOINS_OF_ONE: u32 = 2;
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
    /// The relay that is tried first, and the one that is tried last.
    first: Option<SocketAddr>,
    last: Option<SocketAddr>,
    /// Those that are not asked again.
    refused: Vec<SocketAddr>,
    /// Until then nothing but a cookie is asked for.
    hold: Option<Instant>,
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
            first: None,
            last: None,
            refused: Vec::new(),
            hold: None,
            again,
            name: String::new(),
        }
    }

    /// The relay to begin with, where another than the first of the list is meant.
    #[must_use]
    pub(super) const fn from(mut self, first: Option<SocketAddr>) -> Self {
        self.first = first;
        self
    }

    /// Begins with this relay, if any, and tries that one last, which is gone.
    pub(super) const fn go_on(&mut self, first: Option<SocketAddr>, gone: SocketAddr) {
        (self.first, self.last) = (first, Some(gone));
    }

    /// Asks any other than this relay, and joins none before that time.
    #[must_use]
    pub(super) fn instead_of(mut self, relay: SocketAddr, hold: Option<Instant>) -> Self {
        self.refused.push(relay);
        (self.hold, self.last) = (hold, Some(relay));
        self
    }

    /// Whether a relay was asked for more than a cookie.
    pub(super) const fn has_joined(&self) -> bool {
        self.joins > 0
    }

    /// Whether this is about a relay that is only silent.
    pub(super) const fn is_in_doubt(&self) -> bool {
        self.hold.is_some()
    }

    /// There is nothing to be waited for any longer.
    pub(super) fn hurry(&mut self, now: Instant) {
        if self.hold.take().is_some() {
            self.again = now;
        }
    }

    /// The relay that was asked to let us in does not. `false`: there is no other.
    pub(super) fn try_another(&mut self, now: Instant, locator: &RelayLocator) -> bool {
        self.refused.extend(self.cookie.take().map(|(at, _)| at));
        let more = !self.candidates(locator).is_empty();
        if more {
            (self.joins, self.again) = (0, now);
        }
        more
    }

    /// Whom to ask, in which order.
    fn candidates(&self, locator: &RelayLocator) -> Vec<SocketAddr> {
        let mut targets = locator.targets.clone();
        if let Some(last) = self.last.and_then(|last| targets.iter().position(|at| same_endpoint(*at, last)))
        {
            targets.rotate_left(last.saturating_add(1));
        }
        if let Some(first) =
            self.first.and_then(|first| targets.iter().position(|at| same_endpoint(*at, first)))
        {
            let first = targets.remove(first);
            targets.insert(0, first);
        }
        targets.retain(|at| !self.refused.iter().any(|refused| same_endpoint(*at, *refused)));
        targets
    }

    /// The relay refused the name of the last join: there is another one.
    pub(super) const fn join_anew(&mut self, now: Instant) {
        (self.joins, self.again) = (0, now);
    }

    /// The room has a password that we know: what is answered to the join before means nothing any more.
    pub(super) const fn join_with_proof(&mut self, cx: &mut Ctx<'_>) {
        self.nonce = cx.rng.next();
        self.join_anew(cx.now.mono);
    }

    /// Sends what is due.
    pub(super) fn ask(
        &mut self,
        cx: &mut Ctx<'_>,
        socket: &mut SessionSocket,
        locator: &mut RelayLocator,
        identity: &RelayIdentity,
        credentials: &Credentials,
    ) {
        let now = cx.now.mono;
        self.take_shared(now, socket, locator);
        if self.again > now {
            return;
        }
        let most = if locator.has_others() { MAX_JOINS_OF_ONE } else { MAX_JOINS };
        if self.joins >= most {
            (self.cookie, self.joins) = (None, 0);
            socket.news.cookie = None;
        }
        if self.cookie.is_none() && socket.waits {
            (self.again, self.waited) = (cx.after_about(AGAIN_SOON.first), true);
            return;
        }
        if let (Some(_), Some(hold)) = (self.cookie, self.hold.filter(|hold| now < *hold)) {
            self.again = hold;
        } else if let Some((to, cookie)) = self.cookie {
            let (name, room) = (identity.wanted_name(), room_of(&locator.address));
            let join = self.join(cookie, identity, &name, room, credentials);
            socket.send(cx, to, &FromMember::Join(join));
            self.again = cx.after_about(AGAIN_SOON.pause(self.joins));
            self.joins = self.joins.saturating_add(1);
            self.name = name;
        } else {
            self.say_hello(cx, socket, locator);
        }
    }

    fn join<'j>(
        &self,
        cookie: Cookie,
        identity: &RelayIdentity,
        name: &'j str,
        room: &'j str,
        credentials: &'j Credentials,
    ) -> Join<'j> {
        let (nonce, id, token) = (self.nonce, identity.id, identity.token);
        let proof = credentials.room.prove(nonce, &cookie, room);
        let operator = credentials.operator.claim(nonce, &cookie);
        Join { nonce, cookie, id, token, name, room, proof, operator }
    }

    pub(super) const fn wants_cookie(&self) -> bool {
        self.cookie.is_none()
    }

    /// The cookie that another room of this relay was given is for our address as well, and may be younger than ours.
    fn take_shared(&mut self, now: Instant, socket: &SessionSocket, locator: &RelayLocator) {
        let Some((from, cookie)) = socket.news.cookie(now) else { return };
        let target = locator.find(from).filter(|at| !self.is_refused(*at)).map(|target| (target, cookie));
        let is_other = self.cookie.is_some_and(|(at, _)| !same_endpoint(at, from));
        if target.is_some() && self.cookie != target && !is_other && self.joins < MAX_JOINS {
            // When a relay is gone, all rest before they ask again.
            if self.hellos > 0 || self.joins > 0 || self.waited {
                self.again = now;
            }
            self.cookie = target;
        }
    }

    fn is_refused(&self, at: SocketAddr) -> bool {
        self.refused.iter().any(|refused| same_endpoint(*refused, at))
    }

    fn say_hello(&mut self, cx: &mut Ctx<'_>, socket: &SessionSocket, locator: &mut RelayLocator) {
        let candidates = self.candidates(locator);
        let count = u32::try_from(candidates.len()).unwrap_or(u32::MAX).max(1);
        let turn = self.hellos.checked_rem(count);
        let each = if locator.has_others() { count } else { 1 };
        let round = self.hellos.checked_div(each).unwrap_or_default();
        let backoff = if round < SOON_HELLOS { AGAIN_SOON } else { AGAIN };
        self.again = cx.after_about(backoff.pause(round));
        self.hellos = self.hellos.saturating_add(1);
        let turn = turn.and_then(|turn| usize::try_from(turn).ok());
        if let Some(to) = turn.and_then(|turn| candidates.get(turn)) {
            socket.send(cx, *to, &FromMember::Hello { nonce: self.nonce });
        }
        if self.hellos.is_multiple_of(HELLOS_PER_LOOKUP) {
            locator.look_up(cx);
        }
    }

    /// A cookie came from this target.
    pub(super) fn on_challenge(&mut self, now: Instant, from: SocketAddr, nonce: u64, cookie: Cookie) {
        // Where two relays answer, the first of them is the one.
        let is_other = self.cookie.is_some_and(|(at, _)| at != from);
        if nonce == self.nonce && !is_other && !self.is_refused(from) {
            // One that follows a join says that the cookie was too old: it is for the next.
            if self.cookie.is_none() {
                self.again = now;
            }
            self.cookie = Some((from, cookie));
        }
    }

    /// Whether this answers something that was asked here.
    pub(super) const fn expects(&self, frame: &FromRelay<'_>) -> bool {
        match frame {
            FromRelay::Challenge { nonce, .. } | FromRelay::Welcome(Welcome { nonce, .. }) => {
                *nonce == self.nonce
            }
            FromRelay::Locked { nonce, .. } | FromRelay::Unclaimed { nonce, .. } => *nonce == self.nonce,
            FromRelay::Refused { to, number: 0, .. } => to.0 == self.nonce,
            FromRelay::Bundle { .. }
            | FromRelay::Taken { .. }
            | FromRelay::Pong { .. }
            | FromRelay::Gone { .. }
            | FromRelay::Members { .. }
            | FromRelay::Log(_)
            | FromRelay::Refused { .. }
            | FromRelay::Ordered { .. }
            | FromRelay::Renewed { .. }
            | FromRelay::Unknown { .. }
            | FromRelay::Closing { .. } => false,
        }
    }

    /// Where the relay is, if this answers the last join.
    pub(super) fn answered(&self, from: SocketAddr, nonce: u64) -> Option<SocketAddr> {
        let (at, _) = self.cookie?;
        (nonce == self.nonce && same_endpoint(from, at)).then_some(at)
    }

    /// ICMP: no relay at one of the targets. `false`: there is none at any of them.
    pub(super) fn try_next_target(&mut self, now: Instant, to: SocketAddr, locator: &RelayLocator) -> bool {
        let count = self.candidates(locator).len();
        let more = usize::try_from(self.hellos).is_ok_and(|tried| tried < count);
        if more {
            self.again = now;
        }
        // It was there a moment ago.
        if locator.has_others() && self.cookie.take_if(|(at, _)| same_endpoint(*at, to)).is_some() {
            (self.joins, self.again) = (0, now);
        }
        more
    }
}
