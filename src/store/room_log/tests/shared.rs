//! What relays share besides messages.

use std::borrow::Cow;

use super::{LogFolder, Report, Request, apply, retry};
use crate::store::db::StoreError;

fn set(key: &str, value: &[u8]) -> Request {
    Request::Set { key: Cow::Owned(key.to_owned()), value: Cow::Owned(value.to_vec()) }
}

fn told(reports: Vec<Report>) -> Vec<(String, Vec<u8>)> {
    let setting = |report| {
        let Report::Setting { key, value } = report else { panic!("{report:?}") };
        (key.into_owned(), value.into_owned())
    };
    reports.into_iter().map(setting).collect()
}

fn pair(key: &str, value: &[u8]) -> (String, Vec<u8>) {
    (key.to_owned(), value.to_vec())
}

#[test]
fn the_last_value_of_each_key_is_there_again() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    assert_eq!(apply(&mut log, vec![set("b", b"1"), set("a", b"2"), set("b", b"3"), set("c", b"4")]), []);
    apply(&mut log, vec![set("c", b"")]);
    drop(log);
    assert_eq!(told(folder.open().settings()), [pair("a", b"2"), pair("b", b"3")]);
}

#[test]
fn what_could_not_be_written_is_written_when_it_can() {
    let folder = LogFolder::new();
    let mut log = folder.open();
    apply(&mut log, vec![set("a", b"1")]);
    log.fail(&StoreError::Full);
    apply(&mut log, vec![set("a", b"2"), set("b", b"3"), set("b", b"4")]);
    assert_eq!(retry(&mut log), [Report::Up(log.epoch())]);
    drop(log);
    assert_eq!(told(folder.open().settings()), [pair("a", b"2"), pair("b", b"4")]);
}
