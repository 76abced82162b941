//! Links in what was said: a click or Enter follows them, and the terminal is told where they lead.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use ratatui::style::Modifier;

use super::*;
use crate::tui::hyperlinks::number_of;

fn click(front: &mut Front, text: &str) {
    let row = front.screen().lines().position(|line| line.contains(text)).expect(text);
    let line = front.screen().lines().nth(row).map(str::to_owned).unwrap_or_default();
    let column = crate::tui::text::width(line.split(text).next().unwrap()) + 1;
    let [column, row] = [column, row].map(|at| u16::try_from(at).unwrap());
    let kind = MouseEventKind::Down(MouseButton::Left);
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

/// Where the cells lead that show a text, each address once.
fn leads(front: &Front, text: &str) -> Vec<String> {
    let row = front.screen().lines().position(|line| line.contains(text)).expect(text);
    let width = usize::from(front.buffer.area.width);
    let cells = &front.buffer.content[row * width..(row + 1) * width];
    let mut found: Vec<String> = cells
        .iter()
        .filter_map(|cell| front.ui.viewport.links().address(number_of(cell.modifier)))
        .map(str::to_owned)
        .collect();
    found.dedup();
    found
}

#[test]
fn the_terminal_is_told_of_what_it_can_open_and_of_nothing_else() {
    let mut front = Front::new(120, 29);
    front.press("Alt-1");
    front.hear("alex", "look http://例子.example/a and udp://10.0.0.1:9 or mailto:a@b.example.");
    assert_eq!(leads(&front, "look"), ["http://%E4%BE%8B%E5%AD%90.example/a", "mailto:a@b.example"]);
    front.press("F1");
    // What lies over a link takes it away.
    let numbered = front.buffer.content.iter().filter(|cell| number_of(cell.modifier) > 0);
    let kept: Vec<bool> = numbered.map(|cell| cell.modifier.contains(Modifier::UNDERLINED)).collect();
    assert!(kept.len() < 40 && kept.into_iter().all(|kept| kept), "{}", front.screen());
    front.press("Esc");
    front.ui.style.hyperlinks = false;
    front.draw();
    assert_eq!(leads(&front, "look"), [""; 0]);
}

#[test]
fn a_link_over_several_rows_is_one() {
    let mut front = Front::new(60, 20);
    front.press("Alt-1");
    front.hear("alex", "http://a.example/one/two/three/four/five/six/seven/eight/nine/ten/eleven");
    let numbers: std::collections::BTreeSet<u8> =
        front.buffer.content.iter().map(|cell| number_of(cell.modifier)).collect();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn every_cell_of_a_link_is_the_link_and_none_beside_it() {
    let mut front = Front::new(60, 20);
    front.press("Alt-1");
    let link = "http://例子.example/one/two/three/four/五五五五五五/six/seven/eight/nine";
    front.hear("alex", &format!("看这里 {link} 好"));
    let is_linked = |cell: &ratatui::buffer::Cell| number_of(cell.modifier) > 0;
    let area = *front.ui.viewport.areas();
    let (mut rows, mut wrong) = (std::collections::BTreeSet::new(), Vec::new());
    for at in area.scrollback.positions() {
        let cell = &front.buffer[(at.x, at.y)];
        let before = at.x.checked_sub(1).map(|x| &front.buffer[(x, at.y)]);
        // The second half of a wide character is its own, whatever stands there.
        let is_half = before.is_some_and(|cell| crate::tui::text::width(cell.symbol()) > 1);
        let wanted = if is_half { before.is_some_and(is_linked) } else { is_linked(cell) };
        rows.extend(wanted.then_some(at.y));
        front.requests.clear();
        let kind = MouseEventKind::Down(MouseButton::Left);
        let modifiers = KeyModifiers::NONE;
        front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column: at.x, row: at.y, modifiers }));
        let copied = front.requests.contains(&UiRequest::Copy(link.to_owned()));
        wrong.extend((copied != wanted).then_some(at));
        front.press("Esc");
    }
    assert!(rows.len() > 1, "{}", front.screen());
    assert_eq!(wrong, [], "{}", front.screen());
}

#[test]
fn a_click_copies_what_is_for_others_and_opens_what_is_known_here() {
    let mut front = Front::new(120, 29);
    front.press("Alt-1");
    front.hear("alex", "see http://a.example/x or udp://127.0.0.1:8083");
    click(&mut front, "http://a");
    assert_eq!(front.requests, [UiRequest::Copy("http://a.example/x".to_owned())]);
    front.requests.clear();
    click(&mut front, "udp://127.0.0.1:8083");
    assert_eq!((front.open(), front.requests.len()), ("egon", 0));
}

#[test]
fn nothing_goes_to_an_unknown_place_before_a_person_says_so() {
    let mut front = Front::new(80, 24);
    front.press("Alt-1");
    front.hear("alex", "join room://255.255.255.255:7788");
    front.intents.clear();
    click(&mut front, "room://");
    assert!(front.shows("Open a conversation with room://255.255.255.255:7788"), "{}", front.screen());
    let visits = |front: &Front| front.intents.iter().any(|one| matches!(one, Intent::Visit { .. }));
    assert!(!visits(&front));
    front.press("Esc");
    assert!(!visits(&front) && front.open() == "alex");
    click(&mut front, "room://");
    front.press("Enter");
    assert!(visits(&front) && front.open().contains("7788"), "{}", front.open());
}

#[test]
fn enter_on_a_chosen_message_follows_its_link() {
    let mut front = Front::new(80, 24);
    front.press("Alt-1");
    front.hear("alex", "http://a.example/x");
    front.press("Ctrl-O");
    assert!(front.shows("open link"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.requests, [UiRequest::Browse("http://a.example/x".to_owned())]);
    front.press("Esc");
    front.hear("alex", "no link here");
    front.press("Ctrl-O");
    assert!(!front.shows("open link"), "{}", front.screen());
}

#[test]
fn of_several_links_one_is_picked() {
    let mut front = Front::new(80, 24);
    front.press("Alt-1");
    front.hear("alex", "http://a.example http://b.example http://a.example udp://127.0.0.1:8083");
    front.press("Ctrl-O Enter");
    assert_eq!(front.screen().matches("Links").count(), 1, "{}", front.screen());
    front.press("Down Enter");
    assert_eq!(front.requests, [UiRequest::Browse("http://b.example".to_owned())]);
    front.press("Enter End Down Down Enter");
    assert_eq!(front.open(), "egon");
}

#[test]
fn a_link_that_looks_like_another_one_is_opened_after_a_question_and_by_no_click() {
    for (link, host) in [
        ("https://bank.example@evil.example/login", "evil.example"),
        ("https://b\u{430}nk.example/login", "b<U+0430>nk.example"),
    ] {
        let mut front = Front::new(80, 24);
        front.press("Alt-1");
        front.hear("alex", link);
        let marks = front.buffer.content().iter().map(|cell| number_of(cell.modifier));
        assert_eq!(marks.max(), Some(0), "the terminal is not told of it: {}", front.screen());
        front.press("Ctrl-O Enter");
        assert_eq!(front.requests, [], "{link}");
        assert!(front.shows(&format!("This link leads to {host}.")), "{}", front.screen());
        front.press("Enter");
        assert_eq!(front.requests, [UiRequest::Browse(link.to_owned())]);
    }
}
