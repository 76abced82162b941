//! Text that is not UTF-8, both ways; what an encoding lacks is refused and the draft kept.

use crate::steps::{wait_open, with_alex};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::python::Peer;
use crate::support::screen;
use crate::support::socket::Socket;

/// 在吗 in GB2312.
const ZAI_MA: [u8; 4] = [0xd4, 0xda, 0xc2, 0xf0];

#[test]
fn a_dialogue_in_gb2312_works_both_ways() {
    let port = free_port();
    let Some(mut peer) = Peer::start("dialogue_gb2312.py", &["0", &port.to_string()]) else { return };
    let contact = format!("udp://{}?encoding=gb2312", peer.address());
    let profile = Profile::with_contacts(&[("老王", &contact)]).listening_at(&format!("127.0.0.1:{port}"));
    let (terminal, _) = profile.start();
    wait_open(&terminal, "老王", &peer.address());
    terminal.line("吃了吗");
    let printed = peer.wait_text("吃了吗");
    assert_eq!(printed, format!("127.0.0.1:{port} 吃了吗"));
    peer.say("吃了，你呢");
    terminal.wait_text("吃了，你呢");
    assert!(terminal.look_of("吃了，你呢").is_on_blue());
}

#[test]
fn a_character_outside_the_encoding_is_named_and_the_draft_kept() {
    let peer = Socket::bind();
    let contact = format!("udp://{}?encoding=gb2312", peer.address());
    let profile = Profile::with_contacts(&[("老王", &contact)]);
    let (terminal, _) = profile.start();
    terminal.wait_text("老王");
    terminal.line("好\u{1f980}");
    terminal.wait_for("the character named: by itself or by its code point", |screen| {
        let contents = screen.contents();
        contents.contains("U+1F980") || contents.matches('\u{1f980}').count() >= 2
    });
    assert!(
        terminal.look(|screen| screen::find(screen, "好\u{1f980}").is_some()),
        "the draft is kept:\n{}",
        terminal.screen()
    );
    terminal.key("C-c");
    terminal.line("在吗");
    assert_eq!(peer.receive().0, ZAI_MA, "the first thing that reached the peer");
}

#[test]
fn bytes_that_do_not_decode_are_shown_as_such_and_stop_nothing() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.wait_text("alex");
    peer.send(b"ok \xd4\xda\xc2\xf0 end", port);
    terminal.wait_text("ok \u{fffd}");
    peer.send("还在".as_bytes(), port);
    terminal.wait_text("还在");
}

#[test]
fn the_encoding_can_be_changed_afterwards_and_old_text_is_decoded_again() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.wait_text("alex");
    peer.send(&ZAI_MA, port);
    terminal.wait_text("\u{fffd}");
    terminal.line("/encoding gbk");
    terminal.wait_text("在吗");
}

#[test]
fn bytes_are_typed_sent_and_kept() {
    let (terminal, _, peer, _profile) = with_alex();
    terminal.send("/hex 48 69 00 ff");
    terminal.wait_text("0000  48 69 00 ff");
    terminal.key("Enter");
    assert_eq!(peer.receive().0, b"Hi\0\xff");
    terminal.wait_text("✓");
    // Its bytes are kept as they went out.
    terminal.key("C-o");
    terminal.key("i");
    terminal.wait_text("48 69 00 ff");
}
