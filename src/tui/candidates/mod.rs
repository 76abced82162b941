//! What the word before the cursor may become: commands and their values, names, members, emoji. Pure: nothing here
//! changes the draft or draws. Paths are read from the disk by the session; they are made candidates in `paths.rs`.

mod argument;
mod emoji;
mod names;
mod paths;
mod values;

use super::appearance::Appearance;
use super::commands::{COMMANDS, SlashCommand, Verb, arguments};
use super::lock::KeyLock;
use crate::app::{Conversation, State};
use crate::model::ConversationId;

pub(super) use argument::rest;
pub(super) use paths::{ONE_PATH, paths};
pub(super) use values::AUTO;

/// Candidates of one completion: more than a person looks through.
pub(super) const MAX_CANDIDATES: usize = 200;

/// One thing that the word may become. All but `insert` is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Candidate {
    /// What takes the place of the word.
    pub insert: String,
    pub name: String,
    /// What it takes, or how large it is.
    pub args: String,
    /// One line about it.
    pub about: String,
    /// The key that does the same.
    pub key: &'static str,
    /// The conversation it names.
    pub place: Option<ConversationId>,
}

impl Candidate {
    pub(super) fn new(insert: impl Into<String>, name: impl Into<String>) -> Self {
        Self { insert: insert.into(), name: name.into(), ..Self::default() }
    }

    pub(super) fn taking(self, args: impl Into<String>) -> Self {
        Self { args: args.into(), ..self }
    }

    pub(super) fn about(self, about: impl Into<String>) -> Self {
        Self { about: about.into(), ..self }
    }
}

/// How candidates are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CandidateKind {
    /// Nothing else can stand there.
    Closed,
    /// Anything may stand there: Enter takes one only after a person has moved to it, by an arrow or by Tab.
    Samples,
    Paths,
}

/// What was found for a word.
#[derive(Clone, Debug)]
pub(super) struct Candidates {
    /// Where the word begins, as a byte of the draft.
    pub start: usize,
    pub list: Vec<Candidate>,
    pub choice: CandidateKind,
    /// They may be shown before anybody asks for them.
    pub opens: bool,
}

impl Candidates {
    fn new(start: usize, candidates: Vec<Candidate>) -> Self {
        Self { start, list: candidates, choice: CandidateKind::Closed, opens: true }
    }

    fn samples(self) -> Self {
        Self { choice: CandidateKind::Samples, ..self }
    }

    fn asked_for(self) -> Self {
        Self { opens: false, ..self }
    }
}

/// What is looked through.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub style: &'a Appearance,
    pub state: &'a State,
    pub open: Option<&'a Conversation>,
    /// A person has asked for candidates, or sees some. Else only what opens by itself is looked for: each letter of a text
    /// that is said would look through everybody.
    pub is_asked: bool,
}

/// What the word at the end of this text may become.
pub(super) fn find(sources: Sources<'_>, before: &str) -> Option<Candidates> {
    let found = match before.strip_prefix('/').filter(|rest| !rest.starts_with('/')) {
        Some(name) if !name.contains(char::is_whitespace) => {
            Some(Candidates::new(0, commands(sources, name)))
        }
        Some(_) => values::find(sources, before).or_else(|| in_words(sources, before, true)),
        None => find_said(sources, before),
    };
    found.filter(|found| !found.list.is_empty())
}

/// What the last word of a text that is said may become.
pub(super) fn find_said(sources: Sources<'_>, before: &str) -> Option<Candidates> {
    in_words(sources, before, false).filter(|found| !found.list.is_empty())
}

/// The commands that begin so, in the order of the alphabet.
fn commands(sources: Sources<'_>, name: &str) -> Vec<Candidate> {
    let caps = sources.open.map(|place| place.address.scheme.caps).unwrap_or_default();
    let known = COMMANDS.iter().filter(|one| one.verb.is_in(caps) && one.name.starts_with(name));
    let mut known: Vec<&SlashCommand> = known.collect();
    known.sort_by_key(|one| one.name);
    let lang = &sources.style.lang;
    let candidate = |one: &SlashCommand| {
        let (args, help) = meant(one, sources.open);
        let name = format!("/{}", one.name);
        let candidate = Candidate::new(format!("{name} "), name).taking(arguments(lang, args));
        Candidate { key: one.key(), ..candidate.about(lang.text(help)) }
    };
    known.into_iter().map(candidate).collect()
}

/// The arguments of a command and the key of its line, as it is meant in the open conversation: whoever asks to talk has
/// offered no files.
fn meant(command: &SlashCommand, open: Option<&Conversation>) -> (&'static str, &'static str) {
    let asks = open.is_some_and(|place| KeyLock::of(place) == KeyLock::Requested);
    match command.verb {
        Verb::Accept if asks => ("", "command-accept-request"),
        Verb::Decline if asks => ("", "command-decline-request"),
        _ => (command.args, command.help),
    }
}

/// In words that are said: emoji, members of a room, and names. Anything may be said, so none of them is taken unasked.
fn in_words(sources: Sources<'_>, before: &str, is_command: bool) -> Option<Candidates> {
    if let Some(found) = emoji::find(before) {
        return Some(found.samples());
    }
    let start = word_start(before);
    let word = before.get(start..)?;
    let room = sources.open.filter(|place| place.is_room() && !is_command);
    if let Some(found) = room.and_then(|room| names::members(sources, room, start, word)) {
        return Some(found.samples());
    }
    (sources.is_asked && !word.is_empty())
        .then(|| Candidates::new(start, names::beginning(sources, word)).samples().asked_for())
}

/// Where the last word begins.
fn word_start(before: &str) -> usize {
    before
        .char_indices()
        .rev()
        .find(|(_, c)| c.is_whitespace())
        .map_or(0, |(at, c)| at.saturating_add(c.len_utf8()))
}

/// Whether the name begins like that, whatever its case.
fn begins(name: &str, word: &str) -> bool {
    name.to_lowercase().starts_with(&word.to_lowercase())
}
