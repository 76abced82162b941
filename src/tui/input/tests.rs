//! What bytes from a terminal become, on virtual time.

use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};
use proptest::prelude::*;

use super::InputEvent;
use super::burst::{HOLD, LINGER, QUIET};
use super::decoder::{Decoder, KEY_PATIENCE, PATIENCE};
use super::paste::MAX_PASTE;

const MOMENT: Duration = Duration::from_millis(1);

/// A terminal's bytes and what they are. Sources: xterm ctlseqs ("PC-Style Function Keys", "Mouse Tracking",
/// "Bracketed Paste Mode", "FocusIn/FocusOut", "Device Status Report", DECRQM, OSC 10/11, XTVERSION); kitty keyboard
/// protocol ("Legacy functional keys", "Functional key definitions", "Querying"); urxvt(7); `console_codes(4)`.
const SEQUENCES: &[(&str, &str)] = &[
    // C0 controls.
    ("\x00", "Ctrl-Space"),
    ("\x01", "Ctrl-a"),
    ("\x1a", "Ctrl-z"),
    ("\x1f", "Ctrl-7"),
    ("\x08", "Ctrl-h"),
    ("\x7f", "Backspace"),
    ("\t", "Tab"),
    // Arrows and the keys around them, plain, with modifiers, in application mode.
    ("\x1b[A", "Up"),
    ("\x1b[D", "Left"),
    ("\x1bOD", "Left"),
    ("\x1b[1;5D", "Ctrl-Left"),
    ("\x1b[1;3B", "Alt-Down"),
    ("\x1b[1;2:3C", "release Shift-Right"),
    ("\x1b[H", "Home"),
    ("\x1b[1~", "Home"),
    ("\x1b[4~", "End"),
    ("\x1b[3~", "Delete"),
    ("\x1b[3;5~", "Ctrl-Delete"),
    ("\x1b[5~", "PageUp"),
    ("\x1b[6;3~", "Alt-PageDown"),
    ("\x1b[Z", "Shift-BackTab"),
    // Function keys.
    ("\x1bOP", "F1"),
    ("\x1b[[A", "F1"),
    ("\x1b[11~", "F1"),
    ("\x1bOR", "F3"),
    ("\x1b[1;2R", "Shift-F3"),
    ("\x1b[13;2~", "Shift-F3"),
    ("\x1b[15~", "F5"),
    ("\x1b[24;6~", "Ctrl-Shift-F12"),
    // rxvt and PuTTY.
    ("\x1b\x1b[A", "Alt-Up"),
    ("\x1b\x1bOA", "Alt-Up"),
    // The kitty protocol, without and with alternate keys.
    ("\x1b[27u", "Esc"),
    ("\x1b[99;5u", "Ctrl-c"),
    ("\x1b[99;5:3u", "release Ctrl-c"),
    ("\x1b[13;2u", "Shift-Enter"),
    ("\x1b[9;2u", "Shift-BackTab"),
    ("\x1b[127;5u", "Ctrl-Backspace"),
    ("\x1b[45;6u", "Ctrl-_"),
    ("\x1b[45:95;6u", "Ctrl-_"),
    ("\x1b[45;4u", "Alt-_"),
    ("\x1b[45:95:45;4u", "Alt-_"),
    ("\x1b[55:47;4u", "Alt-/"),
    ("\x1b[55:47:55;6u", "Ctrl-/"),
    ("\x1b[55;4u", "Alt-&"),
    ("\x1b[1089::99;5u", "Ctrl-c"),
    ("\x1b[1092:1060:97;4u", "Alt-A"),
    ("\x1b[97;69u", "Ctrl-a"),
    ("\x1b[57414;5u", "Ctrl-Enter"),
    ("\x1b[57376u", "F13"),
    ("\x1b[57441;2u", "Shift-Modifier(LeftShift)"),
    ("\x1b[27;5;45~", "Ctrl--"),
    // The mouse: SGR, urxvt, X10.
    ("\x1b[<0;10;5M", "Down(Left) 9,4"),
    ("\x1b[<0;10;5m", "Up(Left) 9,4"),
    ("\x1b[<65;10;10M", "ScrollDown 9,9"),
    ("\x1b[<32;300;2M", "Drag(Left) 299,1"),
    ("\x1b[<35;1;1M", "Moved 0,0"),
    ("\x1b[32;10;5M", "Down(Left) 9,4"),
    ("\x1b[M \x2a\x25", "Down(Left) 9,4"),
    // The focus.
    ("\x1b[I", "FocusGained"),
    ("\x1b[O", "FocusLost"),
    // Pastes.
    ("\x1b[200~one\rtwo\x1b[201~", "Paste(\"one\\rtwo\")"),
    ("\x1b[200~\x1b[201~", ""),
    // Answers of the terminal: DA1, DA2, DA3, DSR, CPR, DECXCPR, DECRPM, kitty flags, window size, OSC 11 with
    // either end, XTVERSION, XTGETTCAP.
    ("\x1b[?64;1;2;22c", "Attributes { sixel: false }"),
    ("\x1b[?62;4c", "Attributes { sixel: true }"),
    ("\x1b[6;18;9t", "Cell(PixelSize { width: 9, height: 18 })"),
    ("\x1b[?1;0;256S", "Registers(256)"),
    ("\x1b[?1;3;0S", ""),
    ("\x1b_Gi=1;OK\x1b\\", "Kitty(true)"),
    ("\x1b_Gi=1;ENOTSUPPORTED:no\x1b\\", "Kitty(false)"),
    ("\x1b_G\x1b\\", ""),
    ("\x1b[>41;377;0c", ""),
    ("\x1bP!|00000000\x1b\\", ""),
    ("\x1b[0n", ""),
    ("\x1b[24;80R", ""),
    ("\x1b[?24;80;1R", ""),
    ("\x1b[?2026;2$y", ""),
    ("\x1b[?5u", ""),
    ("\x1b[8;24;80t", ""),
    ("\x1b]11;rgb:0000/0000/0000\x1b\\", "Dark"),
    ("\x1b]11;rgb:0000/0000/0000\x07", "Dark"),
    ("\x1b]11;rgb:ffff/ffff/f0f0\x07", "Light"),
    ("\x1b]11;rgba:f/f/f/f\x07", "Light"),
    ("\x1b]11;rgb:fff/xyz/fff\x07", ""),
    ("\x1b]11;rgb:fffff/fffff/fffff\x07", ""),
    ("\x1b]10;rgb:ffff/ffff/ffff\x07", ""),
    ("\x1b[?997;1n", "Dark"),
    ("\x1b[?997;2n", "Light"),
    ("\x1b[?997;3n", ""),
    ("\x1bP>|XTerm(377)\x1b\\", "Version(\"XTerm(377)\")"),
    ("\x1bP1+r524742\x1b\\", ""),
    // Text.
    ("a", "a"),
    ("在", "在"),
    ("👍", "👍"),
];

/// Whole sequences that mean nothing to us: nobody knows them again by their rest.
const UNKNOWN: &[(&str, &str)] =
    &[("\x1b[1;2;3x", ""), ("\x1b[9999~", ""), ("\x1b[ q", ""), ("\x1b[<300;1;1M", ""), ("\x1bOz", "")];

/// Alt and a key: cut between the two they are two keys once Esc has waited.
const WITH_ALT: &[(&str, &str)] = &[
    ("\x1ba", "Alt-a"),
    ("\x1b1", "Alt-1"),
    ("\x1b/", "Alt-/"),
    ("\x1b_", "Alt-_"),
    ("\x1b\r", "Alt-Enter"),
    ("\x1b\x7f", "Alt-Backspace"),
    ("\x1b\x01", "Ctrl-Alt-a"),
];

/// The decoder and its clock.
struct Line {
    decoder: Decoder,
    now: Instant,
}

impl Line {
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn new() -> Self {
        Self { decoder: Decoder::default(), now: Instant::now() }
    }

    /// Lets time pass, in which the decoder does what is due.
    fn wait(&mut self, time: Duration) -> &mut Self {
        let end = self.now + time;
        while let Some(due) = self.decoder.deadline().filter(|due| *due <= end) {
            self.now = due;
            self.decoder.expire(due);
        }
        self.now = end;
        self
    }

    fn feed(&mut self, bytes: &[u8]) -> &mut Self {
        self.decoder.feed(self.now, bytes);
        self
    }

    fn read(&mut self, text: &str) -> &mut Self {
        self.feed(text.as_bytes())
    }

    fn events(&mut self) -> Vec<InputEvent> {
        std::iter::from_fn(|| self.decoder.pop()).collect()
    }

    fn names(&mut self) -> String {
        self.events().iter().map(name).collect::<Vec<_>>().join(" ")
    }

    /// All there is to say when nothing comes any more.
    fn end(&mut self) -> String {
        self.wait(Duration::from_secs(10));
        assert_eq!(self.decoder.deadline(), None, "nothing waits for ever");
        self.names()
    }
}

fn name(event: &InputEvent) -> String {
    let key = match event {
        InputEvent::Text(text) => return format!("{text:?}"),
        InputEvent::TooLong(bytes) => return format!("TooLong({bytes})"),
        InputEvent::Background(background) => return format!("{background:?}"),
        InputEvent::Graphics(reply) => return format!("{reply:?}"),
        InputEvent::Terminal(Event::Mouse(mouse)) => {
            return format!("{:?} {},{}", mouse.kind, mouse.column, mouse.row);
        }
        InputEvent::Terminal(Event::Key(key)) => key,
        InputEvent::Terminal(other) => return format!("{other:?}"),
    };
    let mut name = if key.kind == KeyEventKind::Release { "release ".to_owned() } else { String::new() };
    for (modifier, text) in
        [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-"), (KeyModifiers::SHIFT, "Shift-")]
    {
        if key.modifiers.contains(modifier) {
            name.push_str(text);
        }
    }
    match key.code {
        KeyCode::Char(' ') => name.push_str("Space"),
        KeyCode::Char(c) => name.push(c),
        KeyCode::F(number) => name.extend(["F".to_owned(), number.to_string()]),
        other => name.extend([format!("{other:?}")]),
    }
    name
}

/// What stands in a text or is sent because of these events.
fn typed(events: &[InputEvent]) -> String {
    let mut typed = String::new();
    for event in events {
        match event {
            InputEvent::Text(text) => typed.push_str(text),
            InputEvent::Terminal(Event::Key(key)) if key.kind != KeyEventKind::Release => match key.code {
                KeyCode::Char(c) if key.modifiers.difference(KeyModifiers::SHIFT).is_empty() => typed.push(c),
                KeyCode::Enter if key.modifiers.is_empty() => typed.push('\r'),
                _ => {}
            },
            _ => {}
        }
    }
    typed
}

fn whole(bytes: &str) -> Vec<InputEvent> {
    let mut line = Line::new();
    line.read(bytes).wait(Duration::from_secs(10));
    line.events()
}

fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut rest = whole.chars();
    part.chars().all(|c| rest.any(|other| other == c))
}

#[test]
fn every_sequence_is_read_as_its_source_says() {
    for (bytes, expected) in SEQUENCES.iter().chain(WITH_ALT).chain(UNKNOWN) {
        assert_eq!(Line::new().read(bytes).end(), *expected, "{bytes:?}");
    }
}

#[test]
fn a_sequence_may_be_cut_anywhere_and_its_parts_be_late() {
    for (bytes, expected) in SEQUENCES {
        for cut in 1..bytes.len() {
            let (head, tail) = bytes.as_bytes().split_at(cut);
            for late in [Duration::ZERO, MOMENT, KEY_PATIENCE.saturating_sub(MOMENT)] {
                let said = Line::new().feed(head).wait(late).feed(tail).end();
                // A paste that was cut is one, and so is a key.
                assert_eq!(said, *expected, "{bytes:?} cut at {cut}, {late:?}");
            }
            let late = Line::new().feed(head).wait(KEY_PATIENCE * 4).feed(tail).end();
            // What was given up was a key by itself.
            let keys = ["Esc", "Alt-]", "Alt-Shift-P", "Alt-_"];
            let late = late.split(' ').skip_while(|name| keys.contains(name) && *name != *expected);
            let late = late.collect::<Vec<_>>().join(" ");
            let plain = expected.trim_start_matches("Alt-");
            let known = [*expected, plain, "Esc Esc"].contains(&late.as_str());
            assert!(known, "{bytes:?} cut at {cut}: {late:?}");
        }
    }
}

#[test]
fn whatever_is_cut_off_types_nothing_and_does_not_hurt_what_follows() {
    for (first, _) in SEQUENCES.iter().chain(WITH_ALT) {
        for (second, _) in SEQUENCES {
            let wanted = typed(&whole(first)) + &typed(&whole(second));
            for cut in 1..=first.len() {
                let mut line = Line::new();
                line.feed(&first.as_bytes()[..cut]).wait(MOMENT).read(second);
                line.wait(Duration::from_secs(10));
                let events = line.events();
                assert!(
                    is_subsequence(&typed(&events), &wanted),
                    "{first:?} to {cut}, {second:?}: {events:?}"
                );
            }
        }
    }
}

#[test]
fn two_sequences_in_one_read_are_two_wherever_it_is_cut() {
    for (first, named) in SEQUENCES.iter().chain(WITH_ALT) {
        for (second, expected) in SEQUENCES {
            let both = [first.as_bytes(), second.as_bytes()].concat();
            let text = typed(&whole(first)).len() + typed(&whole(second)).len();
            for cut in (0..both.len()).filter(|_| text < 2) {
                let said = Line::new().feed(&both[..cut]).wait(MOMENT).feed(&both[cut..]).end();
                let wanted = [*named, *expected].join(" ");
                assert_eq!(said, wanted.trim(), "{first:?} {second:?} cut at {cut}");
            }
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_typed_that_was_not(
        parts in prop::collection::vec((0..SEQUENCES.len(), 0.0..1.0, 0_u64..1_900), 1..12)
    ) {
        let mut line = Line::new();
        let mut wanted = String::new();
        for (at, cut, late) in parts {
            let bytes = SEQUENCES[at].0;
            wanted.push_str(&typed(&whole(bytes)));
            #[expect(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in some bytes")]
            let (head, tail) = bytes.as_bytes().split_at((bytes.len() as f64 * cut) as usize);
            line.feed(head).wait(Duration::from_millis(late)).feed(tail).wait(MOMENT);
        }
        line.wait(Duration::from_secs(10));
        let events = line.events();
        prop_assert!(is_subsequence(&typed(&events), &wanted), "{:?} of {:?}: {:?}", typed(&events), wanted, events);
    }

    #[test]
    fn any_bytes_at_all_end_and_are_bounded(
        reads in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..40), 0_u64..1_500), 1..20)
    ) {
        let mut line = Line::new();
        for (bytes, late) in reads {
            line.feed(&bytes).wait(Duration::from_millis(late));
        }
        line.end();
    }
}

#[test]
fn a_lone_esc_is_esc_after_tens_of_milliseconds() {
    let mut line = Line::new();
    assert_eq!(line.read("\x1b").wait(KEY_PATIENCE.saturating_sub(MOMENT)).names(), "");
    assert_eq!(line.wait(MOMENT).names(), "Esc");
    assert_eq!(Line::new().read("\x1b\x1b").end(), "Esc Esc");
    assert_eq!(Line::new().read("\x1b").wait(KEY_PATIENCE).read("x").end(), "Esc x");
    assert_eq!(Line::new().read("\x1b\x1bx").end(), "Esc Alt-x");
    assert_eq!(Line::new().read("\x1b[").end(), "Alt-[");
    assert_eq!(Line::new().read("\x1b]").end(), "Alt-]");
}

#[test]
fn esc_before_another_sequence_takes_nothing_from_it() {
    assert_eq!(Line::new().read("\x1b\x1b[<65;10;10M").end(), "Esc ScrollDown 9,9");
    assert_eq!(Line::new().read("\x1b").wait(MOMENT).read("[D").end(), "Left");
    let paste = "\x1b\x1b[200~first\rsecond\rthird \x1b[201~";
    assert_eq!(Line::new().read(paste).end(), "Esc Paste(\"first\\rsecond\\rthird \")");
}

#[test]
fn the_rest_of_a_sequence_that_comes_after_all_is_no_text_but_text_is() {
    let late = |begun: &str, rest: &str| Line::new().read(begun).wait(PATIENCE + MOMENT).read(rest).end();
    assert_eq!(late("\x1b", "[D"), "Esc Left");
    assert_eq!(late("\x1b", "[200~a\rb\x1b[201~"), "Esc Paste(\"a\\rb\")");
    assert_eq!(late("\x1b[<65;1", "0;10M"), "ScrollDown 9,9");
    assert_eq!(late("\x1b", "[INFO] started"), "Esc \"[INFO] started\"");
    assert_eq!(late("\x1b", "["), "Esc [");
    assert_eq!(late("\x1b[<65;1", "M"), "Shift-M");
}

#[test]
fn what_is_incomplete_ends_after_a_second_or_at_ctrl_c() {
    for begun in ["\x1b[<65;1", "\x1b[1;5", "\x1bP>|XTerm", "\x1b]11;rgb", "\x1b[M "] {
        let mut line = Line::new();
        assert_eq!(line.read(begun).wait(PATIENCE).names(), "", "{begun:?}");
        assert_eq!(line.wait(Duration::from_secs(3)).read("x").end(), "x", "{begun:?}");
        for out in ["\x03", "\x1b[99;5u"] {
            assert_eq!(Line::new().read(begun).read(out).names(), "Ctrl-c", "{begun:?} {out:?}");
        }
    }
}

#[test]
fn a_paste_without_its_end_ends_after_a_second_or_at_ctrl_c() {
    let mut line = Line::new();
    line.read("\x1b[200~one").wait(PATIENCE.saturating_sub(MOMENT)).read("\rtwo");
    assert_eq!(line.wait(PATIENCE.saturating_sub(MOMENT)).names(), "", "bytes come");
    assert_eq!(line.wait(MOMENT).names(), "Paste(\"one\\rtwo\")");
    assert_eq!(line.read("\x11").names(), "Ctrl-q");
    for out in ["\x03", "\x1b[99;5u", "\x1b[1089::99;5u"] {
        let mut line = Line::new();
        assert_eq!(line.read("\x1b[200~one").wait(MOMENT).read(out).names(), "Paste(\"one\")");
        assert_eq!(line.read("\x11").names(), "Ctrl-q");
    }
    assert_eq!(Line::new().read("\x1b[200~a\x03b\x1b[201~").names(), "Paste(\"a\\u{3}b\")", "no key");
}

#[test]
fn the_rest_of_a_paste_that_was_given_up_does_not_send() {
    for rest in ["ond\r", "ond\rthird\r", "ond\r\x1b[201~", "x\x1b[201~", "\r\x1b[201~"] {
        let mut line = Line::new();
        line.read("\x1b[200~first\rsec").wait(PATIENCE + MOMENT).read(rest).wait(Duration::from_secs(10));
        let events = line.events();
        assert_eq!(typed(&events), "", "{rest:?}: {events:?}");
    }
    let cut = Line::new().read("\x1b[200~a\x1b[20").wait(PATIENCE + MOMENT).read("1~x").end();
    assert_eq!(cut, "Paste(\"a\") x");
}

#[test]
fn a_paste_is_bounded_and_says_so_when_it_is_too_long() {
    let text = "x".repeat(MAX_PASTE);
    let mut line = Line::new();
    line.read("\x1b[200~");
    for chunk in text.as_bytes().chunks(4096) {
        line.feed(chunk);
    }
    line.read("y\x1b[201~z");
    assert_eq!(line.names(), format!("TooLong({}) z", MAX_PASTE + 1));
    let many = "a line\r".repeat(MAX_PASTE / 7 + 1);
    assert_eq!(Line::new().read(&many).end(), format!("TooLong({})", many.len()));
}

#[test]
fn text_and_one_enter_in_one_read_are_typed() {
    for (read, expected) in [
        ("hello\r", "\"hello\" Enter"),
        ("hello\r\n", "\"hello\" Enter"),
        ("y\r", "y Enter"),
        ("在吗", "\"在吗\""),
        ("\r\r\r\r", "Enter Enter Enter Enter"),
        ("hi\rthere\r", "\"hi\" Enter \"there\" Enter"),
        ("/he\t", "\"/he\" Tab"),
        ("bye\r\x11", "\"bye\" Enter Ctrl-q"),
    ] {
        assert_eq!(Line::new().read(read).end(), expected, "{read:?}");
    }
    let long = "x".repeat(4000);
    assert_eq!(Line::new().read(&format!("{long}\r")).end(), format!("{long:?} Enter"));
}

#[test]
fn a_log_without_brackets_is_a_paste_however_it_is_cut() {
    let log = (1..=40).map(|line| format!("{line:02} started\r")).collect::<Vec<_>>().concat();
    for cut in 0..log.len() {
        let mut line = Line::new();
        let (head, tail) = log.split_at(cut);
        line.read(head).wait(MOMENT).read(tail).wait(Duration::from_secs(10));
        let events = line.events();
        assert!(!typed(&events).contains('\r'), "cut at {cut}: {events:?}");
        let pasted: String = events
            .iter()
            .map(|event| match event {
                InputEvent::Terminal(Event::Paste(text)) => text.clone(),
                other => typed(std::slice::from_ref(other)),
            })
            .collect();
        assert_eq!(pasted, log, "cut at {cut}");
    }
    assert_eq!(Line::new().read("1\r2\r3\r4\r").end(), "Paste(\"1\\r2\\r3\\r4\\r\")", "a column of numbers");
}

#[test]
fn a_paste_without_brackets_goes_on_until_it_is_quiet() {
    let mut line = Line::new();
    line.read("a first line of a log, and\ra second")
        .wait(QUIET.saturating_sub(MOMENT))
        .read(" and a third\r");
    assert_eq!(line.names(), "");
    assert_eq!(line.wait(QUIET).names(), "Paste(\"a first line of a log, and\\ra second and a third\\r\")");
    assert_eq!(line.wait(MOMENT).read("late\r").end(), "Paste(\"late\\r\")");
    assert_eq!(line.wait(LINGER).read("late\r").end(), "\"late\" Enter");
    line.read("a first line of a log, and\ra second").wait(QUIET);
    assert_eq!(line.read("\r").names(), "Paste(\"a first line of a log, and\\ra second\") Enter", "a key");
}

#[test]
fn an_enter_behind_text_waits_only_for_the_next_piece() {
    let mut line = Line::new();
    assert_eq!(line.read("hello\r").wait(HOLD.saturating_sub(MOMENT)).names(), "");
    assert_eq!(line.wait(MOMENT).names(), "\"hello\" Enter");
    assert_eq!(line.read("h").read("i").read("\r").names(), "h i Enter", "keys one by one wait for nothing");
}

#[test]
fn a_letter_that_no_key_has_is_written_right_behind_esc() {
    let mut line = Line::new();
    line.read("\x1b收到");
    assert_eq!(line.end(), "Esc \"收到\"");
    for bytes in ["\x1b收", "\x1bé"] {
        let events = whole(bytes);
        assert_eq!(typed(&events), bytes.replace('\x1b', ""));
        assert_eq!(name(&events[0]), "Esc");
    }
}
