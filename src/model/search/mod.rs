//! What "a text matches a search" means: for the index, for a scan of memory, and for the marks on the screen.
//!
//! - [`fold()`] gives one spelling to what a person takes for the same (`fold.rs`).
//! - [`index_text`] cuts a text into the tokens that an index keeps (`token.rs`).
//! - [`Search::parse`] reads what was typed (`parse.rs`): `report 开会 from:alex after:2026-11`. White space
//!   separates; all terms must be there. A chunk is a phrase and its last word may go on (`hel` finds hello).
//!   Filters are `from:`, `in:`, `before:` and `after:`; anything else is text and never syntax. To look for the
//!   text `in:x` itself, write `"in:x`: punctuation is not compared.
//! - [`Search::fts`] asks the index; [`Search::matches`] gives the same answer for a text at hand, and
//!   [`Search::ranges`] says where.
//!
//! Names and addresses are looked for by what they hold, and Chinese names by their sound too (`pinyin.rs`); the words of
//! messages are not.
//!
//! Pure functions and plain data: nothing here reads a message, a contact or a clock.

use std::ops::Range;

use super::WallTime;

mod date;
mod fold;
mod mention;
mod parse;
mod pinyin;
mod script;
mod term;
#[cfg(test)]
mod tests;
mod token;

pub use fold::{contains_folded, fold};
pub use mention::OwnNames;
pub use parse::{MAX_QUERY, MAX_TERMS, SearchError};
pub use pinyin::{PinyinQuery, spelled};
pub use term::Term;
pub use token::{MAX_TOKEN, index_text};

use term::Haystack;

/// Goes up when an index would get other tokens than before for some message, because `index_text` makes others or is given
/// more to read: an index of an older version has to be made anew, or it would not find what it holds.
pub const INDEX_VERSION: u32 = 2;

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// We did.
    Me,
    /// A peer whose name or address holds this, folded.
    Named(String),
}

/// What is searched for. A message must have all terms, come from any of the authors, lie in any of the places,
/// and in `[after, before)`; what is empty or `None` asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub terms: Vec<Term>,
    pub from: Vec<Author>,
    /// What the names or addresses of conversations must hold, folded.
    pub places: Vec<String>,
    pub after: Option<WallTime>,
    pub before: Option<WallTime>,
}

impl Search {
    /// Asks for nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The terms as an FTS5 MATCH expression for a column filled by [`index_text`]; `None` where no term has
    /// tokens. What it finds also [`matches`](Self::matches), unless there are literals, which no index has.
    pub fn fts(&self) -> Option<String> {
        let phrases: Vec<String> = self.terms.iter().filter_map(Term::fts).collect();
        (!phrases.is_empty()).then(|| phrases.join(" AND "))
    }

    /// Whether `fts` does not ask for every term, so that what it finds has yet to pass `matches`.
    pub fn has_literals(&self) -> bool {
        self.terms.iter().any(|term| matches!(term, Term::Literal(_)))
    }

    /// Whether `text` has all terms. Without terms every text does.
    pub fn matches(&self, text: &str) -> bool {
        if self.terms.is_empty() {
            return true;
        }
        let text = Haystack::new(text);
        self.terms.iter().all(|term| term.matches(&text))
    }

    /// Where the terms stand in `text`, in rising order and without overlap. A character comes with its marks, but
    /// not always with its whole grapheme cluster. Terms are marked even where others are missing.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        if self.terms.is_empty() {
            return Vec::new();
        }
        let text = Haystack::new(text);
        let mut found = Vec::new();
        for term in &self.terms {
            term.find(&text, &mut found);
        }
        found.sort_unstable_by_key(|range| (range.start, range.end));
        merged(found.iter().map(|range| text.original(range)))
    }

    /// Whether a message of this time is asked for.
    pub fn covers(&self, time: WallTime) -> bool {
        self.after.is_none_or(|after| after <= time) && self.before.is_none_or(|before| time < before)
    }

    /// Whether a conversation is asked for that goes by these names and addresses.
    pub fn covers_place(&self, names: &[&str]) -> bool {
        self.places.is_empty() || self.places.iter().any(|needle| any_contains(names, needle))
    }

    /// Whether a message is asked for that we wrote (`ours`), or a peer that goes by these names and addresses.
    pub fn covers_author(&self, ours: bool, names: &[&str]) -> bool {
        self.from.is_empty()
            || self.from.iter().any(|author| match author {
                Author::Me => ours,
                Author::Named(needle) => !ours && any_contains(names, needle),
            })
    }
}

fn any_contains(names: &[&str], needle: &str) -> bool {
    let by_sound = PinyinQuery::new(needle);
    let sounds = |name: &str| by_sound.as_ref().is_some_and(|query| query.find(name).is_some());
    names.iter().any(|name| contains_folded(name, needle) || sounds(name))
}

/// Ranges in rising order of their starts, the overlapping ones made one.
fn merged(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
