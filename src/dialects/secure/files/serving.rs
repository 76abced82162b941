//! One file or folder of ours on its way to whoever asked for it.
//!
//! The disk reads a few pieces ahead, and only while QUIC takes them: whoever receives slowly is read for slowly.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use quinn_proto::Connection;

use super::request::{GIVES, RangeRequest, Refusal};
use super::resuming::{CheckStep, TreeCheck};
use super::stream::{OverStream, StreamRead, TransferStream};
use super::walk::{OutgoingWalk, WalkFrame};
use super::{PATIENCE, patience_with};
use crate::dialects::secure::frame::offer::offered_size;
use crate::model::file::FileSource;
use crate::model::{ErrorCode, LinkId, PublicKey};
use crate::wire::cursor::Put as _;
use crate::wire::disk::{FileHash, MAX_BYTES};
use crate::wire::{Ctx, DiskEvent, DiskStep, Output, TransferProgress};

/// Pieces that were asked of the disk, or wait for QUIC to take them.
const MAX_AHEAD: usize = 4;

/// The file that is being read.
#[derive(Debug, Default)]
struct ReadAhead {
    /// Bytes that there are to read, and that were.
    size: u64,
    got: u64,
    /// Steps that are not answered.
    pending: usize,
    hash: Option<FileHash>,
}

impl ReadAhead {
    /// Whether one more piece is wanted: all of them, and one that finds the end.
    fn wants(&self, room: usize) -> bool {
        let before = self.pending.saturating_sub(1);
        let asked = u64::try_from(before.saturating_mul(MAX_BYTES)).unwrap_or(u64::MAX);
        let more = self.pending == 0 || self.got.saturating_add(asked) < self.size;
        more && self.hash.is_none() && self.pending < room
    }
}

/// Bytes that the peer has acknowledged. QUIC says nothing of that, and holds on to bytes until the peer has acknowledged them
/// and all before them: what it lets go of the peer has. What it only took may wait for megabytes to go out first.
#[derive(Clone, Debug, Default)]
struct Acknowledged(Arc<AtomicU64>);

impl Acknowledged {
    /// The same bytes, counted when nobody needs them any more.
    fn counted(&self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(CountedPiece { bytes, acknowledged: self.clone() })
    }

    fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct CountedPiece {
    bytes: Bytes,
    acknowledged: Acknowledged,
}

impl AsRef<[u8]> for CountedPiece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for CountedPiece {
    fn drop(&mut self) {
        let length = u64::try_from(self.bytes.len()).unwrap_or_default();
        self.acknowledged.0.fetch_add(length, Ordering::Relaxed);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ServingStage {
    /// The disk opens a file.
    Opening,
    Reading,
    /// All of it was read.
    Ending,
    /// All of it is written; the peer says when it has it.
    Parting,
    /// All of it is with the peer, which has not said so.
    Acknowledged,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Served {
    Whole,
    Broken(Refusal),
}

#[derive(Debug)]
pub(super) struct Serving {
    pub(super) key: PublicKey,
    pub(super) stream: TransferStream,
    pub(super) progress: TransferProgress,
    request: RangeRequest,
    /// `None`: it is a file.
    walk: Option<OutgoingWalk>,
    /// What the peer has of a folder is being compared.
    check: Option<TreeCheck>,
    /// The file that the disk opens, and where.
    opening: Option<(FileSource, u64)>,
    stage: ServingStage,
    reads: ReadAhead,
    queue: VecDeque<Bytes>,
    acknowledged: Acknowledged,
    /// Bytes of files that there are to send.
    all: u64,
    /// The peer gets what it asked for: what follows is broken off, if it is.
    answered: bool,
}

/// Who asked for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedRange {
    pub key: PublicKey,
    pub stream: TransferStream,
    pub request: RangeRequest,
}

impl Serving {
    pub(super) fn new(asked: AskedRange, source: &FileSource, progress: TransferProgress) -> Self {
        let AskedRange { key, stream, request } = asked;
        let walk = source.entries.clone().map(OutgoingWalk::new);
        let check = walk.as_ref().and_then(|_| TreeCheck::of(&request));
        let before = if walk.is_some() { 0 } else { request.from };
        Self {
            key,
            stream,
            progress,
            request,
            walk,
            check,
            opening: None,
            stage: ServingStage::Opening,
            reads: ReadAhead::default(),
            queue: VecDeque::new(),
            acknowledged: Acknowledged::default(),
            all: offered_size(source).saturating_sub(before),
            answered: false,
        }
    }

    pub(super) fn begin(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        source: FileSource,
    ) -> Result<(), Refusal> {
        if self.walk.is_none() {
            self.open(cx, link, source, self.request.from);
        } else if self.check.is_some() {
            return self.compare(cx, link);
        } else {
            self.answer(self.all);
            self.go_on(cx, link);
        }
        Ok(())
    }

    /// Looks at more of what the peer has of a folder.
    fn compare(&mut self, cx: &mut Ctx<'_>, link: LinkId) -> Result<(), Refusal> {
        let (Some(check), Some(walk)) = (&mut self.check, &mut self.walk) else { return Ok(()) };
        match check.next(walk)? {
            CheckStep::Hash { source, bytes } => self.open(cx, link, source, bytes),
            CheckStep::Same => {
                self.resume(cx);
                self.go_on(cx, link);
            }
        }
        Ok(())
    }

    /// What the peer has of a folder is what we have.
    fn resume(&mut self, cx: &mut Ctx<'_>) {
        let Some(check) = self.check.take() else { return };
        self.answer(self.all);
        self.all = self.all.saturating_sub(check.held);
        self.progress.stepped(cx, check.held);
        self.progress.moved(cx, 0);
    }

    pub(super) fn skipped(&self) -> u32 {
        self.walk.as_ref().map_or(0, |walk| walk.skipped)
    }

    fn answer(&mut self, size: u64) {
        let mut bytes = vec![GIVES];
        bytes.u64(size);
        self.push(bytes.into());
        self.answered = true;
    }

    /// Waits for QUIC to take it.
    fn push(&mut self, bytes: Bytes) {
        self.queue.push_back(self.acknowledged.counted(bytes));
    }

    fn open(&mut self, cx: &mut Ctx<'_>, link: LinkId, source: FileSource, from: u64) {
        self.stage = ServingStage::Opening;
        self.progress.wait(cx, patience_with(from));
        self.opening = Some((source.clone(), from));
        let step = DiskStep::Open { source, from };
        cx.push(Output::Disk { link, step });
    }

    /// The next file of a folder, or the end of all.
    fn go_on(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let mut frames = Vec::new();
        let next = self.walk.as_mut().and_then(|walk| walk.next(&mut frames));
        if !frames.is_empty() {
            self.push(frames.into());
        }
        match next {
            Some(source) => self.open(cx, link, source, 0),
            None => self.stage = ServingStage::Ending,
        }
    }

    /// Asks the disk for what there is room for.
    fn ask(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let room = MAX_AHEAD.saturating_sub(self.queue.len());
        while self.stage == ServingStage::Reading && self.reads.wants(room) {
            self.reads.pending = self.reads.pending.saturating_add(1);
            cx.push(Output::Disk { link, step: DiskStep::Read { bytes: MAX_BYTES } });
        }
    }
}

// What the disk says.
impl Serving {
    pub(super) fn on_disk(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        event: DiskEvent,
    ) -> Result<(), Refusal> {
        match event {
            DiskEvent::Opened { hash } => self.opened(cx, link, hash)?,
            DiskEvent::Changed => {
                let walk = self.walk.as_mut().ok_or(Refusal::Changed)?;
                walk.skipped = walk.skipped.saturating_add(1);
                if self.check.is_some() {
                    self.compare(cx, link)?;
                } else {
                    self.go_on(cx, link);
                }
            }
            DiskEvent::Read { bytes } => {
                self.reads.pending = self.reads.pending.saturating_sub(1);
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                self.reads.got = self.reads.got.saturating_add(length);
                if self.reads.got > self.reads.size {
                    return Err(Refusal::Changed);
                }
                self.push(bytes);
                self.ask(cx, link);
            }
            DiskEvent::End { hash } => self.ended(cx, link, hash)?,
            DiskEvent::Failed { error } if error == ErrorCode::ESTALE.into() => return Err(Refusal::Changed),
            DiskEvent::Failed { .. } => return Err(Refusal::Disk),
            DiskEvent::Resumed { .. }
            | DiskEvent::Written { .. }
            | DiskEvent::Closed
            | DiskEvent::Kept { .. }
            | DiskEvent::Mismatch => {}
        }
        self.progress.alive(cx);
        Ok(())
    }

    fn opened(&mut self, cx: &mut Ctx<'_>, link: LinkId, hash: FileHash) -> Result<(), Refusal> {
        let Some((source, from)) = self.opening.take() else { return Ok(()) };
        if let Some(check) = &mut self.check {
            if !check.hashed(hash)? {
                return self.compare(cx, link);
            }
            self.resume(cx);
        }
        let FileSource { name, size, modified, .. } = source;
        if self.walk.is_some() {
            let mut frame = Vec::new();
            WalkFrame::File { name, size, modified }.write(&mut frame);
            self.push(frame.into());
        } else if from > 0 && hash != self.request.prefix {
            return Err(Refusal::PrefixDiffers);
        } else {
            self.answer(size);
        }
        self.stage = ServingStage::Reading;
        self.progress.wait(cx, PATIENCE);
        self.reads = ReadAhead { size: size.saturating_sub(from), ..ReadAhead::default() };
        self.ask(cx, link);
        Ok(())
    }

    fn ended(&mut self, cx: &mut Ctx<'_>, link: LinkId, hash: FileHash) -> Result<(), Refusal> {
        self.reads.pending = self.reads.pending.saturating_sub(1);
        self.reads.hash = Some(hash);
        if self.reads.got < self.reads.size {
            return Err(Refusal::Changed);
        }
        // More may have been asked for than there was.
        if self.reads.pending > 0 {
            return Ok(());
        }
        self.push(Bytes::copy_from_slice(&hash));
        if self.walk.is_some() {
            self.go_on(cx, link);
        } else {
            self.stage = ServingStage::Ending;
        }
        Ok(())
    }
}

// What the peer takes.
impl Serving {
    /// Gives QUIC what it takes, and hears whether the peer has all of it; `None`: it goes on.
    pub(super) fn serve(&mut self, cx: &mut Ctx<'_>, link: LinkId, quic: &mut Connection) -> Option<Served> {
        if let Err(why) = self.write(cx, quic) {
            return Some(Served::Broken(why));
        }
        self.ask(cx, link);
        let mut said = BytesMut::new();
        match self.stream.read(quic, &mut said, 1) {
            StreamRead::Blocked => None,
            StreamRead::End if self.is_with_peer() || self.stage == ServingStage::Parting => {
                Some(Served::Whole)
            }
            // Nothing is said after a request.
            StreamRead::More | StreamRead::End => Some(Served::Broken(Refusal::Malformed)),
            StreamRead::Reset(why) => Some(Served::Broken(why)),
        }
    }

    fn write(&mut self, cx: &mut Ctx<'_>, quic: &mut Connection) -> Result<(), Refusal> {
        if self.stream.write(quic, &mut self.queue)? > 0 {
            self.progress.alive(cx);
        }
        if self.queue.is_empty() && self.stage == ServingStage::Ending {
            self.stage = ServingStage::Parting;
            self.stream.finish(quic);
        }
        if self.stage == ServingStage::Parting && self.stream.is_acknowledged(quic) {
            self.stage = ServingStage::Acknowledged;
        }
        Ok(())
    }

    /// Tells how much of it the peer has. Its session is there: what a lost one lets go of nobody has acknowledged.
    pub(super) fn tell_acknowledged(&mut self, cx: &mut Ctx<'_>) {
        let acknowledged = self.acknowledged.bytes().min(self.all);
        if acknowledged > 0 {
            self.progress.moved(cx, acknowledged);
        }
    }

    /// All of it is with the peer, which may not have said so.
    pub(super) fn is_with_peer(&self) -> bool {
        self.stage == ServingStage::Acknowledged
    }

    /// Its stream, which is to be ended.
    pub(super) const fn over(&self, why: Refusal) -> OverStream {
        if self.answered {
            OverStream::broken(self.stream, why)
        } else {
            OverStream::refused(self.stream, why)
        }
    }
}
