//! The pieces of pictures as packets: who hears that they are here, and what becomes a row.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::budget::MAX_ANSWER;
use super::engine::Ipmsg;
use super::entry;
use super::packet::{Packet, command};
use super::pictures::{self, Piece, Taken};
use crate::model::file::{DownloadTarget, File, TransferId, TransferState};
use crate::model::traffic::{MessageKind, Received};
use crate::model::{ConversationId, Files, NetEvent, Now, Phrase};

/// Acknowledgements within one second, to all together: three screenshots. Each is shorter than the piece that it is
/// for, so nobody is flooded by a forged source.
const MAX_PER_SECOND: u32 = 2_000;
const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

/// How much was acknowledged in the second that began then.
#[derive(Debug, Default)]
pub(super) struct Acknowledged {
    since: Option<Instant>,
    count: u32,
}

impl Acknowledged {
    fn take(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) >= SECOND) {
            (self.since, self.count) = (Some(now), 0);
        }
        self.count = self.count.saturating_add(1);
        self.count <= MAX_PER_SECOND
    }
}

impl Ipmsg {
    pub(super) fn piece_came(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        let Some(piece) = Piece::read(packet.body) else { return self.malformed(from) };
        let header = entry::read_header(packet, self.reading_of(from));
        let (_, gone) = self.peers.meet(now.mono, from);
        self.recognise_words(from, &header);
        if let Some((at, about)) = gone {
            self.tell_left(at, about);
        }
        match self.pictures.take(now.mono, from, &piece) {
            Taken::Refused => {}
            Taken::Here => self.acknowledge(now, from, (piece.id, piece.index)),
            Taken::Whole(picture) => self.show_picture(now, from, packet, (&piece, &picture)),
        }
    }

    fn acknowledge(&mut self, now: Now, to: SocketAddr, (id, index): (&str, &str)) {
        if !self.may_speak()
            || !self.may_answer(to)
            || !self.may_know(to)
            || !self.acknowledged.take(now.mono)
        {
            return;
        }
        let body = format!("{id}|{index}#\0");
        let bytes = self.packet(now, self.encoding_at(to), command::PIECE_HERE.into(), body.as_bytes());
        if bytes.len() <= MAX_ANSWER {
            self.post(to, bytes.into(), None);
        }
    }

    /// A row with the picture as a file that its sender offers; its bytes are in the payload.
    fn show_picture(
        &mut self,
        now: Now,
        from: SocketAddr,
        packet: &Packet<'_>,
        (piece, picture): (&Piece<'_>, &[u8]),
    ) {
        let head = Packet { body: piece.head, ..*packet }.write();
        let name = format!("feiq-{}.{}", piece.id, pictures::suffix(picture));
        let size = u64::try_from(picture.len()).unwrap_or_default();
        let file = File { name, size, folder: false, state: TransferState::default() };
        self.report(NetEvent::Received(Received {
            conversation: self.conversation_of(from),
            scheme: super::SCHEME,
            place: self.place_of(from),
            source: from,
            sender: None,
            kind: MessageKind::Text,
            time: now.wall,
            text: String::new(),
            files: Files::new(vec![file]),
            lossy: false,
            authenticated: false,
            payload: pictures::keep(&head, picture).into(),
        }));
    }

    /// A picture is in the history: its sender hears that the last piece is here.
    pub(super) fn picture_stored(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        if let Some((id, index)) = Piece::named(packet.body) {
            self.pictures.kept(from, id);
            self.acknowledge(now, from, (id, index));
        }
    }

    /// A person wants the file of a picture; `false`: the message has none. There is nothing to fetch.
    pub(super) fn give_picture(
        &mut self,
        transfer: TransferId,
        payload: &[u8],
        place: &DownloadTarget,
    ) -> bool {
        let Some(picture) = pictures::of(payload) else { return false };
        let bytes: Arc<[u8]> = picture.into();
        self.report(NetEvent::Content { transfer, place: place.clone(), bytes });
        true
    }

    /// Pictures of which no more comes: those who were to see them hear so.
    pub(super) fn give_up_pictures(&mut self, now: Now) {
        for (from, id) in self.pictures.expire(now.mono) {
            if let Some(conversation) = self.conversation_of(from) {
                self.tell_lost(conversation, &id);
            }
        }
    }

    fn tell_lost(&mut self, conversation: ConversationId, id: &str) {
        let notice = Phrase::new("notice-picture-lost").text("id", id);
        self.report(NetEvent::Noticed { conversation, notice });
    }
}
