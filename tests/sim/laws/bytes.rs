//! Bytes from somebody who is no part of the simulation: what is made of them, and that it is always the same.

use std::net::SocketAddr;
use std::time::Duration;

use udpqq::dialects::{Dialect, ListenMode};
use udpqq::model::NetEvent;
use udpqq::model::traffic::Received;
use udpqq::wire::Encoding;

use crate::sim::stage::{Cast, Company, Stage};
use crate::sim::{Verdict, ensure};

use super::is_plain;

/// Longer than anybody holds back a piece of a message.
const SETTLED: Duration = Duration::from_mins(1);

/// A stranger, and whoever the first member follows.
pub(crate) fn sources(dialect: &Dialect) -> [SocketAddr; 3] {
    let port = dialect.scheme.default_port;
    let between = if dialect.between.is_some() { 254 } else { 2 };
    [([203, 0, 113, 9], 5_000).into(), ([192, 0, 2, between], port).into(), ([192, 0, 2, 77], port).into()]
}

/// Says something to the first member as the dialect would have it: in a datagram, or over a stream of its own.
pub(crate) fn speak(stage: &mut Stage, from: SocketAddr, bytes: &[u8]) -> Verdict {
    let program = stage.members[0].program;
    stage.net.datagram_from_outside(program, from, bytes);
    if matches!(stage.cast.dialect.listens, ListenMode::Streams(_)) {
        let link = stage.net.call_from_outside(program, from);
        if !bytes.is_empty() {
            stage.net.write_from_outside(program, link, bytes);
        }
        stage.run(SETTLED)?;
        stage.net.hang_up_from_outside(program, link);
    }
    stage.run(SETTLED)
}

/// What a lonely member makes of these bytes.
fn heard(dialect: &Dialect, seed: u64, from: SocketAddr, bytes: &[u8]) -> Verdict<Vec<Received>> {
    let mut stage = Stage::new(Cast { company: Company::Nobody, seed, ..Cast::of(dialect) })?;
    stage.run(SETTLED)?;
    speak(&mut stage, from, bytes)?;
    let received = stage.events(0).iter().filter_map(|event| match event {
        NetEvent::Received(received) => Some(received.clone()),
        _ => None,
    });
    Ok(received.collect())
}

/// The same bytes always give the same message, and it holds what the bytes say: no guess, no leftover, no chance.
pub(crate) fn are_read_alike(dialect: &Dialect, bytes: &[u8]) -> Verdict {
    for from in sources(dialect) {
        let once = heard(dialect, 1, from, bytes)?;
        let again = heard(dialect, 2, from, bytes)?;
        let content = |all: &[Received]| -> Vec<_> {
            let content_of =
                |r: &Received| (r.text.clone(), r.lossy, r.kind, r.conversation, r.payload.clone());
            all.iter().map(content_of).collect()
        };
        ensure!(content(&once) == content(&again), "once {once:?}, then {again:?}");
        if is_plain(dialect) && (!once.is_empty() || must_hear(dialect)) {
            says_what_came(dialect, &once, bytes)?;
        }
        let proved = dialect.scheme.caps.keys;
        ensure!(!proved || once.is_empty(), "nobody has proved a key, and this was heard: {once:?}");
        ensure!(once.iter().all(|received| !received.authenticated), "nobody has proved anything");
    }
    Ok(())
}

/// Whoever writes to one that is plain is heard, a stranger too.
fn must_hear(dialect: &Dialect) -> bool {
    dialect.listens != ListenMode::Nowhere
}

fn says_what_came(dialect: &Dialect, heard: &[Received], bytes: &[u8]) -> Verdict {
    let pieces = matches!(dialect.listens, ListenMode::Streams(_));
    let most = if pieces { usize::MAX } else { 1 };
    let least = usize::from(!bytes.is_empty());
    let range = least..=if bytes.is_empty() { 0 } else { most };
    ensure!(range.contains(&heard.len()), "{} messages of {} bytes", heard.len(), bytes.len());
    let payload: Vec<u8> = heard.iter().flat_map(|received| received.payload.iter().copied()).collect();
    ensure!(payload == bytes, "the payload is not what came: {payload:x?}");
    let text: String = heard.iter().map(|received| received.text.as_str()).collect();
    let (decoded, lossy) = Encoding::UTF_8.decode(bytes);
    ensure!(text == decoded, "read as {text:?}, not {decoded:?}");
    ensure!(heard.iter().any(|received| received.lossy) == lossy, "lossy should be {lossy}");
    Ok(())
}
