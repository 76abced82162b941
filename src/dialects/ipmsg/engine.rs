//! The protocol: gives each input to the part that it is for, and what one part says to the next. What is received is
//! given on in `receiving`.

use std::net::SocketAddr;
use std::time::Instant;

use super::answers::Answers;
use super::contacts::Correspondents;
use super::context::Scope;
use super::encoder::QueuedSend;
use super::entry_answers::EntryAnswers;
use super::files::Transfers;
use super::local::LocalNode;
use super::messages;
use super::moving::{self, FetchOrder};
use super::notices::Notices;
use super::packet::Packet;
use super::peers::PeerTable;
use super::pieces::PictureInbox;
use super::presence::{self, Presence};
use super::retransmission::Retransmitter;
use super::sockets::SocketChange;
use crate::model::traffic::LocalIdentity;
use crate::model::{
    ConversationId, ErrorCode, Fault, FileCommand, LinkId, MessageCommand, NetEvent, OutgoingMessage,
    PeerCommand,
};
use crate::wire::peers::Peer;
use crate::wire::resolution::{Answer, Resolved};
use crate::wire::{Ctx, Interface, Protocol, SocketEvent, StreamEvent, Ticket};

#[derive(Debug, Default)]
pub(super) struct Ipmsg {
    local: LocalNode,
    contacts: Correspondents,
    peers: PeerTable,
    answers: Answers,
    transfers: Transfers,
    machines: Machines,
}

/// The parts that have to do with one thing each, and do not know each other.
#[derive(Debug, Default)]
pub(super) struct Machines {
    pub presence: Presence,
    pub entry_answers: EntryAnswers,
    pub retransmitter: Retransmitter,
    pub pictures: PictureInbox,
    pub notices: Notices,
}

impl Protocol for Ipmsg {
    fn on_start(&mut self, cx: &mut Ctx<'_>) {
        self.local.sockets.open(cx);
    }

    fn on_interfaces(&mut self, cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        let (cx, machines) = &mut self.split(cx);
        let change = cx.local.set_interfaces(interfaces);
        if change.reach {
            cx.local.hear_groups(&mut cx.wire);
            machines.presence.restart(cx);
        }
        if change.moved {
            presence::say_moved(cx);
        }
        cx.local.sockets.reopen(&mut cx.wire);
    }

    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        match event {
            SocketEvent::Up { address, only: None } => {
                let change = self.local.sockets.on_up(cx, link, address);
                self.on_socket_change(cx, change);
            }
            SocketEvent::Down { code } => {
                let change = self.local.sockets.on_down(cx, link, code);
                self.on_socket_change(cx, change);
            }
            SocketEvent::Datagram { from, to, bytes } if self.local.sockets.hears(link) => {
                self.receive(cx, from, to, bytes);
            }
            SocketEvent::Unreachable { to } if self.local.sockets.udp() == Some(link) => {
                self.machines.retransmitter.on_unreachable(cx, to);
            }
            SocketEvent::Up { .. } | SocketEvent::Datagram { .. } | SocketEvent::Unreachable { .. } => {}
        }
    }

    fn on_stream(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: StreamEvent<'_>) {
        self.transfers.on_stream(cx, link, event);
    }

    fn on_handed(&mut self, cx: &mut Ctx<'_>, ticket: Ticket, result: Result<(), ErrorCode>) {
        let (cx, machines) = &mut self.split(cx);
        machines.retransmitter.on_handed(cx, ticket, result);
    }

    fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        let found = self.contacts.peers.resolved(cx.now, answer);
        self.looked_up(cx, answer.conversation, found.as_ref());
    }

    fn on_introduce(&mut self, cx: &mut Ctx<'_>, own: LocalIdentity) {
        let (cx, machines) = &mut self.split(cx);
        if !machines.presence.introduce(cx, own) {
            machines.stop_announcing(cx);
        }
        machines.retransmitter.pump_all(cx);
    }

    fn on_look(&mut self, cx: &mut Ctx<'_>) {
        let (cx, machines) = &mut self.split(cx);
        machines.presence.look(cx);
    }

    fn on_listen(&mut self, cx: &mut Ctx<'_>, at: Option<SocketAddr>) {
        let was_up = self.local.sockets.address().is_some();
        self.local.sockets.listen_at(cx, at);
        if was_up {
            self.on_socket_change(cx, SocketChange::Down);
        }
    }

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand) {
        match command {
            PeerCommand::Follow { address, rank, .. } => {
                if self.contacts.follow(cx, conversation, address, rank) {
                    self.on_target(cx, conversation);
                }
            }
            PeerCommand::Ask => {
                let (cx, machines) = &mut self.split(cx);
                machines.presence.ask(cx, conversation);
            }
            PeerCommand::Enter | PeerCommand::Typing | PeerCommand::History(_) | PeerCommand::Room(_) => {}
            PeerCommand::Nudge => self.split(cx).0.nudge(conversation),
            PeerCommand::Forget => {
                let (cx, machines) = &mut self.split(cx);
                machines.retransmitter.forget(&mut cx.wire, conversation);
                cx.contacts.peers.remove(conversation);
            }
        }
    }

    fn on_message(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: MessageCommand) {
        if let MessageCommand::Stored { source, payload, uid: _ } = command {
            return self.on_stored(cx, source, &payload);
        }
        let (cx, machines) = &mut self.split(cx);
        match command {
            MessageCommand::Send(OutgoingMessage { id: message, text, kind, files, .. }) => {
                machines.retransmitter.send(cx, conversation, QueuedSend { message, text, kind, files });
            }
            MessageCommand::Unseal { message, payload } => {
                let (text, lossy) = messages::read_again(cx, conversation, &payload);
                cx.wire.report(NetEvent::Opened { message, text, lossy });
                if let Some(packet) = Packet::read(&payload) {
                    machines.notices.tell_opened(cx, conversation, &packet);
                }
            }
            MessageCommand::Redecode { message, payload } => {
                let (text, lossy) = messages::read_again(cx, conversation, &payload);
                cx.wire.report(NetEvent::Redecoded { message, text, lossy });
            }
            MessageCommand::Amend(_)
            | MessageCommand::Stored { .. }
            | MessageCommand::Unkept { .. }
            | MessageCommand::Read { .. } => {}
        }
    }

    fn on_file(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: FileCommand) {
        let (cx, machines) = &mut self.split(cx);
        match command {
            FileCommand::Fetch { transfer, payload, target: place, from } => {
                moving::fetch(cx, conversation, FetchOrder { transfer, payload: &payload, place, from });
            }
            FileCommand::Decline { message: _, payload } => moving::decline(cx, conversation, &payload),
            FileCommand::Stop { transfer } => cx.transfers.stop(&mut cx.wire, transfer),
            FileCommand::Withdraw { message } => {
                cx.transfers.withdraw(&mut cx.wire, message);
                machines.retransmitter.withdraw(cx, message);
            }
            FileCommand::Offer { .. } => {}
        }
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        self.local.sockets.tick(cx);
        while let Some((conversation, found)) = self.contacts.peers.overdue(cx.now) {
            self.looked_up(cx, conversation, found.as_ref());
        }
        let (cx, machines) = &mut self.split(cx);
        machines.retransmitter.tick(cx);
        machines.notices.tick(cx);
        machines.pictures.tick(cx);
        machines.entry_answers.tick(cx);
        machines.presence.tick(cx);
        cx.send_answers();
        cx.transfers.tick(&mut cx.wire);
    }

    fn deadline(&self) -> Option<Instant> {
        let machines = &self.machines;
        let all = [
            self.local.sockets.deadline(),
            self.contacts.peers.deadline(),
            self.answers.deadline(),
            self.transfers.deadline(),
            machines.presence.deadline(),
            machines.entry_answers.deadline(&self.answers),
            machines.retransmitter.deadline(),
            machines.pictures.deadline(),
            machines.notices.deadline(),
        ];
        all.into_iter().flatten().min()
    }
}

impl Ipmsg {
    pub(super) fn new(listen: Option<SocketAddr>) -> Self {
        Self { local: LocalNode::new(listen), ..Self::default() }
    }

    /// What all parts share, and the parts.
    pub(super) const fn split<'a>(&'a mut self, cx: &'a mut Ctx<'_>) -> (Scope<'a>, &'a mut Machines) {
        let Self { local, contacts, peers, answers, transfers, machines } = self;
        (Scope { wire: cx.reborrow(), local, contacts, peers, answers, transfers }, machines)
    }

    fn on_socket_change(&mut self, cx: &mut Ctx<'_>, change: SocketChange) {
        let (cx, machines) = &mut self.split(cx);
        match change {
            SocketChange::Up => {
                cx.local.hear_groups(&mut cx.wire);
                machines.presence.restart(cx);
                machines.retransmitter.pump_all(cx);
            }
            SocketChange::Down => {
                machines.retransmitter.fail_all(&mut cx.wire);
                machines.stop_announcing(cx);
            }
            SocketChange::GroupsUp => cx.local.hear_groups(&mut cx.wire),
            SocketChange::Nothing => {}
        }
    }

    fn looked_up(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, found: Option<&Resolved>) {
        match found {
            None => {}
            Some(Resolved::At(_) | Resolved::AsBefore) => self.on_target(cx, conversation),
            Some(Resolved::Nowhere) => {
                let host =
                    self.contacts.peers.get(conversation).map(|contact| contact.address.host.to_string());
                let fault = Fault::NameNotFound { host: host.unwrap_or_default() };
                self.machines.retransmitter.fail_waiting(cx, conversation, &fault);
            }
        }
    }

    /// The address of a conversation's peer is known.
    fn on_target(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let (cx, machines) = &mut self.split(cx);
        if let Some(at) = cx.contacts.target(conversation) {
            if cx.peers.is_here(at) {
                cx.tell_peer(at);
            }
            cx.introduce_to(conversation, at);
            cx.tell_held(conversation, at);
            // A stranger is followed because it spoke, which chooses nobody (invariant I3).
            let added = cx.contacts.peers.get(conversation).is_some_and(Peer::is_contact);
            if added && !cx.local.is_broadcast(at.ip()) {
                cx.choose(at);
            }
        }
        machines.retransmitter.pump(cx, conversation);
    }
}

impl Machines {
    /// From now on nothing is said by itself, and nobody waits for it.
    fn stop_announcing(&mut self, cx: &mut Scope<'_>) {
        self.presence.stop();
        self.entry_answers.clear(cx);
        cx.answers.clear();
    }
}
