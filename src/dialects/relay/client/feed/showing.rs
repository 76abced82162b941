//! What of a room goes out to the person: messages, removals, who comes and goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{RoomFeed, ShownEntry};
use crate::dialects::relay::SCHEME;
use crate::dialects::relay::client::identity::RelayIdentity;
use crate::dialects::relay::client::reorder_buffer::RoomEvent;
use crate::dialects::relay::client::room_rules::KnownRules;
use crate::model::room_log::{LogRecord, Place, PlacedRecord, RecordKind};
use crate::model::traffic::{Member, MessageKind, Received};
use crate::model::{NetEvent, Now, Phrase, Recall, Uid, WallTime};
use crate::wire::{Ctx, Encoding};

/// How long a message waits for the list of members to say who wrote it.
const NAME_PATIENCE: Duration = Duration::from_secs(2);

/// A message of somebody else: the id and name of its writer, where they are known.
#[derive(Debug)]
struct SaidText {
    writer: Option<(u64, String)>,
    number: u32,
    time: WallTime,
    payload: Arc<[u8]>,
    /// Where the log has it.
    place: Option<Place>,
    /// It was said before we came.
    recall: Option<Recall>,
}

/// That a message was removed stands at a place of its own.
#[derive(Clone, Copy)]
struct RemovalAt {
    place: Place,
    at: WallTime,
    /// Where the message stood.
    message: Place,
}

impl RoomFeed {
    /// Whether the next entry has to wait: for what was said before it, or for the name of its writer.
    pub(in super::super) fn must_wait(&mut self, now: Now, own: &RelayIdentity) -> bool {
        if self.catch_up.is_reading() {
            return true;
        }
        let Some(RoomEvent::Text { index, .. }) = self.buffer.peek() else { return false };
        let index = *index;
        if own.is_at(index) || self.members.get(index).is_some() || self.members.is_full() {
            return false;
        }
        let Some(until) = self.nameless else {
            self.nameless = Some(now.after(NAME_PATIENCE).mono);
            self.members.fetch_from(now.mono, index);
            return true;
        };
        // A list that is complete and does not say it will not say it later.
        now.mono < until && self.members.deadline().is_some()
    }

    /// Shows the next entry, with or without the name of its writer.
    pub(in super::super) fn show_next(
        &mut self,
        cx: &mut Ctx<'_>,
        own: &RelayIdentity,
        source: SocketAddr,
    ) -> Option<ShownEntry> {
        let event = self.buffer.pull()?;
        self.nameless = None;
        let mut shown = ShownEntry::Other;
        let change = match event {
            RoomEvent::Text { index, number, kept, text } => {
                let writer = self.members.get(index).map(|(id, name)| (id, name.to_owned()));
                let (time, place) = (cx.now.wall, kept.map(|kept| kept.place));
                let said = SaidText { writer, number, time, payload: text, place, recall: None };
                shown = self.show_said(cx, own, index, said, source);
                None
            }
            RoomEvent::Removed { kept, message } => {
                if self.catch_up.is_new(kept.place) {
                    let at = kept.at.min(cx.now.wall);
                    self.show_removal(cx, source, RemovalAt { place: kept.place, at, message });
                }
                None
            }
            RoomEvent::Rules(rules) => {
                self.learn_rules(cx, rules);
                None
            }
            RoomEvent::Crowded(is_crowded) => {
                self.on_crowd(cx, is_crowded, own.index().unwrap_or_default(), own.id);
                None
            }
            RoomEvent::Omitted => None,
            RoomEvent::Joined { index, id, name } => self.members.join(index, id, name),
            RoomEvent::Left { index } => self.members.leave(index),
            RoomEvent::Renamed { index, name } => {
                if own.is_at(index) {
                    shown = ShownEntry::OwnName(name.clone());
                }
                self.members.rename(index, name)
            }
        };
        self.report_member(cx, change, own);
        Some(shown)
    }

    /// A message that was said just now.
    fn show_said(
        &mut self,
        cx: &mut Ctx<'_>,
        own: &RelayIdentity,
        index: u32,
        said: SaidText,
        source: SocketAddr,
    ) -> ShownEntry {
        let place = said.place;
        let is_new = place.is_none_or(|place| self.catch_up.is_new(place));
        if own.is_at(index) || said.writer.as_ref().is_some_and(|(id, _)| *id == own.id) {
            self.note_place(place.filter(|_| is_new), true);
            let uid = place.and_then(|place| self.catch_up.uid(place));
            return ShownEntry::OwnMessage(said.number, uid);
        }
        if is_new {
            let is_shown = self.show_text(cx, said, source);
            self.note_place(place, !is_shown);
        }
        ShownEntry::Other
    }

    fn note_place(&mut self, place: Option<Place>, settled: bool) {
        if let Some(place) = place {
            self.catch_up.on_shown(place, settled);
        }
    }

    /// The history here has this message, or never will.
    pub(in super::super) fn settle(&mut self, now: Instant, uid: Uid) {
        if let Some(place) = self.catch_up.place(uid) {
            self.catch_up.settle(now, place);
            self.earlier.settle(now, place);
        }
    }

    /// Shows what was said before we came. What we have said ourselves in an earlier run is here.
    pub(in super::super) fn show_earlier(
        &mut self,
        cx: &mut Ctx<'_>,
        own: &RelayIdentity,
        source: SocketAddr,
        placed: &PlacedRecord<'_>,
    ) {
        let said = said_text(cx.now, placed, Some(Recall::Earlier));
        // What was removed before is not here.
        let is_said = placed.record.kind == RecordKind::Said;
        if !is_said || own.is_own(placed.record.id) || !self.show_text(cx, said, source) {
            self.earlier.settle(cx.now.mono, placed.place);
        }
    }

    /// Shows what was said while we were away, in an earlier run where that is `recall`. A message of our own is at its place.
    pub(in super::super) fn show_kept(
        &mut self,
        cx: &mut Ctx<'_>,
        own: &RelayIdentity,
        source: SocketAddr,
        placed: &PlacedRecord<'_>,
        recall: Option<Recall>,
    ) -> Option<ShownEntry> {
        let (place, record) = (placed.place, &placed.record);
        if !self.catch_up.is_new(place) {
            return None;
        }
        if let RecordKind::Removed(message) = record.kind {
            self.show_removal(cx, source, RemovalAt { place, at: record.at.min(cx.now.wall), message });
            return None;
        }
        if own.is_own(record.id) {
            self.catch_up.on_shown(place, true);
            return Some(ShownEntry::OwnMessage(record.number, self.catch_up.uid(place)));
        }
        let is_shown = self.show_text(cx, said_text(cx.now, placed, recall), source);
        self.catch_up.on_shown(place, !is_shown);
        None
    }

    /// A message of the room goes here as well.
    fn show_removal(&mut self, cx: &mut Ctx<'_>, source: SocketAddr, removal: RemovalAt) {
        let RemovalAt { place, at, message } = removal;
        let uid = |place| self.catch_up.uid(place);
        let removal = Received {
            conversation: Some(self.conversation),
            kind: MessageKind::Removal,
            uid: uid(place),
            about: uid(message),
            ..Received::new(SCHEME, source, at, Arc::from([]))
        };
        cx.report(NetEvent::Received(removal));
        self.catch_up.on_shown(place, false);
    }

    /// `false`: there is nothing of it to be shown, or it was shown before.
    fn show_text(&mut self, cx: &mut Ctx<'_>, said: SaidText, source: SocketAddr) -> bool {
        let SaidText { writer, number, time, payload, place, recall } = said;
        if payload.is_empty() {
            cx.report(NetEvent::Empty { source });
            return false;
        }
        // A plain member numbers nothing (0): each of its messages is new.
        if writer.as_ref().is_some_and(|(id, _)| number > 0 && !self.shown.insert((*id, number))) {
            return false;
        }
        let sender = writer.map(|(_, name)| name);
        let (text, lossy) = Encoding::UTF_8.decode(&payload);
        let received = Received {
            conversation: Some(self.conversation),
            sender,
            text,
            lossy,
            uid: place.and_then(|place| self.catch_up.uid(place)),
            ..Received::new(SCHEME, source, time, payload)
        };
        cx.report(match recall {
            Some(why) => NetEvent::Recalled { why, received },
            None => NetEvent::Received(received),
        });
        true
    }

    /// How the room is run from now on.
    pub(in super::super) fn learn_rules(&mut self, cx: &mut Ctx<'_>, rules: KnownRules) {
        for told in self.rules.change(rules) {
            self.notice(cx, told);
        }
    }

    pub(in super::super) fn notice(&self, cx: &mut Ctx<'_>, notice: Phrase) {
        cx.report(NetEvent::Noticed { conversation: self.conversation, notice });
    }

    pub(super) fn report_member(&self, cx: &mut Ctx<'_>, change: Option<Member>, own: &RelayIdentity) {
        if let Some(mut member) = change {
            member.own = member.id == own.id;
            cx.report(NetEvent::Member { conversation: self.conversation, member });
        }
    }
}

/// A message of the log. A relay whose clock is ahead must not put it into the future.
fn said_text(now: Now, placed: &PlacedRecord<'_>, recall: Option<Recall>) -> SaidText {
    let PlacedRecord { place, record: LogRecord { at, kind: _, id, number, ref name, ref body } } = *placed;
    let writer = Some((id, name.as_ref().to_owned()));
    let (time, payload) = (at.min(now.wall), body.as_ref().into());
    SaidText { writer, number, time, payload, place: Some(place), recall }
}
