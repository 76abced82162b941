//! The session: events in, `app::update`, effects out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::history::{Exports, Wanted};
use super::profile::{Changed, Config, ConfigError, EditError, Profile, Watcher};
use super::start::{Options, StartError};
use super::{keeping::Keeping, listening, own::own};
use crate::app::{ContactsEdit, Effect, Event, Intent, MAX_SENT, State, update};
use crate::model::history::StoreEvent;
use crate::model::traffic::Own;
use crate::model::{Contact, ConversationId, NetCommand, NetEvent, Phrase};
use crate::net::{self, NetHandle, NetOptions, clock, parse_address};
use crate::store::{MAX_IN_FLIGHT, StoreHandle};
use tokio::task::JoinSet;

/// How long closing the history may take: erasing what was cleared, mostly.
const MAX_CLOSING: Duration = Duration::from_secs(3);

/// Something that happened to the session.
#[derive(Debug)]
pub enum Happening {
    /// To be handed to [`Session::apply`].
    Event(Event),
    /// `config.toml` was read again.
    Config,
    /// What a path could become, as it is to be inserted: the answer to [`Session::complete`].
    Completed { typed: String, found: Vec<String> },
    /// The network side or the store has ended, which only a bug of ours can cause.
    Broken,
}

/// Everything of one profile while it runs.
#[derive(Debug)]
pub struct Session {
    pub state: State,
    pub config: Config,
    profile: Arc<Profile>,
    net: NetHandle,
    store: StoreHandle,
    watcher: Option<Watcher>,
    /// Edits of contacts.toml on their way, one at a time and in order.
    edits: VecDeque<ContactsEdit>,
    edit: JoinSet<(ContactsEdit, Result<(), EditError>)>,
    exports: Exports,
    rang: bool,
    name: Option<String>,
    only: Option<String>,
    /// What others have been told of us.
    introduced: Option<Own>,
    /// Messages given to the network side that it has not answered for.
    sending: usize,
}

impl Session {
    /// Reads the profile, opens the sockets. Must be called inside a tokio runtime.
    ///
    /// A file that does not parse stops a command of a script; the messenger starts with the defaults and
    /// says so.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let profile = Profile::open(options.profile.as_deref())?;
        let mut told: Vec<Phrase> = profile.warnings().to_vec();
        let mut config = match profile.load_config() {
            Ok(loaded) => {
                told.extend(loaded.warnings);
                loaded.value
            }
            Err(error) if options.interactive => {
                told.push(error.phrase());
                // It is there, so this is no first start, and it is not ours to write.
                Config { exists: true, ..Config::default() }
            }
            Err(error) => return Err(error.into()),
        };
        // A command of a script tells nobody by itself that it is there; it runs beside the messenger, which does.
        config.visible &= options.interactive;
        // Before anything is heard: a second messenger must not take the first one's datagrams either.
        let keeping = if options.interactive { Keeping::of(&profile)? } else { Keeping::nothing() };
        told.extend(keeping.told);
        let net = net::open(NetOptions {
            listen: listening(&options.listen.or(&config.listen), options.fallback),
            interface: options.interface,
            echo: options.interactive,
        })?;
        let store = StoreHandle::start(keeping.backend).map_err(StartError::Store)?;
        let mut session = Self {
            state: State::default(),
            config,
            profile: Arc::new(profile),
            net,
            store,
            watcher: None,
            edits: VecDeque::new(),
            edit: JoinSet::new(),
            exports: Exports::default(),
            rang: false,
            name: options.name,
            only: options.only,
            introduced: None,
            sending: 0,
        };
        // The form of the first start comes before anything that is sent.
        if session.config.exists || !options.interactive {
            session.introduce();
        }
        session.apply(Event::Restored(keeping.restored));
        if let Err(error) = session.load_contacts(None) {
            if !options.interactive {
                return Err(error.into());
            }
            told.push(error.phrase());
            session.apply(Event::ContactsUnknown);
        }
        session.net.begin();
        session.watch(options.interactive);
        for phrase in told {
            session.tell(phrase);
        }
        Ok(session)
    }

    /// From now on others may know of us, as the config says.
    pub fn introduce(&mut self) {
        let own = self.own();
        if self.introduced.as_ref() != Some(&own) {
            self.introduced = Some(own.clone());
            self.order(NetCommand::Introduce(own)).into_iter().for_each(|event| self.apply(event));
        }
    }

    /// Who we are.
    pub fn own(&self) -> Own {
        own(&self.config, self.name.as_deref())
    }

    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The next thing that happens. Cancel-safe: every source keeps what it has.
    pub async fn next(&mut self) -> Happening {
        // The store has to keep up before more is read: what waits in the kernel is bounded, and so are we.
        let room = self.has_room();
        tokio::select! {
            biased;
            event = self.store.next() => {
                event.map_or(Happening::Broken, |event| Happening::Event(Event::Stored(event)))
            }
            Some(done) = self.edit.join_next() => self.edited(done),
            Some(told) = self.exports.next() => Happening::Event(Event::Told(told)),
            event = self.net.next(), if room => {
                event.map_or(Happening::Broken, |event| Happening::Event(Event::Net(event)))
            }
            changed = next_change(self.watcher.as_mut()) => self.changed(changed),
        }
    }

    /// The next event if there is one already; for taking a burst in one go.
    pub fn try_next(&mut self) -> Option<Event> {
        if let Some(event) = self.store.try_next() {
            return Some(Event::Stored(event));
        }
        if self.has_room() { self.net.try_next().map(Event::Net) } else { None }
    }

    const fn has_room(&self) -> bool {
        self.store.in_flight() < MAX_IN_FLIGHT / 2
    }

    /// Takes one event into the state and carries out what comes of it.
    pub fn apply(&mut self, event: Event) {
        if let Event::Net(NetEvent::Handed { .. } | NetEvent::Failed { .. }) = &event {
            self.sending = self.sending.saturating_sub(1);
        }
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in update(&mut self.state, clock::now(), event) {
                events.extend(self.carry_out(effect));
            }
        }
    }

    /// Goes on until everything that was asked for is sent and written, for `limit` at most, and ends. Says how many
    /// messages the history could not take.
    pub async fn finish(mut self, limit: Duration) -> u64 {
        self.ask(Intent::Farewell);
        let settled = tokio::time::timeout(limit, async {
            while self.store.in_flight() > 0 || self.sending > 0 || self.is_writing() {
                match self.next().await {
                    Happening::Event(event) => self.apply(event),
                    Happening::Config | Happening::Completed { .. } => {}
                    Happening::Broken => return,
                }
            }
        });
        if settled.await.is_err() {
            tracing::warn!("left before everything was sent");
        }
        let rooms = self.rooms();
        self.net.close(rooms).await;
        let unkept = u64::try_from(self.state.unkept()).unwrap_or(u64::MAX).saturating_add(self.state.lost());
        let store = self.store;
        let closing = tokio::task::spawn_blocking(move || store.close());
        // What a disk that has stopped answering keeps us from is found by the next start.
        if tokio::time::timeout(MAX_CLOSING, closing).await.is_err() {
            tracing::warn!("left before the history was closed");
        }
        unkept
    }

    /// Ends a session of which nothing is kept.
    pub async fn end(self) {
        let rooms = self.rooms();
        self.net.close(rooms).await;
    }

    /// Those that we are in.
    fn rooms(&self) -> Vec<ConversationId> {
        self.state.conversations().filter(|one| one.is_room() && !one.is_out()).map(|one| one.id).collect()
    }

    fn is_writing(&self) -> bool {
        !self.edit.is_empty() || !self.exports.is_empty()
    }

    /// Writes a conversation into a new file; a line tells when it is done.
    pub fn export(&mut self, wanted: Wanted) -> Result<(), Phrase> {
        self.exports.start(&self.profile, wanted)
    }

    /// What a person asks for.
    pub fn ask(&mut self, intent: Intent) {
        self.apply(Event::Intent(intent));
    }

    /// A line for the status line.
    pub fn tell(&mut self, phrase: Phrase) {
        tracing::warn!(key = phrase.key, "told");
        self.apply(Event::Told(phrase));
    }

    /// Whether the bell was asked for since the last call.
    pub const fn take_ring(&mut self) -> bool {
        std::mem::replace(&mut self.rang, false)
    }

    /// Writes settings to config.toml and reads the file again. Settings are few and small: no thread.
    pub fn configure(&mut self, settings: &[(&str, &str)]) -> Result<(), EditError> {
        self.profile.set_all(settings)?;
        // Another name is meant for now, too, whatever the command line said at the start.
        self.name.take_if(|_| settings.iter().any(|(key, _)| *key == "name"));
        if let Ok(loaded) = self.profile.load_config() {
            self.take_config(loaded.value);
        }
        Ok(())
    }

    fn take_config(&mut self, config: Config) {
        // The file that the first start writes says nothing new.
        if self.config.exists && config.listen != self.config.listen {
            self.tell(Phrase::new("status-next-start"));
        }
        self.config = config;
        if self.introduced.is_some() {
            self.introduce();
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Net(command) => self.order(command),
            Effect::Store(op) => self.store.ask(op).err().map(|op| {
                Event::Stored(StoreEvent::Refused { ops: vec![op], why: Phrase::new("store-busy") })
            }),
            Effect::Page(query) => (!self.store.page(query))
                .then(|| Event::Stored(StoreEvent::NoPage { query, why: Phrase::new("store-busy") })),
            Effect::Sent(conversation) => {
                // Up then finds only what is sent from now on.
                let _asked = self.store.sent(conversation, MAX_SENT);
                None
            }
            Effect::Search(lookup) => {
                let ticket = lookup.ticket;
                (!self.store.search(lookup))
                    .then(|| Event::Stored(StoreEvent::NotFound { ticket, why: Phrase::new("store-busy") }))
            }
            Effect::Contacts(edit) => {
                self.edits.push_back(edit);
                self.start_edit();
                None
            }
            Effect::Fetch(fetch) => self.fetch(&fetch),
            Effect::Ring => {
                self.rang = true;
                None
            }
        }
    }

    fn order(&mut self, command: NetCommand) -> Option<Event> {
        let message = if let NetCommand::Send { message, .. } = &command { Some(*message) } else { None };
        match self.net.order(command) {
            Ok(()) => {
                self.sending = self.sending.saturating_add(usize::from(message.is_some()));
                None
            }
            Err(fault) => Some(Event::Refused { message, fault }),
        }
    }

    fn start_edit(&mut self) {
        if !self.edit.is_empty() {
            return;
        }
        if let Some(edit) = self.edits.pop_front() {
            let profile = Arc::clone(&self.profile);
            self.edit.spawn_blocking(move || {
                let result = profile.edit(&edit);
                (edit, result)
            });
        }
    }

    /// An edit is done: the file says what holds now.
    fn edited(
        &mut self,
        done: Result<(ContactsEdit, Result<(), EditError>), tokio::task::JoinError>,
    ) -> Happening {
        self.start_edit();
        let event = match done {
            Ok((edit, Ok(()))) => self.contacts_event(Some(edit)),
            Ok((_, Err(error))) => Event::Told(error.phrase()),
            Err(_panicked) => Event::Told(Phrase::new("store-busy")),
        };
        Happening::Event(event)
    }

    fn changed(&mut self, changed: Changed) -> Happening {
        match changed {
            Changed::Contacts => Happening::Event(self.contacts_event(None)),
            Changed::Config => match self.profile.load_config() {
                Ok(loaded) => {
                    for warning in loaded.warnings {
                        self.tell(warning);
                    }
                    self.take_config(loaded.value);
                    Happening::Config
                }
                Err(error) => Happening::Event(Event::Told(error.phrase())),
            },
        }
    }

    /// The contacts as the file has them; when it does not parse, a line that says so, and all stays as it was.
    fn contacts_event(&mut self, edit: Option<ContactsEdit>) -> Event {
        match self.profile.load_contacts(&parse_address) {
            Ok(loaded) => {
                for warning in loaded.warnings {
                    self.tell(warning);
                }
                Event::ContactsLoaded { contacts: loaded.value, edit }
            }
            Err(error) => Event::Told(error.phrase()),
        }
    }

    fn load_contacts(&mut self, edit: Option<ContactsEdit>) -> Result<(), ConfigError> {
        let mut loaded = self.profile.load_contacts(&parse_address)?;
        if let Some(only) = &self.only {
            let address = parse_address(only).ok();
            let there =
                |contact: &Contact| address.as_ref().is_some_and(|at| at.is_same_place(&contact.address));
            loaded.value.retain(|contact| contact.name == *only || there(contact));
        }
        self.apply(Event::ContactsLoaded { contacts: loaded.value, edit });
        for warning in loaded.warnings {
            self.tell(warning);
        }
        Ok(())
    }

    fn watch(&mut self, wanted: bool) {
        if wanted {
            let (watcher, warning) = Watcher::start(&self.profile);
            self.watcher = Some(watcher);
            if let Some(warning) = warning {
                self.tell(warning);
            }
        }
    }
}

async fn next_change(watcher: Option<&mut Watcher>) -> Changed {
    match watcher {
        Some(watcher) => watcher.next().await,
        None => std::future::pending().await,
    }
}
