//! What is said about files, marks and names in places where there is more to know than to show.

use super::files::{file, front, moves, offered, outgoing, put};
use super::*;
use crate::model::file::{File, TransferState};
use crate::model::traffic::MessageKind;
use crate::model::{Fault, Mark};

#[test]
fn the_hint_counts_what_is_still_offered_and_sums_only_known_sizes() {
    let mut front = front(100, 30);
    let done = TransferState::Done { path: "/down/a".to_owned() };
    let files = |fates: [TransferState; 3]| fates.map(|state| file("a", 1024, state)).to_vec();
    offered(&mut front, 1, files([done.clone(), TransferState::Offered, TransferState::Offered]));
    assert!(front.shows("accepts all 2 (2.0 KiB)"), "{}", front.screen());
    offered(&mut front, 2, files([done.clone(), done, TransferState::Offered]));
    assert!(front.shows("accepts the one that is left (1.0 KiB)"), "{}", front.screen());
    let folder = File { folder: true, ..file("dir", 0, TransferState::Offered) };
    offered(&mut front, 3, vec![folder, file("b", 1024, TransferState::Offered)]);
    assert!(front.shows("dir/  offered") && front.shows("accepts all 2, d declines"), "{}", front.screen());
}

#[test]
fn what_has_just_ended_is_not_called_broken_before_its_end_is_known() {
    let mut front = front(100, 30);
    offered(&mut front, 1, vec![file("a.txt", 5, TransferState::Moving)]);
    assert!(front.shows("a.txt  5 B") && !front.shows("broken"), "{}", front.screen());
}

#[test]
fn what_broke_off_before_its_first_byte_is_tried_again_and_not_gone_on_with() {
    let mut front = front(106, 30);
    let broken = |bytes| TransferState::Broken { fault: Fault::Stalled, bytes };
    offered(&mut front, 1, vec![file("a.txt", 5, broken(0))]);
    assert!(front.shows("Enter tries again") && !front.shows("0 B kept"), "{}", front.screen());
    offered(&mut front, 2, vec![file("b.txt", 5, broken(3))]);
    assert!(front.shows("3 B kept") && front.shows("Enter asks for"), "{}", front.screen());
}

#[test]
fn one_file_on_its_way_is_counted_in_the_singular() {
    let mut front = front(120, 30);
    let id = offered(&mut front, 1, vec![file("a.txt", 5, TransferState::Moving)]);
    moves(&mut front, id, 0, (1, Some(5), None));
    assert!(front.shows("↓ 1 file 20 %"), "{}", front.screen());
}

#[test]
fn two_ticks_do_not_touch_the_text() {
    let mut front = front(80, 30);
    put(&mut front, 1, outgoing(MessageKind::Text, Mark::Delivered), "hello", vec![]);
    assert!(front.shows("✓✓ hello"), "{}", front.screen());
}

#[test]
fn the_header_ends_with_a_whole_part() {
    for width in 16..100 {
        let front = front(width, 24);
        let screen = front.screen();
        let header = screen.lines().next().unwrap_or_default().trim_end();
        let header = header.rsplit('│').next().unwrap_or_default();
        let whole = ["not encrypted", ":2425", "bea"].iter().any(|end| header.ends_with(end));
        assert!(whole, "{width}: {header}");
    }
}

#[test]
fn the_help_says_what_every_mark_means() {
    let mut front = Front::new(100, 200);
    front.press("F1");
    let screen = front.screen();
    let lines: Vec<String> =
        screen.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for meaning in
        ["✓✓ the other side has it: proved", "✓ handed to the network", "◐ here, but away", "▣ sealed"]
    {
        assert!(lines.iter().any(|line| line.contains(meaning)), "{meaning}: {screen}");
    }
}

#[test]
fn what_was_counted_is_put_away_by_esc_until_there_is_more() {
    let mut front = Front::new(120, 24);
    (front.state.counters.malformed, front.state.counters.empty) = (2, 1);
    front.draw();
    assert!(front.shows("1 empty datagram") && front.shows("2 not understood"), "{}", front.screen());
    front.write("what is").press("Esc");
    assert!(!front.shows("empty datagram") && !front.shows("not understood"), "{}", front.screen());
    assert_eq!(front.draft(), "what is");
    front.state.counters.malformed = 5;
    front.draw();
    assert!(!front.shows("empty datagram") && front.shows("3 not understood"), "{}", front.screen());
}
