//! What is thought of keys: who may be written to, who is asked about, what a person decides.

pub(super) use super::world::LOCKED;
use super::*;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Address, PublicKey, Trust};

pub(super) fn key(number: u8) -> PublicKey {
    PublicKey::from_bytes([number; 32]).expect("a key")
}

pub(super) fn place(number: u8) -> Address {
    Address::from_key(LOCKED, key(number))
}

/// Whoever has this key is there.
pub(super) fn appears(world: &mut World, number: u8, name: &str) -> ConversationId {
    let conversation = world.state.at_address(&place(number)).map(|known| known.id);
    let address = Box::new(place(number));
    let about = crate::model::traffic::Profile { name: name.to_owned(), ..Default::default() };
    let peer = crate::model::traffic::PeerInfo { conversation, address, here: true, about };
    world.happen(Event::Net(NetEvent::Peer(peer)));
    world.state.at_address(&place(number)).expect("a conversation").id
}

/// Whoever has this key says something.
pub(super) fn says(world: &mut World, number: u8, name: &str, text: &str) -> ConversationId {
    let conversation = world.state.at_address(&place(number)).map(|known| known.id);
    appears(world, number, name);
    let address = Box::new(place(number));
    let message = world.message(conversation, "10.0.0.7:7781", text);
    let received = Received { scheme: LOCKED, place: Some(address), authenticated: true, ..message };
    world.happen(Event::Net(NetEvent::Received(received)));
    world.state.at_address(&place(number)).expect("a conversation").id
}

pub(super) fn add(world: &mut World, name: &str, number: u8) -> ConversationId {
    let contacts = vec![crate::model::Contact {
        name: name.to_owned(),
        address: place(number),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    }];
    world.happen(Event::ContactsLoaded { contacts, edit: None });
    world.id(name)
}

pub(super) fn trust(world: &World, id: ConversationId) -> Option<Trust> {
    world.state.conversation(id).and_then(Conversation::trust)
}

/// What the network side was told last of this key.
pub(super) fn told(world: &World, id: ConversationId) -> Option<Trust> {
    world.ordered.iter().rev().find_map(|command| {
        if let NetCommand::Trust(of, trust) = command { (*of == id).then_some(*trust) } else { None }
    })
}

pub(super) fn decide(world: &mut World, conversation: ConversationId, decision: KeyDecision) {
    world.happen(Event::Intent(Intent::Decide { conversation, decision }));
}

pub(super) fn send(world: &mut World, conversation: ConversationId, text: &str) -> bool {
    let before = world.ordered.len();
    world.happen(Event::Intent(Intent::Send { conversation, text: text.to_owned() }));
    world.ordered.iter().skip(before).any(|it| matches!(it, NetCommand::Message(_, MessageCommand::Send(_))))
}

#[test]
fn a_contact_and_whoever_is_written_to_are_meant() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    assert_eq!((trust(&world, ben), told(&world, ben)), (Some(Trust::Pinned), Some(Trust::Pinned)));
    world.happen(Event::Intent(Intent::Visit { address: place(3) }));
    let visited = world.state.at_address(&place(3)).expect("visited").id;
    assert_eq!(told(&world, visited), Some(Trust::Pinned));
    assert!(send(&mut world, visited, "hi"));
}

#[test]
fn who_was_talked_with_and_takes_another_name_does_not_do_so_silently() {
    let mut world = World::new();
    let dan = says(&mut world, 7, "dan", "may I?");
    appears(&mut world, 7, "Daniel");
    decide(&mut world, dan, KeyDecision::Accept);
    world.happen(Event::Intent(Intent::Open { conversation: dan }));
    let told = |world: &World| -> Vec<Phrase> {
        let place = world.state.conversation(dan).expect("dan");
        place.messages().iter().filter_map(|message| message.notice().cloned()).collect()
    };
    assert_eq!(told(&world), [], "while they only ask they are called what they call themselves");
    appears(&mut world, 7, "Daniel");
    appears(&mut world, 7, "boss");
    let renamed = Phrase::new("notice-renamed").text("before", "Daniel").text("now", "boss");
    assert_eq!(told(&world), [renamed]);
}

#[test]
fn somebody_unknown_is_asked_about_and_nothing_goes_there_before() {
    let mut world = World::new();
    let mei = says(&mut world, 7, "Mei", "may I?");
    assert_eq!(trust(&world, mei), Some(Trust::Requested));
    assert!(!send(&mut world, mei, "hi"), "answered without a decision");
    decide(&mut world, mei, KeyDecision::Accept);
    assert_eq!(told(&world, mei), Some(Trust::Pinned));
    assert!(send(&mut world, mei, "hi"));
    decide(&mut world, mei, KeyDecision::Block);
    assert_eq!(told(&world, mei), Some(Trust::Blocked));
    assert!(!send(&mut world, mei, "hi"));
    says(&mut world, 7, "Mei", "still here");
    assert_eq!(trust(&world, mei), Some(Trust::Blocked), "nothing that comes makes it better");
}

#[test]
fn whoever_was_picked_by_name_is_not_asked_about_and_whoever_was_only_come_past_is() {
    let mut world = World::new();
    let (mei, lin) = (appears(&mut world, 7, "Mei"), appears(&mut world, 8, "Lin"));
    world.happen(Event::Intent(Intent::Choose { conversation: mei }));
    for conversation in [mei, lin] {
        world.happen(Event::Intent(Intent::Open { conversation }));
    }
    assert_eq!((trust(&world, mei), trust(&world, lin)), (None, None), "nothing is decided by a look");
    says(&mut world, 7, "Mei", "there you are");
    says(&mut world, 8, "Lin", "may I?");
    assert_eq!((trust(&world, mei), told(&world, mei)), (Some(Trust::Pinned), Some(Trust::Pinned)));
    assert_eq!((trust(&world, lin), told(&world, lin)), (Some(Trust::Requested), Some(Trust::Requested)));
    assert!(send(&mut world, mei, "hi") && !send(&mut world, lin, "hi"));
}

#[test]
fn whoever_bears_the_name_of_a_contact_is_asked_about_although_picked() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    let conversation = appears(&mut world, 9, "Ben");
    world.happen(Event::Intent(Intent::Choose { conversation }));
    world.happen(Event::Intent(Intent::Open { conversation }));
    says(&mut world, 9, "Ben", "new laptop");
    assert_eq!(trust(&world, conversation), Some(Trust::Requested));
    assert!(matches!(trust(&world, ben), Some(Trust::Changed { .. })));
}

#[test]
fn a_key_is_compared_by_a_person_and_by_nothing_else() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    decide(&mut world, ben, KeyDecision::Verify);
    assert_eq!(trust(&world, ben), Some(Trust::Verified { since: world.now.wall }));
    says(&mut world, 2, "ben", "hi");
    add(&mut world, "ben", 2);
    assert!(matches!(trust(&world, ben), Some(Trust::Verified { .. })), "read again, and heard");
    decide(&mut world, ben, KeyDecision::Unverify);
    assert_eq!(trust(&world, ben), Some(Trust::Pinned));
}

#[test]
fn a_claim_to_be_a_contact_stops_sending_until_a_person_decides() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    decide(&mut world, ben, KeyDecision::Verify);
    let claimed = says(&mut world, 9, "Ben", "new laptop");
    let (now, from) = (Some(world.now.wall), Some("10.0.0.7:7781".parse().expect("literal")));
    let claim = Trust::Changed { claimed: key(9), compared: now, since: now, from };
    assert_eq!(trust(&world, ben), Some(claim));
    assert!(!send(&mut world, ben, "secret"));
    assert_eq!(trust(&world, claimed), Some(Trust::Requested));
    decide(&mut world, ben, KeyDecision::SamePerson);
    let now = world.state.conversation(ben).expect("still there");
    assert_eq!((now.address.key, now.trust()), (Some(key(9)), Some(Trust::Pinned)), "not compared any more");
    assert!(matches!(world.edits.as_slice(), [ContactsEdit::SetAddress { .. }]));
    assert!(send(&mut world, ben, "hi"));
}

#[test]
fn another_key_of_a_contact_is_a_line_of_the_history_that_is_never_unread_and_goes_nowhere() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    world.open("ben");
    says(&mut world, 9, "ben", "new laptop");
    let before = (world.ordered.len(), world.rings);
    decide(&mut world, ben, KeyDecision::SamePerson);
    let kept = world.kept("ben");
    let [_said, line] = kept.as_slice() else { panic!("one line: {kept:?}") };
    assert_eq!(line.kind(), Some(MessageKind::KeyChange));
    assert_eq!(line.text, format!("{} {}", key(2), key(9)));
    let place = world.state.conversation(ben).expect("there");
    assert_eq!((place.activity.unread(), place.activity.has_pending()), (1, false), "what was said is");
    assert!(place.messages().iter().any(|shown| shown.id == line.id));
    let told = &world.ordered[before.0..];
    assert!(!told.iter().any(|command| matches!(command, NetCommand::Message(..))), "{told:?}");
    assert_eq!(before.1, world.rings);
}

#[test]
fn nobody_else_can_say_that_a_key_was_replaced() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    let message = world.message(Some(ben), "10.0.0.7:7781", &format!("{} {}", key(2), key(9)));
    let address = Some(Box::new(place(2)));
    let kind = MessageKind::KeyChange;
    let received = Received { scheme: LOCKED, place: address, authenticated: true, kind, ..message };
    world.happen(Event::Net(NetEvent::Received(received)));
    assert_eq!(world.kept("ben")[0].kind(), Some(MessageKind::Unreadable));
}

#[test]
fn a_claim_of_somebody_else_changes_nothing_and_none_counts_while_the_contact_is_there() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    says(&mut world, 9, "ben", "hi");
    decide(&mut world, ben, KeyDecision::SomebodyElse);
    let now = world.state.conversation(ben).expect("there");
    assert_eq!((now.address.key, now.trust()), (Some(key(2)), Some(Trust::Pinned)));
    let connection = crate::model::traffic::ConnectionState::Up;
    world.happen(Event::Net(NetEvent::Connection { conversation: ben, connection }));
    says(&mut world, 10, "ben", "hi");
    assert_eq!(trust(&world, ben), Some(Trust::Pinned));
}

#[test]
fn a_false_claim_takes_nothing_from_a_key_that_was_compared() {
    for (decision, of_contact, wanted) in [
        (KeyDecision::SomebodyElse, true, Some(Trust::Requested)),
        (KeyDecision::IgnoreClaim, true, Some(Trust::Blocked)),
        (KeyDecision::Decline, false, None),
        (KeyDecision::Block, false, Some(Trust::Blocked)),
    ] {
        let mut world = World::new();
        let ben = add(&mut world, "ben", 2);
        decide(&mut world, ben, KeyDecision::Verify);
        let before = trust(&world, ben);
        let asking = says(&mut world, 9, "ben", "new laptop");
        assert!(!send(&mut world, ben, "secret"), "stopped until a person decides");
        decide(&mut world, if of_contact { ben } else { asking }, decision);
        assert_eq!(trust(&world, ben), before, "{decision:?}");
        assert!(send(&mut world, ben, "secret"), "{decision:?}");
        let asks = world.state.conversation(asking).and_then(Conversation::trust);
        assert_eq!(asks, wanted, "{decision:?}");
    }
}

#[test]
fn who_was_declined_leaves_no_trace_and_asks_no_more_in_this_run() {
    let mut world = World::new();
    let mei = says(&mut world, 7, "Mei", "may I?");
    decide(&mut world, mei, KeyDecision::Decline);
    assert!(world.state.conversation(mei).is_none());
    assert!(
        world
            .ops
            .iter()
            .any(|op| matches!(op, StoreCommand::Forget { conversation } if *conversation == mei))
    );
    let again = says(&mut world, 7, "Mei", "please");
    assert_eq!(trust(&world, again), None, "not asked again");
    assert!(world.state.conversation(again).expect("nearby").activity.newest().is_none());
    // Written to, it is wanted.
    world.happen(Event::Intent(Intent::Visit { address: place(7) }));
    says(&mut world, 7, "Mei", "thanks");
    let now = world.state.conversation(again).expect("known");
    assert_eq!(now.trust(), Some(Trust::Pinned));
    assert!(now.activity.newest().is_some());
}

#[test]
fn whoever_asks_stands_in_a_section_of_its_own() {
    let mut world = World::new();
    let mei = says(&mut world, 7, "Mei", "may I?");
    let section = |world: &World| Section::of(world.state.conversation(mei).expect("known"));
    assert_eq!(section(&world), Section::Requests);
    decide(&mut world, mei, KeyDecision::Accept);
    assert_eq!(section(&world), Section::Contacts);
    decide(&mut world, mei, KeyDecision::Block);
    assert_eq!(section(&world), Section::Nearby);
}

#[test]
fn whom_one_writes_to_by_a_key_stands_among_the_contacts() {
    let mut world = World::new();
    let mei = appears(&mut world, 7, "Mei");
    nearby::moves_with_what_is_said(&mut world, mei);
}

/// A contact as the last run left it, with what was decided about its key.
fn left(name: &str, number: u8, trust: Option<Trust>) -> Restored {
    left_as(PeerKind::Contact, name, number, trust)
}

pub(super) fn left_as(kind: PeerKind, name: &str, number: u8, trust: Option<Trust>) -> Restored {
    let card = crate::model::history::ConversationRecord {
        conversation: ConversationId(3),
        name: name.to_owned(),
        address: place(number).to_string(),
        kind,
        known: true,
        aside: false,
        joined: false,
        trust,
    };
    let stored = crate::model::history::StoredConversation::of(card);
    Restored { conversations: vec![(stored, place(number))], ..Restored::default() }
}

#[test]
fn what_was_decided_holds_at_the_next_start_and_for_no_other_key() {
    let verified = Trust::Verified { since: crate::model::WallTime(5) };
    for decided in [verified, Trust::Blocked] {
        for (number, wanted) in [(2, decided), (9, Trust::Pinned)] {
            let mut world = World::new();
            world.happen(Event::Restored(left("ben", 2, Some(decided))));
            let ben = add(&mut world, "ben", number);
            assert_eq!((trust(&world, ben), told(&world, ben)), (Some(wanted), Some(wanted)));
            let recorded = world.ops.iter().rev().find_map(|op| {
                let StoreCommand::Know(card) = op else { return None };
                Some(card.trust)
            });
            assert!(recorded.is_none_or(|recorded| recorded == Some(wanted)), "{recorded:?}");
            assert_eq!(recorded.is_some(), number == 9, "the history has it already, or is told");
        }
    }
}

#[test]
fn a_blocked_key_stays_blocked_and_unheard_when_nothing_else_is_left_of_it() {
    for (decided, wanted) in [
        (Some(Trust::Blocked), Trust::Blocked),
        (Some(Trust::Requested), Trust::Requested),
        (None, Trust::Requested),
    ] {
        let mut world = World::new();
        world.happen(Event::Restored(left_as(PeerKind::Stranger, "mei", 7, decided)));
        let blocked = decided == Some(Trust::Blocked);
        assert_eq!(world.ordered.is_empty(), !blocked, "who is blocked is not let in first");
        // The network side has not heard of the conversation in this run.
        let message = world.message(None, "10.0.0.7:7781", "may I?");
        let place = Some(Box::new(place(7)));
        let received = Received { scheme: LOCKED, place, authenticated: true, ..message };
        world.happen(Event::Net(NetEvent::Received(received)));
        let mei = world.state.conversations().next().expect("one").id;
        assert_eq!((trust(&world, mei), told(&world, mei)), (Some(wanted), Some(wanted)));
        let evicted = world.ops.iter().any(|op| matches!(op, StoreCommand::Evict { .. }));
        assert_eq!(evicted, !blocked);
        let kept = world.ops.iter().any(|op| matches!(op, StoreCommand::Insert(_)));
        assert_eq!(kept, !blocked, "a blocked key is not heard");
    }
}

#[test]
fn no_stranger_drives_out_what_a_person_has_decided() {
    let mut world = World::new();
    let mei = says(&mut world, 7, "Mei", "may I?");
    decide(&mut world, mei, KeyDecision::Block);
    let recorded = world.ops.iter().rev().find_map(|op| {
        let StoreCommand::Know(card) = op else { return None };
        Some((card.known, card.trust))
    });
    assert_eq!(recorded, Some((true, Some(Trust::Blocked))));
}
