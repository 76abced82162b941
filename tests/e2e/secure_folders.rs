//! Folders at the limits of what one offer may hold: what is within them comes whole, what is beyond is said at once to
//! whoever wanted to offer it, and nobody else hears of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::secure_steps::Pair;
use crate::support::PATIENCE;
use crate::support::ipmsg::{Member, tree};

/// The limits, and how a folder comes to have as many entries: folders with this many files in each.
const MAX_ENTRIES: usize = 10_000;
const MAX_DEPTH: usize = 32;
const FILES: usize = 99;

/// Folders and files, `MAX_ENTRIES` in all.
fn full(member: &Member) -> PathBuf {
    let folder = member.file("full/last", b"").parent().unwrap().to_owned();
    fs::remove_file(folder.join("last")).unwrap();
    for number in 0..MAX_ENTRIES / (FILES + 1) {
        let inside = folder.join(format!("{number:02}"));
        fs::create_dir(&inside).unwrap();
        for file in 0..FILES {
            fs::write(inside.join(format!("{file:02}")), format!("{number} {file}")).unwrap();
        }
    }
    folder
}

/// Folders inside of one another, the outermost counted, with a file in the innermost.
fn nested(member: &Member, depth: usize) -> PathBuf {
    let name = format!("deep{depth}");
    let inner: PathBuf = (1..depth).map(|level| format!("{level}")).collect();
    let path = Path::new(&name).join(inner).join("bottom");
    member.file(path.to_str().unwrap(), b"found").ancestors().nth(depth).unwrap().to_owned()
}

fn offer_comes_whole(from: &Member, to: &Member, folder: &Path) {
    let name = folder.file_name().unwrap().to_str().unwrap();
    from.command_for("/file", &[folder]);
    to.wait_row(&[name, "offered"]);
    to.command("/accept");
    // So many files take some disks longer than a person would wait for a screen.
    assert!(to.terminal.comes_within("done", 8 * PATIENCE), "{}", to.terminal.screen());
    to.wait_row(&[name, "done"]);
    from.wait_row(&[name, "fetched"]);
    assert!(tree(&to.downloads().join(name)) == tree(folder), "{name}");
}

/// The sender is told why, and nothing goes to the peer.
fn offer_is_refused(from: &Member, to: &Member, folder: &Path, why: &str) {
    let name = folder.file_name().unwrap().to_str().unwrap();
    from.command_for("/file", &[folder]);
    from.terminal.wait_text(why);
    from.terminal.key("C-u");
    let after = format!("instead of {name}.");
    from.terminal.line(&after);
    to.wait_row(&["▌", &after]);
    let rows = to.terminal.rows_with(name);
    assert_eq!(rows.len(), 1, "{rows:?}");
}

#[test]
fn as_many_entries_as_may_be_come_whole_and_one_more_is_refused_before_anything_is_sent() {
    let pair = Pair::start();
    let folder = full(&pair.us);
    offer_comes_whole(&pair.us, &pair.them, &folder);
    fs::rename(&folder, folder.with_file_name("fuller")).unwrap();
    let folder = folder.with_file_name("fuller");
    fs::write(folder.join("one more"), b"").unwrap();
    offer_is_refused(
        &pair.us,
        &pair.them,
        &folder,
        "The folders hold more than 10000 files and folders, which is more than one message can offer",
    );
}

#[test]
fn folders_as_deep_as_may_be_come_whole_and_deeper_ones_are_refused_before_anything_is_sent() {
    let pair = Pair::start();
    offer_comes_whole(&pair.us, &pair.them, &nested(&pair.us, MAX_DEPTH));
    let deeper = nested(&pair.us, MAX_DEPTH + 1);
    offer_is_refused(
        &pair.us,
        &pair.them,
        &deeper,
        "More than 32 folders inside of one another, which no peer takes",
    );
}
