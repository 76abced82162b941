//! Names of people and rooms: of everybody known, of those a message to several can go to, and of the members of a room.
//! Chinese names are found by their sound too.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Candidate, Candidates, MAX_CANDIDATES, Sources, begins};
use crate::app::{Conversation, MemberKey};
use crate::model::search::{PinyinQuery, spelled};
use crate::model::text::plain_line;
use crate::model::{Phrase, WallTime};
use crate::tui::naming::{GROUP, group_of, name_of};
use crate::tui::words;

/// The command that begins with names.
const NAMES: &str = "/to ";

/// A name fits so well if it begins like what was typed, or sounds so from its first character on.
const BEGINS: u8 = 1;

/// How well a name fits what was typed; the least is the best.
fn fit(name: &str, word: &str, sound: Option<&PinyinQuery>) -> Option<u8> {
    if begins(name, word) {
        return Some(0);
    }
    let sounds = sound.and_then(|sound| sound.find(name));
    let is_part = || !word.is_empty() && name.to_lowercase().contains(&word.to_lowercase());
    match sounds {
        Some(range) if range.start == 0 => Some(BEGINS),
        Some(_) => Some(2),
        None => is_part().then_some(3),
    }
}

/// The best of those, in their order where they fit alike.
fn best<T>(all: impl Iterator<Item = T>, word: &str, name: impl Fn(&T) -> &str) -> Vec<T> {
    let sound = PinyinQuery::new(word);
    let mut found: Vec<(u8, T)> =
        all.filter_map(|one| fit(name(&one), word, sound.as_ref()).map(|fit| (fit, one))).collect();
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().take(MAX_CANDIDATES).map(|(_, one)| one).collect()
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
    let sound = PinyinQuery::new(word);
    places(sources, word, |one| fit(&one.name, word, sound.as_ref()).is_some_and(|fit| fit <= BEGINS))
}

/// Those whose name fits and who pass.
pub(super) fn places(
    sources: Sources<'_>,
    word: &str,
    passes: impl Fn(&Conversation) -> bool,
) -> Vec<Candidate> {
    let known = sources.state.conversations().filter(|one| passes(one) && is_typed(&one.name));
    let found = best(known, word, |one| &one.name);
    found.into_iter().map(|one| candidate(sources, one, one.name.clone())).collect()
}

/// Those that a message to several can go to, behind the last comma; and their groups.
pub(super) fn receivers(sources: Sources<'_>, before: &str) -> Option<Candidates> {
    let names = before.strip_prefix(NAMES).filter(|names| words::last(names).start == 0)?;
    let start = names.rfind(',').map_or(0, |at| at.saturating_add(1));
    let word = words::last(names.get(start..)?).value;
    let able = |one: &&Conversation| one.address.scheme.caps.several;
    // A comma parts names.
    let plain = |one: &&Conversation| is_typed(&one.name) && !one.name.contains(',');
    let known = sources.state.listed().filter(able).filter(plain);
    let found = best(known, &word, |one| &one.name);
    let candidates =
        found.into_iter().map(|one| candidate(sources, one, words::written(&one.name, None, true)));
    let mut candidates: Vec<Candidate> = candidates.collect();
    candidates.extend(groups(sources, &word));
    Some(Candidates::new(NAMES.len().saturating_add(start), candidates))
}

/// Groups of colleagues that a message can go to, by their name with or without what stands before it.
fn groups(sources: Sources<'_>, word: &str) -> Vec<Candidate> {
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for group in sources.state.listed().filter(|one| one.address.scheme.caps.several).filter_map(group_of) {
        let count = groups.entry(group).or_default();
        *count = count.saturating_add(1);
    }
    let typed = |group: &&str| is_typed(group) && !group.contains(',');
    let name = word.strip_prefix(GROUP).unwrap_or(word);
    let found = best(groups.keys().copied().filter(typed), name, |one| one);
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
pub(super) fn members(room: &Conversation, start: usize, word: &str) -> Option<Candidates> {
    // Within an address it begins no name.
    let is_sign =
        |at: &usize| !word.get(..*at).is_some_and(|left| left.ends_with(|c: char| c.is_ascii_alphanumeric()));
    let (at, name) = match word.rfind('@').filter(is_sign) {
        Some(at) => (Some(at), word.get(at.saturating_add(1)..)?),
        None => (None, word),
    };
    if at.is_none() && name.is_empty() {
        return None;
    }
    let mut known: Vec<(Option<WallTime>, &str)> = room
        .members
        .iter()
        .filter_map(|(who, person)| match who {
            MemberKey::Named(name) if !person.own && is_typed(name) => Some((person.spoke, &**name)),
            MemberKey::Named(_) | MemberKey::At(_) => None,
        })
        .collect();
    known.sort_by_key(|(spoke, _)| Reverse(*spoke));
    // Behind an `@` a member may be looked for by any part of the name; a word may be anything.
    let fitting = known.into_iter().map(|(_, name)| name).filter(|one| at.is_some() || begins(one, name));
    let found = best(fitting, name, |one| one);
    let written = |member: &str| match at {
        Some(_) => format!("@{member} "),
        None if start == 0 => format!("{member}: "),
        None => format!("{member} "),
    };
    let candidate = |member: &str| {
        Candidate::new(written(member), plain_line(member)).taking(spelled(member).unwrap_or_default())
    };
    let candidates: Vec<Candidate> = found.into_iter().map(candidate).collect();
    if candidates.is_empty() {
        return None;
    }
    let found = Candidates::new(start.saturating_add(at.unwrap_or_default()), candidates);
    // One letter says too little to lie over what was said.
    Some(if at.is_some() && name.chars().count() >= 2 { found } else { found.asked_for() })
}
