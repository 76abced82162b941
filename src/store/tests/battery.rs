//! What every backend does alike, run on all of them.

use std::sync::Arc;

use super::samples::{
    ALEX, MEI, NOW, Profile, card, files, from_member, hits, ids, incoming, insert, joining, lookup,
    offering, outgoing, page, rest, show,
};
use crate::model::history::{MAX_PAGE_BYTES, PageAnchor, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Fault, Files, Mark, Message, MessageId, TransferState, WallTime};
use crate::store::{Backend, Memory};

/// Runs a test on memory, and on a file with and without an index that is up to date.
pub(super) fn each(test: impl Fn(&mut dyn Backend, &dyn Fn(&mut dyn Backend))) {
    test(&mut Memory::default(), &|_| {});
    test(&mut *Profile::new().backend(), &|_| {});
    test(&mut *Profile::new().backend(), &|backend| assert!(rest(backend).is_empty()));
}

fn fill(backend: &mut dyn Backend, texts: &[&str]) {
    let ops: Vec<StoreCommand> =
        texts.iter().zip(1..).map(|(text, id)| insert(&incoming(id, ALEX, text))).collect();
    backend.commit(&ops).expect("kept");
}

#[test]
fn pages_tile_a_conversation_without_a_gap() {
    each(|backend, _| {
        for id in 1..=100 {
            backend.commit(&[insert(&incoming(id * 2, ALEX, "x"))]).expect("kept");
            backend.commit(&[insert(&incoming(id * 2 + 1, MEI, "y"))]).expect("kept");
        }
        let mut page = |at| {
            let page = backend.page(&show(ALEX, at, 10)).expect("read");
            let ids = ids(&page);
            (ids.first().copied(), ids.last().copied(), ids.len(), page.older, page.newer)
        };
        assert_eq!(page(PageAnchor::Newest), (Some(182), Some(200), 10, true, false));
        assert_eq!(page(PageAnchor::Before(MessageId(182))), (Some(162), Some(180), 10, true, true));
        assert_eq!(page(PageAnchor::Before(MessageId(6))), (Some(2), Some(4), 2, false, true));
        assert_eq!(page(PageAnchor::Before(MessageId(2))), (None, None, 0, false, true));
        assert_eq!(page(PageAnchor::Oldest), (Some(2), Some(20), 10, false, true));
        assert_eq!(page(PageAnchor::After(MessageId(20))), (Some(22), Some(40), 10, true, true));
        assert_eq!(page(PageAnchor::Around(MessageId(101))), (Some(92), Some(110), 10, true, true));
        assert_eq!(page(PageAnchor::Around(MessageId(100))), (Some(90), Some(108), 10, true, true));
        assert_eq!(page(PageAnchor::Around(MessageId(1))), (Some(2), Some(10), 5, false, true));
        assert_eq!(page(PageAnchor::After(MessageId(200))), (None, None, 0, true, false));
        assert_eq!(page(PageAnchor::After(MessageId(u64::MAX))), (None, None, 0, true, false));
    });
}

#[test]
fn a_page_ends_where_it_gets_too_heavy_but_its_first_message_is_whole() {
    each(|backend, _| {
        let third = "x".repeat(MAX_PAGE_BYTES / 6);
        fill(backend, &[&third, &third, &third, &"y".repeat(MAX_PAGE_BYTES), "z"]);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Oldest)), [1, 2]);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [5]);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Before(MessageId(5)))), [4]);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Around(MessageId(4)))), [3, 4]);
    });
}

#[test]
fn trimming_takes_what_is_older() {
    each(|backend, rest| {
        fill(backend, &["a", "b", "c", "d"]);
        let trim = |before| [StoreCommand::Trim { conversations: vec![ALEX], before: MessageId(before) }];
        backend.commit(&trim(3)).expect("kept");
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [3, 4]);
        rest(backend);
        backend.commit(&trim(9)).expect("kept");
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [0; 0]);
        backend.commit(&[insert(&incoming(5, ALEX, "e"))]).expect("kept");
        rest(backend);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [5]);
    });
}

#[test]
fn what_was_cleared_or_forgotten_is_gone_and_what_comes_later_stays() {
    each(|backend, rest| {
        fill(backend, &["a word", "b word", "c word"]);
        backend.commit(&[insert(&incoming(4, MEI, "d word"))]).expect("kept");
        rest(backend);
        backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(2) }]).expect("kept");
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [3]);
        assert_eq!(hits(backend, "word"), [4, 3]);
        backend.commit(&[StoreCommand::Forget { conversation: MEI }]).expect("kept");
        assert_eq!(hits(backend, "word"), [3]);
        backend.commit(&[insert(&incoming(5, MEI, "e word"))]).expect("kept");
        rest(backend);
        assert_eq!(ids(&page(backend, MEI, PageAnchor::Newest)), [5]);
        assert_eq!(hits(backend, "word"), [5, 3]);
    });
}

#[test]
fn a_message_is_replaced_where_it_stands_and_none_is_made_of_it() {
    each(|backend, rest| {
        fill(backend, &["old", "other"]);
        rest(backend);
        let new = incoming(1, ALEX, "new");
        let stray = incoming(9, ALEX, "stray");
        backend
            .commit(&[StoreCommand::Replace(Arc::new(new.clone())), StoreCommand::Replace(Arc::new(stray))])
            .expect("kept");
        let page = page(backend, ALEX, PageAnchor::Newest);
        assert_eq!(ids(&page), [1, 2]);
        assert_eq!(*page.messages[0], new);
        assert_eq!(hits(backend, "old"), [0; 0]);
        assert_eq!(hits(backend, "new"), [1]);
    });
}

#[test]
fn nobody_finds_the_words_of_a_program_that_came_into_a_room() {
    each(|backend, rest| {
        let said = incoming(2, ALEX, "joined the club");
        backend.commit(&[insert(&joining(1, ALEX, "joined")), insert(&said)]).expect("kept");
        rest(backend);
        // Also one that comes when all before it is in the index.
        backend.commit(&[insert(&incoming(4, ALEX, "x"))]).expect("kept");
        rest(backend);
        backend.commit(&[StoreCommand::Keep(Arc::new(joining(3, ALEX, "joined late")))]).expect("kept");
        assert_eq!(hits(backend, "joined"), [2]);
        rest(backend);
        assert_eq!(hits(backend, "joined"), [2]);
        // Nor those of a line that this program wrote.
        let source = "0.0.0.0:0".parse().expect("literal");
        let kind = MessageKind::KeyChange;
        let direction =
            Direction::Incoming { source, lossy: false, authenticated: false, sender: None, kind };
        backend.commit(&[insert(&Message { direction, ..incoming(5, ALEX, "joined") })]).expect("kept");
        assert_eq!(hits(backend, "joined"), [2]);
        rest(backend);
        assert_eq!(hits(backend, "joined"), [2]);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [1, 2, 3, 4, 5], "all are there");
    });
}

#[test]
fn members_of_a_room_are_found_by_the_names_they_have_there() {
    each(|backend, rest| {
        backend.commit(&[StoreCommand::Know(card(ALEX, "Alex", "10.0.0.7:8081").into())]).expect("kept");
        backend.commit(&[StoreCommand::Know(card(MEI, "room", "10.0.0.9:6000").into())]).expect("kept");
        let said = [
            incoming(1, ALEX, "word"),
            from_member(2, MEI, "侯哥", "word"),
            from_member(3, MEI, "Alexis", "word"),
            from_member(4, MEI, "bob", "word"),
        ];
        backend.commit(&said.each_ref().map(insert)).expect("kept");
        rest(backend);
        for (typed, found) in [
            ("word from:侯哥", &[2][..]),
            ("word from:alex", &[3, 1]),
            ("from:bob", &[4]),
            ("from:nobody", &[]),
            ("word from:room", &[4, 3, 2]),
            ("word from:bob from:侯", &[4, 2]),
        ] {
            assert_eq!(hits(backend, typed), found, "{typed}");
        }
    });
}

#[test]
fn a_message_that_comes_late_stands_and_is_found_in_its_place() {
    each(|backend, rest| {
        backend
            .commit(&[insert(&incoming(1, ALEX, "one")), insert(&incoming(3, ALEX, "one"))])
            .expect("kept");
        rest(backend);
        backend.commit(&[StoreCommand::Keep(Arc::new(incoming(2, ALEX, "one")))]).expect("kept");
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [1, 2, 3]);
        assert_eq!(hits(backend, "one"), [3, 2, 1]);
    });
}

#[test]
fn a_mark_says_what_became_of_a_message_and_since_when() {
    each(|backend, _| {
        let fault = Fault::Network { to: None, code: "EPERM".into() };
        backend.commit(&[insert(&outgoing(1, ALEX, "x"))]).expect("kept");
        let mark = Mark::Failed(fault);
        let direction =
            Direction::Outgoing { kind: MessageKind::Text, mark: mark.clone(), marked: WallTime(5) };
        let set = |id| {
            StoreCommand::Replace(Arc::new(Message {
                direction: direction.clone(),
                ..outgoing(id, ALEX, "x")
            }))
        };
        backend.commit(&[set(1), set(2)]).expect("kept");
        let page = page(backend, ALEX, PageAnchor::Newest);
        assert_eq!(
            page.messages[0].direction,
            Direction::Outgoing { kind: MessageKind::Text, mark: mark.clone(), marked: WallTime(5) }
        );
        assert_eq!(page.messages.len(), 1);
    });
}

#[test]
fn files_and_kinds_of_both_sides_are_kept() {
    each(|backend, _| {
        let mut messages = Vec::new();
        let kinds = MessageKind::ALL.into_iter().filter(|kind| !kind.is_change());
        for (kind, id) in kinds.zip((1..).step_by(2)) {
            let source = "10.0.0.7:2425".parse().expect("literal");
            let direction =
                Direction::Incoming { source, lossy: true, authenticated: false, sender: None, kind };
            messages.push(Message { direction, files: files(), ..incoming(id, ALEX, "theirs") });
            let direction = Direction::Outgoing { mark: Mark::Read, marked: WallTime(5), kind };
            messages.push(Message { direction, files: files(), ..outgoing(id + 1, ALEX, "ours") });
        }
        backend.commit(&messages.iter().map(insert).collect::<Vec<_>>()).expect("kept");
        let kept = page(backend, ALEX, PageAnchor::Newest).messages;
        assert_eq!(kept.iter().map(|one| Message::clone(one)).collect::<Vec<_>>(), messages);
        let fetched = TransferState::Done { path: "/x".to_owned() };
        let first = Message { files: files().with_state(0, fetched), ..messages[0].clone() };
        backend.commit(&[StoreCommand::Replace(Arc::new(first.clone()))]).expect("kept");
        assert_eq!(*page(backend, ALEX, PageAnchor::Oldest).messages[0], first);
        let plain = Message { files: Files::default(), ..first };
        backend.commit(&[StoreCommand::Replace(Arc::new(plain.clone()))]).expect("kept");
        assert_eq!(*page(backend, ALEX, PageAnchor::Oldest).messages[0], plain);
    });
}

#[test]
fn a_sealed_message_is_found_once_it_is_opened_and_not_before() {
    each(|backend, rest| {
        let source = "10.0.0.7:2425".parse().expect("literal");
        let letter = |kind, text| {
            let direction =
                Direction::Incoming { source, lossy: false, authenticated: false, sender: None, kind };
            Message { direction, payload: Arc::from(*b"the secret"), ..incoming(1, ALEX, text) }
        };
        backend.commit(&[insert(&letter(MessageKind::Sealed, ""))]).expect("kept");
        rest(backend);
        assert_eq!(hits(backend, "secret"), [0; 0]);
        backend
            .commit(&[StoreCommand::Replace(Arc::new(letter(MessageKind::Opened, "the secret")))])
            .expect("kept");
        assert_eq!(hits(backend, "secret"), [1]);
    });
}

#[test]
fn where_the_files_of_an_offer_are_is_known_until_it_is_over() {
    each(|backend, _| {
        let offer = offering(1, ALEX);
        backend.commit(&[insert(&offer)]).expect("kept");
        let kept = |backend: &mut dyn Backend| page(backend, ALEX, PageAnchor::Newest).messages[0].clone();
        assert_eq!(*kept(backend), offer);
        let one = Message { files: offer.files.with_state(0, TransferState::Declined), ..offer.clone() };
        backend.commit(&[StoreCommand::Replace(Arc::new(one.clone()))]).expect("kept");
        assert_eq!(kept(backend).files.sources(), offer.files.sources(), "the other can be fetched");
        let over = Message { files: one.files.with_state(1, TransferState::Withdrawn), ..one };
        backend.commit(&[StoreCommand::Replace(Arc::new(over))]).expect("kept");
        assert_eq!(kept(backend).files.sources(), None);
    });
}

#[test]
fn files_that_went_without_a_word_are_nothing_that_was_said() {
    each(|backend, _| {
        for (id, text) in (1..).zip(["a", "", "a", "b", ""]) {
            let message = Message { files: files(), ..outgoing(id, ALEX, text) };
            backend.commit(&[insert(&message)]).expect("kept");
        }
        assert_eq!(backend.sent(ALEX, 10).expect("read"), ["a", "b"]);
    });
}

#[test]
fn what_was_sent_comes_back_oldest_first_and_repetitions_once() {
    each(|backend, _| {
        for (id, text) in (1..).zip(["a", "b", "b", "a", "c", "c"]) {
            backend.commit(&[insert(&outgoing(id, ALEX, text))]).expect("kept");
            backend.commit(&[insert(&incoming(id + 10, ALEX, "theirs"))]).expect("kept");
        }
        assert_eq!(backend.sent(ALEX, 10).expect("read"), ["a", "b", "a", "c"]);
        assert_eq!(backend.sent(ALEX, 2).expect("read"), ["a", "c"]);
        assert_eq!(backend.sent(MEI, 2).expect("read"), [""; 0]);
    });
}

#[test]
fn words_are_found_as_a_person_means_them() {
    each(|backend, rest| {
        fill(backend, &["明天开会吗", "会议室", "开心 和会", "Le CAFÉ est bon", "say hello", "a -> b 👍"]);
        rest(backend);
        assert_eq!(hits(backend, "开会"), [1]);
        assert_eq!(hits(backend, "会"), [3, 2, 1]);
        assert_eq!(hits(backend, "cafe"), [4]);
        assert_eq!(hits(backend, "café"), [4]);
        assert_eq!(hits(backend, "hel"), [5]);
        assert_eq!(hits(backend, "hello say"), [5]);
        assert_eq!(hits(backend, "ello"), [0; 0]);
        assert_eq!(hits(backend, "->"), [6]);
        assert_eq!(hits(backend, "👍 b"), [6]);
        assert_eq!(hits(backend, "absent"), [0; 0]);
    });
}

#[test]
fn filters_narrow_a_search() {
    each(|backend, rest| {
        backend
            .commit(&[
                StoreCommand::Know(card(ALEX, "Alex", "10.0.0.7:8081").into()),
                StoreCommand::Know(card(MEI, "李梅", "mei.lan:8081").into()),
                insert(&incoming(1, ALEX, "word")),
                insert(&outgoing(2, ALEX, "word")),
                insert(&incoming(3, MEI, "word")),
                insert(&Message { time: WallTime(NOW.0 - 10 * 86_400_000_000), ..incoming(4, MEI, "word") }),
            ])
            .expect("kept");
        rest(backend);
        for (typed, wanted) in [
            ("word from:me", &[2][..]),
            ("from:me", &[2]),
            ("from:alex word", &[1]),
            ("from:192.168.1 word", &[4, 3, 1]),
            ("from:10.0.0.7 word", &[1]),
            ("from:nobody word", &[]),
            ("from:me from:梅", &[4, 3, 2]),
            ("in:李 word", &[4, 3]),
            ("in:mei.lan", &[4, 3]),
            ("in:alex in:梅", &[4, 3, 2, 1]),
            ("in:nowhere", &[]),
            ("in:alex from:梅", &[]),
            ("before:2026-11-20", &[4]),
            ("word after:2026-11-20", &[3, 2, 1]),
            ("from:me after:2026-11-22", &[]),
            ("", &[4, 3, 2, 1]),
        ] {
            assert_eq!(hits(backend, typed), wanted, "{typed}");
        }
    });
}

#[test]
fn hits_come_in_pages_and_from_one_conversation_if_wanted() {
    each(|backend, rest| {
        for id in 1..=20 {
            let conversation = if id % 4 == 0 { MEI } else { ALEX };
            backend.commit(&[insert(&incoming(id, conversation, "word"))]).expect("kept");
        }
        rest(backend);
        let mut found = |within, before| {
            let lookup = crate::store::SearchQuery { within, before, limit: 3, ..lookup("word") };
            let found = backend.search(&lookup).expect("searched");
            (found.hits.iter().map(|hit| hit.id.0).collect::<Vec<_>>(), found.more)
        };
        assert_eq!(found(None, None), (vec![20, 19, 18], true));
        assert_eq!(found(None, Some(MessageId(18))), (vec![17, 16, 15], true));
        assert_eq!(found(Some(MEI), None), (vec![20, 16, 12], true));
        assert_eq!(found(Some(MEI), Some(MessageId(12))), (vec![8, 4], false));
        assert_eq!(found(Some(crate::model::ConversationId(9)), None), (vec![], false));
    });
}

#[test]
fn nothing_that_is_typed_is_taken_for_a_command_of_the_index() {
    each(|backend, rest| {
        fill(backend, &["body OR place", "c1 i", "NEAR(a b)", "\"quoted\" * text", "100% of_it"]);
        rest(backend);
        for (typed, wanted) in [
            ("\"", &[4][..]),
            ("\"quoted", &[4]),
            ("c1", &[2]),
            ("NEAR(a", &[3]),
            ("place:c1", &[]),
            ("body OR", &[1]),
            ("* ) ( -", &[]),
            ("{place}:c1", &[]),
            ("%", &[5]),
            ("'; DROP TABLE message; --", &[]),
            ("\u{0}", &[]),
        ] {
            assert_eq!(hits(backend, typed), wanted, "{typed:?}");
        }
    });
}
