//! Where a text speaks to us: our name as a word, whatever its case, with or without an `@`.
//!
//! Scripts that put no spaces between words have no whole words to look for: there a name counts wherever it stands,
//! unless it is a single character, which needs its `@` or something that is no letter at both sides.

use std::ops::Range;

use super::fold::{Folded, fold};
use super::script::{ScriptClass, class};

/// The names we go by in one room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnNames {
    /// Folded; none is empty.
    names: Vec<String>,
}

impl OwnNames {
    /// All that are given, each once.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: Vec<String> = Vec::new();
        for name in names {
            let name = fold(name.trim());
            if !name.is_empty() && !known.contains(&name) {
                known.push(name);
            }
        }
        Self { names: known }
    }

    /// Whether a text speaks to us.
    pub fn are_in(&self, text: &str) -> bool {
        !self.ranges(text).is_empty()
    }

    /// Where it does, in rising order; an `@` before the name belongs to it.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        if self.names.is_empty() || text.is_empty() {
            return Vec::new();
        }
        let folded = Folded::new(text);
        let whole = folded.as_str();
        let mut found: Vec<Range<usize>> = Vec::new();
        for name in &self.names {
            let hits = whole.match_indices(name.as_str());
            let named = hits.filter_map(|(at, _)| addressed(whole, at..at.saturating_add(name.len())));
            found.extend(named.map(|range| folded.original(&range)));
        }
        found.sort_unstable_by_key(|range| range.start);
        found.dedup_by(|next, before| {
            let meets = next.start < before.end;
            before.end = if meets { before.end.max(next.end) } else { before.end };
            meets
        });
        found
    }
}

/// The name that stands there, with its `@`; `None`: it is a part of something else.
fn addressed(text: &str, name: Range<usize>) -> Option<Range<usize>> {
    let (first, last) =
        (text.get(name.clone())?.chars().next()?, text.get(name.clone())?.chars().next_back()?);
    let mut before = text.get(..name.start)?.chars().rev();
    let mut after = text.get(name.end..)?.chars();
    let (left, right) = (before.next(), after.next());
    // Not the second half of an address of mail.
    let is_called = left == Some('@') && !before.next().is_some_and(is_letter);
    let is_short = text.get(name.clone())?.chars().nth(1).is_none();
    let is_free = |beside: Option<char>| !beside.is_some_and(is_letter);
    let starts =
        is_called || (left != Some('@') && left != Some('/') && !left.is_some_and(|c| joins(c, first)));
    // `lena@…` is an address of mail, and `guest-12` another guest.
    let goes_on =
        matches!(right, Some('@' | '-')) && after.next().is_some_and(|c| class(c) == ScriptClass::Word);
    let goes_on = goes_on && class(last) == ScriptClass::Word;
    let ends = !(goes_on || right.is_some_and(|c| joins(last, c)));
    let stands_out =
        !is_short || is_called || (class(first) == ScriptClass::Run && is_free(left) && is_free(right));
    let start = if is_called { name.start.saturating_sub(1) } else { name.start };
    (starts && ends && stands_out).then_some(start..name.end)
}

fn is_letter(c: char) -> bool {
    matches!(class(c), ScriptClass::Word | ScriptClass::Run)
}

/// Whether both are letters of one word.
fn joins(one: char, other: char) -> bool {
    let is_word = |c: char| c == '_' || matches!(class(c), ScriptClass::Word | ScriptClass::Mark);
    is_word(one) && is_word(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(names: &[&str], text: &str) -> Vec<String> {
        let found = OwnNames::new(names.iter().copied()).ranges(text).into_iter();
        found.map(|range| text.get(range).expect("whole characters").to_owned()).collect()
    }

    #[test]
    fn a_name_counts_as_a_word_in_any_case() {
        for text in
            ["lena", "hi Lena!", "(LENA)", "ＬＥＮＡ, 在吗", "看lena说的", "léna?", "lena's", "ask \"lena\"."]
        {
            assert_eq!(marked(&["Lena"], text).len(), 1, "{text}");
        }
        for text in [
            "",
            "helena",
            "lenatics",
            "lena2",
            "lena_x",
            "guest-lena@example.com",
            "lena@mail.example",
            "https://x/lena",
            "bob@lena",
            "Л",
        ] {
            assert_eq!(marked(&["Lena"], text), [""; 0], "{text}");
        }
        assert_eq!(marked(&["guest-1"], "guest-1 guest-12 guest-1-x @GUEST-1"), ["guest-1", "@GUEST-1"]);
    }

    #[test]
    fn an_at_belongs_to_the_name() {
        assert_eq!(marked(&["lena"], "@lena 会议室在哪，＠Lena？ and lena"), ["@lena", "＠Lena", "lena"]);
    }

    #[test]
    fn names_of_scripts_without_spaces_need_none() {
        assert_eq!(marked(&["王芳"], "请王芳看一下，@王芳"), ["王芳", "@王芳"]);
        assert_eq!(marked(&["레나"], "레나야 안녕"), ["레나"]);
        // One character is in every other sentence.
        assert_eq!(marked(&["王"], "国王和女王。@王 来，王：在吗"), ["@王", "王"]);
        assert_eq!(marked(&["a"], "a man @a"), ["@a"]);
    }

    #[test]
    fn two_names_that_meet_are_one_place_and_none_is_nowhere() {
        assert_eq!(marked(&["lena", "lena", "Lena W"], "lena w, lena"), ["lena w", "lena"]);
        assert_eq!(marked(&[" ", ""], "anything"), [""; 0]);
    }
}
