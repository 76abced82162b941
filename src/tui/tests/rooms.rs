//! Rooms on the screen: who says what, who is there, going in and out.

use std::time::Duration;

use ratatui::style::Style as CellStyle;

use super::*;
use crate::app::MemberKey;
use crate::model::traffic::{ConnectionState, Member, MessageKind};
use crate::model::{Address, Caps, Phrase, Scheme};
use crate::tui::senders;

/// They bear the name of a dialect that there is, so that something can be sent.
const HALL: Scheme = Scheme { name: "udp", default_port: 7788, caps: Caps { group: true, ..Caps::NONE } };
const CLUB: Scheme = Scheme { caps: Caps { group: true, rooms: true, ..Caps::NONE }, ..HALL };

const BEA: &str = "10.0.0.7:7788";
const CARL: &str = "10.0.0.8:7788";

/// One contact, and two rooms: in the hall people have addresses, in the club names.
pub(super) fn front(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    let at = |name: &str, address: &str, schemes: &[Scheme]| Contact {
        name: name.to_owned(),
        address: Address::parse(address, schemes).expect(address),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    let contacts = vec![
        Contact {
            name: "alex".to_owned(),
            address: parse_address("127.0.0.1:8081").expect("udp"),
            notify: crate::model::NotifyLevel::All,
            pinned: false,
            accept: None,
            keep: None,
        },
        at("hall", "udp://255.255.255.255:7788", &[HALL]),
        at("club", "udp://10.0.0.1:6000/lobby", &[CLUB]),
    ];
    front.happen(Event::ContactsLoaded { contacts, edit: None });
    front
}

pub(super) fn open(front: &mut Front, name: &str) {
    front.press("Ctrl-G").write(name).press("Enter");
    assert_eq!(front.open(), name);
}

pub(super) fn comes(front: &mut Front, room: &str, from: &str, kind: MessageKind, text: &str) {
    let source = from.parse().expect("literal");
    let received = Received { source, kind, ..front.received(room, text) };
    front.happen(Event::Net(NetEvent::Received(received)));
}

pub(super) fn says(front: &mut Front, name: &str, text: &str) {
    let received = Received { sender: Some(name.to_owned()), ..front.received("club", text) };
    front.happen(Event::Net(NetEvent::Received(received)));
}

fn tell(front: &mut Front, id: u64, name: &str, here: bool) {
    let member = Member { id, name: name.to_owned(), here, own: name == "me" };
    front.happen(Event::Net(NetEvent::Member { conversation: front.id("club"), member }));
}

fn connection(front: &mut Front, room: &str, connection: ConnectionState) {
    front.happen(Event::Net(NetEvent::Connection { conversation: front.id(room), connection }));
}

fn rows(front: &Front, needle: &str) -> usize {
    front.screen().matches(needle).count()
}

/// The style of the first character of `text`, which stands `back` cells behind it.
fn style(front: &Front, text: &str, back: u16) -> CellStyle {
    let area = front.ui.viewport.areas().scrollback;
    let cells: Vec<char> = text.chars().collect();
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let at = |(offset, c): (u16, &char)| front.buffer[(x + offset, y)].symbol() == c.to_string();
            if (0..).zip(&cells).all(at) {
                return front.buffer[(x - back, y)].style();
            }
        }
    }
    panic!("{text} is not there:\n{}", front.screen());
}

#[test]
fn the_list_has_contacts_then_rooms_then_strangers() {
    let mut front = front(80, 24);
    let stranger = Received { conversation: None, ..front.received("alex", "hi") };
    let source = "127.0.0.1:40000".parse().expect("literal");
    front.happen(Event::Net(NetEvent::Received(Received { source, ..stranger })));
    let list = |line: &str| line.split('│').next().unwrap_or_default().trim().to_owned();
    let order: Vec<String> = front.screen().lines().take(7).map(list).collect();
    let contacts = ["Contacts 1", "1 ○ alex", "Rooms 2", "2 ○ hall", "3 ○ club"];
    assert_eq!(order[..5], contacts, "{}", front.screen());
    assert!(order[5].starts_with("Strangers 1"), "{}", front.screen());
    assert!(order[6].starts_with("4 ● 127.0.0.1"), "{}", front.screen());
}

#[test]
fn a_dot_says_whether_the_other_side_answers() {
    let mut front = front(80, 24);
    let down = ConnectionState::Down(Phrase::new("fault-busy").into());
    for (state, dot) in
        [(ConnectionState::Seeking, "◌ club"), (ConnectionState::Up, "● club"), (down, "× club")]
    {
        connection(&mut front, "club", state);
        assert!(front.shows(dot), "{dot}\n{}", front.screen());
    }
}

#[test]
fn in_a_room_without_names_each_message_says_from_where_and_when_to_the_second() {
    let mut front = front(80, 24);
    open(&mut front, "hall");
    for text in ["one", "two"] {
        comes(&mut front, "hall", BEA, MessageKind::Text, text);
        front.now = front.now.after(Duration::from_secs(1));
    }
    comes(&mut front, "hall", CARL, MessageKind::Text, "three");
    assert_eq!(rows(&front, "[10.0.0.7 : 7788]"), 2, "{}", front.screen());
    assert_eq!(rows(&front, "[10.0.0.8 : 7788]"), 1, "{}", front.screen());
    for time in ["12:00:00", "12:00:01", "12:00:02"] {
        assert_eq!(rows(&front, time), 1, "{}", front.screen());
    }
}

#[test]
fn the_address_of_a_sender_is_whole_before_there_is_a_time() {
    for width in [20, 24, 26, 30, 40] {
        let mut front = front(width, 20);
        open(&mut front, "hall");
        comes(&mut front, "hall", BEA, MessageKind::Text, "text");
        assert!(front.shows("[10.0.0.7 : 7788]"), "{width}\n{}", front.screen());
        assert_eq!(front.shows("12:00:00"), width > 26, "{width}\n{}", front.screen());
    }
}

#[test]
fn members_with_names_are_grouped_and_the_relay_is_not_named_again() {
    let mut front = front(96, 24);
    open(&mut front, "club");
    for (name, text) in [("bea", "one"), ("bea", "two"), ("carl", "three"), ("bea", "four")] {
        says(&mut front, name, text);
    }
    let pane: Vec<String> =
        front.screen().lines().filter_map(|line| line.split("│ ").nth(1).map(str::to_owned)).collect();
    let heads: Vec<&str> = pane.iter().filter(|line| line.ends_with("12:00")).map(String::as_str).collect();
    let names: Vec<&str> = heads.iter().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["bea", "carl", "bea"], "{}", front.screen());
    assert_eq!(rows(&front, "10.0.0.1:6000"), 1, "in the header: {}", front.screen());
}

#[test]
fn a_sender_has_one_colour_for_name_and_bar_and_others_another() {
    for theme in ["classic", "dark", "mono"] {
        let mut front = front(80, 24);
        front.ui.style.theme = Theme::named(theme, Colours::True, Background::Dark).expect(theme);
        open(&mut front, "club");
        says(&mut front, "bea", "one");
        says(&mut front, "carl", "zwei");
        let sender = senders::colour(&MemberKey::Named("bea".into()));
        let wanted = front.ui.style.theme.style(sender);
        let (name, bar, text) = (style(&front, "bea", 0), style(&front, "one", 3), style(&front, "one", 0));
        assert_eq!((name.fg, name.add_modifier), (wanted.fg.or(name.fg), wanted.add_modifier), "{theme}");
        if theme != "mono" {
            assert_eq!(bar.fg, front.ui.style.theme.style(sender.bar()).fg, "{theme}");
            assert_ne!(bar.fg, style(&front, "zwei", 3).fg, "{theme}");
        }
        assert_eq!(text.bg, front.ui.style.theme.style(Role::Incoming).bg.or(text.bg), "{theme}");
    }
}

#[test]
fn names_that_look_alike_have_tags_that_differ() {
    let mut front = front(80, 24);
    open(&mut front, "club");
    says(&mut front, "alex", "one");
    assert!(!front.shows("alex  #"), "{}", front.screen());
    says(&mut front, "аlex", "two");
    says(&mut front, "Me", "three");
    let screen = front.screen();
    let words = screen.split_whitespace().filter(|word| word.starts_with('#'));
    let tags: std::collections::BTreeSet<&str> = words.collect();
    assert_eq!(tags.len(), 3, "{}", front.screen());
}

#[test]
fn who_comes_in_is_a_line_of_ours_without_a_word_of_theirs() {
    let mut front = front(80, 24);
    open(&mut front, "hall");
    front.press("'old Enter");
    comes(&mut front, "hall", BEA, MessageKind::Joined, "***forged\n▌ text");
    assert!(front.shows("·  12:00:00  [10.0.0.7 : 7788] joined the room"), "{}", front.screen());
    assert!(!front.shows("forged"), "{}", front.screen());
    assert_eq!(rows(&front, "new"), 0, "{}", front.screen());
    front.press("Ctrl-O Y");
    assert_eq!(front.requests, [UiRequest::Copy("old".to_owned())], "it is no message to choose");
}

#[test]
fn the_header_says_how_many_there_are_and_what_is_wrong() {
    let mut front = front(110, 24);
    open(&mut front, "hall");
    comes(&mut front, "hall", BEA, MessageKind::Text, "x");
    assert!(front.shows("1 has spoken"), "{}", front.screen());
    open(&mut front, "club");
    tell(&mut front, 1, "me", true);
    tell(&mut front, 2, "bea", true);
    assert!(front.shows("2 here"), "{}", front.screen());
    connection(&mut front, "club", ConnectionState::Seeking);
    assert!(front.shows("connecting…"), "{}", front.screen());
    connection(
        &mut front,
        "club",
        ConnectionState::Down(Phrase::new("fault-name-not-found").text("host", "h\u{1b}").into()),
    );
    assert!(front.shows("h^[") && !front.shows("2 here"), "nobody knows now: {}", front.screen());
    assert_eq!(rows(&front, "h^["), 1, "{}", front.screen());
    connection(&mut front, "club", ConnectionState::Up);
    assert_eq!(rows(&front, "h^["), 0, "{}", front.screen());
}

#[test]
fn who_is_here_can_be_read_and_follows_what_happens() {
    for opened in ["Alt-N", "'/members Enter"] {
        let mut front = front(100, 30);
        open(&mut front, "club");
        tell(&mut front, 1, "me", true);
        tell(&mut front, 2, "be\u{202e}a", true);
        says(&mut front, "carl", "x");
        front.press(opened);
        for part in ["udp://10.0.0.1:6000/lobby", "2 here, 3 known", "be<U+202E>a", "here, said nothing yet"]
        {
            assert!(front.shows(part), "{part}\n{}", front.screen());
        }
        let own = front.screen().lines().find(|row| row.contains("you, here")).map(str::to_owned);
        let own = own.expect("one's own row");
        assert!(!own.contains("said nothing") && !own.contains('#'), "{own}");
        assert!(front.shows("spoke 2026-11-21 12:00:00"), "{}", front.screen());
        tell(&mut front, 2, "be\u{202e}a", false);
        assert!(front.shows("1 here, 3 known") && front.shows("gone"), "{}", front.screen());
        front.press("Esc");
        assert!(!front.shows("known"), "{}", front.screen());
    }
}

#[test]
fn one_is_in_the_list_oneself_and_not_taken_for_somebody_else() {
    let mut front = front(100, 30);
    open(&mut front, "club");
    tell(&mut front, 1, "me", true);
    front.press("Alt-N");
    assert!(front.shows("you, here"), "{}", front.screen());
    assert!(!front.shows("me #") && !front.shows("nothing yet"), "{}", front.screen());
    tell(&mut front, 2, "Me", true);
    assert_eq!(rows(&front, " #"), 2, "{}", front.screen());
}

#[test]
fn the_details_of_a_conversation_are_whole_on_every_screen() {
    for (width, height) in [(100, 30), (60, 12), (40, 10), (20, 6)] {
        let mut front = front(width, height);
        open(&mut front, "club");
        for number in 0..30 {
            tell(&mut front, number, &format!("member{number:02}"), true);
        }
        front.press("Alt-N");
        let shown = read_to_the_end(&mut front);
        for number in 0..30 {
            assert!(shown.contains(&format!("member{number:02}")), "{width}x{height} {number}:\n{shown}");
        }
    }
    let mut front = front(80, 24);
    front.press("Alt-N");
    for part in ["─ alex ─", "Dialect   udp", "Encoding  utf-8", "plain text tells nothing"] {
        assert!(front.shows(part), "{part}\n{}", front.screen());
    }
    assert!(!front.shows("spoken"), "{}", front.screen());
}

#[test]
fn tab_completes_the_names_of_members() {
    let mut front = front(80, 24);
    open(&mut front, "club");
    tell(&mut front, 1, "me", true);
    tell(&mut front, 2, "Bernd", true);
    tell(&mut front, 3, "be\u{202e}a", true);
    says(&mut front, "bea", "x");
    front.press("'b Tab Tab");
    assert_eq!(front.draft(), "bea: ", "who spoke last comes first");
    front.press("Ctrl-C 'b Tab Down Tab");
    assert_eq!(front.draft(), "Bernd: ");
    front.press("Ctrl-C").write("hi b").press("Tab Tab");
    assert_eq!(front.draft(), "hi bea ");
    front.press("Ctrl-C").write("/le").press("Tab");
    assert_eq!(front.draft(), "/leave ");
    front.press("Ctrl-C").write("/add b").press("Tab");
    assert_eq!(front.draft(), "/add b", "a command takes no members");
    open(&mut front, "hall");
    comes(&mut front, "hall", BEA, MessageKind::Text, "x");
    front.press("'al Tab");
    assert_eq!(front.draft(), "alex", "contacts, where nobody has a name");
}

#[test]
fn a_room_is_left_and_gone_into_again_and_nothing_written_is_lost() {
    let mut front = front(100, 24);
    open(&mut front, "club");
    says(&mut front, "bea", "said before");
    front.press("'/leave Enter");
    assert_eq!(front.edits, [ContactsEdit::Remove { name: "club".to_owned() }]);
    assert!(front.shows("You have left club") && front.shows("said before"), "{}", front.screen());
    assert_eq!(rows(&front, "not in this room"), 2, "above and where one writes:\n{}", front.screen());
    front.press("'hello");
    assert!(front.shows("not in this room"), "{}", front.screen());
    front.press("Enter");
    assert_eq!((front.draft(), front.sent.len()), ("hello", 0));
    assert!(front.shows("nothing was sent"), "{}", front.screen());
    front.press("Ctrl-C '/leave Enter");
    assert!(front.shows("You are not in"), "{}", front.screen());
    front.press("Ctrl-C '/join Enter 'hello Enter");
    assert_eq!(
        (front.entered.clone(), front.sent.clone()),
        (vec![front.id("club")], vec!["hello".to_owned()])
    );
}

#[test]
fn only_rooms_are_gone_into_and_left() {
    let mut front = front(100, 24);
    front.press("'/leave Enter");
    assert!(front.shows("Only rooms can be left"), "{}", front.screen());
    front.press("Ctrl-C").write("/join 127.0.0.1:9").press("Enter");
    assert!(front.shows("127.0.0.1:9 is no room; /add"), "{}", front.screen());
    assert_eq!(front.draft(), "/join 127.0.0.1:9");
    front.press("Ctrl-C").write("/join nonsense").press("Enter");
    assert_eq!(front.draft(), "/join nonsense");
    assert!(front.shows("“nonsense” is neither a room"), "{}", front.screen());
    front.press("Ctrl-C").write("/join room://nonsense").press("Enter");
    assert!(front.shows("“nonsense” is neither a broadcast"), "{}", front.screen());
    assert_eq!(front.entered.len(), 0);
    front.press("Ctrl-C").write("/join hall").press("Enter");
    assert_eq!(front.open(), "hall");
    front.write("/encoding gbk").press("Enter");
    assert!(front.shows("the encoding cannot be chosen"), "{}", front.screen());
    assert_eq!((front.open(), front.entered.clone()), ("hall", vec![front.id("hall")]));
}

#[test]
fn a_search_everywhere_says_who_in_the_room_it_was() {
    let mut front = front(100, 24);
    open(&mut front, "club");
    says(&mut front, "bea", "the needle");
    comes(&mut front, "hall", CARL, MessageKind::Text, "another needle");
    front.press("Alt-S 'needle");
    assert!(front.shows("bea         the needle"), "{}", front.screen());
    assert!(front.shows("[10.0.0.8…  another needle"), "{}", front.screen());
}

#[test]
fn every_size_of_screen_can_be_drawn_with_a_room() {
    let mut front = front(120, 40);
    open(&mut front, "club");
    for number in 0..20 {
        tell(&mut front, number, &format!("成员{number}"), true);
        says(&mut front, &format!("成员{number}👨‍👩‍👧‍👦"), "漢字");
    }
    comes(&mut front, "hall", BEA, MessageKind::Joined, "x");
    for room in ["club", "hall"] {
        open(&mut front, room);
        for keys in ["Esc", "Alt-N"] {
            front.press(keys);
            for (width, height) in [(120, 40), (80, 24), (40, 10), (20, 5), (3, 2), (1, 1), (1, 30), (200, 1)]
            {
                front.resize(width, height);
            }
        }
        front.press("Esc");
        front.resize(120, 40);
    }
}
