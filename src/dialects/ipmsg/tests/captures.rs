//! Packets of the real programs, and what chance makes of packets.

use proptest::prelude::*;

use super::*;
use crate::dialects::ipmsg::entry::{self, Extent};
use crate::dialects::ipmsg::packet::{command, flag};
use crate::dialects::ipmsg::text::TextDecoder;

const READING: TextDecoder =
    TextDecoder { chosen: None, declared: None, legacy: Encoding::UTF_8, feiq: false, paged: false };

macro_rules! capture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures/ipmsg/", $name, ".hex"))
    };
}

/// The bytes of a dump: those behind an offset of eight digits.
fn bytes(dump: &str) -> Vec<u8> {
    let lines = dump.lines().filter(|line| !line.starts_with('#'));
    let columns = lines.flat_map(|line| line.get(10..57).unwrap_or_default().split_whitespace());
    columns.map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal")).collect()
}

const IPTUX_ENTRY: &str = capture!("00_rx_br_entry_broadcast");
const GBK_MESSAGE: &str = capture!("03_tx_sendmsg_gbk");
const RECEIPT: &str = capture!("04_rx_recvmsg");
const COMBINED: &str = capture!("30_tx_br_entry_combined");

/// Every packet over UDP: its version, number, command and first two strings.
#[test]
fn every_real_packet_is_what_it_is() {
    let iptux = "1_iptux 0.8.3";
    let tux = ["iptux1", "lab"];
    for (dump, version, number, command, strings) in [
        (IPTUX_ENTRY, iptux, 1, 0x101, tux),
        (capture!("01_tx_br_entry_plain_utf8"), "1", 1_795_232_690, 0x101, ["Py测试", "实验室"]),
        (capture!("02_rx_ansentry_to_plain_utf8"), iptux, 5, 0x103, tux),
        (GBK_MESSAGE, "1", 1_795_232_691, 0x120, ["你好，这是GBK消息", ""]),
        (RECEIPT, iptux, 6, 0x121, ["1795232691", ""]),
        (
            capture!("05_tx_sendmsg_utf8opt"),
            "1",
            1_795_232_693,
            0x80_0120,
            ["这是UTF-8有UTF8OPT\n第二行", ""],
        ),
        (capture!("06_tx_br_entry_iptux_fields"), "1", 1_795_232_707, 0x101, ["Py兼容", "实验室"]),
        (capture!("07_rx_ansentry_to_compatible"), iptux, 15, 0x103, tux),
        (capture!("08_rx_ansentry_to_gbk"), iptux, 7, 0x103, tux),
        (capture!("09_rx_sendmsg_to_gbk_peer"), iptux, 14, 0x120, ["你好GBK对端", ""]),
        (capture!("10_rx_sendmsg_to_utf8_peer"), iptux, 11, 0x120, ["你好UTF8对端", ""]),
        (capture!("11_rx_shared_list"), iptux, 14, 0x8020_0020, ["", "1:shared.txt:12:0:1:\x07"]),
        (capture!("12_rx_file_offer"), iptux, 17, 0x20_0020, ["", "10000:a::b.bin:2800:6b011115:1:\x07"]),
        (capture!("14_rx_dir_offer"), iptux, 16, 0x20_0020, ["", "10001:dir:8:6b011115:2:\x07"]),
        (capture!("17_tx_br_exit"), "1", 1_795_232_034, 2, ["", ""]),
        (capture!("18_rx_br_exit"), iptux, 23, 0x1_0002, ["", ""]),
        (
            capture!("19_tx_file_offer"),
            "1",
            1_795_232_131,
            0xa0_0120,
            ["文件", "7:中文.txt:1388:65000000:1:\x078:big.bin:300000:65000000:1:\x07"],
        ),
        (COMBINED, "1", 1_795_232_023, 0x120_0101, ["组合", "组"]),
        (capture!("31_rx_iptux_send_sign"), iptux, 10, 0xfc, ["签名sig", ""]),
    ] {
        let bytes = bytes(dump);
        let packet = Packet::read(&bytes).expect(dump);
        assert_eq!(String::from_utf8_lossy(packet.version), version, "{dump}");
        assert_eq!((packet.number.value(), packet.command), (number, command), "{dump}");
        let reading = TextDecoder { legacy: Encoding::GB18030, ..READING };
        let read = |at: usize| {
            reading.decode(packet.has(flag::UTF8), packet.strings().nth(at).unwrap_or_default()).0
        };
        assert_eq!([read(0), read(1)], strings, "{dump}");
        assert_eq!(written(&packet), bytes, "{dump}");
    }
}

#[test]
fn real_entries_are_read_whole() {
    let about = |dump: &str| {
        let bytes = bytes(dump);
        entry::read(&Packet::read(&bytes).expect(dump), READING)
    };
    let iptux = about(IPTUX_ENTRY);
    assert_eq!((iptux.about.name.as_str(), iptux.about.group.as_str()), ("iptux1", "lab"));
    assert_eq!((iptux.about.user.as_str(), iptux.about.host.as_str()), ("root", "iptux-host1"));
    assert!(iptux.quirks.iptux && iptux.quirks.utf8 && iptux.about.away.is_none());
    let combined = about(COMBINED);
    assert_eq!((combined.about.name.as_str(), combined.about.group.as_str()), ("组合", "组"));
    assert!(combined.quirks.utf8);
}

/// As the real iptux played it: it comes in, we write, it confirms, it writes, it leaves.
#[test]
fn a_real_iptux_is_met_heard_and_said_goodbye_to() {
    let mut bench = Bench::new(true);
    let effects = bench.overhear(ANNA_AT, &bytes(IPTUX_ENTRY));
    assert_eq!(effects.kinds(), [command::ANSWER_ENTRY]);
    let strings: Vec<&[u8]> = effects.sent[0].packet().strings().collect();
    assert_eq!(strings.get(3), Some(&&b"utf-8"[..]), "by which iptux writes UTF-8 to us");
    let effects = bench.hear(ANNA_AT, &bytes(capture!("10_rx_sendmsg_to_utf8_peer")));
    assert_eq!(effects.texts(), ["你好UTF8对端"]);
    assert_eq!((effects.sent[0].packet().command, effects.sent[0].text().as_str()), (0x21, "11"));
    let effects = bench.hear(ANNA_AT, &bytes(capture!("09_rx_sendmsg_to_gbk_peer")));
    assert_eq!(effects.texts(), ["你好GBK对端"]);
    let effects = bench.hear(ANNA_AT, &bytes(capture!("18_rx_br_exit")));
    assert!(!effects.peers()[0].here);
}

#[test]
fn both_forms_of_the_files_of_the_official_client_are_understood() {
    let gbk_nick = b"\xBA\xEE\xB8\xE7\0\nUN:hou\nHN:pc\nNN:\xE4\xBE\xAF\xE5\x93\xA5\nGN:\xE7\xBB\x84";
    let bytes = packet(1, 0x100_0001, gbk_nick);
    let entry = entry::read(&Packet::read(&bytes).expect("packet"), READING);
    assert_eq!((entry.about.name.as_str(), entry.about.group.as_str()), ("侯哥", "组"));
    assert_eq!((entry.about.user.as_str(), entry.about.host.as_str()), ("hou", "pc"));
}

fn written(packet: &Packet<'_>) -> Vec<u8> {
    let Packet { version, number, user, host, command, body } = *packet;
    packet::write(version, number, (user, host), command, body)
}

proptest! {
    #[test]
    fn a_packet_that_is_read_and_written_says_the_same(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(packet) = Packet::read(&bytes) {
            let again = written(&packet);
            prop_assert_eq!(Packet::read(&again), Some(packet));
        }
    }

    #[test]
    fn a_packet_is_read_as_it_was_written(
        number: u32, command: u32, user in "[^:\\x00]{0,20}", host in "[^:\\x00]{0,20}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let version = b"1";
        let bytes = packet::write(version, number, (user.as_bytes(), host.as_bytes()), command, &body);
        let read = Packet::read(&bytes).expect("a packet");
        prop_assert_eq!((read.version, read.number.value(), read.command), (&version[..], number.into(), command));
        prop_assert_eq!((read.user, read.host, read.body), (user.as_bytes(), host.as_bytes(), &body[..]));
    }

    #[test]
    fn our_entry_is_read_as_it_was_meant(name in "\\PC{1,20}", group in "\\PC{0,20}", which in 0..4_usize) {
        let extent = [Extent::Whole, Extent::Brief, Extent::Names, Extent::Nick][which];
        let own = LocalIdentity { name: name.clone(), group: group.clone(), ..own(true) };
        let body = entry::write(&own, Encoding::UTF_8, extent);
        let flags = entry::flags(&own, Encoding::UTF_8);
        let (kind, utf8) = if extent == Extent::Whole { (1, 0) } else { (3, flag::UTF8) };
        let bytes = packet(1, kind | flags | utf8, &body);
        let entry = entry::read(&Packet::read(&bytes).expect("ours"), READING);
        let short = |text: &str| String::from_utf8(super::super::text::name(Encoding::UTF_8, text, 60)).expect("UTF-8");
        prop_assert_eq!(entry.about.name, short(&name));
        let group = if extent == Extent::Nick { "" } else { group.as_str() };
        prop_assert_eq!(entry.about.group, short(group));
    }

    #[test]
    fn no_bytes_make_it_panic(all in prop::collection::vec((0..0x1ff_u32, any::<u32>(), prop::collection::vec(any::<u8>(), 0..40)), 0..20)) {
        let mut bench = Bench::new(true);
        for (number, command, body) in all {
            for kind in [command, command & 0xff | 0x20, (command & 0xffff_ff00) | number & 0x7] {
                bench.hear(ANNA_AT, &packet(number, kind, &body));
            }
        }
    }
}

/// What `FeiQ` sends beside words: the layouts are those of public captures, names and pictures are made up.
#[test]
fn a_picture_of_feiq_and_its_group_chat_are_read_as_captured() {
    let mut bench = Bench::new(true);
    let effects = bench.hear(ANNA_AT, &bytes(capture!("40_feiq_picture_reference")));
    assert_eq!((effects.texts(), effects.kinds()), (vec!["[picture abcdef01]"], vec![command::RECEIPT]));
    let effects = bench.hear(ANNA_AT, &bytes(capture!("41_feiq_picture_piece")));
    let acknowledged: Vec<(u8, String)> =
        effects.sent.iter().map(|sent| (sent.kind(), sent.text())).collect();
    assert_eq!(acknowledged, [(command::PIECE_HERE, "a3b4c5d6|0#".to_owned())]);
    let effects = bench.overhear("10.0.0.77:2425", &bytes(capture!("42_feiq_group_message")));
    let [received] = effects.received()[..] else { panic!("{effects:?}") };
    assert_eq!((received.text.as_str(), received.sender.as_deref()), ("大家好💣", Some("wang")));
}
