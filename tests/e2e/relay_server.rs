//! `udpqq relay` as a server: how it starts and ends, what it tells systemd, Prometheus and a terminal.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::process::Command;

use nix::sys::signal::Signal;

use crate::support::PATIENCE;
use crate::support::command::{run, udpqq};
use crate::support::lines::Talker;
use crate::support::oracle::{self, Allowed};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::socket::Socket;

/// The relay with both of its streams as one, since it says on stderr where it listens. It can have the same port again.
pub(crate) fn start(profile: &Profile, more: &[&str], env: &[(&str, &str)]) -> Talker {
    let address = format!("127.0.0.1:{}", free_port());
    let words = [&["relay", &address], more].concat();
    start_with(&profile.args_and(&words), env)
}

pub(crate) fn start_with(args: &[String], env: &[(&str, &str)]) -> Talker {
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" \"$@\" 2>&1", env!("CARGO_BIN_EXE_udpqq")]).args(args);
    command.env_clear().env("LANG", "C.UTF-8").env("TZ", "UTC").env("PATH", "/usr/bin:/bin");
    command.envs(env.iter().copied());
    Talker::start(&mut command)
}

/// The address behind `before` in a line of the relay, up to `after`.
pub(crate) fn address_in(relay: &Talker, before: &str, after: &str) -> SocketAddr {
    let line = relay.wait_text(before);
    let (_, address) = line.split_once(before).unwrap();
    address.trim_end_matches(after).trim().parse().unwrap_or_else(|error| panic!("{line}: {error}"))
}

pub(crate) fn listening(relay: &Talker) -> SocketAddr {
    address_in(relay, "listening on relay ", "")
}

/// The whole answer to one request.
pub(crate) fn http(to: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nHost: relay\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_service_manager_ends_it_with_0_and_a_person_with_130() {
    for (signal, code) in [(Signal::SIGTERM, 0), (Signal::SIGINT, 130)] {
        let mut relay = start(&Profile::new(), &[], &[]);
        listening(&relay);
        relay.signal(signal);
        assert_eq!(relay.finish().0, Some(code), "{signal}");
    }
}

#[test]
fn a_taken_port_is_one_clear_line_and_status_1() {
    let taken = Socket::bind();
    let address = taken.address().to_string();
    let outcome = run(&Profile::new().args_and(&["relay", &address]), b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.only_error_line().contains(&address), "{outcome:?}");
}

#[test]
fn where_it_listens_comes_from_the_command_line_or_the_settings() {
    let [configured, said, meant] = [free_port(), free_port(), free_port()];
    let profile = Profile::new();
    let config = format!("language = \"en\"\n[listen]\nrelay = \"127.0.0.1:{configured}\"\n");
    profile.write("config.toml", &config);
    let (option, address) = (format!("relay=127.0.0.1:{said}"), format!("127.0.0.1:{meant}"));
    for (words, port) in [
        (&["relay"][..], configured),
        (&["relay", "--listen", &option], said),
        (&["relay", "--listen", &option, &address], meant),
    ] {
        let relay = start_with(&profile.args_and(words), &[]);
        assert_eq!(listening(&relay).port(), port, "{words:?}");
    }
    let outcome = run(&profile.args_and(&["relay", "--listen", "relay=off"]), b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    outcome.only_error_line();
}

#[test]
fn it_warns_when_it_lets_everybody_in() {
    let relay = start(&Profile::new(), &["--open"], &[]);
    relay.wait_text("(--open)");
    listening(&relay);
}

#[test]
fn it_runs_without_a_home_and_without_a_terminal() {
    let loopback = if cfg!(target_os = "linux") { "lo" } else { "lo0" };
    let words = ["--interface", loopback, "relay", "127.0.0.1:0"].map(str::to_owned);
    let mut relay = start_with(&words, &[("HOME", "/proc/no/such/home")]);
    listening(&relay);
    relay.signal(Signal::SIGTERM);
    let (code, lines) = relay.finish();
    assert_eq!((code, lines.len()), (Some(0), 1), "{lines:?}");
}

#[test]
fn systemd_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let system = UnixDatagram::bind(&path).unwrap();
    system.set_read_timeout(Some(PATIENCE)).unwrap();
    let told = || {
        let mut buffer = [0; 256];
        let length = system.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).trim_end().to_owned()
    };
    let mut relay = start(&Profile::new(), &[], &[("NOTIFY_SOCKET", path.to_str().unwrap())]);
    assert_eq!(told(), "READY=1");
    relay.wait_text("listening on relay");
    relay.signal(Signal::SIGTERM);
    assert_eq!(told(), "STOPPING=1");
    assert_eq!(relay.finish().0, Some(0));
}

#[test]
fn figures_are_served_where_they_were_asked_for_and_nowhere_else() {
    let relay = start(&Profile::new(), &["--metrics", "127.0.0.1:0", "--members", "77"], &[]);
    listening(&relay);
    let to = address_in(&relay, "figures at http://", "/metrics");
    let figures = http(to, "GET /metrics");
    assert!(figures.starts_with("HTTP/1.1 200 OK"), "{figures}");
    for line in ["# TYPE udpqq_relay_messages_total counter", "udpqq_relay_members_limit 77"] {
        assert!(figures.lines().any(|found| found == line), "{line}\n{figures}");
    }
    assert!(http(to, "GET /").starts_with("HTTP/1.1 404"));
    assert!(http(to, "DELETE /metrics").starts_with("HTTP/1.1 405"));
}

#[test]
fn the_port_of_the_figures_can_be_taken_too() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let outcome = run(&Profile::new().args_and(&["relay", "127.0.0.1:0", "--metrics", &address]), b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let line = outcome.only_error_line();
    assert!(line.contains(&address) && line.contains("--metrics"), "{line}");
}

/// The page in a real terminal.
pub(crate) fn page(profile: &Profile, size: (u16, u16)) -> Terminal {
    Terminal::spawn(&profile.args_and(&["relay", "127.0.0.1:0", "--tui"]), size)
}

#[test]
fn the_page_shows_the_relay_and_q_ends_it() {
    let profile = Profile::new();
    let terminal = page(&profile, (80, 24));
    terminal.wait_text("relay  127.0.0.1:");
    terminal.wait_text("members 0 of 4096");
    terminal.wait_text("Nobody is here yet");
    terminal.key("Down");
    terminal.resize(20, 4);
    terminal.resize(1, 1);
    terminal.resize(100, 30);
    terminal.wait_text("q quit");
    terminal.send("q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    oracle::assert_clean(&terminal.raw(), Allowed { clipboard: false, title: true }, "the page");
}

#[test]
fn the_page_is_left_in_order_by_keys_and_signals() {
    let profile = Profile::new();
    for (end, code) in [("C-c", 130), ("C-q", 0), ("TERM", 0), ("INT", 130)] {
        let terminal = page(&profile, (80, 24));
        terminal.wait_text("q quit");
        match end {
            "TERM" => terminal.signal(Signal::SIGTERM),
            "INT" => terminal.signal(Signal::SIGINT),
            key => terminal.key(key),
        }
        assert_eq!(terminal.expect_sane_exit(), Exit::Code(code), "{end}");
    }
}

#[test]
fn without_a_terminal_there_is_no_page() {
    let mut command = udpqq(&Profile::new().args_and(&["relay", "127.0.0.1:0", "--tui"]));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--tui"), "{output:?}");
}
