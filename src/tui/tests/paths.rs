//! `/file`: several paths in one draft, and Tab that completes them.

use super::files::front;
use super::*;
use crate::runtime::FoundPath;
use crate::tui::update::completed;

/// A file or a folder that the session found.
pub(super) fn found(path: &str) -> FoundPath {
    FoundPath { path: path.to_owned(), size: (!path.ends_with('/')).then_some(2_048) }
}

/// What the session found for what was typed.
fn find(front: &mut Front, typed: &str, paths: &[&str]) {
    let asked = front.requests.pop();
    assert_eq!(asked, Some(UiRequest::Complete(typed.to_owned())));
    completed(&mut front.ui, typed, paths.iter().map(|path| found(path)).collect());
    front.draw();
}

#[test]
fn paths_are_divided_as_a_shell_does() {
    let mut front = front(80, 24);
    front.write(r#"/file a.txt my\ file "two words/图 1.png" ~/x"#).press("Enter");
    let paths = ["a.txt", "my file", "two words/图 1.png", "~/x"].map(str::to_owned).to_vec();
    let conversation = front.id("bea");
    assert_eq!(front.requests, [UiRequest::Offer { conversation, paths }]);
    assert!(front.draft().is_empty());
    front.requests.clear();
    for draft in ["/file \"open", "/file end\\"] {
        front.write(draft).press("Enter");
        assert_eq!((front.draft(), front.requests.len()), (draft, 0));
        front.press("Ctrl-C");
    }
}

#[test]
fn the_only_candidate_is_taken_at_once_and_a_folder_can_be_gone_into() {
    let mut front = front(80, 24);
    front.write("/file a.txt ~/My").press("Tab");
    find(&mut front, "~/My", &["~/My Files/"]);
    assert_eq!(front.draft(), r"/file a.txt ~/My\ Files/");
    front.press("Tab");
    find(&mut front, "~/My Files/", &["~/My Files/it's"]);
    assert_eq!(front.draft(), r"/file a.txt ~/My\ Files/it\'s ");
    front.write("\"my d").press("Tab");
    find(&mut front, "my d", &["my dir/"]);
    assert_eq!(front.draft(), "/file a.txt ~/My\\ Files/it\\'s \"my dir/");
}

#[test]
fn candidates_are_listed_and_gone_through_and_enter_takes_one() {
    let mut front = front(80, 24);
    front.write("/file d/re").press("Tab");
    find(&mut front, "d/re", &["d/read me", "d/report.txt", "d/reports/"]);
    assert_eq!(front.draft(), "/file d/re");
    insta::assert_snapshot!("paths-80x24", front.screen());
    front.press("Down Down Tab");
    assert_eq!(front.draft(), "/file d/reports/");
    find(&mut front, "d/reports/", &["d/reports/old", "d/reports/new"]);
    front.press("Ctrl-U").write("/file d/re").press("Tab");
    find(&mut front, "d/re", &["d/read me", "d/report.txt", "d/reports/"]);
    front.press("Shift-Tab Up Enter");
    assert_eq!((front.draft(), front.requests.len()), ("/file d/report.txt ", 0));
    assert!(!front.shows("read me"), "{}", front.screen());
    front.press("Enter");
    assert!(matches!(front.requests.as_slice(), [UiRequest::Offer { .. }]));
}

#[test]
fn paths_that_are_shown_narrow_while_one_types() {
    let mut front = front(80, 24);
    front.write("/file d/re").press("Tab");
    find(&mut front, "d/re", &["d/read me", "d/report.txt", "d/reports/"]);
    front.write("po");
    assert!(!front.shows("read me") && front.shows("report.txt"), "{}", front.screen());
    assert_eq!(front.requests.last(), Some(&UiRequest::Complete("d/repo".to_owned())));
    completed(&mut front.ui, "d/repo", vec![found("d/report.txt"), found("d/report 2.txt")]);
    front.draw();
    assert!(front.shows("report 2.txt") && !front.shows("reports/"), "{}", front.screen());
}

#[test]
fn esc_leaves_the_list_and_typing_goes_on_behind_it() {
    let mut front = front(80, 24);
    front.write("/file r").press("Tab");
    find(&mut front, "r", &["ra", "rb"]);
    front.press("Esc");
    assert!(!front.shows(" rb"), "{}", front.screen());
    front.press("'c Tab");
    find(&mut front, "rc", &["rck"]);
    assert_eq!(front.draft(), "/file rck ");
}

#[test]
fn what_comes_too_late_changes_nothing() {
    let mut front = front(80, 24);
    front.write("/file r").press("Tab Tab");
    assert_eq!(front.requests, [UiRequest::Complete("r".to_owned())]);
    front.press("'x");
    completed(&mut front.ui, "r", vec![found("ra")]);
    assert_eq!(front.draft(), "/file rx");
    front.press("Tab Backspace");
    completed(&mut front.ui, "rx", vec![found("rxy")]);
    assert_eq!(front.draft(), "/file r");
    front.requests.clear();
    front.press("Tab Alt-2 Alt-1");
    completed(&mut front.ui, "r", vec![found("ra")]);
    assert_eq!(front.draft(), "/file r");
}

#[test]
fn nothing_found_is_said() {
    let mut front = front(80, 24);
    front.write("/file zzz").press("Tab");
    find(&mut front, "zzz", &[]);
    assert!(front.shows("No file or folder"), "{}", front.screen());
    assert_eq!(front.draft(), "/file zzz");
}

#[test]
fn hostile_names_and_many_of_them_fit_every_screen() {
    let evil = "\u{1b}[2J\u{202e}".repeat(40);
    let many: Vec<FoundPath> = (0..200).map(|number| found(&format!("r{number}{evil}"))).collect();
    for (width, height) in [(200, 50), (80, 24), (20, 6), (3, 2), (1, 1)] {
        let mut front = front(width, height);
        front.write("/file r").press("Tab");
        completed(&mut front.ui, "r", many.clone());
        front.draw();
        let screen = front.screen();
        assert!(!screen.contains(['\u{1b}', '\u{202e}']), "{screen:?}");
        front.press("Shift-Tab");
        assert!(width < 20 || front.shows("r199"), "{}", front.screen());
    }
}

#[test]
fn names_are_completed_behind_each_comma() {
    let mut front = front(80, 24);
    front.write("/to b").press("Tab");
    assert_eq!(front.draft(), "/to bea");
    front.write(",卡").press("Tab");
    assert_eq!(front.draft(), "/to bea,卡尔");
    front.write(",pl").press("Tab");
    assert_eq!(front.draft(), "/to bea,卡尔,plain");
}
