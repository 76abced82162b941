//! What is known of the peer at the other side now: whether it is there, what it tells of itself, whether it writes.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use crate::model::traffic::{ConnectionState, Profile};
use crate::model::{MessageId, RoomHistory, SessionState};

/// A peer that writes says so again and again. So long after the last time it has stopped.
const TYPING: Duration = Duration::from_secs(10);

/// What datagrams say about whether the peer is there. Plain dialects never know more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reachability {
    #[default]
    Unknown,
    /// It wrote to us since the program started.
    Heard,
    /// ICMP said that nobody listens at its address; no message went out or came since.
    Unreachable,
}

#[derive(Clone, Debug, Default)]
pub struct PeerStatus {
    reachability: Reachability,
    /// The newest message to the peer when ICMP said that nobody listens; gone with the next one either way.
    unheard: Option<MessageId>,
    /// What the history has of that.
    unheard_kept: Option<MessageId>,
    /// The newest message to the peer of this run.
    last_sent: Option<MessageId>,
    connection: Option<ConnectionState>,
    profile: Option<Box<Profile>>,
    /// Where a peer is that is known by its key, and not by that.
    seen: Option<IpAddr>,
    /// Where our last message went.
    reached: Option<SocketAddr>,
    answered: Option<Instant>,
    /// The peer is writing to us, or was until then.
    typing: Option<Instant>,
    history: RoomHistory,
    /// A part of that is being read.
    reads_history: bool,
    /// Nothing that was said before is wanted from there: a person has removed it.
    is_cleared: bool,
    /// What the engine wants back when the peer is followed again.
    session: Option<SessionState>,
    /// We are in charge of the relay of this room.
    is_in_charge: bool,
}

impl PeerStatus {
    /// As the last run left it.
    pub(in crate::app) fn restored(
        session: Option<SessionState>,
        is_cleared: bool,
        unheard: Option<MessageId>,
    ) -> Self {
        Self { session, is_cleared, unheard, unheard_kept: unheard, ..Self::default() }
    }

    pub const fn reachability(&self) -> Reachability {
        self.reachability
    }

    /// The message of ours at whose address nobody listened.
    pub const fn unheard(&self) -> Option<MessageId> {
        self.unheard
    }

    /// Whether the other side answers, where the dialect knows.
    pub const fn connection(&self) -> Option<&ConnectionState> {
        self.connection.as_ref()
    }

    /// What the peer tells of itself.
    pub fn profile(&self) -> Option<&Profile> {
        self.profile.as_deref()
    }

    /// When its program last answered what it was asked.
    pub const fn answered(&self) -> Option<Instant> {
        self.answered
    }

    pub(in crate::app) const fn on_answered(&mut self, now: Instant) {
        self.answered = Some(now);
    }

    /// The host that a peer is at which is known by its key, as long as it is there.
    pub fn seen(&self) -> Option<IpAddr> {
        self.seen.filter(|_| self.is_up())
    }

    /// Where our last message of this run went: a name in the address does not say that.
    pub const fn reached(&self) -> Option<SocketAddr> {
        self.reached
    }

    pub(in crate::app) const fn set_seen(&mut self, host: Option<IpAddr>) {
        self.seen = host;
    }

    /// Until when the peer is taken to be writing to us.
    pub const fn typing(&self) -> Option<Instant> {
        self.typing
    }

    pub fn is_typing(&self, now: Instant) -> bool {
        self.typing.is_some_and(|until| now < until)
    }

    pub fn is_up(&self) -> bool {
        self.connection == Some(ConnectionState::Up)
    }

    /// Something came from there.
    pub(in crate::app) const fn on_heard(&mut self) {
        self.reachability = Reachability::Heard;
        self.unheard = None;
    }

    pub(in crate::app) const fn on_unreachable(&mut self) {
        self.reachability = Reachability::Unreachable;
        if self.last_sent.is_some() {
            self.unheard = self.last_sent;
        }
    }

    /// Whether the history has to be told of another message that nobody listened to, or that it is none any more.
    pub(in crate::app) fn keep_unheard(&mut self) -> bool {
        self.unheard != std::mem::replace(&mut self.unheard_kept, self.unheard)
    }

    /// A message went out. Whether somebody listens is open again: a peer that only receives would be called
    /// unreachable for ever.
    pub(in crate::app) fn on_handed(&mut self, to: SocketAddr) {
        self.reached = Some(to);
        self.unheard = None;
        if self.reachability == Reachability::Unreachable {
            self.reachability = Reachability::Unknown;
        }
    }

    pub(in crate::app) const fn on_sent(&mut self, message: MessageId) {
        self.last_sent = Some(message);
    }

    pub(in crate::app) fn set_connection(&mut self, connection: Option<ConnectionState>) {
        self.connection = connection;
    }

    pub(crate) fn set_profile(&mut self, profile: Profile) {
        self.profile = Some(Box::new(profile));
    }

    /// The same peer as before: of its profile only the encoding is taken over.
    pub(in crate::app) fn set_encoding(&mut self, encoding: String) {
        if let Some(profile) = &mut self.profile {
            profile.encoding = encoding;
        }
    }

    pub(crate) fn start_typing(&mut self, now: Instant) {
        self.typing = now.checked_add(TYPING);
    }

    pub(in crate::app) const fn stop_typing(&mut self) {
        self.typing = None;
    }

    /// What can be read of what was said in the room before.
    pub const fn history(&self) -> RoomHistory {
        self.history
    }

    /// A part of it is being read.
    pub const fn reads_history(&self) -> bool {
        self.reads_history
    }

    /// Also the end of what was being read.
    pub(crate) const fn set_history(&mut self, history: RoomHistory) {
        (self.history, self.reads_history) = (history, false);
    }

    /// It is a room that a person has left.
    pub(in crate::app) fn on_left(&mut self) {
        self.set_connection(None);
        self.set_history(RoomHistory::None);
    }

    pub(in crate::app) const fn end_reading_history(&mut self) {
        self.reads_history = false;
    }

    pub(in crate::app) const fn start_reading_history(&mut self) {
        self.reads_history = true;
    }

    pub(in crate::app) const fn is_cleared(&self) -> bool {
        self.is_cleared
    }

    pub(in crate::app) const fn set_cleared(&mut self, is_cleared: bool) {
        self.is_cleared = is_cleared;
    }

    /// Whether we give orders in this room.
    pub fn is_in_charge(&self) -> bool {
        self.is_in_charge && self.is_up()
    }

    pub(in crate::app) const fn set_in_charge(&mut self, is_in_charge: bool) {
        self.is_in_charge = is_in_charge;
    }

    pub(in crate::app) const fn session(&self) -> Option<&SessionState> {
        self.session.as_ref()
    }

    pub(in crate::app) fn set_session(&mut self, session: Option<SessionState>) {
        self.session = session;
    }

    /// Another address: nothing is known of the peer there.
    pub(super) fn reset(&mut self) {
        *self = Self { last_sent: self.last_sent, ..Self::default() };
    }
}
