//! Who we are, from the config, the command line and the system, and what others have been told of it.

use std::collections::BTreeMap;

use super::profile::{Announce, Config};
use crate::model::traffic::{Audience, Listening, LocalIdentity};
use crate::model::{Address, Scheme};
use crate::net::registry;

/// What nobody is called who says nothing, and a machine that has no name.
const NOBODY: &str = "udpqq";
/// Characters of what the system says of us: a host name has no more on Linux, and it goes out with every packet.
const MAX_SYSTEM_NAME: usize = 64;

/// What others are told while one is away: some lines, and far less than a datagram.
const MAX_AWAY_CHARS: usize = 400;

/// What a person says besides the config.
#[derive(Clone, Debug, Default)]
pub(super) struct IdentityOverrides {
    /// On the command line; wins over the config.
    pub name: Option<String>,
    /// The tag of the language there, and of the one that the system has.
    pub language: Option<String>,
    pub locale: &'static str,
    /// What others are told while one is not at the keyboard.
    pub away: Option<String>,
}

/// Who we are to others.
#[derive(Debug)]
pub(super) struct Identity {
    overrides: IdentityOverrides,
    /// What others have been told of us.
    introduced: Option<LocalIdentity>,
}

impl Identity {
    pub(super) const fn new(overrides: IdentityOverrides) -> Self {
        Self { overrides, introduced: None }
    }

    pub(super) fn local(&self, config: &Config) -> LocalIdentity {
        local(config, &self.overrides)
    }

    /// What others are to be told from now on; `None`: they have been told the same.
    pub(super) fn introduce(&mut self, config: &Config) -> Option<LocalIdentity> {
        let own = Some(self.local(config));
        if self.introduced == own {
            return None;
        }
        self.introduced.clone_from(&own);
        own
    }

    pub(super) const fn introduced(&self) -> Option<&LocalIdentity> {
        self.introduced.as_ref()
    }

    /// What others are told last, if they were told of us.
    pub(super) fn farewell(&mut self, is_interactive: bool) -> Option<LocalIdentity> {
        self.introduced
            .take()
            .filter(|_| is_interactive)
            .map(|own| LocalIdentity { visible: Audience::Nobody, ..own })
    }

    pub(super) fn set_away(&mut self, text: Option<String>) {
        self.overrides.away = text.map(|text| text.chars().take(MAX_AWAY_CHARS).collect());
    }

    pub(super) fn away(&self) -> Option<&str> {
        self.overrides.away.as_deref()
    }

    /// The config has another name, which is meant for now, too, whatever the command line said at the start.
    pub(super) fn forget_name(&mut self) {
        self.overrides.name = None;
    }
}

/// Whether anybody on the network is told of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Announced,
    /// The config says no.
    Hidden,
    /// No dialect that announces people listens.
    NoDialect(&'static str),
}

/// `listening`: what the dialects say of their sockets.
pub(super) fn visibility(config: &Config, schemes: &[Scheme], listening: &[Listening]) -> Visibility {
    let announces = |one: &&Scheme| one.caps.presence;
    let is_up = |name: &str| listening.iter().any(|one| one.scheme == name && one.address.is_some());
    match schemes.iter().find(announces) {
        Some(scheme) if !schemes.iter().filter(announces).any(|one| is_up(one.name)) => {
            Visibility::NoDialect(scheme.name)
        }
        Some(_) if config.visible.is_everybody() => Visibility::Announced,
        Some(_) | None => Visibility::Hidden,
    }
}

/// As others may know us.
fn local(config: &Config, overrides: &IdentityOverrides) -> LocalIdentity {
    let login = login();
    let name = overrides.name.clone().or_else(|| config.name.clone()).or_else(|| login.clone());
    LocalIdentity {
        name: name.filter(|name| !name.is_empty()).unwrap_or_else(nobody),
        visible: config.visible,
        shows_typing: config.privacy.typing,
        shows_reads: config.privacy.reads,
        greeting: config.greeting.clone(),
        group: config.group.clone(),
        user: bounded(login),
        host: bounded(machine()),
        away: overrides.away.clone(),
        announce: announcing(&registry().schemes(), config),
        legacy: config.legacy_encoding.clone(),
        legacy_first: !config.legacy_encoding.is_empty() || is_chinese(config, overrides),
    }
}

/// Where people read Chinese, programs of old that know nothing but GBK are as common as any.
fn is_chinese(config: &Config, overrides: &IdentityOverrides) -> bool {
    let tag = overrides.language.as_deref().or(config.language.as_deref()).unwrap_or(overrides.locale);
    let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
    primary.eq_ignore_ascii_case("zh")
}

fn nobody() -> String {
    NOBODY.to_owned()
}

/// The name we are logged in by: as the environment has it, else (cron, containers, some remote shells) as the
/// system's list of users has it.
fn login() -> Option<String> {
    login_of(|name| std::env::var(name).ok(), account)
}

fn login_of(
    variable: impl Fn(&str) -> Option<String>,
    account: impl Fn() -> Option<String>,
) -> Option<String> {
    let named = |name: &String| !name.trim().is_empty();
    let from_environment =
        ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|it| variable(it).filter(named));
    from_environment.or_else(account).filter(named)
}

/// The entry of the user this process runs as (getpwuid(3)).
#[cfg(unix)]
fn account() -> Option<String> {
    use nix::unistd::{User, getuid};
    User::from_uid(getuid()).ok().flatten().map(|user| user.name)
}

#[cfg(not(unix))]
fn account() -> Option<String> {
    None
}

/// The machine's own name.
#[cfg(unix)]
fn machine() -> Option<String> {
    rustix::system::uname().nodename().to_str().ok().map(str::to_owned)
}

#[cfg(not(unix))]
fn machine() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}

fn bounded(name: Option<String>) -> String {
    let plain = |name: String| -> String {
        name.trim().chars().filter(|c| !c.is_control()).take(MAX_SYSTEM_NAME).collect()
    };
    name.map(plain).filter(|name| !name.is_empty()).unwrap_or_else(nobody)
}

/// The places of the config as addresses of the dialect whose people make themselves known; where they are known by their
/// keys, a place is nobody's address.
fn announcing(schemes: &[Scheme], config: &Config) -> Vec<Address> {
    let scheme = schemes.iter().find(|scheme| scheme.caps.presence && !scheme.caps.keys);
    scheme.map_or_else(Vec::new, |scheme| folded(&config.announce, *scheme))
}

/// Each once, however often it was written.
fn folded(places: &[Announce], scheme: Scheme) -> Vec<Address> {
    let all = places.iter().flat_map(|place| place.addresses(scheme));
    let all: BTreeMap<_, _> = all.map(|address| (address.literal(), address)).collect();
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Caps;

    #[test]
    fn the_config_says_who_we_are_and_the_system_what_it_leaves_out() {
        let config = Config {
            name: Some("侯哥".to_owned()),
            group: "研发".to_owned(),
            visible: Audience::Everybody,
            legacy_encoding: "big5".to_owned(),
            ..Config::default()
        };
        let said = IdentityOverrides { away: Some("at lunch".to_owned()), ..IdentityOverrides::default() };
        let own = local(&config, &said);
        assert_eq!(
            (&*own.name, &*own.group, own.visible, &*own.legacy),
            ("侯哥", "研发", Audience::Everybody, "big5")
        );
        assert_eq!(own.away.as_deref(), Some("at lunch"));
        assert!(!own.user.is_empty() && !own.host.is_empty());
        let named = IdentityOverrides { name: Some("alex".to_owned()), ..IdentityOverrides::default() };
        assert_eq!(local(&config, &named).name, "alex");
        assert_eq!(
            local(
                &Config::default(),
                &IdentityOverrides { name: Some(String::new()), ..IdentityOverrides::default() }
            )
            .name,
            NOBODY
        );
    }

    #[test]
    fn who_was_introduced_says_goodbye_and_a_script_does_not() {
        let mut identity = Identity::new(IdentityOverrides::default());
        let config = Config { visible: Audience::Everybody, ..Config::default() };
        assert_eq!(identity.farewell(true), None);
        let own = identity.introduce(&config).expect("something new");
        assert!(own.visible.is_everybody() && identity.introduce(&config).is_none());
        assert_eq!(identity.farewell(true), Some(LocalIdentity { visible: Audience::Nobody, ..own }));
        assert_eq!(identity.farewell(true), None);
        identity.introduce(&config).expect("something new");
        assert_eq!(identity.farewell(false), None);
    }

    #[test]
    fn others_are_told_of_us_only_where_we_are_visible_and_a_dialect_can_tell_them() {
        let schemes = [
            Scheme { name: "plain", default_port: 1, caps: Caps::NONE },
            Scheme { name: "near", default_port: 2, caps: Caps { presence: true, ..Caps::NONE } },
        ];
        let at = |address: Option<&str>| Listening {
            scheme: "near",
            address: address.map(|address| address.parse().expect("an address")),
            wanted: None,
            code: None,
        };
        let (seen, hidden) =
            (Config { visible: Audience::Everybody, ..Config::default() }, Config::default());
        let up = [at(Some("127.0.0.1:2"))];
        assert_eq!(visibility(&seen, &schemes, &up), Visibility::Announced);
        assert_eq!(visibility(&hidden, &schemes, &up), Visibility::Hidden);
        assert_eq!(visibility(&seen, &schemes, &[at(None)]), Visibility::NoDialect("near"));
        assert_eq!(visibility(&seen, &schemes, &[]), Visibility::NoDialect("near"));
    }

    #[test]
    fn without_a_name_in_the_environment_the_list_of_users_has_it() {
        let account = || Some("wang".to_owned());
        assert_eq!(login_of(|_| None, account).as_deref(), Some("wang"));
        assert_eq!(login_of(|_| Some(String::new()), account).as_deref(), Some("wang"));
        let logname = |name: &str| (name == "LOGNAME").then(|| "li".to_owned());
        assert_eq!(login_of(logname, account).as_deref(), Some("li"));
        assert_eq!(login_of(|_| None, || None), None);
    }

    #[test]
    fn the_code_page_goes_first_where_it_is_set_or_people_read_chinese() {
        let first = |legacy: &str, written: Option<&str>, said: Option<&str>, locale| {
            let config = Config {
                legacy_encoding: legacy.to_owned(),
                language: written.map(str::to_owned),
                ..Config::default()
            };
            let said = IdentityOverrides {
                language: said.map(str::to_owned),
                locale,
                ..IdentityOverrides::default()
            };
            local(&config, &said).legacy_first
        };
        assert!(first("big5", None, None, "en"));
        assert!(first("", None, None, "zh-CN"));
        assert!(first("", Some("zh_TW.UTF-8"), None, "en"));
        assert!(first("", Some("en"), Some("ZH"), "en"));
        assert!(!first("", Some("en"), None, "zh-CN"));
        assert!(!first("", None, None, "en"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_host_is_the_machines_name() {
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("a name");
        assert_eq!(local(&Config::default(), &IdentityOverrides::default()).host, bounded(Some(name)));
    }

    #[test]
    fn what_the_system_says_is_short_and_plain() {
        assert_eq!(bounded(Some("\u{1b}a\tb\n".to_owned())), "ab");
        assert_eq!(bounded(Some("名".repeat(200))).chars().count(), MAX_SYSTEM_NAME);
        assert_eq!((bounded(None), bounded(Some(" ".to_owned()))), (nobody(), nobody()));
    }

    #[test]
    fn places_are_addresses_of_the_dialect_that_knows_who_is_there() {
        let scheme =
            |name, presence| Scheme { name, default_port: 2425, caps: Caps { presence, ..Caps::NONE } };
        let announce =
            ["10.0.3.255", "10.0.5.1:99"].map(|place| Announce::parse(place).expect(place)).to_vec();
        let config = Config { announce, ..Config::default() };
        let all = announcing(&[scheme("plain", false), scheme("near", true)], &config);
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(all, ["near://10.0.3.255:2425", "near://10.0.5.1:99"]);
        let announce = ["10.0.3.1-3", "10.0.3.2", "10.0.3.0/30"]
            .map(|place| Announce::parse(place).expect(place))
            .to_vec();
        let twice = announcing(&[scheme("near", true)], &Config { announce, ..Config::default() });
        assert_eq!(twice.len(), 3, "each is told once");
        assert!(announcing(&[scheme("plain", false)], &config).is_empty());
    }
}
