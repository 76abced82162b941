//! The line in which orders are typed, and what came of the last.

use crate::model::Phrase;
use crate::runtime::relay::OrderOutcome;

/// Characters of an order: more than a topic has.
const MAX_ORDER: usize = 300;

#[derive(Debug, Default)]
pub(super) struct OrderLine {
    /// What is typed; `None`: nobody is typing.
    typed: Option<String>,
    /// What came of the last order, until the next key.
    said: Vec<Phrase>,
    failed: bool,
}

impl OrderLine {
    pub(super) fn typed(&self) -> Option<&str> {
        self.typed.as_deref()
    }

    /// The first sentence, and how many others there are.
    pub(super) fn said(&self) -> Option<(&Phrase, usize)> {
        self.said.split_first().map(|(first, others)| (first, others.len()))
    }

    pub(super) const fn has_failed(&self) -> bool {
        self.failed
    }

    /// Begins an order; `about`: the name of a member it is about.
    pub(super) fn open(&mut self, verb: &str, about: Option<&str>) {
        self.said.clear();
        let name =
            about.map(|name| if name.contains(' ') { format!("\"{name}\" ") } else { format!("{name} ") });
        let verb = if verb.is_empty() { String::new() } else { format!("{verb} ") };
        self.typed = Some(verb + &name.unwrap_or_default());
    }

    /// A character more, or one less.
    pub(super) fn edit(&mut self, letter: Option<char>) {
        let Some(typed) = &mut self.typed else { return };
        match letter {
            Some(letter) if typed.chars().count() < MAX_ORDER => typed.push(letter),
            Some(_) => {}
            None => drop(typed.pop()),
        }
    }

    pub(super) fn close(&mut self) {
        self.typed = None;
        self.said.clear();
    }

    /// What was said of the last order is read.
    pub(super) fn read(&mut self) {
        self.said.clear();
    }

    /// The words of the order, which is given.
    pub(super) fn take(&mut self) -> Option<Vec<String>> {
        let words = words(&self.typed.take()?);
        (!words.is_empty()).then_some(words)
    }

    /// `None`: the relay has not answered.
    pub(super) fn hear(&mut self, outcome: Option<OrderOutcome>) {
        let outcome = outcome.unwrap_or_else(|| Err(Phrase::new("relay-order-gone")));
        self.failed = outcome.is_err();
        self.said = outcome.unwrap_or_else(|why| vec![why]);
    }
}

/// Words between blanks; what stands between quotation marks is one, with its blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('"').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_blank_stays_one_word() {
        let mut line = OrderLine::default();
        line.open("ban", Some("Ann Lee"));
        "1h".chars().for_each(|letter| line.edit(Some(letter)));
        assert_eq!(line.typed(), Some("ban \"Ann Lee\" 1h"));
        assert_eq!(line.take(), Some(vec!["ban".to_owned(), "Ann Lee".to_owned(), "1h".to_owned()]));
        line.open("", None);
        assert_eq!(line.take(), None);
    }
}
