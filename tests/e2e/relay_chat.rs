//! A relay with plain members: sockets that send lines, as `nc -u` does.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::relay_server::{address_in, listening, page, start};
use crate::support::PATIENCE;
use crate::support::command::run;
use crate::support::lines::Talker;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::socket::Socket;

/// A plain member.
pub(crate) struct Member {
    socket: Socket,
    relay: SocketAddr,
}

impl Member {
    /// Proves its address and takes a name.
    pub(crate) fn join(relay: SocketAddr, name: &str) -> Self {
        let member = Self { socket: Socket::bind(), relay };
        // The answer is no longer than what asked for it.
        member.say(&"?".repeat(200));
        let challenge = member.hear();
        let proof = challenge.lines().find(|line| line.starts_with("/prove ")).expect("a line to send back");
        member.say(proof);
        member.wait_for("You are");
        member.say(&format!("/nick {name}"));
        member.wait_for(&format!("You are {name}"));
        member
    }

    pub(crate) fn say(&self, line: &str) {
        self.socket.send(line.as_bytes(), self.relay.port());
    }

    pub(crate) fn hear(&self) -> String {
        String::from_utf8(self.socket.receive().0).unwrap()
    }

    /// The next text that holds `wanted`; those before it are passed over.
    pub(crate) fn wait_for(&self, wanted: &str) -> String {
        loop {
            let text = self.hear();
            if text.contains(wanted) {
                return text;
            }
        }
    }
}

fn relay(more: &[&str]) -> (Talker, SocketAddr) {
    let relay = start(&Profile::new(), more, &[]);
    let address = listening(&relay);
    (relay, address)
}

#[test]
fn a_relay_speaks_its_language_and_to_each_plain_member_its_own() {
    let talker = start(&Profile::new(), &["--language", "zh-CN"], &[]);
    let at = address_in(&talker, "正在监听 relay ", "");
    let stranger = Member { socket: Socket::bind(), relay: at };
    stranger.say(&"?".repeat(200));
    let challenge = stranger.hear();
    assert!(challenge.starts_with("* 这是中转服务器"), "{challenge}");
    stranger.say(challenge.lines().find(|line| line.starts_with("/prove ")).expect("a line to send back"));
    stranger.wait_for("你是 guest-1，在 lobby 里");
    stranger.say("/lang");
    stranger.wait_for("en (English), zh-CN (简体中文), zh-TW (繁體中文)");
    stranger.say("/lang english");
    stranger.wait_for("* The relay speaks English to you now.");
    stranger.say("/nick ann");
    stranger.wait_for("* You are ann now.");
    // Its log stays in the language of whoever runs it.
    talker.wait_text("改名为 ann");
}

#[test]
fn members_hear_each_other_and_nobody_else() {
    let (_relay, at) = relay(&[]);
    let members = ["ada", "bob", "eve"].map(|name| Member::join(at, name));
    members[2].say("/join cellar");
    members[2].wait_for("cellar");
    members[0].say("在吗");
    members[1].wait_for("ada: 在吗");
    members[2].say("only for the cellar");
    members[1].say("yes");
    members[0].wait_for("bob: yes");
    // What eve could have heard came before the answer to this.
    members[2].say("/ping");
    let heard = members[2].hear();
    assert!(heard.contains("pong"), "{heard}");
}

#[test]
fn a_burst_reaches_every_member_in_its_order() {
    let (_relay, at) = relay(&["--rate", "1000", "--bytes", "1000000"]);
    let members: Vec<Member> = (0..70).map(|index| Member::join(at, &format!("m{index}"))).collect();
    for number in 0..50 {
        members[0].say(&format!("line {number:02}"));
    }
    for member in &members[1..] {
        for number in 0..50 {
            assert!(member.wait_for("line").contains(&format!("line {number:02}")));
        }
    }
}

#[test]
fn the_log_has_one_line_for_each_event_whatever_the_names_are() {
    let (mut relay, at) = relay(&[]);
    let member = Member::join(at, "ada");
    relay.wait_text("joined lobby");
    relay.wait_text("is now ada");
    member.say("/join \u{1b}[2Jro\u{202e}om");
    member.say("/leave");
    relay.wait_text("left");
    relay.signal(Signal::SIGTERM);
    let (code, lines) = relay.finish();
    assert_eq!(code, Some(0));
    for line in &lines {
        assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
    }
    let events = lines.iter().filter(|line| line.starts_with("20") && line.contains("127.0.0.1:"));
    assert!(events.count() >= 3, "{lines:?}");
}

#[test]
fn members_are_told_when_the_relay_ends() {
    let (mut relay, at) = relay(&[]);
    let member = Member::join(at, "ada");
    relay.signal(Signal::SIGTERM);
    member.wait_for("closes");
    assert_eq!(relay.finish().0, Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_relay_whose_log_cannot_be_written_says_so_and_goes_on() {
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" \"$@\" 2>&1 >/dev/full", env!("CARGO_BIN_EXE_udpqq")]);
    let profile = Profile::new();
    let relay = Talker::start(command.args(profile.args_and(&["relay", "127.0.0.1:0"])));
    let at = listening(&relay);
    let (ada, bob) = (Member::join(at, "ada"), Member::join(at, "bob"));
    // It is noticed with the first event after a line that could not be written.
    let told = (0..50).any(|number| {
        ada.say(&format!("/nick ada{number}"));
        ada.wait_for("You are ada");
        relay.wait_line_for(Duration::from_millis(100), |line| line.contains("log")).is_some()
    });
    assert!(told);
    bob.say("still here?");
    ada.wait_for("bob: still here?");
}

#[test]
fn figures_count_what_happens() {
    let (relay, at) = relay(&["--metrics", "127.0.0.1:0"]);
    let to = address_in(&relay, "figures at http://", "/metrics");
    let members = ["ada", "bob", "eve"].map(|name| Member::join(at, name));
    members[0].say("hello");
    members[1].wait_for("ada: hello");
    members[2].wait_for("ada: hello");
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: relay\r\n\r\n").unwrap();
    let mut figures = String::new();
    stream.read_to_string(&mut figures).unwrap();
    for line in
        ["members 3", "rooms 1", "messages_total 1", "deliveries_total 2", "dropped_datagrams_total 0"]
    {
        assert!(figures.contains(&format!("\nudpqq_relay_{line}\n")), "{line}\n{figures}");
    }
    assert!(!figures.contains("ada"), "{figures}");
}

#[test]
fn the_page_shows_who_is_there() {
    let profile = Profile::new();
    let terminal = page(&profile, (100, 20));
    let mut port = 0;
    terminal.wait_for("the address", |screen| {
        let contents = screen.contents();
        let found = contents.split_once(" 127.0.0.1:").map(|(_, after)| after.to_owned());
        let digits = found.map(|after| after.chars().take_while(char::is_ascii_digit).collect::<String>());
        port = digits.and_then(|digits| digits.parse().ok()).unwrap_or(0);
        port != 0
    });
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let ada = Member::join(at, "ada");
    terminal.wait_text("ada");
    terminal.wait_text("members 1 of 4096");
    terminal.send("q");
    ada.wait_for("closes");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
}

#[test]
fn a_messenger_that_quits_has_left_and_finds_its_name_free() {
    let (relay, at) = relay(&[]);
    let profile = Profile::with_contacts(&[("club", &format!("relay://{at}/lobby"))]);
    for _ in 0..2 {
        let terminal = Terminal::spawn(&profile.args_and(&["--name", "ada"]), (80, 24));
        let joined = relay.wait_text("joined lobby with udpqq");
        assert!(joined.contains(" ada ("), "{joined}");
        terminal.wait_text("● club");
        terminal.key("C-q");
        assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
        let left = relay.wait_text("left lobby");
        assert!(left.ends_with("left lobby"), "it says so itself: {left}");
    }
}

#[test]
fn whoever_sends_from_a_script_is_gone_afterwards_and_keeps_its_name() {
    let (_relay, at) = relay(&[]);
    let ada = Member::join(at, "ada");
    let target = format!("relay://{at}/lobby");
    for word in ["one", "two", "three"] {
        let sent = run(&Profile::new().args_and(&["--name", "sam", "send", &target, word]), b"");
        assert_eq!(sent.code, Some(0), "{sent:?}");
        assert_eq!(ada.wait_for(word), format!("sam: {word}"));
    }
    ada.say("/who");
    assert_eq!(ada.hear(), "* ada\n");
}
