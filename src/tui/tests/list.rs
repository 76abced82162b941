//! The contact list under the hand: what stands still, what is hidden, and whom a plain Enter reaches.

use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};

use super::*;
use crate::model::NotifyLevel;

/// So many contacts, named `c00`, `c01`, …
fn crowd(front: &mut Front, count: u16) {
    let contacts: Vec<(String, String)> =
        (0..count).map(|number| (format!("c{number:02}"), format!("127.0.0.1:{}", 9_000 + number))).collect();
    let contacts: Vec<(&str, &str)> = contacts.iter().map(|(name, at)| (&**name, &**at)).collect();
    front.load(&contacts);
    // The one that was open is none of them.
    front.ui.navigation.forget_lost();
    front.follow();
}

fn wheel(front: &mut Front, kind: MouseEventKind, (column, row): (u16, u16)) {
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

#[test]
fn the_list_stands_still_while_one_steps_through_it() {
    let mut front = Front::new(80, 24);
    crowd(&mut front, 3);
    front.press("Down 'hi Enter Down");
    assert_eq!(front.open(), "c02", "writing to somebody moves nobody\n{}", front.screen());
    front.hear("c00", "x");
    front.hear("c01", "y");
    front.press("Up");
    assert_eq!(front.open(), "c01", "{}", front.screen());
    front.press("Up");
    assert_eq!(front.open(), "c00", "{}", front.screen());
    front.press("Alt-3");
    assert_eq!(front.open(), "c02");
}

#[test]
fn each_unread_conversation_is_passed_once() {
    let mut front = Front::new(80, 24);
    crowd(&mut front, 12);
    for name in ["c09", "c10", "c11"] {
        front.hear(name, "unread");
    }
    front.rest(10);
    // They stand above the one that is open.
    let mut passed = Vec::new();
    for _ in 0..3 {
        front.press("Ctrl-P");
        passed.push(front.open().to_owned());
    }
    assert_eq!(passed, ["c09", "c10", "c11"]);
    assert_eq!(front.state.unread_elsewhere(None), 0);
    let mut all: Vec<String> = Vec::new();
    for _ in 0..12 {
        front.press("Ctrl-N");
        all.push(front.open().to_owned());
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 12, "once round passes everybody once: {all:?}");
}

/// The name of the first row.
fn first(front: &Front) -> &str {
    let first = front.ui.list.entries().next().expect("listed");
    &front.state.conversation(first).expect("listed").name
}

#[test]
fn the_list_is_sorted_again_when_nobody_has_touched_anything_for_a_while() {
    let mut front = Front::new(80, 24);
    crowd(&mut front, 3);
    front.press("Left");
    front.hear("c02", "new");
    front.rest(9);
    assert_eq!(first(&front), "c00");
    front.rest(1);
    assert_eq!(first(&front), "c02", "{}", front.screen());
    // The key that comes then finds what the screen shows.
    front.press("Up");
    assert_eq!(front.open(), "c02");
}

#[test]
fn going_to_what_is_unread_sorts_the_list() {
    let mut front = Front::new(80, 24);
    crowd(&mut front, 4);
    front.press("Left");
    front.hear("c03", "one");
    front.hear("c02", "two");
    front.press("Alt-A");
    assert_eq!(front.open(), "c02", "the most recent of them");
    assert_eq!(first(&front), "c02");
}

#[test]
fn alt_a_finds_what_is_unread_below_and_says_when_nothing_is() {
    let mut front = Front::new(80, 24);
    for number in 0..100 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("PgUp PgUp");
    front.hear("alex", "fresh");
    front.press("Alt-A");
    assert!(front.shows("fresh"), "{}", front.screen());
    front.press("Alt-A");
    assert!(front.shows("Nothing is unread"), "{}", front.screen());
}

#[test]
fn the_edges_of_the_list_say_what_is_beyond_them() {
    let mut front = Front::new(80, 24);
    crowd(&mut front, 40);
    front.press("Left");
    front.hear("c35", "unread");
    let edge = |front: &Front| {
        front.screen().lines().nth(22).and_then(|line| line.split('│').next().map(str::to_owned))
    };
    assert_eq!(edge(&front).as_deref(), Some("   ↓ 19 more · 1 unread "), "{}", front.screen());
    for _ in 0..25 {
        front.press("Down");
    }
    let screen = front.screen();
    assert!(screen.lines().next().is_some_and(|row| row.contains('↑')), "{screen}");
    assert!(screen.contains(&format!(" {}", front.open())), "the open one is visible:\n{screen}");
}

#[test]
fn the_wheel_moves_the_part_of_the_list_that_is_hidden() {
    let mut front = Front::new(80, 24);
    crowd(&mut front, 40);
    for _ in 0..20 {
        wheel(&mut front, MouseEventKind::ScrollDown, (5, 5));
    }
    assert!(front.shows("c39") && front.shows("↑"), "{}", front.screen());
    assert_eq!(front.open(), "c00");
    front.press("Left");
    let list: Vec<String> = front.screen().lines().map(|row| row.chars().take(18).collect()).collect();
    assert!(
        list.iter().any(|row| row.contains("c00")),
        "a key brings the open one back:\n{}",
        front.screen()
    );
}

#[test]
fn the_list_over_a_narrow_screen_covers_nothing_new_and_goes_with_any_other_key() {
    let mut front = Front::new(40, 12);
    crowd(&mut front, 20);
    front.press("Ctrl-N");
    front.hear("c01", "first of two rows, which is rather long for it");
    assert!(front.shows("first of two rows, which is"), "{}", front.screen());
    assert!(front.shows("↓") && front.shows("c01"), "{}", front.screen());
    let names = front.screen().lines().filter(|row| row.contains(" ○ c") || row.contains(" ● c")).count();
    assert!(names >= 4, "it has the height there is: {}", front.screen());
    for key in ["Esc", "PgUp", "'x", "Left"] {
        front.press("Ctrl-N").press(key);
        assert_eq!(front.ui.viewport.areas().list.area(), 0, "{key}\n{}", front.screen());
    }
}

/// The message to everybody has gone, from a conversation with one person.
fn spoken_to_everybody() -> Front {
    let mut front = Front::new(80, 24);
    front.load(&[("alex", "ipmsg://127.0.0.1:2425"), ("bea", "127.0.0.1:9")]);
    front.write("/everyone lunch?").press("Enter");
    assert_eq!((front.sent.len(), front.draft()), (0, "/everyone lunch?"));
    assert!(front.shows("Enter again sends it"), "{}", front.screen());
    front.press("Enter");
    front
}

#[test]
fn a_command_to_everybody_says_how_many_it_reaches_and_asks_once() {
    let mut front = Front::new(100, 30);
    front.load(&[("alex", "ipmsg://127.0.0.1:2425"), ("bea", "127.0.0.1:9")]);
    let dangerous = |front: &Front| {
        let y = front.ui.viewport.areas().composer.y;
        front.buffer[(front.ui.viewport.areas().composer.x, y)].symbol() == "!"
    };
    front.write("/everyone");
    assert!(front.shows("to alex") && !dangerous(&front), "{}", front.screen());
    front.write(" lunch?");
    assert!(front.shows("to EVERYBODY on eth0") && dangerous(&front), "{}", front.screen());
    for number in [2, 3] {
        let about = crate::model::traffic::Profile { name: format!("p{number}"), ..Default::default() };
        let address = Box::new(parse_address(&format!("ipmsg://10.0.0.{number}")).expect("ipmsg"));
        let peer = crate::model::traffic::PeerInfo { conversation: None, address, here: true, about };
        front.happen(Event::Net(NetEvent::Peer(peer)));
    }
    assert!(front.shows("to ALL 2 on eth0"), "{}", front.screen());
    front.press("Enter");
    assert!(front.shows("Send this to 2 people on eth0? Enter again sends it"), "{}", front.screen());
    assert_eq!((front.sent.len(), front.draft()), (0, "/everyone lunch?"));
    front.press("'! Enter");
    assert_eq!(front.sent.len(), 0, "another text is asked about anew");
    front.press("Enter");
    assert_eq!((front.open(), &front.sent[..]), ("alex", &["lunch?!".to_owned()][..]));
    assert!(front.shows("to alex") && !dangerous(&front) && front.draft().is_empty(), "{}", front.screen());
}

#[test]
fn what_is_said_to_everybody_leaves_one_where_one_was() {
    let mut front = spoken_to_everybody();
    assert_eq!((front.open(), &front.sent[..]), ("alex", &["lunch?".to_owned()][..]));
    assert!(front.shows("Sent to everybody"), "{}", front.screen());
    front.press("Alt-/");
    assert_eq!(front.open(), "alex");
    front.write("only you").press("Enter");
    let last = front.intents.iter().rev().find_map(|intent| match intent {
        Intent::Send { conversation, .. } => Some(*conversation),
        _ => None,
    });
    assert_eq!(last, Some(front.id("alex")));
}

#[test]
fn writing_to_everybody_looks_dangerous_and_asks_once() {
    let mut front = spoken_to_everybody();
    front.press("Ctrl-G 'everybody Enter");
    assert!(front.shows("to EVERYBODY") && front.shows("!  Everybody will read this"), "{}", front.screen());
    front.write("fire").press("Enter");
    assert_eq!((front.sent.len(), front.draft()), (1, "fire"));
    assert!(front.shows("Enter again sends it"), "{}", front.screen());
    front.press("'! Enter");
    assert_eq!((front.sent.len(), front.draft()), (1, "fire!"), "another text is asked about anew");
    front.press("Enter");
    assert_eq!((front.sent.last().map(String::as_str), front.draft()), (Some("fire!"), ""));
    // Whoever has been there does not come back by Alt-/, which Esc and a slash in one read look like.
    front.press("Ctrl-N").press("Alt-/");
    assert!(!front.shows("to EVERYBODY"), "{}", front.screen());
}

#[test]
fn letters_on_the_details_of_a_contact_mute_and_pin_it_wherever_it_stands_in_the_list() {
    let mut front = Front::new(80, 24);
    let room = ("聊天室", "room://255.255.255.255:7788");
    front.load(&[("alex", "127.0.0.1:8081"), ("bea", "ipmsg://127.0.0.1:2425"), room]);
    for name in ["alex", "bea", "聊天室"] {
        front.press("Ctrl-G").write(name).press("Enter Alt-N");
        assert!(front.shows("m mute") && front.shows("p pin"), "{}", front.screen());
        front.press("m p");
        let name = || name.to_owned();
        let edits = [
            ContactsEdit::SetNotify { name: name(), notify: NotifyLevel::None },
            ContactsEdit::SetPinned { name: name(), pinned: true },
        ];
        assert_eq!(front.edits.split_off(0), edits);
        front.press("Esc");
    }
    let received = Received {
        conversation: None,
        source: "127.0.0.9:40000".parse().expect("literal"),
        ..front.received("alex", "hello")
    };
    front.happen(Event::Net(NetEvent::Received(received)));
    front.press("Ctrl-G").write("127.0.0.9").press("Enter Alt-N");
    assert!(!front.shows("m mute"), "nothing keeps that of a stranger\n{}", front.screen());
    front.press("m p");
    assert!(front.edits.is_empty());
}

#[test]
fn the_rule_says_whom_a_command_reaches_and_not_whom_one_talks_with() {
    let mut front = Front::new(80, 24);
    front.load(&[("alex", "ipmsg://127.0.0.1:2425"), ("bea", "127.0.0.1:9")]);
    front.write("/everyone fire");
    assert!(front.shows(" to EVERYBODY") && front.shows("!  /everyone fire"), "{}", front.screen());
    assert!(!front.shows(" to alex "), "{}", front.screen());
    front.press("Ctrl-U").write("/to bea,alex hi");
    assert!(front.shows(" to bea, alex "), "{}", front.screen());
    front.press("Ctrl-U 'hi");
    assert!(front.shows(" to alex "), "{}", front.screen());
}
