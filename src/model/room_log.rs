//! What a relay and the backplane behind it say to each other: messages that are to be kept, and messages that were.
//!
//! A relay never keeps a message itself and never gives it to a member before the log has it: it asks for an append, and
//! sends what comes back out of the log. Which place a message has there is the log's to say, so every relay that shares
//! the log has the same order.

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::time::Duration;

use super::{Phrase, WallTime};

/// The position of one message in the log of all rooms: rises from message to message and has gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(NonZeroU64);

impl Place {
    /// Before it nothing stands.
    pub const FIRST: Self = Self(NonZeroU64::MIN);

    /// `None` for 0, which on the wire means that there is none.
    pub const fn new(place: u64) -> Option<Self> {
        match NonZeroU64::new(place) {
            Some(place) => Some(Self(place)),
            None => None,
        }
    }

    pub const fn get(self) -> u64 {
        self.0.get()
    }

    /// As the wire has it: 0 where there is none.
    pub fn or_zero(place: Option<Self>) -> u64 {
        place.map_or(0, Self::get)
    }
}

/// Which history of the rooms is meant: another one has other messages at the same places. 0 where nothing is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogEpoch(pub u64);

/// How long a secret is the current one. What was made with it is good for as long again.
pub const SECRET_LIFE: Duration = Duration::from_hours(24);

/// What the tokens of members are made with: whoever knows it can be any member.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LogSecret([u8; 16]);

impl LogSecret {
    /// Of bytes that nobody can guess.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for LogSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogSecret(…)")
    }
}

/// The secrets that belong to a log, which survive the relay and are the same at all relays that share the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSecrets {
    pub current: LogSecret,
    /// The current one of the day before.
    pub previous: Option<LogSecret>,
}

impl LogSecrets {
    pub const fn first(current: LogSecret) -> Self {
        Self { current, previous: None }
    }

    /// A day is over.
    #[must_use]
    pub const fn turned(self, next: LogSecret) -> Self {
        Self { current: next, previous: Some(self.current) }
    }
}

/// A log, and the newest message that one room has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogTail {
    pub epoch: LogEpoch,
    pub last: Option<Place>,
}

/// A request whose answer comes later. The relay chooses it, and has no two of the same on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What a record of the log says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordKind {
    /// A message.
    #[default]
    Said,
    /// The people in charge have removed the message at that place: what was said there is nowhere in the log any more. Has no
    /// text, and no author.
    Removed(Place),
}

/// A message as the log has it, or what became of one.
///
/// `id` and `number` name the message whoever passed it on: the sender's id and its own count, which is 0 for a plain
/// member, that has none. `name` is the sender's at the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord<'a> {
    pub at: WallTime,
    pub kind: RecordKind,
    pub id: u64,
    pub number: u32,
    pub name: Cow<'a, str>,
    pub body: Cow<'a, [u8]>,
}

impl LogRecord<'static> {
    /// That the message at this place is removed.
    pub const fn removal(at: WallTime, removed: Place) -> Self {
        let body: &[u8] = &[];
        let (name, body) = (Cow::Borrowed(""), Cow::Borrowed(body));
        Self { at, kind: RecordKind::Removed(removed), id: 0, number: 0, name, body }
    }
}

/// A message and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedRecord<'a> {
    pub place: Place,
    pub record: LogRecord<'a>,
}

/// Where a page of the log begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// With the oldest message, going forward.
    Oldest,
    /// With the newest message, going back.
    Latest,
    /// With the message before that place, going back.
    Before(Place),
    /// With the message after that place, going forward.
    After(Place),
}

/// A name that a member at this relay is to have, and nobody at another relay then.
///
/// Members at one relay share a name only where they are the same person, which the relay has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameClaim<'a> {
    /// Folded.
    pub name: Cow<'a, str>,
    pub id: u64,
    /// Where the member is. Whoever is there at two relays is one person.
    pub address: SocketAddr,
    /// The member has shown that the id is its own: what it had at another relay it has here, too.
    pub is_proved: bool,
}

/// That a member is in a room, under that name; `None`: it is not, or not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPresence<'a> {
    pub room: Cow<'a, str>,
    pub id: u64,
    pub name: Option<Cow<'a, str>>,
}

/// Bytes of the key and the value of a setting that relays share.
pub const MAX_SETTING_KEY: usize = 400;
pub const MAX_SETTING: usize = 1_024;
/// Bytes of what one relay tells the others.
pub const MAX_NOTICE: usize = 1_024;

/// What a relay asks for. Rooms go by their folded names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackplaneRequest<'a> {
    /// From now on the messages of that room are wanted.
    Follow {
        room: Cow<'a, str>,
    },
    Unfollow {
        room: Cow<'a, str>,
    },
    /// Keep this. Answered by `Appended` or `Refused`.
    Append {
        ticket: Ticket,
        room: Cow<'a, str>,
        record: LogRecord<'a>,
    },
    /// Keep this under that key, instead of what is there; empty: nothing. Lasts as the messages do. A key has at most
    /// [`MAX_SETTING_KEY`] bytes, a value [`MAX_SETTING`].
    Set {
        key: Cow<'a, str>,
        value: Cow<'a, [u8]>,
    },
    /// For the other relays of this log that are there now: nothing of it is kept. At most [`MAX_NOTICE`] bytes.
    Announce {
        notice: Cow<'a, [u8]>,
    },
    /// At most `limit` messages. Answered by `Page` or `Refused`.
    Page {
        ticket: Ticket,
        room: Cow<'a, str>,
        start: PageStart,
        limit: u16,
    },
    /// The newest messages of a room that have these words, which make a search; at most `limit`. Answered by `Page` or
    /// `Refused`.
    Search {
        ticket: Ticket,
        room: Cow<'a, str>,
        words: Cow<'a, str>,
        limit: u16,
    },
    /// Answered by `Claimed` or `Refused`. Asked only where relays share the log; claims and releases of one name are carried
    /// out in the order in which they are asked for.
    Claim {
        ticket: Ticket,
        claim: NameClaim<'a>,
    },
    /// This member does not have that name any more, or does not want it.
    Release {
        name: Cow<'a, str>,
        id: u64,
    },
    /// For the other relays: who is at this one. Asked only where relays share the log.
    Presence(MemberPresence<'a>),
}

impl BackplaneRequest<'_> {
    /// Of one that is answered.
    pub const fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Append { ticket, .. }
            | Self::Page { ticket, .. }
            | Self::Search { ticket, .. }
            | Self::Claim { ticket, .. } => Some(*ticket),
            Self::Follow { .. }
            | Self::Unfollow { .. }
            | Self::Set { .. }
            | Self::Announce { .. }
            | Self::Release { .. }
            | Self::Presence(_) => None,
        }
    }
}

/// What a relay is told. Every ticket is answered once; the messages of a room that is followed come in the order of
/// their places, each once, from the one after `last` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackplaneReport<'a> {
    /// Other secrets than were told last: a day is over, or with `Up` follows another log.
    Secrets(LogSecrets),
    Up(LogEpoch),
    Down(DownCause),
    /// `last` is the newest message of the room.
    Following {
        room: Cow<'a, str>,
        last: Option<Place>,
    },
    /// The log has it. Where it had it before (`again`) no entry follows.
    Appended {
        ticket: Ticket,
        place: Place,
        again: bool,
    },
    Refused {
        ticket: Ticket,
        why: BackplaneRefusal,
    },
    Entry {
        room: Cow<'a, str>,
        placed: PlacedRecord<'a>,
    },
    /// What is kept under that key: all there is after `Up`, then what other relays change. One's own need not be told.
    Setting {
        key: Cow<'a, str>,
        value: Cow<'a, [u8]>,
    },
    /// Another relay has announced this.
    Announced {
        notice: Cow<'a, [u8]>,
    },
    /// By rising place; `more`: there are others beyond, in the direction that was asked for.
    Page {
        ticket: Ticket,
        records: Vec<PlacedRecord<'a>>,
        more: bool,
    },
    /// Whether the member has the name now; otherwise somebody at another relay has it.
    Claimed {
        ticket: Ticket,
        is_held: bool,
    },
    /// Somebody at another relay has this name, which members had here: this relay was apart for so long that it was taken
    /// for dead.
    NameLost {
        name: Cow<'a, str>,
    },
    /// The member has gone to another relay, and has its name there.
    MovedAway {
        id: u64,
    },
    /// A member at another relay, in a room that is followed: all of them once it is, then what changes. One that moves
    /// from relay to relay stays.
    Presence(MemberPresence<'a>),
}

/// Why a backplane takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownCause {
    /// It cannot be reached.
    Apart,
    /// It has no room left.
    Full,
    /// It does not allow it.
    Denied,
    /// It is of a version that does not do.
    Version,
    /// The disk failed.
    Broken,
}

impl DownCause {
    /// As a sentence.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::Apart => "relay-log-apart",
            Self::Full => "relay-log-full",
            Self::Denied => "relay-log-denied",
            Self::Version => "relay-log-version",
            Self::Broken => "relay-log-broken",
        })
    }
}

/// Why one request came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackplaneRefusal {
    /// Too much waits already.
    Busy,
    /// The backplane takes nothing at the moment.
    Down,
    /// Nobody there can search.
    NoSearch,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nowhere() {
        let secrets = LogSecrets::first(LogSecret::new([0xab; 16])).turned(LogSecret::new([0xcd; 16]));
        let shown = format!("{:?} {secrets:#?}", BackplaneReport::Secrets(secrets)).to_lowercase();
        for bytes in ["ab", "cd", "171", "205"] {
            assert!(!shown.contains(bytes), "{shown}");
        }
    }
}
