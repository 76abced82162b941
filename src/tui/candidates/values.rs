//! What the arguments of commands may be, as the table of commands says.

use super::{Candidate, Candidates, MAX_CANDIDATES, Sources, begins, emoji, names, word_start};
use crate::app::{Conversation, PeerKind};
use crate::lang::{self, Lang};
use crate::model::text::plain_line;
use crate::model::{Message, Scheme};
use crate::runtime;
use crate::runtime::profile::{choices, settings};
use crate::tui::amounts::size;
use crate::tui::commands::{ArgumentKind, COMMANDS};
use crate::tui::contact_list::Fold;
use crate::tui::list_words;
use crate::tui::offers::{self, Transfers, can_fetch, can_stop};

/// Encodings that are offered; every other WHATWG label works as well.
const ENCODINGS: [&str; 7] = ["utf-8", "gbk", "gb18030", "gb2312", "big5", "shift_jis", "euc-kr"];

/// Takes back an encoding that was chosen.
pub(in crate::tui) const AUTO: &str = "auto";

/// The room of every network, as the README has it.
const USUAL_ROOM: &str = "room://255.255.255.255:7788";

/// What narrows a search.
const FILTERS: [&str; 5] = ["from:", "from:me", "in:", "after:", "before:"];

/// The argument that is being written.
struct Argument<'a> {
    /// Of which command.
    command: &'static str,
    kind: ArgumentKind,
    /// What stands before it, behind the command.
    behind: &'a str,
    start: usize,
    word: &'a str,
}

impl<'a> Argument<'a> {
    fn of(before: &'a str) -> Option<Self> {
        let (name, args) = before.strip_prefix('/')?.split_once(char::is_whitespace)?;
        let command = COMMANDS.iter().find(|command| command.name == name)?;
        let argument = |kind, behind, word: &'a str| Self {
            command: command.name,
            kind,
            behind,
            start: before.len().saturating_sub(word.len()),
            word,
        };
        if let Some(rest) = command.kinds.first().filter(|kind| kind.takes_rest()) {
            return Some(argument(*rest, "", args.trim_start()));
        }
        let start = word_start(before);
        let behind = before.get(before.len().saturating_sub(args.len())..start)?.trim();
        let last = command.kinds.last().filter(|kind| kind.repeats());
        let kind = command.kinds.get(behind.split_whitespace().count()).or(last)?;
        Some(argument(*kind, behind, before.get(start..)?))
    }

    fn found(&self, candidates: Vec<Candidate>) -> Candidates {
        Candidates::new(self.start, candidates)
    }

    /// Those of the values that begin like the word, each with its line, where there is one: of what it is a value of, or of
    /// all that are called so.
    fn among(&self, sources: Sources<'_>, of: &str, values: &[&str]) -> Vec<Candidate> {
        let fitting = values.iter().filter(|value| begins(value, self.word));
        let line = |value: &str| about(&sources.style.lang, of, value);
        fitting.map(|value| Candidate::new(*value, *value).about(line(value))).collect()
    }

    /// Somebody in the open room. Who is not there any more can be meant as well.
    fn member(&self, sources: Sources<'_>) -> Option<Candidates> {
        let room = sources.open.filter(|place| place.is_room())?;
        Some(self.found(names::in_room(room, self.word)).samples())
    }

    /// Names, or else something that may be typed as well: an address.
    fn named(&self, candidates: Vec<Candidate>) -> Candidates {
        let is_name = !self.word.contains(':') && candidates.iter().any(|one| one.place.is_some());
        let found = self.found(candidates);
        if is_name { found } else { found.samples() }
    }
}

/// The line about a value; empty: there is none.
fn about(lang: &Lang, of: &str, value: &str) -> String {
    let name = value.split(['=', ':']).next().unwrap_or_default();
    let own = value.split_once(':').map(|(_, of)| of).filter(|of| !of.is_empty()).unwrap_or(name);
    let keys = [format!("value-{of}-{own}"), format!("value-{own}")];
    keys.iter().find(|key| lang.has(key)).map(|key| lang.text(key)).unwrap_or_default()
}

/// What the argument may be. `None`: anything.
pub(super) fn find(sources: Sources<'_>, before: &str) -> Option<Candidates> {
    let argument = Argument::of(before)?;
    let among = |values: &[&str]| argument.among(sources, argument.command, values);
    match argument.kind {
        ArgumentKind::OneOf(values) => Some(argument.found(among(values))),
        ArgumentKind::Like(values) => Some(argument.found(among(values)).samples()),
        ArgumentKind::Filter => Some(argument.found(among(&FILTERS)).samples()),
        ArgumentKind::Encoding => {
            let all = [among(&[AUTO]), among(&ENCODINGS)].concat();
            Some(argument.found(all).samples())
        }
        ArgumentKind::Place(values) => {
            let people = names::anybody(sources, argument.word);
            Some(argument.named([among(values), people].concat()))
        }
        ArgumentKind::Receivers => names::receivers(sources, before),
        ArgumentKind::Setting => Some(argument.found(keys(sources, &argument))),
        ArgumentKind::SettingValue => values(sources, &argument),
        ArgumentKind::Fold => Some(argument.found(folds(sources, &argument))),
        ArgumentKind::ListenKind | ArgumentKind::ListenPlace => Some(listen(sources, &argument)),
        ArgumentKind::Address | ArgumentKind::Connection | ArgumentKind::Room => {
            Some(argument.named(addresses(sources, &argument)))
        }
        ArgumentKind::Member => argument.member(sources),
        ArgumentKind::OrderTarget => match argument.behind {
            "slow" => Some(argument.found(among(&["10", "30", "off"])).samples()),
            "moderated" => Some(argument.found(among(&["on", "off"])).samples()),
            "kick" | "ban" | "unban" | "mute" | "unmute" => argument.member(sources),
            _ => None,
        },
        ArgumentKind::OfferedFile => Some(argument.found(files(sources, &argument, can_fetch))),
        ArgumentKind::MovedFile => Some(argument.found(files(sources, &argument, can_stop))),
        ArgumentKind::Emoji => Some(argument.found(emoji::named(argument.word)).samples()),
        ArgumentKind::Words | ArgumentKind::Path | ArgumentKind::NewFile => None,
    }
}

/// The sections, groups and hosts of the list.
fn folds(sources: Sources<'_>, argument: &Argument<'_>) -> Vec<Candidate> {
    let lang = &sources.style.lang;
    let candidate = |fold: Fold| {
        let about = lang.text(match &fold {
            Fold::Section(_) => "value-fold-section",
            Fold::Group(_) => "value-fold-group",
            Fold::Host(_) => "value-fold-host",
        });
        let name = list_words::fold(lang, &fold);
        Candidate::new(name.as_str(), name.as_str()).about(about)
    };
    let fitting = Fold::all(sources.state).into_iter().map(candidate);
    fitting.filter(|one| begins(&one.name, argument.word)).take(MAX_CANDIDATES).collect()
}

/// The kinds there are, and then where one may listen.
fn listen(sources: Sources<'_>, argument: &Argument<'_>) -> Candidates {
    let kinds: Vec<_> = runtime::registry().listen_kinds().collect();
    if argument.kind == ArgumentKind::ListenKind {
        let fitting = kinds.iter().filter(|(kind, _)| begins(kind, argument.word));
        let candidate = |(kind, usual): &(&'static str, _)| {
            Candidate::new(format!("{kind} "), *kind)
                .taking(format!("{usual}"))
                .about(form(&sources.style.lang, kind))
        };
        return argument.found(fitting.map(candidate).collect());
    }
    let usual = kinds.iter().find(|(kind, _)| *kind == argument.behind).map(|(_, usual)| usual.to_string());
    let usual = usual.filter(|usual| begins(usual, argument.word)).map(|usual| {
        Candidate::new(usual.as_str(), usual.as_str()).about(sources.style.lang.text("value-listen-usual"))
    });
    let off = argument.among(sources, argument.command, &["off"]);
    argument.found(usual.into_iter().chain(off).collect()).samples()
}

/// How addresses of a dialect look.
fn form(lang: &Lang, scheme: &str) -> String {
    let key = format!("address-form-{scheme}");
    let example = lang.registry().dialects.iter().find(|one| one.scheme.name == scheme);
    if lang.has(&key) { lang.text(&key) } else { example.map_or("", |one| one.example).to_owned() }
}

/// Those that are known already, and how an address begins.
fn addresses(sources: Sources<'_>, argument: &Argument<'_>) -> Vec<Candidate> {
    let word = argument.word;
    let (mut candidates, is_meant): (_, fn(&Scheme) -> bool) = match argument.kind {
        ArgumentKind::Connection => {
            let able = names::places(sources, word, |one| one.address.scheme.caps.connects);
            (able, |scheme| scheme.caps.connects)
        }
        ArgumentKind::Room => {
            let mut rooms = names::places(sources, word, Conversation::is_room);
            let usual = begins(USUAL_ROOM, word).then(|| Candidate::new(USUAL_ROOM, USUAL_ROOM));
            rooms.extend(usual.map(|usual| usual.about(sources.style.lang.text("value-room-usual"))));
            (rooms, |scheme| scheme.caps.group)
        }
        _ => (strangers(sources, word), |_any| true),
    };
    let schemes = runtime::registry().schemes().into_iter().filter(is_meant);
    let begun = schemes.map(|scheme| (format!("{}://", scheme.name), scheme.name));
    let fitting = begun.filter(|(begun, _)| begins(begun, word));
    candidates.extend(fitting.map(|(begun, name)| {
        Candidate::new(begun.as_str(), begun.as_str()).about(form(&sources.style.lang, name))
    }));
    candidates
}

/// Where strangers are, to make contacts of them.
fn strangers(sources: Sources<'_>, word: &str) -> Vec<Candidate> {
    let strangers = sources.state.listed().filter(|one| one.kind == PeerKind::Stranger);
    let candidate = |one: &Conversation| {
        let address = sources.state.short_address(one).to_string();
        let shown = plain_line(&address);
        (shown == address && address.contains(word))
            .then(|| Candidate::new(address, shown).about(plain_line(&one.name)))
    };
    strangers.filter_map(candidate).take(MAX_CANDIDATES).collect()
}

/// The files of the newest message with which that can be done, by their numbers.
fn files(
    sources: Sources<'_>,
    argument: &Argument<'_>,
    is_able: fn(&Transfers, &Message, Option<u16>) -> bool,
) -> Vec<Candidate> {
    let transfers = &sources.state.transfers;
    let all = sources.open.into_iter().flat_map(|place| place.messages().iter().rev());
    let mut able = all.filter(|message| is_able(transfers, message, None));
    let Some(message) = able.next() else { return Vec::new() };
    let able = offers::files(message, None).filter(|(at, _)| is_able(transfers, message, Some(*at)));
    let candidates = able.map(|(at, file)| {
        let number = at.saturating_add(1).to_string();
        Candidate::new(number.as_str(), number.as_str()).taking(size(file.size)).about(plain_line(&file.name))
    });
    candidates.filter(|one| begins(&one.insert, argument.word)).collect()
}

/// The keys of the config with what stands there now.
fn keys(sources: Sources<'_>, argument: &Argument<'_>) -> Vec<Candidate> {
    let lang = &sources.style.lang;
    let fitting = settings().filter(|key| begins(key, argument.word));
    let candidate = |key: &'static str| {
        let text = format!("setting-{key}");
        let about = if lang.has(&text) { lang.text(&text) } else { String::new() };
        Candidate::new(format!("{key} "), key).taking(plain_line(sources.style.setting(key))).about(about)
    };
    fitting.map(candidate).collect()
}

/// What the value of a key may be; of one that may be anything, what stands there now, to be changed.
fn values(sources: Sources<'_>, argument: &Argument<'_>) -> Option<Candidates> {
    let key = argument.behind;
    let now = sources.style.setting(key);
    let is_encoding = key == "legacy-encoding";
    let known = if is_encoding { ENCODINGS.as_slice() } else { choices(key) };
    let mut candidates = argument.among(sources, key, known);
    if known.is_empty() && !now.is_empty() && plain_line(now) == now && begins(now, argument.word) {
        candidates.push(Candidate::new(now, now));
    }
    for one in &mut candidates {
        if let Some(name) = lang::name_of(&one.insert).filter(|_| key == "language") {
            name.clone_into(&mut one.about);
        }
        if one.insert == now {
            one.args = sources.style.lang.text("completion-now");
        }
    }
    let found = argument.found(candidates);
    let is_free = known.is_empty() || is_encoding;
    (!found.list.is_empty()).then(|| if is_free { found.samples() } else { found })
}
