//! `udpqq send`: one message, handed over, its receipt where there are receipts, and the answers if they are wanted.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::output::Console;
use super::payload::{Payload, PayloadForm, TextSource};
use super::{CommandError, HeadlessOptions, broken, session, step, target};
use crate::app::{Conversation, Intent, Reachability};
use crate::model::message::Message;
use crate::model::text::plain_line;
use crate::model::traffic::{ConnectionState, DownReason, Listening};
use crate::model::{
    Address, ConversationId, ErrorCode, Fault, Host, ListenMode, ListenSetting, ListenSettings, Mark,
    MessageId, Phrase,
};
use crate::runtime::{Session, acknowledge, registry};

/// A name can have several addresses (`localhost` is `::1` and 127.0.0.1). That nobody listens at the first is
/// known within this time on one network, and the message goes to the next.
const SECOND_ADDRESS: Duration = Duration::from_millis(300);

/// What ICMP says of a port where nobody listens is there by then: from this machine at once, though the network task
/// may have to wait for its turn, from the same network within some milliseconds, by radio within some more.
const REFUSAL: Duration = Duration::from_millis(100);

/// Receipts come within milliseconds, or after some tries a second apart; a dialect that knows of none says so itself
/// before this.
const RECEIPT: Duration = Duration::from_secs(6);

/// Where a peer proves that it has the message, nothing less is success. Long enough for some losses on the way; more
/// patience is asked for by `--wait`.
const PROOF: Duration = Duration::from_secs(10);

/// The same where the peer has to be found first: whoever makes itself known has done so again by then.
const SEARCH: Duration = Duration::from_secs(25);

/// What the command line asks for.
#[derive(Debug)]
pub(super) struct SendArgs {
    pub(super) target: String,
    pub(super) text: TextSource,
    pub(super) form: PayloadForm,
    pub(super) wait: Option<Duration>,
}

/// Why one try came to nothing.
enum SendError {
    CommandError(CommandError),
    /// The port of the dialect is another program's, most likely the messenger's; it can speak from here.
    Taken {
        kind: &'static str,
        elsewhere: ListenSetting,
    },
}

impl From<CommandError> for SendError {
    fn from(stop: CommandError) -> Self {
        Self::CommandError(stop)
    }
}

impl From<Phrase> for SendError {
    fn from(reason: Phrase) -> Self {
        Self::CommandError(reason.into())
    }
}

/// One message as the command line has it.
struct OutgoingText<'a> {
    target: &'a str,
    payload: &'a Payload,
    wait: Option<Duration>,
    /// No receipt can come: it goes to a port that another program has.
    unheard: bool,
}

/// The configured port may be the messenger's, which runs beside this: any other will do, and nobody need connect.
pub(super) fn beside_the_messenger() -> ListenSettings {
    let mut listen = ListenSettings::default();
    for dialect in registry().dialects {
        match dialect.listens {
            ListenMode::Datagrams(_) | ListenMode::Bulk(_) => {
                listen.set(dialect.scheme.name, ListenSetting::Port(0));
            }
            ListenMode::Streams(_) => listen.set(dialect.scheme.name, ListenSetting::Off),
            ListenMode::Itself(_) | ListenMode::Nowhere => {}
        }
    }
    listen
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    args: SendArgs,
    output: &mut Console,
) -> Result<(), CommandError> {
    let SendArgs { target, text, form, wait } = args;
    let payload = Payload::read(text, form).await?;
    let mut listen = beside_the_messenger();
    let mut outgoing = OutgoingText { target: &target, payload: &payload, wait, unheard: false };
    match attempt(setup, &listen, &mut outgoing, output).await {
        Err(SendError::Taken { kind, elsewhere }) => {
            listen.set(kind, elsewhere);
            outgoing.unheard = true;
            match attempt(setup, &listen, &mut outgoing, output).await {
                Err(SendError::Taken { .. }) => Err(Fault::NotListening.phrase().into()),
                Err(SendError::CommandError(stop)) => Err(stop),
                Ok(()) => Ok(()),
            }
        }
        Err(SendError::CommandError(stop)) => Err(stop),
        Ok(()) => Ok(()),
    }
}

async fn attempt(
    setup: &HeadlessOptions,
    listen: &ListenSettings,
    outgoing: &mut OutgoingText<'_>,
    output: &mut Console,
) -> Result<(), SendError> {
    let mut session = session(setup, setup.listen.or(listen), Some(outgoing.target.trim()), output)?;
    let done = deliver(&mut session, &setup.listen, outgoing, output).await;
    session.end().await;
    done
}

async fn deliver(
    session: &mut Session,
    asked: &ListenSettings,
    outgoing: &mut OutgoingText<'_>,
    output: &mut Console,
) -> Result<(), SendError> {
    let conversation = target::open(session, outgoing.target, output)?;
    session.ask(Intent::Open { conversation });
    let intent = outgoing.payload.intent(conversation, address_of(session, conversation))?;
    session.ask(intent);
    let to = address_of(session, conversation);
    if to.is_some_and(|to| to.scheme.caps.keys) && session.own_key.is_none() {
        // It was switched off, so it would wait for ever.
        return Err(Fault::NotListening.phrase().into());
    }
    let least = to.map(|to| if to.host == Host::Anywhere { SEARCH } else { PROOF });
    let done = match least.filter(|_| to.is_some_and(|to| to.scheme.caps.outbox)) {
        Some(least) => {
            let patience = outgoing.wait.unwrap_or_default().max(least);
            let_have(session, conversation, patience).await
        }
        None => hand_over(session, conversation).await,
    };
    let sent = match done {
        Ok(sent) => sent,
        Err(stop) => return Err(taken(session, asked, conversation).unwrap_or(SendError::CommandError(stop))),
    };
    Ok(afterwards(session, conversation, sent, outgoing, output).await?)
}

/// The receipt where there are receipts, then the answers if they are wanted.
async fn afterwards(
    session: &mut Session,
    conversation: ConversationId,
    sent: MessageId,
    outgoing: &OutgoingText<'_>,
    output: &mut Console,
) -> Result<(), CommandError> {
    let to = address_of(session, conversation).cloned();
    if to.as_ref().is_some_and(gives_receipts) {
        let heard = !outgoing.unheard && arrives(session, conversation, sent).await?;
        if !heard {
            let key = if outgoing.unheard { "headless-receipt-elsewhere" } else { "headless-no-receipt" };
            output.tell(&Phrase::new(key));
        }
    }
    let grace = to.as_ref().map_or(Duration::ZERO, grace);
    let printing = outgoing.wait.is_some();
    let answers = answers(session, conversation, sent, printing.then_some(output));
    match tokio::time::timeout(outgoing.wait.unwrap_or(grace).max(grace), answers).await {
        Ok(stopped) => stopped,
        Err(_elapsed) => Ok(()),
    }
}

/// How long it takes to hear that nobody listens there. A room has no one port, and a stream says so itself; who has
/// said that it has the message is there.
pub(super) fn grace(to: &Address) -> Duration {
    match &to.host {
        _ if to.scheme.caps.group || to.scheme.caps.outbox => Duration::ZERO,
        Host::Name(_) | Host::Anywhere => SECOND_ADDRESS,
        Host::Ip(_) | Host::Scoped(..) => REFUSAL,
    }
}

/// A free local port to try again from, if the bind failed with EADDRINUSE and no port was asked for.
fn taken(session: &Session, asked: &ListenSettings, conversation: ConversationId) -> Option<SendError> {
    let scheme = address_of(session, conversation)?.scheme;
    // Those that make themselves known all listen at the same port, and answer what comes from any other as well.
    let free = scheme.caps.presence && asked.get(scheme.name).is_none();
    let elsewhere = elsewhere(&session.state.listening, scheme.name).filter(|_| free)?;
    Some(SendError::Taken { kind: scheme.name, elsewhere })
}

/// Any free port at the wanted address, if the wanted port is taken.
pub(super) fn elsewhere(listening: &[Listening], scheme: &str) -> Option<ListenSetting> {
    let one = listening.iter().find(|one| one.scheme == scheme && one.address.is_none())?;
    let wanted = one.wanted.filter(|_| one.code == Some(ErrorCode::EADDRINUSE))?;
    Some(ListenSetting::At(SocketAddr::new(wanted.ip(), 0)))
}

/// Why it failed, as a person at a shell reads it: what there helps are options, not commands of the messenger.
fn told(fault: &Fault) -> Phrase {
    if *fault == Fault::Ourselves { Phrase::new("headless-ourselves") } else { fault.phrase() }
}

/// Why nothing goes into a room. At a shell nothing else says where it was looked for.
fn down(why: &DownReason, to: &Address) -> Phrase {
    let why = why.phrase();
    let is_silent = why.key == "relay-no-answer";
    if is_silent { Phrase::new("headless-relay-silent").text("address", to.authority()) } else { why }
}

/// Whether somebody there says that a message arrived. What goes to everybody is acknowledged by nobody.
pub(super) fn gives_receipts(to: &Address) -> bool {
    let everybody = Host::Ip(Ipv4Addr::BROADCAST.into());
    to.scheme.caps.receipts && !to.scheme.caps.group && to.host != everybody
}

/// Whether it is said in time that the message is there. That it failed after all is an error.
async fn arrives(
    session: &mut Session,
    conversation: ConversationId,
    sent: MessageId,
) -> Result<bool, CommandError> {
    let waiting = async {
        loop {
            match mark(session, conversation)? {
                Some((_, Mark::Delivered | Mark::Read)) => return Ok(()),
                Some((_, Mark::Failed(fault))) => return Err(told(&fault).into()),
                Some((_, Mark::Sent | Mark::Waiting)) | None => {}
            }
            refused(session, conversation, sent)?;
            step(session).await?;
        }
    };
    match tokio::time::timeout(RECEIPT, waiting).await {
        Ok(done) => done.map(|()| true),
        Err(_elapsed) => Ok(false),
    }
}

/// Waits until the kernel has the message, or it is known that it will not get it.
async fn hand_over(session: &mut Session, conversation: ConversationId) -> Result<MessageId, CommandError> {
    loop {
        step(session).await?;
        match mark(session, conversation)? {
            Some((id, Mark::Sent | Mark::Delivered | Mark::Read)) => return Ok(id),
            Some((_, Mark::Failed(fault))) => return Err(told(&fault).into()),
            Some((_, Mark::Waiting)) | None => {}
        }
        // A person would wait for it to come back; a script asks again when it wants to.
        let place = session.state.conversation(conversation).ok_or_else(broken)?;
        if let (true, Some(ConnectionState::Down(why))) = (place.is_room(), place.status.connection()) {
            return Err(down(why, &place.address).into());
        }
    }
}

/// Waits until the peer has proved that it has the message.
async fn let_have(
    session: &mut Session,
    conversation: ConversationId,
    patience: Duration,
) -> Result<MessageId, CommandError> {
    let waiting = async {
        loop {
            step(session).await?;
            match mark(session, conversation)? {
                Some((id, Mark::Delivered | Mark::Read)) => return Ok(id),
                Some((_, Mark::Failed(fault))) => return Err(told(&fault).into()),
                Some((_, Mark::Sent | Mark::Waiting)) | None => nowhere(session, conversation)?,
            }
        }
    };
    if let Ok(done) = tokio::time::timeout(patience, waiting).await {
        return done;
    }
    let handed = matches!(mark(session, conversation)?, Some((_, Mark::Sent)));
    let to = address_of(session, conversation).ok_or_else(broken)?;
    let key = match &to.host {
        _ if handed => "headless-unacknowledged",
        Host::Anywhere => "headless-undelivered-anywhere",
        Host::Name(_) | Host::Ip(_) | Host::Scoped(..) => "headless-undelivered",
    };
    let who = to.authority();
    Err(Phrase::new(key).text("key", who).number("seconds", patience.as_secs()).into())
}

/// That the name of the peer leads nowhere is no reason to wait until everybody's patience is over.
fn nowhere(session: &Session, conversation: ConversationId) -> Result<(), CommandError> {
    let place = session.state.conversation(conversation).ok_or_else(broken)?;
    match place.status.connection() {
        Some(ConnectionState::Down(DownReason::Fault(fault @ Fault::NameNotFound { .. }))) => {
            Err(told(fault).into())
        }
        Some(
            ConnectionState::Down(_)
            | ConnectionState::Up
            | ConnectionState::Seeking
            | ConnectionState::Unknown,
        )
        | None => Ok(()),
    }
}

/// Our one message, and what is known of it.
fn mark(session: &Session, conversation: ConversationId) -> Result<Option<(MessageId, Mark)>, CommandError> {
    let place = session.state.conversation(conversation).ok_or_else(broken)?;
    let ours = place.messages().iter().find(|message| message.is_outgoing());
    Ok(ours.and_then(|message| message.mark().map(|mark| (message.id, mark.clone()))))
}

/// Goes on until it is stopped; with `output` it prints what the peer answers.
async fn answers(
    session: &mut Session,
    conversation: ConversationId,
    sent: MessageId,
    output: Option<&mut Console>,
) -> Result<(), CommandError> {
    let mut last = sent;
    loop {
        if let Some(output) = &output {
            last = print_answers(session, conversation, last, output).await?;
        }
        refused(session, conversation, sent)?;
        step(session).await?;
    }
}

/// Prints what came after `last`; the number of what is last now.
async fn print_answers(
    session: &mut Session,
    conversation: ConversationId,
    last: MessageId,
    output: &Console,
) -> Result<MessageId, CommandError> {
    let place = session.state.conversation(conversation).ok_or_else(broken)?;
    let fresh = place.messages().get(place.position(last)..).unwrap_or_default();
    let newest = fresh.last().map_or(last, |message| message.id);
    let said = |message: &&Arc<Message>| message.is_incoming() && !message.is_event();
    let said = fresh.iter().filter(said).filter(|message| message.id > last);
    let answers: Vec<_> = said.map(|message| (answer(place, message), Arc::clone(message))).collect();
    for (line, message) in answers {
        output.line(line).await?;
        acknowledge(session, &message);
    }
    Ok(newest)
}

/// What somebody said; in a room with who it was.
fn answer(place: &Conversation, message: &Message) -> String {
    let text = plain_line(&message.text);
    let source = || message.source().map(|source| source.to_string());
    let who = message.sender().map(plain_line).or_else(source).filter(|_| place.is_room());
    who.map_or_else(|| text.clone(), |who| format!("<{who}>: {text}"))
}

/// An error once it is known that nobody got the message.
fn refused(session: &Session, conversation: ConversationId, sent: MessageId) -> Result<(), CommandError> {
    let place = session.state.conversation(conversation).ok_or_else(broken)?;
    let said = |message: &Message| message.is_incoming() && !message.is_event();
    let answered = place.messages().iter().any(|message| said(message) && message.id > sent);
    if answered || place.status.reachability() != Reachability::Unreachable {
        return Ok(());
    }
    Err(Phrase::new("headless-nobody").text("address", place.address.authority()).into())
}

fn address_of(session: &Session, conversation: ConversationId) -> Option<&Address> {
    session.state.conversation(conversation).map(|place| &place.address)
}
