//! Emoji by their short codes: `:smi`.

use super::{Candidate, Candidates, MAX_CANDIDATES};
use crate::tui::reaction_picker::USUAL;

/// Letters of a short code at most.
const MAX_CODE: usize = 40;

/// Letters from which on the candidates are shown by themselves.
const LEAST_CODE: usize = 2;

/// What the short code at the end of the text may become.
pub(super) fn find(before: &str) -> Option<Candidates> {
    let (start, code) = code(before)?;
    let candidates = match code.strip_suffix(':') {
        Some(whole) => by_code(whole, str::eq),
        None => by_code(code, |short, code| short.starts_with(code)),
    };
    (!candidates.is_empty()).then(|| Candidates::new(start, candidates))
}

/// Those that are called so, with or without colons; at first those that are chosen most.
pub(super) fn named(word: &str) -> Vec<Candidate> {
    let code = word.trim_matches(':');
    if code.is_empty() {
        let usual = USUAL.into_iter().filter_map(emojis::get);
        return usual.filter_map(|emoji| Some(candidate(emoji.shortcodes().next()?, emoji))).collect();
    }
    by_code(code, |short, code| short.starts_with(code))
}

/// A short code that is being written, and where it begins. A colon within a word, as in a time or an address, begins none.
fn code(before: &str) -> Option<(usize, &str)> {
    let body = before.strip_suffix(':').unwrap_or(before);
    let start = body.rfind(':')?;
    let code = before.get(start.saturating_add(1)..)?;
    let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | ':');
    let fits = code.len() >= LEAST_CODE && code.len() <= MAX_CODE && code.chars().all(is_code);
    let is_within =
        before.get(..start)?.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ':' || c == '/');
    (fits && !is_within).then_some((start, code))
}

/// The shortest short code, which is the nearest, first.
fn by_code(code: &str, fits: impl Fn(&str, &str) -> bool) -> Vec<Candidate> {
    let code = code.to_ascii_lowercase();
    let fitting = |emoji: &'static emojis::Emoji| {
        let short = emoji.shortcodes().filter(|short| fits(short, &code)).min_by_key(|short| short.len())?;
        Some((short, emoji))
    };
    let mut found: Vec<(&str, &emojis::Emoji)> = emojis::iter().filter_map(fitting).collect();
    found.sort_by_key(|(short, _)| short.len());
    found.into_iter().take(MAX_CANDIDATES).map(|(short, emoji)| candidate(short, emoji)).collect()
}

fn candidate(short: &str, emoji: &emojis::Emoji) -> Candidate {
    Candidate::new(emoji.as_str(), emoji.as_str()).taking(format!(":{short}:")).about(emoji.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_code_begins_behind_a_blank_or_a_chinese_character() {
        for (before, found) in [
            (":sm", Some((0, "sm"))),
            ("hi :smile:", Some((3, "smile:"))),
            ("好的:ok", Some((6, "ok"))),
            (":s", None),
            ("at 10:30", None),
            ("http://x", None),
            ("a::sm", None),
            ("(:+1", Some((1, "+1"))),
        ] {
            assert_eq!(code(before), found, "{before}");
        }
    }
}
