//! Whoever has a key is one person: what a request said goes over to the contact that it is, and no decision about a key
//! contradicts another one.

use super::trust::{LOCKED, add, appears, decide, key, place, says, send, told, trust};
use super::*;
use crate::model::history::{ConversationRecord, StoredConversation};
use crate::model::traffic::{PeerInfo, Profile, Received};
use crate::model::{Contact, MessageId, PeerCommand, Trust, Uid};

/// Whoever has this key says something that both sides know by a name.
fn says_named(world: &mut World, number: u8, name: &str, text: &str) -> ConversationId {
    let conversation = world.state.at_address(&place(number)).map(|known| known.id);
    appears(world, number, name);
    let message = world.message(conversation, "10.0.0.7:7781", text);
    let (uid, at) = (Some(Uid([number; 16])), Some(Box::new(place(number))));
    let received = Received { scheme: LOCKED, place: at, authenticated: true, uid, ..message };
    world.happen(Event::Net(NetEvent::Received(received)));
    world.state.at_address(&place(number)).expect("a conversation").id
}

/// Whoever has this key is not there any more.
fn leaves(world: &mut World, number: u8) {
    let conversation = world.state.at_address(&place(number)).map(|known| known.id);
    let (address, about) = (Box::new(place(number)), Profile::default());
    world.happen(Event::Net(NetEvent::Peer(PeerInfo { conversation, address, here: false, about })));
}

fn with_key(world: &World, number: u8) -> Vec<ConversationId> {
    let all = world.state.conversations();
    all.filter(|one| one.address.key == Some(key(number))).map(|one| one.id).collect()
}

fn merges(world: &World) -> Vec<(ConversationId, ConversationId, Option<Trust>)> {
    let merged = |op: &StoreCommand| {
        let StoreCommand::Merge { from, into } = op else { return None };
        Some((*from, into.conversation, into.trust))
    };
    world.ops.iter().filter_map(merged).collect()
}

/// What waits for a key is never with nobody: the network side would give it up.
fn assert_followed_before_forgotten(world: &World, into: ConversationId, from: ConversationId) {
    let at = |is_it: &dyn Fn(&PeerCommand) -> bool, of| {
        let is_one =
            |it: &NetCommand| matches!(it, NetCommand::Peer(id, command) if *id == of && is_it(command));
        world.ordered.iter().rposition(is_one)
    };
    let followed = at(&|command| matches!(command, PeerCommand::Follow { .. }), into);
    let forgotten = at(&|command| matches!(command, PeerCommand::Forget), from);
    assert!(followed.is_some() && followed < forgotten, "{followed:?} {forgotten:?}");
}

#[test]
fn the_same_person_with_another_key_is_one_conversation_with_all_that_was_said() {
    for open in [false, true] {
        let mut world = World::new();
        let ben = add(&mut world, "ben", 2);
        if open {
            world.open("ben");
        }
        says(&mut world, 2, "ben", "before");
        leaves(&mut world, 2);
        let asking = says_named(&mut world, 9, "ben", "new key here");
        decide(&mut world, ben, KeyDecision::SamePerson);
        assert_eq!((with_key(&world, 9), with_key(&world, 2)), (vec![ben], vec![]));
        assert_eq!(merges(&world), [(asking, ben, Some(Trust::Pinned))]);
        assert_followed_before_forgotten(&world, ben, asking);
        let line = format!("{} {}", key(2), key(9));
        assert_eq!(world.texts("ben"), ["before", "new key here", &line]);
        if open {
            assert_eq!(world.shown("ben"), ["before", "new key here", &line]);
        }
        assert_eq!(world.store.messages(asking).count(), 0);
        assert_eq!(world.state.conversation(ben).expect("there").activity.unread(), 2);
        // Its peer does not know that we have it.
        says_named(&mut world, 9, "ben", "new key here");
        assert_eq!(world.texts("ben").len(), 3, "once");
        let confirmed = |command: &NetCommand| matches!(command, NetCommand::Message(id, MessageCommand::Stored { .. }) if *id == ben);
        assert!(world.ordered.iter().any(confirmed), "and is told so");
        assert!(send(&mut world, ben, "hi"));
    }
}

#[test]
fn what_was_answered_to_the_new_key_before_waits_for_the_one_contact() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    let asking = says(&mut world, 9, "ben", "new key here");
    decide(&mut world, asking, KeyDecision::Accept);
    assert!(send(&mut world, asking, "really?"));
    let before = world.ordered.len();
    decide(&mut world, ben, KeyDecision::SamePerson);
    let given: Vec<_> = world.ordered[before..]
        .iter()
        .filter_map(|it| {
            let NetCommand::Message(id, MessageCommand::Send(message)) = it else { return None };
            Some((*id, message.text.as_str()))
        })
        .collect();
    assert_eq!(given, [(ben, "really?")]);
}

#[test]
fn whoever_was_accepted_is_a_contact_whose_key_can_change() {
    for decision in [KeyDecision::SamePerson, KeyDecision::SomebodyElse, KeyDecision::IgnoreClaim] {
        let mut world = World::new();
        let rob = says(&mut world, 2, "rob", "hello");
        decide(&mut world, rob, KeyDecision::Accept);
        leaves(&mut world, 2);
        leaves(&mut world, 2);
        let asking = says(&mut world, 9, "Rob", "new key here");
        let claim = trust(&world, rob);
        assert!(matches!(claim, Some(Trust::Changed { claimed, .. }) if claimed == key(9)), "{claim:?}");
        assert_eq!(told(&world, rob), claim);
        assert!(!send(&mut world, rob, "secret"));
        let section = Section::of(world.state.conversation(rob).expect("there"));
        assert_eq!(section, Section::Contacts, "it stays where it stood");
        decide(&mut world, rob, decision);
        assert!(send(&mut world, rob, "hi"), "{decision:?}");
        let same = decision == KeyDecision::SamePerson;
        assert_eq!(with_key(&world, if same { 9 } else { 2 }), [rob], "{decision:?}");
        assert_eq!(world.state.conversation(asking).is_none(), same, "{decision:?}");
        assert!(world.edits.is_empty(), "no contact is made of it");
        assert_eq!(world.texts("rob").contains(&"new key here".to_owned()), same);
    }
}

#[test]
fn a_claim_is_that_of_who_bears_the_name_by_a_persons_wish_and_of_nobody_who_was_turned_away() {
    let mut world = World::new();
    let guest = says(&mut world, 3, "ben", "hello");
    leaves(&mut world, 3);
    decide(&mut world, guest, KeyDecision::Accept);
    add(&mut world, "ben", 2);
    says(&mut world, 9, "ben", "new key here");
    assert!(matches!(trust(&world, with_key(&world, 2)[0]), Some(Trust::Changed { .. })));
    assert_eq!(trust(&world, guest), Some(Trust::Pinned));
    let mut world = World::new();
    let guest = says(&mut world, 3, "ben", "hello");
    leaves(&mut world, 3);
    says(&mut world, 9, "ben", "new key here");
    assert_eq!(trust(&world, guest), Some(Trust::Requested), "nothing was sent there");
}

#[test]
fn a_key_that_is_another_contacts_is_not_taken_over() {
    let mut world = World::new();
    let contact = |name: &str, number| Contact {
        name: name.to_owned(),
        address: place(number),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    let ben = add(&mut world, "ben", 2);
    says(&mut world, 9, "ben", "new key here");
    let contacts = vec![contact("ben", 2), contact("other", 9)];
    world.happen(Event::ContactsLoaded { contacts, edit: None });
    decide(&mut world, ben, KeyDecision::SamePerson);
    assert!(matches!(trust(&world, ben), Some(Trust::Changed { .. })), "still to be decided");
    assert_eq!((world.edits.len(), with_key(&world, 9)), (0, vec![world.id("other")]));
    let lines: Vec<_> = world.state.status_line_after(0).map(|(_, line)| line.key).into_iter().collect();
    assert_eq!(lines, ["trust-key-of-contact"]);
}

#[test]
fn a_contact_that_gets_the_key_of_a_request_in_the_file_takes_it_in() {
    let mut world = World::new();
    let ben = add(&mut world, "ben", 2);
    let asking = says(&mut world, 9, "ben", "new key here");
    // As when the file was written, and the program was killed before the history was.
    add(&mut world, "ben", 9);
    assert_eq!((with_key(&world, 9), trust(&world, ben)), (vec![ben], Some(Trust::Pinned)));
    assert_eq!((told(&world, ben), merges(&world).len()), (Some(Trust::Pinned), 1));
    let line = format!("{} {}", key(2), key(9));
    assert_eq!(
        (world.texts("ben"), world.store.messages(asking).count()),
        (vec!["new key here".to_owned(), line], 0)
    );
    assert!(send(&mut world, ben, "hi"));
}

#[test]
fn a_request_of_a_contacts_own_key_is_none_at_the_next_start() {
    let stored = |id, kind, trust| {
        let card = ConversationRecord {
            conversation: ConversationId(id),
            name: "ben".to_owned(),
            address: place(9).to_string(),
            kind,
            known: true,
            aside: false,
            joined: false,
            trust: Some(trust),
        };
        let newest = Some(MessageId(u64::from(id)));
        (
            StoredConversation { newest, unread: 1, first_unread: newest, ..StoredConversation::of(card) },
            place(9),
        )
    };
    for (ghost, wanted) in [
        (Trust::Requested, Trust::Pinned),
        (Trust::Pinned, Trust::Pinned),
        // What a person has decided is seen at the contact, and can be taken back there.
        (Trust::Blocked, Trust::Blocked),
    ] {
        let mut world = World::new();
        let conversations =
            vec![stored(3, PeerKind::Stranger, ghost), stored(4, PeerKind::Contact, Trust::Pinned)];
        let open = Some(ConversationId(3));
        world.happen(Event::Restored(Restored { conversations, open, ..Restored::default() }));
        let ben = ConversationId(4);
        assert_eq!(merges(&world), [(ConversationId(3), ben, Some(wanted))]);
        add(&mut world, "ben", 9);
        assert_eq!((with_key(&world, 9), world.state.last_open), (vec![ben], Some(ben)));
        assert_eq!((trust(&world, ben), told(&world, ben)), (Some(wanted), Some(wanted)));
        let sections: Vec<Section> = world.state.list().map(|row| row.section).collect();
        assert_eq!(sections, [Section::Contacts]);
        assert_eq!(world.state.unread_elsewhere(None), 2);
        decide(&mut world, ben, KeyDecision::Accept);
        assert!(send(&mut world, ben, "hi"));
    }
}

fn read_contacts(world: &mut World, contacts: &[(&str, u8)]) {
    let contact = |(name, number): &(&str, u8)| Contact {
        name: (*name).to_owned(),
        address: place(*number),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    world.happen(Event::ContactsLoaded { contacts: contacts.iter().map(contact).collect(), edit: None });
}

/// Where the store would not take that somebody who asked is a contact, and that contact goes over into another one or is
/// removed before it does: what was said comes up nowhere else.
#[test]
fn what_a_full_disk_put_off_does_not_come_up_where_nobody_is_any_more() {
    for is_removed in [false, true] {
        let mut world = World::new();
        read_contacts(&mut world, &[("ben", 3), ("cora", 4)]);
        let asking = says(&mut world, 2, "Ben", "may I?");
        let (ben, cora) = (world.id("ben"), world.id("cora"));
        world.refuse = true;
        read_contacts(&mut world, &[("ben", 2), ("cora", 4)]);
        assert_eq!(with_key(&world, 2), [ben]);
        world.refuse = false;
        if is_removed {
            read_contacts(&mut world, &[("cora", 4)]);
            world.happen(Event::Intent(Intent::Remove { conversation: ben }));
        } else {
            read_contacts(&mut world, &[("cora", 2)]);
        }
        world.happen(Event::Intent(Intent::Flush));
        world.happen(Event::Stored(StoreEvent::TryAgain));
        let is_said = |id| world.store.messages(id).any(|message| message.text == "may I?");
        assert_eq!([asking, ben, cora].map(is_said), [false, false, !is_removed]);
    }
}

/// The next start opens it.
#[test]
fn the_conversation_that_was_opened_last_is_the_open_one_although_an_earlier_one_was_refused() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("bea", "127.0.0.1:8082")]);
    world.refuse = true;
    world.open("alex");
    world.refuse = false;
    let bea = world.open("bea");
    world.happen(Event::Intent(Intent::Flush));
    let mut opened = world.ops.iter().filter_map(|op| {
        if let StoreCommand::Open { conversation } = op { Some(*conversation) } else { None }
    });
    assert_eq!(opened.next_back(), Some(bea));
}
