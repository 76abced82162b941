//! Folding: one spelling for everything a person takes for the same text, and the way back to the original.
//!
//! Compatibility forms become plain ones (`ＨＥ` → `he`, `ﬁ` → `fi`, `①` → `1`), upper case becomes lower case,
//! Latin, Greek and Cyrillic letters lose their accents (`é`, `й`) and their strokes (`ø`), `ß` is `ss`, and
//! what has no picture goes (joiners, variation selectors, the soft hyphen). Marks of other scripts stay: が is
//! not か, and a Thai or Indic vowel sign is part of the word. It must not know tokens.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::script::{continues, folds_to_itself, is_ignorable, loses_accents};

/// `text` as searches compare it.
pub fn fold(text: &str) -> String {
    Folded::new(text).text
}

/// Whether a name or an address holds `needle`, which is folded already.
pub fn contains_folded(haystack: &str, needle: &str) -> bool {
    fold(haystack).contains(needle)
}

/// A folded text that knows where its characters came from.
#[derive(Debug)]
pub(super) struct Folded {
    text: String,
    /// In rising order of both starts.
    pieces: Vec<Piece>,
    /// Bytes of the original.
    len: usize,
}

/// A part of the text, up to the next piece.
#[derive(Debug)]
struct Piece {
    folded: usize,
    original: usize,
    /// Each character is as long as the one it came from. Otherwise the piece is one unit: a character with
    /// all that hangs on it.
    even: bool,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let text = String::with_capacity(original.len());
        let mut folded = Self { text, pieces: Vec::new(), len: original.len() };
        let mut at = 0;
        while let Some(rest) = original.get(at..).filter(|rest| !rest.is_empty()) {
            let plain = plain_len(rest);
            let len = if plain > 0 { plain } else { unit_len(rest) };
            let part = rest.get(..len).unwrap_or(rest);
            folded.take(at, part, plain > 0);
            at = at.saturating_add(part.len());
        }
        folded
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Takes in what begins there: plain characters, or one unit.
    fn take(&mut self, original: usize, part: &str, plain: bool) {
        let folded = self.text.len();
        if plain {
            self.text.push_str(part);
            self.text.get_mut(folded..).unwrap_or_default().make_ascii_lowercase();
        } else {
            fold_unit(part, &mut self.text);
        }
        let even = plain || is_even(part, self.text.get(folded..).unwrap_or_default());
        if !even || self.pieces.last().is_none_or(|piece| !piece.even) {
            self.pieces.push(Piece { folded, original, even });
        }
    }

    /// The bytes of the original that gave these, which are not none. Units come whole.
    pub(super) fn original(&self, folded: &Range<usize>) -> Range<usize> {
        let last = folded.end.saturating_sub(1);
        let start = self.piece(folded.start).map_or(0, |(piece, _)| {
            let inside = if piece.even { folded.start.saturating_sub(piece.folded) } else { 0 };
            piece.original.saturating_add(inside)
        });
        let end = self.piece(last).map_or(self.len, |(piece, end)| {
            let inside = folded.end.saturating_sub(piece.folded);
            if piece.even { piece.original.saturating_add(inside) } else { end }
        });
        start..end
    }

    /// The piece this byte lies in, and where it ends in the original.
    fn piece(&self, folded: usize) -> Option<(&Piece, usize)> {
        let after = self.pieces.partition_point(|piece| piece.folded <= folded);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        Some((piece, self.pieces.get(after).map_or(self.len, |next| next.original)))
    }
}

/// Bytes at the start, in whole characters, that fold to themselves but for the case of ASCII.
fn plain_len(text: &str) -> usize {
    // Bytes are faster than characters, and most text is nothing else.
    let ascii = text.bytes().position(|byte| !byte.is_ascii()).unwrap_or(text.len());
    let mut newest = ascii.saturating_sub(1);
    for (after, c) in text.get(ascii..).unwrap_or_default().char_indices() {
        let at = ascii.saturating_add(after);
        if !c.is_ascii() && !folds_to_itself(c) {
            return if continues(c, '\0') { newest } else { at };
        }
        newest = at;
    }
    text.len()
}

/// Bytes of the first character with all that hangs on it.
fn unit_len(text: &str) -> usize {
    let mut last = None;
    let next = text.char_indices().find(|(_, c)| {
        let ends = last.is_some_and(|last| !continues(*c, last));
        last = Some(*c);
        ends
    });
    next.map_or(text.len(), |(at, _)| at)
}

/// Whether both are one character of the same length. (`ß` is as long as the `ss` it becomes.)
fn is_even(part: &str, folded: &str) -> bool {
    let alone = |text: &str| text.chars().next().is_some_and(|c| c.len_utf8() == text.len());
    part.len() == folded.len() && alone(part) && alone(folded)
}

fn fold_unit(unit: &str, out: &mut String) {
    let start = out.len();
    let mut folder = Folder { out, bare: false, composes: false };
    for c in unit.chars() {
        if folds_to_itself(c) {
            folder.bare = loses_accents(c);
            folder.out.push(c);
        } else {
            decompose_compatible(c, |part| folder.take(part));
        }
    }
    if folder.composes {
        compose(start, out);
    }
}

/// Folds one unit, of which it sees the decomposed characters.
struct Folder<'a> {
    out: &'a mut String,
    /// The newest letter loses its marks.
    bare: bool,
    /// Something came that may have to move, or to be made one with what stands before.
    composes: bool,
}

impl Folder<'_> {
    fn take(&mut self, c: char) {
        if c.is_ascii() {
            self.bare = c.is_ascii_alphabetic();
            self.out.push(c.to_ascii_lowercase());
            return;
        }
        let mark = is_combining_mark(c);
        if is_ignorable(c) || (mark && self.bare) {
            return;
        }
        // The ranges of letters hold a few marks, which are no base for others.
        self.bare = !mark && loses_accents(c);
        self.composes |= continues(c, '\0');
        push_lower(c, self.out);
    }
}

fn push_lower(c: char, out: &mut String) {
    for lower in c.to_lowercase() {
        match lower {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ħ' => out.push('h'),
            'ŧ' => out.push('t'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            other => out.push(other),
        }
    }
}

/// Marks that stayed are put in order and composed with their letter, whichever way they were typed.
fn compose(start: usize, out: &mut String) {
    let unit = out.get(start..).unwrap_or_default();
    if is_nfc_quick(unit.chars()) != IsNormalized::Yes {
        let unit = out.split_off(start);
        out.extend(unit.nfc());
    }
}
