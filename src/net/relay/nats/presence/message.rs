//! What relays tell each other of who is there.
//!
//! ```text
//! version u8 (1)  kind u8
//! 1 delta: version u64, changes            2 state: version u64, part u16 of u16, changes
//! 3 ask: the run u64 whose state is wanted  4 digest: version u64
//! a change: room (u16 and so many bytes), id u64, name as a short text; an empty one: it is gone
//! ```
//! The version counts the deltas of one run of a relay. What came from another relay is judged like anything from the network.

use crate::dialects::relay::server::{is_member_name, is_room_key};
use crate::model::room_log::MemberPresence;
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;
const DELTA: u8 = 1;
const STATE: u8 = 2;
const ASK: u8 = 3;
const DIGEST: u8 = 4;

/// Bytes of the changes in one message, about.
pub(super) const MAX_CHANGES: usize = 32 * 1_024;
/// Parts of one state.
pub(super) const MAX_PARTS: u16 = 512;

pub(in super::super) type Change = MemberPresence<'static>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum PresenceMessage {
    Delta { version: u64, changes: Vec<Change> },
    State { version: u64, part: u16, parts: u16, changes: Vec<Change> },
    Ask { run: u64 },
    Digest { version: u64 },
}

impl PresenceMessage {
    pub(in super::super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let out = bytes.u8(VERSION);
        match self {
            Self::Delta { version, changes } => put_all(out.u8(DELTA).u64(*version), changes),
            Self::State { version, part, parts, changes } => {
                put_all(out.u8(STATE).u64(*version).u16(*part).u16(*parts), changes);
            }
            Self::Ask { run } => put_all(out.u8(ASK).u64(*run), &[]),
            Self::Digest { version } => put_all(out.u8(DIGEST).u64(*version), &[]),
        }
        bytes
    }

    /// `None`: a later relay says it, or nobody.
    pub(in super::super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let kind = Some(cursor.u8()?).filter(|version| *version == VERSION).and_then(|_| cursor.u8())?;
        let number = cursor.u64()?;
        let message = match kind {
            DELTA => Self::Delta { version: number, changes: changes(&mut cursor)? },
            STATE => {
                let (part, parts) = (cursor.u16()?, cursor.u16()?);
                let is_one = part < parts && parts <= MAX_PARTS;
                Self::State {
                    version: number,
                    part,
                    parts,
                    changes: changes(&mut cursor).filter(|_| is_one)?,
                }
            }
            ASK => Self::Ask { run: number },
            DIGEST => Self::Digest { version: number },
            _ => return None,
        };
        cursor.is_empty().then_some(message)
    }
}

fn put_all(out: &mut impl Put, changes: &[Change]) {
    for MemberPresence { room, id, name } in changes {
        let length = u16::try_from(room.len()).unwrap_or_default();
        out.u16(length).bytes(room.get(..usize::from(length)).unwrap_or_default().as_bytes());
        out.u64(*id).short_text(name.as_deref().unwrap_or_default());
    }
}

fn changes(cursor: &mut Cursor<'_>) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    while !cursor.is_empty() {
        let length = cursor.u16()?;
        let room = std::str::from_utf8(cursor.bytes(length.into())?).ok()?;
        let (id, name) = (cursor.u64()?, cursor.short_text()?);
        if !is_room_key(room) || !(name.is_empty() || is_member_name(name)) {
            return None;
        }
        let name = Some(name).filter(|name| !name.is_empty()).map(|name| name.to_owned().into());
        changes.push(MemberPresence { room: room.to_owned().into(), id, name });
    }
    Some(changes)
}

/// As many of the changes as one message takes, then the next.
pub(super) fn divided(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let (mut all, mut bytes) = (vec![Vec::new()], 0_usize);
    for change in changes {
        let name = change.name.as_ref().map_or(0, |name| name.len());
        let length = change.room.len().saturating_add(name).saturating_add(11);
        bytes = bytes.saturating_add(length);
        match all.last_mut() {
            Some(open) if bytes <= MAX_CHANGES => open.push(change),
            Some(_) | None => {
                bytes = length;
                all.push(vec![change]);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(room: &str, id: u64, name: &str) -> Change {
        let name = Some(name).filter(|name| !name.is_empty()).map(|name| name.to_owned().into());
        MemberPresence { room: room.to_owned().into(), id, name }
    }

    #[test]
    fn what_is_told_is_heard_and_nothing_else() {
        let changes =
            vec![change("lobby", 1, "ann"), change(&"好".repeat(96), 2, ""), change("a b", 3, "李 ben")];
        let all = [
            PresenceMessage::Delta { version: 7, changes: changes.clone() },
            PresenceMessage::State { version: 7, part: 1, parts: 2, changes },
            PresenceMessage::Ask { run: 9 },
            PresenceMessage::Digest { version: 9 },
        ];
        for message in all {
            let bytes = message.encode();
            assert_eq!(PresenceMessage::decode(&bytes).as_ref(), Some(&message));
            for end in 0..bytes.len() {
                assert_ne!(PresenceMessage::decode(&bytes[..end]).as_ref(), Some(&message), "{end}");
            }
        }
        for (room, name) in
            [("Lobby", "ann"), ("", "ann"), ("lobby", "a:b"), ("lobby", "*"), ("lobby", "a\u{1b}")]
        {
            let message = PresenceMessage::Delta { version: 1, changes: vec![change(room, 1, name)] };
            assert_eq!(PresenceMessage::decode(&message.encode()), None, "{room} {name}");
        }
        let none = PresenceMessage::State { version: 1, part: 2, parts: 2, changes: Vec::new() };
        assert_eq!(PresenceMessage::decode(&none.encode()), None);
    }

    #[test]
    fn a_message_is_short_however_much_has_changed() {
        let many: Vec<Change> = (0..5_000).map(|id| change("lobby", id, "somebody with a name")).collect();
        let parts = divided(many.clone());
        assert!(parts.len() > 1 && parts.iter().all(|part| !part.is_empty()));
        assert_eq!(parts.concat(), many);
        let longest =
            parts.into_iter().map(|changes| PresenceMessage::Delta { version: 1, changes }.encode().len());
        assert!(longest.max().is_some_and(|longest| longest <= MAX_CHANGES + 20));
        assert_eq!(divided(Vec::new()), [Vec::new()]);
    }
}
