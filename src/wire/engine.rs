//! The one contract between the network side and a dialect.
//!
//! An engine is a state machine: no socket, file, clock, task or global random number. The caller hands
//! in exactly one [`Input`], then calls [`Engine::poll`] until it answers [`Output::Wait`]. `net/mux.rs`
//! is the only caller in the program; tests drive engines under a virtual clock.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::model::{ConversationId, LinkId, MessageId, NetCommand, NetEvent, Now};

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
    /// `link` is gone: nothing can be sent on it any more.
    LinkDown { link: LinkId },
    /// A whole datagram. IPv4-mapped sources are already plain IPv4.
    Datagram { link: LinkId, from: SocketAddr, bytes: &'a [u8] },
    /// The kernel took the datagram that carried this ticket, or refused it (`Err`: short error name).
    Handed { ticket: Ticket, result: Result<(), String> },
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
    Datagram { link: LinkId, to: SocketAddr, bytes: Arc<[u8]>, ticket: Option<Ticket> },
    /// Look up a host name, or the interface of `address%zone`; the answer comes as `Input::Resolved`.
    Resolve { conversation: ConversationId, host: String, port: u16 },
    /// Tell the app.
    Event(NetEvent),
    /// Nothing more to do until the next input, or until this instant.
    Wait(Option<Instant>),
}
