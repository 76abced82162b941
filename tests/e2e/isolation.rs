//! A message touches its own rows and nothing else: list, header, rule and composer are as before, and each of its
//! rows begins with a gutter that no text can draw.

use std::collections::BTreeSet;

use vt100::Screen;

use crate::support::corpus;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::screen::{self, Look};
use crate::support::socket::Socket;

const HEIGHT: u16 = 24;
/// Below the scrollback: the rule, the composer with one row, the status line, which counts and is left out.
const BELOW: u16 = 3;
/// What a row of the pane may begin with: a message, its further rows, a line of ours, a day, nothing.
const GUTTERS: [&str; 5] = ["▌", "┆", "·", "─", " "];
const NAME: &str = "hostile";

#[test]
fn a_hostile_message_changes_no_cell_outside_its_rows() {
    for width in [20, 80, 200] {
        isolate(width);
    }
}

fn isolate(width: u16) {
    let hostile = Socket::bind();
    let port = free_port();
    let profile = Profile::with_contacts(&[(NAME, &hostile.address().to_string()), ("good", "127.0.0.1:9")])
        .listening_at(&format!("127.0.0.1:{port}"));
    let terminal = profile.open((width, HEIGHT));
    terminal.send("draft");
    terminal.wait_text("draft");
    // Harmless rows until the pane is full: the marks of a first message are all there then.
    for index in 0..HEIGHT {
        hostile.send(format!("plain {index}.").as_bytes(), port);
    }
    terminal.wait_text(&format!("plain {}.", HEIGHT - 1));
    let pane = terminal.look(pane_left);
    let before = terminal.look(|screen| outside(screen, pane));

    let mut classes = BTreeSet::new();
    for (index, case) in corpus::cases().iter().enumerate() {
        // The first of each class, and each that a terminal may draw wider than it is.
        let drawn_wider = ["emoji-zwj", "variation-selectors", "ambiguous-width"].contains(&&*case.class);
        if !classes.insert(case.class.clone()) && !drawn_wider {
            continue;
        }
        hostile.send(&case.payload, port);
        let fence = format!("fence{index}.");
        hostile.send(fence.as_bytes(), port);
        terminal.wait_text(&fence);
        let after = terminal.look(|screen| outside(screen, pane));
        let changed: Vec<_> = before.iter().zip(&after).filter(|(before, after)| before != after).collect();
        assert!(changed.is_empty(), "{} at {width}: {changed:?}\n{}", case.id, terminal.screen());
        let bare = terminal.look(|screen| rows_without_gutter(screen, pane));
        assert!(bare.is_empty(), "{} at {width}: {bare:?}", case.id);
    }
}

/// The first column of the conversation: behind the divider, if there is one.
pub(crate) fn pane_left(screen: &Screen) -> u16 {
    let divider = |&column: &u16| screen.cell(0, column).is_some_and(|cell| cell.contents() == "│");
    (0..screen::width(screen)).find(divider).map_or(0, |column| column + 1)
}

pub(crate) type Drawn = (u16, u16, String, Look);

/// Every cell that no message may change.
pub(crate) fn outside(screen: &Screen, pane: u16) -> Vec<Drawn> {
    let bottom = screen::height(screen) - BELOW;
    let cells =
        (0..screen::height(screen) - 1).flat_map(|row| (0..screen::width(screen)).map(move |c| (row, c)));
    cells
        .filter(|&(row, column)| column < pane || row == 0 || row >= bottom)
        .filter_map(|(row, column)| {
            let cell = screen.cell(row, column)?;
            // A cell that was never drawn looks as a space does.
            let text = if cell.has_contents() { cell.contents() } else { " " };
            // The times in the list go on meanwhile.
            let text = if text.chars().all(|c| c.is_ascii_digit()) { "0" } else { text };
            Some((row, column, text.to_owned(), Look::of(cell)))
        })
        .collect()
}

fn rows_without_gutter(screen: &Screen, pane: u16) -> Vec<String> {
    (1..screen::height(screen) - BELOW)
        .filter_map(|row| {
            let first = screen.cell(row, pane)?.contents();
            let whole = screen::rows(screen).swap_remove(usize::from(row));
            let headed = whole.chars().skip(usize::from(pane)).collect::<String>().starts_with(NAME);
            let known = first.is_empty() || GUTTERS.contains(&first) || headed;
            (!known).then_some(whole)
        })
        .collect()
}
