//! Every text a person reads, in the language of the person.
//!
//! Looks keys up in the translations under `assets/text/`; never prints, never decides what is to be said.
//! Text arguments may come from the network, so each one goes through the escaper before it joins a sentence.

use std::fmt;
use std::sync::{Arc, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::model::phrase::Value;
use crate::model::{Phrase, Registry, text};

mod functions;

#[cfg(test)]
mod tests;

/// The languages there are texts for. The first is what everything unknown falls back to.
pub const TAGS: [&str; 3] = ["en", "zh-CN", "zh-TW"];

const SOURCES: [&str; 3] = [
    include_str!("../../assets/text/en.ftl"),
    include_str!("../../assets/text/zh-CN.ftl"),
    include_str!("../../assets/text/zh-TW.ftl"),
];

/// One language, with English behind it for a text it does not have.
pub struct Lang {
    tag: &'static str,
    /// The language itself, then English; one entry when it is English.
    bundles: Arc<[Bundle]>,
    registry: Registry,
}

type Bundle = FluentBundle<Arc<FluentResource>>;

/// The texts of each language, read once: that takes longer than anything else before the first frame.
static READ: [OnceLock<Arc<FluentResource>>; 3] = [const { OnceLock::new() }; 3];

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lang").field("tag", &self.tag).finish_non_exhaustive()
    }
}

impl Lang {
    /// The configured language, else the locale of the environment, else English. What its texts say of the dialects
    /// comes from the registry.
    pub fn choose(configured: Option<&str>, registry: Registry) -> Self {
        match configured.map(str::trim).filter(|tag| !tag.is_empty()) {
            Some(tag) => Self::of(known(tag), registry),
            None => Self::of(locale(), registry),
        }
    }

    fn of(tag: &'static str, registry: Registry) -> Self {
        let [fallback, ..] = TAGS;
        let mut wanted = vec![tag];
        if tag != fallback {
            wanted.push(fallback);
        }
        let source = |tag: &str| TAGS.iter().zip(SOURCES).zip(&READ).find(|((known, _), _)| **known == tag);
        let sources = wanted.iter().filter_map(|tag| source(tag));
        let bundles = sources
            .map(|((tag, text), read)| bundle(tag, read.get_or_init(|| resource(text)), &registry))
            .collect();
        Self { tag, bundles, registry }
    }

    /// The dialects that the texts know.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The tag of the texts in use, one of `TAGS`.
    pub const fn tag(&self) -> &'static str {
        self.tag
    }

    /// A text without arguments.
    pub fn text(&self, key: &str) -> String {
        self.render(key, None)
    }

    /// A sentence that came as data.
    pub fn phrase(&self, phrase: &Phrase) -> String {
        let mut args = FluentArgs::with_capacity(phrase.args.len());
        for (name, value) in &phrase.args {
            match value {
                Value::Text(value) => args.set(*name, text::plain_line(value)),
                Value::Number(value) => args.set(*name, *value),
            }
        }
        self.render(phrase.key, Some(&args))
    }

    /// A text with text arguments, for keys that are put together at run time.
    pub fn with(&self, key: &str, args: &[(&str, &str)]) -> String {
        let args = args.iter().map(|(name, value)| (*name, text::plain_line(value)));
        self.render(key, Some(&args.collect()))
    }

    /// Whether this very language (not only English behind it) has the text.
    pub fn has(&self, key: &str) -> bool {
        self.bundles.first().is_some_and(|bundle| bundle.has_message(key))
    }

    fn render(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let text = self.bundles.iter().find_map(|bundle| format(bundle, key, args));
        text.unwrap_or_else(|| key.to_owned())
    }
}

impl Clone for Lang {
    fn clone(&self) -> Self {
        Self { tag: self.tag, bundles: Arc::clone(&self.bundles), registry: self.registry.clone() }
    }
}

/// A text of one language.
fn format(bundle: &Bundle, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let pattern = bundle.get_message(key).and_then(|message| message.value())?;
    // A missing argument shows as `{$name}` in the sentence: visible, and better than no sentence.
    let mut ignored = Vec::new();
    Some(bundle.format_pattern(pattern, args, &mut ignored).into_owned())
}

fn resource(source: &str) -> Arc<FluentResource> {
    // A broken line is skipped and its key shows through; the tests refuse such a file.
    Arc::new(FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, _errors)| rest))
}

fn bundle(tag: &str, resource: &Arc<FluentResource>, registry: &Registry) -> Bundle {
    let locale: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // The marks around arguments are invisible characters that the screen must not hold.
    bundle.set_use_isolating(false);
    // Of a key written twice the first stays; the tests refuse that too.
    drop(bundle.add_resource(Arc::clone(resource)));
    functions::add(&mut bundle, registry);
    bundle
}

/// The language for a tag as people and systems write it: `zh`, `zh_CN.UTF-8`, `ZH-Hant`.
fn known(tag: &str) -> &'static str {
    let [english, ..] = TAGS;
    find(tag).unwrap_or(english)
}

/// Whether there are texts in the language of this tag.
pub fn is_known(tag: &str) -> bool {
    find(tag).is_some()
}

/// A language as it calls itself; `None`: `tag` is not one of `TAGS`.
pub fn name_of(tag: &str) -> Option<&'static str> {
    // Looked up without the parser, which takes longer than anything else before the first frame.
    let (_, source) = TAGS.iter().zip(SOURCES).find(|(known, _)| **known == tag)?;
    source.lines().find_map(|line| line.strip_prefix("language-name = "))
}

/// The tags of the languages there are, each with what it calls itself.
pub fn listed() -> String {
    TAGS.map(|tag| format!("{tag} ({})", name_of(tag).unwrap_or_default())).join(", ")
}

fn find(tag: &str) -> Option<&'static str> {
    let [english, simplified, traditional] = TAGS;
    let mut parts = tag.trim().split(['-', '_', '.', '@']);
    // The language alone, then script and country (RFC 5646, section 2.1).
    let language = parts.next().unwrap_or_default();
    if language.eq_ignore_ascii_case(english) {
        return Some(english);
    }
    let has =
        |names: &[&str]| parts.clone().any(|part| names.iter().any(|name| part.eq_ignore_ascii_case(name)));
    // A script that is named counts more than where it is read.
    let is_traditional = !has(&["Hans"]) && has(&["Hant", "TW", "HK", "MO"]);
    language.eq_ignore_ascii_case("zh").then_some(if is_traditional { traditional } else { simplified })
}

/// The tag that the environment chooses, one of `TAGS`.
pub fn locale() -> &'static str {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    // POSIX: the first of these that is set decides.
    let posix = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
    of_locale(posix.as_deref(), sys_locale::get_locale().as_deref())
}

/// `system` honours LANGUAGE too, which the C locale silences, as gettext has it.
fn of_locale(posix: Option<&str>, system: Option<&str>) -> &'static str {
    let [english, ..] = TAGS;
    match posix {
        Some("C" | "POSIX") => english,
        Some(_) | None => system.map_or(english, known),
    }
}
