//! What a dialect implements: one method for each kind of input, and a default for those it has no use for.
//!
//! A protocol is a machine of owned parts. It does no I/O and keeps no queue of outputs: a [`Ctx`] comes with each call.
//! The [`Driver`](super::Driver) makes an [`Engine`](super::Engine) of it.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::ctx::Ctx;
use super::engine::{StepEvent, StreamError, Ticket};
use super::interface::Interface;
use super::resolution::Answer;
use crate::model::traffic::LocalIdentity;
use crate::model::{ConversationId, ErrorCode, FileCommand, LinkId, MessageCommand, PeerCommand};

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

/// The state machine of one dialect. Bad bytes are counted and dropped: no method returns an error.
pub trait Protocol: Send {
    /// Comes before every input.
    fn on_start(&mut self, _cx: &mut Ctx<'_>) {}

    fn on_interfaces(&mut self, _cx: &mut Ctx<'_>, _interfaces: &[Interface]) {}

    fn on_socket(&mut self, _cx: &mut Ctx<'_>, _link: LinkId, _event: SocketEvent<'_>) {}

    fn on_stream(&mut self, _cx: &mut Ctx<'_>, _link: LinkId, _event: StreamEvent<'_>) {}

    /// The kernel took what carried this ticket, or refused it.
    fn on_handed(&mut self, _cx: &mut Ctx<'_>, _ticket: Ticket, _result: Result<(), ErrorCode>) {}

    fn on_resolved(&mut self, _cx: &mut Ctx<'_>, _answer: &Answer<'_>) {}

    fn on_introduce(&mut self, _cx: &mut Ctx<'_>, _own: LocalIdentity) {}

    fn on_listen(&mut self, _cx: &mut Ctx<'_>, _at: Option<SocketAddr>) {}

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand);

    fn on_message(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: MessageCommand);

    fn on_file(&mut self, _cx: &mut Ctx<'_>, _conversation: ConversationId, _command: FileCommand) {}

    /// The deadline has passed.
    fn on_tick(&mut self, _cx: &mut Ctx<'_>) {}

    /// When `on_tick` is wanted.
    fn deadline(&self) -> Option<Instant> {
        None
    }
}
