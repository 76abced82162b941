//! The log as the archive of a cluster.

use std::time::Duration;

use super::*;
use crate::model::room_archive::{ArchiveAnswer, ArchivePart, ArchivedLog};
use crate::model::room_log::LogEpoch;
use crate::model::search::Search;
use crate::store::{RoomArchiver, RoomFilter, RoomMember, RoomRemoval, RoomSearch};

const LOG: ArchivedLog = ArchivedLog { epoch: LogEpoch(u64::MAX), shards: 2 };

fn open(folder: &LogFolder) -> RoomArchiver {
    RoomArchiver::open(folder.path(), private, RoomRetention::default()).expect("opened")
}

/// Messages with their places at the cluster and their numbers; 0 is of a plain member.
fn part(shard: u16, room: &str, messages: &[(u64, u32)]) -> ArchivePart {
    let message = |(at, number): &(u64, u32)| {
        let seconds = i64::try_from(*at).expect("few");
        let record = record(seconds, 7, *number, &format!("{room} {at}"));
        (room.to_owned(), PlacedRecord { place: place(*at), record })
    };
    let up_to = messages.last().expect("some").0;
    ArchivePart { shard, up_to, records: messages.iter().map(message).collect() }
}

fn beside(folder: &LogFolder) -> RoomLogReader {
    RoomLogReader::open(folder.path()).expect("readable").expect("there")
}

fn kept(folder: &LogFolder) -> Vec<String> {
    let all = beside(folder).walk(&RoomFilter::default(), None, 1_000).expect("read");
    all.iter().map(|message| String::from_utf8_lossy(&message.placed.record.body).into_owned()).collect()
}

/// The places, and whether there are more.
fn archived(folder: &LogFolder, epoch: LogEpoch, before: u64, limit: u16) -> (Vec<u64>, bool) {
    let page = beside(folder).archived(epoch, "dev", place(before), limit).expect("read");
    let ArchiveAnswer { records, more } = page;
    (records.iter().map(|placed| placed.place.get()).collect(), more)
}

#[test]
fn it_goes_on_where_it_ended_and_has_each_message_once() {
    let folder = LogFolder::new();
    let mut archiver = open(&folder);
    assert_eq!(archiver.follow(LOG), Ok(vec![0, 0]));
    archiver.take(&part(0, "dev", &[(3, 1), (5, 0)])).expect("kept");
    archiver.take(&part(1, "lobby", &[(3, 2)])).expect("kept");
    drop(archiver);
    let mut archiver = open(&folder);
    assert_eq!(archiver.follow(LOG), Ok(vec![5, 3]));
    archiver.take(&part(0, "dev", &[(8, 3)])).expect("kept");
    assert_eq!(kept(&folder), ["dev 3", "dev 5", "lobby 3", "dev 8"]);
    assert_eq!(beside(&folder).list().expect("read").len(), 2);
}

#[test]
fn pages_go_by_the_places_of_the_cluster() {
    let folder = LogFolder::new();
    let mut archiver = open(&folder);
    archiver.follow(LOG).expect("followed");
    archiver.take(&part(1, "lobby", &[(1, 9), (9, 10)])).expect("kept");
    archiver.take(&part(0, "dev", &[(10, 1), (20, 0), (30, 2), (40, 0)])).expect("kept");
    assert_eq!(archived(&folder, LOG.epoch, 40, 2), (vec![20, 30], true));
    assert_eq!(archived(&folder, LOG.epoch, 20, 2), (vec![10], false));
    assert_eq!(archived(&folder, LOG.epoch, 10, 2), (vec![], false));
    assert_eq!(archived(&folder, LogEpoch(5), 40, 2), (vec![], false), "of another log");
}

#[test]
fn another_history_of_the_cluster_loses_and_doubles_nothing() {
    let folder = LogFolder::new();
    let mut archiver = open(&folder);
    archiver.follow(LOG).expect("followed");
    archiver.take(&part(0, "dev", &[(1, 0), (2, 1), (3, 0), (4, 2)])).expect("kept");
    // It lost the last two, and was given others there.
    let next = ArchivedLog { epoch: LogEpoch(7), ..LOG };
    assert_eq!(archiver.follow(next), Ok(vec![0, 0]));
    archiver.take(&part(0, "dev", &[(1, 0), (2, 1)])).expect("kept");
    let mut others = part(0, "dev", &[(3, 0), (5, 3)]);
    others.records[0].1.record.body = b"another".as_slice().into();
    archiver.take(&others).expect("kept");
    assert_eq!(kept(&folder), ["dev 1", "dev 2", "dev 3", "dev 4", "another", "dev 5"]);
    assert_eq!(archived(&folder, next.epoch, 9, 9), (vec![1, 2, 3, 5], false));
}

#[test]
fn what_the_operator_does_with_a_history_works_on_an_archive() {
    let folder = LogFolder::new();
    let mut archiver = open(&folder);
    archiver.follow(LOG).expect("followed");
    archiver.take(&part(0, "dev", &[(1, 1), (2, 0), (3, 2)])).expect("kept");
    drop(archiver);
    let mut log = RoomLog::open_offline(folder.path(), private).expect("opened");
    let second = beside(&folder).walk(&RoomFilter::default(), None, 9).expect("read")[1].placed.place;
    assert_eq!(log.remove(&RoomRemoval::Place(second)).expect("removed").messages, 1);
    // One from before all: the others get new places in the file, and keep those at the cluster.
    let older = ("dev".to_owned(), record(0, 9, 1, "older"));
    assert!(log.import(&mut [Ok(older)].into_iter()).expect("imported").moved);
    drop(log);
    let mut archiver = open(&folder);
    assert_eq!(archiver.follow(LOG), Ok(vec![3, 0]));
    archiver.take(&part(0, "dev", &[(4, 3)])).expect("kept");
    assert_eq!(kept(&folder), ["older", "dev 1", "dev 3", "dev 4"]);
    assert_eq!(archived(&folder, LOG.epoch, 9, 9), (vec![1, 3, 4], false));
    drop(archiver);
    let mut log = RoomLog::open_offline(folder.path(), private).expect("opened");
    let of_member = RoomRemoval::Member(RoomMember::Id(7));
    assert_eq!(log.remove(&of_member).expect("removed").messages, 3);
    assert_eq!(archived(&folder, LOG.epoch, 9, 9), (vec![], false));
}

#[test]
fn a_file_that_was_kept_by_a_relay_alone_is_followed_on() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    fill(&mut log, "dev", 0..2, "alone ");
    drop(log);
    let mut archiver = open(&folder);
    assert_eq!(archiver.follow(LOG), Ok(vec![0, 0]));
    archiver.take(&part(0, "dev", &[(9, 0)])).expect("kept");
    assert_eq!(kept(&folder), ["alone 0", "alone 1", "dev 9"]);
    assert_eq!(archived(&folder, LOG.epoch, 100, 9), (vec![9], false));
}

#[test]
fn what_is_too_old_goes_and_what_is_kept_is_found() {
    let folder = LogFolder::new();
    let hour = RoomRetention { keep: Some(Duration::from_hours(1)), ..RoomRetention::default() };
    let mut archiver = RoomArchiver::open(folder.path(), private, hour).expect("opened");
    archiver.follow(LOG).expect("followed");
    archiver.take(&part(0, "dev", &[(1, 1), (5_000, 2)])).expect("kept");
    while archiver.work(WallTime(NOW.0 + 5_001 * 1_000_000)) {}
    assert_eq!(kept(&folder), ["dev 5000"]);
    let zone = jiff::tz::TimeZone::UTC;
    let search = Search::parse("dev", &zone, NOW).expect("a search");
    let lookup = RoomSearch { search, room: Some("dev".to_owned()), before: None, limit: 9 };
    assert_eq!(beside(&folder).search(&lookup).expect("read").hits.len(), 1);
}

#[test]
fn what_is_removed_at_the_cluster_is_gone_from_the_archive() {
    let folder = LogFolder::new();
    let mut archiver = open(&folder);
    archiver.follow(LOG).expect("followed");
    archiver.take(&part(1, "lobby", &[(2, 9)])).expect("kept");
    archiver.take(&part(0, "dev", &[(1, 1), (2, 2), (3, 0)])).expect("kept");
    let removal = |at: u64, removed: u64| {
        let record = LogRecord::removal(NOW, place(removed));
        let records = vec![("dev".to_owned(), PlacedRecord { place: place(at), record })];
        ArchivePart { shard: 0, up_to: at, records }
    };
    archiver.take(&removal(4, 2)).expect("kept");
    archiver.take(&removal(5, 77)).expect("kept");
    assert_eq!(kept(&folder), ["lobby 2", "dev 1", "dev 3"], "that one, and of that room");
    assert_eq!(archived(&folder, LOG.epoch, 9, 9), (vec![1, 3], false));
    // What the history before had there goes as well.
    let next = ArchivedLog { epoch: LogEpoch(7), ..LOG };
    archiver.follow(next).expect("followed");
    archiver.take(&removal(6, 3)).expect("kept");
    assert_eq!(kept(&folder), ["lobby 2", "dev 1"]);
    while archiver.work(NOW) {}
    drop(archiver);
    assert!(!folder.holds("dev 2") && !folder.holds("dev 3") && folder.holds("dev 1"), "also the bytes");
}
