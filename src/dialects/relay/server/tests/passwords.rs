//! Rooms with a password: who proves to know it comes in, and the password is nowhere.

use super::kept::Kept;
use super::*;
use crate::dialects::relay::frame::{KeyProof, SALT_LENGTH};
use crate::dialects::relay::server::RelayOrder;
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::{Password, Phrase};

const SECRET: &str = "open sesame";

impl Bench {
    fn lock(&mut self, room: &str, password: &str) -> Result<Vec<Phrase>, Phrase> {
        let words = ["password", room, password].map(str::to_owned);
        self.relay.order(self.now, &RelayOrder::parse(&words)?)
    }

    /// What is answered to a join of this client.
    fn try_join(&mut self, client: &mut Client) -> Vec<Sent> {
        self.seconds(1);
        let cookie = self.cookie(client.address);
        let join = client.join(cookie);
        let sent = self.hear(client.address, join);
        client.take_all(&sent);
        sent
    }
}

fn salt_in(sent: &[Sent]) -> Option<[u8; SALT_LENGTH]> {
    sent.iter().find_map(|(_, bytes)| match FromRelay::decode(bytes)? {
        FromRelay::Locked { nonce: 9, salt } => Some(salt),
        _ => None,
    })
}

fn key(password: &str, salt: [u8; SALT_LENGTH]) -> StretchedKey {
    StretchedKey::derive(&Password::new(password).unwrap(), salt)
}

#[test]
fn who_knows_the_password_comes_in_and_nobody_else() {
    let mut bench = Bench::new();
    assert_eq!(bench.lock("Cave", SECRET).unwrap()[0].key, "relay-order-locked");
    assert!(!format!("{:?}", bench.events()).contains(SECRET));
    let mut ann = Client::new(at(1), 71, "ann", "cave");
    let salt = salt_in(&bench.try_join(&mut ann)).expect("asked for the password");
    assert_eq!(bench.names(), [""; 0]);
    assert_eq!(bench.events(), [], "who asks has done nothing wrong");
    ann.key = Some(key("open barley", salt));
    assert_eq!(salt_in(&bench.try_join(&mut ann)), Some(salt));
    let limited = RelayEvent::Limited { member: ann.address, limit: RelayLimit::Password };
    assert_eq!(bench.events(), [limited]);
    ann.key = Some(key(SECRET, salt));
    assert_eq!(salt_in(&bench.try_join(&mut ann)), None);
    assert_eq!(bench.names(), ["ann"]);
    // Another room asks for none, and the lobby never does.
    let mut ben = Client::new(at(2), 72, "ben", "attic");
    assert_eq!(salt_in(&bench.try_join(&mut ben)), None);
    assert_eq!(bench.lock("lobby", SECRET).unwrap_err().key, "relay-order-lobby");
}

#[test]
fn a_proof_is_good_for_one_join_at_one_address() {
    let mut bench = Bench::new();
    bench.lock("cave", SECRET).unwrap();
    let mut ann = Client::new(at(1), 71, "ann", "cave");
    let key = key(SECRET, salt_in(&bench.try_join(&mut ann)).unwrap());
    bench.seconds(1);
    let cookie = bench.cookie(at(1));
    let proof = key.prove(9, &cookie, "cave");
    let join = |bench: &mut Bench, from, nonce, cookie, proof: KeyProof| {
        let (id, token, name, room) = (81, MemberToken::NONE, "eve", "cave");
        let join = Join { nonce, cookie, id, token, name, room, proof: Some(proof), operator: None };
        bench.hear(from, frame(&FromMember::Join(join)));
        bench.names()
    };
    assert_eq!(join(&mut bench, at(1), 8, cookie, proof), [""; 0], "under another nonce");
    bench.seconds(1);
    let other = bench.cookie(at(2));
    assert_eq!(join(&mut bench, at(2), 9, other, proof), [""; 0], "at another address");
    bench.seconds(16);
    let later = bench.cookie(at(1));
    assert_eq!(join(&mut bench, at(1), 9, later, proof), [""; 0], "with a later cookie");
    let right = key.prove(9, &later, "cave");
    assert_eq!(join(&mut bench, at(1), 9, later, right), ["eve"]);
}

#[test]
fn who_is_inside_stays_also_under_another_address_until_it_goes() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "cave");
    let ben = bench.plain_named(2, "ben", "cave");
    bench.lock("cave", SECRET).unwrap();
    let sent = bench.flush();
    assert_eq!(texts(&sent, ben), ["* This room has a password now: whoever comes in needs udpqq.\n"]);
    assert_eq!(texts(&bench.hear(ben, "still here"), ben), [""; 0]);
    assert!(bench.answer(ben, "/join cave").starts_with("* You are ben, in cave"));
    ann.address = at(7);
    assert_eq!(salt_in(&bench.try_join(&mut ann)), None);
    assert_eq!(bench.names(), ["ann", "ben"]);
    // From the attic there is no way back.
    assert!(bench.answer(ben, "/join attic").contains("in attic"));
    let refused = bench.answer(ben, "/join cave");
    assert_eq!(refused, "* That room has a password, and to prove that you know it takes udpqq.\n");
    bench.hear(ann.address, ann.leave());
    assert!(salt_in(&bench.try_join(&mut ann)).is_some(), "a token is no password");
    assert_eq!(bench.lock("cave", "").unwrap()[0].key, "relay-order-unlocked");
    assert_eq!(salt_in(&bench.try_join(&mut ann)), None);
    bench.seconds(1);
    assert!(bench.answer(ben, "/join cave").contains("in cave"));
}

#[test]
fn a_plain_member_that_comes_again_is_in_the_lobby_where_its_room_has_a_password_now() {
    let mut bench = Bench::new();
    let ben = bench.plain_named(2, "ben", "cave");
    bench.seconds(60);
    bench.lock("cave", SECRET).unwrap();
    let line = bench.challenge(ben);
    assert!(bench.answer(ben, line).starts_with("* You are ben, in lobby"));
}

#[test]
fn the_log_has_the_key_for_every_relay_and_the_password_is_in_no_datagram_and_no_setting() {
    let mut kept = Kept::new();
    kept.bench.lock("cave", SECRET).unwrap();
    kept.answer();
    let settings = kept.log.settings.clone();
    assert_eq!(settings.len(), 1);
    let has = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
    assert!(!settings.values().any(|value| has(value)));
    let mut ann = Client::new(at(1), 71, "ann", "cave");
    let sent = kept.bench.try_join(&mut ann);
    let salt = salt_in(&sent).expect("asked for the password");
    ann.key = Some(key(SECRET, salt));
    kept.bench.seconds(1);
    let cookie = kept.bench.cookie(at(1));
    let join = ann.join(cookie);
    assert!(!has(&join) && !sent.iter().any(|(_, bytes)| has(bytes)));
    // Another relay, or this one after a restart.
    let mut other = Bench::seeded([9; 16], RelayOptions::default());
    for (key, value) in settings {
        let setting = BackplaneReport::Setting { key: key.into(), value: value.into() };
        other.relay.report(other.now, setting);
    }
    assert_eq!(salt_in(&other.try_join(&mut ann)), None);
    assert_eq!(other.names(), ["ann"]);
}
