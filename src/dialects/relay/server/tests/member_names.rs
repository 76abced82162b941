//! Names at several relays that share a log: who has one, what those do who do not, and what both are told.

use super::{Bench, Client, RefusalReason, RelayEvent, Sent, at, frame, texts};
use crate::dialects::relay::frame::{FromMember, MemberRequest, MemberToken};
use crate::dialects::relay::server::{Leaving, RelayOptions};
use crate::dialects::relay::test_log::{EPOCH, SECRETS, TestLog};
use crate::model::room_log::{BackplaneRefusal, BackplaneReport, BackplaneRequest, DownCause};

/// Relays, and the log that they share.
struct Relays {
    all: Vec<Bench>,
    log: TestLog,
}

impl Relays {
    fn new(count: u8) -> Self {
        let options = || RelayOptions { log: Some(EPOCH), is_shared: true, ..RelayOptions::default() };
        let all = (0..count).map(|number| {
            let mut bench = Bench::seeded([number; 16], options());
            bench.relay.report(bench.now, BackplaneReport::Secrets(SECRETS));
            bench
        });
        Self { all: all.collect(), log: TestLog::default() }
    }

    /// The log answers what one has asked; what that one sends then.
    fn answer(&mut self, relay: usize) -> Vec<Sent> {
        let bench = &mut self.all[relay];
        let mut sent = bench.flush();
        self.log.relay = relay;
        while let Some(request) = bench.take_request() {
            for report in self.log.answer(request) {
                bench.relay.report(bench.now, report);
            }
            sent.extend(bench.flush());
        }
        sent
    }

    fn hear(&mut self, relay: usize, from: u16, text: &str) -> Vec<String> {
        self.all[relay].handle(at(from), text);
        let sent = self.answer(relay);
        texts(&sent, at(from))
    }

    /// Makes a plain member.
    fn plain(&mut self, relay: usize, from: u16) -> Vec<String> {
        self.all[relay].seconds(2);
        let proof = self.all[relay].challenge(at(from));
        self.hear(relay, from, &proof)
    }

    /// Makes a framed member, or lets one come back.
    fn framed(&mut self, relay: usize, client: &mut Client) {
        self.all[relay].seconds(2);
        let cookie = self.all[relay].cookie(client.address);
        let join = client.join(cookie);
        self.all[relay].handle(client.address, join);
        let sent = self.answer(relay);
        client.take_all(&sent);
    }

    fn ask(&mut self, relay: usize, client: &mut Client, request: MemberRequest<'_>) {
        let request = FromMember::Request { token: client.token, request };
        self.all[relay].handle(client.address, frame(&request));
        let sent = self.answer(relay);
        client.take_all(&sent);
    }

    fn report(&mut self, relay: usize, report: BackplaneReport<'static>) -> Vec<Sent> {
        let now = self.all[relay].now;
        self.all[relay].relay.report(now, report);
        self.answer(relay)
    }

    /// Nobody has a name at two relays.
    fn assert_unique(&self) {
        let mut all: Vec<String> = self.all.iter().flat_map(Bench::names).collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count, "{all:?}");
    }
}

#[test]
fn of_two_programs_with_one_name_the_second_has_a_number_at_whichever_relay() {
    let mut relays = Relays::new(3);
    let mut clients: Vec<Client> = (1..=4).map(|id| Client::new(at(id), id.into(), "ann", "lobby")).collect();
    for (relay, client) in [0, 1, 2, 1].into_iter().zip(&mut clients) {
        relays.framed(relay, client);
    }
    let names: Vec<&str> = clients.iter().map(|client| client.name.as_str()).collect();
    assert_eq!(names, ["ann", "ann-2", "ann-3", "ann-4"]);
    relays.assert_unique();
    assert_eq!(relays.all[1].events().len(), 2, "each has joined once");
    // What is left is free for whoever comes.
    relays.ask(0, &mut clients[0], MemberRequest::Leave);
    let mut late = Client::new(at(9), 9, "Ann", "lobby");
    relays.framed(2, &mut late);
    assert_eq!(late.name, "Ann");
}

#[test]
fn a_name_that_somebody_at_another_relay_has_is_refused_as_if_it_were_here() {
    let mut relays = Relays::new(2);
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    let mut ben = Client::new(at(2), 2, "ben", "lobby");
    relays.framed(0, &mut ann);
    relays.framed(1, &mut ben);
    relays.ask(1, &mut ben, MemberRequest::Nick { name: "ANN" });
    assert_eq!(ben.answers.refused, [(0, RefusalReason::NameTaken)]);
    relays.ask(1, &mut ben, MemberRequest::Nick { name: "eve" });
    assert_eq!(relays.all[1].names(), ["eve"]);
    relays.ask(0, &mut ann, MemberRequest::Nick { name: "ben" });
    assert_eq!(relays.all[0].names(), ["ben"], "it was given back");

    let told = relays.plain(1, 5);
    assert!(told.concat().contains("guest-1"), "{told:?}");
    let told = relays.plain(0, 6).concat();
    assert!(told.contains("guest-") && !told.contains("guest-1 "), "{told:?}");
    assert_eq!(relays.hear(1, 5, "/nick Ben"), ["* Somebody has that name.\n"]);
    assert_eq!(relays.hear(1, 5, "/nick joe"), ["* You are joe now.\n"]);
    assert_eq!(relays.hear(0, 6, "/nick JOE"), ["* Somebody has that name.\n"]);
    assert_eq!(relays.hear(1, 5, "/nick Joe"), ["* You are Joe now.\n"], "its own");
    relays.assert_unique();
}

#[test]
fn what_a_member_says_before_it_is_in_or_has_its_name_waits_and_keeps_its_order() {
    let mut relays = Relays::new(1);
    relays.plain(0, 1);
    let bench = &mut relays.all[0];
    bench.seconds(2);
    let proof = bench.challenge(at(2));
    for text in [proof.as_str(), "/nick ben", "one", "/join dev", "/join lobby", "two"] {
        bench.handle(at(2), text);
    }
    assert_eq!(bench.flush(), [], "nothing is known yet");
    let sent = relays.answer(0);
    assert!(texts(&sent, at(2))[0].contains("guest-2"), "{sent:?}");
    assert_eq!(relays.log.texts(), ["one", "two"]);
    assert_eq!(relays.log.records[0].1.record.name, "ben");
    // It is bounded, and what is too much is lost.
    relays.all[0].handle(at(2), "/nick eve");
    (0..100).for_each(|number| relays.all[0].handle(at(2), number.to_string()));
    relays.answer(0);
    assert!(relays.log.texts().len() <= 2 + 16, "{:?}", relays.log.texts());
}

#[test]
fn a_framed_member_that_asks_twice_is_in_once_and_says_things_in_order() {
    let mut relays = Relays::new(1);
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    let cookie = relays.all[0].cookie(ann.address);
    for _ in 0..3 {
        let join = ann.join(cookie);
        relays.all[0].handle(ann.address, join);
    }
    let sent = relays.answer(0);
    ann.take_all(&sent);
    assert_eq!((relays.all[0].names().len(), ann.answers.welcomes.len()), (1, 1));
    let request = MemberRequest::Nick { name: "eve" };
    relays.all[0].handle(ann.address, frame(&FromMember::Request { token: ann.token, request }));
    for (number, text) in (1..).zip([b"one", b"two"]) {
        let request = MemberRequest::Say { number, after: number - 1, text };
        relays.all[0].handle(ann.address, frame(&FromMember::Request { token: ann.token, request }));
    }
    relays.answer(0);
    assert_eq!(relays.log.texts(), ["one", "two"]);
    assert!(relays.log.records.iter().all(|(_, placed)| placed.record.name == "eve"));
}

#[test]
fn a_member_that_moves_keeps_its_name_and_its_old_relay_says_nothing_more_to_it() {
    let mut relays = Relays::new(2);
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    relays.framed(0, &mut ann);
    let id = ann.id;
    relays.all[0].events();
    let mut there = Client::new(at(8), id, "ann", "lobby");
    there.token = ann.token;
    relays.framed(1, &mut there);
    assert_eq!((there.name.as_str(), there.id), ("ann", id));
    let sent = relays.report(0, BackplaneReport::MovedAway { id });
    assert_eq!(sent, []);
    assert!(relays.all[0].names().is_empty());
    let left = relays.all[0].events();
    assert!(matches!(left.as_slice(), [RelayEvent::Left { why: Leaving::Elsewhere, .. }]), "{left:?}");
    // Whoever claims to be somebody needs the proof.
    let mut other = Client::new(at(9), id, "ann", "lobby");
    other.token = MemberToken(5);
    relays.framed(0, &mut other);
    assert_eq!(other.name, "ann-2");
    relays.assert_unique();
}

#[test]
fn whoever_has_lost_its_name_is_told_the_one_it_has_now() {
    let mut relays = Relays::new(2);
    relays.plain(0, 1);
    relays.hear(0, 1, "/nick ann");
    let mut ben = Client::new(at(2), 2, "ben", "lobby");
    relays.framed(0, &mut ben);
    // Somebody at the other relay has both.
    for (name, id) in [("ann", 70), ("ben", 71), ("ben-2", 72)] {
        relays.log.names.insert(name.to_owned(), [(id, 1)].into());
    }
    let sent = relays.report(0, BackplaneReport::NameLost { name: "ann".into() });
    assert_eq!(texts(&sent, at(1)), ["* Somebody has that name.\n* You are ann-2 now.\n"]);
    let sent = relays.report(0, BackplaneReport::NameLost { name: "ben".into() });
    ben.take_all(&sent);
    assert_eq!(relays.all[0].names(), ["ann-2", "ben-3"]);
    assert_eq!(relays.log.names["ben"], [(71, 1)].into(), "it is nobody else's");
    // While nobody can be asked it keeps the name that it has.
    let now = relays.all[0].now;
    relays.all[0].relay.report(now, BackplaneReport::Down(DownCause::Apart));
    relays.report(0, BackplaneReport::NameLost { name: "ann-2".into() });
    assert_eq!(relays.all[0].names(), ["ann-2", "ben-3"]);
    relays.all[0].relay.report(now, BackplaneReport::Up(EPOCH));
    relays.log.names.insert("ann-2".to_owned(), [(73, 1)].into());
    relays.all[0].seconds(2);
    relays.answer(0);
    assert_eq!(relays.all[0].names(), ["ann-2-2", "ben-3"]);
}

#[test]
fn while_the_log_cannot_be_reached_nobody_gets_a_name() {
    let mut relays = Relays::new(1);
    let mut ann = Client::new(at(1), 1, "ann", "lobby");
    relays.framed(0, &mut ann);
    relays.plain(0, 2);
    // A claim that is under way when it is lost.
    let mut eve = Client::new(at(3), 3, "eve", "lobby");
    relays.all[0].seconds(2);
    let cookie = relays.all[0].cookie(eve.address);
    let join = eve.join(cookie);
    relays.all[0].handle(eve.address, join);
    relays.all[0].flush();
    let mut asked = std::iter::from_fn(|| relays.all[0].take_request());
    let claimed = |request| match request {
        BackplaneRequest::Claim { ticket, .. } => Some(ticket),
        _ => None,
    };
    let ticket = asked.find_map(claimed).expect("a claim");
    let why = BackplaneRefusal::Down;
    let sent = relays.report(0, BackplaneReport::Refused { ticket, why });
    eve.take_all(&sent);
    assert_eq!(eve.answers.refused, [(0, RefusalReason::Apart)]);
    let sent = relays.report(0, BackplaneReport::Down(DownCause::Apart));
    ann.take_all(&sent);
    relays.ask(0, &mut ann, MemberRequest::Nick { name: "ben" });
    assert_eq!(ann.answers.refused, [(0, RefusalReason::Apart); 2]);
    let told = relays.hear(0, 2, "/nick joe").concat();
    assert!(told.contains("cannot keep messages"), "{told}");
    assert_eq!(relays.all[0].names(), ["ann", "guest-1"]);
}

#[test]
fn plain_members_of_a_relay_that_ends_may_have_their_names_elsewhere_at_once() {
    let mut relays = Relays::new(2);
    relays.plain(0, 1);
    relays.hear(0, 1, "/nick ann");
    let mut ben = Client::new(at(2), 2, "ben", "lobby");
    relays.framed(0, &mut ben);
    let now = relays.all[0].now;
    relays.all[0].relay.close(now);
    relays.answer(0);
    relays.plain(1, 3);
    assert_eq!(relays.hear(1, 3, "/nick ann"), ["* You are ann now.\n"]);
    assert_eq!(relays.hear(1, 3, "/nick ben"), ["* Somebody has that name.\n"], "its owner can prove itself");
}

#[test]
fn a_relay_that_shares_its_log_with_nobody_asks_nobody_for_names() {
    let options = RelayOptions { log: Some(EPOCH), ..RelayOptions::default() };
    let mut bench = Bench::with(options);
    bench.plain_named(1, "ann", "lobby");
    bench.hear(at(1), "/leave");
    let asked = |request: &BackplaneRequest<'_>| {
        matches!(request, BackplaneRequest::Claim { .. } | BackplaneRequest::Release { .. })
    };
    assert!(!std::iter::from_fn(|| bench.take_request()).any(|request| asked(&request)));
}
