//! The pieces of pictures as packets: who hears that they are here, and what becomes a row.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::budget::MAX_ANSWER;
use super::context::Scope;
use super::packet::{self, Packet, command};
use super::pictures::{self, PicturePiece, Pictures, PieceVerdict};
use crate::model::bucket::{Bucket, Limit};
use crate::model::file::{DownloadTarget, File, TransferId, TransferState};
use crate::model::traffic::Received;
use crate::model::{Files, NetEvent, Phrase};

/// Acknowledgements to all together: three screenshots in one second. Each is shorter than the piece that it is for, so
/// nobody is flooded by a forged source.
const ACKNOWLEDGEMENTS: Limit = Limit { burst: 2_000, each: Duration::from_micros(500) };

#[derive(Debug, Default)]
pub(super) struct PictureInbox {
    pictures: Pictures,
    acknowledged: Bucket,
}

impl PictureInbox {
    pub(super) fn on_piece(&mut self, cx: &mut Scope<'_>, from: SocketAddr, packet: &Packet<'_>) {
        let Some(piece) = PicturePiece::read(packet.body) else { return cx.malformed(from) };
        cx.recognise_words(from, packet);
        match self.pictures.take(cx.wire.now.mono, from, &piece) {
            PieceVerdict::Refused => {}
            PieceVerdict::Here => self.acknowledge(cx, from, piece.id, piece.index),
            PieceVerdict::Whole(picture) => show(cx, from, packet, &piece, &picture),
        }
    }

    fn acknowledge(&mut self, cx: &mut Scope<'_>, to: SocketAddr, id: &str, index: &str) {
        let may_speak = cx.local.may_speak() && cx.may_answer(to) && cx.may_know(to);
        if !may_speak || !self.acknowledged.take(cx.wire.now.mono, 1, ACKNOWLEDGEMENTS) {
            return;
        }
        let (encoding, body) = (cx.encoding_at(to), format!("{id}|{index}#\0"));
        let bytes = cx.packet(encoding, command::PIECE_HERE.into(), body.as_bytes());
        if bytes.len() <= MAX_ANSWER {
            cx.post(to, bytes, None);
        }
    }

    /// A picture is in the history: its sender hears that the last piece is here.
    pub(super) fn on_stored(&mut self, cx: &mut Scope<'_>, from: SocketAddr, packet: &Packet<'_>) {
        if let Some(piece) = PicturePiece::read_head(packet.body) {
            self.pictures.kept(from, piece.id);
            self.acknowledge(cx, from, piece.id, piece.index);
        }
    }

    /// Pictures of which no more comes: those who were to see them hear so.
    pub(super) fn tick(&mut self, cx: &mut Scope<'_>) {
        for (from, id) in self.pictures.expire(cx.wire.now.mono) {
            if let Some(conversation) = cx.conversation_of(from) {
                let notice = Phrase::new("notice-picture-lost").text("id", id);
                cx.wire.report(NetEvent::Noticed { conversation, notice });
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.pictures.deadline()
    }
}

/// A row with the picture as a file that its sender offers; its bytes are in the payload.
fn show(cx: &mut Scope<'_>, from: SocketAddr, packet: &Packet<'_>, piece: &PicturePiece<'_>, picture: &[u8]) {
    let sender = (packet.user, packet.host);
    let head = packet::write(packet.version, packet.number, sender, packet.command, piece.head);
    let name = format!("feiq-{}.{}", piece.id, pictures::suffix(picture));
    let size = u64::try_from(picture.len()).unwrap_or_default();
    let files = Files::new(vec![File { name, size, folder: false, state: TransferState::default() }]);
    let received = cx.received(from, pictures::keep(&head, picture).into());
    cx.wire.report(NetEvent::Received(Received { files, ..received }));
}

/// A person wants the file of a picture; `false`: the message has none. There is nothing to fetch.
pub(super) fn give(cx: &mut Scope<'_>, transfer: TransferId, payload: &[u8], place: &DownloadTarget) -> bool {
    let Some(picture) = pictures::of(payload) else { return false };
    let bytes: Arc<[u8]> = picture.into();
    cx.wire.report(NetEvent::Content { transfer, place: place.clone(), bytes });
    true
}
