//! What was typed into a list to choose from: which lines match it, how well, and where.

use std::ops::Range;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use super::Item;
use crate::model::search::PinyinQuery;

/// What a line counts that only holds what was typed beside its name: less than any name.
const HELD_SCORE: u32 = 1;

/// What a command counts whose name begins so: more than words that only speak of such things.
const NAMED_SCORE: u32 = 100_000;

/// What was typed, in the ways in which a line may match it.
pub(super) struct ChooserQuery {
    typed: String,
    pattern: Pattern,
    sound: Option<PinyinQuery>,
}

pub(super) fn matcher() -> Matcher {
    Matcher::new(Config::DEFAULT)
}

impl ChooserQuery {
    pub(super) fn new(typed: &str) -> Self {
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        Self { typed: typed.to_owned(), pattern, sound: PinyinQuery::new(typed) }
    }

    /// How well a line matches; `None`: not at all.
    pub(super) fn score(&self, item: &Item, matcher: &mut Matcher) -> Option<u32> {
        let is_named = item.detail.strip_prefix('/').is_some_and(|name| name.starts_with(self.typed.trim()));
        if is_named && !self.typed.trim().is_empty() {
            return Some(NAMED_SCORE);
        }
        let fuzzy = self.pattern.score(Utf32Str::new(&item.text(), &mut Vec::new()), matcher);
        let sounds = self.sound.as_ref().and_then(|sound| sound.score(&item.label));
        fuzzy.max(sounds).or_else(|| item.holds(&self.typed).then_some(HELD_SCORE))
    }

    /// The bytes that match, as they are counted in the label, the sound and the detail with a blank between each.
    pub(super) fn hits(&self, item: &Item, matcher: &mut Matcher) -> Vec<Range<usize>> {
        if let Some(range) = self.sound.as_ref().and_then(|sound| sound.find(&item.label)) {
            return vec![range];
        }
        let fuzzy = hits(&self.pattern, &item.text(), matcher);
        if fuzzy.is_empty() { item.held_at(&self.typed).into_iter().collect() } else { fuzzy }
    }
}

/// The bytes of a text that match.
fn hits(pattern: &Pattern, text: &str, matcher: &mut Matcher) -> Vec<Range<usize>> {
    let (mut space, mut found) = (Vec::new(), Vec::new());
    let text_space = Utf32Str::new(text, &mut space);
    if pattern.atoms.is_empty() || pattern.indices(text_space, matcher, &mut found).is_none() {
        return Vec::new();
    }
    found.sort_unstable();
    found.dedup();
    // The matcher counts clusters, whose first characters it compares.
    let mut clusters = text.grapheme_indices(true).enumerate();
    let range = |at: u32| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        clusters
            .by_ref()
            .find(|(place, _)| *place == at)
            .map(|(_, (start, piece))| start..start.saturating_add(piece.len()))
    };
    found.into_iter().map_while(range).collect()
}
