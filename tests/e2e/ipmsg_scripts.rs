//! IP Messenger as others write it: scripts and bots that know little of it, clones of `FeiQ`, lists with bad files in them.

use std::fs;

use crate::ipmsg_steps::{Pair, URSULA, count};
use crate::support::ipmsg::{Member, Network, content, tree, write};
use crate::support::python::Peer;

const CLONE: &str = "ipmsg_clone.py";
const SCRIPT: &str = "ipmsg_script.py";

/// udpqq, visible to nobody but who writes, and the network it is in.
fn alone() -> (Member, Network) {
    let network = Network::new();
    (Member::start(URSULA, &network.at(1), &[]), network)
}

/// A script at this address that is called so.
fn script(network: &Network, number: u8, user: &str) -> Option<Peer> {
    Peer::start(SCRIPT, &[&network.at(number), &network.at(1), user, "robot"])
}

fn sent(peer: &Peer) -> String {
    let line = peer.wait_line("what it sent", |line| line.starts_with("sent "));
    line.trim_start_matches("sent ").to_owned()
}

#[test]
fn a_script_that_counts_microseconds_is_read_named_and_gets_its_number_back() {
    let (us, network) = alone();
    let Some(mut bot) = script(&network, 2, "weatherman") else { return };
    bot.say("say Good Morning 早");
    let number = sent(&bot);
    assert!(number.len() > 10, "more than 32 bits: {number}");
    bot.wait_line("its number", |line| line == format!("receipt {number}"));
    us.terminal.wait_text("weatherman");
    us.talk_to("weatherman", &network.at(2));
    us.terminal.wait_text("Good Morning 早");
    // Its receipts go on behind the number.
    us.terminal.line("and to you");
    bot.wait_line("our words", |line| line == "said and to you");
    us.wait_mark("and to you", "✓✓");
    bot.finish();
}

#[test]
fn what_nobody_understands_is_counted_in_the_status_line() {
    let (us, network) = alone();
    let Some(mut bot) = script(&network, 2, "eve") else { return };
    bot.say("raw 313a78783a6d653a70633a33323a68656c6c6f");
    us.terminal.wait_text("1 not understood");
    bot.say("raw 00ff00ff");
    us.terminal.wait_text("2 not understood");
    bot.finish();
}

#[test]
fn five_people_who_write_at_once_get_all_their_receipts() {
    let (_us, network) = alone();
    let mut people = Vec::new();
    for number in 2..7 {
        let Some(person) = script(&network, number, &format!("person{number}")) else { return };
        people.push(person);
    }
    for person in &mut people {
        person.say("burst 4");
    }
    for person in &mut people {
        person.wait_line("all it says", |line| line == "burst over");
        let sent: Vec<String> =
            person.lines().iter().filter_map(|line| line.strip_prefix("sent ").map(str::to_owned)).collect();
        assert_eq!(sent.len(), 4);
        for number in sent {
            person.wait_line("its receipt", |line| line == format!("receipt {number}"));
        }
        person.finish();
    }
}

#[test]
fn a_list_with_a_bad_file_in_it_still_offers_the_others() {
    let (us, network) = alone();
    let Some(mut sender) = script(&network, 2, "zhang") else { return };
    let list = format!("0:{}.pdf:1:0:1:\x071:bad:zz:0:1:\x072:good.txt:1:0:1:\x07", "长".repeat(90));
    let packet = format!("1:5:zhang:pc:{}:look\0{list}\0", 0x20 | 0x20_0000);
    let hex: Vec<String> = packet.bytes().map(|byte| format!("{byte:02x}")).collect();
    sender.say(&format!("raw {}", hex.concat()));
    us.talk_to("zhang", &network.at(2));
    us.terminal.wait_text("good.txt");
    us.terminal.wait_text("长长长");
    us.terminal.wait_text("One file that the message offered cannot be used");
    sender.finish();
}

#[test]
fn a_clone_of_feiq_shows_all_of_a_text_with_braces() {
    let Some(mut pair) = Pair::start(CLONE) else { return };
    pair.us.terminal.line("for (;;) { sleep(1); } // 完");
    pair.heard("said", "for (;;) ｛ sleep(1); ｝ // 完");
    pair.us.wait_mark("for (;;) { sleep(1); }", "✓✓");
    pair.tell("say", "'a {b} c'");
    pair.us.terminal.wait_text("a {b} c");
    pair.finish();
}

#[test]
fn a_clone_of_feiq_fetches_files_and_folders_by_the_digits_of_their_ids() {
    let Some(mut pair) = Pair::start(CLONE) else { return };
    let basket = tempfile::tempdir().unwrap();
    let (one, bytes) = ("one.bin", content(100_000, 7));
    let path = pair.us.file(one, &bytes);
    let inner = pair.us.file("plans/a.txt", b"first");
    pair.us.command_for("/file", &[&path, inner.parent().unwrap()]);
    pair.heard("offered", "plans");
    pair.tell("fetch", basket.path().to_str().unwrap());
    pair.heard("fetched", one);
    pair.heard("folder", "plans");
    assert!(fs::read(basket.path().join(one)).unwrap() == bytes);
    assert_eq!(fs::read(basket.path().join("plans/a.txt")).unwrap(), b"first");
    assert_eq!(count(&pair.peer, "broke", &pair.here), 0);
    pair.finish();
}

#[test]
fn a_file_comes_from_a_clone_of_feiq() {
    let Some(mut pair) = Pair::start(CLONE) else { return };
    let (basket, bytes) = (tempfile::tempdir().unwrap(), content(50_000, 8));
    let path = write(basket.path(), "照片.bin", &bytes);
    pair.tell("offer", &format!("'{}'", path.display()));
    pair.us.terminal.wait_text("照片.bin");
    assert!(tree(&pair.us.downloads()).is_empty());
    pair.us.command("/accept");
    pair.us.wait_file("照片.bin", &bytes);
    pair.finish();
}

#[test]
fn a_message_to_ourselves_fails_at_once() {
    let (us, network) = alone();
    let here = network.at(1);
    us.terminal.line(&format!("/add mirror ipmsg://{here}"));
    us.wait_header("mirror");
    us.terminal.line("is anybody there");
    us.terminal.wait_text("is udpqq itself");
}
