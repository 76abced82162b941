//! What a relay takes as names, and what an address of it may say.

use crate::dialects::relay::frame::{MAX_NAME_CHARS, MAX_TEXT};
use crate::dialects::relay::server::{acceptable, acceptable_room};
use crate::model::text::plain_line;
use crate::model::{Address, AddressError, Fault};

/// The room of an address that names none, and of every plain member at first.
const LOBBY: &str = "lobby";
/// In the place of a name that no relay would take.
const NOBODY: &str = "udpqq";

pub(in crate::dialects::relay) fn validate(address: &Address) -> Result<(), AddressError> {
    if let Some((key, value)) = address.options.first() {
        return Err(AddressError::Option(format!("{key}={value}")));
    }
    let room = room_of(address);
    // A relay puts whoever asks for any other room into the lobby.
    if acceptable_room(room) != Some(room) {
        return Err(AddressError::Room(address.room.clone()));
    }
    Ok(())
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
    // A relay gives a guest's name for any other.
    if acceptable(name) == Some(name) { name.to_owned() } else { NOBODY.to_owned() }
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
