//! What holds for every text: memory and index agree, no input becomes syntax, folding is done once.

#![expect(clippy::string_slice, reason = "a range off a character boundary is a failed test")]

use proptest::prelude::*;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{parse, search};
use crate::model::search::script::{continues, folds_to_itself};
use crate::model::search::{Search, Term, fold, index_text};

fn odd_char() -> impl Strategy<Value = char> {
    let telling: Vec<char> = "开会了哈哈〇𠀀かがカ\u{3099}ｶﾞー한ㅋㅏ\u{1100}\u{1161}\u{11a8}ท\u{e35}\u{e48}ကក្ក\
        aAbé\u{301}\u{323}\u{483}ßİıﬁſÅΣςйωक\u{93c}\u{93f}مُ1²½⑴\u{20e3} \n\u{3000}.,-_\"'*()^:：+{}\
        \u{0}\u{ad}\u{200d}\u{fe0f}\u{feff}👍🏽👩🇨🅰\u{e000}\u{f000}\u{f020}\u{378}"
        .chars()
        .collect();
    prop_oneof![6 => prop::sample::select(vec!['开', '会', '哈', 'a', 'b', ' ']), 6 => prop::sample::select(telling),
        1 => any::<char>()]
}

fn odd_text(longest: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(odd_char(), 0..longest).prop_map(String::from_iter)
}

/// A text, and an input that is often a part of it.
fn text_and_input() -> impl Strategy<Value = (String, String)> {
    let cut = (odd_text(30), any::<prop::sample::Index>(), 1..6_usize).prop_map(|(text, from, count)| {
        let from = from.index(text.chars().count() + 1);
        let part = text.chars().skip(from).take(count).collect();
        (text, part)
    });
    prop_oneof![3 => cut, 1 => (odd_text(30), odd_text(6))]
}

/// The plain way: the expression as FTS5 reads it, against the tokens as FTS5 keeps them.
fn index_finds(search: &Search, text: &str) -> bool {
    let index = index_text(text);
    let kept: Vec<&str> = index.split(' ').filter(|token| !token.is_empty()).collect();
    let holds = |phrase: &str| {
        let (quoted, prefix) = phrase.strip_suffix(" *").map_or((phrase, false), |quoted| (quoted, true));
        let wanted: Vec<&str> = quoted.trim_matches('"').split(' ').collect();
        kept.windows(wanted.len()).any(|window| {
            let (last, head) = window.split_last().unwrap();
            let (wanted_last, wanted_head) = wanted.split_last().unwrap();
            head == wanted_head && if prefix { last.starts_with(wanted_last) } else { last == wanted_last }
        })
    };
    let folded = fold(text);
    let literal = |term: &Term| matches!(term, Term::Literal(literal) if !folded.contains(literal));
    search.fts().is_none_or(|fts| fts.split(" AND ").all(holds)) && !search.terms.iter().any(literal)
}

/// Written independently of the tables: private use, or a letter or digit that has no upper case to lose.
fn is_kept_by_fts(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}') || (c.is_alphanumeric() && c.to_lowercase().eq([c]))
}

/// Whether there are only quoted tokens, with nothing of FTS5's language but ` *` and ` AND ` between.
fn is_only_phrases(fts: &str) -> bool {
    fts.split(" AND ").all(|phrase| {
        let quoted = phrase.strip_suffix(" *").unwrap_or(phrase);
        let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or("\"");
        inside.split(' ').all(|token| !token.is_empty() && token.chars().all(is_kept_by_fts))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_index_agree((text, input) in text_and_input()) {
        let Ok(search) = parse(&input) else { return Ok(()) };
        prop_assert_eq!(search.matches(&text), index_finds(&search, &text));
        if search.terms.len() == 1 {
            prop_assert_eq!(search.matches(&text), !search.ranges(&text).is_empty());
        }
    }

    #[test]
    fn ranges_are_in_order_and_hold_what_was_looked_for((text, input) in text_and_input()) {
        let Ok(search) = parse(&input) else { return Ok(()) };
        let mut end = 0;
        for range in search.ranges(&text) {
            prop_assert!(range.start >= end && range.end > range.start);
            end = range.end;
            prop_assert!(!text[range].is_empty());
        }
    }

    #[test]
    fn no_input_becomes_syntax(input in prop_oneof![any::<String>(), odd_text(40)]) {
        let Ok(search) = parse(&input) else { return Ok(()) };
        prop_assert!(search.fts().is_none_or(|fts| is_only_phrases(&fts)), "{:?}", search.fts());
    }

    #[test]
    fn folding_is_done_once_and_knows_no_difference_of_composition(text in odd_text(20)) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.as_str());
        prop_assert_eq!(fold(&text.nfd().to_string()), folded.as_str());
        prop_assert_eq!(fold(&text.nfc().to_string()), folded.as_str());
    }

    #[test]
    fn every_part_of_a_run_is_found(run in "[开会了哈食ー한]{1,12}", from: prop::sample::Index, count in 1..12_usize) {
        let from = from.index(run.chars().count());
        let part: String = run.chars().skip(from).take(count).collect();
        let range = search(&part).ranges(&run);
        let start = run.find(&part).unwrap();
        prop_assert!(range[0].start == start && range[0].end >= start + part.len());
    }
}

#[test]
fn every_character_is_folded_once_and_composes_only_with_what_hangs_on_it() {
    for c in '\u{80}'..='\u{1ffff}' {
        let text = c.to_string();
        let folded = fold(&text);
        assert_eq!(fold(&folded), folded, "{c:?}");
        assert_eq!(fold(&text.nfd().to_string()), folded, "{c:?}");
        let first = text.nfkd().next().unwrap();
        let joins = canonical_combining_class(first) > 0
            || is_nfc_quick(std::iter::once(first)) == IsNormalized::Maybe;
        assert!(!joins || continues(c, 'x') || folds_to_itself(c), "{c:?}");
    }
}
