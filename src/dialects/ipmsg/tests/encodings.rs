//! Which encoding a peer writes and reads, as far as its packets tell.

use super::*;

const CLONE: &str = "1_lbt6_0#128#305A3A52C610#0#0#0#4001#9";

/// A packet of a user whose own name is not ASCII.
fn from_user(user: &[u8], number: u32, command: u32, body: &[u8]) -> Vec<u8> {
    packet::write(b"1", number, (user, b"pc"), command, body)
}

// --- Reading. ---

#[test]
fn two_bytes_of_a_peer_that_writes_gbk_are_gbk() {
    let mut bench = Bench::new(true);
    let gbk_user = b"\xD5\xC5\xC8\xFD";
    let texts = |bench: &mut Bench, packet: &[u8]| bench.hear(ANNA_AT, packet).texts().join("|");
    assert_eq!(texts(&mut bench, &from_user(gbk_user, 5, 0x20, b"\xD2\xBB\0")), "一", "by its header");
    assert_eq!(texts(&mut bench, &packet(6, 0x20, b"\xC3\xAB\0")), "毛", "it is known by now");
    assert_eq!(texts(&mut bench, &packet(7, 0x20, "很好 👍\0".as_bytes())), "很好 👍");
    assert_eq!(texts(&mut bench, &packet(8, 0x80_0020, "é\0".as_bytes())), "é", "flagged");
    assert_eq!(bench.hear(BEN_AT, &packet(5, 0x20, "é\0".as_bytes())).texts(), ["é"], "nothing is known");
}

#[test]
fn names_are_read_like_the_other_names_in_their_packet() {
    let mut bench = Bench::new(true);
    let entry = from_user(b"\xD5\xC5\xC8\xFD", 1, 1, b"\xD2\xBB\0\xC3\xAB\0");
    let effects = bench.hear(ANNA_AT, &entry);
    let about = &effects.peers()[0].about;
    assert_eq!((about.name.as_str(), about.group.as_str(), about.user.as_str()), ("一", "毛", "张三"));
    let effects = bench.hear(BEN_AT, &from_user(b"\xC3\xAB", 1, 1, b"\xB0\xB2\xC4\xC8\0lab\0"));
    assert_eq!(effects.peers()[0].about.user, "毛");
    let list = b"\xBF\xB4\x007:\xD2\xBB.txt:5:5f000000:1:\x07\0";
    let effects = bench.hear(FAR, &packet(3, 0x20_0020, list));
    assert_eq!(effects.received()[0].files.as_slice()[0].name, "一.txt", "like the words beside it");
}

#[test]
fn a_clone_of_feiq_writes_utf_8_where_gbk_has_no_such_sign() {
    let mut bench = Bench::new(true);
    let mut shown = |number: u32, text: &[u8]| {
        bench.hear(ANNA_AT, &said_by(CLONE, number, 0x120, text)).texts().join("|")
    };
    assert_eq!(shown(1, "👍\0".as_bytes()), "👍");
    assert_eq!(shown(2, "收到👍\0".as_bytes()), "收到👍");
    assert_eq!(shown(3, b"\xCA\xD5\xB5\xBD\0"), "收到");
    assert_eq!(shown(4, b"\xD2\xBB\0"), "一");
}
