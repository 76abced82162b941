//! The disk that fails is tried on a shell before it is trusted with the program.

use std::fs;
use std::process::{Command, Stdio};

use super::Disk;

/// Runs a shell script in `folder` on this disk. Whether it ended well.
fn run(disk: &Disk, folder: &tempfile::TempDir, script: &str) -> bool {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script]).current_dir(folder).envs(disk.environment());
    shell.stderr(Stdio::null()).status().unwrap().success()
}

#[test]
fn only_the_files_of_the_history_fail_and_only_while_told_to() {
    let Some(disk) = Disk::new(1) else { return };
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&disk, &folder, "echo well > history.db"));
    disk.fail(&["write EIO 100"]);
    assert!(run(&disk, &folder, "echo well > other.db"));
    assert!(!run(&disk, &folder, "echo ill > history.db-wal"));
    disk.fail(&["open EROFS 100"]);
    assert!(!run(&disk, &folder, "echo ill > history.db"));
    assert!(run(&disk, &folder, "read line < history.db"), "it can be read");
    assert_eq!(disk.hits(), 2);
    disk.recover();
    assert!(run(&disk, &folder, "echo well > history.db"));
    assert_eq!(fs::read_to_string(folder.path().join("history.db")).unwrap(), "well\n");
}

#[test]
fn half_of_a_torn_write_is_on_the_disk() {
    let Some(disk) = Disk::new(1) else { return };
    let folder = tempfile::tempdir().unwrap();
    disk.fail(&["write full 100"]);
    assert!(!run(&disk, &folder, "echo 1234567 > history.db"));
    assert_eq!(fs::read_to_string(folder.path().join("history.db")).unwrap(), "1234");
}

#[test]
fn a_part_of_the_calls_fails_and_the_seed_says_which() {
    let count = |seed| {
        let disk = Disk::new(seed)?;
        let folder = tempfile::tempdir().unwrap();
        disk.fail(&["write EIO 50"]);
        let script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo $i >> history.db; done";
        run(&disk, &folder, script);
        Some(fs::read_to_string(folder.path().join("history.db")).unwrap())
    };
    let Some(first) = count(1) else { return };
    assert!((1..16).contains(&first.lines().count()), "{first}");
    assert_eq!(count(1).unwrap(), first);
    assert_ne!(count(2).unwrap(), first);
}
