//! What a person reads of a file that does not come or go.

use std::time::Duration;

use super::Front;
use super::files::{file, front, moves, offered};
use crate::model::file::TransferState;
use crate::model::{ErrorCode, Fault, Shortage};

/// What stands below a file of theirs that broke off so.
fn said_of(fault: Fault) -> String {
    let mut front = front(120, 24);
    offered(&mut front, 1, vec![file("film.mkv", 700, TransferState::Broken { fault, bytes: 0 })]);
    front.screen()
}

#[test]
fn what_the_disk_refused_is_said_in_words() {
    let read_only = ErrorCode::from("EROFS");
    for (code, words) in [(ErrorCode::ENOSPC, "the disk is full"), (read_only, "the folder is read-only")] {
        let screen = said_of(Fault::Disk { code: code.clone() });
        assert!(screen.contains(words) && !screen.contains(code.as_str()), "{screen}");
    }
    let screen = said_of(Fault::Disk { code: ErrorCode::ESTALE });
    assert!(screen.contains("would not take it (ESTALE)"), "{screen}");
}

#[test]
fn too_little_room_is_said_with_what_is_free_what_stays_free_and_what_is_lacking() {
    let said = |free, wanted| said_of(Fault::NoRoom(Shortage { free, reserved: 1 << 30, wanted }));
    let screen = said(12_268_339, 1 << 20);
    for words in ["11.6 MiB free, 1.0 GiB must stay free, 1013 MiB", "lacking"] {
        assert!(screen.contains(words), "{screen}");
    }
    let screen = said(3 << 30, 0);
    assert!(
        screen.contains("3.0 GiB are free, and 1.0 GiB must stay free") && !screen.contains("lacking"),
        "{screen}"
    );
}

#[test]
fn what_the_other_side_ended_is_not_called_broken_off() {
    for (fault, words) in
        [(Fault::PeerStopped, "stopped by the other side"), (Fault::PeerDisk, "the disk of the other side")]
    {
        let screen = said_of(fault);
        assert!(screen.contains(words) && !screen.contains("before all of it"), "{screen}");
    }
}

#[test]
fn a_transfer_that_stalls_says_so_once_and_promises_no_time() {
    let mut front = front(120, 24);
    let id = offered(&mut front, 1, vec![file("film.mkv", 700, TransferState::Moving)]);
    moves(&mut front, id, 0, (100, Some(700), Some(10)));
    let stalls = front.now.mono + Duration::from_secs(3);
    assert!(front.shows("10 B/s") && front.shows("1:00 left"), "{}", front.screen());
    assert_eq!(front.ui.stale_at(&front.state), Some(stalls));
    let draw_at = |front: &mut Front, moment| {
        front.now.mono = moment;
        front.draw();
    };
    let begun = front.now.mono;
    draw_at(&mut front, begun + Duration::from_millis(2_999));
    assert!(front.shows("10 B/s"), "{}", front.screen());
    draw_at(&mut front, stalls);
    let screen = front.screen();
    assert!(
        screen.contains("14 %  waiting") && !screen.contains("B/s") && !screen.contains("left"),
        "{screen}"
    );
    assert_eq!(front.ui.stale_at(&front.state), None, "nothing wakes the program any more");
    moves(&mut front, id, 0, (700, Some(700), None));
    draw_at(&mut front, stalls + Duration::from_secs(9));
    assert!(!front.shows("waiting"), "all of it is there: {}", front.screen());
}
