//! People in charge among the members: who proves it gives orders, and nobody else.

use std::time::Duration;

use super::*;
use crate::dialects::relay::frame::{ClaimRefusal, OperatorClaim, SALT_LENGTH, WordList, put_words};
use crate::dialects::relay::server::Operator;
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::dialects::relay::test_log::EPOCH;
use crate::model::Password;
use crate::model::room_log::BackplaneRequest;

const SECRET: &str = "open sesame";
const SALT: [u8; SALT_LENGTH] = [3; SALT_LENGTH];

fn key(password: &str) -> StretchedKey {
    StretchedKey::derive(&Password::new(password).unwrap(), SALT)
}

fn options() -> RelayOptions {
    let anna = Operator::new("Anna", &Password::new(SECRET).unwrap(), SALT).unwrap();
    RelayOptions { operators: vec![anna], ..RelayOptions::default() }
}

/// A join that says to be in charge.
fn claim(client: &Client, nonce: u64, cookie: [u8; COOKIE_LENGTH], operator: OperatorClaim<'_>) -> Vec<u8> {
    let Client { id, token, name, room, .. } = client;
    let (proof, operator) = (None, Some(operator));
    let join = Join { nonce, cookie, id: *id, token: *token, name, room, proof, operator };
    frame(&FromMember::Join(join))
}

fn unclaimed(sent: &[Sent]) -> Option<(ClaimRefusal, [u8; SALT_LENGTH])> {
    sent.iter().find_map(|(_, bytes)| match FromRelay::decode(bytes)? {
        FromRelay::Unclaimed { why, salt, .. } => Some((why, salt)),
        _ => None,
    })
}

impl Bench {
    /// Joins as somebody in charge, with that key. Why not, and with which salt.
    fn try_claim(
        &mut self,
        client: &mut Client,
        name: &str,
        key: Option<&StretchedKey>,
    ) -> Option<(ClaimRefusal, [u8; SALT_LENGTH])> {
        self.seconds(1);
        let cookie = self.cookie(client.address);
        let salt = key.map(|key| key.salt).unwrap_or_default();
        let proof = key.map(|key| key.prove_operator(9, &cookie, &name.to_lowercase())).unwrap_or_default();
        let join = claim(client, 9, cookie, OperatorClaim { salt, proof, name });
        let sent = self.hear(client.address, join);
        client.take_all(&sent);
        unclaimed(&sent)
    }

    fn operator(&mut self, number: u16) -> Client {
        let mut client = Client::new(at(number), 71, "ann", "dev");
        assert_eq!(self.try_claim(&mut client, "Anna", Some(&key(SECRET))), None);
        client
    }

    /// An order that is signed by that key, after the join with that nonce.
    fn give(&mut self, client: &Client, number: u32, key: &StretchedKey, line: &str) -> Vec<Sent> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let mut bytes = Vec::new();
        put_words(&mut bytes, &words);
        let (words, proof) = (WordList::decode(&bytes).unwrap(), key.prove_order(9, number, &bytes));
        let request = MemberRequest::Order { number, proof, words };
        self.hear(client.address, frame(&FromMember::Request { token: client.token, request }))
    }
}

/// Whether it was done, and what it came to.
fn answers(sent: &[Sent]) -> Vec<(u32, bool, &'static str)> {
    let answer = |bytes: &Vec<u8>| match FromRelay::decode(bytes)? {
        FromRelay::Ordered { number, done, said, .. } => Some((number, done, said.phrases()[0].key)),
        _ => None,
    };
    sent.iter().filter_map(|(_, bytes)| answer(bytes)).collect()
}

#[test]
fn whoever_proves_to_be_in_charge_gives_orders_and_each_is_done_once() {
    let mut bench = Bench::with(options());
    let mut ann = Client::new(at(1), 71, "ann", "dev");
    assert_eq!(bench.try_claim(&mut ann, "Anna", None), Some((ClaimRefusal::Unproved, SALT)));
    assert_eq!(bench.names(), [""; 0], "let in as that, or not at all");
    assert_eq!(bench.try_claim(&mut ann, "anna", Some(&key(SECRET))), None);
    assert_eq!(ann.answers.operator, [true]);
    let ben = bench.plain_named(2, "ben", "dev");
    bench.events();

    let sent = bench.give(&ann, 1, &key(SECRET), "kick ben");
    assert_eq!(answers(&sent), [(1, true, "relay-order-kicked")]);
    assert!(texts(&sent, ben).concat().contains("put out"), "{sent:?}");
    let events = bench.events();
    let by = RelayEvent::OrderedBy {
        member: ann.address,
        operator: "Anna".to_owned(),
        order: "kick ben".to_owned(),
    };
    assert!(events.contains(&by), "{events:?}");
    // The answer was lost, and meanwhile ben is in again.
    bench.obey("unban ben");
    bench.seconds(2);
    bench.plain_named(2, "ben", "dev");
    assert_eq!(answers(&bench.give(&ann, 1, &key(SECRET), "kick ben")), [(1, true, "relay-order-kicked")]);
    assert_eq!(bench.names(), ["ann", "ben"]);
    for (number, line, done, said) in [
        (2, "ban nobody", false, "relay-order-nobody"),
        (3, "dance", false, "relay-order-unknown"),
        (4, "slow dev 10", true, "relay-order-slow"),
        (5, "password dev secret", false, "relay-order-only-there"),
        (9, "bans", true, "relay-order-no-bans"),
    ] {
        let sent = bench.give(&ann, number, &key(SECRET), line);
        assert_eq!(answers(&sent), [(number, done, said)], "{line}");
    }
    assert!(!format!("{:?}", bench.events()).contains("secret"));
    assert_eq!(answers(&bench.give(&ann, 8, &key(SECRET), "kick ben")), [], "older than one that is done");
    assert_eq!(bench.names(), ["ann", "ben"]);
}

#[test]
fn nobody_else_gives_orders_whatever_it_has_seen() {
    let mut bench = Bench::with(options());
    let ann = bench.operator(1);
    let ben = bench.framed(2, "ben", "dev");
    let refused = [(1, false, "relay-order-not-operator")];
    assert_eq!(answers(&bench.give(&ben, 1, &key(SECRET), "kick ann")), refused);
    // The token of somebody in charge, from its address, without the key; or what was ordered before.
    assert_eq!(answers(&bench.give(&ann, 1, &key("open barley"), "kick ben")), []);
    assert_eq!(bench.names(), ["ann", "ben"]);
    // Whoever joins without saying so is not in charge any longer.
    let mut ann = ann;
    bench.seconds(1);
    bench.join(&mut ann);
    assert_eq!(ann.answers.operator, [true, false]);
    assert_eq!(answers(&bench.give(&ann, 1, &key(SECRET), "kick ben")), refused);
    // What was signed after one join is good after no other.
    let mut ann = bench.operator(1);
    bench.seconds(1);
    let cookie = bench.cookie(ann.address);
    let proof = key(SECRET).prove_operator(10, &cookie, "anna");
    let join = claim(&ann, 10, cookie, OperatorClaim { salt: SALT, proof, name: "anna" });
    ann.take_all(&bench.hear(at(1), join));
    assert_eq!(ann.answers.operator.last(), Some(&true));
    assert_eq!(answers(&bench.give(&ann, 1, &key(SECRET), "kick ben")), []);
    assert_eq!(bench.names(), ["ann", "ben"]);
}

#[test]
fn a_proof_of_being_in_charge_is_good_for_one_join_at_one_address() {
    let mut bench = Bench::with(options());
    let mut ann = bench.operator(1);
    bench.hear(at(1), ann.leave());
    ann.token = MemberToken::NONE;
    bench.seconds(20);
    let (cookie, other) = (bench.cookie(at(1)), bench.cookie(at(2)));
    let proof = key(SECRET).prove_operator(9, &cookie, "anna");
    let right = OperatorClaim { salt: SALT, proof, name: "anna" };
    for (from, nonce, cookie) in [(at(1), 8, cookie), (at(2), 9, other)] {
        let sent = bench.hear(from, claim(&ann, nonce, cookie, right));
        assert_eq!(unclaimed(&sent), Some((ClaimRefusal::Wrong, SALT)), "{from} {nonce}");
    }
    assert_eq!(unclaimed(&bench.hear(at(1), claim(&ann, 9, cookie, right))), None);
    assert_eq!(bench.names(), ["ann"]);
}

#[test]
fn guesses_are_few_and_tell_nobody_which_names_there_are() {
    let mut bench = Bench::with(options());
    let mut eve = Client::new(at(1), 66, "eve", "dev");
    let (_, salt) = bench.try_claim(&mut eve, "nobody", None).expect("asked to prove it");
    assert_ne!(salt, SALT);
    let guess = StretchedKey::derive(&Password::new(SECRET).unwrap(), salt);
    assert_eq!(bench.try_claim(&mut eve, "nobody", Some(&guess)), Some((ClaimRefusal::Wrong, salt)));
    let refused = RelayEvent::ClaimRefused { member: eve.address, operator: "nobody".to_owned() };
    assert_eq!(bench.events(), [refused]);
    let mut tried = 1;
    // Another port, another room: the same network.
    for number in 0..40 {
        let mut eve = Client::new(at(number), 66, "eve", &format!("room{number}"));
        let why = bench.try_claim(&mut eve, "anna", Some(&key("open barley"))).expect("refused").0;
        tried += u32::from(why == ClaimRefusal::Wrong);
        assert!(matches!(why, ClaimRefusal::Wrong | ClaimRefusal::Later), "{why:?}");
    }
    assert!((5..=8).contains(&tried), "{tried} guesses in 40 seconds");
    let mut late = Client::new(at(90), 66, "eve", "dev");
    let later = bench.try_claim(&mut late, "anna", Some(&key(SECRET)));
    assert_eq!(later.map(|(why, _)| why), Some(ClaimRefusal::Later), "not even the right one");
    // Whoever comes from elsewhere is not kept out by that, and time forgives.
    let mut ann = Client::new(([198, 51, 100, 7], 2_009).into(), 71, "ann", "dev");
    assert_eq!(bench.try_claim(&mut ann, "anna", Some(&key(SECRET))), None);
    bench.later(Duration::from_mins(5));
    let mut ann = Client::new(at(91), 72, "ann", "dev");
    assert_eq!(bench.try_claim(&mut ann, "anna", Some(&key(SECRET))), None);
}

#[test]
fn where_nobody_is_in_charge_whoever_says_so_is_told() {
    let mut bench = Bench::new();
    let mut ann = Client::new(at(1), 71, "ann", "dev");
    let why = bench.try_claim(&mut ann, "anna", None).map(|(why, _)| why);
    assert_eq!(why, Some(ClaimRefusal::Nobody));
    bench.seconds(1);
    bench.join(&mut ann);
    assert_eq!(bench.names(), ["ann"]);
}

#[test]
fn who_is_in_charge_writes_where_others_listen_and_waits_for_nothing() {
    let mut bench = Bench::with(options());
    let mut ann = bench.operator(1);
    let mut ben = bench.framed(2, "ben", "dev");
    bench.obey("moderated dev on");
    bench.obey("slow dev 60");
    for text in ["one", "two"] {
        let say = ann.say(text);
        ben.take_all(&bench.hear(at(1), say));
    }
    bench.catch_up(&mut ben);
    assert_eq!(ben.texts(), ["one", "two"]);
    let say = ben.say("may I?");
    ben.take_all(&bench.hear(at(2), say));
    assert_eq!(ben.answers.refused, [(1, RefusalReason::Moderated)]);
    bench.obey("mute ann");
    bench.seconds(2);
    let say = ann.say("three");
    ann.take_all(&bench.hear(at(1), say));
    assert_eq!(ann.answers.refused.last(), Some(&(3, RefusalReason::Muted)), "orders hold for all");
}

#[test]
fn neither_password_nor_key_is_in_a_datagram_or_the_log() {
    let mut bench = Bench::with(options());
    let shown = format!("{:?}", bench.relay);
    let mut passed = Vec::new();
    let mut ann = Client::new(at(1), 71, "ann", "dev");
    for known in [None, Some(key(SECRET))] {
        bench.seconds(1);
        let cookie = bench.cookie(at(1));
        let salt = known.as_ref().map(|key| key.salt).unwrap_or_default();
        let proof = known.as_ref().map(|key| key.prove_operator(9, &cookie, "anna")).unwrap_or_default();
        let join = claim(&ann, 9, cookie, OperatorClaim { salt, proof, name: "anna" });
        let sent = bench.hear(at(1), &join);
        ann.take_all(&sent);
        passed.push(join);
        passed.extend(sent.into_iter().map(|(_, bytes)| bytes));
    }
    let sent = bench.give(&ann, 1, &key(SECRET), "ban ann 1h");
    passed.extend(sent.into_iter().map(|(_, bytes)| bytes));
    let secret = key(SECRET);
    for part in [SECRET.as_bytes(), secret.to_keep().as_slice()] {
        assert!(!passed.iter().any(|bytes| bytes.windows(part.len()).any(|found| found == part)));
    }
    let log = format!("{:?}{shown}", bench.events());
    let digits = format!("{:?}", secret.to_keep());
    assert!(!log.contains(SECRET) && !log.contains(digits.trim_matches(['[', ']'])), "{log}");
}

#[test]
fn what_a_member_orders_holds_in_the_whole_cluster() {
    let mut bench = Bench::with(RelayOptions { log: Some(EPOCH), is_shared: true, ..options() });
    let mut ann = Client::new(at(1), 71, "ann", "dev");
    bench.seconds(1);
    let cookie = bench.cookie(at(1));
    let proof = key(SECRET).prove_operator(9, &cookie, "anna");
    bench.handle(at(1), claim(&ann, 9, cookie, OperatorClaim { salt: SALT, proof, name: "anna" }));
    bench.follow_all();
    let sent = bench.flush();
    ann.take_all(&sent);
    assert_eq!(ann.answers.operator, [true]);
    while bench.relay.take_request().is_some() {}
    assert_eq!(
        answers(&bench.give(&ann, 1, &key(SECRET), "ban ben 1h")),
        [(1, true, "relay-order-passed-on")]
    );
    bench.give(&ann, 2, &key(SECRET), "topic dev page 7");
    let asked: Vec<_> = std::iter::from_fn(|| bench.relay.take_request()).collect();
    assert!(asked.iter().any(|one| matches!(one, BackplaneRequest::Announce { .. })), "{asked:?}");
    let is_rule =
        |one: &BackplaneRequest<'_>| matches!(one, BackplaneRequest::Set { key, .. } if key == "rules.dev");
    assert!(asked.iter().any(is_rule), "{asked:?}");
}

#[test]
fn who_is_in_charge_changes_while_the_relay_runs() {
    let mut bench = Bench::with(options());
    let mut ann = bench.operator(1);
    bench.events();
    let with = |password: &str| Operator::new("anna", &Password::new(password).unwrap(), SALT).unwrap();
    bench.relay.set_operators(
        bench.now,
        vec![with(SECRET), Operator::new("ben", &Password::new("x").unwrap(), SALT).unwrap()],
    );
    assert_eq!((bench.flush(), bench.events()), (vec![], vec![RelayEvent::OperatorsRead { count: 2 }]));
    assert_eq!(answers(&bench.give(&ann, 1, &key(SECRET), "bans")), [(1, true, "relay-order-no-bans")]);
    // By another password, and not at all.
    for operators in [vec![with("open barley")], vec![]] {
        bench.relay.set_operators(bench.now, operators);
        ann.take_all(&bench.flush());
        let refused = [(2, false, "relay-order-not-operator")];
        assert_eq!(answers(&bench.give(&ann, 2, &key(SECRET), "bans")), refused);
    }
    assert_eq!(ann.answers.operator, [true, false], "told once");
    assert_eq!(
        bench.try_claim(&mut ann, "anna", Some(&key(SECRET))).map(|(why, _)| why),
        Some(ClaimRefusal::Nobody)
    );
}
