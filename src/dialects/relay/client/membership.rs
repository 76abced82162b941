//! A membership, from its welcome to its end: whether the relay is still there, whether a frame is meant for it, and the
//! name that the relay calls us by.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::clock::{backoff, later};
use super::keep_alive::{KeepAlive, KeepAliveDue};
use super::socket::SessionSocket;
use crate::dialects::relay::frame::{FromMember, FromRelay, Welcome};
use crate::wire::Ctx;
use crate::wire::endpoint::same_endpoint;

/// When another name is sent again, at first and at most, and how often in all.
const AGAIN: Duration = Duration::from_millis(500);
const MAX_AGAIN: Duration = Duration::from_secs(3);
const MAX_RENAMES: u32 = 8;
/// A member that the relay has forgotten joins at once; but not more often than this, should it be forgotten each time.
const REJOIN: Duration = Duration::from_millis(500);

/// Another name, which the relay was told and did not confirm.
#[derive(Debug)]
struct Renaming {
    again: Instant,
    tries: u32,
}

#[derive(Debug)]
pub(super) struct Membership {
    /// The relay.
    at: SocketAddr,
    keep_alive: KeepAlive,
    /// Of the join: its welcome may come twice.
    nonce: u64,
    token: u64,
    /// What the relay calls us.
    name: String,
    since: Instant,
    renaming: Option<Renaming>,
}

impl Membership {
    pub(super) fn new(cx: &mut Ctx<'_>, at: SocketAddr, welcome: &Welcome<'_>) -> Self {
        let now = cx.now.mono;
        let expiry = Duration::from_secs(u64::from(welcome.expiry));
        Self {
            at,
            keep_alive: KeepAlive::new(now, expiry, cx.rng),
            nonce: welcome.nonce,
            token: welcome.token,
            name: welcome.name.to_owned(),
            since: now,
            renaming: None,
        }
    }

    pub(super) fn is_with(&self, at: SocketAddr) -> bool {
        same_endpoint(at, self.at)
    }

    /// When a relay that does not know us any more is asked to let us in again.
    pub(super) fn rejoin_delay(&self, now: Instant) -> Duration {
        later(self.since, REJOIN).saturating_duration_since(now)
    }

    /// Takes notice of a frame that is meant for this membership; `false` of any other: who does not receive at our
    /// address cannot know its numbers.
    pub(super) fn on_frame(&mut self, now: Instant, frame: &FromRelay<'_>, stream: Option<u32>) -> bool {
        let ours = match frame {
            FromRelay::Welcome(welcome) => welcome.nonce == self.nonce && stream == Some(welcome.stream),
            FromRelay::Bundle { stream: of, .. }
            | FromRelay::Taken { stream: of, .. }
            | FromRelay::Pong { stream: of, .. }
            | FromRelay::Gone { stream: of, .. }
            | FromRelay::Members { stream: of, .. } => stream == Some(*of),
            FromRelay::Refused { to: token, .. }
            | FromRelay::Unknown { token }
            | FromRelay::Closing { token } => *token == self.token,
            FromRelay::Challenge { .. } => false,
        };
        if ours {
            self.keep_alive.on_heard(now);
        }
        ours
    }

    /// The welcome came once more.
    pub(super) const fn on_welcome(&mut self, welcome: &Welcome<'_>) {
        self.token = welcome.token;
    }

    pub(super) const fn keep_alive(&mut self) -> &mut KeepAlive {
        &mut self.keep_alive
    }

    pub(super) fn deadline(&self) -> Instant {
        let renaming = self.renaming.as_ref().map(|renaming| renaming.again);
        renaming.into_iter().fold(self.keep_alive.deadline(), Instant::min)
    }

    /// Asks whether the relay is there, if that is due. `false`: it does not answer any more.
    pub(super) fn ping(&mut self, cx: &mut Ctx<'_>, socket: &SessionSocket) -> bool {
        let due = self.keep_alive.due(cx.now.mono);
        if due == KeepAliveDue::Ping {
            self.send(cx, socket, |token| FromMember::Ping { token });
        }
        due != KeepAliveDue::Lost
    }

    /// Sends one frame, which bears our token.
    pub(super) fn send<'a>(
        &mut self,
        cx: &mut Ctx<'_>,
        socket: &SessionSocket,
        frame: impl FnOnce(u64) -> FromMember<'a>,
    ) {
        self.keep_alive.on_sent(cx.now.mono);
        socket.send(cx, self.at, &frame(self.token));
    }
}

// Our name.
impl Membership {
    pub(super) const fn rename(&mut self, now: Instant) {
        self.renaming = Some(Renaming { again: now, tries: 0 });
    }

    pub(super) const fn is_renaming(&self) -> bool {
        self.renaming.is_some()
    }

    pub(super) const fn keep_name(&mut self) {
        self.renaming = None;
    }

    /// The relay calls us so.
    pub(super) fn renamed(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.keep_name();
    }

    /// Tells the relay our name, where that is due.
    pub(super) fn say_name(&mut self, cx: &mut Ctx<'_>, socket: &SessionSocket, name: &str) {
        if self.name == name {
            self.keep_name();
        }
        let now = cx.now.mono;
        let Some(renaming) = self.renaming.as_mut().filter(|renaming| renaming.again <= now) else { return };
        renaming.again = cx.after_about(backoff(AGAIN, MAX_AGAIN, renaming.tries));
        renaming.tries = renaming.tries.saturating_add(1);
        if renaming.tries > MAX_RENAMES {
            return self.keep_name();
        }
        self.send(cx, socket, |token| FromMember::Nick { token, name });
    }
}
