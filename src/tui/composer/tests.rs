//! The composer against tables of edits, and against a slow model that keeps whole drafts and whole clusters.

use std::ops::Range;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::undo::{EditKind, MAX_UNDO};
use super::{Composer, Edit, Layout, MAX_TEXT};

const WIDTH: u16 = 40;

/// A composer with the draft `marked`, its cursor where the `|` is, and nothing to undo.
pub(super) fn composer(marked: &str) -> Composer {
    let cursor = marked.find('|').expect("a cursor");
    Composer { text: marked.replacen('|', "", 1), cursor, ..Composer::default() }
}

fn marked(composer: &Composer) -> String {
    let (before, behind) = composer.text().split_at(composer.cursor());
    format!("{before}|{behind}")
}

fn typed(text: &str) -> Composer {
    let mut composer = Composer::default();
    for c in text.chars() {
        composer.insert_char(c);
    }
    composer
}

fn check(rows: &[(&str, &[Edit], &str)]) {
    for (before, edits, after) in rows {
        let mut composer = composer(before);
        for edit in *edits {
            composer.apply(*edit, WIDTH);
        }
        assert_eq!(marked(&composer), *after, "{before:?} {edits:?}");
    }
}

#[test]
fn what_is_typed_char_by_char_joins_its_cluster() {
    let family = "👨\u{200d}👩\u{200d}👧";
    for cluster in [family, "e\u{301}", "🇨🇳", "👍🏽", "❤\u{fe0f}", "क\u{94d}ष", "각"] {
        let mut composer = composer("a|b");
        for c in cluster.chars() {
            composer.insert_char(c);
            let (before, behind) = composer.text().split_at(composer.cursor());
            assert_eq!((before.graphemes(true).count(), behind), (2, "b"), "{cluster:?}");
        }
        assert!(composer.apply(Edit::Left, WIDTH));
        assert_eq!(composer.cursor(), 1, "{cluster:?}");
        composer.apply(Edit::Delete, WIDTH);
        assert_eq!(composer.text(), "ab", "{cluster:?}");
    }
}

#[test]
fn the_cursor_steps_behind_a_cluster_that_an_insertion_or_deletion_closes() {
    // A joiner before a person: what stood behind the cursor belongs to the cluster now.
    let mut joined = composer("👨|👧");
    joined.insert_char('\u{200d}');
    assert_eq!(marked(&joined), "👨\u{200d}👧|");
    // Two letters of a flag meet once what stood between them is gone.
    let mut flag = composer("🇨x|🇳");
    flag.apply(Edit::Backspace, WIDTH);
    assert_eq!(marked(&flag), "🇨🇳|");
}

#[test]
fn moves() {
    use Edit::{Left, LineEnd, LineStart, Right, TextEnd, TextStart, WordLeft, WordRight};
    check(&[
        ("a👨\u{200d}👩|b", &[Left], "a|👨\u{200d}👩b"),
        ("|🇨🇳🇩🇪", &[Right], "🇨🇳|🇩🇪"),
        ("a\n|b", &[Left, Left], "|a\nb"),
        ("one, two|", &[WordLeft], "one, |two"),
        ("one, two|", &[WordLeft, WordLeft], "|one, two"),
        ("o|ne, two", &[WordRight], "one|, two"),
        ("one|, two", &[WordRight], "one, two|"),
        ("one |...", &[WordRight], "one ...|"),
        ("你好，世界|", &[WordLeft], "你好，世|界"),
        ("你好，世界|", &[WordLeft, WordLeft, WordLeft], "你|好，世界"),
        ("ab\ncd|ef\ngh", &[LineStart], "ab\n|cdef\ngh"),
        ("ab\ncd|ef\ngh", &[LineEnd], "ab\ncdef|\ngh"),
        ("ab\ncd|ef\ngh", &[TextStart], "|ab\ncdef\ngh"),
        ("ab\ncd|ef\ngh", &[TextEnd], "ab\ncdef\ngh|"),
        ("a|b\r\nc", &[LineEnd], "ab|\r\nc"),
    ]);
}

#[test]
fn a_move_that_leads_nowhere_says_so() {
    use Edit::{Backspace, Delete, Down, KillToLineEnd, Left, LineEnd, LineStart, Right, Up, WordLeft, Yank};
    for edit in
        [Left, WordLeft, LineStart, Up, Down, Backspace, Edit::Undo, Edit::Redo, Yank, Edit::Transpose]
    {
        assert!(!composer("|ab").apply(edit, WIDTH), "{edit:?}");
    }
    for edit in [Right, LineEnd, Edit::WordRight, Delete, KillToLineEnd, Edit::KillWordForward, Up, Down] {
        assert!(!composer("ab|").apply(edit, WIDTH), "{edit:?}");
    }
}

#[test]
fn deletes_and_kills() {
    use Edit::{
        Backspace, Delete, KillToLineEnd, KillToLineStart, KillWordBackward, KillWordForward, KillWordLeft,
    };
    check(&[
        ("e\u{301}|x", &[Backspace], "|x"),
        ("|e\u{301}x", &[Delete], "|x"),
        ("a\n|b", &[Backspace], "a|b"),
        ("ls ../a-b  |c", &[KillWordLeft], "ls |c"),
        ("ls ../a-b|", &[KillWordBackward], "ls ../a-|"),
        ("ls ../a-b|", &[KillWordBackward, KillWordBackward], "ls ../|"),
        ("ls| ../a-b", &[KillWordForward], "ls|-b"),
        ("一 二三|", &[KillWordLeft], "一 |"),
        ("ab\ncd|ef\ngh", &[KillToLineStart], "ab\n|ef\ngh"),
        ("ab\ncd|ef\ngh", &[KillToLineEnd], "ab\ncd|\ngh"),
        ("ab\ncd|ef\ngh", &[KillToLineEnd, KillToLineEnd], "ab\ncd|gh"),
        ("ab\n|cd", &[KillToLineStart], "ab\n|cd"),
        ("ab|\r\ncd", &[KillToLineEnd], "ab|cd"),
    ]);
}

#[test]
fn kills_in_a_row_are_yanked_together_in_their_order() {
    use Edit::{KillToLineEnd, KillToLineStart, KillWordLeft, Left, Right, TextEnd, Yank};
    check(&[
        ("one two |three", &[KillWordLeft, KillWordLeft, TextEnd, Yank], "threeone two |"),
        ("one |two", &[KillToLineEnd, KillToLineStart, Yank], "one two|"),
        ("a|b\nc", &[KillToLineEnd, KillToLineEnd, Yank, Yank], "ab\nb\n|c"),
        ("a b|", &[KillWordLeft, Left, Right, KillWordLeft, Yank], "a |"),
        ("a b|", &[KillWordLeft, Left, KillWordLeft, Yank], "a| "),
    ]);
}

#[test]
fn what_was_killed_outlives_the_message() {
    let mut composer = composer("|secret");
    composer.apply(Edit::KillToLineEnd, WIDTH);
    composer.insert_str("sent");
    assert_eq!(composer.take(), "sent");
    assert!(composer.is_empty());
    composer.apply(Edit::Yank, WIDTH);
    assert_eq!(marked(&composer), "secret|");
}

#[test]
fn what_was_sent_or_cleared_can_be_undone() {
    let mut composer = composer("two |words");
    assert_eq!(composer.take(), "two words");
    assert!(composer.is_empty() && composer.apply(Edit::Undo, WIDTH));
    assert_eq!(marked(&composer), "two |words");
    assert_eq!(composer.clear(), "two words");
    composer.apply(Edit::Yank, WIDTH);
    assert_eq!(marked(&composer), "two words|");
    composer.apply(Edit::Undo, WIDTH);
    composer.apply(Edit::Undo, WIDTH);
    assert_eq!(marked(&composer), "two |words");
    composer.apply(Edit::KillWordLeft, WIDTH);
    composer.keep("kept");
    composer.apply(Edit::Yank, WIDTH);
    assert_eq!(marked(&composer), "kept|words");
}

#[test]
fn transposes_clusters_within_the_line() {
    use Edit::Transpose;
    check(&[
        ("a|b", &[Transpose], "ba|"),
        ("ab|", &[Transpose], "ba|"),
        ("ab|\nc", &[Transpose], "ba|\nc"),
        ("x👨\u{200d}👩|e\u{301}", &[Transpose], "xe\u{301}👨\u{200d}👩|"),
        ("ab\n|c", &[Transpose], "ab\n|c"),
        ("a|", &[Transpose], "a|"),
        ("a\n|", &[Transpose], "a\n|"),
        ("a|ab", &[Transpose], "aa|b"),
        ("a|ab", &[Transpose, Edit::Undo], "aa|b"),
    ]);
}

#[test]
fn undo_takes_back_typing_word_by_word() {
    let mut composer = typed("hello big  world");
    for expected in ["hello big  |", "hello |", "|"] {
        assert!(composer.apply(Edit::Undo, WIDTH));
        assert_eq!(marked(&composer), expected);
    }
    assert!(!composer.apply(Edit::Undo, WIDTH));
    for expected in ["hello |", "hello big  |"] {
        assert!(composer.apply(Edit::Redo, WIDTH));
        assert_eq!(marked(&composer), expected);
    }
    composer.insert_char('!');
    assert!(!composer.apply(Edit::Redo, WIDTH));
}

#[test]
fn a_move_or_another_kind_of_edit_begins_a_new_undo_step() {
    let mut composer = typed("abc");
    composer.apply(Edit::Left, WIDTH);
    composer.insert_char('x');
    composer.insert_char('y');
    composer.apply(Edit::Backspace, WIDTH);
    composer.apply(Edit::Backspace, WIDTH);
    composer.insert_str("paste d");
    for expected in ["ab|c", "abxy|c", "ab|c", "|"] {
        assert!(composer.apply(Edit::Undo, WIDTH));
        assert_eq!(marked(&composer), expected);
    }
}

#[test]
fn undo_is_bounded_and_keeps_the_newest() {
    let mut composer = Composer::default();
    for _ in 0..MAX_UNDO + 10 {
        composer.insert_str("x");
    }
    let steps = std::iter::from_fn(|| composer.apply(Edit::Undo, WIDTH).then_some(())).count();
    assert_eq!((steps, composer.text().len()), (MAX_UNDO, 10));
    let mut large = Composer::default();
    for c in ["a", "b"].repeat(20) {
        large.set_text(c.repeat(MAX_TEXT));
    }
    let steps = std::iter::from_fn(|| large.apply(Edit::Undo, WIDTH).then_some(())).count();
    assert!((1..20).contains(&steps), "{steps}");
}

#[test]
fn a_draft_that_would_grow_too_long_is_refused_whole() {
    let mut composer = Composer::default();
    assert!(composer.insert_str(&"x".repeat(MAX_TEXT)));
    assert!(!composer.insert_char('y'));
    assert!(!composer.insert_str("yy"));
    assert!(composer.replace(0..2, "yz"));
    assert_eq!(composer.text().len(), MAX_TEXT);
}

#[test]
fn set_text_is_one_step_that_undo_takes_back() {
    let mut composer = composer("dr|aft");
    composer.set_text("from the editor\n".to_owned());
    assert_eq!(marked(&composer), "from the editor\n|");
    composer.apply(Edit::Undo, WIDTH);
    assert_eq!(marked(&composer), "dr|aft");
}

#[test]
fn a_completion_replaces_its_range_whatever_the_range() {
    for (range, with, after) in [
        (0..3, "/rename ", "/rename | 你"),
        (4..7, "👍", "/re 👍|"),
        (5..6, "x", "/re x|你"),
        (90..99, "x", "/re 你x|"),
        (Range { start: 3, end: 0 }, "x", "x|/re 你"),
    ] {
        let mut composer = composer("/re| 你");
        assert!(composer.replace(range.clone(), with));
        assert_eq!(marked(&composer), after, "{range:?}");
        composer.apply(Edit::Undo, WIDTH);
        assert_eq!(marked(&composer), "/re| 你");
    }
}

fn sent() -> Vec<String> {
    ["oldest", "two\nlines", "Newest"].map(str::to_owned).to_vec()
}

#[test]
fn browsing_goes_from_the_newest_back_and_returns_to_the_draft() {
    let mut composer = composer("dr|aft");
    assert!(!composer.history_down(&sent()));
    for expected in ["Newest|", "two\nlines|", "oldest|"] {
        assert!(composer.history_up(&sent()));
        assert_eq!(marked(&composer), expected);
    }
    assert!(!composer.history_up(&sent()));
    for expected in ["two\nlines|", "Newest|", "dr|aft"] {
        assert!(composer.history_down(&sent()));
        assert_eq!(marked(&composer), expected);
    }
    assert!(!composer.history_down(&sent()));
    assert!(!composer.apply(Edit::Undo, WIDTH), "going there and back leaves nothing to undo");
}

#[test]
fn an_edited_entry_leaves_the_history_as_it_is_and_can_be_had_back() {
    let mut composer = typed("draft");
    composer.history_up(&sent());
    composer.insert_str("!");
    composer.history_up(&sent());
    composer.history_down(&sent());
    assert_eq!(marked(&composer), "Newest|");
    for expected in ["Newest!|", "Newest|", "draft|", "|"] {
        composer.apply(Edit::Undo, WIDTH);
        assert_eq!(marked(&composer), expected);
    }
}

#[test]
fn taking_or_undoing_ends_browsing() {
    let mut composer = composer("dr|aft");
    composer.history_up(&sent());
    composer.apply(Edit::Undo, WIDTH);
    assert_eq!(marked(&composer), "dr|aft");
    assert!(!composer.history_down(&sent()));
    composer.history_up(&sent());
    assert_eq!(composer.take(), "Newest");
    assert!(!composer.history_down(&sent()));
    composer.history_up(&sent());
    assert_eq!(composer.text(), "Newest");
    assert!(composer.history_down(&[]), "the history may shrink meanwhile");
    assert!(composer.is_empty());
}

#[test]
fn up_and_down_pass_tokens_that_are_wider_than_the_screen() {
    let mut composer = composer("a\n\u{202e}\nb|");
    for expected in ["a\n\u{202e}|\nb", "a\n|\u{202e}\nb", "a|\n\u{202e}\nb"] {
        assert!(composer.apply(Edit::Up, 3));
        assert_eq!(marked(&composer), expected);
    }
}

#[test]
fn up_and_down_go_by_rows_of_the_screen() {
    for (draft, width, goal, down, after) in [
        ("abc|defgh", 5, 3, true, Some("abcdefgh|")),
        ("abcdefgh|", 5, 3, false, Some("abc|defgh")),
        ("abcd|e\nf\nghijk", 9, 4, true, Some("abcde\nf|\nghijk")),
        ("abcde\nf|\nghijk", 9, 4, true, Some("abcde\nf\nghij|k")),
        ("你好\nab|c", 9, 2, false, Some("你|好\nabc")),
        ("你好\nabc|", 9, 3, false, Some("你|好\nabc")),
        ("a\n|\nb", 9, 0, false, Some("|a\n\nb")),
        ("ab|c", 9, 2, false, None),
        ("ab|c", 9, 2, true, None),
        ("abcde|", 5, 0, false, Some("|abcde")),
        ("abcde|\nfg", 5, 0, true, Some("abcde\n|fg")),
        ("abcd\nabcdefg|", 5, 4, false, Some("abcd\nabcd|efg")),
    ] {
        let mut composer = composer(draft);
        let to = composer.layout(width).vertical(composer.text(), composer.cursor(), goal, down);
        composer.cursor = to.unwrap_or(composer.cursor);
        assert_eq!(to.is_some(), after.is_some(), "{draft:?}");
        assert_eq!(marked(&composer), after.unwrap_or(draft), "{draft:?}");
    }
}

#[test]
fn a_run_of_up_and_down_keeps_its_column() {
    let mut composer = composer("abcdef\nx\nabc|def");
    for (down, expected) in [
        (false, "abcdef\nx|\nabcdef"),
        (false, "abc|def\nx\nabcdef"),
        (true, "abcdef\nx|\nabcdef"),
        (true, "abcdef\nx\nabc|def"),
    ] {
        assert!(composer.apply(if down { Edit::Down } else { Edit::Up }, WIDTH));
        assert_eq!(marked(&composer), expected);
    }
    assert!(!composer.apply(Edit::Down, WIDTH));
    composer.apply(Edit::LineEnd, WIDTH);
    composer.apply(Edit::Up, WIDTH);
    composer.apply(Edit::Up, WIDTH);
    assert_eq!(marked(&composer), "abcdef|\nx\nabcdef", "a move of another kind sets a new column");
}

// ---- the model: whole drafts for undo, whole clusters for editing, nothing clever ----

type Draft = (String, usize);

#[derive(Default)]
struct Model {
    clusters: Vec<String>,
    /// How many clusters stand before the cursor.
    cursor: usize,
    done: Vec<(Draft, Draft, EditKind)>,
    undone: Vec<(Draft, Draft, EditKind)>,
    last: EditKind,
    killed: String,
    browsing: Option<(usize, Draft)>,
}

impl Model {
    fn joined(&self, range: Range<usize>) -> String {
        self.clusters[range].concat()
    }

    fn draft(&self) -> Draft {
        (self.clusters.concat(), self.joined(0..self.cursor).len())
    }

    fn show(&mut self, (text, cursor): &Draft) {
        self.clusters = text.graphemes(true).map(str::to_owned).collect();
        self.cursor = (0..=self.clusters.len()).find(|&i| self.joined(0..i).len() >= *cursor).unwrap();
    }

    fn go(&mut self, cursor: usize) {
        self.cursor = cursor;
        self.last = EditKind::Move;
    }

    fn become_draft(&mut self, draft: &Draft, kind: EditKind) {
        let before = self.draft();
        self.show(draft);
        let after = self.draft();
        let last = std::mem::replace(&mut self.last, kind);
        if before.0 == after.0 {
            return;
        }
        self.undone.clear();
        let joins = last.joins(kind) && self.done.last().is_some_and(|step| step.2.joins(kind));
        let first = if joins { self.done.pop().unwrap().0 } else { before };
        if first.0 != after.0 {
            self.done.push((first, after, kind));
        }
    }

    fn replace(&mut self, range: Range<usize>, with: &str, kind: EditKind) {
        if range.is_empty() && with.is_empty() {
            return;
        }
        let before = self.joined(0..range.start);
        let text = before.clone() + with + &self.joined(range.end..self.clusters.len());
        self.become_draft(&(text, before.len() + with.len()), kind);
    }

    fn insert(&mut self, text: &str, kind: EditKind) {
        self.replace(self.cursor..self.cursor, text, kind);
    }

    fn kill(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let text = self.joined(range.clone());
        let earlier = std::mem::take(&mut self.killed);
        let earlier = if self.last == EditKind::Kill { earlier } else { String::new() };
        self.killed = if range.end == self.cursor { text + &earlier } else { earlier + &text };
        self.replace(range, "", EditKind::Kill);
    }

    fn is_feed(&self, at: usize) -> bool {
        self.clusters.get(at).is_none_or(|cluster| cluster.ends_with('\n'))
    }

    fn line(&self) -> Range<usize> {
        let start = (0..self.cursor).rev().find(|&i| self.is_feed(i)).map_or(0, |i| i + 1);
        start..(self.cursor..=self.clusters.len()).find(|&i| self.is_feed(i)).unwrap()
    }

    fn word_left(&self) -> usize {
        let before = self.joined(0..self.cursor);
        let mut start = 0;
        for (at, word) in before.split_word_bound_indices() {
            start = if word.chars().any(char::is_alphanumeric) { at } else { start };
        }
        (0..=self.cursor).rev().find(|&i| self.joined(0..i).len() <= start).unwrap()
    }

    fn word_right(&self) -> usize {
        let count = self.clusters.len();
        let behind = self.joined(self.cursor..count);
        let mut words = behind.split_word_bound_indices();
        let word = words.find(|(_, word)| word.chars().any(char::is_alphanumeric));
        let end = word.map_or(behind.len(), |(start, word)| start + word.len());
        (self.cursor..=count).find(|&i| self.joined(self.cursor..i).len() >= end).unwrap()
    }

    fn space_word_left(&self) -> usize {
        let mut at = self.cursor;
        for spaces in [true, false] {
            while at > 0 && self.clusters[at - 1].trim().is_empty() == spaces {
                at -= 1;
            }
        }
        at
    }

    fn transpose(&mut self) {
        let line = self.line();
        let middle = if self.cursor == line.end { self.cursor.saturating_sub(1) } else { self.cursor };
        if middle > line.start {
            let swapped = self.clusters[middle].clone() + &self.clusters[middle - 1];
            self.replace(middle - 1..middle + 1, &swapped, EditKind::Other);
        }
    }

    fn undo_or_redo(&mut self, undo: bool) {
        let (from, to) =
            if undo { (&mut self.done, &mut self.undone) } else { (&mut self.undone, &mut self.done) };
        let Some(step) = from.pop() else { return };
        to.push(step.clone());
        if step.2 == EditKind::Recall {
            self.browsing = None;
        }
        self.show(if undo { &step.0 } else { &step.1 });
        self.last = EditKind::Move;
    }

    fn apply(&mut self, edit: Edit) {
        let (at, count, line) = (self.cursor, self.clusters.len(), self.line());
        match edit {
            Edit::InsertNewline => self.insert("\n", EditKind::Other),
            Edit::Left => self.go(at.saturating_sub(1)),
            Edit::Right => self.go(count.min(at + 1)),
            Edit::WordLeft => self.go(self.word_left()),
            Edit::WordRight => self.go(self.word_right()),
            Edit::LineStart => self.go(line.start),
            Edit::LineEnd => self.go(line.end),
            Edit::TextStart => self.go(0),
            Edit::TextEnd => self.go(count),
            Edit::Up | Edit::Down => self.last = EditKind::Move,
            Edit::Backspace => self.replace(at.saturating_sub(1)..at, "", EditKind::Backspace),
            Edit::Delete => self.replace(at..count.min(at + 1), "", EditKind::Other),
            Edit::KillWordLeft => self.kill(self.space_word_left()..at),
            Edit::KillWordBackward => self.kill(self.word_left()..at),
            Edit::KillWordForward => self.kill(at..self.word_right()),
            Edit::KillToLineStart => self.kill(line.start..at),
            Edit::KillToLineEnd if line.end > at => self.kill(at..line.end),
            Edit::KillToLineEnd => self.kill(at..count.min(at + 1)),
            Edit::Yank => self.insert(&self.killed.clone(), EditKind::Other),
            Edit::Transpose => self.transpose(),
            Edit::Undo => self.undo_or_redo(true),
            Edit::Redo => self.undo_or_redo(false),
        }
    }

    fn browse(&mut self, older: bool) {
        let back = self.browsing.as_ref().map_or(0, |browsing| browsing.0);
        let draft = self.browsing.as_ref().map_or_else(|| self.draft(), |browsing| browsing.1.clone());
        let to = if older { back + 1 } else { back.wrapping_sub(1) };
        if to == 0 {
            self.browsing = None;
            self.become_draft(&draft, EditKind::Recall);
        } else if let Some(entry) = sent().iter().rev().nth(to - 1).filter(|_| to < usize::MAX) {
            self.browsing = Some((to, draft));
            self.become_draft(&(entry.clone(), entry.len()), EditKind::Recall);
        }
    }
}

#[derive(Clone, Debug)]
enum Act {
    Type(char),
    Paste(String),
    Edit(Edit),
    Browse { older: bool },
    SetText(String),
}

const ALPHABET: &[char] = &[
    'a', 'B', '1', 'e', '\u{301}', '你', '好', '，', '。', 'カ', '👨', '👩', '👧', '\u{200d}', '\u{fe0f}',
    '🏽', '🇨', '🇳', '🇩', '\n', ' ', ' ', '\t', '\r', '.', '-', '\u{202e}', 'क', '\u{94d}', 'ष', 'ᄀ', 'ᅡ',
    '\u{600}', '\u{e33}', '\u{b}',
];

#[rustfmt::skip]
const EDITS: &[Edit] = &[
    Edit::InsertNewline, Edit::Left, Edit::Right, Edit::WordLeft, Edit::WordRight, Edit::LineStart, Edit::LineEnd,
    Edit::TextStart, Edit::TextEnd, Edit::Up, Edit::Down, Edit::Backspace, Edit::Delete, Edit::KillWordLeft,
    Edit::KillWordBackward, Edit::KillWordForward, Edit::KillToLineStart, Edit::KillToLineEnd, Edit::Yank,
    Edit::Transpose, Edit::Undo, Edit::Redo,
];

fn text(longest: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(ALPHABET), 0..longest).prop_map(String::from_iter)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        12 => prop::sample::select(ALPHABET).prop_map(Act::Type),
        2 => text(12).prop_map(Act::Paste),
        12 => prop::sample::select(EDITS).prop_map(Act::Edit),
        1 => any::<bool>().prop_map(|older| Act::Browse { older }),
        1 => text(12).prop_map(Act::SetText),
    ]
}

/// Does `act` in both; whether something changed has to be what the composer says.
fn perform(composer: &mut Composer, model: &mut Model, act: &Act, width: u16) {
    let before = (composer.text.clone(), composer.cursor);
    let said = match act {
        Act::Type(c) => {
            model.insert(&c.to_string(), EditKind::Typing { space: c.is_whitespace() });
            composer.insert_char(*c)
        }
        Act::Paste(text) => {
            model.insert(text, EditKind::Other);
            composer.insert_str(text)
        }
        Act::SetText(text) => {
            model.browsing = None;
            model.replace(0..model.clusters.len(), text, EditKind::Other);
            composer.set_text(text.clone())
        }
        Act::Edit(edit) => {
            model.apply(*edit);
            composer.apply(*edit, width)
        }
        Act::Browse { older } => {
            model.browse(*older);
            if *older {
                composer.history_up(&sent())
            } else {
                composer.history_down(&sent())
            };
            return;
        }
    };
    assert_eq!(said, before != (composer.text.clone(), composer.cursor), "{act:?}");
    if let Act::Edit(edit @ (Edit::Up | Edit::Down)) = act {
        // The model has no rows; that the right way was gone is all it can tell.
        let moved = composer.cursor.cmp(&before.1);
        assert!(!said || moved.is_gt() == (*edit == Edit::Down), "{edit:?}");
        model.show(&(composer.text.clone(), composer.cursor));
    }
}

fn check_layout(layout: &Layout, width: u16) {
    let shown = layout.shown.as_str();
    assert!(layout.cursor_col < width.max(1) && layout.cursor_row < layout.rows.len(), "{layout:?}");
    assert!(layout.rows.iter().all(|row| shown.get(row.clone()).is_some()), "{layout:?}");
    assert!(layout.rows.is_sorted_by_key(|row| (row.start, row.end)), "{layout:?}");
}

proptest! {
    #[test]
    fn edits_agree_with_the_model(acts in prop::collection::vec(act(), 1..80), width in 0_u16..=12) {
        let (mut composer, mut model) = (Composer::default(), Model::default());
        for act in &acts {
            perform(&mut composer, &mut model, act, width);
            prop_assert_eq!((composer.text.clone(), composer.cursor), model.draft(), "{:?}", act);
            let mut boundaries = composer.text().grapheme_indices(true).map(|(at, _)| at);
            prop_assert!(composer.cursor == composer.text.len() || boundaries.any(|at| at == composer.cursor));
            check_layout(&composer.layout(width), width);
        }
        while composer.apply(Edit::Undo, width) {
            model.apply(Edit::Undo);
            prop_assert_eq!((composer.text.clone(), composer.cursor), model.draft());
        }
        prop_assert_eq!(composer.text(), "");
        while composer.apply(Edit::Redo, width) {
            model.apply(Edit::Redo);
            prop_assert_eq!((composer.text.clone(), composer.cursor), model.draft());
        }
        prop_assert!(model.undone.is_empty());
    }

    #[test]
    fn up_and_down_end_at_the_first_and_the_last_row(draft in text(60), width in 1_u16..=12) {
        let mut composer = Composer::default();
        composer.insert_str(&draft);
        while composer.apply(Edit::Up, width) {}
        prop_assert_eq!(composer.layout(width).cursor_row, 0);
        while composer.apply(Edit::Down, width) {}
        let layout = composer.layout(width);
        prop_assert_eq!(layout.cursor_row + 1, layout.rows.len());
    }
}
