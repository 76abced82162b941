//! Where a message waits until its peer has it: it comes there once and in order, and its receipt is true, whatever
//! happens to the network, the programs, their histories and their clocks.

use std::time::Duration;

use udpqq::dialects::Dialect;
use udpqq::model::NetEvent;

use crate::sim::history::History;
use crate::sim::network::Weather;
use crate::sim::stage::{Cast, Stage};
use crate::sim::weather::Bursts;
use crate::sim::{Verdict, ensure};

const PACE: Duration = Duration::from_millis(20);
/// After the last message: what is lost is asked for again, and who is lost is found.
const MAX_SETTLING: Duration = Duration::from_mins(10);
const MESSAGES: u32 = 120;
const SEEDS: u64 = 2;
/// Microseconds.
const TEN_YEARS: i64 = 3_652 * 24 * 3_600 * 1_000_000;
const HOUR: Duration = Duration::from_hours(1);
const SECOND: Duration = Duration::from_secs(1);
const NIGHT: Duration = Duration::from_hours(8);

/// What happens while two talk.
#[derive(Clone, Copy, Debug)]
struct Scenario {
    name: &'static str,
    weather: Weather,
    /// Nothing gets through for so long.
    dark: Duration,
    restarts: bool,
    moves: bool,
}

const FAIR: Scenario =
    Scenario { name: "calm", weather: Weather::CALM, dark: Duration::ZERO, restarts: false, moves: false };
pub(super) const STORM: Weather = Weather { lost: 30, ..Weather::ROUGH };
const FAR: Weather = Weather {
    lost: 20,
    latency: Duration::from_millis(400),
    jitter: Duration::from_millis(100),
    ..Weather::CALM
};
const SCENARIOS: [Scenario; 14] = [
    FAIR,
    Scenario { name: "30 % lost, reordered", weather: STORM, ..FAIR },
    Scenario { name: "800 ms there and back, 20 % lost", weather: FAR, ..FAIR },
    Scenario {
        name: "half of it doubled",
        weather: Weather { doubled: 50, jitter: Duration::from_millis(200), ..Weather::CALM },
        ..FAIR
    },
    Scenario { name: "bursts of a second", weather: bursts(1_000, 20), ..FAIR },
    Scenario { name: "short bursts", weather: bursts(100, 25), ..FAIR },
    Scenario { name: "small packets", weather: Weather { mtu: 1_280, ..Weather::CALM }, ..FAIR },
    Scenario { name: "packets of 576 bytes", weather: Weather { mtu: 576, ..Weather::CALM }, ..FAIR },
    Scenario { name: "a slow line", weather: Weather { rate: Some(4_000), ..Weather::CALM }, ..FAIR },
    Scenario { name: "changed on the way", weather: Weather { spoiled: 20, ..Weather::ROUGH }, ..FAIR },
    Scenario { name: "a minute of silence", dark: Duration::from_mins(1), ..FAIR },
    Scenario { name: "restarts in a storm", weather: STORM, restarts: true, ..FAIR },
    Scenario { name: "other addresses in a storm", weather: STORM, moves: true, ..FAIR },
    Scenario {
        name: "all of it, far away",
        weather: FAR,
        dark: Duration::from_secs(20),
        restarts: true,
        moves: true,
    },
];

const fn bursts(millis: u64, percent: u32) -> Weather {
    let bursts = Some(Bursts { length: Duration::from_millis(millis), percent });
    Weather { bursts, latency: Duration::from_millis(20), ..Weather::CALM }
}

/// Whatever the weather, and whoever restarts or goes elsewhere (E5).
pub(crate) fn it_comes_once_and_in_order(dialect: &Dialect) -> Verdict {
    in_all_weathers(dialect, SEEDS, MESSAGES)
}

pub(crate) fn in_all_weathers(dialect: &Dialect, seeds: u64, messages: u32) -> Verdict {
    if !dialect.scheme.caps.outbox {
        return Ok(());
    }
    for scenario in SCENARIOS {
        for seed in 1..=seeds {
            let mut stage = two(dialect, scenario.weather, seed)?;
            talk(&mut stage, 0..messages, |stage, number| scenario.happen(stage, number, messages))
                .and_then(|()| all_is_there(&mut stage))
                .map_err(|fault| format!("{}, seed {seed}: {fault}", scenario.name))?;
        }
    }
    Ok(())
}

impl Scenario {
    fn happen(&self, stage: &mut Stage, number: u32, messages: u32) -> Verdict {
        let (quarter, at) = (messages / 4, number % (messages / 4));
        if number == quarter {
            stage.net.dark = Some(stage.net.now.after(self.dark).mono);
        }
        for (member, moment) in [(0, quarter / 3), (1, quarter * 2 / 3)] {
            if self.restarts && at == moment {
                stage.restart_member(member)?;
            }
            if self.moves && number == quarter * 2 + moment {
                let host = stage.net.program(stage.members[member].program).host;
                stage.net.renumber(host, if member == 0 { 11 } else { 12 });
            }
        }
        Ok(())
    }
}

pub(super) fn two(dialect: &Dialect, weather: Weather, seed: u64) -> Verdict<Stage> {
    Stage::new(Cast { weather, seed, ..Cast::of(dialect) })
}

/// Everybody says one thing after the other; `happens` is called before each.
fn talk(
    stage: &mut Stage,
    numbers: std::ops::Range<u32>,
    mut happens: impl FnMut(&mut Stage, u32) -> Verdict,
) -> Verdict {
    for number in numbers {
        happens(stage, number)?;
        for member in 0..stage.members.len() {
            stage.say(member, &format!("{member} {number}"));
        }
        stage.run(PACE)?;
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "one of those that may happen")]
fn quietly(_stage: &mut Stage, _number: u32) -> Verdict {
    Ok(())
}

/// Waits until everybody knows that all it said is kept.
pub(super) fn settle(stage: &mut Stage) -> Verdict {
    let end = stage.net.now.after(MAX_SETTLING).mono;
    while stage.undelivered() > 0 {
        ensure!(stage.net.now.mono < end, "{} messages still wait", stage.undelivered());
        stage.run(Duration::from_millis(500))?;
    }
    Ok(())
}

/// What one member has in its history of another, in the order in which it stands there.
fn kept(stage: &Stage, reader: usize, writer: usize) -> Vec<String> {
    let own = format!("{writer} ");
    let heard = stage.heard(reader).into_iter().filter(|received| received.text.starts_with(&own));
    heard.map(|received| received.text.clone()).collect()
}

fn all_is_there(stage: &mut Stage) -> Verdict {
    receipts_are_true(stage)?;
    settle(stage)?;
    for (reader, writer) in [(0, 1), (1, 0)] {
        let said: Vec<&String> = stage.members[writer].said.iter().map(|(_, text)| text).collect();
        let kept = kept(stage, reader, writer);
        ensure!(kept.iter().eq(said), "member {reader} has of member {writer}: {kept:?}");
    }
    Ok(())
}

/// Whatever was ever reported as delivered stands in the history of the peer.
fn receipts_are_true(stage: &Stage) -> Verdict {
    for (writer, reader) in [(0, 1), (1, 0)] {
        let kept = kept(stage, reader, writer);
        for event in stage.events(writer) {
            let NetEvent::Delivered { message } = event else { continue };
            let said = stage.members[writer].said.iter().find(|(id, _)| id == message);
            let true_ = said.is_some_and(|(_, text)| kept.contains(text));
            ensure!(true_, "{said:?} is said to be kept by member {reader}, and is not");
        }
    }
    Ok(())
}

/// A first session where a network carries no packet of the usual size, and one after a restart.
const FOUND: Duration = Duration::from_secs(3);

/// Networks that carry only small packets are found out before a person loses patience.
pub(crate) fn a_small_path_is_found_soon(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.outbox {
        return Ok(());
    }
    for mtu in [1_280, 576] {
        let mut stage = two(dialect, Weather { mtu, ..Weather::CALM }, 1)?;
        for number in 0..3 {
            stage.say(0, &format!("0 {number}"));
            stage.run(FOUND)?;
            ensure!(stage.undelivered() == 0, "{mtu} bytes: {number} is not there after {FOUND:?}");
            stage.restart_member(usize::from(number == 1))?;
        }
    }
    Ok(())
}

/// Said at once by each of the two before one of them is killed.
const AT_ONCE: u32 = 20;
/// With all that is said at once, of both, in calm weather.
pub(super) const BRIEF: Duration = Duration::from_millis(500);

/// A kill at any moment of a run of 40 messages: a receipt means a row (E6).
pub(crate) fn a_kill_loses_and_doubles_nothing(dialect: &Dialect) -> Verdict {
    a_kill_after_each(dialect, 3)
}

/// A kill after so many outputs, twice as many, and so on, until there are no more.
pub(crate) fn a_kill_after_each(dialect: &Dialect, step: usize) -> Verdict {
    if !dialect.scheme.caps.outbox {
        return Ok(());
    }
    for victim in [0, 1] {
        for outputs in (0..).step_by(step) {
            let mut stage = two(dialect, Weather::CALM, 1)?;
            stage.net.strike(stage.members[victim].program, outputs);
            for number in 0..AT_ONCE {
                for member in 0..2 {
                    stage.say(member, &format!("{member} {number}"));
                }
            }
            stage.run(BRIEF)?;
            if !stage.net.was_struck(stage.members[victim].program) {
                break;
            }
            receipts_are_true(&stage)
                .and_then(|()| stage.restart_member(victim))
                .and_then(|()| all_is_there(&mut stage))
                .map_err(|fault| format!("member {victim} killed after {outputs} outputs: {fault}"))?;
        }
    }
    Ok(())
}

/// A history that is put back from a copy has forgotten things, and nothing else happens (E4).
pub(crate) fn a_backup_may_be_restored(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.outbox {
        return Ok(());
    }
    for victim in [0, 1] {
        for weather in [Weather::CALM, STORM] {
            restore(dialect, victim, weather).map_err(|fault| format!("that of member {victim}: {fault}"))?;
        }
    }
    Ok(())
}

fn restore(dialect: &Dialect, victim: usize, weather: Weather) -> Verdict {
    let mut stage = two(dialect, weather, 3)?;
    talk(&mut stage, 0..40, quietly)?;
    let backup: History = stage.net.program(stage.members[victim].program).history.clone();
    let written = stage.members[victim].outbox.len();
    talk(&mut stage, 40..80, quietly)?;
    stage.net.restore(stage.members[victim].program, backup);
    stage.members[victim].outbox.truncate(written);
    stage.restart_member(victim)?;
    talk(&mut stage, 80..120, quietly)?;
    settle(&mut stage)?;
    for (reader, writer) in [(0, 1), (1, 0)] {
        let kept = kept(&stage, reader, writer);
        let numbers: Vec<u32> = kept.iter().filter_map(|text| text[2..].parse().ok()).collect();
        ensure!(numbers.is_sorted_by(|one, next| one < next), "not once and in order: {kept:?}");
        let outbox = stage.members[writer].outbox.iter().map(|(_, message)| &message.text);
        // Who was restored lacks what was kept by it before, and after the copy was made.
        let wanted = outbox.filter(|text| reader != victim || text[2..].parse().is_ok_and(|n: u32| n >= 80));
        let missing: Vec<&String> = wanted.filter(|text| !kept.contains(text)).collect();
        ensure!(missing.is_empty(), "member {reader} lacks {missing:?}");
    }
    Ok(())
}

/// Pauses grow to a minute, and an attempt of eight seconds sends three or four.
const MAX_IN_AN_HOUR: usize = 232;

/// Whoever is not there gets one datagram a second at most, and no flood when it comes back (E7).
pub(crate) fn who_is_silent_is_left_alone(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.outbox {
        return Ok(());
    }
    let mut stage = Stage::new(Cast { visible: false, ..Cast::of(dialect) })?;
    stage.net.dark = Some(stage.net.now.after(HOUR).mono);
    stage.net.tap = Some(Vec::new());
    for number in 0..100 {
        stage.say(0, &format!("0 {number}"));
    }
    stage.run(HOUR)?;
    let sent = stage.net.tap.replace(Vec::new()).unwrap_or_default();
    let soon = sent.windows(2).find(|pair| pair[1].at.saturating_duration_since(pair[0].at) < SECOND);
    ensure!(soon.is_none(), "two datagrams within a second");
    ensure!((30..=MAX_IN_AN_HOUR).contains(&sent.len()), "{} datagrams in an hour", sent.len());
    stage.run(Duration::from_mins(2))?;
    ensure!(stage.undelivered() == 0, "it has come back, and {} wait", stage.undelivered());
    let sent = stage.net.tap.take().unwrap_or_default();
    let flood = sent.windows(11).find(|some| some[0].at == some[10].at);
    ensure!(flood.is_none(), "eleven datagrams at once");
    Ok(())
}

/// The same key runs twice: both are heard, once and in order, and one of them hears (E4).
pub(crate) fn a_clone_does_no_harm(dialect: &Dialect) -> Verdict {
    let caps = dialect.scheme.caps;
    if !caps.outbox || !caps.keys {
        return Ok(());
    }
    let mut stage = two(dialect, Weather::CALM, 1)?;
    talk(&mut stage, 0..20, quietly)?;
    let clone = stage.join(7, 1, &[2])?;
    talk(&mut stage, 20..60, quietly)?;
    settle(&mut stage)?;
    for writer in [0, clone] {
        let said: Vec<&String> = stage.members[writer].said.iter().map(|(_, text)| text).collect();
        let kept = kept(&stage, 1, writer);
        ensure!(kept.iter().eq(said), "of member {writer} was kept: {kept:?}");
    }
    let (first, second) = (kept(&stage, 0, 1), kept(&stage, clone, 1));
    for (_, text) in &stage.members[1].said {
        ensure!(first.contains(text) || second.contains(text), "nobody has {text:?}");
    }
    Ok(())
}

/// Clocks that are put forward and back, and a night in which one of the machines sleeps (E16).
pub(crate) fn no_clock_changes_anything(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.outbox {
        return Ok(());
    }
    for member in [0, 1] {
        let mut stage = two(dialect, Weather::CALM, 1)?;
        talk(&mut stage, 0..80, |stage, number| {
            let shift = [0, TEN_YEARS, -TEN_YEARS, 0][usize::try_from(number / 20).unwrap_or_default()];
            stage.net.shift_wall(stage.members[member].program, shift);
            Ok(())
        })?;
        let program = stage.members[member].program;
        stage.net.suspend(program);
        stage.say(1 - member, &format!("{} {}", 1 - member, 80));
        stage.run(NIGHT)?;
        stage.net.wake(program);
        stage.say(member, &format!("{member} {}", 81));
        all_is_there(&mut stage).map_err(|fault| format!("those of member {member}: {fault}"))?;
    }
    Ok(())
}
