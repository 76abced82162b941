//! The escaper's rules one by one, what holds for every text, and the hostile corpus.

#![expect(clippy::string_slice, reason = "a range off a character boundary is a failed test")]

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::classify::{is_plain, is_prepend};
use super::*;

/// Tokens in ⟦⟧, so that a test can tell them from text.
fn marked(escaped: &Escaped) -> String {
    let mut out = String::new();
    let mut at = 0;
    for token in escaped.tokens() {
        out.push_str(&escaped.as_str()[at..token.start]);
        out.push('⟦');
        out.push_str(&escaped.as_str()[token.clone()]);
        out.push('⟧');
        at = token.end;
    }
    out + &escaped.as_str()[at..]
}

fn shown(text: &str) -> String {
    marked(&escape(text))
}

/// The way back: each token to its character.
fn unescape(escaped: &Escaped) -> String {
    let text = escaped.as_str();
    let mut out = String::new();
    let mut at = 0;
    for token in escaped.tokens() {
        out.push_str(&text[at..token.start]);
        out.push(unspell(&text[token.clone()]));
        at = token.end;
    }
    out + &text[at..]
}

fn unspell(token: &str) -> char {
    if token == "→   " {
        '\t'
    } else if let Some(caret) = token.strip_prefix('^') {
        char::from(caret.as_bytes()[0] ^ 0x40)
    } else {
        let digits = token.strip_prefix("<U+").and_then(|rest| rest.strip_suffix('>')).unwrap();
        char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap()
    }
}

/// Written independently of the escaper's tables: what a captured screen must never hold.
fn must_never_be_drawn(c: char) -> bool {
    matches!(u32::from(c),
        0..=9 | 0xb..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5
        | 0x180b..=0x180f | 0x200b | 0x200e | 0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164
        | 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfe00..=0xfe0d | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
        | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe00ff | 0xe01f0..=0x10_ffff)
        || u32::from(c) & 0xfffe == 0xfffe
}

fn check(input: &str, escaped: &Escaped) {
    let text = escaped.as_str();
    assert_eq!(unescape(escaped), input, "the way back");
    assert!(text.len() <= 12 * input.len(), "at most twelve times as long");
    assert!(!text.contains(must_never_be_drawn), "{text:?}");
    let mut end = 0;
    for token in escaped.tokens() {
        assert!(end <= token.start && token.start < token.end, "rising: {token:?}");
        assert!(text.get(token.clone()).is_some(), "on character boundaries");
        end = token.end;
    }
    let mut at = 0;
    let mut tokens = escaped.tokens().iter().peekable();
    for cluster in text.graphemes(true) {
        assert!(cluster.len() <= MAX_CLUSTER_BYTES, "{cluster:?}");
        assert!(cluster == "\n" || cluster.width() > 0, "no width: {cluster:?}");
        while tokens.next_if(|token| token.end <= at).is_some() {}
        let end = at + cluster.len();
        let inside = tokens.peek().is_some_and(|token| token.start <= at && end <= token.end);
        let outside = tokens.peek().is_none_or(|token| end <= token.start);
        assert!(inside || outside, "a token shares the cluster {cluster:?} with text");
        at = end;
    }
}

fn check_all(input: &str) {
    check(input, &escape(input));
    let line = escape_line(input);
    check(input, &line);
    assert!(!line.as_str().contains('\n'));
    assert_eq!(plain_line(input), line.as_str());
    let pasted = clean_paste(input);
    assert!(pasted.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
}

#[test]
fn plain_text_stays_as_it_is() {
    for text in [
        "",
        "hello, world!",
        "一二三，四。",
        "안녕하세요",
        "ｶﾞﾊﾟ",
        "e\u{301}te\u{301}",
        "Straße 5 – „ja“",
        "Ωμέγα",
        "ёжик",
        "שלום",
        "سلام ١٢٣",
        "नमस्ते क्षत्रिय",
        "ภาษาไทย น้ำ",
        "မြန်မာ",
        "a\nb\n",
        "\u{fffd}",
        "│┃█",
        "©®™",
        "a b",
        "⠀",
        "各\u{30a}",
        "\u{1100}\u{1161}\u{11a8}",
        "٪؀١",
        "₿",
        "<U+202E> ^[ →   ",
    ] {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn controls_are_shown_in_caret_notation() {
    let rows = [
        ("\u{1b}[31mred", "⟦^[⟧[31mred"),
        ("\0\u{7}\u{8}\u{7f}", "⟦^@⟧⟦^G⟧⟦^H⟧⟦^?⟧"),
        ("a\r\nb\rc", "a⟦^M⟧\nb⟦^M⟧c"),
        ("a\tb", "a⟦→   ⟧b"),
        ("\u{85}\u{9b}31m", "⟦<U+0085>⟧⟦<U+009B>⟧31m"),
    ];
    for (input, expected) in rows {
        assert_eq!(shown(input), expected);
    }
}

#[test]
fn what_cannot_be_seen_is_named() {
    let rows = [
        ("a\u{202e}b\u{2066}\u{61c}", "a⟦<U+202E>⟧b⟦<U+2066>⟧⟦<U+061C>⟧"),
        ("a\u{200b}b\u{feff}\u{ad}", "a⟦<U+200B>⟧b⟦<U+FEFF>⟧⟦<U+00AD>⟧"),
        ("\u{2028}\u{2029}", "⟦<U+2028>⟧⟦<U+2029>⟧"),
        ("\u{fff9}x\u{fffb}", "⟦<U+FFF9>⟧x⟦<U+FFFB>⟧"),
        ("\u{115f}\u{1160}\u{3164}\u{ffa0}", "⟦<U+115F>⟧⟦<U+1160>⟧⟦<U+3164>⟧⟦<U+FFA0>⟧"),
        ("ក\u{17b4}", "ក⟦<U+17B4>⟧"),
        ("a\u{34f}b\u{180e}", "a⟦<U+034F>⟧b⟦<U+180E>⟧"),
        ("\u{e0b0}\u{f0000}\u{10fffd}", "⟦<U+E0B0>⟧⟦<U+F0000>⟧⟦<U+10FFFD>⟧"),
        ("\u{fdd0}\u{ffff}\u{1fffe}", "⟦<U+FDD0>⟧⟦<U+FFFF>⟧⟦<U+1FFFE>⟧"),
        ("\u{378}\u{40000}\u{fff0}", "⟦<U+0378>⟧⟦<U+40000>⟧⟦<U+FFF0>⟧"),
    ];
    for (input, expected) in rows {
        assert_eq!(shown(input), expected);
    }
}

#[test]
fn emoji_stay_whole() {
    for text in [
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "❤\u{fe0f}\u{200d}🔥",
        "👍🏽",
        "🇨🇳🇩🇪",
        "1\u{fe0f}\u{20e3}",
        "☺\u{fe0f}",
        "☺\u{fe0e}",
        "🏳\u{fe0f}\u{200d}🌈",
        "🧑🏽\u{200d}💻",
    ] {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn a_joiner_without_two_pictographs_is_named() {
    let rows = [
        ("a\u{200d}b", "a⟦<U+200D>⟧b"),
        ("👨\u{200d}", "👨⟦<U+200D>⟧"),
        ("👨\u{200d}x", "👨⟦<U+200D>⟧x"),
        ("\u{200d}👨", "⟦<U+200D>⟧👨"),
        ("👨\u{200d}\u{200d}👩", "👨⟦<U+200D>⟧⟦<U+200D>⟧👩"),
        ("a\u{200c}b", "a⟦<U+200C>⟧b"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("क्\u{200c}ष", "क्\u{200c}ष"),
        ("می\u{200c}", "می⟦<U+200C>⟧"),
        ("می\u{200c}\u{200c}خ", "می⟦<U+200C>⟧⟦<U+200C>⟧خ"),
    ];
    for (input, expected) in rows {
        assert_eq!(shown(input), expected);
    }
}

#[test]
fn a_selector_without_its_base_is_named() {
    let rows = [
        ("a\u{fe0f}", "a⟦<U+FE0F>⟧"),
        ("1\u{fe0f}", "1⟦<U+FE0F>⟧"),
        ("1\u{fe0e}", "1⟦<U+FE0E>⟧"),
        ("\u{fe0f}", "⟦<U+FE0F>⟧"),
        ("☺\u{fe0f}\u{fe0e}", "☺\u{fe0f}⟦<U+FE0E>⟧"),
        ("😀\u{fe0e}", "😀⟦<U+FE0E>⟧"),
        ("≨\u{fe00}", "≨⟦<U+FE00>⟧"),
        ("葛\u{e0100}飾", "葛\u{e0100}飾"),
        ("葛\u{e0100}\u{e0101}", "葛\u{e0100}⟦<U+E0101>⟧"),
        ("a\u{e0100}", "a⟦<U+E0100>⟧"),
        ("🏴\u{e0067}\u{e007f}", "🏴⟦<U+E0067>⟧⟦<U+E007F>⟧"),
    ];
    for (input, expected) in rows {
        assert_eq!(shown(input), expected);
    }
}

#[test]
fn a_mark_without_a_base_is_named() {
    let rows = [
        ("\u{301}a", "⟦<U+0301>⟧a"),
        ("a\n\u{301}", "a\n⟦<U+0301>⟧"),
        ("\u{202e}\u{301}\u{302}b", "⟦<U+202E>⟧⟦<U+0301>⟧⟦<U+0302>⟧b"),
        ("\t\u{903}", "⟦→   ⟧⟦<U+0903>⟧"),
        ("\u{102c}", "⟦<U+102C>⟧"),
        ("\u{1f3fb}", "⟦<U+1F3FB>⟧"),
        ("\u{1161}", "⟦<U+1161>⟧"),
        (" \u{301}", " \u{301}"),
        ("\u{600}", "⟦<U+0600>⟧"),
        ("\u{600}\u{1b}", "⟦<U+0600>⟧⟦^[⟧"),
        ("\u{600}\u{600}1", "⟦<U+0600>⟧\u{600}1"),
        ("\u{a8fa}", "⟦<U+A8FA>⟧"),
    ];
    for (input, expected) in rows {
        assert_eq!(shown(input), expected);
    }
}

#[test]
fn a_flooded_cluster_is_cut_and_text_goes_on() {
    let flood = format!("a{}b", "\u{301}".repeat(10));
    let kept = format!("a{}⟦<U+0301>⟧⟦<U+0301>⟧b", "\u{301}".repeat(8));
    assert_eq!(shown(&flood), kept);

    let men = ["👨"; 6].join("\u{200d}");
    let five = ["👨"; 5].join("\u{200d}");
    assert_eq!(shown(&men), format!("{five}⟦<U+200D>⟧👨"));

    let jamo = shown(&"\u{1100}".repeat(12));
    assert_eq!(jamo, format!("{}⟦<U+1100>⟧\u{1100}", "\u{1100}".repeat(10)));

    let loose = shown(&format!("\u{1000}{}", "\u{102c}".repeat(9)));
    assert_eq!(loose, format!("\u{1000}{}⟦<U+102C>⟧", "\u{102c}".repeat(8)));
}

#[test]
fn a_line_has_no_line_feed() {
    assert_eq!(marked(&escape_line("a\nb\r\n")), "a⟦^J⟧b⟦^M⟧⟦^J⟧");
    assert_eq!(plain_line("a\nb\u{1b}[m"), "a^Jb^[[m");
}

#[test]
fn a_typed_token_is_not_a_token() {
    assert!(escape("^[<U+202E>").tokens().is_empty());
    assert_ne!(escape("^["), escape("\u{1b}"));
    assert_ne!(escape("\t"), escape("→   "));
}

#[test]
fn a_paste_loses_what_a_terminal_would_obey() {
    let rows = [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\tb", "a\tb"),
        ("\u{1b}[31mred\u{1b}[0m", "red"),
        ("\u{1b}[200~x\u{1b}[201~", "x"),
        ("\u{1b}]0;title\u{7}text", "text"),
        ("\u{1b}]52;c;aGk=\u{1b}\\text", "text"),
        ("\u{1b}Pq#0\u{7}x\u{1b}\\text", "text"),
        ("\u{9b}31mred\u{9d}0;t\u{9c}x", "redx"),
        ("\u{1b}(0lqk\u{1b}c\u{1b}", "lqk"),
        ("\u{1b}]no end, so it stays", "no end, so it stays"),
        ("\u{1b}]0;t\u{1b}[1mx", "x"),
        ("\u{1b}Pa\u{1b}]b\u{7}c", "c"),
        ("a\0\u{8}\u{7f}\u{85}b", "ab"),
        ("\u{1b}\u{1b}[[31m", "31m"),
        ("\u{202e}x\u{200b}", "\u{202e}x\u{200b}"),
    ];
    for (input, expected) in rows {
        assert_eq!(clean_paste(input), expected, "{input:?}");
    }
}

/// The small tables against the crate that cuts the screen into cells.
#[test]
fn the_tables_agree_with_the_segmentation() {
    for c in ('\u{80}'..'\u{20000}').filter(|c| !classify::is_forbidden(*c)) {
        let prepends = format!("{c}x").graphemes(true).count() == 1;
        assert_eq!(is_prepend(c), prepends, "U+{:04X}", u32::from(c));
        if is_plain(c) {
            for other in ['x', '字', '가', c] {
                assert_eq!(format!("{other}{c}").graphemes(true).count(), 2, "U+{:04X}", u32::from(c));
            }
            assert!(classify::cells(c) > 0);
            assert!(!must_never_be_drawn(c));
        }
    }
}

#[test]
fn every_single_character_is_safe_alone_and_between_others() {
    // Planes 2 to 13 and 15, 16 hold ideographs, nothing and private use; their ends stand for them.
    let ends = ['\u{20000}', '\u{2fffd}', '\u{3fffd}', '\u{40000}', '\u{dffff}', '\u{f0000}', char::MAX];
    for c in ('\0'..'\u{20000}').chain('\u{e0000}'..'\u{e0200}').chain(ends) {
        let pair = format!("{c}字{c}{c}");
        check(&pair, &escape(&pair));
    }
}

#[test]
fn the_hostile_corpus_is_safe() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let index = std::fs::read_to_string(format!("{folder}/index.tsv")).unwrap();
    let mut seen = 0;
    for row in index.lines().skip(1) {
        let mut fields = row.split('\t');
        let (name, class) = (fields.next().unwrap(), fields.next().unwrap());
        if !TEXT_CLASSES.contains(&class) {
            continue;
        }
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        check_all(&String::from_utf8_lossy(&bytes));
        let (gbk, _, _) = encoding_rs::GB18030.decode(&bytes);
        check_all(&gbk);
        seen += 1;
    }
    assert!(seen > 200, "the corpus is there: {seen}");
}

const TEXT_CLASSES: &[&str] = &[
    "ambiguous-width",
    "bidi",
    "c1-8bit",
    "c1-utf8",
    "combining-flood",
    "dcs-apc-pm-sos",
    "emoji-zwj",
    "empty",
    "esc-csi",
    "gbk-lookalike",
    "long-word",
    "max-64k",
    "nul",
    "osc",
    "overlong",
    "private-use",
    "rtl",
    "spoof",
    "unassigned",
    "utf8-invalid",
    "utf8-truncated",
    "variation-selectors",
    "ws-control",
    "zero-width",
];

/// Characters that do something to their neighbours, far more often than chance would bring them.
fn odd_char() -> impl Strategy<Value = char> {
    let telling: Vec<char> = concat!(
        "ab1# \n\t\r\u{1b}\u{9b}\u{301}\u{302}\u{20e3}\u{34f}\u{200c}\u{200d}\u{fe0e}\u{fe0f}\u{e0100}\u{e0067}\u{202e}",
        "字葛ｶﾞ가\u{1100}\u{1161}\u{11a8}\u{1160}❤☺👨👩🏽🏴🇨🇩©",
        "क\u{94d}\u{93f}\u{902}ष\u{600}\u{6dd}\u{d4e}മس\u{64e}ی\u{1000}\u{102c}\u{103a}น\u{e33}ក\u{17d2}\u{16d63}\u{16d67}",
        "\u{a8fa}\u{2d7f}\u{1a15}\u{378}\u{e0b0}\u{ffff}\u{110bd}\u{11a84}\u{1f3fb}"
    )
    .chars()
    .collect();
    prop_oneof![8 => proptest::sample::select(telling), 1 => any::<char>()]
}

fn odd_text() -> impl Strategy<Value = String> {
    let run = (odd_char(), 1..12_usize).prop_map(|(c, times)| c.to_string().repeat(times));
    let piece = prop_oneof![6 => odd_char().prop_map(String::from), 1 => run];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_escaped_safely_and_reversibly(text in odd_text()) {
        check_all(&text);
    }

    #[test]
    fn any_bytes_are_escaped_safely(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_all(&String::from_utf8_lossy(&bytes));
    }
}
