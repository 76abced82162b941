//! What the people in charge order: who is put out, kept out or may not write, and how rooms are run.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Bench, Client, FromRelay, Leaving, RefusalReason, RelayEvent, Sent, at, texts};
use crate::dialects::relay::server::RelayOrder;
use crate::model::Phrase;

impl Bench {
    pub(super) fn order(&mut self, line: &str) -> Result<Vec<Phrase>, Phrase> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        self.relay.order(self.now, &RelayOrder::parse(&words)?)
    }

    /// An order that is carried out; its sentence, and what is sent because of it.
    pub(super) fn obey(&mut self, line: &str) -> (&'static str, Vec<Sent>) {
        let said = self.order(line).unwrap_or_else(|why| panic!("{line}: {why:?}"));
        (said[0].key, self.flush())
    }

    /// Joins from there; why not.
    pub(super) fn refused(&mut self, client: &mut Client) -> Option<RefusalReason> {
        // An address is answered once a second.
        self.seconds(1);
        let cookie = self.cookie(client.address);
        let join = client.join(cookie);
        let sent = self.hear(client.address, join);
        let refusal = sent.iter().find_map(|(_, bytes)| match FromRelay::decode(bytes)? {
            FromRelay::Refused { number: 0, why, .. } => Some(why),
            _ => None,
        });
        client.take_all(&sent);
        refusal
    }
}

/// Somebody at another address.
fn elsewhere(number: u16) -> SocketAddr {
    SocketAddr::from(([198, 51, 100, 7], 2_000 + number))
}

#[test]
fn who_is_put_out_is_told_and_can_be_back_after_a_minute() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    let ben = bench.plain_named(2, "ben", "dev");
    bench.events();
    let (said, sent) = bench.obey("kick Ann");
    assert_eq!(said, "relay-order-kicked");
    ann.take_all(&sent);
    assert_eq!(ann.answers.refused, [(0, RefusalReason::Kicked)]);
    assert!(ann.answers.unknown.is_empty(), "it would join again at once");
    assert_eq!(bench.names(), ["ben"]);
    let events = bench.events();
    assert!(events.iter().any(|event| matches!(event, RelayEvent::Left { why: Leaving::Kicked, .. })));
    assert!(matches!(events.last(), Some(RelayEvent::Ordered(_))), "{events:?}");

    assert_eq!(bench.refused(&mut ann), Some(RefusalReason::Kicked));
    // Whoever else comes from there is not meant.
    let mut tom = Client::new(at(3), 77, "tom", "dev");
    assert_eq!(bench.refused(&mut tom), None);
    bench.hear(tom.address, tom.leave());
    bench.seconds(30);
    bench.hear(ben, "still here");
    bench.seconds(28);
    assert_eq!(bench.refused(&mut ann), None);
    assert_eq!(bench.names(), ["ann", "ben"]);
}

#[test]
fn who_is_banned_comes_in_by_no_way_until_it_is_lifted() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    let ben = bench.plain_named(2, "ben", "dev");
    assert_eq!(bench.obey("ban ann 2h").0, "relay-order-banned");
    let (_, sent) = bench.obey("ban ben");
    assert_eq!(texts(&sent, ben), ["* You may not come in.\n"]);
    assert!(bench.names().is_empty());
    bench.seconds(3_600);
    assert_eq!(bench.refused(&mut ann), Some(RefusalReason::Banned));
    // As text, from the same address, and in frames from another one.
    let line = bench.challenge(at(9));
    assert_eq!(bench.answer(at(9), line), "* You may not come in.\n");
    let mut moved = Client::new(elsewhere(1), 1_001, "ann", "lobby");
    assert_eq!(bench.refused(&mut moved), Some(RefusalReason::Banned));

    let lines = bench.order("bans").unwrap();
    assert_eq!(lines.iter().map(|line| line.key).collect::<Vec<_>>(), ["relay-order-is-banned"; 2]);
    assert_eq!(bench.obey("unban ben").0, "relay-order-unbanned");
    assert_eq!(bench.refused(&mut ann), Some(RefusalReason::Banned), "that was ben");
    assert_eq!(bench.obey("unban 192.0.2.1").0, "relay-order-unbanned");
    bench.seconds(5);
    assert_eq!(bench.refused(&mut ann), None);
    assert_eq!(bench.order("unban ann").unwrap_err().key, "relay-order-no-ban");
    assert_eq!(bench.order("bans").unwrap()[0].key, "relay-order-no-bans");
}

#[test]
fn who_is_here_already_stays_although_somebody_from_there_is_banned() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    let mut tom = bench.framed(2, "tom", "dev");
    bench.obey("ban tom");
    bench.seconds(10);
    let ping = ann.ping();
    bench.hear(ann.address, ping);
    // It has another address now, of the same network.
    ann.address = at(7);
    assert_eq!(bench.refused(&mut ann), None);
    assert_eq!(bench.refused(&mut tom), Some(RefusalReason::Banned));
    assert_eq!(bench.names(), ["ann"]);
}

#[test]
fn an_order_about_somebody_holds_in_all_its_rooms_under_every_name() {
    let mut bench = Bench::new();
    let ann = bench.framed(1, "ann", "dev");
    bench.seconds(2);
    let mut elsewhere = Client::new(ann.address, 2_000, "anna", "attic");
    bench.join(&mut elsewhere);
    let mut ben = bench.framed(2, "ben", "attic");
    assert_eq!(bench.names().len(), 3);
    bench.obey("mute ann");
    bench.seconds(2);
    bench.hear(elsewhere.address, elsewhere.say_again(1, "here I may?"));
    // Also in one that it comes into later.
    let mut later = Client::new(ann.address, 3_000, "annie", "cellar");
    bench.join(&mut later);
    let sent = bench.hear(later.address, later.say_again(1, "or here?"));
    later.take_all(&sent);
    assert_eq!(later.answers.refused, [(1, RefusalReason::Muted)]);
    bench.catch_up(&mut ben);
    assert!(ben.texts().is_empty());
    bench.obey("kick anna");
    assert_eq!(bench.names(), ["ben"]);
}

#[test]
fn a_ban_ends_by_itself() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    bench.obey("ban ann 1h");
    bench.seconds(3_598);
    assert_eq!(bench.refused(&mut ann), Some(RefusalReason::Banned));
    bench.seconds(1);
    assert_eq!(bench.refused(&mut ann), None);
}

#[test]
fn who_is_muted_hears_and_is_told_why_it_is_not_heard() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    let mut ben = bench.framed(2, "ben", "dev");
    let eve = bench.plain_named(3, "eve", "dev");
    bench.catch_up(&mut ann);
    bench.catch_up(&mut ben);
    let (_, sent) = bench.obey("mute ann 1h");
    ann.take_all(&sent);
    assert_eq!(ann.answers.refused, [(0, RefusalReason::Muted)]);
    bench.seconds(2);
    let sent = bench.hear(ann.address, ann.say_again(1, "hello?"));
    ann.take_all(&sent);
    ben.take_all(&sent);
    assert_eq!(ann.answers.refused, [(0, RefusalReason::Muted), (1, RefusalReason::Muted)]);
    assert!(ben.texts().is_empty());
    let sent = bench.hear(ben.address, ben.say_again(1, "hear this"));
    ann.take_all(&sent);
    assert_eq!(ann.texts(), ["hear this"]);

    bench.obey("mute eve");
    bench.seconds(2);
    assert!(bench.answer(eve, "hi").contains("not sent"));
    bench.obey("unmute ann");
    bench.obey("unmute eve");
    bench.hear(ann.address, ann.say_again(2, "at last"));
    bench.catch_up(&mut ben);
    assert_eq!(ben.texts(), ["hear this", "at last"]);
    assert_eq!(bench.order("mute nobody").unwrap_err().key, "relay-order-nobody");
}

#[test]
fn a_slow_room_takes_one_message_of_each_in_its_time_and_another_room_all() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    let mut ben = bench.framed(2, "ben", "dev");
    let mut eve = bench.framed(3, "eve", "other");
    assert_eq!(bench.obey("slow DEV 10s").0, "relay-order-slow");
    bench.catch_up(&mut ben);
    for client in [&ann, &ben] {
        bench.hear(client.address, client.say_again(1, "one"));
    }
    bench.seconds(9);
    let sent = bench.hear(ann.address, ann.say_again(2, "two"));
    ann.take_all(&sent);
    assert_eq!(ann.answers.refused, [(2, RefusalReason::Slow)]);
    bench.seconds(1);
    bench.hear(ann.address, ann.say_again(2, "two"));
    bench.catch_up(&mut ben);
    assert_eq!(ben.texts(), ["one", "one", "two"]);
    for number in 1..4 {
        let sent = bench.hear(eve.address, eve.say_again(number, "fast"));
        eve.take_all(&sent);
    }
    assert!(eve.answers.refused.is_empty());
    bench.obey("slow dev off");
    bench.hear(ann.address, ann.say_again(3, "three"));
    bench.catch_up(&mut ben);
    assert_eq!(ben.texts(), ["one", "one", "two", "three"]);
}

#[test]
fn how_a_room_is_run_is_told_to_those_in_it_and_to_whoever_comes() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    let ben = bench.plain_named(2, "ben", "dev");
    bench.catch_up(&mut ann);
    let (_, sent) = bench.obey("topic dev page 7");
    ann.take_all(&sent);
    assert_eq!(ann.changes.last().map(String::as_str), Some("#page 7"));
    assert_eq!(texts(&sent, ben), ["* Topic: page 7\n"]);
    let (_, sent) = bench.obey("moderated dev on");
    assert_eq!(texts(&sent, ben), ["* Only those in charge write in this room.\n"]);
    bench.seconds(2);
    assert!(bench.answer(ben, "may I?").contains("not sent"));

    let eve = bench.plain(3);
    let place = bench.answer(eve, "/join dev");
    assert!(place.contains("* Topic: page 7\n* Only those in charge"), "{place}");
    let tom = Client::new(at(4), 4, "tom", "dev");
    let cookie = bench.cookie(at(4));
    let sent = bench.hear(at(4), tom.join(cookie));
    let rules = sent.iter().find_map(|(_, bytes)| match FromRelay::decode(bytes)? {
        FromRelay::Welcome(welcome) => Some((welcome.rules.moderated, welcome.rules.topic.to_owned())),
        _ => None,
    });
    assert_eq!(rules, Some((true, "page 7".to_owned())));
    // They hold for the room, not for one life of it.
    bench.obey("kick ann");
    bench.obey("kick tom");
    for member in [ben, eve] {
        bench.hear(member, "/leave");
    }
    assert!(bench.relay.rooms().is_empty());
    bench.seconds(61);
    let line = bench.challenge(at(5));
    bench.answer(at(5), line);
    assert!(bench.answer(at(5), "/join dev").contains("* Topic: page 7\n"));
}

#[test]
fn a_closed_room_is_empty_and_stays_so_until_it_is_opened() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "dev");
    let ben = bench.plain_named(2, "ben", "dev");
    let eve = bench.plain(3);
    let (_, sent) = bench.obey("close dev");
    ann.take_all(&sent);
    assert_eq!(ann.answers.refused, [(0, RefusalReason::Closed)]);
    assert_eq!(texts(&sent, ben), ["* This room is closed.\n"]);
    assert_eq!(bench.relay.rooms().iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["lobby"]);
    assert_eq!(bench.answer(eve, "/join dev"), "* This room is closed.\n");
    assert_eq!(bench.refused(&mut ann), Some(RefusalReason::Closed));
    // A plain member that comes again is let into the lobby.
    bench.seconds(2);
    let line = bench.challenge(ben);
    assert!(bench.answer(ben, line).contains("in lobby"));
    bench.obey("open dev");
    bench.later(Duration::from_secs(5));
    assert_eq!(bench.refused(&mut ann), None);
    assert_eq!(bench.order("close lobby").unwrap_err().key, "relay-order-lobby");
}
