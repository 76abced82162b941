//! What the network side is told (`NetCommand`) and what it reports (`NetEvent`).

use std::net::SocketAddr;
use std::sync::Arc;

use super::{Address, ConversationId, Fault, MessageId, Phrase, Scheme, WallTime};

/// An order to the network side. Each names its conversation; unknown ones are answered with `Fault::NoSuchPeer`.
#[derive(Clone, Debug)]
pub enum NetCommand {
    /// Know this peer, or know it under a new address. `rank` orders contacts that share an address:
    /// lower wins while we have written to none of them.
    Follow { conversation: ConversationId, address: Address, rank: u32 },
    /// Forget the peer; its datagrams are a stranger's from now on.
    Forget { conversation: ConversationId },
    /// Encode and send one message. Answered by exactly one `Handed` or `Failed`.
    Send { conversation: ConversationId, message: MessageId, text: String },
    /// Decode a kept payload again with the peer's present encoding. Answered by `Redecoded`.
    Redecode { conversation: ConversationId, message: MessageId, payload: Arc<[u8]> },
}

/// What happened on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetEvent {
    /// A message arrived. `conversation` is `None` for a stranger.
    Received(Received),
    /// The kernel took the datagram of this message.
    Handed { message: MessageId, to: SocketAddr, payload: Arc<[u8]> },
    /// The message was not and will not be sent.
    Failed { message: MessageId, fault: Fault },
    /// ICMP says nobody listens there. A hint, never an error: UDP promises nothing either way.
    Unreachable { conversation: ConversationId, to: SocketAddr },
    /// The answer to `Redecode`.
    Redecoded { message: MessageId, text: String, lossy: bool },
    /// Something a person should read once, in the conversation.
    Noticed { conversation: ConversationId, notice: Phrase },
    /// An empty datagram arrived: counted, never shown as a message.
    Empty { source: SocketAddr },
    /// A dialect's socket: where it listens, and where it was meant to when that was taken.
    Listening(Listening),
    /// The built-in echo peer answers at this address.
    EchoReady { address: Address },
}

/// One message from the network, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub conversation: Option<ConversationId>,
    pub scheme: Scheme,
    pub source: SocketAddr,
    pub time: WallTime,
    pub text: String,
    /// Some bytes did not decode and stand as U+FFFD in `text`.
    pub lossy: bool,
    pub authenticated: bool,
    pub payload: Arc<[u8]>,
}

/// The state of one dialect's listening socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    pub scheme: &'static str,
    /// Where it listens now; `None` when it is off or could not be opened at all.
    pub address: Option<SocketAddr>,
    /// What was asked for, when that is not what came out.
    pub wanted: Option<SocketAddr>,
    /// The kernel's short name for what went wrong, such as `EADDRINUSE`.
    pub code: Option<String>,
}
