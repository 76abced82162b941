//! Orders about files: what they mean for a packet that was kept, and for whoever sent it. The moving itself is in
//! `files`.

use std::net::SocketAddr;

use super::engine::Ipmsg;
use super::entry::Traits;
use super::files::{Peer, Wanted};
use super::messages::offered;
use super::packet::{Packet, command};
use super::text::Reading;
use crate::model::file::{DownloadTarget, Progress, TransferId};
use crate::model::{ConversationId, Fault, NetEvent, Now};
use crate::wire::Encoding;

impl Ipmsg {
    /// How a peer and we stand to each other, as far as files need that.
    pub(super) fn peer_for(&mut self, at: SocketAddr, encoding: Encoding) -> Peer {
        let (user, host) = self.header(encoding);
        // iptux sends every file from its start, whatever it is asked for.
        let resumes = self.peers.get(at).is_none_or(|peer| !peer.traits.iptux);
        Peer { at, here: self.address_for(at), user, host, encoding, flags: Self::flag_of(encoding), resumes }
    }

    pub(super) fn fetch(
        &mut self,
        now: Now,
        conversation: ConversationId,
        transfer: TransferId,
        payload: &[u8],
        (place, from): (DownloadTarget, u64),
    ) {
        if self.give_picture(transfer, payload, &place) {
            return;
        }
        if let Err(fault) = self.begin_fetch(now, conversation, transfer, payload, (place, from)) {
            let progress = Progress::Broken { fault, bytes: from };
            self.report(NetEvent::Transfer { transfer, progress });
        }
    }

    fn begin_fetch(
        &mut self,
        now: Now,
        conversation: ConversationId,
        transfer: TransferId,
        payload: &[u8],
        (place, from): (DownloadTarget, u64),
    ) -> Result<(), Fault> {
        let at = self.target_of(conversation).ok_or(Fault::NoSuchPeer)?;
        self.meant_for(conversation, at)?;
        if !self.may_speak() {
            return Err(Fault::NotListening);
        }
        let packet = Packet::read(payload).ok_or(Fault::NotOffered)?;
        // After a restart the offer itself is all that is known of whoever made it.
        let traits = Traits::of(&packet);
        let reading = self.reading_of(at);
        let reading = Reading { feiq: reading.feiq || traits.feiq, ..reading };
        let list = offered(&packet, reading).offered;
        let offered = list.into_iter().nth(usize::from(transfer.file)).ok_or(Fault::NotOffered)?;
        self.say_hello(now, at);
        let encoding = self.encoding_at(at);
        let peer = self.peer_for(at, encoding);
        let peer = Peer { resumes: peer.resumes && !traits.iptux, ..peer };
        // Whoever is asked in UTF-8 answers so, if it knows of that.
        let asked = encoding == Encoding::UTF_8 && !reading.feiq;
        let inside = reading.of(&packet).inside_folders();
        let inside = Reading { paged: inside.paged && !asked, ..inside };
        let own = self.next_number(now);
        let number = packet.number.to_string();
        self.transfers
            .fetch(now, Wanted { transfer, peer, number, own, offered, inside, place, from, unusual: false });
        Ok(())
    }

    /// Tells the sender that nothing of its offer is wanted.
    pub(super) fn decline(&mut self, now: Now, conversation: ConversationId, payload: &[u8]) {
        let (Some(to), Some(packet)) = (self.target_of(conversation), Packet::read(payload)) else { return };
        if packet.kind() == command::PIECE {
            // It was given already.
            return;
        }
        let body = format!("{}\0", packet.number);
        let encoding = self.encoding_at(to);
        let bytes = self.packet(now, encoding, command::RELEASE_FILES.into(), body.as_bytes());
        if !self.is_broadcast(to.ip()) && !self.is_taken(conversation, to) {
            self.post(to, bytes.into(), None);
        }
    }

    fn target_of(&self, conversation: ConversationId) -> Option<SocketAddr> {
        self.contacts.get(conversation).and_then(super::contacts::Contact::target)
    }
}
