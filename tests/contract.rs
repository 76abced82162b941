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

#[path = "fuzz/engines.rs"]
mod engines;
mod sim;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use udpqq::cli::Cli;
use udpqq::dialects::{self, DIALECTS, Dialect};
use udpqq::lang::{Lang, TAGS};
use udpqq::model::{ListenSetting, Registry};
use udpqq::runtime::profile::Profile;

use sim::Verdict;
use sim::keys::key_pair;
use sim::laws::{LAWS, answers, anything, bytes, delivery, hostile, inputs};
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
fn no_dialect_stumbles_over_what_the_fuzzer_has_found() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/engines");
    let inputs: Vec<_> =
        fs::read_dir(corpus).expect("a corpus").map(|entry| entry.expect("a file").path()).collect();
    let mut met = BTreeSet::new();
    for input in inputs {
        let bytes = fs::read(input).expect("a file");
        met.extend(bytes.first().map(|first| engines::dialect(*first).scheme.name));
        engines::engines(&bytes);
    }
    assert_eq!(met.len(), DIALECTS.len(), "{met:?}");
}

/// More than a million messages in all weathers, and a kill between any two outputs.
#[test]
#[ignore = "takes minutes: cargo test --test contract -- --ignored"]
fn a_million_messages_come_once_and_in_order() {
    for dialect in all() {
        holds(&dialect, "in all weathers", delivery::in_all_weathers(&dialect, 40, 1_000));
        holds(&dialect, "killed", delivery::a_kill_after_each(&dialect, 1));
    }
}

/// A million datagrams of strangers, and ten million of somebody on the way; `UDPQQ_DATAGRAMS` asks for more or fewer.
#[test]
#[ignore = "takes minutes: cargo test --release --test contract -- --ignored"]
fn millions_of_hostile_datagrams_change_nothing() {
    let count = std::env::var("UDPQQ_DATAGRAMS").map_or(10_000_000, |count| count.parse().expect("a number"));
    for dialect in all() {
        holds(&dialect, "strangers", hostile::a_flood_of_strangers(&dialect, count / 10));
        holds(&dialect, "on the way", hostile::under_attack(&dialect, count));
    }
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

/// A line in the list is all that options, settings, addresses and texts need.
#[test]
fn a_dialect_of_the_list_is_known_to_the_command_line_the_settings_and_the_help() {
    let list: Vec<Dialect> = DIALECTS.iter().chain(SOUND).copied().collect();
    let registry = dialects::registry(&list);
    for tag in TAGS {
        let lang = Lang::choose(Some(tag), registry.clone());
        let read = |line: &[&str]| {
            let line: Vec<OsString> = ["udpqq"].iter().chain(line).map(OsString::from).collect();
            Cli::read_in(&lang, &line, || 80)
        };
        let listen = read(&["--listen", "shout=7009"]).expect("a kind").global.listen;
        assert_eq!(listen.get("shout"), Some(ListenSetting::Port(7_009)));
        for (line, shown) in [
            (&["--listen", "fax=1"][..], "room, ipmsg, relay, line, shout"),
            (&["--help"], "shout://10.0.3.255"),
            (&["--help"], "ipmsg"),
            (&["contacts", "add", "--help"], "shout://10.0.3.255"),
        ] {
            let page = read(line).expect_err("a page").text;
            assert!(page.split_whitespace().collect::<Vec<_>>().join(" ").contains(shown), "{tag}: {page}");
        }
        for (key, shown) in [("form-add-intro", "shout://10.0.3.255"), ("join-unknown", "hub://192.168.1.20")]
        {
            assert!(lang.text(key).contains(shown), "{tag}: {}", lang.text(key));
        }
        assert!(lang.text("command-listen").contains("shout"), "{tag}");
        // Where an example alone does not say it, either every language has words for it or none.
        for dialect in DIALECTS.iter().skip(1) {
            assert!(
                lang.has(&format!("address-form-{}", dialect.scheme.name)),
                "{tag}: {}",
                dialect.scheme.name
            );
        }
    }
    let address = dialects::parse_address(&list, "shout://10.0.3.255").expect("an address");
    assert_eq!((address.scheme.name, address.port), ("shout", 7_001));
    for dialect in &list {
        // A key that anybody had would stand for somebody.
        let example = dialect.example.replace("KEY", &key_pair(1).public().to_string());
        let read = dialects::parse_address(&list, &example).map(|address| address.scheme.name);
        assert_eq!(read, Ok(dialect.scheme.name), "the example");
    }
    settings_know("shout", registry);
}

fn settings_know(name: &str, registry: Registry) {
    let folder = tempfile::tempdir().expect("a folder");
    let profile = Profile::open_with(Some(folder.path()), registry).expect("a profile");
    profile.set("theme", "dark").expect("written");
    let written = fs::read_to_string(profile.config_path()).expect("a file");
    assert!(written.contains(&format!("\n{name} = 7001\n")), "{written}");
    profile.set(&format!("listen.{name}"), "7009").expect("a key");
    let loaded = profile.load_config().expect("it parses");
    assert_eq!(loaded.value.listen.get(name), Some(ListenSetting::Port(7_009)));
    assert_eq!(loaded.warnings, []);
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
