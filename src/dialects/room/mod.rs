//! A room without a server: everybody on the network who listens at the port hears everybody. Its address is a
//! broadcast address or a multicast group; the port is shared with other programs on this machine.
//!
//! Sends only what a person wrote, and once the notice that we have come in. Never answers a datagram, never passes
//! one on, and sends nowhere but to the addresses of the rooms it was told to follow.
//!
//! ```text
//! byte 0 … n-1   the text in the room's encoding, UTF-8 unless chosen otherwise; n = 0 is not a message
//! ```
//!
//! # Addresses
//! - `255.255.255.255`: the network of every interface. One datagram for each network: 255.255.255.255 where the kernel
//!   would send it by itself, the network's own broadcast address on the others.
//! - any other IPv4 address: the broadcast address of one network; that one datagram.
//! - a multicast group, IPv4 (RFC 1112) or IPv6 (RFC 4291, section 2.7): one datagram for each interface.
//!
//! Options: `encoding`; `interface=NAME`, to speak only there and to join a group only there (for IPv6 also
//! `%NAME`); for groups `ttl`, how far it may go, 1 (this network) unless said otherwise. What comes to a broadcast
//! address does not tell by which interface it came.
//!
//! # Our own datagrams
//! The kernel gives each back to us. What was sent is known for a short time, with the number of copies and the
//! interface of each: `loopback` tells them from what other programs say, even at our port and in the same words.

mod address;
mod codec;
mod engine;
mod loopback;
mod receiving;
mod rooms;
mod sending;
#[cfg(test)]
mod tests;

use super::{Dialect, ListenMode};
use crate::model::{Caps, ListenSetting, Scheme};
use crate::wire::Driver;

const PORT: u16 = 7788;
const SCHEME: Scheme =
    Scheme { name: "room", default_port: PORT, caps: Caps { encodings: true, group: true, ..Caps::NONE } };

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "room://255.255.255.255",
    validate: codec::validate,
    check: codec::check,
    listens: ListenMode::Itself(ListenSetting::Port(PORT)),
    server: None,
    engine: |setup| Box::new(Driver::new(setup.seed, engine::BroadcastRooms::new(setup.listen))),
    between: None,
};
