//! One connection whose peer has proved its key: what is written to it, what came, and what both sides told each other.
//!
//! Delivery does not depend on it: a session that breaks loses nothing, since the next one begins with what is not kept.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use quinn_proto::{Connection, StreamEvent};

use super::frame::control::{Control, Introduction};
use super::frame::{Malformed, Rejection, StreamKind};
use super::held::HeldEntries;
use super::pace::EntryPace;
use super::probe::Probe;
use super::receipts::{EntryFate, ReceiptTracker};
use super::streams::{FrameQueue, StreamReaders};
use crate::model::{PublicKey, Uid};

/// Quinn serves strictly by priority.
const CONTROL: i32 = 3;
const MESSAGES: i32 = 2;

/// What a peer said of itself on this session: which start of its program it is, and how often it moved since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Incarnation {
    pub boot: u64,
    pub moves: u32,
}

#[derive(Debug)]
pub(super) struct PeerSession {
    pub(super) key: PublicKey,
    /// We began it.
    pub(super) dialled: bool,
    pub(super) remote: SocketAddr,
    /// Counts sessions: the younger has the higher.
    pub(super) number: u64,
    /// What the peer told; `None`: nothing yet.
    pub(super) peer: Option<Incarnation>,
    /// Our own moves that the peer was told of.
    pub(super) told_moves: u32,
    control: FrameQueue,
    messages: FrameQueue,
    readers: StreamReaders,
    receipts: ReceiptTracker,
    /// The peer may know what we have of it.
    tells: bool,
    /// When entries are read again that came too fast.
    throttled: Option<Instant>,
    sent: SentEntries,
    /// The peer owes a receipt or a file.
    pub(super) probe: Probe,
}

/// What was written on a session.
#[derive(Debug, Default)]
struct SentEntries {
    /// Numbers of the entries that are not kept, oldest first.
    unkept: VecDeque<u64>,
    kept: u32,
    /// The number of the entry that was written last.
    newest: u64,
}

impl PeerSession {
    /// `None`: the connection takes no streams, so it is about to end.
    pub(super) fn open(quic: &mut Connection, key: PublicKey, number: u64) -> Option<Self> {
        Some(Self {
            key,
            dialled: quic.side().is_client(),
            remote: quic.remote_address(),
            number,
            peer: None,
            told_moves: 0,
            control: FrameQueue::open(quic, StreamKind::Control, CONTROL)?,
            messages: FrameQueue::open(quic, StreamKind::Messages, MESSAGES)?,
            readers: StreamReaders::default(),
            receipts: ReceiptTracker::default(),
            tells: false,
            throttled: None,
            sent: SentEntries::default(),
            probe: Probe::default(),
        })
    }

    pub(super) fn say_hello(&mut self, boot: u64, introduction: Introduction) {
        self.told_moves = introduction.moves.unwrap_or_default();
        self.say(&Control::Hello { boot, introduction });
    }

    pub(super) fn say(&mut self, control: &Control) {
        self.control.push(&control.encode());
    }

    pub(super) fn on_stream(&mut self, quic: &mut Connection, event: &StreamEvent) {
        self.probe.hurry();
        match event {
            StreamEvent::Opened { .. } => self.readers.accept(quic),
            StreamEvent::Readable { id } => self.readers.note_readable(*id),
            StreamEvent::Writable { .. }
            | StreamEvent::Finished { .. }
            | StreamEvent::Stopped { .. }
            | StreamEvent::Available { .. } => {}
        }
    }

    /// Gives QUIC what it takes.
    pub(super) fn flush(&mut self, quic: &mut Connection) {
        self.control.flush(quic);
        self.messages.flush(quic);
    }
}

// What the peer says.
impl PeerSession {
    pub(super) fn next_control(&mut self, quic: &mut Connection) -> Result<Option<Control>, Malformed> {
        let frame = self.readers.next(quic, StreamKind::Control)?;
        frame.map(|frame| Control::decode(&frame)).transpose()
    }

    /// The next entry as it came, if there is room for more and the peer's `pace` allows it; `most`: entries that may be with
    /// the history at a time.
    pub(super) fn next_entry(
        &mut self,
        quic: &mut Connection,
        now: Instant,
        most: usize,
        pace: &mut EntryPace,
    ) -> Result<Option<Vec<u8>>, Malformed> {
        if self.receipts.is_full(most) {
            self.throttled = None;
            return Ok(None);
        }
        self.throttled = pace.throttled(now);
        if self.throttled.is_some() {
            return Ok(None);
        }
        let frame = self.readers.next(quic, StreamKind::Messages)?;
        if frame.is_some() {
            pace.count(now);
        }
        Ok(frame)
    }

    pub(super) fn note_read(&mut self, uid: Uid, bytes: usize) {
        self.receipts.note_read(uid, bytes);
    }

    /// What was read breaks the rules.
    pub(super) fn note_refused(&mut self, why: Rejection) {
        self.receipts.note_refused(why);
    }

    /// Whether the peer is one that may know what is kept, and say more then.
    pub(super) fn settle(&mut self, now: Instant, trusted: bool) {
        self.tells = trusted;
        if trusted {
            for refused in self.receipts.settle(now) {
                self.say(&refused);
            }
        }
    }

    pub(super) fn note_fate(&mut self, uid: Uid, fate: EntryFate) {
        self.receipts.note_fate(uid, fate);
    }

    /// Something was dropped, so that no receipt can be given for what comes after it: only another session brings it again.
    pub(super) fn lacks_entries(&self) -> bool {
        self.tells && self.receipts.lacks_some()
    }
}

// What we say.
impl PeerSession {
    /// Writes what the peer has not kept and this session does not have; gives each entry that is written.
    pub(super) fn write_next<'h>(
        &mut self,
        held: &'h mut HeldEntries,
    ) -> Option<&'h mut super::held::HeldEntry> {
        if !self.messages.has_room() {
            return None;
        }
        let (number, entry) = held.after(self.sent.newest)?;
        self.sent.newest = number;
        self.sent.unkept.push_back(number);
        self.messages.push(&entry.payload);
        self.probe.hurry();
        Some(entry)
    }

    /// The peer has kept so many entries of this session: their numbers, oldest first.
    pub(super) fn on_kept(&mut self, count: u32) -> Result<Vec<u64>, Malformed> {
        let fresh = count.checked_sub(self.sent.kept).ok_or(Malformed)?;
        let fresh = usize::try_from(fresh).map_err(|_too_many| Malformed)?;
        if fresh > self.sent.unkept.len() {
            return Err(Malformed);
        }
        self.sent.kept = count;
        Ok(self.sent.unkept.drain(..fresh).collect())
    }

    /// The peer will never keep the entry at this place of this session: its number. `Kept` passes over it later.
    pub(super) fn on_refused(&self, position: u32) -> Result<u64, Malformed> {
        let index = position.checked_sub(self.sent.kept).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.sent.unkept.get(index)).copied().ok_or(Malformed)
    }

    /// Says how much is kept, where that is due.
    pub(super) fn tell_kept(&mut self, now: Instant) {
        if self.tells
            && let Some(count) = self.receipts.take_due(now)
        {
            self.say(&Control::Kept { count });
        }
    }

    /// The program ends: there is no other time to say how much is kept.
    pub(super) fn say_bye(&mut self) {
        if self.tells
            && let Some(count) = self.receipts.take_untold()
        {
            self.say(&Control::Kept { count });
        }
        self.say(&Control::Bye);
    }

    /// Something was written that the peer has not kept.
    pub(super) fn waits(&self) -> bool {
        !self.sent.unkept.is_empty()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.receipts.deadline().filter(|_| self.tells), self.throttled].into_iter().flatten().min()
    }
}
