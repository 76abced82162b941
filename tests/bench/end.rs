//! One end of a conversation for a bench: the whole network side of a udpqq, without its history and its screen.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use udpqq::dialects::secure;
use udpqq::model::{
    ConversationId, ListenSetting, MessageCommand, MessageId, NetCommand, NetEvent, OutgoingMessage,
    PeerCommand, Trust, Uid,
};
use udpqq::net::{self, KeyPair, NetHandle, NetOptions};
use zeroize::Zeroizing;

pub(crate) const PEER: ConversationId = ConversationId(1);
/// Nothing that is measured here takes so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// One udpqq, and where it listens.
pub(crate) struct End {
    net: NetHandle,
    pub(crate) at: SocketAddr,
    pair: Arc<KeyPair>,
    next: u64,
}

impl End {
    pub(crate) async fn open(number: u8) -> Self {
        Self::speaking(secure::DIALECT.scheme.name, number).await
    }

    /// One that listens for this dialect only.
    pub(crate) async fn speaking(scheme: &'static str, number: u8) -> Self {
        let pair = Arc::new(KeyPair::from_seed(Zeroizing::new([number; 32])).unwrap());
        let mut listen: BTreeMap<_, _> =
            net::registry().listen_kinds().map(|(scheme, _)| (scheme, ListenSetting::Off)).collect();
        let here = ListenSetting::At(SocketAddr::from(([127, 0, 0, 1], 0)));
        listen.insert(scheme, here);
        let options = NetOptions {
            listen,
            fallback: false,
            interface: Some("lo".to_owned()),
            echo: false,
            throttled: false,
            secret: [number; 32],
            key_pair: Some(Arc::clone(&pair)),
        };
        let mut net = net::open(options).unwrap();
        net.begin();
        let at = loop {
            if let NetEvent::Listening(listening) = net.next().await.unwrap()
                && listening.scheme == scheme
            {
                break listening.address.unwrap();
            }
        };
        Self { net, at, pair, next: 0 }
    }

    pub(crate) fn befriend(&mut self, other: &Self) {
        self.trust(&other.address_at(other.at));
    }

    /// The address of this one, who is reached there.
    pub(crate) fn address_at(&self, at: SocketAddr) -> String {
        format!("{}://{}@{at}", secure::DIALECT.scheme.name, self.pair.public())
    }

    /// Whoever is there is a contact.
    pub(crate) fn trust(&mut self, address: &str) {
        self.follow(address);
        self.order(NetCommand::Trust(PEER, Trust::Pinned));
    }

    pub(crate) fn follow(&mut self, address: &str) {
        let address = net::parse_address(address).unwrap();
        self.order(NetCommand::Peer(PEER, PeerCommand::Follow { address, rank: 0, session: None }));
    }

    pub(crate) fn order(&mut self, command: NetCommand) {
        self.net.order(command).unwrap();
    }

    pub(crate) fn say(&mut self, text: &str) {
        self.next += 1;
        let uid = Some(Uid(u128::from(self.next).to_be_bytes()));
        let message = OutgoingMessage { uid, ..OutgoingMessage::text(MessageId(self.next), text.to_owned()) };
        self.order(NetCommand::Message(PEER, MessageCommand::Send(message)));
    }

    /// Waits for the next message, and says that it is in the history: what it was made of.
    pub(crate) async fn take(&mut self) -> Arc<[u8]> {
        loop {
            if let NetEvent::Received(received) = self.event().await {
                let payload = received.payload;
                let (source, stored) = (received.source, Arc::clone(&payload));
                let stored = MessageCommand::Stored { source, payload: stored, uid: received.uid };
                self.order(NetCommand::Message(PEER, stored));
                return payload;
            }
        }
    }

    /// Waits for the next message of a dialect that needs no receipts.
    pub(crate) async fn heard(&mut self) {
        while !matches!(self.event().await, NetEvent::Received(_)) {}
    }

    pub(crate) async fn receipt(&mut self) {
        loop {
            match self.event().await {
                NetEvent::Delivered { .. } => return,
                NetEvent::Failed { fault, .. } => panic!("{fault:?}"),
                _ => {}
            }
        }
    }

    pub(crate) async fn event(&mut self) -> NetEvent {
        tokio::time::timeout(PATIENCE, self.net.next()).await.unwrap().unwrap()
    }
}

/// Two who know each other's keys.
pub(crate) async fn two(number: u8) -> (End, End) {
    let (mut one, mut other) = (End::open(number).await, End::open(number + 100).await);
    one.befriend(&other);
    other.befriend(&one);
    (one, other)
}
