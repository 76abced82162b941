//! What a dialect implements: one method for each kind of input, and a default for those it has no use for.
//!
//! A protocol is a machine of owned parts. It does no I/O and keeps no queue of outputs: a [`Ctx`] comes with each call.
//! The [`Driver`](super::Driver) makes an [`Engine`](super::Engine) of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::bulk::Batch;
use super::charset::Encoding;
use super::ctx::Ctx;
use super::disk::DiskEvent;
use super::engine::{StepEvent, StreamError, Ticket};
use super::interface::Interface;
use super::resolution::Answer;
use crate::model::traffic::LocalIdentity;
use crate::model::{
    ConversationId, ErrorCode, Fault, FileCommand, LinkId, MessageCommand, MessageId, NetEvent,
    OutgoingMessage, PeerCommand, Trust, Uid,
};

/// What happened to a socket, as the inputs of the same names tell it.
#[derive(Clone, Debug)]
pub enum SocketEvent<'a> {
    Up { address: SocketAddr, only: Option<SocketAddr> },
    Down { code: Option<ErrorCode> },
    Datagram { from: SocketAddr, to: Option<IpAddr>, bytes: &'a [u8] },
    Unreachable { to: SocketAddr },
}

/// What happened to a stream, as the inputs of the same names tell it.
#[derive(Clone, Debug)]
pub enum StreamEvent<'a> {
    /// One that was dialled is open.
    Opened,
    /// Somebody else opened it.
    Accepted {
        peer: SocketAddr,
    },
    Data(&'a [u8]),
    Stepped(StepEvent),
    Closed {
        error: Option<StreamError>,
    },
}

/// A text to be sent.
#[derive(Clone, Copy, Debug)]
pub struct SendText<'a> {
    pub to: ConversationId,
    pub message: MessageId,
    pub text: &'a str,
    /// What goes out instead of the text, as it is; only where the dialect can.
    pub bytes: Option<&'a Arc<[u8]>>,
}

/// The state machine of one dialect. Bad bytes are counted and dropped: no method returns an error.
pub trait Protocol: Send {
    /// Comes before every input.
    fn on_start(&mut self, _cx: &mut Ctx<'_>) {}

    fn on_interfaces(&mut self, _cx: &mut Ctx<'_>, _interfaces: &[Interface]) {}

    fn on_socket(&mut self, _cx: &mut Ctx<'_>, _link: LinkId, _event: SocketEvent<'_>) {}

    /// What came on a link that carries datagrams in bulk.
    fn on_datagrams(&mut self, _cx: &mut Ctx<'_>, _link: LinkId, _batch: &Batch<'_>) {}

    fn on_stream(&mut self, _cx: &mut Ctx<'_>, _link: LinkId, _event: StreamEvent<'_>) {}

    /// A step of a disk channel is done.
    fn on_disk(&mut self, _cx: &mut Ctx<'_>, _link: LinkId, _event: DiskEvent) {}

    /// The kernel took what carried this ticket, or refused it.
    fn on_handed(&mut self, _cx: &mut Ctx<'_>, _ticket: Ticket, _result: Result<(), ErrorCode>) {}

    fn on_resolved(&mut self, _cx: &mut Ctx<'_>, _answer: &Answer<'_>) {}

    fn on_introduce(&mut self, _cx: &mut Ctx<'_>, _own: LocalIdentity) {}

    /// Asks everybody who is there, in dialects whose peers make themselves known.
    fn on_look(&mut self, _cx: &mut Ctx<'_>) {}

    /// The program ends: nothing more comes after this.
    fn on_leave(&mut self, _cx: &mut Ctx<'_>) {}

    fn on_listen(&mut self, _cx: &mut Ctx<'_>, _at: Option<SocketAddr>) {}

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand);

    fn on_trust(&mut self, _cx: &mut Ctx<'_>, _conversation: ConversationId, _trust: Trust) {}

    /// As it stands here, for dialects whose messages are texts and nothing else.
    fn on_message(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: MessageCommand) {
        match command {
            MessageCommand::Send(OutgoingMessage { id: message, text, bytes, .. }) => {
                // The order that is under way will be answered, and ids are not used twice meanwhile.
                if self.is_unanswered(message) {
                    return;
                }
                let send = SendText { to: conversation, message, text: &text, bytes: bytes.as_ref() };
                if let Err(fault) = self.send(cx, send) {
                    cx.fail(message, fault);
                }
            }
            MessageCommand::Redecode { message, payload } => {
                let (text, lossy) = self.decode(conversation, &payload);
                cx.report(NetEvent::Redecoded { message, text, lossy });
            }
            MessageCommand::Stored { uid: Some(uid), .. } | MessageCommand::Unkept { uid, .. } => {
                self.on_settled(cx, conversation, uid);
            }
            MessageCommand::Amend(_)
            | MessageCommand::Stored { uid: None, .. }
            | MessageCommand::Read { .. }
            | MessageCommand::Unseal { .. } => {}
        }
    }

    /// The message that came under this name is kept, or will never be: whatever was to become of it here has.
    fn on_settled(&mut self, _cx: &mut Ctx<'_>, _conversation: ConversationId, _uid: Uid) {}

    /// Is it not known yet what becomes of this message?
    fn is_unanswered(&self, _message: MessageId) -> bool {
        false
    }

    /// Takes a text, which is answered later, or says why not.
    fn send(&mut self, _cx: &mut Ctx<'_>, _send: SendText<'_>) -> Result<(), Fault> {
        Err(Fault::NoSuchPeer)
    }

    /// The text of a payload as the peer would mean it now, and whether some bytes did not decode.
    fn decode(&self, _from: ConversationId, payload: &[u8]) -> (String, bool) {
        Encoding::UTF_8.decode(payload)
    }

    fn on_file(&mut self, _cx: &mut Ctx<'_>, _conversation: ConversationId, _command: FileCommand) {}

    /// The deadline has passed.
    fn on_tick(&mut self, _cx: &mut Ctx<'_>) {}

    /// When `on_tick` is wanted.
    fn deadline(&self) -> Option<Instant> {
        None
    }
}
