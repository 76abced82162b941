//! What a person gets to see of a room, in the order of the entries: messages of others, which of our own are with the
//! relay, and who comes and goes.

mod showing;

use std::time::{Duration, Instant};

use super::catch_up::CatchUp;
use super::earlier::EarlierReader;
use super::identity::RelayIdentity;
use super::member_roster::MemberRoster;
use super::relocation::spread;
use super::reorder_buffer::ReorderBuffer;
use super::room_rules::KnownRules;
use crate::dialects::relay::frame::{MemberPage, NewsList, RoomNews, Welcome};
use crate::model::{ConversationId, NetEvent, Phrase, Uid};
use crate::wire::{Ctx, RecentSet};

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
    /// How many are in the room, as the app was told.
    count: Option<u32>,
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
            count: None,
        }
    }

    /// A new life of the room. All of it came after what we know of the last, so nothing of it is left out: others may be
    /// back before us and have spoken. Only who comes for the first time begins with the newest entry.
    ///
    /// `moved`: it is another relay, whose log has all that was missed.
    pub(super) fn begin(&mut self, cx: &mut Ctx<'_>, welcome: &Welcome<'_>, moved: bool) {
        let Welcome { stream, seq, log, .. } = *welcome;
        let now = cx.now.mono;
        let is_in_log = moved && self.catch_up.goes_on(log);
        let before = if self.buffer.stream.is_some() && !is_in_log { 0 } else { seq };
        self.buffer = ReorderBuffer::new(stream, before);
        self.buffer.exists(seq);
        self.catch_up.begin(now, log);
        self.earlier.begin(log);
        self.nameless = None;
        self.members.begin(now);
        if welcome.is_crowded || self.members.is_crowded() {
            self.learn_crowd(cx, welcome.is_crowded, welcome.index, welcome.id);
        }
    }

    pub(super) fn on_pong(&mut self, cx: &mut Ctx<'_>, rooms: NewsList<'_>) {
        let Some(RoomNews { seq, count, .. }) = self.buffer.stream.and_then(|stream| rooms.of(stream)) else {
            return;
        };
        self.on_count(cx, count);
        self.buffer.exists(seq);
        if self.buffer.is_at(seq) {
            self.members.compare(cx.now.mono, count);
        }
    }

    /// A page of the list, and how many there are in all.
    pub(super) fn on_members(
        &mut self,
        cx: &mut Ctx<'_>,
        count: u32,
        page: MemberPage<'_>,
        own: &RelayIdentity,
    ) {
        self.on_count(cx, count);
        for member in self.members.page(cx.now, page, own.id) {
            self.report_member(cx, Some(member), own);
        }
    }

    /// So many members are in the room.
    fn on_count(&mut self, cx: &mut Ctx<'_>, count: u32) {
        self.members.on_count(count);
        self.tell_count(cx);
    }

    /// The app counts those it is told of, unless it is told how many there are.
    fn tell_count(&mut self, cx: &mut Ctx<'_>) {
        let count = self.members.crowd_size();
        if std::mem::replace(&mut self.count, count) != count {
            cx.report(NetEvent::MemberCount { conversation: self.conversation, count });
        }
    }

    /// Whether the room is crowded from now on. If so, a page of the list says how many are there, and how we are called.
    fn on_crowd(&mut self, cx: &mut Ctx<'_>, is_crowded: bool, index: u32, own: u64) {
        if is_crowded != self.members.is_crowded() {
            self.learn_crowd(cx, is_crowded, index, own);
        }
    }

    fn learn_crowd(&mut self, cx: &mut Ctx<'_>, is_crowded: bool, index: u32, own: u64) {
        // Once it is no crowd any more, all of its members fetch the list.
        let rest = if is_crowded { Duration::ZERO } else { cx.rng.within(spread(true)) };
        let at = cx.after(rest);
        for member in self.members.set_crowded(at, is_crowded, own) {
            cx.report(NetEvent::Member { conversation: self.conversation, member });
        }
        self.members.fetch_from(at, index);
        self.tell_count(cx);
    }

    /// Nothing before this entry can be had any more.
    pub(super) fn on_gone(&mut self, cx: &mut Ctx<'_>, seq: u64) {
        let lost = self.buffer.give_up(seq);
        self.report_missed(cx, lost);
    }

    /// So many entries will never come. Some may have been about members.
    pub(super) fn report_missed(&mut self, cx: &mut Ctx<'_>, lost: u64) {
        if lost > 0 {
            // Where there is a log, it still has what was said.
            if !self.catch_up.read(cx.now.mono) {
                self.notice(cx, Phrase::new("relay-missed").number("count", lost));
            }
            if !self.members.is_crowded() {
                self.members.fetch_from(cx.now.mono, 0);
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let log = [self.catch_up.deadline(), self.earlier.deadline()];
        let others = [self.members.deadline(), self.nameless, self.buffer.again];
        others.into_iter().chain(log).flatten().min()
    }
}
