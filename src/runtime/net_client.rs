//! The network side as a session uses it: its handle, the messages that it has not answered for, and what it is told of
//! peers that prove who they are while nobody sits there who could decide.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::peer_secrets::PeerSecrets;
use super::profile::Profile;
use super::start::Options;
use crate::app::Event;
use crate::model::file::Progress;
use crate::model::{
    Capture, ConversationId, Fault, FileCommand, MessageCommand, MessageId, NetCommand, NetEvent,
    OutgoingMessage, OwnNetworks, Phrase, TransferId, Trust,
};
use crate::net::{NetHandle, TapReceiver, own_networks, registry};

#[derive(Debug)]
pub(super) struct NetClient {
    handle: NetHandle,
    tap: Option<TapReceiver>,
    /// Messages given to the network side that it has not answered for.
    sending: BTreeSet<MessageId>,
    /// A person sits before the session.
    is_interactive: bool,
    /// There is a key to prove who we are with.
    has_key: bool,
    networks: OwnNetworks,
    secrets: PeerSecrets,
}

/// What comes from the network side.
#[derive(Debug)]
pub(super) enum NetNews {
    Event(NetEvent),
    Captured(Capture),
}

impl NetClient {
    pub(super) fn new(
        mut handle: NetHandle,
        options: &Options,
        has_key: bool,
        profile: Arc<Profile>,
    ) -> Self {
        let (tap, is_interactive) = (handle.take_tap(), options.interactive);
        // The network side says only when they have changed.
        let networks = if is_interactive { own_networks(options.interface.as_deref()) } else { Vec::new() };
        let networks = OwnNetworks::new(networks);
        let secrets = PeerSecrets::new(profile);
        Self { handle, tap, sending: BTreeSet::new(), is_interactive, has_key, networks, secrets }
    }

    pub(super) const fn networks(&self) -> &OwnNetworks {
        &self.networks
    }

    /// From now on what passes the sockets is told, or no longer.
    pub(super) fn watch_wire(&self, on: bool) {
        if let Some(tap) = &self.tap {
            tap.set_open(on);
        }
    }

    pub(super) fn begin(&mut self) {
        self.handle.begin();
    }

    /// Gives an order. `Some`: the network side does not take it, told as the network side would.
    pub(super) fn order(&mut self, command: NetCommand) -> Option<Event> {
        if let NetCommand::Listen { scheme, at: Some(_) } = command
            && !self.has_key
            && registry().schemes().iter().any(|known| known.name == scheme && known.caps.keys)
        {
            return Some(Event::StatusLine(Phrase::new("listen-no-key").text("kind", scheme)));
        }
        if self.is_interactive {
            return self.give(command);
        }
        match command {
            // It hears everybody, as with dialects that prove nothing: nobody can be asked, and its output says who it was.
            NetCommand::Trust(peer, Trust::Requested | Trust::Changed { .. }) => {
                self.give(NetCommand::Trust(peer, Trust::Pinned))
            }
            // It keeps nothing: it has what it has printed, and says so itself.
            NetCommand::Message(_, MessageCommand::Stored { uid: Some(_), .. }) => None,
            NetCommand::Trust(..)
            | NetCommand::Message(..)
            | NetCommand::Peer(..)
            | NetCommand::Introduce(_)
            | NetCommand::Look
            | NetCommand::Leave
            | NetCommand::Listen { .. }
            | NetCommand::Lab(_)
            | NetCommand::File(..) => self.give(command),
        }
    }

    /// The same, whoever gives it.
    pub(super) fn give(&mut self, command: NetCommand) -> Option<Event> {
        let message =
            if let NetCommand::Message(_, MessageCommand::Send(OutgoingMessage { id, .. })) = &command {
                Some(*id)
            } else {
                None
            };
        let transfer = if let NetCommand::File(_, FileCommand::Fetch { transfer, .. }) = &command {
            Some(*transfer)
        } else {
            None
        };
        let behind = self.secrets.behind(&command);
        match (self.handle.order(command), transfer) {
            (Ok(()), _) if let Some(behind) = behind => {
                // What takes one order at a time takes the next as well, or says why when that matters.
                let _taken = self.handle.order(behind);
                None
            }
            (Ok(()), _) => {
                self.sending.extend(message);
                None
            }
            (Err(fault), Some(transfer)) => Some(broken(transfer, fault, 0)),
            (Err(fault), None) => Some(Event::Refused { message, fault }),
        }
    }

    /// What the network side says: a message that it answers for is under way no more, and networks come and go. Gives
    /// what a person is told of that.
    pub(super) fn note(&mut self, event: &Event) -> Vec<Phrase> {
        if let Event::Net(NetEvent::Handed { message, .. } | NetEvent::Failed { message, .. }) = event {
            // One that was handed over can fail later.
            self.sending.remove(message);
        }
        if let Event::Net(NetEvent::Networks(here)) = event
            && self.is_interactive
        {
            return self.networks.change(here);
        }
        if let Event::Net(event) = event {
            self.secrets.note(event).into_iter().collect()
        } else {
            Vec::new()
        }
    }

    pub(super) fn is_sending(&self) -> bool {
        !self.sending.is_empty()
    }

    /// Orders wait for each other until `uncork`: the other task wakes up once for all of them.
    pub(super) fn cork(&mut self) {
        self.handle.cork();
    }

    pub(super) fn uncork_urgent(&mut self) {
        self.handle.uncork_urgent();
    }

    pub(super) fn uncork(&mut self) {
        self.handle.uncork();
    }

    /// The next event, or what passed the sockets. Cancel-safe. `None` when the task has ended, which only a bug of ours
    /// can cause.
    pub(super) async fn next(&mut self) -> Option<NetNews> {
        let Self { handle, tap, .. } = self;
        let captured = async {
            match tap {
                Some(tap) => tap.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            event = handle.next() => event.map(NetNews::Event),
            capture = captured => Some(NetNews::Captured(capture)),
        }
    }

    pub(super) fn try_next(&mut self) -> Option<NetEvent> {
        self.handle.try_next()
    }

    pub(super) async fn close(self, rooms: Vec<ConversationId>) {
        self.handle.close(rooms).await;
    }
}

/// As the network side would say it.
pub(super) const fn broken(transfer: TransferId, fault: Fault, bytes: u64) -> Event {
    Event::Net(NetEvent::Transfer { transfer, progress: Progress::Broken { fault, bytes } })
}
