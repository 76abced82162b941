//! Rooms on a relay as people have them: Python members that know nothing of udpqq, and the messenger in a terminal.

use nix::sys::signal::Signal;

use crate::relay_server::{listening, start};
use crate::steps::{go_to, shows_unread, wait_open};
use crate::support::lines::Talker;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::python::Peer;
use crate::support::screen;

/// High enough for everything that is said in one test.
const SIZE: (u16, u16) = (110, 70);

/// udpqq in a terminal.
pub(crate) struct Person {
    pub(crate) terminal: Terminal,
    /// Must not vanish before the program.
    _profile: Profile,
}

impl Person {
    /// In this room of a relay, whether there is one or not. The contact has the name of the room.
    pub(crate) fn open(name: &str, port: u16, room: &str) -> Self {
        let at = format!("127.0.0.1:{port}");
        let profile = Profile::with_contacts(&[(room, &format!("relay://{at}/{room}"))]);
        let terminal = Terminal::spawn(&profile.args_and(&["--name", name, room]), SIZE);
        wait_open(&terminal, room, &at);
        Self { terminal, _profile: profile }
    }

    pub(crate) fn says(&self, text: &str) {
        self.terminal.line(text);
    }

    pub(crate) fn hears(&self, text: &str) {
        self.terminal.wait_text(text);
    }

    /// Blocks until a message of its own bears this mark.
    pub(crate) fn wait_mark(&self, mark: char, text: &str) {
        let wanted = format!("{mark} {text}");
        self.terminal.wait_text(&wanted);
    }

    /// Everything of the form `<…>` in the conversation, from the top.
    pub(crate) fn words(&self) -> Vec<String> {
        self.terminal.look(screen::rows).iter().filter_map(|row| word(row)).collect()
    }
}

fn word(line: &str) -> Option<String> {
    let (start, end) = (line.find('<')?, line.find('>')?);
    Some(line.get(start..=end)?.to_owned())
}

fn script(name: &str, port: u16) -> Option<Peer> {
    let mut script = Peer::start("relay_member.py", &[&port.to_string()])?;
    script.wait_text("* You are guest");
    script.say(&format!("/nick {name}"));
    script.wait_text(&format!("* You are {name}"));
    Some(script)
}

pub(crate) fn relay(more: &[&str]) -> (Talker, u16) {
    let relay = start(&Profile::new(), more, &[]);
    let port = listening(&relay).port();
    (relay, port)
}

/// What a script has heard from others; it ends by that.
fn heard(script: &mut Peer) -> Vec<String> {
    script.finish().1.into_iter().filter(|line| line.contains('<')).collect()
}

/// What was said by others than `name`, of lines as plain members get them.
fn without(lines: &[String], name: &str) -> Vec<String> {
    lines.iter().filter(|line| !line.contains(&format!("<{name} "))).filter_map(|line| word(line)).collect()
}

#[test]
fn every_message_reaches_exactly_the_others_of_its_room_in_one_order() {
    let (_relay, port) = relay(&[]);
    let scripts = ["ada", "bob", "eve"].map(|name| script(name, port));
    let [Some(mut ada), Some(mut bob), Some(mut eve)] = scripts else { return };
    eve.say("/join cellar");
    eve.wait_text("in cellar with nobody else");
    let (ann, ben) = (Person::open("ann", port, "lobby"), Person::open("ben", port, "cellar"));
    ann.hears("3 here");
    ben.hears("2 here");

    // All at once.
    for number in 0..8 {
        ada.say(&format!("<ada {number}> 在吗"));
        eve.say(&format!("<eve {number}> 👋"));
        bob.say(&format!("<bob {number}>"));
        ann.says(&format!("<ann {number}> 你好 🎉"));
        ben.says(&format!("<ben {number}>"));
    }
    let last = ["ada", "bob", "ann"].map(|name| format!("<{name} 7>"));
    last.iter().for_each(|last| ann.hears(last));
    ada.wait_text(&last[1]);
    bob.wait_text(&last[0]);
    ada.wait_text(&format!("ann: {} 你好 🎉", last[2]));
    bob.wait_text(&format!("ann: {} 你好 🎉", last[2]));
    eve.wait_text("ben: <ben 7>");
    ben.hears("<eve 7> 👋");
    ann.wait_mark('✓', &last[2]);
    ben.wait_mark('✓', "<ben 7>");

    // Then one is in both rooms. A name is given once on a relay.
    ben.says(&format!("/join relay://127.0.0.1:{port}/lobby"));
    ben.hears("4 here");
    let cellar = ben.terminal.screen();
    assert!(!cellar.contains("<eve 7>"), "{cellar}");
    ada.say("<ada 8> to four");
    ann.hears("<ada 8>");
    ben.hears("<ada 8>");
    ben.says("<ben 8>");
    ada.wait_text("ben-2: <ben 8>");
    bob.wait_text("ben-2: <ben 8>");
    ann.hears("<ben 8>");
    assert!(ann.terminal.screen().contains("ben-2"), "{}", ann.terminal.screen());
    eve.say("<eve 9> below");
    ben.terminal.wait_for("a message in the other room", |screen| shows_unread(screen, "cellar", 1));
    go_to(&ben.terminal, "cellar", "cellar");
    ben.hears("<eve 9>");

    let of = |name: &str, count: usize| (0..count).map(|number| format!("<{name} {number}>")).collect();
    let (ada, bob, eve) = (heard(&mut ada), heard(&mut bob), heard(&mut eve));
    let said_to_eve: Vec<String> = of("ben", 8);
    assert_eq!(without(&eve, "eve"), said_to_eve);
    for (name, lines, total) in [("ada", &ada, 8 + 8 + 1), ("bob", &bob, 9 + 8 + 1)] {
        assert_eq!(without(lines, name).len(), total, "each once, and nothing of one's own: {lines:?}");
        assert_eq!(lines.len(), total, "{lines:?}");
        assert!(lines.iter().all(|line| line.starts_with(&format!("{}: ", speaker(line)))), "{lines:?}");
    }
    // What two listeners both got from a third came to them in one order.
    let seen = ann.words();
    for (lines, name) in [(&ada, "ada"), (&bob, "bob")] {
        let others = |words: Vec<String>| {
            words.into_iter().filter(|word| !word.contains("ann") && !word.contains(name)).collect::<Vec<_>>()
        };
        assert_eq!(others(seen.clone()), others(without(lines, name)), "{}", ann.terminal.screen());
    }
    let from_ann = |lines: &[String]| -> Vec<String> {
        without(lines, "").into_iter().filter(|word| word.contains("ann")).collect()
    };
    let written: Vec<String> = of("ann", 8);
    assert_eq!((from_ann(&ada), from_ann(&bob)), (written.clone(), written));
    // One's own stand on the screen once, too.
    let own: Vec<String> = seen.into_iter().filter(|word| word.contains("ann")).collect();
    assert_eq!(own.len(), 8, "{}", ann.terminal.screen());
}

/// Who said this, as the message itself says it; with the name that the relay gave.
fn speaker(line: &str) -> String {
    let name: String = word(line).unwrap().trim_start_matches('<').chars().take(3).collect();
    if line.contains("<ben 8>") { "ben-2".to_owned() } else { name }
}

#[test]
fn names_and_who_is_here_follow_what_happens() {
    let (_relay, port) = relay(&[]);
    let Some(mut ada) = script("ada", port) else { return };
    let (ann, ben) = (Person::open("ann", port, "lobby"), Person::open("ben", port, "lobby"));
    for terminal in [&ann.terminal, &ben.terminal] {
        terminal.wait_text("3 here");
    }
    ann.says("/members");
    for row in ["ada", "ben"] {
        ann.terminal.wait_for(row, |screen| row_has(screen, row, "here, said nothing yet"));
    }
    ann.terminal.wait_for("oneself", |screen| row_has(screen, "ann ", "you, here"));
    ada.say("anybody there?");
    ann.terminal.wait_for("that ada spoke", |screen| row_has(screen, "ada", "here, spoke"));
    ada.say("/nick 艾达🎈");
    ann.terminal.wait_for("the new name", |screen| row_has(screen, "艾达🎈", "here"));
    ben.says("/nick 本");
    ann.terminal.wait_for("the new name", |screen| row_has(screen, "本", "here"));
    ada.say("/leave");
    ann.terminal.wait_for("that ada went", |screen| row_has(screen, "艾达🎈", "gone"));
    ann.hears("2 here");
    ann.terminal.key("Esc");
    ann.terminal.wait_gone("Dialect:");

    // Whoever left comes back by writing anything, under the name of a guest.
    ada.say("hello again, is there a relay?");
    ada.wait_text("with 2 members");
    ben.says("under another name");
    ada.wait_text("本: under another name");
    ann.hears("under another name");
    assert!(!ann.terminal.rows_with("本").is_empty(), "{}", ann.terminal.screen());
    ben.wait_mark('✓', "under another name");
}

fn row_has(screen: &vt100::Screen, one: &str, other: &str) -> bool {
    screen::rows(screen).iter().any(|row| row.contains(one) && row.contains(other))
}

/// Ends the relay as a power cut does.
pub(crate) fn kill(mut relay: Talker) {
    relay.signal(Signal::SIGKILL);
    relay.finish();
}
