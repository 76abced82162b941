//! Each message has exactly one answer, and the check says beforehand which.

use std::time::Duration;

use udpqq::dialects::Dialect;
use udpqq::model::{MessageId, NetEvent};

use crate::sim::stage::{ARRIVAL, Cast, Company, Stage, answered, places};
use crate::sim::{Verdict, ensure};

use super::is_plain;

const SETTLED: Duration = Duration::from_secs(30);
/// A person who waits so long for a mark beside a message has given up.
const MAX_PATIENCE: Duration = Duration::from_mins(15);
/// Around what datagrams and read buffers hold, and far beyond.
const LENGTHS: [usize; 10] = [1, 1_000, 1_200, 4_096, 16_384, 65_507, 65_508, 65_527, 65_528, 300_000];
/// Inputs after the first message at which a conversation is forgotten: one by one, all that can be open then.
const MAX_MOMENTS: usize = 24;
/// Where a connection is made first: some of those that come then.
const LATER_MOMENTS: [usize; 10] = [27, 30, 33, 36, 40, 45, 50, 55, 60, 70];

pub(crate) fn lengths_are_judged_alike(dialect: &Dialect) -> Verdict {
    for length in LENGTHS {
        let fault = |fault| format!("{length} bytes: {fault}");
        check_agrees(dialect, "", &"x".repeat(length)).map_err(fault)?;
    }
    Ok(())
}

/// What the check says of one text is what happens to it. Options that the dialect does not know are passed over.
pub(crate) fn check_agrees(dialect: &Dialect, options: &str, text: &str) -> Verdict {
    let cast = Cast { options: options.to_owned(), ..Cast::of(dialect) };
    // Where the dialect takes these options.
    let Ok(address) = cast.address(2) else { return Ok(()) };
    let checked = (dialect.check)(&address, text);
    let mut stage = Stage::new(cast)?;
    stage.run(ARRIVAL)?;
    stage.say(0, text);
    stage.run(SETTLED)?;
    let id = stage.members[0].said[0].0;
    let ends: Vec<&NetEvent> = stage.events(0).iter().filter(|event| is_answer(event, id)).collect();
    match (&checked, ends.as_slice()) {
        (Ok(length), [NetEvent::Handed { payload, .. }]) => {
            let same = *length == payload.len() || !is_plain(dialect);
            ensure!(same, "the check said {length} bytes, {} were sent", payload.len());
        }
        (Err(said), [NetEvent::Failed { fault, .. }]) => {
            ensure!(said == fault, "the check said {said:?}, it failed with {fault:?}");
        }
        _ => return Err(format!("the check said {checked:?}, what happened is {ends:?}")),
    }
    Ok(())
}

fn is_answer(event: &NetEvent, id: MessageId) -> bool {
    answered(event) == Some(id)
}

pub(crate) fn forgetting_ends_what_waits(dialect: &Dialect) -> Verdict {
    for place in places(dialect) {
        for company in [Company::Apart, Company::Nobody] {
            let later = LATER_MOMENTS.into_iter().filter(|_| dialect.scheme.caps.keys);
            for moment in (0..MAX_MOMENTS).chain(later) {
                let cast = Cast { place: place.clone(), company, ..Cast::of(dialect) };
                let what = format!("{place:?}, {company:?}, forgotten after {moment} inputs");
                forget_after(cast, moment).map_err(|fault| format!("{what}: {fault}"))?;
            }
        }
    }
    Ok(())
}

/// Three messages right at the start, while names, sockets and connections are still awaited.
fn forget_after(cast: Cast, moment: usize) -> Verdict {
    let mut stage = Stage::new(cast)?;
    for text in ["one", "two", "three"] {
        stage.say(0, text);
    }
    stage.net.run_inputs(moment, ARRIVAL)?;
    stage.forget(0);
    stage.run(SETTLED)?;
    stage.all_was_answered()
}

pub(crate) fn nobody_there_is_an_answer_too(dialect: &Dialect) -> Verdict {
    for place in places(dialect) {
        let mut stage =
            Stage::new(Cast { place: place.clone(), company: Company::Nobody, ..Cast::of(dialect) })?;
        stage.run(ARRIVAL)?;
        for text in ["one", "two", "three"] {
            stage.say(0, text);
        }
        stage.run(MAX_PATIENCE)?;
        if dialect.scheme.caps.outbox {
            // It waits as long as a person wants it to.
            stage.nothing_was_answered().map_err(|fault| format!("{place:?}: {fault}"))?;
            stage.forget(0);
            stage.run(SETTLED)?;
        }
        stage.all_was_answered().map_err(|fault| format!("{place:?}: {fault}"))?;
    }
    Ok(())
}
