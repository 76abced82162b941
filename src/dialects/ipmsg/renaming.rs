//! Our names for those who read no UTF-8. What goes to everybody is in UTF-8, which they show as signs that nobody can read:
//! they get the names once more, in their encoding.

use std::net::SocketAddr;

use super::engine::Ipmsg;
use super::entry::{self, Extent};
use super::packet::command;
use crate::model::Now;
use crate::wire::Encoding;

impl Ipmsg {
    /// Everybody was just told of us.
    pub(super) fn correct_names(&mut self, now: Now) {
        self.forget_named();
        if self.own.as_ref().is_some_and(|own| !entry::is_plain(own)) {
            let others = self.met(|ipmsg, at| ipmsg.encoding_at(at) != Encoding::UTF_8);
            self.say_entry(now, command::ABSENCE, &others);
        }
    }

    /// It has become known what somebody reads. What it is told is an answer like any other: anybody can forge what asks for
    /// it.
    pub(super) fn correct_name(&mut self, now: Now, to: SocketAddr) {
        let encoding = self.encoding_at(to);
        let Some(own) = self.own.as_ref().filter(|own| !entry::is_plain(own)) else { return };
        let Some(peer) = self.peers.get_mut(to) else { return };
        if !peer.met || peer.waits || encoding == Encoding::UTF_8 || peer.named == Some(encoding) {
            return;
        }
        peer.named = Some(encoding);
        let body = entry::write(own, encoding, Extent::Whole);
        let said = u32::from(command::ABSENCE) | entry::flags(own, encoding);
        self.answer(now, to, said, &body);
    }

    pub(super) fn forget_named(&mut self) {
        for (_, peer) in self.peers.iter_mut() {
            peer.named = None;
        }
    }
}
