//! Bytes that are typed: what is shown before they go, what is sent, and what is refused.

use super::*;

fn sent(front: &Front) -> Vec<Vec<u8>> {
    let bytes = |intent: &Intent| match intent {
        Intent::SendBytes { bytes, .. } => Some(bytes.to_vec()),
        _ => None,
    };
    front.intents.iter().filter_map(bytes).collect()
}

#[test]
fn bytes_are_shown_with_their_offsets_before_enter_sends_them() {
    let mut front = Front::new(100, 24);
    front.write("/hex 48 65 6c 6c 6f 0");
    assert!(front.shows("5 bytes · Enter sends them"), "{}", front.screen());
    assert!(front.shows("0000  48 65 6c 6c  6f") && front.shows("Hello"), "{}", front.screen());
    front.write("a d4da");
    assert!(front.shows("8 bytes") && front.shows("6f 0a d4 da"), "{}", front.screen());
    assert!(sent(&front).is_empty());
    front.press("Enter");
    assert_eq!(sent(&front), [b"Hello\n\xd4\xda"]);
    assert_eq!(front.draft(), "");
    assert!(!front.shows("Enter sends them"), "{}", front.screen());
    assert!(front.shows("Hello"), "what was sent stands in the conversation: {}", front.screen());
}

#[test]
fn what_is_no_byte_is_named_with_its_place_and_stays() {
    let mut front = Front::new(100, 24);
    front.write("/hex 48 6g");
    assert!(front.shows("At character 5: “g” is no hexadecimal digit"), "{}", front.screen());
    front.press("Enter");
    assert_eq!((sent(&front).len(), front.draft()), (0, "/hex 48 6g"));
    assert!(front.shows("At character 5"), "{}", front.screen());
    let mut front = Front::new(100, 24);
    front.write("/hex 48 6").press("Enter");
    assert_eq!((sent(&front).len(), front.draft()), (0, "/hex 48 6"));
    assert!(front.shows("At character 4: a byte has two digits"), "{}", front.screen());
}

#[test]
fn many_bytes_show_their_end_and_leave_room_for_the_conversation() {
    for (width, height) in [(100, 24), (60, 20), (40, 12)] {
        let mut front = Front::new(width, height);
        front.hear("alex", "still there");
        front.write(&format!("/hex {}ff", "00 ".repeat(300)));
        assert!(front.shows("301 bytes") && front.shows("ff"), "{}", front.screen());
        assert!(front.shows("still there"), "{}", front.screen());
    }
}

#[test]
fn the_line_end_of_a_peer_is_chosen_and_taken_back() {
    let mut front = Front::new(100, 24);
    let last = |front: &Front| {
        front.intents.iter().rev().find_map(|intent| match intent {
            Intent::SetAddress { address, .. } => Some(address.option("newline").map(str::to_owned)),
            _ => None,
        })
    };
    front.write("/newline crlf").press("Enter");
    assert_eq!(last(&front), Some(Some("crlf".to_owned())));
    front.write("/newline auto").press("Enter");
    assert_eq!(last(&front), Some(None));
    front.write("/newline crfl").press("Enter");
    assert_eq!(front.draft(), "/newline crfl");
    assert!(front.shows("Usage: /newline"), "{}", front.screen());
}
