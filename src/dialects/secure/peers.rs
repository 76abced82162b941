//! Who is who: peers by their keys, and the conversations that are with them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use quinn_proto::ConnectionHandle;

use super::SCHEME;
use super::deadlines::Deadlines;
use super::dial::Dialler;
use super::held::HeldEntries;
use super::pace::EntryPace;
use super::session::{Incarnation, PeerSession};
use super::signals::PeerSignals;
use crate::model::traffic::ConnectionState;
use crate::model::{Address, ConversationId, Fault, Host, NetEvent, PublicKey, Trust};
use crate::wire::Ctx;
use crate::wire::resolution::{Answer, Name, Resolution, Resolved, Resolver};

/// Peers that are followed, as the app bounds them, and keys that nobody follows and that have a session.
const MAX_PEERS: usize = 8_192;

/// What is known of one key.
#[derive(Debug, Default)]
pub(super) struct SecurePeer {
    pub(super) followed: Option<FollowedPeer>,
    /// What a person has decided; `None`: nothing yet.
    pub(super) trust: Option<Trust>,
    pub(super) held: HeldEntries,
    pub(super) dialler: Dialler,
    /// Connections whose peer has proved the key.
    pub(super) sessions: Vec<ConnectionHandle>,
    /// The one that counts.
    pub(super) current: Option<ConnectionHandle>,
    /// What the peer told last of itself.
    pub(super) newest: Option<Incarnation>,
    /// Our own moves, as this peer is to count them.
    pub(super) moves: u32,
    /// We went to another address, and the peer began the session, which cannot follow us: it is dialled beside it.
    pub(super) redial: bool,
    /// Files that it offers are wanted.
    pub(super) fetches: bool,
    /// A person wants to know whether it is there, since then.
    pub(super) asked: Option<Instant>,
    /// A beacon says that it is near.
    pub(super) nearby: bool,
    pub(super) signals: PeerSignals,
    pub(super) pace: EntryPace,
}

#[derive(Debug)]
pub(super) struct FollowedPeer {
    pub(super) conversation: ConversationId,
    pub(super) address: Address,
    resolution: Resolution,
}

impl SecurePeer {
    /// Whether messages may go there.
    pub(super) fn is_trusted(&self) -> bool {
        self.trust.is_some_and(|trust| trust.sends())
    }

    /// The peer told this of itself: a new start of its program counts from now on, and of one start the most moves.
    pub(super) fn note_incarnation(&mut self, told: Incarnation) {
        self.newest = Some(match self.newest {
            Some(known) if known.boot == told.boot => {
                Incarnation { moves: known.moves.max(told.moves), ..told }
            }
            Some(_) | None => told,
        });
    }

    pub(super) fn conversation(&self) -> Option<ConversationId> {
        self.followed.as_ref().map(|followed| followed.conversation)
    }

    /// Whether a connection is wanted and there is none.
    pub(super) fn wants_connection(&self) -> bool {
        let reason = self.nearby || self.fetches || self.asked.is_some() || !self.held.is_empty();
        reason && self.sessions.is_empty() && self.is_trusted()
    }

    /// Silence on this session is looked into: a receipt is missing. Whoever gets a file writes nothing that would be
    /// missed, and would not notice that its peer has gone.
    pub(super) fn waits(&self, session: &PeerSession) -> bool {
        self.fetches || session.waits()
    }

    /// Nothing is known of it that would have to stay.
    fn is_empty(&self) -> bool {
        self.followed.is_none() && self.sessions.is_empty()
    }
}

#[derive(Debug, Default)]
pub(super) struct KeyTable {
    table: BTreeMap<PublicKey, SecurePeer>,
    by_conversation: BTreeMap<ConversationId, PublicKey>,
    resolver: Resolver,
    pub(super) deadlines: Deadlines<PublicKey>,
}

impl KeyTable {
    pub(super) fn get(&self, key: &PublicKey) -> Option<&SecurePeer> {
        self.table.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &PublicKey) -> Option<&mut SecurePeer> {
        self.table.get_mut(key)
    }

    pub(super) fn key_of(&self, conversation: ConversationId) -> Option<PublicKey> {
        self.by_conversation.get(&conversation).copied()
    }

    pub(super) fn of(&mut self, conversation: ConversationId) -> Option<(PublicKey, &mut SecurePeer)> {
        let key = self.key_of(conversation)?;
        Some((key, self.table.get_mut(&key)?))
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// The keys of those whom messages may go to.
    pub(super) fn trusted(&self) -> impl Iterator<Item = PublicKey> {
        self.table.iter().filter(|(_, peer)| peer.is_trusted()).map(|(key, _)| *key)
    }

    pub(super) fn keys(&self) -> Vec<PublicKey> {
        self.table.keys().copied().collect()
    }

    /// The peer with this key, known or not; `None`: there is no room for one more.
    pub(super) fn entry(&mut self, key: PublicKey) -> Option<&mut SecurePeer> {
        let room = self.table.len() < MAX_PEERS || self.table.contains_key(&key);
        room.then(|| self.table.entry(key).or_default())
    }

    /// Forgets a key that nothing is left of.
    pub(super) fn tidy(&mut self, key: &PublicKey) {
        if self.table.get(key).is_some_and(SecurePeer::is_empty) {
            self.table.remove(key);
            self.deadlines.set(*key, None);
        }
    }

    /// Follows a peer, known or new, and looks up where it is. Gives the key that the conversation was with before.
    pub(super) fn follow(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: Address,
    ) -> Option<PublicKey> {
        let key = address.key?;
        let before = self.by_conversation.get(&conversation).copied().filter(|before| *before != key);
        let waiting =
            before.and_then(|before| Some(std::mem::take(&mut self.leave(conversation, &before)?.held)));
        let literal = address.literal();
        let resolution = match literal {
            None if !address.host.to_string().is_empty() => Resolution::Unknown,
            Some(_) | None => Resolution::Literal,
        };
        let peer = self.entry(key)?;
        peer.dialler.set_named(resolution == Resolution::Unknown);
        if let Some(at) = literal {
            peer.dialler.add(at);
        }
        let left = peer.followed.replace(FollowedPeer { conversation, address, resolution });
        // What waits is for whoever the conversation is with: somebody says that the person has another key.
        peer.held.take_over(waiting.unwrap_or_default());
        if let Some(left) = left.filter(|left| left.conversation != conversation) {
            self.resolver.withdraw(left.conversation, left.resolution);
        }
        self.by_conversation.insert(conversation, key);
        self.look_up(cx, &key);
        before
    }

    /// Asks where the name leads now, if one does and nobody has asked.
    pub(super) fn look_up(&mut self, cx: &mut Ctx<'_>, key: &PublicKey) {
        let followed = self.table.get_mut(key).and_then(|peer| peer.followed.as_mut());
        if let Some(FollowedPeer { conversation, address, resolution }) = followed {
            let question = self.resolver.ask(cx.now, *conversation, address, resolution);
            cx.extend(question);
        }
    }

    /// Takes an answer: the key of whom it is about, whose addresses are candidates from now on.
    pub(super) fn resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) -> Option<PublicKey> {
        let key = self.key_of(answer.conversation)?;
        let peer = self.table.get_mut(&key)?;
        let FollowedPeer { address, resolution, .. } = peer.followed.as_mut()?;
        let name = Name { address, resolution, known: false };
        let resolved = self.resolver.answer(cx.now, answer, name);
        let news = match &resolved {
            _ if peer.dialler.has_candidates() => None,
            Some(Resolved::At(_)) => Some(ConnectionState::Unknown),
            Some(Resolved::Nowhere) => {
                let fault = Fault::NameNotFound { host: answer.host.to_owned() };
                Some(ConnectionState::Down(fault.into()))
            }
            Some(Resolved::AsBefore) | None => None,
        };
        if let Some(connection) = news {
            cx.report(NetEvent::Connection { conversation: answer.conversation, connection });
        }
        if let Some(Resolved::At(found)) = resolved {
            for at in found {
                peer.dialler.add(at);
            }
        }
        Some(key)
    }

    /// A look-up that took too long.
    pub(super) fn overdue(&mut self, cx: &mut Ctx<'_>) -> Option<ConversationId> {
        let conversation = self.resolver.overdue(cx.now)?;
        let host = self
            .of(conversation)
            .and_then(|(_, peer)| Some(peer.followed.as_ref()?.address.host.to_string()));
        let answer = Answer { conversation, host: &host.unwrap_or_default(), addresses: &[] };
        self.resolved(cx, &answer);
        Some(conversation)
    }

    /// Gives up the conversation: what was known of its key, where nothing is left to do with it.
    pub(super) fn forget(&mut self, conversation: ConversationId) -> Option<PublicKey> {
        let key = self.by_conversation.remove(&conversation)?;
        self.leave(conversation, &key);
        Some(key)
    }

    /// The conversation is not with this key any more, so nothing is decided about it.
    fn leave(&mut self, conversation: ConversationId, key: &PublicKey) -> Option<&mut SecurePeer> {
        let peer = self.table.get_mut(key)?;
        let followed = peer.followed.take_if(|followed| followed.conversation == conversation)?;
        self.resolver.withdraw(conversation, followed.resolution);
        peer.dialler.set_named(false);
        peer.trust = None;
        Some(peer)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.resolver.deadline(), self.deadlines.next()].into_iter().flatten().min()
    }

    /// The peer was reached there.
    pub(super) fn note_reached(&mut self, key: &PublicKey, at: SocketAddr) {
        if let Some(peer) = self.table.get_mut(key) {
            peer.dialler.prefer(at);
        }
    }
}

/// The address of a peer that was met there.
pub(super) fn located(key: PublicKey, at: SocketAddr) -> Address {
    let port = at.port();
    Address { host: Host::from_socket(at), port, ..Address::from_key(SCHEME, key) }
}
