//! Files that are dropped on the terminal, and the picture of the clipboard.

use super::files::front;
use super::*;
use crate::tui::clipboard::DroppedFiles;
use crate::tui::update::{offer_picture, on_dropped};

fn paste(front: &mut Front, text: &str) {
    front.terminal(TerminalEvent::Paste(text.to_owned()));
}

/// The answer of the disk to what was asked last.
fn find(front: &mut Front, paths: &[&str]) {
    let Some(UiRequest::FindFiles { conversation, pasted, .. }) = front.requests.pop() else {
        panic!("nothing was asked: {:?}", front.requests)
    };
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    on_dropped(&mut front.ui, &front.state, DroppedFiles { conversation, pasted, paths });
    front.draw();
}

#[test]
fn a_pasted_path_of_a_file_can_be_sent_as_the_file() {
    let mut front = front(80, 24);
    paste(&mut front, "'/tmp/my file.txt' ");
    assert_eq!(front.draft(), "'/tmp/my file.txt' ");
    find(&mut front, &["/tmp/my file.txt"]);
    assert!(front.shows("Send my file.txt to bea?"), "{}", front.screen());
    front.now.wall.0 += 500_000;
    front.press("Enter");
    let (conversation, paths) = (front.id("bea"), vec!["/tmp/my file.txt".to_owned()]);
    assert_eq!(front.requests, [UiRequest::Offer { conversation, paths }]);
    assert!(front.draft().is_empty());
}

#[test]
fn whoever_wants_the_words_keeps_them() {
    let mut front = front(80, 24);
    paste(&mut front, "file:///a file:///b");
    find(&mut front, &["/a", "/b"]);
    assert!(front.shows("Send 2 files to bea?"), "{}", front.screen());
    front.press("Esc");
    assert_eq!((front.draft(), front.requests.len()), ("file:///a file:///b", 0));
}

#[test]
fn many_files_at_once_are_offered_before_anybody_is_asked_about_so_many_lines() {
    let many: Vec<String> = (0..9).map(|number| format!("file:///tmp/a%20{number}.txt")).collect();
    let (mut front, many) = (front(80, 24), many.join("\r\n"));
    paste(&mut front, &many);
    assert!(front.shows("9 lines"), "{}", front.screen());
    let Some(UiRequest::FindFiles { readings, .. }) = front.requests.last() else {
        panic!("nothing is asked")
    };
    assert_eq!(readings[0][8], "/tmp/a 8.txt");
    let paths: Vec<String> = readings[0].clone();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    find(&mut front, &paths);
    assert!(front.shows("Send 9 files to bea?"), "{}", front.screen());
    front.press("Esc");
    assert!(front.draft().is_empty() && front.shows("Ctrl-Y"), "{}", front.screen());
    front.press("Ctrl-Y");
    assert_eq!(front.draft().lines().count(), 9, "the words are not lost");
}

#[test]
fn a_text_and_what_is_not_there_are_only_pasted() {
    let mut front = front(80, 24);
    paste(&mut front, "hello");
    assert!(front.requests.is_empty() && front.ui.popup.is_none());
    paste(&mut front, "/tmp/x");
    assert!(front.requests.is_empty(), "behind a text it is a part of that");
    front.press("Ctrl-C");
    paste(&mut front, "/tmp/x");
    find(&mut front, &[]);
    assert!(front.ui.popup.is_none());
    paste(&mut front, "y");
    front.requests.clear();
    front.press("Ctrl-C");
    paste(&mut front, "/tmp/x");
    front.write("z");
    find(&mut front, &["/tmp/x"]);
    assert!(front.ui.popup.is_none(), "somebody goes on writing");
}

#[test]
fn the_picture_of_the_clipboard_is_asked_about() {
    let mut front = front(80, 24);
    front.write("/file").press("Enter");
    let conversation = front.id("bea");
    assert_eq!(front.requests, [UiRequest::OfferPicture(conversation)]);
    front.requests.clear();
    offer_picture(&mut front.ui, &front.state, conversation, std::path::Path::new("/p/clipboard-1-1.png"));
    front.draw();
    assert!(front.shows("Send clipboard-1-1.png to bea?"), "{}", front.screen());
    front.now.wall.0 += 500_000;
    front.press("Enter");
    let paths = vec!["/p/clipboard-1-1.png".to_owned()];
    assert_eq!(front.requests, [UiRequest::Offer { conversation, paths }]);
}

#[test]
fn a_question_that_comes_up_while_keys_are_pressed_takes_none_of_them() {
    let mut front = front(80, 24);
    let asked = |front: &mut Front| {
        front.press("Ctrl-C");
        paste(front, "/tmp/x");
        find(front, &["/tmp/x"]);
        assert!(front.shows("Send x to bea?"), "{}", front.screen());
    };
    asked(&mut front);
    front.now.wall.0 += 100_000;
    front.press("Enter");
    assert!(
        front.requests.is_empty() && front.shows("Send x to bea?"),
        "on its way before\n{}",
        front.screen()
    );
    front.press("'y");
    assert_eq!((front.draft(), front.ui.popup.is_none()), ("/tmp/xy", true));
    asked(&mut front);
    front.press("Ctrl-G");
    assert!(front.shows("Go to"), "{}", front.screen());
    front.press("Esc Ctrl-C");
    paste(&mut front, "/tmp/x");
    front.press("Ctrl-S 'a");
    find(&mut front, &["/tmp/x"]);
    assert!(front.ui.popup.is_none(), "a word is being looked for\n{}", front.screen());
}
