//! What an engine does when nobody asks it to: nothing, or little.

use std::time::Duration;

use udpqq::dialects::Dialect;

use crate::sim::program::{ProgramId, Tally};
use crate::sim::stage::{ARRIVAL, Cast, Company, Stage, places};
use crate::sim::{Verdict, ensure};

use super::{bytes, is_plain};

const HOUR: Duration = Duration::from_hours(1);
/// What may still be on its way after a conversation.
const SETTLED: Duration = Duration::from_mins(2);
/// A plain dialect has nothing to keep alive: an hour may cost it some clean-up.
const MAX_PLAIN: Tally = Tally { sent: 0, events: 0, ticks: 120 };
/// Who wants to be seen says so every ten minutes, by two addresses for each of its networks, and answers others.
const MAX_SEEN: Tally = Tally { sent: 40, events: 20, ticks: 120 };
/// A session, and no second one beside it, is kept alive every 15 seconds by who began it, and answered; who is seen
/// says so every 15 seconds, by three addresses.
const MAX_SESSION: Tally = Tally { sent: 240 + 3 * 260, events: 5, ticks: 240 + 260 };
/// A member of something that stands between has to say that it is still there: once in five seconds, at
/// most, if it is to notice within ten that it restarted.
const MAX_KEPT_ALIVE: Tally = Tally { sent: 720, events: 60, ticks: 3_600 };
/// What stands between answers that to each of its members.
const MAX_BETWEEN: Tally = Tally { sent: 720 * 3, events: 60, ticks: 3_600 };

/// Nobody has written, nobody has gone into a room, and nobody wants to be seen.
pub(crate) fn nobody_speaks_unasked(dialect: &Dialect) -> Verdict {
    if dialect.between.is_some() {
        return Ok(());
    }
    for place in places(dialect) {
        let cast = Cast { place: place.clone(), visible: false, enters: false, ..Cast::of(dialect) };
        let mut stage = Stage::new(cast)?;
        stage.run(HOUR)?;
        for member in &stage.members {
            let sent = stage.net.program(member.program).tally.sent;
            ensure!(sent == 0, "{place:?}: {} has sent {sent} times", member.name);
        }
    }
    Ok(())
}

/// However often strangers and contacts write: no answer at once, and none later.
pub(crate) fn nothing_is_answered(dialect: &Dialect) -> Verdict {
    // Who is known by a key answers whoever knows that key, and nobody here does.
    if !is_plain(dialect) && !dialect.scheme.caps.keys {
        return Ok(());
    }
    let asked = sent_after(dialect, true)?;
    let unasked = sent_after(dialect, false)?;
    ensure!(asked == unasked, "it sent {asked} times where it would have sent {unasked} times");
    Ok(())
}

/// How often a member sends in two hours, with messages coming in or without.
fn sent_after(dialect: &Dialect, asked: bool) -> Verdict<usize> {
    // A connection that a person wants kept is opened again when it ends: that is no answer.
    let enters = !dialect.scheme.caps.connects;
    let mut stage = Stage::new(Cast { company: Company::Nobody, enters, ..Cast::of(dialect) })?;
    stage.run(ARRIVAL)?;
    let program = stage.members[0].program;
    let end = stage.net.now.after(HOUR * 2).mono;
    if asked {
        for from in bytes::sources(dialect) {
            for text in ["hello", "", "who is there?", "***加入了聊天室", "/prove 12345678"] {
                bytes::speak(&mut stage, from, text.as_bytes())?;
            }
        }
    }
    stage.run(end.saturating_duration_since(stage.net.now.mono))?;
    Ok(stage.net.program(program).tally.sent)
}

pub(crate) fn an_idle_hour_is_bounded(dialect: &Dialect) -> Verdict {
    let mut stage = Stage::new(Cast::of(dialect))?;
    stage.run(ARRIVAL)?;
    for member in 0..stage.members.len() {
        for number in 0..3 {
            stage.say(member, &number.to_string());
        }
    }
    stage.run(SETTLED)?;
    let most = if dialect.between.is_some() {
        MAX_KEPT_ALIVE
    } else if dialect.scheme.caps.outbox {
        MAX_SESSION
    } else if dialect.scheme.caps.presence {
        MAX_SEEN
    } else {
        MAX_PLAIN
    };
    let members: Vec<(ProgramId, Tally)> =
        stage.members.iter().map(|member| (member.program, most)).collect();
    let between = stage.between.map(|program| (program, MAX_BETWEEN));
    let limits: Vec<(ProgramId, Tally)> = members.into_iter().chain(between).collect();
    let before: Vec<Tally> = limits.iter().map(|(id, _)| stage.net.program(*id).tally).collect();
    stage.run(HOUR)?;
    for ((program, most), before) in limits.into_iter().zip(before) {
        let now = stage.net.program(program).tally;
        let spent = Tally {
            sent: now.sent - before.sent,
            events: now.events - before.events,
            ticks: now.ticks - before.ticks,
        };
        let within = spent.sent <= most.sent && spent.events <= most.events && spent.ticks <= most.ticks;
        ensure!(within, "{program:?} spent {spent:?}, allowed is {most:?}");
    }
    Ok(())
}
