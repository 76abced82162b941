//! A membership, from its welcome to its end: whether the relay is still there, whether a frame is meant for it, and the
//! name that the relay calls us by.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::departures::Departure;
use super::joining::Joining;
use super::keep_alive::KeepAlive;
use super::locator::RelayLocator;
use super::socket::SessionSocket;
use crate::dialects::relay::frame::{FromMember, FromRelay, LogPart, MemberRequest, MemberToken, Welcome};
use crate::model::LinkId;
use crate::wire::endpoint::same_endpoint;
use crate::wire::{Backoff, Ctx, Retry};

/// When another name is sent again, and how often in all.
const AGAIN: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(3) };
const MAX_RENAMES: u32 = 8;
/// A member that the relay has forgotten joins at once; but not more often than this, should it be forgotten each time.
const REJOIN: Duration = Duration::from_millis(500);
/// How long it is not looked for another relay when none of them lets us in.
const STAY: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Membership {
    /// The relay.
    pub(super) at: SocketAddr,
    pub(super) keep_alive: KeepAlive,
    /// When the relay last spoke to us as its member.
    pub(super) heard: Instant,
    /// Since when it has let us into other rooms again, which was looked into.
    rejoined: Option<Instant>,
    /// Of the join: its welcome may come twice.
    pub(super) nonce: u64,
    pub(super) token: MemberToken,
    /// What the relay calls us.
    pub(super) name: String,
    /// When a relay that does not know us any more is asked to let us in again.
    pub(super) rejoin: Instant,
    /// Another name, which the relay is told until it confirms it.
    pub(super) renaming: Option<Retry>,
    /// Another relay is asked to let us in.
    pub(super) failover: Option<Box<Joining>>,
    /// None is before that time, since none did.
    rest: Option<Instant>,
    /// The person knows that nothing is taken here.
    pub(super) is_apart: bool,
}

impl Membership {
    pub(super) fn new(cx: &mut Ctx<'_>, at: SocketAddr, welcome: &Welcome<'_>, has_others: bool) -> Self {
        let expiry = Duration::from_secs(u64::from(welcome.expiry));
        Self {
            at,
            keep_alive: KeepAlive::new(cx, expiry, has_others),
            heard: cx.now.mono,
            rejoined: Some(cx.now.mono),
            nonce: welcome.nonce,
            token: welcome.token,
            name: welcome.name.to_owned(),
            rejoin: cx.after(REJOIN),
            renaming: None,
            failover: None,
            rest: None,
            is_apart: false,
        }
    }

    pub(super) fn is_with(&self, at: SocketAddr) -> bool {
        same_endpoint(at, self.at)
    }

    /// What the relay is told until it knows it.
    pub(super) const fn departure(&self, link: LinkId) -> Departure {
        Departure { link, relay: self.at, token: self.token }
    }

    /// Takes notice of a frame that is meant for this membership.
    pub(super) fn on_frame(&mut self, cx: &Ctx<'_>, frame: &FromRelay<'_>) {
        self.keep_alive.on_heard(cx);
        if !matches!(frame, FromRelay::Unknown { .. } | FromRelay::Closing { .. }) {
            self.heard = cx.now.mono;
        }
        // It is there after all, or takes messages again.
        let takes = matches!(frame, FromRelay::Taken { .. } | FromRelay::Bundle { .. });
        self.is_apart &= !takes;
        self.failover.take_if(|joining| !joining.has_joined() && (takes || joining.is_in_doubt()));
    }

    /// Asks other relays to let us in. None is joined before `hold`, until when this one may still say something.
    pub(super) fn look_elsewhere(&mut self, cx: &mut Ctx<'_>, hold: Option<Instant>) {
        let now = cx.now.mono;
        match &mut self.failover {
            Some(joining) if hold.is_none() => joining.hurry(now),
            None if self.rest.is_none_or(|rest| rest <= now) => {
                self.failover = Some(Box::new(Joining::new(cx, now).instead_of(self.at, hold)));
            }
            Some(_) | None => {}
        }
    }

    /// Another relay does not let us in. Where none does, this one has to do.
    pub(super) fn on_refused_elsewhere(&mut self, cx: &Ctx<'_>, locator: &RelayLocator) {
        let now = cx.now.mono;
        if self.failover.as_mut().is_none_or(|joining| !joining.try_another(now, locator)) {
            self.failover = None;
            self.rest = Some(cx.after(STAY));
        }
    }

    /// Whether a frame is meant for this membership: who does not receive at our address cannot know its numbers.
    pub(super) fn is_meant(&self, frame: &FromRelay<'_>, stream: Option<u32>) -> bool {
        match frame {
            FromRelay::Welcome(welcome) => welcome.nonce == self.nonce && stream == Some(welcome.stream),
            FromRelay::Bundle { stream: of, .. }
            | FromRelay::Taken { stream: of, .. }
            | FromRelay::Gone { stream: of, .. }
            | FromRelay::Members { stream: of, .. }
            | FromRelay::Log(LogPart { stream: of, .. }) => stream == Some(*of),
            FromRelay::Refused { to: token, .. }
            | FromRelay::Ordered { token, .. }
            | FromRelay::Renewed { token, .. }
            | FromRelay::Unknown { token, .. }
            | FromRelay::Closing { token, .. } => *token == self.token,
            FromRelay::Pong { rooms } => stream.is_some_and(|stream| rooms.of(stream).is_some()),
            FromRelay::Challenge { .. } | FromRelay::Locked { .. } | FromRelay::Unclaimed { .. } => false,
        }
    }

    /// Asks for ourselves where the relay has had to let us into another room again.
    pub(super) fn look_after_rejoin(&mut self, now: Instant, socket: &SessionSocket) {
        if self.rejoined < socket.news.rejoined {
            self.rejoined = socket.news.rejoined;
            self.keep_alive.probe_now(now);
        }
    }

    pub(super) fn deadline(&self) -> Instant {
        let others =
            [self.renaming.map(|renaming| renaming.at), self.failover.as_ref().map(|other| other.again)];
        others.into_iter().flatten().fold(self.keep_alive.deadline(), Instant::min)
    }

    /// Sends one request, under our token.
    pub(super) fn send(&mut self, cx: &mut Ctx<'_>, socket: &SessionSocket, request: MemberRequest<'_>) {
        self.keep_alive.on_sent(cx);
        socket.send(cx, self.at, &FromMember::Request { token: self.token, request });
    }
}

// Our name.
impl Membership {
    pub(super) const fn rename(&mut self, now: Instant) {
        self.renaming = Some(Retry::new(now));
    }

    /// Tells the relay our name, where that is due.
    pub(super) fn say_name(&mut self, cx: &mut Ctx<'_>, socket: &SessionSocket, name: &str) {
        if self.name == name {
            self.renaming = None;
        }
        let now = cx.now.mono;
        let Some(renaming) = self.renaming.as_mut().filter(|renaming| renaming.at <= now) else { return };
        renaming.at = cx.after_about(renaming.pause(AGAIN));
        if renaming.tries > MAX_RENAMES {
            self.renaming = None;
            return;
        }
        self.send(cx, socket, MemberRequest::Nick { name });
    }
}
