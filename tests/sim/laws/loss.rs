//! Bad weather. Those that promise more than a datagram does, because something stands between their members, keep
//! that; the others at least their heads.

use std::time::Duration;

use udpqq::dialects::Dialect;

use crate::sim::network::Weather;
use crate::sim::stage::{ARRIVAL, Cast, Stage, places};
use crate::sim::{Verdict, ensure};

const WRITERS: usize = 3;
/// Members that only listen hear everything, so they tell the order in which it stands.
const LISTENERS: usize = 2;
const MESSAGES: usize = 100;
/// As fast as a person types short lines, and well within what a relay lets one member say.
const PACE: Duration = Duration::from_millis(150);
/// After the last message: time for what was lost to be asked for again.
const SETTLED: Duration = Duration::from_mins(2);
const SEEDS: u64 = 12;

pub(crate) fn members_end_with_the_same(dialect: &Dialect) -> Verdict {
    if dialect.between.is_none() || !dialect.scheme.caps.group {
        return Ok(());
    }
    for seed in 0..SEEDS {
        let members = u8::try_from(WRITERS + LISTENERS).unwrap_or_default();
        let cast = Cast { members, weather: Weather::ROUGH, seed, ..Cast::of(dialect) };
        converse(cast).map_err(|fault| format!("seed {seed}: {fault}"))?;
    }
    Ok(())
}

fn converse(cast: Cast) -> Verdict {
    let mut stage = Stage::new(cast)?;
    stage.run(ARRIVAL * 3)?;
    for number in 0..MESSAGES {
        for writer in 0..WRITERS {
            let later = PACE * u32::try_from(number).unwrap_or_default();
            stage.say_later(writer, later, &format!("{writer} {number}"));
        }
    }
    stage.run(PACE * u32::try_from(MESSAGES).unwrap_or_default() + SETTLED)?;
    stage.all_was_handed()?;
    everybody_has_the_same(&stage)
}

fn everybody_has_the_same(stage: &Stage) -> Verdict {
    let texts = |member: usize| -> Vec<String> {
        stage.heard(member).iter().map(|received| received.text.clone()).collect()
    };
    let order = texts(WRITERS);
    ensure!(order.len() == WRITERS * MESSAGES, "a listener heard {} messages", order.len());
    for writer in 0..WRITERS {
        let own = format!("{writer} ");
        let said: Vec<&String> = stage.members[writer].said.iter().map(|(_, text)| text).collect();
        let heard: Vec<&String> = order.iter().filter(|text| text.starts_with(&own)).collect();
        ensure!(heard == said, "of member {writer} was heard: {heard:?}");
        let others: Vec<&String> = order.iter().filter(|text| !text.starts_with(&own)).collect();
        let here = texts(writer);
        ensure!(here.iter().eq(others.iter().copied()), "member {writer} has {here:?}, others {others:?}");
    }
    for listener in WRITERS + 1..WRITERS + LISTENERS {
        ensure!(texts(listener) == order, "member {listener} has another order: {:?}", texts(listener));
    }
    Ok(())
}

/// Datagrams that somebody has changed on the way do no harm: no panic, no endless talk, and one answer to each message.
pub(crate) fn spoiled_datagrams_do_no_harm(dialect: &Dialect) -> Verdict {
    for place in places(dialect) {
        for seed in 0..SEEDS {
            let cast = Cast { place: place.clone(), weather: Weather::HOSTILE, seed, ..Cast::of(dialect) };
            let mut stage = Stage::new(cast)?;
            for number in 0..MESSAGES {
                for writer in 0..stage.members.len() {
                    let later = PACE * u32::try_from(number).unwrap_or_default();
                    stage.say_later(writer, later, &format!("{writer} {number}"));
                }
            }
            stage.run(SETTLED)?;
            if dialect.scheme.caps.receipts {
                // One after the other, each may wait for a receipt in vain.
                stage.run(SETTLED * 2)?;
            }
            stage.all_was_answered().map_err(|fault| format!("{place:?}, seed {seed}: {fault}"))?;
        }
    }
    Ok(())
}
