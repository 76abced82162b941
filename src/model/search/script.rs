//! What single characters are: letters of which kind of script, accents that may go, nothing at all.
//!
//! Facts: Unicode 17.0 (`Scripts`, `DerivedCoreProperties`). It looks at folded characters one by one, except
//! where it says so.

use unicode_normalization::char::is_combining_mark;

pub(super) const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// What a character of the folded text does to the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScriptClass {
    /// A letter or digit of a script that puts spaces between its words.
    Word,
    /// A character of a script that does not, or whose spaces nobody can rely on.
    Run,
    /// Belongs to the letter before it, and is what that is. On its own it separates.
    Mark,
    Separator,
}

pub(super) fn class(c: char) -> ScriptClass {
    // A letter, of which no table has to be asked.
    let known = folds_to_itself(c);
    match c {
        'a'..='z' | '0'..='9' => ScriptClass::Word,
        '\0'..='\u{7f}' => ScriptClass::Separator,
        _ if is_ideograph(c) => ScriptClass::Run,
        _ if !known && is_combining_mark(c) => ScriptClass::Mark,
        _ if !known && (!c.is_alphanumeric() || is_boxed_letter(c)) => ScriptClass::Separator,
        _ if has_no_spaces(c) => ScriptClass::Run,
        _ => ScriptClass::Word,
    }
}

/// Whatever stands in the blocks of Han. Radicals are symbols to Unicode, but are typed and read like these.
const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{2e80}'..='\u{2fdf}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Thai, Lao, Myanmar, Hangul, Khmer, kana, Bopomofo, and the ideographic marks beside them.
const fn has_no_spaces(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}' | '\u{116d0}'..='\u{116ff}'
        | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{ffa1}'..='\u{ffdc}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        | '\u{16fe0}'..='\u{16fff}' | '\u{1aff0}'..='\u{1b16f}')
}

/// Letters in black boxes, most of them emoji: to Unicode they are alphabetic, to a person they are pictures.
const fn is_boxed_letter(c: char) -> bool {
    matches!(c, '\u{1f150}'..='\u{1f189}')
}

/// A letter of Latin, Greek or Cyrillic, whose accents go. In every other script a mark changes the word.
pub(super) const fn loses_accents(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{370}'..='\u{52f}'
        | '\u{1c80}'..='\u{1c8f}' | '\u{1d00}'..='\u{1dbf}' | '\u{1e00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}'
        | '\u{a640}'..='\u{a69f}' | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}')
}

/// Letters of everyday writing that folding leaves alone, without a look at the tables. Only speed hangs on
/// this list being long, with two exceptions: jamo that stand alone, as Koreans laugh with, would join the
/// syllables beside them, and two Arabic signs would grow to whole sentences, a flood of them to a megabyte.
pub(super) const fn folds_to_itself(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{3041}'..='\u{3096}'
        | 'а'..='и' | 'к'..='я' | 'α'..='ρ' | 'σ'..='ω'
        | '\u{5d0}'..='\u{5ea}' | '\u{627}'..='\u{63a}' | '\u{641}'..='\u{64a}'
        | '\u{904}'..='\u{928}' | '\u{92a}'..='\u{930}' | '\u{935}'..='\u{939}'
        | '\u{e01}'..='\u{e30}' | '\u{e32}' | '\u{e40}'..='\u{e46}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}' | '\u{3131}'..='\u{3163}' | '\u{3165}'..='\u{318e}'
        | '\u{3400}'..='\u{4dbf}' | '\u{fdfa}'..='\u{fdfb}' | '\u{ffa1}'..='\u{ffbe}' | '\u{ffc2}'..='\u{ffc7}'
        | '\u{ffca}'..='\u{ffcf}' | '\u{ffd2}'..='\u{ffd7}' | '\u{ffda}'..='\u{ffdc}')
}

/// Letters that compose with the one before: vowels and finals of Hangul, vowels of Kirat Rai.
const fn composes(c: char) -> bool {
    matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{16d67}' | '\u{16d68}')
}

/// `Default_Ignorable_Code_Point`: has no picture of its own, so a search must not see it.
pub(super) const fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `c` of the original text belongs to the character before it, `last`: it composes with it, hangs on
/// it, or has no picture. Nothing before U+0300 does, but for the soft hyphen, and no ideograph.
pub(super) fn continues(c: char, last: char) -> bool {
    match c {
        '\0'..='\u{2ff}' => c == '\u{ad}',
        // Ideographs, kana, Hangul.
        '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' => false,
        // The halfwidth voicing marks of Katakana, and skin tones.
        '\u{ff9e}' | '\u{ff9f}' | '\u{1f3fb}'..='\u{1f3ff}' => true,
        // The next person of a family.
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => last == ZERO_WIDTH_JOINER,
        _ => is_combining_mark(c) || is_ignorable(c) || composes(c),
    }
}

/// Characters that `SQLite`'s `unicode61` keeps as they are, whatever it is told about diacritics: letters and
/// digits of old Unicode versions, in lower case and without accents.
pub(super) const fn is_safe_in_index(c: char) -> bool {
    matches!(c,
        '0'..='9' | 'a'..='z' | 'α'..='ρ' | 'σ'..='ω' | 'а'..='џ'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3094}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}'
        | '\u{3105}'..='\u{312c}' | '\u{3131}'..='\u{318e}' | '\u{3400}'..='\u{4db5}' | '\u{4e00}'..='\u{9fa5}'
        | '\u{ac00}'..='\u{d7a3}')
}
