//! The state under made-up events: who a message belongs to, what is shown when, what the list says.

mod declining;
mod doubles;
mod ephemeral;
mod expiry;
mod files;
mod floods;
mod former_key;
mod friends;
mod groups;
mod history;
mod mentions;
mod merges;
mod nearby;
mod nudges;
mod offers;
mod outboxes;
mod persons;
mod receipts;
mod restarts;
mod room_history;
mod rooms;
mod search;
mod sources;
mod strangers;
mod talk;
mod trust;
mod uids;
mod unreadable_pages;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::world::{self, World, address};
use super::*;
use crate::model::history::{PageAnchor, StoreCommand, StoreEvent};
use crate::model::traffic::Listening;
use crate::model::{
    ConversationId, Fault, Mark, Message, MessageCommand, NetCommand, NetEvent, OutgoingMessage, Phrase,
};

#[test]
fn a_message_goes_to_the_network_only_after_the_store_has_it() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    let effects = update(
        &mut world.state,
        world.now,
        Event::Intent(Intent::Send { conversation: alex, text: "在吗".to_owned() }),
    );
    let [Effect::Store(StoreCommand::Insert(message))] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(world.shown("alex").is_empty(), "not shown yet");
    world.happen(Event::Stored(StoreEvent::Committed(vec![StoreCommand::Insert(Arc::clone(message))])));
    assert_eq!(world.shown("alex"), ["在吗"]);
    assert!(
        matches!(world.ordered.last(), Some(NetCommand::Message(_, MessageCommand::Send(OutgoingMessage { text, .. }))) if text == "在吗")
    );
}

#[test]
fn a_mark_changes_only_with_what_happened() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    let mark = |world: &World| {
        world.state.conversation(alex).and_then(|place| place.messages().last()?.mark().cloned())
    };
    world.happen(Event::Intent(Intent::Send { conversation: alex, text: "a".to_owned() }));
    assert_eq!(mark(&world), Some(Mark::Waiting));
    let message = world.state.conversation(alex).expect("alex").messages()[0].id;
    let to = "127.0.0.1:8081".parse().expect("socket address");
    world.happen(Event::Net(NetEvent::Handed { message, to, payload: Arc::from(&b"a"[..]) }));
    assert_eq!(mark(&world), Some(Mark::Sent));
    world.happen(Event::Intent(Intent::Send { conversation: alex, text: "b".to_owned() }));
    let message = world.state.conversation(alex).expect("alex").messages()[1].id;
    world.happen(Event::Net(NetEvent::Failed { message, fault: Fault::Busy }));
    assert_eq!(mark(&world), Some(Mark::Failed(Fault::Busy)));
    world.happen(Event::Intent(Intent::Retry { conversation: alex, message }));
    assert_eq!(world.texts("alex"), ["a", "b", "b"]);
}

#[test]
fn a_stranger_gets_a_row_of_its_own_and_becomes_a_contact_with_what_it_said() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    world.hear(None, "127.0.0.1:40000", "hi");
    world.hear(None, "127.0.0.1:40000", "again");
    assert_eq!(world.names(), ["alex", "127.0.0.1:40000"]);
    let id = world.id("127.0.0.1:40000");
    assert_eq!(world.state.conversation(id).expect("stranger").activity.unread(), 2);
    world.happen(Event::Intent(Intent::Rename { conversation: id, name: "bea".to_owned() }));
    assert_eq!(
        world.edits,
        [ContactsEdit::Add { name: "bea".to_owned(), address: "udp://127.0.0.1:40000".to_owned() }]
    );
    world.load(&[("alex", "127.0.0.1:8081"), ("bea", "127.0.0.1:40000")], None);
    assert_eq!(world.id("bea"), id);
    assert_eq!(world.texts("bea"), ["hi", "again"]);
}

#[test]
fn a_contact_taken_out_of_the_file_keeps_what_was_said() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("silent", "127.0.0.1:1")]);
    let alex = world.id("alex");
    world.hear(Some(alex), "127.0.0.1:8081", "hello");
    world.load(&[], None);
    assert_eq!(world.names(), ["127.0.0.1:8081"]);
    assert_eq!(world.texts("127.0.0.1:8081"), ["hello"]);
}

#[test]
fn a_renamed_contact_is_the_same_conversation() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    let edit = ContactsEdit::Rename { old: "alex".to_owned(), new: "亚历".to_owned() };
    world.load(&[("亚历", "127.0.0.1:8081")], Some(edit));
    assert_eq!(world.id("亚历"), alex);
}

#[test]
fn a_name_changed_in_the_file_is_the_same_conversation() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("bea", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    world.load(&[("alexandra", "127.0.0.1:8081"), ("bea", "127.0.0.1:8081")], None);
    assert_eq!(world.id("alexandra"), alex);
    assert_eq!(world.names(), ["alexandra", "bea"]);
}

#[test]
fn an_address_with_options_means_exactly_what_it_says() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = Some(world.id("alex"));
    let at = |world: &World, text| world.state.at_address(&address(text)).map(|one| one.id);
    assert_eq!(at(&world, "127.0.0.1:8081"), alex);
    world.happen(Event::Intent(Intent::Visit { address: address("127.0.0.1:8081?encoding=gbk") }));
    let visited = at(&world, "127.0.0.1:8081?encoding=gbk");
    assert!(visited.is_some() && visited != alex);
    assert_eq!(at(&world, "127.0.0.1:8081"), alex);
}

#[test]
fn the_list_has_unread_first_then_the_most_recent_then_the_order_of_the_file() {
    let mut world = World::with(&[("a", "127.0.0.1:1"), ("b", "127.0.0.1:2"), ("c", "127.0.0.1:3")]);
    assert_eq!(world.names(), ["a", "b", "c"]);
    let (b, c) = (world.id("b"), world.id("c"));
    world.hear(Some(c), "127.0.0.1:3", "x");
    world.happen(Event::Intent(Intent::Read { conversation: c, arriving: true }));
    world.hear(Some(b), "127.0.0.1:2", "x");
    world.happen(Event::Intent(Intent::Read { conversation: b, arriving: true }));
    assert_eq!(world.names(), ["b", "c", "a"]);
    world.hear(Some(c), "127.0.0.1:3", "x");
    assert_eq!(world.names(), ["c", "b", "a"]);
}

#[test]
fn what_the_store_refuses_is_shown_and_counted_as_not_kept() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    world.refuse = true;
    world.hear(Some(alex), "127.0.0.1:8081", "hello");
    assert_eq!(world.shown("alex"), ["hello"]);
    assert_eq!(world.state.unsaved(), 1);
    assert_eq!(world.state.status_line_after(0), Some((1, &Phrase::new("fault-busy"))));
}

#[test]
fn the_bell_rings_once_a_second_and_once_in_ten_for_one_peer() {
    let mut world = World::with(&[("a", "127.0.0.1:1"), ("b", "127.0.0.1:2")]);
    let (a, b) = (world.id("a"), world.id("b"));
    world.happen(Event::Intent(Intent::Away(true)));
    for _ in 0..50 {
        world.hear(Some(a), "127.0.0.1:1", "x");
        world.hear(Some(b), "127.0.0.1:2", "x");
    }
    assert_eq!(world.rings, 1);
    world.now = world.now.after(Duration::from_secs(2));
    world.hear(Some(a), "127.0.0.1:1", "x");
    assert_eq!(world.rings, 1);
    world.hear(Some(b), "127.0.0.1:2", "x");
    assert_eq!(world.rings, 2);
}

#[test]
fn what_one_sees_arriving_does_not_silence_the_bell_for_what_comes_later() {
    let mut world = World::with(&[("a", "127.0.0.1:1")]);
    let a = world.id("a");
    world.hear(Some(a), "127.0.0.1:1", "before one's eyes");
    assert_eq!(world.rings, 0);
    world.happen(Event::Intent(Intent::Away(true)));
    world.hear(Some(a), "127.0.0.1:1", "unseen");
    assert_eq!(world.rings, 1);
    world.happen(Event::Intent(Intent::Away(false)));
    world.now = world.now.after(Duration::from_mins(1));
    world.hear(Some(a), "127.0.0.1:1", "seen again");
    assert_eq!(world.rings, 1);
}

#[test]
fn a_new_encoding_reads_the_kept_bytes_again() {
    let mut world = World::new();
    world.hear(None, "127.0.0.1:40000", "raw");
    let id = world.id("127.0.0.1:40000");
    let address = address("127.0.0.1:40000?encoding=gbk");
    world.happen(Event::Intent(Intent::SetAddress { conversation: id, address }));
    let Some(NetCommand::Message(_, MessageCommand::Redecode { message, payload, .. })) =
        world.ordered.last()
    else {
        panic!()
    };
    assert_eq!(&payload[..], b"raw");
    let redecoded = NetEvent::Redecoded { message: *message, text: "再".to_owned(), lossy: false };
    world.happen(Event::Net(redecoded));
    assert_eq!(world.texts("127.0.0.1:40000"), ["再"]);
}

#[test]
fn the_line_above_what_is_new_moves_on_once_all_has_been_read() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    let marked = |world: &World| {
        let place = world.state.conversation(alex).expect("alex");
        place.activity.marker().and_then(|id| place.message(id)).map(|message| message.text.clone())
    };
    world.hear(Some(alex), "127.0.0.1:8081", "one");
    world.hear(Some(alex), "127.0.0.1:8081", "two");
    assert_eq!(marked(&world).as_deref(), Some("one"));
    world.happen(Event::Intent(Intent::Read { conversation: alex, arriving: false }));
    world.hear(Some(alex), "127.0.0.1:8081", "three");
    world.hear(Some(alex), "127.0.0.1:8081", "four");
    assert_eq!(marked(&world).as_deref(), Some("three"));
}

#[test]
fn a_peer_is_unreachable_until_the_next_message_to_it() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.open("alex");
    let to = "127.0.0.1:8081".parse().expect("socket address");
    let place = |world: &World| {
        let place = world.state.conversation(alex).expect("alex");
        (
            place.status.reachability(),
            place.status.unheard().is_some(),
            place.messages().last().expect("sent").id,
        )
    };
    world.happen(Event::Intent(Intent::Send { conversation: alex, text: "a".to_owned() }));
    world.happen(Event::Net(NetEvent::Unreachable { conversation: alex, to }));
    let (presence, unheard, message) = place(&world);
    assert_eq!((presence, unheard), (Reachability::Unreachable, true));
    world.happen(Event::Net(NetEvent::Handed { message, to, payload: Arc::from(&b"a"[..]) }));
    assert!(matches!(place(&world), (Reachability::Unknown, false, _)));
    world.happen(Event::Net(NetEvent::Unreachable { conversation: alex, to }));
    assert!(matches!(place(&world), (Reachability::Unreachable, true, _)));
}

#[test]
fn a_port_that_may_not_be_used_is_not_called_taken() {
    for (code, key) in [("EADDRINUSE", "status-port-taken"), ("EACCES", "status-port-refused")] {
        let mut world = World::new();
        world.happen(Event::Net(NetEvent::Listening(Listening {
            scheme: "udp",
            address: "127.0.0.1:40000".parse().ok(),
            wanted: "127.0.0.1:80".parse().ok(),
            code: Some(code.into()),
        })));
        assert_eq!(world.state.status_line_after(0).map(|(_, told)| told.key), Some(key));
    }
}

/// Another messenger on this machine has every port of ours.
#[test]
fn ports_that_somebody_else_has_are_told_in_one_line() {
    let mut world = World::new();
    let listens = |world: &mut World, scheme, wanted: &str, is: &str| {
        world.happen(Event::Net(NetEvent::Listening(Listening {
            scheme,
            address: is.parse().ok(),
            wanted: wanted.parse().ok(),
            code: None,
        })));
    };
    listens(&mut world, "udp", "127.0.0.1:8081", "127.0.0.1:40000");
    listens(&mut world, "udpqq", "127.0.0.1:7781", "127.0.0.1:40001");
    let (seen, told) = world.state.status_line_after(0).expect("told");
    let all = Phrase::new("status-port-taken").text("wanted", "8081, 7781").text("port", "40000, 40001");
    let all = all.number("count", 2);
    assert_eq!(*told, all);
    assert_eq!(world.state.status_line_after(seen), None, "one line");
    world.happen(Event::Net(NetEvent::Listening(Listening {
        scheme: "ipmsg",
        address: None,
        wanted: "127.0.0.1:2425".parse().ok(),
        code: Some("EADDRINUSE".into()),
    })));
    let (seen, told) = world.state.status_line_after(0).expect("told");
    assert_eq!(*told, Phrase { key: "status-ports-taken", ..all }.text("off", "ipmsg"));
    assert_eq!(world.state.status_line_after(seen), None, "one line");
}

#[test]
fn lines_are_told_one_after_the_other_and_a_repeated_one_takes_one_place() {
    let mut world = World::new();
    let keys = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    for key in keys {
        world.happen(Event::StatusLine(Phrase::new(key)));
    }
    for _ in 0..100 {
        world.happen(Event::StatusLine(Phrase::new("i")));
    }
    let (mut told, mut seen) = (Vec::new(), 0);
    while let Some((number, phrase)) = world.state.status_line_after(seen) {
        told.push(phrase.key);
        seen = number;
    }
    assert_eq!(told, keys[1..]);
    world.happen(Event::StatusLine(Phrase::new("b")));
    assert_eq!(world.state.status_line_after(seen).map(|(_, phrase)| phrase.key), Some("b"));
}
