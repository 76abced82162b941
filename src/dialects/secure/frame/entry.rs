//! What a person says: an entry of the message stream, which is kept as it came.
//!
//! ```text
//! kind          fields                                                         is
//! 0 text        1 uid  2 time  3 text  4 reply  5 files                        a message; with 4 it answers another one
//! 2 edit        1 uid  2 time  3 text  6 about                                 other words for a message of its author
//! 4 delete      1 uid  2 time          6 about                                 takes a message of its author back
//! 6 reaction    1 uid  2 time          6 about  7 emoji                        stands under a message of either side
//! 12 withdrawn  1 uid  2 time          6 about                                 takes the files of a message of its author back
//!
//! 1 uid    16 bytes (critical): names the entry for ever
//! 2 time   i64, microseconds since 1970 by the sender's clock: never used for an order
//! 3 text   UTF-8, <= 60,000 bytes (critical)
//! 4 reply  uid 16 ‖ the first words of what is answered, UTF-8, <= 120 bytes: for who does not have that
//! 5 files  see `offer`: who does not know it shows the text
//! 6 about  uid 16 (critical): of the message that this is about; none of kinds 2, 4, 6 and 12 is without it
//! 7 emoji  UTF-8, <= 32 bytes, one grapheme cluster (UAX #29); empty: the reaction is taken back
//! ```
//! What is critical and not among the fields of its kind, and a kind that is not known, make the entry one "of a newer
//! udpqq": it is kept, shown as that, and read again by a later version. So is a reaction of several clusters: Unicode grows,
//! and what is two of them here may be one there. What breaks the rules otherwise does so for every version: it is refused.

use unicode_segmentation::UnicodeSegmentation as _;

use super::fields::TaggedField;
use super::offer::{ListedFiles, write_offer};
use super::{FieldReader, FieldWriter, Fields, Rejection};
use crate::model::traffic::MessageKind;
use crate::model::{Fault, OutgoingMessage, Uid, WallTime};
use crate::wire::cursor::Cursor;

const TEXT: u32 = 0;
const EDIT: u32 = 2;
const DELETE: u32 = 4;
const REACTION: u32 = 6;
const WITHDRAWN: u32 = 12;

const UID: u32 = 1;
const TIME: u32 = 2;
const WORDS: u32 = 3;
const REPLY: u32 = 4;
const FILES: u32 = 5;
const ABOUT: u32 = 6;
const EMOJI: u32 = 7;

/// Bytes of one text: so that every entry fits a frame. What is longer is offered as a file.
pub(in crate::dialects::secure) const MAX_TEXT: usize = 60_000;
/// Bytes of what is quoted: a line on most screens.
const MAX_QUOTE: usize = 120;
/// Bytes of an emoji: more than the longest that Unicode recommends, a family or a flag of a region.
const MAX_EMOJI: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialects::secure) struct Entry {
    pub uid: Uid,
    pub kind: MessageKind,
    /// By the sender's clock: never used for an order.
    pub time: Option<WallTime>,
    /// Of a reaction: the emoji.
    pub text: String,
    pub about: Option<Uid>,
    pub quote: Option<String>,
    pub files: ListedFiles,
}

impl Entry {
    /// Whether a message can be said at all; else what is wrong with it.
    pub(in crate::dialects::secure) fn check(message: &OutgoingMessage) -> Result<(), Fault> {
        let is_emoji = message.kind == MessageKind::Reaction;
        let (bytes, limit) = (message.text.len(), if is_emoji { MAX_EMOJI } else { MAX_TEXT });
        if bytes > limit {
            return Err(Fault::TooLarge { bytes, limit });
        }
        let is_about = !message.kind.is_change() || message.about.is_some();
        let sound = is_about && (!is_emoji || is_one_cluster(&message.text));
        if sound { Ok(()) } else { Err(Fault::Malformed) }
    }

    /// As it stands in a frame, and in the history.
    pub(in crate::dialects::secure) fn encode(message: &OutgoingMessage, uid: Uid) -> Vec<u8> {
        let about = message.about.map(|about| about.0).unwrap_or_default();
        let begin =
            |kind| FieldWriter::new(kind).critical(UID, &uid.0).field(TIME, &message.time.0.to_be_bytes());
        let words = |entry: FieldWriter| entry.critical(WORDS, message.text.as_bytes());
        let entry = match message.kind {
            MessageKind::Edit => words(begin(EDIT)).critical(ABOUT, &about),
            MessageKind::Deletion => begin(DELETE).critical(ABOUT, &about),
            MessageKind::Withdrawal => begin(WITHDRAWN).critical(ABOUT, &about),
            MessageKind::Reaction => {
                begin(REACTION).critical(ABOUT, &about).field(EMOJI, message.text.as_bytes())
            }
            MessageKind::Text
            | MessageKind::Joined
            | MessageKind::Sealed
            | MessageKind::Opened
            | MessageKind::Several
            | MessageKind::Everyone
            | MessageKind::Automatic
            | MessageKind::Unreadable
            | MessageKind::Removal
            | MessageKind::KeyChange => words(begin(TEXT))
                .optional(REPLY, reply_of(message).as_deref())
                .optional(FILES, write_offer(&message.files).as_deref()),
        };
        entry.finish()
    }

    /// The same entry with other words, or another emoji.
    pub(in crate::dialects::secure) fn reworded(entry: &[u8], text: &str) -> Option<Vec<u8>> {
        rewritten(entry, |kind, field| {
            let said = if kind == REACTION { EMOJI } else { WORDS };
            (field.number == said).then(|| text.as_bytes().to_vec())
        })
    }

    /// The same entry with another quote of what it answers, if it answers anything.
    pub(in crate::dialects::secure) fn requoted(entry: &[u8], quote: &str) -> Option<Vec<u8>> {
        rewritten(entry, |kind, field| {
            let is_reply = kind == TEXT && field.number == REPLY;
            let about = field.bytes.first_chunk().map(|about| Uid(*about)).filter(|_| is_reply)?;
            Some(reply(about, quote))
        })
    }

    pub(in crate::dialects::secure) fn decode(frame: &[u8]) -> Result<Self, Rejection> {
        let mut rest = Cursor::new(frame);
        let code = rest.varint().ok_or(Rejection::Malformed)?;
        let fields = Fields::read(FieldReader::new(rest))?;
        let uid = fields.array(UID).map(Uid).ok_or(Rejection::Malformed)?;
        let time = fields.array(TIME).map(i64::from_be_bytes).map(WallTime);
        let kind = MessageKind::Unreadable;
        let (text, files) = (String::new(), ListedFiles::default());
        let entry = Self { uid, kind, time, text, about: None, quote: None, files };
        if fields.are_understood(fields_of(code)) { entry.understand(code, &fields) } else { Ok(entry) }
    }

    fn understand(self, code: u32, fields: &Fields<'_>) -> Result<Self, Rejection> {
        let target = || fields.array(ABOUT).map(Uid).ok_or(Rejection::Malformed);
        Ok(match code {
            TEXT => {
                let (about, quote) = read_reply(fields);
                let text = words(fields)?.unwrap_or_default().to_owned();
                let files = fields.bytes(FILES).map(ListedFiles::read).unwrap_or_default();
                Self { kind: MessageKind::Text, text, about, quote, files, ..self }
            }
            EDIT => {
                let text = words(fields)?.ok_or(Rejection::Malformed)?.to_owned();
                Self { kind: MessageKind::Edit, text, about: Some(target()?), ..self }
            }
            DELETE => Self { kind: MessageKind::Deletion, about: Some(target()?), ..self },
            WITHDRAWN => Self { kind: MessageKind::Withdrawal, about: Some(target()?), ..self },
            REACTION => {
                let (about, emoji) = (target()?, read_emoji(fields)?);
                if !is_one_cluster(emoji) {
                    return Ok(self);
                }
                Self { kind: MessageKind::Reaction, text: emoji.to_owned(), about: Some(about), ..self }
            }
            _ => self,
        })
    }
}

/// Which fields of a kind mean something.
const fn fields_of(kind: u32) -> &'static [u32] {
    match kind {
        TEXT => &[UID, TIME, WORDS, REPLY, FILES],
        EDIT => &[UID, TIME, WORDS, ABOUT],
        DELETE | WITHDRAWN => &[UID, TIME, ABOUT],
        REACTION => &[UID, TIME, ABOUT, EMOJI],
        _ => &[],
    }
}

fn words<'a>(fields: &Fields<'a>) -> Result<Option<&'a str>, Rejection> {
    let text = fields.text(WORDS)?;
    if text.is_some_and(|text| text.len() > MAX_TEXT) { Err(Rejection::TooLong) } else { Ok(text) }
}

fn read_emoji<'a>(fields: &Fields<'a>) -> Result<&'a str, Rejection> {
    let emoji = fields.text(EMOJI)?.ok_or(Rejection::Malformed)?;
    if emoji.len() > MAX_EMOJI { Err(Rejection::TooLong) } else { Ok(emoji) }
}

/// One, or none.
fn is_one_cluster(text: &str) -> bool {
    text.graphemes(true).nth(1).is_none()
}

fn reply_of(message: &OutgoingMessage) -> Option<Vec<u8>> {
    message.about.map(|about| reply(about, message.quote.as_deref().unwrap_or_default()))
}

fn reply(about: Uid, quote: &str) -> Vec<u8> {
    [about.0.as_slice(), clipped(quote).as_bytes()].concat()
}

/// An entry with something else in those of its fields that are given anything; its kind comes along with each.
fn rewritten(entry: &[u8], other: impl Fn(u32, &TaggedField<'_>) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut rest = Cursor::new(entry);
    let kind = rest.varint()?;
    let mut written = FieldWriter::new(kind);
    for field in FieldReader::new(rest) {
        let field = field.ok()?;
        let bytes = other(kind, &field).unwrap_or_else(|| field.bytes.to_vec());
        written = if field.critical {
            written.critical(field.number, &bytes)
        } else {
            written.field(field.number, &bytes)
        };
    }
    Some(written.finish())
}

/// What is answered, and its first words: as many of them as are text.
fn read_reply(fields: &Fields<'_>) -> (Option<Uid>, Option<String>) {
    let Some((about, quote)) = fields.bytes(REPLY).and_then(<[u8]>::split_first_chunk) else {
        return (None, None);
    };
    let quote = quote.utf8_chunks().next().map(|chunk| clipped(chunk.valid()).to_owned());
    (Some(Uid(*about)), quote.filter(|quote| !quote.is_empty()))
}

fn clipped(quote: &str) -> &str {
    quote.get(..quote.floor_char_boundary(MAX_QUOTE)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::model::MessageId;

    const UIDS: [Uid; 2] = [Uid([7; 16]), Uid([8; 16])];

    fn message(kind: MessageKind, text: &str) -> OutgoingMessage {
        let about = Some(UIDS[1]);
        OutgoingMessage { about, kind, ..OutgoingMessage::text(MessageId(1), text.to_owned()) }
    }

    fn read(message: &OutgoingMessage) -> Result<Entry, Rejection> {
        Entry::decode(&Entry::encode(message, UIDS[0]))
    }

    /// What can be said: of each kind, with the texts that it takes.
    fn messages() -> impl Strategy<Value = OutgoingMessage> {
        let emoji = prop::sample::select(vec!["", "👍", "❤️", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "q", "é"]);
        let kinds = prop_oneof![
            (prop::option::of("\\PC{1,60}"), "\\PC{0,200}").prop_map(|(quote, text)| (
                MessageKind::Text,
                quote,
                text
            )),
            "\\PC{0,200}".prop_map(|text| (MessageKind::Edit, None, text)),
            Just((MessageKind::Deletion, None, String::new())),
            Just((MessageKind::Withdrawal, None, String::new())),
            emoji.prop_map(|emoji| (MessageKind::Reaction, None, emoji.to_owned())),
        ];
        (kinds, any::<[u8; 16]>(), any::<bool>(), any::<i64>()).prop_map(
            |((kind, quote, text), about, answers, time)| {
                let about = (answers || kind.is_change()).then_some(Uid(about));
                let quote = quote.filter(|_| about.is_some()).map(Arc::from);
                let base = OutgoingMessage::text(MessageId(1), text);
                OutgoingMessage { about, quote, time: WallTime(time), kind, ..base }
            },
        )
    }

    proptest! {
        #[test]
        fn an_entry_is_read_as_it_was_written(message in messages(), uid in any::<[u8; 16]>()) {
            prop_assert_eq!(Entry::check(&message), Ok(()));
            let read = Entry::decode(&Entry::encode(&message, Uid(uid))).expect("well-formed");
            let quote = message.quote.as_deref().map(|quote| clipped(quote).to_owned());
            let OutgoingMessage { kind, about, time, text, .. } = message;
            let files = ListedFiles::default();
            prop_assert_eq!(read, Entry { uid: Uid(uid), kind, time: Some(time), text, about, quote, files });
        }

        #[test]
        fn no_bytes_make_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _read = Entry::decode(&bytes);
        }

        #[test]
        fn other_words_change_nothing_else(message in messages(), uid in any::<[u8; 16]>(), text in ".{0,20}") {
            let entry = Entry::encode(&message, Uid(uid));
            let takes = !matches!(message.kind, MessageKind::Deletion | MessageKind::Withdrawal);
            let text = if takes { text } else { String::new() };
            let other = OutgoingMessage { text: text.clone(), ..message };
            prop_assert_eq!(Entry::reworded(&entry, &text), Some(Entry::encode(&other, Uid(uid))));
        }

        #[test]
        fn no_fields_of_a_kind_make_decoding_panic(
            kind in 0_u32..14,
            fields in prop::collection::btree_map(1_u32..9, prop::collection::vec(any::<u8>(), 0..40), 0..6),
        ) {
            let entry = fields.iter().filter(|(number, _)| **number > UID);
            let entry = entry.fold(FieldWriter::new(kind).critical(UID, &[7; 16]), |entry, (number, bytes)| {
                entry.critical(*number, bytes)
            });
            if let Ok(entry) = Entry::decode(&entry.finish()) {
                prop_assert!(!entry.kind.is_change() || entry.about.is_some());
                prop_assert!(entry.quote.is_none_or(|quote| quote.len() <= MAX_QUOTE));
            }
        }
    }

    #[test]
    fn what_a_later_version_says_is_kept_and_named() {
        let later = |kind| FieldWriter::new(kind).critical(UID, &[7; 16]).critical(WORDS, b"hi");
        let of_another_kind = later(TEXT).critical(ABOUT, &[8; 16]);
        for bytes in [later(90), later(TEXT).critical(60, b"?"), of_another_kind] {
            let entry = Entry::decode(&bytes.finish()).expect("kept");
            assert_eq!((entry.kind, entry.text.as_str()), (MessageKind::Unreadable, ""));
        }
        let entry = Entry::decode(&later(TEXT).field(60, b"?").finish()).expect("kept");
        assert_eq!((entry.kind, entry.text.as_str()), (MessageKind::Text, "hi"));
    }

    #[test]
    fn a_change_of_nothing_is_refused_on_both_sides() {
        for kind in MessageKind::ALL.into_iter().filter(|kind| kind.is_change()) {
            let nothing = OutgoingMessage { about: None, ..message(kind, "") };
            assert_eq!(Entry::check(&nothing), Err(Fault::Malformed));
        }
        for kind in [EDIT, DELETE, REACTION, WITHDRAWN] {
            let entry = FieldWriter::new(kind).critical(UID, &[7; 16]);
            let entry = if kind == EDIT { entry.critical(WORDS, b"new") } else { entry };
            let entry = if kind == REACTION { entry.field(EMOJI, b"q") } else { entry };
            assert_eq!(Entry::decode(&entry.finish()), Err(Rejection::Malformed), "{kind}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused_on_both_sides() {
        let long = "x".repeat(MAX_TEXT + 1);
        let flags = "🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿";
        for (kind, text) in
            [(MessageKind::Text, long.as_str()), (MessageKind::Edit, &long), (MessageKind::Reaction, flags)]
        {
            let message = message(kind, text);
            assert!(matches!(Entry::check(&message), Err(Fault::TooLarge { .. })), "{kind:?}");
            assert_eq!(read(&message), Err(Rejection::TooLong), "{kind:?}");
        }
    }

    #[test]
    fn a_reaction_of_several_clusters_is_kept_for_who_knows_better() {
        let two = message(MessageKind::Reaction, "👍👎");
        assert_eq!(Entry::check(&two), Err(Fault::Malformed));
        let entry = read(&two).expect("kept");
        assert_eq!((entry.kind, entry.text.as_str(), entry.about), (MessageKind::Unreadable, "", None));
    }

    #[test]
    fn a_quote_is_cut_between_characters_and_read_as_far_as_it_is_text() {
        let long =
            OutgoingMessage { quote: Some(Arc::from("好".repeat(41))), ..message(MessageKind::Text, "x") };
        let entry = read(&long).expect("well-formed");
        assert_eq!((entry.about, entry.quote), (Some(UIDS[1]), Some("好".repeat(40))));
        let quoted = |bytes: &[u8]| {
            let reply = [[8; 16].as_slice(), bytes].concat();
            let entry = FieldWriter::new(TEXT).critical(UID, &[7; 16]).field(REPLY, &reply).finish();
            Entry::decode(&entry).expect("well-formed").quote
        };
        assert_eq!(quoted(b"abc\xff\xfe"), Some("abc".to_owned()));
        assert_eq!(quoted(b"\xff"), None);
    }
}
