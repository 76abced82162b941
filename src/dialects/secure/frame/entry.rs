//! What a person says: an entry of the message stream, which is kept as it came.
//!
//! ```text
//! kinds   0 text   2 edit   4 delete   6 reaction
//! fields  1 uid 16 (critical)   2 time i64, microseconds   3 text UTF-8 (critical)   4 reply: uid 16
//!         5 files, see `offer`: who does not know it shows the text
//!         6 about: uid 16 (critical)   7 emoji
//! ```
//! What is critical and not known makes the entry one "of a newer udpqq": it is kept, shown as that, and read again by a
//! later version.

use super::offer::{ListedFiles, write_offer};
use super::{FieldReader, FieldWriter, Malformed};
use crate::model::traffic::MessageKind;
use crate::model::{OutgoingMessage, Uid, WallTime};
use crate::wire::cursor::Cursor;

const TEXT: u32 = 0;

const UID: u32 = 1;
const TIME: u32 = 2;
const WORDS: u32 = 3;
const REPLY: u32 = 4;
const FILES: u32 = 5;

/// Bytes of one text: so that every entry fits a frame. What is longer is offered as a file.
pub(in crate::dialects::secure) const MAX_TEXT: usize = 60_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialects::secure) struct Entry {
    pub uid: Uid,
    pub kind: MessageKind,
    /// By the sender's clock: never used for an order.
    pub time: Option<WallTime>,
    pub text: String,
    pub about: Option<Uid>,
    pub files: ListedFiles,
}

impl Entry {
    /// As it stands in a frame, and in the history.
    pub(in crate::dialects::secure) fn encode(message: &OutgoingMessage, uid: Uid) -> Vec<u8> {
        FieldWriter::new(TEXT)
            .critical(UID, &uid.0)
            .field(TIME, &message.time.0.to_be_bytes())
            .critical(WORDS, message.text.as_bytes())
            .optional(REPLY, message.about.as_ref().map(|about| about.0.as_slice()))
            .optional(FILES, write_offer(&message.files).as_deref())
            .finish()
    }

    pub(in crate::dialects::secure) fn decode(frame: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Cursor::new(frame);
        let kind = rest.varint().ok_or(Malformed)?;
        let (mut uid, mut time, mut text, mut about) = (None, None, None, None);
        let mut files = ListedFiles::default();
        let mut understood = kind == TEXT;
        for field in FieldReader::new(rest) {
            let field = field?;
            match field.number {
                UID => uid = Some(Uid(field.bytes.try_into().map_err(|_length| Malformed)?)),
                TIME => time = field.bytes.try_into().ok().map(i64::from_be_bytes).map(WallTime),
                WORDS => text = Some(str::from_utf8(field.bytes).map_err(|_no_text| Malformed)?.to_owned()),
                FILES => files = ListedFiles::read(field.bytes),
                REPLY => about = field.bytes.try_into().ok().map(Uid),
                _ => understood &= !field.critical,
            }
        }
        let kind = if understood { MessageKind::Text } else { MessageKind::Unreadable };
        let text = text.filter(|_| understood).unwrap_or_default();
        Ok(Self { uid: uid.ok_or(Malformed)?, kind, time, text, about, files })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::MessageId;

    proptest! {
        #[test]
        fn an_entry_is_read_as_it_was_written(
            uid in any::<[u8; 16]>(),
            about in any::<Option<[u8; 16]>>(),
            time in any::<i64>(),
            text in "\\PC{0,200}",
        ) {
            let (uid, about, time) = (Uid(uid), about.map(Uid), WallTime(time));
            let message = OutgoingMessage { about, time, ..OutgoingMessage::text(MessageId(1), text.clone()) };
            let read = Entry::decode(&Entry::encode(&message, uid)).expect("well-formed");
            let files = ListedFiles::default();
            let expected = Entry { uid, kind: MessageKind::Text, time: Some(time), text, about, files };
            prop_assert_eq!(read, expected);
        }

        #[test]
        fn no_bytes_make_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _read = Entry::decode(&bytes);
        }
    }

    #[test]
    fn what_a_later_version_says_is_kept_and_named() {
        let later = |kind| FieldWriter::new(kind).critical(UID, &[7; 16]).critical(WORDS, b"hi");
        for bytes in [later(90).finish(), later(TEXT).critical(60, b"?").finish()] {
            let entry = Entry::decode(&bytes).expect("kept");
            assert_eq!((entry.kind, entry.text.as_str()), (MessageKind::Unreadable, ""));
        }
        let entry = Entry::decode(&later(TEXT).field(60, b"?").finish()).expect("kept");
        assert_eq!((entry.kind, entry.text.as_str()), (MessageKind::Text, "hi"));
    }
}
