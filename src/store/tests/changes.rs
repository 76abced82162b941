//! What every backend makes of answers, edits, deletions and reactions: they stand on no page and come along with the
//! messages they are about, and what was taken back is gone.

use std::sync::Arc;

use super::battery::each;
use super::samples::{ALEX, NOW, Profile, files, hits, ids, incoming, insert, page};
use super::uids::{asked, ours, replace, theirs, uid, waiting};
use crate::model::history::{OutboxQuery, PageAnchor, PageQuery, Purpose, StoreCommand};
use crate::model::message::CHANGEABLE_FOR;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Direction, Fault, Gist, Mark, Message, MessageId, WallTime};
use crate::store::Backend;

pub(in crate::store) fn of_kind(message: Message, kind: MessageKind) -> Message {
    let mut direction = message.direction.clone();
    match &mut direction {
        Direction::Incoming { kind: known, .. } | Direction::Outgoing { kind: known, .. } => *known = kind,
        Direction::Notice(_) => {}
    }
    Message { direction, ..message }
}

/// One that came, about the message of that name; its own name is its id.
pub(in crate::store) fn said(id: u64, kind: MessageKind, about: u64, text: &str) -> Message {
    let message = of_kind(incoming(id, ALEX, text), kind);
    Message { uid: Some(uid(id)), about: Some(uid(about)), ..message }
}

/// One of ours.
pub(in crate::store) fn our_own(id: u64, kind: MessageKind, about: u64, text: &str) -> Message {
    let message = of_kind(ours(id, ALEX, Mark::Waiting), kind);
    let (text, payload) = (text.to_owned(), Arc::from(text.as_bytes()));
    Message { about: Some(uid(about)), text, payload, ..message }
}

fn related(backend: &mut dyn Backend, conversation: ConversationId) -> Vec<u64> {
    let page = page(backend, conversation, PageAnchor::Newest);
    page.related.iter().map(|message| message.id.0).collect()
}

fn commit(backend: &mut dyn Backend, messages: &[Message]) {
    backend.commit(&messages.iter().map(insert).collect::<Vec<_>>()).expect("kept");
}

const EDIT: MessageKind = MessageKind::Edit;
const DELETION: MessageKind = MessageKind::Deletion;
const REACTION: MessageKind = MessageKind::Reaction;
const WITHDRAWAL: MessageKind = MessageKind::Withdrawal;

#[test]
fn changes_stand_on_no_page_and_come_along_with_their_messages() {
    each(|backend, rest| {
        commit(
            backend,
            &[
                theirs(1, ALEX, 1),
                ours(2, ALEX, Mark::Delivered),
                said(3, EDIT, 1, "first"),
                said(4, REACTION, 2, "👍"),
                our_own(5, REACTION, 1, "👀"),
                said(6, EDIT, 1, "second"),
                our_own(7, REACTION, 1, ""),
                said(8, EDIT, 2, "not hers"),
                incoming(9, ALEX, "x"),
                said(10, REACTION, 99, "about nothing"),
            ],
        );
        rest(backend);
        let newest = page(backend, ALEX, PageAnchor::Newest);
        assert_eq!(ids(&newest), [1, 2, 9]);
        assert_eq!(
            related(backend, ALEX),
            [3, 4, 6, 7],
            "of reactions the newest of each side, of edits all"
        );
        assert!(!newest.older && !newest.newer);
        let after = page(backend, ALEX, PageAnchor::After(MessageId(2)));
        assert_eq!((ids(&after), after.older, after.newer), (vec![9], true, false));
        let last = page(backend, ALEX, PageAnchor::After(MessageId(9)));
        assert_eq!((ids(&last), last.older, last.newer), (vec![], true, false));
        let first = page(backend, ALEX, PageAnchor::Before(MessageId(1)));
        assert_eq!((ids(&first), first.newer), (vec![], true));
    });
}

#[test]
fn what_a_page_answers_comes_along_with_what_was_said_about_that() {
    each(|backend, _| {
        let reply = Message { about: Some(uid(1)), quote: Some("old".into()), ..ours(50, ALEX, Mark::Sent) };
        commit(
            backend,
            &[theirs(1, ALEX, 1), said(2, EDIT, 1, "new"), incoming(3, ALEX, "x"), reply.clone()],
        );
        let page = backend.page(&super::samples::show(ALEX, PageAnchor::Newest, 1)).expect("read");
        assert_eq!((ids(&page), page.older), (vec![50], true));
        assert_eq!(*page.messages[0], reply, "with its quote");
        assert_eq!(page.related.iter().map(|one| one.id.0).collect::<Vec<_>>(), [1, 2]);
    });
}

#[test]
fn a_page_of_a_name_is_the_message_of_that_side_that_has_it() {
    each(|backend, _| {
        commit(backend, &[theirs(1, ALEX, 2), ours(2, ALEX, Mark::Sent), our_own(3, REACTION, 2, "x")]);
        let mut find = |name, ours| {
            let at = PageAnchor::Named { uid: uid(name), ours };
            let query = PageQuery { conversation: ALEX, at, messages: 1, purpose: Purpose::Locate };
            ids(&backend.page(&query).expect("read"))
        };
        assert_eq!((find(2, true), find(1, true), find(3, true)), (vec![2], vec![], vec![]));
        assert_eq!((find(2, false), find(1, false)), (vec![1], vec![]));
    });
}

#[test]
fn what_was_taken_back_is_gone_with_all_its_versions_and_does_not_come_back() {
    each(|backend, rest| {
        let target = theirs(1, ALEX, 1);
        let late = Message { text: "late".to_owned(), ..said(6, EDIT, 1, "late") };
        commit(backend, &[target.clone(), said(2, EDIT, 1, "version"), incoming(3, ALEX, "x")]);
        rest(backend);
        assert_eq!(hits(backend, "version"), [1]);
        commit(backend, &[said(4, DELETION, 1, ""), late]);
        rest(backend);
        let kept = page(backend, ALEX, PageAnchor::Newest);
        assert_eq!(ids(&kept), [1, 3], "its place stays");
        assert_eq!(*kept.messages[0], target.emptied());
        assert_eq!(related(backend, ALEX), [4]);
        backend.commit(&[replace(&target), StoreCommand::Keep(Arc::new(target.clone()))]).expect("kept");
        rest(backend);
        assert_eq!(*page(backend, ALEX, PageAnchor::Newest).messages[0], target.emptied());
        for word in ["theirs", "version", "late"] {
            assert_eq!(hits(backend, word), [0; 0], "{word}");
        }
    });
}

#[test]
fn only_the_author_takes_back_and_only_for_a_day() {
    let at = |seconds: i64, message: Message| Message { time: WallTime(NOW.0 + seconds), ..message };
    let day = CHANGEABLE_FOR;
    each(|backend, _| {
        commit(
            backend,
            &[
                at(0, theirs(1, ALEX, 1)),
                at(0, ours(2, ALEX, Mark::Delivered)),
                at(0, theirs(3, ALEX, 3)),
                at(day, said(4, DELETION, 1, "")),
                at(0, said(5, DELETION, 2, "")),
                at(day + 1, said(6, DELETION, 3, "")),
                at(day + 1, said(7, EDIT, 3, "too late")),
                at(day + 1, said(8, REACTION, 3, "👍")),
            ],
        );
        let texts: Vec<String> =
            page(backend, ALEX, PageAnchor::Newest).messages.iter().map(|one| one.text.clone()).collect();
        assert_eq!(texts, ["", "ours", "theirs 3"]);
        assert_eq!(related(backend, ALEX), [4, 8]);
        assert_eq!(hits(backend, "late"), [0; 0]);
    });
}

#[test]
fn what_its_author_withdraws_is_offered_no_more_whatever_is_written_later() {
    each(|backend, rest| {
        let target = Message { files: files(), ..theirs(1, ALEX, 1) };
        assert_ne!(target, target.withdrawn());
        commit(backend, &[target.clone(), our_own(2, WITHDRAWAL, 1, "")]);
        let kept =
            |backend: &mut dyn Backend| Message::clone(&page(backend, ALEX, PageAnchor::Newest).messages[0]);
        assert_eq!(kept(backend), target, "only whoever offers it");
        let late = WallTime(NOW.0 + 20 * CHANGEABLE_FOR);
        commit(backend, &[Message { time: late, ..said(3, WITHDRAWAL, 1, "") }]);
        rest(backend);
        assert_eq!(kept(backend), target.withdrawn());
        assert_eq!((kept(backend).text, related(backend, ALEX)), (target.text.clone(), vec![]));
        backend.commit(&[replace(&target), StoreCommand::Keep(Arc::new(target.clone()))]).expect("kept");
        assert_eq!(kept(backend), target.withdrawn());
    });
}

#[test]
fn what_waits_is_given_with_the_words_that_stand_and_what_may_be_out_as_it_was() {
    each(|backend, rest| {
        let text = |id, mark, text: &str| Message { text: text.to_owned(), ..ours(id, ALEX, mark) };
        let failed = Message {
            direction: text(7, Mark::Failed(Fault::Ourselves), "").direction,
            ..our_own(7, EDIT, 1, "lost")
        };
        let failed = of_kind(failed, EDIT);
        commit(
            backend,
            &[
                text(1, Mark::Waiting, "m1"),
                text(2, Mark::Sent, "m2"),
                text(3, Mark::Waiting, "m3"),
                our_own(4, EDIT, 1, "a"),
                our_own(5, EDIT, 1, "b"),
                our_own(6, EDIT, 2, "c"),
                failed,
                our_own(8, REACTION, 3, "👎"),
                our_own(9, REACTION, 3, ""),
                said(10, EDIT, 1, "not its author"),
                theirs(11, ALEX, 11),
                our_own(12, REACTION, 11, "👍"),
            ],
        );
        rest(backend);
        let query = OutboxQuery { conversation: ALEX, after: None, messages: 99, bytes: 9_999 };
        let page = backend.outbox(&query).expect("read");
        let given: Vec<_> = page.messages.iter().map(|given| (given.id.0, given.text.as_str())).collect();
        let stands =
            [(1, "b"), (2, "m2"), (3, "m3"), (4, "b"), (5, "b"), (6, "c"), (8, ""), (9, ""), (12, "👍")];
        assert_eq!(given, stands);
    });
}

#[test]
fn what_waits_quotes_the_words_that_stand_and_none_that_were_taken_back() {
    each(|backend, rest| {
        let text = |id, mark, text: &str| Message { text: text.to_owned(), ..ours(id, ALEX, mark) };
        let answer = |id, mark, about, quote: &str| Message {
            about: Some(uid(about)),
            quote: Some(quote.into()),
            ..text(id, mark, "answer")
        };
        commit(
            backend,
            &[
                text(1, Mark::Waiting, "m1"),
                text(2, Mark::Delivered, "m2"),
                answer(3, Mark::Waiting, 1, "m1"),
                answer(4, Mark::Sent, 1, "m1"),
                answer(5, Mark::Waiting, 2, "m2"),
                answer(6, Mark::Sent, 2, "m2"),
                answer(7, Mark::Waiting, 99, "elsewhere"),
                our_own(8, EDIT, 1, "two\nlines"),
                our_own(9, DELETION, 2, ""),
            ],
        );
        rest(backend);
        let query = OutboxQuery { conversation: ALEX, after: None, messages: 99, bytes: 9_999 };
        let page = backend.outbox(&query).expect("read");
        let answers = page.messages.iter().filter(|given| given.text == "answer");
        let given: Vec<_> = answers.map(|given| (given.id.0, given.quote.as_deref())).collect();
        let stands = [(3, Some("two lines")), (4, Some("m1")), (5, None), (6, None), (7, Some("elsewhere"))];
        assert_eq!(given, stands);
    });
}

#[test]
fn what_we_said_of_our_files_comes_along_with_their_message() {
    each(|backend, rest| {
        let target = Message { files: files(), ..ours(1, ALEX, Mark::Delivered) };
        commit(backend, &[target, our_own(2, REACTION, 1, "👍"), our_own(3, WITHDRAWAL, 1, "")]);
        rest(backend);
        assert_eq!(related(backend, ALEX), [2, 3]);
    });
}

#[test]
fn what_is_said_before_its_message_waits_for_it() {
    each(|backend, rest| {
        let target = theirs(9, ALEX, 1);
        commit(backend, &[said(2, EDIT, 1, "version"), said(3, DELETION, 1, ""), said(4, EDIT, 7, "word")]);
        assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [0; 0]);
        rest(backend);
        commit(backend, &[target.clone(), theirs(10, ALEX, 7)]);
        rest(backend);
        let kept = page(backend, ALEX, PageAnchor::Newest);
        assert_eq!(*kept.messages[0], target.emptied());
        assert_eq!(related(backend, ALEX), [3, 4]);
        assert_eq!((hits(backend, "version"), hits(backend, "word")), (vec![], vec![10]));
    });
}

#[test]
fn a_search_finds_all_versions_at_their_message_and_shows_the_newest_that_matches() {
    each(|backend, rest| {
        for indexed in [false, true] {
            let by = if indexed { 100 } else { 0 };
            commit(backend, &[theirs(by + 1, ALEX, by + 1), incoming(by + 2, ALEX, "x")]);
            if indexed {
                rest(backend);
            }
            commit(
                backend,
                &[
                    said(by + 3, EDIT, by + 1, "one horse"),
                    said(by + 4, EDIT, by + 1, "two horses"),
                    said(by + 5, REACTION, by + 1, "horse"),
                ],
            );
        }
        let mut texts = |typed| {
            let found = backend.search(&super::samples::lookup(typed)).expect("searched").hits;
            found.iter().map(|hit| (hit.id.0, hit.text.clone())).collect::<Vec<_>>()
        };
        let all = |text: &str| vec![(101, text.to_owned()), (1, text.to_owned())];
        assert_eq!(texts("horse"), all("two horses"));
        assert_eq!(texts("one"), all("one horse"));
        assert_eq!(texts("theirs").iter().map(|hit| hit.0).collect::<Vec<_>>(), [101, 1]);
        assert_eq!(texts("from:nobody"), []);
        rest(backend);
        assert_eq!(hits(backend, "horse"), [101, 1]);
    });
}

#[test]
fn changes_of_ours_are_sent_like_messages_and_what_was_taken_back_is_not_sent_any_more() {
    each(|backend, _| {
        commit(
            backend,
            &[ours(1, ALEX, Mark::Waiting), our_own(2, EDIT, 1, "version"), our_own(3, REACTION, 9, "")],
        );
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![1, 2, 3], false));
        commit(backend, &[our_own(4, DELETION, 1, "")]);
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![3, 4], false));
        backend.commit(&[replace(&ours(1, ALEX, Mark::Sent))]).expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![3, 4], false));
        assert_eq!(backend.sent(ALEX, 10), Ok(vec![]), "nothing of it is to be sent again");
    });
}

#[test]
fn what_is_cleared_or_trimmed_goes_with_all_that_was_said_about_it() {
    for trims in [false, true] {
        each(|backend, rest| {
            commit(
                backend,
                &[
                    ours(1, ALEX, Mark::Delivered),
                    theirs(2, ALEX, 2),
                    theirs(3, ALEX, 3),
                    our_own(4, EDIT, 1, "a"),
                    said(5, EDIT, 2, "b"),
                    said(6, EDIT, 3, "c"),
                ],
            );
            let op = if trims {
                StoreCommand::Trim { conversations: vec![ALEX], before: MessageId(3) }
            } else {
                StoreCommand::Clear { conversation: ALEX, up_to: MessageId(2) }
            };
            backend.commit(&[op]).expect("kept");
            rest(backend);
            assert_eq!(ids(&page(backend, ALEX, PageAnchor::Newest)), [3]);
            assert_eq!(related(backend, ALEX), [6]);
            assert_eq!(waiting(backend, asked(ALEX, None)), (vec![], false));
            // If they were still there, they would find their messages again.
            let again = Message { uid: Some(uid(1)), ..ours(7, ALEX, Mark::Sent) };
            commit(backend, &[again]);
            assert_eq!(related(backend, ALEX), [6]);
        });
    }
}

#[test]
fn a_start_counts_messages_and_not_what_changes_them() {
    let profile = Profile::new();
    let card = super::samples::card(ALEX, "Alex", "10.0.0.7:8081");
    let mut backend = profile.backend();
    backend.commit(&[StoreCommand::Know(card.into())]).expect("kept");
    commit(&mut *backend, &[theirs(1, ALEX, 1), ours(2, ALEX, Mark::Delivered)]);
    backend.commit(&[StoreCommand::Read { conversation: ALEX, up_to: MessageId(2) }]).expect("kept");
    commit(&mut *backend, &[said(3, EDIT, 1, "a"), said(4, REACTION, 2, "b")]);
    let read = StoreCommand::PeerRead { conversation: ALEX, up_to: MessageId(2) };
    backend
        .commit(&[read, StoreCommand::PeerRead { conversation: ALEX, up_to: MessageId(1) }])
        .expect("kept");
    drop(backend);
    let opened = profile.open();
    let kept = &opened.remembered.conversations[0];
    assert_eq!((kept.newest, kept.unread, kept.first_unread), (Some(MessageId(2)), 0, None));
    assert_eq!((kept.heard, kept.peer_read), (Some(uid(1)), Some(MessageId(2))));
    assert_eq!(opened.remembered.last_message, Some(MessageId(4)));
    let ours = kept.last.as_deref().expect("something was said");
    assert_eq!((ours.message, &ours.mark), (MessageId(2), &Some(Mark::Delivered)));
    let mut backend = opened.backend;
    commit(&mut *backend, &[theirs(5, ALEX, 5), said(6, EDIT, 5, "c")]);
    drop(backend);
    let kept = profile.open().remembered.conversations;
    assert_eq!(
        (kept[0].newest, kept[0].unread, kept[0].first_unread),
        (Some(MessageId(5)), 1, Some(MessageId(5)))
    );
    let gist = kept[0].last.as_deref().map(|last| &last.gist);
    assert_eq!(gist, Some(&Gist::Words("c".into())), "the words that stand");
    let list = crate::store::Reader::open(&profile.path(), || NOW)
        .expect("read")
        .expect("there")
        .list()
        .expect("a list");
    assert_eq!((list[0].messages, list[0].unread), (3, 1));
    assert_eq!(list[0].last, Some(WallTime(NOW.0 + 5_000_000)));
}
