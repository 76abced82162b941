//! Names of files that come from others (invariant I10): what they ask for becomes one harmless component of a path.
//!
//! Knows nothing of what is on the disk: two names may become one, and whoever makes the file sees to that.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;
use unicode_width::UnicodeWidthChar;

use super::TransferId;
use super::text::is_drawn;

/// In bytes. Most file systems take 255; the rest is for what is put behind a name: " (12)", ".part".
pub const MAX_NAME: usize = 200;
/// What follows the last dot is kept when a long name is cut, unless it is longer than any extension in use.
const MAX_EXTENSION: usize = 16;
/// Stands for what cannot be in a name.
const INSTEAD: char = '_';

/// What follows it names a part of a file on Windows, and is no part of the name.
const STREAM: char = ':';

/// Names that mean a device on Windows, whatever follows the first dot: a folder may be shared with one.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];
/// These with one digit are devices too.
const NUMBERED_DEVICES: &[&str] = &["com", "lpt"];

/// One component of a path that can be made into a file anywhere, whatever `name` was. Never empty.
pub fn sanitize(name: &str) -> String {
    let last = name.split(['/', '\\', '\0']).rfind(|part| !part.trim().is_empty()).unwrap_or_default();
    let plain: String = last.chars().filter_map(plain).collect();
    let tamed = trim_end(&shorten(&unhide(trim_end(&plain)))).to_owned();
    if is_device(&tamed) { shorten(&format!("{INSTEAD}{tamed}")) } else { tamed }
}

/// The longest name of a file nearly everywhere, in bytes.
const LONGEST: usize = 255;

/// What a file of this name is called until it is whole: the same for every try, and nothing else's. The last number is of
/// the offer itself (`payload`), since those of messages begin again where a history is lost, and another file must not be
/// added to this one.
pub fn part_name(name: &str, transfer: TransferId, payload: &[u8]) -> String {
    let mut offer = SipHasher24::new_with_key(&[0; 16]);
    offer.write(payload);
    let TransferId { message, file } = transfer;
    let behind = format!(".{}-{file}-{:08x}.part", message.0, offer.finish() & u64::from(u32::MAX));
    let most = LONGEST.saturating_sub(behind.len());
    let name = name.get(..name.floor_char_boundary(most)).unwrap_or_default();
    format!("{name}{behind}")
}

/// What stands for a character: itself, something that can be seen, or nothing.
fn plain(character: char) -> Option<char> {
    if is_separator(character) || character == STREAM || character.is_control() {
        return Some(INSTEAD);
    }
    match (is_drawn(character), character.width()) {
        (true, _) => Some(character),
        // Nobody saw it, nobody misses it.
        (false, None | Some(0)) => None,
        (false, Some(_)) => Some(INSTEAD),
    }
}

/// Looks like one, or becomes one where names are folded.
const fn is_separator(character: char) -> bool {
    matches!(
        character,
        '\u{2044}'
            | '\u{2215}'
            | '\u{2216}'
            | '\u{29f5}'
            | '\u{29f8}'
            | '\u{29f9}'
            | '\u{fe68}'
            | '\u{ff0f}'
            | '\u{ff3c}'
    )
}

/// Windows drops dots and spaces there, so that the name would be another one.
fn trim_end(name: &str) -> &str {
    name.trim_end_matches(|last: char| last == '.' || last.is_whitespace())
}

/// No dot in front, which hides a file; no dash, which makes an option of it; not nothing.
fn unhide(name: &str) -> String {
    let hides = |first: char| matches!(first, '.' | '-') || first.is_whitespace();
    let shown = name.trim_start_matches(hides);
    let spaces = name.trim_start().len() == shown.len();
    if spaces && !shown.is_empty() { shown.to_owned() } else { format!("{INSTEAD}{shown}") }
}

/// Cuts what is too long, before the extension.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let extension = name.rfind('.').and_then(|at| name.get(at..)).filter(|end| end.len() <= MAX_EXTENSION);
    let extension = extension.unwrap_or_default();
    let mut end = MAX_NAME.saturating_sub(extension.len());
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let stem = name.get(..end).unwrap_or_default();
    format!("{}{extension}", trim_end(stem))
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |device: &str| {
        let digit = stem.strip_prefix(device).and_then(|rest| {
            let mut rest = rest.chars();
            rest.next().filter(|_| rest.next().is_none())
        });
        digit.is_some_and(|digit| digit.is_ascii_digit() || matches!(digit, '¹' | '²' | '³'))
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(|device| numbered(device))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_harmless(name: &str) {
        assert!(!name.is_empty() && name.len() <= MAX_NAME, "{name:?}");
        assert!(!name.contains(['/', '\\', '\0', ':']), "{name:?}");
        assert!(!name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']), "{name:?}");
        assert!(name.chars().all(is_drawn), "{name:?}");
        assert!(!is_device(name), "{name:?}");
    }

    #[test]
    fn only_the_last_component_counts() {
        for (name, tamed) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\evil", "evil"),
            ("\\\\srv\\share\\x", "x"),
            ("/", "_"),
            ("a/", "a"),
            ("a\\b/c", "c"),
            ("file://x", "x"),
            ("x/..", "_"),
            ("safe\0/../x", "x"),
            ("a:b.bin", "a_b.bin"),
        ] {
            assert_eq!(sanitize(name), tamed, "{name:?}");
        }
    }

    #[test]
    fn what_people_call_their_files_stays() {
        for name in [
            "a..b",
            "报告 2026.pdf",
            "résumé (1).txt",
            "x.tar.gz",
            "😀.png",
            "console.log",
            "com.txt",
            "|sh",
            "?",
            "50%-off",
            "a-b",
        ] {
            assert_eq!(sanitize(name), name);
        }
    }

    #[test]
    fn nothing_hides_itself_and_nothing_is_an_option() {
        for (name, tamed) in [
            ("", "_"),
            (".", "_"),
            ("..", "_"),
            ("...", "_"),
            (" ", "_"),
            ("\u{3000}", "_"),
            (".bashrc", "_bashrc"),
            ("-rf", "_rf"),
            ("--help", "_help"),
            (" .x", "_x"),
            ("..%2fevil", "_%2fevil"),
            ("x. . ", "x"),
            (" x", "x"),
        ] {
            assert_eq!(sanitize(name), tamed, "{name:?}");
        }
    }

    #[test]
    fn devices_are_no_names() {
        for (name, tamed) in [
            ("aux", "_aux"),
            ("CON ", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("Com1", "_Com1"),
            ("lpt³.x", "_lpt³.x"),
        ] {
            assert_eq!(sanitize(name), tamed);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_left_out_or_made_visible() {
        for (name, tamed) in [
            ("a\rb", "a_b"),
            ("\t", "_"),
            ("a\u{1b}[2Jb", "a_[2Jb"),
            ("a\u{85}b", "a_b"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\u{200b}\u{feff}\u{200d}b", "ab"),
            ("\u{2044}x", "_x"),
            ("a\u{ff0f}b", "a_b"),
            ("a\u{2028}b", "a_b"),
        ] {
            assert_eq!(sanitize(name), tamed, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = sanitize(&format!("{}.pdf", "é".repeat(300)));
        assert_eq!(name, format!("{}.pdf", "é".repeat(98)));
        let endless = sanitize(&format!("a.{}", "b".repeat(300)));
        assert_eq!(endless.len(), MAX_NAME);
        is_harmless(&sanitize(&format!("{} .pdf", "x. ".repeat(200))));
    }

    #[test]
    fn the_names_of_the_corpus_are_tamed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
        let index = std::fs::read_to_string(format!("{folder}/index.tsv")).expect("the index");
        let files = index.lines().filter(|line| line.contains("\tpath-name\t"));
        let mut seen = 0;
        for file in files.filter_map(|line| line.split('\t').next()) {
            let bytes = std::fs::read(format!("{folder}/{file}")).expect(file);
            // Wherever the name stands in it: every part between two colons, and all of it.
            for part in bytes.split(|byte| *byte == b':').chain([bytes.as_slice()]) {
                is_harmless(&sanitize(&String::from_utf8_lossy(part)));
            }
            seen += 1;
        }
        assert_eq!(seen, 24);
    }

    proptest! {
        #[test]
        fn every_name_becomes_harmless_and_stays_as_it_then_is(
            name in prop_oneof![".{0,80}", "[./\\\\ -]{0,6}(con|COM1|aux)?[ .]{0,3}.{0,3}", "\\PC{150,300}"]
        ) {
            let tamed = sanitize(&name);
            is_harmless(&tamed);
            prop_assert_eq!(sanitize(&tamed), tamed);
        }
    }
}
