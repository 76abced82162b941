//! 10,000 datagrams of 64 bytes at once from one peer, with a person typing meanwhile.

use std::fs;
use std::thread;
use std::time::Instant;

use crate::figure::Figure;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::screen;
use crate::support::socket::Socket;

const DATAGRAMS: usize = 10_000;
const BYTES: usize = 64;
/// Every this many messages one is looked for afterwards.
const SAMPLE: usize = 500;

pub(crate) fn measure() -> Vec<Figure> {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.wait_text("alex");

    let start = Instant::now();
    let sender = thread::spawn(move || {
        for index in 0..DATAGRAMS {
            peer.send(text(index).as_bytes(), port);
        }
        peer
    });
    terminal.send("§");
    let typed = terminal.wait_arrival("the key typed during the burst", shows("§"));
    let last = terminal.wait_arrival("the last message of the burst", shows(&name(DATAGRAMS - 1)));
    let _peer = sender.join().unwrap();
    terminal.key("C-u");
    let missing = (0..DATAGRAMS).step_by(SAMPLE).filter(|&index| !is_kept(&terminal, index)).count();
    let mut figures = vec![
        Figure::time("burst of 10,000: until the last one is shown", last - start).goal(1000.0),
        Figure::time("burst of 10,000: a key typed meanwhile is shown", typed - start).goal(50.0),
        Figure::new(
            "burst of 10,000: missing, of 20 looked for",
            f64::from(u32::try_from(missing).unwrap()),
            "",
        )
        .goal(0.0),
    ];
    if let Some(drops) = kernel_drops(port) {
        figures.push(Figure::new("burst of 10,000: dropped by the kernel", drops, "").goal(0.0));
    }
    figures
}

fn name(index: usize) -> String {
    format!("burst{index:05}")
}

fn text(index: usize) -> String {
    format!("{:<BYTES$}", name(index)).replace(' ', ".")
}

fn shows(text: &str) -> impl FnMut(&vt100::Screen) -> bool + use<> {
    let text = text.to_owned();
    move |screen| screen::find(screen, &text).is_some()
}

/// Whether find goes to the message: its text with the dots stands in the conversation, not only in the search line.
fn is_kept(terminal: &Terminal, index: usize) -> bool {
    let dotted = format!("{}.", name(index));
    terminal.key("C-s");
    terminal.send(&name(index));
    terminal.key("Enter");
    let found = terminal.comes(&dotted);
    // Not Esc: with the next key right behind it, it would be that key with Alt.
    terminal.key("C-c");
    found
}

/// Datagrams the kernel threw away because the program was too slow to take them.
fn kernel_drops(port: u16) -> Option<f64> {
    let sockets = fs::read_to_string("/proc/net/udp").ok()?;
    let local = format!(":{port:04X} ");
    let line = sockets.lines().find(|line| line.get(..28).is_some_and(|start| start.contains(&local)))?;
    line.split_whitespace().last()?.parse().ok()
}
