//! The password of a room: asked for once, typed unseen, and forgotten where a person wants that.

use super::rooms::{front, open};
use super::*;
use crate::app::Intent;
use crate::model::traffic::{ConnectionState, DownReason};
use crate::model::{Password, RoomCommand};

fn locked(front: &mut Front, wrong: bool) {
    let connection = ConnectionState::Down(DownReason::Locked { wrong });
    let conversation = front.id("club");
    front.happen(Event::Net(NetEvent::Connection { conversation, connection }));
}

fn unlocked(front: &Front) -> Vec<Password> {
    let given = |intent: &Intent| match intent {
        Intent::Room { command: RoomCommand::Unlock(password), .. } => Some(password.clone()),
        _ => None,
    };
    front.intents.iter().filter_map(given).collect()
}

#[test]
fn a_room_that_wants_a_password_asks_for_it_and_shows_none_of_it() {
    let mut front = front(80, 24);
    open(&mut front, "club");
    locked(&mut front, false);
    assert!(front.shows("Password of the room"), "{}", front.screen());
    front.write("sésame 1");
    assert!(!front.screen().contains("same") && front.shows("••••••••"), "{}", front.screen());
    front.press("Left").press("Backspace");
    assert!(front.shows("•••••••") && !front.shows("••••••••"), "{}", front.screen());
    front.press("Enter");
    assert!(!front.shows("Password of the room"), "{}", front.screen());
    assert_eq!(unlocked(&front), [Password::new("sésame1").unwrap()]);
    // A wrong one: it is asked for again, and nothing of the first is there.
    locked(&mut front, true);
    assert!(front.shows("That is not the password of the room") && !front.shows("•"), "{}", front.screen());
}

#[test]
fn who_thinks_better_of_it_is_not_asked_again_until_it_says_so() {
    let mut front = front(80, 24);
    open(&mut front, "club");
    front.write("a draft");
    locked(&mut front, false);
    assert_eq!(front.draft(), "a draft");
    assert!(!front.shows("Password of the room"), "whoever writes is not interrupted: {}", front.screen());
    assert!(front.shows("/password"), "{}", front.screen());
    front.press("Ctrl-U").write("/password").press("Enter");
    front.write("half a pass");
    front.press("Esc");
    locked(&mut front, false);
    front.write("/password").press("Enter");
    assert!(front.shows("Password of the room") && !front.shows("•"), "{}", front.screen());
    assert_eq!(unlocked(&front), []);
    front.press("Esc");
    open(&mut front, "alex");
    front.write("/password").press("Enter");
    assert!(front.shows("alex asks for no password"), "{}", front.screen());
}

#[test]
fn a_password_is_forgotten_where_a_person_says_so() {
    let mut front = front(80, 24);
    open(&mut front, "club");
    front.write("/password forg").press("Tab").press("Enter");
    let is_forgotten =
        |intent: &Intent| matches!(intent, Intent::Room { command: RoomCommand::ForgetPassword, .. });
    assert!(front.intents.iter().any(is_forgotten), "{}", front.screen());
    front.write("/password sesame").press("Enter");
    assert!(front.shows("/password [forget]"), "no password in the draft: {}", front.screen());
    assert_eq!(unlocked(&front), []);
}
