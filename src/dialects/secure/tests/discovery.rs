//! People on one network see each other, and nothing follows from that but a dial to a contact.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "the counts of a test are small, and it names the events it is about"
)]

use super::*;
use crate::dialects::secure::beacon::{Announcement, Beacon};
use crate::dialects::secure::gate::{KNOCK, Knock};
use crate::model::traffic::PeerInfo;
use crate::wire::SocketSpec;

const SECOND: Duration = Duration::from_secs(1);
/// Of beacons.
const PORT: u16 = 7_782;

/// What the app was told last of each key.
fn told(lab: &Lab, index: usize) -> BTreeMap<PublicKey, &PeerInfo> {
    let infos = lab.nodes[index].events.iter().filter_map(|event| match event {
        NetEvent::Peer(info) => Some((info.address.key?, info)),
        _ => None,
    });
    infos.collect()
}

fn sees(lab: &Lab, index: usize, other: usize) -> bool {
    told(lab, index).get(&lab.key(other)).is_some_and(|info| info.here)
}

/// One becomes a contact of the other, which has no idea where that is.
fn follow_anywhere(lab: &mut Lab, index: usize, key: PublicKey, trust: Option<Trust>) {
    lab.nodes[index].to.insert(PEER, key);
    let follow = PeerCommand::Follow { address: Address::from_key(SCHEME, key), rank: 0, session: None };
    lab.input(index, Input::Command(NetCommand::Peer(PEER, follow)));
    if let Some(trust) = trust {
        lab.input(index, Input::Command(NetCommand::Trust(PEER, trust)));
    }
}

/// Something comes to the socket for broadcasts.
fn inject(lab: &mut Lab, index: usize, from: SocketAddr, beacon: &Beacon) {
    let broadcast = |socket: &SocketSpec| socket.at.ip().is_unspecified();
    let sockets = &lab.nodes[index].sockets;
    let link = sockets.iter().find(|(_, socket)| broadcast(socket)).map(|(link, _)| *link).expect("open");
    let bytes = beacon.encode();
    lab.input(index, Input::Datagram { link, from, to: None, bytes: &bytes });
}

fn at(host: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, host], PORT))
}

fn key(number: u32) -> PublicKey {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    PublicKey::from_bytes(bytes).expect("a key")
}

fn open(key: PublicKey, boot: u64, port: u16) -> Beacon {
    Beacon { boot, port, asks: false, says: Announcement::Open { key, name: "Mallory".to_owned() } }
}

fn knock(key: PublicKey) -> [u8; KNOCK] {
    (*Knock::of(&key).connection_id([5; 32])).try_into().expect("20 bytes")
}

/// Datagrams to somebody in particular.
fn aimed(lab: &Lab, index: usize) -> usize {
    lab.nodes[index].sent - lab.nodes[index].shouted
}

/// The form of the first start stands there: a router that hears of a group knows that somebody runs this program.
#[test]
fn no_group_is_joined_before_a_person_has_said_who_may_know_of_us() {
    let mut lab = Lab::new(1, CALM);
    let anna = lab.add();
    let (pair, at) = (Arc::new(lab.nodes[anna].pair.clone()), lab.nodes[anna].at);
    let setup = Setup { key_pair: Some(pair), ..Setup::default() };
    lab.nodes[anna].engine = Driver::new(1, Secure::new(&setup));
    lab.nodes[anna].sockets.clear();
    lab.input(anna, Input::Interfaces(&[interface(at.ip())]));
    lab.input(anna, Input::LinkUp { link: LinkId(0), address: at, only: None });
    assert!(lab.nodes[anna].sockets.is_empty());
    lab.show(anna, false);
    assert!(!lab.nodes[anna].sockets.is_empty(), "who is not to be seen sees others");
}

#[test]
fn two_see_each_other_within_two_seconds_whoever_starts_first() {
    for gap in [0, 1, 100, 999, 1_500, 2_999, 4_000, 10_000, 60_000, 3_600_000] {
        let mut lab = Lab::new(gap, CALM);
        let anna = lab.add();
        lab.show(anna, true);
        lab.run(Duration::from_millis(gap));
        let ben = lab.add();
        lab.show(ben, true);
        lab.run(2 * SECOND);
        assert!(sees(&lab, anna, ben) && sees(&lab, ben, anna), "{gap} ms later");
        let info = told(&lab, ben)[&lab.key(anna)];
        assert_eq!((info.about.name.as_str(), info.conversation), ("node 0", None));
        assert_eq!(info.address.literal(), Some(lab.nodes[anna].at));
        assert_eq!((aimed(&lab, anna), aimed(&lab, ben)), (0, 0));
    }
}

#[test]
fn a_beacon_that_gets_lost_is_not_missed() {
    let mut late = 0;
    for seed in 0..50 {
        let mut lab = Lab::new(seed, Weather { lost: 30, ..CALM });
        let (anna, ben) = (lab.add(), lab.add());
        lab.show(anna, true);
        lab.run(20 * SECOND);
        lab.show(ben, true);
        lab.run(4 * SECOND);
        late += usize::from(!sees(&lab, anna, ben) || !sees(&lab, ben, anna));
    }
    assert!(late < 10, "{late} of 50");
}

#[test]
fn who_is_not_visible_says_nothing_and_sees_the_others() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.show(anna, true);
    lab.run(60 * SECOND);
    assert!(sees(&lab, ben, anna) && !sees(&lab, anna, ben));
    assert_eq!(lab.nodes[ben].sent, 0);
}

#[test]
fn who_goes_says_so_and_who_falls_silent_is_gone_after_three_periods() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.show(anna, true);
    lab.show(ben, true);
    lab.run(10 * SECOND);
    lab.show(ben, false);
    lab.run(SECOND);
    assert!(!sees(&lab, anna, ben) && sees(&lab, ben, anna));
    lab.show(ben, true);
    lab.run(SECOND);
    assert!(sees(&lab, anna, ben));
    lab.blackout = lab.now.after(600 * SECOND).mono.into();
    lab.run(24 * SECOND);
    assert!(sees(&lab, anna, ben));
    lab.run(22 * SECOND);
    assert!(!sees(&lab, anna, ben));
}

#[test]
fn contacts_find_each_other_by_their_keys_and_after_a_move() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    let (first, second) = (lab.key(anna), lab.key(ben));
    follow_anywhere(&mut lab, anna, second, Some(Trust::Pinned));
    follow_anywhere(&mut lab, ben, first, Some(Trust::Pinned));
    lab.say(anna, 1, "before you came");
    lab.show(anna, true);
    lab.show(ben, true);
    lab.run(2 * SECOND);
    assert_eq!(
        (lab.nodes[ben].texts.clone(), lab.undelivered(anna)),
        (vec!["before you came".to_owned()], 0)
    );
    lab.nodes[ben].at = SocketAddr::from(([10, 0, 0, 77], 4_711));
    lab.say(anna, 2, "where are you");
    lab.run(SECOND);
    lab.nodes[ben].to.clear();
    lab.start(ben);
    follow_anywhere(&mut lab, ben, first, Some(Trust::Pinned));
    lab.run(3 * SECOND);
    assert_eq!(lab.nodes[ben].texts, ["before you came", "where are you"]);
}

#[test]
fn nothing_is_connected_to_because_a_beacon_names_it() {
    for (trust, dials) in [
        (None, false),
        (Some(Trust::Requested), false),
        (Some(Trust::Blocked), false),
        (Some(Trust::Changed { claimed: key(9), compared: None, since: None, from: None }), false),
        (Some(Trust::Pinned), true),
    ] {
        let mut lab = Lab::new(1, CALM);
        let anna = lab.add();
        lab.show(anna, true);
        for number in 1..20 {
            inject(&mut lab, anna, at(9), &open(key(number), number.into(), 7_781));
        }
        follow_anywhere(&mut lab, anna, key(1), trust);
        inject(&mut lab, anna, at(9), &open(key(1), 1, 7_781));
        inject(
            &mut lab,
            anna,
            at(9),
            &Beacon { boot: 1, port: 1_500, asks: false, says: Announcement::Hidden(knock(key(1))) },
        );
        lab.run(60 * SECOND);
        assert_eq!(aimed(&lab, anna) > 0, dials, "{trust:?}");
    }
}

#[test]
fn lies_about_where_a_contact_is_cost_a_datagram_a_second_at_most() {
    let mut lab = Lab::new(1, CALM);
    let anna = lab.add();
    follow_anywhere(&mut lab, anna, key(1), Some(Trust::Pinned));
    let before = aimed(&lab, anna);
    for number in 0..6_000 {
        let host = u8::try_from(number % 200).expect("small") + 20;
        inject(&mut lab, anna, at(host), &open(key(1), number, 7_781));
        lab.run(Duration::from_millis(100));
    }
    let aimed = aimed(&lab, anna) - before;
    assert!((1..=600).contains(&aimed), "{aimed} in 600 s");
    assert!(lab.nodes[anna].events.len() < 300, "{}", lab.nodes[anna].events.len());
}

#[test]
fn a_beacon_from_another_network_or_to_a_service_is_none() {
    let mut lab = Lab::new(1, CALM);
    let anna = lab.add();
    follow_anywhere(&mut lab, anna, key(1), Some(Trust::Pinned));
    inject(&mut lab, anna, "192.0.2.7:7782".parse().expect("an address"), &open(key(1), 1, 7_781));
    inject(&mut lab, anna, at(255), &open(key(1), 1, 7_781));
    inject(&mut lab, anna, at(9), &open(key(1), 1, 53));
    let own = lab.key(anna);
    inject(&mut lab, anna, at(9), &open(own, 1, 7_781));
    lab.run(10 * SECOND);
    assert_eq!((aimed(&lab, anna), told(&lab, anna).len()), (0, 0));
}

#[test]
fn only_who_knows_a_key_says_goodbye_for_it_and_never_while_they_talk() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.show(anna, true);
    inject(&mut lab, anna, at(9), &open(key(1), 5, 7_781));
    let here = |lab: &Lab, key: PublicKey| told(lab, anna)[&key].here;
    let goodbye =
        |boot, by| Beacon { boot, port: 7_781, asks: false, says: Announcement::Goodbye(knock(by)) };
    inject(&mut lab, anna, at(9), &goodbye(5, key(2)));
    inject(&mut lab, anna, at(9), &goodbye(4, key(1)));
    assert!(here(&lab, key(1)));
    inject(&mut lab, anna, at(9), &goodbye(5, key(1)));
    assert!(!here(&lab, key(1)));
    inject(&mut lab, anna, at(9), &open(key(1), 5, 7_781));
    assert!(here(&lab, key(1)));

    lab.show(ben, true);
    lab.befriend(anna, ben);
    lab.run(2 * SECOND);
    lab.say(anna, 1, "hi");
    lab.run(SECOND);
    lab.show(ben, false);
    lab.run(SECOND);
    let bens = lab.key(ben);
    assert!(here(&lab, bens));
}

#[test]
fn a_flood_of_keys_that_nobody_has_ends_and_drives_nobody_out() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.show(anna, true);
    let bens = lab.key(ben);
    follow_anywhere(&mut lab, anna, bens, Some(Trust::Pinned));
    lab.show(ben, true);
    lab.run(2 * SECOND);
    let before = (lab.nodes[anna].events.len(), aimed(&lab, anna), lab.nodes[anna].shouted);
    for number in 0..100_000_u32 {
        let host = u8::try_from(number % 200).expect("small") + 20;
        inject(&mut lab, anna, at(host), &open(key(number), number.into(), 7_781));
        if number % 1_000 == 0 {
            lab.run(SECOND / 10);
        }
    }
    let news = lab.nodes[anna].events.len() - before.0;
    assert!(news < 4_000, "{news} events");
    assert!(sees(&lab, anna, ben));
    lab.say(anna, 1, "still here");
    lab.run(SECOND);
    assert_eq!(lab.nodes[ben].texts, ["still here"]);
    // Ten seconds: two welcomes and the period.
    assert!(lab.nodes[anna].shouted - before.2 <= 8, "{}", lab.nodes[anna].shouted - before.2);
}

#[test]
fn who_is_visible_to_contacts_is_seen_by_those_who_know_the_key_and_nobody_else() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben, carl) = (lab.add(), lab.add(), lab.add());
    let annas = lab.key(anna);
    follow_anywhere(&mut lab, ben, annas, Some(Trust::Pinned));
    for (index, audience) in
        [(anna, Audience::Contacts), (ben, Audience::Everybody), (carl, Audience::Everybody)]
    {
        lab.show(index, audience);
    }
    lab.run(2 * SECOND);
    assert!(sees(&lab, ben, anna) && !sees(&lab, carl, anna));
    assert!(sees(&lab, anna, carl) && sees(&lab, ben, carl));
    let heard = lab.nodes[carl].events.iter().filter(|event| matches!(event, NetEvent::Peer(_)));
    assert_eq!(heard.count(), 1, "of Ben alone");
    lab.show(anna, Audience::Everybody);
    lab.run(6 * SECOND);
    assert!(sees(&lab, carl, anna));
    lab.show(anna, Audience::Contacts);
    lab.run(6 * SECOND);
    assert!(sees(&lab, ben, anna) && !sees(&lab, carl, anna));
}

#[test]
fn hidden_beacons_that_nobody_can_read_cost_little() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    let bens = lab.key(ben);
    follow_anywhere(&mut lab, anna, bens, Some(Trust::Pinned));
    lab.show(ben, Audience::Contacts);
    lab.run(2 * SECOND);
    assert!(sees(&lab, anna, ben));
    for number in 0..100_000_u32 {
        let says = Announcement::Hidden(knock(key(number)));
        inject(&mut lab, anna, at(9), &Beacon { boot: number.into(), port: 7_781, asks: false, says });
    }
    lab.run(60 * SECOND);
    assert!(sees(&lab, anna, ben), "known by the start that was heard");
    assert_eq!(told(&lab, anna).len(), 1);
}

#[test]
fn somebody_near_is_reached_at_once_when_a_person_wants_to_talk() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.show(anna, true);
    lab.show(ben, true);
    lab.run(10 * SECOND);
    let bens = lab.key(ben);
    follow_anywhere(&mut lab, anna, bens, Some(Trust::Pinned));
    lab.say(anna, 1, "hi");
    lab.run(SECOND / 10);
    assert_eq!(lab.nodes[ben].texts, ["hi"]);
}

/// An orderly end is known at once, with beacons and without, and what had come is acknowledged before.
#[test]
fn who_ends_its_program_is_not_taken_to_be_there_any_more() {
    for visible in [true, false] {
        let mut lab = Lab::new(3, CALM);
        let (anna, ben) = (lab.add(), lab.add());
        lab.show(anna, visible);
        lab.show(ben, visible);
        lab.befriend(anna, ben);
        lab.say(ben, 1, "hello");
        lab.run(2 * SECOND);
        assert!(sees(&lab, ben, anna), "{visible}");
        lab.say(ben, 2, "the last word");
        lab.run(Duration::from_millis(2));
        lab.nodes[anna].commit = SECOND;
        lab.say(ben, 3, "and one more");
        // The one is stored, and not acknowledged yet, since the other is with the history.
        lab.run(Duration::from_millis(6));
        assert_eq!((lab.nodes[anna].texts.len(), lab.undelivered(ben)), (3, 2), "{visible}");
        lab.input(anna, Input::Command(NetCommand::Leave));
        lab.run(Duration::from_millis(8));
        assert_eq!((sees(&lab, ben, anna), lab.undelivered(ben)), (false, 1), "{visible}");
        lab.say(ben, 4, "are you there?");
        lab.run(5 * SECOND);
        let handed = |event: &NetEvent| matches!(event, NetEvent::Handed { message: MessageId(4), .. });
        assert!(!lab.nodes[ben].events.iter().any(handed), "{visible}");
        lab.start(anna);
        lab.run(10 * SECOND);
        assert_eq!((lab.nodes[anna].texts.len(), lab.undelivered(ben)), (4, 0), "{visible}");
    }
}
