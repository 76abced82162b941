//! The group chat of `FeiQ`, which is multicast: in a network of two nodes. Skipped, in plain words, where there can be
//! none.

use crate::ipmsg_steps::URSULA;
use crate::lan::Lan;
use crate::support::ipmsg::Member;
use crate::support::python::Peer;

#[test]
fn a_group_of_feiq_is_a_room_and_is_answered() {
    if let Some(why) = Lan::obstacle() {
        eprintln!("skipped: {why}");
        return;
    }
    let mut lan = Lan::new();
    let (here, there) = (lan.node("here"), lan.node("there"));
    let us = Member::start_behind(&here.enter(), "eth0", URSULA);
    let speaks = [there.address.as_str(), "3b199b07", "大家好/:strong"];
    let Some(peer) = Peer::start_by(there.command("python3"), "feiq_group.py", &speaks) else { return };
    us.terminal.wait_text("#3b199b07");
    us.terminal.key("C-g");
    us.terminal.send("3b199b07");
    us.terminal.key("Enter");
    us.wait_header("#3b199b07");
    us.wait_row(&["wang"]);
    us.terminal.wait_text("大家好👍");
    us.terminal.line("在的👍");
    peer.wait_line("our answer", |line| {
        line.starts_with(&format!("said {} ", here.address)) && line.ends_with("3b199b07 在的/:strong")
    });
    us.wait_mark("在的👍", "✓");
}
