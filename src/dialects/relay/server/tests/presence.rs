//! Members at other relays of the same log: they are in lists and counts, come and go, and move unseen.

use std::borrow::Cow;

use super::{Bench, Client, RelayEvent, at, texts};
use crate::dialects::relay::server::RelayOptions;
use crate::dialects::relay::test_log::{EPOCH, SECRETS};
use crate::model::WallTime;
use crate::model::room_log::{
    BackplaneReport, BackplaneRequest, LogRecord, MemberPresence, Place, PlacedRecord, RecordKind,
};

fn relay() -> Bench {
    let options = RelayOptions { log: Some(EPOCH), is_shared: true, ..RelayOptions::default() };
    let mut bench = Bench::with(options);
    bench.relay.report(bench.now, BackplaneReport::Secrets(SECRETS));
    bench
}

fn presence(room: &str, id: u64, name: Option<&str>) -> MemberPresence<'static> {
    let (room, name) = (Cow::Owned(room.to_owned()), name.map(|name| Cow::Owned(name.to_owned())));
    MemberPresence { room, id, name }
}

impl Bench {
    /// The framed member is in, as soon as the log has told of its room and of its name.
    fn come(&mut self, client: &mut Client) {
        self.seconds(2);
        let cookie = self.cookie(client.address);
        let join = client.join(cookie);
        self.handle(client.address, join);
        self.follow_all();
        let sent = self.flush();
        client.take_all(&sent);
        assert!(!client.answers.welcomes.is_empty(), "{sent:?}");
    }

    /// What another relay says of its members, and what the member here is told of that.
    fn hear_presence(&mut self, client: &mut Client, id: u64, name: Option<&str>) {
        let report = BackplaneReport::Presence(presence("lobby", id, name));
        self.relay.report(self.now, report);
        let sent = self.flush();
        client.take_all(&sent);
    }

    /// What other relays are to know.
    fn told_of_members(&mut self) -> Vec<MemberPresence<'static>> {
        let all = std::iter::from_fn(|| self.take_request());
        let told = |request| match request {
            BackplaneRequest::Presence(presence) => Some(presence),
            _ => None,
        };
        all.filter_map(told).collect()
    }

    /// The list as a member gets it: those who are there.
    fn list(&mut self, client: &mut Client) -> Vec<(u32, u64, String)> {
        client.answers.pages.clear();
        let sent = self.hear(client.address, client.members(0));
        client.take_all(&sent);
        let page = client.answers.pages[0].iter().filter(|(_, _, here, _)| *here);
        page.map(|(index, id, _, name)| (*index, *id, name.clone())).collect()
    }

    fn pong(&mut self, client: &mut Client) -> u32 {
        let sent = self.hear(client.address, client.ping());
        client.take_all(&sent);
        client.answers.pongs.last().expect("a pong").1
    }
}

#[test]
fn members_elsewhere_are_counted_and_listed_and_seen_to_come_and_go() {
    let mut relay = relay();
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    relay.come(&mut ann);
    relay.hear_presence(&mut ann, 70, Some("ben"));
    relay.hear_presence(&mut ann, 71, Some("eve"));
    assert_eq!(ann.changes, ["+ben", "+eve"]);
    let plain = relay.plain_named(2, "joe", "lobby");
    assert_eq!(relay.answer(plain, "/who"), "* ann\n* ben\n* eve\n* joe\n");
    assert!(relay.answer(plain, "/rooms").contains('4'));
    let proof = relay.challenge(at(3));
    relay.handle(at(3), proof);
    relay.follow_all();
    let told = texts(&relay.flush(), at(3)).concat();
    assert!(told.contains('4'), "with so many others: {told}");
    relay.hear(at(3), "/leave");
    relay.catch_up(&mut ann);
    assert_eq!(relay.pong(&mut ann), 4);
    let listed = relay.list(&mut ann);
    let names: Vec<&str> = listed.iter().map(|(_, _, name)| name.as_str()).collect();
    assert_eq!(names, ["ann", "ben", "eve", "joe"]);
    ann.changes.clear();
    relay.hear_presence(&mut ann, 70, Some("bob"));
    relay.hear_presence(&mut ann, 70, Some("bob"));
    relay.hear_presence(&mut ann, 71, None);
    relay.hear_presence(&mut ann, 71, None);
    assert_eq!(ann.changes, ["=bob".to_owned(), format!("-{}", listed[2].0)]);
    assert_eq!(relay.pong(&mut ann), 3);
    // Nobody here is in that room.
    relay.relay.report(relay.now, BackplaneReport::Presence(presence("dev", 72, Some("sue"))));
    assert_eq!(relay.flush(), []);
    let joined = |event: &RelayEvent| matches!(event, RelayEvent::Joined { .. });
    assert_eq!(relay.events().iter().filter(|event| joined(event)).count(), 3, "of its own");
}

#[test]
fn what_a_member_elsewhere_writes_stands_at_its_place_under_the_name_of_then() {
    let mut relay = relay();
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    relay.come(&mut ann);
    relay.hear_presence(&mut ann, 70, Some("ben"));
    for (place, name) in [(1, "ben"), (2, "bob")] {
        let record = LogRecord {
            kind: RecordKind::Said,
            at: WallTime(place),
            id: 70,
            number: 1,
            name: name.into(),
            body: name.as_bytes().into(),
        };
        let placed = PlacedRecord { place: Place::new(place.unsigned_abs()).expect("a place"), record };
        relay.relay.report(relay.now, BackplaneReport::Entry { room: "lobby".into(), placed });
    }
    let sent = relay.flush();
    ann.take_all(&sent);
    assert_eq!(ann.changes, ["+ben", "=bob"]);
    assert_eq!(
        ann.got.iter().map(|(id, _, text)| (*id, text.as_str())).collect::<Vec<_>>(),
        [(70, "ben"), (70, "bob")]
    );
    relay.hear_presence(&mut ann, 70, Some("bob"));
    assert_eq!(ann.changes.len(), 2, "its relay is behind");
}

#[test]
fn a_member_that_moves_to_another_relay_or_comes_from_one_stays_for_all_others() {
    let mut relay = relay();
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    let mut ben = Client::new(at(2), 2, "ben", "lobby");
    relay.come(&mut ann);
    relay.come(&mut ben);
    relay.catch_up(&mut ann);
    let before = relay.list(&mut ann);
    ann.changes.clear();
    // The new relay is heard first, or what became of the name.
    for is_heard_first in [true, false] {
        if is_heard_first {
            relay.hear_presence(&mut ann, ben.id, Some("ben"));
        }
        relay.relay.report(relay.now, BackplaneReport::MovedAway { id: ben.id });
        relay.hear_presence(&mut ann, ben.id, Some("ben"));
        assert_eq!((relay.names(), relay.list(&mut ann)), (vec!["ann".to_owned()], before.clone()));
        let last = relay.told_of_members().pop();
        assert_eq!(last, Some(presence("lobby", ben.id, None)), "it is not here any more");
        // It comes back with what proves that it is the same.
        relay.come(&mut ben);
        assert_eq!(relay.told_of_members().pop(), Some(presence("lobby", ben.id, Some("ben"))));
        relay.hear_presence(&mut ann, ben.id, None);
        assert_eq!(relay.list(&mut ann), before);
    }
    relay.catch_up(&mut ann);
    assert_eq!(ann.changes, [""; 0]);
    // It went to a relay that died at once: it has left after all.
    relay.relay.report(relay.now, BackplaneReport::MovedAway { id: ben.id });
    relay.hear_presence(&mut ann, ben.id, None);
    assert_eq!(ann.changes, [format!("-{}", ben.index)]);
    assert_eq!(relay.pong(&mut ann), 1);
}

#[test]
fn other_relays_are_told_of_members_here_and_of_nobody_else() {
    let mut relay = relay();
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    relay.come(&mut ann);
    let name = |name| Some(name);
    assert_eq!(relay.told_of_members(), [presence("lobby", ann.id, name("ann"))]);
    relay.hear_presence(&mut ann, 70, Some("ben"));
    relay.hear(ann.address, ann.nick("eve"));
    relay.follow_all();
    assert_eq!(relay.told_of_members(), [presence("lobby", ann.id, name("eve"))]);
    let joe = relay.plain_named(2, "joe", "lobby");
    relay.told_of_members();
    relay.hear(joe, "/join dev");
    let told = relay.told_of_members();
    let moved = |one: &MemberPresence<'_>| (one.room.clone().into_owned(), one.name.is_some());
    assert_eq!(
        told.iter().map(moved).collect::<Vec<_>>(),
        [("dev".to_owned(), true), ("lobby".to_owned(), false)]
    );
    relay.hear(joe, "/leave");
    assert!(relay.told_of_members().iter().all(|one| one.name.is_none()));
    let mut single = Bench::with(RelayOptions { log: Some(EPOCH), ..RelayOptions::default() });
    single.plain_named(1, "ann", "lobby");
    assert_eq!(single.told_of_members(), []);
}

#[test]
fn members_elsewhere_are_bounded() {
    let mut relay = relay();
    let joe = relay.plain_named(2, "joe", "lobby");
    for id in 100..66_000 {
        relay.relay.report(relay.now, BackplaneReport::Presence(presence("lobby", id, Some("x"))));
    }
    let text = relay.answer(joe, "/who");
    assert!(text.contains(&(65_537 - text.matches("* x").count() - 1).to_string()), "{text}");
}
