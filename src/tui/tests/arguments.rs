//! What is proposed for the arguments of commands: of the whole table, so that a new command has to say what its own may be.

use super::files::{file, offered, outgoing, put};
use super::finding::office;
use super::*;
use crate::model::Mark;
use crate::model::file::TransferState;
use crate::model::traffic::MessageKind;
use crate::tui::commands::{ArgumentKind, COMMANDS};

/// What is written of a command before the argument with that number.
fn before(name: &str, at: usize) -> String {
    let written = match (name, at) {
        (_, 0) => "",
        ("add", _) => "bob ",
        ("listen", _) => "udp ",
        ("set", _) => "visible ",
        ("lab", _) => "loss=20% ",
        (name, at) => panic!("/{name} {at}: write here what stands before this argument"),
    };
    format!("/{name} {written}")
}

/// With somebody of each kind, an offer that came, and one of ours.
fn everything() -> Front {
    let mut front = office(120, 36);
    front.press("Ctrl-G 'bea Enter");
    list_screens::nearby(&mut front, 8, "何欢", "group one");
    let report = || vec![file("report.pdf", 4_096, TransferState::Offered)];
    offered(&mut front, 1, report());
    put(&mut front, 2, outgoing(MessageKind::Text, Mark::Sent), "", report());
    front.ui.style.settings = vec![("visible", "true".to_owned())];
    front
}

#[test]
fn every_argument_proposes_what_it_may_be_and_says_what_that_is() {
    let mut front = everything();
    for command in COMMANDS {
        let named = command.args.split(' ').filter(|name| !name.is_empty()).count();
        assert_eq!(command.kinds.len(), named, "/{}: each argument is of some kind", command.name);
        for (at, kind) in command.kinds.iter().enumerate() {
            // Words are a person's own, paths are the disk's, and members those of a room.
            let is_ours = !matches!(
                kind,
                ArgumentKind::Words
                    | ArgumentKind::Path
                    | ArgumentKind::NewFile
                    | ArgumentKind::Member
                    | ArgumentKind::OrderTarget
            );
            if !is_ours {
                continue;
            }
            let written = before(command.name, at);
            front.press("Esc Ctrl-C").write(&written);
            let menu = front.ui.candidates().unwrap_or_else(|| panic!("{written}\n{}", front.screen()));
            for one in &menu.candidates {
                assert!(!one.about.is_empty(), "{written}: what is {}?", one.insert);
            }
        }
    }
}

#[test]
fn every_setting_says_what_it_is_and_so_do_its_values() {
    let mut front = everything();
    for key in crate::runtime::profile::settings() {
        front.press("Esc Ctrl-C").write(&format!("/set {key}"));
        let line = front.screen().lines().find(|line| line.contains(&format!("  {key} "))).map(str::to_owned);
        let line = line.unwrap_or_else(|| panic!("{key}\n{}", front.screen()));
        assert!(line.split_whitespace().count() > 3, "{key}: {line}");
        front.press("Space");
        let values = front.ui.candidates().map(|menu| menu.candidates.clone()).unwrap_or_default();
        for one in values.iter().filter(|_| key != "name") {
            assert!(!one.about.is_empty(), "/set {key} {}: what is that?", one.insert);
        }
    }
    front.press("Esc Ctrl-C").write("/set ann").press("Tab");
    assert_eq!(front.draft(), "/set announce ");
}

#[test]
fn a_name_with_blanks_is_one_argument() {
    let mut front = everything();
    front.load(&[("zhang wei", "ipmsg://10.77.5.41"), ("bea", "ipmsg://10.77.5.34")]);
    front.write("/doctor zhang w").press("Enter");
    assert_eq!(front.draft(), "/doctor zhang wei", "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.requests.last(), Some(&UiRequest::Examine(Some(front.id("zhang wei")))));
}

#[test]
fn the_doctor_takes_an_address_of_somebody_unknown_and_no_room() {
    let mut front = everything();
    for typed in ["192.0.2.7", "192.0.2.7:9001", "[2001:db8::7]:9001", "ipmsg://192.0.2.7", "a.example:9001"]
    {
        front.press("Esc Ctrl-C").write(&format!("/doctor {typed}")).press("Enter");
        let address = Box::new(parse_address(typed).expect(typed));
        assert_eq!(front.requests.last(), Some(&UiRequest::ExamineAddress(address)), "{}", front.screen());
    }
    let asked = front.requests.len();
    for (typed, told) in [("alx", "There is no contact"), ("room://239.7.8.8", "/join first")] {
        front.press("Esc Ctrl-C").write(&format!("/doctor {typed}")).press("Enter");
        assert!(front.shows(told), "{}", front.screen());
    }
    assert_eq!(front.requests.len(), asked);
}

#[test]
fn what_of_the_list_can_be_folded_is_proposed_by_its_name() {
    let mut front = everything();
    list_screens::nearby(&mut front, 9, "小李", "group two");
    front.write("/fold group t");
    assert!(front.shows("group two") && front.shows("a group of colleagues"), "{}", front.screen());
    front.press("Tab Enter");
    assert!(front.shows("group two 1"), "{}", front.screen());
    assert!(!front.shows("○ 小李") && !front.shows("● 小李"), "{}", front.screen());
    front.write("/fold nearby").press("Enter");
    assert!(!front.shows("group two 1"), "{}", front.screen());
}

#[test]
fn whoever_is_asked_to_let_somebody_in_reads_that_and_no_word_of_files() {
    let mut front = locks::front(120, 36);
    locks::says(&mut front, 7, "guest", "hi");
    locks::open_stranger(&mut front, "guest");
    front.write("/acc");
    assert!(front.shows("let whoever asks talk to you") && !front.shows("[N]"), "{}", front.screen());
    front.press("Tab");
    assert!(!front.shows("[N]"), "{}", front.screen());
}

#[test]
fn a_command_without_arguments_takes_none_and_is_run_from_the_palette_at_once() {
    let mut front = office(120, 36);
    front.write("/quit now").press("Enter");
    assert!(front.shows("/quit takes no words behind it"), "{}", front.screen());
    assert_eq!(front.draft(), "/quit now");
    front.press("Ctrl-C");
    front.write("half a word").press("Ctrl-X '/inspect Enter");
    assert_eq!(front.draft(), "half a word", "nothing was written over it");
    assert!(front.shows("There is no message here yet"), "{}", front.screen());
}
