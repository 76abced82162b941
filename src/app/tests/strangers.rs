//! Strangers and what they may take up: who goes, what is kept, what is only counted.

use super::*;

/// As many strangers as there is room for, from these ports on.
fn crowd(world: &mut World, first: u16) {
    for port in 0..u16::try_from(MAX_STRANGERS).expect("fits") {
        world.hear(None, &format!("127.0.0.1:{}", first + port), "x");
    }
}

#[test]
fn strangers_are_bounded_and_the_oldest_silent_one_goes() {
    let mut world = World::new();
    for port in 0..=u16::try_from(MAX_STRANGERS).expect("fits") {
        world.hear(None, &format!("127.0.0.1:{}", 10_000 + port), "x");
    }
    assert_eq!(world.state.conversations().count(), MAX_STRANGERS);
    assert!(world.state.conversations().all(|one| one.name != "127.0.0.1:10000"));
}

#[test]
fn an_ignored_stranger_is_only_counted() {
    let mut world = World::new();
    world.hear(None, "127.0.0.1:40000", "x");
    let id = world.id("127.0.0.1:40000");
    world.happen(Event::Intent(Intent::Ignore { conversation: id }));
    world.hear(Some(id), "127.0.0.1:40000", "y");
    assert!(world.names().is_empty());
    assert_eq!(world.state.counters.ignored, 1);
}

#[test]
fn a_stranger_whose_message_is_on_its_way_is_not_the_one_that_goes() {
    let mut world = World::new();
    crowd(&mut world, 10_000);
    let mut waiting = vec![world.late(None, "127.0.0.1:9000", "late")];
    waiting.push(world.late(None, "127.0.0.1:9001", "late"));
    world.happen(Event::Stored(StoreEvent::Committed(waiting)));
    let unread = |name: &str| world.state.conversation(world.id(name)).expect(name).activity.unread();
    assert_eq!((unread("127.0.0.1:9000"), unread("127.0.0.1:9001")), (1, 1));
    assert_eq!(world.state.conversations().count(), MAX_STRANGERS);
}

#[test]
fn an_opened_stranger_and_an_ignored_one_outlive_a_crowd() {
    let mut world = World::new();
    world.happen(Event::Intent(Intent::Visit { address: address("127.0.0.1:9000") }));
    world.hear(None, "127.0.0.1:9001", "x");
    let ignored = world.id("127.0.0.1:9001");
    world.happen(Event::Intent(Intent::Ignore { conversation: ignored }));
    crowd(&mut world, 10_000);
    assert_eq!(world.state.conversations().count(), MAX_STRANGERS);
    assert!(world.state.conversation(ignored).is_some());
    assert!(world.state.at_address(&address("127.0.0.1:9000")).is_some());
}

#[test]
fn what_was_on_its_way_when_its_sender_was_ignored_is_only_counted() {
    let mut world = World::new();
    world.hear(None, "127.0.0.1:40000", "x");
    let id = world.id("127.0.0.1:40000");
    let late = world.late(Some(id), "127.0.0.1:40000", "y");
    world.happen(Event::Intent(Intent::Ignore { conversation: id }));
    world.happen(Event::Stored(StoreEvent::Committed(vec![late])));
    assert_eq!(world.texts("127.0.0.1:40000"), ["x"]);
    assert_eq!(world.state.counters.ignored, 1);
    assert_eq!(world.state.conversation(id).expect("kept").activity.unread(), 0);
}

#[test]
fn strangers_together_keep_so_many_messages_and_those_one_opened_keep_theirs() {
    let mut world = World::new();
    world.happen(Event::Intent(Intent::Visit { address: address("127.0.0.1:9000") }));
    world.hear(None, "127.0.0.1:9000", "mine");
    for number in 0..20_000_u16 {
        // As fast as the quota of one network lets through.
        world.now.mono += Duration::from_millis(50);
        world.hear(None, &format!("127.0.0.1:{}", 10_000 + number % 50), &number.to_string());
    }
    assert_eq!(world.texts("127.0.0.1:9000"), ["mine"]);
    let names: Vec<String> = world.names().iter().map(|name| (*name).to_owned()).collect();
    let mut kept = 0;
    for name in names.iter().filter(|name| *name != "127.0.0.1:9000") {
        let texts = world.kept(name);
        let place = world.state.conversation(world.id(name)).expect(name);
        assert_eq!(place.activity.unread() as usize, texts.len(), "{name}");
        assert_eq!(place.activity.marker(), texts.first().map(|first| first.id), "{name}");
        kept += texts.len();
    }
    assert!((9_000..=10_001).contains(&kept), "{kept}");
    assert_eq!(world.texts("127.0.0.1:10049").last().map(String::as_str), Some("19999"));
}

#[test]
fn what_is_forgotten_is_gone_from_the_store_too() {
    let mut world = World::new();
    world.hear(None, "127.0.0.1:40000", "x");
    let id = world.id("127.0.0.1:40000");
    let effects = update(&mut world.state, world.now, Event::Intent(Intent::Remove { conversation: id }));
    assert!(
        matches!(effects.last(), Some(Effect::Store(StoreCommand::Forget { conversation })) if *conversation == id)
    );
}

#[test]
fn the_same_link_local_address_on_two_interfaces_is_two_strangers() {
    let mut world = World::new();
    world.hear(None, "[fe80::1%2]:40000", "two");
    world.hear(None, "[fe80::1%3]:40000", "three");
    world.hear(None, "[fe80::1%2]:40000", "again");
    assert_eq!(world.texts("[fe80::1%2]:40000"), ["two", "again"]);
    assert_eq!(world.texts("[fe80::1%3]:40000"), ["three"]);
}
