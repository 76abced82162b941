//! What a person sees of keys, and does about them.

use super::*;
use crate::model::traffic::{MessageKind, PeerInfo, Profile};
use crate::model::{Address, Caps, PublicKey, SafetyNumber, Scheme, Trust};

/// A dialect with keys, whose name nothing may depend on.
const LOCKED: Scheme = Scheme {
    name: "locked",
    default_port: 7_781,
    caps: Caps {
        receipts: true,
        authenticated: true,
        presence: true,
        keys: true,
        files: true,
        outbox: true,
        ..Caps::NONE
    },
};

pub(super) fn key(number: u8) -> PublicKey {
    PublicKey::from_bytes([number; 32]).expect("a key")
}

pub(super) fn place(number: u8) -> Address {
    Address::from_key(LOCKED, key(number))
}

/// With bob, whose key is 2, and alex, who has none. Ours is 1.
pub(super) fn front(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.ui.style.own_address = Some(place(1));
    front.ui.style.theme = Theme::named("dark", Colours::True, Background::Dark).expect("dark");
    let plain = parse_address("127.0.0.1:8081").expect("udp");
    let contacts = vec![contact("bob", place(2)), contact("alex", plain)];
    front.happen(Event::ContactsLoaded { contacts, edit: None });
    front.press("Alt-1");
    assert_eq!(front.open(), "bob");
    front
}

/// Whoever has that key makes itself known.
fn appears(front: &mut Front, number: u8, name: &str) -> Box<Address> {
    let mut address = place(number);
    address.host = crate::model::Host::Ip([10, 77, 5, 9].into());
    let address = Box::new(address);
    let conversation = front.state.at_address(&address).map(|known| known.id);
    let about = Profile { name: name.to_owned(), ..Profile::default() };
    let peer = PeerInfo { conversation, address: address.clone(), here: true, about };
    front.happen(Event::Net(NetEvent::Peer(peer)));
    address
}

/// The same, and says something.
pub(super) fn says(front: &mut Front, number: u8, name: &str, text: &str) -> ConversationId {
    let conversation = front.state.at_address(&place(number)).map(|known| known.id);
    let address = appears(front, number, name);
    let received = Received {
        uid: None,
        about: None,
        quote: None,
        files: crate::model::Files::default(),
        place: Some(address.clone()),
        sender: None,
        kind: MessageKind::Text,
        conversation,
        scheme: LOCKED,
        source: "10.77.5.9:7781".parse().expect("literal"),
        time: front.now.wall,
        text: text.to_owned(),
        lossy: false,
        authenticated: true,
        payload: text.as_bytes().into(),
    };
    front.happen(Event::Net(NetEvent::Received(received)));
    front.state.at_address(&address).expect("a conversation").id
}

pub(super) fn open_stranger(front: &mut Front, name: &str) {
    front.press("Ctrl-G").write(name).press("Enter");
    assert_eq!(front.open(), name);
}

/// bob, as somebody who has a new key says: sending is stopped.
pub(super) fn changed(width: u16, height: u16) -> Front {
    let mut front = front(width, height);
    says(&mut front, 2, "bob", "see you on Monday");
    let left = PeerInfo {
        conversation: Some(front.id("bob")),
        address: Box::new(place(2)),
        here: false,
        about: Profile::default(),
    };
    front.press("'/verify Enter s");
    front.happen(Event::Net(NetEvent::Peer(left)));
    says(&mut front, 9, "bob", "new laptop");
    front
}

/// Whether the app sends what is written to the open conversation. The front asks the dialect first, and this one is none.
pub(super) fn sends(front: &mut Front) -> bool {
    let conversation = front.ui.navigation.open().expect("open");
    let before = front.sent.len();
    front.happen(Event::Intent(Intent::Send { conversation, text: "hi".to_owned() }));
    front.sent.len() > before
}

pub(super) fn trust(front: &Front, name: &str) -> Option<Trust> {
    assert_eq!(front.open(), name);
    front.ui.conversation(&front.state).and_then(crate::app::Conversation::trust)
}

pub(super) fn header(front: &Front) -> String {
    let screen = front.screen();
    let first = screen.lines().next().unwrap_or_default();
    first.rsplit('│').next().unwrap_or_default().trim().to_owned()
}

/// The style of the first cell of that text, on the first row that has it.
pub(super) fn style_of(front: &Front, text: &str) -> ratatui::style::Style {
    let area = front.buffer.area;
    let symbols: Vec<String> = text.chars().map(|c| c.to_string()).collect();
    let width = u16::try_from(symbols.len()).expect("short");
    let cells = (0..area.height).flat_map(|y| (0..area.width.saturating_sub(width)).map(move |x| (x, y)));
    let is_here = |at: &(u16, u16)| {
        (at.0..).zip(&symbols).all(|(x, symbol)| front.buffer[(x, at.1)].symbol() == symbol)
    };
    let at = cells.into_iter().find(is_here).expect(text);
    front.buffer[at].style()
}

#[test]
fn the_words_of_the_lock_come_before_the_address_and_are_the_last_to_go() {
    let mut front = front(120, 24);
    says(&mut front, 2, "bob", "hi");
    let groups = key(2).groups();
    assert!(
        header(&front).starts_with(&format!("◇ bob  here · encrypted, not compared · {groups}")),
        "{}",
        header(&front)
    );
    assert!(header(&front).ends_with("10.77.5.9"), "{}", header(&front));
    front.resize(80, 24);
    assert_eq!(header(&front), format!("◇ bob  here · key not compared · {groups}"));
    front.resize(60, 20);
    assert_eq!(header(&front), "◇ bob  here · encrypted, not compared");
    front.resize(24, 20);
    assert_eq!(header(&front), "◇ bob  not compared");
    front.resize(80, 24);
    front.press("Alt-2");
    assert!(header(&front).starts_with("alex  not encrypted "), "{}", header(&front));
    assert!(header(&front).ends_with("udp://127.0.0.1:8081"), "{}", header(&front));
}

#[test]
fn parts_of_the_header_are_whole_at_every_width() {
    let words =
        ["bob", "here", "not compared", "key not compared", "encrypted, not compared", "10.77.5.9", "◇", ""];
    let mut front = front(120, 24);
    says(&mut front, 2, "bob", "hi");
    let groups = key(2).groups();
    for width in 20..140 {
        front.resize(width, 24);
        let header = header(&front).replacen("◇ bob", "bob", 1);
        let parts = header.split(" · ").flat_map(|part| part.split("  ")).map(str::trim);
        for part in parts {
            assert!(words.contains(&part) || part == groups, "{width}: {part:?} in {header:?}");
        }
    }
}

#[test]
fn list_rule_and_prompt_bear_the_sign_of_where_enter_goes() {
    let mut front = front(80, 24);
    assert!(front.shows("bob ◇") && front.shows(" ◇ to bob ──"), "{}", front.screen());
    assert!(front.shows("›  Write to bob"), "{}", front.screen());
    let pinned = front.ui.style.theme.style(Role::LockPinned);
    assert_eq!(style_of(&front, "◇ to bob").fg, pinned.fg);
    assert_eq!(
        style_of(&front, "◇ to bob").bg,
        front.ui.style.theme.style(Role::Base).bg,
        "the ground of the theme"
    );
    front.press("'/verify Enter s");
    assert!(front.shows("bob ◆") && front.shows(" ◆ to bob ──"), "{}", front.screen());
    assert!(header(&front).starts_with("◆ bob  compared"), "{}", header(&front));
    front.press("Alt-2");
    assert!(front.shows(" to alex ──") && front.shows("›  Write to alex"), "{}", front.screen());
    assert_eq!(style_of(&front, "to alex ").fg, front.ui.style.theme.style(Role::Prompt).fg);
}

#[test]
fn consoles_without_the_signs_get_others() {
    let mut front = front(80, 24);
    front.ui.style.blocks = false;
    front.draw();
    assert!(front.shows("bob [-]") && front.shows("[-] to bob") && !front.shows("◇"), "{}", front.screen());
}

#[test]
fn a_number_is_compared_by_a_letter_and_never_by_one_enter_too_many() {
    let mut front = front(80, 24);
    front.press("'/verify Enter");
    for group in SafetyNumber::of(&key(1), &key(2)).groups() {
        assert!(front.shows(&group), "{group}\n{}", front.screen());
    }
    front.press("Enter Enter");
    assert_eq!(trust(&front, "bob"), Some(Trust::Pinned));
    front.press("s");
    assert_eq!(trust(&front, "bob"), Some(Trust::Verified { since: front.now.wall }));
    front.resize(120, 24);
    assert!(header(&front).contains("encrypted, compared 2026-11-21"), "{}", header(&front));
    front.press("'/verify Space 'off Enter");
    assert_eq!(trust(&front, "bob"), Some(Trust::Pinned));
    front.press("'/verify Enter Esc");
    assert!(front.ui.popup.is_none() && trust(&front, "bob") == Some(Trust::Pinned));
}

#[test]
fn one_letter_blocks_nobody_and_what_does_says_how_to_take_it_back() {
    let mut front = front(80, 24);
    front.press("'/verify Enter x");
    assert!(front.shows("Block this key?") && front.shows("/accept"), "{}", front.screen());
    front.press("x Esc");
    assert!(front.ui.popup.is_none() && trust(&front, "bob") == Some(Trust::Pinned));
    front.press("'/verify Enter x Enter");
    assert_eq!(trust(&front, "bob"), Some(Trust::Blocked));
    assert!(front.shows("/accept takes that back"), "{}", front.screen());
    front.press("'hi Enter");
    assert_eq!((front.draft(), front.sent.len()), ("hi", 0));
    front.press("Ctrl-U '/accept Enter");
    assert_eq!(trust(&front, "bob"), Some(Trust::Pinned));
}

#[test]
fn what_has_no_key_cannot_be_compared() {
    let mut front = front(80, 24);
    front.press("Alt-2 '/verify Enter");
    assert!(front.ui.popup.is_none() && front.shows("has no key"), "{}", front.screen());
    front.press("Alt-1");
    front.ui.style.own_address = None;
    front.press("'/verify Enter");
    assert!(front.ui.popup.is_none() && front.shows("Your own key was not opened"), "{}", front.screen());
}

#[test]
fn both_keys_stand_whole_on_their_page_and_a_code_where_it_has_room() {
    let whole = |number| crate::model::key::grouped(&key(number).to_string());
    for (width, height, has_code) in [(80, 24, false), (120, 60, true)] {
        let mut front = front(width, height);
        front.press("'/key Enter");
        let shown = front.screen();
        assert!(shown.contains(&whole(1)) && shown.contains(&whole(2)), "{shown}");
        assert_eq!(shown.contains('▀'), has_code, "{shown}");
        front.press("y");
        assert_eq!(front.requests.last(), Some(&UiRequest::Copy(place(1).to_string())));
    }
}

#[test]
fn a_code_is_drawn_whole_or_not_at_all() {
    for (width, height, fits) in [(80, 24, true), (120, 40, true), (60, 20, false), (40, 30, false)] {
        let mut front = front(width, height);
        front.press("Alt-N q");
        assert_eq!(front.shows("█▀▀▀▀▀█"), fits, "{width}x{height}\n{}", front.screen());
        assert_eq!(front.shows("The code needs"), !fits, "{width}x{height}\n{}", front.screen());
        front.press("Esc Esc");
        assert!(front.ui.popup.is_none());
    }
    let mut front = front(80, 24);
    front.press("Alt-N q");
    for (width, height) in [(60, 20), (20, 5), (1, 1), (80, 24)] {
        front.resize(width, height);
    }
}

#[test]
fn details_say_all_of_a_key_in_one_place() {
    let mut front = front(100, 36);
    says(&mut front, 2, "bob", "hi");
    front.press("Alt-N");
    let whole = crate::model::key::grouped(&key(2).to_string());
    for said in [
        "Trust          encrypted, not compared",
        whole.get(..40).expect("long"),
        "Reached at     10.77.5.9",
        "First message  2026-11-21",
        "State          here",
    ] {
        assert!(front.shows(said), "{said}\n{}", front.screen());
    }
    front.press("v");
    assert!(front.shows("Compare this number"), "{}", front.screen());
    front.press("s Alt-N");
    assert!(front.shows("encrypted, compared 2026-11-21"), "{}", front.screen());
}

#[test]
fn names_that_lie_are_escaped_wherever_a_lock_stands() {
    let evil = "◆ b\u{202e}ob\u{1b}[2J";
    for (width, height) in [(60, 20), (80, 24), (120, 36)] {
        let mut front = front(width, height);
        says(&mut front, 7, evil, "hi");
        front.press("Alt-A");
        assert_eq!(front.open(), evil);
        for keys in ["Esc", "Alt-N", "Esc '/accept Enter", "'/verify Enter", "Esc '/key Enter"] {
            front.press(keys);
            let screen = front.screen();
            assert!(
                !screen.contains(['\u{202e}', '\u{1b}']) && screen.contains("<U+202E>"),
                "{keys}\n{screen}"
            );
        }
        assert!(header(&front).starts_with("◇ ◆"), "its own sign is before the name: {}", header(&front));
    }
}

#[test]
fn no_name_pushes_out_what_proves_who_it_is() {
    let mut front = front(80, 24);
    let name = "bob and a lot more than anybody is called ".repeat(4);
    says(&mut front, 7, &name, "hi");
    front.press("Alt-A");
    assert!(header(&front).ends_with("wants to talk to you"), "{}", header(&front));
    assert!(front.shows("…: answer first"), "{}", front.screen());
    front.press("'/accept Enter");
    assert!(
        header(&front).contains("…  ") && header(&front).ends_with(&key(7).groups()),
        "{}",
        header(&front)
    );
}

#[test]
fn every_state_of_a_lock_can_be_drawn_at_every_size_in_every_theme() {
    for theme in ["dark", "light", "classic", "mono"] {
        for colours in [Colours::True, Colours::Sixteen, Colours::Mono] {
            let mut front = changed(80, 24);
            front.ui.style.theme = Theme::named(theme, colours, Background::Dark).expect(theme);
            front.ui.style.colours = colours;
            for keys in ["Esc", "'/key Enter", "Esc Alt-N q", "Esc Alt-2 Alt-1 Esc"] {
                front.press(keys);
                for (width, height) in [(200, 60), (80, 24), (40, 12), (20, 10), (3, 2), (1, 1)] {
                    front.resize(width, height);
                }
            }
        }
    }
}

#[test]
fn lock_screens() {
    let mut front = front(60, 20);
    says(&mut front, 7, "guest-laptop", "Hi, this is 小李 from the lab. May I write to you?");
    open_stranger(&mut front, "guest-laptop");
    insta::assert_snapshot!("lock-request-60x20", front.screen());
    let front = changed(80, 24);
    insta::assert_snapshot!("lock-changed-80x24", front.screen());
    let mut front = changed(120, 36);
    says(&mut front, 5, "陈静", "hi");
    front.press("'/key Space 'other Enter '/verify Enter");
    insta::assert_snapshot!("lock-compare-120x36", front.screen());
}

#[test]
fn a_name_that_is_picked_is_meant_and_one_that_is_come_past_is_not() {
    for picks in [true, false] {
        let mut front = front(120, 24);
        appears(&mut front, 7, "mei");
        if picks {
            open_stranger(&mut front, "mei");
        } else {
            let mut steps = 0;
            while front.open() != "mei" && steps < 9 {
                front.press("Alt-Down");
                steps += 1;
            }
        }
        assert_eq!(trust(&front, "mei"), None);
        says(&mut front, 7, "mei", "hello");
        assert_eq!(trust(&front, "mei"), Some(if picks { Trust::Pinned } else { Trust::Requested }));
    }
}

#[test]
fn whoever_turns_out_to_be_encrypted_while_one_chooses_is_opened_so() {
    let mut front = front(120, 24);
    let address = parse_address("ipmsg://10.77.5.9").expect("an address");
    let program = format!("udpqq {}", env!("CARGO_PKG_VERSION"));
    let about = Profile { name: "cleo".to_owned(), program, ..Profile::default() };
    let peer = PeerInfo { conversation: None, address: Box::new(address), here: true, about };
    front.happen(Event::Net(NetEvent::Peer(peer)));
    front.press("Ctrl-G").write("cleo");
    appears(&mut front, 4, "cleo");
    front.press("Enter");
    let open = front.ui.navigation.open().and_then(|open| front.state.conversation(open)).expect("one");
    assert_eq!(open.address.key, Some(key(4)), "{}", front.screen());
}
