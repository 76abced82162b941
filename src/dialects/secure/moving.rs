//! Orders about files, and what disks and sessions mean for them. The moving itself is in `files`.

use super::connections::Connections;
use super::files::{DiskReader, FetchedOffer};
use super::frame::control::Control;
use super::frame::entry::Entry;
use crate::model::file::Progress;
use crate::model::{ConversationId, Fault, FileCommand, LinkId, NetEvent, PublicKey, Uid};
use crate::wire::{Ctx, DiskEvent};

pub(super) fn on_file(
    it: &mut Connections,
    cx: &mut Ctx<'_>,
    conversation: ConversationId,
    command: FileCommand,
) {
    match command {
        FileCommand::Fetch { .. } => fetch(it, cx, conversation, command),
        FileCommand::Decline { message: _, payload } => {
            if let Some((key, entry)) = it.peers.key_of(conversation).zip(Entry::decode(&payload).ok()) {
                decline(it, cx, key, entry.uid);
            }
        }
        FileCommand::Stop { transfer } => it.files.stop(cx, transfer),
        FileCommand::Withdraw { message } => it.files.withdraw(cx, message),
        FileCommand::Offer { message, uid, files } => {
            if let Some(key) = it.peers.key_of(conversation) {
                it.files.offer(cx, key, (message, uid), files);
            }
        }
    }
}

fn fetch(it: &mut Connections, cx: &mut Ctx<'_>, conversation: ConversationId, command: FileCommand) {
    let FileCommand::Fetch { transfer, payload, target, from } = command else { return };
    let offer = it.peers.key_of(conversation).ok_or(Fault::NoSuchPeer).and_then(|key| {
        let entry = Entry::decode(&payload).map_err(|_malformed| Fault::NotOffered)?;
        let listed = entry.files.files.into_iter().nth(usize::from(transfer.file));
        let listed = listed.ok_or(Fault::NotOffered)?;
        Ok(FetchedOffer { key, uid: entry.uid, transfer, listed, target, from })
    });
    match offer {
        Ok(offer) => {
            let key = offer.key;
            if let Some(peer) = it.peers.get_mut(&key) {
                peer.fetches = true;
            }
            it.files.fetch(cx, offer);
            it.tend(cx, key);
        }
        Err(fault) => {
            let progress = Progress::Broken { fault, bytes: from };
            cx.report(NetEvent::Transfer { transfer, progress });
        }
    }
}

/// Tells the sender, if it is there. It learns nothing else of this when it is not.
fn decline(it: &mut Connections, cx: &mut Ctx<'_>, key: PublicKey, uid: Uid) {
    let current = it.peers.get(&key).filter(|peer| peer.is_trusted()).and_then(|peer| peer.current);
    let Some((handle, session)) = current.and_then(|handle| Some((handle, it.sessions.get_mut(&handle)?)))
    else {
        return;
    };
    session.say(&Control::Declined { uid });
    it.serve(cx, handle);
}

/// A step of the disk is done: what follows from it is written.
pub(super) fn on_disk(it: &mut Connections, cx: &mut Ctx<'_>, link: LinkId, event: DiskEvent) {
    match it.files.on_disk(cx, link, event) {
        Some(DiskReader::Session(handle)) => it.serve(cx, handle),
        Some(DiskReader::Peer(key)) => it.serve_peer(cx, key),
        None => {}
    }
}

/// What has lost its session waits for another one, what can begin begins, and streams that are over end.
pub(super) fn settle(it: &mut Connections, cx: &mut Ctx<'_>) {
    let Connections { files, sessions, peers, transport, .. } = it;
    files.settle(
        cx,
        |handle| sessions.contains_key(&handle),
        |key| peers.get(key).is_some_and(|peer| peer.is_trusted() && peer.current.is_some()),
    );
    while let Some(over) = files.next_over() {
        if let Some(quic) = transport.open(over.session()) {
            over.end(quic);
        }
    }
    let current =
        |key: &PublicKey| peers.get(key).filter(|peer| peer.is_trusted()).and_then(|peer| peer.current);
    let mut told = Vec::new();
    while let Some((handle, uid, index)) = files.next_kept(cx.now.mono, current) {
        if let Some(session) = sessions.get_mut(&handle) {
            session.say(&Control::Fetched { uid, index: u32::from(index) });
            told.push(handle);
        }
    }
    while let Some((key, fetches)) = files.next_ended() {
        if let Some(peer) = peers.get_mut(&key) {
            peer.fetches = fetches;
        }
    }
    for handle in told {
        it.serve(cx, handle);
    }
}
