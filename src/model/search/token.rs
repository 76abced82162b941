//! Tokens: what a text is cut into for the index, and how they are spelled there.
//!
//! Chinese and its neighbours write without spaces, so their runs become overlapping pairs and, at the end, the
//! last single character: 开会了 gives 开会, 会了, 了. Thus a word of two is one token, and one character is found
//! as the beginning of a pair or as a last one. Everything else made of letters and digits is a word.

use std::ops::Range;

use super::fold::Folded;
use super::script::{ScriptClass, class, is_safe_in_index};

/// Characters of one token. Longer words are data (base64, a key, a flood); they are cut into pieces of this
/// length, so that nothing of them is lost and no token is large.
pub const MAX_TOKEN: usize = 64;

/// A part of the folded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) range: Range<usize>,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    /// Two neighbours of a run without spaces. There is another token of that run behind it.
    Pair,
    /// The last character of such a run.
    Last,
}

/// What is put into the index for `text`: its tokens in order, with a space between.
///
/// `SQLite`'s `unicode61` takes most characters apart or changes them by tables of its own: it splits at marks,
/// does not know newer scripts, and folds in its own way. A character that it is not sure to leave alone is
/// therefore spelled as two private-use ones, which it keeps: U+F000 plus the upper bits of its number, then
/// U+E000 plus the lower twelve. The two ranges do not meet, so prefixes stay prefixes and no two texts become one.
pub fn index_text(text: &str) -> String {
    let folded = Folded::new(text);
    let mut out = String::with_capacity(folded.as_str().len().saturating_mul(2));
    for token in tokens(folded.as_str()) {
        if !out.is_empty() {
            out.push(' ');
        }
        spell(folded.as_str().get(token.range).unwrap_or_default(), &mut out);
    }
    out
}

/// Writes a token as the index has it: nothing comes out but letters, digits and private-use characters.
pub(super) fn spell(token: &str, out: &mut String) {
    for c in token.chars() {
        if is_safe_in_index(c) {
            out.push(c);
        } else {
            let number = u32::from(c);
            out.extend(
                [0xf000 + (number >> 12), 0xe000 + (number & 0xfff)].into_iter().filter_map(char::from_u32),
            );
        }
    }
}

/// The tokens of a folded text.
pub(super) fn tokens(folded: &str) -> Vec<Token> {
    let mut cutter = Cutter { tokens: Vec::new(), open: Open::Nothing };
    for (at, c) in folded.char_indices() {
        let end = at.saturating_add(c.len_utf8());
        match (class(c), &cutter.open) {
            (ScriptClass::Word, _) | (ScriptClass::Mark, Open::Word { .. }) => cutter.letter(at, end),
            (ScriptClass::Run, _) | (ScriptClass::Mark, Open::Run { .. }) => cutter.character(at, end),
            (ScriptClass::Separator | ScriptClass::Mark, _) => cutter.close(),
        }
    }
    cutter.close();
    cutter.tokens
}

struct Cutter {
    tokens: Vec<Token>,
    open: Open,
}

/// What has begun and not ended yet.
enum Open {
    Nothing,
    Word {
        range: Range<usize>,
        chars: usize,
    },
    /// The newest character of a run.
    Run(Range<usize>),
}

impl Cutter {
    fn letter(&mut self, at: usize, end: usize) {
        if let Open::Word { range, chars } = &mut self.open
            && *chars < MAX_TOKEN
        {
            range.end = end;
            *chars = chars.saturating_add(1);
            return;
        }
        self.close();
        self.open = Open::Word { range: at..end, chars: 1 };
    }

    fn character(&mut self, at: usize, end: usize) {
        if let Open::Run(newest) = &self.open {
            self.tokens.push(Token { range: newest.start..end, kind: TokenKind::Pair });
        } else {
            self.close();
        }
        self.open = Open::Run(at..end);
    }

    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Word { range, .. } => self.tokens.push(Token { range, kind: TokenKind::Word }),
            Open::Run(range) => self.tokens.push(Token { range, kind: TokenKind::Last }),
        }
    }
}
