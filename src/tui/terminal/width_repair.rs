//! Clusters whose width terminals do not agree on, and how far over the cells behind it one may be drawn.
//!
//! ❤️, keycaps and other narrow characters with U+FE0F are two cells to UAX #11 and to us, and one to tmux, GNU screen,
//! mosh and xterm. A family is two cells to us and six to a terminal that adds up its people. A lone regional
//! indicator is one cell here and two there. What is newer than a terminal's tables may be anything. Whoever draws one
//! of these blanks the cells it has here first, places the cursor anew behind it, and draws again what it may have been
//! drawn over: then no terminal shows in these cells what is not meant to stand there. Decides nothing about how text
//! is laid out.

use unicode_width::UnicodeWidthChar as _;

use crate::tui::pictures::is_kept;
use crate::tui::text::{cluster_width, is_printable_ascii};

/// Characters that every terminal gives the cells that we count, in rising order: old enough for every table, no
/// emoji. What is missing here costs a few bytes where it is drawn, nothing else.
const SETTLED: &[(char, char)] = &[
    (' ', '~'),
    ('\u{a0}', '\u{52f}'),    // Latin, its marks, Greek, Cyrillic
    ('\u{531}', '\u{5f4}'),   // Armenian, Hebrew
    ('\u{606}', '\u{6dc}'),   // Arabic, up to a sign that takes in what follows
    ('\u{6de}', '\u{6ff}'),   // Arabic
    ('\u{e01}', '\u{e5b}'),   // Thai
    ('\u{10d0}', '\u{10f6}'), // Georgian
    ('\u{1e00}', '\u{1fff}'), // Latin and Greek with accents
    ('\u{2010}', '\u{2027}'), // dashes, quotes, bullets; here and below without ‼ and ⁉
    ('\u{2030}', '\u{203b}'),
    ('\u{203d}', '\u{2048}'),
    ('\u{20a0}', '\u{20b5}'), // currencies
    ('\u{2190}', '\u{2193}'), // arrows that are no emoji
    ('\u{2200}', '\u{22ff}'), // mathematics
    ('\u{2500}', '\u{25a9}'), // lines and blocks; here and below without ▪▫▶◀◻◼◽◾
    ('\u{25ac}', '\u{25b5}'),
    ('\u{25b7}', '\u{25bf}'),
    ('\u{25c1}', '\u{25fa}'),
    ('\u{2713}', '\u{2713}'), // ✓
    ('\u{3000}', '\u{3029}'), // CJK punctuation
    ('\u{3041}', '\u{3096}'), // Hiragana
    ('\u{309b}', '\u{30ff}'), // Katakana
    ('\u{3105}', '\u{312c}'), // Bopomofo
    ('\u{3131}', '\u{3163}'), // Hangul letters
    ('\u{3400}', '\u{4db5}'), // ideographs
    ('\u{4e00}', '\u{9fa5}'),
    ('\u{ac00}', '\u{d7a3}'), // Hangul
    ('\u{f900}', '\u{fa2d}'),
    ('\u{fe30}', '\u{fe4f}'),
    ('\u{ff01}', '\u{ff9d}'), // full-width letters, half-width Katakana
    ('\u{ffe0}', '\u{ffe6}'),
    ('\u{fffd}', '\u{fffd}'),
    ('\u{20000}', '\u{2fffd}'),
];

/// The most cells that a terminal may give this cluster. `None`: all give it the cells that we count.
pub(super) fn reach(cluster: &str) -> Option<u16> {
    // A terminal that keeps pictures knows what stands for them.
    if is_printable_ascii(cluster) || is_kept(cluster) {
        return None;
    }
    let counted = |c: char| c.width().unwrap_or(0);
    let settled = cluster.chars().all(is_settled);
    let letters = cluster.chars().filter(|c| counted(*c) > 0).count();
    let width = cluster_width(cluster);
    if settled && letters <= 1 && cluster.chars().map(counted).sum::<usize>() == width {
        return None;
    }
    let most = |c: char| match counted(c) {
        width if is_settled(c) => width,
        // A mark may be a letter to a terminal that does not know it.
        0 => 1,
        _ => 2,
    };
    let sum: usize = cluster.chars().map(most).sum();
    Some(u16::try_from(sum.max(width)).unwrap_or(u16::MAX))
}

fn is_settled(c: char) -> bool {
    let after = SETTLED.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).and_then(|at| SETTLED.get(at)).is_some_and(|(_, last)| c <= *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_writing_is_as_wide_everywhere() {
        for text in
            ["a", "é", "e\u{301}", "Ж", "ש\u{5b7}", "ك", "在", "あ", "한", "！", "│", "█", "…", "✓", "●", "→"]
        {
            assert_eq!(reach(text), None, "{text}");
        }
    }

    #[test]
    fn what_terminals_do_not_agree_on_has_a_reach_of_the_widest() {
        for (text, cells) in [
            ("❤\u{fe0f}", 3),
            ("1\u{fe0f}\u{20e3}", 3),
            ("😀", 2),
            ("🇦", 2),
            ("🇦🇹", 4),
            ("👨\u{200d}👩\u{200d}👧", 8),
            ("क\u{94d}क", 5),
            ("ｶﾞ", 3),
            ("\u{2630}", 2),
        ] {
            assert_eq!(reach(text), Some(cells), "{text}");
        }
    }

    #[test]
    fn the_table_rises() {
        assert!(SETTLED.iter().all(|(first, last)| first <= last));
        assert!(SETTLED.windows(2).all(|pair| matches!(pair, [before, after] if before.1 < after.0)));
    }
}
