//! One file or folder of a peer on its way to our disk.
//!
//! What came is written in pieces, of which few are with the disk at a time; nothing more is read from the stream
//! meanwhile, so that a slow disk slows the sender.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use quinn_proto::Connection;

use super::body::{ExpectedBody, IncomingBody};
use super::request::{RangeRequest, Refusal};
use super::resuming;
use super::stream::{OverStream, StreamRead, TransferStream};
use super::{PATIENCE, SessionStreams, patience_with};
use crate::dialects::secure::frame::offer::ListedFile;
use crate::model::file::{DownloadTarget, TransferId};
use crate::model::{DiskError, ErrorCode, Fault, LinkId, PublicKey, Uid};
use crate::wire::disk::FileHash;
use crate::wire::{Ctx, DiskEvent, DiskStep, HeldFolder, Output, Receive, TransferProgress};

/// Steps that are with the disk.
const MAX_UNANSWERED: usize = 4;
/// A peer that gives out too much at once is asked again after this time.
const BUSY: Duration = Duration::from_secs(5);
/// A peer whose session broke may have started anew, and looks for its files first: what it gave before is asked for so
/// often before it is believed that it is not offered any more.
const GRACE: u32 = 6;
/// The place is still taken by the try before this one: it is looked at again so soon, and so often at most.
const BLOCKED: Duration = Duration::from_millis(200);
const MAX_BLOCKED: u32 = 50;

/// A file that a person wants.
#[derive(Clone, Debug)]
pub(super) struct WantedFile {
    pub transfer: TransferId,
    pub key: PublicKey,
    pub uid: Uid,
    pub listed: ListedFile,
    pub target: DownloadTarget,
    /// Bytes of it that are on the disk.
    pub from: u64,
    /// What is there of a folder is not the beginning of it.
    pub afresh: bool,
    /// Those who came before are begun before.
    pub order: u64,
    /// Not before then.
    pub not_before: Option<Instant>,
    /// How often another try was still at the place where it goes.
    pub blocked: u32,
    /// How often the peer may say yet that it knows of no such offer.
    pub grace: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FetchStage {
    /// The disk looks at what is there already.
    Opening,
    /// A stream is wanted, to ask on.
    Ready {
        prefix: FileHash,
    },
    Asked {
        stream: TransferStream,
    },
    /// The disk has all of it, and looks whether it is what was sent.
    Finishing {
        stream: TransferStream,
    },
    /// The session is gone; the disk still writes what came.
    Leaving,
}

/// How it ends, or goes on elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    Kept {
        path: String,
        skipped: u32,
    },
    Broken(Fault),
    /// Once more, with what is on the disk.
    Again {
        after: Duration,
    },
    /// Once more, from its start.
    Afresh,
}

impl Fetched {
    /// What the peer is told of it.
    pub(super) const fn over(&self, stream: TransferStream) -> OverStream {
        let why = match self {
            Self::Kept { .. } => return OverStream::whole(stream),
            Self::Broken(Fault::Stalled) => Refusal::Stalled,
            Self::Broken(Fault::Disk { .. } | Fault::NoRoom(_)) => Refusal::Disk,
            Self::Broken(_) => Refusal::Malformed,
            Self::Again { .. } | Self::Afresh => Refusal::Stopped,
        };
        OverStream::broken(stream, why)
    }
}

#[derive(Debug)]
pub(super) struct Fetching {
    pub(super) wanted: WantedFile,
    pub(super) progress: TransferProgress,
    stage: FetchStage,
    body: IncomingBody,
    unanswered: usize,
    /// What the peer is asked to begin with: see `request`.
    ask_from: u64,
    /// The peer has ended the stream.
    ended: bool,
    /// Bytes that are on the disk since it began.
    written: u64,
}

impl Fetching {
    pub(super) fn begin(cx: &mut Ctx<'_>, link: LinkId, wanted: WantedFile) -> Self {
        let ListedFile { ref file, modified, .. } = wanted.listed;
        let (folder, size, from) = (file.folder, file.size, wanted.from);
        let mut progress = TransferProgress::new(cx, wanted.transfer, from, Some(size), PATIENCE);
        progress.moved(cx, 0);
        let target = wanted.target.clone();
        let step = match (folder, wanted.afresh) {
            (false, _) => DiskStep::Receive { target, what: Receive::File { size, from } },
            (true, true) => DiskStep::Receive { target, what: Receive::Folder },
            (true, false) => DiskStep::ResumeFolder { target },
        };
        let ask_from = if folder { 0 } else { from };
        let mut fetching = Self {
            wanted,
            progress,
            stage: FetchStage::Opening,
            body: IncomingBody::new(ExpectedBody { folder, size, from, modified }),
            unanswered: 0,
            ask_from,
            ended: false,
            written: 0,
        };
        fetching.order(cx, link, step);
        fetching
    }

    fn order(&mut self, cx: &mut Ctx<'_>, link: LinkId, step: DiskStep) {
        self.unanswered = self.unanswered.saturating_add(1);
        cx.push(Output::Disk { link, step });
    }

    pub(super) const fn stream(&self) -> Option<TransferStream> {
        match self.stage {
            FetchStage::Asked { stream } | FetchStage::Finishing { stream } => Some(stream),
            FetchStage::Opening | FetchStage::Ready { .. } | FetchStage::Leaving => None,
        }
    }

    /// When the peer has been silent for too long, if it is the peer that is waited for.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let waits = matches!(self.stage, FetchStage::Asked { .. }) && self.unanswered == 0;
        waits.then_some(self.progress.until)
    }

    /// Asks the peer, where that is what it waits for.
    pub(super) fn ask(&mut self, cx: &Ctx<'_>, at: &mut SessionStreams<'_>) {
        let FetchStage::Ready { prefix } = self.stage else { return };
        let Some(stream) = TransferStream::open(at.handle, at.quic) else { return };
        let WantedFile { uid, ref listed, from, .. } = self.wanted;
        let request = RangeRequest { uid, index: listed.index, from: self.ask_from, prefix };
        let mut queue = VecDeque::from([request.encode().into()]);
        if stream.write(at.quic, &mut queue).is_ok() && queue.is_empty() {
            self.progress.wait(cx, patience_with(from));
            self.stage = FetchStage::Asked { stream };
        } else {
            // The session is about to end, and another one follows.
            stream.end(at.quic, Refusal::Stopped);
        }
    }

    /// Reads what has come, as far as the disk follows.
    pub(super) fn read(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        quic: &mut Connection,
    ) -> Result<(), Fetched> {
        let FetchStage::Asked { stream } = self.stage else { return Ok(()) };
        loop {
            while self.unanswered < MAX_UNANSWERED
                && let Some(step) = self.body.next().map_err(|why| self.refused(why))?
            {
                self.order(cx, link, step);
            }
            if self.unanswered >= MAX_UNANSWERED {
                return Ok(());
            }
            if self.ended {
                let last = self.body.end().map_err(|why| self.refused(why))?;
                self.stage = FetchStage::Finishing { stream };
                self.order(cx, link, last);
                return Ok(());
            }
            let before = self.body.buffer.len();
            let read = stream.read(quic, &mut self.body.buffer, usize::MAX);
            let came = self.body.buffer.len() > before;
            if came {
                self.progress.wait(cx, PATIENCE);
            }
            match read {
                StreamRead::More => {}
                StreamRead::Blocked if came => {}
                StreamRead::Blocked => return Ok(()),
                StreamRead::End => self.ended = true,
                StreamRead::Reset(why) => return Err(self.refused(why)),
            }
        }
    }

    /// What follows from what the peer says.
    fn refused(&mut self, why: Refusal) -> Fetched {
        if why == Refusal::NotOffered && self.wanted.grace > 0 {
            self.wanted.grace = self.wanted.grace.saturating_sub(1);
            Fetched::Again { after: BUSY }
        } else if why == Refusal::Busy {
            Fetched::Again { after: BUSY }
        } else if why == Refusal::PrefixDiffers && self.ask_from > 0 {
            Fetched::Afresh
        } else {
            Fetched::Broken(why.fault())
        }
    }
}

// What the disk says, and how it goes on without a session.
impl Fetching {
    pub(super) fn on_disk(&mut self, cx: &mut Ctx<'_>, event: DiskEvent) -> Result<(), Fetched> {
        self.unanswered = self.unanswered.saturating_sub(1);
        match event {
            DiskEvent::Opened { hash } if self.stage == FetchStage::Opening => {
                self.wanted.afresh = false;
                self.stage = FetchStage::Ready { prefix: hash };
            }
            DiskEvent::Resumed { held, hash } => self.resumed(cx, &held, hash)?,
            DiskEvent::Written { bytes } => self.note_written(cx, bytes),
            DiskEvent::Kept { path } => {
                return Err(Fetched::Kept { path: path.to_string(), skipped: self.body.skipped });
            }
            DiskEvent::Mismatch => return Err(Fetched::Broken(Fault::Malformed)),
            DiskEvent::Failed { error } => return Err(self.failed(error)),
            DiskEvent::Opened { .. }
            | DiskEvent::Closed
            | DiskEvent::Read { .. }
            | DiskEvent::End { .. }
            | DiskEvent::Changed => self.progress.alive(cx),
        }
        self.left()
    }

    fn note_written(&mut self, cx: &mut Ctx<'_>, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or_default();
        self.written = self.written.saturating_add(bytes);
        self.progress.moved(cx, self.written);
        self.progress.alive(cx);
        self.wanted.from = self.wanted.from.saturating_add(bytes);
    }

    /// So much of the folder is there.
    fn resumed(&mut self, cx: &mut Ctx<'_>, held: &HeldFolder, hash: FileHash) -> Result<(), Fetched> {
        if !self.body.resume(held) {
            return Err(Fetched::Afresh);
        }
        let bytes = held.bytes.saturating_add(held.begun);
        let (transfer, of) = (self.wanted.transfer, self.wanted.listed.file.size);
        self.wanted.from = bytes;
        self.progress = TransferProgress::new(cx, transfer, bytes, Some(of), PATIENCE);
        self.progress.moved(cx, 0);
        self.ask_from = resuming::from_of(held);
        self.stage = FetchStage::Ready { prefix: hash };
        Ok(())
    }

    fn failed(&mut self, error: DiskError) -> Fetched {
        let opening = self.stage == FetchStage::Opening;
        if opening && error == ErrorCode::EBUSY.into() && self.wanted.blocked < MAX_BLOCKED {
            self.wanted.blocked = self.wanted.blocked.saturating_add(1);
            return Fetched::Again { after: BLOCKED };
        }
        // What was there is not there any more.
        if opening && error == ErrorCode::ESTALE.into() && self.wanted.from > 0 {
            return Fetched::Afresh;
        }
        Fetched::Broken(error.into())
    }

    /// There is no session to go on with: what came is written, and the rest is asked for on another one.
    pub(super) fn leave(&mut self, cx: &mut Ctx<'_>, link: LinkId) -> Result<(), Fetched> {
        match self.stage {
            FetchStage::Opening | FetchStage::Finishing { .. } | FetchStage::Leaving => return Ok(()),
            FetchStage::Ready { .. } => {}
            FetchStage::Asked { .. } => {
                if let Some(bytes) = self.body.take_begun() {
                    self.order(cx, link, DiskStep::Write { bytes });
                }
            }
        }
        self.stage = FetchStage::Leaving;
        self.wanted.grace = GRACE;
        self.left()
    }

    fn left(&self) -> Result<(), Fetched> {
        let over = self.stage == FetchStage::Leaving && self.unanswered == 0;
        if over { Err(Fetched::Again { after: Duration::ZERO }) } else { Ok(()) }
    }
}
