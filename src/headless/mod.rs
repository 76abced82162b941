//! The fronts without a screen: chat, send, listen, echo, wire, relay, contacts, key, history.
//!
//! Results go to stdout, everything else to stderr in one line each. Nothing here draws.

mod chat;
mod columns;
mod contacts;
mod doctor;
mod echo;
mod findings;
mod history;
mod input;
mod key;
mod listen;
mod output;
mod paged;
mod payload;
mod record;
mod relay;
mod relay_archive;
mod relay_doctor;
mod relay_operator;
mod relay_order;
mod relay_permissions;
mod room_history;
mod send;
mod service;
mod signals;
mod target;
mod wire;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::lang::{Lang, locale};
use crate::model::{ClusterSettings, ListenSettings, OperatorChange, Phrase, RetentionSettings};
use crate::runtime::profile::AskPassphrase;
use crate::runtime::relay::RelayArgs;
use crate::runtime::relay_archive::ArchiveArgs;
use crate::runtime::{Options, Session, SessionEvent, registry};

pub use chat::ChatArgs;
pub use contacts::ContactsCommand;
pub use history::HistoryCommand;
pub use key::KeyCommand;
pub use output::{complain, complain_at_the_end, print_page};
pub use payload::{PayloadForm, TextSource};
pub use room_history::{RoomExportArgs, RoomHistoryCommand};
pub use wire::WireArgs;

use output::Console;

/// What every command takes. What is `None` is as the profile says.
#[derive(Clone, Debug, Default)]
pub struct HeadlessOptions {
    pub profile: Option<PathBuf>,
    pub interface: Option<String>,
    pub listen: ListenSettings,
    pub name: Option<String>,
    pub language: Option<String>,
    /// Who is asked for the passphrase of our key, if it has one.
    pub asker: Option<Arc<dyn AskPassphrase>>,
}

/// What to do.
#[derive(Clone, Debug)]
pub enum HeadlessCommand {
    /// One message; with `wait` the answers that come within that time are printed.
    Send {
        target: String,
        text: TextSource,
        form: PayloadForm,
        wait: Option<Duration>,
    },
    /// Print what arrives.
    Listen {
        json: bool,
        count: Option<u64>,
        timeout: Option<Duration>,
    },
    /// Answer everything.
    Echo {
        upper: bool,
    },
    /// Print what passes our sockets.
    Wire(WireArgs),
    /// Say what does not work.
    Doctor {
        target: Option<String>,
        json: bool,
    },
    Contacts(ContactsCommand),
    Key(KeyCommand),
    History(HistoryCommand),
    /// Tell a relay that runs what to do.
    RelayOrder {
        words: Vec<String>,
    },
    /// Say whether a relay with these settings can do its work.
    RelayDoctor {
        relay: Box<RelayArgs>,
        json: bool,
    },
    /// Print what a relay needs at the servers of a cluster.
    RelayPermissions {
        prefix: Option<String>,
        shards: Option<u16>,
        /// For an archive, not for a relay.
        archive: bool,
    },
    /// Who is in charge among the members of a relay, in that file.
    RelayOperator {
        change: OperatorChange,
        file: Option<PathBuf>,
    },
    RoomArchive(RoomHistoryCommand),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    Failed,
    /// Wrong usage.
    Usage,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Exit {
    /// The exit status, as shells have it: 128 and the signal's number for one that was stopped.
    pub const fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// Why a command ends before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CommandError {
    /// The reason that stderr is told.
    Fault(Phrase),
    /// The same, and stderr has it already.
    Told,
    /// The reader of stdout has gone (`| head -1`): as good as done.
    Closed,
}

impl From<Phrase> for CommandError {
    fn from(reason: Phrase) -> Self {
        Self::Fault(reason)
    }
}

/// Does the job, unless a signal ends it before. Must be called inside a tokio runtime.
pub async fn run(setup: HeadlessOptions, job: HeadlessCommand) -> Exit {
    let Some((mut output, mut signals)) = start(&setup) else { return Exit::Failed };
    tokio::select! {
        biased;
        exit = signals.next() => exit,
        exit = work(&setup, job, &mut output) => exit,
    }
}

/// Is a chat in plain lines until its input ends. Must be called inside a tokio runtime.
pub async fn run_chat(setup: HeadlessOptions, args: ChatArgs) -> Exit {
    let Some((mut output, mut signals)) = start(&setup) else { return Exit::Failed };
    Box::pin(chat::run(&setup, &args, &mut signals, &mut output)).await
}

/// Is a relay until a signal ends it. Must be called inside a tokio runtime.
pub async fn run_relay(setup: HeadlessOptions, args: RelayArgs) -> Exit {
    let Some((mut output, mut signals)) = start(&setup) else { return Exit::Failed };
    relay::run(&setup, args, &mut signals, &mut output).await
}

/// Is the archive of a cluster until a signal ends it. Must be called inside a tokio runtime.
pub async fn run_relay_archive(
    setup: HeadlessOptions,
    retention: RetentionSettings,
    cluster: ClusterSettings,
) -> Exit {
    let args = ArchiveArgs { profile: setup.profile.clone(), retention, cluster };
    let Some((mut output, mut signals)) = start(&setup) else { return Exit::Failed };
    Box::pin(relay_archive::run(&setup, args, &mut signals, &mut output)).await
}

fn start(setup: &HeadlessOptions) -> Option<(Console, signals::StopSignals)> {
    let output = Console::start(Lang::choose(setup.language.as_deref(), registry()));
    match signals::StopSignals::listen() {
        Ok(signals) => Some((output, signals)),
        Err(error) => {
            output.tell(&Phrase::new("headless-system").text("reason", error.to_string()));
            None
        }
    }
}

#[expect(clippy::cognitive_complexity, reason = "it only says who does which job")]
async fn work(setup: &HeadlessOptions, job: HeadlessCommand, output: &mut Console) -> Exit {
    let done = match job {
        HeadlessCommand::Send { target, text, form, wait } => {
            Box::pin(send::run(setup, send::SendArgs { target, text, form, wait }, output)).await
        }
        HeadlessCommand::Listen { json, count, timeout } => {
            listen::run(setup, &listen::ListenArgs { json, count, timeout }, output).await
        }
        HeadlessCommand::Echo { upper } => echo::run(setup, upper, output).await,
        HeadlessCommand::Wire(wanted) => Box::pin(wire::run(setup, &wanted, output)).await,
        HeadlessCommand::Doctor { target, json } => {
            Box::pin(doctor::run(setup, target.as_deref(), json, output)).await
        }
        HeadlessCommand::Contacts(job) => contacts::run(setup, &job, output).await,
        HeadlessCommand::Key(job) => key::run(setup, job, output).await,
        HeadlessCommand::RelayOperator { change, file } => {
            relay_operator::run(setup, change, file, output).await
        }
        HeadlessCommand::RelayOrder { words } => relay_order::run(setup, &words, output).await,
        HeadlessCommand::RelayDoctor { relay, json } => {
            Box::pin(relay_doctor::run(setup, *relay, json, output)).await
        }
        HeadlessCommand::RelayPermissions { prefix, shards, archive } => {
            relay_permissions::run(prefix.as_deref(), shards, archive, output).await
        }
        HeadlessCommand::History(job) => history::run(setup, job, output).await,
        HeadlessCommand::RoomArchive(job) => room_history::run(setup, job, output).await,
    };
    conclude(done, output).await
}

/// Says how it ended.
async fn conclude(done: Result<(), CommandError>, output: &mut Console) -> Exit {
    // What was printed so far comes before the reason, and has to be out when the program ends.
    let written = output.finish().await;
    match outcome(done, written) {
        Ok(()) | Err(CommandError::Closed) => Exit::Done,
        Err(CommandError::Told) => Exit::Failed,
        Err(CommandError::Fault(reason)) => {
            output.tell(&reason);
            Exit::Failed
        }
    }
}

/// The result of a command: its own fault first, then that of its output. `Closed` from the command only says that the
/// output ended early; the output knows why, and a full disk must not pass for a reader that went away.
fn outcome(done: Result<(), CommandError>, written: Result<(), CommandError>) -> Result<(), CommandError> {
    match done {
        Ok(()) | Err(CommandError::Closed) => written,
        Err(CommandError::Fault(_) | CommandError::Told) => done,
    }
}

/// A session for a script: what is wrong stops it, and a taken port is wrong. `only`: knows no other contact.
fn session(
    setup: &HeadlessOptions,
    listen: ListenSettings,
    only: Option<&str>,
    output: &mut Console,
) -> Result<Session, CommandError> {
    start_session(setup, &Options { only: only.map(str::to_owned), ..options(setup, listen) }, output)
}

/// The same for whoever only looks: nobody notices it.
fn silent_session(setup: &HeadlessOptions, output: &mut Console) -> Result<Session, CommandError> {
    start_session(setup, &Options { stays_out: true, ..options(setup, setup.listen.clone()) }, output)
}

fn options(setup: &HeadlessOptions, listen: ListenSettings) -> Options {
    Options {
        profile: setup.profile.clone(),
        interface: setup.interface.clone(),
        listen,
        name: setup.name.clone(),
        open: None,
        language: setup.language.clone(),
        locale: locale(),
        only: None,
        stays_out: false,
        asker: setup.asker.clone(),
        fallback: false,
        interactive: false,
    }
}

fn start_session(
    setup: &HeadlessOptions,
    options: &Options,
    output: &mut Console,
) -> Result<Session, CommandError> {
    let session = Session::start(options).map_err(|error| error.phrase())?;
    output.speak(setup, session.config.language.as_deref());
    Ok(session)
}

/// Takes in the next thing that happens. Cancel-safe.
async fn step(session: &mut Session) -> Result<(), CommandError> {
    match session.next().await {
        SessionEvent::App(event) => session.apply(event),
        SessionEvent::Config
        | SessionEvent::Completed { .. }
        | SessionEvent::Refused { .. }
        | SessionEvent::Captured(_) => {}
        SessionEvent::Broken => return Err(broken()),
    }
    Ok(())
}

/// The network side ended by itself.
const fn broken() -> CommandError {
    CommandError::Fault(Phrase::new("headless-broken"))
}
