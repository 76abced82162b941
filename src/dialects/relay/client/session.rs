//! One followed room: the stages on the way into it, from a socket to a membership, and back. What members of the room do
//! is in `receiving`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::connection::ReportedConnection;
use super::credentials::Credentials;
use super::departures::Departure;
use super::feed::RoomFeed;
use super::identity::RelayIdentity;
use super::joining::Joining;
use super::locator::RelayLocator;
use super::membership::Membership;
use super::naming::room_of;
use super::outbound::OutboundQueue;
use super::refusals::{leads_elsewhere, phrase_of, puts_out};
use super::relocation::Relocation;
use super::resumption::{ReportedResumption, Resumption};
use super::socket::SessionSocket;
use crate::dialects::relay::frame::{MemberRequest, MemberToken, RefusalReason};
use crate::model::traffic::DownReason;
use crate::model::{
    Address, BackfillCommand, ConversationId, ErrorCode, Fault, HostPort, NetEvent, Phrase, SessionState,
};
use crate::wire::Ctx;
use crate::wire::resolution::Answer;

/// After a socket that could not be opened, or a name that was not found.
const REST: Duration = Duration::from_secs(5);
/// After a refusal.
const REFUSED_REST: Duration = Duration::from_secs(10);
/// After somebody in charge has put us out, or keeps us out: longer than who was only to be cooled down has to wait.
pub(super) const OUT_REST: Duration = Duration::from_mins(5);
/// After a relay that has no way to its log, which may be back at any moment.
const APART_REST: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) enum RoomStage {
    /// Nobody introduced us yet.
    Idle,
    /// A socket was asked for.
    Opening,
    /// The relay's name is looked up.
    Resolving,
    /// Something failed; then it begins anew.
    Resting(Instant),
    Joining(Joining),
    Joined(Box<Membership>),
}

impl RoomStage {
    /// The handshake that is under way, if there is one.
    pub(super) fn joining(&mut self) -> Option<&mut Joining> {
        match self {
            Self::Joining(joining) => Some(joining),
            Self::Joined(membership) => membership.failover.as_deref_mut(),
            Self::Idle | Self::Opening | Self::Resolving | Self::Resting(_) => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct RoomSession {
    pub(super) conversation: ConversationId,
    pub(super) socket: SessionSocket,
    pub(super) locator: RelayLocator,
    pub(super) state: ReportedConnection,
    pub(super) stage: RoomStage,
    pub(super) identity: RelayIdentity,
    /// The relay that let us in last.
    pub(super) relay: Option<SocketAddr>,
    pub(super) credentials: Credentials,
    pub(super) feed: RoomFeed,
    pub(super) outbound: OutboundQueue,
    resumable: ReportedResumption,
    pub(super) relocation: Relocation,
}

impl RoomSession {
    pub(super) fn new(
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: Address,
        name: Option<String>,
    ) -> Self {
        Self {
            conversation,
            socket: SessionSocket::default(),
            state: ReportedConnection::new(conversation, cx.now.mono, &address),
            locator: RelayLocator::new(conversation, address),
            stage: RoomStage::Idle,
            identity: RelayIdentity::new(cx.rng.id(), name),
            relay: None,
            credentials: Credentials::default(),
            feed: RoomFeed::new(conversation),
            outbound: OutboundQueue::default(),
            resumable: ReportedResumption::default(),
            relocation: Relocation::default(),
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let stage = match &self.stage {
            RoomStage::Idle | RoomStage::Opening | RoomStage::Resolving => None,
            RoomStage::Resting(until) => Some(*until),
            RoomStage::Joining(joining) => {
                Some(self.state.deadline().into_iter().fold(joining.again, Instant::min))
            }
            RoomStage::Joined(membership) => {
                let orders = self.credentials.operator.deadline();
                let others = [self.outbound.next_due(), self.feed.deadline(), orders];
                Some(others.into_iter().flatten().fold(membership.deadline(), Instant::min))
            }
        };
        [stage, self.locator.deadline(), self.outbound.deadline(), self.resumable.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Does whatever is due, and whatever the last input has made possible.
    pub(super) fn advance(&mut self, cx: &mut Ctx<'_>) {
        // First, since the message behind one that failed may go out at once.
        self.outbound.expire(cx, self.relay);
        if self.locator.overdue(cx.now) {
            self.located(cx);
        }
        match &self.stage {
            RoomStage::Idle if self.identity.name.is_some() => self.begin(cx),
            RoomStage::Resting(until) if *until <= cx.now.mono => self.begin(cx),
            RoomStage::Joining(_) => self.ask(cx),
            RoomStage::Joined(_) if self.outbound.starves(cx.now.mono) => self.begin_as_another(cx),
            RoomStage::Joined(_) => self.stay(cx),
            RoomStage::Idle | RoomStage::Opening | RoomStage::Resolving | RoomStage::Resting(_) => {}
        }
        self.report_history(cx);
    }

    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, why: impl Into<DownReason>, rest: Duration) {
        self.state.down(cx, why);
        self.feed.earlier.stop();
        self.stage = RoomStage::Resting(cx.after_about(rest));
    }
}

// The socket, and where the relay is.
impl RoomSession {
    /// The next thing that is wanting: the socket, the address, or an answer.
    fn begin(&mut self, cx: &mut Ctx<'_>) {
        self.state.begin(cx);
        if self.socket.link.is_none() {
            self.socket.open();
            self.stage = RoomStage::Opening;
        } else {
            self.stage = RoomStage::Resolving;
            self.locator.begin(cx);
            self.located(cx);
        }
    }

    /// The socket is open.
    pub(super) fn on_open(&mut self, cx: &mut Ctx<'_>) {
        if matches!(self.stage, RoomStage::Opening) {
            self.begin(cx);
        }
    }

    pub(super) fn socket_down(&mut self, cx: &mut Ctx<'_>, code: Option<&ErrorCode>) {
        self.feed.buffer.pause();
        self.socket.close();
        let code = code.map_or("", ErrorCode::as_str);
        self.down(cx, Phrase::new("relay-no-socket").text("code", code), REST);
    }

    /// The relay as the address has it, or the relays, which those who share a socket have in common.
    pub(super) fn relay_name(&self) -> String {
        let hosts: Vec<String> =
            self.locator.address.sorted_hosts().iter().map(HostPort::to_string).collect();
        hosts.join(",").to_lowercase()
    }

    pub(super) fn room_name(&self) -> String {
        room_of(&self.locator.address).to_lowercase()
    }

    /// Whether nothing proves our address yet.
    pub(super) fn wants_cookie(&self) -> bool {
        match &self.stage {
            RoomStage::Joining(joining) => joining.wants_cookie(),
            RoomStage::Joined(membership) => {
                membership.failover.as_deref().is_some_and(Joining::wants_cookie)
            }
            RoomStage::Idle | RoomStage::Opening | RoomStage::Resolving | RoomStage::Resting(_) => false,
        }
    }

    pub(super) fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        if self.locator.resolved(cx.now, answer, self.identity.id) {
            self.located(cx);
        }
    }

    /// Goes on where it is known who is to be asked, or that nobody can be.
    fn located(&mut self, cx: &mut Ctx<'_>) {
        if !matches!(self.stage, RoomStage::Resolving) {
            return;
        }
        if self.locator.is_ready(cx.now.mono) {
            self.stage = RoomStage::Joining(Joining::new(cx, cx.now.mono));
            self.ask(cx);
        } else if self.locator.is_done() {
            let why = Fault::NameNotFound { host: self.locator.names() };
            self.down(cx, why, REST);
        }
    }
}

// The way into the room, and out of it.
impl RoomSession {
    fn ask(&mut self, cx: &mut Ctx<'_>) {
        self.state.check(cx);
        self.ask_relays(cx);
    }

    pub(super) fn ask_relays(&mut self, cx: &mut Ctx<'_>) {
        if let Some(joining) = self.stage.joining() {
            joining.ask(cx, &mut self.socket, &mut self.locator, &self.identity, &self.credentials);
        }
    }

    pub(super) fn refused(&mut self, cx: &mut Ctx<'_>, why: RefusalReason) {
        let Some(joining) = self.stage.joining() else { return };
        let now = cx.now.mono;
        if self.identity.try_next_name(why) {
            return joining.join_anew(now);
        }
        if let RoomStage::Joined(membership) = &mut self.stage {
            return membership.on_refused_elsewhere(cx, &self.locator);
        }
        if leads_elsewhere(why)
            && let RoomStage::Joining(joining) = &mut self.stage
            && joining.try_another(now, &self.locator)
        {
            return;
        }
        if puts_out(why) {
            self.put_out(cx, why);
        } else {
            let rest = if why == RefusalReason::Apart { APART_REST } else { REFUSED_REST };
            self.down(cx, phrase_of(why), rest);
        }
    }

    pub(super) fn on_unreachable(&mut self, cx: &mut Ctx<'_>, to: SocketAddr) {
        let why = Phrase::new("relay-no-answer");
        if let RoomStage::Joined(membership) = &self.stage
            && membership.is_with(to)
        {
            return self.lose(cx, why, None);
        }
        let is_joining = matches!(self.stage, RoomStage::Joining(_));
        if self.locator.find(to).is_some()
            && let Some(joining) = self.stage.joining()
            && !joining.try_next_target(cx.now.mono, to, &self.locator)
            && is_joining
        {
            self.state.down(cx, why);
        }
    }

    /// Somebody in charge does not want us here. What waits is said when we are let in again.
    pub(super) fn put_out(&mut self, cx: &mut Ctx<'_>, why: RefusalReason) {
        self.feed.buffer.pause();
        self.state.lost(cx);
        self.down(cx, phrase_of(why), OUT_REST);
    }
}

// The history of the room, and what another run goes on with.
impl RoomSession {
    pub(super) fn on_history(&mut self, cx: &mut Ctx<'_>, command: BackfillCommand) {
        match command {
            BackfillCommand::Kept(state) => {
                let kept = Resumption::decode(&state, &self.locator.address);
                let own = kept.filter(|kept| kept.id == self.identity.id);
                self.outbound.on_kept(own.map(|kept| kept.numbers));
            }
            BackfillCommand::ReadEarlier { count } => self.feed.earlier.read(cx.now.mono, count),
            BackfillCommand::End => self.feed.earlier.end(),
        }
    }

    /// Goes on where another run has stopped.
    pub(super) fn resume(&mut self, cx: &mut Ctx<'_>, state: &SessionState) {
        let Some(found) = Resumption::decode(state, &self.locator.address) else { return };
        if !self.outbound.resume(found.numbers) {
            return;
        }
        (self.identity.id, self.identity.token) = (found.id, found.token);
        self.identity.former = found.former;
        self.feed.catch_up.resume(found.epoch, found.last);
        self.feed.earlier.resume(found.epoch, found.before, found.begun);
        self.resumable.report_now(cx, self.conversation, &self.locator.address, self.resumption());
    }

    /// The history here does not keep which numbers are used, and another run would use them for other messages: what is said
    /// from now on is said by somebody that no other run knows.
    fn begin_as_another(&mut self, cx: &mut Ctx<'_>) {
        self.identity.renew(cx.rng.id());
        self.outbound.begin_anew();
        self.resumable = ReportedResumption::default();
        let now = cx.now.mono;
        self.rejoin(cx, now);
    }

    /// `None`: the room keeps nothing that one could go on with.
    fn resumption(&self) -> Option<Resumption> {
        let (epoch, last) = self.feed.catch_up.kept();
        let (before, begun) = self.feed.earlier.kept();
        let RelayIdentity { id, former, token, .. } = self.identity;
        let numbers = self.outbound.reserved();
        epoch.filter(|_| token != MemberToken::NONE).map(|epoch| Resumption {
            id,
            former,
            token,
            epoch,
            last,
            before,
            begun,
            numbers,
        })
    }

    /// Tells the app what can be read, and what is to be kept for another run.
    fn report_history(&mut self, cx: &mut Ctx<'_>) {
        let conversation = self.conversation;
        if let Some(history) = self.feed.earlier.take_news() {
            cx.report(NetEvent::History { conversation, history });
        }
        self.resumable.report(cx, conversation, &self.locator.address, self.resumption());
        self.outbound.on_offered(self.resumable.offered());
    }
}

// Orders, and what the machine tells.
impl RoomSession {
    /// The contact has another address now. What nobody was told yet is said there.
    pub(super) fn move_to(&mut self, cx: &mut Ctx<'_>, address: Address) -> Option<Departure> {
        let departure = self.part(cx);
        let fresh = Self::new(cx, self.conversation, address, self.identity.name.take());
        let before = std::mem::replace(self, fresh);
        self.outbound = before.outbound;
        self.outbound.fail_sent(cx);
        departure
    }

    /// The contact is forgotten, or the room left: until it is entered again.
    pub(super) fn close(mut self, cx: &mut Ctx<'_>) -> Option<Departure> {
        self.resumable.report_now(cx, self.conversation, &self.locator.address, self.resumption());
        let departure = self.part(cx);
        self.outbound.fail_all(cx);
        departure
    }

    /// Leaves the room and closes the socket.
    fn part(&mut self, cx: &mut Ctx<'_>) -> Option<Departure> {
        let mut departure = None;
        if let RoomStage::Joined(membership) = &mut self.stage {
            membership.send(cx, &self.socket, MemberRequest::Leave);
            departure = self.socket.link.map(|link| membership.departure(link));
        }
        if let Some(relay) = self.relay {
            self.outbound.finish_acked(cx, relay);
        }
        self.socket.close();
        departure
    }

    /// The machine's interfaces are others now.
    pub(super) fn probe_now(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        match &mut self.stage {
            RoomStage::Joined(membership) => membership.keep_alive.probe_now(now),
            RoomStage::Joining(joining) => joining.again = now,
            RoomStage::Resting(until) => *until = now,
            RoomStage::Idle | RoomStage::Opening | RoomStage::Resolving => {}
        }
    }

    pub(super) fn set_name(&mut self, cx: &mut Ctx<'_>, name: &str) {
        self.identity.set_name(name);
        if let RoomStage::Joined(membership) = &mut self.stage {
            membership.rename(cx.now.mono);
        }
    }
}
