//! Every state of a lock, on header, list and composer, at the narrowest, the usual and a wide screen, in every theme.

use super::locks::{changed, front, open_stranger, says};
use super::*;
use crate::tui::lock::KeyLock;
use ratatui::style::{Color, Modifier, Style};

const STATES: [&str; 6] = ["plain", "pinned", "verified", "requested", "changed", "blocked"];

const THEMES: [(&str, Colours); 6] = [
    ("dark", Colours::True),
    ("light", Colours::True),
    ("classic", Colours::True),
    ("mono", Colours::True),
    ("dark", Colours::Sixteen),
    ("dark", Colours::Mono),
];

/// A front whose open conversation has that lock.
fn in_state(state: &str, width: u16) -> Front {
    if state == "changed" {
        return changed(width, 24);
    }
    let mut front = front(width, 24);
    match state {
        "plain" => drop(front.press("Alt-2")),
        "verified" => drop(front.press("'/verify Enter s")),
        "blocked" => drop(front.press("'/verify Enter x Enter")),
        "requested" => {
            says(&mut front, 7, "guest", "may I?");
            open_stranger(&mut front, "guest");
        }
        _ => {}
    }
    // What was said about the command is no part of the lock.
    front.press("Space Backspace");
    front
}

/// The rows of header and list, and those of line and draft.
fn around(front: &Front) -> String {
    let screen = front.screen();
    let rows: Vec<&str> = screen.lines().collect();
    let line = usize::from(front.ui.viewport.areas().rule.y);
    let head = if front.buffer.area.width < 60 { 1 } else { 5 };
    [&rows[..head], &["…"], &rows[line..=line + 1]].concat().join("\n") + "\n"
}

/// How the first cell of that area is drawn that begins this text: letters, ground, and what else.
fn drawn(front: &Front, area: Rect, text: &str) -> (Color, Color, Modifier) {
    let first = text.chars().next().expect("a text").to_string();
    let mut cells = (area.left()..area.right()).map(|x| &front.buffer[(x, area.y)]);
    let cell = cells.find(|cell| cell.symbol() == first);
    let cell = cell.unwrap_or_else(|| panic!("{text}\n{}", front.screen()));
    (cell.fg, cell.bg, cell.modifier)
}

/// As a cell is drawn that has nothing but this style.
fn plain(style: Style) -> (Color, Color, Modifier) {
    (style.fg.unwrap_or_default(), style.bg.unwrap_or_default(), style.add_modifier)
}

#[test]
fn header_list_and_composer_say_the_lock_at_every_width() {
    for width in [20, 80, 200] {
        let all = STATES.map(|state| format!("== {state}\n{}", around(&in_state(state, width))));
        insta::assert_snapshot!(format!("locks-{width}"), all.join("\n"));
    }
}

/// The signs on header, line and draft have the role of the lock; of a changed key the whole header.
fn assert_roles(front: &Front, theme: &str) {
    let lock = front.ui.conversation(&front.state).map(KeyLock::of).expect("open");
    let (sign, areas) = (lock.sign(&front.ui.style), front.ui.viewport.areas());
    let style = |role| front.ui.style.theme.style(role);
    let (prompt, role) = lock.prompt();
    let said = format!("{theme} {lock:?} {:?}", front.buffer.area);
    let letters = |(ink, _, on): (Color, Color, Modifier)| (ink, on);
    let draft = drawn(front, areas.composer, prompt);
    assert_eq!(letters(draft), letters(plain(style(role))), "{said}: draft");
    if sign.is_empty() {
        return;
    }
    let wanted = style(lock.role());
    assert_eq!(letters(drawn(front, areas.rule, sign)), letters(plain(wanted)), "{said}: line");
    let alarm = lock == KeyLock::Changed;
    let header = if alarm { wanted } else { style(Role::Header).patch(wanted) };
    assert_eq!(drawn(front, areas.header, sign), plain(header), "{said}: header");
    let row = areas.header.left()..areas.header.right();
    let grounds = row.map(|x| front.buffer[(x, areas.header.y)].bg);
    assert!(!alarm || grounds.into_iter().all(|ground| ground == plain(wanted).1), "{said}: whole header");
}

#[test]
fn every_theme_draws_the_signs_of_a_lock_in_its_role() {
    for width in [20, 80, 200] {
        for state in STATES {
            let mut front = in_state(state, width);
            let text = around(&front);
            for (theme, colours) in THEMES {
                front.ui.style.theme = Theme::named(theme, colours, Background::Dark).expect(theme);
                front.ui.style.colours = colours;
                front.draw();
                assert_eq!(around(&front), text, "{theme}: the same words");
                assert_roles(&front, theme);
            }
        }
    }
}
