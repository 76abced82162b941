//! The peers are tried against a plain socket before udpqq is tried against them.

use super::Peer;
use crate::support::socket::Socket;

#[test]
fn the_blue_printer_prints_and_is_answered_by_hand() {
    let Some(mut peer) = Peer::start("blue_printer.py", &["0"]) else { return };
    let socket = Socket::bind();
    socket.send("在吗".as_bytes(), peer.port);
    let line = peer.wait_text("在吗");
    assert_eq!(line, format!("\x1b[1;44m来自[{}]的一条消息：在吗\x1b[0m（6 字节）", socket.address()));
    peer.say("在");
    assert_eq!(socket.receive().0, "在".as_bytes());
}

#[test]
fn the_client_speaks_first_and_prints_the_answer() {
    let socket = Socket::bind();
    let port = socket.address().port().to_string();
    let Some(mut peer) = Peer::start("client_first.py", &[&port, "有人吗"]) else { return };
    let (bytes, from) = socket.receive();
    assert_eq!((bytes.as_slice(), from.port()), ("有人吗".as_bytes(), peer.port));
    socket.send("有".as_bytes(), peer.port);
    assert_eq!(
        peer.finish(),
        (Some(0), vec![format!("ready {}", peer.port), format!("127.0.0.1:{port} 有")])
    );
}

#[test]
fn the_dialogue_speaks_gb2312_both_ways() {
    let socket = Socket::bind();
    let Some(mut peer) = Peer::start("dialogue_gb2312.py", &["0", &socket.address().port().to_string()])
    else {
        return;
    };
    peer.say("在吗");
    assert_eq!(socket.receive().0, b"\xd4\xda\xc2\xf0");
    socket.send(b"\xd4\xda", peer.port);
    assert_eq!(peer.wait_text("在"), format!("{} 在", socket.address()));
}

#[test]
fn the_servers_answer() {
    let (Some(upper), Some(mut oracle)) =
        (Peer::start("upper_server.py", &["0"]), Peer::start("ask_answer.py", &["127.0.0.1", "0"]))
    else {
        return;
    };
    let socket = Socket::bind();
    socket.send(b"hello", upper.port);
    assert_eq!(socket.receive().0, b"HELLO");
    socket.send(b"when?", oracle.port);
    oracle.wait_text("question: when?");
    oracle.say("now");
    assert_eq!(socket.receive().0, b"now");
}

#[test]
fn sizes_are_told_as_they_are() {
    let socket = Socket::bind();
    let port = socket.address().port().to_string();
    let (Some(big), Some(empty), Some(small)) = (
        Peer::start("big.py", &[&port, "65507"]),
        Peer::start("big.py", &[&port, "0"]),
        Peer::start("small_buffer.py", &["0"]),
    ) else {
        return;
    };
    big.wait_text("sent 65507");
    empty.wait_text("sent 0");
    assert_eq!([socket.receive().0.len(), socket.receive().0.len()], [65_507, 0]);
    socket.send(&[b'x'; 3000], big.port);
    big.wait_text("received 3000");
    socket.send(&[b'x'; 3000], small.port);
    small.wait_text("length 1024");
}
