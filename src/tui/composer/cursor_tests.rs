//! Where the cursor stands on the screen.

use super::tests::composer;

const WIDTH: u16 = 40;

#[test]
fn the_cursor_has_a_cell_within_the_width() {
    for (draft, width, row, col, rows) in [
        ("|", 5, 0, 0, 1),
        ("ab|c", 5, 0, 2, 1),
        ("abcd|", 5, 0, 4, 1),
        ("abcde|", 5, 1, 0, 2),     // full: a row of its own
        ("abcde|fg", 5, 1, 0, 2),   // soft wrap: the next row
        ("abcde|\nfg", 5, 1, 0, 3), // full before a line feed
        ("abcde\n|fg", 5, 1, 0, 2),
        ("abc\n|", 5, 1, 0, 2),
        ("a\n|\nb", 5, 1, 0, 3),
        ("abcde   |", 5, 1, 0, 2), // among hanging spaces
        ("abcde  | f", 5, 1, 0, 2),
        ("你好|", 5, 0, 4, 1),
        ("你好|吗", 5, 1, 0, 2),
        ("👨\u{200d}👩|", 5, 0, 2, 1),
        ("你|", 1, 1, 0, 2),
    ] {
        let composer = composer(draft);
        let layout = composer.layout(width);
        assert_eq!((layout.cursor_row, layout.cursor_col, layout.rows.len()), (row, col, rows), "{draft:?}");
    }
}

#[test]
fn the_cursor_stands_behind_the_token_of_what_cannot_be_drawn() {
    for (draft, shown, row, col) in [
        ("a\tb|c", "a→   bc", 0, 6),
        ("\u{202e}|x", "<U+202E>x", 0, 8),
        ("e\u{301}\u{1b}|[0m", "e\u{301}^[[0m", 0, 3),
        ("\r\n|a", "^M\na", 1, 0),
        // What follows decides whether this one is a token: the prefix alone would be measured wrongly.
        ("نم\u{200c}|ن", "نم\u{200c}ن", 0, 2),
    ] {
        let layout = composer(draft).layout(WIDTH);
        assert_eq!(layout.shown.as_str(), shown);
        assert_eq!((layout.cursor_row, layout.cursor_col), (row, col), "{draft:?}");
    }
}
