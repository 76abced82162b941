//! Files between two who trust each other: what is offered comes whole, over whatever happens on the way.

mod pace;

use std::path::Path;

use super::disk::hash;
use super::*;
use crate::model::file::{DownloadTarget, FileSource, FolderEntry, Progress, TransferId};
use crate::model::{Fault, FileCommand};

const OFFER: MessageId = MessageId(1);
/// What the receiver calls the message.
const HEARD: MessageId = MessageId(77);
const SECOND: Duration = Duration::from_secs(1);

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + at / 251).to_le_bytes()[0]).collect()
}

fn friends(weather: Weather) -> Lab {
    let mut lab = Lab::new(1, weather);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    lab
}

/// Anna offers these to Ben.
fn offer(lab: &mut Lab, files: Vec<FileSource>) {
    lab.offer(0, OFFER, files);
    lab.run(SECOND);
}

impl Lab {
    pub(super) fn offer(&mut self, index: usize, id: MessageId, files: Vec<FileSource>) {
        let uid = Some(Uid([9; 16]));
        let message =
            OutgoingMessage { uid, files: files.into(), ..OutgoingMessage::text(id, "files".to_owned()) };
        self.nodes[index].outbox.insert(id, message.clone());
        self.input(index, Input::Command(NetCommand::Message(PEER, MessageCommand::Send(message))));
    }

    pub(super) fn order(&mut self, index: usize, command: FileCommand) {
        self.input(index, Input::Command(NetCommand::File(PEER, command)));
    }

    fn payload(&self, index: usize) -> Arc<[u8]> {
        let heard = self.nodes[index].events.iter().find_map(|event| match event {
            NetEvent::Received(received) if !received.files.is_empty() => Some(Arc::clone(&received.payload)),
            _ => None,
        });
        heard.expect("an offer")
    }

    /// Ben wants one of them; as a program does, he looks what is there of it.
    pub(super) fn fetch(&mut self, file: u16) {
        let part = format!("{file}.part");
        let there = self.nodes[1].disk.content(&format!("/got/{part}"));
        let from = there.map_or(0, |there| u64::try_from(there.len()).expect("small"));
        self.fetch_from(file, from);
    }

    fn fetch_from(&mut self, file: u16, from: u64) {
        let target = DownloadTarget {
            folder: Path::new("/got").into(),
            name: format!("file {file}"),
            part: format!("{file}.part"),
        };
        let transfer = TransferId { message: HEARD, file };
        let payload = self.payload(1);
        self.order(1, FileCommand::Fetch { transfer, payload, target, from });
    }

    pub(super) fn ends(&self, index: usize, file: u16) -> Vec<Progress> {
        let message = [OFFER, HEARD][index];
        let told = self.nodes[index].events.iter().filter_map(|event| match event {
            NetEvent::Transfer { transfer, progress } if *transfer == TransferId { message, file } => {
                Some(progress)
            }
            _ => None,
        });
        told.filter(|told| !matches!(told, Progress::Moved { .. })).cloned().collect()
    }

    fn got(&self, file: u16) -> Option<&[u8]> {
        self.nodes[1].disk.content(&format!("/got/file {file}"))
    }

    /// Both say that it is done, once, and what came is what was offered.
    fn assert_done(&self, file: u16, meant: &[u8]) {
        for index in [0, 1] {
            let ends = self.ends(index, file);
            assert!(matches!(ends.as_slice(), [Progress::Done { skipped: 0, .. }]), "{index}: {ends:?}");
        }
        assert!(self.got(file).is_some_and(|got| hash(got) == hash(meant)), "not what was offered");
        assert_eq!(self.nodes[0].disk.channels() + self.nodes[1].disk.channels(), 0, "channels are left");
    }

    fn run_until(&mut self, most: Duration, what: impl Fn(&Self) -> bool) {
        let start = self.now.mono;
        while !what(self) {
            assert!(self.now.mono - start < most, "not in time");
            self.run(Duration::from_millis(20));
        }
    }
}

#[test]
fn what_is_offered_is_heard_of_and_comes_whole() {
    let mut lab = friends(CALM);
    let sizes = [0, 1, 1_000, 262_144, 300_001, 3_000_000];
    let disk = &mut lab.nodes[0].disk;
    let files: Vec<FileSource> =
        sizes.iter().map(|size| disk.offer(&format!("/mine/{size}"), &content(*size))).collect();
    offer(&mut lab, files);
    let heard = lab.nodes[1].events.iter().find_map(|event| match event {
        NetEvent::Received(received) => Some(received.files.clone()),
        _ => None,
    });
    let heard = heard.expect("an offer");
    assert_eq!(
        heard.as_slice().iter().map(|file| file.size).collect::<Vec<_>>(),
        sizes.map(|size| u64::try_from(size).expect("small"))
    );
    for file in 0..6 {
        lab.fetch(file);
    }
    lab.run(SECOND * 20);
    for (file, size) in (0..).zip(sizes) {
        lab.assert_done(file, &content(size));
    }
}

#[test]
fn a_folder_comes_with_all_that_is_in_it_but_what_has_changed() {
    let mut lab = friends(CALM);
    let disk = &mut lab.nodes[0].disk;
    let enter = |name: &str| FolderEntry::Enter { name: name.to_owned(), modified: 5 };
    let files: Vec<FileSource> = [("/mine/a", 200_000), ("/mine/b", 0), ("/mine/c", 7), ("/mine/d", 600_000)]
        .map(|(path, size)| disk.offer(path, &content(size)))
        .into();
    let [a, b, c, d] = <[FileSource; 4]>::try_from(files).expect("four").map(FolderEntry::File);
    let folder = disk.offer_folder("/mine/folder", vec![a, enter("下"), b, c, FolderEntry::Leave, d]);
    disk.part_of("/mine/c").push(1);
    offer(&mut lab, vec![folder]);
    lab.fetch(0);
    lab.run(SECOND * 10);
    for index in [0, 1] {
        let ends = lab.ends(index, 0);
        assert!(matches!(ends.as_slice(), [Progress::Done { skipped: 1, .. }]), "{index}: {ends:?}");
    }
    let below = lab.nodes[1]
        .disk
        .files
        .iter()
        .map(|(path, content)| (path.display().to_string(), content.as_ref().map(Vec::len)));
    let expected = [
        ("/got/file 0", None),
        ("/got/file 0/a", Some(200_000)),
        ("/got/file 0/d", Some(600_000)),
        ("/got/file 0/下", None),
        ("/got/file 0/下/b", Some(0)),
    ];
    assert_eq!(below.collect::<Vec<_>>(), expected.map(|(path, size)| (path.to_owned(), size)));
}

#[test]
fn a_fetch_goes_on_from_whatever_is_there() {
    let meant = content(300_000);
    let edges = (1..5_i64).flat_map(|edge| [-1, 0, 1].map(|beside| edge * 65_536 + beside));
    for left in edges.filter(|left| *left <= 300_000).chain([1, 299_999, 300_000]) {
        let left = usize::try_from(left).expect("positive");
        let mut lab = friends(CALM);
        let file = lab.nodes[0].disk.offer("/mine/a", &meant);
        offer(&mut lab, vec![file]);
        lab.nodes[1].disk.part_of("/got/0.part").extend(&meant[..left]);
        let before = lab.carried;
        lab.fetch(0);
        lab.run(SECOND * 5);
        lab.assert_done(0, &meant);
        assert!(lab.carried - before < (300_000 - left) / 600 + 60, "{left}: all of it came again");
    }
}

/// What is there is not trusted (E15).
#[test]
fn a_part_that_is_spoiled_by_a_bit_is_fetched_again_from_its_start() {
    let meant = content(300_000);
    let mut lab = friends(CALM);
    let file = lab.nodes[0].disk.offer("/mine/a", &meant);
    offer(&mut lab, vec![file]);
    let part = lab.nodes[1].disk.part_of("/got/0.part");
    part.extend(&meant[..200_000]);
    part[100_000] ^= 4;
    lab.fetch(0);
    lab.run(SECOND * 5);
    lab.assert_done(0, &meant);
}

#[test]
fn a_part_that_is_shorter_than_was_thought_is_fetched_from_its_start() {
    let meant = content(300_000);
    let mut lab = friends(CALM);
    let file = lab.nodes[0].disk.offer("/mine/a", &meant);
    offer(&mut lab, vec![file]);
    lab.fetch_from(0, 5_000);
    lab.run(SECOND * 5);
    lab.assert_done(0, &meant);
}

/// A fetch goes on where it stopped (E15).
#[test]
fn either_side_is_killed_in_the_middle_and_the_rest_still_comes() {
    let meant = content(2_000_000);
    for moment in 0..24 {
        let mut lab = friends(CALM);
        lab.nodes[0].line.rate = Some(2_000_000);
        let file = lab.nodes[0].disk.offer("/mine/a", &meant);
        offer(&mut lab, vec![file.clone()]);
        lab.fetch(0);
        lab.run(Duration::from_millis(45 * moment));
        let killed = usize::from(moment % 2 == 0);
        lab.start(killed);
        if killed == 0 {
            // A folder, or a slow disk: the peer is asked before it has found what it offered.
            lab.run(Duration::from_secs(4 * (moment % 3)));
            let again = FileCommand::Offer { message: OFFER, uid: Uid([9; 16]), files: [file].into() };
            lab.order(0, again);
        } else if lab.got(0).is_none() {
            lab.nodes[1].events.retain(|event| matches!(event, NetEvent::Received(_)));
            lab.fetch(0);
        }
        // Nobody waits until the session has died of silence.
        lab.run_until(SECOND * 15, |lab| lab.got(0).is_some());
        assert_eq!(lab.got(0).map(hash), Some(hash(&meant)), "moment {moment}");
    }
}

#[test]
fn a_session_that_breaks_is_no_failure() {
    let meant = content(3_000_000);
    let mut lab = friends(CALM);
    lab.nodes[0].line.rate = Some(1_000_000);
    let file = lab.nodes[0].disk.offer("/mine/a", &meant);
    offer(&mut lab, vec![file]);
    lab.fetch(0);
    lab.run(SECOND);
    // Both notice that the other is gone.
    lab.blackout = Some(lab.now.mono + SECOND * 45);
    lab.run(SECOND * 46);
    let there = lab.nodes[1].disk.content("/got/0.part").map_or(0, <[u8]>::len);
    assert!(there > 500_000 && there < 2_000_000, "{there}");
    let before = lab.carried;
    lab.run(SECOND * 60);
    lab.assert_done(0, &meant);
    assert!(lab.carried - before < (3_000_000 - there) / 600 + 200, "all of it came again");
}

/// The receiver may have all of it while the sender has not heard so.
#[test]
fn whenever_a_session_ends_both_sides_learn_that_the_file_is_there() {
    for (moment, length) in (0..30).flat_map(|moment| [(moment, 0), (moment, 5_000)]) {
        let meant = content(length);
        let mut lab = friends(CALM);
        let file = lab.nodes[0].disk.offer("/mine/a", &meant);
        offer(&mut lab, vec![file]);
        lab.fetch(0);
        lab.run(Duration::from_millis(moment));
        lab.blackout = Some(lab.now.mono + SECOND * 35);
        lab.run(SECOND * 31);
        lab.say(0, 77, "are you there?");
        lab.run(SECOND * 50);
        lab.assert_done(0, &meant);
    }
}

#[test]
fn a_file_that_has_changed_or_is_withdrawn_is_not_given() {
    let mut lab = friends(CALM);
    let disk = &mut lab.nodes[0].disk;
    let files = vec![disk.offer("/mine/a", &content(5_000)), disk.offer("/mine/b", &content(5_000))];
    disk.part_of("/mine/a").push(1);
    offer(&mut lab, files);
    lab.fetch(0);
    lab.run(SECOND);
    let changed = [Progress::Broken { fault: Fault::Changed, bytes: 0 }];
    assert_eq!((lab.ends(0, 0), lab.ends(1, 0)), (changed.to_vec(), changed.to_vec()));
    lab.order(0, FileCommand::Withdraw { message: OFFER });
    lab.fetch(1);
    lab.run(SECOND);
    assert_eq!(lab.ends(1, 1), [Progress::Broken { fault: Fault::NotOffered, bytes: 0 }]);
    assert_eq!(lab.ends(0, 1), []);
    assert_eq!(lab.got(1), None);
}

#[test]
fn a_file_that_changes_on_its_way_is_not_kept() {
    let mut lab = friends(CALM);
    lab.nodes[0].line.rate = Some(500_000);
    let file = lab.nodes[0].disk.offer("/mine/a", &content(10_000_000));
    offer(&mut lab, vec![file]);
    lab.fetch(0);
    lab.run(SECOND);
    lab.nodes[0].disk.part_of("/mine/a").truncate(100);
    lab.run(SECOND * 70);
    let fault = |index: usize| match lab.ends(index, 0).as_slice() {
        [Progress::Broken { fault, .. }] => fault.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((fault(0), fault(1)), (Fault::Changed, Fault::Changed));
    assert_eq!(lab.got(0), None);
}

#[test]
fn what_a_person_stops_ends_on_both_sides_and_stays() {
    for stopper in [0, 1] {
        let mut lab = friends(CALM);
        lab.nodes[0].line.rate = Some(500_000);
        let file = lab.nodes[0].disk.offer("/mine/a", &content(2_000_000));
        offer(&mut lab, vec![file]);
        lab.fetch(0);
        lab.run(SECOND * 2);
        let message = [OFFER, HEARD][stopper];
        lab.order(stopper, FileCommand::Stop { transfer: TransferId { message, file: 0 } });
        lab.run(SECOND * 90);
        for index in [0, 1] {
            let ends = lab.ends(index, 0);
            let [Progress::Broken { fault, bytes }] = ends.as_slice() else { panic!("{ends:?}") };
            let meant = if index == stopper { Fault::Interrupted } else { Fault::PeerStopped };
            assert_eq!(*fault, meant);
            assert!(*bytes > 0);
        }
        let there = lab.nodes[1].disk.content("/got/0.part").map_or(0, <[u8]>::len);
        assert!((200_000..2_000_000).contains(&there), "{there}");
    }
}

#[test]
fn what_is_declined_is_told() {
    let mut lab = friends(CALM);
    let disk = &mut lab.nodes[0].disk;
    let files = vec![disk.offer("/mine/a", &content(5_000)), disk.offer("/mine/b", &content(5_000))];
    offer(&mut lab, files);
    lab.fetch(0);
    lab.run(SECOND);
    let payload = lab.payload(1);
    lab.order(1, FileCommand::Decline { message: HEARD, payload });
    lab.run(SECOND);
    lab.assert_done(0, &content(5_000));
    assert_eq!(lab.ends(0, 1), [Progress::Declined]);
}
