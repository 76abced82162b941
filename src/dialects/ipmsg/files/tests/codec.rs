//! Lists, requests and headers, as real programs write them and as we do.

use super::super::fields::EntryKind;
use super::super::ids::Asked;
use super::super::request::{self, FileRequest, RequestState};
use super::super::{FileList, read_list, tree, write_list};
use super::*;
use crate::dialects::ipmsg::packet::Packet;

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How many files are left out, and the others with the ids that they are asked for by.
type Listed = (usize, Vec<(String, String, u64, bool)>);

fn list(bytes: &[u8]) -> Listed {
    let FileList { offered, left_out } = read_list(bytes, &utf8);
    let one = |one: OfferedFile| (one.id.usual(), one.file.name, one.file.size, one.file.folder);
    (left_out, offered.into_iter().map(one).collect())
}

fn list_of(name: &str) -> Listed {
    let bytes = capture(name);
    let packet = Packet::read(&bytes).expect(name);
    list(packet.strings().nth(1).expect("a list"))
}

fn listed(id: &str, name: &str, size: u64, folder: bool) -> (String, String, u64, bool) {
    (id.to_owned(), name.to_owned(), size, folder)
}

// --- Lists. ---

#[test]
fn the_lists_of_real_offers_are_read() {
    assert_eq!(list_of("12_rx_file_offer"), (0, vec![listed("2710", "a_b.bin", 0x2800, false)]));
    assert_eq!(list_of("14_rx_dir_offer"), (0, vec![listed("2711", "dir", 8, true)]));
    let two = vec![listed("7", "中文.txt", 0x1388, false), listed("8", "big.bin", 0x30_0000, false)];
    assert_eq!(list_of("19_tx_file_offer"), (0, two));
}

#[test]
fn a_list_is_read_however_its_entries_are_set_apart() {
    let two = (0, vec![listed("1", "a", 16, false), listed("2", "b", 0, true)]);
    for bytes in [
        &b"1:a:10:5f000000:1:\x072:b:0:0:2:\x07"[..],
        b"1:a:10:5f000000:1\x072:b:0:0:2",
        b"1:a:10:5f000000:1:\x07:2:b:0:0:2:\x07:",
        b"1:a:10:5f000000:1001:10=1ff,2:\x072:b:0:zz:1002:16=0:14=0:\x07",
        // A folder whose size nobody has counted.
        b"1:a:10:5f000000:1:\x072:b:-1:0:2:\x07",
    ] {
        assert_eq!(list(bytes), two, "{}", utf8(bytes));
    }
}

#[test]
fn the_time_of_an_entry_is_believed_where_it_can_be() {
    for (time, modified) in
        [("65000000", Some(0x6500_0000)), ("0", None), ("-1", None), ("ffffffffffffffff", None), ("", None)]
    {
        let files = read_list(format!("1:a:10:{time}:1:\x07").as_bytes(), &utf8);
        assert_eq!(files.offered[0].modified, modified, "{time}");
    }
}

#[test]
fn what_nobody_can_use_is_left_out_and_the_rest_is_offered() {
    let good = || vec![listed("2", "a", 1, false)];
    for (bad, left_out) in [
        ("1:link:0:0:4:\x073:fifo:0:0:7:\x07", 2),
        ("1:a:10000000001:0:1:\x07", 1),
        ("x:a:1:0:1:\x07", 1),
        ("-1:a:1:0:1:\x07", 1),
        ("1:a:1:0:\x07", 1),
        ("1::1:0:1:\x07", 1),
        ("hello\x07", 1),
        ("12345678901234567:a:1:0:1:\x07", 1),
    ] {
        for list_of in [format!("{bad}2:a:1:0:1:\x07"), format!("2:a:1:0:1:\x07{bad}")] {
            assert_eq!(list(list_of.as_bytes()), (left_out, good()), "{list_of}");
        }
        assert_eq!(list(bad.as_bytes()), (left_out, Vec::new()), "{bad}");
    }
    assert_eq!((list(b"\x07\x07").0, list(b"").0), (1, 0));
}

#[test]
fn a_long_chinese_name_is_shortened_and_the_files_beside_it_stay() {
    let long = "长".repeat(90);
    let bytes = format!("1:{long}.pdf:1:0:1:\x072:a:1:0:1:\x07");
    let (left_out, files) = list(bytes.as_bytes());
    assert_eq!((left_out, files.len()), (0, 2));
    assert_eq!(files[0].1, format!("{}.pdf", "长".repeat(65)));
    assert_eq!(files[1], listed("2", "a", 1, false));
}

#[test]
fn a_list_of_more_files_than_anybody_picks_is_none() {
    for (count, left_out, offered) in [(256, 0, 256), (257, 257, 0)] {
        let (out, files) = list("1:a:1:0:1:\x07".repeat(count).as_bytes());
        assert_eq!((out, files.len()), (left_out, offered));
    }
}

#[test]
fn an_id_is_asked_for_in_the_usual_way_and_then_as_it_stands() {
    for (digits, usual, unusual) in [
        ("7", "7", None),
        ("10", "a", Some("10")),
        ("837928", "cc928", Some("837928")),
        ("1f", "1f", None),
        ("007", "7", Some("007")),
    ] {
        let id = FileId::read(digits.as_bytes()).expect(digits);
        assert_eq!((id.usual().as_str(), id.unusual().as_deref()), (usual, unusual));
    }
    assert_eq!(FileId::read(b""), None);
}

#[test]
fn a_list_is_written_so_that_every_program_reads_it() {
    let sources = [file("a:b.bin", 0x2800), folder("资料", Vec::new()), file("x\u{7}/y", 1)];
    let bytes = write_list(&sources, 10, Encoding::GBK).expect("a list");
    let start = b"10:a_b.bin:2800:65000000:1:\x0711:\xD7\xCA\xC1\xCF:0:65000000:2:\x07";
    assert_eq!(bytes, [&start[..], b"12:x__y:1:65000000:1:\x07"].concat());
}

#[test]
fn what_the_peer_cannot_read_of_a_name_is_offered_as_something_else() {
    let bytes = write_list(&[file("好😀.txt", 1)], 1, Encoding::GBK).expect("a list");
    assert_eq!(bytes, b"1:\xBA\xC3_.txt:1:65000000:1:\x07");
}

#[test]
fn a_list_of_too_many_is_not_offered() {
    let many = vec![file("a", 1); 257];
    assert!(matches!(write_list(&many, 1, Encoding::GBK), Err(Fault::TooLarge { .. })));
}

// --- Requests. ---

fn want(number: &str, id: &str, folder: bool) -> FileRequest {
    let asked = |digits: &str| Asked::read(digits.as_bytes()).expect(digits);
    FileRequest { number: asked(number), id: asked(id), offset: 0, folder, utf8: false }
}

#[test]
fn the_requests_of_real_programs_are_read() {
    for (name, request) in [
        ("13_tcp_req_GETFILEDATA_from_tester", want("11", "2710", false)),
        ("15_tcp_req_GETDIRFILES_from_tester", want("10", "2711", true)),
        ("20_GETFILEDATA_tcp_req_from_iptux", want("6b011185", "10", false)),
        ("21_GETDIRFILES_tcp_req_from_iptux", want("6b01107f", "2", true)),
    ] {
        assert_eq!(request::read(&capture(name)), RequestState::Whole(request), "{name}");
    }
}

#[test]
fn a_request_is_whole_as_soon_as_nothing_more_can_matter() {
    let from = |offset| FileRequest { offset, ..want("11", "a", false) };
    for (text, reading) in [
        ("1:2:u:h:96:11:a:5:", RequestState::Whole(from(5))),
        ("1:2:u:h:96:11:A:5\0", RequestState::Whole(from(5))),
        ("1:2:u:h:96:11:a:\0", RequestState::Whole(from(0))),
        ("1:2:u:h:96:11:a\0", RequestState::Whole(from(0))),
        ("1:2:u:h:96:11:a:5:1:2:u:h:96:", RequestState::Whole(from(5))),
        ("1:2:u:h:96:11:a:5", RequestState::Perhaps(from(5))),
        ("1:2:u:h:96:11:a:0", RequestState::Whole(from(0))),
        ("1:2:u:h:96:11:a:", RequestState::Perhaps(from(0))),
        ("1:2:u:h:96:11:a", RequestState::Perhaps(from(0))),
        ("1:2:u:h:98:11:a:", RequestState::Whole(want("11", "a", true))),
        ("1:2:u:h:98:11:a:0:\0", RequestState::Whole(want("11", "a", true))),
        ("1:2:u:h:98:11:a", RequestState::Perhaps(want("11", "a", true))),
        ("1:2:u:h:96:11:", RequestState::Begun),
        ("1:2:u:h:96:", RequestState::Begun),
        ("1_lbt6_0#128#00#0#0#0#4001#9:2:u", RequestState::Begun),
        ("1:2:u:h:8388704:11:a:5:", RequestState::Whole(FileRequest { utf8: true, ..from(5) })),
        ("1:2:u:h:32:11:a:5:", RequestState::Bad),
        ("1:2:u:h:2144:11:a:5:", RequestState::Bad),
        ("1:2:u:h:96:zz:a:5:", RequestState::Bad),
        ("1:2:u:h:96:11111111111111111:a:5:", RequestState::Bad),
        ("2:2:u:h:96:11:a:5:", RequestState::Bad),
        ("GET / HTTP/1.1", RequestState::Bad),
        ("1:2:\0", RequestState::Bad),
    ] {
        assert_eq!(request::read(text.as_bytes()), reading, "{text:?}");
    }
}

#[test]
fn a_request_has_what_the_strictest_program_wants() {
    let mut wanted = wanted(offered("a", 100, false));
    (wanted.peer.flags, wanted.from) = (0x80_0000, 0x1f);
    assert_eq!(request::write(&wanted), b"1:99:ann:desk:8388704:11:a:1f:\0");
    (wanted.offered.file.folder, wanted.from) = (true, 0);
    assert_eq!(request::write(&wanted), b"1:99:ann:desk:8388706:11:a:0:\0");
    wanted.offered.id = FileId::read(b"10").expect("an id");
    (wanted.unusual, wanted.number) = (true, "1783728000123456".to_owned());
    assert_eq!(request::write(&wanted), b"1:99:ann:desk:8388706:6564a89d2c240:10:0:\0");
}

// --- Headers of a directory stream. ---

fn head(what: EntryKind, name: &str, size: u64, modified: Option<i64>) -> tree::Head {
    tree::Head { what, name: name.to_owned(), size, modified }
}

#[test]
fn a_header_is_written_as_the_real_ones_are() {
    let stream = capture("16_dir_stream_from_iptux");
    for (from, to, name, size, what) in [
        (0, 0x2d, "dir", 0, EntryKind::Folder),
        (0x2d, 0x2d + 0x31, "one.txt", 1, EntryKind::File),
        (0x8e, 0x8e + 0x2d, "sub", 0, EntryKind::Folder),
    ] {
        let time = 0x6b01_1115;
        assert_eq!(tree::write(what, name, size, time, Encoding::UTF_8), stream[from..to], "{name}");
        assert_eq!(tree::read(&stream[from..to], &utf8), Some(head(what, name, size, Some(time))));
    }
}

#[test]
fn a_header_is_as_long_as_it_says() {
    for (begun, length) in [
        ("002d:", Some(0x2d)),
        ("2d:di", Some(0x2d)),
        ("0000002d:", Some(0x2d)),
        ("002d", Some(5)),
        ("00002d", Some(7)),
        ("", Some(1)),
        ("0000:", None),
        ("0007:", None),
        ("ffff:", None),
        ("ffffffff:", None),
        ("-5:x:", None),
        ("00000000000", None),
        (":0000", None),
    ] {
        assert_eq!(tree::length(begun.as_bytes()), length, "{begun}");
    }
}

#[test]
fn a_header_is_read_without_its_extras_and_with_others() {
    for (text, expected) in [
        ("000b:.:0:3:", head(EntryKind::Up, ".", 0, None)),
        ("000d:dir:0:2:", head(EntryKind::Folder, "dir", 0, None)),
        ("0:a::b:00000000a:1:10=1ff:14=65000000,1:16=1:", head(EntryKind::File, "a:b", 10, None)),
        ("0:a:a:1001:16=1:14=65000000:", head(EntryKind::File, "a", 10, Some(0x6500_0000))),
        ("0:a:a:4:", head(EntryKind::Other, "a", 10, None)),
    ] {
        assert_eq!(tree::read(text.as_bytes(), &utf8), Some(expected), "{text}");
    }
}

#[test]
fn a_header_that_breaks_the_rules_is_none() {
    for text in ["000a::1:1:", "0:x:-1:1:", "0:x:1:", "0:x:1:1", "0:", "", "0:x:ffffffffffffffff:1:"] {
        assert_eq!(tree::read(text.as_bytes(), &utf8), None, "{text}");
    }
}

#[test]
fn a_name_in_a_stream_keeps_all_that_the_peer_can_have() {
    let bytes = tree::write(EntryKind::File, "中:😀/a\n", 1, -1, Encoding::GBK);
    assert_eq!(bytes, b"0024:\xD6\xD0::__a_:000000001:1:14=0:16=0:"[..].to_vec());
    assert_eq!(tree::length(&bytes[..5]), Some(bytes.len()));
}
