//! Engines of one dialect that speak over a bad network: what is said, when, who restarts and what becomes of the datagrams
//! is what the fuzzer makes of it.

use std::time::Duration;

use udpqq::dialects::{DIALECTS, Dialect};

use crate::sim::stage::{Cast, Stage};
use crate::sim::weather::Weather;

/// Things that happen in one run; more of them find nothing else and take longer.
const MAX_STEPS: usize = 48;

/// How long the network is watched when nothing happens any more.
const END: Duration = Duration::from_secs(20);

/// Which one an input is about, by its first byte.
pub(crate) fn dialect(first: u8) -> &'static Dialect {
    &DIALECTS[usize::from(first) % DIALECTS.len()]
}

pub(crate) fn engines(bytes: &[u8]) {
    let Some(([first, weather, seed], steps)) = bytes.split_first_chunk() else { return };
    let dialect = dialect(*first);
    let weather = [Weather::CALM, Weather::ROUGH, Weather::HOSTILE][usize::from(*weather) % 3];
    let cast = Cast { weather, seed: u64::from(*seed), ..Cast::of(dialect) };
    let mut stage = Stage::new(cast).expect("a stage");
    for (number, step) in steps.iter().take(MAX_STEPS).enumerate() {
        act(&mut stage, number, *step).unwrap_or_else(|fault| panic!("{}: {fault}", dialect.scheme.name));
    }
    stage.run(END).unwrap_or_else(|fault| panic!("{}: {fault}", dialect.scheme.name));
    // What is encrypted nobody on the way can change.
    if dialect.scheme.caps.keys {
        assert_nothing_was_made_up(&stage);
    }
}

fn act(stage: &mut Stage, number: usize, step: u8) -> Result<(), String> {
    let member = usize::from(step >> 4) % stage.members.len();
    match step & 0xf {
        0..=7 => stage.say(member, &format!("{number} {}", "x".repeat(1 << (step & 7)))),
        8..=10 => stage.run(Duration::from_millis(1 << (step >> 4)))?,
        11 | 12 => stage.run(Duration::from_secs(u64::from(step >> 4)))?,
        13 | 14 => stage.restart_member(member)?,
        _ if stage.between.is_some() => stage.restart_between(Duration::from_secs(u64::from(step >> 6)))?,
        _ => {}
    }
    Ok(())
}

fn assert_nothing_was_made_up(stage: &Stage) {
    let said = |text: &str| stage.members.iter().any(|member| member.said.iter().any(|(_, one)| one == text));
    for member in 0..stage.members.len() {
        for heard in stage.heard(member) {
            assert!(said(&heard.text), "{:?} was heard and never said", heard.text);
        }
    }
}
