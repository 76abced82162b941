//! A room on a relay: each member's message goes to every other member of its room.
//!
//! Two forms of speech. **Plain** members send text and get `NAME: text`, one datagram for each message; `nc -u` is
//! enough. **Framed** members are udpqq: sequence numbers, acknowledgements, several messages in one datagram. A
//! plain member never sees a frame.
//!
//! # Plain
//! ```text
//! anything          from an address that has proved nothing: answered with a text that holds a line `/prove CODE`
//! /prove CODE       alone in its datagram: the address receives what is sent to it, and is in the room `lobby`
//! /nick NAME  /join ROOM  /rooms  /who  /lang TAG  /leave  /ping  /help      each alone in its datagram
//! anything else     a message
//! ```
//! The answer to an unproved address is no longer than what came from there (five letters draw no more than the word
//! `more?`), at most 512 bytes, and one a second; of eight that led to nothing the last is the last for a while. It is never itself a proof: a service that
//! sends everything back does not become a member. A code is good for 15 to 30 seconds.
//!
//! # Framed
//! Every frame begins with `FF 71 01 KIND`: no text begins with FF in any encoding we know. Integers are big-endian,
//! `varint` is LEB128 of at most 32 bits (63 for places and times), `name` and `room` are a byte of length and so much UTF-8.
//!
//! ```text
//! member → relay
//!  'H' hello      nonce u64, zeros up to 64 bytes
//!  'J' join       nonce u64, cookie 16 bytes, id u64 (0: give me one), token u64 (0: none), name, room,
//!                 options: kind u8, length varint, bytes; unknown ones are skipped
//!                 1 proof        32 bytes: the password of the room is known, see `stretched_key`
//!                 2 operator     salt 16 bytes (zeros: not known yet), proof 32 bytes, name: who wants to be in charge
//!  'S' say        token u64, number u32 (from 1), after u32 (0, or an earlier number: not before that one), length u16,
//!                 text, zeros up to 28 bytes
//!  'P' ping       token u64, zeros up to 28 bytes
//!  'N' missing    token u64, stream u32, from u64, count u16
//!  'M' members    token u64, from u32                 the list of members, from that index on
//!  'R' read       token u64, ticket u32, start u8 (0 the newest, 1 before, 2 after, 3 the oldest), place u64, count u16
//!  'K' nick       token u64, name
//!  'O' order      token u64, number u32 (rises), proof 32 bytes, words u8, the words (as names)
//!  'L' leave      token u64
//! relay → member
//!  'c' challenge  nonce u64, cookie 16 bytes
//!  'w' welcome    nonce u64, token u64, id u64, index u32, stream u32, seq u64, expiry u16 (seconds), flags u8
//!                 (1: there is a log, 4: you are in charge), epoch u64, place u64 (of its newest message), name, room, relays (each a byte of
//!                 length and so much text: the address of another relay with the same rooms, at most 8)
//!  'b' bundle     stream u32, seq u64 of the first entry, entries
//!  'a' taken      stream u32, number u32, seq u64     you said it again: it has that place; 0: known, place forgotten
//!  'p' pong       for each room of the members at this address: stream u32, seq u64 (the newest), count u32 (members)
//!  'g' gone       stream u32, seq u64                 nothing before this one can be had any more
//!  'm' members    stream u32, count u32 (of those here), then index u32, id u64, here u8, name of each that fits
//!  'r' log        stream u32, ticket u32, part u16, parts u16, more u8, then place varint, at varint, id u64, number
//!                 varint, name, length varint, text of each message that fits
//!  'x' refused    to u64 (the token, or of a join the nonce), number u32 (0: none), reason u8
//!  'k' locked     nonce u64, salt 16 bytes            the room has a password: join with the proof that it is known
//!  'v' unclaimed  nonce u64, why u8 (0 not proved yet, 1 wrong, 2 too many were wrong, 3 nobody is in charge here), salt
//!                 16 bytes                           join with the proof, or without wanting to be in charge
//!  'o' ordered    token u64, number u32, done u8, sentences u8, of each its key (as a name), arguments u8, of each
//!                 its name, kind u8 (0 number u64, 1 text) and value
//!  't' renewed    token u64, next u64                use `next` in the place of this token, which grows old
//!  'u' unknown    token u64, cookie 16 bytes or none  not a member at this address: join again, with that cookie
//!  'q' closing    token u64, relay (as above, or empty)  the relay ends; go on there
//! entry: kind u8 (0: the rest is padding), index varint, then
//!  1 text         number varint (0: from a plain member), length varint, text
//!  2 joined       id u64, name
//!  3 left
//!  4 renamed      name
//!  5 kept text    number varint, place varint, at varint (milliseconds since 1970), length varint, text
//! ```
//! `seq` counts the entries of one room from 1; `stream` says which life of that room is meant, so that numbers from
//! before a restart are not taken for new ones. An `index` is given once in the life of a room. The relay keeps the
//! newest entries of each room and sends them again on `missing`; `seq` of the welcome is the newest then, so
//! whatever comes later and a member does not get is a gap.
//!
//! A message is known by the `id` of its sender and its `number`, which both survive a restart of the relay: whoever
//! gets it twice shows it once. Its sender gets it in a bundle like everybody else, which is the acknowledgement;
//! saying it again is answered by `taken`. A rename shows in a bundle, too, and `leave` is answered by `unknown`.
//! The list of members is asked for page by page, each from the index after the last one seen, until a page is
//! empty; it also holds those who left while a message of theirs may still be on its way (`here` is 0).
//!
//! # History
//! A relay with a log (`--history`) passes a message on when the log has it, and says so: what is at its place then is
//! kept, through a crash of the relay and of its machine. The `place` of a message is its position there; it rises, with
//! gaps, and means the same for as long as `epoch` does. Whoever comes again after a crash reads what it missed, after the
//! last place that it has seen; `more` says that there is another page in that direction. A message said again is known by
//! its `id` and `number` in the log, too. Plain members read by `/history N`.
//!
//! `challenge` and `unknown` go to addresses that have proved nothing: one a second, both counted together. A cookie is
//! good for 15 to 30 seconds; a join with an old one is answered by a new one. A token is good at its own address;
//! from another one, joining with id and token takes the membership along. One program may be in many rooms at one
//! address, each with an id and a token of its own and all under the same name, and asks for all of them with one ping.

mod client;
pub mod frame;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod order_texts;
mod relay_engine;
pub mod server;
mod stretched_key;
#[cfg(test)]
mod test_log;
#[cfg(test)]
mod test_texts;

use super::{Dialect, ListenMode};
use crate::model::{Caps, ChatCaps, ListenSetting, Scheme};
use crate::wire::Driver;

const PORT: u16 = 6_000;
const CHAT: ChatCaps = ChatCaps { history: true, ..ChatCaps::NONE };
const SCHEME: Scheme = Scheme {
    name: "relay",
    default_port: PORT,
    caps: Caps { group: true, rooms: true, chat: CHAT, ..Caps::NONE },
};

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "relay://192.168.1.20/room",
    validate: client::validate,
    check: client::check,
    // A relay speaks to its members only.
    listens: ListenMode::Nowhere,
    server: Some(ListenSetting::Port(PORT)),
    engine: |setup| Box::new(Driver::new(setup.seed, client::Client::default())),
    between: Some(|setup| Box::new(Driver::new(setup.seed, relay_engine::RelayEngine::default()))),
};
