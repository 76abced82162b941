//! The first minute: the form of the first start, and what a conversation says in which nothing has been said.

use super::*;
use crate::model::traffic::{Listening, PeerInfo, Profile};
use crate::tui::popup::Popup;
use crate::tui::update::first_start_form;

/// As after the first start: nobody but the echo peer, and everybody may see us.
fn fresh(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.happen(Event::ContactsLoaded { contacts: Vec::new(), edit: None });
    front.happen(Event::Net(NetEvent::EchoReady { address: parse_address("127.0.0.1:7").expect("udp") }));
    front.ui.style.settings = vec![("visible", "true".to_owned())];
    front.ui.style.me = "lena".to_owned();
    front.ui.navigation.forget_lost();
    front.follow();
    front
}

fn comes(front: &mut Front, name: &str) {
    let about = Profile { name: name.to_owned(), ..Profile::default() };
    let address = Box::new(parse_address("ipmsg://10.77.5.9").expect("ipmsg"));
    front.happen(Event::Net(NetEvent::Peer(PeerInfo { conversation: None, address, here: true, about })));
}

/// What stands in the pane, its rows joined.
fn said(front: &Front) -> String {
    let screen = front.screen();
    let rows = screen.lines().map(|row| row.rsplit('│').next().unwrap_or_default().trim());
    rows.filter(|row| !row.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn first_pages() {
    for (width, height) in [(120, 36), (80, 24), (60, 20)] {
        insta::assert_snapshot!(format!("first-page-{width}x{height}"), fresh(width, height).screen());
    }
}

#[test]
fn a_first_page_that_has_little_room_keeps_what_it_is_and_the_key_to_all_others() {
    for (width, height) in [(40, 12), (40, 10), (30, 24), (20, 20)] {
        let front = fresh(width, height);
        let said = said(&front);
        assert!(said.contains("echo answers whatever"), "{width}x{height}\n{}", front.screen());
        assert!(height < 12 || said.contains("all keys"), "{width}x{height}\n{}", front.screen());
    }
}

#[test]
fn an_empty_conversation_says_why_nobody_is_seen() {
    let mut front = fresh(80, 24);
    front.load(&[("alex", "127.0.0.1:8081")]);
    front.press("Ctrl-G 'alex Enter");
    let alone = "Visible as lena on eth0. Nobody has answered since 12:00.";
    assert!(said(&front).contains(alone), "{}", front.screen());
    front.now.wall = WallTime(NOON + 3_600_000_000);
    front.draw();
    assert!(said(&front).contains(alone), "the time stays that of the start: {}", front.screen());
    comes(&mut front, "mia");
    assert!(!said(&front).contains("Nobody") && front.shows("No messages yet."), "{}", front.screen());
    for (key, words) in [
        ("false", "Nobody sees you: /set visible true"),
        ("contacts", "Only those who know your key see you"),
    ] {
        front.ui.style.settings = vec![("visible", key.to_owned())];
        front.draw();
        assert!(said(&front).contains(words), "{}", front.screen());
    }
    front.ui.style.networks.here.clear();
    front.draw();
    let words = "No network: nothing can leave this machine. /doctor says why.";
    assert!(said(&front).contains(words), "{}", front.screen());
}

#[test]
fn whoever_wants_to_be_seen_while_nothing_tells_others_is_told_so() {
    let mut front = fresh(80, 24);
    let off = |scheme, address: Option<&str>| Listening {
        scheme,
        address: address.map(|at| at.parse().expect("literal")),
        wanted: None,
        code: None,
    };
    for (scheme, address) in [("udp", Some("0.0.0.0:8081")), ("ipmsg", None), ("udpqq", None)] {
        front.happen(Event::Net(NetEvent::Listening(off(scheme, address))));
    }
    assert!(said(&front).contains("Nobody sees you: what announces you is off"), "{}", front.screen());
    front.happen(Event::Net(NetEvent::Listening(off("udpqq", Some("0.0.0.0:7781")))));
    assert!(said(&front).contains("You are visible as lena on eth0."), "{}", front.screen());
}

#[test]
fn a_key_of_the_first_page_can_be_clicked() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut front = fresh(80, 24);
    let row = front.screen().lines().position(|row| row.contains("Ctrl-G")).expect("there");
    let (kind, row) = (MouseEventKind::Down(MouseButton::Left), u16::try_from(row).expect("a row"));
    let column = front.ui.viewport.areas().scrollback.x + 4;
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    assert!(front.shows("─ Go to ─"), "{}", front.screen());
}

#[test]
fn join_alone_enters_the_room_of_this_network() {
    let mut front = fresh(80, 24);
    front.write("/join").press("Enter");
    assert_eq!(front.open(), "255.255.255.255:7788", "{}", front.screen());
    assert!(
        front.shows("to everybody in this network") && front.shows(" this network "),
        "{}",
        front.screen()
    );
}

fn form(width: u16, height: u16) -> Front {
    let mut front = fresh(width, height);
    front.ui.popup = Some(Popup::Form(first_start_form(&front.ui.style)));
    front.draw();
    front
}

#[test]
fn first_forms() {
    for (width, height) in [(120, 36), (80, 24), (60, 20)] {
        insta::assert_snapshot!(format!("first-form-{width}x{height}"), form(width, height).screen());
    }
}

#[test]
fn the_first_form_has_the_screen_for_itself_and_stays_where_it_is() {
    for (width, height) in [(120, 36), (80, 24), (60, 20), (30, 9)] {
        let mut front = form(width, height);
        let top = |front: &Front| front.screen().lines().position(|row| row.contains('╭'));
        assert!(!front.shows("Contacts") && !front.shows("Write to"), "{}", front.screen());
        let above = top(&front).expect("a frame");
        let below = front.screen().lines().rev().position(|row| row.contains('╰')).expect("a frame");
        assert!(above.abs_diff(below) <= 2, "in the middle: {}", front.screen());
        front.press("Up Right");
        if height > 20 {
            assert_eq!(top(&front), Some(above), "{}", front.screen());
        }
        front.press("Esc");
        assert!(front.shows("echo"), "{}", front.screen());
    }
}

#[test]
fn the_first_form_shows_colours_as_they_are_chosen_and_saves_them() {
    let mut front = form(80, 24);
    let ground = |front: &Front| {
        let row = front.screen().lines().position(|row| row.contains("你好")).expect("a sample");
        let y = u16::try_from(row).expect("fits");
        let x = (0..80).find(|x| front.buffer[(*x, y)].symbol() == "你").expect("a sample");
        (front.buffer[(x, y)].bg, front.buffer[(0, 23)].bg)
    };
    front.ui.style.theme = Theme::named("auto", Colours::True, Background::Dark).expect("auto");
    front.ui.style.settings.push(("theme", "auto".to_owned()));
    front.ui.popup = Some(Popup::Form(first_start_form(&front.ui.style)));
    front.draw();
    assert!(front.shows("‹ as the terminal: dark ›"), "{}", front.screen());
    front.ui.style.theme = Theme::named("classic", Colours::True, Background::Dark).expect("classic");
    front.ui.popup = Some(Popup::Form(first_start_form(&front.ui.style)));
    front.press("Tab Tab");
    assert!(front.shows("‹ classic ›"), "{}", front.screen());
    let mut seen = std::collections::BTreeSet::new();
    for (shown, named) in
        [("no colours", "mono"), ("as the terminal: dark", "auto"), ("dark", "dark"), ("light", "light")]
    {
        front.press("Right");
        assert!(front.shows(&format!("‹ {shown} ›")), "{shown}\n{}", front.screen());
        let wanted = Theme::named(named, Colours::True, Background::Dark).expect(named);
        let grounds = (wanted.style(Role::Incoming).bg, wanted.style(Role::Status).bg);
        let (sample, status) = ground(&front);
        assert_eq!((grounds.0.unwrap_or(sample), grounds.1.unwrap_or(status)), (sample, status), "{shown}");
        seen.insert(format!("{:?}", ground(&front)));
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    front.press("Enter");
    let asked = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let all =
        [asked("name", "lena"), asked("language", "en"), asked("theme", "light"), asked("visible", "true")];
    assert_eq!(front.requests, [UiRequest::Configure(all.to_vec())]);
}

#[test]
fn the_first_form_says_who_will_see_a_person_and_where() {
    let mut front = form(80, 24);
    let said = |front: &Front| {
        front.screen().replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(
        said(&front).contains("on this network (eth0, 10.77.5.0/24) will see you as lena"),
        "{}",
        front.screen()
    );
    front.press("'mia");
    assert!(said(&front).contains("will see you as mia"), "{}", front.screen());
    front.press("Up Right");
    assert!(said(&front).contains("Nobody is told that you are here"), "{}", front.screen());
    front.press("Right");
    for name in ["eth1", "eth2", "eth3"] {
        let network = OwnNetwork { interface: name.to_owned(), network: "10.0.0.0/8".to_owned() };
        front.ui.style.networks.here.push(network);
    }
    front.draw();
    assert!(
        said(&front).contains("these networks (eth0, 10.77.5.0/24; eth1, 10.0.0.0/8; eth2, 10.0.0.0/8; …)")
    );
    front.ui.style.networks.here.clear();
    front.draw();
    assert!(said(&front).contains("There is no network"), "{}", front.screen());
}

#[test]
fn esc_says_that_the_first_form_comes_again_and_nothing_is_saved() {
    let mut front = form(80, 24);
    assert!(front.shows("Esc ask me later"), "{}", front.screen());
    front.press("Esc");
    assert!(front.shows("Asked again at the next start"), "{}", front.screen());
    assert!(front.requests.is_empty());
}

#[test]
fn the_details_of_what_is_inside_this_program_name_no_address() {
    let mut front = fresh(80, 24);
    front.press("Alt-N");
    let row = front.screen().lines().find(|row| row.contains("Address")).map(str::to_owned);
    assert!(row.is_some_and(|row| row.contains("inside this program")), "{}", front.screen());
    assert!(front.shows("State     here") && !front.shows("://"), "{}", front.screen());
    front.press("Esc Ctrl-G");
    assert!(front.shows("echo  inside this program") && !front.shows("://"), "{}", front.screen());
}

#[test]
fn whoever_was_here_is_said_to_be_cut_off_while_the_interface_is_down() {
    let mut front = fresh(80, 24);
    comes(&mut front, "mia");
    front.press("Ctrl-G 'mia Enter");
    let header = |front: &Front| front.screen().lines().next().unwrap_or_default().to_owned();
    assert!(header(&front).contains("here"), "{}", front.screen());
    let eth0 = front.ui.style.networks.here.clone();
    let told = front.ui.style.networks.change(&[]);
    for phrase in told {
        front.happen(Event::StatusLine(phrase));
    }
    front.draw();
    let now = header(&front);
    assert!(now.contains("eth0 is down") && !now.contains("here"), "{}", front.screen());
    assert!(front.shows("eth0 is down: nobody is reached over it"), "{}", front.screen());
    front.press("Ctrl-G 'echo Enter");
    assert!(!header(&front).contains("down"), "{}", front.screen());
    front.press("Ctrl-G 'mia Enter");
    for phrase in front.ui.style.networks.change(&eth0) {
        front.happen(Event::StatusLine(phrase));
    }
    front.draw();
    assert!(front.shows("eth0 is up again"), "{}", front.screen());
    assert!(header(&front).contains("here") && !header(&front).contains("down"), "{}", front.screen());
}
