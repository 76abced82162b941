//! Wrapping by UAX #14 with a grapheme fall-back, shared by the scrollback and the composer.

use std::ops::Range;

/// Splits `text` into rows of at most `width` cells. (Stub.)
pub fn wrap(text: &str, _width: u16) -> Vec<Range<usize>> {
    vec![0..text.len()]
}
