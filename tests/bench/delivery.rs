//! From Enter to the text on the peer's screen, in the open and encrypted: two programs for each, in turn.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::figure::{Figure, quantile};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::screen;

/// Of each kind.
const MESSAGES: usize = 100;
/// As a person types: what a message leaves to be done is not measured with the next one.
const PACE: Duration = Duration::from_millis(30);

pub(crate) fn measure() -> Vec<Figure> {
    let (open, encrypted) = (open_pair(), encrypted_pair());
    let (mut plain, mut ours) = (Vec::new(), Vec::new());
    for index in 0..MESSAGES {
        plain.push(deliver(&open, &format!("open{index:03}")));
        ours.push(deliver(&encrypted, &format!("closed{index:03}")));
    }
    let ratio = quantile(&mut ours, 0.5).as_secs_f64() / quantile(&mut plain, 0.5).as_secs_f64();
    vec![
        Figure::time("Enter here to the text on a peer's terminal, median", quantile(&mut plain, 0.5))
            .goal(5.0),
        Figure::time("Enter here to the text on a peer's terminal, worst", quantile(&mut plain, 1.0)),
        Figure::time("the same, encrypted, median", quantile(&mut ours, 0.5)),
        Figure::time("the same, encrypted, worst", quantile(&mut ours, 1.0)),
        Figure::new("the same, encrypted relative to in the open", ratio, "x").goal(1.1),
    ]
}

/// Who writes, and who reads.
type Pair = [Terminal; 2];

fn open_pair() -> Pair {
    let ports = [(); 2].map(|()| free_port());
    let profiles = ports.map(|port| Profile::new().listening_at(&format!("127.0.0.1:{port}")));
    start(&profiles, &ports.map(|port| format!("127.0.0.1:{port}")))
}

/// Two who have each other's key, and a session.
fn encrypted_pair() -> Pair {
    let profiles = [(); 2].map(|()| Profile::new().encrypted_at(&format!("127.0.0.1:{}", free_port())));
    let addresses = profiles.each_ref().map(|profile| profile.address().1);
    let pair = start(&profiles, &addresses);
    pair[0].line("the first");
    pair[1].wait_text("the first");
    pair[0].wait_text("✓✓ the first");
    pair
}

/// Each with the other as its only contact.
fn start(profiles: &[Profile; 2], addresses: &[String; 2]) -> Pair {
    let [one, other] = addresses;
    for (profile, peer) in profiles.iter().zip([other, one]) {
        profile.write("contacts.toml", &format!("[contacts]\npeer = {peer:?}\n"));
    }
    profiles.each_ref().map(|profile| {
        let terminal = profile.open((100, 30));
        terminal.wait_text("peer");
        terminal
    })
}

fn deliver([writer, reader]: &Pair, text: &str) -> Duration {
    writer.send(text);
    writer.wait_text(text);
    sleep(PACE);
    let start = Instant::now();
    writer.key("Enter");
    reader.wait_arrival(text, |screen| screen::find(screen, text).is_some()) - start
}
