//! Being in charge of a relay, as a member is: asked for once, kept, and what it orders is answered.

use std::time::Duration;

use super::weather::Weather;
use super::world::{ROOM, World};
use crate::dialects::relay::server::Operator;
use crate::dialects::relay::test_log::TestLog;
use crate::model::traffic::MessageKind;
use crate::model::{
    BackfillCommand, NetCommand, NetEvent, Password, PeerCommand, PeerSecret, RoomCommand, Uid,
};

const SECRET: &str = "open sesame";

fn password(text: &str) -> Password {
    Password::new(text).expect("a password")
}

fn anna(secret: &str, salt: u8) -> Operator {
    Operator::new("Anna", &password(secret), [salt; 16]).expect("a name")
}

/// A relay that anna is in charge of, and two members.
fn world(seed: u64, weather: Weather) -> World {
    let mut world = World::new(seed, weather);
    world.operators = vec![anna(SECRET, 1)];
    world.kill_relay();
    world.start_relay();
    world.add_all(&["ada", "bob"]);
    world.settle(Duration::from_mins(1));
    world
}

impl World {
    fn command(&mut self, who: usize, command: RoomCommand) {
        self.order(who, NetCommand::Peer(ROOM, PeerCommand::Room(command)));
    }

    fn claim(&mut self, who: usize, name: &str, secret: &str) {
        self.command(who, RoomCommand::Claim { name: name.to_owned(), password: password(secret) });
        self.run(Duration::from_secs(30));
    }

    fn gives(&mut self, who: usize, line: &str) {
        self.command(who, RoomCommand::Order(line.split(' ').map(str::to_owned).collect()));
        self.run(Duration::from_secs(15));
    }

    fn is_in_charge(&self, who: usize) -> bool {
        let said = |event: &NetEvent| match event {
            NetEvent::Operator { is_in_charge, .. } => Some(*is_in_charge),
            _ => None,
        };
        self.events(who).filter_map(said).last().unwrap_or_default()
    }

    fn secret(&self, who: usize) -> PeerSecret {
        let secret = |event: &NetEvent| match event {
            NetEvent::Secret { secret, .. } => Some(secret.clone()),
            _ => None,
        };
        self.events(who).filter_map(secret).last().unwrap_or_default()
    }
}

#[test]
fn a_member_that_proves_to_be_in_charge_puts_another_out_in_any_weather() {
    for (seed, weather) in [(1, Weather::FINE), (2, Weather::BAD), (3, Weather::BAD), (4, Weather::BAD)] {
        let mut world = world(seed, weather);
        world.gives(0, "kick bob");
        assert_eq!(world.notices(0), ["operator-needed"], "{seed}");
        assert!(world.is_up(1), "{seed}");
        world.claim(0, "anna", SECRET);
        assert!(world.is_in_charge(0) && world.is_up(0), "{seed}: {:?}", world.notices(0));
        world.gives(0, "kick bob");
        assert!(!world.is_up(1), "{seed}");
        world.gives(0, "kick nobody");
        world.gives(0, "kick");
        let notices = world.notices(0);
        let answers: Vec<_> = notices.iter().filter(|key| key.starts_with("relay-order-")).collect();
        let expected = ["relay-order-kicked", "relay-order-nobody", "relay-order-usage"];
        assert_eq!(answers, expected.iter().collect::<Vec<_>>(), "{seed}: each is done and told once");
        assert!(!world.is_in_charge(1), "{seed}");
    }
}

#[test]
fn who_is_in_charge_once_is_so_in_another_run_and_after_the_relay_has_restarted() {
    let mut world = world(7, Weather::FINE);
    world.claim(0, "Anna", SECRET);
    let secret = world.secret(0);
    let has = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
    assert!(!secret.is_empty() && !has(secret.bytes()));
    world.kill_relay();
    world.run(Duration::from_secs(30));
    world.start_relay();
    world.run(Duration::from_secs(40));
    world.gives(0, "topic class page 7");
    assert!(world.notices(0).contains(&"relay-order-topic"), "{:?}", world.notices(0));

    world.kill(0);
    world.restart(0, "ada");
    world.command(0, RoomCommand::Remember(secret.clone()));
    world.run(Duration::from_mins(1));
    world.gives(0, "slow class 10");
    assert!(world.notices(0).contains(&"relay-order-slow"), "{:?}", world.notices(0));
    world.command(0, RoomCommand::Resign);
    world.run(Duration::from_secs(20));
    assert!(!world.is_in_charge(0) && world.secret(0).is_empty() && world.is_up(0));
    world.gives(0, "kick bob");
    assert!(world.is_up(1), "ada gives no orders any more");

    // With another password it is asked for anew, and the room is open all the same.
    world.operators = vec![anna("open the other way", 2)];
    world.kill_relay();
    world.start_relay();
    world.kill(0);
    world.restart(0, "ada");
    world.command(0, RoomCommand::Remember(secret));
    world.run(Duration::from_mins(1));
    assert!(world.is_up(0) && !world.is_in_charge(0));
    assert_eq!(world.notices(0).pop(), Some("operator-wanted"));
    assert!(world.secret(0).is_empty());
}

#[test]
fn a_wrong_password_is_told_and_keeps_nobody_out_of_the_room() {
    let mut world = world(5, Weather::FINE);
    for (name, secret) in [("anna", "open barley"), ("nobody", SECRET)] {
        world.claim(0, name, secret);
        assert_eq!(world.notices(0).pop(), Some("operator-wrong"), "{name}");
        assert!(world.is_up(0) && !world.is_in_charge(0) && world.secret(0).is_empty(), "{name}");
    }
    for _ in 0..8 {
        world.command(0, RoomCommand::Claim { name: "anna".to_owned(), password: password("guess") });
        world.run(Duration::from_secs(3));
    }
    assert_eq!(world.notices(0).pop(), Some("operator-later"));
    world.run(Duration::from_secs(20));
    assert!(world.is_up(0) && !world.is_in_charge(0));
    world.operators.clear();
    world.kill_relay();
    world.start_relay();
    world.run(Duration::from_mins(2));
    world.claim(0, "anna", SECRET);
    assert_eq!(world.notices(0).pop(), Some("operator-nobody"));
    assert!(world.is_up(0));
}

#[test]
fn an_order_that_is_not_answered_is_told_and_done_by_no_other_relay() {
    let mut world = world(3, Weather::FINE);
    world.claim(0, "anna", SECRET);
    world.cut_off = Some(0);
    world.gives(0, "kick bob");
    assert_eq!(world.notices(0).pop(), Some("operator-unanswered"));
    world.cut_off = None;
    world.run(Duration::from_mins(2));
    assert!(world.is_up(0) && world.is_up(1), "what was given up is not done later");
}

/// A relay with a log that anna is in charge of, and two members.
fn kept_world(seed: u64, weather: Weather) -> World {
    let mut world = World::with_log(seed, weather, Some(TestLog::default()));
    world.operators = vec![anna(SECRET, 1)];
    world.kill_relay();
    world.start_relay();
    world.add_all(&["ada", "bob"]);
    world.settle(Duration::from_mins(1));
    world.claim(0, "anna", SECRET);
    world
}

impl World {
    /// What this member has of messages, and what it was told that is removed of them: both by their names.
    fn kept_and_removed(&self, who: usize) -> (Vec<Uid>, Vec<Uid>) {
        let received = |event: &NetEvent| match event {
            NetEvent::Received(received) | NetEvent::Recalled { received, .. } => {
                Some((received.kind, received.uid, received.about))
            }
            NetEvent::Kept { uid, .. } => Some((MessageKind::Text, Some(*uid), None)),
            _ => None,
        };
        let all: Vec<_> = self.events(who).filter_map(received).collect();
        let of = |kind| all.iter().filter(move |(one, ..)| *one == kind);
        let kept = of(MessageKind::Text).filter_map(|(_, uid, _)| *uid).collect();
        (kept, of(MessageKind::Removal).filter_map(|(_, _, about)| *about).collect())
    }
}

#[test]
fn a_message_that_is_removed_goes_everywhere_also_with_who_wrote_it_and_who_was_away() {
    for (seed, weather) in [(1, Weather::FINE), (2, Weather::BAD), (3, Weather::BAD)] {
        let mut world = kept_world(seed, weather);
        for text in ["before", "spam", "behind"] {
            world.say(1, text);
            world.run(Duration::from_secs(20));
        }
        let (kept, removed) = world.kept_and_removed(0);
        assert_eq!((kept.len(), removed.len()), (3, 0), "{seed}");
        assert_eq!(world.kept_and_removed(1).0, kept, "{seed}: who wrote them knows them by the same names");
        world.cut_off = Some(1);
        world.run(Duration::from_mins(2));
        world.command(0, RoomCommand::RemoveMessage(kept[1]));
        world.run(Duration::from_secs(30));
        assert_eq!(world.kept_and_removed(0).1, [kept[1]], "{seed}");
        assert!(world.notices(0).contains(&"relay-order-removed"), "{seed}: {:?}", world.notices(0));
        assert_eq!(world.log.as_ref().expect("a log").texts(), ["before", "behind"], "{seed}");
        world.cut_off = None;
        world.run(Duration::from_mins(2));
        assert_eq!(world.kept_and_removed(1).1, [kept[1]], "{seed}: who was away");

        let late = world.add("cem");
        world.settle(Duration::from_mins(1));
        world.order(
            late,
            NetCommand::Peer(ROOM, PeerCommand::History(BackfillCommand::ReadEarlier { count: 50 })),
        );
        world.run(Duration::from_mins(1));
        assert_eq!(world.kept_and_removed(late), (vec![kept[2], kept[0]], vec![]), "{seed}");
    }
}

#[test]
fn who_is_in_the_room_when_a_message_goes_gets_nothing_of_it_again() {
    let mut world = kept_world(1, Weather::FINE);
    let bob = world.events(1).count();
    world.cut_off = Some(1);
    world.say(0, "a secret that was no message");
    world.run(Duration::from_secs(1));
    let (kept, _) = world.kept_and_removed(0);
    world.command(0, RoomCommand::RemoveMessage(kept[0]));
    world.run(Duration::from_secs(1));
    world.cut_off = None;
    world.run(Duration::from_secs(30));
    assert!(world.heard(1).is_empty(), "{:?}", world.heard(1));
    assert!(world.events(1).count() > bob && world.is_up(1));
}
