//! Scrolling while the history is still reading the page one scrolls to.

use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};

use super::*;
use crate::tui::ui::Mode;

/// Messages in minutes that differ, on several days, some with several rows.
const MESSAGES: usize = 700;

/// A front where a long conversation has just been opened: one page of it is held.
fn opened() -> Front {
    let mut front = Front::new(80, 24);
    for number in 0..MESSAGES {
        let received = front.received("alex", &format!("<{number}>{}", " and more".repeat(number % 23)));
        front.apply(Event::Net(NetEvent::Received(received)));
        front.now.wall.0 += 200 * 1_000_000;
    }
    front.follow();
    front.press("Alt-2");
    assert_ne!(front.open(), "alex");
    front
}

fn open_alex(front: &mut Front) {
    let alex = front.id("alex");
    for request in crate::tui::update::open(&mut front.ui, &front.state, alex) {
        front.fulfil(request);
    }
    front.follow();
}

fn wheel(front: &mut Front, kind: MouseEventKind) {
    let event = MouseEvent { kind, column: 60, row: 8, modifiers: KeyModifiers::NONE };
    front.terminal(TerminalEvent::Mouse(event));
}

fn chosen(front: &Front) -> Option<crate::model::MessageId> {
    match front.ui.mode {
        Mode::Selecting(chosen) => Some(chosen.message),
        Mode::Writing | Mode::Finding(_) => None,
    }
}

/// Does the same twice in the open conversation, once with the pages there at once, once with them held back.
fn both(begin: &str, act: impl Fn(&mut Front)) -> [Front; 2] {
    [false, true].map(|holds| {
        let mut front = opened();
        open_alex(&mut front);
        front.press(begin);
        front.held_pages = holds.then(Vec::new);
        act(&mut front);
        front.release_pages();
        front
    })
}

fn assert_same(what: &str, [at_once, later]: &[Front; 2]) {
    assert_eq!(at_once.screen(), later.screen(), "{what}");
    assert_eq!(chosen(at_once), chosen(later), "{what}");
}

#[test]
fn pages_up_and_down_that_come_before_the_history_has_read_are_done_when_it_has() {
    for (begin, key) in
        [("Alt-End", "PgUp"), ("Alt-Home", "PgDn"), ("Ctrl-O", "PgUp"), ("Ctrl-O Home", "PgDn")]
    {
        for count in [1, 12, 30, 45, 200] {
            let fronts = both(begin, |front| (0..count).for_each(|_| front.key(key)));
            assert_same(&format!("{begin} {count} {key}"), &fronts);
        }
    }
}

#[test]
fn the_way_there_and_back_before_the_history_has_read_leads_to_the_same_place() {
    let fronts = both("Alt-End", |front| {
        (0..40).for_each(|_| front.key("PgUp"));
        (0..4).for_each(|_| front.key("PgDn"));
        wheel(front, MouseEventKind::ScrollUp);
    });
    assert_same("back", &fronts);
}

#[test]
fn the_wheel_goes_on_when_the_history_has_read_and_takes_the_choice_along() {
    let fronts = both("Alt-End Ctrl-O", |front| {
        (0..300).for_each(|_| wheel(front, MouseEventKind::ScrollUp));
    });
    assert_same("wheel", &fronts);
}

#[test]
fn a_page_up_before_the_first_page_is_there_is_done_when_it_is() {
    let mut at_once = opened();
    open_alex(&mut at_once);
    at_once.press("PgUp PgUp");
    let mut later = opened();
    later.held_pages = Some(vec![]);
    open_alex(&mut later);
    later.press("PgUp PgUp");
    later.release_pages();
    assert_same("first page", &[at_once, later]);
}

#[test]
fn whoever_goes_elsewhere_does_not_scroll_on() {
    for keys in ["Alt-End", "Alt-Home", "'said Enter"] {
        let fronts = both("Alt-End", |front| {
            (0..40).for_each(|_| front.key("PgUp"));
            front.press(keys);
        });
        assert_same(keys, &fronts);
    }
    for keys in ["Ctrl-O", "Alt-2", "'said Enter", "Alt-End"] {
        let mut front = opened();
        open_alex(&mut front);
        front.held_pages = Some(vec![]);
        (0..40).for_each(|_| front.key("PgUp"));
        assert!(front.ui.positions.pending().is_some());
        front.press(keys);
        assert_eq!(front.ui.positions.pending(), None, "{keys}");
    }
}

#[test]
fn what_the_history_cannot_read_is_not_scrolled_to_later() {
    let mut front = opened();
    open_alex(&mut front);
    front.held_pages = Some(vec![]);
    (0..40).for_each(|_| front.key("PgUp"));
    let query = front.held_pages.take().and_then(|held| held.into_iter().next()).expect("a page");
    front.happen(Event::Stored(StoreEvent::NoPage { query, why: Phrase::new("store-full") }));
    assert!(front.ui.positions.pending().is_none());
    let before = front.screen();
    front.press("'x");
    assert!(front.ui.positions.pending().is_none());
    // Whoever goes on asks again.
    front.press("PgUp");
    assert_ne!(front.screen(), before);
    assert!(!front.state.conversation(front.id("alex")).expect("alex").is_stuck());
}
