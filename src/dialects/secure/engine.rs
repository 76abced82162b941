//! The protocol: which input goes to which part. Without a key all of it is off, and what is
//! to be sent waits for a start that has one.

use std::time::Instant;

use super::asking;
use super::close;
use super::connections::Connections;
use super::frame::Rejection;
use super::frame::control::Control;
use super::frame::entry::Entry;
use super::goodbye;
use super::moving;
use super::notices;
use super::receipts::EntryFate;
use crate::dialects::Setup;
use crate::model::file::Progress;
use crate::model::traffic::LocalIdentity;
use crate::model::{
    ConversationId, Fault, FileCommand, LinkId, MessageCommand, NetEvent, PeerCommand, Trust,
};
use crate::wire::resolution::Answer;
use crate::wire::{Batch, Ctx, DiskEvent, Interface, Protocol, SocketEvent};

pub(super) struct Secure {
    pub(super) connections: Option<Connections>,
}

impl Secure {
    pub(super) fn new(setup: &Setup) -> Self {
        Self { connections: Connections::new(setup) }
    }

    #[cfg(test)]
    pub(super) fn tamper(&mut self, act: impl FnOnce(&mut Connections)) {
        self.connections.as_mut().map(act);
    }

    /// Does something with the connections, and lets what follows happen.
    fn with(&mut self, cx: &mut Ctx<'_>, act: impl FnOnce(&mut Connections, &mut Ctx<'_>)) {
        if let Some(connections) = &mut self.connections {
            act(connections, cx);
            moving::settle(connections, cx);
            connections.go_on(cx);
            moving::settle(connections, cx);
        }
    }
}

impl Protocol for Secure {
    fn on_interfaces(&mut self, cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        self.with(cx, |it, cx| it.set_interfaces(cx, interfaces));
    }

    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        self.with(cx, |it, cx| it.on_socket(cx, link, &event));
    }

    fn on_datagrams(&mut self, cx: &mut Ctx<'_>, _link: LinkId, batch: &Batch<'_>) {
        self.with(cx, |it, cx| it.transport.receive(cx, &it.sockets, batch));
    }

    fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        self.with(cx, |it, cx| {
            let key = it.peers.resolved(cx, answer);
            it.tend_each(cx, key);
        });
    }

    fn on_introduce(&mut self, cx: &mut Ctx<'_>, own: LocalIdentity) {
        self.with(cx, |it, cx| {
            it.discovery.introduce(cx, &own);
            it.identity = own;
            let news = Control::Profile(it.introduction(None));
            for session in it.sessions.values_mut().filter(|session| session.peer.is_some()) {
                session.say(&news);
            }
            for key in it.peers.keys() {
                it.serve_peer(cx, key);
            }
        });
    }

    fn on_look(&mut self, cx: &mut Ctx<'_>) {
        self.with(cx, |it, cx| it.discovery.look(cx));
    }

    fn on_leave(&mut self, cx: &mut Ctx<'_>) {
        self.with(cx, goodbye::say);
        self.connections = None;
    }

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand) {
        self.with(cx, |it, cx| match command {
            PeerCommand::Follow { address, .. } => it.follow(cx, conversation, address),
            PeerCommand::Enter | PeerCommand::Nudge | PeerCommand::History(_) | PeerCommand::Room(_) => {}
            PeerCommand::Ask => {
                let asked = asking::ask(&mut it.peers, &mut it.transport, cx.now.mono, conversation);
                it.tend_each(cx, asked);
            }
            PeerCommand::Typing => notices::tell_typing(it, cx, conversation),
            PeerCommand::Forget => {
                let key = it.peers.forget(conversation);
                if let Some(key) = key {
                    it.files.forget(cx, key);
                    it.let_go(cx, key, &Fault::NoSuchPeer);
                }
            }
        });
    }

    fn on_trust(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, trust: Trust) {
        self.with(cx, |it, cx| {
            let Some((key, peer)) = it.peers.of(conversation) else { return };
            peer.trust = Some(trust);
            if trust == Trust::Blocked {
                it.admission.block(key);
                it.disconnect(cx, key, close::UNWANTED);
            } else {
                it.admission.unblock(&key);
            }
            it.tend(cx, key);
            it.serve_peer(cx, key);
        });
    }

    fn on_message(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: MessageCommand) {
        match command {
            MessageCommand::Send(message) => self.with(cx, |it, cx| {
                if let Err(fault) = it.send(cx, conversation, &message) {
                    cx.fail(message.id, fault);
                }
            }),
            MessageCommand::Amend(change) => self.with(cx, |it, cx| it.amend(cx, conversation, &change)),
            MessageCommand::Stored { source: _, payload: _, uid } => self.with(cx, |it, cx| {
                it.note_fate(cx, conversation, uid, EntryFate::Stored);
            }),
            MessageCommand::Unkept { uid, wanted } => self.with(cx, |it, cx| {
                let refused = EntryFate::Refused(Rejection::Unwanted);
                it.note_fate(cx, conversation, Some(uid), if wanted { EntryFate::Dropped } else { refused });
            }),
            MessageCommand::Read { uid } => {
                self.with(cx, |it, cx| notices::note_read(it, cx, conversation, uid));
            }
            MessageCommand::Redecode { message, payload } => {
                let text = Entry::decode(&payload).map(|entry| entry.text).unwrap_or_default();
                cx.report(NetEvent::Redecoded { message, text, lossy: false });
            }
            MessageCommand::Unseal { .. } => {}
        }
    }

    fn on_file(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: FileCommand) {
        if let FileCommand::Fetch { transfer, from, .. } = command
            && self.connections.is_none()
        {
            let progress = Progress::Broken { fault: Fault::NotListening, bytes: from };
            return cx.report(NetEvent::Transfer { transfer, progress });
        }
        self.with(cx, |it, cx| moving::on_file(it, cx, conversation, command));
    }

    fn on_disk(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: DiskEvent) {
        self.with(cx, |it, cx| moving::on_disk(it, cx, link, event));
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        self.with(cx, |it, cx| {
            it.on_tick(cx);
            it.files.tick(cx);
        });
    }

    fn deadline(&self) -> Option<Instant> {
        let connections = self.connections.as_ref()?;
        [connections.deadline(), connections.files.deadline()].into_iter().flatten().min()
    }
}
