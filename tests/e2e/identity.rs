//! Our own key on the command line, and what it is for: messages whose sender is proved and whose receipt means something.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::Value;

use crate::file_systems::own_mounts;
use crate::support::command::{run, udpqq};
use crate::support::history;
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::socket::Socket;

const MALFORMED: &str = "udpqq-identity-1 not a key\n";

fn encrypted() -> Profile {
    Profile::new().encrypted_at(&format!("127.0.0.1:{}", free_port()))
}

/// What `listen` printed, and the profile it ran in.
fn listener(count: &str) -> (Profile, Talker, String, String) {
    let profile = encrypted();
    let (key, address) = profile.address();
    let words = ["listen", "--json", "--count", count];
    let listener = Talker::start(&mut udpqq(&profile.args_and(&words)));
    (profile, listener, key, address)
}

#[test]
fn the_key_is_made_once_and_shown_with_where_we_are() {
    let profile = encrypted();
    let first = run(&profile.args_and(&["key"]), b"");
    let [address, there, groups] = first.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{first:?}") };
    let key = address.strip_prefix("udpqq://").unwrap();
    assert_eq!(key.len(), 56);
    assert!(there.starts_with(&format!("{address}@127.0.0.1:")), "{there}");
    assert_eq!(groups.replace(' ', ""), key);
    assert_eq!(groups.split(' ').count(), 14);
    assert_eq!(run(&profile.args_and(&["key"]), b"").stdout, first.stdout);
    let mode = fs::metadata(profile.path("identity.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn a_code_for_phones_is_drawn_without_colours_where_there_is_no_terminal() {
    let outcome = run(&encrypted().args_and(&["key", "--qr"]), b"");
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    let (address, rows) = lines.split_last().unwrap();
    assert!(address.starts_with("udpqq://"), "{outcome:?}");
    assert!((19..=23).contains(&rows.len()), "{outcome:?}");
    let width = rows[0].chars().count();
    assert!(rows.iter().all(|row| row.chars().count() == width && row.chars().all(|c| "█▀▄ ".contains(c))));
}

#[test]
fn the_key_goes_to_paper_and_back_and_replaces_none() {
    let (profile, restored) = (encrypted(), Profile::new());
    let (key, _) = profile.address();
    let paper = run(&profile.args_and(&["key", "export"]), b"");
    assert_eq!(paper.code, Some(0), "{paper:?}");
    assert!(paper.stderr.contains("Secret"), "{paper:?}");
    let letters = profile.read("identity.key");
    assert_eq!(letters.trim_end(), format!("udpqq-identity-1 {}", paper.stdout.replace([' ', '\n'], "")));

    let wrong = run(&restored.args_and(&["key", "import"]), key.as_bytes());
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.only_error_line().contains("do not fit together"), "{wrong:?}");
    assert!(!wrong.stderr.contains(&key), "what may be a secret is not repeated");
    let taken = run(&restored.args_and(&["key", "import"]), paper.stdout.to_uppercase().as_bytes());
    assert_eq!((taken.code, taken.stdout.lines().next()), (Some(0), Some(&*format!("udpqq://{key}"))));
    assert_eq!(restored.read("identity.key"), letters);

    let again = run(&restored.args_and(&["key", "import"]), paper.stdout.as_bytes());
    assert_eq!(again.code, Some(1));
    assert!(again.only_error_line().contains("There is a key already"), "{again:?}");
    assert_eq!(restored.read("identity.key"), letters);
}

#[test]
fn a_key_under_a_passphrase_is_asked_for_unseen_before_the_messenger_starts() {
    let profile = encrypted();
    let (key, _) = profile.address();
    let passphrase = "a horse, a staple";
    let asked = |words: &[&str]| Terminal::spawn(&profile.args_and(words), (80, 24));
    let setting = asked(&["key", "passphrase"]);
    for question in ["New passphrase", "The same again"] {
        setting.wait_text(question);
        setting.send("not ");
        setting.key("C-u");
        setting.send(passphrase);
        setting.key("Enter");
    }
    setting.wait_text("under this passphrase now");
    assert!(!setting.screen().contains("staple"), "{}", setting.screen());
    assert_eq!(setting.wait_exit(), Exit::Code(0));
    assert!(profile.read("identity.key").starts_with("udpqq-identity-2 "));

    let stopped = asked(&[]);
    stopped.wait_text("Passphrase of your key");
    stopped.key("C-c");
    stopped.wait_text("no passphrase was given");
    assert_eq!(stopped.wait_exit(), Exit::Code(1));
    let messenger = asked(&[]);
    messenger.wait_text("Passphrase of your key");
    messenger.send("a house\r");
    messenger.wait_text("That was not it");
    messenger.send(passphrase);
    messenger.key("Enter");
    messenger.wait_text("Ctrl-Q");
    messenger.quit();

    let scripted =
        |words: &str, input: &[u8]| run(&profile.args_and(&["--passphrase-fd", "0", "key", words]), input);
    let wrong = scripted("export", b"a house\n");
    assert_eq!((wrong.code, &*wrong.stdout), (Some(1), ""), "{wrong:?}");
    let nobody = run(&profile.args_and(&["key"]), b"");
    assert!(nobody.only_error_line().contains("--passphrase-fd"), "{nobody:?}");
    let taken = scripted("passphrase", format!("{passphrase}\n\n").as_bytes());
    assert!(taken.only_error_line().contains("no passphrase now"), "{taken:?}");
    assert_eq!(profile.address().0, key);
}

#[test]
fn nobody_is_asked_for_a_passphrase_that_nothing_needs_and_what_was_written_meanwhile_is_sent_later() {
    let (_there, mut listener, _, there) = listener("1");
    let profile = Profile::with_contacts(&[("Mei", &there)]);
    let config = profile.read("config.toml");
    let listen_at = |at| profile.write("config.toml", &format!("{config}[listen]\nudpqq = {at:?}\n"));
    listen_at("127.0.0.1:0");
    let taken = run(&profile.args_and(&["--passphrase-fd", "0", "key", "passphrase"]), b"a staple\n");
    assert_eq!(taken.code, Some(0), "{taken:?}");
    let start = |options: &[&str]| {
        // Without the last of them, which says where to be heard by those with a key.
        let own = profile.args();
        let args = own[..own.len() - 2].iter().map(String::as_str).chain(options.iter().copied());
        Terminal::spawn(&args.collect::<Vec<_>>(), (120, 24))
    };

    let off = start(&["--listen", "udpqq=off", "Mei"]);
    off.wait_text("Write to Mei");
    assert!(!String::from_utf8_lossy(&off.raw()).contains("Passphrase"), "{}", off.screen());
    off.line("said while off");
    off.wait_text("…  said while off");
    off.quit();
    let refused = run(&profile.args_and(&["--listen", "udpqq=off", "send", "Mei", "hi"]), b"");
    assert!(refused.only_error_line().contains("is off"), "{refused:?}");

    listen_at("off");
    let off = start(&[]);
    off.wait_text("Write to Mei");
    off.line("/listen udpqq 127.0.0.1:0");
    off.wait_text("from the next start on");
    off.quit();
    assert!(profile.read("config.toml").contains("udpqq = \"127.0.0.1:0\""));

    let asked = start(&[]);
    asked.wait_text("Passphrase of your key");
    asked.send("a staple\r");
    let (code, lines) = listener.finish();
    assert!(code == Some(0) && lines.len() == 1 && lines[0].contains("said while off"), "{lines:?}");
    asked.quit();
}

#[test]
fn whoever_writes_to_a_name_that_does_not_exist_is_told_so_and_need_not_wait() {
    let Some(mounts) = own_mounts() else { return };
    let (here, (key, _)) = (encrypted(), encrypted().address());
    // Names stand in a file only: nobody is asked for them.
    here.write("names", "hosts: files\n");
    let script = "mount --bind \"$0\" /etc/nsswitch.conf && exec \"$@\"";
    let mut alone = Command::new("unshare");
    alone.args([mounts, "sh", "-c", script]).arg(here.path("names")).arg(env!("CARGO_BIN_EXE_udpqq"));
    alone.args(here.args_and(&["send", &format!("udpqq://{key}@nobody.invalid"), "hi"]));
    let sent = alone.output().unwrap();
    let told = String::from_utf8_lossy(&sent.stderr);
    assert_eq!(sent.status.code(), Some(1), "{told}");
    assert!(told.contains("No address was found for nobody.invalid"), "{told}");
}

#[test]
fn who_sent_what_listen_prints_is_proved_and_send_ends_well_on_the_receipt() {
    let (_there, mut listener, _, there) = listener("2");
    let here = Profile::with_contacts(&[("Mei", &there)]);
    let (own, _) = here.address();
    for (target, text) in [(&*there, "在吗"), ("Mei", "hello")] {
        let outcome = run(&here.args_and(&["--listen", "udpqq=127.0.0.1:0", "send", target, text]), b"");
        assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (Some(0), "", ""));
    }
    let (code, lines) = listener.finish();
    assert_eq!((code, lines.len()), (Some(0), 2), "{lines:?}");
    for (line, text) in lines.iter().zip(["在吗", "hello"]) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (&line["text"], &line["authenticated"], &line["key"]),
            (&text.into(), &true.into(), &own.clone().into())
        );
        assert_eq!((&line["dialect"], &line["contact"]), (&"udpqq".into(), &Value::Null));
    }
}

#[test]
fn nobody_else_gets_what_is_for_a_key_and_send_says_that_it_failed() {
    let (_there, listener, key, there) = listener("1");
    let here = Profile::new();
    // Another key at the place where the listener is.
    let (other, _) = Profile::new().address();
    let wrong = there.replace(&key, &other);
    let outcome =
        run(&here.args_and(&["--listen", "udpqq=127.0.0.1:0", "send", &wrong, "for somebody else"]), b"");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.only_error_line().contains("has answered"), "{outcome:?}");
    assert_eq!(listener.lines(), [""; 0]);
}

#[test]
fn a_key_that_does_not_parse_stays_and_only_what_needs_it_is_off() {
    let profile = Profile::new().encrypted_at("127.0.0.1:0");
    let (_, there) = encrypted().address();
    let peer = Socket::bind();
    profile.write("identity.key", MALFORMED);

    let refused = run(&profile.args_and(&["send", &there, "hi"]), b"");
    assert_eq!(refused.code, Some(1));
    assert!(refused.only_error_line().contains("identity.key is no key"), "{refused:?}");
    assert_eq!(run(&profile.args_and(&["send", &peer.address().to_string(), "plain"]), b"").code, Some(0));
    assert_eq!(peer.receive().0, b"plain");
    assert_eq!(run(&profile.args_and(&["key"]), b"").code, Some(1));
    assert_eq!(run(&profile.args_and(&["key", "import"]), b"x").code, Some(1));

    let terminal = profile.open((200, 30));
    terminal.wait_text("identity.key is no key");
    assert_eq!(profile.read("identity.key"), MALFORMED);
}

/// A profile whose messenger has met this contact, and has decided this about its key.
fn decided(profile: &Profile, there: &str, code: &str) {
    if !profile.path("history.db").exists() {
        profile.write("contacts.toml", &format!("[contacts]\nMei = {there:?}\n"));
        let terminal = profile.open((100, 30));
        terminal.wait_text("Mei");
        terminal.quit();
    }
    history::decide(&profile.path("history.db"), there, code);
}

#[test]
fn a_script_sends_to_no_key_that_is_in_doubt() {
    let here = encrypted();
    let (_, there) = encrypted().address();
    let (other, _) = Profile::new().address();
    for (code, said) in [
        ("blocked", "is blocked"),
        (&*format!("changed {other}"), "has changed: sending is stopped"),
        ("trusted, says who wrote this", "is blocked"),
        ("requested", "answer first"),
    ] {
        decided(&here, &there, code);
        for target in ["Mei", &there] {
            // A contact is meant, whoever asked before.
            if (target, code) == ("Mei", "requested") {
                continue;
            }
            if target != "Mei" {
                here.write("contacts.toml", "");
            }
            let outcome = run(&here.args_and(&["send", target, "hi"]), b"");
            assert_eq!(outcome.code, Some(1), "{code} {target} {outcome:?}");
            assert!(outcome.only_error_line().contains(said), "{outcome:?}");
            here.write("contacts.toml", &format!("[contacts]\nMei = {there:?}\n"));
        }
    }
    here.write("history.db", "no history");
    let outcome = run(&here.args_and(&["send", "Mei", "hi"]), b"");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.only_error_line().contains("history cannot be read"), "{outcome:?}");
}

#[test]
fn a_script_hears_nothing_of_a_blocked_key() {
    let (here, sender) = (encrypted(), Profile::new());
    let (_, at) = here.address();
    let (blocked, _) = sender.address();
    decided(&here, &format!("udpqq://{blocked}"), "blocked");
    let listener = Talker::start(&mut udpqq(&here.args_and(&["listen", "--json"])));
    let words = ["--listen", "udpqq=127.0.0.1:0", "send", &at, "let me in"];
    let outcome = run(&sender.args_and(&words), b"");
    assert_eq!((outcome.code, &*outcome.stdout), (Some(1), ""), "no receipt either: {outcome:?}");
    // Whoever is not blocked is heard at the same time.
    let outcome = run(&Profile::new().args_and(&words), b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let line = listener.wait_text("let me in");
    assert!(!line.contains(&blocked), "{line}");
    assert_eq!(listener.lines().len(), 1, "{:?}", listener.lines());
}

#[test]
fn what_only_looks_makes_no_profile_where_somebody_mistyped_it() {
    let above = Profile::new();
    let folder = above.path("mistyped");
    let place = folder.to_str().unwrap();
    for words in [
        &["key"][..],
        &["key", "--qr"],
        &["key", "export"],
        &["key", "passphrase"],
        &["history", "list"],
        &["history", "search", "x"],
        &["history", "export"],
        &["contacts", "list"],
        &["contacts", "remove", "x"],
    ] {
        let args: Vec<String> =
            ["--profile", place].iter().chain(words).map(|word| (*word).to_owned()).collect();
        let outcome = run(&args, b"");
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""), "{words:?}: {outcome:?}");
        assert!(outcome.stderr.contains("There is no profile at"), "{outcome:?}");
        assert!(!folder.exists(), "{words:?}");
    }
}
