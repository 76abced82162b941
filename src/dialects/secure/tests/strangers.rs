//! Who is not known: what it gets to hear, which is nothing, and what it may say, which is little.

use super::*;
use crate::dialects::secure::gate::Knock;

const ELSEWHERE: ([u8; 4], u16) = ([10, 0, 9, 9], 5_000);

impl Lab {
    pub(super) fn trust(&mut self, index: usize, trust: Trust) {
        self.input(index, Input::Command(NetCommand::Trust(PEER, trust)));
    }

    /// The app gives the receipts that it owes.
    pub(super) fn give_receipts(&mut self, index: usize) {
        for uid in self.nodes[index].seen.clone() {
            let source = self.nodes[index].at;
            let stored = MessageCommand::Stored { source, payload: Arc::from([]), uid: Some(uid) };
            self.input(index, Input::Command(NetCommand::Message(PEER, stored)));
        }
    }

    /// Bytes of the longest datagram that went there.
    pub(super) fn longest_to(&self, at: SocketAddr) -> usize {
        self.longest.get(&at).copied().unwrap_or_default()
    }
}

#[test]
fn a_knock_is_answered_by_a_retry_that_is_shorter_and_by_nothing_else() {
    let mut lab = Lab::new(1, CALM);
    let anna = lab.add();
    let (knock, mut rng) = (Knock::of(&lab.key(anna)), Rng::new(7));
    let before = lab.nodes[anna].sent;
    for round in 0..2_000_u32 {
        let mut bytes: Vec<u8> = (0..1_200).map(|_| rng.next().to_be_bytes()[0]).collect();
        bytes[0] = 0xc0 | bytes[0] & 0x0f;
        bytes[1..6].copy_from_slice(&[0, 0, 0, 1, 20]);
        bytes[6..26].copy_from_slice(&knock.connection_id(*blake3::hash(&round.to_be_bytes()).as_bytes()));
        bytes[26..29].copy_from_slice(&[0, 0, 0x44]);
        lab.throw(anna, ELSEWHERE.into(), &bytes);
    }
    let answers = lab.nodes[anna].sent - before;
    assert!(answers <= 2_000);
    assert!(lab.longest_to(ELSEWHERE.into()) <= 128, "{}", lab.longest_to(ELSEWHERE.into()));
    lab.run(Duration::from_mins(1));
    assert_eq!(lab.nodes[anna].sent - before, answers, "nothing more comes of it");
}

#[test]
fn a_stranger_says_one_thing_and_is_told_nothing_before_a_person_has_decided() {
    let mut lab = Lab::new(1, CALM);
    let (anna, mei) = (lab.add(), lab.add());
    lab.admire(mei, anna);
    for id in 1..=5 {
        lab.say(mei, id, &format!("b{id}"));
    }
    lab.run(Duration::from_secs(5));
    assert_eq!(lab.nodes[anna].texts, ["b1"]);
    assert_eq!(lab.undelivered(mei), 5, "no receipt");
    // A person accepts.
    lab.admire(anna, mei);
    lab.give_receipts(anna);
    lab.run(Duration::from_secs(5));
    assert_eq!(lab.nodes[anna].texts, ["b1", "b2", "b3", "b4", "b5"]);
    assert_eq!(lab.undelivered(mei), 0);
}

#[test]
fn a_receipt_that_is_given_too_early_waits_for_the_decision() {
    let mut lab = Lab::new(1, CALM);
    let (anna, mei) = (lab.add(), lab.add());
    lab.befriend(anna, mei);
    lab.trust(anna, Trust::Requested);
    for id in 1..=3 {
        lab.say(mei, id, &format!("b{id}"));
    }
    lab.run(Duration::from_secs(5));
    assert_eq!((lab.nodes[anna].texts.len(), lab.undelivered(mei)), (1, 3));
    lab.trust(anna, Trust::Pinned);
    lab.run(Duration::from_secs(5));
    assert_eq!((lab.nodes[anna].texts.len(), lab.undelivered(mei)), (3, 0));
}

#[test]
fn whoever_is_blocked_finishes_no_handshake_and_leaves_no_row() {
    let mut lab = Lab::new(1, CALM);
    let (anna, mei) = (lab.add(), lab.add());
    lab.befriend(anna, mei);
    lab.trust(anna, Trust::Blocked);
    lab.say(mei, 1, "let me in");
    let before = lab.nodes[mei].sent;
    lab.run(Duration::from_mins(1));
    assert!(lab.nodes[anna].texts.is_empty());
    assert_eq!(lab.undelivered(mei), 1);
    assert!(lab.nodes[mei].sent - before < 60, "dialled {} times", lab.nodes[mei].sent - before);
}

#[test]
fn we_are_not_our_own_peer() {
    let mut lab = Lab::new(1, CALM);
    let anna = lab.add();
    lab.admire(anna, anna);
    lab.say(anna, 1, "me");
    lab.run(Duration::from_secs(5));
    assert!(lab.nodes[anna].texts.is_empty());
    assert!(lab.nodes[anna].events.iter().any(|event| matches!(event, NetEvent::Failed { .. })));
}
