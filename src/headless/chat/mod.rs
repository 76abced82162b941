//! `udpqq chat`: one conversation as plain lines, for dumb terminals, screen readers, serial consoles and pipes.
//!
//! What was said goes to stdout, whatever else there is to tell to stderr. A line of standard input is a message, or one of
//! a few commands. The same session as the messenger's: the history keeps what is said, and one program has the profile.
//! Nothing is drawn, and what was printed is never changed: what becomes of a message of ours is a line of its own.

mod lines;
mod open;
mod outgoing;
mod tail;
mod typed;

#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::input::LineReader;
use super::output::Console;
use super::send::{gives_receipts, grace};
use super::signals::StopSignals;
use super::{CommandError, Exit, HeadlessOptions, broken, conclude};
use crate::app::{Conversation, Event, Intent, Reachability};
use crate::model::history::{StoreCommand, StoreEvent};
use crate::model::{ConversationId, Message, MessageId, Phrase, TransferState};
use crate::runtime::{Session, SessionEvent, now};

use lines::ChatLines;
use outgoing::OutgoingMessages;

/// How long the end waits for what was written to leave, and for those receipts that come soon.
const SETTLING: Duration = Duration::from_secs(10);

/// How often it is said that nothing is listening there: each message that is handed over opens the question again.
const AGAIN: Duration = Duration::from_secs(10);

/// How long leaving may take for the last writes, as in the messenger.
const FAREWELL: Duration = Duration::from_millis(250);

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatArgs {
    /// A contact's name or an address.
    pub target: String,
    /// Messages of the history that are printed first.
    pub history: usize,
}

/// What a stored group of changes says of the open conversation.
enum ChatNews {
    Arrived(Arc<Message>),
    Changed(Arc<Message>),
    /// It goes on under this number.
    Moved(ConversationId),
}

/// One conversation and who reads it.
struct Chat<'a> {
    session: Session,
    conversation: ConversationId,
    output: &'a Console,
    lines: ChatLines,
    outgoing: OutgoingMessages,
    /// The number of the last line that was told of the program itself.
    told: u64,
    /// The last message that was looked at for notices.
    noticed: Option<MessageId>,
    /// When it was told last that nothing is listening there, and nothing was heard since.
    unheard: Option<Instant>,
    unread_elsewhere: u32,
}

/// Runs until the input or a signal ends it. Must be called inside a tokio runtime.
pub(super) async fn run(
    setup: &HeadlessOptions,
    args: &ChatArgs,
    signals: &mut StopSignals,
    output: &mut Console,
) -> Exit {
    let ended = match open::start(setup, &args.target, output) {
        Ok((session, conversation)) => {
            let mut chat = Chat::new(session, conversation, output);
            let ended = Box::pin(chat.talk(args.history, signals)).await;
            Box::pin(chat.end(ended)).await
        }
        Err(why) => Err(why),
    };
    let (exit, done) = match ended {
        Ok(exit) => (exit, Ok(())),
        // What was still to be read went nowhere.
        Err(CommandError::Closed) => (Exit::Failed, Ok(())),
        Err(why) => (Exit::Done, Err(why)),
    };
    let concluding = conclude(done, output);
    let concluded = if exit == Exit::Done {
        tokio::select! {
            biased;
            exit = signals.next() => exit,
            concluded = concluding => concluded,
        }
    } else {
        // Whoever stops it waits for no reader that has stopped reading.
        timeout(FAREWELL, concluding).await.unwrap_or(exit)
    };
    if concluded == Exit::Done { exit } else { concluded }
}

impl<'a> Chat<'a> {
    fn new(session: Session, conversation: ConversationId, output: &'a Console) -> Self {
        let lines = ChatLines::new(session.own().name, output, now().wall);
        Self {
            session,
            conversation,
            output,
            lines,
            outgoing: OutgoingMessages::default(),
            told: 0,
            noticed: None,
            unheard: None,
            unread_elsewhere: 0,
        }
    }

    fn place(&self) -> Result<&Conversation, CommandError> {
        conversation_of(&self.session, self.conversation)
    }

    /// Until the input ends and everything that was written is handed over.
    async fn talk(&mut self, history: usize, signals: &mut StopSignals) -> Result<Exit, CommandError> {
        tokio::select! {
            biased;
            exit = signals.next() => return Ok(exit),
            begun = self.begin(history) => begun?,
        }
        if io::stdin().is_terminal() {
            self.output.tell(&open::greeting(self.place()?, self.output.lang()));
        }
        let mut input = LineReader::start();
        loop {
            self.tell_news()?;
            let ended = tokio::select! {
                biased;
                exit = signals.next() => return Ok(exit),
                ended = self.turn(&mut input) => ended?,
            };
            if ended {
                break;
            }
        }
        tokio::select! {
            biased;
            exit = signals.next() => Ok(exit),
            settled = self.settle() => settled.map(|()| Exit::Done),
        }
    }

    /// Takes the next thing that happens. Whether the input has ended.
    async fn turn(&mut self, input: &mut LineReader) -> Result<bool, CommandError> {
        let reads = self.outgoing.has_room(self.place()?.address.scheme.caps.outbox);
        let overdue = self.outgoing.due();
        tokio::select! {
            biased;
            happening = self.session.next() => self.on_session(happening).await?,
            () = sleep_until(overdue.unwrap_or_else(Instant::now)), if overdue.is_some() => {
                self.print_overdue().await?;
            }
            line = input.next(), if reads => return Ok(self.on_line(line)),
        }
        Ok(false)
    }

    /// Takes a line of the input. Whether it is the end.
    fn on_line(&mut self, line: Option<Result<String, Phrase>>) -> bool {
        match line {
            Some(Ok(line)) => !typed::run(self, &line),
            Some(Err(why)) => {
                self.refuse(&why);
                false
            }
            None => true,
        }
    }

    async fn print(&self, rows: Vec<String>) -> Result<(), CommandError> {
        for row in rows {
            self.output.line(row).await?;
        }
        Ok(())
    }

    async fn on_session(&mut self, happening: SessionEvent) -> Result<(), CommandError> {
        match happening {
            SessionEvent::App(event) => self.on_event(event).await,
            SessionEvent::Refused { why, .. } => {
                self.refuse(&why);
                Ok(())
            }
            SessionEvent::Config | SessionEvent::Completed { .. } | SessionEvent::Captured(_) => Ok(()),
            SessionEvent::Broken => Err(broken()),
        }
    }

    async fn on_event(&mut self, event: Event) -> Result<(), CommandError> {
        let news = news_of(&event, self.conversation);
        self.session.apply(event);
        let mut has_arrived = false;
        for one in news {
            match one {
                ChatNews::Moved(into) => self.conversation = into,
                ChatNews::Arrived(message) => {
                    has_arrived |= message.is_incoming();
                    self.on_version(&message, true).await?;
                }
                ChatNews::Changed(message) => self.on_version(&message, false).await?,
            }
        }
        if has_arrived {
            self.session.ask(Intent::Read { conversation: self.conversation, arriving: true });
        }
        Ok(())
    }

    /// A message is new, or something became of it.
    async fn on_version(&mut self, message: &Arc<Message>, is_new: bool) -> Result<(), CommandError> {
        let place = self.place()?;
        let address = &place.address;
        let awaits = gives_receipts(address) || address.scheme.caps.outbox || place.is_kept_elsewhere();
        let shows = if message.is_outgoing() {
            self.outgoing.on_version(message, is_new, awaits, Instant::now())
        } else {
            is_new || self.lines.has_news(message)
        };
        if !shows {
            return Ok(());
        }
        let rows = if is_new || message.is_outgoing() {
            self.lines.said(conversation_of(&self.session, self.conversation)?, message, self.output)
        } else {
            self.lines.files(message, self.output)
        };
        self.print(rows).await
    }

    /// What nothing was heard of for a while is printed as it stands.
    async fn print_overdue(&mut self) -> Result<(), CommandError> {
        for message in self.outgoing.overdue(Instant::now()) {
            let place = conversation_of(&self.session, self.conversation)?;
            let rows = self.lines.said(place, &message, self.output);
            self.print(rows).await?;
        }
        Ok(())
    }

    /// What the program has to tell besides messages.
    fn tell_news(&mut self) -> Result<(), CommandError> {
        while let Some((number, line)) = self.session.state.status_line_after(self.told) {
            self.output.tell(line);
            self.told = number;
        }
        self.tell_notices()?;
        let place = self.place()?;
        match place.status.reachability() {
            Reachability::Unreachable if self.unheard.is_none_or(|told| told.elapsed() >= AGAIN) => {
                self.output.tell(&Phrase::new("headless-nobody").text("address", place.address.authority()));
                self.unheard = Some(Instant::now());
            }
            Reachability::Heard => self.unheard = None,
            Reachability::Unreachable | Reachability::Unknown => {}
        }
        let elsewhere = self.session.state.unread_elsewhere(Some(self.conversation));
        if elsewhere > 0 && self.unread_elsewhere == 0 {
            self.output.tell(&Phrase::new("chat-elsewhere"));
        }
        self.unread_elsewhere = elsewhere;
        Ok(())
    }

    /// What the program says in this conversation, where it is no message.
    fn tell_notices(&mut self) -> Result<(), CommandError> {
        let place = conversation_of(&self.session, self.conversation)?;
        let fresh = place.messages().iter().rev().take_while(|message| Some(message.id) > self.noticed);
        let notices: Vec<&Phrase> = fresh.filter_map(|message| message.notice()).collect();
        notices.into_iter().rev().for_each(|notice| self.output.tell(&spoken(notice)));
        self.noticed = self.noticed.max(place.messages().last().map(|message| message.id));
        Ok(())
    }

    /// A line that was typed came to nothing.
    fn refuse(&mut self, why: &Phrase) {
        self.outgoing.refuse();
        self.output.tell(why);
    }

    /// The input has ended: what was written leaves, and those receipts are waited for that come soon.
    async fn settle(&mut self) -> Result<(), CommandError> {
        let until = Instant::now() + SETTLING;
        while !self.outgoing.is_settled() {
            self.tell_news()?;
            let Ok(happening) = timeout_at(until, self.session.next()).await else { break };
            self.on_session(happening).await?;
        }
        if self.outgoing.has_sent() {
            let until = Instant::now() + grace(&self.place()?.address);
            while let Ok(happening) = timeout_at(until, self.session.next()).await {
                self.on_session(happening).await?;
                self.tell_news()?;
            }
        }
        self.outgoing.end(&self.place()?.name)?;
        let nobody = self.place()?.status.reachability() == Reachability::Unreachable;
        if nobody && self.outgoing.has_sent() {
            return Err(CommandError::Told);
        }
        Ok(())
    }

    /// Ends the session, whatever ended the talk.
    async fn end(self, ended: Result<Exit, CommandError>) -> Result<Exit, CommandError> {
        let unkept = self.session.finish(FAREWELL).await;
        // At a terminal each reason was read as it came.
        let ended = match ended {
            Err(CommandError::Told) if io::stdin().is_terminal() => Ok(Exit::Done),
            ended => ended,
        };
        if unkept > 0 && ended.is_ok() {
            return Err(Phrase::new("headless-unkept").number("count", unkept).into());
        }
        ended
    }
}

/// Another program, or the file of contacts, may have taken it away.
fn conversation_of(session: &Session, id: ConversationId) -> Result<&Conversation, CommandError> {
    session.state.conversation(id).ok_or_else(|| Phrase::new("chat-gone").into())
}

/// What a change of the history says of this conversation. What the history refuses is said all the same.
fn news_of(event: &Event, conversation: ConversationId) -> Vec<ChatNews> {
    let Event::Stored(StoreEvent::Committed(ops) | StoreEvent::Refused { ops, .. }) = event else {
        return Vec::new();
    };
    let ours = |message: &Arc<Message>| message.conversation == conversation;
    let news = |op: &StoreCommand| {
        if let StoreCommand::Insert(message) = op {
            return ours(message).then(|| ChatNews::Arrived(Arc::clone(message)));
        }
        if let StoreCommand::Replace(message) = op {
            return ours(message).then(|| ChatNews::Changed(Arc::clone(message)));
        }
        let StoreCommand::Merge { from, into } = op else { return None };
        (*from == conversation).then_some(ChatNews::Moved(into.conversation))
    };
    ops.iter().filter_map(news).collect()
}

/// A notice without the keys of the messenger.
fn spoken(notice: &Phrase) -> Phrase {
    let key = if notice.key == "notice-shake" { "chat-shaken" } else { notice.key };
    Phrase { key, ..notice.clone() }
}

/// How many of its files have come to an end.
fn ended_files(message: &Message) -> usize {
    let is_open = |state: &TransferState| matches!(state, TransferState::Offered | TransferState::Moving);
    message.files.as_slice().iter().filter(|file| !is_open(&file.state)).count()
}
