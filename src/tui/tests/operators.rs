//! Being in charge of the relay of a room: the password is typed unseen, and orders are given in the draft.

use super::*;
use crate::app::Intent;
use crate::model::traffic::{ConnectionState, Member};
use crate::model::{Address, Caps, Password, RoomCommand, Scheme};

const CLUB: Scheme =
    Scheme { name: "udp", default_port: 7788, caps: Caps { group: true, rooms: true, ..Caps::NONE } };

fn front() -> Front {
    let mut front = Front::new(100, 30);
    let contact = |name: &str, address: &str| Contact {
        name: name.to_owned(),
        address: Address::parse(address, &[CLUB]).expect(address),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    let alex =
        Contact { address: parse_address("127.0.0.1:8081").expect("udp"), ..contact("alex", "udp://h:1") };
    let contacts = vec![alex, contact("club", "udp://10.0.0.1:6000/club")];
    front.happen(Event::ContactsLoaded { contacts, edit: None });
    rooms::open(&mut front, "club");
    let conversation = front.id("club");
    let connection = ConnectionState::Up;
    front.happen(Event::Net(NetEvent::Connection { conversation, connection }));
    for (id, name) in [(1, "me"), (2, "Ann Lee"), (3, "ben")] {
        let member = Member { id, name: name.to_owned(), here: true, own: name == "me" };
        front.happen(Event::Net(NetEvent::Member { conversation, member }));
    }
    front
}

fn in_charge(front: &mut Front, is_in_charge: bool) {
    let conversation = front.id("club");
    front.happen(Event::Net(NetEvent::Operator { conversation, is_in_charge }));
}

fn commands(front: &mut Front) -> Vec<RoomCommand> {
    let command = |intent: Intent| match intent {
        Intent::Room { command, .. } => Some(command),
        _ => None,
    };
    std::mem::take(&mut front.intents).into_iter().filter_map(command).collect()
}

fn order(words: &[&str]) -> RoomCommand {
    RoomCommand::Order(words.iter().map(|word| (*word).to_owned()).collect())
}

#[test]
fn whoever_wants_to_be_in_charge_is_asked_for_the_password_and_shows_none_of_it() {
    let mut front = front();
    front.write("/operator").press("Enter");
    assert_eq!(commands(&mut front), [], "as whom? {}", front.screen());
    front.press("Ctrl-U").write("/operator anna").press("Enter");
    assert!(front.shows("Password of the operator"), "{}", front.screen());
    front.write("sesame");
    assert!(front.shows("••••••") && !front.shows("sesame"), "{}", front.screen());
    front.press("Enter");
    let password = Password::new("sesame").unwrap();
    assert_eq!(commands(&mut front), [RoomCommand::Claim { name: "anna".to_owned(), password }]);
    assert!(!front.shows("operator"), "not before the relay says so: {}", front.screen());
    in_charge(&mut front, true);
    assert!(front.shows("operator"), "{}", front.screen());
    front.write("/operator forget").press("Enter");
    assert_eq!(commands(&mut front), [RoomCommand::Resign]);
    in_charge(&mut front, false);
    assert!(!front.shows("operator"), "{}", front.screen());
    // What was typed stays nowhere.
    front.write("/operator anna").press("Enter");
    front.write("half").press("Esc");
    front.write("/operator anna").press("Enter");
    assert!(front.shows("Password of the operator") && !front.shows("•"), "{}", front.screen());
}

#[test]
fn orders_are_given_by_whoever_is_in_charge_and_others_are_told_how() {
    let mut front = front();
    front.write("/kick ben").press("Enter");
    assert_eq!(commands(&mut front), []);
    assert!(front.shows("/operator NAME asks for the password"), "{}", front.screen());
    in_charge(&mut front, true);
    front.press("Ctrl-U");
    for (line, words) in [
        ("/kick ben", &["kick", "ben"][..]),
        ("/ban Ann Lee 10m", &["ban", "Ann Lee", "10m"]),
        ("/topic page 7/8", &["topic", "", "page 7/8"]),
        ("/order slow 10", &["slow", "", "10"]),
        ("/order bans", &["bans"]),
    ] {
        front.write(line).press("Enter");
        assert_eq!(commands(&mut front), [order(words)], "{line}: {}", front.screen());
    }
    for (line, told) in [
        ("/order password club", "A password is given at the relay alone"),
        ("/order dance", "There is no order"),
    ] {
        front.write(line).press("Enter");
        assert!(front.shows(told) && commands(&mut front).is_empty(), "{line}: {}", front.screen());
        front.press("Ctrl-U");
    }
    rooms::open(&mut front, "alex");
    front.write("/kick ben").press("Enter");
    assert!(front.shows("alex is no room of a relay"), "{}", front.screen());
}

#[test]
fn orders_and_whom_they_are_about_are_completed() {
    let mut front = front();
    in_charge(&mut front, true);
    front.write("/order unm").press("Tab");
    assert!(front.draft().starts_with("/order unmute"), "{}", front.draft());
    front.press("Ctrl-U").write("/order kick be").press("Tab");
    assert!(front.draft().starts_with("/order kick ben"), "{}", front.draft());
    front.press("Ctrl-U").write("/ban ann").press("Tab");
    assert!(front.draft().starts_with("/ban Ann Lee"), "{}", front.draft());
}
