//! Disk channels go on with folders of which something is there.

use std::fs;

use tempfile::TempDir;

use super::disks::{all, close_file, file, hash, kept, opened, write};
use super::probe::Rig;
use super::transfers::place;
use crate::wire::{DiskEvent, DiskStep, HeldFolder, TreeHasher};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_goes_on_where_it_was_and_says_what_is_there() {
    let folder = TempDir::new().expect("a folder");
    let mut rig = Rig::start();
    let resume = || DiskStep::ResumeFolder { target: place(&folder) };
    let resumed = |held, tree: &TreeHasher| DiskEvent::Resumed { held, hash: tree.finish() };
    let mut tree = TreeHasher::default();
    all(
        &mut rig,
        [
            (resume(), resumed(HeldFolder::default(), &tree)),
            (file("one", 3), opened(&[])),
            (write(b"abc"), DiskEvent::Written { bytes: 3 }),
            (close_file(b"abc"), DiskEvent::Closed),
            (DiskStep::Enter { name: "sub".to_owned() }, DiskEvent::Closed),
            (file("two", 5), opened(&[])),
            (write(b"de"), DiskEvent::Written { bytes: 2 }),
        ],
    )
    .await;
    tree.entry(0, "one", Some(hash(b"abc")));
    tree.entry(0, "sub", None);
    tree.entry(1, "two", Some(hash(b"de")));
    let held = HeldFolder { entries: 2, depth: 1, bytes: 3, begun: 2 };
    all(
        &mut rig,
        [
            (resume(), resumed(held, &tree)),
            (file("two", 5), opened(b"de")),
            (write(b"fgh"), DiskEvent::Written { bytes: 3 }),
            (close_file(b"defgh"), DiskEvent::Closed),
            (DiskStep::Leave, DiskEvent::Closed),
            (DiskStep::Finish { modified: None, hash: None }, kept(&folder)),
        ],
    )
    .await;
    assert_eq!(fs::read(folder.path().join("kept.bin/sub/two")).expect("read"), b"defgh");
}
