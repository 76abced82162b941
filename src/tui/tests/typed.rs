//! What stands in the draft as a command, and that the README tells of each.

use crate::tui::commands::{COMMANDS, Typed, Verb, read};

#[test]
fn the_readme_has_every_command_and_no_other() {
    let readme = include_str!("../../../README.md");
    let section = readme.split("\n## ").find(|section| section.starts_with("Commands\n")).unwrap();
    let quoted = section.split('`').skip(1).step_by(2).filter_map(|piece| piece.strip_prefix('/'));
    let mut told: Vec<&str> = quoted.map(|piece| piece.split(' ').next().unwrap()).collect();
    told.retain(|name| *name != "/");
    let mut known: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
    told.sort_unstable();
    known.sort_unstable();
    assert_eq!(told, known);
}

#[test]
fn commands_are_told_from_text() {
    for (text, typed) in [
        ("在吗", Typed::Message("在吗")),
        ("//etc", Typed::Message("/etc")),
        ("/add 侯哥 127.0.0.1:1 ", Typed::Command(Verb::Add, "侯哥 127.0.0.1:1")),
        ("/quit", Typed::Command(Verb::Quit, "")),
        ("/export ~/a b.txt", Typed::Command(Verb::Export, "~/a b.txt")),
        ("/me\tgoes", Typed::Command(Verb::Me, "goes")),
        ("/qiut", Typed::Unknown { name: "qiut", nearest: Some("quit") }),
        ("/enc gbk", Typed::Unknown { name: "enc", nearest: Some("encoding") }),
        ("/file a\\ b \"c d\" ", Typed::Command(Verb::File, "a\\ b \"c d\"")),
        ("/accept 2", Typed::Command(Verb::Accept, "2")),
        ("/to a,b hi there", Typed::Command(Verb::To, "a,b hi there")),
        ("/away", Typed::Command(Verb::Away, "")),
        ("/stpo", Typed::Unknown { name: "stpo", nearest: Some("stop") }),
        ("/exit", Typed::Unknown { name: "exit", nearest: Some("quit") }),
        ("/HELP", Typed::Unknown { name: "HELP", nearest: Some("help") }),
        ("/xyzzy", Typed::Unknown { name: "xyzzy", nearest: None }),
    ] {
        assert_eq!(read(text), typed, "{text}");
    }
}
