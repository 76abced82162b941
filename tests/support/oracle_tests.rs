//! The judge is judged: streams that are clean, and streams that must be caught.

use super::{Allowed, judge};

fn kinds(raw: impl AsRef<[u8]>) -> Vec<String> {
    judge(raw.as_ref(), Allowed::default()).into_keys().collect()
}

#[test]
fn what_a_full_screen_program_writes_is_clean() {
    let stream = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[>1u\x1b[2J\x1b[1;1H\x1b[38;2;1;2;3;48;5;4m\
                  在吗 👨‍👩‍👧‍👦 é\r\n\x1b[K\x1b[0 q\x1b[>0q\x1b[16t\x1b[c\x1b[m\x1b[<1u\x1b[?25h\x1b[?1049l";
    assert_eq!(kinds(stream), Vec::<String>::new());
}

#[test]
fn control_bytes_are_caught() {
    assert_eq!(kinds("a\x07b\x08c\x7f"), ["control byte 07", "control byte 08", "control byte 7F"]);
    assert_eq!(kinds(b"\x00"), ["control byte 00"]);
    assert_eq!(kinds("a\tb"), ["control byte 09"]);
}

#[test]
fn c1_is_caught_raw_and_encoded() {
    assert_eq!(kinds(b"a\x9b31m"), ["invalid UTF-8 byte 9B"]);
    assert_eq!(kinds("a\u{9b}31m"), ["UTF-8 C1 U+009B"]);
}

#[test]
fn sequences_that_are_not_ours_are_caught() {
    for stream in [
        "\x1bc",
        "\x1b]0;title\x07",
        "\x1b]52;c;aGk=\x07",
        "\x1bP1$r\x1b\\",
        "\x1b[?9999h",
        "\x1b[5n",
        "\x1b[4J",
        "\x1b[>c",
        "\x1b[1;2;3H",
        "\x1b[8;1;1t",
        "\x1b[!p",
        "\x1b(0",
        "\x1b[3",
        "\x1b",
        "\x1b[=1u",
        "\x1b[7 q",
        "\x1b[1;2X",
    ] {
        assert!(
            kinds(stream).iter().any(|kind| kind.starts_with("escape not on the allow-list")),
            "{stream:?} passed"
        );
    }
}

#[test]
fn bidi_and_invisible_characters_are_caught() {
    assert_eq!(
        kinds("a\u{202e}b\u{2066}\u{61c}"),
        ["bidi control U+061C", "bidi control U+202E", "bidi control U+2066"]
    );
    assert_eq!(
        kinds("\u{200b}\u{2028}\u{e0041}"),
        ["invisible U+200B", "invisible U+2028", "invisible U+E0041"]
    );
}

#[test]
fn a_flood_of_marks_is_caught_once_for_each_cluster() {
    let flood = format!("a{}b{}", "\u{301}".repeat(16), "\u{301}".repeat(40));
    let found = judge(flood.as_bytes(), Allowed::default());
    assert_eq!(found.values().map(|(count, _)| *count).collect::<Vec<_>>(), [2]);
    assert!(kinds(format!("a{}", "\u{301}".repeat(15))).is_empty());
}

#[test]
fn marks_on_both_sides_of_a_sequence_are_not_one_cluster() {
    let text = format!("a{0}\x1b[m{0}", "\u{301}".repeat(15));
    assert!(kinds(text).is_empty());
}

#[test]
fn broken_utf8_is_caught() {
    assert_eq!(kinds(b"\xc3\x28"), ["invalid UTF-8 byte C3"]);
    assert_eq!(kinds(b"\xe4\xbd"), ["invalid UTF-8 byte BD", "invalid UTF-8 byte E4"]);
    assert_eq!(kinds(b"\xed\xa0\x80").len(), 3);
}

#[test]
fn a_query_that_is_repeated_or_another_is_caught() {
    let all = "\x1b_Gi=1,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>0q\x1b[16t\x1b[?1;1;0S\x1b[c";
    assert!(kinds(all).is_empty());
    for again in ["\x1b[c", "\x1b[16t", "\x1b_Gi=1,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"] {
        assert_eq!(kinds(format!("{all}{again}")), ["terminal query repeated"], "{again:?}");
    }
    for other in ["\x1b[6n", "\x1b[?u", "\x1b[14t", "\x1b[>c"] {
        assert!(!kinds(other).is_empty(), "{other:?}");
    }
}

#[test]
fn links_are_numbered_plain_and_of_few_kinds() {
    for good in ["8;id=1;https://a.b/%E4%BD%A0?x=1;y", "8;;", "8;id=127;MAILTO:a@b", "2;(3) udpqq", "2;"] {
        assert!(judge(format!("\x1b]{good}\x1b\\").as_bytes(), Allowed::default()).is_empty(), "{good}");
    }
    for bad in [
        "8;id=1;file:///x",
        "8;;https://a",
        "8;id=x;http://a",
        "8;id=1;http://在",
        "8;id=1;http://a b",
        "2;(x) udpqq",
        "9;x",
    ] {
        assert!(!judge(format!("\x1b]{bad}\x1b\\").as_bytes(), Allowed::default()).is_empty(), "{bad}");
    }
}

#[test]
fn clipboard_and_title_pass_only_when_allowed() {
    let clipboard = Allowed { clipboard: true, ..Allowed::default() };
    let title = Allowed { title: true, ..Allowed::default() };
    assert!(judge(b"\x1b]52;c;aGk=\x07", clipboard).is_empty());
    assert!(judge(b"\x1b]52;c;aGk=\x1b\\", clipboard).is_empty());
    assert!(!judge(b"\x1b]52;c;\x1b[0m\x07", clipboard).is_empty());
    assert!(!judge(b"\x1b]0;udpqq\x07", clipboard).is_empty());
    assert!(judge("\x1b]2;udpqq 在吗\x07".as_bytes(), title).is_empty());
}
