//! What others on this machine or at the other end may try: links in every place, names that climb, names that are
//! taken, disks that are full.
#![cfg(unix)]

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use tempfile::TempDir;

use super::*;
use crate::model::file::FolderEntry;
use crate::model::{Phrase, Shortage, WallTime};

/// 2026-11-21 in microseconds.
const NOW: WallTime = WallTime(1_795_219_200_000_000);
const YESTERDAY: i64 = 1_795_132_800;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn place(folder: &TempDir, name: &str) -> DownloadTarget {
    DownloadTarget { folder: Arc::from(folder.path()), name: name.to_owned(), part: "7-0.part".to_owned() }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn whole(folder: &TempDir, name: &str, bytes: &[u8]) -> String {
    let size = u64::try_from(bytes.len()).expect("a size");
    let mut download = PartialDownload::of_file(&place(folder, name), size, 0).expect("open");
    download.write(bytes).expect("written");
    let path = download.finish(None, NOW).expect("finished");
    Path::new(&path).file_name().expect("a name").to_string_lossy().into_owned()
}

fn kind<T>(result: io::Result<T>) -> io::ErrorKind {
    result.map(drop).expect_err("refused").kind()
}

fn number<T>(result: io::Result<T>) -> Option<i32> {
    result.map(drop).expect_err("refused").raw_os_error()
}

fn key(result: Result<Surveyed, Phrase>) -> &'static str {
    result.expect_err("refused").key
}

/// What a survey found, in short.
fn outline(source: &FileSource) -> String {
    let entry = |entry: &FolderEntry| match entry {
        FolderEntry::Enter { name, .. } => format!("{name}("),
        FolderEntry::File(file) => format!("{}:{} ", file.name, file.size),
        FolderEntry::Leave => ")".to_owned(),
    };
    source.entries.iter().flat_map(|entries| entries.iter()).map(entry).collect()
}

// --- What is offered. ---

#[test]
fn a_file_is_surveyed_with_its_name_size_and_time() {
    let folder = folder();
    let path = folder.path().join("名 字.txt");
    fs::write(&path, "12345").expect("written");
    let Surveyed { sources: found, .. } = survey(std::slice::from_ref(&path)).expect("surveyed");
    let there = fs::metadata(&path).expect("there");
    let [source] = found.as_slice() else { panic!("one: {found:?}") };
    assert_eq!((source.name.as_str(), source.size, source.modified), ("名 字.txt", 5, there.mtime()));
    assert_eq!((source.stamp.device, source.stamp.inode), (there.dev(), there.ino()));
    assert!(source.entries.is_none() && source.path.is_absolute());
}

#[test]
fn a_folder_is_surveyed_depth_first_and_what_is_neither_file_nor_folder_is_left_out_and_counted() {
    let folder = folder();
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("b/c")).expect("made");
    fs::write(root.join("a"), "1").expect("written");
    fs::write(root.join("b/c/d"), "22").expect("written");
    fs::write(root.join("z"), "333").expect("written");
    symlink("/etc/passwd", root.join("link")).expect("linked");
    symlink("/etc", root.join("b/there")).expect("linked");
    rustix::fs::mkfifoat(rustix::fs::CWD, root.join("pipe"), rustix::fs::Mode::RWXU).expect("made");
    let Surveyed { sources: found, left_out } = survey(&[root]).expect("surveyed");
    assert_eq!(outline(&found[0]), "a:1 b(c(d:2 ))z:3 ");
    assert_eq!((found[0].name.as_str(), found[0].size, left_out), ("root", 6, 3));
}

#[test]
fn a_link_that_a_person_names_is_followed_once_and_for_all() {
    let folder = folder();
    fs::write(folder.path().join("one"), "1").expect("written");
    fs::write(folder.path().join("two"), "2").expect("written");
    let link = folder.path().join("link");
    symlink("one", &link).expect("linked");
    let Surveyed { sources: found, .. } = survey(std::slice::from_ref(&link)).expect("surveyed");
    assert_eq!(found[0].name, "link");
    fs::remove_file(&link).and_then(|()| symlink("two", &link)).expect("linked anew");
    let mut text = String::new();
    open(&found[0]).expect("open").expect("the same").read_to_string(&mut text).expect("read");
    assert_eq!(text, "1", "it is still the one that was offered");
}

#[test]
fn what_cannot_be_offered_is_said_and_nothing_of_it_is_opened() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).expect("made");
    let cases = [
        (folder.path().join("nothing"), "offer-missing"),
        // Opening it would wait for ever.
        (pipe, "offer-no-file"),
        (PathBuf::from("/dev/null"), "offer-no-file"),
        #[cfg(target_os = "linux")]
        (PathBuf::from("/proc/self/mem"), "offer-made-up"),
        #[cfg(target_os = "linux")]
        (PathBuf::from("/proc/self/status"), "offer-made-up"),
    ];
    for (path, wanted) in cases {
        assert_eq!(key(survey(&[path])), wanted);
    }
    let many = vec![folder.path().join("x"); 257];
    assert_eq!(key(survey(&many)), "offer-too-many-files");
}

#[test]
fn ten_thousand_entries_are_offered_and_not_one_more() {
    let folder = folder();
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("in")).expect("made");
    for number in 0..MAX_ENTRIES - 1 {
        File::create(root.join(format!("in/{number}"))).expect("made");
    }
    let Surveyed { sources: found, .. } = survey(std::slice::from_ref(&root)).expect("surveyed");
    assert_eq!(found[0].entries.as_ref().expect("a folder").len(), MAX_ENTRIES + 1, "and the way out");
    File::create(root.join("one more")).expect("made");
    assert_eq!(key(survey(&[root])), "offer-too-much");
}

#[test]
fn a_folder_that_is_too_deep_is_not_offered() {
    let folder = folder();
    let mut path = folder.path().join("root");
    for _ in 0..MAX_DEPTH - 1 {
        path.push("d");
    }
    fs::create_dir_all(&path).expect("made");
    assert!(survey(&[folder.path().join("root")]).is_ok());
    fs::create_dir(path.join("d")).expect("made");
    assert_eq!(key(survey(&[folder.path().join("root")])), "offer-too-deep");
}

#[test]
fn only_the_file_that_was_offered_is_opened() {
    let folder = folder();
    let path = folder.path().join("f");
    let other = folder.path().join("other");
    let swaps: [(&str, &dyn Fn()); 6] = [
        ("longer", &|| fs::write(&path, "offered and more").expect("written")),
        ("of equal size, at another time", &|| {
            fs::write(&path, "OFFERED").expect("written");
            let file = File::open(&path).expect("open");
            file.set_modified(UNIX_EPOCH).expect("set");
        }),
        ("another file with the same time", &|| {
            let time = fs::metadata(&path).and_then(|there| there.modified()).expect("a time");
            fs::write(&other, "OFFERED").expect("written");
            File::open(&other).and_then(|file| file.set_modified(time)).expect("set");
            fs::rename(&other, &path).expect("renamed");
        }),
        ("a link to it", &|| {
            fs::rename(&path, &other).and_then(|()| symlink(&other, &path)).expect("linked");
        }),
        ("a pipe", &|| {
            fs::remove_file(&path).expect("removed");
            rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).expect("made");
        }),
        ("nothing", &|| fs::remove_file(&path).expect("removed")),
    ];
    for (what, swap) in swaps {
        let _gone = fs::remove_file(&path);
        fs::write(&path, "offered").expect("written");
        let source = survey(std::slice::from_ref(&path)).expect("surveyed").sources.remove(0);
        assert!(open(&source).expect("asked").is_some(), "{what}: before");
        swap();
        assert!(open(&source).expect("asked").is_none(), "{what}");
    }
}

#[test]
fn a_folder_on_the_way_that_became_a_link_leads_to_nothing() {
    let folder = folder();
    let (inside, elsewhere) = (folder.path().join("in"), folder.path().join("elsewhere"));
    for path in [&inside, &elsewhere] {
        fs::create_dir(path).expect("made");
        fs::write(path.join("f"), "offered").expect("written");
    }
    let source = survey(&[inside.join("f")]).expect("surveyed").sources.remove(0);
    fs::remove_dir_all(&inside).and_then(|()| symlink(&elsewhere, &inside)).expect("linked");
    assert!(open(&source).expect("asked").is_none());
}

// --- What is received. ---

#[test]
fn until_it_is_whole_it_lies_beside_and_nobody_else_can_read_or_run_it() {
    let folder = folder();
    let mut download = PartialDownload::of_file(&place(&folder, "name.sh"), 4, 0).expect("open");
    download.write(b"da").expect("written");
    assert_eq!(names(folder.path()), ["7-0.part"]);
    assert_eq!(left_of(&place(&folder, "name.sh")), 2);
    download.write(b"ta").expect("written");
    let path = download.finish(Some(YESTERDAY), NOW).expect("finished");
    let there = fs::metadata(&path).expect("there");
    assert_eq!((there.permissions().mode() & 0o7777, there.mtime()), (0o600, YESTERDAY));
    assert_eq!((names(folder.path()), left_of(&place(&folder, "name.sh"))), (vec!["name.sh".to_owned()], 0));
}

#[test]
fn nothing_that_is_there_is_ever_written_over() {
    let folder = folder();
    fs::write(folder.path().join("a.tar.gz"), "mine").expect("written");
    symlink("nowhere", folder.path().join("a.tar (2).gz")).expect("linked");
    fs::create_dir(folder.path().join("plain")).expect("made");
    assert_eq!(whole(&folder, "a.tar.gz", b"theirs"), "a.tar (3).gz");
    assert_eq!(whole(&folder, "plain", b"theirs"), "plain (2)");
    assert_eq!(fs::read(folder.path().join("a.tar.gz")).expect("read"), b"mine");
    assert!(fs::symlink_metadata(folder.path().join("nowhere")).is_err());
    let mut download = PartialDownload::of_folder(&place(&folder, "plain")).expect("open");
    download.file("x", 0).and_then(|()| download.close(None, NOW)).expect("a file");
    assert!(download.finish(None, NOW).expect("finished").ends_with("plain (3)"));
    assert!(names(&folder.path().join("plain")).is_empty());
}

#[test]
fn where_the_system_renames_in_two_steps_nothing_is_written_over_either() {
    let folder = folder();
    let here = system::Directory::at(folder.path()).expect("open");
    let renamed = |from: &str, to: &str| here.rename_in_two(from.as_ref(), to.as_ref());
    for name in ["one", "two"] {
        fs::write(folder.path().join(name), name).expect("written");
        fs::create_dir(folder.path().join(format!("{name}.d"))).expect("made");
    }
    assert_eq!(kind(renamed("one", "two")), io::ErrorKind::AlreadyExists);
    assert_eq!(kind(renamed("one.d", "two.d")), io::ErrorKind::AlreadyExists);
    renamed("one", "three").and_then(|()| renamed("one.d", "three.d")).expect("renamed");
    assert_eq!(names(folder.path()), ["three", "three.d", "two", "two.d"]);
    assert_eq!(fs::read(folder.path().join("two")).expect("read"), b"two");
}

#[test]
fn what_somebody_else_put_in_the_place_of_the_part_is_left_alone() {
    let folder = folder();
    let (part, victim) = (folder.path().join("7-0.part"), folder.path().join("victim"));
    fs::write(&victim, "precious").expect("written");
    let plants: [(&str, &dyn Fn()); 4] = [
        ("a link", &|| symlink(&victim, &part).expect("linked")),
        ("a second name", &|| {
            fs::set_permissions(&victim, fs::Permissions::from_mode(0o600)).expect("set");
            fs::hard_link(&victim, &part).expect("linked");
        }),
        ("a file that others can write", &|| {
            fs::write(&part, "precious").expect("written");
            fs::set_permissions(&part, fs::Permissions::from_mode(0o666)).expect("set");
        }),
        ("a link to nothing", &|| symlink("nothing", &part).expect("linked")),
    ];
    for (what, plant) in plants {
        plant();
        for from in [0, 3] {
            assert!(PartialDownload::of_file(&place(&folder, "f"), 9, from).is_err(), "{what} {from}");
        }
        assert!(PartialDownload::of_folder(&place(&folder, "f")).is_err(), "{what}");
        assert_eq!(left_of(&place(&folder, "f")), 0, "{what}");
        assert_eq!(fs::read(&victim).expect("read"), b"precious", "{what}");
        assert!(fs::symlink_metadata(folder.path().join("nothing")).is_err(), "{what}");
        fs::remove_file(&part).expect("removed");
    }
}

#[test]
fn a_later_try_goes_on_from_where_it_was_told() {
    let folder = folder();
    let place = place(&folder, "f");
    let mut download = PartialDownload::of_file(&place, 6, 0).expect("open");
    download.write(b"abcd").expect("written");
    drop(download);
    assert_eq!(kind(PartialDownload::of_file(&place, 6, 5)), io::ErrorKind::StaleNetworkFileHandle);
    assert_eq!(kind(PartialDownload::of_file(&place, 3, 4)), io::ErrorKind::InvalidInput);
    let mut download = PartialDownload::of_file(&place, 6, 3).expect("open");
    assert_eq!(download.wants(), 3);
    assert_eq!(kind(PartialDownload::of_file(&place, 6, 3)), io::ErrorKind::ResourceBusy, "two at once");
    download.write(b"def").expect("written");
    let path = download.finish(None, NOW).expect("finished");
    assert_eq!(fs::read(path).expect("read"), b"abcdef");
    // From the start means that nothing of it stays.
    fs::write(folder.path().join("7-0.part"), "old and long").expect("written");
    fs::set_permissions(folder.path().join("7-0.part"), fs::Permissions::from_mode(0o600)).expect("set");
    assert_eq!(whole(&folder, "g", b"new"), "g");
    assert_eq!(fs::read(folder.path().join("g")).expect("read"), b"new");
}

#[test]
fn what_is_not_whole_or_too_much_gets_no_name() {
    let folder = folder();
    let mut download = PartialDownload::of_file(&place(&folder, "f"), 4, 0).expect("open");
    download.write(b"abc").expect("written");
    assert_eq!(kind(download.write(b"de")), io::ErrorKind::FileTooLarge);
    assert_eq!(kind(download.finish(None, NOW)), io::ErrorKind::InvalidInput);
    assert_eq!(fs::read(folder.path().join("7-0.part")).expect("kept"), b"abc");
    assert_eq!(names(folder.path()), ["7-0.part"]);
}

#[test]
fn a_part_that_was_swapped_before_the_end_gets_no_name() {
    let folder = folder();
    let part = folder.path().join("7-0.part");
    for folders in [false, true] {
        let download = if folders {
            PartialDownload::of_folder(&place(&folder, "f"))
        } else {
            PartialDownload::of_file(&place(&folder, "f"), 0, 0)
        };
        let download = download.expect("open");
        fs::rename(&part, folder.path().join("aside")).expect("renamed");
        symlink("aside", &part).expect("linked");
        assert!(download.finish(None, NOW).is_err());
        assert_eq!(names(folder.path()), ["7-0.part", "aside"]);
        fs::remove_file(&part).expect("removed");
        let _file_or_folder = fs::remove_file(folder.path().join("aside"))
            .or_else(|_| fs::remove_dir(folder.path().join("aside")));
    }
}

#[test]
fn a_folder_that_is_swapped_for_a_link_while_it_comes_wins_nothing() {
    let (folder, outside) = (folder(), folder_outside());
    let mut download = PartialDownload::of_folder(&place(&folder, "f")).expect("open");
    let part = folder.path().join("7-0.part");
    download.enter("in").expect("entered");
    // At the level we are in, and at the one above.
    fs::rename(part.join("in"), part.join("moved")).expect("renamed");
    symlink(outside.path(), part.join("in")).expect("linked");
    download.file("a", 1).and_then(|()| download.write(b"1")).expect("written");
    download.close(None, NOW).expect("closed");
    fs::rename(&part, folder.path().join("aside")).expect("renamed");
    symlink(outside.path(), &part).expect("linked");
    download.enter("deeper").and_then(|()| download.leave()).and_then(|()| download.leave()).expect("left");
    download.file("b", 0).and_then(|()| download.close(None, NOW)).expect("closed");
    // A link under the very name that comes next.
    symlink(outside.path(), folder.path().join("aside/c")).expect("linked");
    download.enter("c").and_then(|()| download.file("d", 0)).expect("entered another");
    assert!(names(outside.path()).is_empty());
    assert_eq!(names(&folder.path().join("aside")), ["b", "c", "c (2)", "in", "moved"]);
    assert_eq!(names(&folder.path().join("aside/moved")), ["a", "deeper"]);
}

fn folder_outside() -> TempDir {
    folder()
}

#[test]
fn the_folder_for_all_may_be_swapped_after_the_start() {
    let (above, outside) = (folder(), folder_outside());
    let downloads = above.path().join("downloads");
    fs::create_dir(&downloads).expect("made");
    let place =
        DownloadTarget { folder: Arc::from(downloads.as_path()), name: "f".into(), part: "p.part".into() };
    let download = PartialDownload::of_file(&place, 0, 0).expect("open");
    fs::rename(&downloads, above.path().join("moved")).expect("renamed");
    symlink(outside.path(), &downloads).expect("linked");
    let path = download.finish(None, NOW).expect("finished");
    assert!(names(outside.path()).is_empty());
    assert_eq!(names(&above.path().join("moved")), ["f"]);
    // What the row says is where the file is.
    assert_eq!(Path::new(&path), fs::canonicalize(above.path()).expect("there").join("moved/f"));
}

#[test]
fn no_name_climbs_out() {
    for name in ["..", ".", "../x", "/etc/x", "a/../../x", "..\\x", "", "a\0b"] {
        let (above, outside) = (folder(), folder_outside());
        fs::create_dir(above.path().join("d")).expect("made");
        let folder = Arc::from(above.path().join("d"));
        // Whether it is refused or becomes another name, it stays below.
        let by_name =
            DownloadTarget { folder: Arc::clone(&folder), name: name.into(), part: "p.part".into() };
        let _refused =
            PartialDownload::of_file(&by_name, 0, 0).and_then(|download| download.finish(None, NOW));
        let by_part = DownloadTarget { folder, name: "n".into(), part: name.into() };
        assert_eq!(kind(PartialDownload::of_file(&by_part, 0, 0)), io::ErrorKind::InvalidInput, "{name:?}");
        let mut download = PartialDownload::of_folder(&by_name_of(&by_part, "q.part")).expect("open");
        let _refused = download.enter(name);
        let _refused = download.file(name, 0);
        assert_eq!(names(above.path()), ["d"], "{name:?}");
        assert!(names(outside.path()).is_empty() && !Path::new("/etc/x").exists(), "{name:?}");
    }
}

fn by_name_of(place: &DownloadTarget, part: &str) -> DownloadTarget {
    DownloadTarget { part: part.to_owned(), ..place.clone() }
}

#[test]
fn equal_names_in_a_folder_are_told_apart_and_not_without_end() {
    let folder = folder();
    let mut download = PartialDownload::of_folder(&place(&folder, "f")).expect("open");
    for _ in 0..3 {
        download.file("x.txt", 0).and_then(|()| download.close(None, NOW)).expect("a file");
        download.enter("in.d").and_then(|()| download.leave()).expect("a folder");
    }
    let part = folder.path().join("7-0.part");
    assert_eq!(names(&part), ["in.d", "in.d (2)", "in.d (3)", "x (2).txt", "x (3).txt", "x.txt"]);
    let refused =
        (0..200).find_map(|_| download.file("x.txt", 0).and_then(|()| download.close(None, NOW)).err());
    assert_eq!(refused.expect("an end").kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn a_folder_ends_at_its_root_and_at_its_limits() {
    let folder = folder();
    let mut download = PartialDownload::of_folder(&place(&folder, "f")).expect("open");
    assert_eq!(kind(download.leave()), io::ErrorKind::InvalidInput);
    for _ in 0..MAX_DEPTH {
        download.enter("d").expect("entered");
    }
    assert_eq!(kind(download.enter("d")), io::ErrorKind::InvalidInput);
    download.file("open", 1).expect("a file");
    for refused in
        [download.file("two", 0), download.enter("in"), download.leave(), download.close(None, NOW)]
    {
        assert_eq!(kind(refused), io::ErrorKind::InvalidInput, "while a file is open");
    }
    download.write(b"1").and_then(|()| download.close(None, NOW)).expect("closed");
    for number in 0..MAX_ENTRIES - MAX_DEPTH - 1 {
        download.file(&number.to_string(), 0).and_then(|()| download.close(None, NOW)).expect("a file");
    }
    assert_eq!(kind(download.file("one more", 0)), io::ErrorKind::QuotaExceeded);
}

#[test]
fn a_later_try_of_a_folder_begins_anew_and_follows_no_link_to_do_so() {
    let (folder, outside) = (folder(), folder_outside());
    fs::write(outside.path().join("precious"), "1").expect("written");
    let mut download = PartialDownload::of_folder(&place(&folder, "f")).expect("open");
    download.enter("in").and_then(|()| download.file("old", 0)).expect("a file");
    symlink(outside.path(), folder.path().join("7-0.part/in/link")).expect("linked");
    assert_eq!(
        kind(PartialDownload::of_folder(&place(&folder, "f"))),
        io::ErrorKind::ResourceBusy,
        "two at once"
    );
    drop(download);
    let mut download = PartialDownload::of_folder(&place(&folder, "f")).expect("open");
    download.file("new", 0).and_then(|()| download.close(None, NOW)).expect("a file");
    let path = download.finish(Some(YESTERDAY), NOW).expect("finished");
    assert_eq!(names(Path::new(&path)), ["new"]);
    let there = fs::metadata(&path).expect("there");
    assert_eq!((there.permissions().mode() & 0o7777, there.mtime()), (0o700, YESTERDAY));
    assert_eq!(names(outside.path()), ["precious"]);
}

#[test]
fn times_that_nobody_can_believe_are_not_set() {
    let folder = folder();
    let day = 24 * 60 * 60;
    let today = NOW.0 / 1_000_000;
    for (time, believed) in [
        (i64::MIN, false),
        (-1, false),
        (315_532_799, false),
        (315_532_800, true),
        (today + day, true),
        (today + day + 1, false),
        (i64::MAX, false),
    ] {
        let download = PartialDownload::of_file(&place(&folder, "f"), 0, 0).expect("open");
        let path = download.finish(Some(time), NOW).expect("finished");
        assert_eq!(fs::metadata(path).expect("there").mtime() == time, believed, "{time}");
    }
}

#[test]
fn nothing_begins_that_would_leave_too_little_room() {
    let folder = folder();
    let free = system::Directory::at(folder.path()).and_then(|folder| folder.free()).expect("known");
    assert!(free_space(folder.path()).expect("known") < free);
    let place = place(&folder, "f");
    assert_eq!(kind(PartialDownload::of_file(&place, free, 0)), io::ErrorKind::StorageFull);
    assert_eq!(kind(PartialDownload::of_file(&place, u64::MAX, 0)), io::ErrorKind::StorageFull);
    assert_eq!(kind(PartialDownload::of_file_reserving(&place, 0, 0, u64::MAX)), io::ErrorKind::StorageFull);
    assert_eq!(kind(PartialDownload::of_folder_reserving(&place, u64::MAX)), io::ErrorKind::StorageFull);
    assert!(names(folder.path()).is_empty());
    let mut download = PartialDownload::of_folder(&place).expect("open");
    assert_eq!(kind(download.file("large", free)), io::ErrorKind::StorageFull);
}

/// A file system of its own, so small that it fills up.
struct Small(TempDir);

impl Small {
    /// `None` where we may not mount one.
    fn mount(size: &str) -> Option<Self> {
        let folder = folder();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder.path());
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: no file system can be mounted here");
        }
        mounted.then_some(Self(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_disk_that_fills_up_ends_it_and_keeps_what_there_is() {
    let Some(small) = Small::mount("32m") else { return };
    let place = place(&small.0, "f");
    // Somebody else writes meanwhile: it is noticed before the disk is full.
    let reserve = 4 * 1024 * 1024;
    let mut download =
        PartialDownload::of_file_reserving(&place, 24 * 1024 * 1024, 0, reserve).expect("open");
    let chunk = vec![7; 1024 * 1024];
    fs::write(small.0.path().join("other"), vec![0; 13 * 1024 * 1024]).expect("written");
    let failed = (0..24).find_map(|_| download.write(&chunk).err()).expect("an end");
    assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
    let shortage = failed.get_ref().and_then(|inner| inner.downcast_ref::<Shortage>()).expect("a shortage");
    assert!(shortage.reserved == reserve && shortage.free <= reserve, "{shortage}");
    assert_eq!(shortage.wanted, 24 * 1024 * 1024 - left_of(&place));
    assert!(left_of(&place) < 17 * 1024 * 1024 && left_of(&place) >= 15 * 1024 * 1024);
    // And the system's own word is passed on.
    drop(download);
    let mut download = PartialDownload::of_file_reserving(&place, 6 * 1024 * 1024, 0, 0).expect("open");
    fs::write(small.0.path().join("more"), vec![0; 15 * 1024 * 1024]).expect("written");
    let failed = (0..6).find_map(|_| download.write(&chunk).err());
    assert_eq!(number(failed.map_or(Ok(()), Err)), Some(rustix::io::Errno::NOSPC.raw_os_error()));
    assert!(left_of(&place) > 0);
}

#[test]
fn of_a_file_of_which_nothing_came_nothing_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(&folder, "f");
    drop(PartialDownload::of_file(&place, 5, 0).expect("open"));
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
    let mut download = PartialDownload::of_file(&place, 5, 0).expect("open");
    download.write(b"abc").expect("written");
    drop(download);
    assert_eq!(left_of(&place), 3, "what came is kept");
    drop(PartialDownload::of_file(&place, 5, 3).expect("open"));
    assert_eq!(left_of(&place), 3, "and so it is when no more comes");
}

#[test]
fn what_is_discarded_is_ours_and_nothing_that_lies_in_its_place() {
    let here = folder();
    let target = place(&here, "a");
    let mut download = PartialDownload::of_file(&target, 4, 0).expect("open");
    download.write(b"ab").expect("room");
    drop(download);
    discard(&target).expect("ours");
    drop(PartialDownload::of_folder(&target).expect("made"));
    discard(&target).expect("ours");
    assert!(names(here.path()).is_empty());
    assert!(discard(&target).is_err(), "nothing is there");
    let elsewhere = folder();
    fs::write(elsewhere.path().join("b"), "b").expect("written");
    symlink(elsewhere.path(), here.path().join(&target.part)).expect("a link");
    assert!(discard(&target).is_err());
    assert_eq!((names(elsewhere.path()), names(here.path())), (vec!["b".to_owned()], vec![target.part]));
}
