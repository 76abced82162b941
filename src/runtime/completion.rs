//! Tab in a path: what could stand there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tokio::task::JoinSet;

use super::history::expanded;

/// More than a person looks through.
const MAX_FOUND: usize = 200;
/// Names that are looked at in one folder: a second or so of a disk's time.
const MAX_LOOKED: usize = 100_000;

/// A path that could stand there, as it is to be inserted; folders end in a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPath {
    pub path: String,
    /// Bytes of a file.
    pub size: Option<u64>,
}

/// The look that is under way, and what was typed since.
#[derive(Debug, Default)]
pub(super) struct PathCompletion {
    looking: JoinSet<(String, Vec<FoundPath>)>,
    /// Only the newest counts.
    next: Option<String>,
}

impl PathCompletion {
    /// Looks what this path could become, unless another one is asked for before the answer is there.
    pub(super) fn ask(&mut self, typed: String) {
        self.next = Some(typed);
        self.start();
    }

    fn start(&mut self) {
        if self.looking.is_empty()
            && let Some(typed) = self.next.take()
        {
            self.looking.spawn_blocking(move || {
                let found = find(&typed);
                (typed, found)
            });
        }
    }

    /// What could stand where that was typed. Cancel-safe.
    pub(super) async fn next(&mut self) -> (String, Vec<FoundPath>) {
        loop {
            match self.looking.join_next().await {
                None => std::future::pending().await,
                Some(done) => {
                    self.start();
                    if let Ok(found) = done {
                        return found;
                    }
                }
            }
        }
    }
}

/// As they are to be inserted, in their order. What cannot be typed is left out, and so is what is hidden unless the
/// last part begins like that.
fn find(typed: &str) -> Vec<FoundPath> {
    if typed == "~" {
        return vec![FoundPath { path: "~/".to_owned(), size: None }];
    }
    let (head, last) = typed.rfind('/').map_or(("", typed), |at| typed.split_at(at.saturating_add(1)));
    let folder = if head.is_empty() { PathBuf::from(".") } else { expanded(head) };
    let mut found = names(&folder, last);
    found.extend((last == "..").then(|| last.to_owned()));
    found.into_iter().map(|name| finished(head, &folder, &name)).collect()
}

/// The first names that begin so.
fn names(folder: &Path, beginning: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let entries = fs::read_dir(folder).into_iter().flatten().take(MAX_LOOKED).flatten();
    for name in entries.filter_map(|entry| entry.file_name().into_string().ok()) {
        let is_hidden = name.starts_with('.') && !beginning.starts_with('.');
        if name.starts_with(beginning) && !is_hidden && !name.chars().any(char::is_control) {
            found.insert(name);
        }
        if found.len() > MAX_FOUND {
            found.pop_last();
        }
    }
    found
}

fn finished(head: &str, folder: &Path, name: &str) -> FoundPath {
    let about = fs::metadata(folder.join(name)).ok();
    let end = if about.as_ref().is_some_and(fs::Metadata::is_dir) { "/" } else { "" };
    let size = about.filter(fs::Metadata::is_file).map(|file| file.len());
    FoundPath { path: [head, name, end].concat(), size }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with those in it; a name that ends in `/` is a folder.
    fn folder(names: &[&str]) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().expect("a folder");
        for name in names {
            let path = folder.path().join(name);
            if name.ends_with('/') { fs::create_dir(path) } else { fs::write(path, "") }.expect("made");
        }
        let at = format!("{}/", folder.path().to_str().expect("text"));
        (folder, at)
    }

    fn found(at: &str, last: &str) -> Vec<String> {
        let typed = format!("{at}{last}");
        find(&typed)
            .iter()
            .map(|one| one.path.strip_prefix(at).expect("as it was typed").to_owned())
            .collect()
    }

    #[test]
    fn what_begins_so_is_found_in_order_and_folders_end_in_a_slash() {
        let (_folder, at) = folder(&["report 2.txt", "report.txt", "reports/", "other", "照片/"]);
        assert_eq!(found(&at, "rep"), ["report 2.txt", "report.txt", "reports/"]);
        assert_eq!(found(&at, "照"), ["照片/"]);
        assert_eq!(found(&at, "nothing"), [""; 0]);
        assert_eq!(found(&at, "").len(), 5);
        assert!(find(&format!("{at}gone/x")).is_empty());
    }

    #[test]
    fn files_have_a_size_and_folders_have_none() {
        let (folder, at) = folder(&["file", "folder/"]);
        fs::write(folder.path().join("file"), "four").expect("written");
        let sizes: Vec<Option<u64>> = find(&format!("{at}f")).iter().map(|one| one.size).collect();
        assert_eq!(sizes, [Some(4), None]);
    }

    #[test]
    fn what_is_hidden_is_found_by_its_dot() {
        let (_folder, at) = folder(&[".hidden", "seen"]);
        assert_eq!(found(&at, ""), ["seen"]);
        assert_eq!(found(&at, ".h"), [".hidden"]);
        assert_eq!(found(&at, ".."), ["../"]);
    }

    #[test]
    fn a_name_that_cannot_be_typed_is_left_out() {
        let (_folder, at) = folder(&["a\u{1b}[2J", "a\nb", "ab"]);
        assert_eq!(found(&at, "a"), ["ab"]);
    }

    #[test]
    fn of_very_many_the_first_are_found() {
        let names: Vec<String> = (0..MAX_FOUND + 50).map(|number| format!("n{number:04}")).collect();
        let (_folder, at) = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found(&at, "n"), names[..MAX_FOUND]);
    }

    #[test]
    fn the_home_folder_stays_as_it_was_typed() {
        assert_eq!(find("~"), [FoundPath { path: "~/".to_owned(), size: None }]);
        assert!(find("~/").iter().all(|one| one.path.starts_with("~/")));
    }

    #[tokio::test]
    async fn only_what_was_asked_for_last_is_looked_for_next() {
        let mut completion = PathCompletion::default();
        for typed in ["/one", "/two", "/three"] {
            completion.ask(typed.to_owned());
        }
        let first = completion.next().await.0;
        let second = completion.next().await.0;
        assert_eq!((&*first, &*second), ("/one", "/three"));
        assert!(completion.looking.is_empty() && completion.next.is_none());
    }
}
