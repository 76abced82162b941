//! Messages of a room that speak to us: marked where they stand, counted, and gone to by a key.

use super::*;
use crate::model::traffic::MessageKind;

const ROOM: &str = "hall";

/// A room that is not open, and somebody else who is.
fn front(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.happen(Event::OwnName("lena".to_owned()));
    front.ui.style.me = "lena".to_owned();
    front.load(&[("alex", "127.0.0.1:8081"), (ROOM, "relay://127.0.0.1:6000/hall")]);
    front.press("Alt-1");
    front
}

fn say(front: &mut Front, sender: &str, text: &str) {
    let received =
        Received { sender: Some(sender.to_owned()), kind: MessageKind::Text, ..front.received(ROOM, text) };
    front.happen(Event::Net(NetEvent::Received(received)));
}

fn mentions(front: &Front) -> u32 {
    front.state.conversations().find(|one| one.name == ROOM).map_or(0, |one| one.activity.mentions())
}

/// The text of the cells that have the look of a mention.
fn marked(front: &Front) -> String {
    let look = front.ui.style.theme.style(Role::Mention);
    let area = *front.ui.viewport.areas();
    let cells = front.buffer.content.iter().enumerate().filter(|(at, cell)| {
        let x = u16::try_from(at % usize::from(front.buffer.area.width)).unwrap();
        x > area.divider.x && Some(cell.bg) == look.bg && Some(cell.fg) == look.fg
    });
    cells.map(|(_, cell)| cell.symbol()).collect()
}

#[test]
fn what_speaks_to_us_is_counted_apart_until_it_is_read() {
    let mut front = front(100, 30);
    for text in ["nobody", "@lena where are you", "helena", "LENA!"] {
        say(&mut front, "alex", text);
    }
    front.hear("alex", "lena, this is not a room");
    assert_eq!(mentions(&front), 2);
    let alex = front.id("alex");
    assert_eq!(front.state.conversation(alex).map(|one| one.activity.mentions()), Some(0));
    front.press("Alt-A");
    assert_eq!((front.open(), mentions(&front)), (ROOM, 0), "{}", front.screen());
    assert_eq!(marked(&front), "@lenaLENA", "{}", front.screen());
}

#[test]
fn a_key_goes_to_the_newest_one_and_then_to_those_before() {
    let mut front = front(100, 20);
    say(&mut front, "bea", "first for lena");
    for number in 0..60 {
        say(&mut front, "bea", &format!("line {number}"));
    }
    say(&mut front, "carl", "second for lena");
    for number in 60..90 {
        say(&mut front, "bea", &format!("line {number}"));
    }
    front.press("Alt-I");
    assert_eq!(front.open(), ROOM);
    assert!(front.shows("second for lena") && !front.shows("line 89"), "{}", front.screen());
    front.press("Alt-I");
    assert!(front.shows("first for lena") && !front.shows("second for lena"), "{}", front.screen());
    front.press("Alt-I");
    assert!(front.shows("No older message names you"), "{}", front.screen());
    front.press("Esc Alt-1 Alt-I");
    assert!(front.shows("No message names you here") || front.open() == ROOM, "{}", front.screen());
}

#[test]
fn what_is_ours_names_nobody() {
    let mut front = front(100, 30);
    front.press("Alt-2");
    front.press("'lena Enter");
    assert_eq!((mentions(&front), marked(&front)), (0, String::new()), "{}", front.screen());
}
