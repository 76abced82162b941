//! An address that another person takes over: on the screen, in the history and after a restart.

use crate::ipmsg_steps::{FEIQ, OFFICIAL, URSULA, count};
use crate::support::command;
use crate::support::ipmsg::{Member, Network};
use crate::support::python::Peer;

#[test]
fn what_was_said_stays_with_whoever_said_it_when_another_person_has_the_address() {
    let network = Network::new();
    let (here, desk) = (network.at(1), network.at(2));
    let Some(mut alice) = Peer::start(FEIQ, &[&desk, "alice", &here]) else { return };
    let mut us = Member::start(URSULA, &here, &[&desk]);
    us.talk_to("alice", &desk);
    alice.say(&format!("say {here} the papers are in the red folder"));
    us.terminal.wait_text("red folder");
    alice.say("leave");
    us.wait_header("left");
    alice.finish();
    drop(alice);

    let mut bob = Peer::start(OFFICIAL, &[&desk, "bob", &here]).unwrap();
    us.terminal.wait_text("bob@bob-pc");
    assert!(us.terminal.screen().contains("red folder"), "it is still open: {}", us.terminal.screen());
    us.terminal.line("for alice alone");
    us.wait_mark("for alice alone", "×");
    bob.say(&format!("say {here} I have her desk now"));
    us.talk_to("bob", &desk);
    us.terminal.wait_text("her desk now");
    assert!(us.terminal.rows_with("red folder").is_empty(), "{}", us.terminal.screen());
    us.terminal.line("welcome");
    bob.wait_text("welcome");
    assert_eq!(count(&bob, "said", &here), 1, "nothing else reached him: {:#?}", bob.lines());

    us.terminal.quit();
    us.again(&here);
    us.talk_to("alice", &desk);
    us.terminal.wait_text("red folder");
    assert!(us.terminal.rows_with("her desk now").is_empty(), "{}", us.terminal.screen());
    us.talk_to("bob", &desk);
    us.terminal.wait_text("her desk now");
    us.terminal.quit();
    let exported = |name: &str| {
        let args = us.profile.args_and(&["history", "export", name]);
        command::run(&args, b"").stdout
    };
    let (of_alice, of_bob) = (exported("alice"), exported("bob"));
    assert!(of_alice.contains("red folder") && !of_alice.contains("her desk"), "{of_alice}");
    assert!(of_bob.contains("her desk") && !of_bob.contains("red folder"), "{of_bob}");
    bob.finish();
}
