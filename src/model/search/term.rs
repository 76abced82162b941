//! One term of a search, and where it stands in a text.
//!
//! A phrase is found exactly where the index would find it: its tokens side by side among those of the text.

use std::ops::Range;

use super::fold::{Folded, fold};
use super::token::{Token, TokenKind, spell, tokens};

/// What one chunk of the input asks for. Everything in it is folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// These tokens side by side; with `prefix` the last one need only begin like that.
    Phrase { tokens: Vec<String>, prefix: bool },
    /// A chunk without a letter or digit (`->`, `👍`): these characters, wherever they stand. No index has them.
    Literal(String),
}

/// A text that is searched.
#[derive(Debug)]
pub(super) struct Haystack {
    folded: Folded,
    tokens: Vec<Token>,
}

impl Haystack {
    pub(super) fn new(text: &str) -> Self {
        let folded = Folded::new(text);
        let tokens = tokens(folded.as_str());
        Self { folded, tokens }
    }

    /// Bytes of the original for some of the folded text.
    pub(super) fn original(&self, folded: &Range<usize>) -> Range<usize> {
        self.folded.original(folded)
    }

    fn spelling(&self, token: &Token) -> &str {
        self.folded.as_str().get(token.range.clone()).unwrap_or_default()
    }
}

impl Term {
    /// The term of a chunk, unless nothing can be seen in it.
    pub(super) fn read(chunk: &str) -> Option<Self> {
        let folded = fold(chunk);
        let mut found = tokens(&folded);
        // A run's last character is a token of its own only where the run ends, and what is searched for may
        // stand inside a longer one: 开会 in 开会了.
        if let [.., Token { kind: TokenKind::Pair, .. }, Token { kind: TokenKind::Last, .. }] =
            found.as_slice()
        {
            found.pop();
        }
        let Some(last) = found.last() else {
            return (!folded.trim().is_empty()).then_some(Self::Literal(folded));
        };
        let prefix = last.kind != TokenKind::Pair;
        let spelling = |token: &Token| folded.get(token.range.clone()).unwrap_or_default().to_owned();
        Some(Self::Phrase { tokens: found.iter().map(spelling).collect(), prefix })
    }

    /// The phrase in FTS5's query language; nothing for a literal. Spelled as in the index, a token holds neither
    /// quotes nor spaces, whatever was typed.
    pub(super) fn fts(&self) -> Option<String> {
        let Self::Phrase { tokens, prefix } = self else { return None };
        let mut out = String::from("\"");
        for (at, token) in tokens.iter().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            spell(token, &mut out);
        }
        out.push_str(if *prefix { "\" *" } else { "\"" });
        Some(out)
    }

    pub(super) fn matches(&self, text: &Haystack) -> bool {
        match self {
            Self::Literal(literal) => text.folded.as_str().contains(literal),
            Self::Phrase { tokens, prefix } => {
                let mut found = false;
                each_hit(tokens, *prefix, text, |_| {
                    found = true;
                    false
                });
                found
            }
        }
    }

    /// Adds where the term stands in the folded text.
    pub(super) fn find(&self, text: &Haystack, found: &mut Vec<Range<usize>>) {
        match self {
            Self::Literal(literal) => {
                let hits = text.folded.as_str().match_indices(literal.as_str());
                found.extend(hits.map(|(at, hit)| at..at.saturating_add(hit.len())));
            }
            Self::Phrase { tokens, prefix } => each_hit(tokens, *prefix, text, |hit| {
                found.push(hit);
                true
            }),
        }
    }
}

/// Tells `hit` each place of the phrase, as long as it wants more. By Knuth, Morris and Pratt, with tokens for
/// letters, so that 哈哈哈哈 in an endless laugh takes no longer than anything else.
fn each_hit(phrase: &[String], prefix: bool, text: &Haystack, mut hit: impl FnMut(Range<usize>) -> bool) {
    let Some((last, head)) = phrase.split_last() else { return };
    let borders = borders(head);
    let mut count = 0;
    for (at, token) in text.tokens.iter().enumerate() {
        let spelling = text.spelling(token);
        let ends = if prefix { spelling.starts_with(last) } else { spelling == last };
        if count == head.len() && ends {
            let first = at.checked_sub(count).and_then(|first| text.tokens.get(first)).unwrap_or(token);
            let end = token.range.start.saturating_add(last.len());
            if !hit(first.range.start..end) {
                return;
            }
        }
        count = advance(head, &borders, count, spelling);
    }
}

/// How many tokens of `head` the newest ones of the text spell, when `count` did before `next` came.
fn advance(head: &[String], borders: &[usize], mut count: usize, next: &str) -> usize {
    loop {
        if head.get(count).is_some_and(|token| token == next) {
            return count.saturating_add(1);
        }
        let Some(before) = count.checked_sub(1) else { return 0 };
        count = borders.get(before).copied().unwrap_or(0);
    }
}

/// For each beginning of `head`, how much of its end is the beginning again.
fn borders(head: &[String]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(head.len());
    let mut count = 0;
    for (at, token) in head.iter().enumerate() {
        if at > 0 {
            count = advance(head, &borders, count, token);
        }
        borders.push(count);
    }
    borders
}
