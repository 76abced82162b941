//! Who and where we are: our names, the numbers of our packets, our interfaces and sockets, and the packets that are made
//! of them. What our addresses mean is in `addresses`.

use std::net::SocketAddr;
use std::sync::Arc;

use super::entry;
use super::numbers::Numbers;
use super::packet::{self, flag};
use super::sockets::ListenSockets;
use super::text::{self, MAX_OWN_NAME};
use crate::model::MessageId;
use crate::model::traffic::LocalIdentity;
use crate::wire::{Ctx, Encoding, Interface, Ticket};

/// What we say we are. The 1 is the protocol; the rest holds no name that others know a program by.
pub(super) const VERSION: &[u8] = concat!("1_udpqq ", env!("CARGO_PKG_VERSION")).as_bytes();
/// The same in answers, which are to be short.
pub(super) const SHORT_VERSION: &[u8] = b"1";

#[derive(Debug, Default)]
pub(super) struct LocalNode {
    pub(super) sockets: ListenSockets,
    /// As they were told last; what they mean is in `addresses`.
    pub(super) interfaces: Vec<Interface>,
    identity: Option<LocalIdentity>,
    numbers: Numbers,
}

impl LocalNode {
    pub(super) fn new(listen: Option<SocketAddr>) -> Self {
        Self { sockets: ListenSockets::new(listen), ..Self::default() }
    }

    /// `None`: nobody has said who we are.
    pub(super) const fn identity(&self) -> Option<&LocalIdentity> {
        self.identity.as_ref()
    }

    /// Who we are from now on. Who we were before.
    pub(super) const fn introduce(&mut self, own: LocalIdentity) -> Option<LocalIdentity> {
        self.identity.replace(own)
    }

    /// Whether everybody may know that we are here.
    pub(super) fn is_visible(&self) -> bool {
        self.identity.as_ref().is_some_and(|own| own.visible)
    }

    /// Nothing at all is sent before it is known who we are, and what others may know of that.
    pub(super) fn may_speak(&self) -> bool {
        self.sockets.address().is_some() && self.identity.is_some()
    }

    /// How those are read who write neither UTF-8 nor say what they write.
    pub(super) fn legacy(&self) -> Encoding {
        text::legacy(self.identity.as_ref().map_or("", |own| own.legacy.as_str()))
    }

    /// What they write in, and are written to.
    pub(super) fn code_page(&self) -> Encoding {
        text::code_page(self.identity.as_ref().map_or("", |own| own.legacy.as_str()))
    }

    /// The number of a packet that somebody may confirm.
    pub(super) fn next_number(&mut self, cx: &mut Ctx<'_>) -> u32 {
        self.numbers.next(cx.now.wall, cx.rng)
    }

    /// The number of a packet that nobody confirms.
    pub(super) fn plain_number(&mut self, cx: &mut Ctx<'_>) -> u32 {
        self.numbers.plain(cx.now.wall, cx.rng)
    }

    /// A packet of ours that nobody confirms.
    pub(super) fn packet(
        &mut self,
        cx: &mut Ctx<'_>,
        encoding: Encoding,
        command: u32,
        body: &[u8],
    ) -> Arc<[u8]> {
        let number = self.plain_number(cx);
        self.compose(VERSION, encoding, number, command, body).into()
    }

    pub(super) fn compose(
        &self,
        version: &[u8],
        encoding: Encoding,
        number: u32,
        command: u32,
        body: &[u8],
    ) -> Vec<u8> {
        let (user, host) = self.header(encoding);
        packet::write(version, number, (&user, &host), command, body)
    }

    /// Our user and host as they stand in every packet.
    pub(super) fn header(&self, encoding: Encoding) -> (Vec<u8>, Vec<u8>) {
        let unknown = LocalIdentity::default();
        let own = self.identity.as_ref().unwrap_or(&unknown);
        let field = |text: &str| text::name(encoding, text, MAX_OWN_NAME);
        (field(entry::user(own)), field(entry::host(own)))
    }

    /// Sends one datagram, if there is a socket for it.
    pub(super) fn send(
        &self,
        cx: &mut Ctx<'_>,
        to: SocketAddr,
        bytes: Arc<[u8]>,
        message: Option<MessageId>,
    ) {
        if let Some(link) = self.sockets.udp().filter(|_| self.identity.is_some()) {
            cx.send(link, to, bytes, message.map(|message| Ticket { message, to }));
        }
    }
}

/// The flag that goes with a text in this encoding.
pub(super) fn flag_of(encoding: Encoding) -> u32 {
    if encoding == Encoding::UTF_8 { flag::UTF8 } else { 0 }
}
