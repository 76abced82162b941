//! Key names as they stand in the help (`C-q`, `M-a`, `Down`, `F1`) and the bytes an xterm sends for them.

/// The bytes of one key. Modifiers stand before the name: `C-` Ctrl, `M-` Alt, `S-` Shift.
pub(crate) fn bytes(name: &str) -> String {
    let (modifier, key) = modifiers(name);
    if let Some(sequence) = special(key, modifier) {
        return sequence;
    }
    let mut chars = key.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { panic!("no such key: {name}") };
    let base = if modifier.ctrl { control(c) } else { c.to_string() };
    if modifier.alt { format!("\x1b{base}") } else { base }
}

/// A mouse button (64 and 65: the wheel) pressed over a cell counted from 0; real buttons are released too.
pub(crate) fn mouse(button: u8, column: u16, row: u16) -> String {
    let at = format!("\x1b[<{button};{};{}", column + 1, row + 1);
    if button < 64 { format!("{at}M{at}m") } else { format!("{at}M") }
}

#[derive(Clone, Copy, Default)]
struct Modifier {
    ctrl: bool,
    alt: bool,
    shift: bool,
}

impl Modifier {
    /// xterm's number for a set of modifiers; 1 is none.
    const fn code(self) -> u8 {
        1 + self.shift as u8 + 2 * self.alt as u8 + 4 * self.ctrl as u8
    }
}

fn modifiers(mut name: &str) -> (Modifier, &str) {
    let mut modifier = Modifier::default();
    loop {
        name = match name.split_once('-') {
            Some(("C", rest)) if !rest.is_empty() => {
                modifier.ctrl = true;
                rest
            }
            Some(("M", rest)) if !rest.is_empty() => {
                modifier.alt = true;
                rest
            }
            Some(("S", rest)) if !rest.is_empty() => {
                modifier.shift = true;
                rest
            }
            _ => return (modifier, name),
        };
    }
}

fn special(key: &str, modifier: Modifier) -> Option<String> {
    let alt = if modifier.alt { "\x1b" } else { "" };
    Some(match key {
        "Enter" => format!("{alt}\r"),
        // As terminals with the keyboard protocol send it, so that what is typed right behind it is not taken for Alt.
        "Esc" if !modifier.alt => "\x1b[27u".to_owned(),
        "Esc" => "\x1b\x1b".to_owned(),
        "Space" => format!("{alt} "),
        "Backspace" => format!("{alt}\x7f"),
        "Tab" if modifier.shift => "\x1b[Z".to_owned(),
        "Tab" => format!("{alt}\t"),
        "Up" => letter('A', modifier),
        "Down" => letter('B', modifier),
        "Right" => letter('C', modifier),
        "Left" => letter('D', modifier),
        "End" => letter('F', modifier),
        "Home" => letter('H', modifier),
        "Insert" => tilde(2, modifier),
        "Delete" => tilde(3, modifier),
        "PgUp" => tilde(5, modifier),
        "PgDn" => tilde(6, modifier),
        "F1" => function('P', modifier),
        "F2" => function('Q', modifier),
        "F3" => function('R', modifier),
        "F4" => function('S', modifier),
        "F5" => tilde(15, modifier),
        _ => return None,
    })
}

fn letter(end: char, modifier: Modifier) -> String {
    match modifier.code() {
        1 => format!("\x1b[{end}"),
        code => format!("\x1b[1;{code}{end}"),
    }
}

fn tilde(number: u8, modifier: Modifier) -> String {
    match modifier.code() {
        1 => format!("\x1b[{number}~"),
        code => format!("\x1b[{number};{code}~"),
    }
}

fn function(end: char, modifier: Modifier) -> String {
    match modifier.code() {
        1 => format!("\x1bO{end}"),
        code => format!("\x1b[1;{code}{end}"),
    }
}

fn control(c: char) -> String {
    let upper = c.to_ascii_uppercase();
    assert!(('@'..='_').contains(&upper), "no control key for {c:?}");
    char::from(u8::try_from(u32::from(upper)).unwrap() & 0x1f).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_the_bytes_of_an_xterm() {
        for (name, bytes) in [
            ("a", "a"),
            ("在", "在"),
            ("C-q", "\x11"),
            ("C-_", "\x1f"),
            ("M-a", "\x1ba"),
            ("M-/", "\x1b/"),
            ("M-1", "\x1b1"),
            ("Down", "\x1b[B"),
            ("M-Down", "\x1b[1;3B"),
            ("M-Home", "\x1b[1;3H"),
            ("M-Enter", "\x1b\r"),
            ("S-F3", "\x1b[1;2R"),
            ("F1", "\x1bOP"),
            ("PgUp", "\x1b[5~"),
            ("-", "-"),
        ] {
            assert_eq!(super::bytes(name), bytes, "{name}");
        }
    }
}
