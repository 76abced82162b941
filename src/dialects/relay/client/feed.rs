//! What a person gets to see of a room, in the order of the entries: messages of others, which of our own are with the
//! relay, and who comes and goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::catch_up::CatchUp;
use super::earlier::EarlierReader;
use super::identity::RelayIdentity;
use super::member_roster::MemberRoster;
use super::reorder_buffer::{ReorderBuffer, RoomEvent};
use super::room_rules::KnownRules;
use crate::dialects::relay::SCHEME;
use crate::dialects::relay::frame::{MemberPage, NewsList, RoomNews, Welcome};
use crate::model::room_log::{LogRecord, Place, PlacedRecord, RecordKind};
use crate::model::traffic::{Member, MessageKind, Received};
use crate::model::{ConversationId, NetEvent, Now, Phrase, Recall, Uid, WallTime};
use crate::wire::{Ctx, Encoding, RecentSet};

/// How long a message waits for the list of members to say who wrote it.
const NAME_PATIENCE: Duration = Duration::from_secs(2);
/// Messages remembered as shown: a relay that restarted gives new sequence numbers to what it gets again, but sender and
/// number of a message stay. A message is sent again for 20 seconds at most, and a relay takes 20 a second of one member:
/// enough for ten that write as fast as they may.
const MAX_SHOWN: usize = 4_096;

/// What the next entry meant for ourselves.
#[derive(Debug)]
pub(super) enum ShownEntry {
    Other,
    /// Our own message with this number is at its place, where the log has it under that name.
    OwnMessage(u32, Option<Uid>),
    OwnName(String),
}

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

#[derive(Debug)]
pub(super) struct RoomFeed {
    conversation: ConversationId,
    /// The present life of the room, or the last.
    pub(super) buffer: ReorderBuffer,
    pub(super) members: MemberRoster,
    pub(super) catch_up: CatchUp,
    pub(super) earlier: EarlierReader,
    /// Id of the sender and number of the message.
    shown: RecentSet<(u64, u32)>,
    /// Until when a message waits for the name of its sender.
    nameless: Option<Instant>,
    rules: KnownRules,
}

// What comes in.
impl RoomFeed {
    pub(super) fn new(conversation: ConversationId) -> Self {
        let (members, shown) = (MemberRoster::default(), RecentSet::new(MAX_SHOWN));
        Self {
            conversation,
            buffer: ReorderBuffer::default(),
            members,
            catch_up: CatchUp::default(),
            earlier: EarlierReader::default(),
            shown,
            nameless: None,
            rules: KnownRules::default(),
        }
    }

    /// A new life of the room. All of it came after what we know of the last, so nothing of it is left out: others may be
    /// back before us and have spoken. Only who comes for the first time begins with the newest entry.
    ///
    /// `moved`: it is another relay, whose log has all that was missed.
    pub(super) fn begin(&mut self, now: Instant, welcome: &Welcome<'_>, moved: bool) {
        let Welcome { stream, seq, log, .. } = *welcome;
        let is_in_log = moved && self.catch_up.goes_on(log);
        let before = if self.buffer.stream.is_some() && !is_in_log { 0 } else { seq };
        self.buffer = ReorderBuffer::new(stream, before);
        self.buffer.exists(seq);
        self.catch_up.begin(now, log);
        self.earlier.begin(log);
        self.nameless = None;
        self.members.begin(now);
    }

    pub(super) fn on_pong(&mut self, now: Instant, rooms: NewsList<'_>) {
        let Some(RoomNews { seq, count, .. }) = self.buffer.stream.and_then(|stream| rooms.of(stream)) else {
            return;
        };
        self.buffer.exists(seq);
        if self.buffer.is_at(seq) {
            self.members.compare(now, count);
        }
    }

    pub(super) fn on_members(&mut self, cx: &mut Ctx<'_>, page: MemberPage<'_>, own: &RelayIdentity) {
        for member in self.members.page(cx.now, page) {
            self.report_member(cx, Some(member), own);
        }
    }

    /// So many entries will never come. Some may have been about members.
    pub(super) fn report_missed(&mut self, cx: &mut Ctx<'_>, lost: u64) {
        if lost > 0 {
            // Where there is a log, it still has what was said.
            if !self.catch_up.read(cx.now.mono) {
                self.notice(cx, Phrase::new("relay-missed").number("count", lost));
            }
            self.members.fetch_from(cx.now.mono, 0);
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let log = [self.catch_up.deadline(), self.earlier.deadline()];
        let others = [self.members.deadline(), self.nameless, self.buffer.again];
        others.into_iter().chain(log).flatten().min()
    }
}

// What goes out to the person.
impl RoomFeed {
    /// Whether the next entry has to wait: for what was said before it, or for the name of its writer.
    pub(super) fn must_wait(&mut self, now: Now, own: &RelayIdentity) -> bool {
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
    pub(super) fn show_next(
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
                let place = kept.map(|kept| kept.place);
                let new = place.is_none_or(|place| self.catch_up.is_new(place));
                if own.is_at(index) || self.members.get(index).is_some_and(|(id, _)| id == own.id) {
                    self.note_place(place.filter(|_| new), true);
                    let uid = place.and_then(|place| self.catch_up.uid(place));
                    return Some(ShownEntry::OwnMessage(number, uid));
                }
                if new {
                    let writer = self.members.get(index).map(|(id, name)| (id, name.to_owned()));
                    let (time, recall) = (cx.now.wall, None);
                    let said = SaidText { writer, number, time, payload: text, place, recall };
                    let is_shown = self.show_text(cx, said, source);
                    self.note_place(place, !is_shown);
                }
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

    fn note_place(&mut self, place: Option<Place>, settled: bool) {
        if let Some(place) = place {
            self.catch_up.on_shown(place, settled);
        }
    }

    /// The history here has this message, or never will.
    pub(super) fn settle(&mut self, now: Instant, uid: Uid) {
        if let Some(place) = self.catch_up.place(uid) {
            self.catch_up.settle(now, place);
            self.earlier.settle(now, place);
        }
    }

    /// Shows what was said before we came. What we have said ourselves in an earlier run is here.
    pub(super) fn show_earlier(
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
    pub(super) fn show_kept(
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
    pub(super) fn learn_rules(&mut self, cx: &mut Ctx<'_>, rules: KnownRules) {
        for told in self.rules.change(rules) {
            self.notice(cx, told);
        }
    }

    pub(super) fn notice(&self, cx: &mut Ctx<'_>, notice: Phrase) {
        cx.report(NetEvent::Noticed { conversation: self.conversation, notice });
    }

    fn report_member(&self, cx: &mut Ctx<'_>, change: Option<Member>, own: &RelayIdentity) {
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
