//! What the terminal is used for, as a person sets it.

use super::alerts::AlertSettings;

/// What the terminal is used for besides showing text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalSettings {
    pub mouse: bool,
    /// The terminal is told where a link leads, so that it can open it.
    pub hyperlinks: bool,
    pub pictures: PictureSetting,
    pub alerts: AlertSettings,
}

impl Default for TerminalSettings {
    fn default() -> Self {
        let (pictures, alerts) = (PictureSetting::Auto, AlertSettings::default());
        Self { mouse: true, hyperlinks: true, pictures, alerts }
    }
}

/// How pictures are shown: the setting `pictures`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PictureSetting {
    /// As well as the terminal can.
    #[default]
    Auto,
    Kitty,
    ITerm2,
    Sixel,
    Blocks,
    Off,
}

/// Its values, as they are written.
pub const PICTURES: [&str; 6] = ["auto", "kitty", "iterm2", "sixel", "blocks", "off"];

impl PictureSetting {
    const ALL: [Self; 6] = [Self::Auto, Self::Kitty, Self::ITerm2, Self::Sixel, Self::Blocks, Self::Off];

    /// `None`: no value of it.
    pub fn named(name: &str) -> Option<Self> {
        PICTURES.into_iter().zip(Self::ALL).find(|(known, _)| *known == name).map(|(_, setting)| setting)
    }

    pub fn name(self) -> &'static str {
        PICTURES.into_iter().zip(Self::ALL).find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}
