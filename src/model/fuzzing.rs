//! What the fuzzer is told of a decoder, and the decoders of this layer: `cargo fuzz` feeds them bytes of its own making
//! (`tests/fuzz`), and a unit test those that it has found worth keeping.

use std::time::Instant;

use jiff::tz::TimeZone;

use super::search::Search;
use super::text::{self, Escaped};
use super::{Now, WallTime};

/// A decoder with the laws that hold whatever it is given.
#[derive(Clone, Copy, Debug)]
pub struct FuzzTarget {
    /// Also that of its folder in `tests/fuzz/corpus`.
    pub name: &'static str,
    /// Panics where a law is broken.
    pub run: fn(&[u8]),
}

pub const TARGETS: &[FuzzTarget] =
    &[FuzzTarget { name: "escaper", run: escaper }, FuzzTarget { name: "search_query", run: search_query }];

/// A moment like any other.
#[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
pub fn moment() -> Now {
    Now { mono: Instant::now(), wall: WallTime(1_700_000_000_000_000) }
}

/// What a byte of the input decides, apart from the bytes that are decoded.
pub fn split_first(bytes: &[u8]) -> (u8, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest))
}

/// What the bytes of an input decide, one after another. Behind their end everything is the first of its kind.
#[derive(Debug)]
pub struct Choices<'a> {
    bytes: &'a [u8],
}

impl<'a> Choices<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub const fn is_over(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let (first, rest) = split_first(self.bytes);
        self.bytes = rest;
        first
    }

    pub fn is_chosen(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// One of so many, of 256 at most.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()).checked_rem(count).unwrap_or_default()
    }

    /// `None`: there are none.
    pub fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let at = self.below(all.len());
        all.get(at).cloned()
    }

    /// Seldom a word that is no text, or one with what the escaper makes something of.
    pub fn word(&mut self) -> String {
        const WORDS: [&str; 8] = ["a", "b", "在吗", "a b", "", "mei", "\u{202e}\n\u{7}", "👩‍👩‍👧"];
        self.one_of(&WORDS).unwrap_or_default().to_owned()
    }
}

fn escaper(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let shown = text::escape(&text);
    assert_drawable(&shown);
    let line = text::escape_line(&text);
    assert_drawable(&line);
    assert!(!line.as_str().contains('\n'), "a line is one line");
    // What is safe already stays as it is: nothing is escaped twice in a log that is read again.
    assert_eq!(text::plain_line(line.as_str()), line.as_str(), "what is escaped is drawn as it is");
}

fn assert_drawable(shown: &Escaped) {
    assert!(!shown.as_str().chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    let mut end = 0;
    for token in shown.tokens() {
        assert!(end <= token.start && token.start < token.end, "{shown:?}");
        assert!(shown.as_str().get(token.clone()).is_some(), "{shown:?}");
        end = token.end;
    }
}

fn search_query(bytes: &[u8]) {
    let input = String::from_utf8_lossy(bytes);
    let _search = Search::parse(&input, &TimeZone::UTC, WallTime(1_700_000_000_000_000));
}
