//! What `udpqq relay doctor` says of a cluster in which something is wrong: each fault is planted, and found by its name.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failures::alone;
use crate::nats_servers::NatsCluster;
use crate::ports::free_port;
use crate::processes::RelayProcess;

const CAPTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures/nats");

/// All that is found, and whether it ended as well as it says.
struct Told(Vec<Value>);

impl Told {
    fn by(port: u16, options: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_udpqq"));
        command.env_clear().env("LANG", "C.UTF-8").env("HOME", home.path()).stdin(Stdio::null());
        command.args(["--interface", "lo", "relay", "doctor", &format!("127.0.0.1:{port}"), "--json"]);
        let output = command.args(options).output().unwrap();
        let lines = String::from_utf8(output.stdout.clone()).unwrap();
        let told: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let is_well = told.iter().all(|line| line["verdict"] == "good" || line["verdict"] == "note");
        assert_eq!(output.status.code(), Some(i32::from(!is_well)), "{output:?}");
        Self(told)
    }

    /// That check found something else than what is well, with these words, and says what to do.
    fn finds(&self, check: &str, words: &str) {
        let line = self.0.iter().find(|line| line["check"] == check);
        let line = line.unwrap_or_else(|| panic!("{check}: {:#?}", self.0));
        let is_bad = line["verdict"] == "bad" || line["verdict"] == "warning";
        assert!(is_bad && line["text"].as_str().unwrap().contains(words), "{check}, {words}: {:#?}", self.0);
        assert!(!line["todo"].as_str().unwrap().is_empty(), "{line}");
    }

    fn text(&self, check: &str) -> &str {
        let line = self.0.iter().find(|line| line["check"] == check);
        line.and_then(|line| line["text"].as_str()).unwrap_or_default()
    }

    /// The checks that found something.
    fn bad(&self) -> Vec<&str> {
        let bad = self.0.iter().filter(|line| line["verdict"] == "bad" || line["verdict"] == "warning");
        bad.map(|line| line["check"].as_str().unwrap()).collect()
    }

    /// Nothing but these checks found something.
    fn only(&self, checks: &[&str]) {
        assert_eq!(self.bad(), checks, "{:#?}", self.0);
    }
}

fn address(servers: &NatsCluster) -> String {
    servers.addresses(0).join(",")
}

#[test]
fn nothing_is_wrong_with_a_cluster_that_works() {
    alone(async {
        let Some(servers) = NatsCluster::start(3) else { return };
        let relay = RelayProcess::start_with(&["--cluster", &address(&servers)]);
        let told = Told::by(relay.address.port(), &["--cluster", &address(&servers)]);
        told.only(&[]);
        let names: Vec<&str> = told.0.iter().map(|line| line["check"].as_str().unwrap()).collect();
        let wanted = [
            "servers",
            "encryption",
            "version",
            "jetstream",
            "replicas",
            "settings",
            "access",
            "appends",
            "room-left",
            "clock",
            "archive",
            "port",
        ];
        assert_eq!(names, wanted, "{:#?}", told.0);
        assert!(told.text("appends").starts_with("100 tries kept"));
        assert_eq!(told.text("replicas"), "3 of 3 have everything");
    });
}

#[test]
fn servers_that_are_not_there_are_named() {
    alone(async {
        let told = Told::by(free_port(), &["--cluster", "nats://127.0.0.1:1"]);
        told.finds("servers", "127.0.0.1:1 does not answer");
        told.finds("port", "nothing is listening at 127.0.0.1:");
        let Some(mut servers) = NatsCluster::start(3) else { return };
        let relay = RelayProcess::start_with(&["--cluster", &address(&servers)]);
        servers.kill(2);
        let look = || Told::by(relay.address.port(), &["--cluster", &address(&servers)]);
        // The others notice after some seconds, and are busy with that for a moment.
        let mut looks = (0..100).map(|_| look());
        let is_missed = |told: &Told| {
            told.bad() == ["servers", "replicas"]
                && told.text("replicas").starts_with("2 of 3 have everything")
        };
        looks.find(is_missed).expect("a copy that is missed").finds("servers", "does not answer");
    });
}

#[test]
fn settings_that_are_not_the_logs_are_named() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let at = address(&servers);
        let before = Told::by(free_port(), &["--cluster", &at]);
        assert!(before.0.iter().any(|line| line["check"] == "settings" && line["verdict"] == "note"));
        let relay = RelayProcess::start_with(&["--cluster", &at]);
        let port = relay.address.port();
        for (options, words) in [
            (["--shards", "2"], "shards"),
            (["--replicas", "3"], "num_replicas"),
            (["--keep", "1h"], "max_age"),
            (["--keep-bytes", "1MB"], "max_bytes"),
        ] {
            let told = Told::by(port, &["--cluster", &at, options[0], options[1]]);
            told.finds("settings", words);
            told.only(&["settings"]);
        }
        fill(&at).await;
        let told = Told::by(port, &["--cluster", &at]);
        told.finds("room-left", "no room");
        told.only(&["room-left"]);
    });
}

/// Makes the log one that takes nothing more, as a full disk does.
async fn fill(at: &str) {
    let client = async_nats::connect(at).await.unwrap();
    let ask = async |what: &str, body: String| -> Value {
        let answer = client.request(format!("$JS.API.STREAM.{what}.udpqq_LOG_0"), body.into()).await.unwrap();
        serde_json::from_slice(&answer.payload).unwrap()
    };
    let mut config = ask("INFO", String::new()).await["config"].clone();
    config["discard"] = "new".into();
    config["max_msgs"] = 1.into();
    let answer = ask("UPDATE", config.to_string()).await;
    assert!(answer.get("error").is_none(), "{answer}");
}

#[test]
fn servers_that_keep_nothing_are_named() {
    alone(async {
        let Some(servers) = NatsCluster::start_with(1, "jetstream: disabled") else { return };
        Told::by(free_port(), &["--cluster", &address(&servers)]).finds("jetstream", "JetStream is off");
    });
}

/// Says what an old server says, to a few clients.
fn old_server() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || serve_as_old(stream.unwrap(), port));
        }
    });
    port
}

fn serve_as_old(mut stream: TcpStream, port: u16) {
    let about = format!(
        "INFO {{\"server_id\":\"X\",\"server_name\":\"old\",\"version\":\"2.9.10\",\"proto\":1,\"host\":\"127.0.0.1\",\
         \"port\":{port},\"headers\":true,\"max_payload\":1048576,\"jetstream\":false}}\r\n"
    );
    stream.write_all(about.as_bytes()).unwrap();
    let mut answers = stream.try_clone().unwrap();
    for _ping in BufReader::new(stream).lines().map_while(Result::ok).filter(|line| line == "PING") {
        let _sent = answers.write_all(b"PONG\r\n");
    }
}

#[test]
fn servers_that_are_too_old_are_named() {
    let told = Told::by(free_port(), &["--cluster", &format!("nats://127.0.0.1:{}", old_server())]);
    told.finds("version", "2.9.10; 2.11 or later");
}

#[test]
fn a_relay_that_is_not_let_in_learns_why() {
    alone(async {
        let denied = "authorization { users: [ { user: relay, password: x, permissions: { publish: { deny: \
                      [\"udpqq.log.>\"] } } } ] }\nno_auth_user: relay";
        let Some(servers) = NatsCluster::start_with(1, denied) else { return };
        make_log(&address(&servers)).await;
        Told::by(free_port(), &["--cluster", &address(&servers)]).finds("access", "udpqq.log.0.~");
        let key = fs::read_to_string(Path::new(CAPTURES).join("relay.pub")).unwrap();
        let keyed = format!("authorization {{ users: [ {{ nkey: \"{}\" }} ] }}", key.trim());
        let Some(servers) = NatsCluster::start_with(1, &keyed) else { return };
        Told::by(free_port(), &["--cluster", &address(&servers)]).finds("access", "do not let this relay in");
        let folder = tempfile::tempdir().unwrap();
        let seed = folder.path().join("relay.nk");
        fs::copy(Path::new(CAPTURES).join("relay.nk"), &seed).unwrap();
        fs::set_permissions(&seed, fs::Permissions::from_mode(0o600)).unwrap();
        let named = seed.display().to_string();
        let told = Told::by(free_port(), &["--cluster", &address(&servers), "--cluster-nkey", &named]);
        told.only(&["port"]);
        fs::set_permissions(&seed, fs::Permissions::from_mode(0o644)).unwrap();
        let told = Told::by(free_port(), &["--cluster", &address(&servers), "--cluster-nkey", &named]);
        told.finds("servers", "can be read by others");
    });
}

/// A log that nobody but the test may write: the relay cannot have begun it.
async fn make_log(at: &str) {
    let client = async_nats::connect(at).await.unwrap();
    let config = serde_json::json!({
        "name": "udpqq_LOG_0", "subjects": ["udpqq.log.0.>"], "num_replicas": 1, "allow_direct": true,
        "republish": { "src": "udpqq.log.0.>", "dest": "udpqq.live.0.>" }, "allow_msg_ttl": true,
        "metadata": { "udpqq.epoch": "01", "udpqq.shards": "1" },
    });
    let made = client.request("$JS.API.STREAM.CREATE.udpqq_LOG_0", config.to_string().into()).await.unwrap();
    assert!(!String::from_utf8_lossy(&made.payload).contains("\"error\""), "{made:?}");
}

#[test]
fn servers_that_cannot_be_trusted_are_named() {
    alone(async {
        let file = |name: &str| Path::new(CAPTURES).join(name).display().to_string();
        let tls =
            format!("tls {{ cert_file: \"{}\", key_file: \"{}\" }}", file("server.pem"), file("server.key"));
        let Some(servers) = NatsCluster::start_with(1, &tls) else { return };
        let at = address(&servers).replace("nats://", "tls://");
        let with = |ca: &str| Told::by(free_port(), &["--cluster", &at, "--cluster-ca", &file(ca)]);
        with("other-ca.pem").finds("encryption", "cannot be trusted");
        let told = with("ca.pem");
        told.only(&["port"]);
        assert!(told.0.iter().any(|line| line["check"] == "encryption" && line["verdict"] == "good"));
    });
}
