//! Frames on terminals that give disputed clusters other cells than we do, and a writer before one that does not read.

use std::fs::File;
use std::io::Read as _;
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

use super::frame::{Attachments, Frames};
use super::output::TtyOutput;
use super::width_repair::reach;
use super::writer::{RESUME, TtyWriter};
use crate::model::MessageId;
use crate::tui::hyperlinks::Hyperlinks;
use crate::tui::scrollback::{Row, RowKind, Scene, WrappedText};
use crate::tui::text::{clip, cluster_width, width};

/// How a terminal counts what not all count alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    /// As we do.
    Clusters,
    /// Character by character, emoji and all else that is disputed as one cell; tmux and xterm do so with ❤️.
    Narrow,
    /// Character by character, all that is disputed as two.
    Wide,
    /// What is disputed is not drawn at all: newer than the terminal.
    Nothing,
}

const ALL: [Counts; 4] = [Counts::Clusters, Counts::Narrow, Counts::Wide, Counts::Nothing];

/// A terminal: what stands in each cell, and what the half of a wide character is.
struct Emulator {
    counts: Counts,
    width: usize,
    rows: Vec<Vec<String>>,
    at: (usize, usize),
    wraps: bool,
    scrolled: bool,
}

/// The second cell of a wide character.
const HALF: &str = "";

impl Emulator {
    fn new(counts: Counts, area: Rect) -> Self {
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        // What was there before.
        let rows = vec![vec!["#".to_owned(); width]; height];
        Self { counts, width, rows, at: (0, 0), wraps: true, scrolled: false }
    }

    fn process(&mut self, bytes: &[u8]) {
        let mut rest = std::str::from_utf8(bytes).unwrap();
        while let Some(first) = rest.chars().next() {
            if let Some(sequence) = rest.strip_prefix("\x1b[") {
                let (parameters, after) =
                    sequence.split_at(sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap());
                let (last, after) = after.split_at(1);
                self.sequence(parameters, last);
                rest = after;
                continue;
            }
            let run = rest.split('\x1b').next().unwrap();
            let length = match self.counts {
                Counts::Clusters => run.graphemes(true).next().unwrap().len(),
                _ => first.len_utf8(),
            };
            let (taken, after) = rest.split_at(length);
            self.print(taken);
            rest = after;
        }
    }

    fn sequence(&mut self, parameters: &str, last: &str) {
        match (parameters, last) {
            (_, "H") => {
                let mut numbers = parameters.split(';').map(|number| number.parse::<usize>().unwrap() - 1);
                let (y, x) = (numbers.next().unwrap(), numbers.next().unwrap());
                self.at = (x.min(self.width - 1), y.min(self.rows.len() - 1));
            }
            ("2", "J") => self.rows.iter_mut().flatten().for_each(|cell| *cell = " ".to_owned()),
            ("?7", mode) => self.wraps = mode == "h",
            (_, "m") | ("?2026" | "?25", _) => {}
            other => panic!("{other:?}"),
        }
    }

    fn cells(&self, text: &str) -> usize {
        let counted = text.chars().next().unwrap().width().unwrap_or(0);
        match self.counts {
            Counts::Clusters => width(text),
            _ if reach(text).is_none() || counted == 0 => counted,
            Counts::Narrow => 1,
            Counts::Wide => 2,
            Counts::Nothing => 0,
        }
    }

    fn print(&mut self, text: &str) {
        let cells = self.cells(text);
        if cells == 0 {
            let drawn = self.counts != Counts::Nothing || reach(text).is_none();
            let before = self.at.0.checked_sub(1).filter(|_| drawn);
            // A mark joins what stands before; the half of a wide character hands it on.
            if let Some(cell) =
                before.and_then(|x| self.rows[self.at.1][..=x].iter_mut().rfind(|cell| *cell != HALF))
            {
                cell.push_str(text);
            }
            return;
        }
        if self.at.0 + cells > self.width {
            if !self.wraps {
                self.at.0 = self.width.saturating_sub(cells);
            } else if self.at.1 + 1 < self.rows.len() {
                self.at = (0, self.at.1 + 1);
            } else {
                self.scrolled = true;
                self.at.0 = 0;
            }
        }
        if cells > self.width {
            return;
        }
        for x in self.at.0..self.at.0 + cells {
            self.blank(x);
        }
        let (x, y) = self.at;
        self.rows[y][x] = text.to_owned();
        for half in x + 1..x + cells {
            self.rows[y][half] = HALF.to_owned();
        }
        self.at.0 += cells;
    }

    /// Half a character does not stay.
    fn blank(&mut self, x: usize) {
        let row = &mut self.rows[self.at.1];
        let first = (0..=x).rev().find(|x| row[*x] != HALF).unwrap();
        let end = (x + 1..row.len()).find(|x| row[*x] != HALF).unwrap_or(row.len());
        row[first..end].fill(" ".to_owned());
    }

    /// What stands where it should not, in words.
    fn foreign(&self, buffer: &Buffer) -> Vec<String> {
        let mut found = Vec::new();
        for (y, row) in self.rows.iter().enumerate() {
            let mut end = 0;
            for (x, shown) in row.iter().enumerate() {
                if x < end {
                    let cell = &buffer.content[y * self.width + x - 1];
                    let own =
                        shown == HALF || shown == " " || shown.chars().all(|c| cell.symbol().contains(c));
                    found.extend((!own).then(|| format!("{shown:?} in {:?} at {x},{y}", cell.symbol())));
                    continue;
                }
                let symbol = buffer.content[y * self.width + x].symbol();
                end = x + cluster_width(symbol).max(1);
                let exact = reach(symbol).is_none() || self.counts == Counts::Clusters;
                let fits = end <= self.width;
                let right = if exact && fits {
                    shown == symbol
                } else {
                    [" ", HALF].contains(&shown.as_str()) || shown.chars().all(|c| symbol.contains(c))
                };
                // At the right edge one that is drawn wider may lie over one that is disputed, too.
                let edge = !exact && end == self.width;
                found.extend((!right && !edge).then(|| format!("{shown:?} for {symbol:?} at {x},{y}")));
            }
        }
        found.extend(self.scrolled.then(|| "the screen scrolled".to_owned()));
        found
    }
}

fn text(rows: &[impl AsRef<str>], buffer: &mut Buffer) -> Option<Position> {
    for (y, row) in (0..buffer.area.height).zip(rows) {
        let room = buffer.area.width;
        buffer.set_stringn(0, y, clip(row.as_ref(), room), usize::from(room), Style::new());
    }
    None
}

fn drawn(rows: &[impl AsRef<str>], area: Rect) -> Buffer {
    let mut buffer = Buffer::empty(area);
    text(rows, &mut buffer);
    buffer
}

/// What the terminal is sent for one frame behind the others.
fn sent(frames: &mut Frames, rows: &[impl AsRef<str>], area: Rect) -> String {
    let out = frames.render(Vec::new(), area, Attachments::NONE, |buffer| text(rows, buffer));
    String::from_utf8(out).unwrap()
}

#[test]
fn what_the_sender_did_not_write_stands_nowhere_in_the_message() {
    let area = Rect::new(0, 0, 16, 2);
    for message in
        ["|❤\u{fe0f}|✔\u{fe0f}|1\u{fe0f}\u{20e3}|", "🇦 mum", "a🇦🇦🇹b", "👨\u{200d}👩\u{200d}👧x", "\u{2630}😀"]
    {
        for counts in ALL {
            let (mut frames, mut terminal) = (Frames::new(), Emulator::new(counts, area));
            for rows in [["################"; 2], [message, message], ["", message]] {
                terminal.process(sent(&mut frames, &rows, area).as_bytes());
                assert_eq!(terminal.foreign(&drawn(&rows, area)), [""; 0], "{message} {counts:?}");
            }
        }
    }
}

#[test]
fn a_cluster_at_the_right_edge_stays_in_its_row() {
    let area = Rect::new(0, 0, 4, 2);
    for rows in
        [["ab👨\u{200d}👩\u{200d}👧", "wxyz"], ["wxyz", "abc🇦"], ["wxyz", "ab❤\u{fe0f}"], ["wxyz", "a在🇦"]]
    {
        for counts in ALL {
            let (mut frames, mut terminal) = (Frames::new(), Emulator::new(counts, area));
            terminal.process(sent(&mut frames, &rows, area).as_bytes());
            assert_eq!(terminal.foreign(&drawn(&rows, area)), [""; 0], "{rows:?} {counts:?}");
        }
    }
}

#[test]
fn reserved_cells_are_blank_before_the_cluster_and_the_cursor_is_placed_behind_it() {
    let (mut frames, area) = (Frames::new(), Rect::new(0, 0, 5, 1));
    sent(&mut frames, &["xxxxx"], area);
    assert_eq!(
        sent(&mut frames, &["❤\u{fe0f}axx"], area),
        "\x1b[?2026h\x1b[1;1H  \x1b[1;1H❤\u{fe0f}\x1b[1;3Ha\x1b[?2026l"
    );
}

#[test]
fn plain_and_wide_text_is_sent_only_where_it_changes() {
    let (mut frames, area) = (Frames::new(), Rect::new(0, 0, 12, 1));
    sent(&mut frames, &["在吗 e\u{301} abc"], area);
    assert_eq!(sent(&mut frames, &["在吗 e\u{301} abc"], area), "");
    assert_eq!(
        sent(&mut frames, &["在吧 e\u{301} abd"], area),
        "\x1b[?2026h\x1b[1;3H吧\x1b[1;10Hd\x1b[?2026l"
    );
}

#[test]
fn a_cleared_screen_is_cleared_and_drawn_in_one_update() {
    let (mut frames, area) = (Frames::new(), Rect::new(0, 0, 4, 1));
    sent(&mut frames, &["abcd"], area);
    frames.forget();
    let update = "\x1b[?2026h\x1b[m\x1b[2J\x1b[1;1Habcd\x1b[?25l\x1b[?2026l";
    assert_eq!(sent(&mut frames, &["abcd"], area), update);
    assert_eq!(sent(&mut frames, &["ab"], Rect::new(0, 0, 2, 1)), update.replace("abcd", "ab"));
}

#[test]
fn the_cursor_is_shown_where_the_view_says_and_only_sent_when_it_moves() {
    let (mut frames, area) = (Frames::new(), Rect::new(0, 0, 4, 2));
    let mut at = |cursor| {
        let out = frames.render(Vec::new(), area, Attachments::NONE, |_| cursor);
        String::from_utf8(out).unwrap()
    };
    at(None);
    assert_eq!(at(Some(Position::new(2, 1))), "\x1b[?2026h\x1b[2;3H\x1b[?25h\x1b[?2026l");
    assert_eq!(at(Some(Position::new(2, 1))), "");
    assert_eq!(at(Some(Position::new(0, 0))), "\x1b[?2026h\x1b[1;1H\x1b[?2026l");
    assert_eq!(at(None), "\x1b[?2026h\x1b[?25l\x1b[?2026l");
}

/// A frame: its text, whether it is drawn at all, whether the screen was forgotten, and the size.
#[derive(Clone, Debug)]
struct Step {
    rows: Vec<String>,
    style: Style,
    dropped: bool,
    forgotten: bool,
    size: (u16, u16),
}

fn steps(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<Step>> {
    let row = proptest::collection::vec(proptest::sample::select(pieces), 0..8).prop_map(|row| row.concat());
    let style = (0_u8..4, 0_u8..3, any::<bool>()).prop_map(|(fg, bg, bold)| {
        let style = Style::new()
            .fg([Color::Reset, Color::Red, Color::Indexed(200), Color::Rgb(1, 2, 3)][usize::from(fg)]);
        let style = style.bg([Color::Reset, Color::Blue, Color::LightCyan][usize::from(bg)]);
        if bold { style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED) } else { style }
    });
    // Mostly the same size: another one is another screen.
    let size = prop_oneof![4 => Just((9_u16, 3_u16)), 1 => (1_u16..12, 1_u16..4)];
    let step = (proptest::collection::vec(row, 3), style, any::<bool>(), proptest::bool::weighted(0.1), size);
    let step = step.prop_map(|(rows, style, dropped, forgotten, size)| Step {
        rows,
        style,
        dropped,
        forgotten,
        size,
    });
    proptest::collection::vec(step, 1..8)
}

impl Step {
    fn area(&self) -> Rect {
        Rect::new(0, 0, self.size.0, self.size.1)
    }

    fn draw(&self, buffer: &mut Buffer) -> Option<Position> {
        text(&self.rows, buffer);
        // Part of the screen, so that styles meet.
        let half = Rect::new(0, 0, buffer.area.width.div_ceil(2), buffer.area.height);
        buffer.set_style(half, self.style);
        None
    }

    fn buffer(&self) -> Buffer {
        let mut buffer = Buffer::empty(self.area());
        self.draw(&mut buffer);
        buffer
    }
}

const DISPUTED: &[&str] = &[
    "a",
    "#",
    " ",
    "在",
    "│",
    "e\u{301}",
    "❤\u{fe0f}",
    "1\u{fe0f}\u{20e3}",
    "🇦",
    "🇦🇹",
    "👨\u{200d}👩\u{200d}👧",
    "😀",
    "☎",
    "\u{2630}",
    "क\u{94d}क",
];
const AGREED: &[&str] = &["a", "#", " ", "在", "│", "é", "ж", "한", "！"];

proptest! {
    /// Whatever frames come, are dropped or are of another size: no terminal shows what is not in the last one.
    #[test]
    fn no_terminal_shows_anything_foreign(steps in steps(DISPUTED)) {
        for counts in ALL {
            let (mut frames, mut terminal) = (Frames::new(), Emulator::new(counts, steps[0].area()));
            let mut size = steps[0].size;
            for step in &steps {
                // What a terminal shows after another size nobody knows, and the front says so.
                if step.forgotten || step.size != size {
                    size = step.size;
                    terminal = Emulator::new(counts, step.area());
                    frames.forget();
                }
                if step.dropped {
                    continue;
                }
                let out = frames.render(Vec::new(), step.area(), Attachments::NONE, |buffer| step.draw(buffer));
                terminal.process(&out);
                prop_assert_eq!(terminal.foreign(&step.buffer()), Vec::<String>::new(), "{:?}", counts);
            }
        }
    }

    /// The same with an emulator of others, down to the colours.
    #[test]
    fn the_terminal_shows_the_last_frame(steps in steps(AGREED)) {
        let cells = |size: u16| NonZeroU16::new(size).unwrap();
        let mut terminal = vt100::Parser::new(cells(steps[0].size.1), cells(steps[0].size.0), 0);
        let mut frames = Frames::new();
        for step in steps.iter().filter(|step| !step.dropped) {
            terminal.screen_mut().set_size(cells(step.size.1), cells(step.size.0));
            if step.forgotten {
                terminal.process(b"\x1b[2;2Hgarbage");
                frames.forget();
            }
            let out = frames.render(Vec::new(), step.area(), Attachments::NONE, |buffer| step.draw(buffer));
            terminal.process(&out);
            assert_shows(terminal.screen(), &step.buffer());
        }
    }
}

fn assert_shows(screen: &vt100::Screen, buffer: &Buffer) {
    let width = usize::from(buffer.area.width);
    let mut covered = 0_usize;
    for (at, cell) in buffer.content.iter().enumerate() {
        let (x, y) = (u16::try_from(at % width).unwrap(), u16::try_from(at / width).unwrap());
        if at < covered {
            continue;
        }
        covered = at + cluster_width(cell.symbol()).max(1);
        let shown = screen.cell(y, x).unwrap();
        let symbol = if shown.has_contents() { shown.contents() } else { " " };
        assert_eq!(symbol, cell.symbol(), "at {x},{y}");
        let colour = |color| match color {
            Color::Red => vt100::Color::Idx(1),
            Color::Blue => vt100::Color::Idx(4),
            Color::LightCyan => vt100::Color::Idx(14),
            Color::Indexed(index) => vt100::Color::Idx(index),
            Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
            _ => vt100::Color::Default,
        };
        assert_eq!((shown.fgcolor(), shown.bgcolor()), (colour(cell.fg), colour(cell.bg)), "at {x},{y}");
        assert_eq!(shown.bold(), cell.modifier.contains(Modifier::BOLD));
        assert_eq!(shown.underline(), cell.modifier.contains(Modifier::UNDERLINED));
    }
}

// --- Links. ---

/// Four links, numbers 1 to 4.
fn four_links() -> Hyperlinks {
    let body = Arc::new(WrappedText::new("http://a http://b http://c http://d", 80, usize::MAX));
    let kind =
        RowKind::Body { own: false, body, row: 0, mark: None, edited: false, colour: None, beside: None };
    let rows = vec![Row { message: MessageId(1), of_block: 0, ground: None, kind }];
    let mut links = Hyperlinks::default();
    links.follow(Some(&Scene { rows, at_end: true }));
    links
}

/// The address that each cell belongs to in a terminal that was sent all of it.
fn linked(frames: &[Vec<u8>], area: Rect) -> Vec<Option<char>> {
    let (mut cells, mut at, mut link) = (vec![None; area.area() as usize], 0, None);
    let bytes = frames.concat();
    let mut rest = std::str::from_utf8(&bytes).unwrap();
    while let Some(c) = rest.chars().next() {
        if let Some(osc) = rest.strip_prefix("\x1b]8;") {
            let (sequence, after) = osc.split_once("\x1b\\").unwrap();
            link = sequence.split_once(";http://").map(|(_, address)| address.chars().next().unwrap());
            rest = after;
        } else if let Some(sequence) = rest.strip_prefix("\x1b[") {
            let (parameters, after) =
                sequence.split_at(sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap());
            if after.starts_with('H') {
                let (y, x) = parameters.split_once(';').unwrap();
                let [x, y] = [x, y].map(|number| number.parse::<usize>().unwrap() - 1);
                at = y * usize::from(area.width) + x;
            } else if after.starts_with('J') {
                cells.fill(None);
            }
            rest = after.get(1..).unwrap();
        } else {
            cells[at] = link;
            at += 1;
            rest = rest.get(c.len_utf8()..).unwrap();
        }
    }
    assert_eq!(link, None, "a frame ends outside of every link");
    cells
}

proptest! {
    /// Whatever comes before, and where only the link of a cell changes: each cell leads where it should.
    #[test]
    fn every_cell_belongs_to_its_own_link(frames in proptest::collection::vec(
        proptest::collection::vec((0_u16..5, proptest::sample::select(&['a', 'b', ' '][..])), 12), 1..5
    )) {
        let (links, area) = (four_links(), Rect::new(0, 0, 6, 2));
        let (mut screen, mut sent) = (Frames::new(), Vec::new());
        for cells in &frames {
            sent.push(screen.render(Vec::new(), area, Attachments { links: &links, pictures: &[] }, |buffer| {
                for (cell, (number, symbol)) in buffer.content.iter_mut().zip(cells) {
                    cell.set_char(*symbol).modifier = Modifier::from_bits_retain(number << 9);
                }
                None
            }));
            let wanted: Vec<Option<char>> =
                cells.iter().map(|(number, _)| [None, Some('a'), Some('b'), Some('c'), Some('d')][usize::from(*number)]).collect();
            prop_assert_eq!(linked(&sent, area), wanted);
        }
    }
}

#[test]
fn a_frame_without_links_has_no_such_sequence() {
    let (mut frames, area) = (Frames::new(), Rect::new(0, 0, 20, 1));
    assert!(!sent(&mut frames, &["http://x"], area).contains("]8;"));
}

// --- The writer. ---

/// More than any socket keeps for its reader.
const MUCH: usize = 4 << 20;

fn terminal() -> (TtyWriter, UnixStream) {
    let (near, far) = UnixStream::pair().unwrap();
    near.set_nonblocking(true).unwrap();
    let output = TtyOutput::of(File::from(OwnedFd::from(near)), false);
    (TtyWriter::start(Arc::new(output)).unwrap(), far)
}

fn read(far: &mut UnixStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    far.read_exact(&mut bytes).unwrap();
    bytes
}

#[test]
fn what_the_terminal_takes_at_once_needs_no_thread() {
    let (mut writer, mut far) = terminal();
    writer.write(b"frame".to_vec()).unwrap();
    assert!(!writer.is_writing() && writer.is_idle().unwrap());
    assert_eq!(read(&mut far, 5), b"frame");
}

#[tokio::test]
async fn a_write_that_the_terminal_does_not_take_goes_on_beside_everything_else() {
    let (mut writer, mut far) = terminal();
    writer.write(vec![b'x'; MUCH]).unwrap();
    assert!(writer.is_writing() && !writer.is_idle().unwrap());
    let reader = thread::spawn(move || (read(&mut far, MUCH), far));
    writer.written().await.unwrap();
    let (bytes, mut far) = reader.join().unwrap();
    assert!(bytes.iter().all(|byte| *byte == b'x'));
    writer.write(b"next".to_vec()).unwrap();
    assert_eq!(read(&mut far, 4), b"next");
}

#[tokio::test]
async fn leaving_does_not_wait_for_a_terminal_that_does_not_read_and_coming_back_ends_what_was_cut() {
    let (mut writer, mut far) = terminal();
    writer.write(vec![b'x'; MUCH]).unwrap();
    writer.finish(b"bye");
    assert!(writer.is_writing(), "nobody has read");
    // What was given up is not written later, into whatever has the terminal then.
    let reader = thread::spawn(move || {
        let mut bytes = vec![b'x'];
        while bytes.iter().all(|byte| *byte == b'x') {
            bytes = read(&mut far, 1);
        }
        [bytes, read(&mut far, RESUME.len() + 3)].concat()
    });
    writer.written().await.unwrap();
    writer.write(b"back".to_vec()).unwrap();
    assert_eq!(reader.join().unwrap(), [RESUME, b"back"].concat());
}

#[test]
fn a_terminal_that_is_gone_is_an_error() {
    let (mut writer, far) = terminal();
    drop(far);
    writer.write(b"frame".to_vec()).unwrap_err();
}
