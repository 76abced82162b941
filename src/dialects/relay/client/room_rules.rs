//! How a room is run, as its relay told us, and what a person is told of that.

use crate::dialects::relay::frame::Rules;
use crate::model::Phrase;
use crate::model::text::plain_line;

/// The rules that hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KnownRules {
    moderated: bool,
    slow: u16,
    topic: String,
}

impl From<Rules<'_>> for KnownRules {
    fn from(rules: Rules<'_>) -> Self {
        Self { moderated: rules.moderated, slow: rules.slow, topic: plain_line(rules.topic) }
    }
}

impl KnownRules {
    /// These hold from now on. A sentence for each that has changed.
    pub(super) fn change(&mut self, new: Self) -> Vec<Phrase> {
        let before = std::mem::replace(self, new);
        let topic = (before.topic != self.topic).then(|| match self.topic.as_str() {
            "" => Phrase::new("relay-no-topic"),
            topic => Phrase::new("relay-topic").text("topic", topic),
        });
        let slow = (before.slow != self.slow).then(|| match self.slow {
            0 => Phrase::new("relay-not-slow"),
            seconds => Phrase::new("relay-slow").number("seconds", seconds),
        });
        let key = if self.moderated { "relay-moderated" } else { "relay-unmoderated" };
        let moderated = (before.moderated != self.moderated).then(|| Phrase::new(key));
        [topic, slow, moderated].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_once() {
        let mut known = KnownRules::default();
        let rules = |moderated, slow, topic| KnownRules::from(Rules { moderated, slow, topic });
        let mut told = |rules| known.change(rules).iter().map(|phrase| phrase.key).collect::<Vec<_>>();
        assert_eq!(told(rules(false, 0, "")), [""; 0]);
        assert_eq!(told(rules(true, 10, "x")), ["relay-topic", "relay-slow", "relay-moderated"]);
        assert_eq!(told(rules(true, 10, "x")), [""; 0]);
        assert_eq!(told(rules(true, 20, "y")), ["relay-topic", "relay-slow"]);
        assert_eq!(told(rules(false, 0, "")), ["relay-no-topic", "relay-not-slow", "relay-unmoderated"]);
    }
}
