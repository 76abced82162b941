//! Which characters never reach a terminal, which need no thought, and the few small tables between.
//!
//! Facts: Unicode 17.0 `DerivedCoreProperties` (`Default_Ignorable_Code_Point`), `PropList`
//! (`Bidi_Control`, `Noncharacter_Code_Point`), `GraphemeBreakProperty`. It looks at single characters only.

use unicode_linebreak::{BreakClass, break_property};
use unicode_width::UnicodeWidthChar;

pub(super) const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
pub(super) const ZERO_WIDTH_JOINER: char = '\u{200d}';
pub(super) const TEXT_STYLE: char = '\u{fe0e}';
pub(super) const EMOJI_STYLE: char = '\u{fe0f}';
pub(super) const KEYCAP: char = '\u{20e3}';

/// Always a token, in rising order. Missing on purpose: U+200C, U+200D, U+FE0E, U+FE0F and U+E0100..E01EF,
/// which stay where they do their work (`cluster.rs`).
const FORBIDDEN: &[(char, char)] = &[
    ('\0', '\u{1f}'),            // C0
    ('\u{7f}', '\u{9f}'),        // DEL, C1
    ('\u{ad}', '\u{ad}'),        // soft hyphen
    ('\u{34f}', '\u{34f}'),      // combining grapheme joiner
    ('\u{61c}', '\u{61c}'),      // Arabic letter mark
    ('\u{115f}', '\u{1160}'),    // Hangul fillers
    ('\u{17b4}', '\u{17b5}'),    // Khmer inherent vowels
    ('\u{180b}', '\u{180f}'),    // Mongolian variation selectors and vowel separator
    ('\u{200b}', '\u{200b}'),    // zero width space
    ('\u{200e}', '\u{200f}'),    // LRM, RLM
    ('\u{2028}', '\u{202e}'),    // line and paragraph separator, bidi embeddings and overrides
    ('\u{2060}', '\u{206f}'),    // word joiner, invisible operators, bidi isolates, deprecated formats
    ('\u{3164}', '\u{3164}'),    // Hangul filler
    ('\u{e000}', '\u{f8ff}'),    // private use: any width, any picture
    ('\u{fdd0}', '\u{fdef}'),    // noncharacters
    ('\u{fe00}', '\u{fe0d}'),    // variation selectors 1 to 14
    ('\u{feff}', '\u{feff}'),    // byte order mark
    ('\u{ffa0}', '\u{ffa0}'),    // halfwidth Hangul filler
    ('\u{fff0}', '\u{fffb}'),    // reserved ignorables, interlinear annotation
    ('\u{13430}', '\u{1343f}'),  // Egyptian hieroglyph joiners
    ('\u{1bca0}', '\u{1bca3}'),  // shorthand formats
    ('\u{1d173}', '\u{1d17a}'),  // musical formats
    ('\u{e0000}', '\u{e00ff}'),  // tag characters
    ('\u{e01f0}', '\u{e0fff}'),  // reserved ignorables
    ('\u{f0000}', '\u{10ffff}'), // private use planes
];

/// `Grapheme_Cluster_Break=Prepend`: takes the next character, whatever it is, into its own cluster.
const PREPENDS: &[(char, char)] = &[
    ('\u{600}', '\u{605}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{d4e}', '\u{d4e}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{111c2}', '\u{111c3}'),
    ('\u{113d1}', '\u{113d1}'),
    ('\u{1193f}', '\u{1193f}'),
    ('\u{11941}', '\u{11941}'),
    ('\u{11a84}', '\u{11a89}'),
    ('\u{11d46}', '\u{11d46}'),
    ('\u{11f02}', '\u{11f02}'),
];

/// Spacing marks that UAX #29 lets begin a cluster (Myanmar, Tai Tham, Ahom). Terminals that go by the general
/// category still hang them on what stands before, so they count as marks here.
const LOOSE_MARKS: &[(char, char)] = &[
    ('\u{102b}', '\u{102c}'),
    ('\u{1038}', '\u{1038}'),
    ('\u{1062}', '\u{1064}'),
    ('\u{1067}', '\u{106d}'),
    ('\u{1083}', '\u{1083}'),
    ('\u{1087}', '\u{108c}'),
    ('\u{108f}', '\u{108f}'),
    ('\u{109a}', '\u{109c}'),
    ('\u{1a61}', '\u{1a61}'),
    ('\u{1a63}', '\u{1a64}'),
    ('\u{aa7b}', '\u{aa7b}'),
    ('\u{aa7d}', '\u{aa7d}'),
    ('\u{11720}', '\u{11721}'),
];

fn is_listed(table: &[(char, char)], c: char) -> bool {
    let after = table.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).and_then(|at| table.get(at)).is_some_and(|(_, last)| c <= *last)
}

/// Characters of everyday writing that have a width, are assigned, and of which no two ever join: a run of them
/// needs no cluster analysis. Only speed hangs on this list being long.
pub(super) const fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~'
        | '\u{a0}'..='\u{a8}' | '\u{aa}'..='\u{ac}' | '\u{af}'..='\u{2ff}'
        | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203b}'
        | '\u{3000}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{309b}'..='\u{30ff}' | '\u{3105}'..='\u{312f}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{fa6d}' | '\u{ff01}'..='\u{ff9d}')
}

/// Never drawn as it is, wherever it stands.
pub(super) fn is_forbidden(c: char) -> bool {
    !is_plain(c) && (is_listed(FORBIDDEN, c) || is_noncharacter(c) || is_unassigned(c))
}

/// Stays only where it does its work.
pub(super) const fn is_conditional(c: char) -> bool {
    matches!(c, ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER | TEXT_STYLE | EMOJI_STYLE)
        || is_ideographic_selector(c)
}

pub(super) const fn is_ideographic_selector(c: char) -> bool {
    matches!(c, '\u{e0100}'..='\u{e01ef}')
}

pub(super) fn is_prepend(c: char) -> bool {
    is_listed(PREPENDS, c)
}

pub(super) fn is_loose_mark(c: char) -> bool {
    is_listed(LOOSE_MARKS, c)
}

/// Whether a character that joined a cluster counts against `MAX_CLUSTER_MARKS`: combining marks and vowel
/// signs do, further letters and people of the cluster do not (the limit in bytes holds those).
pub(super) fn counts_as_mark(c: char) -> bool {
    cells(c) == 0
        || matches!(
            break_property(u32::from(c)),
            BreakClass::CombiningMark | BreakClass::ComplexContext | BreakClass::EmojiModifier
        )
}

pub(super) fn cells(c: char) -> usize {
    c.width().unwrap_or(0)
}

pub(super) const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3fffd}')
}

/// A script in which U+200C changes how letters join: Arabic, or the number of an Indic block of 128.
pub(super) fn joining_script(c: char) -> Option<u32> {
    const ARABIC: u32 = 0;
    match c {
        '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' => Some(ARABIC),
        '\u{900}'..='\u{dff}' => Some(u32::from(c) >> 7),
        _ => None,
    }
}

/// A letter that U+200C may stand before: no vowel sign, nothing that joins forward by itself.
pub(super) fn is_joining_letter(c: char) -> bool {
    c.is_alphabetic()
        && joining_script(c).is_some()
        && break_property(u32::from(c)) != BreakClass::CombiningMark
        && !is_prepend(c)
}

const fn is_noncharacter(c: char) -> bool {
    c as u32 & 0xfffe == 0xfffe
}

/// The line-break class is a table we have anyway, and unknown there means unassigned (or newer than the
/// table). Terminals differ over such a width, unless it is wide: after a wide cell the cursor is placed anew.
fn is_unassigned(c: char) -> bool {
    break_property(u32::from(c)) == BreakClass::Unknown && cells(c) != 2
}
