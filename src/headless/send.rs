//! `udpqq send`: one message, handed over, and the answers if they are wanted.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use super::output::Output;
use super::{Setup, Stop, broken, session};
use crate::app::{Conversation, Event, Intent, Presence};
use crate::model::message::Message;
use crate::model::text::plain_line;
use crate::model::{
    Address, Contact, ConversationId, Host, ListenSetting, ListenSettings, Mark, MessageId, Phrase,
};
use crate::runtime::{Happening, Session, parse_address};

/// Read from standard input: more than any datagram holds in any encoding, so that a refusal can name the size.
const MAX_INPUT: u64 = 1024 * 1024;

/// A name can have several addresses (`localhost` is `::1` and 127.0.0.1). That nobody listens at the first is
/// known within this time on one network, and the message goes to the next.
const SECOND_ADDRESS: Duration = Duration::from_millis(300);

/// Where the text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Exactly this.
    Given(String),
    /// Standard input up to its end, without the line feed that ends its last line.
    Stdin,
}

pub(super) async fn run(
    setup: &Setup,
    target: &str,
    text: Source,
    wait: Option<Duration>,
    output: &mut Output,
) -> Result<(), Stop> {
    // The configured port may be the messenger's, which runs beside this.
    let mut listen = ListenSettings::default();
    listen.set("udp", ListenSetting::Port(0));
    listen.set("tcp", ListenSetting::Off);
    let mut session = session(setup, setup.listen.or(&listen), Some(target.trim()), output)?;
    let done = deliver(&mut session, target, text, wait, output).await;
    session.end().await;
    done
}

async fn deliver(
    session: &mut Session,
    target: &str,
    text: Source,
    wait: Option<Duration>,
    output: &mut Output,
) -> Result<(), Stop> {
    let conversation = open(session, target, output)?;
    let text = match text {
        Source::Given(text) => text,
        Source::Stdin => read_stdin().await?,
    };
    if text.is_empty() {
        return Err(Phrase::new("headless-nothing-to-send").into());
    }
    session.ask(Intent::Open { conversation });
    session.ask(Intent::Send { conversation, text });
    let sent = hand_over(session, conversation).await?;
    let several = address_of(session, conversation).is_some_and(|to| matches!(to.host, Host::Name(_)));
    let grace = if several { SECOND_ADDRESS } else { Duration::ZERO };
    let printing = wait.is_some();
    let answers = answers(session, conversation, sent, printing.then_some(output));
    match tokio::time::timeout(wait.unwrap_or(grace).max(grace), answers).await {
        Ok(stopped) => stopped,
        Err(_elapsed) => {
            if printing {
                hint(session, conversation, sent, output);
            }
            Ok(())
        }
    }
}

/// The conversation that is meant: a contact's by its name, else the one with the address.
fn open(session: &mut Session, target: &str, output: &Output) -> Result<ConversationId, Stop> {
    let target = target.trim();
    if let Some(contact) = session.state.contact_named(target) {
        return Ok(contact.id);
    }
    let address = parse_address(target).map_err(|error| {
        let reason = output.lang().phrase(&error.phrase());
        Phrase::new("headless-no-target").text("name", target).text("reason", reason)
    })?;
    let there = session.state.at_address(&address);
    // An address without options leaves them to the contact that is there; with options it means what it says.
    if let Some(there) = there.filter(|there| address.options.is_empty() || there.address == address) {
        return Ok(there.id);
    }
    if there.is_some() {
        // For this run it is the only peer, so that no other at the same place takes its answers.
        let contact = Contact { name: address.authority(), address: address.clone(), notify: false };
        session.apply(Event::ContactsLoaded { contacts: vec![contact], edit: None });
    } else {
        session.ask(Intent::Visit { address: address.clone() });
    }
    session.state.at_address(&address).map(|place| place.id).ok_or_else(broken)
}

async fn read_stdin() -> Result<String, Stop> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut bytes = Vec::new();
        io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes).map(|_length| bytes)
    });
    let unreadable = |error: io::Error| Phrase::new("headless-input").text("reason", error.to_string());
    let bytes = reading.await.map_err(|_panicked| broken())?.map_err(unreadable)?;
    Ok(text_of(bytes)?)
}

/// A message is exactly its text, and the line feed that every tool puts behind a line is not part of it.
pub(super) fn text_of(mut bytes: Vec<u8>) -> Result<String, Phrase> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_INPUT) {
        return Err(Phrase::new("headless-input-too-long").number("limit", MAX_INPUT));
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        Phrase::new("headless-input-not-utf8").number("at", at)
    })
}

/// Waits until the kernel has the message, or it is known that it will not get it.
async fn hand_over(session: &mut Session, conversation: ConversationId) -> Result<MessageId, Stop> {
    loop {
        step(session).await?;
        let place = session.state.conversation(conversation).ok_or_else(broken)?;
        let ours = place.messages().iter().find(|message| message.is_outgoing());
        match ours.and_then(|message| message.mark().map(|mark| (message.id, mark))) {
            Some((id, Mark::Sent | Mark::Delivered | Mark::Read)) => return Ok(id),
            Some((_, Mark::Failed(fault))) => return Err(fault.phrase().into()),
            Some((_, Mark::Waiting)) | None => {}
        }
    }
}

/// Goes on until it is stopped; with `output` it prints what the peer answers.
async fn answers(
    session: &mut Session,
    conversation: ConversationId,
    sent: MessageId,
    output: Option<&mut Output>,
) -> Result<(), Stop> {
    let mut last = sent;
    loop {
        if let Some(output) = &output {
            let place = session.state.conversation(conversation).ok_or_else(broken)?;
            let fresh = place.messages().get(place.position(last)..).unwrap_or_default();
            let said = |message: &&Arc<Message>| message.is_incoming() && !message.is_joining();
            for message in fresh.iter().filter(said).filter(|message| message.id > last) {
                output.line(answer(place, message)).await?;
            }
            last = fresh.last().map_or(last, |message| message.id);
        }
        step(session).await?;
    }
}

/// What somebody said; in a room with who it was.
fn answer(place: &Conversation, message: &Message) -> String {
    let text = plain_line(&message.text);
    let source = || message.source().map(|source| source.to_string());
    let who = message.sender().map(plain_line).or_else(source).filter(|_| place.is_room());
    who.map_or_else(|| text.clone(), |who| format!("<{who}>: {text}"))
}

async fn step(session: &mut Session) -> Result<(), Stop> {
    match session.next().await {
        Happening::Event(event) => session.apply(event),
        Happening::Config | Happening::Completed { .. } => {}
        Happening::Broken => return Err(broken()),
    }
    Ok(())
}

/// Without an answer it helps to know that nobody is there.
fn hint(session: &Session, conversation: ConversationId, sent: MessageId, output: &Output) {
    let Some(place) = session.state.conversation(conversation) else { return };
    let said = |message: &Message| message.is_incoming() && !message.is_joining();
    let answered = place.messages().iter().any(|message| said(message) && message.id > sent);
    if !answered && place.presence == Presence::Unreachable {
        output.tell(&Phrase::new("headless-nobody").text("address", place.address.authority()));
    }
}

fn address_of(session: &Session, conversation: ConversationId) -> Option<&Address> {
    session.state.conversation(conversation).map(|place| &place.address)
}
