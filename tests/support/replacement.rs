//! U+FFFD for the emulator, which leaves it out, where every terminal gives it a cell: another sign stands in for it.

/// As wide as U+FFFD, and in no test's text.
const STAND_IN: char = '\u{2370}';
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// The bytes with every U+FFFD replaced, and how many were taken: a U+FFFD cut off at the end waits for its rest.
pub(crate) fn stand_in(bytes: &[u8]) -> (Vec<u8>, usize) {
    let cut = (1..REPLACEMENT.len()).find(|&length| bytes.ends_with(&REPLACEMENT[..length])).unwrap_or(0);
    let taken = bytes.len() - cut;
    let mut out = Vec::with_capacity(taken);
    let mut rest = &bytes[..taken];
    while let Some((&first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(REPLACEMENT) {
            out.extend_from_slice(STAND_IN.encode_utf8(&mut [0; 4]).as_bytes());
            rest = after;
        } else {
            out.push(first);
            rest = after;
        }
    }
    (out, taken)
}

/// What the program wrote, from what the emulator shows.
pub(crate) fn restore(shown: &str) -> String {
    shown.replace(STAND_IN, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::{restore, stand_in};

    #[test]
    fn a_replacement_character_cut_in_two_waits_for_its_rest() {
        let text = "a\u{fffd}b".as_bytes();
        assert_eq!(stand_in(&text[..3]), (b"a".to_vec(), 1));
        let (bytes, taken) = stand_in(&text[1..]);
        assert_eq!((restore(std::str::from_utf8(&bytes).unwrap()), taken), ("\u{fffd}b".to_owned(), 4));
    }
}
