//! What is said about the connection and its messages. Even kinds can be passed over; an odd one that is not known ends the
//! connection.
//!
//! ```text
//!  2 Hello     1 version  2 boot u64  3 moves u32  4 name  5 program  6 away  7 features u64  8 addresses, a line each
//!  4 Kept      1 count varint: so many entries of your message stream are committed here, from its first on
//!  6 Refused   1 position varint  2 code varint: this entry will never be kept; Kept passes over it
//!  8 Read      1 uid: the newest message that a person has read
//! 10 Profile   as Hello, only what has changed
//! 12 Bye       the program ends
//! 14 Declined  1 uid: nothing that this message of yours offers is wanted
//! 16 Fetched   1 uid  2 index varint: this file of your message is here, whole; said where the session it came on has ended
//!
//! features    bit 0: whoever says this lets be known up to where a person has read, and wants to know it
//! position    of the entry in the message stream, from 0 on
//! code        1 breaks the rules   2 too long   3 not wanted; whatever else: refused
//! ```

use super::{FieldReader, FieldWriter, Fields, Malformed};
use crate::model::Uid;
use crate::wire::cursor::{Cursor, Put as _};

const HELLO: u32 = 2;
const KEPT: u32 = 4;
const REFUSED: u32 = 6;
const READ: u32 = 8;
const PROFILE: u32 = 10;
const BYE: u32 = 12;
const DECLINED: u32 = 14;
const FETCHED: u32 = 16;

/// Of the format.
const VERSION: u32 = 1;
/// Bytes of one text: what is longer is cut by whoever shows it anyway.
const MAX_TEXT: usize = 1_024;
const MAX_ADDRESSES: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialects::secure) enum Control {
    Hello {
        boot: u64,
        introduction: Introduction,
    },
    Kept {
        count: u32,
    },
    Refused {
        position: u32,
        code: u32,
    },
    Read {
        uid: Uid,
    },
    Profile(Introduction),
    Bye,
    Declined {
        uid: Uid,
    },
    Fetched {
        uid: Uid,
        index: u32,
    },
    /// Something of a later version.
    Unknown,
}

/// What a peer says of itself; what is `None` stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::dialects::secure) struct Introduction {
    /// How often it came to another address, or dialled anew since it heard nothing.
    pub moves: Option<u32>,
    pub name: Option<String>,
    pub program: Option<String>,
    /// Empty: it is at the keyboard.
    pub away: Option<String>,
    pub features: Option<u64>,
    /// Where it can be reached.
    pub addresses: Option<Vec<String>>,
}

impl Control {
    /// As it stands in a frame.
    pub(in crate::dialects::secure) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Hello { boot, introduction } => {
                let hello =
                    FieldWriter::new(HELLO).critical(1, &number(VERSION)).critical(2, &boot.to_be_bytes());
                introduction.write(hello).finish()
            }
            Self::Kept { count } => FieldWriter::new(KEPT).critical(1, &number(*count)).finish(),
            Self::Refused { position, code } => {
                FieldWriter::new(REFUSED).critical(1, &number(*position)).critical(2, &number(*code)).finish()
            }
            Self::Read { uid } => FieldWriter::new(READ).critical(1, &uid.0).finish(),
            Self::Profile(introduction) => introduction.write(FieldWriter::new(PROFILE)).finish(),
            Self::Bye => FieldWriter::new(BYE).finish(),
            Self::Declined { uid } => FieldWriter::new(DECLINED).critical(1, &uid.0).finish(),
            Self::Fetched { uid, index } => {
                FieldWriter::new(FETCHED).critical(1, &uid.0).critical(2, &number(*index)).finish()
            }
            Self::Unknown => Vec::new(),
        }
    }

    pub(in crate::dialects::secure) fn decode(frame: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Cursor::new(frame);
        let kind = rest.varint().ok_or(Malformed)?;
        let fields = Fields::read(FieldReader::new(rest))?;
        Ok(match kind {
            HELLO => {
                let boot = fields.array(2).map(u64::from_be_bytes).ok_or(Malformed)?;
                Self::Hello { boot, introduction: Introduction::of(&fields)? }
            }
            KEPT => Self::Kept { count: fields.number(1).ok_or(Malformed)? },
            REFUSED => Self::Refused {
                position: fields.number(1).ok_or(Malformed)?,
                code: fields.number(2).ok_or(Malformed)?,
            },
            READ => Self::Read { uid: fields.array(1).map(Uid).ok_or(Malformed)? },
            PROFILE => Self::Profile(Introduction::of(&fields)?),
            BYE => Self::Bye,
            DECLINED => Self::Declined { uid: fields.array(1).map(Uid).ok_or(Malformed)? },
            FETCHED => Self::Fetched {
                uid: fields.array(1).map(Uid).ok_or(Malformed)?,
                index: fields.number(2).ok_or(Malformed)?,
            },
            kind if kind & 1 == 0 => Self::Unknown,
            _ => return Err(Malformed),
        })
    }
}

impl Introduction {
    fn write(&self, to: FieldWriter) -> FieldWriter {
        let text = |text: &Option<String>| text.as_ref().map(|text| clipped(text).as_bytes().to_vec());
        let addresses = self.addresses.as_ref().map(|all| all.join("\n"));
        to.optional(3, self.moves.map(u32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice))
            .optional(4, text(&self.name).as_deref())
            .optional(5, text(&self.program).as_deref())
            .optional(6, text(&self.away).as_deref())
            .optional(7, self.features.map(u64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice))
            .optional(8, addresses.as_deref().map(str::as_bytes))
    }

    fn of(fields: &Fields<'_>) -> Result<Self, Malformed> {
        let text = |number| Ok(fields.text(number)?.map(|text| clipped(text).to_owned()));
        let addresses =
            |text: String| lines(&text).take(MAX_ADDRESSES).map(str::to_owned).collect::<Vec<_>>();
        Ok(Self {
            moves: fields.array(3).map(u32::from_be_bytes),
            name: text(4)?,
            program: text(5)?,
            away: text(6)?,
            features: fields.array(7).map(u64::from_be_bytes),
            addresses: text(8)?.map(addresses),
        })
    }
}

/// Not `str::lines`, which takes a carriage return for a part of the end: what is read would not be what was written.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').filter(|line| !line.is_empty())
}

fn clipped(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default()
}

fn number(value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.varint(value);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn introductions() -> impl Strategy<Value = Introduction> {
        let text = || prop::option::of("\\PC{0,20}");
        let addresses = prop::option::of(prop::collection::vec("[a-z0-9.:]{1,20}", 0..5));
        (any::<Option<u32>>(), text(), text(), text(), any::<Option<u64>>(), addresses).prop_map(
            |(moves, name, program, away, features, addresses)| Introduction {
                moves,
                name,
                program,
                away,
                features,
                addresses,
            },
        )
    }

    fn controls() -> impl Strategy<Value = Control> {
        prop_oneof![
            (any::<u64>(), introductions())
                .prop_map(|(boot, introduction)| Control::Hello { boot, introduction }),
            any::<u32>().prop_map(|count| Control::Kept { count }),
            any::<(u32, u32)>().prop_map(|(position, code)| Control::Refused { position, code }),
            any::<[u8; 16]>().prop_map(|uid| Control::Read { uid: Uid(uid) }),
            introductions().prop_map(Control::Profile),
            Just(Control::Bye),
            any::<[u8; 16]>().prop_map(|uid| Control::Declined { uid: Uid(uid) }),
            any::<([u8; 16], u32)>().prop_map(|(uid, index)| Control::Fetched { uid: Uid(uid), index }),
        ]
    }

    proptest! {
        #[test]
        fn a_control_frame_is_read_as_it_was_written(control in controls()) {
            prop_assert_eq!(Control::decode(&control.encode()), Ok(control));
        }

        #[test]
        fn no_bytes_make_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _read = Control::decode(&bytes);
        }
    }

    #[test]
    fn addresses_are_the_same_when_they_are_passed_on() {
        let profile = FieldWriter::new(PROFILE).optional(8, Some(b"\r\r\n\nh:1\r\nh:2")).finish();
        let read = Control::decode(&profile).expect("a profile");
        let Control::Profile(Introduction { addresses: Some(addresses), .. }) = &read else {
            panic!("{read:?}")
        };
        assert_eq!(addresses, &["\r\r", "h:1\r", "h:2"], "as they came, for whoever looks at them");
        assert_eq!(Control::decode(&read.encode()), Ok(read));
    }

    #[test]
    fn what_a_later_version_says_is_passed_over_unless_it_is_critical() {
        assert_eq!(Control::decode(&FieldWriter::new(40).field(9, b"new").finish()), Ok(Control::Unknown));
        assert_eq!(Control::decode(&FieldWriter::new(41).finish()), Err(Malformed));
        let more = FieldWriter::new(KEPT).critical(1, &[7]).field(30, b"more").finish();
        assert_eq!(Control::decode(&more), Ok(Control::Kept { count: 7 }));
    }
}
