//! Every text a person reads, in the language of the person.
//!
//! Looks keys up in the translations under `assets/text/`; never prints, never decides what is to be said.
//! Text arguments may come from the network, so each one goes through the escaper before it joins a sentence.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use fluent_bundle::FluentArgs;

use self::catalog::{Catalog, Texts};
use crate::model::phrase::Value;
use crate::model::{Phrase, Registry, text};

mod catalog;
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
    texts: Arc<[Mutex<Texts>]>,
    registry: Registry,
}

/// Where the texts of each language stand, looked for once.
static CATALOGS: [OnceLock<Catalog>; 3] = [const { OnceLock::new() }; 3];

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
        let source =
            |tag: &str| TAGS.iter().zip(SOURCES).zip(&CATALOGS).find(|((known, _), _)| **known == tag);
        let sources = wanted.iter().filter_map(|tag| source(tag));
        let texts = sources
            .map(|((tag, text), catalog)| {
                let catalog = catalog.get_or_init(|| Catalog::read(text));
                let mut texts = Texts::new(tag, catalog);
                functions::add(&mut texts, &registry);
                Mutex::new(texts)
            })
            .collect();
        Self { tag, texts, registry }
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
        self.texts.first().is_some_and(|texts| locked(texts).catalog().has(key))
    }

    fn render(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let text = self.texts.iter().find_map(|texts| locked(texts).format(key, args));
        text.unwrap_or_else(|| key.to_owned())
    }
}

impl Clone for Lang {
    fn clone(&self) -> Self {
        Self { tag: self.tag, texts: Arc::clone(&self.texts), registry: self.registry.clone() }
    }
}

/// A text that broke off leaves nothing half done.
fn locked(texts: &Mutex<Texts>) -> MutexGuard<'_, Texts> {
    texts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The language for a tag as people and systems write it: `zh`, `zh_CN.UTF-8`, `ZH-Hant`.
fn known(tag: &str) -> &'static str {
    let [english, ..] = TAGS;
    meant_by(tag).unwrap_or(english)
}

/// Whether there are texts in the language of this tag.
pub fn is_known(tag: &str) -> bool {
    meant_by(tag).is_some()
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

/// The one of `TAGS` that a tag as people and systems write it means.
pub fn meant_by(tag: &str) -> Option<&'static str> {
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
