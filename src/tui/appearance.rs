//! How the program looks: language, time zone, theme, and what the terminal can show.

use jiff::tz::TimeZone;

use super::scrollback::RenderCtx;
use super::theme::{Colours, Theme};
use crate::lang::Lang;

/// Everything about the look of the program that is set once and seldom changes.
#[derive(Debug)]
pub(super) struct Appearance {
    pub lang: Lang,
    pub zone: TimeZone,
    pub theme: Theme,
    pub colours: Colours,
    /// The terminal has the block characters that bars are drawn with.
    pub blocks: bool,
    /// Our own name.
    pub me: String,
    /// The encoding of those who do not say theirs.
    pub legacy: String,
}

impl Appearance {
    /// What the rows of a conversation depend on.
    pub(super) const fn render_ctx(&self) -> RenderCtx<'_> {
        RenderCtx { lang: &self.lang, zone: &self.zone, me: self.me.as_str(), legacy: self.legacy.as_str() }
    }
}
