//! Judges whether a program that has ended gave the terminal back: screen, cursor, paste, mouse and focus modes.

/// Private modes that must be off at the end if they were ever on.
const MUST_BE_OFF: [(&str, &str); 10] = [
    ("1049", "the alternate screen"),
    ("2004", "bracketed paste"),
    ("1000", "mouse clicks"),
    ("1002", "mouse drags"),
    ("1003", "mouse moves"),
    ("1006", "mouse coordinates"),
    ("1015", "mouse coordinates (urxvt)"),
    ("1004", "focus reports"),
    ("2026", "a synchronised update"),
    ("2031", "reports of dark and light"),
];

/// What the stream leaves switched on, in words.
pub(crate) fn leftovers(raw: &[u8]) -> Vec<String> {
    let mut found: Vec<String> = MUST_BE_OFF
        .iter()
        .filter(|(mode, _)| last(raw, &format!("\x1b[?{mode}h")) > last(raw, &format!("\x1b[?{mode}l")))
        .map(|(_, name)| format!("{name} left on"))
        .collect();
    if last(raw, "\x1b[?25l") > last(raw, "\x1b[?25h") {
        found.push("the cursor left hidden".to_owned());
    }
    if last(raw, "\x1b[?7l") > last(raw, "\x1b[?7h") {
        found.push("wrapping left off".to_owned());
    }
    if last(raw, "\x1b[22;0t") > last(raw, "\x1b[23;0t") {
        found.push("the title not given back".to_owned());
    }
    // Kitty's keyboard modes are a stack: each push (`>`) wants its pop (`<`).
    if last_keyboard(raw, b'>') > last_keyboard(raw, b'<') {
        found.push("keyboard enhancement left pushed".to_owned());
    }
    found
}

/// Whether the stream ever entered the alternate screen, without which the rest says little.
pub(crate) fn was_full_screen(raw: &[u8]) -> bool {
    last(raw, "\x1b[?1049h").is_some()
}

fn last(raw: &[u8], sequence: &str) -> Option<usize> {
    raw.windows(sequence.len()).rposition(|window| window == sequence.as_bytes())
}

fn last_keyboard(raw: &[u8], kind: u8) -> Option<usize> {
    (0..raw.len()).rev().find(|&at| {
        let rest = &raw[at..];
        let digits = rest.iter().skip(3).take_while(|byte| byte.is_ascii_digit()).count();
        rest.starts_with(&[0x1b, b'[', kind]) && rest.get(3 + digits) == Some(&b'u')
    })
}

#[cfg(test)]
mod tests {
    use super::leftovers;

    #[test]
    fn a_restored_terminal_has_no_leftovers() {
        let raw = b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[>1utext\x1b[<1u\x1b[?2004l\x1b[?25h\x1b[?1049l";
        assert!(leftovers(raw).is_empty());
        assert!(leftovers(b"").is_empty());
    }

    #[test]
    fn each_mode_left_on_is_named() {
        assert_eq!(leftovers(b"\x1b[?1049h\x1b[?1049l\x1b[?1049h"), ["the alternate screen left on"]);
        assert_eq!(leftovers(b"\x1b[?25h\x1b[?25l"), ["the cursor left hidden"]);
        assert_eq!(leftovers(b"\x1b[?7h\x1b[?7l"), ["wrapping left off"]);
        assert_eq!(leftovers(b"\x1b[22;0t\x1b]2;x\x1b\\"), ["the title not given back"]);
        assert_eq!(leftovers(b"\x1b[>1u"), ["keyboard enhancement left pushed"]);
    }
}
