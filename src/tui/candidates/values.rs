//! What the arguments of commands may be.

use super::{Candidate, Candidates, MAX_CANDIDATES, Sources, begins, names, word_start};
use crate::app::Conversation;
use crate::lang;
use crate::model::THEMES;
use crate::model::text::plain_line;
use crate::runtime;
use crate::runtime::profile::{choices, settings};
use crate::tui::commands::{COMMANDS, SlashCommand, Verb};
use crate::tui::contact_list::Fold;
use crate::tui::list_words;

/// Encodings that are offered; every other WHATWG label works as well.
const ENCODINGS: [&str; 7] = ["utf-8", "gbk", "gb18030", "gb2312", "big5", "shift_jis", "euc-kr"];

/// Takes back an encoding that was chosen.
pub(in crate::tui) const AUTO: &str = "auto";

/// The room of every network, as the README has it.
const USUAL_ROOM: &str = "room://255.255.255.255:7788";

/// How much may come without asking, and how long what was said stays.
const SIZES: [&str; 4] = ["1MB", "20MB", "1GB", "off"];
const PERIODS: [&str; 5] = ["1h", "1d", "7d", "30d", "off"];

/// What a lab can do to a network.
const LAB: [&str; 5] = ["loss=20%", "delay=200ms", "dup=5%", "reorder=10%", "off"];

/// The argument that is being written.
struct Argument<'a> {
    command: &'static SlashCommand,
    /// What stands before it, behind the command.
    behind: &'a str,
    start: usize,
    word: &'a str,
}

impl<'a> Argument<'a> {
    fn of(before: &'a str) -> Option<Self> {
        let (name, args) = before.strip_prefix('/')?.split_once(char::is_whitespace)?;
        let command = COMMANDS.iter().find(|command| command.name == name)?;
        let start = word_start(before);
        let behind = args.get(..args.len().saturating_sub(before.len().saturating_sub(start)))?;
        Some(Self { command, behind: behind.trim(), start, word: before.get(start..)? })
    }

    fn found(&self, candidates: Vec<Candidate>) -> Candidates {
        Candidates::new(self.start, candidates)
    }

    /// Those of the values that begin like the word.
    fn among(&self, values: &[&str]) -> Vec<Candidate> {
        let fitting = values.iter().filter(|value| begins(value, self.word));
        fitting.map(|value| Candidate::new(*value, *value)).collect()
    }

    /// What the usage of the command calls the argument: `NAME`, `[same|other|ignore]`.
    fn usage(&self) -> &'static str {
        let written = self.behind.split_whitespace().count();
        self.command.args.split(' ').nth(written).unwrap_or_default()
    }
}

/// What the argument may be. `None`: anything.
pub(super) fn find(sources: Sources<'_>, before: &str) -> Option<Candidates> {
    if let Some(found) = names::receivers(sources, before) {
        return Some(found);
    }
    let argument = Argument::of(before)?;
    let is_first = argument.behind.is_empty();
    match argument.command.verb {
        Verb::Set => set(sources, &argument),
        Verb::Theme if is_first => Some(argument.found(argument.among(&THEMES))),
        Verb::Encoding if is_first => Some(encodings(&argument).samples()),
        Verb::AutoAccept if is_first => Some(argument.found(argument.among(&SIZES)).samples()),
        Verb::Keep if is_first => Some(argument.found(argument.among(&PERIODS)).samples()),
        Verb::Fold if is_first => Some(argument.found(folds(sources, &argument))),
        Verb::Lab => Some(argument.found(argument.among(&LAB)).samples()),
        Verb::Listen => Some(listen(&argument, is_first)),
        Verb::Join => Some(rooms(sources, &argument).samples()),
        Verb::Connect => {
            let able = names::places(sources, argument.word, |one| one.address.scheme.caps.connects);
            Some(argument.found(able).samples())
        }
        _ => by_usage(sources, &argument),
    }
}

/// What the usage itself lists, or names that it asks for.
fn by_usage(sources: Sources<'_>, argument: &Argument<'_>) -> Option<Candidates> {
    let usage = argument.usage().trim_matches(['[', ']', '…']);
    let parts: Vec<&str> = usage.split('|').collect();
    let is_value = |part: &&&str| part.chars().any(|c| c.is_ascii_lowercase());
    let values: Vec<&str> = parts.iter().filter(is_value).copied().collect();
    if parts.contains(&"CONTACT") {
        let mut candidates = argument.among(&values);
        candidates.extend(names::anybody(sources, argument.word));
        return Some(argument.found(candidates).samples());
    }
    if values.is_empty() {
        return None;
    }
    let found = argument.found(argument.among(&values));
    Some(if values.len() == parts.len() { found } else { found.samples() })
}

fn encodings(argument: &Argument<'_>) -> Candidates {
    argument.found([argument.among(&[AUTO]), argument.among(&ENCODINGS)].concat())
}

/// The sections, groups and hosts of the list.
fn folds(sources: Sources<'_>, argument: &Argument<'_>) -> Vec<Candidate> {
    let all = Fold::all(sources.state).into_iter().map(|fold| list_words::fold(&sources.style.lang, &fold));
    let fitting = all.filter(|name| begins(name, argument.word)).take(MAX_CANDIDATES);
    fitting.map(|name| Candidate::new(name.as_str(), name.as_str())).collect()
}

/// The kinds there are, and then where one may listen.
fn listen(argument: &Argument<'_>, is_kind: bool) -> Candidates {
    let kinds: Vec<_> = runtime::registry().listen_kinds().collect();
    if is_kind {
        let fitting = kinds.iter().filter(|(kind, _)| begins(kind, argument.word));
        let candidate =
            |(kind, usual): &(&str, _)| Candidate::new(format!("{kind} "), *kind).taking(format!("{usual}"));
        return argument.found(fitting.map(candidate).collect());
    }
    let usual = kinds.iter().find(|(kind, _)| *kind == argument.behind).map(|(_, usual)| usual.to_string());
    let values: Vec<&str> = usual.as_deref().into_iter().chain(["off"]).collect();
    argument.found(argument.among(&values)).samples()
}

/// The rooms that are known, and the one of every network.
fn rooms(sources: Sources<'_>, argument: &Argument<'_>) -> Candidates {
    let mut candidates = names::places(sources, argument.word, Conversation::is_room);
    candidates.extend(argument.among(&[USUAL_ROOM]));
    argument.found(candidates)
}

/// The keys of the config with what stands there now, or what the value of one may be.
fn set(sources: Sources<'_>, argument: &Argument<'_>) -> Option<Candidates> {
    if argument.behind.is_empty() {
        let fitting = settings().filter(|key| begins(key, argument.word));
        return Some(argument.found(fitting.map(|key| setting(sources, key)).collect()));
    }
    let key = argument.behind;
    let legacy = if key == "legacy-encoding" { ENCODINGS.as_slice() } else { &[] };
    let mut candidates = argument.among(choices(key));
    candidates.extend(argument.among(legacy));
    let now = sources.style.setting(key);
    for one in &mut candidates {
        if let Some(name) = lang::name_of(&one.insert).filter(|_| key == "language") {
            name.clone_into(&mut one.about);
        }
        if one.insert == now {
            one.args = sources.style.lang.text("completion-now");
        }
    }
    let found = argument.found(candidates);
    (!found.list.is_empty()).then(|| if legacy.is_empty() { found } else { found.samples() })
}

fn setting(sources: Sources<'_>, key: &'static str) -> Candidate {
    let text = format!("setting-{key}");
    let lang = &sources.style.lang;
    let about = if lang.has(&text) { lang.text(&text) } else { String::new() };
    Candidate::new(format!("{key} "), key).taking(plain_line(sources.style.setting(key))).about(about)
}
