//! Files and sealed messages on the screen, and what keys, clicks and commands do about them.

use super::*;
use crate::app::ActiveTransfer;
use crate::model::file::{File, TransferState};
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Fault, Files, Mark, Message, MessageId, TransferId};

/// Two who can be offered files, and one who cannot.
pub(super) fn front(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    let at = |name: &str, address: &str| Contact {
        name: name.to_owned(),
        address: parse_address(address).expect(address),
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    let plain = at("plain", "127.0.0.1:8081");
    let contacts = vec![at("bea", "ipmsg://10.0.0.7"), at("卡尔", "ipmsg://10.0.0.8"), plain];
    front.happen(Event::ContactsLoaded { contacts, edit: None });
    front.press("Alt-1");
    assert_eq!(front.open(), "bea");
    front
}

pub(super) fn file(name: &str, size: u64, state: TransferState) -> File {
    File { name: name.to_owned(), size, folder: name.ends_with("dir"), state }
}

pub(super) fn incoming(kind: MessageKind) -> Direction {
    Direction::Incoming {
        source: "10.0.0.7:2425".parse().expect("literal"),
        lossy: false,
        authenticated: false,
        sender: None,
        kind,
    }
}

pub(super) fn outgoing(kind: MessageKind, mark: Mark) -> Direction {
    Direction::Outgoing { mark, marked: WallTime(NOON), kind }
}

/// A message with bea, as the history has it.
pub(super) fn put(
    front: &mut Front,
    id: u64,
    direction: Direction,
    text: &str,
    files: Vec<File>,
) -> MessageId {
    let message = Message {
        uid: None,
        about: None,
        quote: None,
        expires: None,
        id: MessageId(1_000 + id),
        conversation: front.id("bea"),
        dialect: "ipmsg".into(),
        time: WallTime(NOON),
        direction,
        text: text.to_owned(),
        files: Files::new(files),
        payload: b"packet".as_slice().into(),
    };
    let id = message.id;
    let op = crate::model::history::StoreCommand::Insert(message.into());
    front.store.commit(std::slice::from_ref(&op)).expect("memory");
    front.happen(Event::Stored(StoreEvent::Committed(vec![op])));
    id
}

pub(super) fn offered(front: &mut Front, id: u64, files: Vec<File>) -> MessageId {
    put(front, id, incoming(MessageKind::Text), "", files)
}

pub(super) fn moves(
    front: &mut Front,
    message: MessageId,
    file: u16,
    (bytes, of, rate): (u64, Option<u64>, Option<u64>),
) {
    let place = front.state.conversation(front.id("bea")).expect("bea");
    let message = std::sync::Arc::clone(place.message(message).expect("held"));
    let transfer = TransferId { message: message.id, file };
    let moving = ActiveTransfer::at(message, bytes, of, rate, front.now);
    front.state.transfers.insert(transfer, moving);
    front.draw();
}

const MIB: u64 = 1024 * 1024;

/// One of everything there is.
pub(super) fn gallery(width: u16, height: u16) -> Front {
    let mut front = front(width, height);
    let broken = TransferState::Broken { fault: Fault::Stalled, bytes: 7 * MIB };
    let path = "/home/me/Downloads/报告 (1).pdf".to_owned();
    let theirs = offered(
        &mut front,
        1,
        vec![
            file("报告.pdf", 1_300_000, TransferState::Done { path }),
            file("film.mkv", 700 * MIB, TransferState::Moving),
            file("dir", 3 * MIB, TransferState::Moving),
            file("half.iso", 64 * MIB, broken),
            file("no.txt", 0, TransferState::Declined),
            file("later.txt", 1023, TransferState::Moving),
            file("over.txt", 1, TransferState::Withdrawn),
            file("stopped.txt", 4_000, TransferState::Stopped { bytes: 3_000 }),
        ],
    );
    offered(&mut front, 2, vec![file("new one.tar.gz", 12_345_678, TransferState::Offered)]);
    let files = vec![
        file("mine.txt", 10 * MIB, TransferState::Moving),
        file("dir", 5, TransferState::Done { path: String::new() }),
    ];
    let ours = put(&mut front, 3, outgoing(MessageKind::Text, Mark::Sent), "look", files);
    put(
        &mut front,
        4,
        outgoing(MessageKind::Text, Mark::Sent),
        "",
        vec![file("waits", 5, TransferState::Offered)],
    );
    moves(&mut front, theirs, 1, (329 * MIB, Some(700 * MIB), Some(3_355_443)));
    moves(&mut front, theirs, 2, (2 * MIB, None, Some(100)));
    moves(&mut front, theirs, 5, (0, Some(1023), None));
    let waiting = TransferId { message: theirs, file: 5 };
    front.state.transfers.get_mut(&waiting).expect("moving").waits = true;
    moves(&mut front, ours, 0, (10 * MIB - 1, Some(10 * MIB), None));
    front
}

#[test]
fn every_state_of_a_file_is_drawn_at_every_width() {
    for (width, height) in [(200, 40), (80, 45), (20, 90)] {
        insta::assert_snapshot!(format!("files-{width}x{height}"), gallery(width, height).screen());
    }
}

#[test]
fn a_terminal_without_block_characters_gets_plain_bars() {
    let mut front = gallery(80, 45);
    front.ui.style.blocks = false;
    front.draw();
    assert!(front.shows("[#") && !front.shows("█"), "{}", front.screen());
}

#[test]
fn sealed_messages_and_those_to_many_say_so() {
    let mut front = front(80, 30);
    put(&mut front, 1, incoming(MessageKind::Sealed), "", vec![]);
    put(&mut front, 2, incoming(MessageKind::Opened), "the secret", vec![]);
    put(&mut front, 3, incoming(MessageKind::Everyone), "lunch?", vec![]);
    put(&mut front, 4, incoming(MessageKind::Several), "you two", vec![]);
    put(&mut front, 5, incoming(MessageKind::Automatic), "I am away", vec![]);
    put(&mut front, 6, incoming(MessageKind::Unreadable), "", vec![]);
    put(&mut front, 7, outgoing(MessageKind::Sealed, Mark::Delivered), "for you", vec![]);
    put(&mut front, 8, outgoing(MessageKind::Sealed, Mark::Read), "for you too", vec![]);
    insta::assert_snapshot!("kinds-80x30", front.screen());
}

#[test]
fn a_tag_that_has_no_room_beside_the_name_stands_below_it() {
    let mut front = front(24, 12);
    put(&mut front, 1, incoming(MessageKind::Everyone), "lunch?", vec![]);
    let screen = front.screen();
    assert_eq!(screen.matches("to everybody").count(), 1, "{screen}");
}

#[test]
fn details_say_that_nothing_proves_a_receipt_and_where_a_file_lies() {
    let mut front = front(80, 30);
    put(&mut front, 1, outgoing(MessageKind::Text, Mark::Delivered), "hi", vec![]);
    front.press("Ctrl-O V");
    assert!(front.shows("unverified"), "{}", front.screen());
    offered(
        &mut front,
        2,
        vec![file("a.txt", 12_345, TransferState::Done { path: "/down/a.txt".to_owned() })],
    );
    front.press("Esc Esc Ctrl-O V");
    assert!(front.shows("12345 bytes") && front.shows("/down/a.txt"), "{}", front.screen());
}

#[test]
fn names_of_files_are_escaped_and_counts_may_be_huge() {
    for width in [20, 80, 200] {
        let mut front = front(width, 30);
        let name = "\u{1b}]0;x\u{7}\u{202e}cod.exe\n▤ forged  1 B";
        let id = offered(&mut front, 1, vec![file(name, u64::MAX, TransferState::Offered)]);
        let screen = front.screen();
        assert!(!screen.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{screen:?}");
        assert!(screen.contains("^[]0;x") && screen.contains("15.9 EiB"), "{screen}");
        let glyphs = screen.lines().filter(|row| row.contains("▌  ▤") || row.contains("▌▤")).count();
        assert_eq!(glyphs, 1, "{screen}");
        moves(&mut front, id, 0, (u64::MAX - 1, Some(u64::MAX), Some(u64::MAX)));
        assert!(front.shows("99 %"), "{}", front.screen());
        moves(&mut front, id, 0, (u64::MAX, Some(1), Some(0)));
        assert!(front.shows("100 %"), "{}", front.screen());
    }
}

#[test]
fn hundreds_of_files_of_one_message_can_be_chosen_one_by_one() {
    let mut front = front(80, 24);
    let files =
        (0..256).map(|number| file(&format!("part {number:03}"), number, TransferState::Offered)).collect();
    let message = offered(&mut front, 1, files);
    front.press("Ctrl-O Shift-Tab");
    assert!(front.shows("256. part 255"), "{}", front.screen());
    front.press("Shift-Tab Shift-Tab");
    for _ in 0..100 {
        front.press("Shift-Tab");
    }
    assert!(front.shows("154. part 153"), "{}", front.screen());
    front.press("Enter");
    let conversation = front.id("bea");
    assert_eq!(front.intents.pop(), Some(Intent::Accept { conversation, message, file: Some(153) }));
}

/// What the keys of select mode asked for, beside reading on.
fn asked(front: &mut Front, keys: &str) -> Option<Intent> {
    front.intents.clear();
    front.press(keys);
    let acts = |intent: &Intent| {
        matches!(
            intent,
            Intent::Accept { .. }
                | Intent::Decline { .. }
                | Intent::Stop { .. }
                | Intent::Unseal { .. }
                | Intent::Retry { .. }
        )
    };
    front.intents.iter().find(|intent| acts(intent)).cloned()
}

/// What the keys ask for where bea has just offered these files, and one of them may be on its way.
fn answered(files: &[File], is_moving: bool, keys: &str) -> Option<Intent> {
    let mut front = front(80, 24);
    let message = offered(&mut front, 1, files.to_vec());
    if is_moving {
        moves(&mut front, message, 0, (1, Some(2), None));
    }
    asked(&mut front, keys)
}

#[test]
fn keys_on_a_chosen_message_do_what_its_state_allows() {
    let conversation = front(80, 24).id("bea");
    let (message, file) = (MessageId(1_001), None);
    let accept = Some(Intent::Accept { conversation, message, file });
    let offer = [self::file("a", 1, TransferState::Offered)];
    assert_eq!(answered(&offer, false, "Ctrl-O Enter"), accept);
    assert_eq!(answered(&offer, false, "Ctrl-O S"), accept);
    assert_eq!(answered(&offer, false, "Ctrl-O D"), Some(Intent::Decline { conversation, message }));
    assert_eq!(answered(&offer, false, "Ctrl-O X"), None);
    let stop = Some(Intent::Stop { conversation, message, file });
    assert_eq!(answered(&offer, true, "Ctrl-O X"), stop);
    assert_eq!(answered(&offer, true, "Ctrl-O D"), None);
    let said = |direction, text: &str, files, keys: &str| {
        let mut front = front(80, 24);
        put(&mut front, 1, direction, text, files);
        asked(&mut front, keys)
    };
    let unseal = Some(Intent::Unseal { conversation, message });
    assert_eq!(said(incoming(MessageKind::Sealed), "", vec![], "Ctrl-O Enter"), unseal);
    let failed = outgoing(MessageKind::Text, Mark::Failed(Fault::NoAnswer));
    assert_eq!(said(failed, "lost", vec![], "Ctrl-O X"), Some(Intent::Retry { conversation, message }));
    assert_eq!(said(outgoing(MessageKind::Text, Mark::Sent), "", offer.to_vec(), "Ctrl-O X"), stop);
}

#[test]
fn commands_mean_the_newest_offer_and_refuse_what_is_not_there() {
    let mut front = front(80, 24);
    let conversation = front.id("bea");
    for command in ["/accept", "/decline", "/stop"] {
        assert_eq!(asked(front.write(command), "Enter"), None);
        assert_eq!(front.draft(), command);
        front.press("Ctrl-C");
    }
    offered(&mut front, 1, vec![file("old", 1, TransferState::Offered)]);
    let done = TransferState::Done { path: String::new() };
    let message = offered(&mut front, 2, vec![file("one", 1, TransferState::Offered), file("two", 1, done)]);
    for wrong in ["/accept 0", "/accept 3", "/accept x", "/accept 2", "/accept 99999999"] {
        assert_eq!(asked(front.write(wrong), "Enter"), None, "{wrong}");
        front.press("Ctrl-C");
    }
    let accept = Intent::Accept { conversation, message, file: Some(0) };
    assert_eq!(asked(front.write("/accept 1"), "Enter"), Some(accept));
    moves(&mut front, message, 0, (0, Some(1), None));
    let stop = Intent::Stop { conversation, message, file: None };
    assert_eq!(asked(front.write("/stop"), "Enter"), Some(stop));
    let message = offered(&mut front, 3, vec![file("newer", 1, TransferState::Offered)]);
    assert_eq!(asked(front.write("/decline"), "Enter"), Some(Intent::Decline { conversation, message }));
    let message = offered(&mut front, 4, vec![file("newest", 1, TransferState::Offered)]);
    let accept = Intent::Accept { conversation, message, file: None };
    assert_eq!(asked(front.write("/accept"), "Enter"), Some(accept));
}

#[test]
fn a_click_chooses_what_is_offered() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut front = front(80, 24);
    let message = offered(
        &mut front,
        1,
        vec![file("one", 1, TransferState::Offered), file("two", 1, TransferState::Offered)],
    );
    let row = front.screen().lines().position(|line| line.contains("2. two")).expect("drawn");
    let kind = MouseEventKind::Down(MouseButton::Left);
    let row = u16::try_from(row).expect("fits");
    front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column: 40, row, modifiers: KeyModifiers::NONE }));
    let conversation = front.id("bea");
    assert_eq!(asked(&mut front, "Enter"), Some(Intent::Accept { conversation, message, file: Some(1) }));
}

#[test]
fn every_size_of_screen_can_be_drawn_with_files_on_it() {
    let mut front = gallery(120, 40);
    for keys in ["Esc", "Ctrl-O", "Tab", "Alt-N"] {
        front.press(keys);
        for (width, height) in [(200, 50), (80, 24), (40, 10), (20, 5), (11, 9), (3, 2), (1, 1), (1, 60)] {
            front.resize(width, height);
        }
    }
}

#[test]
fn what_is_sealed_or_said_to_many_leaves_as_such() {
    let mut front = front(90, 24);
    let (bea, karl) = (front.id("bea"), front.id("卡尔"));
    let said = |front: &mut Front| -> Vec<(ConversationId, String, MessageKind)> {
        let all = front.intents.drain(..).filter_map(|intent| match intent {
            Intent::SendAs { conversation, text, kind } => Some((conversation, text, kind)),
            _ => None,
        });
        all.collect()
    };
    front.write("/seal the  secret").press("Enter");
    assert_eq!(said(&mut front), [(bea, "the  secret".to_owned(), MessageKind::Sealed)]);
    front.write("/to bea,卡尔,bea hi \"you\"").press("Enter");
    let both = [bea, karl].map(|to| (to, "hi \"you\"".to_owned(), MessageKind::Several));
    assert_eq!(said(&mut front), both);
    front.write("/everyone lunch?").press("Enter Enter");
    assert_eq!(front.open(), "bea", "one stays where one is");
    let all = front.state.conversations().find(|one| one.name.contains("255.255.255.255")).expect("there").id;
    assert_eq!(said(&mut front), [(all, "lunch?".to_owned(), MessageKind::Everyone)]);
    front.press("Ctrl-G 'everybody Enter");
    assert!(front.shows(" Everybody  not encrypted"), "{}", front.screen());
    assert!(front.shows(" ipmsg://255.255.255.255:2425"), "{}", front.screen());
}

#[test]
fn what_cannot_be_sealed_or_said_to_many_stays_in_the_composer() {
    let mut front = front(80, 24);
    for draft in
        ["/to bea,room hi", "/to bea,nobody hi", "/to bea", "/to , hi", "/to \"bea hi", "/seal", "/everyone"]
    {
        front.write(draft).press("Enter");
        assert_eq!(front.draft(), draft);
        front.press("Ctrl-C");
    }
    front.press("Alt-3");
    assert_eq!(front.open(), "plain");
    for draft in ["/seal x", "/file x"] {
        front.write(draft).press("Enter");
        assert_eq!(front.draft(), draft);
        front.press("Ctrl-C");
    }
    assert!(front.requests.is_empty() && front.sent.is_empty());
}

#[test]
fn the_status_line_says_that_one_is_away_and_that_files_are_on_their_way() {
    let mut front = gallery(120, 40);
    front.ui.attention.set_away(Some("lunch\u{1b}[2J".to_owned()));
    front.draw();
    let screen = front.screen();
    assert!(screen.contains("4 files") && screen.contains("you are away: lunch^[[2J"), "{screen}");
    let first = front.state.transfers.keys().next().copied();
    front.state.transfers.retain(|transfer, _| Some(*transfer) == first);
    front.draw();
    assert!(front.screen().contains("1 file "), "{}", front.screen());
}

#[test]
fn away_toggles_and_takes_words() {
    let mut front = front(80, 24);
    front.write("/away gone fishing").press("Enter");
    assert_eq!(front.requests.pop(), Some(UiRequest::Away(Some("gone fishing".to_owned()))));
    front.write("/away").press("Enter");
    assert_eq!(front.requests.pop(), Some(UiRequest::Away(Some("I am not at the keyboard".to_owned()))));
    front.ui.attention.set_away(Some(String::new()));
    front.write("/away").press("Enter");
    assert_eq!(front.requests.pop(), Some(UiRequest::Away(None)));
}
