//! The page of `/wire`.

use super::*;
use crate::model::packet::{PacketDirection, PacketFate, WireTransport};
use crate::model::{Capture, WirePacket};

const SAMPLE: &str = "esc \x1b[31mred\x1b[0m \x07bell \u{202e}abc\u{202c} end\ttab\nline2";

fn packet(direction: PacketDirection, remote: &str, bytes: &[u8]) -> WirePacket {
    WirePacket {
        time: WallTime(NOON + 114_000),
        direction,
        transport: WireTransport::Udp,
        local: "127.0.0.1:7000".parse().expect("an address"),
        remote: remote.parse().expect("an address"),
        zone: None,
        scheme: "udp",
        fate: PacketFate::Passed,
        bytes: bytes.into(),
    }
}

pub(super) fn packets(count: usize) -> Vec<WirePacket> {
    (0..count).map(|_| packet(PacketDirection::In, "127.0.0.1:8081", b"hello")).collect()
}

fn talk(front: &mut Front) {
    let lost = packet(PacketDirection::Out, "127.0.0.1:8081", b"hello world");
    let packets = vec![
        packet(PacketDirection::In, "127.0.0.1:8081", "收到，你好小王".as_bytes()),
        packet(PacketDirection::Out, "127.0.0.1:8081", b"hello world"),
        WirePacket { fate: PacketFate::Lost, ..lost },
        packet(PacketDirection::In, "127.0.0.1:8082", b"of somebody else"),
        packet(PacketDirection::In, "127.0.0.1:8081", b"\xc4\xe3\xba\xc3"),
        packet(PacketDirection::In, "127.0.0.1:8081", SAMPLE.as_bytes()),
    ];
    front.ui.take_capture(&front.state, Capture { packets, left_out: 0 });
    front.draw();
}

#[test]
fn an_interface_is_called_by_its_name() {
    let mut front = Front::new(120, 30);
    front.press("Ctrl-G 'alex Enter '/wire Space 'all Enter");
    let near = packet(PacketDirection::In, "[fe80::5%2]:8081", b"near");
    let packets = vec![WirePacket { zone: Some("wlan0".into()), ..near }];
    front.ui.take_capture(&front.state, Capture { packets, left_out: 0 });
    front.draw();
    assert!(front.shows("← [fe80::5%wlan0]:8081 "), "{}", front.screen());
    assert!(front.shows("4 bytes from [fe80::5%wlan0]:8081 "), "{}", front.screen());
    front.write("/%wlan").press("Enter");
    assert!(front.shows("← [fe80::5%wlan0]:8081 "), "{}", front.screen());
    assert!(!front.screen().contains("%2"));
}

fn wire(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.press("Ctrl-G 'alex Enter '/wire Enter");
    talk(&mut front);
    front
}

#[test]
fn each_packet_is_a_row_and_the_bytes_of_one_stand_below() {
    let front = wire(120, 30);
    let screen = front.screen();
    for row in [
        " Wire  alex · both directions · running",
        "5 packets  93 B  filter: none",
        " 12:00:00.114  ← 127.0.0.1:8081             21  收到，你好小王",
        " 12:00:00.114  → 127.0.0.1:8081             11  hello world\n",
        " 12:00:00.114  → 127.0.0.1:8081             11  hello world  lost by /lab",
        "4  ���  not UTF-8; as GB18030: 你好",
        "46  esc ^[[31mred^[[0m ^Gbell <U+202E>abc<U+202C> end→   tab^Jline2",
        "── 46 bytes from 127.0.0.1:8081 · udp 127.0.0.1:7000 ───",
        " 0000  65 73 63 20 1b 5b 33 31  6d 72 65 64 1b 5b 30 6d  esc ·[31mred·[0m    ESC at 4, ESC at 12",
        " 0020  20 65 6e 64 09 74 61 62  0a 6c 69 6e 65 32         end·tab·line2      TAB at 36, LF at 40",
        " Space pause  / filter  Tab hex or text  S save as pcap  Enter whole  C clear  Esc back",
        "following",
    ] {
        assert!(
            screen.lines().map(|line| format!("{line}\n")).any(|line| line.contains(row)),
            "{row}\n{screen}"
        );
    }
    assert!(!screen.contains("somebody else"), "{screen}");
}

#[test]
fn control_and_high_bytes_have_colours_of_their_own() {
    let mut front = wire(120, 30);
    let style_at = |front: &Front, text: &str| {
        let screen = front.screen();
        let y = screen.lines().position(|line| line.contains(" 0000  ")).expect("a row");
        let line = screen.lines().nth(y).expect("a row");
        let x = line.find(text).expect("a byte");
        front.buffer[(u16::try_from(x).expect("fits"), u16::try_from(y).expect("fits"))].fg
    };
    let role = |front: &Front, role| front.ui.style.theme.style(role).fg.unwrap_or_default();
    front.ui.style.theme = Theme::named("dark", Colours::True, Background::Dark).expect("dark");
    front.draw();
    assert_eq!(style_at(&front, "1b"), role(&front, Role::HexControl));
    front.press("Up");
    assert_eq!(style_at(&front, "c4"), role(&front, Role::HexHigh));
    assert_ne!(role(&front, Role::HexHigh), role(&front, Role::HexControl));
}

#[test]
fn narrow_screens_lose_whole_parts() {
    let front = wire(80, 24);
    let screen = front.screen();
    assert!(screen.contains(" 0010  20 07 62 65 6c 6c 20 e2  80 ae 61 62 63 e2 80 ac"), "{screen}");
    assert!(!screen.contains("BEL at"), "{screen}");
    let front = wire(60, 20);
    let screen = front.screen();
    assert!(screen.contains(" 12:00:00 ← 127.0.0.1"), "{screen}");
    assert!(screen.contains(" 0008  6d 72 65 64  1b 5b 30 6d"), "{screen}");
    assert!(screen.contains("/ filter") && screen.contains("Esc back"), "{screen}");
}

#[test]
fn what_is_in_another_encoding_can_be_read_at_every_width() {
    let bytes = b"1_lbt6_0#128#:70:\xd5\xc5\xce\xb0:pc:288:\xba\xec\x1b[31m{/font;-13 0 0 0 134 2 \xcb\xce\xcc\xe5;}\0";
    for (width, shown) in [
        (160, "{/font;-13 0 0 0 134 2 宋体;}^@  GB18030"),
        (120, "1_lbt6_0#128#:70:张伟:pc:288:红^[[31m"),
        (60, "1_lbt6_"),
    ] {
        let mut front = wire(width, 24);
        let packets = vec![packet(PacketDirection::In, "127.0.0.1:8081", bytes)];
        front.ui.take_capture(&front.state, Capture { packets, left_out: 0 });
        front.draw();
        let screen = front.screen();
        let row = screen.lines().find(|row| row.contains("1_lbt6_") && row.contains('←')).expect("a row");
        assert!(row.contains(shown) && row.trim_end().ends_with("GB18030"), "{width}: {row}");
        front.press("Tab");
        assert!(front.screen().contains("张伟"), "{}", front.screen());
    }
}

#[test]
fn a_page_that_is_opened_again_has_no_filter() {
    let mut front = wire(120, 30);
    front.press("/ 'hello Enter Esc '/wire Enter");
    assert!(front.screen().contains("filter: none"), "{}", front.screen());
}

#[test]
fn on_small_screens_the_way_out_stands_among_the_keys_and_sentences_are_whole() {
    for (width, height) in [(60, 20), (40, 12)] {
        let mut front = wire(width, height);
        assert!(front.screen().contains("Esc back"), "{}", front.screen());
        front.press("/ 'nothing-like-it Enter");
        let screen = front.screen();
        let words: Vec<&str> = screen.split_whitespace().collect();
        let said = "Nothing of what is kept fits the filter, or is of this contact.";
        assert!(words.join(" ").contains(said), "{screen}");
    }
}

#[test]
fn where_nothing_of_a_peer_has_come_and_nothing_is_filtered_no_filter_is_blamed() {
    let mut front = wire(80, 24);
    front.press("Esc Ctrl-G 'egon Enter '/wire Enter");
    assert!(front.shows("Nothing to or from egon has passed"), "{}", front.screen());
    assert!(!front.shows("fits the filter"), "{}", front.screen());
    front.press("/ 'x Enter");
    assert!(front.shows("fits the filter"), "{}", front.screen());
}

#[test]
fn a_filter_narrows_the_list_while_it_is_typed() {
    let mut front = wire(120, 30);
    front.press("/ 'hello");
    assert!(front.screen().contains("2 packets  22 B  filter: hello"), "{}", front.screen());
    assert!(front.screen().contains("Filter: hello"), "{}", front.screen());
    front.press("Enter");
    assert!(front.screen().contains("following"), "{}", front.screen());
    front.press("/ Esc");
    assert!(front.screen().contains("5 packets"), "{}", front.screen());
}

#[test]
fn what_is_shown_is_saved_under_a_name_one_may_change() {
    let mut front = wire(120, 30);
    front.press("/ 'hello Enter S");
    assert!(front.screen().contains("Save 2 packets as wire-2026-11-21-120000.pcap"), "{}", front.screen());
    front.press("Ctrl-U 'talk.pcap Enter");
    let saved = front.requests.iter().find_map(|request| match request {
        UiRequest::SaveCapture(request) => Some(request),
        _ => None,
    });
    let saved = saved.expect("a request");
    assert_eq!((saved.file.as_str(), saved.packets.len()), ("talk.pcap", 2));
}

#[test]
fn pausing_and_enter_leave_the_packet_that_is_looked_at_alone() {
    let mut front = wire(120, 30);
    front.press("Space");
    talk(&mut front);
    let screen = front.screen();
    assert!(screen.contains("paused, 6 more") && screen.contains("5 packets"), "{screen}");
    front.press("Space Up Up Enter Tab");
    let screen = front.screen();
    assert!(screen.contains("── 11 bytes to 127.0.0.1:8081") && !screen.contains("from or to"), "{screen}");
    assert!(
        screen.lines().any(|line| line == " hello world" || line.starts_with(" hello world ")),
        "{screen}"
    );
    front.press("Esc");
    assert!(front.screen().contains("from or to"), "{}", front.screen());
}

#[test]
fn leaving_the_page_ends_the_watch_and_keeps_what_came() {
    let mut front = wire(120, 30);
    assert!(front.ui.watches_wire());
    front.press("Esc");
    assert!(!front.ui.watches_wire());
    assert!(front.screen().contains("6 packets are kept until udpqq ends"), "{}", front.screen());
    front.press("'/wire Space 'all Enter");
    let screen = front.screen();
    assert!(screen.contains(" Wire  everybody") && screen.contains("6 packets"), "{screen}");
    front.press("C Esc '/wire Space 'nobody-here Enter");
    let screen = front.screen();
    assert!(
        screen.contains("There is no contact “nobody-here”") && screen.contains("/wire nobody"),
        "{screen}"
    );
}

#[test]
fn the_page_can_be_drawn_at_every_size() {
    let mut front = wire(120, 40);
    for keys in ["Up", "Enter", "Esc Tab", "/", "Esc S", "Esc Space"] {
        front.press(keys);
        for (width, height) in [(120, 40), (80, 24), (40, 12), (20, 5), (3, 2), (1, 1), (1, 30), (200, 1)] {
            front.resize(width, height);
            if let Some(cursor) = front.cursor {
                assert!(front.buffer.area.contains(cursor), "{keys} {width}x{height}");
            }
        }
        front.resize(120, 40);
    }
}
