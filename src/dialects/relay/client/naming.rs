//! What a relay takes as names, and what an address of it may say.

use std::net::SocketAddr;

use crate::dialects::relay::frame::{MAX_NAME_CHARS, MAX_TEXT};
use crate::model::text::plain_line;
use crate::model::{Address, AddressError, Fault};

/// The room of an address that names none, and of every plain member at first.
const LOBBY: &str = "lobby";
/// Who has no name that a relay would take.
const NOBODY: &str = "udpqq";

pub(in crate::dialects::relay) fn validate(address: &Address) -> Result<(), AddressError> {
    if let Some((key, value)) = address.options.first() {
        return Err(AddressError::Option(format!("{key}={value}")));
    }
    if !is_acceptable(room_of(address)) {
        return Err(AddressError::Room(address.room.clone()));
    }
    Ok(())
}

/// A relay puts whoever asks for any other room into the lobby, and gives a guest's name for any other name.
fn is_acceptable(name: &str) -> bool {
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS;
    fits && name.trim() == name
        && !name.contains(':')
        && !name.starts_with(['*', '/'])
        && plain_line(name) == name
}

pub(in crate::dialects::relay) fn check(_address: &Address, text: &str) -> Result<usize, Fault> {
    if text.len() > MAX_TEXT {
        return Err(Fault::TooLarge { bytes: text.len(), limit: MAX_TEXT });
    }
    Ok(text.len())
}

pub(super) fn room_of(address: &Address) -> &str {
    if address.room.is_empty() { LOBBY } else { &address.room }
}

/// The name as a relay would take it: short, everything in it to be seen, and without what ends a name before a
/// message or makes it look like a text of the relay.
pub(super) fn clean(name: &str) -> String {
    let seen =
        |c: &char| *c != ':' && (plain_line(name) == name || plain_line(&c.to_string()) == c.to_string());
    let kept: String = name.chars().filter(seen).collect();
    let short: String = kept
        .trim_start_matches(|c: char| c.is_whitespace() || "*/".contains(c))
        .chars()
        .take(MAX_NAME_CHARS)
        .collect();
    let name = short.trim();
    if is_acceptable(name) { name.to_owned() } else { NOBODY.to_owned() }
}

/// The name to try when so many before it were taken: `name`, `name-2`, `name-3`.
pub(super) fn variant(name: &str, taken: u32) -> String {
    if taken == 0 {
        return name.to_owned();
    }
    let end = format!("-{}", taken.saturating_add(1));
    let kept: String = name.chars().take(MAX_NAME_CHARS.saturating_sub(end.len())).collect();
    kept + &end
}

/// The address a look-up found, with the port of the relay.
pub(super) fn with_port(mut at: SocketAddr, port: u16) -> SocketAddr {
    at.set_port(port);
    match at {
        // Only a mapped address changes, and that has no scope to lose.
        SocketAddr::V6(v6) if v6.ip().to_ipv4_mapped().is_some() => {
            SocketAddr::new(at.ip().to_canonical(), port)
        }
        SocketAddr::V4(_) | SocketAddr::V6(_) => at,
    }
}

/// Whether a datagram from `from` is one from `place`. A scope that one of them leaves out is not compared.
pub(super) fn is_same_endpoint(from: SocketAddr, place: SocketAddr) -> bool {
    let scope = |at: SocketAddr| match at {
        SocketAddr::V6(v6) => v6.scope_id(),
        SocketAddr::V4(_) => 0,
    };
    let (one, other) = (scope(from), scope(place));
    from.port() == place.port() && from.ip() == place.ip() && (one == other || one == 0 || other == 0)
}
