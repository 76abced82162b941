//! Comments behind values: who has them in a column keeps them there, whatever is set.
//!
//! Knows no key of any file.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// The blanks before the comment in the line of an edit, and what is to stand in their place once `new` is there. `None`:
/// there is no such comment, or no line that it stands in before and after.
pub(super) fn realigned(text: &str, edit: &Range<usize>, new: &str) -> Option<(Range<usize>, String)> {
    if text.get(edit.clone())?.contains('\n') || new.contains('\n') {
        return None;
    }
    let behind = blanks_before_comment(text.get(edit.end..)?)?;
    let blanks = edit.end + behind.start..edit.end + behind.end;
    let start = text.get(..edit.start)?.rfind('\n').map_or(0, |at| at + 1);
    let code = [text.get(start..edit.start)?, new, text.get(edit.end..blanks.start)?];
    let end: usize = code.iter().map(|part| part.width()).sum();
    let own = text.get(start..blanks.end)?.width();
    // One blank says nothing: a long value may have pushed the comment out of the column.
    let column = if blanks.len() > 1 { Some(own) } else { column_beside(text, start, blanks.end) };
    let wanted = column.map_or(1, |column| column.min(own).saturating_sub(end).max(1));
    Some((blanks, " ".repeat(wanted)))
}

/// The column of the comment in the line before, or in the one behind, where it is in one.
fn column_beside(text: &str, start: usize, end: usize) -> Option<usize> {
    let before = text.get(..start)?.lines().next_back();
    let behind = text.get(end..)?.lines().nth(1);
    [before, behind].into_iter().flatten().find_map(|line| {
        let blanks = blanks_before_comment(line)?;
        let is_aligned = blanks.start > 0 && blanks.len() > 1;
        line.get(..blanks.end).filter(|_| is_aligned).map(UnicodeWidthStr::width)
    })
}

/// The blanks before the comment of the first line. `None`: there are none, or tabs, whose width nobody knows.
fn blanks_before_comment(text: &str) -> Option<Range<usize>> {
    let comment = comment_in_line(text)?;
    let code = text.get(..comment)?.trim_end_matches(' ');
    (code.len() < comment && !code.contains('\t')).then_some(code.len()..comment)
}

/// Where the comment of the first line begins. `text` begins outside of a string.
fn comment_in_line(text: &str) -> Option<usize> {
    let (mut quote, mut escaped) = (None, false);
    for (at, character) in text.char_indices().take_while(|(_, character)| *character != '\n') {
        match quote {
            _ if escaped => escaped = false,
            None if character == '#' => return Some(at),
            None if matches!(character, '"' | '\'') => quote = Some(character),
            Some('"') if character == '\\' => escaped = true,
            Some(open) if open == character => quote = None,
            None | Some(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of these values set to another one.
    fn set(text: &str, old: &str, new: &str) -> String {
        let start = text.find(old).expect("there");
        let edit = start..start + old.len();
        let mut edited = text.to_owned();
        if let Some((blanks, wanted)) = realigned(text, &edit, new) {
            edited.replace_range(blanks, &wanted);
        }
        edited.replace_range(edit, new);
        edited
    }

    #[test]
    fn a_comment_stays_in_its_column_as_long_as_the_value_fits() {
        let before = "name = ''      # 名字 \"me\"\nbell = true    # ring\n";
        let named = set(before, "''", "'瞎驴'");
        assert_eq!(named, "name = '瞎驴'  # 名字 \"me\"\nbell = true    # ring\n");
        let long = set(&named, "'瞎驴'", "'alexander'");
        assert_eq!(long, "name = 'alexander' # 名字 \"me\"\nbell = true    # ring\n");
        assert_eq!(set(&long, "'alexander'", "''"), before, "and comes back to it");
        let inline = "a = { b = 'x#', c = '\"#' }   # d";
        assert_eq!(set(inline, "'x#'", "'xyz#'"), "a = { b = 'xyz#', c = '\"#' } # d");
    }

    #[test]
    fn a_comment_that_is_in_no_column_stays_behind_its_value() {
        for (before, old, new, after) in [
            ("a = 'long' # x\nb = 1 # y", "'long'", "''", "a = '' # x\nb = 1 # y"),
            ("a = 1\t# x", "1", "22", "a = 22\t# x"),
            ("a = 1# x", "1", "22", "a = 22# x"),
            ("a = '#' ", "'#'", "'##'", "a = '##' "),
            ("a = [\n1]   # x", "[\n1]", "[]", "a = []   # x"),
            ("a = 1\n   # x", "1", "22", "a = 22\n   # x"),
        ] {
            assert_eq!(set(before, old, new), after, "{before:?}");
        }
    }
}
