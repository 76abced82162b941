//! What is known about an outgoing message, and why it failed when it did.

use std::net::SocketAddr;

use super::{DiskError, ErrorCode, Phrase, Shortage, size};

/// The mark beside an outgoing message. Only ever set to what has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `…` stored here, not yet handed to the network.
    Waiting,
    /// `✓` the kernel took the datagram. All that a plain dialect can ever say.
    Sent,
    /// `✓✓` the peer says that it has it.
    Delivered,
    /// `✓✓` and a person has opened it there.
    Read,
    /// `×` with the reason.
    Failed(Fault),
}

/// Why a message was not sent, or will not be accepted for sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The encoded text is longer than one datagram can carry. Both in bytes.
    TooLarge { bytes: usize, limit: usize },
    /// `character` does not exist in the contact's encoding.
    CannotEncode { character: char, encoding: String },
    /// The host name has no address, or the resolver did not answer in time.
    NameNotFound { host: String },
    /// The kernel refused; `code` is its short name, such as `ENETUNREACH`.
    Network { to: Option<SocketAddr>, code: ErrorCode },
    /// The dialect is switched off, or its socket could not be opened.
    NotListening,
    /// A bounded queue is full; nothing was taken.
    Busy,
    /// The conversation is not known to the network side (removed meanwhile).
    NoSuchPeer,
    /// The address is one of our own sockets: nobody else would get it.
    Ourselves,
    /// Somebody else is at the peer's address now: nothing that is for the one goes to the other.
    AnotherPerson { name: String },
    /// What it changes went to the key that the peer had before: nobody who has that is told.
    FormerKey,
    /// Files are offered to one peer, never to everybody at once.
    FilesToEverybody,
    /// Nobody acknowledged it within the time it had: it may have arrived or not, and is not sent again.
    NoAnswer,
    /// The peer says that it will not keep it.
    Refused,
    /// Those in charge of the room do not let us write, or not so soon.
    Barred(Bar),
    /// There was nobody to say it to within the time it had: it was never said.
    Unreached,
    /// The program ended while the message was waiting: it may have gone out or not.
    Interrupted,
    /// The peer does not give out the file: it knows no such offer, or not for us, or no longer.
    NotOffered,
    /// The peer closed before all of a file was there.
    BrokenOff,
    /// A person there has stopped a file, or their program has ended it.
    PeerStopped,
    /// The other machine would not take or give the bytes of a file.
    PeerDisk,
    /// Nothing came for too long.
    Stalled,
    /// What came breaks the rules of its dialect, so nothing more of it is believed.
    Malformed,
    /// A file of ours is not what it was when it was offered, so it is not given out.
    Changed,
    /// This machine would not take or give the bytes of a file: `code` is its short name, such as `ENOSPC`.
    Disk { code: ErrorCode },
    /// More is to come than the disk has room for, of which some stays free.
    NoRoom(Shortage),
}

/// Why we may not write in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// We are to listen.
    Muted,
    /// Only those in charge write there.
    Moderated,
    /// Some time has to lie between two messages.
    Slow,
}

impl Bar {
    const ALL: [Self; 3] = [Self::Muted, Self::Moderated, Self::Slow];

    const fn name(self) -> &'static str {
        match self {
            Self::Muted => "muted",
            Self::Moderated => "moderated",
            Self::Slow => "slow",
        }
    }
}

impl From<DiskError> for Fault {
    fn from(error: DiskError) -> Self {
        match error {
            DiskError::Code(code) => Self::Disk { code },
            DiskError::NoRoom(shortage) => Self::NoRoom(shortage),
        }
    }
}

impl Fault {
    /// The text that tells a person what is wrong.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::TooLarge { bytes, limit } => {
                Phrase::new("fault-too-large").number("bytes", *bytes).number("limit", *limit)
            }
            Self::CannotEncode { character, encoding } => Phrase::new("fault-cannot-encode")
                .text("character", character.to_string())
                .text("code", format!("U+{:04X}", u32::from(*character)))
                .text("encoding", encoding),
            Self::NameNotFound { host } => Phrase::new("fault-name-not-found").text("host", host),
            Self::Network { to, code } => Phrase::new("fault-network")
                .text("to", to.map(|to| format!(" {to}")).unwrap_or_default())
                .text("code", code),
            Self::NotListening => Phrase::new("fault-not-listening"),
            Self::Busy => Phrase::new("fault-busy"),
            Self::NoSuchPeer => Phrase::new("fault-no-such-peer"),
            Self::Ourselves => Phrase::new("fault-ourselves"),
            Self::AnotherPerson { name } => Phrase::new("fault-another-person").text("name", name),
            Self::FormerKey => Phrase::new("fault-former-key"),
            Self::FilesToEverybody => Phrase::new("fault-files-to-everybody"),
            Self::NoAnswer => Phrase::new("fault-no-answer"),
            Self::Refused => Phrase::new("fault-refused"),
            Self::Barred(Bar::Muted) => Phrase::new("relay-muted"),
            Self::Barred(Bar::Moderated) => Phrase::new("relay-moderated"),
            Self::Barred(Bar::Slow) => Phrase::new("relay-slowed"),
            Self::Unreached => Phrase::new("fault-unreached"),
            Self::Interrupted => Phrase::new("fault-interrupted"),
            Self::NotOffered => Phrase::new("fault-not-offered"),
            Self::BrokenOff => Phrase::new("fault-broken-off"),
            Self::PeerStopped => Phrase::new("fault-peer-stopped"),
            Self::PeerDisk => Phrase::new("fault-peer-disk"),
            Self::Stalled => Phrase::new("fault-stalled"),
            Self::Malformed => Phrase::new("fault-malformed"),
            Self::Changed => Phrase::new("fault-changed"),
            Self::Disk { code } => Phrase::new("fault-disk").text("code", code),
            Self::NoRoom(shortage) => {
                let lacking = shortage.lacking();
                Phrase::new("fault-no-room")
                    .text("free", size(shortage.free))
                    .text("reserved", size(shortage.reserved))
                    .text("lacking", if lacking > 0 { size(lacking) } else { "unknown".to_owned() })
            }
        }
    }

    /// Whether the message may have gone out all the same.
    pub const fn is_doubtful(&self) -> bool {
        matches!(self, Self::NoAnswer | Self::Interrupted)
    }

    /// The fault as one line, for the history and for scripts: its name, then its parts. [`Fault::from_code`]
    /// reads it.
    pub fn code(&self) -> String {
        match self {
            Self::TooLarge { bytes, limit } => format!("too-large {bytes} {limit}"),
            Self::CannotEncode { character, encoding } => {
                format!("cannot-encode {:X} {encoding}", u32::from(*character))
            }
            Self::NameNotFound { host } => format!("name-not-found {host}"),
            Self::Network { to: Some(to), code } => format!("network {code} {to}"),
            Self::Network { to: None, code } => format!("network {code}"),
            Self::NotListening => "not-listening".to_owned(),
            Self::Busy => "busy".to_owned(),
            Self::NoSuchPeer => "no-such-peer".to_owned(),
            Self::Ourselves => "ourselves".to_owned(),
            Self::AnotherPerson { name } => format!("another-person {name}"),
            Self::FormerKey => "former-key".to_owned(),
            Self::FilesToEverybody => "files-to-everybody".to_owned(),
            Self::NoAnswer => "no-answer".to_owned(),
            Self::Refused => "refused".to_owned(),
            Self::Barred(bar) => format!("barred {}", bar.name()),
            Self::Unreached => "unreached".to_owned(),
            Self::Interrupted => "interrupted".to_owned(),
            Self::NotOffered => "not-offered".to_owned(),
            Self::BrokenOff => "broken-off".to_owned(),
            Self::PeerStopped => "peer-stopped".to_owned(),
            Self::PeerDisk => "peer-disk".to_owned(),
            Self::Stalled => "stalled".to_owned(),
            Self::Malformed => "malformed".to_owned(),
            Self::Changed => "changed".to_owned(),
            Self::Disk { code } => format!("disk {code}"),
            Self::NoRoom(Shortage { free, reserved, wanted }) => {
                format!("no-room {free} {reserved} {wanted}")
            }
        }
    }

    /// What `code` wrote. A line that nobody here can have written is a network fault of that name, so that
    /// a history of a later version still says something.
    pub fn from_code(line: &str) -> Self {
        Self::read(line).unwrap_or_else(|| Self::Network { to: None, code: line.into() })
    }

    fn read(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let parts = rest.split_once(' ');
        Some(match name {
            "too-large" => {
                let (bytes, limit) = parts?;
                Self::TooLarge { bytes: bytes.parse().ok()?, limit: limit.parse().ok()? }
            }
            "cannot-encode" => {
                let (number, encoding) = parts?;
                let character = char::from_u32(u32::from_str_radix(number, 16).ok()?)?;
                Self::CannotEncode { character, encoding: encoding.to_owned() }
            }
            "name-not-found" => Self::NameNotFound { host: rest.to_owned() },
            "network" => match parts {
                Some((code, to)) => Self::Network { to: Some(to.parse().ok()?), code: code.into() },
                None => Self::Network { to: None, code: rest.into() },
            },
            "not-listening" => Self::NotListening,
            "busy" => Self::Busy,
            "no-such-peer" => Self::NoSuchPeer,
            "ourselves" => Self::Ourselves,
            "another-person" => Self::AnotherPerson { name: rest.to_owned() },
            "former-key" => Self::FormerKey,
            "files-to-everybody" => Self::FilesToEverybody,
            "no-answer" => Self::NoAnswer,
            "barred" => Self::Barred(Bar::ALL.into_iter().find(|bar| bar.name() == rest)?),
            "refused" => Self::Refused,
            "unreached" => Self::Unreached,
            "interrupted" => Self::Interrupted,
            "not-offered" => Self::NotOffered,
            "broken-off" => Self::BrokenOff,
            "peer-stopped" => Self::PeerStopped,
            "peer-disk" => Self::PeerDisk,
            "stalled" => Self::Stalled,
            "malformed" => Self::Malformed,
            "changed" => Self::Changed,
            "disk" => Self::Disk { code: rest.into() },
            "no-room" => {
                // Older histories do not have all of it: the oldest only what is free besides what is reserved.
                let mut numbers = rest.split(' ').map(str::parse);
                let free = numbers.next()?.ok()?;
                let mut next = || numbers.next().unwrap_or(Ok(0)).ok();
                Self::NoRoom(Shortage { free, reserved: next()?, wanted: next()? })
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_as_it_was_written() {
        let to = Some("[fe80::1%3]:8081".parse().expect("literal"));
        for fault in [
            Fault::TooLarge { bytes: 70_000, limit: 65_507 },
            Fault::CannotEncode { character: '😀', encoding: "gbk".to_owned() },
            Fault::NameNotFound { host: "a b".to_owned() },
            Fault::Network { to, code: "ENETUNREACH".into() },
            Fault::Network { to: None, code: "EPERM".into() },
            Fault::NotListening,
            Fault::Busy,
            Fault::NoSuchPeer,
            Fault::Ourselves,
            Fault::AnotherPerson { name: "李 四 (li@PC)".to_owned() },
            Fault::FormerKey,
            Fault::FilesToEverybody,
            Fault::NoAnswer,
            Fault::Refused,
            Fault::Unreached,
            Fault::Interrupted,
            Fault::NotOffered,
            Fault::BrokenOff,
            Fault::PeerStopped,
            Fault::PeerDisk,
            Fault::Stalled,
            Fault::Malformed,
            Fault::Changed,
            Fault::Disk { code: "ENOSPC".into() },
            Fault::NoRoom(Shortage { free: 12 << 20, reserved: 1 << 30, wanted: 5 }),
        ] {
            assert_eq!(Fault::from_code(&fault.code()), fault);
        }
        for (line, reserved) in [("no-room 5", 0), ("no-room 5 7", 7)] {
            assert_eq!(Fault::from_code(line), Fault::NoRoom(Shortage { free: 5, reserved, wanted: 0 }));
        }
        let unknown = Fault::Network { to: None, code: "too-large x".into() };
        assert_eq!(Fault::from_code("too-large x"), unknown);
    }
}
