//! The contact list in exact cells: numbers, times, badges, last words, heads and what is folded into them.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::model::traffic::{ConnectionState, MessageKind, PeerInfo, Profile};
use crate::model::{Address, Caps, Fault, MessageId, NotifyLevel, Scheme};
use crate::tui::contact_list::ListLine;

/// It bears the name of a dialect that there is, so that something can be sent.
const CLUB: Scheme =
    Scheme { name: "udp", default_port: 7788, caps: Caps { group: true, rooms: true, ..Caps::NONE } };

const DAY: i64 = 24 * 3_600 * 1_000_000;

fn with(name: &str, address: &str) -> Contact {
    let address = Address::parse(address, &[CLUB]).ok().filter(Address::is_room);
    contact(name, address.unwrap_or_else(|| parse_address("127.0.0.1:1").expect("udp")))
}

/// Three contacts and a room, all silent.
fn few(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    let at = |name, port| contact(name, parse_address(&format!("127.0.0.1:{port}")).expect("udp"));
    let room = with("club", "udp://10.0.0.1:6000/lobby");
    let contacts = vec![at("王芳", 9_001), at("alex", 9_002), at("gateway-01.example.org", 9_003), room];
    front.happen(Event::ContactsLoaded { contacts, edit: None });
    front.ui.navigation.forget_lost();
    front.follow();
    front
}

fn says(front: &mut Front, sender: &str, text: &str) {
    let received = Received { sender: Some(sender.to_owned()), ..front.received("club", text) };
    front.happen(Event::Net(NetEvent::Received(received)));
}

pub(super) fn nearby(front: &mut Front, number: u8, name: &str, group: &str) {
    let about = Profile { name: name.to_owned(), group: group.to_owned(), ..Profile::default() };
    let address = Box::new(parse_address(&format!("ipmsg://10.0.0.{number}")).expect("ipmsg"));
    front.happen(Event::Net(NetEvent::Peer(PeerInfo { conversation: None, address, here: true, about })));
}

fn stranger(front: &mut Front, source: &str) {
    let received = Received {
        conversation: None,
        source: source.parse().expect("literal"),
        ..front.received("alex", "hello")
    };
    front.happen(Event::Net(NetEvent::Received(received)));
}

/// A time of the wall, in days and minutes before noon.
fn at(front: &mut Front, days: i64, minutes: i64) {
    front.now.wall = WallTime(NOON - days * DAY - minutes * 60 * 1_000_000);
}

/// The rows of the list.
fn list(front: &Front) -> Vec<String> {
    let width = usize::from(front.ui.viewport.areas().list.width);
    let cut =
        |row: &str| crate::tui::text::clip(row, u16::try_from(width).expect("narrow")).trim_end().to_owned();
    front.screen().lines().map(cut).collect()
}

fn row_of(front: &Front, text: &str) -> usize {
    list(front)
        .iter()
        .position(|row| row.contains(text))
        .unwrap_or_else(|| panic!("{text}\n{}", front.screen()))
}

fn click(front: &mut Front, row: usize) {
    let (kind, row) = (MouseEventKind::Down(MouseButton::Left), u16::try_from(row).expect("a row"));
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column: 6, row, modifiers: KeyModifiers::NONE }));
}

/// Everything that a list can show.
fn office(width: u16, height: u16) -> Front {
    let mut front = few(width, height);
    at(&mut front, 400, 0);
    front.hear("gateway-01.example.org", "restarted");
    at(&mut front, 3, 0);
    front.hear("alex", "周报发我一下，谢谢");
    at(&mut front, 0, 30);
    says(&mut front, "张伟", "会议室在哪？B203 吗，还是楼下的那一间");
    at(&mut front, 0, 0);
    for (number, name, group) in
        [(1, "陈静", ""), (2, "杨帆", "research"), (3, "小李", ""), (4, "刘洋", "research")]
    {
        nearby(&mut front, number, name, group);
    }
    for port in [40_000, 40_001] {
        stranger(&mut front, &format!("127.0.0.9:{port}"));
    }
    stranger(&mut front, "127.0.0.8:5");
    front.rest(10);
    front
}

#[test]
fn list_screens() {
    for (width, height) in [(120, 36), (100, 24), (80, 24), (60, 20)] {
        let front = office(width, height);
        insta::assert_snapshot!(format!("list-{width}x{height}"), list(&front).join("\n"));
    }
}

#[test]
fn times_get_shorter_the_longer_ago_they_are() {
    let mut front = few(120, 24);
    for (days, shown) in [(0, "11:30"), (1, "Fri"), (6, "Sun"), (7, "11-14"), (300, "01-25"), (330, "2025")] {
        at(&mut front, days, 30);
        front.hear("alex", "hi");
        at(&mut front, 0, 0);
        front.draw();
        let row = list(&front).remove(row_of(&front, "alex"));
        assert!(row.contains(&format!(" {shown}")), "{days}: {row}");
        let columns = crate::tui::text::width(row.split(shown).next().expect("a time"));
        assert_eq!(columns + shown.len(), 29, "times end in one column: {row}");
    }
}

#[test]
fn the_second_row_says_what_matters_most() {
    let mut front = few(120, 36);
    front.press("Alt-2 'hello Enter Alt-1");
    let words = |front: &Front| list(front).remove(row_of(front, " alex") + 1).trim().to_owned();
    assert_eq!(words(&front), "… hello");
    let id = front.id("alex");
    let message = front.state.conversation(id).and_then(|alex| alex.activity.newest()).expect("sent");
    front.happen(Event::Net(NetEvent::Failed { message, fault: Fault::Busy }));
    assert!(words(&front).starts_with("× "), "{}", front.screen());
    front.press("Alt-2 'later, Space 'perhaps Alt-1");
    assert_eq!(words(&front), "Draft: later, perhaps");
    let now = front.now.mono;
    front.state.change(id, |alex| alex.status.start_typing(now));
    front.draw();
    assert_eq!(words(&front), "is writing…");
    assert!(list(&front).iter().any(|row| row.starts_with(" 2 … alex")), "{}", front.screen());
    front.press("Alt-2");
    assert_eq!(front.draft(), "later, perhaps", "the draft is still there");
    let silent = list(&front).remove(row_of(&front, "Rooms") - 1);
    assert_eq!(silent, "", "a head has air above it: {}", front.screen());
}

#[test]
fn nothing_secret_is_said_beside_a_name() {
    let mut front = files::front(120, 36);
    let sealed = Received { kind: MessageKind::Sealed, ..front.received("卡尔", "") };
    front.happen(Event::Net(NetEvent::Received(sealed)));
    assert_eq!(
        list(&front).remove(row_of(&front, "卡尔") + 1).trim_end_matches(['1', ' ']).trim(),
        "sealed message"
    );
    let mut front = locks::front(120, 36);
    locks::says(&mut front, 7, "guest", "the password is tulip");
    assert!(front.shows("wants to talk to you") && !front.shows("tulip"), "{}", front.screen());
}

#[test]
fn last_words_go_with_their_message_and_change_with_it() {
    let mut front = few(120, 36);
    front.hear("alex", "first");
    front.hear("alex", "second");
    let words = |front: &Front| list(front).remove(row_of(front, " alex") + 1);
    assert!(words(&front).contains("second"), "{}", front.screen());
    front.press("Alt-2").write("/clear").press("Enter Enter");
    let row = row_of(&front, " alex");
    assert!(list(&front)[row + 1].contains("gateway"), "who said nothing has one row: {}", front.screen());
}

#[test]
fn a_digit_opens_the_conversation_beside_which_it_stands() {
    let mut front = few(80, 24);
    let beside = |front: &Front, digit: u8| {
        let row = list(front).into_iter().find(|row| row.starts_with(&format!(" {digit} "))).expect("a row");
        row.split_whitespace().nth(2).expect("a name").trim_end_matches('…').to_owned()
    };
    front.press("Left");
    front.hear("club", "x");
    for _ in 0..3 {
        for digit in 1..=4 {
            let name = beside(&front, digit);
            // What has come and is not drawn yet moves nobody.
            let received = front.received("alex", "meanwhile");
            front.apply(Event::Net(NetEvent::Received(received)));
            front.key(&format!("Alt-{digit}"));
            assert!(front.open().starts_with(&name), "{digit} {name}: {}", front.open());
        }
        front.rest(10);
    }
}

#[test]
fn who_comes_stands_at_the_end_of_the_section_until_nobody_touches_anything() {
    let mut front = few(80, 36);
    nearby(&mut front, 7, "mia", "");
    front.press("Left");
    nearby(&mut front, 8, "ada", "");
    nearby(&mut front, 9, "bob", "");
    let names = |front: &Front| -> Vec<String> {
        let rows = list(front)
            .into_iter()
            .filter(|row| ["mia", "ada", "bob"].iter().any(|name| row.ends_with(name)));
        rows.map(|row| row.split_whitespace().last().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&front), ["mia", "ada", "bob"]);
    assert_eq!(front.ui.list.rests_at(), Some(front.now.mono + Duration::from_secs(10)));
    front.rest(10);
    assert_eq!(names(&front), ["ada", "bob", "mia"]);
    assert_eq!(front.ui.list.rests_at(), None, "nothing wakes the program any more");
    front.press("Left");
    assert_eq!(front.ui.list.rests_at(), None, "nothing would move");
}

#[test]
fn a_muted_contact_is_dim_and_counts_nowhere() {
    let mut front = few(80, 24);
    front.press("Alt-4").write("/mute").press("Enter");
    let mute = ContactsEdit::SetNotify { name: "club".to_owned(), notify: NotifyLevel::None };
    assert_eq!(front.edits.last(), Some(&mute));
    let told_of = |notify| Contact { notify, ..with("club", "udp://10.0.0.1:6000/lobby") };
    let alex = || contact("alex", parse_address("127.0.0.1:9002").expect("udp"));
    front.happen(Event::ContactsLoaded {
        contacts: vec![alex(), told_of(NotifyLevel::None)],
        edit: Some(mute),
    });
    assert!(front.shows("club is muted"), "{}", front.screen());
    front.press("Ctrl-P");
    for _ in 0..6 {
        says(&mut front, "bea", "chatter");
    }
    let row = list(&front).remove(row_of(&front, "club"));
    assert_eq!(row, " 2 ● club            ~6");
    assert_eq!(front.state.unread_elsewhere(None), 0);
    front.press("Alt-A");
    assert!(front.shows("Nothing is unread"), "{}", front.screen());
    front.happen(Event::ContactsLoaded { contacts: vec![alex(), told_of(NotifyLevel::All)], edit: None });
    assert_eq!(
        list(&front).remove(row_of(&front, "club")),
        " 2 ● club             6",
        "chatter has no ground"
    );
    assert_eq!(front.state.unread_elsewhere(None), 6);
}

#[test]
fn of_a_loud_room_only_what_is_said_to_us_counts_if_a_person_wants_that() {
    let mut front = few(80, 24);
    front.happen(Event::OwnName("lena".to_owned()));
    front.press("Alt-4").write("/notify mention").press("Enter");
    let asked = ContactsEdit::SetNotify { name: "club".to_owned(), notify: NotifyLevel::Mentions };
    assert_eq!(front.edits.last(), Some(&asked));
    let alex = || contact("alex", parse_address("127.0.0.1:9002").expect("udp"));
    let club = Contact { notify: NotifyLevel::Mentions, ..with("club", "udp://10.0.0.1:6000/lobby") };
    front.happen(Event::ContactsLoaded { contacts: vec![alex(), club], edit: Some(asked) });
    assert!(front.shows("only when your name is said"), "{}", front.screen());
    front.write("/notify").press("Enter");
    assert!(front.shows("club calls you only when your name is said"), "{}", front.screen());
    front.press("Alt-N");
    assert!(front.shows("Notices  only when your name is said"), "{}", front.screen());
    front.press("Esc Ctrl-P");
    front.terminal(TerminalEvent::FocusLost);
    says(&mut front, "bea", "chatter");
    assert_eq!(list(&front).remove(row_of(&front, "club")), " 2 ● club            ~1");
    assert_eq!((front.state.unread_elsewhere(None), front.alerts.len()), (0, 0));
    says(&mut front, "bea", "lena: look at this");
    assert_eq!(list(&front).remove(row_of(&front, "club")), " 2 ● club           @1");
    assert_eq!((front.state.unread_elsewhere(None), front.alerts.len()), (1, 1));
    front.press("Alt-1").write("/notify mention").press("Enter");
    assert!(front.shows("alex writes to nobody but you"), "{}", front.screen());
}

#[test]
fn who_is_pinned_stands_on_top() {
    let mut front = few(80, 24);
    front.press("Alt-2").write("/pin").press("Enter");
    let pin = ContactsEdit::SetPinned { name: "alex".to_owned(), pinned: true };
    assert_eq!(front.edits.last(), Some(&pin));
    let alex = contact("alex", parse_address("127.0.0.1:9002").expect("udp"));
    let contacts = vec![with("王芳", ""), Contact { pinned: true, ..alex }];
    front.happen(Event::ContactsLoaded { contacts, edit: Some(pin) });
    assert_eq!(list(&front)[..4], [" Pinned 1", " 1 ○ alex", " Contacts 1", " 2 ○ 王芳"]);
    front.press("Ctrl-G 'echo Enter").write("/pin").press("Enter");
    assert_eq!(front.edits.len(), 1, "what is no contact has no place in their file");
}

#[test]
fn a_head_is_folded_by_a_click_or_by_its_name_and_shows_what_is_unread_in_it() {
    let mut front = office(80, 36);
    let head = row_of(&front, "research 2");
    click(&mut front, head);
    assert_eq!(list(&front)[head], "   research 2         ▸");
    assert!(!front.shows("杨帆") && !front.shows("刘洋"), "{}", front.screen());
    front.write("/fold Nearby").press("Enter");
    assert!(
        !front.shows("陈静") && list(&front).contains(&" Nearby 4             ▸".to_owned()),
        "{}",
        front.screen()
    );
    front.write("/fold Nearby").press("Enter");
    front.write("/fold research").press("Enter");
    assert!(front.shows("杨帆"), "{}", front.screen());
    // Ports of a host are one row until somebody opens it.
    let host = row_of(&front, "127.0.0.9");
    assert_eq!(list(&front)[host], " ▸ ● 127.0.0.9       2");
    click(&mut front, host);
    let rows = list(&front);
    assert_eq!(rows[host].trim_end(), " ▾ ● 127.0.0.9");
    assert_eq!(rows[host + 1], "     ● :40001        1");
    click(&mut front, host + 2);
    assert!(front.open().starts_with("127.0.0.9:"), "{}", front.open());
    front.write("/fold 127.0.0.9").press("Enter");
    let rows = list(&front);
    assert_eq!(rows[host], " ▸ ● 127.0.0.9       1");
    assert!(rows[host + 1].contains(":4000"), "what is open is always visible: {}", front.screen());
    front.resize(130, 30);
    front.write("/fold nothing").press("Enter");
    assert!(front.shows("Nothing in the list called “nothing”"), "{}", front.screen());
}

#[test]
fn the_list_has_two_rows_where_there_is_room_or_where_it_is_set() {
    use crate::model::ListForm;
    let heights = |front: &Front| front.ui.list.lines().iter().map(ListLine::height).max();
    for (width, height, form, rows) in [
        (100, 30, ListForm::Auto, 2),
        (99, 30, ListForm::Auto, 1),
        (100, 29, ListForm::Auto, 1),
        (60, 20, ListForm::Two, 2),
        (160, 45, ListForm::One, 1),
    ] {
        let mut front = few(width, height);
        front.ui.style.list = form;
        front.hear("alex", "hi");
        assert_eq!(heights(&front), Some(rows), "{width}x{height}");
    }
    let mut front = few(80, 24);
    front.write("/set list two").press("Enter");
    let asked = UiRequest::Configure(vec![("list".to_owned(), "two".to_owned())]);
    assert!(front.requests.contains(&asked), "{:?}", front.requests);
}

#[test]
fn both_rows_of_a_conversation_open_it_on_every_screen_that_has_them() {
    for (width, height, columns) in [(160, 45, 38), (120, 36, 34), (100, 30, 29)] {
        let mut front = office(width, height);
        assert_eq!(front.ui.viewport.areas().list.width, columns);
        let row = row_of(&front, " alex");
        assert!(list(&front)[row + 1].starts_with("     周报发我一下"), "{}", front.screen());
        assert!(list(&front)[row].ends_with(" Wed"), "{}", front.screen());
        for (name, row) in [("alex", row + 1), ("club", row_of(&front, "club")), ("alex", row)] {
            click(&mut front, row);
            assert_eq!(front.open(), name, "{width}x{height}\n{}", front.screen());
            let style = |row: usize| front.buffer[(0, u16::try_from(row).expect("a row"))].style();
            let open = row_of(&front, &format!(" {name}"));
            assert_eq!(style(open), style(open + 1), "both rows stand on the ground of what is open");
        }
        assert!(front.shows("to alex ─"), "{}", front.screen());
    }
}

#[test]
fn thousands_of_conversations_cost_no_more_than_the_rows_of_the_screen() {
    let mut front = Front::new(120, 36);
    let contacts: Vec<Contact> = (0..4_000_u16)
        .map(|number| {
            contact(
                &format!("c{number:04}"),
                parse_address(&format!("127.0.0.1:{}", 9_000 + number)).expect("udp"),
            )
        })
        .collect();
    front.happen(Event::ContactsLoaded { contacts, edit: None });
    front.ui.navigation.forget_lost();
    front.follow();
    for name in ["c0000", "c2000", "c3999"] {
        front.press("Ctrl-G").write(name).press("Enter");
        front.hear("c0100", "unread");
        assert!(front.ui.list.lines().len() <= 36, "{}", front.ui.list.lines().len());
        assert!(list(&front).iter().any(|row| row.contains(name)), "{name}\n{}", front.screen());
    }
    assert!(list(&front)[0].starts_with("   ↑ 39"), "{}", front.screen());
}

#[test]
fn presence_and_marks_of_a_contact_that_does_not_answer() {
    let mut front = few(120, 36);
    front.hear("alex", "hi");
    let conversation = front.id("alex");
    let connection = ConnectionState::Down(Phrase::new("reach-closed").into());
    front.happen(Event::Net(NetEvent::Connection { conversation, connection }));
    assert!(list(&front).iter().any(|row| row.starts_with(" 2 × alex")), "{}", front.screen());
    let newest = front.state.conversation(conversation).and_then(|alex| alex.activity.newest());
    assert!(newest > Some(MessageId(0)));
}
