//! Commands that cannot be done where one is: what they say, and what stays in the composer.

use super::locks::front;
use super::*;

#[test]
fn where_somebody_is_blocked_every_answer_says_so_and_how_to_take_it_back() {
    let mut front = front(120, 24);
    front.press("'/verify Enter x Enter");
    for command in ["verify Space 'off", "verify", "decline", "accept Space '1"] {
        front.press(&format!("Esc '/{command} Enter"));
        assert!(front.shows("bob is blocked; /accept lets them"), "{command}: {}", front.screen());
        assert!(front.draft().starts_with('/'), "{command}");
    }
    front.press("Esc '/accept Enter");
    assert_eq!(front.draft(), "");
    front.press("'/verify Space 'off Enter");
    assert!(front.shows("bob is not marked as compared"), "{}", front.screen());
    assert_eq!(front.draft(), "/verify off");
    front.press("Esc '/verify Enter s '/verify Space 'off Enter");
    assert_eq!(front.draft(), "");
}
