//! Paths in what was pasted, as file managers drop them and terminals paste them: quoted, with backslashes, as `file://`
//! addresses, one or several. Whether such files exist is asked elsewhere.

use std::path::{Path, PathBuf};

use super::words;

/// Longest paste in bytes that is taken for paths.
const MAX_PASTE: usize = 64 * 1024;

/// Files that are offered at once; a message has no room for more.
const MAX_PATHS: usize = 256;

/// What the paste may name, the likeliest reading first. Empty: it is a text.
pub(super) fn readings(paste: &str) -> Vec<Vec<String>> {
    let text = paste.trim();
    if text.is_empty() || text.len() > MAX_PASTE || !begins_like_a_path(text) {
        return Vec::new();
    }
    // One that stands alone may have blanks that nothing protects.
    let alone = (!text.contains('\n')).then(|| vec![text.to_owned()]);
    let lines = || text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let lines = text.contains('\n').then(lines);
    let all = [words::split(text), alone, lines].into_iter().flatten();
    all.filter_map(|words| words.iter().map(|word| local(word)).collect::<Option<Vec<String>>>())
        .filter(|paths| !paths.is_empty() && paths.len() <= MAX_PATHS)
        .collect()
}

fn begins_like_a_path(text: &str) -> bool {
    let text = text.trim_start_matches(['\'', '"']);
    text.starts_with('/') || text.starts_with("~/") || text.starts_with("file://")
}

/// A path of this machine; `None`: it is none.
fn local(word: &str) -> Option<String> {
    let Some(address) = word.strip_prefix("file://") else {
        return (word.starts_with('/') || word.starts_with("~/")).then(|| word.to_owned());
    };
    let path = address.strip_prefix("localhost").unwrap_or(address);
    path.starts_with('/').then(|| decoded(path))?
}

/// The path that a percent-encoded one stands for.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|path| !path.contains('\0'))
}

/// The first reading of which every file is there. Asks the disk.
pub(super) fn existing(readings: Vec<Vec<String>>) -> Option<Vec<String>> {
    readings.into_iter().find(|paths| paths.iter().all(|path| expanded(path).exists()))
}

fn expanded(path: &str) -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    match path.strip_prefix("~/").zip(home()) {
        Some((rest, home)) => home.join(rest),
        None => Path::new(path).to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(paste: &str) -> Vec<String> {
        readings(paste).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn paths_are_read_as_they_are_dropped() {
        for (paste, paths) in [
            ("/a/b.txt", &["/a/b.txt"][..]),
            ("'/a/my file.txt' ", &["/a/my file.txt"]),
            ("/a/my\\ file.txt", &["/a/my file.txt"]),
            ("\"/a/x\" '/b/y'", &["/a/x", "/b/y"]),
            ("file:///a/my%20file%E5%9B%BE.png\r\nfile://localhost/b", &["/a/my file图.png", "/b"]),
            ("~/图.png", &["~/图.png"]),
        ] {
            assert_eq!(first(paste), paths, "{paste}");
        }
        assert_eq!(readings("/a/my file.txt").last(), Some(&vec!["/a/my file.txt".to_owned()]));
    }

    #[test]
    fn a_text_is_no_path() {
        for text in [
            "",
            " ",
            "hello",
            "see /etc/passwd",
            "http://x/y",
            "file://host/x",
            "file:///%zz",
            "file:///%00",
            "C:\\x",
        ] {
            assert_eq!(readings(text), Vec::<Vec<String>>::new(), "{text}");
        }
        assert!(readings(&"/x ".repeat(300)).iter().all(|paths| paths.len() == 1));
        assert_eq!(readings(&format!("/{}", "x".repeat(MAX_PASTE))), Vec::<Vec<String>>::new());
    }

    #[test]
    fn what_is_not_there_is_not_offered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my file.txt");
        std::fs::write(&path, "x").unwrap();
        let shown = path.display().to_string();
        assert_eq!(existing(readings(&shown)), Some(vec![shown.clone()]));
        assert_eq!(existing(readings(&format!("{shown} {shown}x"))), None);
    }
}
