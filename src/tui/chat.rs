//! What can be said about a message, and the words of it that stand now. It follows from what the dialect can do and from
//! what came after the message, never from the name of the dialect.

use super::senders::Sender;
use super::text::find_links;
use crate::app::{Changes, Conversation, MemberKey, Reaction};
use crate::model::text::{escape, plain_line};
use crate::model::traffic::MessageKind;
use crate::model::{ChatCaps, Message, Phrase};
use crate::runtime;

/// What a person can do about one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remark {
    Reply,
    Edit,
    Delete,
    React,
}

impl Remark {
    /// Whether a dialect that can do that carries it.
    pub(super) const fn is_in(self, chat: ChatCaps) -> bool {
        match self {
            Self::Reply => chat.replies,
            Self::Edit | Self::Delete => chat.edits,
            Self::React => chat.reactions,
        }
    }

    /// Whether it can be done with a message; `Err`: why not.
    pub(super) fn check(self, place: &Conversation, message: &Message) -> Result<(), Phrase> {
        if !self.is_in(place.address.scheme.caps.chat) {
            return Err(self.refusal(place));
        }
        if let Some(why) = unsayable(place) {
            return Err(why);
        }
        if is_deleted(place, message) {
            return Err(Phrase::new("remark-deleted"));
        }
        let changes = matches!(self, Self::Edit | Self::Delete);
        if changes && !message.is_outgoing() {
            return Err(Phrase::new("remark-own-only"));
        }
        if self == Self::Edit && place.went_to_former_key(message) {
            return Err(Phrase::new("talk-former-key"));
        }
        // Without a name the other side would not know which one is meant.
        let is_named = message.uid.is_some() && !message.is_event();
        let is_text = self != Self::Edit || message.kind() == Some(MessageKind::Text);
        // Nor would it be where nobody there has it.
        let is_there = !matches!(self, Self::Reply | Self::React) || !message.is_unsent();
        if is_named && is_text && is_there { Ok(()) } else { Err(Phrase::new("remark-not-this")) }
    }

    /// The same without the reason.
    pub(super) fn is_open(self, place: &Conversation, message: &Message) -> bool {
        self.check(place, message).is_ok()
    }

    /// That the dialect of a conversation does not carry it.
    pub(super) fn refusal(self, place: &Conversation) -> Phrase {
        let key = match self {
            Self::Reply => "reply-not-here",
            Self::Edit => "edit-not-here",
            Self::Delete => "delete-not-here",
            Self::React => "react-not-here",
        };
        Phrase::new(key).text("name", place.name.as_str())
    }
}

/// Why nothing at all can be said there as things stand.
pub(super) fn unsayable(place: &Conversation) -> Option<Phrase> {
    let left = place.is_out().then_some("room-left");
    let why = left.or_else(|| place.forbids_sending())?;
    Some(Phrase::new(why).text("name", place.name.as_str()))
}

/// The words of a message that stand now, as they were typed.
pub fn words<'a>(place: &'a Conversation, message: &'a Message) -> &'a str {
    place.changes(message).and_then(Changes::text).unwrap_or(&message.text)
}

/// Its author has taken it back, or its room has removed it.
pub fn is_deleted(place: &Conversation, message: &Message) -> bool {
    place.changes(message).is_some_and(|changes| changes.deleted().is_some())
}

/// Whoever is in charge of the room can have the message removed, whose ever it is.
pub(super) fn is_removable(place: &Conversation, message: &Message) -> bool {
    let is_in_log = place.is_kept_elsewhere() && message.uid.is_some() && !message.is_event();
    place.status.is_in_charge() && is_in_log && !is_deleted(place, message)
}

/// Our emoji under it.
pub(super) fn own_reaction<'a>(place: &'a Conversation, message: &Message) -> Option<&'a str> {
    let mut all = reactions(place, message).iter();
    all.find(|reaction| reaction.own).map(|reaction| reaction.emoji.as_str())
}

/// Whose emoji stands under it.
pub(super) fn reactions<'a>(place: &'a Conversation, message: &Message) -> &'a [Reaction] {
    place.changes(message).map_or(&[], Changes::reactions)
}

/// Who wrote a message, as it is said on one line.
pub(super) fn author(place: &Conversation, message: &Message, me: &str) -> String {
    match MemberKey::of(message).filter(|_| place.is_room()) {
        Some(who) => Sender::new(&who, &place.members, me).line(),
        None if message.is_outgoing() => me.to_owned(),
        None => place.name.clone(),
    }
}

/// Bytes of a message of which the first words are taken: more than any row has cells for.
const MAX_FIRST: usize = 512;

/// The first words of a message that stand now, escaped; of one without words, what it offers. Empty: it is deleted.
pub(super) fn first_words(place: &Conversation, message: &Message) -> String {
    if is_deleted(place, message) {
        return String::new();
    }
    let words = words(place, message).trim_start();
    let first = words.get(..words.floor_char_boundary(MAX_FIRST.min(words.len()))).unwrap_or(words);
    match message.files.as_slice().first() {
        Some(file) if first.is_empty() => format!("▤ {}", plain_line(&file.name)),
        _ => plain_line(first),
    }
}

/// A link that leads to a conversation here.
pub(super) fn leads_here(link: &str) -> bool {
    let scheme = link.split_once("://").map_or("", |(scheme, _)| scheme);
    runtime::registry().schemes().iter().any(|known| known.name.eq_ignore_ascii_case(scheme))
}

/// Links of one message that can be chosen from.
const MAX_LINKS: usize = 100;

/// The links of what a message says, each once.
pub(super) fn links(place: &Conversation, message: &Message) -> Vec<String> {
    let escaped = escape(words(place, message));
    let mut links: Vec<String> = Vec::new();
    for range in find_links(escaped.as_str()).into_iter().take(MAX_LINKS) {
        let link = escaped.as_str().get(range).unwrap_or_default();
        if !links.iter().any(|known| known == link) {
            links.push(link.to_owned());
        }
    }
    links
}
