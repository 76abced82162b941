//! What a flood may take: disk, turns and places, and from whom.

use super::world::HALL;
use super::*;
use crate::model::traffic::Received;

/// More than any source may send at once.
const FLOOD: u32 = 20_000;

fn told(world: &World, key: &str) -> Option<Phrase> {
    let mut seen = 0;
    while let Some((number, phrase)) = world.state.status_line_after(seen) {
        if phrase.key == key {
            return Some(phrase.clone());
        }
        seen = number;
    }
    None
}

fn count(phrase: &Phrase) -> String {
    format!("{:?}", phrase.args.first())
}

fn last(world: &World, conversation: ConversationId) -> String {
    world.store.messages(conversation).last().expect("some").text.clone()
}

/// How many messages of a conversation are kept.
fn kept(world: &World, name: &str) -> usize {
    world.store.messages(world.id(name)).count()
}

/// The texts that the store is asked to keep.
fn inserted(effects: &[Effect]) -> Vec<Arc<Message>> {
    let message = |effect: &Effect| {
        if let Effect::Store(StoreCommand::Insert(message)) = effect {
            Some(Arc::clone(message))
        } else {
            None
        }
    };
    effects.iter().filter_map(message).collect()
}

#[test]
fn what_comes_faster_than_people_write_is_dropped_counted_and_told() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    for number in 0..FLOOD {
        world.hear(Some(alex), "127.0.0.1:8081", &number.to_string());
    }
    let kept = u32::try_from(kept(&world, "alex")).expect("few");
    assert!((10_000..FLOOD).contains(&kept), "the promised burst, and not all: {kept}");
    assert_eq!(world.state.counters.dropped, u64::from(FLOOD - kept));
    let line = told(&world, "flood-conversation").expect("a line says so");
    assert!(count(&line).contains(&(FLOOD - kept).to_string()), "{line:?}");
    assert!(format!("{line:?}").contains("alex"));
    // Later there is room again for what people write.
    world.now.mono += Duration::from_secs(10);
    world.hear(Some(alex), "127.0.0.1:8081", "and you?");
    assert_eq!(last(&world, alex), "and you?");
}

#[test]
fn ten_thousand_messages_at_once_from_a_stranger_pass() {
    let mut world = World::new();
    for number in 0..10_000 {
        world.hear(None, "127.0.0.1:40000", &number.to_string());
    }
    assert_eq!(kept(&world, "127.0.0.1:40000"), 10_000);
    assert_eq!(world.state.counters.dropped, 0);
}

#[test]
fn large_messages_count_by_their_bytes() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    let large = "x".repeat(60_000);
    for _ in 0..1_000 {
        world.hear(Some(alex), "127.0.0.1:8081", &large);
    }
    let bytes: usize = world.store.messages(alex).map(|message| message.text.len()).sum();
    assert!((8 << 20..32 << 20).contains(&bytes), "{bytes}");
    assert!(world.state.counters.dropped > 500);
}

#[test]
fn forged_members_do_not_take_the_word_from_one_who_is_known_in_the_room() {
    let mut world = World::new();
    world.load(&[("hall", "hall://10.0.0.255:7788")], None);
    let hall = world.id("hall");
    let hear = |world: &mut World, from: &str, text: &str| {
        let received = Received { scheme: HALL, ..world.message(Some(hall), from, text) };
        world.happen(Event::Net(NetEvent::Received(received)));
    };
    hear(&mut world, "10.0.0.7:7788", "good morning");
    for second in 0..20_u32 {
        world.now.mono += Duration::from_secs(1);
        for forged in 0..3_000_u32 {
            let [_, a, b, c] = (second * 3_000 + forged).to_be_bytes();
            hear(&mut world, &format!("11.{a}.{b}.{c}:7788"), "flood");
        }
        hear(&mut world, "10.0.0.7:7788", &format!("word {second}"));
    }
    assert!(world.state.counters.dropped > 20_000, "{}", world.state.counters.dropped);
    let room = world.store.messages(hall).filter(|message| message.text.starts_with("word")).count();
    assert_eq!(room, 20);
}

#[test]
fn a_flood_waits_for_its_turn_and_whoever_else_writes_does_not() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("mei", "127.0.0.1:8082")]);
    let (alex, mei) = (world.id("alex"), world.id("mei"));
    let mut underway = Vec::new();
    for number in 0..5_000 {
        let event = world.received(Some(alex), "127.0.0.1:8081", &number.to_string());
        underway.extend(inserted(&update(&mut world.state, world.now, event)));
    }
    assert!(underway.len() < 2_000, "the rest waits: {}", underway.len());
    let event = world.received(Some(mei), "127.0.0.1:8082", "and me?");
    assert!(inserted(&update(&mut world.state, world.now, event)).is_empty());
    // Some of the flood are kept: the next that go are not all of it.
    let ops = underway.drain(..4).map(StoreCommand::Insert).collect();
    let next = inserted(&update(&mut world.state, world.now, Event::Stored(StoreEvent::Committed(ops))));
    assert_eq!(next.len(), 4);
    assert!(next.iter().take(2).any(|message| message.text == "and me?"), "{next:?}");
    let ids: Vec<_> = underway.iter().chain(&next).map(|message| message.id).collect();
    assert!(ids.is_sorted(), "whoever goes first has the lower number");
}

#[test]
fn a_network_drives_out_nothing_but_its_own() {
    let mut world = World::new();
    for number in 0..30 {
        world.hear(None, "10.0.0.1:9000", &format!("word {number}"));
    }
    for port in 0..6_000_u16 {
        world.now.mono += Duration::from_secs(1);
        world.hear(None, &format!("10.0.0.2:{}", 1_024 + port), "x");
    }
    for number in 0..12_000_u16 {
        world.now.mono += Duration::from_secs(1);
        world.hear(None, &format!("10.0.0.2:{}", 1_024 + number % 10), "more");
    }
    assert_eq!(world.state.conversations().count(), MAX_STRANGERS);
    assert_eq!(world.texts("10.0.0.1:9000").len(), 30);
    assert_eq!(
        world.state.conversation(world.id("10.0.0.1:9000")).map(|one| one.activity.unread()),
        Some(30)
    );
}

#[test]
fn a_crowd_that_finds_the_list_full_soon_drives_out_nobody_else() {
    let mut world = World::new();
    let crowd = u16::try_from(MAX_STRANGERS).expect("fits");
    for number in 0..crowd {
        world.hear(None, &format!("10.0.{}.1:{}", number % 2, 9_000 + number), "x");
    }
    let first = |world: &World| world.names().iter().filter(|name| name.starts_with("10.0.")).count();
    assert_eq!(first(&world), MAX_STRANGERS);
    for number in 0..crowd {
        world.hear(None, &format!("10.1.0.1:{}", 9_000 + number), "x");
    }
    let left = first(&world);
    assert!((3_000..MAX_STRANGERS).contains(&left), "some give way, and then no more: {left}");
    assert!(told(&world, "flood-strangers").is_some(), "a line says so");
    world.now.mono += Duration::from_secs(1);
    world.hear(None, "10.1.0.2:9000", "x");
    assert_eq!(first(&world), left - 1, "people come one by one");
}

#[test]
fn whom_a_person_has_to_do_with_never_goes_for_a_stranger() {
    let mut world = World::new();
    for port in 0..u16::try_from(MAX_STRANGERS).expect("fits") {
        world.happen(Event::Intent(Intent::Visit {
            address: address(&format!("127.0.0.1:{}", 10_000 + port)),
        }));
    }
    world.hear(None, "127.0.0.1:9000", "x");
    assert_eq!(world.state.conversations().count(), MAX_STRANGERS);
    assert!(world.names().iter().all(|name| *name != "127.0.0.1:9000"));
    assert_eq!(world.state.counters.dropped, 1);
}

#[test]
fn on_a_disk_that_is_low_what_people_write_is_kept_and_a_flood_is_not() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    world.happen(Event::Stored(StoreEvent::DiskLow(true)));
    for _ in 0..5_000 {
        world.hear(Some(alex), "127.0.0.1:8081", "x");
        world.hear(None, "127.0.0.1:40000", "x");
    }
    assert!(kept(&world, "alex") <= 1_024);
    assert!(kept(&world, "127.0.0.1:40000") <= 1_024);
    let lines = ["flood-conversation-disk", "flood-strangers-disk"].map(|key| told(&world, key));
    assert!(lines.iter().all(Option::is_some), "{lines:?}");
    world.now.mono += Duration::from_secs(5);
    world.hear(Some(alex), "127.0.0.1:8081", "a word");
    assert_eq!(last(&world, alex), "a word");
    world.happen(Event::Stored(StoreEvent::DiskLow(false)));
    for _ in 0..5_000 {
        world.hear(Some(alex), "127.0.0.1:8081", "y");
    }
    assert!(kept(&world, "alex") > 5_000);
}

#[test]
fn a_line_that_was_read_comes_back_only_after_a_while_and_counts_on() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081")]);
    let alex = world.id("alex");
    let flood = |world: &mut World| {
        for _ in 0..FLOOD {
            world.hear(Some(alex), "127.0.0.1:8081", "x");
        }
    };
    flood(&mut world);
    let (seen, _) = world.state.status_line_after(0).expect("told");
    flood(&mut world);
    assert_eq!(world.state.status_line_after(seen), None);
    world.now.mono += Duration::from_secs(61);
    flood(&mut world);
    let dropped = world.state.counters.dropped.to_string();
    let again = world.state.status_line_after(seen).map(|(_, phrase)| count(phrase));
    assert!(again.as_ref().is_some_and(|again| again.contains(&dropped)), "{again:?} {dropped}");
}

#[test]
fn when_the_history_is_gone_what_is_held_is_given_to_the_new_one_and_nothing_else_is_shown() {
    let mut world = World::with(&[("alex", "127.0.0.1:8081"), ("mei", "127.0.0.1:8082")]);
    let (alex, mei) = (world.open("alex"), world.id("mei"));
    for number in 0..100 {
        world.hear(Some(alex), "127.0.0.1:8081", &number.to_string());
    }
    world.hear(Some(mei), "127.0.0.1:8082", "unread");
    world.store = crate::store::Memory::default();
    world.happen(Event::Stored(StoreEvent::BegunAnew(Phrase::new("store-gone"))));
    assert_eq!(kept(&world, "alex"), 100);
    assert_eq!(world.state.unsaved(), 0);
    assert_eq!(world.state.conversation(mei).map(|one| one.activity.unread()), Some(0));
    assert!(told(&world, "store-gone").is_some());
}
