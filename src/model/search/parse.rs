//! Reading what was typed: chunks between white space, each a filter or a text.

use jiff::tz::TimeZone;

use super::date;
use super::fold::fold;
use super::{Author, Search, Term};
use crate::model::{Phrase, WallTime};

/// Bytes of one input: some lines of text, pasted whole. Each byte may cost a token to look for.
pub const MAX_QUERY: usize = 1024;

/// Chunks of one input. Each term is one more list for the index to walk along.
pub const MAX_TERMS: usize = 32;

/// A good date, shown with every refusal.
const EXAMPLE: &str = "2026-11-21";

/// Why an input is no search.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    #[error("longer than {MAX_QUERY} bytes")]
    TooLong,
    #[error("more than {MAX_TERMS} terms")]
    TooManyTerms,
    /// The part that is no date.
    #[error("date {0:?}")]
    Date(String),
}

impl SearchError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::TooLong => Phrase::new("search-too-long").number("limit", MAX_QUERY),
            Self::TooManyTerms => Phrase::new("search-too-many").number("limit", MAX_TERMS),
            Self::Date(part) => {
                Phrase::new("search-date").text("part", part.as_str()).text("example", EXAMPLE)
            }
        }
    }
}

/// The keys of filters.
#[derive(Clone, Copy)]
enum Key {
    From,
    In,
    Before,
    After,
}

const KEYS: [(&str, Key); 4] =
    [("from", Key::From), ("in", Key::In), ("before", Key::Before), ("after", Key::After)];

impl Search {
    /// Reads an input. Dates are those of `zone`; `now` says which day is today.
    pub fn parse(input: &str, zone: &TimeZone, now: WallTime) -> Result<Self, SearchError> {
        if input.len() > MAX_QUERY {
            return Err(SearchError::TooLong);
        }
        let mut search = Self::default();
        for (count, chunk) in input.split_whitespace().enumerate() {
            if count >= MAX_TERMS {
                return Err(SearchError::TooManyTerms);
            }
            match filter(chunk) {
                // The value is still being typed.
                Some((_, "")) => {}
                Some((key, value)) => search.narrow(key, value, |value| date::read(value, zone, now))?,
                None => search.terms.extend(Term::read(chunk)),
            }
        }
        Ok(search)
    }

    fn narrow(
        &mut self,
        key: Key,
        value: &str,
        date: impl Fn(&str) -> Option<WallTime>,
    ) -> Result<(), SearchError> {
        let moment = || date(value).ok_or_else(|| SearchError::Date(value.to_owned()));
        match key {
            Key::Before => self.before = Some(moment()?),
            Key::After => self.after = Some(moment()?),
            Key::From => self.from.extend(author(fold(value))),
            Key::In => self.places.extend(Some(fold(value)).filter(|needle| !needle.is_empty())),
        }
        Ok(())
    }
}

fn author(name: String) -> Option<Author> {
    match name.as_str() {
        "" => None,
        "me" | "我" => Some(Author::Me),
        _ => Some(Author::Named(name)),
    }
}

/// The key and the value of a chunk that is a filter.
fn filter(chunk: &str) -> Option<(Key, &str)> {
    let (key, value) = chunk.split_once([':', '：'])?;
    let (_, known) = KEYS.iter().find(|(name, _)| key.eq_ignore_ascii_case(name))?;
    Some((*known, value))
}
