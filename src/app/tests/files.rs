//! Files of others: wanted, on their way, there; and how they end otherwise.

use super::world::{LAN, address};
use super::*;
use crate::model::FileCommand;
use crate::model::history::{ConversationRecord, StoredConversation};
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Contact, File, Files, KeepPeriod, MessageId, Progress, TransferId, TransferState};

const FROM_MEI: &str = "10.0.0.7:2425";

fn file(name: &str) -> File {
    File { name: name.to_owned(), size: 1_000, folder: false, state: TransferState::Offered }
}

/// Mei offers so many files, and one looks at that.
fn offered(count: usize) -> (World, ConversationId, MessageId) {
    let mut world = World::new();
    let files = (0..count).map(|number| file(&format!("{number}.bin"))).collect();
    let message = world.writes(FROM_MEI, MessageKind::Text, Files::new(files), "have a look");
    let mei = world.id(FROM_MEI);
    world.happen(Event::Intent(Intent::Open { conversation: mei }));
    (world, mei, message)
}

fn accept(world: &mut World, conversation: ConversationId, message: MessageId, file: Option<u16>) {
    world.happen(Event::Intent(Intent::Accept { conversation, message, file }));
}

fn stop(world: &mut World, conversation: ConversationId, message: MessageId, file: Option<u16>) {
    world.happen(Event::Intent(Intent::Stop { conversation, message, file }));
}

fn tell(world: &mut World, message: MessageId, file: u16, progress: Progress) {
    let transfer = TransferId { message, file };
    world.happen(Event::Net(NetEvent::Transfer { transfer, progress }));
}

fn moved(world: &mut World, message: MessageId, file: u16, bytes: u64) {
    tell(world, message, file, Progress::Moved { bytes, of: Some(1_000) });
}

fn done(world: &mut World, message: MessageId, file: u16) {
    tell(world, message, file, Progress::Done { path: format!("/in/{file}"), skipped: 0 });
}

fn broken(world: &mut World, message: MessageId, file: u16, fault: Fault) {
    tell(world, message, file, Progress::Broken { fault, bytes: 600 });
}

fn fates(world: &World, conversation: ConversationId, message: MessageId) -> Vec<TransferState> {
    world.stored(conversation, message).files.as_slice().iter().map(|file| file.state.clone()).collect()
}

fn fetched(world: &World) -> Vec<u16> {
    world.fetched.iter().map(|fetch| fetch.transfer.file).collect()
}

fn there(file: u16) -> TransferState {
    TransferState::Done { path: format!("/in/{file}") }
}

#[test]
fn a_file_that_is_wanted_is_fetched_with_the_bytes_that_offered_it() {
    let (mut world, mei, message) = offered(2);
    accept(&mut world, mei, message, Some(1));
    let [fetch] = world.fetched.as_slice() else { panic!("{:?}", world.fetched) };
    assert_eq!((fetch.conversation, fetch.transfer), (mei, TransferId { message, file: 1 }));
    assert_eq!(
        (&fetch.payload[..], fetch.name.as_str(), fetch.size),
        (&b"packet of have a look"[..], "1.bin", 1_000)
    );
    assert_eq!(fates(&world, mei, message), [TransferState::Offered, TransferState::Moving]);
    accept(&mut world, mei, message, Some(1));
    assert_eq!(world.fetched.len(), 1, "it is on its way");
    assert_eq!(world.state.status_line_after(0).map(|(_, told)| told.key), Some("files-nothing-to-accept"));
}

#[test]
fn all_that_is_not_there_is_fetched_a_few_at_a_time() {
    let (mut world, mei, message) = offered(7);
    accept(&mut world, mei, message, Some(2));
    done(&mut world, message, 2);
    accept(&mut world, mei, message, None);
    assert_eq!(fetched(&world), [2, 0, 1, 3, 4]);
    assert!(world.state.transfers[&TransferId { message, file: 5 }].waits);
    done(&mut world, message, 3);
    broken(&mut world, message, 0, Fault::Stalled);
    assert_eq!(fetched(&world), [2, 0, 1, 3, 4, 5, 6]);
    for file in [1, 4, 5, 6] {
        done(&mut world, message, file);
    }
    let stalled = TransferState::Broken { fault: Fault::Stalled, bytes: 600 };
    assert_eq!(
        fates(&world, mei, message),
        [stalled, there(1), there(2), there(3), there(4), there(5), there(6)]
    );
    assert!(world.state.transfers.is_empty());
}

#[test]
fn what_became_of_a_file_is_kept_also_when_one_looks_elsewhere() {
    let (mut world, mei, message) = offered(2);
    accept(&mut world, mei, message, None);
    world.happen(Event::Intent(Intent::Leave { conversation: mei }));
    moved(&mut world, message, 0, 500);
    done(&mut world, message, 0);
    broken(&mut world, message, 1, Fault::BrokenOff);
    let broken = TransferState::Broken { fault: Fault::BrokenOff, bytes: 600 };
    assert_eq!(fates(&world, mei, message), [there(0), broken]);
    let told = |seen| world.state.status_line_after(seen).map(|(_, told)| told.key);
    assert_eq!((told(0), told(1)), (Some("files-done"), Some("files-broken-kept")));
    assert!(world.discarded.is_empty());
}

#[test]
fn what_broke_off_is_fetched_again_when_one_wants_it() {
    let (mut world, mei, message) = offered(1);
    accept(&mut world, mei, message, None);
    broken(&mut world, message, 0, Fault::BrokenOff);
    accept(&mut world, mei, message, None);
    assert_eq!((fetched(&world), fates(&world, mei, message)), (vec![0, 0], vec![TransferState::Moving]));
    done(&mut world, message, 0);
    assert_eq!(fates(&world, mei, message), [there(0)]);
}

#[test]
fn a_rate_is_that_of_the_last_seconds() {
    let (mut world, mei, message) = offered(1);
    accept(&mut world, mei, message, None);
    let transfer = TransferId { message, file: 0 };
    let mut of_late = Vec::new();
    for (seconds, bytes) in [(0, 100), (1, 200), (2, 300), (8, 300), (9, 350), (14, 600), (15, 800)] {
        let start = world.now;
        world.now = start.after(Duration::from_secs(seconds));
        moved(&mut world, message, 0, bytes);
        world.now = start;
        of_late.push(world.state.transfers[&transfer].rate);
    }
    assert_eq!(of_late, [None, Some(100), Some(100), Some(0), Some(7), Some(50), Some(75)]);
}

#[test]
fn a_peer_that_sends_from_the_start_again_is_no_faster_for_it() {
    let (mut world, mei, message) = offered(1);
    accept(&mut world, mei, message, None);
    moved(&mut world, message, 0, 900);
    world.now = world.now.after(Duration::from_secs(2));
    moved(&mut world, message, 0, 10);
    world.now = world.now.after(Duration::from_secs(2));
    moved(&mut world, message, 0, 210);
    let moving = &world.state.transfers[&TransferId { message, file: 0 }];
    assert_eq!((moving.bytes, moving.rate), (210, Some(100)));
}

#[test]
fn stopping_ends_what_moves_and_what_waits_and_both_can_be_fetched_later() {
    let (mut world, mei, message) = offered(5);
    accept(&mut world, mei, message, None);
    stop(&mut world, mei, message, None);
    let stops = world
        .ordered
        .iter()
        .filter(|command| matches!(command, NetCommand::File(_, FileCommand::Stop { .. })));
    assert_eq!(stops.count(), 4, "the fifth has not begun");
    for file in 0..4 {
        broken(&mut world, message, file, Fault::Interrupted);
    }
    let stopped = [600, 600, 600, 600, 0].map(|bytes| TransferState::Stopped { bytes });
    assert_eq!(fates(&world, mei, message), stopped);
    assert_eq!(world.fetched.len(), 4);
    accept(&mut world, mei, message, Some(4));
    assert_eq!(world.fetched.len(), 5);
}

#[test]
fn stopping_one_file_makes_room_for_the_next() {
    let (mut world, mei, message) = offered(5);
    accept(&mut world, mei, message, None);
    stop(&mut world, mei, message, Some(2));
    broken(&mut world, message, 2, Fault::Interrupted);
    assert_eq!(fetched(&world), [0, 1, 2, 3, 4]);
    assert_eq!(fates(&world, mei, message)[2], TransferState::Stopped { bytes: 600 });
}

#[test]
fn a_transfer_that_begins_after_it_was_stopped_is_stopped_again() {
    let (mut world, mei, message) = offered(1);
    accept(&mut world, mei, message, None);
    stop(&mut world, mei, message, None);
    world.ordered.clear();
    moved(&mut world, message, 0, 1);
    assert!(matches!(world.ordered.as_slice(), [NetCommand::File(_, FileCommand::Stop { .. })]));
}

#[test]
fn what_is_declined_is_told_to_the_peer_and_what_is_there_stays() {
    let (mut world, mei, message) = offered(3);
    accept(&mut world, mei, message, Some(0));
    done(&mut world, message, 0);
    accept(&mut world, mei, message, Some(1));
    let decline = || Event::Intent(Intent::Decline { conversation: mei, message });
    world.happen(decline());
    let commands = &world.ordered[world.ordered.len() - 2..];
    assert!(matches!(
        commands,
        [NetCommand::File(_, FileCommand::Stop { .. }), NetCommand::File(_, FileCommand::Decline { .. })]
    ));
    broken(&mut world, message, 1, Fault::Interrupted);
    assert_eq!(fates(&world, mei, message), [there(0), TransferState::Declined, TransferState::Declined]);
    world.ordered.clear();
    world.happen(decline());
    assert!(world.ordered.is_empty());
}

#[test]
fn what_was_begun_stays_as_long_as_it_can_be_whole_and_goes_then() {
    let (mut world, mei, message) = offered(2);
    accept(&mut world, mei, message, None);
    broken(&mut world, message, 0, Fault::Interrupted);
    world.happen(Event::Intent(Intent::Stop { conversation: mei, message, file: Some(1) }));
    broken(&mut world, message, 1, Fault::Interrupted);
    assert!(world.discarded.is_empty(), "both can go on");
    world.happen(Event::Intent(Intent::Decline { conversation: mei, message }));
    assert_eq!(world.discarded, [0, 1].map(|file| TransferId { message, file }));
}

#[test]
fn a_peer_that_offers_it_no_more_is_believed() {
    let (mut world, mei, message) = offered(1);
    accept(&mut world, mei, message, None);
    tell(&mut world, message, 0, Progress::Declined);
    assert_eq!(world.discarded, [TransferId { message, file: 0 }]);
    assert_eq!(fates(&world, mei, message), [TransferState::Withdrawn]);
    assert!(world.state.transfers.is_empty());
    tell(&mut world, message, 0, Progress::Declined);
    done(&mut world, message, 0);
    assert_eq!(fates(&world, mei, message), [TransferState::Withdrawn], "nothing was under way");
}

#[test]
fn what_an_earlier_run_left_moving_reads_as_broken_off_and_goes_on_when_wanted() {
    let (mut world, mei, message) = offered(1);
    accept(&mut world, mei, message, None);
    let mut later = World { store: std::mem::take(&mut world.store), ..World::new() };
    let (name, at) = (FROM_MEI.to_owned(), address("lan://10.0.0.7"));
    let card = ConversationRecord {
        conversation: mei,
        name,
        address: at.to_string(),
        kind: PeerKind::Stranger,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    };
    let newest = Some(message);
    let kept = StoredConversation { newest, ..StoredConversation::of(card) };
    let restored = Restored { conversations: vec![(kept, at)], last_message: newest, ..Restored::default() };
    later.happen(Event::Restored(restored));
    later.open(FROM_MEI);
    let shown = |world: &World| {
        let place = world.state.conversation(mei).expect("mei");
        place.messages()[0].files.as_slice()[0].state.clone()
    };
    assert_eq!(shown(&later), TransferState::Broken { fault: Fault::Interrupted, bytes: 0 });
    accept(&mut later, mei, message, None);
    assert_eq!((fetched(&later), shown(&later)), (vec![0], TransferState::Moving));
}

#[test]
fn a_conversation_that_is_removed_takes_its_transfers_along() {
    let (mut world, mei, message) = offered(1);
    accept(&mut world, mei, message, None);
    world.happen(Event::Intent(Intent::Remove { conversation: mei }));
    assert!(world.state.transfers.is_empty());
    assert!(
        world.ordered.iter().any(|command| matches!(command, NetCommand::File(_, FileCommand::Stop { .. })))
    );
    moved(&mut world, message, 0, 5);
    done(&mut world, message, 0);
}

#[test]
fn entries_that_were_left_out_of_a_folder_are_told_of() {
    let mut world = World::new();
    let folder = File { folder: true, ..file("tree") };
    let message = world.writes(FROM_MEI, MessageKind::Text, Files::new(vec![folder]), "");
    let mei = world.id(FROM_MEI);
    world.happen(Event::Intent(Intent::Open { conversation: mei }));
    accept(&mut world, mei, message, None);
    assert_eq!(world.state.transfers[&TransferId { message, file: 0 }].of, None, "nobody knows");
    tell(&mut world, message, 0, Progress::Done { path: "/in/tree".to_owned(), skipped: 2 });
    let last = world.state.conversation(mei).expect("mei").messages().last().expect("a notice").clone();
    assert!(matches!(&last.direction, crate::model::Direction::Notice(told) if told.key == "files-skipped"));
}

#[test]
fn a_name_is_tamed_before_a_place_is_looked_for() {
    let mut world = World::new();
    let message = world.writes(FROM_MEI, MessageKind::Text, Files::new(vec![file("../../x")]), "");
    let mei = world.id(FROM_MEI);
    world.happen(Event::Intent(Intent::Open { conversation: mei }));
    accept(&mut world, mei, message, None);
    assert_eq!(world.fetched[0].name, crate::model::filename::sanitize("../../x"));
}

#[test]
fn what_becomes_of_a_file_is_told_where_the_time_of_its_message_comes_first() {
    let mut world = World::new();
    let contact = Contact {
        name: "mei".to_owned(),
        address: address("lan://10.0.0.7"),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: KeepPeriod::parse("1m"),
    };
    world.happen(Event::ContactsLoaded { contacts: vec![contact], edit: None });
    let mei = world.open("mei");
    let files = Files::new(vec![file("0.bin"), file("1.bin"), file("2.bin")]);
    let received = Received { scheme: LAN, files, ..world.message(Some(mei), FROM_MEI, "have a look") };
    world.happen(Event::Net(NetEvent::Received(received)));
    let message = MessageId(world.state.next_message_id().0 - 1);
    accept(&mut world, mei, message, None);
    world.happen(Event::Intent(Intent::Stop { conversation: mei, message, file: Some(2) }));
    broken(&mut world, message, 2, Fault::Interrupted);
    assert!(!world.state.transfers.is_empty());
    world.now.wall.0 += 2 * 60_000_000;
    world.happen(Event::Due);
    assert!(world.state.conversation(mei).expect("mei").messages().is_empty());
    done(&mut world, message, 0);
    broken(&mut world, message, 1, Fault::BrokenOff);
    let told = |seen| world.state.status_line_after(seen).map(|(_, told)| told.key);
    assert_eq!((told(0), told(1)), (Some("files-done-at"), Some("files-broken")));
    assert_eq!(
        world.discarded,
        [2, 1].map(|file| TransferId { message, file }),
        "nobody can ask for the rest"
    );
}
