//! What a person gets to see of a room, in the order of the entries: messages of others, which of our own are with the
//! relay, and who comes and goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::clock::{later, since};
use super::identity::RelayIdentity;
use super::member_roster::MemberRoster;
use super::reorder_buffer::{Gap, ReorderBuffer, RoomEvent};
use crate::dialects::relay::SCHEME;
use crate::dialects::relay::frame::{BundleEntry, MemberPage};
use crate::model::traffic::{Member, MessageKind, Received};
use crate::model::{ConversationId, Files, NetEvent, Phrase};
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
    /// Our own message with this number is at its place.
    OwnMessage(u32),
    OwnName(String),
}

#[derive(Debug)]
pub(super) struct RoomFeed {
    conversation: ConversationId,
    /// The present life of the room, or the last.
    buffer: ReorderBuffer,
    members: MemberRoster,
    /// Id of the sender and number of the message.
    shown: RecentSet<(u64, u32)>,
    /// Since when a message waits for the name of its sender.
    nameless: Option<Instant>,
}

// What comes in.
impl RoomFeed {
    pub(super) fn new(conversation: ConversationId) -> Self {
        let (members, shown) = (MemberRoster::default(), RecentSet::new(MAX_SHOWN));
        Self { conversation, buffer: ReorderBuffer::default(), members, shown, nameless: None }
    }

    pub(super) const fn stream(&self) -> Option<u32> {
        self.buffer.stream()
    }

    /// A new life of the room. All of it came after what we know of the last, so nothing of it is left out: others may be
    /// back before us and have spoken. Only who comes for the first time begins with the newest entry.
    pub(super) fn begin(&mut self, now: Instant, stream: u32, newest: u64) {
        let before = if self.stream().is_some() { 0 } else { newest };
        self.buffer = ReorderBuffer::new(stream, before);
        self.buffer.exists(newest);
        self.nameless = None;
        self.members.begin(now);
    }

    /// This life of the room is over: what is here is all there will be.
    pub(super) fn end(&mut self, cx: &mut Ctx<'_>) {
        let lost = self.buffer.end();
        self.report_missed(cx, lost);
    }

    /// The relay has this entry. Says whether that is new.
    pub(super) const fn exists(&mut self, seq: u64) -> bool {
        self.buffer.exists(seq)
    }

    pub(super) fn insert(&mut self, seq: u64, entry: BundleEntry<'_>) -> bool {
        self.buffer.insert(seq, entry)
    }

    /// Whether this entry was shown, or is given up.
    pub(super) fn is_past(&self, seq: u64) -> bool {
        self.buffer.is_past(seq)
    }

    pub(super) fn on_pong(&mut self, now: Instant, seq: u64, count: u32) {
        self.buffer.exists(seq);
        if self.buffer.is_at(seq) {
            self.members.compare(now, count);
        }
    }

    /// The relay does not have what came before `seq` any more.
    pub(super) fn on_gone(&mut self, cx: &mut Ctx<'_>, seq: u64) {
        let lost = self.buffer.give_up(seq);
        self.report_missed(cx, lost);
    }

    pub(super) fn on_members(&mut self, cx: &mut Ctx<'_>, page: MemberPage<'_>, own: &RelayIdentity) {
        for member in self.members.page(cx.now.mono, page) {
            self.report_member(cx, Some(member), own);
        }
    }

    /// So many entries will never come. Some may have been about members.
    fn report_missed(&mut self, cx: &mut Ctx<'_>, lost: u64) {
        if lost > 0 {
            self.notice(cx, Phrase::new("relay-missed").number("count", lost));
            self.members.fetch_from(cx.now.mono, 0);
        }
    }
}

// What is to be asked for.
impl RoomFeed {
    pub(super) fn deadline(&self) -> Option<Instant> {
        let naming = self.nameless.map(|waiting| later(waiting, NAME_PATIENCE));
        let gaps = self.buffer.deadline();
        [self.members.deadline(), naming, gaps].into_iter().flatten().min()
    }

    /// Goes on without entries that were asked for too often.
    pub(super) fn give_up_gap(&mut self, cx: &mut Ctx<'_>) {
        if let Some(lost) = self.buffer.give_up_gap() {
            self.report_missed(cx, lost);
        }
    }

    /// The entries to ask for now.
    pub(super) fn gaps(&mut self, now: Instant) -> Vec<Gap> {
        self.buffer.gaps(now)
    }

    /// The page of the list of members to ask for now.
    pub(super) fn page_due(&mut self, now: Instant) -> Option<u32> {
        self.members.due(now)
    }

    /// The membership is over or in doubt: nothing is asked for until there is another.
    pub(super) fn pause(&mut self) {
        self.buffer.pause();
    }
}

// What goes out to the person.
impl RoomFeed {
    /// Shows the next entry, unless its writer has no name yet that may still come.
    pub(super) fn show_next(
        &mut self,
        cx: &mut Ctx<'_>,
        own: &RelayIdentity,
        source: SocketAddr,
    ) -> Option<ShownEntry> {
        if let RoomEvent::Text { index, .. } = self.buffer.peek()? {
            let index = *index;
            if self.must_wait(cx.now.mono, index, own) {
                return None;
            }
        }
        self.nameless = None;
        self.show_now(cx, own, source)
    }

    /// Shows the next entry, with or without the name of its writer.
    pub(super) fn show_now(
        &mut self,
        cx: &mut Ctx<'_>,
        own: &RelayIdentity,
        source: SocketAddr,
    ) -> Option<ShownEntry> {
        let mut shown = ShownEntry::Other;
        let change = match self.buffer.pull()? {
            RoomEvent::Text { index, number, text } => {
                if own.is_at(index) || self.members.get(index).is_some_and(|(id, _)| id == own.id()) {
                    return Some(ShownEntry::OwnMessage(number));
                }
                self.show_text(cx, index, number, text, source);
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

    /// Whether a message has to wait for the name of its writer.
    fn must_wait(&mut self, now: Instant, index: u32, own: &RelayIdentity) -> bool {
        if own.is_at(index) || self.members.get(index).is_some() || self.members.is_full() {
            return false;
        }
        let Some(waiting) = self.nameless else {
            self.nameless = Some(now);
            self.members.fetch_from(now, index);
            return true;
        };
        // A list that is complete and does not say it will not say it later.
        since(waiting, now) < NAME_PATIENCE && self.members.deadline().is_some()
    }

    fn show_text(
        &mut self,
        cx: &mut Ctx<'_>,
        index: u32,
        number: u32,
        payload: Arc<[u8]>,
        source: SocketAddr,
    ) {
        if payload.is_empty() {
            return cx.report(NetEvent::Empty { source });
        }
        let writer = self.members.get(index);
        // A plain member numbers nothing (0): each of its messages is new.
        if writer.is_some_and(|(id, _)| number > 0 && !self.shown.insert((id, number))) {
            return;
        }
        let sender = writer.map(|(_, name)| name.to_owned());
        let (text, lossy) = Encoding::UTF_8.decode(&payload);
        cx.report(NetEvent::Received(Received {
            files: Files::default(),
            conversation: Some(self.conversation),
            scheme: SCHEME,
            place: None,
            source,
            sender,
            kind: MessageKind::Text,
            time: cx.now.wall,
            text,
            lossy,
            authenticated: false,
            payload,
        }));
    }

    pub(super) fn notice(&self, cx: &mut Ctx<'_>, notice: Phrase) {
        cx.report(NetEvent::Noticed { conversation: self.conversation, notice });
    }

    fn report_member(&self, cx: &mut Ctx<'_>, change: Option<Member>, own: &RelayIdentity) {
        if let Some(mut member) = change {
            member.own = member.id == own.id();
            cx.report(NetEvent::Member { conversation: self.conversation, member });
        }
    }
}
