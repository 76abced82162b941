//! What is found and what is not, and where it is marked; what holds for every text is in `laws.rs`.

#![expect(clippy::string_slice, reason = "a range off a character boundary is a failed test")]

use jiff::civil;
use jiff::tz::TimeZone;

use super::*;
use crate::model::phrase::Value;

mod laws;

/// The rules of Europe/Berlin, written out so that no table of the system is needed.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(zone: &TimeZone, year: i16, month: i8, day: i8, hour: i8, minute: i8) -> WallTime {
    let time = civil::date(year, month, day).at(hour, minute, 0, 0);
    WallTime(zone.to_timestamp(time).unwrap().as_microsecond())
}

fn parse(input: &str) -> Result<Search, SearchError> {
    let now = at(&berlin(), 2026, 11, 21, 0, 30);
    Search::parse(input, &berlin(), now)
}

fn search(input: &str) -> Search {
    parse(input).unwrap()
}

/// The text with what is found in brackets.
fn marked(query: &str, text: &str) -> String {
    let search = search(query);
    let ranges = search.ranges(text);
    assert_eq!(search.matches(text), !ranges.is_empty(), "{query:?} in {text:?}");
    let mut out = text.to_owned();
    for range in ranges.into_iter().rev() {
        out.insert(range.end, ']');
        out.insert(range.start, '[');
    }
    out
}

fn marks(query: &str, expected: &str) {
    assert_eq!(marked(query, &expected.replace(['[', ']'], "")), expected, "{query}");
}

fn misses(query: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(marked(query, text), *text, "{query}");
    }
}

/// Private-use pairs back to their characters, so that a test can be read.
fn readable(index: &str) -> String {
    let mut high = 0;
    let back = |c: char| match u32::from(c) {
        upper @ 0xf000..=0xf10f => {
            high = upper - 0xf000;
            None
        }
        lower @ 0xe000..=0xefff => char::from_u32(high << 12 | (lower - 0xe000)),
        _ => Some(c),
    };
    index.chars().filter_map(back).collect()
}

// --- Folding. ---

#[test]
fn spellings_of_the_same_text_become_one() {
    for (text, folded) in [
        ("Café CAFÉ cafe\u{301}", "cafe cafe cafe"),
        ("Ångström A\u{30a}ngstro\u{308}m", "angstrom angstrom"),
        ("ﬁsch ＨＥＬＬＯ ½ ㎏", "fisch hello 1⁄2 kg"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("İstanbul ISTANBUL ışık", "istanbul istanbul isik"),
        ("Łódź Ærø Đà Nẵng Œuvre", "lodz aero da nang oeuvre"),
        ("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", "οδυσσευσ οδυσσευσ"),
        ("Ёлка Мой", "елка мои"),
        ("ｶﾞｷﾞ か\u{3099} が か", "ガギ が が か"),
        ("하\u{11ab} 한 한 ㅋㅏ", "한 한 한 ㅋㅏ"),
        ("ที่นี่ हिन्दी क़", "ที่นี่ हिन्दी क\u{93c}"),
        ("葛\u{e0100} co\u{ad}op ❤\u{fe0f} \u{feff}x", "葛 coop ❤ x"),
        ("१ Ⅳ ㈱ ﷺ", "१ iv (株) ﷺ"),
    ] {
        assert_eq!(fold(text), folded, "{text}");
        assert_eq!(fold(folded), folded);
    }
}

#[test]
fn names_are_compared_folded() {
    assert!(contains_folded("Zoë Müller", "oe mu"));
    assert!(contains_folded("瞎驴", "驴"));
    assert!(contains_folded("anything", ""));
    assert!(!contains_folded("Zoë", "zoe\u{308}"));
}

// --- The index. ---

#[test]
fn runs_without_spaces_become_pairs_and_other_runs_words() {
    for (text, tokens) in [
        ("开会了", "开会 会了 了"),
        ("会", "会"),
        ("Hello, world_42!", "hello world 42"),
        ("版本v2好", "版本 本 v2 好"),
        ("々〇𠀀ー", "々〇 〇𠀀 𠀀ー ー"),
        ("食べ・ㄅㄆ 한글", "食べ べ ㄅㄆ ㄆ 한글 글"),
        ("ที่", "ที ี่ ่"),
        ("हिन्दी café", "हिन्दी cafe"),
        ("\u{301}a\u{e48}๕ \u{e48}", "a ๕"),
        ("👍 -> \u{e000} ❤\u{fe0f} 🅰", ""),
    ] {
        assert_eq!(readable(&index_text(text)), tokens, "{text}");
    }
}

#[test]
fn long_words_are_cut_into_pieces_and_still_found() {
    let word = format!("{}{}", "x".repeat(MAX_TOKEN), "y".repeat(10));
    assert_eq!(index_text(&word), format!("{} {}", "x".repeat(MAX_TOKEN), "y".repeat(10)));
    assert!(search(&word).matches(&word));
    assert!(search(&word[..70]).matches(&word));
    assert!(!search(&format!("{word}z")).matches(&word));
    let flood = format!("क{}", "\u{93f}".repeat(10_000));
    assert!(index_text(&flood).split(' ').all(|token| token.chars().count() <= 2 * MAX_TOKEN));
    assert_eq!(search("क").ranges(&flood), std::iter::once(0..flood.len()).collect::<Vec<_>>());
}

/// If this fails, indexes on disk are of another making than the program: `INDEX_VERSION` must go up.
#[test]
fn the_index_keeps_its_spelling() {
    assert_eq!(INDEX_VERSION, 2);
    assert_eq!(
        index_text("İ ẞ Ωй が 한 ㅋ २ ท𠀀"),
        "i ss ωи が 한 ㅋ \u{f000}\u{e968} \u{f000}\u{ee17}\u{f020}\u{e000} \u{f020}\u{e000}"
    );
}

// --- What is found, and what of it is marked. ---

#[test]
fn chinese_is_found_anywhere_in_a_run() {
    marks("开会", "明天[开会]了");
    marks("会", "开[会]，[会]议");
    marks("会议", "开[会议]吗");
    marks("开会了", "[开会了]吗");
    marks("哈哈", "[哈哈哈]");
    marks("哈哈哈了", "哈哈[哈哈哈了]");
    marks("开会，", "[开会]了");
    misses("开会", &["开 会", "会开", "开"]);
    misses("会了。吗", &["会了吗"]);
}

#[test]
fn words_are_found_by_their_beginning_in_any_case_and_accent() {
    marks("hel", "[Hel]lo, [HEL]P");
    marks("cafe", "[Café] [CAFE] [cafe\u{301}]s");
    marks("CAFÉ", "[cafe]");
    marks("Ångström", "[ANGSTROM] [a\u{30a}ngstro\u{308}m]");
    marks("fi", "[ﬁ]sh of[fi]ce".replace("of[fi]ce", "office").as_str());
    marks("hello", "[ＨＥＬＬＯ]！");
    marks("strasse", "[Straße]");
    marks("straße", "[STRASSE]n");
    marks("stras", "[Straß]e");
    marks("istanbul", "[İstanbul]");
    marks("İST", "[ist]anbul [I\u{307}st]");
    misses("ello", &["hello"]);
    misses("hello", &["hell", "hel lo"]);
}

#[test]
fn mixed_chunks_are_phrases() {
    marks("版本v2", "新[版本v2].1");
    marks("版本v", "[版本 v]2");
    marks("本v2", "版[本v2]");
    marks("foo-bar", "x [foo, bar]s");
    marks("a-a-a-b", "a-a-[a-a-a-b]");
    marks("192.168", "at [192.168].0.1");
    misses("版本v2", &["版本号v2", "v2版本"]);
    misses("foo-bar", &["foos bar", "bar foo", "foo x bar"]);
}

#[test]
fn marks_of_other_scripts_are_part_of_the_text() {
    marks("か", "が[か]");
    marks("が", "[か\u{3099}]か");
    marks("ガ", "[ｶﾞ]");
    marks("นี", "ที่[นี่]");
    marks("ท", "[ที่]นี่");
    marks("한글", "[한\u{1100}\u{1173}\u{11af}]을");
    marks("글", "한[글]");
    marks("ㅋㅋ", "ㅇ[ㅋㅋㅋ]");
    marks("हिन्", "[हिन्]दी");
    misses("か", &["が", "か\u{3099}"]);
    misses("นา", &["นี่"]);
}

#[test]
fn chunks_without_letters_are_found_as_they_are() {
    marks("->", "a[->]b [->]");
    marks("👍", "ok [👍🏽] [👍]");
    marks("❤️", "[❤] [❤\u{fe0f}]");
    marks("👩", "[👩\u{200d}👧]");
    marks("？！", "什么[?!]");
    misses("👎", &["👍"]);
    assert_eq!(search("-> 👍").fts(), None);
    assert!(search("-> x").has_literals() && !search("x").has_literals());
    assert!(search("\u{200b} \u{fe0f}").is_empty());
}

#[test]
fn all_terms_must_be_there_in_any_order() {
    marks("会 v2", "[v2]的[会]");
    marks("a ab", "[ab]c");
    assert!(!search("v2 会").matches("v2"));
    assert!(search("from:alex").matches("any text"));
    assert_eq!(search("会 hel ->").fts().unwrap(), "\"会\" * AND \"hel\" *");
    assert_eq!(search("版本v2 开会").fts().unwrap(), "\"版本 本 v2\" * AND \"开会\"");
}

// --- Filters. ---

#[test]
fn filters_are_read_and_the_rest_is_text() {
    let read = search("From:Älex from:me IN：机房 in:10.0 from： before: hi\u{3000}from:我");
    assert_eq!(read.from, [Author::Named("alex".to_owned()), Author::Me, Author::Me]);
    assert_eq!(read.places, ["机房", "10.0"]);
    assert_eq!((read.terms.len(), read.after, read.before), (1, None, None));
    for text in ["foo:bar", "http://a.b/c", "\"in:x", "from", "is:from:me", "::", "from :x"] {
        let read = search(text);
        assert!(read.from.is_empty() && read.places.is_empty() && !read.terms.is_empty(), "{text}");
        assert!(read.matches(text), "{text}");
    }
    assert!(search(" \n\u{3000} from:").is_empty());
    assert!(!search("in:x").is_empty());
}

#[test]
fn authors_and_places_are_any_of_those_named() {
    let read = search("from:me from:alex in:room in:echo");
    assert!(read.covers_author(true, &[]) && read.covers_author(false, &["1.2.3.4:5", "ALEX"]));
    assert!(!read.covers_author(false, &["bob"]) && !search("from:alex").covers_author(true, &["alex"]));
    assert!(read.covers_place(&["the Room"]) && !read.covers_place(&["bob"]) && !read.covers_place(&[]));
    assert!(search("x").covers_place(&[]) && search("x").covers_author(false, &[]));
}

#[test]
fn dates_begin_where_their_period_begins_here() {
    let zone = berlin();
    for (value, start) in [
        ("2026", at(&zone, 2026, 1, 1, 0, 0)),
        ("2026-11", at(&zone, 2026, 11, 1, 0, 0)),
        ("2026/3/9", at(&zone, 2026, 3, 9, 0, 0)),
        ("2026-11-21T10:30", at(&zone, 2026, 11, 21, 10, 30)),
        ("２０２６－１１－２１ｔ９：０５", at(&zone, 2026, 11, 21, 9, 5)),
        ("Today", at(&zone, 2026, 11, 21, 0, 0)),
        ("昨天", at(&zone, 2026, 11, 20, 0, 0)),
    ] {
        assert_eq!(search(&format!("after:{value}")).after, Some(start), "{value}");
        assert_eq!(search(&format!("before:2020 BEFORE：{value}")).before, Some(start), "{value}");
    }
}

#[test]
fn days_on_which_the_clocks_change_begin_and_end_right() {
    let hour = |number: i64| 3_600_000_000 * number;
    let midnight = at(&TimeZone::UTC, 2026, 3, 29, 0, 0).0;
    let before = |value: &str| search(&format!("before:{value}")).before.unwrap().0 - midnight;
    assert_eq!(before("2026-03-29"), hour(-1));
    assert_eq!(before("2026-03-30"), hour(22));
    assert_eq!(before("2026-03-29T02:00"), hour(1), "there is no such hour: it is when it would have been");
    assert_eq!(before("2026-10-25T02:00") - before("2026-10-25"), hour(2), "the first of two");
}

#[test]
fn after_takes_its_moment_in_and_before_leaves_it_out() {
    let read = search("after:2026-11-20 before:2026-11-21");
    let (first, last) = (at(&berlin(), 2026, 11, 20, 0, 0), at(&berlin(), 2026, 11, 21, 0, 0));
    assert!(read.covers(first) && read.covers(WallTime(last.0 - 1)));
    assert!(!read.covers(last) && !read.covers(WallTime(first.0 - 1)));
    assert!(search("x").covers(WallTime(i64::MIN)));
}

#[test]
fn what_is_no_date_is_named_in_the_refusal() {
    for value in [
        "soon",
        "202",
        "20261",
        "2026-13",
        "2026-02-30",
        "2026-1-1-1",
        "2026-",
        "-2026",
        "2026T10:00",
        "2026-11-21T24:00",
        "2026-11-21T10",
        "2026-11-21T10:3x",
        "+026",
        "2026-11-21T1:2:3",
        "२०२६",
    ] {
        assert_eq!(parse(&format!("x after:{value}")), Err(SearchError::Date(value.to_owned())), "{value}");
    }
    let phrase = SearchError::Date("soon".to_owned()).phrase();
    assert_eq!(phrase.args[0], ("part", Value::Text("soon".to_owned())));
    assert_eq!(phrase.args[1].0, "example");
}

#[test]
fn long_inputs_are_refused_with_the_limit() {
    assert!(parse(&"x".repeat(MAX_QUERY)).is_ok());
    assert_eq!(parse(&"x".repeat(MAX_QUERY + 1)), Err(SearchError::TooLong));
    assert!(parse(&"x ".repeat(MAX_TERMS)).is_ok());
    assert_eq!(parse(&"x ".repeat(MAX_TERMS + 1)), Err(SearchError::TooManyTerms));
    for error in [SearchError::TooLong, SearchError::TooManyTerms] {
        assert_eq!(error.phrase().args[0].0, "limit");
    }
}
