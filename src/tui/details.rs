//! Texts to read about one message: its raw bytes, what is known about it, the whole of it; and about a conversation.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::Timestamp;

use super::amounts::size;
use super::appearance::Appearance;
use super::chat::{author, first_words, words};
use super::key_pages;
use super::naming::{encoding_of, name_of};
use super::popup::{Pager, PagerKeys, PagerPart};
use super::scrollback::{kept, state, why};
use super::senders::Sender;
use crate::app::{Conversation, MemberInfo, MemberKey, PeerKind, Reachability, Reaction, State};
use crate::lang::Lang;
use crate::model::file::{File, TransferState};
use crate::model::text::{escape, plain_line};
use crate::model::traffic::{ConnectionState, MessageKind, Profile};
use crate::model::{Direction, Mark, Message, NotifyLevel, WallTime};

/// The datagram in hex, beside it as text.
pub(super) fn inspect(style: &Appearance, message: &Message) -> Pager {
    let bytes = message.payload.len().to_string();
    let title = style.lang.with("popup-inspect", &[("bytes", &bytes)]);
    let first = if message.payload.is_empty() {
        PagerPart::Line(style.lang.text("popup-inspect-nothing"))
    } else {
        PagerPart::Hex(Arc::clone(&message.payload))
    };
    let parts = vec![first, PagerPart::Line(String::new()), PagerPart::Text(escape(&message.text))];
    Pager { title, parts, top: 0, about: None, keys: PagerKeys::default() }
}

fn with(lang: &Lang, place: &Conversation) -> String {
    let key = if place.is_room() { "details-room" } else { "details-with" };
    lang.with(key, &[("name", &name_of(lang, place))])
}

/// Where it is. The address of what is no further away than this program leads nowhere.
fn address_of(lang: &Lang, place: &Conversation) -> String {
    let address = match place.kind {
        PeerKind::Echo => lang.text("lock-inside"),
        PeerKind::Contact | PeerKind::Stranger => plain_line(&place.address.to_string()),
    };
    lang.with("details-address", &[("address", &address)])
}

/// When, from where, how it was decoded, what became of it.
pub(super) fn details(style: &Appearance, place: &Conversation, message: &Message) -> Pager {
    let lang = &style.lang;
    let mut lines = vec![
        with(lang, place),
        address_of(lang, place),
        lang.with("details-time", &[("time", &precise(style, message.time))]),
        lang.with("details-bytes", &[("bytes", &message.payload.len().to_string())]),
    ];
    match &message.direction {
        Direction::Incoming { source, lossy, authenticated, .. } => {
            let source = source.to_string();
            if let Some(sender) = message.sender() {
                lines.push(lang.with("details-sender", &[("name", &plain_line(sender))]));
                lines.push(lang.with("details-relayed", &[("source", &source)]));
            } else {
                lines.push(lang.with("details-source", &[("source", &source)]));
            }
            let proved = if *authenticated { "details-authenticated" } else { "details-unauthenticated" };
            lines.push(lang.text(proved));
            if *lossy {
                lines.push(lang.text("details-lossy"));
            }
        }
        Direction::Outgoing { mark, marked, .. } => {
            let key = match mark {
                Mark::Waiting => "details-waiting",
                Mark::Sent => "details-sent",
                Mark::Delivered if place.address.scheme.caps.authenticated => "details-delivered",
                Mark::Delivered => "details-delivered-unverified",
                Mark::Read => "details-read",
                Mark::Failed(fault) if fault.is_doubtful() => "details-doubtful",
                Mark::Failed(_) => "details-failed",
            };
            lines.push(lang.text(key));
            lines.push(lang.with("details-marked", &[("time", &precise(style, *marked))]));
            if let Mark::Failed(fault) = mark {
                lines.push(lang.with("details-reason", &[("why", &lang.phrase(&fault.phrase()))]));
            }
        }
        Direction::Notice(_) => {}
    }
    lines.extend(remarks(style, place, message));
    lines.extend(kind(message).map(|key| lang.text(key)));
    let expires = message.expires.map(|expires| second(style, expires));
    lines.extend(expires.map(|time| lang.with("details-expires", &[("time", &time)])));
    if place.is_unsaved(message.id) {
        lines.push(lang.text("details-unkept"));
    }
    let files = (0..).zip(message.files.as_slice());
    lines.extend(files.map(|(at, file)| offered(style, message, at, file)));
    let parts = lines.into_iter().map(PagerPart::new).collect();
    Pager { title: lang.text("popup-details"), parts, top: 0, about: None, keys: PagerKeys::default() }
}

/// What a message answers, what became of its words and when, and the emoji under it.
fn remarks(style: &Appearance, place: &Conversation, message: &Message) -> Vec<String> {
    let lang = &style.lang;
    let mut lines = Vec::new();
    if let Some(answered) = place.answered(message) {
        let author = plain_line(&author(place, answered, &style.me));
        let words = first_words(place, answered);
        let words = if words.is_empty() { lang.text("scrollback-deleted") } else { words };
        lines.push(lang.with("details-answers", &[("name", &author), ("words", &words)]));
    } else if let Some(quote) = &message.quote {
        lines.push(lang.with("details-answers-quote", &[("words", &plain_line(quote))]));
    }
    let Some(changes) = place.changes(message) else { return lines };
    if let Some(time) = changes.deleted() {
        let is_told = message.is_incoming() || place.mark_of(message).is_some();
        let key = match (changes.is_removed(), is_told) {
            (true, _) => "details-removed",
            (false, true) => "details-deleted",
            (false, false) => "details-deleted-here",
        };
        lines.push(lang.with(key, &[("time", &second(style, time))]));
        return lines;
    }
    if changes.is_edited() {
        lines.push(lang.with("details-version-first", &[("words", &plain_line(&message.text))]));
    }
    lines.extend(changes.versions().map(|(time, words)| {
        lang.with("details-version", &[("time", &second(style, time)), ("words", &plain_line(words))])
    }));
    lines.extend(reactions(lang, place, changes.reactions()));
    lines
}

/// Who answers with what; `None`: nobody.
fn reactions(lang: &Lang, place: &Conversation, reactions: &[Reaction]) -> Option<String> {
    let from = |reaction: &Reaction| {
        let emoji = plain_line(&reaction.emoji);
        let name = name_of(lang, place);
        let key = if reaction.own { "details-reaction-own" } else { "details-reaction" };
        lang.with(key, &[("emoji", &emoji), ("name", &name)])
    };
    let all: Vec<String> = reactions.iter().map(from).collect();
    let list = all.join(&lang.text("details-comma"));
    (!all.is_empty()).then(|| lang.with("details-reactions", &[("list", &list)]))
}

/// Key of what is special about a message.
const fn kind(message: &Message) -> Option<&'static str> {
    Some(match message.kind() {
        Some(MessageKind::Sealed | MessageKind::Opened) => "details-sealed",
        Some(MessageKind::Several) => "details-several",
        Some(MessageKind::Everyone) => "details-everyone",
        Some(MessageKind::Automatic) => "details-automatic",
        Some(MessageKind::Unreadable) => "details-unreadable",
        Some(
            MessageKind::Text
            | MessageKind::Joined
            | MessageKind::Edit
            | MessageKind::Deletion
            | MessageKind::Reaction
            | MessageKind::Withdrawal
            | MessageKind::Removal
            | MessageKind::KeyChange,
        )
        | None => return None,
    })
}

/// A file of the message: its name, its size, what became of it, and where it lies or what is kept of it.
fn offered(style: &Appearance, message: &Message, at: u16, file: &File) -> String {
    let (lang, own) = (&style.lang, message.is_outgoing());
    let slash = if file.folder { "/" } else { "" };
    let bytes = file.size.to_string();
    let state = state(file, own).map(|key| lang.text(key)).unwrap_or_default();
    let line = lang.with(
        "details-file",
        &[("name", &format!("{}{slash}", file.name)), ("bytes", &bytes), ("state", &state)],
    );
    let more = match &file.state {
        TransferState::Done { path } if !own && !path.is_empty() => {
            Some(lang.with("file-saved", &[("path", path)]))
        }
        TransferState::Broken { fault, .. } => Some(why(lang, fault)),
        _ => None,
    };
    let parts = [Some(line), more, kept(lang, message, at, file)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What is known of a conversation, and who is in it.
pub(super) fn conversation(style: &Appearance, state: &State, place: &Conversation) -> Pager {
    let lang = &style.lang;
    let scheme = place.address.scheme;
    let mut lines = key_pages::details(style, place);
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(reach(style, place));
    lines.push(address_of(lang, place));
    lines.push(lang.with("details-dialect", &[("name", scheme.name)]));
    if scheme.caps.encodings {
        lines.push(lang.with("details-encoding", &[("name", &encoding_of(place))]));
    }
    lines.extend(place.status.profile().iter().flat_map(|about| told(style, place, about)));
    lines.extend(files_of(style, state, place));
    lines.extend(notices_of(style, place));
    lines.extend(state.keeps_for(place.id).map(|period| lang.phrase(&period.phrase("details-kept"))));
    lines.extend(place.pinned.then(|| lang.text("details-pinned")));
    if place.is_room() {
        let known = place.members.known().to_string();
        lines.push(String::new());
        lines.push(match place.members.here() {
            Some(here) => {
                let key =
                    if place.members.is_crowded() { "details-members-crowd" } else { "details-members-here" };
                lang.with(key, &[("here", &here.to_string()), ("known", &known)])
            }
            None => lang.with("details-members-heard", &[("known", &known)]),
        });
    }
    let keys = key_pages::letters(place);
    let parts = lines.into_iter().map(PagerPart::new).chain(people(style, place)).collect();
    Pager { title: name_of(lang, place), parts, top: 0, about: Some(place.id), keys }
}

/// What becomes of files that a contact offers, where that can be chosen: its key has to be trusted.
fn files_of(style: &Appearance, state: &State, place: &Conversation) -> Option<String> {
    let may = place.proves_files() && place.kind == PeerKind::Contact;
    let said = match state.accepts_up_to(place.id).filter(|_| may) {
        Some(bytes) => style.lang.with("details-files-up-to", &[("size", &size(bytes))]),
        None => style.lang.text("details-files-ask"),
    };
    may.then_some(said)
}

/// What of a contact rings and counts.
fn notices_of(style: &Appearance, place: &Conversation) -> Option<String> {
    let key = match place.notify_level() {
        NotifyLevel::All => "details-notices-all",
        NotifyLevel::Mentions => "details-notices-mention",
        NotifyLevel::None => "details-notices-none",
    };
    (place.kind == PeerKind::Contact).then(|| style.lang.text(key))
}

/// What somebody tells of themselves: what is empty says nothing, nor does the name above the page.
fn told(style: &Appearance, place: &Conversation, about: &Profile) -> Vec<String> {
    let away = about.away.as_deref().unwrap_or_default();
    let parts = [
        ("details-name", about.name.as_str()),
        ("details-group", &about.group),
        ("details-user", &about.user),
        ("details-host", &about.host),
        ("details-program", &about.program),
        ("details-away", away),
        ("details-motto", &about.motto),
    ];
    let title = name_of(&style.lang, place);
    let said = parts
        .into_iter()
        .filter(|(key, words)| !words.trim().is_empty() && (*key != "details-name" || **words != *title));
    said.map(|(key, words)| style.lang.with(key, &[("text", words)])).collect()
}

fn reach(style: &Appearance, place: &Conversation) -> String {
    let lang = &style.lang;
    let presence = place.address.scheme.caps.presence;
    let state = match (place.status.connection(), place.status.reachability()) {
        _ if place.is_out() => return lang.text("details-out"),
        _ if place.kind == PeerKind::Echo => lang.text("details-reach-here"),
        (Some(ConnectionState::Up), _) if presence => lang.text("details-reach-here"),
        (Some(ConnectionState::Unknown) | None, Reachability::Unknown) if presence => {
            lang.text("details-reach-unseen")
        }
        (Some(ConnectionState::Up), _) => lang.text("details-reach-up"),
        (Some(ConnectionState::Seeking), _) => lang.text("reach-seeking"),
        (Some(ConnectionState::Down(why)), _) => plain_line(&lang.phrase(&why.phrase())),
        (Some(ConnectionState::Unknown) | None, Reachability::Heard) => lang.text("details-reach-heard"),
        (Some(ConnectionState::Unknown) | None, Reachability::Unreachable) => lang.text("header-unreachable"),
        (Some(ConnectionState::Unknown) | None, Reachability::Unknown) => lang.text("details-reach-unknown"),
    };
    lang.with("details-reach", &[("state", &state)])
}

/// Those who are there first, then those who spoke last.
fn people(style: &Appearance, place: &Conversation) -> impl Iterator<Item = PagerPart> {
    let lang = &style.lang;
    let mut people: Vec<(&MemberKey, &MemberInfo)> =
        place.members.iter().filter(|_| place.is_room()).collect();
    people.sort_by_key(|(_, person)| (Reverse(person.here), Reverse(person.spoke)));
    people.into_iter().map(|(who, person)| {
        let spoke =
            person.spoke.map(|time| lang.with("details-member-spoke", &[("time", &second(style, time))]));
        let here = person.here.map(|here| if here { "details-member-here" } else { "details-member-gone" });
        let own = person.own.then_some("details-member-own");
        let facts = [own, here].into_iter().flatten().map(|key| lang.text(key));
        // What we say ourselves is not counted here, and our own name looks like nobody else's.
        let silent = || (!person.own).then(|| lang.text("details-member-silent"));
        let text = facts.chain(spoke.or_else(silent)).collect::<Vec<_>>().join(&lang.text("details-comma"));
        let me = if person.own { "" } else { style.me.as_str() };
        PagerPart::Entry { key: Sender::new(who, &place.members, me).line(), text }
    })
}

/// A moment where we are, to the second.
fn second(style: &Appearance, time: WallTime) -> String {
    let time = Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(style.zone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A moment where we are, to the microsecond.
fn precise(style: &Appearance, time: WallTime) -> String {
    let time = Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(style.zone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S%.6f %:z").to_string()
}

/// The message from its first to its last character.
pub(super) fn whole(style: &Appearance, place: &Conversation, message: &Message) -> Pager {
    let parts = vec![PagerPart::Text(escape(words(place, message)))];
    Pager { title: style.lang.text("popup-whole"), parts, top: 0, about: None, keys: PagerKeys::default() }
}
