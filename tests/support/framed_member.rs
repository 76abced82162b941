//! How one comes into a room of a relay in frames: hello, challenge, join, welcome.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use udpqq::dialects::relay::frame::{FromMember, FromRelay, Join, MemberToken};

/// When a hello that was not answered is said again: not all are when many come.
const AGAIN: Duration = Duration::from_millis(500);
const BUFFER: usize = 2_048;

/// The socket of a member that is in, and what it speaks with.
pub(crate) fn join(at: SocketAddr, name: &str, room: &str) -> (UdpSocket, MemberToken) {
    let socket = ask_in(at, name, room);
    let mut buffer = [0; BUFFER];
    loop {
        let length = socket.recv(&mut buffer).expect("a welcome");
        if let Some(FromRelay::Welcome(welcome)) = FromRelay::decode(&buffer[..length]) {
            return (socket, welcome.token);
        }
    }
}

/// All but the welcome.
pub(crate) fn ask_in(at: SocketAddr, name: &str, room: &str) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(at).unwrap();
    socket.set_read_timeout(Some(AGAIN)).unwrap();
    let (nonce, mut buffer) = (1, [0; BUFFER]);
    let length = loop {
        socket.send(&encoded(&FromMember::Hello { nonce })).unwrap();
        if let Ok(length) = socket.recv(&mut buffer) {
            break length;
        }
    };
    let Some(FromRelay::Challenge { cookie, .. }) = FromRelay::decode(&buffer[..length]) else {
        panic!("no challenge");
    };
    let (id, token, proof, operator) = (0, MemberToken::NONE, None, None);
    let join = Join { nonce, cookie, id, token, name, room, proof, operator };
    socket.send(&encoded(&FromMember::Join(join))).unwrap();
    socket
}

fn encoded(frame: &FromMember<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.encode(&mut bytes);
    bytes
}
