//! What every backend does with messages whose time has come.

use std::sync::Arc;

use super::battery::each;
use super::changes::said;
use super::samples::{ALEX, MEI, NOW, hits, incoming, insert, outgoing};
use super::uids::{asked, ids_of, ours, replace, theirs, uid, waiting};
use crate::model::history::{ExpiredPart, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Mark, Message, WallTime};
use crate::store::Backend;

fn at(seconds: i64) -> WallTime {
    WallTime(NOW.0 + seconds * 1_000_000)
}

fn until(seconds: i64, message: Message) -> Message {
    Message { expires: Some(at(seconds)), ..message }
}

fn commit(backend: &mut dyn Backend, messages: &[Message]) {
    let ops: Vec<StoreCommand> = messages.iter().map(insert).collect();
    assert_eq!(backend.commit(&ops), Ok(vec![]));
}

/// What goes at that second, when the next do, and whether others have to go out first.
fn expire(backend: &mut dyn Backend, second: i64) -> (Vec<u64>, Option<WallTime>, bool) {
    let ExpiredPart { messages, next, owed } = backend.expire(at(second)).expect("removed");
    let mut ids: Vec<u64> = messages.iter().map(|message| message.id.0).collect();
    ids.sort_unstable();
    (ids, next, owed)
}

#[test]
fn messages_go_when_their_time_has_come_and_others_stay() {
    each(|backend, rest| {
        commit(
            backend,
            &[
                incoming(1, ALEX, "word before"),
                until(60, incoming(2, ALEX, "word first")),
                until(90, outgoing(3, ALEX, "word second")),
                until(60, incoming(4, MEI, "word elsewhere")),
            ],
        );
        rest(backend);
        assert_eq!(expire(backend, 59), (vec![], Some(at(60)), false));
        assert_eq!(hits(backend, "word"), [4, 3, 2, 1]);
        assert_eq!(expire(backend, 60), (vec![2, 4], Some(at(90)), false));
        assert_eq!((hits(backend, "word"), ids_of(backend, ALEX)), (vec![3, 1], vec![1, 3]));
        assert_eq!(backend.sent(ALEX, 9).expect("read"), ["word second"]);
        rest(backend);
        assert_eq!(expire(backend, 1_000), (vec![3], None, false));
        assert_eq!((hits(backend, "word"), ids_of(backend, ALEX)), (vec![1], vec![1]));
        assert_eq!(backend.sent(ALEX, 9).expect("read"), [""; 0]);
        assert_eq!(expire(backend, 1_000_000), (vec![], None, false));
    });
}

#[test]
fn a_message_that_has_gone_is_known_when_it_comes_again() {
    each(|backend, _| {
        commit(backend, &[until(60, theirs(1, ALEX, 1))]);
        assert_eq!(expire(backend, 60).0, [1]);
        assert_eq!(backend.commit(&[insert(&theirs(2, ALEX, 1))]), Ok(vec![0]));
        assert_eq!(ids_of(backend, ALEX), [0; 0]);
    });
}

#[test]
fn another_version_of_a_message_does_not_move_its_time() {
    each(|backend, _| {
        commit(backend, &[until(60, ours(1, ALEX, Mark::Waiting))]);
        backend.commit(&[replace(&until(60, ours(1, ALEX, Mark::Delivered)))]).expect("kept");
        assert_eq!(expire(backend, 60), (vec![1], None, false));
    });
}

#[test]
fn what_has_not_gone_out_stays_until_it_has() {
    each(|backend, _| {
        let plain = |mark| {
            let direction = Direction::Outgoing { mark, marked: NOW, kind: MessageKind::Text };
            until(60, Message { direction, ..outgoing(3, ALEX, "plain") })
        };
        let sent = until(60, ours(1, ALEX, Mark::Delivered));
        let edit = said(2, MessageKind::Edit, 1, "other words");
        let edit = |mark| Message {
            direction: Direction::Outgoing { mark, marked: NOW, kind: MessageKind::Edit },
            ..edit.clone()
        };
        let waits = until(60, ours(4, ALEX, Mark::Sent));
        commit(backend, &[sent, edit(Mark::Waiting), plain(Mark::Waiting), waits]);
        assert_eq!(expire(backend, 60), (vec![], None, true));
        assert_eq!(waiting(backend, asked(ALEX, None)).0, [2, 4]);
        backend.commit(&[replace(&plain(Mark::Sent))]).expect("kept");
        assert_eq!(expire(backend, 61), (vec![3], None, true));
        backend.commit(&[replace(&edit(Mark::Delivered))]).expect("kept");
        assert_eq!(expire(backend, 62), (vec![1], None, true));
        backend.commit(&[replace(&until(60, ours(4, ALEX, Mark::Delivered)))]).expect("kept");
        assert_eq!(expire(backend, 63), (vec![4], None, false));
    });
}

#[test]
fn what_was_said_about_a_message_goes_with_it_and_not_before() {
    each(|backend, rest| {
        let change = |id, kind, about, text| until(70, said(id, kind, about, text));
        commit(
            backend,
            &[
                theirs(1, ALEX, 1),
                change(2, MessageKind::Edit, 1, "lasting words"),
                until(90, theirs(3, ALEX, 3)),
                change(4, MessageKind::Edit, 3, "newer words"),
                change(5, MessageKind::Reaction, 3, "👍"),
                // Its message comes only later.
                change(6, MessageKind::Reaction, 9, "👎"),
                until(90, theirs(9, ALEX, 9)),
                // And that of this one never.
                change(10, MessageKind::Reaction, 77, "🙁"),
            ],
        );
        rest(backend);
        assert_eq!(expire(backend, 80), (vec![10], Some(at(90)), false));
        assert_eq!(hits(backend, "words"), [3, 1]);
        assert_eq!(expire(backend, 90), (vec![3, 9], None, false));
        assert_eq!((hits(backend, "words"), ids_of(backend, ALEX)), (vec![1], vec![1]));
        // Nothing that was said about them stands under another message of that name.
        commit(backend, &[Message { uid: Some(uid(3)), ..ours(11, ALEX, Mark::Delivered) }]);
        let page = super::samples::page(backend, ALEX, crate::model::history::PageAnchor::Newest);
        let related: Vec<u64> = page.related.iter().map(|message| message.id.0).collect();
        assert_eq!(related, [2]);
    });
}

#[test]
fn however_many_are_due_each_step_is_short_and_all_go() {
    each(|backend, _| {
        let all: Vec<Message> = (1..=1_000).map(|id| until(60, incoming(id, ALEX, "x"))).collect();
        commit(backend, &all);
        let mut gone = 0;
        for _ in 0..all.len() {
            let (ids, next, owed) = expire(backend, 60);
            gone += ids.len();
            assert!(!owed && next.is_none_or(|next| next == at(60)));
            if next.is_none() {
                break;
            }
        }
        assert_eq!((gone, ids_of(backend, ALEX).len()), (1_000, 0));
    });
}

#[test]
fn what_only_goes_by_is_never_due() {
    let mut backend = crate::store::Discard::default();
    backend.commit(&[StoreCommand::Insert(Arc::new(until(1, incoming(1, ALEX, "x"))))]).expect("taken");
    assert_eq!(backend.expire(at(60)), Ok(ExpiredPart::default()));
}
