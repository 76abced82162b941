//! What the network side is told (`NetCommand`) and what it reports (`NetEvent`).

use std::net::SocketAddr;
use std::sync::Arc;

use super::file::{DownloadTarget, FileSource, Progress, TransferId};
use super::lab::{LabCounts, LabOrder};
use super::{
    Address, BackfillCommand, ConversationId, Fault, Files, MessageId, PeerSecret, Phrase, Recall,
    RoomCommand, RoomHistory, Scheme, SessionState, Trust, Uid, WallTime,
};

pub use super::listen::Dropped;
pub use super::local_identity::{Audience, Listening, LocalIdentity, OwnNetwork};
pub use super::message_kind::MessageKind;
pub use super::profile::{Member, PeerInfo, Profile};

/// The first rank of a peer that nobody has added, see `NetCommand::Follow`: contacts stand before all others.
pub const FIRST_STRANGER: u32 = 1 << 24;

/// An order to the network side. Those to one peer go to the engine of its dialect; a conversation that nobody follows is
/// answered with `Fault::NoSuchPeer`.
#[derive(Clone, Debug)]
pub enum NetCommand {
    /// This is what others may know of us.
    Introduce(LocalIdentity),
    /// The program ends, which whoever is connected to it may know. Nothing comes after this.
    Leave,
    /// Listen somewhere else from now on, or nowhere: for dialects that open what they need themselves. The network side
    /// does it for the others.
    Listen {
        scheme: &'static str,
        at: Option<SocketAddr>,
    },
    /// Do this to the datagrams of a peer from now on; `None`: leave all alone. The sockets do it, and no engine learns of
    /// it.
    Lab(Option<LabOrder>),
    /// Ask everybody on our networks who is there, as far as they may know of us. Each who answers within some seconds is an
    /// `Answered`.
    Look,
    Peer(ConversationId, PeerCommand),
    /// This is what a person thinks of the peer's key, where peers have one; nothing is sent before it is known.
    Trust(ConversationId, Trust),
    Message(ConversationId, MessageCommand),
    File(ConversationId, FileCommand),
}

/// Whom to know.
#[derive(Clone, Debug)]
pub enum PeerCommand {
    /// A person is writing to it just now, and may be seen to.
    Typing,
    /// Shake its window.
    Nudge,
    /// Know this peer, or know it under a new address. `rank` orders contacts that share an address:
    /// lower wins while we have written to none of them. With a `session` it goes on where an earlier run has stopped, or the
    /// room was left; it comes with this order, as what is said on the network in between would begin anew.
    Follow { address: Address, rank: u32, session: Option<SessionState> },
    /// Of a room that keeps a history.
    History(BackfillCommand),
    /// A person goes into this room: its members may know of us from now on, visible or not. Once is enough.
    Enter,
    /// Ask its program whether it is there, in a way that no person there learns of. Answered by `Answered`, or by nothing.
    Ask,
    /// Of a room that people are in charge of.
    Room(RoomCommand),
    /// Forget the peer; its datagrams are a stranger's from now on. A room is left.
    Forget,
}

/// What to do with one message.
#[derive(Clone, Debug)]
pub enum MessageCommand {
    /// Encode and send it. Answered by exactly one `Handed` or `Failed`; a dialect with receipts reports
    /// `Delivered` later, or `Failed` after `Handed`. Of a dialect with an outbox both may come after days.
    Send(OutgoingMessage),
    /// A message of ours changes another one; it comes by `Send` as well, maybe much later. What has been given of the
    /// other one and did not go out yet says this instead, where it says anything: its old words stay here. Answered by
    /// `Reworded` for each message that goes out with other words then, and by `Requoted` for each that quotes them.
    Amend(OutgoingMessage),
    /// A message from there, with this payload, is in the history: its sender may be told that we have it.
    Stored { source: SocketAddr, payload: Arc<[u8]>, uid: Option<Uid> },
    /// A message from there is not in the history, and will not be. `wanted`: there was no room for it, and it may come
    /// again; else its sender may be told so.
    Unkept { uid: Uid, wanted: bool },
    /// A person has read everything up to this message of the peer, and may be seen to have.
    Read { uid: Uid },
    /// A person opens a sealed message; its sender is told. Answered by `Opened`.
    Unseal { message: MessageId, payload: Arc<[u8]> },
    /// Decode a kept payload again with the peer's present encoding. Answered by `Redecoded`.
    Redecode { message: MessageId, payload: Arc<[u8]> },
}

/// A message of ours.
#[derive(Clone, Debug)]
pub struct OutgoingMessage {
    pub id: MessageId,
    /// Where the dialect carries it.
    pub uid: Option<Uid>,
    /// Which message it answers, changes or takes back.
    pub about: Option<Uid>,
    /// Of an answer: the first words of what it answers, for who does not have that.
    pub quote: Option<Arc<str>>,
    /// When it was written.
    pub time: WallTime,
    pub text: String,
    /// What goes out instead of the text, as it is; only where the dialect can.
    pub bytes: Option<Arc<[u8]>>,
    pub kind: MessageKind,
    /// What it offers, where the dialect can.
    pub files: Arc<[FileSource]>,
}

impl OutgoingMessage {
    /// One that is nothing but a text.
    pub fn text(id: MessageId, text: String) -> Self {
        let (uid, about, quote, bytes, kind) = (None, None, None, None, MessageKind::Text);
        Self { id, uid, about, quote, time: WallTime::default(), text, bytes, kind, files: Arc::from([]) }
    }
}

/// What to do with the files of a message.
#[derive(Clone, Debug)]
pub enum FileCommand {
    /// Fetch a file that a message with this payload offers. What comes of it are `Transfer` events, the last of them
    /// `Done` or `Broken`.
    Fetch { transfer: TransferId, payload: Arc<[u8]>, target: DownloadTarget, from: u64 },
    /// Nothing that a message with this payload offers is wanted.
    Decline { message: MessageId, payload: Arc<[u8]> },
    /// End a transfer, whichever way it goes. The event `Broken` still comes, with `Interrupted`.
    Stop { transfer: TransferId },
    /// Give out nothing more of what this message of ours offers.
    Withdraw { message: MessageId },
    /// A message of ours, of an earlier run, still offers these: they can be given out again.
    Offer { message: MessageId, uid: Uid, files: Arc<[FileSource]> },
}

impl NetCommand {
    /// A message that is nothing but a text.
    pub fn plain(conversation: ConversationId, message: MessageId, text: String) -> Self {
        Self::Message(conversation, MessageCommand::Send(OutgoingMessage::text(message, text)))
    }

    /// Whether nobody minds if a frame is drawn first: what tells the other side that a message has come or was read.
    pub const fn can_wait(&self) -> bool {
        matches!(self, Self::Message(_, MessageCommand::Stored { .. } | MessageCommand::Read { .. }))
    }
}

/// What happened on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetEvent {
    /// A message arrived. `conversation` is `None` for a stranger.
    Received(Received),
    /// The same, of what was said before; where it is followed.
    Recalled { why: Recall, received: Received },
    /// What can be read of a room's history, from now on; also the end of a `ReadEarlier`.
    History { conversation: ConversationId, history: RoomHistory },
    /// What the engine wants back by `Resume`, in the place of what it said before.
    Session { conversation: ConversationId, state: SessionState },
    /// What the engine wants back by `Remember`, in the place of what it said before.
    Secret { conversation: ConversationId, secret: PeerSecret },
    /// We are in charge of the relay of this room from now on, or no longer.
    Operator { conversation: ConversationId, is_in_charge: bool },
    /// The kernel took the datagram of this message.
    Handed { message: MessageId, to: SocketAddr, payload: Arc<[u8]> },
    /// An answer to `Amend`: nothing of this message went out before, and it goes out with these words.
    Reworded { message: MessageId, text: String },
    /// An answer to `Amend`: this message answers what was changed, and goes out with this quote of it.
    Requoted { message: MessageId, quote: Option<Arc<str>> },
    /// The message was not and will not be sent.
    Failed { message: MessageId, fault: Fault },
    /// The peer says that it has the message. May come after a `Failed` that was in doubt.
    Delivered { message: MessageId },
    /// The same of a room that keeps what is said: it has this message of ours under that name.
    Kept { message: MessageId, uid: Uid },
    /// The peer says that somebody opened the sealed message.
    Read { message: MessageId },
    /// The peer says that a person there has read everything of ours up to this message.
    ReadUpTo { conversation: ConversationId, uid: Uid },
    /// The answer to `Unseal`.
    Opened { message: MessageId, text: String, lossy: bool },
    /// A file is on its way, or was.
    Transfer { transfer: TransferId, progress: Progress },
    /// The answer to `Fetch` where the file came with its message: these bytes are to be written there. Whoever does that
    /// says what came of it.
    Content { transfer: TransferId, place: DownloadTarget, bytes: Arc<[u8]> },
    /// A peer came, left, or is known by something else.
    Peer(PeerInfo),
    /// Who wrote says with it who it is, without having come in: nothing tells whether it is there.
    Introduced { conversation: ConversationId, about: Box<Profile> },
    /// The peer is writing to us just now.
    Typing { conversation: ConversationId },
    /// Somebody answers what was asked by `Look` or `Ask`, once for each question; nothing of it is proved.
    Answered { conversation: Option<ConversationId>, from: SocketAddr },
    /// ICMP says nobody listens there. A hint, never an error: UDP promises nothing either way.
    Unreachable { conversation: ConversationId, to: SocketAddr },
    /// Whether the other side is there, where the dialect can know.
    Connection { conversation: ConversationId, connection: ConnectionState },
    /// Somebody came into a room, left it or has another name.
    Member { conversation: ConversationId, member: Member },
    /// So many are in a room of which it is not told who; `None`: it is told.
    MemberCount { conversation: ConversationId, count: Option<u32> },
    /// The answer to `Redecode`.
    Redecoded { message: MessageId, text: String, lossy: bool },
    /// Something a person should read once, in the conversation.
    Noticed { conversation: ConversationId, notice: Phrase },
    /// The peer shakes our window.
    Nudged { conversation: ConversationId },
    /// An empty datagram arrived: counted, never shown as a message.
    Empty { source: SocketAddr },
    /// A datagram came from where no person's program sends, such as the port of a service: counted, never shown as a
    /// message.
    Nobody { source: SocketAddr },
    /// The kernel threw away datagrams that had arrived; at most once a second for each socket.
    Dropped(Dropped),
    /// A datagram or a request arrived that makes no sense in its dialect: counted, never shown as a message.
    Malformed { source: SocketAddr },
    /// A dialect's socket: where it listens, and where it was meant to when that was taken.
    Listening(Listening),
    /// The networks that this machine is on are others than before.
    Networks(Vec<OwnNetwork>),
    /// The built-in echo peer answers at this address.
    EchoReady { address: Address },
    /// What became of the datagrams in the lab of this conversation.
    Lab { conversation: ConversationId, counts: LabCounts },
}

impl NetEvent {
    /// Many of its kind come by themselves, and none of them is anything that a person waits for.
    pub const fn can_wait(&self) -> bool {
        matches!(
            self,
            Self::Peer(_)
                | Self::Malformed { .. }
                | Self::Lab { .. }
                | Self::Transfer { progress: Progress::Moved { .. }, .. }
        )
    }

    /// The bytes that it carries, where they may be many.
    pub fn weight(&self) -> usize {
        match self {
            Self::Received(received) | Self::Recalled { received, .. } => received.weight(),
            Self::Session { state, .. } => state.0.len(),
            Self::Secret { secret, .. } => secret.bytes().len(),
            Self::Handed { payload: bytes, .. } | Self::Content { bytes, .. } => bytes.len(),
            Self::Opened { text, .. } | Self::Redecoded { text, .. } | Self::Reworded { text, .. } => {
                text.len()
            }
            Self::Requoted { .. }
            | Self::Failed { .. }
            | Self::Delivered { .. }
            | Self::Kept { .. }
            | Self::Read { .. }
            | Self::ReadUpTo { .. }
            | Self::Transfer { .. }
            | Self::Peer(_)
            | Self::Introduced { .. }
            | Self::Answered { .. }
            | Self::Typing { .. }
            | Self::Unreachable { .. }
            | Self::Connection { .. }
            | Self::Member { .. }
            | Self::MemberCount { .. }
            | Self::Operator { .. }
            | Self::History { .. }
            | Self::Noticed { .. }
            | Self::Nudged { .. }
            | Self::Empty { .. }
            | Self::Malformed { .. }
            | Self::Nobody { .. }
            | Self::Dropped(_)
            | Self::Listening(_)
            | Self::EchoReady { .. }
            | Self::Networks(_)
            | Self::Lab { .. } => 0,
        }
    }
}

/// Whether the other side of a connection is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// Nothing is known of it, or no longer.
    Unknown,
    /// We are trying.
    Seeking,
    /// It answers.
    Up,
    /// It went, or does not answer.
    Down(DownReason),
}

/// Why a connection is down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DownReason {
    /// What a message would fail with.
    Fault(Fault),
    /// `person` has the address now of whom the conversation calls `name`.
    AnotherPerson { name: String, person: String },
    /// The room has a password, which nobody has given; `wrong`: what was given is not it.
    Locked { wrong: bool },
    /// What only a person has to know.
    Told(Phrase),
}

impl DownReason {
    /// As a person reads it.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Fault(fault) => fault.phrase(),
            Self::AnotherPerson { name, person } => {
                Phrase::new("peer-another").text("name", name).text("person", person)
            }
            Self::Locked { wrong: true } => Phrase::new("room-password-wrong"),
            Self::Locked { wrong: false } => Phrase::new("room-password-wanted"),
            Self::Told(phrase) => phrase.clone(),
        }
    }
}

impl From<Fault> for DownReason {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Phrase> for DownReason {
    fn from(phrase: Phrase) -> Self {
        Self::Told(phrase)
    }
}

/// One message from the network, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub conversation: Option<ConversationId>,
    pub scheme: Scheme,
    /// Where a stranger's conversation is, when that is not `source`: the room's address.
    pub place: Option<Box<Address>>,
    pub source: SocketAddr,
    /// The name it goes by in a room, as the room's relay tells it; not proved.
    pub sender: Option<String>,
    pub kind: MessageKind,
    pub time: WallTime,
    /// Of a sealed one nothing: that comes with `Opened`.
    pub text: String,
    pub files: Files,
    /// Some bytes did not decode and stand as U+FFFD in `text`.
    pub lossy: bool,
    pub authenticated: bool,
    /// What names it for ever, and which other message it is about, where the dialect carries that.
    pub uid: Option<Uid>,
    pub about: Option<Uid>,
    /// Of an answer: the first words of what it answers, as its author quotes them.
    pub quote: Option<Arc<str>>,
    pub payload: Arc<[u8]>,
}

impl Received {
    /// A stranger's text without words yet: what most messages have in common.
    pub fn new(scheme: Scheme, source: SocketAddr, time: WallTime, payload: Arc<[u8]>) -> Self {
        Self {
            conversation: None,
            scheme,
            place: None,
            source,
            sender: None,
            kind: MessageKind::Text,
            time,
            text: String::new(),
            files: Files::default(),
            lossy: false,
            authenticated: false,
            uid: None,
            about: None,
            quote: None,
            payload,
        }
    }

    fn weight(&self) -> usize {
        let bytes = self.text.len().saturating_add(self.payload.len());
        bytes.saturating_add(self.files.weight())
    }
}
