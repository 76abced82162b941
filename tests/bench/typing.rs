//! From a key to bytes on the terminal, in an empty and in a long conversation.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::figure::{Figure, quantile};
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::socket::Socket;

const KEYS: usize = 200;
const LONG: usize = 10_000;
/// Slower than the frame limit, as a person types: each key is drawn by itself.
const PACE: Duration = Duration::from_millis(30);
/// Then the line is cleared, so that it never wraps.
const LINE: usize = 40;

pub(crate) fn measure() -> Vec<Figure> {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.wait_text("alex");
    let mut figures = Vec::from(key_figures(&terminal, "empty conversation"));
    fill(&terminal, &peer, port);
    figures.extend(key_figures(&terminal, "10,000 messages"));
    figures
}

fn key_figures(terminal: &Terminal, what: &str) -> [Figure; 2] {
    let mut times: Vec<_> = (0..KEYS).map(|index| one_key(terminal, index)).collect();
    terminal.key("C-u");
    [
        Figure::time(format!("key to bytes on the terminal, {what}, median"), quantile(&mut times, 0.5))
            .goal(1.0),
        Figure::time(format!("key to bytes on the terminal, {what}, p99"), quantile(&mut times, 0.99)),
    ]
}

fn one_key(terminal: &Terminal, index: usize) -> Duration {
    if index.is_multiple_of(LINE) {
        terminal.key("C-u");
    }
    sleep(PACE);
    let before = terminal.raw_len();
    let start = Instant::now();
    terminal.key("k");
    terminal.wait_bytes_after(before) - start
}

/// A long conversation, sent in pieces that any receive buffer holds.
fn fill(terminal: &Terminal, peer: &Socket, port: u16) {
    for index in 1..=LONG {
        peer.send(format!("message {index:05} 你好, hello").as_bytes(), port);
        if index.is_multiple_of(100) {
            terminal.wait_text(&format!("message {index:05}"));
        }
    }
}
