//! What a dialect with a congestion control of its own takes of a line.

use std::time::Duration;

use udpqq::dialects::Dialect;

use crate::sim::network::Weather;
use crate::sim::stage::{Cast, Company, Stage};
use crate::sim::{Verdict, ensure};

/// A megabit a second, for all together.
const NARROW: Weather = Weather {
    rate: Some(125_000),
    shared: true,
    latency: Duration::from_millis(10),
    jitter: Duration::from_millis(1),
    ..Weather::CALM
};
const BEGINNING: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_mins(1);
/// More than either can send in that time.
const LINES: usize = 900;
const LINE: usize = 8_000;
const SEEDS: u64 = 1;

/// Two who know each other, and two more, on one narrow line: none of the pairs has more than twice what the other has
/// (E11).
pub(crate) fn two_flows_share_a_line(dialect: &Dialect) -> Verdict {
    let caps = dialect.scheme.caps;
    if !caps.outbox || !caps.keys {
        return Ok(());
    }
    for seed in 1..=SEEDS {
        let cast =
            Cast { company: Company::Nobody, visible: false, weather: NARROW, seed, ..Cast::of(dialect) };
        let mut stage = Stage::new(cast)?;
        let readers = [stage.join(2, 2, &[1])?, {
            stage.join(3, 3, &[4])?;
            stage.join(4, 4, &[3])?
        }];
        for writer in [0, 2] {
            for number in 0..LINES {
                stage.say(writer, &format!("{number} {}", "x".repeat(LINE)));
            }
        }
        stage.run(BEGINNING)?;
        let before = readers.map(|reader| stage.heard(reader).len());
        stage.net.tap = Some(Vec::new());
        stage.run(LONG)?;
        let sent = stage.net.tap.take().unwrap_or_default();
        let sent: usize = sent.iter().map(|datagram| datagram.bytes.len()).sum();
        let after = readers.map(|reader| stage.heard(reader).len());
        let shares = [after[0] - before[0], after[1] - before[1]];
        let (least, most) = (shares[0].min(shares[1]), shares[0].max(shares[1]));
        ensure!(
            most <= least * 2,
            "seed {seed}: of {shares:?} lines one pair has more than twice the other's"
        );
        let used = (least + most) * LINE;
        ensure!(used > 125_000 * 60 / 2, "seed {seed}: {used} bytes in a minute use less than half the line");
        // Whoever does not heed that the line is full sends most of it in vain.
        ensure!(sent * 100 <= used * 130, "seed {seed}: {sent} bytes were sent to say {used}");
        ensure!(after.iter().all(|lines| *lines < LINES), "seed {seed}: they had no more to say");
    }
    Ok(())
}

/// Of a hundred datagrams five are lost: that costs a tenth more bytes at most, and what is said goes out once otherwise
/// (E11).
pub(crate) fn loss_costs_little(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.outbox {
        return Ok(());
    }
    let calm = Weather { latency: Duration::from_millis(20), ..Weather::CALM };
    let (said, clear) = cost(dialect, calm)?;
    let (_, lossy) = cost(dialect, Weather { lost: 5, ..calm })?;
    // What is the same over and over takes its room (E13).
    ensure!(clear >= said, "{said} bytes were pressed into {clear}");
    ensure!(clear * 100 <= said * 110, "{clear} bytes were sent to say {said}");
    ensure!(lossy * 100 <= clear * 110, "{lossy} bytes were sent over loss, {clear} without");
    Ok(())
}

/// Bytes that were said, and those that were sent for that.
fn cost(dialect: &Dialect, weather: Weather) -> Verdict<(usize, usize)> {
    let mut stage = Stage::new(Cast { visible: false, weather, seed: 5, ..Cast::of(dialect) })?;
    stage.say(0, "first");
    stage.run(Duration::from_secs(20))?;
    stage.net.tap = Some(Vec::new());
    let own = stage.net.host_of(stage.members[0].program).v4;
    for number in 0..400 {
        stage.say_later(0, Duration::from_millis(60) * number, &"x".repeat(LINE));
    }
    let end = stage.net.now.after(Duration::from_mins(2)).mono;
    stage.run(Duration::from_secs(25))?;
    while stage.undelivered() > 0 && stage.net.now.mono < end {
        stage.run(Duration::from_millis(100))?;
    }
    ensure!(stage.undelivered() == 0, "{} lines still wait", stage.undelivered());
    let sent = stage.net.tap.take().unwrap_or_default();
    let sent = sent.iter().filter(|datagram| datagram.from.ip() == own);
    Ok((400 * LINE, sent.map(|datagram| datagram.bytes.len()).sum()))
}
