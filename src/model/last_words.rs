//! What was said last in a conversation, as the contact list shows it: one short line, and when that was.
//!
//! There may be thousands of them, so each is as short as a row is wide. The words are escaped.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation as _;

use super::message::CHANGEABLE_FOR;
use super::text::plain_line;
use super::traffic::MessageKind;
use super::{Mark, Message, MessageId, Uid, WallTime};

/// Characters that are kept of the words: more than the widest list has cells for.
const MAX_WORDS: usize = 60;

/// Bytes of a message that are looked at for them.
const MAX_LOOKED_AT: usize = 512;

/// The last message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastWords {
    pub message: MessageId,
    pub time: WallTime,
    /// What is known of it, where it is ours.
    pub mark: Option<Mark>,
    /// The name that its sender goes by in a room; not escaped.
    pub sender: Option<Arc<str>>,
    pub gist: Gist,
    uid: Option<Uid>,
    /// Other words stand for its own by now.
    is_changed: bool,
}

/// What stands for a message on one short line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gist {
    Words(Box<str>),
    /// The name of a file, where there are no words.
    File(Box<str>),
    /// Nothing of what is sealed is shown.
    Sealed,
    Unreadable,
    Deleted,
}

impl LastWords {
    /// `None`: nobody said anything with it.
    pub fn of(message: &Message) -> Option<Self> {
        let kind = message.kind().filter(|_| !message.is_event() && !message.is_change())?;
        Some(Self {
            message: message.id,
            time: message.time,
            mark: message.mark().cloned(),
            sender: message.sender().map(|sender| Arc::from(cut(sender))),
            gist: gist(message, kind),
            uid: message.uid,
            is_changed: false,
        })
    }

    /// The same message as it is now. What stands for its words goes on to stand for them.
    pub fn renew(&mut self, message: &Message) {
        let Some(now) = Self::of(message).filter(|now| now.message == self.message) else { return };
        let before = std::mem::replace(self, now);
        if before.is_changed {
            (self.gist, self.is_changed) = (before.gist, true);
        }
    }

    /// Another message says something about this one.
    pub fn amend(&mut self, change: &Message) {
        let is_authors =
            change.is_outgoing() == self.mark.is_some() && change.sender().map(cut) == self.sender.as_deref();
        let is_late = change.time.0.saturating_sub(self.time.0) > CHANGEABLE_FOR;
        let is_removal = change.kind() == Some(MessageKind::Removal) && change.is_incoming();
        if self.uid.is_none() || change.about != self.uid || !(is_removal || (is_authors && !is_late)) {
            return;
        }
        match change.kind() {
            Some(MessageKind::Edit) if !change.text.is_empty() && self.gist != Gist::Deleted => {
                (self.gist, self.is_changed) = (Gist::Words(short(&change.text)), true);
            }
            Some(MessageKind::Deletion | MessageKind::Removal) => {
                (self.gist, self.is_changed) = (Gist::Deleted, true);
            }
            _ => {}
        }
    }

    /// What was said last of both.
    pub fn later(one: Option<Box<Self>>, other: Option<Box<Self>>) -> Option<Box<Self>> {
        [one, other].into_iter().flatten().max_by_key(|words| words.message)
    }

    /// The bytes it takes up besides itself.
    pub fn weight(&self) -> usize {
        let words = match &self.gist {
            Gist::Words(words) | Gist::File(words) => words.len(),
            Gist::Sealed | Gist::Unreadable | Gist::Deleted => 0,
        };
        words.saturating_add(self.sender.as_ref().map_or(0, |sender| sender.len()))
    }
}

fn gist(message: &Message, kind: MessageKind) -> Gist {
    let file = message.files.as_slice().first();
    match (kind, file) {
        (MessageKind::Sealed, _) => Gist::Sealed,
        (MessageKind::Unreadable, _) if message.text.is_empty() => Gist::Unreadable,
        _ if message.is_emptied() => Gist::Deleted,
        (_, Some(file)) if message.text.trim().is_empty() => Gist::File(short(&file.name)),
        _ => Gist::Words(short(&message.text)),
    }
}

/// The first words of a text on one line.
fn short(text: &str) -> Box<str> {
    let text = text.trim_start();
    let text = text.get(..text.floor_char_boundary(MAX_LOOKED_AT)).unwrap_or_default();
    // Programs that send a whole buffer end it so.
    let text = text.trim_end_matches('\0');
    let line = plain_line(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    cut(&line).into()
}

fn cut(line: &str) -> &str {
    let end = line.grapheme_indices(true).nth(MAX_WORDS).map_or(line.len(), |(end, _)| end);
    line.get(..end).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationId, Direction, Files};

    fn message(id: u64, kind: MessageKind, text: &str) -> Message {
        Message {
            id: MessageId(id),
            conversation: ConversationId(1),
            dialect: "x".into(),
            uid: Some(Uid([u8::try_from(id).expect("small"); 16])),
            about: None,
            quote: None,
            time: WallTime(i64::try_from(id).expect("small")),
            expires: None,
            direction: Direction::Outgoing { mark: Mark::Sent, marked: WallTime(0), kind },
            text: text.to_owned(),
            files: Files::default(),
            payload: Arc::from([]),
        }
    }

    #[test]
    fn only_the_first_words_are_kept_and_nothing_of_them_can_be_obeyed() {
        let long = LastWords::of(&message(1, MessageKind::Text, &"语言 ".repeat(9_000))).expect("words");
        assert!(long.weight() < 200, "{}", long.weight());
        let odd =
            LastWords::of(&message(1, MessageKind::Text, "\n a\n\t b\u{1b}[2J\u{202e}")).expect("words");
        assert_eq!(odd.gist, Gist::Words("a b^[[2J<U+202E>".into()));
        let sealed = LastWords::of(&message(1, MessageKind::Sealed, "secret")).expect("words");
        assert_eq!(sealed.gist, Gist::Sealed);
        assert_eq!(LastWords::of(&message(1, MessageKind::Joined, "x")), None);
    }

    #[test]
    fn other_words_stand_also_when_more_is_known_of_the_message() {
        let said = message(1, MessageKind::Text, "helo");
        let mut words = LastWords::of(&said).expect("words");
        let change = |id, kind, text| Message { about: said.uid, ..message(id, kind, text) };
        words.amend(&change(2, MessageKind::Edit, "hello"));
        let direction =
            Direction::Outgoing { mark: Mark::Delivered, marked: WallTime(0), kind: MessageKind::Text };
        words.renew(&Message { direction, ..said.clone() });
        assert_eq!((&words.gist, &words.mark), (&Gist::Words("hello".into()), &Some(Mark::Delivered)));
        words.amend(&Message { about: Some(Uid([9; 16])), ..change(3, MessageKind::Deletion, "") });
        assert_eq!(words.gist, Gist::Words("hello".into()), "that is another message");
        words.amend(&change(3, MessageKind::Deletion, ""));
        assert_eq!(words.gist, Gist::Deleted);
    }

    #[test]
    fn whoever_has_a_long_name_can_change_words_too() {
        let said_as = |id, kind, text| {
            let source = "10.0.0.7:1".parse().expect("an address");
            let sender = Some("x".repeat(MAX_WORDS + 1).into());
            let direction = Direction::Incoming { source, lossy: false, authenticated: true, sender, kind };
            Message { direction, ..message(id, kind, text) }
        };
        let said = said_as(1, MessageKind::Text, "helo");
        let mut words = LastWords::of(&said).expect("words");
        words.amend(&Message { about: said.uid, ..said_as(2, MessageKind::Edit, "hello") });
        assert_eq!(words.gist, Gist::Words("hello".into()));
    }
}
