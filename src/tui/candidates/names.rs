//! Names of people and rooms: of everybody known, of those a message to several can go to, and of the members of a room.
//! Chinese names are found by their sound too.

use std::cmp::Reverse;

use super::{Candidate, Candidates, MAX_CANDIDATES, Sources};
use crate::app::{Conversation, MemberInfo, MemberKey};
use crate::model::search::{PinyinQuery, spelled};
use crate::model::text::plain_line;
use crate::model::{Phrase, WallTime};
use crate::tui::naming::{GROUP, groups_of_colleagues, is_receiver, name_of};
use crate::tui::words;

/// The command that begins with names.
const NAMES: &str = "/to ";

/// A name fits so well if it begins like what was typed, or sounds so from its first character on.
const BEGINS: u8 = 1;

/// Letters behind an `@` from which on members are shown by themselves: one says too little to lie over what was said.
const LEAST_MENTION: usize = 2;

/// What was typed of a name.
struct NameQuery {
    /// In lower case.
    word: String,
    sound: Option<PinyinQuery>,
}

impl NameQuery {
    fn new(word: &str) -> Self {
        Self { word: word.to_lowercase(), sound: PinyinQuery::new(word) }
    }

    /// How well a name fits; the least is the best.
    fn fit(&self, name: &str) -> Option<u8> {
        let lower = name.to_lowercase();
        if lower.starts_with(&self.word) {
            return Some(0);
        }
        match self.sound.as_ref().and_then(|sound| sound.find(name)) {
            Some(range) if range.start == 0 => Some(BEGINS),
            Some(_) => Some(2),
            None => lower.contains(&self.word).then_some(3),
        }
    }

    /// The best of those that fit no worse than that, in their order where they fit alike.
    fn best<T>(&self, all: impl Iterator<Item = T>, worst: u8, name: impl Fn(&T) -> &str) -> Vec<T> {
        let fitting = all.filter_map(|one| self.fit(name(&one)).map(|fit| (fit, one)));
        let mut found: Vec<(u8, T)> =
            fitting.filter(|(fit, one)| *fit <= worst && is_typed(name(one))).collect();
        found.sort_by_key(|(fit, _)| *fit);
        found.into_iter().take(MAX_CANDIDATES).map(|(_, one)| one).collect()
    }
}

/// A name that can be typed.
fn is_typed(name: &str) -> bool {
    plain_line(name) == name
}

fn candidate(sources: Sources<'_>, one: &Conversation, insert: String) -> Candidate {
    let group = one.status.profile().map(|about| plain_line(&about.group)).filter(|group| !group.is_empty());
    let address = plain_line(&one.address.to_string());
    let about = group.into_iter().chain([address]).collect::<Vec<_>>().join(" · ");
    let name = Candidate::new(insert, name_of(&sources.style.lang, one));
    let name = name.taking(spelled(&one.name).unwrap_or_default()).about(about);
    Candidate { place: Some(one.id), ..name }
}

/// Everybody whose name fits.
pub(super) fn anybody(sources: Sources<'_>, word: &str) -> Vec<Candidate> {
    places(sources, word, |_one| true)
}

/// Everybody whose name begins so: a word that is said may be anything.
pub(super) fn beginning(sources: Sources<'_>, word: &str) -> Vec<Candidate> {
    let found = NameQuery::new(word).best(sources.state.listed(), BEGINS, |one| &one.name);
    found.into_iter().map(|one| candidate(sources, one, one.name.clone())).collect()
}

/// Those whose name fits and who pass.
pub(super) fn places(
    sources: Sources<'_>,
    word: &str,
    passes: impl Fn(&Conversation) -> bool,
) -> Vec<Candidate> {
    let known = sources.state.listed().filter(|one| passes(one));
    let found = NameQuery::new(word).best(known, u8::MAX, |one| &one.name);
    found.into_iter().map(|one| candidate(sources, one, one.name.clone())).collect()
}

/// Those that a message to several can go to, behind the last comma; and their groups.
pub(super) fn receivers(sources: Sources<'_>, before: &str) -> Option<Candidates> {
    let names = before.strip_prefix(NAMES).filter(|names| words::last(names).start == 0)?;
    let start = names.rfind(',').map_or(0, |at| at.saturating_add(1));
    let word = words::last(names.get(start..)?).value;
    let able = |one: &&Conversation| is_receiver(one);
    // A comma parts names.
    let plain = |one: &&Conversation| !one.name.contains(',');
    let known = sources.state.listed().filter(able).filter(plain);
    let found = NameQuery::new(&word).best(known, u8::MAX, |one| &one.name);
    let candidates =
        found.into_iter().map(|one| candidate(sources, one, words::written(&one.name, None, true)));
    let mut candidates: Vec<Candidate> = candidates.collect();
    candidates.extend(groups(sources, &word));
    Some(Candidates::new(NAMES.len().saturating_add(start), candidates))
}

/// Groups of colleagues that a message can go to, by their name with or without what stands before it.
fn groups(sources: Sources<'_>, word: &str) -> Vec<Candidate> {
    let groups = groups_of_colleagues(sources.state);
    let typed = groups.keys().copied().filter(|group| !group.contains(','));
    let name = word.strip_prefix(GROUP).unwrap_or(word);
    let found = NameQuery::new(name).best(typed, u8::MAX, |one| one);
    let count = |group: &str| {
        let count = groups.get(group).copied().unwrap_or_default();
        sources.style.lang.phrase(&Phrase::new("go-to-group").number("count", count))
    };
    let candidate = |group: &str| {
        let insert = words::written(&format!("{GROUP}{group}"), None, true);
        Candidate::new(insert, format!("{GROUP}{}", plain_line(group))).about(count(group))
    };
    found.into_iter().map(candidate).collect()
}

/// Members of a room, who spoke last first. At the start of the text they are addressed; behind `@` they are mentioned.
pub(super) fn members(
    sources: Sources<'_>,
    room: &Conversation,
    start: usize,
    word: &str,
) -> Option<Candidates> {
    // Within an address it begins no name.
    let is_sign =
        |at: &usize| !word.get(..*at).is_some_and(|left| left.ends_with(|c: char| c.is_ascii_alphanumeric()));
    let (at, name) = match word.rfind('@').filter(is_sign) {
        Some(at) => (Some(at), word.get(at.saturating_add(1)..)?),
        None => (None, word),
    };
    let opens = at.is_some() && name.chars().count() >= LEAST_MENTION;
    if (at.is_none() && name.is_empty()) || !(opens || sources.is_asked) {
        return None;
    }
    let mut known: Vec<(Option<WallTime>, &str)> = room.members.iter().filter_map(one_named).collect();
    known.sort_by_key(|(spoke, _)| Reverse(*spoke));
    // Behind an `@` a member may be looked for by any part of the name; a word may be anything.
    let worst = if at.is_some() { u8::MAX } else { BEGINS };
    let found = NameQuery::new(name).best(known.into_iter().map(|(_, name)| name), worst, |one| one);
    let written = |member: &str| match at {
        Some(_) => format!("@{member} "),
        None if start == 0 => format!("{member}: "),
        None => format!("{member} "),
    };
    let candidate = |member: &str| {
        Candidate::new(written(member), plain_line(member)).taking(spelled(member).unwrap_or_default())
    };
    let candidates: Vec<Candidate> = found.into_iter().map(candidate).collect();
    let found = Candidates::new(start.saturating_add(at.unwrap_or_default()), candidates);
    (!found.list.is_empty()).then(|| if opens { found } else { found.asked_for() })
}

/// Members of a room whose names fit, who spoke last first.
pub(super) fn in_room(room: &Conversation, word: &str) -> Vec<Candidate> {
    let mut known: Vec<(Option<WallTime>, &str)> = room.members.iter().filter_map(one_named).collect();
    known.sort_by_key(|(spoke, _)| Reverse(*spoke));
    let found = NameQuery::new(word).best(known.into_iter().map(|(_, name)| name), u8::MAX, |one| one);
    let candidate =
        |member: &str| Candidate::new(member, plain_line(member)).taking(spelled(member).unwrap_or_default());
    found.into_iter().map(candidate).collect()
}

/// A member that goes by a name, and is not us, with the time when it spoke last.
fn one_named<'a>(member: (&'a MemberKey, &MemberInfo)) -> Option<(Option<WallTime>, &'a str)> {
    let (who, person) = member;
    match who {
        MemberKey::Named(name) if !person.own => Some((person.spoke, &**name)),
        MemberKey::Named(_) | MemberKey::At(_) => None,
    }
}
