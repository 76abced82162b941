//! Pictures that `FeiQ` puts into its words. The words only name them (`feiq`); the bytes come in pieces, each of which
//! is acknowledged.
//!
//! ```text
//! piece            command 0xC0   ID|TOTAL|OFFSET|COUNT|INDEX|SIZE|BITMAP|FORMAT|0|00000000# NUL BYTES
//! acknowledgement  command 0xC1   ID|INDEX# NUL
//! ```
//! All numbers are decimal. TOTAL and SIZE are bytes, of the picture and of this piece (512, but for the last one),
//! COUNT is how many pieces there are; what INDEX counts from differs, so OFFSET says where a piece belongs. FORMAT 2 is
//! JPEG, as in `a3b4c5d6|353687|0|691|0|512|0|2|0|00000000#`, captured from `FeiQ` 2013: 353,687 bytes are 691 times 512.
//!
//! A picture is a part of a message, and is kept as such: in the history, behind the packet that completed it, so that it
//! is there after a restart although its sender gives it out only once. The last piece is acknowledged when the history
//! has it. Nothing is written to a file before a person wants that, as with any file that is offered.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::feiq::is_id;
use super::packet::decimal;

/// Bytes of one picture. `FeiQ`'s screenshots take some hundred thousand.
pub(super) const MAX_PICTURE: usize = 4 * 1024 * 1024;
/// Pieces of one: twice what the largest has, so that tiny ones cost no memory.
const MAX_PIECES: usize = 16_384;
/// Pictures on their way, of all, and of one sender: as many as a person puts into one message.
const MAX_UNDER_WAY: usize = 8;
const MAX_OF_ONE: usize = 4;
/// Bytes of all that are on their way, as they were announced.
const MAX_BYTES: usize = 4 * MAX_PICTURE;
/// Whole ones that are known again when their pieces are repeated.
const MAX_DONE: usize = 64;
/// No piece for so long: no more will come. `FeiQ` repeats what is not acknowledged every 30 seconds.
const PATIENCE: Duration = Duration::from_secs(90);
/// Of a head, which is far shorter.
const MAX_HEAD: usize = 256;
/// Behind a picture in a payload that is kept, after the number of its bytes.
const KEPT: &[u8; 8] = b"\0picture";

/// One piece, as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PicturePiece<'a> {
    pub id: &'a str,
    /// As it is written there, to be acknowledged.
    pub index: &'a str,
    /// With the sign that ends it.
    pub head: &'a [u8],
    total: usize,
    offset: usize,
    size: usize,
    bytes: &'a [u8],
}

impl<'a> PicturePiece<'a> {
    /// `None`: it is none, or says what cannot be.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let piece = Self::read_head(body)?;
        let Self { total, offset, size, bytes, .. } = piece;
        let good = size > 0 && total <= MAX_PICTURE && offset.checked_add(size)? <= total;
        Some(Self { bytes: content(bytes, size)?, ..piece }).filter(|_| good)
    }

    /// The same of a head, whatever stands behind it.
    pub(super) fn read_head(body: &'a [u8]) -> Option<Self> {
        let end = body.iter().take(MAX_HEAD).position(|byte| *byte == b'#')?;
        let (head, bytes) = body.split_at_checked(end.checked_add(1)?)?;
        let fields: Vec<&str> = str::from_utf8(body.get(..end)?).ok()?.split('|').collect();
        let [id, total, offset, count, index, size, ..] = fields[..] else { return None };
        let number = |field: &str| usize::try_from(decimal::<u32>(field.as_bytes())?).ok();
        let (total, offset, size) = (number(total)?, number(offset)?, number(size)?);
        let good = is_id(id) && number(count).is_some() && number(index).is_some();
        good.then_some(Self { id, index, head, total, offset, size, bytes })
    }
}

/// The bytes of a piece, behind its head: with or without a NUL before them, and one more at the end.
fn content(rest: &[u8], size: usize) -> Option<&[u8]> {
    if rest.len() == size {
        return Some(rest);
    }
    let (bytes, behind) = rest.strip_prefix(b"\0")?.split_at_checked(size)?;
    matches!(behind, [] | [0]).then_some(bytes)
}

/// A picture on its way.
#[derive(Debug)]
struct Picture {
    total: usize,
    /// By their offsets; none overlaps another.
    pieces: BTreeMap<usize, Box<[u8]>>,
    have: usize,
    until: Instant,
}

/// What came of a piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PieceVerdict {
    /// It cannot be believed, or there is no room for it. Nothing is acknowledged.
    Refused,
    /// The piece is here, and to be acknowledged.
    Here,
    /// It was the last. To be acknowledged when the picture is kept.
    Whole(Vec<u8>),
}

type Key = (SocketAddr, String);

#[derive(Debug, Default)]
pub(super) struct Pictures {
    under_way: BTreeMap<Key, Picture>,
    /// Oldest first.
    done: VecDeque<Key>,
}

impl Pictures {
    pub(super) fn take(&mut self, now: Instant, from: SocketAddr, piece: &PicturePiece<'_>) -> PieceVerdict {
        let key = (from, piece.id.to_owned());
        if self.done.contains(&key) {
            return PieceVerdict::Here;
        }
        if !self.under_way.contains_key(&key) && !self.has_room(from, piece.total) {
            return PieceVerdict::Refused;
        }
        let until = now.checked_add(PATIENCE).unwrap_or(now);
        let begin = || Picture { total: piece.total, pieces: BTreeMap::new(), have: 0, until };
        let picture = self.under_way.entry(key.clone()).or_insert_with(begin);
        let taken = picture.take(piece);
        if taken != PieceVerdict::Refused {
            picture.until = until;
        }
        if matches!(taken, PieceVerdict::Whole(_)) {
            self.under_way.remove(&key);
        }
        taken
    }

    fn has_room(&self, from: SocketAddr, total: usize) -> bool {
        let theirs = self.under_way.keys().filter(|(at, _)| at.ip() == from.ip()).count();
        let bytes = self.under_way.values().fold(total, |sum, one| sum.saturating_add(one.total));
        self.under_way.len() < MAX_UNDER_WAY && theirs < MAX_OF_ONE && bytes <= MAX_BYTES
    }

    /// A picture is kept: its pieces are recognised when they are repeated.
    pub(super) fn kept(&mut self, from: SocketAddr, id: &str) {
        if self.done.len() >= MAX_DONE {
            self.done.pop_front();
        }
        self.done.push_back((from, id.to_owned()));
    }

    /// Those of which nothing came for long, as they are given up.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Key> {
        self.under_way.extract_if(.., |_, one| one.until <= now).map(|(key, _)| key).collect()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.under_way.values().map(|picture| picture.until).min()
    }
}

impl Picture {
    fn take(&mut self, piece: &PicturePiece<'_>) -> PieceVerdict {
        if let Some(known) = self.pieces.get(&piece.offset) {
            return if **known == *piece.bytes { PieceVerdict::Here } else { PieceVerdict::Refused };
        }
        let end = piece.offset.saturating_add(piece.bytes.len());
        let before = self.pieces.range(..end).next_back();
        let overlaps = before.is_some_and(|(at, bytes)| at.saturating_add(bytes.len()) > piece.offset);
        if piece.total != self.total || overlaps || self.pieces.len() >= MAX_PIECES {
            return PieceVerdict::Refused;
        }
        self.pieces.insert(piece.offset, piece.bytes.into());
        self.have = self.have.saturating_add(piece.bytes.len());
        if self.have < self.total {
            return PieceVerdict::Here;
        }
        PieceVerdict::Whole(std::mem::take(&mut self.pieces).into_values().flatten().collect())
    }
}

/// How the file of a picture ends, as its first bytes tell.
pub(super) fn suffix(picture: &[u8]) -> &'static str {
    const KNOWN: [(&[u8], &str); 5] =
        [(b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"RIFF", "webp")];
    KNOWN.iter().find(|(magic, _)| picture.starts_with(magic)).map_or("dat", |(_, suffix)| suffix)
}

/// A packet with the picture that it completed, as it is kept.
pub(super) fn keep(packet: &[u8], picture: &[u8]) -> Vec<u8> {
    let length = u64::try_from(picture.len()).unwrap_or_default().to_le_bytes();
    [packet, picture, &length, KEPT].concat()
}

/// The picture behind a packet that was kept.
pub(super) fn of(payload: &[u8]) -> Option<&[u8]> {
    let (rest, length) = payload.strip_suffix(KEPT)?.split_last_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok().filter(|length| *length <= MAX_PICTURE)?;
    rest.get(rest.len().checked_sub(length)?..)
}
