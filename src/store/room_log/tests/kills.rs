//! The program is killed at any moment: what was reported is there afterwards, once and in order.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::*;

/// Where the child keeps its log; only with it is it a child.
const FOLDER: &str = "UDPQQ_TEST_ROOM_LOG";

/// Messages that the child says at once.
const GROUP: u32 = 5;

/// Says messages and prints what has been kept, without an end.
#[test]
#[ignore = "the child of another test"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut log = RoomLog::open(Path::new(&folder), private, RoomRetention::default()).expect("opened");
    let mut number = reader(&log)
        .list()
        .expect("read")
        .first()
        .map_or(0, |room| u32::try_from(room.messages).expect("few"));
    loop {
        let group = (0..GROUP).map(|more| number + 1 + more);
        let said =
            |number: u32| append(number.into(), "a", record(number.into(), 3, number, &format!("t{number}")));
        for report in apply(&mut log, group.map(said).collect()) {
            let BackplaneReport::Appended { ticket, place, again: false } = report else {
                panic!("{report:?}")
            };
            println!("kept {} {}", ticket.0, place.get());
        }
        log.work(NOW);
        number += GROUP;
    }
}

/// Starts the child and kills it after so many of its reports. What was reported, by number and place.
fn kept_by_child(folder: &LogFolder, reports: usize) -> Vec<(u32, u64)> {
    let name = format!("{}::child", module_path!().split_once("::").expect("a path").1);
    let mut child = Command::new(std::env::current_exe().expect("ourselves"))
        .args(["--exact", &name, "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut kept = Vec::new();
    let parse = |line: &str| {
        let mut words = line.rsplit_once("kept ")?.1.split(' ').map(str::parse::<u64>);
        let (number, place) = (words.next()?.ok()?, words.next()?.ok()?);
        Some((u32::try_from(number).ok()?, place))
    };
    while kept.len() < reports {
        let line = lines.next().expect("goes on").expect("text");
        kept.extend(parse(&line));
    }
    child.kill().expect("killed");
    // What was printed before that, but not yet read; the last line may be cut.
    kept.extend(lines.map_while(Result::ok).filter_map(|line| parse(&line)));
    child.wait().expect("ended");
    kept
}

#[test]
fn what_was_reported_survives_any_end() {
    let folder = LogFolder::new();
    let mut reported: Vec<(u32, u64)> = Vec::new();
    for round in 0..6 {
        let mut kept = kept_by_child(&folder, 3 + round * 17);
        // A line that was cut says another number.
        kept.pop();
        reported.extend(kept);
        let mut log = folder.open();
        let records = page(&mut log, "a", PageStart::Latest, u16::MAX).0;
        let there: Vec<(u32, u64)> =
            records.iter().map(|placed| (placed.record.number, placed.place.get())).collect();
        assert!(reported.iter().all(|one| there.contains(one)), "{reported:?}\n{there:?}");
        // Nothing is there twice or in parts: each group is whole.
        assert_eq!(
            there.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
            (1..=numbers(&there)).collect::<Vec<_>>()
        );
        assert_eq!(numbers(&there) % GROUP, 0);
        assert!(there.is_sorted_by_key(|(_, place)| *place));
    }
}

fn numbers(there: &[(u32, u64)]) -> u32 {
    u32::try_from(there.len()).expect("few")
}

/// The same as after a power cut in the middle of writing: the end of the write-ahead log is missing.
#[test]
fn a_log_whose_end_is_missing_has_whole_groups() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    for group in 0..20_u32 {
        let said = |number| append(0, "a", record(1, 3, number, &format!("t{number}")));
        apply(&mut log, (group * 5 + 1..=group * 5 + 5).map(said).collect());
    }
    let wal = std::fs::read(folder.path().join("rooms.db-wal")).expect("there");
    let file = std::fs::read(folder.file()).expect("there");
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..60 {
        let length = wal.len() * step / 59;
        let copy = LogFolder::new();
        std::fs::write(copy.file(), &file).expect("written");
        std::fs::write(copy.path().join("rooms.db-wal"), &wal[..length]).expect("written");
        let mut log = copy.open();
        let texts = all(&mut log, "a");
        assert_eq!(texts.len() % 5, 0);
        assert!(texts.iter().enumerate().all(|(at, text)| *text == format!("t{}", at + 1)));
        seen.insert(texts.len());
        fill(&mut log, "b", 0..3, "x");
    }
    assert!(seen.len() > 10 && seen.contains(&100), "{seen:?}");
}
