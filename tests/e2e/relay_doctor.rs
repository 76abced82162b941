//! What `udpqq relay doctor` says of a relay alone: its port, and the file that it keeps its rooms in.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rusqlite::Connection;
use serde_json::Value;

use crate::relay_server;
use crate::support::command::run;
use crate::support::profile::Profile;
use crate::support::socket::Socket;

/// What is found, by check: its verdict, and what stands there.
fn told(profile: &Profile, options: &[&str]) -> Vec<(String, String, String)> {
    let outcome = run(&profile.args_and(&[&["relay", "doctor", "--json"], options].concat()), b"");
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        (text("check"), text("verdict"), text("text") + " " + &text("command"))
    };
    let all: Vec<_> = outcome.stdout.lines().map(read).collect();
    let is_well = all.iter().all(|(_, verdict, _)| verdict == "good" || verdict == "note");
    assert_eq!(outcome.code, Some(i32::from(!is_well)), "{outcome:?}");
    all
}

fn finds(all: &[(String, String, String)], check: &str, words: &str) {
    let is_it = |(name, verdict, text): &&(String, String, String)| {
        name == check && (verdict == "bad" || verdict == "warning") && text.contains(words)
    };
    assert!(all.iter().any(|one| is_it(&one)), "{check}, {words}: {all:#?}");
}

/// It was mended.
fn finds_nothing(all: &[(String, String, String)], check: &str) {
    assert!(all.iter().any(|(name, verdict, _)| name == check && verdict == "good"), "{check}: {all:#?}");
}

#[test]
fn a_relay_that_keeps_its_rooms_is_well_and_each_fault_of_its_file_is_named() {
    let profile = Profile::new();
    let relay = relay_server::start(&profile, &["--history"], &[]);
    let at = relay_server::listening(&relay).to_string();
    let options = [at.as_str(), "--history"];
    let well = told(&profile, &options);
    let names: Vec<&str> = well.iter().map(|(check, ..)| check.as_str()).collect();
    assert_eq!(names, ["file", "rights", "integrity", "disk", "port"], "{well:#?}");
    assert!(well.iter().all(|(_, verdict, _)| verdict == "good"), "{well:#?}");

    let file = profile.path("rooms.db");
    drop(relay);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    finds(&told(&profile, &options), "rights", "(mode 644)");
    finds_nothing(&told(&profile, &options), "rights");
    finds(&told(&profile, &options), "port", "nothing is listening at");
    // What the relay wrote last stands beside the file until then.
    let log = Connection::open(&file).unwrap();
    log.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(log);
    let mut bytes = fs::read(&file).unwrap();
    // A page in the middle, behind the header and the list of tables.
    let damage = bytes.len() / 2;
    bytes[damage..damage + 4_096].fill(0xaa);
    fs::write(&file, &bytes).unwrap();
    finds(&told(&profile, &options), "integrity", "");
    fs::write(
        &file,
        b"this is no history of anything, and longer than a header of a hundred bytes".repeat(9),
    )
    .unwrap();
    finds(&told(&profile, &options), "file", "cannot be read");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    finds(&told(&profile, &options), "file", "cannot be read");
}

#[test]
fn who_has_the_port_of_the_relay_is_named() {
    let (profile, other) = (Profile::new(), Socket::bind());
    let found = told(&profile, &[&other.address().to_string()]);
    finds(&found, "port", &format!("({})", std::process::id()));
}

#[test]
fn what_is_not_kept_yet_is_no_fault() {
    let profile = Profile::new();
    let found = told(&profile, &["127.0.0.1:0", "--history"]);
    let wanted = [("file", "note"), ("disk", "good")];
    let shown: Vec<_> = found.iter().map(|(check, verdict, _)| (check.as_str(), verdict.as_str())).collect();
    assert_eq!(shown, wanted, "{found:#?}");
    assert!(!profile.path("rooms.db").exists(), "nothing is made");
}
