//! `udpqq listen`: prints what arrives, a line each, until told to end.
//!
//! Says nothing; in a room on a relay it is a member, since only members hear what is said there. Keeps nothing
//! either: what is printed is not given to the state, so that it can run for months.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::output::Console;
use super::record::Record;
use super::{CommandError, HeadlessOptions, broken, session};
use crate::app::{Event, State};
use crate::model::history::{StoreCommand, StoreEvent};
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, Message, NetEvent, Phrase};
use crate::runtime::{Session, SessionEvent, acknowledge};

/// By then every dialect has said whether it listens. With none of them there is nothing to wait for.
const OPENING: Duration = Duration::from_millis(500);

/// What was printed last is acknowledged by then: a few milliseconds, and those of the network.
const LAST_RECEIPTS: Duration = Duration::from_millis(200);

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(super) struct ListenArgs {
    pub(super) json: bool,
    /// End after so many messages.
    pub(super) count: Option<u64>,
    /// End after that time; with `count` unreached that is a failure.
    pub(super) timeout: Option<Duration>,
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    wanted: &ListenArgs,
    output: &mut Console,
) -> Result<(), CommandError> {
    let mut session = session(setup, setup.listen.clone(), None, output)?;
    let mut seen = 0;
    while let Some((number, warning)) = session.state.status_line_after(seen) {
        output.tell(warning);
        seen = number;
    }
    let mut printed = Printed::default();
    let done = print_until_told(&mut session, wanted, output, &mut printed).await;
    if printed.acknowledged {
        let _elapsed = tokio::time::timeout(LAST_RECEIPTS, let_go(&mut session)).await;
    }
    session.end().await;
    done
}

/// The network side goes on; what comes now is for whoever listens next.
async fn let_go(session: &mut Session) {
    while !matches!(session.next().await, SessionEvent::Broken) {}
}

/// What was printed so far.
#[derive(Clone, Copy, Debug, Default)]
struct Printed {
    messages: u64,
    /// One of them waits at its sender until it is told of.
    acknowledged: bool,
}

async fn print_until_told(
    session: &mut Session,
    wanted: &ListenArgs,
    output: &Console,
    printed: &mut Printed,
) -> Result<(), CommandError> {
    let listening = print_arrivals(session, wanted, output, printed);
    let Some(limit) = wanted.timeout else { return listening.await };
    match (tokio::time::timeout(limit, listening).await, wanted.count) {
        (Ok(done), _) => done,
        (Err(_elapsed), None) => Ok(()),
        (Err(_elapsed), Some(count)) => Err(Phrase::new("headless-too-few")
            .number("count", printed.messages)
            .number("wanted", count)
            .into()),
    }
}

async fn print_arrivals(
    session: &mut Session,
    wanted: &ListenArgs,
    output: &Console,
    printed: &mut Printed,
) -> Result<(), CommandError> {
    let mut opening = pin!(sleep(OPENING));
    let mut opened = false;
    loop {
        let happening = tokio::select! {
            biased;
            happening = session.next() => happening,
            () = &mut opening, if !opened => {
                opened = !is_deaf(&session.state.listening)?;
                if !opened {
                    opening.set(sleep(OPENING));
                }
                continue;
            }
        };
        let event = match happening {
            SessionEvent::App(event) => event,
            SessionEvent::Config
            | SessionEvent::Completed { .. }
            | SessionEvent::Refused { .. }
            | SessionEvent::Captured(_) => continue,
            SessionEvent::Broken => return Err(broken()),
        };
        if let Some(line) = line_of(&event, &session.state) {
            output.tell(&line);
        }
        let (arrived, rest) = split(event);
        if let Some(rest) = rest {
            session.apply(rest);
        }
        for message in arrived {
            let Some(record) = Record::of(&message, &session.state, output) else { continue };
            output.line(if wanted.json { record.json() } else { record.plain(output.lang()) }).await?;
            printed.messages += 1;
            printed.acknowledged |= acknowledge(session, &message);
            if Some(printed.messages) == wanted.count {
                return Ok(());
            }
        }
    }
}

/// What the network side has to tell besides messages.
fn line_of(event: &Event, state: &State) -> Option<Phrase> {
    let Event::Net(event) = event else { return None };
    if let NetEvent::Listening(listening) = event {
        return news(listening);
    }
    if let NetEvent::Dropped(lost) = event {
        return Some(lost.phrase());
    }
    let NetEvent::Nobody { source } = event else { return None };
    // Once: whoever forges one forges many.
    let first = state.counters.nobody == 0;
    first.then(|| Phrase::new("headless-service").text("source", source.to_string()))
}

/// Where a dialect listens, or why it does not. One that is switched off is no news.
pub(super) fn news(listening: &Listening) -> Option<Phrase> {
    let Listening { scheme, code, wanted, .. } = listening;
    let port = || wanted.map(|wanted| wanted.port().to_string()).unwrap_or_default();
    let why = |code: &ErrorCode| {
        Phrase::new("status-not-listening").text("scheme", *scheme).text("code", code).text("port", port())
    };
    announcement(listening).ok().or_else(|| code.as_ref().map(why))
}

/// Whether no dialect has said yet where it listens. An error if each has said that it does not.
pub(super) fn is_deaf(listening: &[Listening]) -> Result<bool, Phrase> {
    let Some(first) = listening.first() else { return Ok(true) };
    if listening.iter().any(|one| one.address.is_some()) {
        Ok(false)
    } else {
        announcement(first).map(|_on| true)
    }
}

/// Where it listens; with the dialect off there is nothing to wait for.
pub(super) fn announcement(listening: &Listening) -> Result<Phrase, Phrase> {
    match listening.address {
        Some(address) => Ok(Phrase::new("headless-listening")
            .text("scheme", listening.scheme)
            .text("address", address.to_string())),
        None => Err(Phrase::new("headless-off").text("scheme", listening.scheme)),
    }
}

/// The messages that have just been stored, or that the store could not take, and what else is in the event.
pub(super) fn split(event: Event) -> (Vec<Arc<Message>>, Option<Event>) {
    let (ops, refused) = match event {
        Event::Stored(StoreEvent::Committed(ops)) => (ops, None),
        Event::Stored(StoreEvent::Refused { ops, why }) => (ops, Some(why)),
        Event::Restored(_)
        | Event::OwnName(_)
        | Event::Stored(_)
        | Event::Net(_)
        | Event::Intent(_)
        | Event::ContactsLoaded { .. }
        | Event::ContactsUnknown
        | Event::Due
        | Event::StatusLine(_)
        | Event::StatusLineCleared(_)
        | Event::FilesFound { .. }
        | Event::Refused { .. } => return (Vec::new(), Some(event)),
    };
    let (arrived, rest): (Vec<StoreCommand>, Vec<StoreCommand>) =
        ops.into_iter().partition(|op| matches!(op, StoreCommand::Insert(message) if message.is_incoming()));
    let arrived = arrived.into_iter().filter_map(|op| match op {
        StoreCommand::Insert(message) => Some(message),
        StoreCommand::Replace(_)
        | StoreCommand::Keep(_)
        | StoreCommand::Know(_)
        | StoreCommand::Read { .. }
        | StoreCommand::PeerRead { .. }
        | StoreCommand::Draft { .. }
        | StoreCommand::Stand { .. }
        | StoreCommand::Session { .. }
        | StoreCommand::Unheard { .. }
        | StoreCommand::Open { .. }
        | StoreCommand::Clear { .. }
        | StoreCommand::Forget { .. }
        | StoreCommand::Evict { .. }
        | StoreCommand::Merge { .. }
        | StoreCommand::Trim { .. } => None,
    });
    let rest = match refused {
        Some(why) => Some(StoreEvent::Refused { ops: rest, why }),
        None if rest.is_empty() => None,
        None => Some(StoreEvent::Committed(rest)),
    };
    (arrived.collect(), rest.map(Event::Stored))
}
