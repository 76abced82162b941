//! What an address can start with, and what such a peer can do. Filled by the list in `dialects/mod.rs`.

/// The name of a dialect as it stands before `://`, and what app and fronts may rely on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    pub name: &'static str,
    pub default_port: u16,
    pub caps: Caps,
}

/// Capabilities of a dialect. App and fronts look at these, never at a dialect's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own")]
pub struct Caps {
    /// The peer says that it has a message, so `✓✓` can become true; proved only if it is also `authenticated`.
    pub receipts: bool,
    /// The sender of a message is proved; without it every message shows the source address.
    pub authenticated: bool,
    /// The contact chooses a character encoding (`?encoding=`).
    pub encodings: bool,
    /// A message is bytes and nothing around them, so any bytes can be sent.
    pub bytes: bool,
    /// Many people are in one conversation: a room. Each message says who wrote it.
    pub group: bool,
    /// An address says which room of a host is meant, or of several hosts any of which will do:
    /// `scheme://host:port,another/room`. Members may be in charge of one, and give orders.
    pub rooms: bool,
    /// Peers make themselves known and say when they leave.
    pub presence: bool,
    /// A peer's program can be asked whether it is there, and no person learns of it.
    pub asks: bool,
    /// Messages can offer files and folders.
    pub files: bool,
    /// A message can go to several peers, or to everybody, and says so.
    pub several: bool,
    /// There is a connection, which a person can have opened and kept.
    pub connects: bool,
    /// A host is one peer, whatever port it speaks from.
    pub any_port: bool,
    /// A peer is known by its public key, which stands in its address; where it is may change.
    pub keys: bool,
    /// A message waits until the peer has it, over restarts of both, and comes once.
    pub outbox: bool,
    pub chat: ChatCaps,
}

/// What can be said besides plain messages: about what was said, while it is written and read, and by a window that shakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own")]
pub struct ChatCaps {
    /// A message can answer an earlier one.
    pub replies: bool,
    /// The author can change a message, or take it back.
    pub edits: bool,
    /// An emoji can be put under a message.
    pub reactions: bool,
    /// The peer can be told that we are writing.
    pub typing: bool,
    /// Each side can tell up to where it has read, if both want that.
    pub reads: bool,
    /// A message can be sealed: its text is read when a person opens it, and the sender is told.
    pub seals: bool,
    /// A peer can be nudged: its window shakes.
    pub nudges: bool,
    /// A room may keep what is said, and give it to whoever comes later or reads further back; its engine is told what of
    /// that is kept here.
    pub history: bool,
}

impl ChatCaps {
    pub const NONE: Self = Self {
        replies: false,
        edits: false,
        reactions: false,
        typing: false,
        reads: false,
        seals: false,
        nudges: false,
        history: false,
    };

    /// All that both sides can say about what was said, while it is written, and when it was read.
    pub const REMARKS: Self =
        Self { replies: true, edits: true, reactions: true, typing: true, reads: true, ..Self::NONE };
}

impl Caps {
    pub const NONE: Self = Self {
        receipts: false,
        authenticated: false,
        encodings: false,
        bytes: false,
        group: false,
        rooms: false,
        presence: false,
        asks: false,
        files: false,
        several: false,
        connects: false,
        any_port: false,
        keys: false,
        outbox: false,
        chat: ChatCaps::NONE,
    };
}
