//! Folders between two who trust each other: what there is of one does not come again, if it is the beginning of it.

use std::path::{Path, PathBuf};

use super::disk::MemoryDisk;
use super::*;
use crate::model::file::{FileSource, FolderEntry, Progress};
use crate::model::{Fault, FileCommand};

const OFFER: MessageId = MessageId(1);
const SECOND: Duration = Duration::from_secs(1);
/// What is in the folder, in its order; a folder has no size.
const TREE: [(&str, Option<usize>); 11] = [
    ("a", Some(150_000)),
    ("b", None),
    ("b/c", Some(0)),
    ("b/d", Some(200_000)),
    ("b/d2", Some(70_000)),
    ("e", None),
    ("f", Some(0)),
    ("g", None),
    ("g/h", None),
    ("g/h/i", Some(7)),
    ("j", Some(131_073)),
];
const SIZE: usize = 150_000 + 200_000 + 70_000 + 7 + 131_073;

fn content(name: &str, length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + at / 251 + name.len()).to_le_bytes()[0]).collect()
}

fn friends() -> (Lab, FileSource) {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    let (mut entries, mut depth) = (Vec::new(), 0);
    for (path, size) in TREE {
        let level = path.matches('/').count();
        entries.extend((level..depth).map(|_| FolderEntry::Leave));
        depth = level + usize::from(size.is_none());
        let name = path.rsplit('/').next().expect("a name").to_owned();
        entries.push(match size {
            Some(size) => {
                FolderEntry::File(lab.nodes[0].disk.offer(&format!("/mine/{path}"), &content(path, size)))
            }
            None => FolderEntry::Enter { name, modified: 5 },
        });
    }
    let folder = lab.nodes[0].disk.offer_folder("/mine/folder", entries);
    lab.offer(0, OFFER, vec![folder.clone()]);
    lab.run(SECOND);
    (lab, folder)
}

/// Ben has the first of these, and so much of the next.
fn leave(lab: &mut Lab, entries: usize, begun: usize) {
    lab.nodes[1].disk.files.insert(PathBuf::from("/got/0.part"), None);
    for (at, (path, size)) in TREE.into_iter().enumerate().take(entries + 1) {
        let length = if at == entries { begun.min(size.unwrap_or(0)) } else { size.unwrap_or(0) };
        if at < entries || length > 0 {
            let content = size.map(|size| content(path, size)[..length].to_vec());
            lab.nodes[1].disk.files.insert(Path::new("/got/0.part").join(path), content);
        }
    }
}

fn got(lab: &Lab) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let below = lab.nodes[1].disk.files.iter();
    below.map(|(path, content)| (path.clone(), content.clone())).collect()
}

fn assert_whole(lab: &Lab, what: &str) {
    let mut meant = vec![(PathBuf::from("/got/file 0"), None)];
    meant.extend(
        TREE.map(|(path, size)| (Path::new("/got/file 0").join(path), size.map(|size| content(path, size)))),
    );
    assert!(got(lab) == meant, "{what}: not what was offered");
}

fn is_done(lab: &Lab) -> bool {
    lab.nodes[1].disk.files.contains_key(Path::new("/got/file 0"))
}

#[test]
fn a_folder_goes_on_wherever_it_was_and_nothing_comes_twice() {
    for (entries, (_, size)) in TREE.into_iter().enumerate() {
        let size = size.unwrap_or(0);
        for begun in [0, 1, size / 2, size.saturating_sub(1), size] {
            let (mut lab, _) = friends();
            leave(&mut lab, entries, begun);
            let there: usize =
                got(&lab).iter().filter_map(|(_, content)| content.as_ref().map(Vec::len)).sum();
            lab.fetch(0);
            lab.run(SECOND * 5);
            let what = format!("{entries} and {begun}");
            assert_whole(&lab, &what);
            assert_eq!(lab.nodes[1].disk.written, SIZE - there, "{what}");
            for index in [0, 1] {
                let ends = lab.ends(index, 0);
                assert!(matches!(ends.as_slice(), [Progress::Done { skipped: 0, .. }]), "{what}: {ends:?}");
            }
            assert_eq!(lab.nodes[0].disk.channels() + lab.nodes[1].disk.channels(), 0, "{what}");
        }
    }
}

#[test]
fn what_is_not_the_beginning_of_a_folder_is_fetched_from_its_start() {
    type Spoil = fn(&mut MemoryDisk);
    let spoils: [(&str, Spoil); 8] = [
        ("a bit of a whole file", |disk| disk.part_of("/got/0.part/a")[9] ^= 1),
        ("a bit of the last", |disk| disk.part_of("/got/0.part/b/d2")[9] ^= 1),
        ("one more before", |disk| disk.part_of("/got/0.part/0").push(1)),
        ("one more behind", |disk| disk.part_of("/got/0.part/z").push(1)),
        ("one more of nothing", |disk| disk.part_of("/got/0.part/b/0").clear()),
        ("a folder more", |disk| drop(disk.files.insert("/got/0.part/b/z".into(), None))),
        ("one less", |disk| drop(disk.files.remove(Path::new("/got/0.part/b/c")))),
        ("more than was offered", |disk| disk.part_of("/got/0.part/y").resize(SIZE, 1)),
    ];
    for (what, spoil) in spoils {
        let (mut lab, _) = friends();
        leave(&mut lab, 4, 500);
        spoil(&mut lab.nodes[1].disk);
        lab.fetch(0);
        lab.run(SECOND * 5);
        assert_whole(&lab, what);
        assert_eq!(lab.nodes[1].disk.written, SIZE, "{what}");
        assert!(matches!(lab.ends(0, 0).as_slice(), [Progress::Done { .. }]), "{what}: {:?}", lab.ends(0, 0));
    }
}

#[test]
fn either_side_is_killed_in_the_middle_of_a_folder_and_only_the_rest_comes() {
    for moment in 0..36 {
        let (mut lab, folder) = friends();
        lab.nodes[0].line.rate = Some(1_000_000);
        lab.fetch(0);
        for again in 0..3 {
            lab.run(Duration::from_millis(17 * moment));
            let killed = usize::from((moment + again) % 2 == 0);
            lab.start(killed);
            if killed == 0 {
                let offer =
                    FileCommand::Offer { message: OFFER, uid: Uid([9; 16]), files: [folder.clone()].into() };
                lab.order(0, offer);
            } else if !is_done(&lab) {
                lab.nodes[1].events.retain(|event| matches!(event, NetEvent::Received(_)));
                lab.fetch(0);
            }
        }
        let start = lab.now.mono;
        while !is_done(&lab) {
            assert!(lab.now.mono - start < SECOND * 100, "moment {moment}: not in time");
            lab.run(SECOND);
        }
        assert_whole(&lab, &format!("moment {moment}"));
        assert_eq!(lab.nodes[1].disk.written, SIZE, "moment {moment}: something came twice");
    }
}

#[test]
fn a_session_that_breaks_costs_a_folder_nothing_that_was_there() {
    let (mut lab, _) = friends();
    lab.nodes[0].line.rate = Some(200_000);
    lab.fetch(0);
    lab.run(SECOND * 2);
    lab.blackout = Some(lab.now.mono + SECOND * 45);
    lab.run(SECOND * 106);
    assert_whole(&lab, "after a blackout");
    assert_eq!(lab.nodes[1].disk.written, SIZE);
    assert!(matches!(lab.ends(1, 0).as_slice(), [Progress::Done { .. }]), "{:?}", lab.ends(1, 0));
}

#[test]
fn a_folder_goes_on_without_what_was_left_out_before() {
    let (mut lab, _) = friends();
    lab.nodes[0].disk.part_of("/mine/b/d").push(1);
    leave(&mut lab, 5, 0);
    lab.nodes[1].disk.files.remove(Path::new("/got/0.part/b/d"));
    lab.fetch(0);
    lab.run(SECOND * 5);
    assert!(is_done(&lab));
    for index in [0, 1] {
        let ends = lab.ends(index, 0);
        assert!(matches!(ends.as_slice(), [Progress::Done { skipped: 1, .. }]), "{index}: {ends:?}");
    }
    assert_eq!(lab.nodes[1].disk.written, 131_080);
}

#[test]
fn a_folder_that_has_become_another_one_comes_as_it_is_now_or_not_at_all() {
    let (mut lab, folder) = friends();
    leave(&mut lab, 4, 500);
    // Two of its files have changed places, and one is gone.
    let mut entries = folder.entries.as_ref().expect("a folder").to_vec();
    let last = entries.len() - 1;
    entries.swap(0, last);
    let changed = FileSource { entries: Some(entries.into()), ..folder };
    let offer = FileCommand::Offer { message: OFFER, uid: Uid([9; 16]), files: [changed].into() };
    lab.start(0);
    lab.order(0, offer);
    lab.fetch(0);
    lab.run(SECOND * 60);
    assert_whole(&lab, "in another order");
    // Whoever finds a difference even in nothing is not asked without end.
    let (mut lab, folder) = friends();
    leave(&mut lab, 4, 500);
    let empty = FileSource { entries: Some([].into()), ..folder };
    let offer = FileCommand::Offer { message: OFFER, uid: Uid([9; 16]), files: [empty].into() };
    lab.start(0);
    lab.order(0, offer);
    lab.fetch(0);
    lab.run(SECOND * 60);
    let ends = lab.ends(1, 0);
    assert!(
        matches!(ends.as_slice(), [Progress::Done { .. } | Progress::Broken { fault: Fault::Malformed, .. }]),
        "{ends:?}"
    );
}

/// As many folders inside of one another, and as many beside one another, as are said.
fn shape(deep: usize, wide: usize) -> Vec<FolderEntry> {
    let enter = |at: usize| FolderEntry::Enter { name: format!("f{at}"), modified: 5 };
    let nested = (0..deep).map(enter).chain((0..deep).map(|_| FolderEntry::Leave));
    nested.chain((deep..deep + wide).flat_map(|at| [enter(at), FolderEntry::Leave])).collect()
}

/// No program of ours offers more; whoever does all the same is refused, and loses no more than this fetch (I11, E12).
#[test]
fn more_than_a_folder_may_hold_is_refused_whoever_offers_it() {
    for (deep, wide, is_whole) in [(32, 9_968, true), (32, 9_969, false), (0, 10_001, false), (33, 0, false)]
    {
        let mut lab = Lab::new(1, CALM);
        let (anna, ben) = (lab.add(), lab.add());
        lab.befriend(anna, ben);
        let folder = lab.nodes[anna].disk.offer_folder("/mine/folder", shape(deep, wide));
        lab.offer(anna, OFFER, vec![folder]);
        lab.run(SECOND);
        lab.fetch(0);
        lab.run(SECOND * 60);
        let (what, ends) = (format!("{deep} deep, {wide} wide"), lab.ends(ben, 0));
        assert_eq!(is_done(&lab), is_whole, "{what}");
        if is_whole {
            assert!(matches!(ends.as_slice(), [Progress::Done { .. }]), "{what}: {ends:?}");
            assert_eq!(got(&lab).len(), 1 + deep + wide, "{what}");
        } else {
            let refused = matches!(ends.as_slice(), [Progress::Broken { fault: Fault::Malformed, bytes: 0 }]);
            assert!(refused, "{what}: {ends:?}");
            assert!(got(&lab).len() <= 1 + 10_000, "{what}");
        }
        lab.say(anna, 5, "still here");
        lab.run(SECOND);
        assert_eq!(lab.nodes[ben].texts.last().map(String::as_str), Some("still here"), "{what}");
        assert_eq!(lab.nodes[anna].disk.channels() + lab.nodes[ben].disk.channels(), 0, "{what}");
    }
}
