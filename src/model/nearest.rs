//! The word that was probably meant by one that is not known.

/// Edits that two words may be apart: one slip of the finger, or two letters swapped.
const MAX_DISTANCE: usize = 2;

/// The first of `known` that begins with `word`, else the one that the fewest edits make of it, if they are few.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let begins = |known: &&str| !word.is_empty() && known.starts_with(word);
    let begun = known.clone().into_iter().find(begins);
    let near = known.into_iter().map(|known| (distance(word, known), known));
    begun.or_else(|| near.min().filter(|(distance, _)| *distance <= MAX_DISTANCE).map(|(_, known)| known))
}

/// Edits (insert, delete, replace) that make one word the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index.saturating_add(1);
        for (cell, known) in row.iter_mut().skip(1).zip(&other) {
            let replaced = diagonal.saturating_add(usize::from(c != *known));
            diagonal = *cell;
            *cell = replaced.min(left.saturating_add(1)).min(diagonal.saturating_add(1));
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = index.saturating_add(1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_still_names_what_was_meant() {
        let known = ["send", "listen", "history"];
        for (word, meant) in [
            ("lisen", Some("listen")),
            ("sned", Some("send")),
            ("hist", Some("history")),
            ("alex", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
