//! What the relay tells a member.

use std::net::SocketAddr;

use super::entry::{BundleEntries, LogLines, MemberPage, Rules, begin_bundle};
use super::news::NewsList;
use super::relays::RelayList;
use super::{COOKIE_LENGTH, ClaimRefusal, Cookie, MAGIC, MemberToken, SALT_LENGTH, SentenceList, begin};
use crate::model::room_log::{LogEpoch, LogTail, Place};
use crate::wire::cursor::{Cursor, Put};

/// Flags of the welcome: what is taken stands in a log.
const DURABLE: u8 = 1;
/// And: whoever joins is in charge.
const OPERATOR: u8 = 4;
/// And: the room is crowded.
const CROWDED: u8 = 16;

/// One frame from the relay. What bears no nonce and no token bears the `stream` of the member's room, which nobody
/// knows who has not seen the welcome.
///
/// - `Bundle`: `seq` is that of the first entry; the others follow it one by one. Without entries: there is none of that number
///   yet, so who lacks one before it has missed something.
/// - `Taken`: this number of yours was known already. `seq` 0: known, but its place is forgotten.
/// - `Pong`: what is new in the rooms of all members at this address, or in some of them.
/// - `Gone`: nothing before `seq` can be had any more.
/// - `Members`: `count` members are in the room, those of other pages too.
/// - `Log`: an answer to `Read`, or a part of it.
/// - `Refused`: `to` is the token, or of a join the nonce; `number` is that of the message, or 0.
/// - `Locked`: the room of the join has a password, whose key is stretched with that salt.
/// - `Unclaimed`: whoever joins is not in charge, for that reason; the key is stretched with that salt.
/// - `Ordered`: what the order with that number came to, or why it was not done.
/// - `Unknown`: `cookie` is for the join that follows, where there was room for it.
/// - `Closing`: the relay ends; `next` is another one with the same rooms.
/// - `Renewed`: `next` is what to use in the place of `token` from now on, since that grows old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromRelay<'a> {
    Challenge { nonce: u64, cookie: Cookie },
    Welcome(Welcome<'a>),
    Bundle { stream: u32, seq: u64, entries: BundleEntries<'a> },
    Taken { stream: u32, number: u32, seq: u64 },
    Pong { rooms: NewsList<'a> },
    Gone { stream: u32, seq: u64 },
    Members { stream: u32, count: u32, roster: MemberPage<'a> },
    Log(LogPart<'a>),
    Refused { to: MemberToken, number: u32, why: RefusalReason },
    Locked { nonce: u64, salt: [u8; SALT_LENGTH] },
    Unclaimed { nonce: u64, why: ClaimRefusal, salt: [u8; SALT_LENGTH] },
    Ordered { token: MemberToken, number: u32, done: bool, said: SentenceList<'a> },
    Renewed { token: MemberToken, next: MemberToken },
    Unknown { token: MemberToken, cookie: Option<Cookie> },
    Closing { token: MemberToken, next: Option<SocketAddr> },
}

/// The answer to a join. Name, room and id may be others than those asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Welcome<'a> {
    pub nonce: u64,
    pub token: MemberToken,
    pub id: u64,
    /// The member's own.
    pub index: u32,
    pub stream: u32,
    /// The newest entry of the room, this joining included: what a newcomer goes on from.
    pub seq: u64,
    /// Seconds of silence after which the membership ends.
    pub expiry: u16,
    /// The log of the room as it is at the entry `seq`; `None`: nothing is kept, and a message that was taken may still be lost.
    pub log: Option<LogTail>,
    pub rules: Rules<'a>,
    /// Whether the member is in charge.
    pub is_operator: bool,
    /// The room is told only of those members who write.
    pub is_crowded: bool,
    pub name: &'a str,
    pub room: &'a str,
    /// Other relays that have the same rooms.
    pub others: RelayList<'a>,
}

/// A part of a page of the log: `part` of `parts`, from 0. `more`: the log has more in that direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPart<'a> {
    pub stream: u32,
    pub ticket: u32,
    pub part: u16,
    pub parts: u16,
    pub more: bool,
    pub lines: LogLines<'a>,
}

/// Why something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// No more members.
    Full,
    /// No more rooms.
    Rooms,
    /// Too many messages a second.
    Rate,
    /// Too many bytes a second.
    Bytes,
    /// All members together are sent too much.
    Bandwidth,
    TooLong,
    NameTaken,
    BadName,
    /// The log of the rooms cannot be written at the moment.
    Apart,
    /// Was put out just now.
    Kicked,
    Banned,
    /// The room is closed.
    Closed,
    Muted,
    /// Only people in charge write in the room.
    Moderated,
    /// Some time has to lie between two messages of one member.
    Slow,
    /// The room has a password, and who asks cannot prove to know it.
    Password,
    /// A reason that a later relay knows.
    Other,
}

impl RefusalReason {
    /// By their codes, the first of which is 1. Any other reason has the greatest code there is.
    const BY_CODE: [Self; 16] = [
        Self::Full,
        Self::Rooms,
        Self::Rate,
        Self::Bytes,
        Self::Bandwidth,
        Self::TooLong,
        Self::NameTaken,
        Self::BadName,
        Self::Apart,
        Self::Kicked,
        Self::Banned,
        Self::Closed,
        Self::Muted,
        Self::Moderated,
        Self::Slow,
        Self::Password,
    ];

    fn code(self) -> u8 {
        (1..=16).find(|code| Self::from_code(*code) == self).unwrap_or(u8::MAX)
    }

    fn from_code(code: u8) -> Self {
        let place = usize::from(code).checked_sub(1);
        place.and_then(|place| Self::BY_CODE.get(place)).copied().unwrap_or(Self::Other)
    }
}

impl<'a> FromRelay<'a> {
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        if cursor.array()? != MAGIC {
            return None;
        }
        let frame = match cursor.u8()? {
            b'c' => Self::Challenge { nonce: cursor.u64()?, cookie: cursor.array::<COOKIE_LENGTH>()? },
            b'w' => Self::Welcome(Welcome::decode(&mut cursor)?),
            b'b' => {
                let (stream, seq) = (cursor.u32()?, cursor.u64()?);
                Self::Bundle { stream, seq, entries: BundleEntries::decode(cursor.take_rest())? }
            }
            b'a' => Self::Taken { stream: cursor.u32()?, number: cursor.u32()?, seq: cursor.u64()? },
            b'p' => Self::Pong { rooms: NewsList::decode(cursor.take_rest())? },
            b'g' => Self::Gone { stream: cursor.u32()?, seq: cursor.u64()? },
            b'm' => {
                let (stream, count) = (cursor.u32()?, cursor.u32()?);
                Self::Members { stream, count, roster: MemberPage::decode(cursor.take_rest())? }
            }
            b'r' => Self::Log(LogPart::decode(&mut cursor)?),
            b'x' => refused(&mut cursor)?,
            kind => to_one(kind, &mut cursor)?,
        };
        cursor.is_empty().then_some(frame)
    }

    /// Appends the frame. A name beyond 255 bytes is cut.
    pub fn encode(&self, out: &mut impl Put) {
        match *self {
            Self::Challenge { nonce, cookie } => begin(out, b'c').u64(nonce).bytes(&cookie),
            Self::Welcome(ref welcome) => welcome.encode(out),
            Self::Bundle { stream, seq, ref entries } => {
                begin_bundle(out, stream, seq).bytes(entries.bytes())
            }
            Self::Taken { stream, number, seq } => begin(out, b'a').u32(stream).u32(number).u64(seq),
            Self::Pong { ref rooms } => begin(out, b'p').bytes(rooms.bytes()),
            Self::Gone { stream, seq } => begin(out, b'g').u32(stream).u64(seq),
            Self::Members { stream, count, ref roster } => {
                begin(out, b'm').u32(stream).u32(count).bytes(roster.bytes())
            }
            Self::Log(ref part) => part.encode(out),
            Self::Refused { to, number, why } => begin(out, b'x').u64(to.0).u32(number).u8(why.code()),
            Self::Locked { nonce, salt } => begin(out, b'k').u64(nonce).bytes(&salt),
            Self::Unclaimed { nonce, why, salt } => begin(out, b'v').u64(nonce).u8(why.code()).bytes(&salt),
            Self::Ordered { token, number, done, ref said } => {
                begin(out, b'o').u64(token.0).u32(number).u8(done.into()).bytes(said.bytes())
            }
            Self::Renewed { token, next } => begin(out, b't').u64(token.0).u64(next.0),
            Self::Unknown { token, cookie } => {
                let out = begin(out, b'u').u64(token.0);
                out.bytes(cookie.as_ref().map_or(&[], Cookie::as_slice))
            }
            Self::Closing { token, next } => {
                let next = next.map(|next| next.to_string()).unwrap_or_default();
                begin(out, b'q').u64(token.0).short_text(&next)
            }
        };
    }
}

impl<'a> Welcome<'a> {
    fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (nonce, token) = (cursor.u64()?, MemberToken(cursor.u64()?));
        let (id, index, stream, seq) = (cursor.u64()?, cursor.u32()?, cursor.u32()?, cursor.u64()?);
        let (expiry, flags) = (cursor.u16()?, cursor.u8()?);
        Some(Self {
            nonce,
            token,
            id,
            index,
            stream,
            seq,
            expiry,
            log: tail(flags, cursor.u64()?, cursor.u64()?).ok()?,
            rules: Rules::decode(cursor)?,
            is_operator: flags & OPERATOR != 0,
            is_crowded: flags & CROWDED != 0,
            name: cursor.short_text()?,
            room: cursor.short_text()?,
            others: RelayList::decode(cursor.take_rest())?,
        })
    }

    fn encode<'p, P: Put>(&self, out: &'p mut P) -> &'p mut P {
        let out = begin(out, b'w').u64(self.nonce).u64(self.token.0).u64(self.id).u32(self.index);
        let (epoch, last) = self.log.map_or((0, 0), |log| (log.epoch.0, Place::or_zero(log.last)));
        let out = out.u32(self.stream).u64(self.seq).u16(self.expiry);
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        let flags = flag(self.log.is_some(), DURABLE)
            | flag(self.is_operator, OPERATOR)
            | flag(self.is_crowded, CROWDED);
        let out = out.u8(flags).u64(epoch).u64(last);
        self.rules.encode(out).short_text(self.name).short_text(self.room).bytes(self.others.bytes())
    }
}

/// What is said to one who joins, or to one member.
fn to_one<'a>(kind: u8, cursor: &mut Cursor<'a>) -> Option<FromRelay<'a>> {
    Some(match kind {
        b'k' => FromRelay::Locked { nonce: cursor.u64()?, salt: cursor.array::<SALT_LENGTH>()? },
        b'v' => FromRelay::Unclaimed {
            nonce: cursor.u64()?,
            why: ClaimRefusal::from_code(cursor.u8()?)?,
            salt: cursor.array::<SALT_LENGTH>()?,
        },
        b'o' => ordered(cursor)?,
        b't' => FromRelay::Renewed { token: MemberToken(cursor.u64()?), next: MemberToken(cursor.u64()?) },
        b'u' => unknown(cursor)?,
        b'q' => closing(cursor)?,
        _ => return None,
    })
}

fn unknown<'a>(cursor: &mut Cursor<'_>) -> Option<FromRelay<'a>> {
    let token = MemberToken(cursor.u64()?);
    let cookie = if cursor.is_empty() { None } else { Some(cursor.array::<COOKIE_LENGTH>()?) };
    Some(FromRelay::Unknown { token, cookie })
}

fn ordered<'a>(cursor: &mut Cursor<'a>) -> Option<FromRelay<'a>> {
    let (token, number) = (MemberToken(cursor.u64()?), cursor.u32()?);
    let done = cursor.u8()? == 1;
    Some(FromRelay::Ordered { token, number, done, said: SentenceList::decode(cursor.take_rest())? })
}

fn closing<'a>(cursor: &mut Cursor<'_>) -> Option<FromRelay<'a>> {
    Some(FromRelay::Closing { token: MemberToken(cursor.u64()?), next: cursor.short_text()?.parse().ok() })
}

fn refused<'a>(cursor: &mut Cursor<'_>) -> Option<FromRelay<'a>> {
    let (to, number) = (MemberToken(cursor.u64()?), cursor.u32()?);
    Some(FromRelay::Refused { to, number, why: RefusalReason::from_code(cursor.u8()?) })
}

/// The log that a welcome tells of. Flags that a later relay has are its own business.
///
/// # Errors
/// It tells of a log although there is none.
fn tail(flags: u8, epoch: u64, last: u64) -> Result<Option<LogTail>, NotAFrame> {
    match (flags & DURABLE != 0, epoch, last) {
        (true, epoch, last) => Ok(Some(LogTail { epoch: LogEpoch(epoch), last: Place::new(last) })),
        (false, 0, 0) => Ok(None),
        (false, ..) => Err(NotAFrame),
    }
}

/// Fields that contradict each other.
struct NotAFrame;

impl<'a> LogPart<'a> {
    fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (stream, ticket) = (cursor.u32()?, cursor.u32()?);
        let (part, parts) = (cursor.u16()?, cursor.u16()?);
        let more = match cursor.u8()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        let lines = LogLines::decode(cursor.take_rest())?;
        (part < parts).then_some(Self { stream, ticket, part, parts, more, lines })
    }

    fn encode<'p, P: Put>(&self, out: &'p mut P) -> &'p mut P {
        let out = begin(out, b'r').u32(self.stream).u32(self.ticket).u16(self.part).u16(self.parts);
        out.u8(u8::from(self.more)).bytes(self.lines.bytes())
    }
}
