//! Command lines as people type them, in both languages.

use super::*;
use crate::lang::TAGS;
use crate::model::{
    Caps, ClusterSettings, DialectInfo, ListenMode, ListenSetting, RetentionSettings, Scheme,
};

fn registry() -> Registry {
    let usual = ListenSetting::Port(1);
    let info = |name, listens, server| {
        let scheme = Scheme { name, default_port: 1, caps: Caps::NONE };
        DialectInfo { scheme, example: "192.168.1.20:8081", listens, server }
    };
    let listening = ["udp", "tcp", "room", "ipmsg"].map(|name| info(name, ListenMode::Itself(usual), None));
    let server = info("relay", ListenMode::Nowhere, Some(usual));
    Registry { dialects: [&listening[..], &[server]].concat(), reserved: vec!["secure"] }
}

fn read_in(tag: &str, line: &[&str]) -> Result<Cli, EarlyExit> {
    let args: Vec<OsString> =
        std::iter::once("udpqq").chain(line.iter().copied()).map(OsString::from).collect();
    Cli::read_in(&Lang::choose(Some(tag), registry()), &args, || 80)
}

fn read(line: &[&str]) -> Cli {
    read_in("en", line).unwrap_or_else(|refusal| panic!("{line:?}: {}", refusal.text))
}

fn refused(line: &[&str]) -> String {
    let refusal = read_in("en", line).expect_err("wrong usage");
    assert_eq!(refusal.status, 2, "{line:?}");
    assert!(!refusal.text.contains('{'), "{}", refusal.text);
    refusal.text.lines().next().unwrap().to_owned()
}

fn walk(command: &clap::Command, key: &str, visit: &mut dyn FnMut(String)) {
    visit(format!("cli-about-{key}"));
    for arg in command.get_arguments() {
        visit(format!("cli-arg-{}", arg.get_id()));
    }
    for inner in command.get_subcommands() {
        let name = inner.get_name();
        walk(inner, &if key == "udpqq" { name.to_owned() } else { format!("{key}-{name}") }, visit);
    }
}

#[test]
fn every_command_and_argument_has_a_text_in_every_language() {
    for tag in TAGS {
        let lang = Lang::choose(Some(tag), registry());
        let tree = commands::tree(&lang, 80);
        tree.clone().debug_assert();
        let mut seen = 0;
        walk(&tree, "udpqq", &mut |key| {
            seen += 1;
            assert!(lang.has(&key), "{tag}: {key}");
        });
        assert!(seen > 20);
    }
}

#[test]
fn help_is_wholly_in_the_language() {
    for page in [
        &["--help"][..],
        &["send", "-h"],
        &["listen", "--help"],
        &["echo", "-h"],
        &["relay", "-h"],
        &["contacts", "--help"],
        &["contacts", "add", "--help"],
        &["history", "-h"],
        &["history", "search", "-h"],
        &["history", "export", "--help"],
        &["history", "import", "-h"],
        &["relay", "history", "-h"],
        &["relay", "history", "search", "-h"],
        &["relay", "history", "export", "--help"],
        &["relay", "history", "remove", "-h"],
    ] {
        for tag in TAGS {
            let help = read_in(tag, page).unwrap_err();
            assert_eq!(help.status, 0);
            assert!(!help.text.contains("cli-"), "{}", help.text);
            assert!(!help.text.contains(['{', '\u{1b}']), "{}", help.text);
            for english in ["Usage", "Options", "Commands", "Print ", "possible", "default:", "OPTIONS"] {
                assert!(tag == "en" || !help.text.contains(english), "{english}: {}", help.text);
            }
        }
    }
    let help = read_in("en", &["send", "-h"]).unwrap_err().text;
    assert!(help.contains("Usage: udpqq send [OPTIONS] CONTACT|ADDRESS [TEXT]\n"), "{help}");
    assert!(!help.contains("test-panic"), "{help}");
    let version = read_in("en", &["--version"]).unwrap_err();
    assert_eq!(version, EarlyExit { text: format!("udpqq {}", env!("CARGO_PKG_VERSION")), status: 0 });
}

/// The page of a command, as wide as that.
fn help(tag: &str, words: &[&str], width: fn() -> usize) -> String {
    let args: Vec<OsString> = ["udpqq"].iter().chain(words).chain(&["--help"]).map(OsString::from).collect();
    Cli::read_in(&Lang::choose(Some(tag), registry()), &args, width).expect_err("a page").text
}

#[test]
fn help_fits_the_width_in_every_language() {
    use unicode_width::UnicodeWidthStr as _;
    let widths: [fn() -> usize; 4] = [|| 40, || 60, || 80, || 200];
    for words in [
        &[][..],
        &["chat"],
        &["send"],
        &["relay"],
        &["history", "search"],
        &["contacts", "add"],
        &["relay", "history", "remove"],
    ] {
        for (tag, width) in TAGS.iter().flat_map(|tag| widths.map(|width| (*tag, width))) {
            let page = help(tag, words, width);
            // How a command is typed and what is there to be copied stay whole.
            let is_whole = |row: &&str| row.contains("udpqq ") || row.trim_start().starts_with("--");
            let rows = page.lines().filter(|row| !is_whole(row));
            let wide: Vec<&str> = rows.filter(|row| row.width() > width().min(100)).collect();
            assert!(wide.is_empty(), "{tag} {words:?} {}: {wide:?}", width());
            assert!(page.lines().count() > 8, "{page}");
        }
    }
}

#[test]
fn a_command_shows_the_options_that_mean_something_to_it() {
    let options = |words: &[&str]| help("en", words, || 80);
    for (words, has, lacks) in [
        (&[][..], &["--theme", "--listen", "--defaults"][..], &[][..]),
        (&["send"], &["--wait", "--interface"], &["--theme", "--defaults", "--verbose"]),
        (
            &["contacts", "add"],
            &["--profile", "--language"],
            &["--listen", "--interface", "--name", "--theme"],
        ),
        (&["completions"], &["--language"], &["--profile", "--listen"]),
        (&["relay"], &["--theme", "--members"], &["--defaults", "--passphrase-fd"]),
    ] {
        let page = options(words);
        assert!(has.iter().all(|option| page.contains(option)), "{page}");
        assert!(!lacks.iter().any(|option| page.contains(&format!(" {option}"))), "{page}");
    }
    let man = read_in("en", &["man", "contacts"]).expect_err("a page").text.replace('\\', "");
    assert!(man.contains("--profile") && !man.contains("--theme"), "{man}");
}

/// The words of a line as a shell has them, up to where its output or input goes elsewhere.
fn words_of(line: &str) -> Vec<String> {
    let line =
        line.rsplit_once("| udpqq").map_or_else(|| line.to_owned(), |(_, rest)| format!("udpqq{rest}"));
    let pieces = line.split('\'').enumerate();
    let quoted =
        pieces.map(|(at, piece)| if at % 2 == 1 { piece.replace(' ', "\0") } else { piece.to_owned() });
    let words = quoted.collect::<String>();
    let words = words.split_whitespace().take_while(|word| !matches!(*word, "|" | ">" | "<" | "3<"));
    words.map(|word| word.replace('\0', " ")).collect()
}

#[test]
fn every_command_has_examples_and_each_can_be_typed() {
    let lang = Lang::choose(Some("en"), registry());
    let mut keys = Vec::new();
    walk(&commands::silent_tree(), "udpqq", &mut |key| {
        keys.extend(key.strip_prefix("cli-about-").map(str::to_owned));
    });
    for key in keys {
        let examples = help::examples(&key);
        assert!(!examples.is_empty(), "{key} has no examples");
        for example in examples {
            let args: Vec<OsString> = words_of(example).into_iter().map(OsString::from).collect();
            assert!(args.len() > 1 || key == "udpqq", "{example}: {args:?}");
            let is_page = matches!(key.as_str(), "completions" | "man");
            match Cli::read_in(&lang, &args, || 80) {
                Ok(cli) => assert!(!is_page, "{example}: {cli:?}"),
                Err(early) => assert!(is_page && early.status == 0, "{example}: {}", early.text),
            }
        }
        let path: Vec<&str> = key.split('-').filter(|word| *word != "udpqq").collect();
        assert!(help("zh-CN", &path, || 80).contains(examples[0]), "{key}");
    }
}

#[test]
fn the_messenger_is_what_happens_without_a_command() {
    assert_eq!(read(&[]), Cli { global: Global::default(), command: CliCommand::Messenger { open: None } });
    for target in ["alex", "127.0.0.1:8081", "[::1]:9", "瞎驴", "Send"] {
        assert_eq!(read(&[target]).command, CliCommand::Messenger { open: Some(target.to_owned()) });
    }
    assert_eq!(read(&["--", "send"]).command, CliCommand::Messenger { open: Some("send".to_owned()) });
}

#[test]
fn options_stand_before_or_after_the_command() {
    let line =
        ["--profile", "/p", "--interface=lo", "--name", "侯哥", "--theme", "dark", "-vv", "--defaults"];
    let expected = Global {
        profile: Some("/p".into()),
        interface: Some("lo".to_owned()),
        name: Some("侯哥".to_owned()),
        theme: Some("dark".to_owned()),
        verbose: true,
        defaults: true,
        ..Global::default()
    };
    assert_eq!(read(&line).global, expected);
    assert_eq!(read(&[&line[..], &["echo"]].concat()).global, expected);
    assert_eq!(read(&[&["contacts", "list"], &line[..]].concat()).global, expected);
    assert!(read(&["--test-panic"]).global.test_panic);
}

#[test]
fn listen_takes_a_port_an_address_or_off() {
    let udp = |line: &[&str]| read(line).global.listen.get("udp");
    assert_eq!(udp(&["--listen", "udp=9"]), Some(ListenSetting::Port(9)));
    assert_eq!(udp(&["--listen=udp=off"]), Some(ListenSetting::Off));
    let at = "[::1]:9".parse().map(ListenSetting::At).ok();
    assert_eq!(udp(&["--listen", "udp=1", "--listen", "udp=[::1]:9", "--listen", "tcp=off"]), at);
    assert_eq!(udp(&["--listen", "room=off"]), None);
    assert_eq!(read(&["--listen", "tcp=7788"]).global.listen.get("tcp"), Some(ListenSetting::Port(7788)));
    for (text, setting) in [("2425", ListenSetting::Port(2425)), ("off", ListenSetting::Off)] {
        assert_eq!(read(&["--listen", &format!("ipmsg={text}")]).global.listen.get("ipmsg"), Some(setting));
    }
    assert!(refused(&["--listen", "secure=7781"]).contains("not in this version yet"));
    assert!(refused(&["--listen", "fax=1"]).contains("the kinds are udp, tcp"));
    for bad in ["udp", "udp=", "udp=65536", "udp=host:1", "8081", ""] {
        assert!(refused(&["--listen", bad]).contains("does not say where"), "{bad}");
    }
}

#[test]
fn send_reads_its_text_and_waits_if_asked() {
    let send = |line: &[&str]| read(&[&["send"], line].concat()).command;
    let form = TextForm::Text;
    let expected = |text, wait| CliCommand::Send { target: "alex".to_owned(), text, form, wait };
    let given = |text: &str| TextArg::Given(text.to_owned());
    let secs = |secs| Some(Duration::from_secs_f64(secs));
    assert_eq!(send(&["alex", "hello you"]), expected(given("hello you"), None));
    assert_eq!(send(&["alex", "-"]), expected(TextArg::Stdin, None));
    assert_eq!(send(&["alex"]), expected(TextArg::PipedStdin, None));
    assert_eq!(send(&["alex", ""]), expected(given(""), None));
    assert_eq!(send(&["alex", "-5"]), expected(given("-5"), None));
    assert_eq!(send(&["alex", "--", "--wait"]), expected(given("--wait"), None));
    assert_eq!(send(&["--wait", "alex", "hi"]), expected(given("hi"), secs(5.0)));
    assert_eq!(send(&["alex", "--wait=0.5", "hi"]), expected(given("hi"), secs(0.5)));
    for bad in ["", "x", "-1", "+1", "inf", "NaN", "1e3", "1.2.3", ".", "99999999999"] {
        let wait = format!("--wait={bad}");
        let said = refused(&["send", "alex", "hi", &wait]);
        assert!(said.contains("--wait takes seconds") || said.contains("needs a value"), "{bad}: {said}");
    }
}

#[test]
fn what_is_sent_may_be_bytes() {
    let send = |line: &[&str]| read(&[&["send", "alex"], line].concat()).command;
    let expected = |text, form| CliCommand::Send { target: "alex".to_owned(), text, form, wait: None };
    let given = TextArg::Given("48 65".to_owned());
    assert_eq!(send(&["--hex", "48 65"]), expected(given, TextForm::Hex));
    assert_eq!(send(&["--hex"]), expected(TextArg::PipedStdin, TextForm::Hex));
    assert_eq!(send(&["-", "--raw"]), expected(TextArg::Stdin, TextForm::Raw));
    for (bad, said) in [
        (&["--raw", "text"][..], "--raw and TEXT do not go together"),
        (&["--raw", "--hex"], "--hex and --raw do not go together"),
    ] {
        assert!(refused(&[&["send", "alex"], bad].concat()).ends_with(said), "{bad:?}");
    }
}

#[test]
fn a_relay_is_looked_at_with_its_own_options() {
    assert!(refused(&["relay", "--shards", "65"]).contains("whole number from 1"));
    let permissions = read(&["relay", "permissions", "--prefix", "school", "--shards", "2"]).command;
    let wanted = PermissionFlags { prefix: Some("school".to_owned()), shards: Some(2), archive: false };
    assert_eq!(permissions, CliCommand::RelayPermissions(wanted));
    let doctor = read(&["relay", "doctor", "[::1]:7000", "--history", "--shards", "4", "--json"]).command;
    let cluster = ClusterSettings { shards: Some(4), ..ClusterSettings::default() };
    let relay =
        RelayFlags { listen: "[::1]:7000".parse().ok(), history: true, cluster, ..RelayFlags::default() };
    assert_eq!(doctor, CliCommand::RelayDoctor { relay: Box::new(relay), json: true });
}

#[test]
fn a_relay_is_told_where_and_how_much() {
    let relay = |line: &[&str]| {
        let CliCommand::Relay(relay) = read(&[&["relay"], line].concat()).command else { panic!("{line:?}") };
        *relay
    };
    assert_eq!(relay(&[]), RelayFlags::default());
    let line = ["[::1]:7000", "--open", "--members", "9", "--rooms=8", "--rate", "7", "--bytes", "6"];
    let more = ["--bandwidth", "5000000000", "--silence", "4", "--tui", "--metrics", "9100"];
    let kept = ["--history", "--keep", "12h", "--keep-messages", "all", "--keep-bytes", "2GB"];
    let cluster = ["--cluster", "tls://a,b:4223", "--cluster-ca", "ca.pem", "--cluster-nkey", "relay.nk"];
    let named = [
        "--prefix",
        "school",
        "--replicas",
        "3",
        "--shards",
        "4",
        "--public",
        "a.example,[::1]:7000",
        "--operators",
        "ops.key",
    ];
    let wanted = RelayFlags {
        listen: "[::1]:7000".parse().ok(),
        open: true,
        members: Some(9),
        rooms: Some(8),
        rate: Some(7),
        bytes: Some(6),
        bandwidth: Some(5_000_000_000),
        silence: Some(Duration::from_secs(4)),
        tui: true,
        history: true,
        retention: RetentionSettings {
            age: RetentionSettings::parse_age("12h"),
            messages: RetentionSettings::parse_messages("all"),
            bytes: RetentionSettings::parse_bytes("2GB"),
        },
        cluster: ClusterSettings {
            servers: vec!["tls://a".to_owned(), "tls://b:4223".to_owned()],
            ca: Some("ca.pem".into()),
            creds: None,
            nkey: Some("relay.nk".into()),
            prefix: Some("school".to_owned()),
            replicas: Some(3),
            shards: Some(4),
            public: ClusterSettings::parse_public("a.example,[::1]:7000").expect("addresses"),
        },
        operators: Some("ops.key".into()),
        metrics: "127.0.0.1:9100".parse().ok(),
    };
    assert_eq!(relay(&[&line[..], &more, &kept, &cluster, &named].concat()), wanted);
    assert!(refused(&["relay", "--replicas", "0"]).contains("whole number from 1"));
    assert!(refused(&["relay", "--public", "a b"]).contains("“a b”"));
    assert_eq!(relay(&["--metrics", "[::]:9100"]).metrics, "[::]:9100".parse().ok());
    let global = read(&["relay", "--listen", "relay=6001", "--listen", "udp=off"]).global;
    assert_eq!(global.listen.get("relay"), Some(ListenSetting::Port(6_001)));
    assert_eq!(global.listen.get("udp"), Some(ListenSetting::Off));
    assert!(refused(&["relay", "--silence", "99999999999"]).contains("whole number from 1"));
}

#[test]
fn what_a_relay_cannot_be_told_is_refused() {
    for bad in
        [&["off"][..], &["localhost:6000"], &["--metrics", "off"], &["--metrics", "9100x"], &["6000", "7"]]
    {
        refused(&[&["relay"], bad].concat());
    }
    for nobody in ["", ",", " , "] {
        assert!(refused(&["relay", "--cluster", nobody]).contains("Which NATS servers?"), "{nobody:?}");
    }
    for bad in ["0", "-1", "5000000000", "x"] {
        assert!(refused(&["relay", "--rate", bad]).contains("whole number from 1"), "{bad}");
    }
    for (arg, bad) in [("--keep", "7"), ("--keep-messages", "0"), ("--keep-bytes", "2XB")] {
        assert!(refused(&["relay", "--history", arg, bad]).contains(", or all"), "{arg} {bad}");
    }
}

#[test]
fn listen_ends_as_told() {
    let line = ["listen", "--json", "--count", "2", "--timeout", ".5"];
    let timeout = Some(Duration::from_millis(500));
    assert_eq!(read(&line).command, CliCommand::Listen { json: true, count: Some(2), timeout });
    assert_eq!(read(&["listen"]).command, CliCommand::Listen { json: false, count: None, timeout: None });
    for bad in ["0", "-1", "+1", "1.5", "x", "99999999999999999999"] {
        assert!(refused(&["listen", "--count", bad]).contains("whole number from 1"), "{bad}");
    }
}

#[test]
fn contacts_and_echo_are_read() {
    let text = |text: &str| text.to_owned();
    for (line, expected) in [
        (&["list"][..], ContactsArgs::List { json: false }),
        (&["list", "--json"], ContactsArgs::List { json: true }),
        (&["add", "瞎驴", "h:1"], ContactsArgs::Add { name: text("瞎驴"), address: text("h:1") }),
        (&["remove", "a b"], ContactsArgs::Remove { name: text("a b") }),
        (&["rename", "a", "b"], ContactsArgs::Rename { old: text("a"), new: text("b") }),
    ] {
        assert_eq!(read(&[&["contacts"], line].concat()).command, CliCommand::Contacts(expected));
    }
    assert_eq!(read(&["echo"]).command, CliCommand::Echo { upper: false });
    assert_eq!(read(&["echo", "--upper"]).command, CliCommand::Echo { upper: true });
}

#[test]
fn the_own_key_is_shown_exported_and_imported() {
    let key = |line: &[&str]| read(&[&["key"], line].concat()).command;
    assert_eq!(key(&[]), CliCommand::Key(KeyArgs::Show { qr: false }));
    assert_eq!(key(&["--qr"]), CliCommand::Key(KeyArgs::Show { qr: true }));
    assert_eq!(key(&["export"]), CliCommand::Key(KeyArgs::Export));
    assert_eq!(key(&["import"]), CliCommand::Key(KeyArgs::Import));
    assert_eq!(key(&["passphrase"]), CliCommand::Key(KeyArgs::Passphrase));
    assert_eq!(refused(&["key", "--qr", "export"]), "udpqq: --qr is not expected here");
    assert!(refused(&["key", "export", "--qr"]).contains("--qr"));
    assert_eq!(refused(&["key", "frob"]), "udpqq: There is no command frob");
}

#[test]
fn the_history_is_listed_searched_exported_and_imported() {
    let history = |line: &[&str]| read(&[&["history"], line].concat()).command;
    let search = |words: &str, json, limit| {
        CliCommand::History(HistoryArgs::Search { words: words.to_owned(), json, limit })
    };
    assert_eq!(history(&["list", "--json"]), CliCommand::History(HistoryArgs::List { json: true }));
    assert_eq!(history(&["search", "在吗"]), search("在吗", false, Some(50)));
    let spread = ["search", "a b", "--limit", "0", "from:me", "--json", "c"];
    assert_eq!(history(&spread), search("a b from:me c", true, None));
    assert_eq!(history(&["search", "--limit=7", "--", "--json"]), search("--json", false, Some(7)));
    let export = |target: Option<&str>, transcript, output: Option<&str>| {
        let (target, output) = (target.map(str::to_owned), output.map(PathBuf::from));
        CliCommand::History(HistoryArgs::Export { target, transcript, output })
    };
    assert_eq!(history(&["export"]), export(None, false, None));
    assert_eq!(history(&["export", "--text", "alex"]), export(Some("alex"), true, None));
    assert_eq!(history(&["export", "--output", "f"]), export(None, false, Some("f")));
    assert_eq!(history(&["export", "--output", "-"]), export(None, false, None));
    let import =
        |file: Option<&str>| CliCommand::History(HistoryArgs::Import { file: file.map(PathBuf::from) });
    assert_eq!(history(&["import", "f"]), import(Some("f")));
    assert_eq!(history(&["import", "-"]), import(None));
    for bad in ["-1", "+1", "1.5", "x", "", "99999999999999999999"] {
        assert!(refused(&["history", "search", "x", "--limit", bad]).contains("--limit"), "{bad}");
    }
    let help = read_in("en", &["history", "search", "-h"]).unwrap_err().text;
    assert!(help.contains("Usage: udpqq history search [OPTIONS] TEXT…\n"), "{help}");
}

#[test]
fn what_a_relay_has_kept_is_seen_taken_out_and_removed() {
    let history = |line: &[&str]| {
        let CliCommand::RoomHistory(history) = read(&[&["relay", "history"], line].concat()).command else {
            panic!("{line:?}")
        };
        history
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(history(&["list", "--json"]), RoomHistoryArgs::List { json: true });
    let search =
        |room, json, limit| RoomHistoryArgs::Search { words: "a from:b".to_owned(), room, json, limit };
    assert_eq!(history(&["search", "a", "from:b"]), search(None, false, Some(50)));
    assert_eq!(
        history(&["search", "a", "--room", "dev", "from:b", "--json", "--limit", "0"]),
        search(text("dev"), true, None)
    );
    let export = |room, member, transcript, output: Option<&str>| RoomHistoryArgs::Export {
        room,
        member,
        transcript,
        output: output.map(PathBuf::from),
    };
    assert_eq!(history(&["export"]), export(None, None, false, None));
    let line = ["export", "--member", "ann", "--room=dev", "--text", "--output", "f"];
    assert_eq!(history(&line), export(text("dev"), text("ann"), true, Some("f")));
    assert_eq!(history(&["import", "-"]), RoomHistoryArgs::Import { file: None });
    let remove = |what, yes| RoomHistoryArgs::Remove { what, yes };
    assert_eq!(history(&["remove", "--place", "7"]), remove(RemovedArg::Place(7), false));
    assert_eq!(
        history(&["remove", "--room", "dev", "--yes"]),
        remove(RemovedArg::Room("dev".to_owned()), true)
    );
    assert_eq!(history(&["remove", "--member", "a b"]), remove(RemovedArg::Member("a b".to_owned()), false));
    assert_eq!(read(&["relay", "--profile", "/p", "history", "list"]).global.profile, Some("/p".into()));
}

#[test]
fn a_history_of_a_relay_is_asked_for_alone_and_one_thing_is_removed_at_once() {
    for (line, said) in [
        (&["history"][..], "A command is missing"),
        (&["history", "remove"], "One of --place, --room, --member is missing"),
        (&["history", "remove", "--yes"], "One of --place"),
        (&["history", "remove", "--place", "1", "--member", "a"], "--place and --member do not go together"),
        (&["history", "remove", "--place", "0"], "--place takes a whole number from 1"),
        (&["--tui", "history", "list"], "--tui is not expected here"),
        (&["--history", "history", "list"], "--history is not expected here"),
        (&["6000", "history", "list"], "6000 is not expected here"),
        (&["history", "search"], "Missing: TEXT"),
    ] {
        let text = refused(&[&["relay"], line].concat());
        assert!(text.replace(['<', '>'], "").contains(said), "{line:?}: {text}");
    }
    let page = help("en", &["relay", "history", "export"], || 80);
    assert!(page.contains("--profile") && !page.contains("--interface"), "{page}");
    let page = help("en", &["relay"], || 80);
    assert!(
        page.contains("Usage: udpqq relay [OPTIONS] [ADDRESS]\n       udpqq relay [OPTIONS] COMMAND\n"),
        "{page}"
    );
    let man = read_in("en", &["man", "relay", "history", "remove"]).expect_err("a page").text;
    assert!(man.contains("for good") && man.contains("udpqq relay history remove"), "{man}");
    assert!(!man.replace('\\', "").contains("--theme"), "{man}");
}

#[test]
fn wrong_usage_says_what_is_wrong() {
    for (line, said) in [
        (&["--nmae", "x"][..], "--nmae is not expected here"),
        (&["send"], "Missing: CONTACT|ADDRESS"),
        (&["send", "a", "b", "c"], "c is not expected here"),
        (&["alex", "bob"], "bob is not expected here"),
        (&["alex", "echo"], "alex is not expected here"),
        (&["contacts"], "A command is missing"),
        (&["contacts", "drop"], "There is no command drop"),
        (&["history"], "A command is missing"),
        (&["history", "search"], "Missing: TEXT"),
        (&["history", "import"], "Missing: FILE"),
        (&["contacts", "add", "a"], "Missing: <ADDRESS>"),
        (&["--name"], "--name <NAME> needs a value"),
        (&["--name", "a", "--name", "b"], "--name <NAME> is given twice"),
        (&["echo", "--upper=1"], "--upper takes no value"),
    ] {
        let text = refused(line);
        assert!(text.replace(['<', '>'], "").contains(&said.replace(['<', '>'], "")), "{line:?}: {text}");
    }
    for (line, said) in [
        (&["chat"][..], "“udpqq chat --help” shows"),
        (&["--profile", "send", "contacts", "add", "a"], "“udpqq contacts add --help” shows"),
        (&["listen", "--count", "x"], "“udpqq listen --help” shows"),
        (&["alex", "bob"], "“udpqq --help” shows"),
        (&["sedn", "alex", "hi"], "Did you mean send?"),
    ] {
        let text = read_in("en", line).unwrap_err().text;
        assert!(text.contains(said), "{line:?}: {text}");
    }
    let text = read_in("en", &["--test-threads"]).unwrap_err().text;
    assert!(!text.contains("test-panic"), "{text}");
    let text = read_in("en", &["--nmae", "x"]).unwrap_err().text;
    assert!(text.contains("Did you mean --name?"), "{text}");
    assert!(read_in("zh-CN", &["send"]).unwrap_err().text.contains("缺少"));
}

#[test]
fn what_the_user_typed_is_escaped_in_errors() {
    let text = refused(&["--listen", "a\u{1b}[2J"]);
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

#[test]
fn the_language_is_found_before_parsing() {
    let found = |line: &[&str]| {
        let args: Vec<OsString> = std::iter::once(&"udpqq").chain(line).map(OsString::from).collect();
        wanted_language(&args)
    };
    assert_eq!(found(&["--language", "zh"]).as_deref(), Some("zh"));
    assert_eq!(found(&["send", "--language=zh-CN", "--nonsense"]).as_deref(), Some("zh-CN"));
    assert_eq!(found(&["--", "--language", "zh"]), None);
    assert_eq!(found(&["--language"]), None);
    let refusal =
        Cli::read(["udpqq", "--language=zh", "--nmae"].map(OsString::from), registry(), || 80).unwrap_err();
    assert!(refusal.text.contains("这里不该有"), "{}", refusal.text);
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let page = |line: &[&str]| {
        let early = read_in("en", line).expect_err("a page");
        assert_eq!(early.status, 0, "{line:?}: {}", early.text);
        early.text
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = page(&["completions", shell]);
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
        assert!(script.contains("--profile") || script.contains("profile"), "{shell}");
        assert!(!script.contains("test-panic"), "{shell} offers what only our tests type");
    }
    let script = page(&["completions", "bash"]);
    assert!(script.contains("auto dark light classic mono") && script.contains("zh-CN"), "{script}");
    assert!(page(&["man"]).contains(".TH udpqq 1"));
    assert!(page(&["man", "send"]).contains(".SH EXIT STATUS\n"));
    let key = page(&["man", "key", "export"]);
    assert!(key.contains("udpqq") && key.contains("paper"), "{key}");
    let wrong = read_in("en", &["man", "lisen"]).expect_err("no such page");
    assert_eq!(wrong.status, 2);
    assert!(wrong.text.contains("listen"), "{}", wrong.text);
    let wrong = read_in("en", &["completions", "tcsh"]).expect_err("no such shell");
    assert!(wrong.status == 2 && wrong.text.contains("zsh"), "{}", wrong.text);
}

#[test]
fn an_archive_is_told_what_it_follows_and_how_long_it_keeps() {
    let line = ["relay", "archive", "--cluster", "tls://a,b", "--cluster-nkey", "archive.nk"];
    let more = ["--cluster-ca", "ca.pem", "--prefix", "school", "--keep", "all", "--keep-bytes", "2GB"];
    let CliCommand::RelayArchive(flags) = read(&[&line[..], &more].concat()).command else { panic!("none") };
    assert_eq!(flags.cluster.servers, ["tls://a", "tls://b"]);
    assert_eq!(flags.cluster.nkey.as_deref(), Some("archive.nk".as_ref()));
    assert_eq!(flags.cluster.ca.as_deref(), Some("ca.pem".as_ref()));
    assert_eq!(flags.cluster.prefix.as_deref(), Some("school"));
    let kept = flags.retention.settle().bounds();
    assert_eq!((kept.keep, kept.keep_bytes), (None, Some(2 << 30)));
    assert!(refused(&["relay", "archive", "--keep", "soon"]).contains("--keep"));
    assert!(refused(&["relay", "archive", "--shards", "2"]).contains("--shards"));
    let permissions = read(&["relay", "permissions", "--archive"]).command;
    let wanted = PermissionFlags { archive: true, ..PermissionFlags::default() };
    assert_eq!(permissions, CliCommand::RelayPermissions(wanted));
}
