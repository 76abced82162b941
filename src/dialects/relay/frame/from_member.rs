//! What a member tells the relay.

use super::{COOKIE_LENGTH, Cookie, HELLO_LENGTH, MAGIC, begin};
use crate::wire::cursor::{Cursor, Put};

/// Zeros after magic, kind and nonce.
const HELLO_PADDING: usize = HELLO_LENGTH - 12;

/// One frame from a member. `token` is what the welcome gave; it is good at one address only.
///
/// - `Hello` asks for a cookie. The answer bears the same nonce.
/// - `Join`: `id` 0 asks for one; `token` 0 says that none is known.
/// - `Say`: `number` is at least 1 and rises by one with each new message.
/// - `Missing` asks again for `count` entries, from the one with the sequence number `from` on.
/// - `Members` asks for the members whose index is `from` or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromMember<'a> {
    Hello { nonce: u64 },
    Join { nonce: u64, cookie: Cookie, id: u64, token: u64, name: &'a str, room: &'a str },
    Say { token: u64, number: u32, text: &'a [u8] },
    Ping { token: u64 },
    Missing { token: u64, stream: u32, from: u64, count: u16 },
    Members { token: u64, from: u32 },
    Nick { token: u64, name: &'a str },
    Leave { token: u64 },
}

impl<'a> FromMember<'a> {
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        if cursor.array()? != MAGIC {
            return None;
        }
        let frame = match cursor.u8()? {
            b'H' => Self::decode_hello(bytes, &mut cursor)?,
            b'J' => Self::decode_join(&mut cursor)?,
            b'S' => Self::decode_say(&mut cursor)?,
            b'P' => Self::Ping { token: cursor.u64()? },
            b'N' => Self::Missing {
                token: cursor.u64()?,
                stream: cursor.u32()?,
                from: cursor.u64()?,
                count: cursor.u16()?,
            },
            b'M' => Self::Members { token: cursor.u64()?, from: cursor.u32()? },
            b'K' => Self::Nick { token: cursor.u64()?, name: cursor.short_text()? },
            b'L' => Self::Leave { token: cursor.u64()? },
            _ => return None,
        };
        cursor.is_empty().then_some(frame)
    }

    fn decode_hello(bytes: &[u8], cursor: &mut Cursor<'a>) -> Option<Self> {
        let nonce = cursor.u64()?;
        let padded = cursor.take_rest().iter().all(|byte| *byte == 0);
        (padded && bytes.len() >= HELLO_LENGTH).then_some(Self::Hello { nonce })
    }

    fn decode_join(cursor: &mut Cursor<'a>) -> Option<Self> {
        Some(Self::Join {
            nonce: cursor.u64()?,
            cookie: cursor.array::<COOKIE_LENGTH>()?,
            id: cursor.u64()?,
            token: cursor.u64()?,
            name: cursor.short_text()?,
            room: cursor.short_text()?,
        })
    }

    fn decode_say(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (token, number) = (cursor.u64()?, cursor.u32()?);
        let text = cursor.take_rest();
        (number > 0).then_some(Self::Say { token, number, text })
    }

    /// Appends the frame. A name beyond 255 bytes is cut.
    pub fn encode(&self, out: &mut impl Put) {
        match *self {
            Self::Hello { nonce } => begin(out, b'H').u64(nonce).bytes(&[0; HELLO_PADDING]),
            Self::Join { nonce, cookie, id, token, name, room } => {
                let out = begin(out, b'J').u64(nonce).bytes(&cookie).u64(id).u64(token);
                out.short_text(name).short_text(room)
            }
            Self::Say { token, number, text } => begin(out, b'S').u64(token).u32(number).bytes(text),
            Self::Ping { token } => begin(out, b'P').u64(token),
            Self::Missing { token, stream, from, count } => {
                begin(out, b'N').u64(token).u32(stream).u64(from).u16(count)
            }
            Self::Members { token, from } => begin(out, b'M').u64(token).u32(from),
            Self::Nick { token, name } => begin(out, b'K').u64(token).short_text(name),
            Self::Leave { token } => begin(out, b'L').u64(token),
        };
    }
}
