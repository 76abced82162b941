//! The build fails where the layers are crossed, a file has no header or grows too long, or something lies at
//! the top of the repository that does not belong there.
//!
//! Sources are read as text, by a small scanner that knows comments and strings; it need not know more of Rust. How
//! the code is built inside of its layers is measured by `tests/house`.
#![expect(clippy::expect_used, reason = "a file that cannot be read is the failure of the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod scan;

use scan::{Kind, tokens};

/// Which folders under `src/` each may name. Files at the top of `src/` bind all together and may name any.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("lang", &["model"]),
    ("cli", &["lang", "model"]),
    ("wire", &["model"]),
    ("dialects", &["wire", "model"]),
    ("app", &["model"]),
    ("store", &["model"]),
    ("disk", &["model"]),
    ("net", &["dialects", "wire", "disk", "model"]),
    ("runtime", &["app", "store", "net", "disk", "model", "lang"]),
    ("tui", &["runtime", "app", "lang", "model"]),
    ("headless", &["runtime", "app", "lang", "model"]),
];
/// Crates that one folder alone may name, whoever else would like what they can do.
const ONLY_IN: &[(&str, &str)] = &[("async_nats", "src/net/relay/nats/"), ("rusqlite", "src/store/")];
/// What unit tests may name besides: a state is tested over a store that really keeps.
const TESTS_MAY_NAME: &str = "store";
/// A file longer than this does more than one thing.
const MAX_LINES: usize = 400;
/// Unit tests of a folder stand in one file.
const MAX_TEST_LINES: usize = 700;
/// The top of the repository, besides dot-files and what cargo builds.
const TOP: &[&str] =
    &["Cargo.toml", "Cargo.lock", "README.md", "LICENSE", "src", "assets", "tests", "target"];

// --- Reading a source. ---

/// The source without comments and strings, each token after a blank.
fn code_of(source: &str) -> String {
    let tokens = tokens(source);
    let code = tokens.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Mark));
    code.map(|token| token.text).collect::<Vec<_>>().join(" ")
}

/// Every path below `prefix::` that the code names, brackets opened: `a::{b, c::d}` gives `[a, b]` and `[a, c, d]`.
fn paths_below(code: &str, prefix: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let flat = code.replace(" ::", "::").replace(":: ", "::");
    let start = format!("{prefix}::");
    for (at, _) in flat.match_indices(&start) {
        let before = flat.get(..at).and_then(|text| text.chars().next_back());
        // A `:` before it means that this is the middle of a path, `super::super::`.
        if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            tree(flat.get(at + start.len()..).unwrap_or_default(), &[], &mut found);
        }
    }
    found
}

/// Reads one path or bracketed tree and says how much of the text it took.
fn tree(text: &str, stem: &[String], found: &mut Vec<Vec<String>>) -> usize {
    if !text.starts_with('{') {
        let word: String =
            text.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '#').collect();
        let mut path = stem.to_vec();
        path.extend((!word.is_empty()).then(|| word.trim_start_matches("r#").to_owned()));
        let after = text.get(word.len()..).unwrap_or_default();
        if let Some(more) = after.strip_prefix("::") {
            return word.len() + 2 + tree(more, &path, found);
        }
        found.push(path);
        return word.len();
    }
    let mut at = 1;
    while let Some(rest) = text.get(at..) {
        let trimmed = rest.trim_start_matches([' ', ',']);
        at += rest.len() - trimmed.len();
        if trimmed.is_empty() || trimmed.starts_with('}') {
            return at + 1;
        }
        let took = tree(trimmed, stem, found);
        let gap = trimmed.get(took..).unwrap_or_default();
        // What follows a leaf here is `as name`, or nothing this scanner needs.
        at += took + gap.find([',', '}']).unwrap_or(gap.len());
    }
    at
}

// --- The rules. ---

/// What a file breaks, a sentence for each. `path` starts at the top of the repository.
fn faults(path: &str, source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !source.starts_with("//! ") {
        faults.push(format!("{path}: the first line must be a `//!` header"));
    }
    let tests = path.ends_with("/tests.rs") || path.starts_with("tests/");
    let limit = if tests { MAX_TEST_LINES } else { MAX_LINES };
    let lines = source.lines().count();
    if lines > limit {
        faults.push(format!("{path}: {lines} lines, more than {limit}"));
    }
    let code = code_of(source);
    faults.extend(crossings(path, &code));
    faults.extend(strangers(path, &code));
    faults
}

/// Crates that the file names and must not.
fn strangers(path: &str, code: &str) -> Vec<String> {
    let named = |name: &str| code.split(' ').any(|word| word == name);
    let wrong = ONLY_IN
        .iter()
        .filter(|(name, folder)| path.starts_with("src/") && !path.starts_with(folder) && named(name));
    wrong.map(|(name, folder)| format!("{path}: {name} is for {folder} alone")).collect()
}

fn crossings(path: &str, code: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let ["src", layer, inside @ ..] = parts.as_slice() else { return Vec::new() };
    if inside.is_empty() {
        return Vec::new();
    }
    let Some((_, allowed)) = MAY_NAME.iter().find(|(name, _)| name == layer) else {
        return vec![format!("{path}: the folder {layer} has no place among the layers")];
    };
    let mut faults = Vec::new();
    for named in absolute_paths(&parts, code) {
        let Some(top) = named.first().map(String::as_str) else { continue };
        let known = MAY_NAME.iter().any(|(name, _)| *name == top);
        let is_test = inside.iter().any(|part| matches!(*part, "tests" | "tests.rs"));
        let may = allowed.contains(&top) || (is_test && top == TESTS_MAY_NAME);
        if top == "*" || (known && top != *layer && !may) {
            faults.push(format!("{path}: {layer} must not name {top}"));
        }
        let own = (inside.len() > 1).then(|| inside.first().copied()).flatten();
        if *layer == "dialects" && top == "dialects" && own.is_some() {
            let other = named.get(1).map(String::as_str);
            if other.is_some_and(|other| Some(other) != own && is_module(other)) {
                faults.push(format!("{path}: a dialect must not name another, {}", named.join("::")));
            }
        }
    }
    faults.dedup();
    faults
}

/// Types of `dialects/mod.rs` are for all; what starts with a small letter is a dialect.
fn is_module(name: &str) -> bool {
    name.starts_with(char::is_lowercase)
}

/// All paths of the code as they would stand below `crate::`.
fn absolute_paths(parts: &[&str], code: &str) -> Vec<Vec<String>> {
    let mut paths = paths_below(code, "crate");
    // `src/a/b/c.rs` is the module a::b::c, and `src/a/b/mod.rs` is a::b.
    let modules: Vec<String> = parts
        .iter()
        .skip(1)
        .map(|part| part.trim_end_matches(".rs").to_owned())
        .filter(|part| part != "mod")
        .collect();
    let mut prefix = "super".to_owned();
    // Also from a module inside the file, which is one level deeper than the file itself.
    for up in 1..=modules.len() + 1 {
        for below in paths_below(code, &prefix) {
            if below.first().is_some_and(|first| first == "super") {
                continue;
            }
            let depth = modules.len().saturating_sub(up);
            let mut path = modules.get(..depth).unwrap_or_default().to_vec();
            path.extend(below);
            paths.push(path);
        }
        prefix.push_str("::super");
    }
    paths
}

fn misplaced<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wrong = names.filter(|name| !name.starts_with('.') && !TOP.contains(name));
    wrong.map(|name| format!("{name} does not belong at the top of the repository")).collect()
}

// --- The repository itself. ---

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// What git knows at the top, or where there is no git what lies there.
fn top_entries() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files"]).current_dir(root()).output();
    if let Ok(listed) = listed
        && listed.status.success()
        && !listed.stdout.is_empty()
    {
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        return text.lines().filter_map(|line| line.split('/').next()).map(str::to_owned).collect();
    }
    let entries = fs::read_dir(root()).expect("the repository");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_source_keeps_its_layer_its_header_and_its_length() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    sources(&root().join("tests"), &mut files);
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let path = file.strip_prefix(root()).expect("inside").to_string_lossy().replace('\\', "/");
        all.extend(faults(&path, &fs::read_to_string(&file).expect("a source")));
    }
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

#[test]
fn nothing_else_lies_at_the_top_of_the_repository() {
    let mut entries = top_entries();
    entries.sort();
    entries.dedup();
    let all = misplaced(entries.iter().map(String::as_str));
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

// --- The rules can fail. ---

fn broken(path: &str, code: &str) -> Vec<String> {
    faults(path, &format!("//! A header.\n{code}"))
}

#[test]
fn upward_and_sideways_imports_are_found_however_they_are_written() {
    for (path, code) in [
        ("src/model/ids.rs", "use crate::wire::Engine;"),
        ("src/wire/charset.rs", "use crate::{model::Now, net::clock};"),
        ("src/app/mod.rs", "fn f() { crate::store::open(); }"),
        ("src/app/chat/mod.rs", "use crate::{\n    model::{Now, Fault},\n    runtime,\n};"),
        ("src/store/mod.rs", "pub use crate :: app :: State;"),
        ("src/tui/view/mod.rs", "use crate::net::NetHandle;"),
        ("src/tui/mod.rs", "use super::store::Store;"),
        ("src/tui/view/pane.rs", "use super::super::super::net::NetHandle;"),
        ("src/headless/mod.rs", "use crate::tui as screen;"),
        ("src/net/mod.rs", "use crate::*; use crate::app::State;"),
        ("src/lang/mod.rs", "use crate::{app as a, model::Phrase};"),
        ("src/dialects/room/mod.rs", "use crate::dialects::plain_udp::codec;"),
        ("src/dialects/room/mod.rs", "use super::plain_udp;"),
        ("src/dialects/room/codec.rs", "use super::super::plain_udp::codec;"),
        ("src/dialects/room/mod.rs", "use crate::net::start;"),
        ("src/misc/mod.rs", "const X: u8 = 0;"),
    ] {
        assert_eq!(broken(path, code).len(), 1, "{path}: {code}\n{:?}", broken(path, code));
    }
}

#[test]
fn downward_imports_comments_and_strings_are_fine() {
    for (path, code) in [
        ("src/model/ids.rs", "use super::Now; use std::net::SocketAddr; // not crate::net::start"),
        ("src/wire/engine.rs", "use crate::model::{ConversationId, NetCommand};"),
        ("src/dialects/room/mod.rs", "use super::Dialect; use super::super::dialects::Dialect;"),
        ("src/dialects/room/codec.rs", "use super::engine::Room; use crate::wire::Encoding;"),
        ("src/dialects/mod.rs", "pub mod room; use crate::dialects::room::DIALECT;"),
        ("src/net/mux.rs", "use super::ports::Ports; use crate::dialects::DIALECTS;"),
        ("src/net/icmp.rs", "mod linux { use crate::net::udp; pub(in crate::net) fn f() {} }"),
        ("src/model/text/mod.rs", "mod tests { use super::*; }"),
        ("src/app/mod.rs", "const A: &str = \"crate::net\"; /* crate::store */ const B: char = '\"';"),
        ("src/app/mod.rs", "const A: &str = r#\"a \" crate::net\"#; fn mycrate() {}"),
        ("src/tui/mod.rs", "use crate::{runtime::Session, app::State, lang, model::Now};"),
        ("src/main.rs", "use udpqq::tui; use crate::net::start;"),
    ] {
        assert_eq!(broken(path, code), [""; 0], "{path}: {code}");
    }
}

#[test]
fn crates_that_one_folder_alone_may_name_are_found_elsewhere() {
    for path in ["src/net/relay/mod.rs", "src/store/thread.rs", "src/main.rs"] {
        assert_eq!(broken(path, "use async_nats::Client;").len(), 1, "{path}");
    }
    assert_eq!(broken("src/runtime/relay.rs", "fn f(c: &rusqlite::Connection) {}").len(), 1);
    assert_eq!(broken("src/net/relay/nats/connect.rs", "use async_nats::Client;"), [""; 0]);
    assert_eq!(broken("src/store/db/mod.rs", "use rusqlite::Connection; // not async_nats"), [""; 0]);
}

#[test]
fn headers_lengths_and_places_are_checked() {
    assert_eq!(faults("src/app/mod.rs", "use std::fmt;\n").len(), 1);
    assert_eq!(faults("tests/contract.rs", "\n//! late\n").len(), 1);
    let long = |lines: usize| format!("//! A header.\n{}", "\n".repeat(lines - 1));
    assert_eq!(faults("src/app/mod.rs", &long(400)).len(), 0);
    assert_eq!(faults("src/app/mod.rs", &long(401)).len(), 1);
    assert_eq!(faults("src/app/tests.rs", &long(700)).len(), 0);
    assert_eq!(faults("tests/e2e/main.rs", &long(701)).len(), 1);
    assert_eq!(misplaced(["src", ".gitignore", "Cargo.toml", "README.md"].into_iter()), [""; 0]);
    assert_eq!(misplaced(["src", "notes.txt", "docs"].into_iter()).len(), 2);
}
