//! Scrolling up beyond one's own first line of a room that keeps a history.

use super::*;
use crate::app::Restored;
use crate::model::traffic::{ConnectionState, MessageKind};
use crate::model::{MessageId, Recall, RoomCommand, RoomHistory, Uid};

const ROOM: &str = "hall";

/// The open room; so much was said since one came.
fn front(said: usize) -> Front {
    let mut front = Front::new(80, 24);
    let last_message = Some(MessageId(MessageId::ARRIVALS));
    let last_conversation = Some(ConversationId(9));
    front.apply(Event::Restored(Restored { last_message, last_conversation, ..Restored::default() }));
    front.load(&[("alex", "127.0.0.1:8081"), (ROOM, "relay://127.0.0.1:6000/hall")]);
    front.press("Alt-2");
    assert_eq!(front.open(), ROOM);
    let conversation = front.id(ROOM);
    front.happen(Event::Net(NetEvent::Connection { conversation, connection: ConnectionState::Up }));
    history(&mut front, RoomHistory::More);
    for number in 0..said {
        let received =
            Received { sender: Some("ann".to_owned()), ..front.received(ROOM, &format!("live {number}")) };
        front.happen(Event::Net(NetEvent::Received(received)));
    }
    front
}

fn history(front: &mut Front, history: RoomHistory) {
    let conversation = front.id(ROOM);
    front.happen(Event::Net(NetEvent::History { conversation, history }));
}

/// What was said in the room before comes, from `last` backwards.
fn recall(front: &mut Front, why: Recall, numbers: impl Iterator<Item = u32>) {
    for number in numbers {
        let text = format!("before {number}");
        let received = Received { sender: Some("ben".to_owned()), ..front.received(ROOM, &text) };
        front.happen(Event::Net(NetEvent::Recalled { why, received }));
    }
}

fn asked(front: &Front) -> usize {
    front.intents.iter().filter(|intent| matches!(intent, Intent::ReadEarlier { .. })).count()
}

#[test]
fn going_up_beyond_the_first_line_asks_for_what_was_said_before_and_stays_there_as_it_comes() {
    let mut front = front(60);
    front.press("PgUp");
    assert_eq!(asked(&front), 0, "there is more of one's own");
    front.press("PgUp PgUp PgUp PgUp PgUp PgUp");
    assert_eq!(asked(&front), 1, "one question at a time: {}", front.screen());
    assert!(front.shows("live 0") && front.shows("reading the room's history"), "{}", front.screen());
    let row = |front: &Front, text: &str| front.screen().lines().position(|line| line.contains(text));
    let before = row(&front, "live 5");
    recall(&mut front, Recall::Earlier, (0..50).rev());
    // The day stands above what came before it now.
    assert_eq!(
        row(&front, "live 5").map(|row| row + 1),
        before,
        "what one reads does not move: {}",
        front.screen()
    );
    history(&mut front, RoomHistory::More);
    front.press("PgUp");
    assert!(front.shows("before 49") && front.shows("from the room's history"), "{}", front.screen());
    assert_eq!(asked(&front), 1, "there is more of what has come");
    front.press("PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp");
    assert_eq!(asked(&front), 2);
    history(&mut front, RoomHistory::AtBeginning);
    assert!(
        front.shows("before 0") && front.shows("the beginning of the room's history"),
        "{}",
        front.screen()
    );
    front.press("PgUp PgUp");
    assert_eq!(asked(&front), 2, "nothing is before the beginning");
}

#[test]
fn a_room_in_which_nothing_was_said_since_one_came_reads_by_a_page_up_or_by_the_command() {
    for keys in ["PgUp", "Alt-Home"] {
        let mut front = front(0);
        front.press(keys);
        assert_eq!(asked(&front), 1, "{keys}");
        recall(&mut front, Recall::Earlier, (0..3).rev());
        assert!(front.shows("before 0") && front.shows("before 2"), "{}", front.screen());
    }
    let mut front = front(0);
    front.write("/history 200");
    front.press("Enter");
    let wanted = |intent: &Intent| matches!(intent, Intent::ReadEarlier { count: Some(200), .. });
    assert!(front.intents.iter().any(wanted), "{:?}", front.intents);
    for text in ["/history none", "/history 0", "/history -1"] {
        front.write(text);
        front.press("Enter");
        assert_eq!(asked(&front), 1, "{text}");
        front.press("Ctrl-C");
    }
}

#[test]
fn what_was_said_while_the_program_did_not_run_stands_under_a_line_that_says_so() {
    let mut front = front(2);
    recall(&mut front, Recall::Missed, 0..3);
    let screen = front.screen();
    let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}: {screen}"));
    assert!(at("live 1") < at("said while you were away"), "{screen}");
    assert!(at("said while you were away") < at("before 0"), "{screen}");
}

#[test]
fn who_is_in_charge_removes_a_message_for_all_and_its_words_are_gone_for_everybody() {
    let mut front = front(0);
    let conversation = front.id(ROOM);
    let (uid, gone) = (Uid([7; 16]), Uid([9; 16]));
    let spam =
        Received { sender: Some("ann".to_owned()), uid: Some(uid), ..front.received(ROOM, "buy a boat") };
    front.happen(Event::Net(NetEvent::Received(spam)));
    front.press("Ctrl-O Delete");
    assert!(!front.shows("for everybody in the room"), "{}", front.screen());
    front.happen(Event::Net(NetEvent::Operator { conversation, is_in_charge: true }));
    assert!(front.shows("remove for all"), "{}", front.screen());
    front.press("Delete");
    assert!(front.shows("Remove this for everybody in the room, for good? buy a boat"), "{}", front.screen());
    front.press("Enter");
    let removal = Intent::Room { conversation, command: RoomCommand::RemoveMessage(uid) };
    assert!(front.intents.contains(&removal), "{:?}", front.intents);
    assert!(front.shows("buy a boat"), "the log has not said it yet");
    let (kind, about) = (MessageKind::Removal, Some(uid));
    let told = Received { kind, about, uid: Some(gone), ..front.received(ROOM, "") };
    front.happen(Event::Net(NetEvent::Received(told)));
    assert!(!front.shows("buy a boat"), "{}", front.screen());
    assert!(front.shows("message removed by those in charge of the room"), "{}", front.screen());
    front.press("Up");
    assert!(!front.shows("remove for all"), "{}", front.screen());
}

#[test]
fn a_message_of_our_own_goes_as_well() {
    let mut front = front(0);
    front.write("buy a boat").press("Enter");
    let place = front.ui.conversation(&front.state).expect("open");
    let message = place.messages().last().expect("sent").id;
    let uid = Uid([7; 16]);
    front.happen(Event::Net(NetEvent::Kept { message, uid }));
    let (kind, about) = (MessageKind::Removal, Some(uid));
    let told = Received { kind, about, uid: Some(Uid([9; 16])), ..front.received(ROOM, "") };
    front.happen(Event::Net(NetEvent::Received(told)));
    assert!(!front.shows("buy a boat") && front.shows("message removed by those"), "{}", front.screen());
}
