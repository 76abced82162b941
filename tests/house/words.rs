//! What the crate's documentation explains is there, and what comments rely on is explained.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::scan::tokens;
use crate::source;

/// The bold words of one section of `lib.rs`.
fn bold(sources: &BTreeMap<String, String>, heading: &str) -> Vec<String> {
    let map = &sources["lib.rs"];
    let section = map.split("\n//! # ").find(|section| section.starts_with(heading)).expect(heading);
    let items = section.split("\n//! - ").skip(1);
    let words = items.flat_map(|item| item.split("**: ").next().expect("words").split(", "));
    words.map(|word| word.trim_matches('*').to_owned()).collect()
}

/// Types by the names that code gives them, other words as anybody writes them.
#[test]
fn every_word_of_the_glossary_is_in_the_code() {
    let sources = source::all();
    let glossary = bold(&sources, "Words of our own");
    assert!(glossary.len() > 20, "{glossary:?}");
    let (mut types, mut words) = (BTreeSet::new(), BTreeSet::new());
    for (path, source) in &sources {
        for two in tokens(source).windows(2).filter(|_| path != "lib.rs") {
            let defines = ["struct", "enum", "trait", "type"].iter().any(|kind| two[0].is(kind));
            types.extend(defines.then_some(two[1].text));
            words.extend(two[1].text.split('_').map(str::to_lowercase));
        }
    }
    let known = |word: &&String| match word.strip_prefix('`') {
        Some(name) => types.contains(name.trim_end_matches('`')),
        None => words.contains(word.as_str()),
    };
    let unknown: Vec<&String> = glossary.iter().filter(|word| !known(word)).collect();
    assert!(unknown.is_empty(), "the glossary in src/lib.rs explains what is not there: {unknown:?}");
}

#[test]
fn every_rule_that_a_comment_cites_is_in_the_list() {
    let sources = source::all();
    let rules: BTreeSet<String> = bold(&sources, "What must always hold").into_iter().collect();
    for (path, source) in &sources {
        for rule in source.lines().flat_map(cited).filter(|_| path != "lib.rs") {
            assert!(rules.contains(&rule), "{path} cites {rule}, which src/lib.rs does not have");
        }
    }
}

#[test]
fn every_rule_of_the_encrypted_dialect_is_cited_by_a_test() {
    let tests = source::tests();
    let shown: BTreeSet<String> = tests.iter().flat_map(|source| source.lines().flat_map(cited)).collect();
    let rules = bold(&source::all(), "What must always hold");
    let rules: Vec<String> = rules.into_iter().filter(|rule| rule.starts_with('E')).collect();
    assert_eq!(rules.len(), 16, "{rules:?}");
    let unshown: Vec<&String> = rules.iter().filter(|rule| !shown.contains(*rule)).collect();
    assert!(unshown.is_empty(), "no test says that it shows {unshown:?}");
}

/// Files and folders that the map names, below `src` or at the top.
#[test]
fn every_path_of_the_map_is_there() {
    let sources = source::all();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let quoted = sources["lib.rs"].lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let missing = quoted.filter(|path| {
        let places =
            [root.join("src").join(path), root.join("src").join(format!("{path}.rs")), root.join(path)];
        path.contains('/') && !path.contains([' ', '*', '…']) && !places.iter().any(|place| place.exists())
    });
    let missing: BTreeSet<&str> = missing.collect();
    assert!(missing.is_empty(), "src/lib.rs names what is not there: {missing:?}");
}

/// The rules that a line cites in its comment: a letter and a number, also the first and last of several.
fn cited(line: &str) -> Vec<String> {
    let Some((_, comment)) = line.split_once("//") else { return Vec::new() };
    let words = comment.split(|c: char| !c.is_alphanumeric());
    let rule = |word: &&str| {
        let number = word.strip_prefix(['G', 'D', 'R', 'I', 'E', 'U']);
        number.is_some_and(|number| {
            (1..=2).contains(&number.len()) && number.bytes().all(|it| it.is_ascii_digit())
        })
    };
    words.filter(rule).map(str::to_owned).collect()
}

#[test]
fn a_rule_is_cited_only_where_it_says_so() {
    assert_eq!(cited("    f(); // Not more (invariants G11\u{2013}G13, I8)."), ["G11", "G13", "I8"]);
    assert_eq!(cited("let e4 = \"E4\"; // U+00E4, IPv6, I18N, GB2312"), [""; 0]);
}
