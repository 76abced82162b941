//! One battery for every dialect, whatever it needs: sockets of its own, streams, groups, something between its
//! members. The laws stand in `tests/sim/laws` and use only the public contract, so a new dialect is tested by being
//! in the list. The battery is tested too: small dialects that break one law each must be caught.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a failed expectation is the failure of the test; the simulated network belongs to the tests"
)]

mod sim;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use udpqq::dialects::{DIALECTS, Dialect};

use sim::Verdict;
use sim::laws::{LAWS, answers, anything, bytes, inputs};
use sim::samples::{FLAWED, Flawed, SOUND};

/// The dialects of the program, and those of the battery itself that keep all laws.
fn all() -> Vec<Dialect> {
    DIALECTS.iter().chain(SOUND).copied().collect()
}

fn holds(dialect: &Dialect, law: &str, verdict: Verdict) {
    if let Err(fault) = verdict {
        panic!("{}: {law}: {fault}", dialect.scheme.name);
    }
}

/// All that is broken at once, so that one run tells the whole story.
#[test]
fn every_law_holds_for_every_dialect() {
    let mut broken = Vec::new();
    for dialect in all() {
        for (sentence, law) in LAWS {
            if let Err(fault) = law(&dialect) {
                broken.push(format!("{}: {sentence}: {fault}", dialect.scheme.name));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn the_corpus_is_read_as_text_by_every_dialect() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the corpus").map(|file| file.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "bin"));
    assert!(files.len() > 100, "the corpus is not where it was");
    files.sort();
    for path in files {
        let content = fs::read(&path).expect("a file of the corpus");
        for dialect in all() {
            holds(&dialect, &path.display().to_string(), bytes::are_read_alike(&dialect, &content));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_an_engine_panic_or_talk_for_ever(
        (dialect, steps) in prop::sample::select(all())
            .prop_flat_map(|dialect| (Just(dialect), inputs::steps(dialect)))
    ) {
        holds(&dialect, "as a member", anything::a_member_keeps_the_contract(&dialect, &steps));
        holds(&dialect, "between", anything::what_stands_between_keeps_the_contract(&dialect, &steps));
    }
}

proptest! {
    // Each case is a conversation of its own, for every dialect.
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_bytes_always_give_the_same_message(content in prop::collection::vec(any::<u8>(), 0..2_000)) {
        for dialect in all() {
            holds(&dialect, "read alike", bytes::are_read_alike(&dialect, &content));
        }
    }

    #[test]
    fn no_text_makes_the_check_panic_and_what_it_takes_is_sent(text in "\\PC{0,60}", number in 0..4_u8) {
        let options = ["", "?encoding=gbk", "?encoding=shift_jis", "?encoding=gb18030"][usize::from(number)];
        for dialect in all() {
            holds(&dialect, "the check agrees", answers::check_agrees(&dialect, options, &text));
        }
    }
}

#[test]
fn schemes_are_told_apart_by_their_names() {
    let mut names: Vec<&str> = DIALECTS.iter().map(|dialect| dialect.scheme.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), DIALECTS.len());
}

// --- The battery can fail. ---

#[test]
fn every_flaw_is_caught_by_its_law() {
    let mut missed = Vec::new();
    for Flawed { flaw, dialect, caught_by } in FLAWED {
        if caught_by(dialect).is_ok() {
            missed.push(format!("{flaw:?} of {}", dialect.scheme.name));
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
