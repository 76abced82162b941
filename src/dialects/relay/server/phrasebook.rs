//! The sentences of the relay itself in each language, put together once: what a flood can ask for costs a copy of bytes.
//!
//! Knows no language: whoever starts the relay looks the sentences up. Each line begins with `* `, which no name does, so
//! that nobody speaks as the relay. Arguments stand as they came, without marks around them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::text_keys::{RelayText, TEXTS};
use crate::model::Phrase;
use crate::model::phrase::Value;

/// Begins each line.
const MARK: &str = "* ";
/// Around the name of an argument while its place in a sentence is looked for.
const BEFORE: char = '⟦';
const AFTER: char = '⟧';

#[derive(Clone, Debug, PartialEq, Eq)]
enum TextPiece {
    Words(String),
    Argument(String),
}

/// A sentence for each number that has a form of its own: 0, 1, all others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Forms([Vec<TextPiece>; 3]);

/// What the relay says in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrasebook {
    tag: String,
    /// What the language calls itself.
    name: String,
    /// Further tags by which it is asked for.
    also: Vec<String>,
    texts: BTreeMap<&'static str, Forms>,
}

impl Phrasebook {
    /// `look_up` says a phrase in the language.
    pub fn new(tag: &str, name: &str, also: Vec<String>, look_up: impl Fn(&Phrase) -> String) -> Self {
        let texts = TEXTS.iter().map(|text| (text.key, forms(text, &look_up))).collect();
        Self { tag: tag.to_owned(), name: name.to_owned(), also, texts }
    }

    fn is_called(&self, wanted: &str) -> bool {
        let names = self.also.iter().chain([&self.tag, &self.name]);
        names.into_iter().any(|name| name.to_lowercase() == wanted)
    }

    fn say(&self, phrase: &Phrase) -> Option<String> {
        let Forms([none, one, many]) = self.texts.get(phrase.key)?;
        let number = phrase.args.iter().find_map(|(_, value)| match value {
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
        });
        let pieces = match number {
            Some(0) => none,
            Some(1) => one,
            Some(_) | None => many,
        };
        Some(filled(pieces, phrase))
    }

    /// How a sentence begins, whatever its arguments are.
    fn start(&self, key: &str) -> Option<&str> {
        match self.texts.get(key)?.0.last()?.first()? {
            TextPiece::Words(words) => Some(words),
            TextPiece::Argument(_) => None,
        }
    }
}

/// Which language of a [`Phrasebooks`]. The first is that of the relay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LanguageId(usize);

/// The languages that the relay speaks. The first is for everybody who has chosen none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrasebooks(Arc<[Phrasebook]>);

impl FromIterator<Phrasebook> for Phrasebooks {
    fn from_iter<I: IntoIterator<Item = Phrasebook>>(books: I) -> Self {
        Self(books.into_iter().collect())
    }
}

impl Phrasebooks {
    /// A sentence in that language. One that is not there shows its key: visible, and better than silence.
    pub(super) fn say(&self, language: LanguageId, phrase: &Phrase) -> String {
        let book = self.0.get(language.0).or_else(|| self.0.first());
        book.and_then(|book| book.say(phrase)).unwrap_or_else(|| format!("{MARK}{}\n", phrase.key))
    }

    /// Sentences below each other.
    pub(super) fn say_all(&self, language: LanguageId, phrases: &[Phrase]) -> String {
        phrases.iter().map(|phrase| self.say(language, phrase)).collect()
    }

    /// By a tag as people and systems write it, or by what the language calls itself.
    pub(super) fn find(&self, wanted: &str) -> Option<LanguageId> {
        let wanted = wanted.split('.').next()?.trim().replace('_', "-").to_lowercase();
        self.0.iter().position(|book| book.is_called(&wanted)).map(LanguageId)
    }

    pub(super) fn name(&self, language: LanguageId) -> &str {
        self.0.get(language.0).map_or("", |book| &book.name)
    }

    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = LanguageId> {
        (0..self.0.len()).map(LanguageId)
    }

    /// The tags, each with what its language calls itself, in the order of the tags: the same for everybody.
    pub(super) fn listed(&self) -> String {
        let mut names: Vec<String> =
            self.0.iter().map(|book| format!("{} ({})", book.tag, book.name)).collect();
        names.sort_unstable();
        names.join(", ")
    }

    /// How a sentence begins in each language.
    pub(super) fn starts(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(move |book| book.start(key))
    }
}

fn forms(text: &RelayText, look_up: &impl Fn(&Phrase) -> String) -> Forms {
    let form = |number: Option<i64>| {
        let phrase = text.args.iter().fold(Phrase::new(text.key), |phrase, name| {
            match number.filter(|_| text.number == Some(*name)) {
                Some(number) => phrase.number(name, number),
                None => phrase.text(name, format!("{BEFORE}{name}{AFTER}")),
            }
        });
        pieces(&look_up(&phrase))
    };
    Forms([form(Some(0)), form(Some(1)), form(None)])
}

/// The pieces of a sentence in which each argument is named between its marks.
fn pieces(sentence: &str) -> Vec<TextPiece> {
    let marked = format!("{MARK}{}\n", sentence.trim_end().replace('\n', &format!("\n{MARK}")));
    let mut parts = marked.split(BEFORE);
    let first = parts.next().map(|words| TextPiece::Words(words.to_owned()));
    let rest = parts.flat_map(|part| {
        let (name, words) = part.split_once(AFTER).unwrap_or(("", part));
        [TextPiece::Argument(name.to_owned()), TextPiece::Words(words.to_owned())]
    });
    first.into_iter().chain(rest).filter(|piece| *piece != TextPiece::Words(String::new())).collect()
}

fn filled(pieces: &[TextPiece], phrase: &Phrase) -> String {
    let mut said = String::new();
    for piece in pieces {
        match piece {
            TextPiece::Words(words) => said.push_str(words),
            TextPiece::Argument(name) => match phrase.args.iter().find(|(known, _)| known == name) {
                Some((_, Value::Text(text))) => said.push_str(text),
                Some((_, Value::Number(number))) => said.push_str(&number.to_string()),
                None => {}
            },
        }
    }
    said
}
