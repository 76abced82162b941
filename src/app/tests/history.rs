//! What of a conversation is held, what comes back after a restart, and what the store would not take.

use super::*;
use crate::model::Address;
use crate::model::PeerCommand;
use crate::model::history::{ConversationRecord, ScrollPosition, StoredConversation};
use crate::model::{Draft, EditDraft, MessageId};

fn fill(world: &mut World, id: ConversationId, count: usize) {
    for number in 1..=count {
        world.hear(Some(id), "127.0.0.1:8081", &number.to_string());
    }
}

fn page(world: &mut World, conversation: ConversationId, at: PageAnchor) {
    world.happen(Event::Intent(Intent::Page { conversation, at }));
}

/// The first and the last text that are held.
fn ends(world: &World) -> (String, String) {
    let shown = world.shown("alex");
    (shown[0].to_owned(), shown[shown.len() - 1].to_owned())
}

fn held(world: &World) -> &[Arc<Message>] {
    world.state.conversation(world.id("alex")).expect("alex").messages()
}

#[test]
fn only_an_open_conversation_holds_messages() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    fill(&mut world, alex, 3);
    assert!(world.shown("alex").is_empty());
    world.open("alex");
    assert_eq!(world.shown("alex"), ["1", "2", "3"]);
    world.hear(Some(alex), "127.0.0.1:8081", "4");
    assert_eq!(world.shown("alex"), ["1", "2", "3", "4"]);
    world.happen(Event::Intent(Intent::Leave { conversation: alex }));
    assert!(world.shown("alex").is_empty());
}

#[test]
fn pages_come_in_above_and_below_and_what_is_held_stays_small() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    fill(&mut world, alex, 5_000);
    world.open("alex");
    assert_eq!(ends(&world), ("4801".to_owned(), "5000".to_owned()));
    for _ in 0..30 {
        let first = held(&world)[0].id;
        page(&mut world, alex, PageAnchor::Before(first));
        assert!(held(&world).len() <= 1_000);
    }
    assert_eq!(ends(&world).0, "1");
    world.hear(Some(alex), "127.0.0.1:8081", "5001");
    assert_ne!(ends(&world).1, "5001", "not side by side with what is far above it");
    for _ in 0..30 {
        let last = held(&world)[held(&world).len() - 1].id;
        page(&mut world, alex, PageAnchor::After(last));
    }
    assert_eq!(ends(&world).1, "5001");
    let numbers: Vec<usize> = world.shown("alex").iter().map(|text| text.parse().expect("number")).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "no gap and nothing twice");
}

#[test]
fn a_jump_leads_to_the_oldest_and_back() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    fill(&mut world, alex, 1_000);
    world.open("alex");
    page(&mut world, alex, PageAnchor::Oldest);
    assert_eq!(ends(&world), ("1".to_owned(), "200".to_owned()));
    page(&mut world, alex, PageAnchor::Newest);
    assert_eq!(ends(&world), ("801".to_owned(), "1000".to_owned()));
}

#[test]
fn what_the_store_refused_is_given_to_it_again_once_it_takes_messages() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    world.refuse = true;
    for number in 0..200 {
        world.hear(Some(alex), "127.0.0.1:8081", &number.to_string());
    }
    assert_eq!((world.state.unsaved(), world.kept("alex").len()), (200, 0));
    world.refuse = false;
    world.hear(Some(alex), "127.0.0.1:8081", "after");
    assert_eq!((world.state.unsaved(), world.kept("alex").len()), (0, 201));
    assert_eq!(world.texts("alex")[0], "0");
    assert_eq!(world.shown("alex").len(), 201);
}

/// The number of the newest line that a person was told.
fn last_told(world: &World) -> u64 {
    let next = |number: &u64| world.state.status_line_after(*number).map(|(number, _)| number);
    std::iter::successors(Some(0), next).last().unwrap_or_default()
}

#[test]
fn a_contact_that_goes_leaves_its_draft_behind() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("bob", "127.0.0.1:8082")]);
    let alex = world.open("alex");
    world.happen(Event::Intent(Intent::SaveDraft { conversation: alex, draft: Draft::of("half a word") }));
    world.load(&[], None);
    assert_eq!(world.names(), ["127.0.0.1:8081"], "the other one had nothing to keep");
    world.load(&[("alex", "127.0.0.1:8081")], None);
    assert_eq!(
        world.state.conversation(alex).map(|one| one.input.draft().text.as_str()),
        Some("half a word")
    );
}

#[test]
fn what_the_store_refused_is_given_to_it_again_after_a_while_and_said_once() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    world.refuse = true;
    world.hear(Some(alex), "127.0.0.1:8081", "1");
    let (told, _) = world.state.status_line_after(0).expect("a line says so");
    for _ in 0..3 {
        world.happen(Event::Stored(StoreEvent::TryAgain));
        assert_eq!(world.state.unsaved(), 1);
        assert!(world.state.status_line_after(told).is_none(), "that it goes on is no news");
    }
    // Nor is it for what was to be removed.
    world.happen(Event::Intent(Intent::Visit { address: address("127.0.0.1:9000") }));
    let stranger = world.id("127.0.0.1:9000");
    world.happen(Event::Intent(Intent::Remove { conversation: stranger }));
    let said = last_told(&world);
    world.happen(Event::Stored(StoreEvent::TryAgain));
    assert_eq!(last_told(&world), said);
    world.refuse = false;
    world.happen(Event::Stored(StoreEvent::TryAgain));
    assert_eq!((world.state.unsaved(), world.kept("alex").len()), (0, 1));
    assert!(
        world.state.pending_writes.take_deferred().is_empty(),
        "it goes as soon as the store takes something"
    );
}

#[test]
fn what_the_store_refused_stays_in_its_place_when_pages_go_and_come() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    world.hear(Some(alex), "127.0.0.1:8081", "1");
    world.refuse = true;
    world.hear(Some(alex), "127.0.0.1:8081", "2");
    world.happen(Event::Intent(Intent::Leave { conversation: alex }));
    world.open("alex");
    assert_eq!(world.shown("alex"), ["1", "2"]);
    assert!(!world.state.conversation(alex).expect("alex").is_unsaved(held(&world)[0].id));
    assert!(world.state.conversation(alex).expect("alex").is_unsaved(held(&world)[1].id));
}

#[test]
fn a_mark_that_could_not_be_kept_is_kept_later() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    world.happen(Event::Intent(Intent::Send { conversation: alex, text: "a".to_owned() }));
    let message = held(&world)[0].id;
    let to = "127.0.0.1:8081".parse().expect("socket address");
    world.refuse = true;
    world.happen(Event::Net(NetEvent::Handed { message, to, payload: Arc::from(&b"a"[..]) }));
    assert_eq!(world.kept("alex")[0].mark(), Some(&Mark::Waiting));
    assert!(world.state.conversation(alex).expect("alex").is_unsaved(message));
    world.refuse = false;
    world.hear(Some(alex), "127.0.0.1:8081", "b");
    assert_eq!(world.kept("alex")[0].mark(), Some(&Mark::Sent));
    assert_eq!(world.state.unsaved(), 0);
}

#[test]
fn who_a_conversation_is_with_is_told_again_with_its_messages() {
    let mut world = World::new();
    world.refuse = true;
    world.hear(None, "127.0.0.1:9000", "one");
    world.refuse = false;
    let event = world.received(None, "127.0.0.1:9001", "two");
    let mut known = Vec::new();
    let mut events = VecDeque::from([event]);
    while let Some(event) = events.pop_front() {
        for effect in update(&mut world.state, world.now, event) {
            if let Effect::Store(op) = effect {
                if let StoreCommand::Know(card) = &op {
                    known.push(card.name.clone());
                }
                events.push_back(Event::Stored(world.commit(op)));
            }
        }
    }
    assert_eq!(known, ["127.0.0.1:9001", "127.0.0.1:9000"]);
    assert_eq!(world.texts("127.0.0.1:9000"), ["one"]);
}

#[test]
fn clearing_takes_what_was_there_and_not_what_comes_meanwhile() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    fill(&mut world, alex, 3);
    let effects = update(&mut world.state, world.now, Event::Intent(Intent::Clear { conversation: alex }));
    let [Effect::Store(clear)] = effects.as_slice() else { panic!("{effects:?}") };
    world.hear(Some(alex), "127.0.0.1:8081", "4");
    let cleared = world.commit(clear.clone());
    world.happen(Event::Stored(cleared));
    assert_eq!(world.shown("alex"), ["4"]);
    assert_eq!(world.texts("alex"), ["4"]);
}

#[test]
fn what_the_store_refused_does_not_come_back_after_it_was_cleared() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    world.refuse = true;
    world.hear(Some(alex), "127.0.0.1:8081", "refused");
    world.refuse = false;
    let effects = update(&mut world.state, world.now, Event::Intent(Intent::Clear { conversation: alex }));
    let [Effect::Store(clear)] = effects.as_slice() else { panic!("{effects:?}") };
    let cleared = world.commit(clear.clone());
    // The report of something else comes before that of the clearing.
    world.hear(None, "127.0.0.1:9", "another");
    world.happen(Event::Stored(cleared));
    assert!(world.texts("alex").is_empty());
    assert!(world.shown("alex").is_empty());
    assert_eq!(world.state.unsaved(), 0);
}

#[test]
fn what_could_not_be_removed_is_removed_once_the_store_takes_changes() {
    let mut world = World::new();
    world.hear(None, "127.0.0.1:9", "stays for now");
    let stranger = world.id("127.0.0.1:9");
    world.refuse = true;
    world.happen(Event::Intent(Intent::Remove { conversation: stranger }));
    world.refuse = false;
    assert_eq!(world.store.messages(stranger).count(), 1);
    world.hear(None, "127.0.0.1:10", "another");
    assert_eq!(world.store.messages(stranger).count(), 0);
}

#[test]
fn contacts_of_the_last_run_are_contacts_also_when_their_file_cannot_be_read() {
    let mut world = restored();
    world.happen(Event::ContactsUnknown);
    assert!(matches!(
        world.ordered.as_slice(),
        [NetCommand::Peer(ConversationId(3), PeerCommand::Follow { .. })]
    ));
}

pub(super) fn kept(id: u32, name: &str, at: &str, kind: PeerKind) -> (StoredConversation, Address) {
    let card = ConversationRecord {
        conversation: ConversationId(id),
        name: name.to_owned(),
        address: at.to_owned(),
        kind,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    };
    let reading = Some(ScrollPosition { message: MessageId(5), row: 2 });
    let (newest, first_unread) = (Some(MessageId(9)), Some(MessageId(7)));
    let edit = Some(EditDraft { message: MessageId(8), text: "other".to_owned() });
    let draft = Draft { reply: Some(MessageId(6)), edit, ..Draft::of("half a sent") };
    (
        StoredConversation {
            newest,
            unread: 2,
            first_unread,
            draft,
            reading,
            ..StoredConversation::of(card)
        },
        address(at),
    )
}

fn restored() -> World {
    let mut world = World::new();
    world.happen(Event::Restored(Restored {
        conversations: vec![
            kept(3, "alex", "127.0.0.1:8081", PeerKind::Contact),
            kept(4, "127.0.0.1:9", "127.0.0.1:9", PeerKind::Stranger),
        ],
        open: Some(ConversationId(3)),
        ephemeral: false,
        unlimited: false,
        last_message: Some(MessageId(9)),
        first_backfilled: None,
        last_conversation: Some(ConversationId(7)),
        secret: [0; 32],
        held: vec![],
        unfinished: vec![],
        next_expiry: None,
    }));
    world
}

#[test]
fn a_restart_finds_everything_as_it_was_left() {
    let mut world = restored();
    world.load(&[("alex", "127.0.0.1:8081"), ("bea", "127.0.0.1:2")], None);
    let alex = world.state.conversation(ConversationId(3)).expect("alex");
    assert_eq!(
        (alex.name.as_str(), alex.activity.unread(), alex.activity.marker()),
        ("alex", 2, Some(MessageId(7)))
    );
    assert_eq!(
        (alex.input.draft().text.as_str(), alex.input.scroll().map(|spot| spot.message.0)),
        ("half a sent", Some(5))
    );
    assert_eq!(world.state.last_open, Some(ConversationId(3)));
    assert_eq!(world.id("bea"), ConversationId(8), "an id is never given again");
    world.hear(Some(ConversationId(3)), "127.0.0.1:8081", "x");
    assert_eq!(
        world.state.conversation(ConversationId(3)).expect("alex").activity.newest(),
        Some(MessageId(10))
    );
    let follows = world
        .ordered
        .iter()
        .filter(|command| matches!(command, NetCommand::Peer(_, PeerCommand::Follow { .. })));
    assert_eq!(follows.count(), 2, "both contacts, and no stranger before it is needed");
}

#[test]
fn a_stranger_of_whom_nothing_is_left_does_not_come_back() {
    let mut world = World::new();
    let (mut gone, at) = kept(5, "127.0.0.1:10", "127.0.0.1:10", PeerKind::Stranger);
    (gone.newest, gone.draft) = (None, Draft::EMPTY);
    let restored = Restored { conversations: vec![(gone, at)], ..Restored::default() };
    let effects = update(&mut world.state, world.now, Event::Restored(restored));
    assert!(matches!(
        effects.as_slice(),
        [Effect::Store(StoreCommand::Evict { conversation: ConversationId(5) })]
    ));
    assert!(world.names().is_empty());
}

#[test]
fn a_contact_renamed_while_the_program_was_off_is_the_same_conversation() {
    let mut world = restored();
    world.load(&[("alexandra", "127.0.0.1:8081")], None);
    assert_eq!(world.id("alexandra"), ConversationId(3));
}

#[test]
fn a_source_that_was_a_strangers_in_an_earlier_run_is_so_still() {
    let mut world = restored();
    world.load(&[("alex", "127.0.0.1:8081")], None);
    let alex = world.id("alex");
    // The network side does not know the stranger yet, and takes it for the only contact of its host.
    world.hear(Some(alex), "127.0.0.1:9", "again");
    let texts = |world: &World, id| world.state.conversation(id).expect("there").activity.newest();
    assert_eq!(texts(&world, ConversationId(4)), Some(MessageId(10)));
    world.hear(Some(alex), "127.0.0.1:10", "another one");
    assert_eq!(texts(&world, alex), Some(MessageId(11)));
}

#[test]
fn a_stranger_of_an_earlier_run_writes_into_its_old_conversation() {
    let mut world = restored();
    world.hear(None, "127.0.0.1:9", "me again");
    let stranger = world.state.conversation(ConversationId(4)).expect("stranger");
    assert_eq!(stranger.activity.unread(), 3);
    assert!(matches!(world.ordered.last(), Some(NetCommand::Peer(_, PeerCommand::Follow { .. }))));
}
