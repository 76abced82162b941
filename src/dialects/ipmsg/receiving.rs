//! What comes in: which packets mean something, and what is answered. Bad bytes are dropped without a word, and nothing
//! that is itself an answer is ever answered.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::context::Scope;
use super::engine::{Ipmsg, Machines};
use super::local::flag_of;
use super::packet::{Incoming, Number, Packet, command, flag, leading_decimal};
use super::peers::Dedup;
use super::presence::on_exit;
use super::text::{self, MAX_NAME};
use super::{groups, messages};
use crate::model::NetEvent;
use crate::model::bucket::Limit;
use crate::wire::Ctx;
use crate::wire::endpoint::is_nobody;

/// What the official client answers when somebody asks for the words of an absence and there is none.
const NOT_AWAY: &str = "Not absence mode";
/// One notice for a peer that shakes our window over and over.
const SHAKES: Limit = Limit { burst: 1, each: Duration::from_secs(10) };
/// What a person would see flicker.
const CHANGES: Limit = Limit { burst: 1, each: Duration::from_secs(1) };
/// A person who is away says so to each peer no more often.
const ABSENCES: Limit = Limit { burst: 1, each: Duration::from_mins(1) };

impl Ipmsg {
    pub(super) fn receive(&mut self, wire: &mut Ctx<'_>, from: SocketAddr, to: Option<IpAddr>, bytes: &[u8]) {
        let (cx, machines) = &mut self.split(wire);
        if cx.local.is_own(from) {
            return;
        }
        let forged = from.port() == 0 || from.ip().is_unspecified() || cx.local.is_broadcast(from.ip());
        // A service is no stranger that one could write to.
        if forged || (is_nobody(from) && cx.conversation_of(from).is_none()) {
            return cx.wire.report(NetEvent::Nobody { source: from });
        }
        if bytes.is_empty() {
            return cx.wire.report(NetEvent::Empty { source: from });
        }
        let Some(packet) = Packet::read(bytes) else { return cx.malformed(from) };
        let everybody = to.is_some_and(|to| cx.local.is_broadcast(to));
        if let Some(peer) = cx.peers.get_mut(from) {
            peer.missed = 0;
        }
        dispatch(cx, machines, &Incoming { from, packet, bytes, everybody });
    }

    /// A message is in the history: its sender hears so, if it asked for that.
    pub(super) fn on_stored(&mut self, wire: &mut Ctx<'_>, from: SocketAddr, payload: &[u8]) {
        let (cx, machines) = &mut self.split(wire);
        let Some(packet) = Packet::read(payload) else { return };
        if packet.kind() == command::PIECE {
            return machines.pictures.on_stored(cx, from, &packet);
        }
        if cx.peers.get_mut(from).is_some_and(|peer| peer.stored(&packet)) {
            confirm(cx, from, packet.number);
        }
    }
}

fn dispatch(cx: &mut Scope<'_>, machines: &mut Machines, incoming: &Incoming<'_>) {
    let Incoming { from, ref packet, everybody, .. } = *incoming;
    match packet.kind() {
        kind @ (command::ENTRY | command::ANSWER_ENTRY | command::ABSENCE) => {
            machines.presence.learn(cx, from, packet);
            machines.retransmitter.on_spoke(cx, from);
            if kind == command::ENTRY {
                machines.entry_answers.greet(cx, incoming);
            }
        }
        command::EXIT => on_exit(cx, from, packet),
        command::MESSAGE => on_words(cx, machines, incoming),
        command::TO_GROUP => on_words(cx, machines, &Incoming { everybody: true, ..*incoming }),
        command::IN_GROUP => groups::on_group_message(cx, incoming),
        command::PIECE if !everybody => machines.pictures.on_piece(cx, from, packet),
        command::RECEIPT | command::OPENED | command::ANSWER_OPENED | command::RELEASE_FILES => {
            match packet.strings().next().and_then(leading_decimal) {
                Some(number) => on_reply(cx, machines, incoming, number),
                None => cx.malformed(from),
            }
        }
        command::ASK_VERSION if !everybody && cx.may_know(from) => tell_version(cx, from),
        command::ASK_ABSENCE if !everybody && cx.may_know(from) => tell_absence(cx, from),
        command::MOTTO => on_motto(cx, from, packet),
        command::TYPING => on_typing(cx, from),
        command::SHAKE => on_shake(cx, from),
        kind if command::is_passed_over(kind) => {}
        _ => cx.malformed(from),
    }
}

fn on_words(cx: &mut Scope<'_>, machines: &mut Machines, incoming: &Incoming<'_>) {
    let from = incoming.from;
    let Some(heard) = messages::hear(cx, incoming) else { return };
    if heard.verdict == Dedup::ReAck {
        confirm(cx, from, incoming.packet.number);
    }
    if heard.first {
        machines.retransmitter.on_spoke(cx, from);
    }
    let is_new = heard.verdict == Dedup::New
        && !(incoming.everybody && cx.peers.is_copy(cx.wire.now.mono, &incoming.packet));
    if is_new && messages::show(cx, incoming, &heard) {
        tell_away(cx, from);
    }
}

/// A peer speaks of the packet of ours with this number.
fn on_reply(cx: &mut Scope<'_>, machines: &mut Machines, incoming: &Incoming<'_>, number: u32) {
    let Incoming { from, ref packet, .. } = *incoming;
    match packet.kind() {
        command::OPENED => {
            let ours = machines.retransmitter.on_opened(cx, from, number);
            if ours && packet.has(flag::CHECK_OPENED) {
                let body = format!("{}\0", packet.number);
                cx.answer(from, command::ANSWER_OPENED.into(), body.as_bytes());
            }
        }
        command::ANSWER_OPENED => machines.notices.heard(from, number),
        command::RELEASE_FILES => {
            // A peer that declines an offer has received it.
            machines.retransmitter.on_receipt(cx, from, number);
            // One that names a file as well wants nothing more of that file alone.
            let mut fields = packet.strings().next().unwrap_or_default().split(|byte| *byte == b':').skip(1);
            let file = fields.next().filter(|id| !id.is_empty());
            cx.transfers.released(&mut cx.wire, from, number, file);
        }
        _ => machines.retransmitter.on_receipt(cx, from, number),
    }
}

/// Confirms a message, unless that would show us to a stranger from whom we hide.
fn confirm(cx: &mut Scope<'_>, from: SocketAddr, number: Number<'_>) {
    if cx.peers.is_chosen(from) || cx.may_know(from) {
        // Its own digits, and no flag with it: some take only the bare command for a receipt.
        let body = format!("{number}\0");
        cx.answer(from, command::RECEIPT.into(), body.as_bytes());
    }
}

fn tell_version(cx: &mut Scope<'_>, from: SocketAddr) {
    let body = concat!("udpqq ", env!("CARGO_PKG_VERSION"), "\0");
    cx.answer(from, command::VERSION.into(), body.as_bytes());
}

fn tell_absence(cx: &mut Scope<'_>, from: SocketAddr) {
    let away = cx.local.identity.as_ref().and_then(|own| own.away.clone());
    answer_text(cx, from, command::ABSENCE_TEXT.into(), away.as_deref().unwrap_or(NOT_AWAY));
}

/// A person wrote to us who are away: says so, once in a while.
fn tell_away(cx: &mut Scope<'_>, from: SocketAddr) {
    let away = cx.local.identity.as_ref().and_then(|own| own.away.clone()).filter(|away| !away.is_empty());
    let (Some(away), true) = (away, cx.may_answer(from) && cx.may_know(from)) else { return };
    if cx.peers.get_mut(from).is_some_and(|peer| peer.limits.absence.take(cx.wire.now.mono, 1, ABSENCES)) {
        answer_text(cx, from, u32::from(command::MESSAGE) | flag::AUTOMATIC, &away);
    }
}

fn answer_text(cx: &mut Scope<'_>, to: SocketAddr, command: u32, text: &str) {
    let encoding = cx.encoding_at(to);
    let mut body = text::name(encoding, text, MAX_NAME);
    body.push(0);
    cx.answer(to, command | flag_of(encoding), &body);
}

fn on_motto(cx: &mut Scope<'_>, from: SocketAddr, packet: &Packet<'_>) {
    let bytes = packet.strings().next().unwrap_or_default();
    let (mut motto, _lossy) = cx.decoder_for(from).of(packet).decode(packet.has(flag::UTF8), bytes);
    motto.truncate(motto.floor_char_boundary(MAX_NAME));
    let Some(peer) = cx.peers.get_mut(from).filter(|peer| peer.here) else { return };
    if peer.about.motto != motto && peer.limits.motto.take(cx.wire.now.mono, 1, CHANGES) {
        peer.about.motto = motto;
        cx.tell_peer(from);
    }
}

fn on_typing(cx: &mut Scope<'_>, from: SocketAddr) {
    if let Some(conversation) = cx.conversation_of(from)
        && cx.peers.get_mut(from).is_some_and(|peer| peer.limits.typing.take(cx.wire.now.mono, 1, CHANGES))
    {
        cx.wire.report(NetEvent::Typing { conversation });
    }
}

fn on_shake(cx: &mut Scope<'_>, from: SocketAddr) {
    if let Some(conversation) = cx.conversation_of(from)
        && cx.peers.get_mut(from).is_some_and(|peer| peer.limits.shake.take(cx.wire.now.mono, 1, SHAKES))
    {
        cx.wire.report(NetEvent::Nudged { conversation });
    }
}
