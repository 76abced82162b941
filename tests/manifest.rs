//! What the manifest says stands in several files: they must say the same, and it must be so.
//!
//! Only one Rust need be on the machine that tests. So that the oldest one that is promised is enough, clippy refuses
//! what its std does not have (`incompatible_msrv`), and no package may ask for a newer one; a job of
//! `.github/workflows` builds with it.
#![expect(
    clippy::expect_used,
    clippy::string_slice,
    reason = "a file that cannot be read is the failure of the test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn manifest(path: &str) -> toml::Table {
    text(path).parse().expect(path)
}

/// All that stands in `text` behind one of these words, as far as it is a version.
fn versions<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
    let after = text.split(before).skip(1);
    let version =
        |rest: &'a str| &rest[..rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())];
    after.map(version).map(|found| found.trim_end_matches('.')).collect()
}

#[test]
fn the_oldest_rust_is_the_same_wherever_it_is_named() {
    let cargo = manifest("Cargo.toml");
    let promised = cargo["package"]["rust-version"].as_str().expect("a version");
    let clippy = manifest(".clippy.toml");
    assert_eq!(clippy["msrv"].as_str(), Some(promised), ".clippy.toml");
    let one = BTreeSet::from([promised]);
    assert_eq!(versions(&text("README.md"), "Rust toolchain ("), one, "README.md");
    assert_eq!(versions(&text(".github/CONTRIBUTING.md"), "Rust "), one, "CONTRIBUTING.md");
    let workflow = text(".github/workflows/ci.yml");
    assert_eq!(versions(&workflow, "cargo +"), one, "ci.yml");
    assert_eq!(versions(&workflow, "toolchain install 1."), BTreeSet::from([&promised[2..]]), "ci.yml");
    assert_eq!(cargo["lints"]["clippy"]["incompatible_msrv"].as_str(), Some("deny"));
}

#[test]
fn no_package_asks_for_a_newer_rust_than_is_promised() {
    let number =
        |version: &str| -> Vec<u32> { version.split('.').map_while(|part| part.parse().ok()).collect() };
    let told = Command::new(env!("CARGO")).args(["-vV"]).output().expect("cargo");
    let told = String::from_utf8(told.stdout).expect("text");
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let asked = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    let told: Value = serde_json::from_slice(&asked.stdout).expect("the packages");
    let packages = told["packages"].as_array().expect("packages");
    let promised = packages.iter().find(|package| package["name"] == "udpqq").expect("ourselves");
    let promised = number(promised["rust_version"].as_str().expect("a version"));
    assert!(packages.len() > 100, "{} packages only", packages.len());
    let newer = packages
        .iter()
        .filter(|package| package["rust_version"].as_str().is_some_and(|version| number(version) > promised));
    let newer: Vec<String> =
        newer.map(|package| format!("{} {}", package["name"], package["rust_version"])).collect();
    assert_eq!(newer, [""; 0]);
}

/// The packages that the program is built from.
fn built_from(features: &[&str]) -> BTreeSet<String> {
    let tree = ["tree", "--locked", "--offline", "--edges=normal,build", "--prefix=none", "--format={p}"];
    let told = Command::new(env!("CARGO"))
        .args(tree)
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    let lines = String::from_utf8(told.stdout).expect("text");
    lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn a14_what_only_a_cluster_needs_is_not_built_without_it() {
    let (without, with) = (built_from(&[]), built_from(&["--features=nats"]));
    assert!(without.is_subset(&with) && without.len() > 100, "{} packages", without.len());
    let more: Vec<&String> = with.difference(&without).collect();
    assert!(more.iter().any(|package| *package == "async-nats"), "{more:?}");
    // The one place that speaks to its servers is built with it alone.
    let module = text("src/net/relay/mod.rs");
    assert!(module.contains("#[cfg(feature = \"nats\")]\npub mod nats;"), "net/relay/nats");
    let names: Vec<&str> = without.iter().map(String::as_str).filter(|name| name.contains("nats")).collect();
    assert_eq!(names, [""; 0]);
}

#[test]
fn the_changelog_knows_the_version() {
    let cargo = manifest("Cargo.toml");
    let version = cargo["package"]["version"].as_str().expect("a version");
    let log = text(".github/CHANGELOG.md");
    assert!(log.contains(&format!("\n## [{version}]")), "no section for {version}");
}

/// `cargo fast` and the list of targets must not drift apart.
#[test]
fn an_alias_names_targets_that_are_there() {
    let aliases = manifest(".cargo/config.toml");
    for (name, command) in aliases["alias"].as_table().expect("aliases") {
        let words: Vec<&str> = command.as_str().expect("a command").split(' ').collect();
        for two in words.windows(2).filter(|two| two[0] == "--test") {
            let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
            let there =
                tests.join(format!("{}.rs", two[1])).exists() || tests.join(two[1]).join("main.rs").exists();
            assert!(there, "cargo {name}: no test is called {}", two[1]);
        }
        for file in ["README.md", ".github/CONTRIBUTING.md"] {
            assert!(text(file).contains(&format!("cargo {name}")), "{file} does not know `cargo {name}`");
        }
    }
}

/// The commands in the blocks of a shell, without their comments.
fn typed(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(|line| line.split(" #").next().unwrap_or(line).trim_end());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What stands between backticks and begins so, up to the first blank: commands of the composer, options, addresses.
fn quoted<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
    let pieces = text.split('`').skip(1).step_by(2).filter(|piece| piece.starts_with(before));
    pieces.map(|piece| piece.split([' ', '\n']).next().unwrap_or(piece)).collect()
}

/// Who reads Chinese is told as much as who reads English, in the same order.
#[test]
fn both_readmes_say_the_same() {
    let (english, chinese) = (text("README.md"), text("assets/README.zh-CN.md"));
    assert!(
        english.lines().take(4).any(|line| line.contains("(assets/README.zh-CN.md)")),
        "no link at the top"
    );
    assert!(chinese.lines().take(4).any(|line| line.contains("(../README.md)")), "no link at the top");
    let shape = |text: &str| {
        let mark = |line: &str| match line.get(..2) {
            Some("##") => Some("section"),
            Some("``") => Some("block"),
            Some("| ") => Some("row of a table"),
            _ => None,
        };
        text.lines().filter_map(mark).collect::<Vec<_>>()
    };
    let (told, known) = (shape(&english), shape(&chinese));
    let first = told.iter().zip(&known).position(|(one, other)| one != other);
    let sections = first.map(|at| told.iter().take(at).filter(|mark| **mark == "section").count());
    assert_eq!(
        told.len(),
        known.len(),
        "sections, blocks and rows; the first other one is below heading {sections:?}"
    );
    assert_eq!(first, None, "below heading {sections:?}");
    assert_eq!(typed(&english), typed(&chinese));
    for before in ["/", "udpqq ", "--", "?"] {
        assert_eq!(quoted(&english, before), quoted(&chinese, before), "{before}");
    }
}
