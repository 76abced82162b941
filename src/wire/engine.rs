//! The one contract between the network side and a dialect.
//!
//! An engine is a state machine: no socket, file, clock, task or global random number. The caller hands
//! in exactly one [`Input`], then calls [`Engine::poll`] until it answers [`Output::Wait`]. `net/mux.rs`
//! is the only caller in the program; tests drive engines under a virtual clock.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::bulk::{Batch, Segments};
use super::disk::{DiskEvent, DiskStep, Receive};
use super::interface::Interface;
use crate::model::file::{DownloadTarget, FileSource};
use crate::model::{ConversationId, DiskError, ErrorCode, LinkId, MessageId, NetCommand, NetEvent, Now};

/// The state machine of one dialect.
pub trait Engine: Send {
    /// Takes exactly one input. Bad bytes are counted and dropped: there is no error to return.
    fn handle(&mut self, now: Now, input: Input<'_>);

    /// Gives what the last input caused, one item a call, then `Wait`.
    ///
    /// Must be drained to `Wait` after each `handle`; ends after finitely many calls.
    fn poll(&mut self, now: Now) -> Output;
}

/// One thing that happened outside.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// `link` came up and listens at `address`: where this dialect sends from and receives.
    /// With `only`, it carries the traffic with that one peer and nothing else (the echo peer, which must
    /// work even while the dialect's own socket is off or bound to some other interface).
    LinkUp { link: LinkId, address: SocketAddr, only: Option<SocketAddr> },
    /// `link` is gone, or could not be opened (`code`): nothing can be sent on it any more.
    LinkDown { link: LinkId, code: Option<ErrorCode> },
    /// A whole datagram. IPv4-mapped sources are already plain IPv4. `to`: where it was sent, an address of ours or a
    /// group or broadcast address; `None` where the system does not tell.
    Datagram { link: LinkId, from: SocketAddr, to: Option<IpAddr>, bytes: &'a [u8] },
    /// All that came in one piece on a link that carries datagrams in bulk, which gives nothing else. One batch is one input:
    /// answering after each datagram of it would send several times as many acknowledgements.
    Datagrams { link: LinkId, batch: Batch<'a> },
    /// The interfaces as they are now: at the start before any link is up, and whenever they change.
    Interfaces(&'a [Interface]),
    /// A stream is open: one that was asked for with `Dial`, or one that somebody else opened (`accepted`).
    StreamUp { link: LinkId, peer: SocketAddr, accepted: bool },
    /// Bytes that arrived in one read; at least one.
    StreamData { link: LinkId, bytes: &'a [u8] },
    /// The stream is closed: by the peer in good order, or by an error. Also the answer to a `Dial` that failed. What was
    /// still to be written has been answered with `Handed`.
    StreamDown { link: LinkId, error: Option<StreamError> },
    /// How far a step of a stream is: see [`Step`].
    Stepped { link: LinkId, step: StepEvent },
    /// What came of a step of a disk channel.
    Disk { link: LinkId, event: DiskEvent },
    /// The kernel took the datagram that carried this ticket, or refused it.
    Handed { ticket: Ticket, result: Result<(), ErrorCode> },
    /// ICMP: nobody listens at `to`.
    Unreachable { link: LinkId, to: SocketAddr },
    /// The answer to `Output::Resolve` with the `host` that was asked for, so that an answer which comes after
    /// the peer got another address is known as stale. Empty when the name has no address.
    Resolved { conversation: ConversationId, host: String, addresses: Vec<SocketAddr> },
    /// An order from the app.
    Command(NetCommand),
    /// A deadline the engine asked for has passed.
    Tick,
}

/// A datagram socket that an engine wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketSpec {
    /// Where to listen. Port 0: any.
    pub at: SocketAddr,
    /// Other programs on this machine may listen at the same port (`SO_REUSEADDR`).
    pub shared: bool,
    /// May send to broadcast addresses.
    pub broadcast: bool,
    /// How many routers a multicast datagram may pass, plus one.
    pub hops: u32,
}

/// One thing that a stream is to do with a file. Steps and writes of one stream are done in the order in which they
/// were asked for; as many as 1,024 may wait. A step that fails ends the stream with a [`StreamError`], or with none
/// where the peer closed before all of it was there, and nothing that was asked for after it is done.
/// Closing the stream ends the step that is under way; what was received stays for a later try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Write `head`, then the file from byte `at` on to its end. `Poured` says when the kernel has all of it; if the
    /// file is not the one that was offered any more, nothing is written: `Refused`, and the stream goes on.
    Pour { head: Arc<[u8]>, source: FileSource, at: u64 },
    /// Read exactly so many bytes, which come as one `StreamData`; 65,536 at most. Only on a paced stream, as all that
    /// follow.
    Take { bytes: usize },
    /// What is received from now on goes there: a file (with the size it is to have) or a folder.
    Receive { place: DownloadTarget, what: Receive },
    /// Read exactly so many bytes into the file that is open. `Moved` says how far it is, `Filled` that it is done.
    Fill { bytes: u64 },
    /// In a folder that is being received: open a file in it. The name is tamed by whoever carries it out.
    File { name: String, size: u64 },
    /// The file that is open is whole. Seconds since the Unix epoch, if that is believed.
    Close { modified: Option<i64> },
    /// Make a folder inside, and go into it.
    Enter { name: String },
    /// Out of it again.
    Leave,
    /// All is there: what was received gets its name. `StoredConversation` says which.
    Finish { modified: Option<i64> },
    /// Nothing more is written: the peer reads the end of the stream, which stays open for what it sends.
    End,
}

/// Why a stream ended before its time, or could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamError {
    /// The peer, or the network between.
    Peer(ErrorCode),
    /// This machine would not take or give the bytes of a file. `ENOSPC`: not a byte more fits on the disk. `ESTALE`: our file became shorter while it was sent, or what an earlier try left is shorter than `from`.
    /// `EBUSY`: another stream receives into that place. `EEXIST`: something strange lies in that place, or too many
    /// names like it are taken. `EFBIG`: more than the file is to have. `EDQUOT`: too many entries. `EINVAL`: a step
    /// where it makes no sense.
    Disk(DiskError),
    /// We do: a step that this stream cannot do (`EINVAL`), or something that there is no room for.
    Refused(ErrorCode),
}

impl StreamError {
    pub fn into_code(self) -> ErrorCode {
        match self {
            Self::Peer(code) | Self::Disk(DiskError::Code(code)) | Self::Refused(code) => code,
            Self::Disk(DiskError::NoRoom(_)) => ErrorCode::ENOSPC,
        }
    }
}

/// How far a step is. Progress comes a few times a second, the end of a step always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepEvent {
    /// Bytes of the file that have gone through in this step so far.
    Moved {
        bytes: u64,
    },
    Poured,
    Refused,
    Filled,
    /// All that was received is there, under this path.
    Kept {
        path: String,
    },
}

/// Comes back in `Input::Handed`, so that "sent" is only said of what the kernel took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub message: MessageId,
    pub to: SocketAddr,
}

/// One thing to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send this. With a ticket the result comes back as `Input::Handed`.
    Datagram {
        link: LinkId,
        to: SocketAddr,
        /// From this address of ours, which the peer speaks to (see [`super::Paths`]); where it is gone, or `None`, from
        /// the one that the system chooses.
        from: Option<IpAddr>,
        /// Out of the interface with this number, for a multicast group.
        via: Option<u32>,
        bytes: Arc<[u8]>,
        ticket: Option<Ticket>,
    },
    /// Send these, on a link that carries datagrams in bulk: 65,535 bytes at most. There is no answer.
    Datagrams { link: LinkId, to: SocketAddr, from: Option<IpAddr>, segments: Segments, bytes: Arc<[u8]> },
    /// Open a datagram socket; answered by `LinkUp` or `LinkDown`.
    Open { link: LinkId, socket: SocketSpec },
    /// Hear a multicast group on the interface with this number. What cannot be done is passed over: there is no
    /// answer, and joining again does no harm.
    Join { link: LinkId, group: IpAddr, interface: u32 },
    /// Take the streams that others open at this address: `StreamUp` with `accepted`. Answered by `LinkUp` or
    /// `LinkDown`; closing it leaves the streams open.
    Listen { link: LinkId, at: SocketAddr },
    /// Open a stream; answered by `StreamUp` or `StreamDown`. `from`: the address of ours that the peer is to see,
    /// where it knows us by one and the system might choose another. `paced`: nothing is read but what a step asks for.
    Dial { link: LinkId, to: SocketAddr, from: Option<IpAddr>, paced: bool },
    /// Move bytes between a stream and a file, after what was asked of the stream before.
    Step { link: LinkId, step: Step },
    /// Do this with the file behind a disk channel, after what was asked of it before. The first step opens the channel.
    Disk { link: LinkId, step: DiskStep },
    /// Write to a stream, after what was written before. With a ticket the result comes back as `Input::Handed`, as
    /// soon as the kernel has all of it or it is clear that it never will.
    Write { link: LinkId, bytes: Arc<[u8]>, ticket: Option<Ticket> },
    /// Close a socket, a disk channel or a stream; a stream after what was written is out, within a short time. Nothing
    /// comes from it any more.
    Close { link: LinkId },
    /// Look up a host name, or the interface of `address%zone`; the answer comes as `Input::Resolved`.
    Resolve { conversation: ConversationId, host: String, port: u16 },
    /// Tell the app.
    Event(NetEvent),
    /// Nothing more to do until the next input, or until this instant.
    Wait(Option<Instant>),
}
