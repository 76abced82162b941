//! Those who make themselves known: in the list, in the header, in the details.

use std::time::Duration;

use super::files::front;
use super::*;
use crate::model::traffic::{ConnectionState, Profile};
use crate::model::{Address, NotifyLevel, Phrase};

fn about(front: &mut Front, name: &str, about: Profile) {
    let id = front.id(name);
    front.state.change(id, |one| one.status.set_profile(about));
    front.draw();
}

fn connection(front: &mut Front, name: &str, connection: ConnectionState) {
    let conversation = front.id(name);
    front.happen(Event::Net(NetEvent::Connection { conversation, connection }));
}

/// Somebody who is no contact speaks.
fn stranger(front: &mut Front, source: &str) {
    let received = Received {
        conversation: None,
        source: source.parse().expect("literal"),
        ..front.received("bea", "hello")
    };
    front.happen(Event::Net(NetEvent::Received(received)));
}

fn dots(front: &Front) -> Vec<String> {
    let rows = front.screen();
    let list = rows.lines().map(|row| row.split('│').next().unwrap_or_default().trim_end());
    let rows = list.filter_map(|row| row.char_indices().nth(3).and_then(|(at, _)| row.get(at..)));
    rows.filter(|row| row.starts_with(['●', '◐', '×', '○'])).map(str::to_owned).collect()
}

#[test]
fn the_list_tells_who_is_there_who_is_away_and_who_left() {
    let mut front = front(120, 24);
    connection(&mut front, "bea", ConnectionState::Up);
    connection(&mut front, "卡尔", ConnectionState::Up);
    about(&mut front, "bea", Profile { group: "研发部".to_owned(), ..Profile::default() });
    let host = "pc-7".to_owned();
    about(&mut front, "卡尔", Profile { host, away: Some(String::new()), ..Profile::default() });
    assert_eq!(dots(&front), ["● bea", "◐ 卡尔", "○ plain"]);
    connection(&mut front, "bea", ConnectionState::Down(Phrase::new("reach-closed").into()));
    assert_eq!(dots(&front).first().map(String::as_str), Some("× bea"));
}

#[test]
fn words_beside_a_name_give_way_to_it_and_are_escaped() {
    for width in [60, 80, 120, 200] {
        let mut front = front(width, 24);
        let group = "\u{1b}[2J\u{202e}x".repeat(20);
        about(&mut front, "bea", Profile { group, ..Profile::default() });
        let screen = front.screen();
        assert!(screen.contains("bea") && !screen.contains(['\u{1b}', '\u{202e}']), "{screen:?}");
    }
}

#[test]
fn who_comes_and_goes_does_not_change_which_conversation_is_open() {
    let mut front = front(80, 24);
    stranger(&mut front, "10.0.0.20:2425");
    assert!(front.shows("Nearby") && !front.shows("Strangers"), "{}", front.screen());
    let open = |front: &Front| front.open().to_owned();
    front.press("Ctrl-G").write("10.0.0.20").press("Enter");
    let (chosen, mut last) = (open(&front), String::new());
    for number in 30..60 {
        stranger(&mut front, &format!("10.0.0.{number}:2425"));
        front.press("'x");
        assert_eq!(open(&front), chosen);
        last.push('x');
        assert_eq!(front.draft(), last);
        let row = front.screen().lines().any(|row| row.contains("10.0.0.20"));
        assert!(row, "the open one stays in sight\n{}", front.screen());
    }
}

#[test]
fn the_header_says_that_the_peer_is_away_and_that_it_is_writing() {
    let mut front = front(130, 24);
    let away = Some("lunch \u{1b}[2J until the cows come home, and longer".to_owned());
    about(&mut front, "bea", Profile { away, encoding: "gb18030".to_owned(), ..Profile::default() });
    assert!(front.shows("away: lunch ^[[2J until") && front.shows("gb18030"), "{}", front.screen());
    let (id, now) = (front.id("bea"), front.now.mono);
    let until = now + Duration::from_secs(10);
    front.state.change(id, |one| one.status.start_typing(now));
    front.draw();
    assert!(front.shows("is writing…"), "{}", front.screen());
    assert_eq!(front.ui.stale_at(&front.state), Some(until));
    front.now.mono = until;
    front.draw();
    assert!(!front.shows("is writing…"), "{}", front.screen());
    assert_eq!(front.ui.stale_at(&front.state), None, "nothing wakes the program any more");
}

#[test]
fn the_list_and_the_rule_say_who_is_writing_until_they_stop() {
    let mut front = front(120, 36);
    let now = front.now.mono;
    for name in ["bea", "卡尔"] {
        front.hear(name, "hello");
        let id = front.id(name);
        front.state.change(id, |one| one.status.start_typing(now));
    }
    front.draw();
    let writing = ["1 … bea", "2 … 卡尔", "     is writing…", "to bea ─── bea is writing… ──"];
    for row in writing {
        assert!(front.shows(row), "{row}\n{}", front.screen());
    }
    let (other, later) = (front.id("卡尔"), now + Duration::from_secs(4));
    front.state.change(other, |one| one.status.start_typing(later));
    assert_eq!(front.ui.stale_at(&front.state), Some(now + Duration::from_secs(10)), "the first to stop");
    front.now.mono = now + Duration::from_secs(10);
    front.draw();
    assert!(!front.shows("bea is writing…") && front.shows("… 卡尔"), "{}", front.screen());
    assert_eq!(front.ui.stale_at(&front.state), Some(later + Duration::from_secs(10)));
}

#[test]
fn what_the_peer_is_known_not_to_read_is_refused_and_the_draft_stays() {
    let mut front = front(120, 24);
    about(&mut front, "bea", Profile { encoding: "GBK".to_owned(), ..Profile::default() });
    front.press("'好😀 Enter");
    assert_eq!((front.draft(), front.sent.len()), ("好😀", 0));
    assert!(front.shows("U+1F600") && front.shows("GBK"), "{}", front.screen());
    about(&mut front, "bea", Profile { encoding: "gb18030".to_owned(), ..Profile::default() });
    front.press("Enter");
    assert_eq!(front.sent.len(), 1, "{}", front.screen());
}

#[test]
fn details_hold_all_that_a_peer_tells_of_itself() {
    let mut front = front(80, 30);
    let evil = |words: &str| format!("{words}\u{1b}[2J");
    let told = Profile {
        name: evil("Bea"),
        group: evil("R&D"),
        user: evil("bea7"),
        host: evil("pc-7"),
        program: evil("some program 9"),
        motto: evil("carpe diem"),
        away: Some(evil("lunch")),
        encoding: "gbk".to_owned(),
    };
    about(&mut front, "bea", told);
    front.press("Alt-N");
    insta::assert_snapshot!("peer-80x30", front.screen());
    about(&mut front, "bea", Profile::default());
    assert!(!front.shows("Group:"), "what is empty says nothing\n{}", front.screen());
}

#[test]
fn a_peer_is_found_by_its_group_and_its_machine() {
    let mut front = front(80, 24);
    let (group, host) = ("研发部".to_owned(), "workstation-7".to_owned());
    about(&mut front, "卡尔", Profile { group, host, ..Profile::default() });
    for words in ["研发", "station-7"] {
        front.press("Alt-1 Ctrl-G").write(words).press("Enter");
        assert_eq!(front.open(), "卡尔", "{words}");
    }
}

#[test]
fn a_name_that_two_bear_is_not_written_to() {
    let mut front = front(80, 24);
    for source in ["10.0.0.20:2425", "10.0.0.21:2425"] {
        stranger(&mut front, source);
        let address = Address::from_socket(
            front.state.conversation(front.id("bea")).expect("bea").address.scheme,
            source.parse().expect("literal"),
        );
        let id = front.state.at_address(&address).expect("there").id;
        front.state.change(id, |one| one.name = "twin".to_owned());
    }
    front.intents.clear();
    front.write("/to twin hi").press("Enter");
    assert!(!front.intents.iter().any(|intent| matches!(intent, Intent::SendAs { .. })));
    assert_eq!(front.draft(), "/to twin hi");
}

#[test]
fn going_to_somebody_cuts_names_before_addresses_and_no_address_at_all() {
    let places = [
        ("a-gateway-with-a-rather-long-name", "[2001:db8::1:2:3]:54321", "[2001:db8::1:2:3]:54321"),
        ("张伟和他的同事们在三楼", "ipmsg://10.11.12.13:45678?person=root@vm", "10.11.12.13:45678"),
    ];
    for width in 24..=120 {
        let mut front = Front::new(width, 12);
        let contacts = places.map(|(name, address, _)| Contact {
            name: name.to_owned(),
            address: parse_address(address).expect(address),
            notify: NotifyLevel::All,
            pinned: false,
            accept: None,
            keep: None,
        });
        front.happen(Event::ContactsLoaded { contacts: contacts.to_vec(), edit: None });
        front.press("Ctrl-G");
        let shows_all = places.iter().all(|(.., at)| front.shows(at));
        assert!(shows_all || width < 48, "{width}: {}", front.screen());
        for row in front.screen().lines().filter(|row| row.contains("2001:") || row.contains("10.11.")) {
            assert!(places.iter().any(|(.., at)| row.contains(at)), "{width}: {row}");
        }
    }
}
