//! What breaks and comes back: programs that are killed, what stands between them, interfaces.

use std::collections::BTreeSet;
use std::time::Duration;

use udpqq::dialects::Dialect;

use crate::sim::network::Weather;
use crate::sim::program::INTERFACE;
use crate::sim::stage::{ARRIVAL, Cast, Place, Stage, places};
use crate::sim::{Verdict, ensure};

use super::hearing::{SETTLED, all_hear};

/// After that everybody is there again.
const BACK: Duration = Duration::from_secs(10);
/// One way there and one back, in calm weather.
const SOON: Duration = Duration::from_secs(1);
/// Shorter than anybody notices, and longer than anybody is waited for.
const GONE: [Duration; 3] = [Duration::ZERO, Duration::from_secs(3), Duration::from_mins(5)];
const MESSAGES: u32 = 40;
const PACE: Duration = Duration::from_millis(150);
const SEEDS: u64 = 8;

pub(crate) fn a_member_may_restart(dialect: &Dialect) -> Verdict {
    for place in places(dialect) {
        for member in [0, 1] {
            let mut stage = Stage::new(Cast { place: place.clone(), ..Cast::of(dialect) })?;
            stage.run(ARRIVAL)?;
            all_hear(&mut stage, "before", SETTLED)?;
            stage.restart_member(member)?;
            stage.run(BACK)?;
            all_hear(&mut stage, "after", SOON).map_err(|fault| format!("{place:?}: {fault}"))?;
            stage.all_was_handed()?;
        }
    }
    Ok(())
}

/// Nobody loses the way, however long it was gone, and nobody waits long.
pub(crate) fn what_stands_between_may_restart(dialect: &Dialect) -> Verdict {
    if dialect.between.is_none() {
        return Ok(());
    }
    for gone in GONE {
        let mut stage = Stage::new(Cast::of(dialect))?;
        stage.run(ARRIVAL)?;
        all_hear(&mut stage, "before", SETTLED)?;
        stage.restart_between(gone)?;
        stage.run(BACK)?;
        all_hear(&mut stage, "after", SOON).map_err(|fault| format!("gone for {gone:?}: {fault}"))?;
        stage.all_was_handed()?;
    }
    Ok(())
}

/// What is on its way when it is killed is neither lost nor doubled; in bad weather at least not doubled.
pub(crate) fn a_restart_doubles_nothing(dialect: &Dialect) -> Verdict {
    if dialect.between.is_none() {
        return Ok(());
    }
    for seed in 0..SEEDS {
        for weather in [Weather::CALM, Weather::ROUGH] {
            let cast = Cast { weather, seed, ..Cast::of(dialect) };
            restart_amid(cast).map_err(|fault| format!("seed {seed}, {weather:?}: {fault}"))?;
        }
    }
    Ok(())
}

fn restart_amid(cast: Cast) -> Verdict {
    let moment = PACE * MESSAGES / 3 + Duration::from_millis(cast.seed * 37);
    let calm = cast.weather.lost == 0;
    let mut stage = Stage::new(cast)?;
    stage.run(ARRIVAL * 3)?;
    for number in 0..MESSAGES {
        for writer in 0..stage.members.len() {
            stage.say_later(writer, PACE * number, &format!("{writer} {number}"));
        }
    }
    stage.run(moment)?;
    stage.restart_between(Duration::ZERO)?;
    stage.run(PACE * MESSAGES + SETTLED * 4)?;
    if calm {
        stage.all_was_handed()?;
    }
    stage.all_was_answered()?;
    for reader in 0..stage.members.len() {
        let texts: Vec<&str> = stage.heard(reader).iter().map(|received| received.text.as_str()).collect();
        let once: BTreeSet<&str> = texts.iter().copied().collect();
        ensure!(once.len() == texts.len(), "member {reader} heard something twice: {texts:?}");
        let all = (stage.members.len() - 1) * usize::try_from(MESSAGES).unwrap_or_default();
        ensure!(!calm || once.len() == all, "member {reader} heard {} of {all}: {texts:?}", once.len());
    }
    Ok(())
}

/// An interface that was taken away comes back with another number, as after a suspend or with a new cable.
pub(crate) fn an_interface_may_come_back(dialect: &Dialect) -> Verdict {
    for place in places(dialect) {
        // An address that names an interface by its number means that one.
        let named = matches!(&place, Place::Group(host) if host.contains('%'));
        let number = if named { INTERFACE } else { INTERFACE + 5 };
        let mut stage = Stage::new(Cast { place: place.clone(), ..Cast::of(dialect) })?;
        stage.run(ARRIVAL)?;
        all_hear(&mut stage, "before", SETTLED)?;
        let host = stage.net.program(stage.members[0].program).host;
        stage.net.plug(host, None);
        stage.run(BACK)?;
        stage.net.plug(host, Some(number));
        stage.run(BACK)?;
        all_hear(&mut stage, "after", SOON).map_err(|fault| format!("{place:?}: {fault}"))?;
        stage.all_was_handed()?;
    }
    Ok(())
}
