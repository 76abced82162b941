//! Offers that are declined: who made them is told, whenever that can be.

use super::sources::{VAULT, again, fetching, offer, offered, states, told_withdrawn, with_ben};
use super::*;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{FileCommand, TransferState, Uid};

/// Ben wants nothing of what that message of ours offers.
fn refuse(world: &mut World, ben: ConversationId, about: Option<Uid>) {
    let said = world.message(Some(ben), "10.0.0.7:7781", "");
    let (uid, kind) = (Some(Uid([9; 16])), MessageKind::Withdrawal);
    let said = Received { scheme: VAULT, authenticated: true, uid, about, kind, ..said };
    world.happen(Event::Net(NetEvent::Received(said)));
}

#[test]
fn whoever_offered_is_told_that_it_is_declined_also_after_a_restart_and_once() {
    let (mut world, ben, message) = fetching(TransferState::Offered);
    world.open("ben");
    for _ in 0..2 {
        world.happen(Event::Intent(Intent::Decline { conversation: ben, message }));
    }
    assert_eq!(states(&world, ben), [TransferState::Declined]);
    assert_eq!(told_withdrawn(&world), [Some(Uid([7; 16]))]);
    let next = again(world, ben, false, 0);
    assert_eq!(told_withdrawn(&next), [Some(Uid([7; 16]))], "it waits for its peer");
    assert_eq!(states(&next, ben)[0], TransferState::Declined);
}

#[test]
fn what_a_peer_declines_is_offered_no_more_and_its_row_says_so() {
    for (restarts, opens) in [(false, true), (false, false), (true, true), (true, false)] {
        let (mut world, ben) = with_ben();
        offer(&mut world, ben, "look");
        let (id, uid) = world.store.messages(ben).next().map(|one| (one.id, one.uid)).expect("stored");
        world.happen(Event::Net(NetEvent::Delivered { message: id }));
        if restarts {
            world = again(world, ben, false, 0);
            assert_eq!(offered(&world), [2]);
        }
        if opens {
            world.open("ben");
        }
        refuse(&mut world, ben, uid);
        let declined = [TransferState::Declined, TransferState::Declined];
        assert_eq!(states(&world, ben)[..2], declined, "{restarts} {opens}");
        let ends = |order: &NetCommand| matches!(order, NetCommand::File(_, FileCommand::Withdraw { message }) if *message == id);
        assert!(world.ordered.iter().any(ends), "{restarts} {opens}");
        world.open("ben");
        let shown = world.state.conversation(ben).and_then(|place| place.message(id)).expect("shown");
        assert!(shown.files.as_slice().iter().all(|file| file.state == TransferState::Declined));
        assert_eq!(told_withdrawn(&world), [], "nobody is told what they have said");
        let next = again(world, ben, false, 0);
        assert_eq!(offered(&next), [0; 0]);
    }
}

/// Only whoever an offer was made to can decline it, and only who made it can take it back.
#[test]
fn what_is_declined_twice_or_was_never_offered_changes_nothing() {
    let (mut world, ben) = with_ben();
    offer(&mut world, ben, "look");
    refuse(&mut world, ben, Some(Uid([3; 16])));
    assert_eq!(states(&world, ben)[..2], [TransferState::Offered, TransferState::Offered]);
}
