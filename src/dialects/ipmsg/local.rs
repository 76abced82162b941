//! Who and where we are: our names, the numbers of our packets, our interfaces and sockets, and the packets that are made
//! of them. What our addresses mean is in `addresses`.

use std::net::SocketAddr;
use std::sync::Arc;

use super::entry;
use super::numbers::Numbers;
use super::packet::{self, flag};
use super::sockets::ListenSockets;
use super::text::{self, MAX_OWN_NAME};
use crate::model::traffic::LocalIdentity;
use crate::wire::{Encoding, Interface};

/// What we say we are. The 1 is the protocol; the rest holds no name that others know a program by.
pub(super) const VERSION: &[u8] = concat!("1_udpqq ", env!("CARGO_PKG_VERSION")).as_bytes();
/// The same in answers, which are to be short.
pub(super) const SHORT_VERSION: &[u8] = b"1";

#[derive(Debug, Default)]
pub(super) struct LocalNode {
    pub(super) sockets: ListenSockets,
    /// As they were told last; what they mean is in `addresses`.
    pub(super) interfaces: Vec<Interface>,
    /// `None`: nobody has said who we are.
    pub(super) identity: Option<LocalIdentity>,
    pub(super) numbers: Numbers,
}

impl LocalNode {
    pub(super) fn new(listen: Option<SocketAddr>) -> Self {
        Self { sockets: ListenSockets::new(listen), ..Self::default() }
    }

    /// Whether everybody may know that we are here.
    pub(super) fn is_visible(&self) -> bool {
        self.identity.as_ref().is_some_and(|own| own.visible.is_everybody())
    }

    /// Nothing at all is sent before it is known who we are, and what others may know of that.
    pub(super) fn may_speak(&self) -> bool {
        self.sockets.address().is_some() && self.identity.is_some()
    }

    /// How those are read who write neither UTF-8 nor say what they write.
    pub(super) fn legacy(&self) -> Encoding {
        self.named_legacy().unwrap_or(Encoding::GB18030)
    }

    /// What they write in, and are written to: not every program that reads GBK knows the characters of four bytes.
    pub(super) fn code_page(&self) -> Encoding {
        self.named_legacy().unwrap_or(Encoding::GBK)
    }

    fn named_legacy(&self) -> Option<Encoding> {
        Encoding::from_label(&self.identity.as_ref()?.legacy)
    }

    /// A packet of ours.
    pub(super) fn compose(
        &self,
        version: &[u8],
        encoding: Encoding,
        number: u32,
        command: u32,
        body: &[u8],
    ) -> Arc<[u8]> {
        let (user, host) = self.header(encoding);
        packet::write(version, number, (&user, &host), command, body).into()
    }

    /// Our user and host as they stand in every packet.
    pub(super) fn header(&self, encoding: Encoding) -> (Vec<u8>, Vec<u8>) {
        let unknown = LocalIdentity::default();
        let own = self.identity.as_ref().unwrap_or(&unknown);
        let field = |text: &str| text::name(encoding, text, MAX_OWN_NAME);
        (field(entry::user(own)), field(entry::host(own)))
    }
}

/// The flag that goes with a text in this encoding.
pub(super) fn flag_of(encoding: Encoding) -> u32 {
    if encoding == Encoding::UTF_8 { flag::UTF8 } else { 0 }
}
