//! What a member tells the relay.

use super::{
    COOKIE_LENGTH, Cookie, HELLO_LENGTH, KeyProof, MAGIC, MemberToken, OperatorClaim, REQUEST_LENGTH,
    WordList, begin,
};
use crate::model::room_log::{PageStart, Place};
use crate::wire::cursor::{Cursor, Put};

/// Zeros after magic, kind and nonce.
const HELLO_PADDING: usize = HELLO_LENGTH - 12;
/// Bytes of a ping before its padding, and of a message before its text: magic, kind and token; two numbers and a length.
const PING_LENGTH: usize = 12;
const SAY_LENGTH: usize = PING_LENGTH + 10;

/// Options of a join.
const PROOF: u8 = 1;
const PROOF_BYTES: u32 = 32;
const OPERATOR: u8 = 2;

const LATEST: u8 = 0;
const BEFORE: u8 = 1;
const AFTER: u8 = 2;
const OLDEST: u8 = 3;

/// One frame from a member.
///
/// - `Hello` asks for a cookie. The answer bears the same nonce.
/// - `Request` bears the token that the welcome gave; it is good at one address only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromMember<'a> {
    Hello { nonce: u64 },
    Join(Join<'a>),
    Request { token: MemberToken, request: MemberRequest<'a> },
}

/// Asks for a membership: `id` 0 asks for one; `token` 0 says that none is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join<'a> {
    pub nonce: u64,
    pub cookie: Cookie,
    pub id: u64,
    pub token: MemberToken,
    pub name: &'a str,
    pub room: &'a str,
    /// Where the room has a password.
    pub proof: Option<KeyProof>,
    /// Of somebody who wants to be in charge.
    pub operator: Option<OperatorClaim<'a>>,
}

/// What only a member may say or ask for.
///
/// - `Say`: `number` is at least 1 and rises with each new message. Until the relay has the message `after` it holds this one
///   back; 0: this one follows what it has.
/// - `Missing` asks again for `count` entries, from the one with the sequence number `from` on.
/// - `Members` asks for the members whose index is `from` or later.
/// - `Order` is signed by whoever is in charge; its number rises, and one that comes twice is done once.
/// - `Read` asks for at most `count` messages of the room's log; the answer bears the same ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberRequest<'a> {
    Say { number: u32, after: u32, text: &'a [u8] },
    Ping,
    Missing { stream: u32, from: u64, count: u16 },
    Members { from: u32 },
    Read { ticket: u32, start: PageStart, count: u16 },
    Nick { name: &'a str },
    Order { number: u32, proof: KeyProof, words: WordList<'a> },
    Leave,
}

impl<'a> FromMember<'a> {
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        if cursor.array()? != MAGIC {
            return None;
        }
        let frame = match cursor.u8()? {
            b'H' => {
                let nonce = cursor.u64()?;
                let padded = cursor.take_rest().iter().all(|byte| *byte == 0);
                (padded && bytes.len() >= HELLO_LENGTH).then_some(Self::Hello { nonce })?
            }
            b'J' => Self::Join(Join::decode(&mut cursor)?),
            kind => {
                let token = MemberToken(cursor.u64()?);
                Self::Request { token, request: MemberRequest::decode(kind, &mut cursor)? }
            }
        };
        cursor.is_empty().then_some(frame)
    }

    /// Appends the frame. A name beyond 255 bytes is cut, and a text beyond 65,535.
    pub fn encode(&self, out: &mut impl Put) {
        match *self {
            Self::Hello { nonce } => {
                begin(out, b'H').u64(nonce).bytes(&[0; HELLO_PADDING]);
            }
            Self::Join(ref join) => join.encode(out),
            Self::Request { token, ref request } => request.encode(token, out),
        }
    }
}

impl<'a> Join<'a> {
    fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (nonce, cookie) = (cursor.u64()?, cursor.array::<COOKIE_LENGTH>()?);
        let (id, token) = (cursor.u64()?, MemberToken(cursor.u64()?));
        let (name, room) = (cursor.short_text()?, cursor.short_text()?);
        let JoinOptions { proof, operator } = JoinOptions::decode(cursor)?;
        Some(Self { nonce, cookie, id, token, name, room, proof, operator })
    }

    fn encode(&self, out: &mut impl Put) {
        let out = begin(out, b'J').u64(self.nonce).bytes(&self.cookie).u64(self.id).u64(self.token.0);
        let out = out.short_text(self.name).short_text(self.room);
        if let Some(proof) = &self.proof {
            out.u8(PROOF).varint(PROOF_BYTES).bytes(proof);
        }
        if let Some(claim) = &self.operator {
            claim.encode(out.u8(OPERATOR));
        }
    }
}

impl<'a> MemberRequest<'a> {
    fn decode(kind: u8, cursor: &mut Cursor<'a>) -> Option<Self> {
        Some(match kind {
            b'S' => {
                let (number, after) = (cursor.u32()?, cursor.u32()?);
                if after >= number {
                    return None;
                }
                let length = cursor.u16()?;
                let text = cursor.bytes(length.into())?;
                take_padding(cursor, SAY_LENGTH.saturating_add(text.len()))?;
                Self::Say { number, after, text }
            }
            b'P' => {
                take_padding(cursor, PING_LENGTH)?;
                Self::Ping
            }
            b'N' => Self::Missing { stream: cursor.u32()?, from: cursor.u64()?, count: cursor.u16()? },
            b'M' => Self::Members { from: cursor.u32()? },
            b'R' => {
                let (ticket, start) = (cursor.u32()?, cursor.u8()?);
                let (place, count) = (Place::new(cursor.u64()?), cursor.u16()?);
                Self::Read { ticket, start: page_start(start, place)?, count }
            }
            b'K' => Self::Nick { name: cursor.short_text()? },
            b'O' => Self::Order {
                number: cursor.u32()?,
                proof: cursor.array()?,
                words: WordList::decode(cursor.take_rest())?,
            },
            b'L' => Self::Leave,
            _ => return None,
        })
    }

    fn encode(&self, token: MemberToken, out: &mut impl Put) {
        match *self {
            Self::Say { number, after, text } => {
                let text = text.get(..usize::from(u16::MAX)).unwrap_or(text);
                let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
                let out = begin(out, b'S').u64(token.0).u32(number).u32(after).u16(length).bytes(text);
                out.bytes(padding(SAY_LENGTH.saturating_add(text.len())))
            }
            Self::Ping => begin(out, b'P').u64(token.0).bytes(padding(PING_LENGTH)),
            Self::Missing { stream, from, count } => {
                begin(out, b'N').u64(token.0).u32(stream).u64(from).u16(count)
            }
            Self::Members { from } => begin(out, b'M').u64(token.0).u32(from),
            Self::Read { ticket, start, count } => {
                let (start, place) = match start {
                    PageStart::Oldest => (OLDEST, 0),
                    PageStart::Latest => (LATEST, 0),
                    PageStart::Before(place) => (BEFORE, place.get()),
                    PageStart::After(place) => (AFTER, place.get()),
                };
                begin(out, b'R').u64(token.0).u32(ticket).u8(start).u64(place).u16(count)
            }
            Self::Nick { name } => begin(out, b'K').u64(token.0).short_text(name),
            Self::Order { number, ref proof, ref words } => {
                begin(out, b'O').u64(token.0).u32(number).bytes(proof).bytes(words.bytes())
            }
            Self::Leave => begin(out, b'L').u64(token.0),
        };
    }
}

/// The options of a join; those of a later udpqq are skipped.
#[derive(Default)]
struct JoinOptions<'a> {
    proof: Option<KeyProof>,
    operator: Option<OperatorClaim<'a>>,
}

impl<'a> JoinOptions<'a> {
    fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut options = Self::default();
        while !cursor.is_empty() {
            let (kind, length) = (cursor.u8()?, cursor.varint()?);
            let value = cursor.bytes(usize::try_from(length).ok()?)?;
            match kind {
                PROOF => options.proof = Some(value.try_into().ok()?),
                OPERATOR => options.operator = Some(OperatorClaim::decode(value)?),
                _ => {}
            }
        }
        Some(options)
    }
}

/// Zeros behind a request of so many bytes.
fn padding(length: usize) -> &'static [u8] {
    const ZEROS: [u8; REQUEST_LENGTH] = [0; REQUEST_LENGTH];
    ZEROS.get(length..).unwrap_or_default()
}

fn take_padding(cursor: &mut Cursor<'_>, length: usize) -> Option<()> {
    (cursor.take_rest() == padding(length)).then_some(())
}

/// A place stands where one is meant, and only there.
const fn page_start(start: u8, place: Option<Place>) -> Option<PageStart> {
    match (start, place) {
        (OLDEST, None) => Some(PageStart::Oldest),
        (LATEST, None) => Some(PageStart::Latest),
        (BEFORE, Some(place)) => Some(PageStart::Before(place)),
        (AFTER, Some(place)) => Some(PageStart::After(place)),
        _ => None,
    }
}
