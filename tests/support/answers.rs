//! What a plain xterm answers when a program asks it something.

/// Longest query looked for, so that one cut in two by a read is still seen.
const LONGEST: usize = 4;

/// The answers to the queries that ended in `raw[from..]`. The kitty query `\x1b[?u` gets none: an xterm is silent.
pub(crate) fn reply(raw: &[u8], from: usize, (row, column): (u16, u16)) -> String {
    let mut reply = String::new();
    for end in from + 1..=raw.len() {
        let seen = &raw[end.saturating_sub(LONGEST)..end];
        if seen.ends_with(b"\x1b[c") || seen.ends_with(b"\x1b[0c") {
            reply.push_str("\x1b[?62;22c");
        } else if seen.ends_with(b"\x1b[6n") {
            reply.push_str(&format!("\x1b[{};{}R", row + 1, column + 1));
        }
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::reply;

    #[test]
    fn a_query_cut_in_two_is_answered_once() {
        let raw = b"ab\x1b[6n";
        assert_eq!(reply(&raw[..4], 0, (0, 2)), "");
        assert_eq!(reply(raw, 4, (0, 2)), "\x1b[1;3R");
        assert_eq!(reply(raw, raw.len(), (0, 2)), "");
    }

    #[test]
    fn device_attributes_are_answered_and_kitty_is_not() {
        assert_eq!(reply(b"\x1b[?u\x1b[c", 0, (0, 0)), "\x1b[?62;22c");
    }
}
