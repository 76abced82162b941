//! The line in which orders are typed, and what came of the last.

use crate::model::Phrase;
use crate::runtime::relay::OrderOutcome;
use crate::tui::composer::{Composer, Edit};

/// Bytes of an order: more than a topic has.
const MAX_ORDER: usize = 1_200;

#[derive(Debug, Default)]
pub(super) struct OrderLine {
    /// What is typed; `None`: nobody is typing.
    typed: Option<Composer>,
    /// What came of the last order, until the next key.
    said: Vec<Phrase>,
    failed: bool,
}

impl OrderLine {
    /// What is typed, before the cursor and behind it.
    pub(super) fn typed(&self) -> Option<(&str, &str)> {
        let typed = self.typed.as_ref()?;
        typed.text().split_at_checked(typed.cursor())
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
        let mut typed = Composer::default();
        typed.insert_str(&(verb + &name.unwrap_or_default()));
        self.typed = Some(typed);
    }

    /// Text at the cursor, on one line and if there is room for all of it.
    pub(super) fn insert(&mut self, text: &str) {
        let Some(typed) = &mut self.typed else { return };
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if typed.text().len().saturating_add(line.len()) <= MAX_ORDER {
            typed.insert_typed(&line);
        }
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        if let Some(typed) = &mut self.typed {
            typed.apply(edit, u16::MAX);
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
        let words = words(self.typed.take()?.text());
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
        line.insert("1h\n");
        line.edit(Edit::Backspace);
        assert_eq!(line.typed(), Some(("ban \"Ann Lee\" 1h", "")));
        assert_eq!(line.take(), Some(vec!["ban".to_owned(), "Ann Lee".to_owned(), "1h".to_owned()]));
        line.open("", None);
        assert_eq!(line.take(), None);
    }
}
