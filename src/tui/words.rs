//! The words of a command's arguments, as a shell divides them: quotes and backslashes keep blanks in a word.

/// A word that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it begins, as a byte of the text.
    pub start: usize,
    /// The quote that it began with and that is still open.
    pub quote: Option<char>,
    /// What it means, without quotes and backslashes.
    pub value: String,
}

/// How far one has read.
#[derive(Default)]
struct WordSplitter {
    done: Vec<Word>,
    current: Option<Word>,
    escaped: bool,
}

impl WordSplitter {
    fn take(&mut self, at: usize, c: char) {
        let quote = self.current.as_ref().and_then(|word| word.quote);
        if std::mem::take(&mut self.escaped) {
            self.word(at).value.push(c);
            return;
        }
        match (c, quote) {
            // As in a shell, nothing is special between single quotes.
            ('\\', Some('"') | None) => {
                self.word(at);
                self.escaped = true;
            }
            (c, Some(open)) if c == open => self.word(at).quote = None,
            ('"' | '\'', None) => self.word(at).quote = Some(c),
            (c, None) if c.is_whitespace() => self.done.extend(self.current.take()),
            (c, _) => self.word(at).value.push(c),
        }
    }

    fn word(&mut self, at: usize) -> &mut Word {
        self.current.get_or_insert_with(|| Word { start: at, ..Word::default() })
    }
}

fn read(text: &str) -> WordSplitter {
    let mut reading = WordSplitter::default();
    for (at, c) in text.char_indices() {
        reading.take(at, c);
    }
    reading
}

/// All words; `None`: a quote is not closed, or a backslash stands at the end.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut reading = read(text);
    let open = reading.current.as_ref().is_some_and(|word| word.quote.is_some());
    if open || reading.escaped {
        return None;
    }
    reading.done.extend(reading.current.take());
    Some(reading.done.into_iter().map(|word| word.value).collect())
}

/// The first word, and what stands behind it; `None`: there is none, or it does not end.
pub(super) fn first(text: &str) -> Option<(String, &str)> {
    let mut reading = WordSplitter::default();
    for (at, c) in text.char_indices() {
        reading.take(at, c);
        if let Some(word) = reading.done.pop() {
            return Some((word.value, text.get(at..)?.trim_start()));
        }
    }
    let whole = reading.current.filter(|word| word.quote.is_none() && !reading.escaped)?;
    Some((whole.value, ""))
}

/// The word that stands at the end of the text, empty where a new one is about to begin.
pub(super) fn last(text: &str) -> Word {
    read(text).current.unwrap_or_else(|| Word { start: text.len(), ..Word::default() })
}

/// The value written so that it is read as one word again. `quote`: what it is to stand in; `ends`: nothing more
/// belongs to it.
pub(super) fn written(value: &str, quote: Option<char>, ends: bool) -> String {
    let mut out = String::with_capacity(value.len().saturating_add(2));
    // Between single quotes a single quote cannot be written.
    let quote = quote.map(|quote| if value.contains('\'') { '"' } else { quote });
    out.extend(quote);
    for c in value.chars() {
        let special = match quote {
            Some('\'') => false,
            Some(_) => matches!(c, '"' | '\\'),
            None => c.is_whitespace() || matches!(c, '"' | '\'' | '\\'),
        };
        out.extend(special.then_some('\\'));
        out.push(c);
    }
    out.extend(quote.filter(|_| ends));
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_and_backslashes_keep_blanks_in_a_word() {
        let words = |text| split(text).map(|words| words.join("|"));
        for (text, found) in [
            ("", Some("")),
            ("  a  b ", Some("a|b")),
            (r#"a\ b "c d" 'e "f' g"h i"j"#, Some(r#"a b|c d|e "f|gh ij"#)),
            (r#""a\"b\\c" 'd\e'"#, Some(r#"a"b\c|d\e"#)),
            ("~/图片/一 张.png", Some("~/图片/一|张.png")),
            ("\"\" x", Some("|x")),
            ("\"open", None),
            ("end\\", None),
        ] {
            assert_eq!(words(text).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn the_first_word_is_taken_off_and_the_rest_stays_as_it_is() {
        assert_eq!(first("a,b  c \"d"), Some(("a,b".to_owned(), "c \"d")));
        assert_eq!(first("\"a b\",c d"), Some(("a b,c".to_owned(), "d")));
        assert_eq!(first("alone"), Some(("alone".to_owned(), "")));
        assert_eq!((first(""), first("\"a")), (None, None));
    }

    #[test]
    fn the_word_at_the_end_is_the_one_that_is_written() {
        let word = |start, quote, value: &str| Word { start, quote, value: value.to_owned() };
        assert_eq!(last("a b\\ c"), word(2, None, "b c"));
        assert_eq!(last("a \"b c"), word(2, Some('"'), "b c"));
        assert_eq!(last("a "), word(2, None, ""));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same_word(
            value in "[ a-c\"'\\\\~/图\t\n]{1,12}", quote in proptest::sample::select(vec![None, Some('"'), Some('\'')])
        ) {
            let written = written(&value, quote, true);
            prop_assert_eq!(split(&written), Some(vec![value.clone()]));
            prop_assert_eq!(last(&written).value, value);
        }
    }
}
