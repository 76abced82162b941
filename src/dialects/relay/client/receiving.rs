//! What the relay says to a session, and what a member answers: entries and their acknowledgement, the list of members,
//! the end of a membership.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::failover;
use super::feed::ShownEntry;
use super::joining::Joining;
use super::log_reading::read_log;
use super::membership::Membership;
use super::naming::room_of;
use super::operator;
use super::outbound::OutboundSay;
use super::refusals::{phrase_of, puts_out};
use super::relocation::spread;
use super::reorder_buffer::Gap;
use super::session::{RoomSession, RoomStage};
use super::unlocking;
use crate::dialects::relay::frame::{
    BundleEntries, BundleEntry, FromMember, FromRelay, LogPart, MemberRequest, RefusalReason, Welcome,
};
use crate::model::traffic::ConnectionState;
use crate::model::{Phrase, Recall};
use crate::wire::Ctx;
use crate::wire::endpoint::same_endpoint;

/// Entries taken out of one datagram: more than fit into a bundle of 1,200 bytes.
const MAX_ENTRIES: usize = 1_024;
/// After the end of a relay, before a spread: all of its members come back at once.
const LOST_REST: Duration = Duration::from_millis(300);

// What comes in.
impl RoomSession {
    /// Whether a frame is meant for this room.
    pub(super) fn expects(&self, from: SocketAddr, frame: &FromRelay<'_>) -> bool {
        match &self.stage {
            RoomStage::Joined(membership) => {
                let is_ours = membership.is_with(from) && membership.is_meant(frame, self.feed.buffer.stream);
                is_ours || membership.failover.as_ref().is_some_and(|joining| joining.expects(frame))
            }
            RoomStage::Joining(joining) => {
                if let FromRelay::Taken { stream, .. } | FromRelay::Bundle { stream, .. } = frame {
                    self.stream_of(from) == Some(*stream)
                } else {
                    joining.expects(frame)
                }
            }
            RoomStage::Idle | RoomStage::Opening | RoomStage::Resolving | RoomStage::Resting(_) => false,
        }
    }

    /// A frame that is meant for this room.
    pub(super) fn on_frame(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let is_answer = self.stage.joining().is_some_and(|joining| joining.expects(&frame));
        if is_answer || matches!(self.stage, RoomStage::Joining(_)) {
            self.on_frame_while_joining(cx, from, frame);
        } else {
            self.on_member_frame(cx, from, frame);
        }
    }

    fn on_frame_while_joining(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let Some(joining) = self.stage.joining() else { return };
        match frame {
            FromRelay::Challenge { nonce, cookie } => {
                if let Some(target) = self.locator.find(from) {
                    joining.on_challenge(cx.now.mono, target, nonce, cookie);
                    self.socket.news.cookie = Some((target, cookie, cx.now.mono));
                }
            }
            FromRelay::Welcome(welcome) => {
                if let Some(at) = joining.answered(from, welcome.nonce) {
                    self.enter(cx, at, &welcome);
                }
            }
            FromRelay::Refused { to, number: 0, why } if joining.answered(from, to.0).is_some() => {
                self.refused(cx, why);
            }
            FromRelay::Locked { nonce, salt } if joining.answered(from, nonce).is_some() => {
                unlocking::locked(self, cx, salt);
            }
            FromRelay::Unclaimed { nonce, why, salt } if joining.answered(from, nonce).is_some() => {
                operator::on_unclaimed(self, cx, why, salt);
            }
            FromRelay::Taken { number, seq, .. } => self.on_taken(cx, number, seq),
            FromRelay::Bundle { seq, entries, .. } => {
                self.on_bundle(cx, seq, entries);
                self.deliver(cx);
            }
            FromRelay::Pong { .. }
            | FromRelay::Gone { .. }
            | FromRelay::Members { .. }
            | FromRelay::Log(_)
            | FromRelay::Refused { .. }
            | FromRelay::Locked { .. }
            | FromRelay::Unclaimed { .. }
            | FromRelay::Ordered { .. }
            | FromRelay::Renewed { .. }
            | FromRelay::Unknown { .. }
            | FromRelay::Closing { .. } => {}
        }
    }

    /// The life of the room at the relay that let us in last. What it said before it was gone lies behind the news of its
    /// end: ICMP errors are read before datagrams, and the next relay knows nothing of what this one passed on and
    /// acknowledged.
    fn stream_of(&self, relay: SocketAddr) -> Option<u32> {
        let is_last = self.relay.is_some_and(|last| same_endpoint(relay, last));
        self.feed.buffer.stream.filter(|_| is_last)
    }

    fn on_member_frame(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let RoomStage::Joined(membership) = &mut self.stage else { return };
        membership.on_frame(cx, &frame);
        match frame {
            FromRelay::Welcome(welcome) => {
                membership.token = welcome.token;
                self.identity.learn(&welcome);
                operator::entered(self, cx, welcome.is_operator);
            }
            FromRelay::Bundle { seq, entries, .. } => self.on_bundle(cx, seq, entries),
            FromRelay::Taken { number, seq, .. } => self.on_taken(cx, number, seq),
            FromRelay::Pong { rooms } => {
                membership.keep_alive.on_pong(cx);
                self.feed.on_pong(cx, rooms);
            }
            FromRelay::Gone { seq, .. } => self.feed.on_gone(cx, seq),
            FromRelay::Members { count, roster, .. } => {
                if let Some(own) = roster.clone().find(|line| self.identity.is_at(line.index)) {
                    own.name.clone_into(&mut membership.name);
                }
                self.feed.on_members(cx, count, roster, &self.identity);
            }
            FromRelay::Log(part) => self.on_log(cx, from, part),
            FromRelay::Refused { number: 0, why, .. } if puts_out(why) => self.put_out(cx, why),
            FromRelay::Refused { number: 0, why: RefusalReason::Apart, .. } => {
                if !self.feed.earlier.refuse() {
                    failover::on_apart(self, cx);
                }
            }
            FromRelay::Refused { number: 0, why, .. } => self.on_refused(cx, why),
            FromRelay::Refused { number, why, .. } => {
                self.outbound.refuse(cx, number, why);
                if why == RefusalReason::Apart {
                    failover::look_elsewhere(self, cx, None);
                }
            }
            FromRelay::Renewed { next, .. } => (membership.token, self.identity.token) = (next, next),
            // The relay has restarted, or we have another address.
            FromRelay::Unknown { cookie, .. } => {
                let at = membership.rejoin;
                self.rejoin(cx, at);
                if let (Some(target), Some(cookie)) = (self.locator.find(from), cookie) {
                    self.socket.news.cookie = Some((target, cookie, cx.now.mono));
                }
            }
            FromRelay::Closing { next, .. } => {
                self.locator.learn(membership.at, next);
                let next = next.and_then(|next| self.locator.find(next));
                self.lose(cx, Phrase::new("relay-closed"), next);
            }
            FromRelay::Ordered { number, done, said, .. } => {
                operator::on_ordered(self, cx, number, done, said);
            }
            FromRelay::Challenge { .. } | FromRelay::Locked { .. } | FromRelay::Unclaimed { .. } => {}
        }
    }

    fn on_bundle(&mut self, cx: &mut Ctx<'_>, first: u64, entries: BundleEntries<'_>) {
        let (mut news, mut said) = (false, false);
        // Nothing is behind what came before: that may not have come here.
        if entries.clone().next().is_none() {
            self.feed.buffer.exists(first.saturating_sub(1));
        }
        let places = (0..).map_while(|place: u64| first.checked_add(place));
        for (entry, seq) in entries.take(MAX_ENTRIES).zip(places) {
            if let BundleEntry::Text { index, number, .. } = entry
                && self.identity.is_at(index)
            {
                self.outbound.ack(cx.now, number);
            }
            let is_text = matches!(entry, BundleEntry::Text { .. });
            let is_new = self.feed.buffer.insert(seq, entry);
            (news, said) = (news || is_new, said || (is_new && is_text));
        }
        if let (true, RoomStage::Joined(membership)) = (news, &mut self.stage) {
            // A large room is told when nothing more comes.
            if !self.feed.members.is_large() {
                membership.keep_alive.schedule_probe(cx, said);
            }
        }
    }

    /// A part of what was said while we were away.
    fn on_log(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, part: LogPart<'_>) {
        for placed in self.feed.earlier.on_part(cx.now, &part) {
            self.feed.show_earlier(cx, &self.identity, from, &placed);
        }
        let recall = self.feed.catch_up.is_resumed().then_some(Recall::Missed);
        if !self.feed.catch_up.on_part(cx.now.mono, &part) {
            return;
        }
        for placed in part.lines.take(MAX_ENTRIES) {
            if let Some(shown) = self.feed.show_kept(cx, &self.identity, from, &placed, recall) {
                self.on_shown(cx, from, shown);
            }
        }
        self.feed.catch_up.on_page_end(cx.now);
    }

    /// The relay has this message of ours. Where that place is still to come, it is shown there.
    fn on_taken(&mut self, cx: &mut Ctx<'_>, number: u32, seq: u64) {
        if seq > 0 && !self.feed.buffer.is_past(seq) {
            self.feed.buffer.exists(seq);
            self.outbound.ack(cx.now, number);
        } else if self.feed.catch_up.is_reading() {
            // It stands among what is being read.
            self.outbound.ack(cx.now, number);
        } else if let Some(relay) = self.relay {
            self.outbound.finish(cx, relay, number, None);
        }
    }

    /// We may not write for a while, or have the name that we asked for.
    fn on_refused(&mut self, cx: &mut Ctx<'_>, why: RefusalReason) {
        if why == RefusalReason::Muted {
            return self.feed.notice(cx, phrase_of(why));
        }
        let RoomStage::Joined(membership) = &mut self.stage else { return };
        if membership.renaming.is_none() || !matches!(why, RefusalReason::NameTaken | RefusalReason::BadName)
        {
            return;
        }
        if self.identity.try_next_name(why) {
            return membership.rename(cx.now.mono);
        }
        membership.renaming = None;
        self.feed.notice(cx, phrase_of(why));
    }
}

// What goes out.
impl RoomSession {
    /// We are in: in the same life of the room as before, whose entries go on, or in a new one.
    fn begin_stream(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr, welcome: &Welcome<'_>, moved: bool) {
        unlocking::entered(self, cx);
        operator::entered(self, cx, welcome.is_operator);
        self.feed.learn_rules(cx, welcome.rules.into());
        if self.feed.buffer.stream == Some(welcome.stream) {
            self.feed.buffer.exists(welcome.seq);
            return;
        }
        // What waits behind a gap is read from the log together with what is missing.
        if !self.feed.catch_up.goes_on(welcome.log) {
            let lost = self.feed.buffer.end();
            self.feed.report_missed(cx, lost);
            while let Some(shown) = self.feed.show_next(cx, &self.identity, relay) {
                self.on_shown(cx, relay, shown);
            }
            self.outbound.finish_acked(cx, relay);
        }
        self.feed.begin(cx, welcome, moved);
        self.outbound.durable = welcome.log.is_some();
    }

    /// What a member does by itself, as it becomes due.
    pub(super) fn stay(&mut self, cx: &mut Ctx<'_>) {
        let RoomStage::Joined(membership) = &mut self.stage else { return };
        if membership.keep_alive.is_lost(cx.now.mono) {
            return self.lose(cx, Phrase::new("relay-no-answer"), None);
        }
        membership.look_after_rejoin(cx.now.mono, &self.socket);
        if membership.keep_alive.take_due(cx, self.socket.news.was_asked(cx.now.mono, membership.at)) {
            self.socket.news.asked = Some((membership.at, cx.now.mono));
            membership.send(cx, &self.socket, MemberRequest::Ping);
        }
        if membership.keep_alive.take_doubt(cx.now.mono) {
            failover::on_doubt(self, cx);
        }
        self.ask_relays(cx);
        self.deliver(cx);
        let lost = self.feed.buffer.give_up_gap();
        self.feed.report_missed(cx, lost);
        self.deliver(cx);
        read_log(self, cx);
        operator::send_due(self, cx);
        let (RoomStage::Joined(membership), Some(stream)) = (&mut self.stage, self.feed.buffer.stream) else {
            return;
        };
        let (socket, now) = (&self.socket, cx.now);
        for Gap { from, count } in self.feed.buffer.gaps(now) {
            membership.send(cx, socket, MemberRequest::Missing { stream, from, count });
        }
        if let Some(from) = self.feed.members.take_due(now) {
            membership.send(cx, socket, MemberRequest::Members { from });
        }
        membership.say_name(cx, socket, &self.identity.wanted_name());
        while let Some(OutboundSay { number, after, text }) = self.outbound.take_due(now) {
            membership.send(cx, socket, MemberRequest::Say { number, after, text: &text });
        }
    }

    /// Shows the entries whose turn it is.
    fn deliver(&mut self, cx: &mut Ctx<'_>) {
        let Some(relay) = self.relay else { return };
        while !self.feed.must_wait(cx.now, &self.identity)
            && let Some(shown) = self.feed.show_next(cx, &self.identity, relay)
        {
            self.on_shown(cx, relay, shown);
        }
    }

    fn on_shown(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr, shown: ShownEntry) {
        match shown {
            ShownEntry::Other => {}
            ShownEntry::OwnMessage(number, uid) => self.outbound.finish(cx, relay, number, uid),
            ShownEntry::OwnName(name) => {
                if let RoomStage::Joined(membership) = &mut self.stage {
                    (membership.name, membership.renaming) = (name, None);
                }
            }
        }
    }
}

// The way in, and the end of a membership.
impl RoomSession {
    pub(super) fn enter(&mut self, cx: &mut Ctx<'_>, at: SocketAddr, welcome: &Welcome<'_>) {
        let Some(joining) = self.stage.joining() else { return };
        // Whoever asks for one room is not put into another without noticing.
        if welcome.room.to_lowercase() != room_of(&self.locator.address).to_lowercase() {
            let leave = FromMember::Request { token: welcome.token, request: MemberRequest::Leave };
            self.socket.send(cx, at, &leave);
            return self.refused(cx, RefusalReason::Other);
        }
        let is_renamed = self.identity.wanted_name() != joining.name;
        if let RoomStage::Joined(before) = &self.stage {
            self.relocation.on_away(before.heard);
            self.feed.buffer.pause();
            self.feed.earlier.stop();
        }
        self.locator.learn(at, welcome.others.iter());
        let mut membership = Membership::new(cx, at, welcome, self.locator.has_others());
        if is_renamed {
            membership.rename(cx.now.mono);
        }
        let before = self.relay.replace(at);
        if before.is_some() {
            membership.keep_alive.watch_closely(cx);
            self.socket.news.rejoined = Some(cx.now.mono);
        }
        let is_other = before.is_some_and(|before| !same_endpoint(before, at));
        if self.relocation.on_entered(cx.now.mono) && is_other {
            let now_at = Phrase::new("relay-now-at").text("relay", self.locator.name_of(at));
            self.feed.notice(cx, now_at);
        }
        self.begin_stream(cx, at, welcome, is_other);
        self.identity.learn(welcome);
        self.stage = RoomStage::Joined(Box::new(membership));
        self.outbound.retry_now(cx.now.mono);
        self.state.set(cx, ConnectionState::Up);
    }

    /// The relay is gone. Where others will do, one of them is asked at once, `first` before all.
    pub(super) fn lose(&mut self, cx: &mut Ctx<'_>, why: Phrase, first: Option<SocketAddr>) {
        if let (RoomStage::Joined(membership), true) = (&mut self.stage, self.locator.has_others()) {
            let (gone, heard) = (membership.at, membership.heard);
            self.relocation.on_away(heard);
            let at = self.relocation.begin(cx, spread(self.feed.members.is_crowded()));
            self.rejoin(cx, at);
            if let RoomStage::Joining(joining) = &mut self.stage {
                joining.go_on(first, gone);
            }
            return;
        }
        self.state.down(cx, why);
        let spread = cx.rng.within(spread(self.feed.members.is_crowded()));
        let at = cx.after(LOST_REST.saturating_add(spread));
        self.rejoin(cx, at);
    }

    /// The membership is over: asks for another at that time.
    pub(super) fn rejoin(&mut self, cx: &mut Ctx<'_>, at: Instant) {
        self.feed.buffer.pause();
        // What proved our address to the relay that is gone proves nothing to the next.
        if let RoomStage::Joined(membership) = &self.stage {
            self.socket.news.cookie.take_if(|(_, _, since)| *since <= membership.heard);
        }
        self.feed.earlier.stop();
        self.state.lost(cx);
        // A relay that does not know us any more is there all the same.
        let first = self.relay.filter(|_| self.locator.has_others());
        self.stage = RoomStage::Joining(Joining::new(cx, at).from(first));
    }
}
