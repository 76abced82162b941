//! How the program looks: language, time zone, theme, and what the terminal can show.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::browser::Browser;
use super::hyperlinks;
use super::scrollback::RenderCtx;
use super::theme::{Background, Colours, Theme, has_blocks};
use crate::lang::Lang;
use crate::model::{Address, ListForm, OwnNetworks, PublicKey, WallTime};
use crate::runtime::{Session, local_zone, own_address, own_networks, registry};

/// Everything about the look of the program that is set once and seldom changes.
#[derive(Debug)]
pub(super) struct Appearance {
    pub lang: Lang,
    pub zone: TimeZone,
    pub theme: Theme,
    pub colours: Colours,
    pub background: Background,
    /// The terminal has the block characters that bars are drawn with.
    pub blocks: bool,
    /// The terminal is told where links lead.
    pub hyperlinks: bool,
    /// A desktop is here, which opens links.
    pub desktop: bool,
    pub list: ListForm,
    /// Our own name.
    pub me: String,
    /// The encoding of those who do not say theirs.
    pub legacy: String,
    /// Our own address where peers have keys; `None`: we have no key.
    pub own_address: Option<Address>,
    /// The networks that this machine is on, or was.
    pub networks: OwnNetworks,
    /// What the config says, key by key, for whoever is about to change it.
    pub settings: Vec<(&'static str, String)>,
}

impl Appearance {
    /// As the config of the session says, unless a theme or a language is named.
    pub(super) fn new(
        session: &Session,
        background: Background,
        theme: Option<&str>,
        language: Option<&str>,
    ) -> Self {
        let (config, colours) = (&session.config, Colours::of(variable));
        let theme = theme.unwrap_or(&config.theme);
        Self {
            lang: Lang::choose(language.or(config.language.as_deref()), registry()),
            zone: local_zone(),
            theme: Theme::named(theme, colours, background)
                .unwrap_or_else(|| Theme::standard(colours, background)),
            colours,
            background,
            blocks: has_blocks(variable),
            hyperlinks: config.terminal.hyperlinks && hyperlinks::knows(variable),
            desktop: Browser::new(variable).is_there(),
            list: config.list,
            me: session.own().name,
            legacy: session.config.legacy_encoding().to_owned(),
            own_address: own_address(session),
            networks: own_networks(session).clone(),
            settings: config.shown(),
        }
    }

    /// What the config says; empty: nothing.
    pub(super) fn setting(&self, key: &str) -> &str {
        self.settings.iter().find(|(known, _)| *known == key).map_or("", |(_, value)| value)
    }

    /// The theme as a person chooses it: what the config says, unless another one is seen.
    pub(super) fn chosen_theme(&self) -> &str {
        let set = self.setting("theme");
        let named = Theme::named(set, self.colours, self.background);
        if named.is_some_and(|named| named.name() == self.theme.name()) { set } else { self.theme.name() }
    }

    /// Our own key.
    pub(super) fn own_key(&self) -> Option<PublicKey> {
        self.own_address.as_ref().and_then(|address| address.key)
    }

    /// The time of what was today, the day of what was this year, else the date.
    pub(super) fn when(&self, time: WallTime, now: WallTime) -> String {
        let local = |time: WallTime| {
            Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(self.zone.clone())
        };
        let (time, now) = (local(time), local(now));
        let form = if time.date() == now.date() {
            "%H:%M"
        } else if time.year() == now.year() {
            "%m-%d %H:%M"
        } else {
            "%Y-%m-%d"
        };
        time.strftime(form).to_string()
    }

    /// A day where we are.
    pub(super) fn day(&self, time: WallTime) -> String {
        let time = Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(self.zone.clone());
        time.strftime("%Y-%m-%d").to_string()
    }

    /// What the rows of a conversation depend on.
    pub(super) const fn render_ctx(&self) -> RenderCtx<'_> {
        let (me, legacy) = (self.me.as_str(), self.legacy.as_str());
        RenderCtx {
            lang: &self.lang,
            zone: &self.zone,
            me,
            legacy,
            moment: None,
            gallery: None,
            screen_rows: 0,
            whole: false,
        }
    }
}

/// What the environment says.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
