//! Boxes over the screen: whole at every size, or with a sign of what is not shown; and what is typed while one asks.

use super::chat::{asked, hear};
use super::locks::{key, trust};
use super::*;
use crate::model::{SafetyNumber, Trust};
use crate::tui::popup::Popup;
use crate::tui::update::first_start_form;

const SIZES: [(u16, u16); 7] = [(20, 12), (24, 12), (30, 12), (40, 8), (60, 10), (80, 24), (120, 40)];

/// A front with that popup, made where there is much room.
fn with(popup: &str) -> Front {
    let mut front = match popup {
        "compare" | "differs" | "keys" | "contact" | "code" => locks::front(120, 40),
        _ => chat::front(120, 40),
    };
    match popup {
        "help" => drop(front.press("F1")),
        "palette" => drop(front.press("Ctrl-X")),
        "go to" => drop(front.press("Ctrl-G")),
        "sent" => drop(front.press("'one Enter 'two Enter Ctrl-R")),
        "search" => drop(front.press("Alt-S")),
        "add" => drop(front.press("Alt-C")),
        "add, wrong" => drop(front.press("Alt-C 'bea Tab 'localhost Enter")),
        "first start" => {
            front.ui.popup = Some(Popup::Form(first_start_form(&front.ui.style)));
            front.draw();
        }
        "rename" => drop(front.press("Ctrl-X 'rename Enter")),
        "remove" => drop(front.write("/remove").press("Enter")),
        "clear" => drop(front.write("/clear").press("Enter")),
        "delete" => drop(front.write(&"word ".repeat(30)).press("Enter Ctrl-O Delete")),
        "paste" => front.terminal(TerminalEvent::Paste("1\n2\n3\n4\n5\n6\n".to_owned())),
        "quit" => {
            front.refuses = true;
            front.hear("alex", "hello");
            front.press("Ctrl-Q");
        }
        "emoji" => {
            hear(&mut front, 1, &"good news ".repeat(9));
            front.press("Ctrl-O +");
        }
        "message" => {
            let words: Vec<String> = (0..90).map(|number| format!("news {number}")).collect();
            hear(&mut front, 1, &words.join(" "));
            front.press("Ctrl-O O");
        }
        "compare" => drop(front.write("/verify").press("Enter")),
        "differs" => drop(front.write("/verify").press("Enter x")),
        "keys" => drop(front.write("/key").press("Enter")),
        "contact" => drop(front.press("Alt-N")),
        "code" => drop(front.press("Alt-N q")),
        _ => panic!("{popup}"),
    }
    assert!(front.ui.popup.is_some(), "{popup}");
    front
}

const POPUPS: [&str; 21] = [
    "help",
    "palette",
    "go to",
    "sent",
    "search",
    "add",
    "add, wrong",
    "first start",
    "rename",
    "remove",
    "clear",
    "delete",
    "paste",
    "quit",
    "emoji",
    "message",
    "compare",
    "differs",
    "keys",
    "contact",
    "code",
];

/// Those that are read row by row.
const SCROLLED: [&str; 10] =
    ["remove", "clear", "delete", "paste", "quit", "compare", "differs", "keys", "contact", "message"];

/// Where the frame stands: its first and last columns and rows.
fn frame(front: &Front) -> (u16, u16, u16, u16) {
    let area = front.buffer.area;
    let cells: Vec<(u16, u16)> =
        (0..area.height).flat_map(|y| (0..area.width).map(move |x| (x, y))).collect();
    let at = |symbol: &str| {
        let found = cells.iter().find(|at| front.buffer[**at].symbol() == symbol);
        *found.unwrap_or_else(|| panic!("no {symbol}\n{}", front.screen()))
    };
    let (first, last) = (at("╭"), at("╯"));
    assert_eq!((at("╮"), at("╰")), ((last.0, first.1), (first.0, last.1)), "{}", front.screen());
    (first.0, last.0, first.1, last.1)
}

/// What stands within the frame, and how many rows more its lower edge says there are.
fn content(front: &Front) -> (String, String) {
    let (left, right, top, bottom) = frame(front);
    let row = |y| (left + 1..right).map(|x| front.buffer[(x, y)].symbol()).collect::<String>();
    let rows: Vec<String> = (top + 1..bottom).map(|y| row(y).trim().to_owned()).collect();
    let more = edge(front).into_iter().find(|piece| piece.ends_with('↓'));
    (rows.join("\n"), more.unwrap_or_default())
}

/// What stands on the lower edge.
fn edge(front: &Front) -> Vec<String> {
    let (left, right, _, bottom) = frame(front);
    let row: String = (left + 1..right).map(|x| front.buffer[(x, bottom)].symbol()).collect();
    row.split('─').map(str::trim).filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

/// Each cell of the frame is a line, but for the title above, and a count or a hint below.
fn assert_whole(front: &Front, said: &str) {
    let (left, right, top, bottom) = frame(front);
    for y in top + 1..bottom {
        let edges = (front.buffer[(left, y)].symbol(), front.buffer[(right, y)].symbol());
        assert!(matches!(edges, ("│", "│") | ("├", "┤")), "{said}: row {y}\n{}", front.screen());
    }
    for piece in edge(front) {
        let number = |text: &str| text.parse::<u16>().is_ok();
        let more = piece.strip_suffix(" more ↓").is_some_and(number);
        let of = piece.split_once(" of ").is_some_and(|(shown, all)| number(shown) && number(all));
        let keys = piece.contains("Esc") || piece.contains("from: in: before: after:");
        assert!(more || of || keys, "{said}: {piece}\n{}", front.screen());
    }
}

#[test]
fn the_frame_of_every_popup_is_whole_at_every_size() {
    for popup in POPUPS {
        let mut front = with(popup);
        for (width, height) in SIZES {
            front.resize(width, height);
            assert_whole(&front, &format!("{popup} {width}x{height}"));
        }
    }
}

#[test]
fn a_popup_with_a_field_keeps_its_place_and_size_while_one_types() {
    for popup in ["help", "palette", "go to", "sent", "search"] {
        for (width, height) in [(60, 20), (80, 24), (120, 40)] {
            let mut front = with(popup);
            front.resize(width, height);
            let before = frame(&front);
            assert_eq!((before.0 == 0, before.2), (width < 80, if width < 80 { 0 } else { 2 }), "{popup}");
            for typed in ["e", "x", "zq"] {
                front.write(typed);
                assert_eq!(frame(&front), before, "{popup} {typed}\n{}", front.screen());
            }
        }
    }
}

#[test]
fn behind_a_popup_no_key_is_shown_that_does_nothing_there() {
    for popup in ["help", "palette", "go to", "search", "add", "remove", "contact"] {
        let mut front = with(popup);
        front.resize(120, 40);
        let last = front.screen().lines().last().expect("a row").to_owned();
        assert!(!last.contains("Ctrl-X") && !last.contains("F1"), "{popup}: {last}");
        let keys = edge(&front).join(" ");
        assert!(keys.contains("Esc "), "{popup}: {keys}");
    }
}

#[test]
fn all_words_of_what_is_read_in_a_popup_can_be_reached() {
    for popup in SCROLLED {
        let mut front = with(popup);
        let all = content(&front).0.replace('·', " ");
        // Letters of a key are cut where the row ends, and a code goes where it has no room.
        let is_read = |word: &&str| word.len() <= 12 && !word.contains(['█', '▀', '▄']);
        let words: Vec<&str> = all.split_whitespace().filter(is_read).collect();
        assert!(words.len() > 3, "{popup}\n{all}");
        for (width, height) in SIZES {
            front.resize(width, height);
            front.press("PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp");
            let (first, below) = content(&front);
            let read = read_to_the_end(&mut front);
            assert_eq!(content(&front).1, "", "{popup} {width}x{height}: the end");
            assert_eq!(below.is_empty(), content(&front).0 == first, "{popup} {width}x{height}: {below}");
            for word in &words {
                assert!(read.contains(word), "{popup} {width}x{height}: {word}\n{read}");
            }
        }
    }
}

#[test]
fn what_has_no_room_in_a_popup_ends_in_a_sign() {
    for popup in ["search", "add", "first start", "rename", "emoji", "code"] {
        let mut front = with(popup);
        front.resize(200, 60);
        let all = content(&front).0.replace('·', " ");
        for (width, height) in SIZES {
            front.resize(width, height);
            let shown = content(&front).0;
            let below = edge(&front).into_iter().any(|piece| !piece.contains("Esc") || piece.contains("in:"));
            let is_there = |word: &&str| shown.contains(*word) || word.len() > 12;
            let missing = all.split_whitespace().find(|word| !is_there(word));
            let is_marked = shown.contains('…') || below;
            let is_code = popup == "code" && shown.contains("No room");
            assert!(missing.is_none() || is_marked || is_code, "{popup}: {missing:?}\n{}", front.screen());
        }
    }
}

#[test]
fn a_number_is_marked_as_compared_only_when_all_of_it_has_been_on_the_screen() {
    let groups = SafetyNumber::of(&key(1), &key(2)).groups();
    let mut cut = 0;
    for (width, height) in SIZES {
        let mut front = locks::front(width, height);
        front.write("/verify").press("Enter");
        let said = format!("{width}x{height}");
        if !groups.iter().all(|group| front.shows(group)) {
            cut += 1;
            assert!(!front.shows("s it is") && front.shows("PgDn"), "{said}\n{}", front.screen());
            front.press("s");
            assert!(front.shows("Not marked."), "{said}\n{}", front.screen());
            assert_eq!(trust(&front, "bob"), Some(Trust::Pinned), "{said}");
            front.press("PgUp PgUp PgUp PgUp");
            let read = read_to_the_end(&mut front);
            let whole =
                |group: &String| read.lines().any(|row| row.split_whitespace().any(|word| word == group));
            assert!(groups.iter().all(whole), "{said}\n{read}");
        }
        assert_eq!(trust(&front, "bob"), Some(Trust::Pinned), "{said}");
        assert!(front.shows("s it is the same"), "{said}\n{}", front.screen());
        front.press("s");
        assert_eq!(trust(&front, "bob"), Some(Trust::Verified { since: front.now.wall }), "{said}");
    }
    assert!(cut > 1, "the small ones cut it");
}

#[test]
fn a_text_typed_while_a_question_is_open_says_no_to_it_and_is_not_lost() {
    for popup in ["remove", "clear", "delete", "paste", "quit", "differs", "compare"] {
        for at_once in [false, true] {
            let mut front = with(popup);
            let (asked, open) = (front.intents.len(), front.open().to_owned());
            if at_once {
                front.input(InputEvent::Text("lunch at noon?".to_owned()));
            } else {
                front.write("lunch at noon?");
            }
            assert!(
                front.ui.popup.is_none() && front.draft() == "lunch at noon?",
                "{popup}\n{}",
                front.screen()
            );
            front.press("Enter");
            let acts = |intent: &Intent| {
                !matches!(intent, Intent::Send { text, .. } if text == "lunch at noon?")
                    && !matches!(intent, Intent::Type { .. } | Intent::RememberText { .. })
            };
            let done: Vec<&Intent> = front.intents[asked..].iter().filter(|intent| acts(intent)).collect();
            assert!(done.is_empty() && !front.requests.contains(&UiRequest::Quit), "{popup}: {done:?}");
            assert_eq!((front.open(), front.edits.len()), (open.as_str(), 0), "{popup}");
        }
    }
}

#[test]
fn a_letter_that_is_no_answer_is_refused_with_the_answers_there_are_and_is_no_text() {
    for popup in ["remove", "clear", "delete", "paste", "quit", "differs", "compare"] {
        let mut front = with(popup);
        let asked = front.intents.len();
        for letter in ["y", "n"] {
            front.press(letter);
            assert!(front.shows("That is no answer. ") && front.shows("Esc"), "{popup}\n{}", front.screen());
            assert_eq!((front.draft(), front.intents.len()), ("", asked), "{popup}");
            // Whoever reads why answers then.
            front.press("Enter");
            assert!(front.ui.popup.is_some() && front.intents.len() == asked, "{popup}");
        }
        front.press("y Esc");
        assert!(front.ui.popup.is_none() && front.draft().is_empty(), "{popup}\n{}", front.screen());
    }
    for (rest, trust_is) in [(0, Trust::Pinned), (2, Trust::Verified { since: WallTime(NOON + 2_000_000) })] {
        let mut front = with("compare");
        front.press("y");
        front.now.wall.0 += rest * 1_000_000;
        front.press("s");
        assert_eq!(trust(&front, "bob"), Some(trust_is), "{rest}\n{}", front.screen());
    }
}

#[test]
fn a_text_typed_while_a_question_is_open_says_that_nothing_was_done() {
    for (popup, said) in [
        ("remove", "Nothing was done"),
        ("clear", "Nothing was done"),
        ("delete", "Nothing was done"),
        ("quit", "Nothing was done"),
        ("differs", "Nothing was done"),
        ("compare", "Nothing was marked"),
        ("paste", "Not pasted"),
    ] {
        let mut front = with(popup);
        front.write("ok");
        assert!(front.shows(said) && front.draft() == "ok", "{popup}\n{}", front.screen());
    }
}

#[test]
fn letters_are_no_emoji_and_an_enter_behind_them_takes_none() {
    let mut front = with("emoji");
    front.resize(20, 12);
    front.write("abc");
    assert!(front.shows("One emoji"), "{}", front.screen());
    front.press("Enter");
    assert!(front.ui.popup.is_some() && asked(&front).is_empty(), "{}", front.screen());
    front.press("🦀 Enter");
    assert_eq!(asked(&front).len(), 1);
    front.press("Esc").write("/react c").press("Enter");
    assert!(asked(&front).len() == 1 && front.draft() == "/react c", "{}", front.screen());
}

#[test]
fn an_address_is_cut_before_its_place_and_never_within_the_port() {
    let mut front = locks::front(120, 40);
    let mut own = locks::place(1);
    own.host = crate::model::Host::Ip([192, 168, 100, 200].into());
    front.ui.style.own_address = Some(own);
    for width in 20..110 {
        front.resize(width, 60);
        front.write("/key").press("Enter");
        let shown = content(&front).0;
        let whole = shown.lines().any(|row| row.ends_with(":7781"));
        assert!(whole, "{width}\n{}", front.screen());
        assert!(width < 27 || shown.contains("@192.168.100.200:7781"), "{width}\n{}", front.screen());
        front.press("Esc");
    }
}
