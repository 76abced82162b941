//! contacts.toml as people write it, and our edits of it.

use super::*;
use crate::app::ContactsEdit;
use crate::model::{KeepPeriod, NotifyLevel};

const FILE: &str = "# people\n[contacts]\n# class\nalex   = \"127.0.0.1:8081\" # desk\n\"瞎驴\" = \"udp://127.0.0.1:8081?encoding=gb18030\"\n\n# rooms\n\"机房\" = { address = \"udp://10.0.0.255:7788\", notify = false } # loud\n[contacts.\"far away\"] # table\naddress = '[::1]:9'\n# end\n";

#[test]
fn every_form_of_entry_is_read_in_order() {
    let (_folder, profile) = with_contacts(FILE);
    assert_eq!(names(&profile), ["alex", "瞎驴", "机房", "far away"]);
    let list = contacts(&profile);
    assert_eq!(list[1].address.option("encoding"), Some("gb18030"));
    let levels: Vec<_> = list.iter().map(|contact| contact.notify).collect();
    let all = NotifyLevel::All;
    assert_eq!(levels, [all, all, NotifyLevel::None, all]);
}

#[test]
fn no_file_is_an_empty_list() {
    let (_folder, profile) = profile();
    assert_eq!(names(&profile), [""; 0]);
}

#[test]
fn one_bad_contact_does_not_hide_the_others() {
    let text = "top = 1\n[contacts]\ngood = \"h:1\"\nport = \"h:0\"\nnumber = 5\nEcho = \"h:2\"\n\" good \" = \"h:3\"\n\"\" = \"h:4\"\n\"a\\tb\" = \"h:5\"\nnone = { notify = true }\nlate = { address = \"h:6\", notify = 1, x = 2 }\n";
    let (_folder, profile) = with_contacts(text);
    let loaded = profile.load_contacts(&address).unwrap();
    assert_eq!(names(&profile), ["good", "late"]);
    let told: Vec<_> = loaded.warnings.iter().map(told).collect();
    let expected = [
        ("file-unknown-key", 1, "top"),
        ("contact-left-out", 4, "address-port"),
        ("contact-left-out", 5, "contact-no-address"),
        ("contact-left-out", 6, "name-reserved"),
        ("contact-left-out", 7, "contact-name-twice"),
        ("contact-left-out", 8, "name-empty"),
        ("contact-left-out", 9, "name-unprintable"),
        ("contact-left-out", 10, "contact-no-address"),
        ("file-unknown-key", 11, "late.x"),
        ("file-wants", 11, "late.notify"),
    ];
    assert_eq!(told, expected.map(|(key, line, what)| (key, line, what.to_owned())));
}

/// Key, line, and the reason or the key that a warning is about.
fn told(warning: &Phrase) -> (&'static str, i64, String) {
    let (mut at, mut what) = (0, String::new());
    for (name, value) in &warning.args {
        match value {
            Value::Number(line) if *name == "line" => at = *line,
            Value::Text(text) if ["reason", "key"].contains(name) => text.clone_into(&mut what),
            Value::Number(_) | Value::Text(_) => {}
        }
    }
    (warning.key, at, what)
}

#[test]
fn what_is_fetched_without_asking_stands_beside_the_address() {
    let text = "[contacts]\na = { address = \"h:1\", accept = \"20MB\" }\nb = { address = \"h:2\", accept = 20 }\nc = { address = \"h:3\", accept = \"much\" }\n";
    let (_folder, profile) = with_contacts(text);
    let loaded = profile.load_contacts(&address).unwrap();
    let accepted: Vec<_> = loaded.value.iter().map(|contact| contact.accept).collect();
    assert_eq!(accepted, [Some(20 << 20), None, None]);
    let told: Vec<_> = loaded.warnings.iter().map(told).collect();
    let wants = [("file-wants", 3, "b.accept"), ("file-wants", 4, "c.accept")];
    assert_eq!(told, wants.map(|(key, line, what)| (key, line, what.to_owned())));
}

#[test]
fn a_syntax_error_names_its_line() {
    let (_folder, profile) = with_contacts("[contacts]\nalex = \"h:1\"\nalex = \"h:2\"\n");
    let error = profile.load_contacts(&address).unwrap_err();
    assert_eq!(error.line, 3);
    assert!(matches!(profile.add_contact("x", "h:1"), Err(EditError::Unparsed(_))));
    let (_folder, profile) = with_contacts("contacts = 1\n");
    let wants = Problem::Wants { key: "contacts".to_owned(), kind: ValueKind::Table };
    assert_eq!(profile.load_contacts(&address).unwrap_err().what, wants);
    assert!(profile.add_contact("x", "h:1").is_err());
    assert_eq!(contacts_text(&profile), "contacts = 1\n");
}

#[test]
fn the_first_edit_creates_the_file() {
    let (_folder, profile) = profile();
    profile.add_contact(" 瞎驴 ", "127.0.0.1:8081").unwrap();
    profile.add_contact("alex", "h:1").unwrap();
    assert_eq!(contacts_text(&profile), "[contacts]\n\"瞎驴\" = \"127.0.0.1:8081\"\nalex = \"h:1\"\n");
}

#[test]
fn a_new_contact_comes_last_and_changes_nothing_else() {
    let (_folder, profile) = with_contacts(FILE);
    profile.add_contact("new", "h:1").unwrap();
    let expected = FILE.replace("# loud\n", "# loud\nnew = \"h:1\"\n");
    assert_eq!(contacts_text(&profile), expected);
    for before in ["[contacts]", "# none yet", "[contacts.a]\naddress = \"h:2\"", "\u{feff}[contacts]\r\n"] {
        let (_folder, profile) = with_contacts(before);
        profile.add_contact("new", "h:1").unwrap();
        assert!(contacts_text(&profile).starts_with(before), "{before:?}");
        assert!(names(&profile).contains(&"new".to_owned()), "{before:?}");
        let mixed = contacts_text(&profile).replace("\r\n", "").contains('\n') && before.contains('\r');
        assert!(!mixed, "{before:?}");
    }
}

#[test]
fn removing_takes_the_entry_and_leaves_the_comments() {
    let (_folder, profile) = with_contacts(FILE);
    profile.remove_contact("alex").unwrap();
    let expected = FILE.replace("alex   = \"127.0.0.1:8081\" # desk\n", "");
    assert_eq!(contacts_text(&profile), expected);
    profile.remove_contact("far away").unwrap();
    let expected = expected.replace("[contacts.\"far away\"] # table\naddress = '[::1]:9'\n", "");
    assert_eq!(contacts_text(&profile), expected);
    profile.remove_contact("机房").unwrap();
    profile.remove_contact("瞎驴").unwrap();
    assert_eq!(contacts_text(&profile), "# people\n[contacts]\n# class\n\n# rooms\n# end\n");
    assert_eq!(names(&profile), [""; 0]);
}

#[test]
fn a_renamed_contact_keeps_its_place() {
    let (_folder, profile) = with_contacts(FILE);
    profile.rename_contact("alex", "阿 力").unwrap();
    profile.rename_contact("far away", "near").unwrap();
    profile.rename_contact("瞎驴", "b-2").unwrap();
    let expected =
        FILE.replace("alex   =", "\"阿 力\"   =").replace("\"far away\"", "near").replace("\"瞎驴\"", "b-2");
    assert_eq!(contacts_text(&profile), expected);
    assert_eq!(names(&profile), ["阿 力", "b-2", "机房", "near"]);
    profile.rename_contact("near", "near").unwrap();
    assert_eq!(contacts_text(&profile), expected);
}

#[test]
fn a_new_address_replaces_only_the_address() {
    let (_folder, profile) = with_contacts(FILE);
    for name in ["alex", "机房", "far away"] {
        profile.set_contact_address(name, "h:1").unwrap();
    }
    let expected = FILE
        .replace("\"127.0.0.1:8081\" # desk", "\"h:1\" # desk")
        .replace("\"udp://10.0.0.255:7788\"", "\"h:1\"")
        .replace("'[::1]:9'", "\"h:1\"");
    assert_eq!(contacts_text(&profile), expected);
}

#[test]
fn a_time_to_keep_messages_is_read_and_written_beside_what_is_there() {
    let (_folder, profile) = with_contacts(
        "[contacts]\na = \"h:1\"\nb = { address = \"h:2\", accept = \"1MB\", keep = \"1w\" }\nc = { address = \"h:3\", keep = \"1s\" }\n",
    );
    let kept = || contacts(&profile).iter().map(|one| one.keep).collect::<Vec<_>>();
    let week = KeepPeriod::parse("7d");
    assert_eq!(kept(), [None, week, None]);
    let warnings = profile.load_contacts(&address).unwrap().warnings;
    assert_eq!(warnings.iter().map(|warning| warning.key).collect::<Vec<_>>(), ["file-wants"]);
    profile.set_contact_keep("a", KeepPeriod::parse("90m")).unwrap();
    profile.set_contact_keep("b", None).unwrap();
    profile.set_contact_keep("c", week).unwrap();
    assert_eq!(kept(), [KeepPeriod::parse("90m"), None, week]);
    assert_eq!(
        contacts_text(&profile),
        "[contacts]\na = { address = \"h:1\", keep = \"90m\" }\nb = { address = \"h:2\", accept = \"1MB\" }\nc = { address = \"h:3\", keep = \"7d\" }\n"
    );
}

#[test]
fn a_size_that_is_accepted_is_set_changed_and_taken_away_where_it_stands() {
    let before = "[contacts]\na = \"h:1\" # desk\nb = { address = 'h:2', notify = false }\n\n[contacts.c]\naddress = \"h:3\" # x\nnotify = true\n";
    let (_folder, profile) = with_contacts(before);
    let accepted = || contacts(&profile).iter().map(|one| one.accept).collect::<Vec<_>>();
    for name in ["a", "b", "c"] {
        profile.set_contact_accept(name, None).unwrap();
        assert_eq!(contacts_text(&profile), before, "nothing was set");
    }
    for (size, bytes) in [("20MB", 20 << 20), ("1KB", 1 << 10)] {
        for name in ["a", "b", "c"] {
            profile.set_contact_accept(name, Some(bytes)).unwrap();
        }
        let after = before
            .replace(
                "a = \"h:1\" # desk",
                &format!("a = {{ address = \"h:1\", accept = \"{size}\" }} # desk"),
            )
            .replace("notify = false }", &format!("notify = false, accept = \"{size}\" }}"))
            .replace("notify = true\n", &format!("notify = true\naccept = \"{size}\"\n"));
        assert_eq!(contacts_text(&profile), after);
        assert_eq!(accepted(), [Some(bytes); 3]);
    }
    for name in ["a", "b", "c"] {
        profile.set_contact_accept(name, None).unwrap();
    }
    assert_eq!(contacts_text(&profile), before.replace("a = \"h:1\"", "a = { address = \"h:1\" }"));
    let (_folder, profile) = with_contacts("[contacts]\nb = { accept = \"1KB\" , address = 'h:2' }\n");
    profile.set_contact_accept("b", None).unwrap();
    assert_eq!(contacts_text(&profile), "[contacts]\nb = { address = 'h:2' }\n");
    let dotted = "contacts.a.address = \"h:1\"\n";
    let (_folder, profile) = with_contacts(dotted);
    assert!(matches!(profile.set_contact_accept("a", Some(1)), Err(EditError::Unusual { line: 1, .. })));
    assert_eq!(contacts_text(&profile), dotted);
}

#[test]
fn what_is_muted_or_pinned_is_written_only_where_it_is_not_as_usual() {
    let before = "[contacts]\na = \"h:1\" # desk\n\n[contacts.c]\naddress = \"h:3\"\n";
    let (_folder, profile) = with_contacts(before);
    let mute = |name: &str, notify| {
        profile.edit(&ContactsEdit::SetNotify { name: name.to_owned(), notify }).unwrap();
    };
    let pin = |name: &str, pinned| {
        profile.edit(&ContactsEdit::SetPinned { name: name.to_owned(), pinned }).unwrap();
    };
    let flags = || contacts(&profile).iter().map(|one| (one.notify, one.pinned)).collect::<Vec<_>>();
    mute("a", NotifyLevel::All);
    pin("c", false);
    assert_eq!((contacts_text(&profile).as_str(), flags()), (before, vec![(NotifyLevel::All, false); 2]));
    mute("a", NotifyLevel::None);
    pin("a", true);
    pin("c", true);
    let after = "[contacts]\na = { address = \"h:1\", notify = false, pinned = true } # desk\n\n\
                 [contacts.c]\naddress = \"h:3\"\npinned = true\n";
    assert_eq!(
        (contacts_text(&profile).as_str(), flags()),
        (after, vec![(NotifyLevel::None, true), (NotifyLevel::All, true)])
    );
    mute("a", NotifyLevel::All);
    pin("a", false);
    pin("c", false);
    assert_eq!(contacts_text(&profile), before.replace("a = \"h:1\"", "a = { address = \"h:1\" }"));
    mute("a", NotifyLevel::Mentions);
    assert!(contacts_text(&profile).contains("a = { address = \"h:1\", notify = \"mention\" } # desk"));
    assert_eq!(flags(), [(NotifyLevel::Mentions, false), (NotifyLevel::All, false)]);
}

#[test]
fn names_are_checked_before_anything_is_written() {
    let (_folder, profile) = with_contacts(FILE);
    let long = "长".repeat(33);
    for (name, error) in [
        ("  ", NameError::Empty),
        ("ECHO", NameError::Reserved),
        ("a\u{1b}b", NameError::Unprintable),
        (long.as_str(), NameError::TooLong),
    ] {
        assert_eq!(profile.add_contact(name, "h:1"), Err(EditError::Name(error)));
        assert_eq!(profile.rename_contact("alex", name), Err(EditError::Name(error)));
    }
    assert_eq!(check_name(&"长".repeat(32)), Ok("长".repeat(32).as_str()));
    assert_eq!(profile.add_contact(" alex ", "h:1"), Err(EditError::NameTaken("alex".to_owned())));
    assert_eq!(profile.rename_contact("alex", "瞎驴"), Err(EditError::NameTaken("瞎驴".to_owned())));
    assert_eq!(profile.remove_contact("nobody"), Err(EditError::NoSuchContact("nobody".to_owned())));
    assert_eq!(contacts_text(&profile), FILE);
}

#[test]
fn what_has_no_one_place_to_change_is_refused() {
    let inline = "contacts = { a = \"h:1\" }\n";
    let (_folder, profile) = with_contacts(inline);
    assert!(matches!(profile.add_contact("b", "h:1"), Err(EditError::Unusual { line: 1, .. })));
    assert!(matches!(profile.remove_contact("a"), Err(EditError::Unusual { line: 1, .. })));
    profile.rename_contact("a", "b").unwrap();
    assert_eq!(contacts_text(&profile), "contacts = { b = \"h:1\" }\n");
    let dotted = "[contacts]\na.address = \"h:1\"\na.notify = false\n";
    let (_folder, profile) = with_contacts(dotted);
    assert!(matches!(profile.remove_contact("a"), Err(EditError::Unusual { line: 2, .. })));
    assert!(matches!(profile.rename_contact("a", "b"), Err(EditError::Unusual { line: 2, .. })));
    assert_eq!(contacts_text(&profile), dotted);
}
