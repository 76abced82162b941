//! How long our own copy of what is said is kept: how a person sets that, and what they see of it.

use super::locks::{open_stranger, place, says};
use super::rooms::open;
use super::*;
use crate::model::KeepPeriod;

fn period(text: &str) -> Option<KeepPeriod> {
    KeepPeriod::parse(text)
}

fn edit(text: &str) -> ContactsEdit {
    ContactsEdit::SetKeep { name: "bob".to_owned(), period: period(text) }
}

/// The list of contacts says this of bob.
fn load(front: &mut Front, keep: &str, edit: Option<ContactsEdit>) {
    let (name, address, keep) = ("bob".to_owned(), place(2), period(keep));
    let bob =
        Contact { name, address, notify: crate::model::NotifyLevel::All, pinned: false, accept: None, keep };
    front.happen(Event::ContactsLoaded { contacts: vec![bob], edit });
    front.draw();
}

fn header(front: &Front) -> String {
    front.screen().lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_person_sets_a_time_and_is_told_what_it_means() {
    let mut front = locks::front(120, 36);
    front.press("'/kee Tab '7 Tab Enter");
    assert_eq!(front.edits, [edit("7d")]);
    load(&mut front, "7d", Some(edit("7d")));
    let told =
        "What is said with bob from now on is removed here after 7 days; the other side keeps its own copy";
    assert!(front.shows(told), "{}", front.screen());
    front.press("Esc '/keep Space '1w Enter '/keep Space '30 Space 'm Enter '/keep Space 'off Enter");
    assert_eq!(front.edits[1..], [edit("7d"), edit("30m"), edit("off")]);
    front.press("'/keep Enter");
    assert!(front.shows(told), "{}", front.screen());
    front.press("Esc");
    load(&mut front, "off", Some(edit("off")));
    assert!(front.shows("What is said with bob from now on is kept"), "{}", front.screen());
    for odd in ["59s", "0m", "soon", "7"] {
        front.press(&format!("Esc '/keep Space '{odd} Enter"));
        assert!(front.shows("Usage: /keep [7d|12h|30m|off]"), "{odd}: {}", front.screen());
    }
    assert_eq!(front.edits.len(), 4);
}

#[test]
fn only_a_contact_can_have_a_time() {
    let mut front = locks::front(120, 36);
    says(&mut front, 7, "guest", "hi");
    open_stranger(&mut front, "guest");
    front.press("'/keep Space '7d Enter");
    let told = "/add or Alt-C adds guest, then /keep again";
    assert!(front.shows(told), "{}", front.screen());
    assert_eq!(front.edits, []);
    front.press("Esc '/add Space 'guest Enter");
    assert!(matches!(front.edits.as_slice(), [ContactsEdit::Add { name, .. }] if name == "guest"));
}

#[test]
fn the_header_and_the_details_say_how_long_messages_are_kept() {
    let mut front = locks::front(120, 36);
    assert!(!header(&front).contains("kept"), "{}", front.screen());
    load(&mut front, "12h", None);
    assert!(header(&front).contains("kept 12h"), "{}", front.screen());
    front.press("Alt-N");
    let details = "removed 12 hours after a message was stored; the other side";
    assert!(front.shows(details), "{}", front.screen());
    load(&mut front, "off", None);
    assert!(!front.shows("Our copy"), "{}", front.screen());
    // Where there is no room it goes before all else.
    let mut narrow = locks::front(40, 12);
    load(&mut narrow, "12h", None);
    assert!(!header(&narrow).contains("kept"), "{}", narrow.screen());
}

#[test]
fn a_message_goes_from_the_screen_when_its_time_has_come() {
    let mut front = Front::new(90, 24);
    let address = parse_address("127.0.0.1:8081").expect("an address");
    let alex = |keep| Contact {
        name: "alex".to_owned(),
        address: address.clone(),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep,
    };
    open(&mut front, "alex");
    front.hear("alex", "an old word");
    front.happen(Event::ContactsLoaded { contacts: vec![alex(period("1m"))], edit: None });
    front.hear("alex", "a short word");
    front.happen(Event::ContactsLoaded { contacts: vec![alex(None)], edit: None });
    front.hear("alex", "a new word");
    assert!(front.shows("a short word"), "{}", front.screen());
    front.press("Ctrl-O v");
    assert!(!front.shows("Our copy"), "{}", front.screen());
    front.press("Esc Esc Ctrl-O Up v");
    assert!(front.shows("removed at 20"), "{}", front.screen());
    front.press("Esc Esc");
    front.now.wall.0 += 60_000_000;
    front.happen(Event::Due);
    assert!(!front.shows("a short word"), "{}", front.screen());
    assert!(front.shows("an old word") && front.shows("a new word"), "{}", front.screen());
}

#[test]
fn where_the_first_unread_message_has_gone_the_line_stands_before_what_is_left() {
    let mut front = Front::new(90, 24);
    let address = parse_address("127.0.0.1:8081").expect("an address");
    let alex = |keep| Contact {
        name: "alex".to_owned(),
        address: address.clone(),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep,
    };
    let contacts = |front: &mut Front, keep| {
        let egon = Contact {
            name: "egon".to_owned(),
            address: parse_address("127.0.0.1:8083").expect("one"),
            ..alex(None)
        };
        front.happen(Event::ContactsLoaded { contacts: vec![alex(keep), egon], edit: None });
    };
    open(&mut front, "alex");
    front.hear("alex", "has been read");
    open(&mut front, "egon");
    contacts(&mut front, period("1m"));
    front.hear("alex", "first");
    contacts(&mut front, None);
    front.hear("alex", "second");
    front.now.wall.0 += 60_000_000;
    front.happen(Event::Due);
    open(&mut front, "alex");
    let screen = front.screen();
    let row = |text: &str| screen.lines().position(|line| line.contains(text));
    let (read, line, second) = (row("has been read"), row("new"), row("second"));
    assert!(row("first").is_none() && read.is_some() && read < line && line < second, "{screen}");
}
