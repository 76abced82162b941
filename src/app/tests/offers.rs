//! Files of ours: offered, fetched, declined, withdrawn.

use std::path::Path;

use super::*;
use crate::model::file::{FileFingerprint, FileSource, MAX_FILES};
use crate::model::{FileCommand, MessageCommand, OutgoingMessage};
use crate::model::{MessageId, Progress, TransferId, TransferState};

const MEI: &str = "lan://10.0.0.7";

fn source(name: &str) -> FileSource {
    FileSource {
        path: Arc::from(Path::new("/home/hou").join(name)),
        name: name.to_owned(),
        size: 1_000,
        modified: 0,
        stamp: FileFingerprint::default(),
        entries: None,
    }
}

fn world() -> (World, ConversationId) {
    let world = World::with(&[("mei", MEI), ("alex", "127.0.0.1:8081")]);
    let mei = world.id("mei");
    (world, mei)
}

fn intent(conversation: ConversationId, names: &[&str]) -> Event {
    let sources = names.iter().map(|name| source(name)).collect();
    Event::Intent(Intent::Offer { conversation, text: "look".to_owned(), sources, left_out: 0 })
}

fn offer(world: &mut World, conversation: ConversationId, names: &[&str]) -> MessageId {
    world.happen(intent(conversation, names));
    let Some(NetCommand::Message(_, MessageCommand::Send(OutgoingMessage { id: message, .. }))) =
        world.ordered.last()
    else {
        panic!("{:?}", world.ordered)
    };
    *message
}

fn tell(world: &mut World, message: MessageId, file: u16, progress: Progress) {
    let transfer = TransferId { message, file };
    world.happen(Event::Net(NetEvent::Transfer { transfer, progress }));
}

fn moved(world: &mut World, message: MessageId, file: u16) {
    tell(world, message, file, Progress::Moved { bytes: 10, of: Some(1_000) });
}

fn fates(world: &World, conversation: ConversationId, message: MessageId) -> Vec<TransferState> {
    world.stored(conversation, message).files.as_slice().iter().map(|file| file.state.clone()).collect()
}

fn stop(world: &mut World, conversation: ConversationId, message: MessageId, file: Option<u16>) {
    world.happen(Event::Intent(Intent::Stop { conversation, message, file }));
}

fn withdrawn(world: &World) -> Vec<MessageId> {
    let message = |command: &NetCommand| {
        if let NetCommand::File(_, FileCommand::Withdraw { message, .. }) = command {
            Some(*message)
        } else {
            None
        }
    };
    world.ordered.iter().filter_map(message).collect()
}

/// The peer has it, and this is where ours lies.
fn whole(name: &str) -> TransferState {
    TransferState::Done { path: format!("/home/hou/{name}") }
}

#[test]
fn an_offer_goes_out_with_its_files_once_the_store_has_it() {
    let (mut world, mei) = world();
    let effects = update(&mut world.state, world.now, intent(mei, &["a b.pdf", "图.png"]));
    let insert = |effect: &Effect| {
        if let Effect::Store(op @ StoreCommand::Insert(_)) = effect { Some(op.clone()) } else { None }
    };
    let insert = effects.iter().find_map(insert);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Net(_))));
    let stored = world.commit(insert.expect("a message"));
    world.happen(Event::Stored(stored));
    let Some(NetCommand::Message(_, MessageCommand::Send(OutgoingMessage { id: message, text, files, .. }))) =
        world.ordered.last()
    else {
        panic!()
    };
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!((text.as_str(), names), ("look", vec!["a b.pdf", "图.png"]));
    assert_eq!(fates(&world, mei, *message), [TransferState::Offered, TransferState::Offered]);
}

#[test]
fn what_cannot_be_offered_is_told_and_not_sent() {
    let (mut world, mei) = world();
    let many: Vec<&str> = vec!["x"; MAX_FILES + 1];
    let sent = world.ordered.len();
    for (conversation, names, key) in [
        (world.id("alex"), &["x"][..], "offer-no-files"),
        (mei, &[], "offer-nothing"),
        (mei, &many, "offer-too-many"),
    ] {
        let seen = world.state.status_line_after(0).map_or(0, |(number, _)| number);
        world.happen(intent(conversation, names));
        assert!(
            (seen..9)
                .any(|seen| world.state.status_line_after(seen).is_some_and(|(_, told)| told.key == key)),
            "{key}"
        );
    }
    assert_eq!((world.ordered.len(), world.store.messages(mei).count()), (sent, 0));
}

#[test]
fn what_the_peer_fetches_moves_and_is_done_and_can_be_fetched_again() {
    let (mut world, mei) = world();
    let message = offer(&mut world, mei, &["a", "b"]);
    moved(&mut world, message, 0);
    assert_eq!(world.state.transfers[&TransferId { message, file: 0 }].of, Some(1_000));
    assert_eq!(fates(&world, mei, message), [TransferState::Moving, TransferState::Offered]);
    tell(&mut world, message, 0, Progress::Done { path: String::new(), skipped: 0 });
    tell(&mut world, message, 1, Progress::Done { path: String::new(), skipped: 0 });
    assert_eq!(
        fates(&world, mei, message),
        [whole("a"), whole("b")],
        "a short one is done before it is told of"
    );
    moved(&mut world, message, 0);
    tell(&mut world, message, 0, Progress::Broken { fault: Fault::BrokenOff, bytes: 10 });
    assert_eq!(fates(&world, mei, message)[0], TransferState::Broken { fault: Fault::BrokenOff, bytes: 10 });
    assert!(world.state.transfers.is_empty());
    moved(&mut world, message, 9);
    assert!(world.state.transfers.is_empty(), "there is no such file");
}

#[test]
fn what_becomes_of_an_offer_and_of_its_message_does_not_get_lost_between_them() {
    let (mut world, mei) = world();
    let message = offer(&mut world, mei, &["a"]);
    moved(&mut world, message, 0);
    let (to, payload) = ("10.0.0.7:2425".parse().expect("literal"), Arc::from(&b"packet"[..]));
    world.happen(Event::Net(NetEvent::Handed { message, to, payload }));
    tell(&mut world, message, 0, Progress::Done { path: String::new(), skipped: 0 });
    world.happen(Event::Net(NetEvent::Delivered { message }));
    let stored = world.stored(mei, message);
    assert_eq!((stored.mark(), &stored.payload[..]), (Some(&Mark::Delivered), &b"packet"[..]));
    assert_eq!(fates(&world, mei, message), [whole("a")]);
}

#[test]
fn a_peer_that_does_not_want_it_says_so_and_what_it_has_it_has() {
    let (mut world, mei) = world();
    let message = offer(&mut world, mei, &["a", "b", "c"]);
    tell(&mut world, message, 0, Progress::Done { path: String::new(), skipped: 0 });
    moved(&mut world, message, 1);
    for file in 0..3 {
        tell(&mut world, message, file, Progress::Declined);
    }
    tell(&mut world, message, 1, Progress::Broken { fault: Fault::BrokenOff, bytes: 10 });
    assert_eq!(fates(&world, mei, message), [whole("a"), TransferState::Declined, TransferState::Declined]);
}

#[test]
fn an_offer_that_is_over_waits_for_nothing_and_what_the_peer_has_it_has() {
    let (mut world, mei) = world();
    let message = offer(&mut world, mei, &["a", "b", "c"]);
    tell(&mut world, message, 0, Progress::Done { path: String::new(), skipped: 0 });
    moved(&mut world, message, 1);
    for file in 0..3 {
        tell(&mut world, message, file, Progress::Gone);
    }
    tell(&mut world, message, 1, Progress::Done { path: String::new(), skipped: 0 });
    assert_eq!(fates(&world, mei, message), [whole("a"), whole("b"), TransferState::Withdrawn]);
}

#[test]
fn stopping_an_offer_withdraws_it() {
    let (mut world, mei) = world();
    let message = offer(&mut world, mei, &["a", "b", "c"]);
    tell(&mut world, message, 0, Progress::Done { path: String::new(), skipped: 0 });
    moved(&mut world, message, 1);
    world.open("mei");
    stop(&mut world, mei, message, None);
    assert!(
        world.ordered.iter().any(|command| matches!(command, NetCommand::File(_, FileCommand::Stop { .. })))
    );
    assert_eq!(withdrawn(&world), [message]);
    tell(&mut world, message, 1, Progress::Broken { fault: Fault::Interrupted, bytes: 10 });
    assert_eq!(fates(&world, mei, message), [whole("a"), TransferState::Withdrawn, TransferState::Withdrawn]);
    moved(&mut world, message, 2);
    assert!(world.state.transfers.is_empty());
}

#[test]
fn stopping_one_of_several_files_leaves_the_offer() {
    let (mut world, mei) = world();
    let message = offer(&mut world, mei, &["a", "b"]);
    moved(&mut world, message, 0);
    stop(&mut world, mei, message, Some(0));
    tell(&mut world, message, 0, Progress::Broken { fault: Fault::Interrupted, bytes: 10 });
    assert_eq!(
        (fates(&world, mei, message), withdrawn(&world)),
        (vec![TransferState::Stopped { bytes: 0 }, TransferState::Offered], vec![])
    );
}

#[test]
fn the_oldest_offer_is_withdrawn_for_a_new_one_unless_it_is_being_fetched() {
    let (mut world, mei) = world();
    let offers: Vec<MessageId> = (0..64).map(|_| offer(&mut world, mei, &["a"])).collect();
    moved(&mut world, offers[0], 0);
    offer(&mut world, mei, &["a"]);
    assert_eq!(withdrawn(&world), [offers[1]]);
    assert_eq!(fates(&world, mei, offers[0]), [TransferState::Moving]);
    assert_eq!(fates(&world, mei, offers[1]), [TransferState::Withdrawn]);
}

#[test]
fn an_offer_stands_for_a_day() {
    let (mut world, mei) = world();
    let old = offer(&mut world, mei, &["a"]);
    world.now = world.now.after(Duration::from_hours(24));
    offer(&mut world, mei, &["b"]);
    assert_eq!((withdrawn(&world), fates(&world, mei, old)), (vec![old], vec![TransferState::Withdrawn]));
}

#[test]
fn an_offer_of_an_earlier_run_reads_as_withdrawn() {
    let (mut world, mei) = world();
    let message = offer(&mut world, mei, &["a", "b", "c"]);
    tell(&mut world, message, 0, Progress::Done { path: String::new(), skipped: 0 });
    moved(&mut world, message, 1);
    let shown = |world: &mut World| -> Vec<TransferState> {
        world.open("mei");
        let place = world.state.conversation(mei).expect("mei");
        place.messages()[0].files.as_slice().iter().map(|file| file.state.clone()).collect()
    };
    assert_eq!(shown(&mut world), [whole("a"), TransferState::Moving, TransferState::Offered]);
    let mut later = World::with(&[("mei", MEI)]);
    later.store = std::mem::take(&mut world.store);
    assert_eq!(shown(&mut later), [whole("a"), TransferState::Withdrawn, TransferState::Withdrawn]);
    later.happen(Event::Intent(Intent::Retry { conversation: mei, message }));
    assert!(
        !later
            .ordered
            .iter()
            .any(|command| matches!(command, NetCommand::Message(_, MessageCommand::Send(_)))),
        "it did not fail"
    );
}

#[test]
fn an_offer_that_failed_is_made_again_while_its_files_are_at_hand() {
    let (mut world, mei) = world();
    world.open("mei");
    let message = offer(&mut world, mei, &["a"]);
    world.happen(Event::Net(NetEvent::Failed { message, fault: Fault::NotListening }));
    world.happen(Event::Intent(Intent::Retry { conversation: mei, message }));
    assert!(
        matches!(world.ordered.last(), Some(NetCommand::Message(_, MessageCommand::Send(OutgoingMessage { files, .. }))) if files[0].name == "a")
    );
    let mut later = World::with(&[("mei", MEI)]);
    later.store = std::mem::take(&mut world.store);
    later.open("mei");
    later.happen(Event::Intent(Intent::Retry { conversation: mei, message }));
    assert_eq!(later.state.status_line_after(0).map(|(_, told)| told.key), Some("offer-gone"));
    assert!(
        !later
            .ordered
            .iter()
            .any(|command| matches!(command, NetCommand::Message(_, MessageCommand::Send(_))))
    );
}

#[test]
fn an_offer_without_a_word_is_nothing_to_bring_back() {
    let (mut world, mei) = world();
    let sources = vec![source("a")];
    world.happen(Event::Intent(Intent::Offer {
        conversation: mei,
        text: String::new(),
        sources,
        left_out: 0,
    }));
    assert!(world.state.conversation(mei).expect("mei").input.sent().is_empty());
}
