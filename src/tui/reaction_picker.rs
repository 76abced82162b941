//! The picker of emoji for a message: a row to choose from, and a field for any other one.

use unicode_segmentation::UnicodeSegmentation;

use super::composer::{Composer, Edit};
use crate::model::{ConversationId, MessageId, Phrase};

/// What is chosen most. All of them are two cells wide in every terminal.
pub(super) const USUAL: [&str; 8] = ["👍", "👎", "💖", "😂", "😮", "😢", "🎉", "🙏"];

/// Bytes of one emoji: the longest families and flags have fewer.
const MAX_EMOJI: usize = 32;

/// Chooses an emoji for one message.
#[derive(Debug)]
pub(super) struct ReactionPicker {
    pub conversation: ConversationId,
    pub message: MessageId,
    /// The first words of the message, escaped.
    pub words: String,
    /// What stands there from us.
    pub own: Option<String>,
    choices: Vec<String>,
    pub chosen: usize,
    /// An emoji that was typed; with one Enter takes that.
    pub line: Composer,
    /// Why the last key was refused.
    pub error: Option<Phrase>,
}

/// Joins several emoji to one.
const JOINER: char = '\u{200d}';

/// Whether this is one emoji, or several that are joined.
pub(super) fn is_emoji(cluster: &str) -> bool {
    let is_known = |part: &str| emojis::get(part).is_some();
    cluster.len() <= MAX_EMOJI
        && cluster.graphemes(true).count() == 1
        && (is_known(cluster) || cluster.split(JOINER).all(is_known))
}

/// Whether this may become an emoji as more of it is typed: part of a flag, or what something is joined to.
fn begins_emoji(cluster: &str) -> bool {
    let is_part = |c: char| matches!(c, JOINER | '\u{1f1e6}'..='\u{1f1ff}' | '\u{e0020}'..='\u{e007e}');
    let whole = cluster.trim_end_matches(is_part);
    cluster.len() <= MAX_EMOJI && (whole.is_empty() || is_emoji(whole))
}

impl ReactionPicker {
    pub(super) fn new(
        conversation: ConversationId,
        message: MessageId,
        words: String,
        own: Option<&str>,
    ) -> Self {
        let usual = USUAL.into_iter().chain(own.filter(|own| !USUAL.contains(own)));
        let choices: Vec<String> = usual.map(str::to_owned).collect();
        let chosen = choices.iter().position(|choice| Some(choice.as_str()) == own).unwrap_or(0);
        let own = own.map(str::to_owned);
        Self { conversation, message, words, own, choices, chosen, line: Composer::default(), error: None }
    }

    pub(super) fn choices(&self) -> &[String] {
        &self.choices
    }

    /// What Enter puts under the message; empty: ours goes, as it is the same again.
    pub(super) fn emoji(&self) -> &str {
        let typed = self.line.text();
        let chosen = self.choices.get(self.chosen).map_or("", String::as_str);
        let emoji = if typed.is_empty() { chosen } else { typed };
        if self.own.as_deref() == Some(emoji) { "" } else { emoji }
    }

    /// Chooses by place. `false`: nothing stands there.
    pub(super) fn choose(&mut self, at: usize) -> bool {
        let is_there = at < self.choices.len();
        if is_there {
            self.chosen = at;
            self.line.take();
        }
        is_there
    }

    /// Moves the choice, round and round.
    pub(super) fn step(&mut self, onwards: bool) {
        let len = self.choices.len().max(1);
        let step = if onwards { 1 } else { len.saturating_sub(1) };
        self.chosen = self.chosen.saturating_add(step) % len;
        self.line.take();
    }

    /// Types into the field, which holds one cluster: the last one. What is no emoji is refused, with a word.
    pub(super) fn insert(&mut self, text: &str) {
        let typed = format!("{}{}", self.line.text(), text.trim());
        let last = typed.graphemes(true).next_back().unwrap_or_default();
        self.error = None;
        if is_emoji(last) || begins_emoji(last) {
            self.line.set_text(last);
        } else {
            self.refuse();
        }
    }

    /// Enter takes what is chosen, or an emoji that was typed. `false`: only a part of one was.
    pub(super) fn is_ready(&mut self) -> bool {
        let is_ready = self.line.is_empty() || is_emoji(self.line.text());
        if !is_ready {
            self.refuse();
        }
        is_ready
    }

    fn refuse(&mut self) {
        self.error = Some(Phrase::new("react-one-emoji"));
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Left | Edit::WordLeft => self.step(false),
            Edit::Right | Edit::WordRight => self.step(true),
            Edit::LineStart | Edit::TextStart => self.chosen = 0,
            Edit::LineEnd | Edit::TextEnd => self.chosen = self.choices.len().saturating_sub(1),
            Edit::InsertNewline | Edit::Up | Edit::Down => {}
            edit => {
                self.line.apply(edit, u16::MAX);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker(own: Option<&str>) -> ReactionPicker {
        ReactionPicker::new(ConversationId(1), MessageId(1), String::new(), own)
    }

    #[test]
    fn the_same_emoji_again_takes_it_back() {
        let mut picker = picker(Some("💖"));
        assert_eq!(picker.emoji(), "");
        picker.step(true);
        assert_eq!(picker.emoji(), "😂");
        picker.insert("💖");
        assert_eq!(picker.emoji(), "");
    }

    #[test]
    fn one_that_is_not_usual_stands_behind_the_others() {
        let mut picker = picker(Some("🦀"));
        assert_eq!((picker.choices().len(), picker.emoji()), (USUAL.len() + 1, ""));
        assert!(picker.choose(0) && !picker.choose(USUAL.len() + 1));
        assert_eq!(picker.emoji(), "👍");
    }

    #[test]
    fn the_field_holds_one_cluster_however_it_is_typed() {
        let mut picker = picker(None);
        for part in ["🦀", "👩", "\u{200d}", "👩", "\u{200d}", "👧"] {
            picker.insert(part);
            assert_eq!(picker.error, None, "{part}");
        }
        assert_eq!(picker.emoji(), "👩‍👩‍👧");
        picker.edit(Edit::Backspace);
        assert_eq!(picker.emoji(), "👍");
    }

    #[test]
    fn what_is_no_emoji_is_refused_with_a_word() {
        let mut picker = picker(None);
        for wrong in
            ["a", "abc", "王", "1", "\u{1b}", "<", &format!("👍{}", "\u{301}".repeat(40)), "👍\u{301}"]
        {
            picker.insert(wrong);
            assert!(picker.error.is_some() && picker.line.is_empty() && !is_emoji(wrong), "{wrong}");
        }
        for right in ["👍", "👍🏽", "❤", "❤️", "🇩🇪", "1️⃣", "👩‍👩‍👧", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☺"]
        {
            picker.insert(right);
            assert!(picker.error.is_none() && picker.emoji() == right && is_emoji(right), "{right}");
        }
        assert!(!is_emoji("👍👍") && !is_emoji(""));
    }

    #[test]
    fn a_part_of_an_emoji_waits_for_the_rest_and_is_not_taken() {
        for part in ["🇩", "👩\u{200d}"] {
            let mut picker = picker(None);
            picker.insert(part);
            assert!(picker.error.is_none() && !picker.is_ready() && picker.error.is_some(), "{part}");
        }
    }
}
