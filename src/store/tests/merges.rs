//! Two conversations with one peer become one.

use super::battery::each;
use super::samples::{ALEX, MEI, Profile, card, hits, incoming, insert, outgoing, rest};
use super::uids::{asked, ids_of, ours, theirs, waiting};
use crate::model::history::{ConversationRecord, StoreCommand};
use crate::model::{Mark, MessageId, Trust};
use crate::store::Backend;

/// What was said with Mei was said with Alex.
fn merge() -> StoreCommand {
    let into = card(ALEX, "alex", "127.0.0.1:9");
    StoreCommand::Merge {
        from: MEI,
        into: Box::new(ConversationRecord { trust: Some(Trust::Pinned), ..into }),
    }
}

fn know(backend: &mut dyn Backend) {
    let cards = [card(ALEX, "alex", "127.0.0.1:8"), card(MEI, "mei", "127.0.0.1:9")];
    backend.commit(&cards.map(|card| StoreCommand::Know(Box::new(card)))).expect("kept");
}

#[test]
fn what_was_said_in_one_stands_in_the_other_and_is_found_there() {
    each(|backend, rested| {
        know(backend);
        let said = [
            incoming(1, ALEX, "before"),
            incoming(2, MEI, "new key"),
            outgoing(3, ALEX, "hm"),
            incoming(4, MEI, "it is me"),
        ];
        backend.commit(&said.map(|message| insert(&message))).expect("kept");
        rested(backend);
        backend.commit(&[merge(), insert(&incoming(5, ALEX, "again"))]).expect("kept");
        assert_eq!((ids_of(backend, ALEX), ids_of(backend, MEI)), (vec![1, 2, 3, 4, 5], vec![]));
        rested(backend);
        assert_eq!(hits(backend, "key in:alex"), [2]);
        assert_eq!(hits(backend, "key in:mei"), [0; 0]);
    });
}

#[test]
fn what_came_to_both_is_kept_once_and_stays_known() {
    each(|backend, _| {
        know(backend);
        let said = [theirs(1, MEI, 1), theirs(2, MEI, 2), theirs(3, ALEX, 1)];
        backend.commit(&said.map(|message| insert(&message))).expect("kept");
        backend.commit(&[merge()]).expect("kept");
        assert_eq!(ids_of(backend, ALEX), [2, 3]);
        let again = [insert(&theirs(4, ALEX, 1)), insert(&theirs(5, ALEX, 2)), insert(&theirs(6, ALEX, 3))];
        assert_eq!(backend.commit(&again), Ok(vec![0, 1]));
    });
}

#[test]
fn what_waits_in_one_waits_in_the_other() {
    each(|backend, _| {
        know(backend);
        let said = [ours(1, ALEX, Mark::Waiting), ours(2, MEI, Mark::Waiting), ours(3, MEI, Mark::Delivered)];
        backend.commit(&said.map(|message| insert(&message))).expect("kept");
        backend.commit(&[merge()]).expect("kept");
        assert_eq!(waiting(backend, asked(ALEX, None)), (vec![1, 2], false));
        assert_eq!(waiting(backend, asked(MEI, None)), (vec![], false));
    });
}

#[test]
fn a_kill_finds_both_or_one_and_what_was_unread_stays_so() {
    for read in [false, true] {
        let profile = Profile::new();
        let mut killed = profile.backend();
        know(&mut *killed);
        killed.commit(&[insert(&theirs(1, ALEX, 1)), insert(&theirs(2, MEI, 2))]).expect("kept");
        let up_to = MessageId(2);
        let mut group = vec![StoreCommand::Read { conversation: ALEX, up_to: MessageId(1) }];
        group.extend(read.then_some(StoreCommand::Read { conversation: MEI, up_to }));
        group.push(StoreCommand::Open { conversation: MEI });
        killed.commit(&group).expect("kept");
        assert_eq!(profile.open().remembered.conversations.len(), 2);
        killed.commit(&[merge()]).expect("kept");
        let remembered = profile.open().remembered;
        let [one] = remembered.conversations.as_slice() else { panic!("{remembered:?}") };
        assert_eq!((one.card.address.as_str(), one.card.trust), ("127.0.0.1:9", Some(Trust::Pinned)));
        assert_eq!((one.newest, one.unread), (Some(up_to), u32::from(!read)));
        assert_eq!((remembered.open, remembered.last_conversation), (None, Some(MEI)));
    }
}

#[test]
fn what_was_cleared_in_either_does_not_come_back() {
    let profile = Profile::new();
    let mut backend = profile.backend();
    know(&mut *backend);
    let said = [theirs(1, MEI, 1), theirs(2, MEI, 2), incoming(3, ALEX, "x"), theirs(4, MEI, 4)];
    backend.commit(&said.map(|message| insert(&message))).expect("kept");
    let clear = |conversation, up_to| StoreCommand::Clear { conversation, up_to: MessageId(up_to) };
    backend.commit(&[clear(MEI, 1), clear(ALEX, 3), merge()]).expect("kept");
    assert_eq!(ids_of(&mut *backend, ALEX), [4]);
    // Of the second one nobody has said that it is here: its peer writes it once more.
    let again = [insert(&theirs(5, ALEX, 1)), insert(&theirs(6, ALEX, 2))];
    assert_eq!(backend.commit(&again), Ok(vec![0]));
    rest(&mut *backend);
    assert_eq!(ids_of(&mut *backend, ALEX), [4, 6]);
}
