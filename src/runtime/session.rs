//! The session: events in, `app::update`, effects out.

use std::collections::VecDeque;
use std::sync::Arc;

use super::capture::{SaveRequest, save};
use super::complaints::Complaints;
use super::completion::PathCompletion;
use super::contact_edits::{ContactEdits, RefusedEdit};
use super::files::{FileOutcome, FileTasks, OfferRequest};
use super::history::{ExportRequest, Exports};
use super::identity::{Identity, Visibility, visibility};
use super::listening::{listen_at, moves};
use super::net_client::{NetClient, NetNews, broken};
use super::profile::{Changed, Config, EditError, Profile, Watcher};
use super::session_event::SessionEvent;
use super::start::{Options, Parts, SessionError};
use crate::app::{ContactsEdit, Effect, Event, Intent, MAX_SENT, State, update};
use crate::model::history::StoreEvent;
use crate::model::key::PublicKey;
use crate::model::traffic::LocalIdentity;
use crate::model::{Alert, Fault, FileCommand, ListenSetting, NetCommand, NetEvent, Phrase};
use crate::net::{self, clock, parse_address};
use crate::store::StoreHandle;

/// Everything of one profile while it runs.
#[derive(Debug)]
pub struct Session {
    pub state: State,
    pub config: Config,
    /// Who we are to peers that want it proved; `None`: to them we cannot talk.
    pub own_key: Option<PublicKey>,
    pub(super) profile: Arc<Profile>,
    pub(super) identity: Identity,
    pub(super) net: NetClient,
    pub(super) store: StoreHandle,
    watcher: Option<Watcher>,
    pub(super) edits: ContactEdits,
    pub(super) exports: Exports,
    pub(super) files: FileTasks,
    completion: PathCompletion,
    /// What a person is to be called with, once.
    pub alert: Option<Alert>,
    /// What is wrong with the two files.
    complaints: Complaints,
    /// A person sits before the session.
    pub(super) is_interactive: bool,
}

impl Session {
    /// Reads the profile, opens the sockets. Must be called inside a tokio runtime.
    pub fn start(options: &Options) -> Result<Self, SessionError> {
        let Parts { profile, config, net, store, restored, own_key, contacts, complaints, told } =
            Parts::open(options)?;
        let profile = Arc::new(profile);
        let mut session = Self {
            state: State::default(),
            config,
            own_key,
            identity: Identity::new(options.identity()),
            net: NetClient::new(net, options, own_key.is_some(), Arc::clone(&profile)),
            store,
            watcher: None,
            edits: ContactEdits::new(Arc::clone(&profile)),
            exports: Exports::default(),
            files: FileTasks::new(Arc::clone(&profile)),
            completion: PathCompletion::default(),
            alert: None,
            complaints: Complaints::default(),
            is_interactive: options.interactive,
            profile,
        };
        // The form of the first start comes before anything that is sent.
        if session.config.exists || !options.interactive {
            session.introduce();
        }
        session.apply(Event::OwnName(session.own().name));
        session.apply(Event::Restored(restored));
        let known = |contacts| Event::ContactsLoaded { contacts, edit: None };
        session.apply(contacts.map_or(Event::ContactsUnknown, known));
        session.net.begin();
        session.watch();
        for (file, complaint) in complaints {
            session.complain(file, [complaint]);
        }
        for phrase in told {
            session.tell(phrase);
        }
        Ok(session)
    }

    /// From now on others may know of us, as the config says.
    pub fn introduce(&mut self) {
        if self.identity.introduced().is_none() {
            self.tell_identity();
        }
    }

    /// Who we are.
    pub fn own(&self) -> LocalIdentity {
        self.identity.local(&self.config)
    }

    /// Whether anybody on the network is told of us.
    pub fn visibility(&self) -> Visibility {
        visibility(&self.config, &net::registry().schemes(), &self.state.listening)
    }

    /// From now on others are told that we are away, and this; `None`: we are back.
    pub fn set_away(&mut self, text: Option<String>) {
        self.identity.set_away(text);
        self.introduce_again();
    }

    /// What others are told while we are away.
    pub fn away(&self) -> Option<&str> {
        self.identity.away()
    }

    /// Others who know of us are told what has changed.
    fn introduce_again(&mut self) {
        if self.identity.introduced().is_some() {
            self.tell_identity();
        }
    }

    fn tell_identity(&mut self) {
        if let Some(own) = self.identity.introduce(&self.config) {
            self.command(NetCommand::Introduce(own));
        }
    }

    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The next thing that happens. Cancel-safe: every source keeps what it has.
    pub async fn next(&mut self) -> SessionEvent {
        loop {
            if let Some(event) = self.step().await {
                return event;
            }
        }
    }

    /// `None`: nothing the front has to know.
    async fn step(&mut self) -> Option<SessionEvent> {
        // Backpressure: nothing more is read from the network until the store keeps up.
        let room = self.store.has_room();
        let event = tokio::select! {
            biased;
            event = self.store.next() => match event {
                Some(event) => Event::Stored(event),
                None => return Some(SessionEvent::Broken),
            },
            Some(edited) = self.edits.next() => match edited {
                // The file says what holds now.
                Ok(edit) => self.contacts_event(Some(edit)),
                Err(RefusedEdit { typed, why }) if typed.is_empty() => Event::StatusLine(why),
                Err(refused) => return Some(refused.into()),
            },
            Some(ended) = self.exports.next() => return Some(ended),
            outcome = self.files.next(self.config.downloads.as_deref()) => match outcome {
                FileOutcome::Event(event) => return Some(event),
                FileOutcome::Order(command) => self.order(command)?,
            },
            (typed, found) = self.completion.next() => return Some(SessionEvent::Completed { typed, found }),
            event = self.net.next(), if room => match event {
                Some(NetNews::Event(event)) => Event::Net(event),
                Some(NetNews::Captured(capture)) => return Some(SessionEvent::Captured(capture)),
                None => return Some(SessionEvent::Broken),
            },
            () = super::wall_timer::reached(self.state.next_expiry()) => Event::Due,
            changed = Watcher::next_of(self.watcher.as_mut()) => return self.changed(changed),
        };
        Some(SessionEvent::App(event))
    }

    /// The next event if there is one already; for taking a burst in one go.
    pub fn try_next(&mut self) -> Option<Event> {
        if let Some(event) = self.store.try_next() {
            return Some(Event::Stored(event));
        }
        if self.store.has_room() { self.net.try_next().map(Event::Net) } else { None }
    }

    /// Takes an event and those that are there already behind it, at most so many; `look` sees each first. How many
    /// were behind it. Receipts wait for [`Session::flush`]: a frame that is drawn meanwhile shows what came the sooner.
    pub fn apply_all(&mut self, first: Event, most: usize, mut look: impl FnMut(&Event, &State)) -> usize {
        self.net.cork();
        let (mut next, mut taken) = (Some(first), 0);
        while let Some(event) = next {
            look(&event, &self.state);
            self.apply(event);
            next = if taken < most { self.try_next() } else { None };
            taken += usize::from(next.is_some());
        }
        self.net.uncork_urgent();
        taken
    }

    /// What [`Session::apply_all`] has held back goes to the network side.
    pub fn flush(&mut self) {
        self.net.uncork();
    }

    /// Takes one event into the state and carries out what comes of it.
    pub fn apply(&mut self, event: Event) {
        if let Event::Net(NetEvent::Content { transfer, place, bytes }) = event {
            return self.files.keep(transfer, place, bytes);
        }
        let told = self.net.note(&event);
        let mut events = VecDeque::from([event]);
        events.extend(told.into_iter().map(Event::StatusLine));
        while let Some(event) = events.pop_front() {
            for effect in update(&mut self.state, clock::now(), event) {
                events.extend(self.execute(effect));
            }
        }
    }

    /// Carries out what the state asks for. `Some`: what is to be taken into the state for it.
    pub(super) fn execute(&mut self, effect: Effect) -> Option<Event> {
        let busy = || Phrase::new("store-busy");
        let unless = |asked: bool, none| (!asked).then_some(Event::Stored(none));
        match effect {
            Effect::Net(command) => return self.order(command),
            Effect::Store(op) => {
                let refused = |op| Event::Stored(StoreEvent::Refused { ops: vec![op], why: busy() });
                return self.store.ask(op).err().map(refused);
            }
            Effect::Page(query) => {
                return unless(self.store.page(query), StoreEvent::NoPage { query, why: busy() });
            }
            Effect::Outbox(query) => {
                return unless(self.store.outbox(query), StoreEvent::NoOutbox { query, why: busy() });
            }
            Effect::Expire(now) => return unless(self.store.expire(now), StoreEvent::NotExpired),
            Effect::Sent(conversation) => {
                // Where the store is too busy for it, Up finds only what is sent from now on.
                let _asked = self.store.sent(conversation, MAX_SENT);
            }
            Effect::Search(lookup) => {
                let none = StoreEvent::NotFound { ticket: lookup.ticket, why: busy() };
                return unless(self.store.search(lookup), none);
            }
            Effect::FindFiles(message) => self.files.find(message),
            Effect::Contacts(edit) => self.edits.push(edit),
            Effect::Fetch(fetch) => return self.files.fetch(fetch, self.config.downloads.as_deref()),
            Effect::Discard(fetch) => self.files.discard(fetch, self.config.downloads.as_deref()),
            Effect::Alert(alert) => self.alert = Some(*alert),
        }
        None
    }

    /// Gives an order to the network side. `Some`: why not, or what is so at once.
    pub(super) fn order(&mut self, command: NetCommand) -> Option<Event> {
        if let NetCommand::File(_, FileCommand::Stop { transfer, .. }) = command
            && self.files.give_up(transfer)
        {
            // The network side has never heard of it.
            return Some(broken(transfer, Fault::Interrupted, 0));
        }
        self.net.order(command)
    }

    /// Gives an order to the network side, and takes in what comes of it at once.
    pub(super) fn command(&mut self, command: NetCommand) {
        if let Some(event) = self.order(command) {
            self.apply(event);
        }
    }

    /// Writes a conversation into a new file; a line tells when it is done.
    pub fn export(&mut self, request: ExportRequest) -> Result<(), Phrase> {
        self.exports.start(&self.profile, request)
    }

    /// Writes packets into a new file; a line tells what came of it.
    pub fn save_capture(&mut self, request: SaveRequest) -> Result<(), Phrase> {
        self.exports.run(save(request))
    }

    /// Offers files and folders, which are looked at first, and may be refused then.
    pub fn offer(&mut self, request: OfferRequest) -> Result<(), Phrase> {
        self.files.offer(request)
    }

    /// Looks what this path could become: a [`SessionEvent::Completed`] answers, unless another is asked for first.
    pub fn complete(&mut self, typed: String) {
        self.completion.ask(typed);
    }

    /// What a person asks for.
    pub fn ask(&mut self, intent: Intent) {
        self.apply(Event::Intent(intent));
    }

    /// A line for the status line.
    pub fn tell(&mut self, phrase: Phrase) {
        tracing::warn!(key = phrase.key, "told");
        self.apply(Event::StatusLine(phrase));
    }

    /// From now on what passes the sockets comes as [`SessionEvent::Captured`], or no longer.
    pub fn watch_wire(&self, on: bool) {
        self.net.watch_wire(on);
    }

    /// Says what is wrong with one of the two files.
    fn complain(&mut self, file: Changed, phrases: impl IntoIterator<Item = Phrase>) {
        for phrase in phrases {
            self.complaints.add(file, phrase.clone());
            self.tell(phrase);
        }
    }

    /// `None`: nothing the front has to know.
    fn changed(&mut self, changed: Changed) -> Option<SessionEvent> {
        // The file is read again: what was wrong with it may have been mended.
        for phrase in self.complaints.withdraw(changed) {
            self.apply(Event::StatusLineCleared(phrase));
        }
        match changed {
            Changed::History => {
                self.store.check_file();
                None
            }
            Changed::Contacts => Some(SessionEvent::App(self.contacts_event(None))),
            Changed::Config => {
                match self.profile.load_config() {
                    Ok(loaded) => {
                        self.complain(Changed::Config, loaded.warnings);
                        self.take_config(loaded.value);
                    }
                    Err(error) => self.complain(Changed::Config, [error.phrase()]),
                }
                Some(SessionEvent::Config)
            }
        }
    }

    /// The contacts as the file has them; when it does not parse, a line that says so, and all stays as it was.
    fn contacts_event(&mut self, edit: Option<ContactsEdit>) -> Event {
        match self.profile.load_contacts(&parse_address) {
            Ok(loaded) => {
                self.complain(Changed::Contacts, loaded.warnings);
                Event::ContactsLoaded { contacts: loaded.value, edit }
            }
            Err(error) => {
                self.complaints.add(Changed::Contacts, error.phrase());
                Event::StatusLine(error.phrase())
            }
        }
    }

    /// Follows edits of the files, where a person may make some.
    fn watch(&mut self) {
        if self.is_interactive {
            let (watcher, warning) = Watcher::start(&self.profile);
            self.watcher = Some(watcher);
            if let Some(warning) = warning {
                self.tell(warning);
            }
        }
    }

    /// Writes settings to config.toml and reads the file again. Settings are few and small: no thread.
    pub fn configure(&mut self, settings: &[(&str, &str)]) -> Result<(), EditError> {
        self.profile.set_all(settings)?;
        if settings.iter().any(|(key, _)| *key == "name") {
            self.identity.forget_name();
        }
        if let Ok(loaded) = self.profile.load_config() {
            self.take_config(loaded.value);
        }
        Ok(())
    }

    fn take_config(&mut self, config: Config) {
        let before = std::mem::replace(&mut self.config, config);
        for command in moves(&before, &self.config) {
            self.command(command);
        }
        self.apply(Event::OwnName(self.own().name));
        self.introduce_again();
    }

    /// Listens there from now on, and at the next start.
    pub fn listen(&mut self, kind: &'static str, setting: ListenSetting) -> Result<(), EditError> {
        // Also where the file says the same: the command line may have said something else.
        self.command(listen_at(kind, setting));
        self.profile.set(&format!("listen.{kind}"), &setting.to_string())?;
        if let Ok(loaded) = self.profile.load_config() {
            self.config = loaded.value;
            self.introduce_again();
        }
        Ok(())
    }
}
