//! The relay's client: each room that is followed has a session of its own, and all rooms of one relay share a socket.
//!
//! ```text
//! socket → name looked up → hello ⇄ challenge → join ⇄ welcome → in the room
//!                              ↑______________ no answer, unknown, closing ___|
//! ```
//! Where several relays will do, one that ends leads to the next at once. One that is silent, or takes nothing, is left when
//! another has let us in, and not before.
//!
//! What must outlive the relay's restart (id, numbers, what was seen and what waits to be said) belongs to the session,
//! what ends with the membership to its stage. Whatever comes from the relay may be a lie: every table has a limit,
//! and nothing is taken from another address.

mod catch_up;
mod connection;
mod credentials;
mod departures;
mod earlier;
mod engine;
mod failover;
mod feed;
mod identity;
mod joining;
mod keep_alive;
mod kept_places;
mod kept_secret;
mod known_password;
mod locator;
mod log_reading;
mod member_roster;
mod membership;
mod named_relays;
mod naming;
mod operator;
mod operator_role;
mod outbound;
mod receiving;
mod refusals;
mod relocation;
mod reorder_buffer;
mod resumption;
mod room_commands;
mod room_rules;
mod session;
mod shared_sockets;
mod socket;
#[cfg(test)]
mod tests;
mod unlocking;

pub(super) use engine::Client;
pub(super) use naming::{check, validate};
