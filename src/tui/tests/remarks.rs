//! What was said about a message, as it stands on the screen.

use super::chat::{asked, front, hear};
use super::*;
use crate::model::traffic::MessageKind;
use crate::model::{Fault, MessageId, Uid};
use crate::tui::ui::Mode;

/// Something of alex about the message of that name.
fn remark(front: &mut Front, kind: MessageKind, name: u8, about: u8, text: &str) {
    let received = Received {
        uid: Some(Uid([name; 16])),
        about: Some(Uid([about; 16])),
        authenticated: true,
        kind,
        ..front.received("alex", text)
    };
    front.happen(Event::Net(NetEvent::Received(received)));
}

/// The rows of the conversation, without the list.
fn pane(front: &Front) -> Vec<String> {
    let screen = front.screen();
    screen
        .lines()
        .map(|row| row.split_once('│').map_or(row, |(_, pane)| pane).trim_end().to_owned())
        .collect()
}

fn row_of(front: &Front, text: &str) -> String {
    let rows = pane(front);
    rows.iter().find(|row| row.contains(text)).unwrap_or_else(|| panic!("{text}\n{}", front.screen())).clone()
}

#[test]
fn an_answer_says_on_one_row_what_it_answers() {
    let mut front = front(80, 24);
    front.write("when do we meet?").press("Enter");
    let mine = front.state.conversation(front.id("alex")).expect("alex").messages()[0].uid.expect("a name");
    let received = Received {
        uid: Some(Uid([2; 16])),
        about: Some(mine),
        authenticated: true,
        ..front.received("alex", "at three\nI think")
    };
    front.happen(Event::Net(NetEvent::Received(received)));
    assert_eq!(row_of(&front, "▏"), " ▌  ▏me  when do we meet?");
    assert_eq!(row_of(&front, "at three"), " ▌  at three");
    front.press("Ctrl-O Enter");
    let Mode::Selecting(chosen) = front.ui.mode else { panic!("select mode goes on") };
    let place = front.state.conversation(front.id("alex")).expect("alex");
    assert_eq!(chosen.message, place.messages()[0].id);
}

#[test]
fn what_is_answered_and_not_here_shows_as_it_was_quoted() {
    let mut front = front(80, 24);
    let received = Received {
        uid: Some(Uid([2; 16])),
        about: Some(Uid([77; 16])),
        quote: Some("long\u{1b}[2J ago, ".repeat(20).into()),
        authenticated: true,
        ..front.received("alex", "yes")
    };
    front.happen(Event::Net(NetEvent::Received(received)));
    let row = row_of(&front, "▏");
    assert!(row.starts_with(" ▌  ▏long^[[2J ago") && row.ends_with('…'), "{row}");
    front.press("Ctrl-O Enter");
    assert!(front.shows("not here any more"), "{}", front.screen());
}

#[test]
fn edited_words_stand_in_the_place_of_the_first_ones() {
    let mut front = front(80, 24);
    hear(&mut front, 1, "first words");
    remark(&mut front, MessageKind::Edit, 2, 1, "better words");
    assert_eq!(row_of(&front, "better"), " ▌  better words  edited");
    assert!(!front.shows("first words"), "{}", front.screen());
    front.press("Ctrl-O Y");
    assert_eq!(front.requests.pop(), Some(UiRequest::Copy("better words".to_owned())));
    front.press("Ctrl-O O");
    assert!(front.shows("better words"), "{}", front.screen());
    front.press("Esc V");
    let details = read_to_the_end(&mut front);
    assert!(details.contains("As it was written           first words"), "{details}");
    assert!(details.contains("Edited 2026-11-21 12:00:00  better words"), "{details}");
    front.press("Esc Esc Ctrl-S 'better");
    let place = front.state.conversation(front.id("alex")).expect("alex");
    let marked = front.ui.viewport.highlights().of(place.messages()[0].id);
    assert_eq!(marked.first().map(|range| (range.start, range.end)), Some((0, 6)));
}

#[test]
fn the_word_edited_has_a_row_of_its_own_where_there_is_no_room() {
    let mut front = front(80, 24);
    hear(&mut front, 1, "first");
    let width = usize::from(front.ui.viewport.areas().scrollback.width) - 3;
    remark(&mut front, MessageKind::Edit, 2, 1, &"x".repeat(width - 4));
    let rows = pane(&front);
    let at = rows.iter().position(|row| row.contains("xxx")).expect("the words");
    assert!(
        !rows[at].contains("edited") && rows[at + 1].trim_matches([' ', '▌']) == "edited",
        "{}",
        front.screen()
    );
}

#[test]
fn a_deleted_message_keeps_its_place_and_none_of_its_words() {
    let mut front = front(80, 24);
    for (name, text) in [(1, "one"), (2, "two"), (3, "three")] {
        hear(&mut front, name, text);
    }
    let rows = pane(&front).len();
    remark(&mut front, MessageKind::Deletion, 4, 2, "");
    assert_eq!(row_of(&front, "deleted"), " ▌  message deleted");
    assert!(!front.shows("two"), "{}", front.screen());
    assert_eq!(pane(&front).len(), rows);
    assert_eq!(front.screen().matches("12:00").count(), 1, "no new head\n{}", front.screen());
    for key in ["Y", "R", "+", "Enter"] {
        front.press("Ctrl-O Up").press(key);
        assert!(front.shows("This message is deleted"), "{key}\n{}", front.screen());
        front.press("Esc");
    }
}

#[test]
fn emoji_stand_on_one_row_below_with_their_number_and_ours_bold() {
    use ratatui::style::Modifier;
    let mut front = front(80, 24);
    hear(&mut front, 1, "good news");
    front.press("Ctrl-O + 1");
    assert_eq!(asked(&front), ["react good news 👍"]);
    let chip = |front: &Front| {
        let area = front.ui.viewport.areas().scrollback;
        let mut cells = (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y)));
        let at = cells.find(|at| front.buffer[*at].symbol() == "👍").expect("the emoji");
        front.buffer[at].style()
    };
    assert_eq!(row_of(&front, "👍").trim(), "👍");
    assert!(chip(&front).add_modifier.contains(Modifier::BOLD));
    assert_eq!(chip(&front).bg, front.ui.style.theme.style(Role::Code).bg);
    remark(&mut front, MessageKind::Reaction, 2, 1, "👍");
    assert_eq!(row_of(&front, "👍").trim(), "👍 2");
    front.press("Ctrl-O + Enter");
    assert_eq!(asked(&front).last().map(String::as_str), Some("react good news "));
    assert_eq!(row_of(&front, "👍").trim(), "👍");
    assert!(!chip(&front).add_modifier.contains(Modifier::BOLD));
}

#[test]
fn a_change_that_did_not_go_out_says_so_below_its_message_and_how_it_is_tried_again() {
    let mut front = front(80, 24);
    hear(&mut front, 1, "good news");
    front.press("Ctrl-O + 1");
    front.happen(Event::Net(NetEvent::Failed { message: MessageId(2), fault: Fault::NoSuchPeer }));
    let row = row_of(&front, "The emoji was not sent");
    assert!(front.shows("Ctrl-O X tries again"), "{row}\n{}", front.screen());
    front.press("Ctrl-O X");
    let retry = Intent::Retry { conversation: front.id("alex"), message: MessageId(1) };
    assert_eq!(front.intents.last(), Some(&retry));
    assert!(!front.shows("The emoji was not sent"), "{}", front.screen());
    front.press("Ctrl-O X");
    assert!(front.shows("This message did not fail"), "{}", front.screen());
}

#[test]
fn every_screen_holds_what_was_said_about_messages() {
    for theme in crate::model::THEMES {
        for (width, height) in [(120, 36), (80, 24), (60, 20), (20, 20), (9, 5)] {
            let mut front = front(width, height);
            front.ui.style.theme = Theme::named(theme, Colours::True, Background::Dark).expect(theme);
            hear(&mut front, 1, "first 漢字漢字漢字");
            remark(&mut front, MessageKind::Edit, 2, 1, "better\u{1b}[2J 漢字漢字");
            remark(&mut front, MessageKind::Reaction, 3, 1, "👍");
            front.press("Ctrl-O + 8 Ctrl-O R 'answer Enter");
            let screen = front.screen();
            assert!(!screen.contains('\u{1b}'));
            assert!(
                width < 20 || (screen.contains("👍") && screen.contains("🙏")),
                "{theme} {width}\n{screen}"
            );
            assert!(width < 20 || screen.contains("▏alex  better"), "{theme} {width}\n{screen}");
        }
    }
}
