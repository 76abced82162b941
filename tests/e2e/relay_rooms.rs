//! Rooms on a relay as people have them: Python members that know nothing of udpqq, and the messenger in a terminal.

use std::time::Duration;

use nix::sys::signal::Signal;

use crate::relay_server::{listening, start};
use crate::steps::{go_to, shows_unread, wait_open};
use crate::support::lines::Talker;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::python::Peer;
use crate::support::{PATIENCE, screen};

/// High enough for everything that is said in one test: 45 messages have three rows each where no two of one sender
/// follow each other.
const SIZE: (u16, u16) = (110, 160);
/// How long one knock waits for its effect before the next.
const KNOCK: Duration = Duration::from_millis(200);

/// udpqq in a terminal.
pub(crate) struct Person {
    pub(crate) terminal: Terminal,
    /// Must not vanish before the program.
    profile: Profile,
}

impl Person {
    /// In this room of a relay, whether there is one or not. The contact has the name of the room.
    pub(crate) fn open(name: &str, port: u16, room: &str) -> Self {
        let at = format!("127.0.0.1:{port}");
        let profile = Profile::with_contacts(&[(room, &format!("relay://{at}/{room}"))]);
        let terminal = Terminal::spawn(&profile.args_and(&["--name", name, room]), SIZE);
        wait_open(&terminal, room, &at);
        Self { terminal, profile }
    }

    /// Ends the program and begins anew with the same profile.
    pub(crate) fn again(self, name: &str, port: u16, room: &str) -> Self {
        self.terminal.quit();
        let Self { profile, .. } = self;
        let terminal = Terminal::spawn(&profile.args_and(&["--name", name, room]), SIZE);
        wait_open(&terminal, room, &format!("127.0.0.1:{port}"));
        Self { terminal, profile }
    }

    /// What stands in a file of its profile.
    pub(crate) fn file(&self, name: &str) -> String {
        self.profile.read(name)
    }

    pub(crate) fn says(&self, text: &str) {
        self.terminal.line(text);
    }

    pub(crate) fn hears(&self, text: &str) {
        self.terminal.wait_text(text);
    }

    /// Blocks until a message of its own bears this mark.
    pub(crate) fn wait_mark(&self, mark: char, text: &str) {
        let wanted = format!("{mark}  {text}");
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

/// Everything of the form `<…>` that a script has heard, after a look at the names before it; it ends by that.
fn heard(script: &mut Peer) -> Vec<String> {
    let lines: Vec<String> = script.finish().1.into_iter().filter(|line| line.contains('<')).collect();
    for line in &lines {
        let (name, said) = line.split_once(": <").unwrap_or_else(|| panic!("a name before {line}"));
        assert!(said.starts_with(&format!("{name} ")), "{line}");
    }
    lines.iter().filter_map(|line| word(line)).collect()
}

fn said(name: &str, number: usize) -> String {
    format!("<{name} {number}>")
}

fn of<'a>(names: &[&str], words: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    let by = |word: &&String| names.iter().any(|name| word.starts_with(&format!("<{name} ")));
    words.into_iter().filter(by).map(String::as_str).collect()
}

#[test]
fn every_message_reaches_exactly_the_others_of_its_room_in_one_order() {
    const EACH: usize = 8;
    let (_relay, port) = relay(&[]);
    let scripts = ["ada", "bob", "eve"].map(|name| script(name, port));
    let [Some(mut ada), Some(mut bob), Some(mut eve)] = scripts else { return };
    eve.say("/join cellar");
    eve.wait_text("in cellar with nobody else");
    let (ann, ben) = (Person::open("ann", port, "lobby"), Person::open("ben", port, "cellar"));
    ann.hears("3 here");
    ben.hears("2 here");
    for number in 0..EACH {
        ada.say(&format!("{} 在吗", said("ada", number)));
        eve.say(&format!("{} 👋", said("eve", number)));
        bob.say(&said("bob", number));
        ann.says(&format!("{} 你好 🎉", said("ann", number)));
        ben.says(&said("ben", number));
    }
    let last = EACH - 1;
    ann.hears(&said("bob", last));
    ann.hears(&format!("{} 在吗", said("ada", last)));
    ben.hears(&format!("{} 👋", said("eve", last)));
    ada.wait_text(&said("bob", last));
    bob.wait_text(&said("ada", last));
    for script in [&ada, &bob] {
        script.wait_text(&format!("ann: {} 你好 🎉", said("ann", last)));
    }
    eve.wait_text(&said("ben", last));
    for number in 0..EACH {
        ann.wait_mark('✓', &said("ann", number));
        ben.wait_mark('✓', &said("ben", number));
    }

    let all = |name: &str| (0..EACH).map(|number| said(name, number)).collect::<Vec<_>>();
    let (to_ada, to_bob, to_eve) = (heard(&mut ada), heard(&mut bob), heard(&mut eve));
    assert_eq!(to_eve, all("ben"));
    let (to_ann, to_ben) = (ann.words(), ben.words());
    assert_eq!((of(&["eve"], &to_ben), to_ben.len()), (of(&["eve"], &all("eve")), 2 * EACH), "{to_ben:?}");
    for (words, name, others) in
        [(&to_ada, "ada", ["bob", "ann"]), (&to_bob, "bob", ["ada", "ann"]), (&to_ann, "ann", ["ada", "bob"])]
    {
        for other in others {
            assert_eq!(of(&[other], words), of(&[other], &all(other)), "{name} heard {words:?}");
        }
    }
    // Nothing else came: of one's own only what stands on one's own screen.
    assert_eq!([to_ada.len(), to_bob.len(), to_ann.len()], [2 * EACH, 2 * EACH, 3 * EACH]);
}

#[test]
fn everybody_gets_the_messages_of_many_in_the_order_in_which_the_relay_got_them() {
    let (_relay, port) = relay(&[]);
    let scripts = ["ada", "bob", "eve"].map(|name| script(name, port));
    let [Some(mut ada), Some(mut bob), Some(mut eve)] = scripts else { return };
    let (ann, ben) = (Person::open("ann", port, "lobby"), Person::open("ben", port, "lobby"));
    ann.hears("5 here");
    ben.hears("5 here");
    for number in 0..15 {
        for (name, script) in [("ada", &mut ada), ("bob", &mut bob), ("eve", &mut eve)] {
            script.say(&said(name, number));
        }
    }
    for name in ["ada", "bob", "eve"] {
        ann.hears(&said(name, 14));
        ben.hears(&said(name, 14));
    }
    for script in [&ada, &bob] {
        script.wait_text(&said("eve", 14));
    }
    ada.wait_text(&said("bob", 14));
    bob.wait_text(&said("ada", 14));
    let order = ann.words();
    assert_eq!((order.len(), &order), (45, &ben.words()));
    assert_eq!(of(&["bob", "eve"], &order), of(&["bob", "eve"], &heard(&mut ada)));
    assert_eq!(of(&["ada", "eve"], &order), of(&["ada", "eve"], &heard(&mut bob)));
}

#[test]
fn one_person_can_be_in_two_rooms_of_a_relay() {
    let (_relay, port) = relay(&[]);
    let [Some(mut ada), Some(mut eve)] = ["ada", "eve"].map(|name| script(name, port)) else { return };
    eve.say("/join cellar");
    eve.wait_text("in cellar with nobody else");
    let ben = Person::open("ben", port, "cellar");
    ben.hears("2 here");
    eve.say("only in the cellar");
    ben.hears("only in the cellar");
    ben.says(&format!("/join relay://127.0.0.1:{port}/lobby"));
    ben.terminal.wait_gone("only in the cellar");
    ben.hears("2 here");
    ada.say("up here");
    ben.hears("up here");
    // A name belongs to one person, in each room.
    ben.says("I am in both");
    ada.wait_text("ben: I am in both");
    eve.say("down here");
    ben.terminal.wait_for("a message in the other room", |screen| shows_unread(screen, "cellar", 1));
    go_to(&ben.terminal, "cellar", "cellar");
    ben.hears("down here");
    ben.says("hello, eve");
    eve.wait_text("ben: hello, eve");
    assert!(!eve.finish().1.iter().any(|line| line.contains("both") || line.contains("up here")));
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

    // Whoever left comes back by writing anything, under the name of a guest. Who has proved nothing is answered once
    // a second.
    for _ in 0..PATIENCE.as_millis() / KNOCK.as_millis() {
        ada.say("hello again, is there a relay?");
        if ada.wait_line_for(KNOCK, |line| line.contains("with 2 members")).is_some() {
            break;
        }
    }
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
