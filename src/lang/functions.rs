//! Functions that a text can call, so that no text has to name the dialects.
//!
//! ```text
//! EXAMPLES()          an address of each dialect: “192.168.1.20:8081, tcp://192.168.1.20:7788 or …”
//! EXAMPLES("group")   of those that have a capability
//! SCHEMES("rooms")    how the addresses of those begin: “relay://”
//! LISTENERS()         those that the messenger can listen for: “udp, tcp or …”
//! KINDS()             these, and those that udpqq can be a server of
//! FORMS()             each but the first in words: its text `address-form-NAME`, or its example
//! ARGUMENTS($line)    the line with the names of arguments in the language: “NAME [PATH]”
//! ```

use fluent_bundle::FluentValue;

use super::catalog::Texts;
use crate::model::{Caps, DialectInfo, Registry};

type Capability = fn(&Caps) -> bool;

/// What a text can ask for; the first is meant where it asks for nothing.
const CAPABILITIES: [(&str, Capability); 5] = [
    ("any", |_caps| true),
    ("connects", |caps| caps.connects),
    ("encodings", |caps| caps.encodings),
    ("group", |caps| caps.group),
    ("rooms", |caps| caps.rooms),
];

/// The names of arguments that have a text, `argument-NAME`.
pub(super) const ARGUMENTS: [&str; 20] = [
    "ADDRESS", "COMMAND", "CONTACT", "DIR", "EMOJI", "FILE", "IF", "KEY", "KIND", "NAME", "NEW", "OLD",
    "PATH", "PORT", "SECS", "SHELL", "TAG", "TEXT", "VALUE", "WHERE",
];

/// Makes the functions known to the texts of one language.
pub(super) fn add(texts: &mut Texts, registry: &Registry) {
    let mut listed = |names: Vec<String>| either(texts, names);
    let mut by_capability = |name: fn(&DialectInfo) -> String| -> Vec<String> {
        let of = |has: Capability| registry.dialects.iter().filter(move |one| has(&one.scheme.caps));
        CAPABILITIES.map(|(_, has)| listed(of(has).map(name).collect())).to_vec()
    };
    let examples = by_capability(|one| one.example.to_owned());
    let schemes = by_capability(|one| format!("{}://", one.scheme.name));
    let listeners = listed(registry.listen_kinds().map(|(name, _)| name.to_owned()).collect());
    let is_there = |name: &&str| !registry.reserved.contains(name);
    let kinds = listed(registry.listen_keys().into_iter().filter(is_there).map(str::to_owned).collect());
    let form = |one: &DialectInfo| {
        let key = format!("address-form-{}", one.scheme.name);
        texts.format(&key, None).unwrap_or_else(|| one.example.to_owned())
    };
    let forms: Vec<String> = registry.dialects.iter().skip(1).map(form).collect();
    let forms = joined(texts, &forms);
    add_arguments(texts);
    for (name, values) in [
        ("EXAMPLES", examples),
        ("SCHEMES", schemes),
        ("LISTENERS", vec![listeners]),
        ("KINDS", vec![kinds]),
        ("FORMS", vec![forms]),
    ] {
        texts.add_function(name, move |asked, _named| {
            values.get(index(asked.first())).cloned().unwrap_or_default().into()
        });
    }
}

fn add_arguments(texts: &mut Texts) {
    let arguments = ARGUMENTS.map(|name| {
        let key = format!("argument-{}", name.to_ascii_lowercase());
        (name, texts.format(&key, None).unwrap_or_else(|| name.to_owned()))
    });
    texts.add_function("ARGUMENTS", move |asked, _named| match asked.first() {
        Some(FluentValue::String(line)) => named(line, &arguments).into(),
        _ => FluentValue::Error,
    });
}

/// The place of the capability that is asked for.
fn index(asked: Option<&FluentValue<'_>>) -> usize {
    let Some(FluentValue::String(asked)) = asked else { return 0 };
    // A capability that is not there shows as a gap in the text, which the tests refuse.
    CAPABILITIES.iter().position(|(name, _)| name == asked).unwrap_or(CAPABILITIES.len())
}

/// A line such as `NAME [ADDRESS|off]` with other names for its words in capitals, where they have one.
fn named(line: &str, names: &[(&str, String)]) -> String {
    let is_other = |c: char| !c.is_ascii_uppercase();
    let pieces = line.split_inclusive(is_other).map(|piece| {
        let word = piece.trim_end_matches(is_other);
        let other = piece.strip_prefix(word).unwrap_or_default();
        let name = names.iter().find(|(known, _)| *known == word).map_or(word, |(_, name)| name.as_str());
        format!("{name}{other}")
    });
    pieces.collect()
}

/// `a, b or c`.
fn either(texts: &mut Texts, mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if !names.is_empty() => {
            let most = joined(texts, &names);
            let args = [("most", most.as_str()), ("last", last.as_str())].into_iter().collect();
            texts.format("list-or", Some(&args)).unwrap_or(most)
        }
        only => only.unwrap_or_default(),
    }
}

fn joined(texts: &mut Texts, names: &[String]) -> String {
    names.join(&texts.format("list-separator", None).unwrap_or_default())
}
