//! One messenger in many rooms of one relay.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::weather::Weather;
use super::world::{ROOM, World, own};
use crate::model::traffic::ConnectionState;
use crate::model::{ConversationId, NetCommand, NetEvent, PeerCommand};

const SIDE: ConversationId = ConversationId(2);

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Who a member knows to be in one of its rooms.
fn names(world: &World, who: usize, room: ConversationId) -> BTreeSet<String> {
    let mut here = BTreeMap::new();
    for (_, event) in &world.members[who].events {
        if let NetEvent::Member { conversation, member } = event
            && *conversation == room
        {
            here.insert(member.id, (member.here, member.name.clone()));
        }
    }
    here.into_values().filter(|(here, _)| *here).map(|(_, name)| name).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn heard(world: &World, who: usize, room: ConversationId) -> Vec<String> {
    let text = |event: &NetEvent| match event {
        NetEvent::Received(received) if received.conversation == Some(room) => Some(received.text.clone()),
        _ => None,
    };
    world.members[who].events.iter().filter_map(|(_, event)| text(event)).collect()
}

/// The rooms of a member that the relay has let it into.
fn up(world: &World, who: usize) -> usize {
    let mut rooms = BTreeMap::new();
    for (_, event) in &world.members[who].events {
        if let NetEvent::Connection { conversation, connection } = event {
            rooms.insert(*conversation, *connection == ConnectionState::Up);
        }
    }
    rooms.into_values().filter(|up| *up).count()
}

#[test]
fn one_messenger_has_its_name_in_two_rooms_of_one_relay() {
    for weather in [Weather::FINE, Weather::BAD] {
        let mut world = World::new(1, weather);
        world.add_all(&["ada", "bob"]);
        (0..2).for_each(|who| world.follow(who, SIDE, "side"));
        world.run(seconds(30));
        assert!(world.members.iter().all(|member| member.links.len() == 1), "one socket each");
        for who in 0..2 {
            assert_eq!(
                (names(&world, who, ROOM), names(&world, who, SIDE)),
                (set(&["ada", "bob"]), set(&["ada", "bob"]))
            );
        }
        world.order(0, NetCommand::plain(SIDE, crate::model::MessageId(900), "to the side".to_owned()));
        world.say(0, "to the class");
        world.run(seconds(10));
        assert_eq!(
            (heard(&world, 1, ROOM), heard(&world, 1, SIDE)),
            (vec!["to the class".to_owned()], vec!["to the side".to_owned()])
        );
        // Another one with that name has it in neither.
        world.add("ada");
        world.follow(2, SIDE, "side");
        world.run(seconds(30));
        for room in [ROOM, SIDE] {
            let here = names(&world, 1, room);
            assert!(here.contains("ada") && here.contains("bob") && here.len() == 3, "{here:?}");
        }
        world.order(0, NetCommand::Introduce(own("eve")));
        world.run(seconds(20));
        assert!([ROOM, SIDE].iter().all(|room| names(&world, 1, *room).contains("eve")));
        // It leaves one room and stays in the other.
        world.order(0, NetCommand::Peer(SIDE, PeerCommand::Forget));
        world.run(seconds(90));
        assert!(!names(&world, 1, SIDE).contains("eve") && names(&world, 1, ROOM).contains("eve"));
        assert_eq!(world.members[0].links.len(), 1);
        world.order(0, NetCommand::Peer(ROOM, PeerCommand::Forget));
        assert_eq!(world.members[0].links.len(), 0, "a socket for nothing is closed");
    }
}

/// One question speaks for all rooms of a relay, also for one that was left without its knowledge.
#[test]
fn a_room_is_left_also_where_the_first_word_of_it_is_lost() {
    let mut world = World::new(1, Weather::FINE);
    world.add_all(&["ada", "bob"]);
    (0..2).for_each(|who| world.follow(who, SIDE, "side"));
    world.run(seconds(10));
    world.cut_off = Some(0);
    world.order(0, NetCommand::Peer(SIDE, PeerCommand::Forget));
    world.run(seconds(1));
    world.cut_off = None;
    world.run(seconds(5));
    assert_eq!((names(&world, 1, SIDE), names(&world, 1, ROOM)), (set(&["bob"]), set(&["ada", "bob"])));
    // It is told no more often than that, and can come back.
    let posted = world.posted;
    world.run(seconds(60));
    assert!(world.posted - posted < 80, "{}", world.posted - posted);
    world.follow(0, SIDE, "side");
    world.run(seconds(10));
    assert_eq!(names(&world, 1, SIDE), set(&["ada", "bob"]));
}

#[test]
fn two_hundred_rooms_of_one_relay_are_one_socket_and_cheap() {
    let mut world = World::new(1, Weather::FINE);
    world.add("ada");
    for room in 2..=200 {
        world.follow(0, ConversationId(room), &format!("room-{room}"));
    }
    world.run(seconds(5));
    assert_eq!(up(&world, 0), 200);
    assert_eq!(world.members[0].links.len(), 1);
    world.run(seconds(20));
    let (woken, posted) = (world.members[0].woken, world.posted);
    world.run(seconds(600));
    // A question each few seconds, answered in three datagrams.
    let (woken, posted) = (world.members[0].woken - woken, world.posted - posted);
    assert!(woken <= 600, "woken {woken} times in ten minutes");
    assert!(posted <= 1_200, "{posted} datagrams in ten minutes");
    assert_eq!(up(&world, 0), 200);
    // The relay ends and begins anew.
    world.kill_relay();
    world.run(seconds(40));
    assert_eq!(up(&world, 0), 0);
    world.start_relay();
    world.run(seconds(20));
    assert_eq!(up(&world, 0), 200);
    assert_eq!(names(&world, 0, ConversationId(77)), set(&["ada"]));
}

#[test]
fn a_relay_that_forgot_its_members_has_them_back_in_all_rooms_soon() {
    let mut world = World::new(1, Weather::FINE);
    world.add("ada");
    for room in 2..=100 {
        world.follow(0, ConversationId(room), &format!("room-{room}"));
    }
    world.run(seconds(20));
    assert_eq!(up(&world, 0), 100);
    world.kill_relay();
    world.start_relay();
    world.add("bob");
    (2..=100).for_each(|room| world.follow(1, ConversationId(room), &format!("room-{room}")));
    world.run(seconds(15));
    for room in 1..=100 {
        assert_eq!(names(&world, 1, ConversationId(room)), set(&["ada", "bob"]), "room {room}");
    }
}

/// Two names of one relay may lead into one room: nobody is thrown out by its own other self.
#[test]
fn the_same_room_twice_is_two_members() {
    let mut world = World::new(1, Weather::FINE);
    world.add("ada");
    world.follow(0, SIDE, "CLASS");
    world.run(seconds(60));
    assert_eq!(up(&world, 0), 2);
    assert_eq!(world.members[0].links.len(), 2);
    assert_eq!(names(&world, 0, ROOM), set(&["ada", "ada-2"]));
}
