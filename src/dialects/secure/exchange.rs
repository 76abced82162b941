//! What is said on the connections: messages and what belongs to them, read and written session by session.

use std::net::SocketAddr;
use std::sync::Arc;

use quinn_proto::ConnectionHandle;

use super::close;
use super::connections::Connections;
use super::files::SessionStreams;
use super::frame::control::{Control, Introduction};
use super::frame::entry::{Entry, MAX_TEXT};
use super::frame::{MAX_FRAME, Rejection};
use super::held::{EntryNames, HeldEntries};
use super::peers::{SecurePeer, located};
use super::receipts::{EntryFate, MAX_PENDING};
use super::session::{Incarnation, PeerSession};
use super::signals::SHOWS_READS;
use super::{PROGRAM, SCHEME, goodbye, notices};
use crate::model::message::quote;
use crate::model::traffic::{ConnectionState, LocalIdentity, MessageKind, PeerInfo, Profile, Received};
use crate::model::{ConversationId, Fault, Files, NetEvent, OutgoingMessage, Phrase, PublicKey, Uid};
use crate::wire::Ctx;

/// Control frames of one session that are read in one turn.
const MAX_CONTROLS: usize = 64;

// Messages.
impl Connections {
    pub(super) fn send(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        message: &OutgoingMessage,
    ) -> Result<(), Fault> {
        let (key, peer) = self.peers.of(conversation).ok_or(Fault::NoSuchPeer)?;
        if key == self.own {
            return Err(Fault::Ourselves);
        }
        Entry::check(message)?;
        let uid = message.uid.unwrap_or_else(|| new_uid(cx));
        let entry = Entry::encode(message, uid);
        if entry.len() > MAX_FRAME {
            return Err(Fault::TooLarge { bytes: entry.len(), limit: MAX_FRAME });
        }
        if !peer.held.contains(message.id) {
            let names = EntryNames { uid, about: message.about, kind: message.kind };
            peer.held.push(message.id, names, entry.into());
        }
        if !message.files.is_empty() {
            self.files.offer(cx, key, (message.id, uid), Arc::clone(&message.files));
        }
        self.tend(cx, key);
        self.serve_peer(cx, key);
        Ok(())
    }

    /// What a change of ours makes of what it changes, as far as that did not go out. One that cannot be said fails by
    /// itself, and changes nothing.
    pub(super) fn amend(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, change: &OutgoingMessage) {
        let peer = self.peers.of(conversation).filter(|_| Entry::check(change).is_ok());
        let Some(((_, peer), target)) = peer.zip(change.about) else { return };
        if let Some(uid) = change.uid.filter(|_| change.kind == MessageKind::Deletion) {
            peer.held.take_back(target, &Entry::encode(change, uid).into());
        } else if matches!(change.kind, MessageKind::Edit | MessageKind::Reaction) {
            for message in peer.held.reword(target, change.kind, &change.text) {
                cx.report(NetEvent::Reworded { message, text: change.text.clone() });
            }
        }
        if matches!(change.kind, MessageKind::Edit | MessageKind::Deletion) {
            let quote = quote(&change.text);
            for message in peer.held.requote(target, quote.as_deref()) {
                cx.report(NetEvent::Requoted { message, quote: quote.clone() });
            }
        }
    }

    /// What became of a message of the peer.
    pub(super) fn note_fate(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        uid: Option<Uid>,
        fate: EntryFate,
    ) {
        let Some((key, uid)) = self.peers.key_of(conversation).zip(uid) else { return };
        let sessions = self.peers.get(&key).map(|peer| peer.sessions.clone()).unwrap_or_default();
        for handle in sessions {
            if let Some(session) = self.sessions.get_mut(&handle) {
                session.note_fate(uid, fate);
            }
            self.serve(cx, handle);
        }
    }
}

// What is told beside messages.
impl Connections {
    /// What we say of ourselves; `moves`: to somebody who hears it for the first time.
    pub(super) fn introduction(&self, moves: Option<u32>) -> Introduction {
        let LocalIdentity { name, away, shows_reads, .. } = &self.identity;
        Introduction {
            moves,
            name: Some(name.clone()),
            program: moves.map(|_| PROGRAM.to_owned()),
            away: Some(away.clone().unwrap_or_default()),
            features: Some(if *shows_reads { SHOWS_READS } else { 0 }),
            ..Introduction::default()
        }
    }

    pub(super) fn hear_notices(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
        notices::hear(self, cx, handle);
    }
}

// What a session brings.
impl Connections {
    pub(super) fn serve_peer(&mut self, cx: &mut Ctx<'_>, key: PublicKey) {
        let handles = self.peers.get(&key).map(|peer| peer.sessions.clone()).unwrap_or_default();
        for handle in handles {
            self.serve(cx, handle);
        }
    }

    /// Reads what has come on a session, and writes what is to go.
    pub(super) fn serve(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
        if self.read_controls(cx, handle).is_none() || self.read_entries(cx, handle).is_none() {
            self.transport.close(cx.now.mono, handle, close::MALFORMED);
            return self.lose(cx, handle);
        }
        if self.sessions.get(&handle).is_some_and(PeerSession::lacks_entries) {
            self.transport.close(cx.now.mono, handle, close::CROWDED);
            return self.lose(cx, handle);
        }
        notices::tell_read(self, handle);
        let Some((session, quic)) = self.sessions.get_mut(&handle).zip(self.transport.open(handle)) else {
            return;
        };
        let Some(peer) = self.peers.get_mut(&session.key) else { return };
        if peer.current == Some(handle) && peer.is_trusted() {
            write_entries(cx, session, &mut peer.held);
        }
        session.tell_kept(cx.now.mono);
        session.flush(quic);
        let (key, trusted, current) = (session.key, peer.is_trusted(), peer.current == Some(handle));
        // Who began the connection may go on from another address.
        let remote = quic.remote_address();
        if session.remote != remote && session.peer.is_some() {
            session.remote = remote;
            peer.dialler.prefer(remote);
        }
        // Messages went before.
        self.files.serve(cx, SessionStreams { handle, key, trusted, current, quic });
        self.schedule(cx, key);
    }

    /// `None`: the peer breaks the rules.
    fn read_controls(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) -> Option<()> {
        for _ in 0..MAX_CONTROLS {
            let Some((session, quic)) = self.sessions.get_mut(&handle).zip(self.transport.open(handle))
            else {
                return Some(());
            };
            let Some(control) = session.next_control(quic).ok()? else { return Some(()) };
            self.on_control(cx, handle, control)?;
        }
        Some(())
    }

    fn on_control(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle, control: Control) -> Option<()> {
        match control {
            Control::Hello { boot, introduction } => self.on_hello(cx, handle, boot, introduction)?,
            Control::Profile(introduction) => {
                let session = self.sessions.get_mut(&handle)?;
                let (key, remote) = (session.key, session.remote);
                self.peers.get_mut(&key)?.signals.note_features(introduction.features, false);
                if let Some((told, moves)) = session.peer.as_mut().zip(introduction.moves) {
                    told.moves = moves;
                    let told = *told;
                    self.peers.get_mut(&key)?.note_incarnation(told);
                    self.choose(cx, key);
                }
                self.tell_here(cx, key, remote, introduction);
            }
            Control::Kept { count } => {
                let session = self.sessions.get_mut(&handle)?;
                let kept = session.on_kept(count).ok()?;
                let peer = self.peers.get_mut(&session.key)?;
                for entry in kept.into_iter().filter_map(|number| peer.held.remove(number)) {
                    cx.report(NetEvent::Delivered { message: entry.message });
                }
            }
            Control::Declined { uid } => {
                let key = self.sessions.get(&handle)?.key;
                self.files.declined(cx, key, uid);
            }
            Control::Fetched { uid, index } => {
                let key = self.sessions.get(&handle)?.key;
                self.files.fetched(cx, key, uid, index);
            }
            Control::Refused { position, code } => {
                let session = self.sessions.get_mut(&handle)?;
                let refused = session.on_refused(position).ok()?;
                let peer = self.peers.get_mut(&session.key)?;
                if let Some(entry) = peer.held.remove(refused) {
                    cx.fail(entry.message, Rejection::fault(code, entry.payload.len(), MAX_TEXT));
                }
            }
            Control::Read { uid } => {
                let key = self.sessions.get(&handle)?.key;
                notices::hear_read(self, cx, &key, uid);
            }
            Control::Bye => {
                // What came before the end is good.
                self.read_entries(cx, handle)?;
                goodbye::hear(self, cx, handle);
            }
            Control::Unknown => {}
        }
        Some(())
    }

    /// A session begins.
    fn on_hello(
        &mut self,
        cx: &mut Ctx<'_>,
        handle: ConnectionHandle,
        boot: u64,
        introduction: Introduction,
    ) -> Option<()> {
        let session = self.sessions.get_mut(&handle)?;
        let told = Incarnation { boot, moves: introduction.moves.unwrap_or_default() };
        session.peer = Some(told);
        let (key, remote) = (session.key, session.remote);
        let peer = self.peers.get_mut(&key)?;
        peer.note_incarnation(told);
        peer.signals.note_features(introduction.features, true);
        let given_up = peer.dialler.stop(cx.now.mono, cx.rng);
        peer.dialler.succeed();
        peer.redial = false;
        self.close_attempts(cx, given_up);
        self.peers.note_reached(&key, remote);
        self.tell_here(cx, key, remote, introduction);
        self.choose(cx, key);
        self.serve_peer(cx, key);
        Some(())
    }

    /// `None`: the peer breaks the rules.
    fn read_entries(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) -> Option<()> {
        loop {
            let Some((session, quic)) = self.sessions.get_mut(&handle).zip(self.transport.open(handle))
            else {
                return Some(());
            };
            let Some(peer) = self.peers.get_mut(&session.key) else { return Some(()) };
            session.settle(cx.now.mono, peer.is_trusted());
            // Who is not known says one thing, and waits for a person.
            let most = if peer.is_trusted() { MAX_PENDING } else { 1 };
            let next = session.next_entry(quic, cx.now.mono, most, &mut peer.pace);
            let Some(frame) = next.ok()? else { return Some(()) };
            let entry = match Entry::decode(&frame) {
                Ok(entry) => entry,
                Err(why) if peer.is_trusted() => {
                    session.note_refused(why);
                    continue;
                }
                Err(_) => return None,
            };
            session.note_read(entry.uid, frame.len());
            let address = located(session.key, session.remote);
            let received = Received::new(SCHEME, session.remote, cx.now.wall, frame.into());
            let (conversation, left_out) = (peer.conversation(), entry.files.left_out);
            let files = Files::new(entry.files.files.into_iter().map(|listed| listed.file).collect());
            cx.report(NetEvent::Received(Received {
                conversation,
                place: Some(Box::new(address)),
                kind: entry.kind,
                text: entry.text,
                files,
                authenticated: true,
                uid: Some(entry.uid),
                about: entry.about,
                quote: entry.quote.map(Arc::from),
                ..received
            }));
            if let Some(conversation) = conversation.filter(|_| left_out > 0) {
                let notice = Phrase::new("notice-left-out").number("count", left_out);
                cx.report(NetEvent::Noticed { conversation, notice });
            }
        }
    }

    fn tell_here(&self, cx: &mut Ctx<'_>, key: PublicKey, remote: SocketAddr, introduction: Introduction) {
        let conversation = self.peers.get(&key).and_then(SecurePeer::conversation);
        let about = Profile {
            name: introduction.name.unwrap_or_default(),
            program: introduction.program.unwrap_or_default(),
            away: introduction.away.filter(|words| !words.is_empty()),
            ..Profile::default()
        };
        let address = Box::new(located(key, remote));
        cx.report(NetEvent::Peer(PeerInfo { conversation, address, here: true, about }));
        if let Some(conversation) = conversation {
            cx.report(NetEvent::Connection { conversation, connection: ConnectionState::Up });
        }
    }
}

fn new_uid(cx: &mut Ctx<'_>) -> Uid {
    let [first, second] = [cx.rng.next(), cx.rng.next()];
    let bytes = [first.to_be_bytes(), second.to_be_bytes()].concat();
    Uid(bytes.try_into().unwrap_or_default())
}

/// As many as there is room for. That one goes out is said the first time.
fn write_entries(cx: &mut Ctx<'_>, session: &mut PeerSession, held: &mut HeldEntries) {
    while let Some(entry) = session.write_next(held) {
        if !std::mem::replace(&mut entry.written, true) {
            let payload = Arc::clone(&entry.payload);
            cx.report(NetEvent::Handed { message: entry.message, to: session.remote, payload });
        }
    }
}
