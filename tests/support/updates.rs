//! Synchronised updates: a terminal shows nothing of one before its end.

/// How much of `bytes` stands before an update that has begun and not ended.
pub(crate) fn whole(bytes: &[u8]) -> usize {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|window| window == mark);
    match (last(b"\x1b[?2026h"), last(b"\x1b[?2026l")) {
        (Some(begun), ended) if ended.is_none_or(|ended| ended < begun) => begun,
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn an_update_is_shown_when_it_has_ended() {
        assert_eq!(whole(b"ab"), 2);
        assert_eq!(whole(b"ab\x1b[?2026hcd"), 2);
        assert_eq!(whole(b"ab\x1b[?2026hcd\x1b[?2026l"), 20);
        assert_eq!(whole(b"\x1b[?2026h\x1b[?2026l\x1b[?2026h"), 16);
    }
}
