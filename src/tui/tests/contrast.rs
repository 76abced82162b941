//! Everything that is painted can be read, in every theme and with as many colours as the terminal has: 4.5:1 between text and
//! its ground, and 3:1 for signs (WCAG 2.1, 1.4.3 and 1.4.11).

use std::collections::BTreeSet;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::rooms::{comes, open, says};
use super::*;
use crate::model::Fault;
use crate::model::traffic::MessageKind;
use crate::tui::theme::xterm::contrast;

/// What says something by its shape alone.
const SIGNS: &str = "▌●○◐◌×✕━▏▤▸▾◆◇·┆";

/// Text and ground of a cell as they are seen; `None`: nothing can be said, or it need not be seen.
fn pair(cell: &Cell, border: Option<Color>) -> Option<(Color, Color)> {
    let symbol = cell.symbol();
    let is_line = symbol.chars().all(|c| ('\u{2500}'..='\u{257f}').contains(&c) && c != '━');
    // Of a bar the part that is still to come is as a line.
    let is_rest = symbol == "━" && Some(cell.fg) == border;
    if symbol.trim().is_empty() || is_line || is_rest {
        return None;
    }
    let is_reversed = cell.modifier.contains(Modifier::REVERSED);
    Some(if is_reversed { (cell.bg, cell.fg) } else { (cell.fg, cell.bg) })
}

/// What of a screen cannot be read.
fn faint(front: &Front) -> BTreeSet<String> {
    let border = front.ui.style.theme.style(Role::Border).fg;
    let area = front.buffer.area;
    let mut found = BTreeSet::new();
    for (x, y) in (0..area.height).flat_map(|y| (0..area.width).map(move |x| (x, y))) {
        let cell = &front.buffer[(x, y)];
        let Some((text, ground)) = pair(cell, border) else { continue };
        let Some(ratio) = contrast(text, ground) else { continue };
        let least = if SIGNS.contains(cell.symbol()) { 3.0 } else { 4.5 };
        if ratio < least {
            let row = front.screen().lines().nth(y.into()).unwrap_or_default().trim().to_owned();
            found.insert(format!("{ratio:.2} {text} on {ground}: {}  in {row}", cell.symbol()));
        }
    }
    found
}

/// Paints a screen with every theme and depth. All that cannot be read fails at once.
fn assert_readable(name: &str, front: &mut Front) {
    let mut found = Vec::new();
    for theme in ["dark", "light", "classic", "mono"] {
        for colours in [Colours::True, Colours::Indexed, Colours::Sixteen] {
            front.ui.style.theme = Theme::named(theme, colours, Background::Dark).expect(theme);
            front.draw();
            for line in faint(front) {
                found.push(format!("{name} {theme} {colours:?}: {line}"));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// A conversation with all that a message can have.
fn talk(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.hear("alex", "see http://ci.example/job, and \u{1b}[2J\u{202e} of it\n你好");
    front.hear("egon", "unread");
    front.press("'mine Space 'http://here.example Enter");
    let place = front.ui.conversation(&front.state).expect("open");
    let message = place.messages().last().expect("sent").id;
    front.happen(Event::Net(NetEvent::Failed { message, fault: Fault::NoSuchPeer }));
    front.press("'sent Enter");
    front
}

#[test]
fn a_conversation_can_be_read() {
    for (width, height) in [(120, 36), (80, 24), (60, 20), (40, 12)] {
        assert_readable("talk", &mut talk(width, height));
        assert_readable("files", &mut files::gallery(width, 45));
    }
}

#[test]
fn what_lies_over_a_conversation_can_be_read() {
    for keys in [
        "Ctrl-O",
        "Ctrl-O Up Up",
        "Ctrl-S 'http",
        "F1",
        "Ctrl-X",
        "Ctrl-G",
        "Alt-C",
        "Alt-S 'see",
        "'/nosuch Enter",
    ] {
        let mut front = talk(120, 36);
        front.press(keys);
        assert_readable(keys, &mut front);
    }
    let mut front = files::gallery(120, 45);
    front.press("Ctrl-O Up Up Up");
    assert_readable("a chosen file", &mut front);
    let mut front = talk(40, 12);
    front.press("Ctrl-N");
    assert_readable("the list over it", &mut front);
}

#[test]
fn rooms_and_locks_can_be_read() {
    let mut front = rooms::front(100, 30);
    open(&mut front, "club");
    for number in 0..40 {
        says(&mut front, &format!("user{number}"), "hello to all");
    }
    assert_readable("names", &mut front);
    front.press("Ctrl-O");
    assert_readable("a chosen message of a room", &mut front);
    open(&mut front, "hall");
    for number in 1..20 {
        comes(&mut front, "hall", &format!("10.0.0.{number}:7788"), MessageKind::Text, "hello");
        comes(&mut front, "hall", &format!("10.0.0.{number}:7788"), MessageKind::Joined, "hello");
    }
    assert_readable("addresses", &mut front);
    let mut front = locks::changed(100, 30);
    assert_readable("a changed key", &mut front);
    let mut front = locks::front(100, 30);
    assert_readable("a pinned key", &mut front);
}
