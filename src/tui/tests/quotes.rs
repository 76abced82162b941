//! What leaves of a message that is quoted: nothing that only this machine knows.

use super::files::{file, front, incoming, outgoing, put};
use super::*;
use crate::model::Mark;
use crate::model::file::TransferState;
use crate::model::traffic::MessageKind;

const PLACE: &str = "/home/me/Downloads/report (1).pdf";

/// A file that came and lies here, and some words.
fn fetched() -> Front {
    let mut front = front(90, 24);
    let done = |path: &str| TransferState::Done { path: path.to_owned() };
    let files = vec![file("report.pdf", 9, done(PLACE)), file("b.txt", 1, done("/home/me/Downloads/b.txt"))];
    put(&mut front, 1, incoming(MessageKind::Text), "", files);
    front
}

#[test]
fn a_quote_of_a_file_names_it_and_not_where_it_lies() {
    for (keys, quote) in [
        ("Ctrl-O R", "> report.pdf\n> b.txt\n"),
        ("Ctrl-O Tab R", "> report.pdf\n"),
        ("Ctrl-O Shift-Tab R", "> b.txt\n"),
        ("Ctrl-O Space R", "> report.pdf\n> b.txt\n"),
    ] {
        let mut front = fetched();
        front.press(keys);
        assert_eq!(front.draft(), quote, "{keys}");
    }
}

#[test]
fn a_range_is_copied_without_places_and_one_file_with_its_own() {
    let mut front = fetched();
    put(&mut front, 2, outgoing(MessageKind::Text, Mark::Sent), "thanks", vec![]);
    front.press("Ctrl-O Shift-Up Y");
    let range = UiRequest::Copy("bea: report.pdf\nb.txt\nme: thanks".to_owned());
    assert_eq!(front.requests.pop(), Some(range));
    front.press("Ctrl-O Up Tab Y");
    assert_eq!(
        front.requests.pop(),
        Some(UiRequest::Copy(PLACE.to_owned())),
        "a person here wants to open it"
    );
}

#[test]
fn a_reply_to_a_range_names_each_of_several_who_wrote_under_one_name_of_ours() {
    let mut front = fetched();
    put(&mut front, 2, outgoing(MessageKind::Text, Mark::Sent), "thanks", vec![]);
    front.press("Ctrl-O Shift-Up R");
    assert_eq!(front.draft(), "> bea: report.pdf\n> b.txt\n> me: thanks\n");
    front.press("Ctrl-C");
    let mut other = incoming(MessageKind::Text);
    if let crate::model::Direction::Incoming { source, .. } = &mut other {
        source.set_port(9);
    }
    put(&mut front, 3, other, "from another port", vec![]);
    front.press("Ctrl-O Shift-Up Shift-Up R");
    let named = "> 10.0.0.7:2425: report.pdf\n> b.txt\n> me: thanks\n> 10.0.0.7:9: from another port\n";
    assert_eq!(front.draft(), named);
}

#[test]
fn only_what_can_be_said_is_offered() {
    let mut locked = locks::front(100, 30);
    let asking = locks::says(&mut locked, 5, "zoe", "may I");
    for request in crate::tui::update::open(&mut locked.ui, &locked.state, asking) {
        locked.fulfil(request);
    }
    locked.follow();
    locked.press("Ctrl-O");
    let status = |front: &Front| front.screen().lines().last().unwrap_or_default().to_owned();
    assert!(locked.shows("may I") && !status(&locked).contains("reply"), "{}", locked.screen());
    locked.press("R");
    assert_eq!(locked.draft(), "", "{}", locked.screen());
    locked.press("Space");
    assert!(!status(&locked).contains("reply"), "{}", locked.screen());
    let mut open = front(100, 30);
    open.hear("bea", "hi");
    open.press("Ctrl-O");
    assert!(status(&open).contains("reply"), "{}", open.screen());
}
