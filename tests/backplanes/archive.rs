//! An archive as people start it, beside relays over a server: what it follows, also after it was killed.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use nix::sys::signal::Signal;
use tempfile::TempDir;
use udpqq::model::WallTime;
use udpqq::model::room_log::{LogRecord, PageStart};
use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

use crate::failures::alone;
use crate::nats_servers::NatsCluster;
use crate::processes::{PlainMember, RelayProcess};
use crate::relay::{Relay, texts};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(100);

/// Ended with the test.
struct ArchiveProcess {
    child: Child,
    /// What it says, on both of its streams.
    said: mpsc::Receiver<String>,
}

impl ArchiveProcess {
    fn start(servers: &NatsCluster, profile: &TempDir, options: &[&str]) -> Self {
        let mut command = udpqq(profile);
        command.args(["relay", "archive", "--cluster", &servers.addresses(0).join(",")]).args(options);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, said) = mpsc::channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let told = tell.clone();
        let read = move |line: std::io::Result<String>| {
            let _heard = tell.send(line.unwrap());
        };
        std::thread::spawn(move || BufReader::new(out).lines().for_each(read));
        let read = move |line: std::io::Result<String>| {
            let _heard = told.send(line.unwrap());
        };
        std::thread::spawn(move || BufReader::new(err).lines().for_each(read));
        Self { child, said }
    }

    fn wait_for(&self, wanted: &str) -> String {
        let mut said = Vec::new();
        loop {
            let Ok(line) = self.said.recv_timeout(PATIENCE) else { panic!("no {wanted:?}: {said:#?}") };
            if line.contains(wanted) {
                return line;
            }
            said.push(line);
        }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// In order.
    fn end(mut self) -> Option<i32> {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        nix::sys::signal::kill(pid, Signal::SIGTERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for ArchiveProcess {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        self.child.wait().unwrap();
    }
}

fn udpqq(profile: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_udpqq"));
    command.env_clear().env("LANG", "C.UTF-8").env("TZ", "UTC").env("HOME", profile.path());
    command.arg("--profile").arg(profile.path()).stdin(Stdio::null());
    command
}

/// What an operator is told of what is kept.
fn history(profile: &TempDir, words: &[&str]) -> String {
    let output = udpqq(profile).args(["relay", "history"]).args(words).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// The texts that are kept, once there are so many.
#[expect(clippy::disallowed_methods, reason = "another program does not tell when it has written")]
fn kept(profile: &TempDir, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for _ in 0..PATIENCE.as_millis() / LOOK.as_millis() {
        let text = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["text"].as_str().map(str::to_owned)
        };
        texts = history(profile, &["export"]).lines().filter_map(text).collect();
        if texts.len() == count {
            break;
        }
        std::thread::sleep(LOOK);
    }
    texts
}

fn spoken(from: usize, to: usize) -> Vec<String> {
    (from..=to).map(|number| format!("message {number}")).collect()
}

fn say(member: &PlainMember, other: &PlainMember, from: usize, to: usize) {
    for text in spoken(from, to) {
        member.say_to(other, &text);
    }
}

#[test]
fn an_archive_follows_all_rooms_and_goes_on_where_it_was_killed() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let profile = tempfile::tempdir().unwrap();
        let mut archive = ArchiveProcess::start(&servers, &profile, &["--keep", "all"]);
        let told = archive.wait_for("is kept");
        assert!(told.contains("without end") && told.contains("rooms.db"), "{told}");
        archive.wait_for("no relay has begun a log");
        let cluster = servers.addresses(0).join(",");
        let relay = RelayProcess::start_with(&["--cluster", &cluster, "--shards", "2"]);
        archive.wait_for("the log is followed");
        let (ann, ben) =
            (PlainMember::join_at(relay.address, "ann"), PlainMember::join_at(relay.address, "ben"));
        say(&ann, &ben, 1, 5);
        assert_eq!(kept(&profile, 5), spoken(1, 5));
        archive.kill();
        say(&ann, &ben, 6, 10);
        let mut archive = ArchiveProcess::start(&servers, &profile, &[]);
        archive.wait_for("5 messages were taken in");
        assert_eq!(kept(&profile, 10), spoken(1, 10), "nothing missing, nothing doubled");
        for member in [&ann, &ben] {
            member.say("/join Büro");
            member.wait_for("Büro");
        }
        say(&ann, &ben, 11, 12);
        assert_eq!(kept(&profile, 12), spoken(1, 12));
        archive.kill();
        let archive = ArchiveProcess::start(&servers, &profile, &[]);
        archive.wait_for("the log is followed");
        say(&ann, &ben, 13, 13);
        assert_eq!(kept(&profile, 13), spoken(1, 13));
        assert_eq!(archive.end(), Some(0), "in order");
        // What the operator does with a history works on it.
        let listed = history(&profile, &["list"]);
        assert!(listed.contains("lobby") && listed.contains("büro"), "{listed}");
        assert_eq!(history(&profile, &["search", "message", "13"]).lines().count(), 1);
        let removed = history(&profile, &["remove", "--member", "ann", "--yes"]);
        assert!(removed.contains("13"), "{removed}");
        assert_eq!(kept(&profile, 0), Vec::<String>::new());
    });
}

#[test]
fn what_the_log_dropped_while_the_archive_was_away_is_said() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let profile = tempfile::tempdir().unwrap();
        let cluster = servers.addresses(0).join(",");
        let relay = RelayProcess::start_with(&["--cluster", &cluster, "--keep-messages", "4"]);
        let (ann, ben) =
            (PlainMember::join_at(relay.address, "ann"), PlainMember::join_at(relay.address, "ben"));
        let mut archive = ArchiveProcess::start(&servers, &profile, &[]);
        archive.wait_for("the log is followed");
        say(&ann, &ben, 1, 2);
        assert_eq!(kept(&profile, 2), spoken(1, 2));
        archive.kill();
        say(&ann, &ben, 3, 12);
        let archive = ArchiveProcess::start(&servers, &profile, &[]);
        let missed = archive.wait_for("has removed or dropped");
        assert!(missed.contains("6 places"), "{missed}");
        let all = [spoken(1, 2), spoken(9, 12)].concat();
        assert_eq!(kept(&profile, 6), all);
    });
}

/// A relay whose log keeps four messages of a room.
async fn forgetful(servers: &NatsCluster) -> Relay {
    let servers = NatsServers { addresses: servers.addresses(0), ..NatsServers::default() };
    let log = NatsLog { keep_messages: Some(4), ..NatsLog::default() };
    let setup = NatsSetup { servers, prefix: "battery".to_owned(), shards: 2, log };
    let (backplane, port) = NatsBackplane::open(&setup).await.unwrap();
    Relay::new(port, Box::pin(backplane.join())).await
}

#[test]
fn pages_go_on_in_the_archive_where_the_log_ends() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let mut relay = forgetful(&servers).await;
        let options = ["--prefix", "battery"];
        let profiles = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let archive = |number: usize| ArchiveProcess::start(&servers, &profiles[number], &options);
        let (mut first, mut second) = (archive(0), archive(1));
        for archive in [&first, &second] {
            archive.wait_for("the log is followed");
        }
        let mut places = Vec::new();
        for number in 1..=12_u32 {
            // A plain member's messages have no numbers.
            let number_or_none = if number % 3 == 0 { 0 } else { number };
            places.push(relay.append("dev", 7, number_or_none, &format!("message {number}")).await.0);
            relay.append("lobby", 7, 100 + number, &format!("elsewhere {number}")).await;
            // Before the log drops it.
            let both = 2 * usize::try_from(number).unwrap();
            for profile in profiles.iter().filter(|_| number % 3 == 0) {
                assert_eq!(kept(profile, both).len(), both);
            }
        }
        let all: Vec<String> = spoken(1, 12);
        // One of two answers, and one that is killed is not missed.
        for _ in 0..3 {
            let (page, more) = relay.page("dev", PageStart::Latest, 6).await;
            assert_eq!((texts(&page), more), (all[6..].to_vec(), true));
            let found: Vec<_> = page.iter().map(|placed| placed.place).collect();
            assert_eq!(found, places[6..], "by the places of the log");
            let (page, more) = relay.page("dev", PageStart::Latest, 4).await;
            assert_eq!((texts(&page), more), (all[8..].to_vec(), true), "it is known that there are others");
            let (page, more) = relay.page("dev", PageStart::Before(places[6]), 5).await;
            assert_eq!((texts(&page), more), (all[1..6].to_vec(), true));
            let (page, more) = relay.page("dev", PageStart::Before(places[1]), 5).await;
            assert_eq!((texts(&page), more), (all[..1].to_vec(), false));
            let (page, more) = relay.page("dev", PageStart::Before(places[0]), 5).await;
            assert_eq!((texts(&page), more), (Vec::new(), false));
            first.kill();
        }
        // What is removed from the log is gone from the archive as well.
        let removal = LogRecord::removal(WallTime(1_795_250_000_000_000), places[10]);
        let ticket = relay.say("dev", removal).await;
        relay.place(ticket).await;
        let left = kept(&profiles[1], 23);
        assert!(
            !left.contains(&"message 11".to_owned()) && left.contains(&"message 10".to_owned()),
            "{left:?}"
        );
        second.kill();
        let page = relay.page("dev", PageStart::Latest, 6);
        // Nobody waits for an archive that is not there.
        let (page, more) = tokio::time::timeout(Duration::from_secs(1), page).await.unwrap();
        let shown: Vec<String> = texts(&page).into_iter().filter(|text| !text.is_empty()).collect();
        assert_eq!((shown, more), (vec![all[9].clone(), all[11].clone()], false), "as without an archive");
        relay.close().await;
    });
}

#[test]
fn a_plain_member_reads_what_the_log_does_not_have_any_more() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let profile = tempfile::tempdir().unwrap();
        let cluster = servers.addresses(0).join(",");
        let relay = RelayProcess::start_with(&["--cluster", &cluster, "--keep-messages", "4"]);
        let (ann, ben) =
            (PlainMember::join_at(relay.address, "ann"), PlainMember::join_at(relay.address, "ben"));
        let archive = ArchiveProcess::start(&servers, &profile, &[]);
        archive.wait_for("the log is followed");
        for to in [3, 6, 9, 12] {
            say(&ann, &ben, to - 2, to);
            // Before the log drops it.
            assert_eq!(kept(&profile, to), spoken(1, to));
        }
        let eve = PlainMember::join_at(relay.address, "eve");
        eve.say("/history 10");
        for text in spoken(3, 12) {
            eve.wait_for(&format!("ann: {text}"));
        }
        // And searches in it, where somebody searches.
        eve.say("/history search message 2");
        assert!(eve.wait_for("ann: message").ends_with("ann: message 2\n"));
        let looked = |wanted: &str| {
            let command = ["relay", "doctor", "127.0.0.1:0", "--cluster", &cluster];
            let output = udpqq(&profile).args(["--interface", "lo"]).args(command).output().unwrap();
            let told = String::from_utf8(output.stdout).unwrap();
            assert!(told.contains(wanted) && output.status.success(), "{told}");
        };
        looked("an archive answers");
        assert_eq!(archive.end(), Some(0));
        looked("none runs");
        eve.say("/history search message 2");
        eve.wait_for("this relay has no archive");
    });
}

#[test]
fn an_archive_needs_what_its_permissions_say_and_relays_need_no_archive() {
    alone(async {
        let permitted = |archive: &[&str]| {
            let of_school = ["relay", "permissions", "--prefix", "school", "--shards", "2"];
            let output = udpqq(&tempfile::tempdir().unwrap()).args(of_school).args(archive).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let (relays, archives) = (permitted(&[]), permitted(&["--archive"]));
        // As before there were archives.
        let before = relays.replace("    \"school.archive\"\n", "");
        assert_ne!(before, relays);
        for (relays, is_archived) in [(relays, true), (before, false)] {
            let profile = tempfile::tempdir().unwrap();
            let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/nats");
            let public = fs::read_to_string(captures.join("relay.pub")).unwrap();
            let seed = profile.path().join("archive.nk");
            fs::copy(captures.join("relay.nk"), &seed).unwrap();
            fs::set_permissions(&seed, fs::Permissions::from_mode(0o600)).unwrap();
            let rights = format!(
                "authorization {{ users: [ {{ user: relay, password: x\n{relays} }}, {{ nkey: {}\n{archives} }} ] }}\n\
                 no_auth_user: relay",
                public.trim()
            );
            let Some(servers) = NatsCluster::start_with(1, &rights) else { return };
            let cluster = servers.addresses(0).join(",");
            let options =
                ["--cluster", &cluster, "--prefix", "school", "--shards", "2", "--keep-messages", "2"];
            let relay = RelayProcess::start_with(&options);
            let (ann, ben) =
                (PlainMember::join_at(relay.address, "ann"), PlainMember::join_at(relay.address, "ben"));
            let options = ["--prefix", "school", "--cluster-nkey", seed.to_str().unwrap()];
            let archive = ArchiveProcess::start(&servers, &profile, &options);
            archive.wait_for("the log is followed: 2 shards");
            for to in 1..=6 {
                say(&ann, &ben, to, to);
                assert_eq!(kept(&profile, to), spoken(1, to));
            }
            if is_archived {
                ben.say("/history 6");
                ben.wait_for("ann: message 1");
            } else {
                // What is asked for first may come late.
                ben.say("/history 2");
                ben.wait_for("ann: message 6");
                ben.say("/history 6");
                ben.wait_for("ann: message 6");
                say(&ann, &ben, 7, 7);
            }
        }
    });
}
