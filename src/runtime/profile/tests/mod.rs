//! Files of a profile as a person leaves them, and what our edits do to them.

mod contact_list;
mod identity;
#[cfg(unix)]
mod modes;
mod relay;
#[cfg(unix)]
mod room_secrets;
mod shown;
mod watching;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::model::phrase::Value;
use crate::model::traffic::Audience;
use crate::model::{Address, AddressError, Caps, Contact, Scheme};

const UDP: Scheme = Scheme { name: "udp", default_port: 8081, caps: Caps { encodings: true, ..Caps::NONE } };

fn address(text: &str) -> Result<Address, AddressError> {
    Address::parse(text, &[UDP])
}

/// A profile in a folder of its own; the folder goes with the first of the pair.
fn profile() -> (TempDir, Profile) {
    let folder = TempDir::new().unwrap();
    let profile = Profile::open(Some(folder.path())).unwrap();
    (folder, profile)
}

fn with_config(text: &str) -> (TempDir, Profile) {
    let (folder, profile) = profile();
    fs::write(profile.config_path(), text).unwrap();
    (folder, profile)
}

fn with_contacts(text: &str) -> (TempDir, Profile) {
    let (folder, profile) = profile();
    fs::write(profile.contacts_path(), text).unwrap();
    (folder, profile)
}

fn config_text(profile: &Profile) -> String {
    fs::read_to_string(profile.config_path()).unwrap()
}

fn contacts_text(profile: &Profile) -> String {
    fs::read_to_string(profile.contacts_path()).unwrap()
}

fn contacts(profile: &Profile) -> Vec<Contact> {
    profile.load_contacts(&address).unwrap().value
}

fn names(profile: &Profile) -> Vec<String> {
    contacts(profile).into_iter().map(|contact| contact.name).collect()
}

mod config {
    use super::*;

    fn listen(text: &str) -> ListenSetting {
        with_config(text)
            .1
            .load_config()
            .unwrap()
            .value
            .listen
            .get("udp")
            .unwrap_or(ListenSetting::UDP_DEFAULT)
    }

    #[test]
    fn without_a_file_there_are_defaults_and_nothing_is_written() {
        let (_folder, profile) = profile();
        let config = profile.load_config().unwrap();
        assert_eq!(config.value, Config::default());
        assert!(!config.value.exists && config.value.visible == Audience::Nobody);
        assert!(!profile.config_path().exists());
    }

    #[test]
    fn the_template_says_what_the_defaults_are() {
        let (_folder, profile) = profile();
        profile.set_all(&[]).unwrap();
        let config = profile.load_config().unwrap();
        let listen = config.value.listen.clone();
        assert_eq!(config.value, Config { exists: true, listen, ..Config::default() });
        assert_eq!(config.warnings, []);
        let lines = "udp = \"[::]:8081\"\ntcp = \"off\"\nudpqq = 7781\nroom = 7788\nipmsg = 2425\n";
        assert_eq!(config_text(&profile), [include_str!("../../../../assets/config.toml"), lines].concat());
    }

    #[test]
    fn a_room_is_greeted_as_written_or_not_at_all() {
        let greeting = |text: &str| with_config(text).1.load_config().unwrap().value.greeting;
        assert_eq!(greeting("greeting = \"hello, all\""), "hello, all");
        assert_eq!(greeting("greeting = \"\""), "");
        assert_eq!(greeting(""), "***加入了聊天室");
    }

    #[test]
    fn what_colleagues_see_and_where_is_as_written() {
        let config = |text: &str| with_config(text).1.load_config().unwrap().value;
        let text = "group = \" 研发 \"\nannounce = [\"10.0.3.255\", \"10.0.4.7:2426\", \"10.0.5.1\"]\n\
                    downloads = \"~/收到\"\nlegacy-encoding = \"Big5\"\n";
        let written = config(text);
        assert_eq!((&*written.group, written.downloads.as_deref()), ("研发", Some("~/收到")));
        assert_eq!(written.legacy_encoding, "Big5");
        let places = ["10.0.3.255", "10.0.4.7:2426", "10.0.5.1"].map(|place| Announce::parse(place).unwrap());
        assert_eq!(written.announce, places);
        let empty = config("group = \"\"\nannounce = []\ndownloads = \"\"\nlegacy-encoding = \"\"\n");
        assert_eq!(empty, Config { exists: true, ..Config::default() });
    }

    #[test]
    fn they_can_be_set_one_by_one() {
        let (_folder, profile) = profile();
        for (key, value) in [
            ("group", "研发"),
            ("announce", "10.0.3.255, 10.0.4.7:2426 10.0.5.1"),
            ("downloads", "~/收到"),
            ("legacy-encoding", "big5"),
            ("listen.ipmsg", "off"),
        ] {
            profile.set(key, value).unwrap();
        }
        let config = profile.load_config().unwrap().value;
        assert_eq!((&*config.group, config.downloads.as_deref()), ("研发", Some("~/收到")));
        assert_eq!((config.announce.len(), &*config.legacy_encoding), (3, "big5"));
        assert_eq!(config.listen.get("ipmsg"), Some(ListenSetting::Off));
        assert!(
            config_text(&profile).contains("announce = [\"10.0.3.255\", \"10.0.4.7:2426\", \"10.0.5.1\"]")
        );
        profile.set("announce", "").unwrap();
        assert_eq!(profile.load_config().unwrap().value.announce, []);
    }

    #[test]
    fn the_first_start_writes_its_answers_into_the_template() {
        let (_folder, profile) = profile();
        profile.set_all(&[("name", "侯哥"), ("language", "zh-CN"), ("visible", "true")]).unwrap();
        let config = profile.load_config().unwrap().value;
        assert_eq!(config.name.as_deref(), Some("侯哥"));
        assert_eq!(config.language.as_deref(), Some("zh-CN"));
        assert!(config.visible.is_everybody());
        assert!(config_text(&profile).contains("name = \"侯哥\"         # what others see"));
    }

    #[test]
    fn one_is_visible_to_all_to_contacts_or_to_nobody() {
        for (written, audience) in [
            ("true", Audience::Everybody),
            ("contacts", Audience::Contacts),
            ("Contacts", Audience::Contacts),
            ("off", Audience::Nobody),
        ] {
            let (_folder, profile) = with_config("visible = false\n");
            profile.set("visible", written).unwrap();
            assert_eq!(profile.load_config().unwrap().value.visible, audience, "{written}");
        }
    }

    #[test]
    fn all_forms_of_a_listen_setting_are_read() {
        assert_eq!(listen("[listen]\nudp = 8081"), ListenSetting::Port(8081));
        assert_eq!(listen("listen.udp = \"9\""), ListenSetting::Port(9));
        assert_eq!(listen("listen = { udp = \"off\" }"), ListenSetting::Off);
        let at = ListenSetting::At("127.0.0.1:1".parse().unwrap());
        assert_eq!(listen("[listen]\nudp = \"127.0.0.1:1\"\ntcp = \"off\"\nroom = 7788"), at);
        assert_eq!(listen("name = \"x\""), ListenSetting::UDP_DEFAULT);
    }

    #[test]
    fn an_unknown_key_is_named_and_harmless() {
        let (_folder, profile) = with_config("name = \"x\"\ncolour = 1\n[listen]\nfax = 2\nudpqq = 3\n");
        let config = profile.load_config().unwrap();
        assert_eq!(config.value.name.as_deref(), Some("x"));
        let named: Vec<_> = config.warnings.iter().flat_map(|phrase| phrase.args.clone()).collect();
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(config.warnings.len(), 2);
        assert!(named.contains(&("key", text("colour"))));
        assert!(named.contains(&("key", text("listen.fax"))));
        assert!(named.contains(&("line", Value::Number(4))));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wants = |key: &str, kind| Problem::Wants { key: key.to_owned(), kind };
        for (text, line, what) in [
            ("# c\nname = 1\n", 2, wants("name", ValueKind::Text)),
            ("visible = \"yes\"\n", 1, wants("visible", ValueKind::Audience)),
            ("[listen]\n\nudp = 65536\n", 3, wants("listen.udp", ValueKind::Listen)),
            ("[listen]\nudp = -1\n", 2, wants("listen.udp", ValueKind::Listen)),
            ("[listen]\nudp = \"on\"\n", 2, wants("listen.udp", ValueKind::Listen)),
            ("listen = 5\n", 1, wants("listen", ValueKind::Table)),
            ("relay = 5\n", 1, wants("relay", ValueKind::Table)),
            ("[relay]\nhistory = \"yes\"\n", 2, wants("relay.history", ValueKind::Flag)),
            ("[relay]\nkeep = \"30\"\n", 2, wants("relay.keep", ValueKind::KeepAge)),
            ("[relay]\nkeep-messages = 0\n", 2, wants("relay.keep-messages", ValueKind::KeepMessages)),
            ("[relay]\ncluster = []\n", 2, wants("relay.cluster", ValueKind::Servers)),
            ("[relay]\ncluster = [1]\n", 2, wants("relay.cluster", ValueKind::Servers)),
            ("[relay]\npublic = [\"a b\"]\n", 2, wants("relay.public", ValueKind::Hosts)),
            ("[relay]\nreplicas = 0\n", 2, wants("relay.replicas", ValueKind::Count)),
            ("[relay]\nkeep-bytes = true\n", 2, wants("relay.keep-bytes", ValueKind::KeepBytes)),
            ("\ngroup = 5\n", 2, wants("group", ValueKind::Text)),
            ("group = \"a\\u001b\"\n", 1, Problem::Name(NameError::Unprintable)),
            ("announce = \"10.0.3.255\"\n", 1, wants("announce", ValueKind::Places)),
            (
                "announce = [\n  \"10.0.3.255\",\n  \"[::1]\",\n]\n",
                3,
                Problem::Place(AnnounceError::Six("[::1]".to_owned())),
            ),
            ("announce = [\n  5\n]\n", 2, wants("announce", ValueKind::Places)),
            ("downloads = \"got\"\n", 1, wants("downloads", ValueKind::Folder)),
            ("# c\nlegacy-encoding = \"klingon\"\n", 2, wants("legacy-encoding", ValueKind::Encoding)),
            ("name = \"a\\u001b[2J\"\n", 1, Problem::Name(NameError::Unprintable)),
        ] {
            let (_folder, profile) = with_config(text);
            let error = profile.load_config().unwrap_err();
            assert_eq!((error.line, error.what), (line, what), "{text}");
        }
        let (_folder, profile) = with_config("a = 1\nb = \"x\n");
        let error = profile.load_config().unwrap_err();
        assert_eq!(error.line, 2);
        assert!(matches!(error.what, Problem::Syntax(_)), "{error}");
    }

    #[test]
    fn a_file_that_is_not_text_is_an_error_not_a_panic() {
        let (_folder, profile) = profile();
        fs::write(profile.config_path(), b"name = \"x\"\n\xff\n").unwrap();
        let error = profile.load_config().unwrap_err();
        assert_eq!((error.line, error.what), (2, Problem::NotUtf8));
        fs::write(profile.config_path(), vec![b'#'; 2 << 20]).unwrap();
        assert!(matches!(profile.load_config().unwrap_err().what, Problem::TooBig { .. }));
        fs::remove_file(profile.config_path()).unwrap();
        fs::create_dir(profile.config_path()).unwrap();
        assert!(matches!(profile.load_config().unwrap_err().what, Problem::Unreadable(_)));
    }

    #[test]
    fn a_change_leaves_every_other_byte_alone() {
        let before = "# mine\r\n\r\ntheme  =  'dark'   # at night\r\nname=\"a\" # me\r\n\r\n# ports\r\n[listen] # here\r\nudp = 1 # one\r\n# end\r\n";
        let (_folder, profile) = with_config(before);
        profile.set("theme", "classic").unwrap();
        profile.set("listen.udp", "127.0.0.1:2").unwrap();
        let expected = before.replace("'dark'   #", "\"classic\" #").replace("= 1 #", "= \"127.0.0.1:2\" #");
        assert_eq!(config_text(&profile), expected);
        profile.set("bell", "off").unwrap();
        profile.set("listen.tcp", "off").unwrap();
        let expected = expected
            .replace("# me\r\n", "# me\r\nbell = false\r\n")
            .replace("# one\r\n", "# one\r\ntcp = \"off\"\r\n");
        assert_eq!(config_text(&profile), expected);
    }

    #[test]
    fn a_key_finds_its_place_in_every_form_of_file() {
        for before in [
            "",
            "# only a comment",
            "\u{feff}# mark\n",
            "[listen]\nudp = 1",
            "[listen]",
            "listen.tcp = \"off\"\n",
            "name = \"\"\"\nx\"\"\" # c",
            "[other]\nx = 1\n",
        ] {
            let (_folder, profile) = with_config(before);
            profile.set("visible", "true").unwrap();
            profile.set("listen.udp", "8082").unwrap();
            profile.set("listen.udp", "8083").unwrap();
            let config = profile.load_config().unwrap().value;
            assert!(config.visible.is_everybody(), "{before:?}");
            assert_eq!(config.listen.get("udp"), Some(ListenSetting::Port(8083)), "{before:?}");
            let text = config_text(&profile);
            assert!(
                before
                    .lines()
                    .all(|line| text.lines().any(|now| now.trim_start_matches('\u{feff}')
                        == line.trim_start_matches('\u{feff}')
                        || line.starts_with("udp"))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_bad_file_is_never_overwritten() {
        for bad in ["name = \n", "visible = 3\n"] {
            let (_folder, profile) = with_config(bad);
            assert!(matches!(profile.set("bell", "off"), Err(EditError::Unparsed(_))));
            assert!(matches!(profile.set_all(&[("name", "x")]), Err(EditError::Unparsed(_))));
            assert_eq!(config_text(&profile), bad);
        }
    }

    #[test]
    fn bad_keys_and_values_change_nothing() {
        let (_folder, profile) = with_config("bell = true\n");
        assert_eq!(profile.set("colour", "red"), Err(EditError::UnknownKey("colour".to_owned())));
        assert_eq!(profile.set("listen.fax", "1"), Err(EditError::UnknownKey("listen.fax".to_owned())));
        for (key, value) in [
            ("bell", "loud"),
            ("listen.udp", "x"),
            ("visible", ""),
            ("downloads", "got"),
            ("legacy-encoding", "utf-16"),
        ] {
            assert!(matches!(profile.set(key, value), Err(EditError::BadValue { .. })), "{key}");
        }
        assert_eq!(profile.set("name", "a\nb"), Err(EditError::Name(NameError::Unprintable)));
        let unknown = AnnounceError::Unknown("10.0.3.256".to_owned());
        assert_eq!(profile.set("announce", "10.0.3.255 10.0.3.256"), Err(EditError::Place(unknown)));
        let entries = MAX_ANNOUNCE + 1;
        let many = AnnounceError::TooMany { addresses: u32::try_from(entries).unwrap(), entries };
        assert_eq!(profile.set("announce", &"10.0.5.1 ".repeat(entries)), Err(EditError::Place(many)));
        let both = profile.set_all(&[("bell", "off"), ("colour", "red")]);
        assert!(both.is_err());
        assert_eq!(config_text(&profile), "bell = true\n");
    }

    #[test]
    fn quotes_and_backslashes_survive() {
        let (_folder, profile) = profile();
        profile.set("name", r#"a "b" \c '''"#).unwrap();
        assert_eq!(profile.load_config().unwrap().value.name.as_deref(), Some(r#"a "b" \c '''"#));
    }
}

mod folders {
    use super::*;

    #[test]
    fn one_folder_holds_everything() {
        let (folder, profile) = profile();
        let paths = [
            profile.config_path(),
            profile.contacts_path(),
            profile.history_path(),
            profile.identity_path(),
            profile.downloads_path(),
            profile.log_path(),
        ];
        assert!(paths.iter().all(|path| path.parent() == Some(folder.path())));
    }

    #[test]
    fn a_file_in_the_way_is_an_error() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        assert!(matches!(Profile::open(Some(&path)), Err(ProfileError::Folder { .. })));
        assert!(matches!(Profile::open(Some(&path.join("below"))), Err(ProfileError::Folder { .. })));
    }

    #[test]
    fn nothing_is_left_behind_by_an_edit() {
        let (folder, profile) = profile();
        profile.set("bell", "off").unwrap();
        profile.add_contact("a", "h:1").unwrap();
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["config.toml", "contacts.toml"]);
    }

    #[test]
    fn a_temporary_file_of_a_crash_is_in_nobodys_way() {
        let (folder, profile) = profile();
        let left = folder.path().join(format!(".config.toml.{}-0.tmp", std::process::id()));
        fs::write(&left, "old").unwrap();
        profile.set("bell", "off").unwrap();
        assert_eq!(fs::read_to_string(left).unwrap(), "old");
        assert!(!profile.load_config().unwrap().value.terminal.alerts.bell);
    }
}
