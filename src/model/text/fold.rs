//! Many equal tokens in a row, as programs leave them that send a whole buffer: drawn as one, with their number.

use std::ops::Range;

use super::Escaped;
use super::escape::TAB_TOKEN;

/// Fewer of them stand there one by one.
const LEAST: usize = 3;

/// A token that stands for several equal characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRun {
    /// Which of the tokens it is.
    pub token: usize,
    /// Characters that it stands for.
    pub count: usize,
}

/// An escaped text with such tokens. It is only drawn: nothing turns it back into the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldedText {
    pub escaped: Escaped,
    /// In rising order.
    pub runs: Vec<TokenRun>,
}

impl Escaped {
    /// The same, with three or more equal tokens in a row as one: `^@×251`.
    pub fn folded(self) -> FoldedText {
        if self.tokens.len() < LEAST || !self.tokens.windows(LEAST).any(|run| self.is_run(run)) {
            return FoldedText { escaped: self, runs: Vec::new() };
        }
        let mut folded = FoldedText::default();
        let mut copied = 0;
        let mut rest = self.tokens.as_slice();
        while let Some(first) = rest.first() {
            let count = 1 + rest.windows(2).take_while(|pair| self.is_run(pair)).count();
            let count = if count < LEAST { 1 } else { count };
            let last = rest.get(count - 1).unwrap_or(first);
            folded.escaped.text.push_str(self.text.get(copied..first.start).unwrap_or_default());
            folded.push(self.text.get(first.clone()).unwrap_or_default(), count);
            copied = last.end;
            rest = rest.get(count..).unwrap_or_default();
        }
        folded.escaped.text.push_str(self.text.get(copied..).unwrap_or_default());
        folded
    }

    /// These tokens are equal, and nothing stands between them. Tabs are never folded: they set a text in.
    fn is_run(&self, tokens: &[Range<usize>]) -> bool {
        let text = |token: &Range<usize>| self.text.get(token.clone());
        tokens.windows(2).all(|pair| match pair {
            [one, next] => one.end == next.start && text(one) == text(next) && text(one) != Some(TAB_TOKEN),
            _ => true,
        })
    }
}

impl FoldedText {
    fn push(&mut self, token: &str, count: usize) {
        let start = self.escaped.text.len();
        self.escaped.text.push_str(token);
        if count > 1 {
            self.escaped.text.push('×');
            self.escaped.text.push_str(&count.to_string());
            self.runs.push(TokenRun { token: self.escaped.tokens.len(), count });
        }
        self.escaped.tokens.push(start..self.escaped.text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{escape, escape_line};

    #[test]
    fn three_equal_tokens_in_a_row_are_one_and_fewer_are_not() {
        for (text, shown, counts) in [
            ("hello\0\0\0\0", "hello^@×4", &[4][..]),
            ("\0\0", "^@^@", &[]),
            ("\u{200b}\u{200b}\u{200b}x\0\0\0", "<U+200B>×3x^@×3", &[3, 3]),
            ("\0\0\u{7}\0", "^@^@^G^@", &[]),
            ("\u{7}\0\0\0\u{7}", "^G^@×3^G", &[3]),
            ("\0 \0 \0", "^@ ^@ ^@", &[]),
            ("\t\t\tx", "→   →   →   x", &[]),
            ("", "", &[]),
        ] {
            let folded = escape(text).folded();
            assert_eq!(folded.escaped.as_str(), shown);
            assert_eq!(folded.runs.iter().map(|run| run.count).collect::<Vec<_>>(), counts, "{text:?}");
            for run in &folded.runs {
                let token = &folded.escaped.tokens()[run.token];
                let drawn = shown.get(token.clone()).expect("whole characters");
                assert!(drawn.ends_with(&format!("×{}", run.count)), "{text:?}");
            }
        }
        assert_eq!(escape_line("\n\n\n").folded().escaped.as_str(), "^J×3");
    }
}
