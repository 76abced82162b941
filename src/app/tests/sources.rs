//! Files over a restart: offers that outlive the program, and what was being fetched when it was killed.

use super::trust::{LOCKED, place};
use super::*;
use crate::model::file::{FileFingerprint, FileSource};
use crate::model::history::{ConversationRecord, OutboxQuery, StoredConversation};
use crate::model::traffic::{MessageKind, Received};
use crate::model::{
    Address, Caps, Direction, Fault, File, FileCommand, Files, MessageId, PeerKind, Scheme, TransferId,
    TransferState, Trust, Uid, WallTime,
};

pub(super) const VAULT: Scheme = Scheme { caps: Caps { files: true, ..LOCKED.caps }, ..LOCKED };
const DAY: i64 = 86_400_000_000;

fn there() -> Address {
    Address { scheme: VAULT, ..place(2) }
}

fn source(name: &str) -> FileSource {
    FileSource {
        path: std::path::Path::new("/home/mei").join(name).into(),
        name: name.to_owned(),
        size: 3,
        modified: 4,
        stamp: FileFingerprint { device: 1, inode: 2, modified: 5 },
        entries: None,
    }
}

/// A contact of such a dialect.
pub(super) fn with_ben() -> (World, ConversationId) {
    let mut world = World::new();
    let ben = crate::model::Contact {
        name: "ben".to_owned(),
        address: there(),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    world.happen(Event::ContactsLoaded { contacts: vec![ben], edit: None });
    let ben = world.id("ben");
    (world, ben)
}

pub(super) fn offer(world: &mut World, conversation: ConversationId, text: &str) {
    let sources = vec![source("a"), source("b")];
    world.happen(Event::Intent(Intent::Offer { conversation, text: text.to_owned(), sources, left_out: 0 }));
}

/// The next run, which finds what this one has left.
pub(super) fn again(world: World, ben: ConversationId, missing: bool, later: i64) -> World {
    let mut next = World { missing, ..World::new() };
    next.store = world.store;
    next.now.wall = WallTime(world.now.wall.0 + later);
    let card = ConversationRecord {
        conversation: ben,
        name: "ben".to_owned(),
        address: there().to_string(),
        kind: PeerKind::Contact,
        known: true,
        aside: false,
        joined: false,
        trust: Some(Trust::Pinned),
    };
    let all = OutboxQuery { conversation: ben, after: None, messages: 9, bytes: 9_999 };
    let outbox = crate::store::Backend::outbox(&mut next.store, &all).expect("memory");
    let unfinished: Vec<_> = next.store.messages(ben).cloned().collect();
    let last_message = unfinished.last().map(|message| message.id);
    let outbox = outbox.messages.first().map(|message| message.id);
    let stored = StoredConversation { newest: last_message, outbox, ..StoredConversation::of(card) };
    let conversations = vec![(stored, there())];
    next.happen(Event::Restored(Restored { conversations, last_message, unfinished, ..Restored::default() }));
    next
}

fn sent(world: &World) -> Vec<(String, usize)> {
    let sent = world.ordered.iter().filter_map(|command| {
        let NetCommand::Message(_, MessageCommand::Send(message)) = command else { return None };
        Some((message.text.clone(), message.files.len()))
    });
    sent.collect()
}

/// Offers that stand again.
pub(super) fn offered(world: &World) -> Vec<usize> {
    let offered = world.ordered.iter().filter_map(|command| {
        if let NetCommand::File(_, FileCommand::Offer { files, .. }) = command {
            Some(files.len())
        } else {
            None
        }
    });
    offered.collect()
}

pub(super) fn states(world: &World, ben: ConversationId) -> Vec<TransferState> {
    let messages = world.store.messages(ben);
    messages.flat_map(|message| message.files.as_slice().to_vec()).map(|file| file.state).collect()
}

#[test]
fn a_message_that_waits_goes_out_with_its_files_after_a_restart() {
    let (mut world, ben) = with_ben();
    offer(&mut world, ben, "look");
    world.happen(Event::Intent(Intent::Send { conversation: ben, text: "seen?".to_owned() }));
    let before = sent(&world);
    assert_eq!(before, [("look".to_owned(), 2), ("seen?".to_owned(), 0)]);
    let next = again(world, ben, false, 0);
    assert_eq!(sent(&next), before, "in their order, the first not without its files");
    assert!(offered(&next).is_empty(), "they go with their message");
}

#[test]
fn a_message_that_waits_for_files_that_are_gone_says_the_rest() {
    let withdrawal = || (String::new(), 0);
    for (text, said) in [("look", vec![("look".to_owned(), 0), withdrawal()]), ("", vec![])] {
        let (mut world, ben) = with_ben();
        offer(&mut world, ben, text);
        let next = again(world, ben, true, 0);
        assert_eq!(sent(&next), said);
        assert_eq!(states(&next, ben), [TransferState::Withdrawn, TransferState::Withdrawn]);
        let mark = next.store.messages(ben).next().and_then(|message| message.mark().cloned());
        assert_eq!(mark == Some(Mark::Failed(Fault::Changed)), text.is_empty(), "{mark:?}");
    }
}

#[test]
fn an_offer_stands_again_after_a_restart_while_its_files_are_there_for_a_month() {
    for (missing, later, stands) in [(false, DAY, true), (true, DAY, false), (false, 30 * DAY, false)] {
        let (mut world, ben) = with_ben();
        offer(&mut world, ben, "look");
        let message = world.store.messages(ben).next().expect("stored").id;
        world.happen(Event::Net(NetEvent::Delivered { message }));
        let mut next = again(world, ben, missing, later);
        let uid = next.store.messages(ben).next().and_then(|message| message.uid);
        assert_eq!(told_withdrawn(&next), if stands { vec![] } else { vec![uid] });
        assert_eq!(offered(&next), if stands { vec![2] } else { vec![] });
        let state = if stands { TransferState::Offered } else { TransferState::Withdrawn };
        assert_eq!(states(&next, ben), [state.clone(), state]);
        next.happen(Event::Intent(Intent::Stop { conversation: ben, message, file: None }));
        assert_eq!(states(&next, ben), [TransferState::Withdrawn, TransferState::Withdrawn]);
        let kept = next.store.messages(ben).next().expect("stored");
        assert_eq!(kept.files.sources(), None, "nothing says where they were");
    }
}

/// What was withdrawn by messages of ours.
pub(super) fn told_withdrawn(world: &World) -> Vec<Option<Uid>> {
    let told = world.ordered.iter().filter_map(|command| {
        let NetCommand::Message(_, MessageCommand::Send(message)) = command else { return None };
        (message.kind == MessageKind::Withdrawal).then_some(message.about)
    });
    told.collect()
}

#[test]
fn a_peer_is_told_what_is_withdrawn_also_after_a_restart_and_once() {
    let (mut world, ben) = with_ben();
    offer(&mut world, ben, "look");
    let (id, uid) =
        world.store.messages(ben).next().map(|message| (message.id, message.uid)).expect("stored");
    world.happen(Event::Net(NetEvent::Delivered { message: id }));
    for _ in 0..2 {
        world.happen(Event::Intent(Intent::Stop { conversation: ben, message: id, file: None }));
    }
    assert_eq!(told_withdrawn(&world), [uid]);
    let next = again(world, ben, false, 0);
    assert_eq!((told_withdrawn(&next), offered(&next)), (vec![uid], vec![]), "it waits for its peer");
}

#[test]
fn a_withdrawal_that_failed_is_seen_and_said_again() {
    let (mut world, ben) = with_ben();
    world.open("ben");
    offer(&mut world, ben, "look");
    let (message, uid) =
        world.store.messages(ben).next().map(|message| (message.id, message.uid)).expect("stored");
    world.happen(Event::Net(NetEvent::Delivered { message }));
    world.happen(Event::Intent(Intent::Stop { conversation: ben, message, file: None }));
    let failed = |world: &World| {
        let place = world.state.conversation(ben).expect("ben");
        let changes = place.changes(place.message(message).expect("shown"));
        changes.map_or(0, |changes| changes.failed().len())
    };
    let newest = |world: &World| MessageId(world.state.next_message_id().0 - 1);
    assert_eq!(failed(&world), 0);
    let (first, fault) = (newest(&world), Fault::NoSuchPeer);
    world.happen(Event::Net(NetEvent::Failed { message: first, fault }));
    assert_eq!(failed(&world), 1);
    world.happen(Event::Intent(Intent::Leave { conversation: ben }));
    world.open("ben");
    assert_eq!(failed(&world), 1, "also after its page was read again");
    world.happen(Event::Intent(Intent::Retry { conversation: ben, message }));
    assert_eq!((told_withdrawn(&world), failed(&world)), (vec![uid, uid], 0));
    let second = newest(&world);
    world.happen(Event::Net(NetEvent::Delivered { message: second }));
    assert_eq!((failed(&world), newest(&world)), (0, second));
}

#[test]
fn a_peer_is_told_that_an_offer_has_stood_for_too_long() {
    let (mut world, ben) = with_ben();
    offer(&mut world, ben, "look");
    let (message, uid) =
        world.store.messages(ben).next().map(|message| (message.id, message.uid)).expect("stored");
    for file in 0..2 {
        let transfer = TransferId { message, file };
        world.happen(Event::Net(NetEvent::Transfer { transfer, progress: crate::model::Progress::Gone }));
    }
    assert_eq!(told_withdrawn(&world), [uid]);
    assert_eq!(states(&world, ben), [TransferState::Withdrawn, TransferState::Withdrawn]);
}

#[test]
fn a_message_that_is_taken_back_says_so_of_its_files_as_well() {
    let (mut world, ben) = with_ben();
    offer(&mut world, ben, "look");
    let id = world.store.messages(ben).next().expect("stored").id;
    world.happen(Event::Intent(Intent::Delete { conversation: ben, message: id }));
    assert_eq!(told_withdrawn(&world), []);
}

#[test]
fn what_a_peer_withdraws_is_not_fetched_any_more_and_its_row_says_so() {
    for (open, wanted) in [(true, false), (true, true), (false, true), (false, false)] {
        let (mut world, ben, message) = fetching(TransferState::Offered);
        if open {
            world.open("ben");
        }
        if wanted {
            world.open("ben");
            world.happen(Event::Intent(Intent::Accept { conversation: ben, message, file: None }));
        }
        if !open {
            world.happen(Event::Intent(Intent::Leave { conversation: ben }));
        }
        let said = world.message(Some(ben), "10.0.0.7:7781", "");
        let (uid, about, kind) = (Some(Uid([8; 16])), Some(Uid([7; 16])), MessageKind::Withdrawal);
        let said = Received { scheme: VAULT, authenticated: true, uid, about, kind, ..said };
        world.happen(Event::Net(NetEvent::Received(said)));
        assert_eq!(states(&world, ben), [TransferState::Withdrawn]);
        let stops = world
            .ordered
            .iter()
            .filter(|order| matches!(order, NetCommand::File(_, FileCommand::Stop { .. })));
        assert_eq!(stops.count(), usize::from(wanted));
        let progress = crate::model::Progress::Broken { fault: Fault::Interrupted, bytes: 4 };
        let transfer = TransferId { message, file: 0 };
        world.happen(Event::Net(NetEvent::Transfer { transfer, progress }));
        assert_eq!(states(&world, ben), [TransferState::Withdrawn]);
        world.open("ben");
        let shown = world.state.conversation(ben).and_then(|place| place.message(message)).expect("shown");
        assert_eq!(shown.files.as_slice()[0].state, TransferState::Withdrawn, "{open} {wanted}");
        assert!(world.discarded.contains(&transfer), "what was begun goes: {open} {wanted}");
    }
}

/// Ben offers a file, and it is being fetched.
pub(super) fn fetching(state: TransferState) -> (World, ConversationId, MessageId) {
    let (mut world, ben) = with_ben();
    let message = world.message(Some(ben), "10.0.0.7:7781", "here");
    let file = File { name: "a".to_owned(), size: 9, folder: false, state };
    let uid = Some(Uid([7; 16]));
    let received = Received { scheme: VAULT, uid, files: Files::new(vec![file]), ..message };
    world.happen(Event::Net(NetEvent::Received(Received { authenticated: true, ..received })));
    let message = world.store.messages(ben).next().expect("stored").id;
    (world, ben, message)
}

#[test]
fn what_was_on_its_way_when_the_program_was_killed_goes_on_and_nothing_else() {
    let broken = TransferState::Broken { fault: Fault::Interrupted, bytes: 4 };
    for (state, goes_on) in [
        (TransferState::Moving, true),
        (TransferState::Offered, false),
        (TransferState::Stopped { bytes: 0 }, false),
        (broken, false),
    ] {
        let (world, ben, message) = fetching(state);
        let next = again(world, ben, false, 0);
        let fetched: Vec<_> = next.fetched.iter().map(|fetch| fetch.transfer).collect();
        let wanted = [TransferId { message, file: 0 }];
        assert_eq!(fetched, if goes_on { &wanted[..] } else { &[] });
    }
}

#[test]
fn what_a_trusted_contact_offers_is_fetched_without_asking_up_to_a_size_and_ten_times_that_in_a_day() {
    let offers = |world: &mut World, size: u64, authenticated: bool, folder: bool| {
        let ben = world.id("ben");
        let before = world.fetched.len();
        let message = world.message(Some(ben), "10.0.0.7:7781", "");
        let file = File { name: "a".to_owned(), size, folder, state: TransferState::Offered };
        let files = Files::new(vec![file]);
        world.happen(Event::Net(NetEvent::Received(Received {
            scheme: VAULT,
            files,
            authenticated,
            ..message
        })));
        let fetched = world.fetched.len() > before;
        for fetch in world.fetched.split_off(before) {
            let progress = crate::model::Progress::Done { path: "/in/a".to_owned(), skipped: 0 };
            world.happen(Event::Net(NetEvent::Transfer { transfer: fetch.transfer, progress }));
        }
        fetched
    };
    let with = |accept| {
        let mut world = World::new();
        let ben = crate::model::Contact {
            name: "ben".to_owned(),
            address: there(),
            notify: crate::model::NotifyLevel::All,
            pinned: false,
            accept,
            keep: None,
        };
        world.happen(Event::ContactsLoaded { contacts: vec![ben], edit: None });
        world
    };
    let mut world = with(Some(100));
    assert!(!offers(&mut world, 101, true, false), "too large");
    assert!(!offers(&mut world, 1, false, false), "nothing proves who that is");
    assert!(!offers(&mut world, 1, true, true), "nobody knows what is in a folder");
    for _ in 0..10 {
        assert!(offers(&mut world, 100, true, false));
    }
    assert!(!offers(&mut world, 1, true, false), "enough for today");
    let told = std::iter::successors(Some((0, None)), |(seen, _)| {
        world.state.status_line_after(*seen).map(|(number, phrase)| (number, Some(phrase.key)))
    });
    assert!(told.filter_map(|(_, key)| key).any(|key| key == "files-accepted"), "a line tells");
    world.now.mono += Duration::from_hours(24);
    assert!(offers(&mut world, 100, true, false));
    assert!(!offers(&mut with(None), 1, true, false), "a person is asked");
    let mut world = with(Some(100));
    let conversation = world.id("ben");
    world.happen(Event::Intent(Intent::Decide { conversation, decision: KeyDecision::Block }));
    assert!(!offers(&mut world, 1, true, false), "not trusted any more");
}

#[test]
fn what_a_folder_holds_and_nobody_gets_is_said_where_it_is_offered() {
    for (left_out, said) in [(0, false), (2, true)] {
        let mut world = World::with(&[("mei", "lan://10.0.0.7")]);
        let mei = world.open("mei");
        let offer =
            Intent::Offer { conversation: mei, text: String::new(), sources: vec![source("a")], left_out };
        world.happen(Event::Intent(offer));
        let place = world.state.conversation(mei).expect("mei");
        let told = |message: &Arc<Message>| matches!(&message.direction, Direction::Notice(notice) if notice.key == "offer-left-out");
        assert_eq!(place.messages().iter().any(told), said);
    }
}
