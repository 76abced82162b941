//! Everything a run has shown: its stream once more, frame by frame, and the numbered messages in each.

use std::collections::BTreeMap;

use vt100::Screen;

use super::{replacement, screen};

/// What ends a frame: the end of a synchronised update.
const END: &[u8] = b"\x1b[?2026l";

/// The row under a message that the history does not have.
const UNKEPT: &str = "not in the history";

/// Whose message it is, and its number: `<i000007>` came in, `<o000007>` went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) own: bool,
    pub(crate) number: u32,
}

impl Name {
    pub(crate) const fn incoming(number: u32) -> Self {
        Self { own: false, number }
    }

    pub(crate) const fn own(number: u32) -> Self {
        Self { own: true, number }
    }

    /// The text of the message.
    pub(crate) fn text(self) -> String {
        format!("<{}{:06}>", if self.own { 'o' } else { 'i' }, self.number)
    }

    /// The name that `text` begins with.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let inside = text.strip_prefix('<')?;
        let own = match inside.chars().next()? {
            'o' => true,
            'i' => false,
            _ => return None,
        };
        let digits = inside.get(1..7)?;
        (inside.get(7..8)? == ">").then(|| digits.parse().ok())?.map(|number| Self { own, number })
    }
}

/// A message as it stands in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) name: Name,
    /// What stands in the gutter: `▌`, `…`, `✓`, `×`.
    pub(crate) mark: char,
    /// The program says that the history does not have it.
    pub(crate) unkept: bool,
}

/// The numbered messages on the screen, from the top.
pub(crate) fn lines(screen: &Screen) -> Vec<Line> {
    let rows: Vec<String> = screen.rows(0, screen::width(screen)).collect();
    let mut lines: Vec<Line> = Vec::new();
    for (row, text) in rows.iter().enumerate() {
        let Some((name, mark)) = text.match_indices('<').find_map(|(at, _)| marked(text, at)) else {
            continue;
        };
        let unkept = rows.get(row + 1).is_some_and(|below| below.contains(UNKEPT));
        lines.push(Line { name, mark, unkept });
    }
    lines
}

/// The message at `at`, if a gutter is before it: what is being typed has none.
fn marked(row: &str, at: usize) -> Option<(Name, char)> {
    let name = Name::read(row.get(at..)?)?;
    let mut before = row.get(..at)?.chars().rev();
    let gap = before.next()?;
    let mark = before.find(|c| *c != ' ')?;
    (gap == ' ' && "▌…✓×".contains(mark)).then_some((name, mark))
}

/// Gives `each` every complete frame of a run: `raw` is all it wrote.
pub(crate) fn frames(raw: &[u8], size: (u16, u16), mut each: impl FnMut(&Screen)) {
    let mut parser = screen::emulator(size);
    let mut from = 0;
    while let Some(at) = raw[from..].windows(END.len()).position(|window| window == END) {
        let to = from + at + END.len();
        parser.process(&replacement::stand_in(&raw[from..to]).0);
        from = to;
        each(parser.screen());
    }
}

/// All that was ever shown of each message.
pub(crate) fn shown(raw: &[u8], size: (u16, u16)) -> BTreeMap<Name, Vec<Line>> {
    let mut shown: BTreeMap<Name, Vec<Line>> = BTreeMap::new();
    frames(raw, size, |screen| {
        for line in lines(screen) {
            let ways = shown.entry(line.name).or_default();
            if !ways.contains(&line) {
                ways.push(line);
            }
        }
    });
    shown
}

#[cfg(test)]
mod tests {
    use super::{Line, Name, shown};

    #[test]
    fn messages_are_read_from_whole_frames_and_not_from_what_is_typed() {
        let raw = "\x1b[?2026h\x1b[1;1H│▌  <i000001>\x1b[2;1H│…  <o000002>\x1b[4;1H> <o000003>\x1b[?2026l\
                   \x1b[?2026h\x1b[2;2H✓\x1b[3;2H  not in the history: no\x1b[?2026l\x1b[?2026h\x1b[1;1H│▌ <i000009>";
        let line = |name, mark, unkept| Line { name, mark, unkept };
        let (first, second) = (Name::incoming(1), Name::own(2));
        let expected = [
            (first, vec![line(first, '▌', false)]),
            (second, vec![line(second, '…', false), line(second, '✓', true)]),
        ];
        assert_eq!(shown(raw.as_bytes(), (40, 4)), expected.into_iter().collect());
        assert_eq!(Name::read(&second.text()), Some(second));
        assert_eq!(Name::read("<o00000"), None);
    }
}
