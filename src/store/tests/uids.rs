//! What every backend makes of messages that both sides know by a name: one that comes again is none, and ours are to be
//! sent until the peer has them.

use std::sync::Arc;

use super::battery::each;
use super::samples::{ALEX, MEI, NOW, incoming, insert, page};
pub(in crate::store) use super::samples::{asked, ours, replace, theirs, uid};
use crate::model::history::{OutboxPage, OutboxQuery, PageAnchor, StoreCommand};
use crate::model::{ConversationId, Fault, Mark, Message, MessageId, WallTime};
use crate::store::{Backend, Discard, MAX_SEEN, Memory, SEEN_FOR};

const DAY: i64 = 86_400_000_000;

fn keep(message: &Message) -> StoreCommand {
    StoreCommand::Keep(Arc::new(message.clone()))
}

pub(in crate::store) fn ids_of(backend: &mut dyn Backend, conversation: ConversationId) -> Vec<u64> {
    page(backend, conversation, PageAnchor::Newest).messages.iter().map(|message| message.id.0).collect()
}

/// The ids in the outbox, and whether there are more.
pub(in crate::store) fn waiting(backend: &mut dyn Backend, query: OutboxQuery) -> (Vec<u64>, bool) {
    let OutboxPage { query: answered, messages, more } = backend.outbox(&query).expect("read");
    assert_eq!(answered, query);
    (messages.iter().map(|message| message.id.0).collect(), more)
}

#[test]
fn names_are_kept_with_every_message() {
    each(|backend, _| {
        let about = |message: Message| Message { about: Some(uid(77)), ..message };
        let messages = [
            about(theirs(1, ALEX, 1)),
            about(ours(2, ALEX, Mark::Sent)),
            incoming(3, ALEX, "x"),
            theirs(4, ALEX, u64::MAX),
        ];
        backend.commit(&messages.iter().map(insert).collect::<Vec<_>>()).expect("kept");
        let changed = Message { about: None, quote: None, text: "edited".to_owned(), ..messages[0].clone() };
        backend.commit(&[replace(&changed)]).expect("kept");
        let kept = page(backend, ALEX, PageAnchor::Newest).messages;
        assert_eq!(*kept[0], changed);
        assert!(kept[1..].iter().map(|one| &**one).eq(&messages[1..]));
    });
}

#[test]
fn a_message_that_comes_again_is_known_and_changes_nothing() {
    each(|backend, rest| {
        let group = [insert(&theirs(1, ALEX, 1)), insert(&theirs(2, ALEX, 2)), insert(&theirs(3, ALEX, 1))];
        assert_eq!(backend.commit(&group), Ok(vec![2]), "twice within one group");
        rest(backend);
        let again = [
            insert(&theirs(4, ALEX, 2)),
            insert(&theirs(5, ALEX, 3)),
            keep(&theirs(6, ALEX, 1)),
            insert(&Message { uid: None, ..theirs(7, ALEX, 1) }),
        ];
        assert_eq!(backend.commit(&again), Ok(vec![0, 2]));
        assert_eq!(ids_of(backend, ALEX), [1, 2, 5, 7]);
        assert_eq!(backend.commit(&[insert(&theirs(8, MEI, 1))]), Ok(vec![]), "of somebody else");
        assert_eq!(backend.commit(&[insert(&ours(9, ALEX, Mark::Sent))]), Ok(vec![]));
        let reflected = Message { uid: Some(uid(9)), ..incoming(10, ALEX, "as we call ours") };
        assert_eq!(backend.commit(&[insert(&reflected)]), Ok(vec![]));
        assert_eq!((ids_of(backend, MEI), ids_of(backend, ALEX)), (vec![8], vec![1, 2, 5, 7, 9, 10]));
    });
}

#[test]
fn who_keeps_nothing_tells_what_comes_twice_all_the_same() {
    let mut nothing = Discard::default();
    let group = [insert(&theirs(1, ALEX, 1)), insert(&incoming(2, ALEX, "x")), insert(&theirs(3, ALEX, 1))];
    assert_eq!(nothing.commit(&group), Ok(vec![2]));
    let again = [insert(&theirs(4, MEI, 1)), insert(&incoming(5, ALEX, "x")), insert(&theirs(6, ALEX, 1))];
    assert_eq!(nothing.commit(&again), Ok(vec![2]));
    nothing.commit(&[StoreCommand::Evict { conversation: ALEX }]).expect("done");
    assert_eq!(nothing.commit(&group), Ok(vec![2]));
}

#[test]
fn a_message_stays_known_when_it_is_gone_but_not_when_its_conversation_is() {
    each(|backend, rest| {
        let names = |ids: std::ops::Range<u64>, by| {
            ids.map(|id| insert(&theirs(id + by, ALEX, id))).collect::<Vec<_>>()
        };
        backend.commit(&names(1..7, 0)).expect("kept");
        let trim = StoreCommand::Trim { conversations: vec![ALEX], before: MessageId(3) };
        backend.commit(&[trim]).expect("kept");
        backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(5) }]).expect("kept");
        rest(backend);
        assert_eq!(backend.commit(&names(1..8, 10)), Ok((0..6).collect()));
        assert_eq!(ids_of(backend, ALEX), [6, 17]);
        for gone in [StoreCommand::Forget { conversation: ALEX }, StoreCommand::Evict { conversation: ALEX }]
        {
            backend.commit(&[gone]).expect("kept");
            rest(backend);
            let by = 20 + ids_of(backend, ALEX).len() as u64;
            assert_eq!(backend.commit(&names(1..8, by + 10)), Ok(vec![]));
        }
    });
}

#[test]
fn what_the_store_refused_once_is_kept_under_its_own_id_whatever_came_meanwhile() {
    each(|backend, _| {
        let refused = theirs(1, ALEX, 1);
        assert_eq!(backend.commit(&[keep(&refused)]), Ok(vec![]));
        let changed = Message { text: "decoded otherwise".to_owned(), ..refused };
        assert_eq!(backend.commit(&[keep(&changed), insert(&theirs(2, ALEX, 1))]), Ok(vec![1]));
        let kept = page(backend, ALEX, PageAnchor::Newest).messages;
        assert_eq!(kept.iter().map(|one| Message::clone(one)).collect::<Vec<_>>(), [changed]);
    });
}

#[test]
fn the_oldest_names_are_forgotten_first_and_no_more_than_have_to_be() {
    let mut memory = Memory::default();
    let most = u64::try_from(MAX_SEEN).expect("small");
    let small = |id| {
        let message = theirs(id, ALEX, id);
        insert(&Message { text: String::new(), payload: Arc::from([]), time: NOW, ..message })
    };
    memory.commit(&(1..=most + 1).map(small).collect::<Vec<_>>()).expect("kept");
    let again = |name| insert(&theirs(most + 10 + name, ALEX, name));
    assert_eq!(
        memory.commit(&[again(2), again(1), again(2)]),
        Ok(vec![0]),
        "the first had gone for the last"
    );
}

#[test]
fn names_of_another_year_are_forgotten_two_by_two_where_nothing_is_kept() {
    let mut memory = Memory::default();
    let at = |id, name, time| insert(&Message { time: WallTime(time), ..theirs(id, ALEX, name) });
    let first = (1..=6).map(|name| at(name, name, NOW.0)).collect::<Vec<_>>();
    memory.commit(&first).expect("kept");
    let late = NOW.0 + SEEN_FOR;
    assert_eq!(memory.commit(&[at(10, 10, late), at(11, 1, late)]), Ok(vec![1]), "not a moment too early");
    // A clock that is wrong for one message.
    memory.commit(&[at(12, 12, late + DAY)]).expect("kept");
    assert_eq!(memory.commit(&[at(13, 3, NOW.0), at(14, 4, NOW.0)]), Ok(vec![0, 1]));
    assert_eq!(memory.commit(&[at(15, 1, NOW.0), at(16, 2, NOW.0)]), Ok(vec![]));
}

#[test]
fn ours_are_in_the_outbox_until_the_peer_has_them_or_they_failed() {
    each(|backend, rest| {
        let failed = Mark::Failed(Fault::Busy);
        let plain = Message { uid: None, ..ours(1, ALEX, Mark::Waiting) };
        let group: Vec<StoreCommand> = [
            plain,
            ours(2, ALEX, Mark::Waiting),
            ours(3, ALEX, Mark::Sent),
            ours(4, ALEX, Mark::Delivered),
            ours(5, ALEX, failed.clone()),
            theirs(6, ALEX, 6),
            ours(7, MEI, Mark::Waiting),
        ]
        .iter()
        .map(insert)
        .chain([keep(&ours(8, ALEX, Mark::Waiting))])
        .collect();
        backend.commit(&group).expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![2, 3, 8], false));
        assert_eq!(waiting(backend, asked(ALEX, Some(2))), (vec![3, 8], false));
        assert_eq!(waiting(backend, asked(ALEX, Some(8))), (vec![], false));
        assert_eq!(waiting(backend, asked(MEI, None)), (vec![7], false));
        let there = backend.outbox(&asked(ALEX, Some(2))).expect("read").messages;
        assert_eq!(*there[0], ours(3, ALEX, Mark::Sent), "all of it");
        backend
            .commit(&[replace(&ours(2, ALEX, Mark::Sent)), replace(&ours(3, ALEX, Mark::Delivered))])
            .expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![2, 8], false));
        backend
            .commit(&[replace(&ours(2, ALEX, Mark::Read)), replace(&ours(8, ALEX, failed))])
            .expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![], false));
        rest(backend);
        assert_eq!(waiting(backend, asked(MEI, None)), (vec![7], false));
    });
}

#[test]
fn what_is_removed_is_sent_no_more() {
    each(|backend, rest| {
        let group: Vec<StoreCommand> = (1..=6).map(|id| insert(&ours(id, ALEX, Mark::Waiting))).collect();
        backend.commit(&group).expect("kept");
        backend.commit(&[StoreCommand::Clear { conversation: ALEX, up_to: MessageId(3) }]).expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![4, 5, 6], false));
        rest(backend);
        let trim = StoreCommand::Trim { conversations: vec![ALEX], before: MessageId(5) };
        backend.commit(&[trim]).expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![5, 6], false));
        backend.commit(&[StoreCommand::Forget { conversation: ALEX }]).expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![], false));
    });
}

#[test]
fn an_outbox_is_read_in_parts_that_tile_it() {
    each(|backend, _| {
        let group: Vec<StoreCommand> =
            (1..=20).map(|id| insert(&ours(id * 2, ALEX, Mark::Waiting))).collect();
        backend.commit(&group).expect("kept");
        let weight = ours(2, ALEX, Mark::Waiting).weight();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (ids, more) = waiting(backend, OutboxQuery { messages: 6, ..asked(ALEX, after) });
            assert_eq!(ids.len(), if more { 6 } else { 2 });
            after = ids.last().copied();
            seen.extend(ids);
            if !more {
                break;
            }
        }
        assert!(seen.into_iter().eq((1..=20).map(|id| id * 2)));
        let bytes = |bytes| OutboxQuery { bytes, ..asked(ALEX, Some(3)) };
        assert_eq!(waiting(backend, bytes(3 * weight)), (vec![4, 6, 8], true));
        assert_eq!(waiting(backend, bytes(1)), (vec![4], true), "the first is whole");
        assert!(waiting(backend, OutboxQuery { messages: 17, ..bytes(1 << 20) }).1);
        assert!(!waiting(backend, OutboxQuery { messages: 19, ..bytes(1 << 20) }).1);
    });
}
