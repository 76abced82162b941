//! The IP Messenger family: `IPMsg`, iptux, `FeiQ` (飞秋) and their kin, over UDP and TCP at one port.
//!
//! ```text
//! VERSION : NUMBER : USER : HOST : COMMAND : BODY          all of it text; BODY may hold colons and NULs
//! COMMAND = one of `command` | flags of `flag`, decimal, 32 bits
//! BODY    = strings, each ended by a NUL: a text, then what the command adds to it
//! ```
//! What a program says of itself stands in `entry`, the list of offered files in `files/list`, a request for one in
//! `files/request`, a folder on its way in `files/tree`. The family has no standard: all of it is as the programs do it,
//! and real packets of iptux stand in `tests/captures/ipmsg`.
//!
//! Nothing of it is proved: a name, an address, a receipt can be forged by anybody on the network. What comes in is
//! answered with few bytes and seldom (`budget`), lists of hosts are never given out, and nothing is said before a
//! person writes or wants to be seen.

mod addresses;
mod answers;
mod budget;
mod codec;
mod contacts;
mod context;
mod encoder;
mod engine;
mod entry;
mod entry_answers;
mod feiq;
mod files;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod group;
mod groups;
mod introductions;
mod local;
mod messages;
mod moving;
mod notices;
mod numbers;
mod occupant;
mod outbound;
mod packet;
mod peers;
mod pictures;
mod pieces;
mod presence;
mod receiving;
mod retransmission;
mod sockets;
mod sweep;
#[cfg(test)]
mod tests;
mod text;

use super::{Dialect, ListenMode};
use crate::model::{Caps, ChatCaps, ListenSetting, Scheme};
use crate::wire::Driver;

const PORT: u16 = 2425;
const SCHEME: Scheme = Scheme {
    name: "ipmsg",
    default_port: PORT,
    caps: Caps {
        receipts: true,
        encodings: true,
        presence: true,
        asks: true,
        files: true,
        several: true,
        any_port: true,
        chat: ChatCaps { seals: true, nudges: true, ..ChatCaps::NONE },
        ..Caps::NONE
    },
};

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "ipmsg://192.168.1.20",
    validate: codec::validate,
    check: codec::check,
    listens: ListenMode::Itself(ListenSetting::Port(PORT)),
    server: None,
    engine: |setup| Box::new(Driver::new(setup.seed, engine::Ipmsg::new(setup.listen))),
    between: None,
};
