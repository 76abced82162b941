//! What holds a grapheme cluster together, and which invisible characters have work to do inside one.
//!
//! Joins are asked of `unicode-segmentation` itself by segmenting two or three characters on the stack, so this
//! can never disagree with the crate that the screen is cut with.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::classify::{
    EMOJI_STYLE, KEYCAP, TEXT_STYLE, ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER, cells, counts_as_mark,
    is_forbidden, is_ideograph, is_ideographic_selector, is_joining_letter, is_loose_mark, is_plain,
    is_prepend, joining_script,
};
use super::{MAX_CLUSTER_BYTES, MAX_CLUSTER_MARKS};

/// The cluster at the end of the output: what the next character would attach to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tail {
    bytes: usize,
    marks: usize,
    last: char,
}

impl Tail {
    pub(super) const fn new(base: char) -> Self {
        Self { bytes: base.len_utf8(), marks: 0, last: base }
    }

    pub(super) fn has_room_for(&self, c: char) -> bool {
        self.bytes + c.len_utf8() <= MAX_CLUSTER_BYTES
            && self.marks + usize::from(counts_as_mark(c)) <= MAX_CLUSTER_MARKS
    }

    pub(super) fn attach(&mut self, c: char) {
        self.bytes += c.len_utf8();
        self.marks += usize::from(counts_as_mark(c));
        self.last = c;
    }

    /// Whether an invisible character does its work behind this cluster. `joined` is the next character of the
    /// same cluster, `next` the next of the text.
    pub(super) fn takes(&self, invisible: char, joined: Option<char>, next: Option<char>) -> bool {
        self.has_room_for(invisible)
            && match invisible {
                ZERO_WIDTH_JOINER => joined.is_some_and(|partner| self.marries(partner)),
                ZERO_WIDTH_NON_JOINER => next.is_some_and(|letter| keeps_apart(self.last, letter)),
                EMOJI_STYLE if is_keycap_base(self.last) => joined == Some(KEYCAP),
                EMOJI_STYLE => has_styles(self.last) || (cells(self.last) == 2 && is_pictograph(self.last)),
                // Behind a wide emoji the crates measure 1 cell and most terminals draw 2: the row would shift.
                TEXT_STYLE => !is_keycap_base(self.last) && has_styles(self.last),
                selector => is_ideographic_selector(selector) && is_ideograph(self.last),
            }
    }

    /// U+200D and a pictograph in one cluster are so by GB11, thus there is a pictograph before as well. Both
    /// must fit: a joiner left hanging would join the next thing drawn.
    fn marries(&self, partner: char) -> bool {
        let together = self.bytes + ZERO_WIDTH_JOINER.len_utf8() + partner.len_utf8();
        together <= MAX_CLUSTER_BYTES && is_pictograph(partner) && !is_forbidden(partner)
    }
}

/// Whether a character can begin a cluster. `next` is the next character of the same cluster.
pub(super) fn stands_alone(c: char, next: Option<char>, after_boundary: bool) -> bool {
    if is_prepend(c) {
        return next.is_some_and(carries_prepend);
    }
    is_plain(c) || cells(c) > 0 && !(after_boundary && is_mark(c))
}

/// A prepended mark must not take in a token, a frame or another mark, so it needs a proper base of its own.
fn carries_prepend(c: char) -> bool {
    cells(c) > 0 && !is_forbidden(c) && !is_prepend(c) && !is_mark(c)
}

/// Would combine with anything that stands before it.
fn is_mark(c: char) -> bool {
    !is_plain(c) && (is_loose_mark(c) || is_one_cluster(&['x', c]))
}

fn is_pictograph(c: char) -> bool {
    !is_plain(c) && is_one_cluster(&[c, ZERO_WIDTH_JOINER, '\u{2764}'])
}

const fn is_keycap_base(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

/// A narrow character that has an emoji form (`emoji-variation-sequences.txt`, as the measuring crate knows it).
fn has_styles(c: char) -> bool {
    cells(c) == 1 && with_text(&[c, EMOJI_STYLE], UnicodeWidthStr::width) == 2
}

fn keeps_apart(before: char, after: char) -> bool {
    is_joining_letter(after) && joining_script(before) == joining_script(after)
}

fn is_one_cluster(chars: &[char]) -> bool {
    with_text(chars, |text| text.graphemes(true).next().map(str::len) == Some(text.len()))
}

/// Spells up to four characters on the stack.
fn with_text<T>(chars: &[char], ask: impl FnOnce(&str) -> T) -> T {
    let mut bytes = [0_u8; 16];
    let mut end = 0;
    for c in chars {
        if let Some(room) = bytes.get_mut(end..end + c.len_utf8()) {
            end += c.encode_utf8(room).len();
        }
    }
    ask(bytes.get(..end).and_then(|spelled| std::str::from_utf8(spelled).ok()).unwrap_or_default())
}
