//! Rows as a person would break them, and what holds for every text and width.

#![expect(clippy::string_slice, reason = "a range off a character boundary is a failed test")]

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::*;

fn rows(text: &str, width: u16) -> Vec<&str> {
    wrap(text, width).into_iter().map(|row| &text[row]).collect()
}

#[test]
fn words_go_to_the_next_row_whole() {
    assert_eq!(rows("one two three", 8), ["one two ", "three"]);
    assert_eq!(rows("one two three", 7), ["one two ", "three"]);
    assert_eq!(rows("one two three", 80), ["one two three"]);
}

#[test]
fn line_feeds_belong_to_no_row() {
    assert_eq!(rows("", 5), [""]);
    assert_eq!(wrap("\n", 5), [0..0, 1..1]);
    assert_eq!(wrap("a\n\nb\n", 5), [0..1, 2..2, 3..4, 5..5]);
    assert_eq!(rows("abcdef\ngh", 4), ["abcd", "ef", "gh"]);
}

#[test]
fn spaces_hang_and_are_never_lost() {
    assert_eq!(rows("ab    cd", 3), ["ab    ", "cd"]);
    assert_eq!(rows("      ", 2), ["      "]);
    assert_eq!(rows("abc   ", 3), ["abc   "]);
    assert_eq!(rows("  abc", 3), ["  ", "abc"]);
}

#[test]
fn a_long_word_is_cut() {
    assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
    assert_eq!(rows("hi abcdefgh", 4), ["hi ", "abcd", "efgh"]);
    assert_eq!(rows("一二三四", 5), ["一二", "三四"]);
}

#[test]
fn a_url_breaks_at_its_slashes() {
    assert_eq!(
        rows("see https://example.org/a/long/path", 16),
        ["see https://", "example.org/a/", "long/path"]
    );
}

#[test]
fn a_url_that_fits_on_a_row_of_its_own_is_not_broken() {
    assert_eq!(rows("see https://example.org/a b", 22), ["see ", "https://example.org/a ", "b"]);
    assert_eq!(rows("看这里https://a.b/c好", 12), ["看这里", "https://a.b/", "c好"]);
    assert_eq!(rows("(see http://a.b/c/d-e)", 16), ["(see ", "http://a.b/c/d-e", ")"]);
}

#[test]
fn a_line_is_cut_between_words_and_never_inside_a_number() {
    assert_eq!(clip_words("port 8081 is taken", 18), "port 8081 is taken");
    assert_eq!(clip_words("port 8081 is taken", 8), "port…");
    assert_eq!(clip_words("port 8081 is taken", 10), "port 8081…");
    assert_eq!(clip_words("端口8081已被占用", 8), "端口…");
    assert_eq!(clip_words("端口8081已被占用", 12), "端口8081已…");
    assert_eq!(clip_words("0.0.0.0:2425", 9), "0.0.0.0:…", "nothing would be left");
}

#[test]
fn closing_punctuation_begins_no_row() {
    assert_eq!(rows("一二三，四五。", 6), ["一二", "三，四", "五。"]);
    assert_eq!(rows("一二三四。", 8), ["一二三", "四。"]);
    assert_eq!(rows("abcdefgh，ok", 8), ["abcdefg", "h，ok"]);
    assert_eq!(rows("他说（好）。", 8), ["他说", "（好）。"]);
    assert_eq!(rows("，，，", 2), ["，", "，", "，"]);
    assert_eq!(rows("abcdef!", 6), ["abcde", "f!"]);
}

#[test]
fn the_name_of_a_key_stays_whole() {
    assert_eq!(rows("press Ctrl-O here", 11), ["press ", "Ctrl-O here"]);
    assert_eq!(rows("or Ctrl-Alt-X", 10), ["or ", "Ctrl-Alt-X"]);
    assert_eq!(rows("Ctrl-O", 3), ["Ctr", "l-O"], "where it has no room it is cut as any word is");
    assert_eq!(rows("at once. /doctor says", 11), ["at once. ", "/doctor ", "says"]);
    assert_eq!(rows("well-known", 5), ["well-", "known"]);
}

#[test]
fn what_is_to_stay_whole_goes_to_the_next_row() {
    let text = "ab<U+0301><U+0302>";
    let rows = |width| {
        let rows = wrap_whole(text, width, &[2..10, 10..18]).into_iter();
        rows.filter_map(|row| text.get(row)).collect::<Vec<_>>()
    };
    assert_eq!(rows(9), ["ab", "<U+0301>", "<U+0302>"]);
    assert_eq!(rows(10), ["ab<U+0301>", "<U+0302>"]);
    assert_eq!(rows(4).concat(), text);
}

#[test]
fn families_and_accents_are_never_cut() {
    let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
    assert_eq!(rows(&format!("{family}{family}"), 3), [family, family]);
    assert_eq!(rows("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
    assert_eq!(rows("🇨🇳🇩🇪", 2), ["🇨🇳", "🇩🇪"]);
}

#[test]
fn a_cluster_wider_than_the_row_has_its_own() {
    assert_eq!(rows("a字b", 1), ["a", "字", "b"]);
    assert_eq!(rows("ab", 0), ["a", "b"]);
}

#[test]
fn widths_are_those_of_the_screen() {
    for (text, cells) in
        [("", 0), ("abc", 3), ("字a", 3), ("e\u{301}", 1), ("👍🏽", 2), ("a\nb", 2), ("☺\u{fe0f}", 2)]
    {
        assert_eq!(width(text), cells, "{text:?}");
    }
}

#[test]
fn clipping_keeps_whole_clusters() {
    assert_eq!(clip("字字", 3), "字");
    assert_eq!(clip("abc", 3), "abc");
    assert_eq!(clip("abc", 0), "");
    assert_eq!(clip("e\u{301}e\u{301}", 1), "e\u{301}");
    assert_eq!(clip_with_ellipsis("abc", 3), "abc");
    assert_eq!(clip_with_ellipsis("abcd", 3), "ab…");
    assert_eq!(clip_with_ellipsis("字字字", 4), "字…");
    assert_eq!(clip_with_ellipsis("abc", 1), "…");
    assert_eq!(clip_with_ellipsis("abc", 0), "");
}

fn message() -> impl Strategy<Value = String> {
    let telling: Vec<char> = concat!(
        "aab  \n/-.,!()\"'0\t，。（）「」字一ーっ…—가ن👨👩❤🏽🇨🇩क\u{94d}\u{93f}น\u{e33}ﾞ",
        "\u{301}\u{200d}\u{fe0f}\u{200b}\u{a0}\u{3000}\u{2028}\u{1100}\u{1161}\u{600}"
    )
    .chars()
    .collect();
    let c = prop_oneof![12 => proptest::sample::select(telling), 1 => any::<char>()];
    proptest::collection::vec(c, 0..80).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn rows_cover_the_text_and_fit(text in message(), limit in 0..20_u16) {
        let limit_cells = usize::from(limit.max(1));
        let rows = wrap(&text, limit);
        let boundaries: Vec<usize> =
            text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        prop_assert_eq!(rows.first().map(|row| row.start), Some(0));
        prop_assert_eq!(rows.last().map(|row| row.end), Some(text.len()));
        for pair in rows.windows(2) {
            let between = &text[pair[0].end..pair[1].start];
            prop_assert!(between == "\n" || (between.is_empty() && !pair[1].is_empty()));
        }
        for row in rows {
            let shown = &text[row.clone()];
            prop_assert!(!shown.contains('\n'));
            // A carriage return shares its cluster with the line feed that is cut off.
            let is_whole = boundaries.binary_search(&row.end).is_ok() || shown.ends_with('\r');
            prop_assert!(is_whole && (boundaries.binary_search(&row.start).is_ok() || text[..row.start].ends_with('\n')));
            let trimmed = shown.trim_end_matches(' ');
            prop_assert!(
                width(trimmed) <= limit_cells || trimmed.graphemes(true).filter(|c| width(c) > 0).count() == 1,
                "{:?} is wider than {}", shown, limit_cells
            );
        }
    }

    #[test]
    fn clipped_text_fits_and_is_longest(text in message(), limit in 0..20_u16) {
        let clipped = clip(&text, limit);
        prop_assert!(text.starts_with(clipped) && width(clipped) <= usize::from(limit));
        if let Some(next) = text[clipped.len()..].graphemes(true).next() {
            prop_assert!(width(clipped) + width(next) > usize::from(limit));
        }
        prop_assert!(width(&clip_with_ellipsis(&text, limit)) <= usize::from(limit));
    }

    #[test]
    fn the_screen_agrees_on_widths(text in message()) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 1000, 1));
        let (end, _) = buffer.set_stringn(0, 0, &text, 1000, Style::new());
        prop_assert_eq!(usize::from(end), width(&text));
    }
}
