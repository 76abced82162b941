//! How a session is started, and why it is not.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::identity::IdentityOverrides;
use super::listening::{listen_only_for, listening};
use super::opened_store::{OpenedStore, ProfileLocked};
use super::profile::{
    AskPassphrase, Changed, Config, ConfigError, ECHO_NAME, IdentityError, PassphraseError, Profile,
    ProfileError,
};
use crate::app::Restored;
use crate::model::traffic::Audience;
use crate::model::{
    AddressError, Contact, ListenSetting, ListenSettings, MessageId, Phrase, PublicKey, nearest,
};
use crate::net::{self, KeyPair, NetHandle, NetOptions, parse_address, registry};
use crate::store::StoreHandle;

/// How a session is started. What is `None` comes from the profile's config.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub profile: Option<PathBuf>,
    pub interface: Option<String>,
    pub listen: ListenSettings,
    /// Our own name.
    pub name: Option<String>,
    /// The name of a contact or an address that is to be opened: an error if it is neither.
    pub open: Option<String>,
    /// The tag of the language, and of the one that the system has where nobody says any.
    pub language: Option<String>,
    pub locale: &'static str,
    /// Know only the contact of this name or address: nobody else is to notice this session.
    pub only: Option<String>,
    /// Rooms whose members would see us come are left alone: nobody is to notice this session either.
    pub stays_out: bool,
    /// A taken port is replaced by a free one; otherwise it is an error.
    pub fallback: bool,
    /// Who is asked for the passphrase of our key, if it has one.
    pub asker: Option<Arc<dyn AskPassphrase>>,
    /// The built-in echo peer, and following edits of the files: what only the messenger needs.
    pub interactive: bool,
}

/// Why a session did not start.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Net(#[from] net::OpenError),
    #[error(transparent)]
    Locked(#[from] ProfileLocked),
    /// Who is to be reached wants to know who we are.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// What is to be opened is neither a contact nor an address; the contact with nearly that name.
    #[error("no contact {name:?}")]
    NoSuchTarget { name: String, near: Option<String> },
    /// What is to be opened looks like an address and is none.
    #[error("address")]
    Address(AddressError),
    #[error("thread: {0}")]
    Store(std::io::Error),
    /// The system gives no random numbers.
    #[error("random numbers: {0}")]
    Chance(String),
}

impl SessionError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Profile(error) => error.phrase(),
            Self::Config(error) => error.phrase(),
            Self::Net(error) => error.phrase(),
            Self::Locked(error) => error.phrase(),
            Self::Identity(error) => error.phrase(),
            Self::Address(error) => error.phrase(),
            Self::NoSuchTarget { name, near: Some(near) } => {
                Phrase::new("start-no-such-contact-near").text("name", name).text("near", near)
            }
            Self::NoSuchTarget { name, near: None } => {
                Phrase::new("start-no-such-contact").text("name", name)
            }
            Self::Chance(code) => Phrase::new("start-chance").text("code", code),
            Self::Store(error) => Phrase::new("start-thread").text("code", error.kind().to_string()),
        }
    }
}

impl Options {
    /// What they say of us.
    pub(super) fn identity(&self) -> IdentityOverrides {
        let Self { name, language, locale, .. } = self;
        IdentityOverrides { name: name.clone(), language: language.clone(), locale, away: None }
    }
}

/// What a session is made of.
pub(super) struct Parts {
    pub(super) profile: Profile,
    pub(super) config: Config,
    pub(super) net: NetHandle,
    pub(super) store: StoreHandle,
    pub(super) restored: Restored,
    pub(super) own_key: Option<PublicKey>,
    /// `None`: the list of contacts does not parse.
    pub(super) contacts: Option<Vec<Contact>>,
    /// What is wrong with the two files.
    pub(super) complaints: Vec<(Changed, Phrase)>,
    /// What else a person should know.
    pub(super) told: Vec<Phrase>,
}

impl Parts {
    /// Reads the profile, opens the history and the sockets.
    pub(super) fn open(options: &Options) -> Result<Self, SessionError> {
        let profile = Profile::open(options.profile.as_deref())?;
        let (mut config, config_complaints) = load_config(&profile, options.interactive)?;
        // Before anybody can hear of us: a mistyped command is not to be announced.
        options.open.as_deref().map_or(Ok(()), |target| check_target(&profile, target))?;
        // A command of a script announces nothing: it runs beside the messenger, which does.
        if !options.interactive {
            config.visible = Audience::Nobody;
        }
        // Before anything is heard: a second messenger must not take the first one's datagrams either.
        let (opened, undecided) = if options.interactive {
            (OpenedStore::of(&profile)?, None)
        } else {
            OpenedStore::discarding(&profile)
        };
        let mut listen = listening(&options.listen.or(&config.listen));
        if let Some(only) = &options.only {
            listen_only_for(&profile, only, &mut listen);
        }
        let (key_pair, no_key) = own_key(&profile, options, &mut listen, undecided)?;
        let own_key = key_pair.as_deref().map(KeyPair::public);
        let net = net::open(NetOptions {
            listen,
            fallback: options.fallback,
            interface: options.interface.clone(),
            // A person who looks has the echo peer, and is spared what nobody writes.
            echo: options.interactive,
            throttled: options.interactive,
            secret: new_secret()?,
            key_pair,
        })?;
        let store = StoreHandle::start(opened.backend).map_err(SessionError::Store)?;
        let (contacts, contact_complaints) = load_contacts(&profile, options)?;
        let complaints = contact_complaints.into_iter().map(|phrase| (Changed::Contacts, phrase));
        let complaints =
            complaints.chain(config_complaints.into_iter().map(|phrase| (Changed::Config, phrase))).collect();
        let told = [profile.warnings(), &opened.told, no_key.as_slice()].concat();
        // Below it stands what is read of the histories of rooms.
        let last_message = opened.restored.last_message.max(Some(MessageId(MessageId::ARRIVALS)));
        let restored = Restored { secret: new_secret()?, last_message, ..opened.restored };
        Ok(Self { profile, config, net, store, restored, own_key, contacts, complaints, told })
    }
}

/// Our key, where there is a dialect that proves who we are, and why there is none: then those dialects do not listen. To
/// reach one peer of such a dialect is nothing that could be done without. `undecided`: why nobody knows whom a person
/// trusts, and then no key is trusted.
fn own_key(
    profile: &Profile,
    options: &Options,
    listen: &mut BTreeMap<&'static str, ListenSetting>,
    undecided: Option<Phrase>,
) -> Result<(Option<Arc<KeyPair>>, Option<Phrase>), IdentityError> {
    let proving: Vec<_> = registry().schemes().into_iter().filter(|scheme| scheme.caps.keys).collect();
    let on = |name| listen.get(name).is_some_and(|at| *at != ListenSetting::Off);
    let listens = proving.iter().any(|scheme| on(scheme.name));
    // What is off at the start of the messenger can be switched on while it runs, but nobody is bothered for it.
    let wanted = listens || (options.interactive && !proving.is_empty());
    let asker = options.asker.as_deref().filter(|_| listens);
    let found = || undecided.map_or_else(|| profile.own_key(asker), |why| Err(IdentityError::Undecided(why)));
    match wanted.then(found).transpose() {
        Ok(pair) => Ok((pair.map(Arc::new), None)),
        Err(IdentityError::Passphrase(PassphraseError::Nobody)) if !listens => Ok((None, None)),
        // A person who has slipped, or somebody else, gets no messenger that is half of one.
        Err(error) if options.only.is_some() || matches!(error, IdentityError::Passphrase(_)) => Err(error),
        Err(error) => {
            listen.extend(proving.into_iter().map(|scheme| (scheme.name, ListenSetting::Off)));
            Ok((None, Some(error.phrase())))
        }
    }
}

/// What nobody can foresee.
fn new_secret() -> Result<[u8; 32], SessionError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| SessionError::Chance(error.to_string()))?;
    Ok(secret)
}

/// The config, and what is wrong with it. A file that does not parse stops a command of a script; the messenger starts
/// with the defaults and says so.
fn load_config(profile: &Profile, interactive: bool) -> Result<(Config, Vec<Phrase>), ConfigError> {
    match profile.load_config() {
        Ok(loaded) => Ok((loaded.value, loaded.warnings)),
        // The file is there, so this is no first start, and it is not ours to write.
        Err(error) if interactive => Ok((Config { exists: true, ..Config::default() }, vec![error.phrase()])),
        Err(error) => Err(error),
    }
}

/// The contacts that are to be known, and what is wrong with their file, as for the config.
fn load_contacts(
    profile: &Profile,
    options: &Options,
) -> Result<(Option<Vec<Contact>>, Vec<Phrase>), ConfigError> {
    let mut loaded = match profile.load_contacts(&parse_address) {
        Ok(loaded) => loaded,
        Err(error) if options.interactive => return Ok((None, vec![error.phrase()])),
        Err(error) => return Err(error),
    };
    if let Some(only) = &options.only {
        let address = parse_address(only).ok();
        let is_there =
            |contact: &Contact| address.as_ref().is_some_and(|at| at.is_same_place(&contact.address));
        loaded.value.retain(|contact| contact.name == *only || is_there(contact));
    }
    if options.stays_out {
        loaded.value.retain(|contact| !contact.address.scheme.caps.rooms);
    }
    Ok((Some(loaded.value), loaded.warnings))
}

/// Whether there is anything to open under this name.
fn check_target(profile: &Profile, target: &str) -> Result<(), SessionError> {
    // Contacts that cannot be read are told of elsewhere, and nothing is known against the name.
    let Ok(contacts) = profile.load_contacts(&parse_address) else { return Ok(()) };
    let names: Vec<&str> = contacts.value.iter().map(|contact| &*contact.name).collect();
    if names.contains(&target) || target == ECHO_NAME {
        return Ok(());
    }
    match parse_address(target) {
        Ok(_address) => return Ok(()),
        Err(error) if target.contains(':') => return Err(SessionError::Address(error)),
        Err(_no_address) => {}
    }
    let near = nearest(target, names).map(str::to_owned);
    Err(SessionError::NoSuchTarget { name: target.to_owned(), near })
}
