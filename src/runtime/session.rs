//! The session: events in, `app::update`, effects out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::completion::Completion;
use super::files::Files;
use super::history::{Exports, Wanted};
use super::keeping::Keeping;
use super::listening;
use super::own::{Said, Visibility, own, visibility};
use super::profile::{Changed, Config, ConfigError, EditError, Profile, Watcher};
use super::start::{Options, StartError, check_target};
use crate::app::{ContactsEdit, Event, Intent, State, update};
use crate::model::traffic::LocalIdentity;
use crate::model::{Contact, MessageId, NetCommand, NetEvent, Phrase};
use crate::net::{self, Listen, NetHandle, NetOptions, clock, parse_address};
use crate::store::StoreHandle;
use tokio::task::JoinSet;

/// What others are told while one is away: some lines, and far less than a datagram.
const MAX_AWAY_CHARS: usize = 400;

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

/// Complaints about the two files that can be withdrawn: as many as the status line keeps, and more.
const MAX_COMPLAINTS: usize = 16;

/// Everything of one profile while it runs.
#[derive(Debug)]
pub struct Session {
    pub state: State,
    pub config: Config,
    pub(super) profile: Arc<Profile>,
    pub(super) net: NetHandle,
    pub(super) store: StoreHandle,
    watcher: Option<Watcher>,
    /// Edits of contacts.toml on their way, one at a time and in order.
    pub(super) edits: VecDeque<ContactsEdit>,
    pub(super) edit: JoinSet<(ContactsEdit, Result<(), EditError>)>,
    pub(super) exports: Exports,
    pub(super) files: Files,
    pub(super) completion: Completion,
    pub(super) rang: bool,
    pub(super) said: Said,
    only: Option<String>,
    /// A person sits before it.
    pub(super) is_interactive: bool,
    /// What others have been told of us.
    pub(super) introduced: Option<LocalIdentity>,
    /// What was said of a file that could not be read, or not all of it, until it is read again.
    complaints: Vec<(Changed, Phrase)>,
    /// Messages given to the network side that it has not answered for.
    pub(super) sending: BTreeSet<MessageId>,
}

impl Session {
    /// Reads the profile, opens the sockets. Must be called inside a tokio runtime.
    ///
    /// A file that does not parse stops a command of a script; the messenger starts with the defaults and
    /// says so.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let profile = Profile::open(options.profile.as_deref())?;
        let mut told: Vec<Phrase> = profile.warnings().to_vec();
        let mut complaints = Vec::new();
        let mut config = match profile.load_config() {
            Ok(loaded) => {
                complaints = loaded.warnings;
                loaded.value
            }
            Err(error) if options.interactive => {
                complaints.push(error.phrase());
                // It is there, so this is no first start, and it is not ours to write.
                Config { exists: true, ..Config::default() }
            }
            Err(error) => return Err(error.into()),
        };
        // Before anybody can hear of us: a mistyped command is not to be announced.
        options.open.as_deref().map_or(Ok(()), |target| check_target(&profile, target))?;
        // A command of a script tells nobody by itself that it is there; it runs beside the messenger, which does.
        config.visible &= options.interactive;
        // Before anything is heard: a second messenger must not take the first one's datagrams either.
        let keeping = if options.interactive { Keeping::of(&profile)? } else { Keeping::nothing() };
        told.extend(keeping.told);
        let mut listen = listening(&options.listen.or(&config.listen), options.fallback);
        if let Some(only) = &options.only {
            listen_only_for(&profile, only, &mut listen);
        }
        let net = net::open(net_options(listen, options.interface, options.interactive))?;
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
            files: Files::default(),
            completion: Completion::default(),
            rang: false,
            said: Said { name: options.name, language: options.language, locale: options.locale, away: None },
            only: options.only,
            is_interactive: options.interactive,
            introduced: None,
            complaints: Vec::new(),
            sending: BTreeSet::new(),
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
            session.complain(Changed::Contacts, error.phrase());
            session.apply(Event::ContactsUnknown);
        }
        session.net.begin();
        session.watch(options.interactive);
        session.report(complaints, told);
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
    pub fn own(&self) -> LocalIdentity {
        own(&self.config, &self.said)
    }

    /// Whether anybody on the network is told of us.
    pub fn visibility(&self) -> Visibility {
        visibility(&self.config, &net::registry().schemes(), &self.state.listening)
    }

    /// From now on others are told that we are away, and this; `None`: we are back.
    pub fn set_away(&mut self, text: Option<String>) {
        self.said.away = text.map(|text| text.chars().take(MAX_AWAY_CHARS).collect());
        if self.introduced.is_some() {
            self.introduce();
        }
    }

    /// What others are told while we are away.
    pub fn away(&self) -> Option<&str> {
        self.said.away.as_deref()
    }

    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The next thing that happens. Cancel-safe: every source keeps what it has.
    pub async fn next(&mut self) -> Happening {
        loop {
            if let Some(happening) = self.step().await {
                return happening;
            }
        }
    }

    /// `None`: nothing that anybody need know of.
    async fn step(&mut self) -> Option<Happening> {
        // The store has to keep up before more is read: what waits in the kernel is bounded, and so are we.
        let room = self.has_room();
        let happening = tokio::select! {
            biased;
            event = self.store.next() => {
                event.map_or(Happening::Broken, |event| Happening::Event(Event::Stored(event)))
            }
            Some(done) = self.edit.join_next() => self.edited(done),
            Some(told) = self.exports.next() => Happening::Event(Event::Told(told)),
            news = self.files.next() => return self.on_files(news).map(Happening::Event),
            (typed, found) = self.completion.next() => Happening::Completed { typed, found },
            event = self.net.next(), if room => {
                event.map_or(Happening::Broken, |event| Happening::Event(Event::Net(event)))
            }
            changed = next_change(self.watcher.as_mut()) => return self.changed(changed),
        };
        Some(happening)
    }

    /// The next event if there is one already; for taking a burst in one go.
    pub fn try_next(&mut self) -> Option<Event> {
        if let Some(event) = self.store.try_next() {
            return Some(Event::Stored(event));
        }
        if self.has_room() { self.net.try_next().map(Event::Net) } else { None }
    }

    const fn has_room(&self) -> bool {
        self.store.has_room()
    }

    /// Takes an event and those that are there already behind it, at most so many; `look` sees each first. How many
    /// were behind it.
    pub fn apply_all(&mut self, first: Event, most: usize, mut look: impl FnMut(&Event, &State)) -> usize {
        self.net.hold();
        let (mut next, mut taken) = (Some(first), 0);
        while let Some(event) = next {
            look(&event, &self.state);
            self.apply(event);
            next = if taken < most { self.try_next() } else { None };
            taken += usize::from(next.is_some());
        }
        self.net.release();
        taken
    }

    /// Takes one event into the state and carries out what comes of it.
    pub fn apply(&mut self, event: Event) {
        if let Event::Net(NetEvent::Content { transfer, place, bytes }) = event {
            return self.files.keep(transfer, place, bytes);
        }
        if let Event::Net(NetEvent::Handed { message, .. } | NetEvent::Failed { message, .. }) = &event {
            // One that was handed over can fail later.
            self.sending.remove(message);
        }
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in update(&mut self.state, clock::now(), event) {
                events.extend(self.carry_out(effect));
            }
        }
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

    /// Says what there was to be said at the start, what is wrong with the config first.
    fn report(&mut self, complaints: Vec<Phrase>, told: Vec<Phrase>) {
        for complaint in complaints {
            self.complain(Changed::Config, complaint);
        }
        for phrase in told {
            self.tell(phrase);
        }
    }

    /// Says what is wrong with one of the two files.
    fn complain(&mut self, of: Changed, phrase: Phrase) {
        self.complaints.truncate(MAX_COMPLAINTS);
        self.complaints.push((of, phrase.clone()));
        self.tell(phrase);
    }

    /// The file is read again: what was wrong with it may have been mended.
    fn withdraw_complaints(&mut self, of: Changed) {
        let (gone, stay) =
            std::mem::take(&mut self.complaints).into_iter().partition(|(file, _)| *file == of);
        self.complaints = stay;
        let gone: Vec<(Changed, Phrase)> = gone;
        for (_, phrase) in gone {
            self.apply(Event::Withdrawn(phrase));
        }
    }

    /// `None`: nothing that anybody need know of.
    fn changed(&mut self, changed: Changed) -> Option<Happening> {
        self.withdraw_complaints(changed);
        match changed {
            Changed::History => {
                self.store.look();
                None
            }
            Changed::Contacts => Some(Happening::Event(self.contacts_event(None))),
            Changed::Config => match self.profile.load_config() {
                Ok(loaded) => {
                    for warning in loaded.warnings {
                        self.complain(Changed::Config, warning);
                    }
                    self.take_config(loaded.value);
                    Some(Happening::Config)
                }
                Err(error) => {
                    self.complain(Changed::Config, error.phrase());
                    Some(Happening::Config)
                }
            },
        }
    }

    /// The contacts as the file has them; when it does not parse, a line that says so, and all stays as it was.
    pub(super) fn contacts_event(&mut self, edit: Option<ContactsEdit>) -> Event {
        match self.profile.load_contacts(&parse_address) {
            Ok(loaded) => {
                for warning in loaded.warnings {
                    self.complain(Changed::Contacts, warning);
                }
                Event::ContactsLoaded { contacts: loaded.value, edit }
            }
            Err(error) => {
                self.complaints.push((Changed::Contacts, error.phrase()));
                Event::Told(error.phrase())
            }
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
            self.complain(Changed::Contacts, warning);
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

/// A person who looks has the echo peer, and is spared what nobody writes.
const fn net_options(
    listen: BTreeMap<&'static str, Listen>,
    interface: Option<String>,
    interactive: bool,
) -> NetOptions {
    NetOptions { listen, interface, echo: interactive, throttled: interactive }
}

/// Who speaks to one only needs no socket of another dialect, which may be wanted elsewhere on this machine.
pub(super) fn listen_only_for(profile: &Profile, only: &str, listen: &mut BTreeMap<&'static str, Listen>) {
    // What is wrong with the file is told by whoever reads it for the contacts.
    let contacts = profile.load_contacts(&parse_address).map(|loaded| loaded.value).unwrap_or_default();
    let contact = contacts.into_iter().find(|contact| contact.name == only).map(|contact| contact.address);
    let scheme = contact.or_else(|| parse_address(only).ok()).map(|address| address.scheme.name);
    for (_, at) in listen.iter_mut().filter(|(kind, _)| Some(**kind) != scheme) {
        *at = Listen::Off;
    }
}

async fn next_change(watcher: Option<&mut Watcher>) -> Changed {
    match watcher {
        Some(watcher) => watcher.next().await,
        None => std::future::pending().await,
    }
}
