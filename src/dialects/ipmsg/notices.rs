//! What says to a sender that its sealed message was opened, said again until it is heard.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::context::Scope;
use super::local::VERSION;
use super::packet::{Packet, command, flag};
use crate::model::ConversationId;

/// As the official client does it.
const PAUSE: Duration = Duration::from_millis(750);
const MAX_SENDS: u8 = 12;
/// Sealed messages opened within nine seconds. A person opens one after the other.
const MAX_NOTICES: usize = 64;

#[derive(Debug)]
struct OpenedNotice {
    to: SocketAddr,
    number: u32,
    bytes: Arc<[u8]>,
    sends: u8,
    due: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Notices {
    table: Vec<OpenedNotice>,
}

impl Notices {
    /// A person opened a sealed message of this conversation: its sender is told.
    pub(super) fn tell_opened(
        &mut self,
        cx: &mut Scope<'_>,
        conversation: ConversationId,
        packet: &Packet<'_>,
    ) {
        let Some(to) = cx.contacts.target(conversation) else { return };
        if !cx.local.may_speak() || cx.local.is_broadcast(to.ip()) || cx.is_taken(conversation, to) {
            return;
        }
        cx.say_hello(to);
        let (encoding, number) = (cx.encoding_at(to), cx.next_number());
        let checked = packet.command & flag::CHECK_OPENED;
        let (said, body) = (u32::from(command::OPENED) | checked, format!("{}\0", packet.number));
        let bytes = cx.local.compose(VERSION, encoding, number, said, body.as_bytes());
        cx.post(to, Arc::clone(&bytes), None);
        if checked != 0 && self.table.len() < MAX_NOTICES {
            self.table.push(OpenedNotice { to, number, bytes, sends: 1, due: cx.wire.after(PAUSE) });
        }
    }

    /// The other side has it.
    pub(super) fn heard(&mut self, from: SocketAddr, number: u32) {
        self.table.retain(|notice| (notice.to, notice.number) != (from, number));
    }

    pub(super) fn tick(&mut self, cx: &mut Scope<'_>) {
        let now = cx.wire.now.mono;
        for notice in self.table.iter_mut().filter(|notice| notice.due <= now) {
            notice.sends = notice.sends.saturating_add(1);
            notice.due = cx.wire.after(PAUSE);
            cx.post(notice.to, Arc::clone(&notice.bytes), None);
        }
        self.table.retain(|notice| notice.sends < MAX_SENDS);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.table.iter().map(|notice| notice.due).min()
    }
}
