//! What the relay says to a session, and what a member answers: entries and their acknowledgement, the list of members,
//! the end of a membership.

use std::net::SocketAddr;

use super::feed::ShownEntry;
use super::session::{RoomSession, RoomStage, phrase_of};
use crate::dialects::relay::frame::{
    BundleEntries, BundleEntry, FromMember, FromRelay, RefusalReason, Welcome,
};
use crate::model::Phrase;
use crate::wire::Ctx;
use crate::wire::endpoint::same_endpoint;

/// Entries taken out of one datagram: more than fit into a bundle of 1,200 bytes.
const MAX_ENTRIES: usize = 1_024;

// What comes in.
impl RoomSession {
    pub(super) fn on_datagram(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, bytes: &[u8]) {
        let Some(frame) = FromRelay::decode(bytes) else { return };
        if let RoomStage::Joining(_) = &self.stage {
            self.on_frame_while_joining(cx, from, frame);
        } else {
            self.on_frame(cx, from, frame);
        }
    }

    fn on_frame_while_joining(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let RoomStage::Joining(joining) = &mut self.stage else { return };
        match frame {
            FromRelay::Challenge { nonce, cookie } => {
                if let Some(target) = self.locator.find(from) {
                    joining.on_challenge(cx.now.mono, target, nonce, cookie);
                }
            }
            FromRelay::Welcome(welcome) => {
                if let Some(at) = joining.answered(from, welcome.nonce) {
                    self.enter(cx, at, &welcome);
                }
            }
            FromRelay::Refused { to, number: 0, why } if joining.answered(from, to).is_some() => {
                self.refused(cx, why);
            }
            FromRelay::Taken { .. } | FromRelay::Bundle { .. } => self.on_late_frame(cx, from, frame),
            FromRelay::Pong { .. }
            | FromRelay::Gone { .. }
            | FromRelay::Members { .. }
            | FromRelay::Refused { .. }
            | FromRelay::Unknown { .. }
            | FromRelay::Closing { .. } => {}
        }
    }

    /// What a relay said before it was gone lies behind the news of its end: ICMP errors are read before datagrams, and
    /// the next relay knows nothing of what this one passed on and acknowledged.
    fn on_late_frame(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let is_last = self.relay.is_some_and(|relay| same_endpoint(from, relay));
        let stream = self.feed.stream().filter(|_| is_last);
        if let FromRelay::Taken { stream: of, number, seq } = frame {
            if stream == Some(of) {
                self.on_taken(cx, number, seq);
            }
        } else if let FromRelay::Bundle { stream: of, seq, entries } = frame
            && stream == Some(of)
        {
            self.on_bundle(cx, seq, entries);
            self.deliver(cx);
        }
    }

    fn on_frame(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let now = cx.now.mono;
        let RoomStage::Joined(membership) = &mut self.stage else { return };
        if !membership.is_with(from) || !membership.on_frame(now, &frame, self.feed.stream()) {
            return;
        }
        match frame {
            FromRelay::Welcome(welcome) => {
                membership.on_welcome(&welcome);
                self.identity.learn(&welcome);
            }
            FromRelay::Bundle { seq, entries, .. } => self.on_bundle(cx, seq, entries),
            FromRelay::Taken { number, seq, .. } => self.on_taken(cx, number, seq),
            FromRelay::Pong { seq, count, .. } => {
                membership.keep_alive().on_pong();
                self.feed.on_pong(now, seq, count);
            }
            FromRelay::Gone { seq, .. } => self.feed.on_gone(cx, seq),
            FromRelay::Members { roster, .. } => self.feed.on_members(cx, roster, &self.identity),
            FromRelay::Refused { number: 0, why, .. } => self.on_name_refused(cx, why),
            FromRelay::Refused { number, why, .. } => self.outbound.refuse(cx, number, why),
            // The relay has restarted, or we have another address.
            FromRelay::Unknown { .. } => {
                let delay = membership.rejoin_delay(now);
                self.rejoin(cx, delay);
            }
            FromRelay::Closing { .. } => self.lose(cx, Phrase::new("relay-closed")),
            FromRelay::Challenge { .. } => {}
        }
    }

    fn on_bundle(&mut self, cx: &mut Ctx<'_>, first: u64, entries: BundleEntries<'_>) {
        let mut news = false;
        let places = (0..).map_while(|place: u64| first.checked_add(place));
        for (entry, seq) in entries.take(MAX_ENTRIES).zip(places) {
            if let BundleEntry::Text { index, number, .. } = entry
                && self.identity.is_at(index)
            {
                self.outbound.ack(number);
            }
            news |= self.feed.insert(seq, entry);
        }
        if let (true, RoomStage::Joined(membership)) = (news, &mut self.stage) {
            membership.keep_alive().schedule_probe(cx.now.mono, cx.rng);
        }
    }

    /// The relay has this message of ours. Where that place is still to come, it is shown there.
    fn on_taken(&mut self, cx: &mut Ctx<'_>, number: u32, seq: u64) {
        if seq > 0 && !self.feed.is_past(seq) {
            self.feed.exists(seq);
            self.outbound.ack(number);
        } else if let Some(relay) = self.relay {
            self.outbound.finish(cx, relay, number);
        }
    }

    fn on_name_refused(&mut self, cx: &mut Ctx<'_>, why: RefusalReason) {
        let RoomStage::Joined(membership) = &mut self.stage else { return };
        if !membership.is_renaming() || !matches!(why, RefusalReason::NameTaken | RefusalReason::BadName) {
            return;
        }
        if self.identity.try_next_name(why) {
            return membership.rename(cx.now.mono);
        }
        membership.keep_name();
        self.feed.notice(cx, phrase_of(why));
    }
}

// What goes out.
impl RoomSession {
    /// We are in: in the same life of the room as before, whose entries go on, or in a new one.
    pub(super) fn begin_stream(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr, welcome: &Welcome<'_>) {
        if self.feed.stream() == Some(welcome.stream) {
            self.feed.exists(welcome.seq);
            return;
        }
        self.feed.end(cx);
        while let Some(shown) = self.feed.show_now(cx, &self.identity, relay) {
            self.on_shown(cx, relay, shown);
        }
        self.outbound.finish_acked(cx, relay);
        self.feed.begin(cx.now.mono, welcome.stream, welcome.seq);
    }

    /// What a member does by itself, as it becomes due.
    pub(super) fn stay(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        let RoomStage::Joined(membership) = &mut self.stage else { return };
        if !membership.ping(cx, &self.socket) {
            return self.lose(cx, Phrase::new("relay-no-answer"));
        }
        self.deliver(cx);
        self.feed.give_up_gap(cx);
        self.deliver(cx);
        let (RoomStage::Joined(membership), Some(stream)) = (&mut self.stage, self.feed.stream()) else {
            return;
        };
        let socket = &self.socket;
        for gap in self.feed.gaps(now) {
            let (from, count) = (gap.from, gap.count);
            membership.send(cx, socket, |token| FromMember::Missing { token, stream, from, count });
        }
        if let Some(from) = self.feed.page_due(now) {
            membership.send(cx, socket, |token| FromMember::Members { token, from });
        }
        membership.say_name(cx, socket, &self.identity.wanted_name());
        if let Some((number, text)) = self.outbound.due(now) {
            membership.send(cx, socket, |token| FromMember::Say { token, number, text: &text });
        }
    }

    /// Shows the entries whose turn it is.
    fn deliver(&mut self, cx: &mut Ctx<'_>) {
        let Some(relay) = self.relay else { return };
        while let Some(shown) = self.feed.show_next(cx, &self.identity, relay) {
            self.on_shown(cx, relay, shown);
        }
    }

    fn on_shown(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr, shown: ShownEntry) {
        match shown {
            ShownEntry::Other => {}
            ShownEntry::OwnMessage(number) => self.outbound.finish(cx, relay, number),
            ShownEntry::OwnName(name) => {
                if let RoomStage::Joined(membership) = &mut self.stage {
                    membership.renamed(&name);
                }
            }
        }
    }
}
