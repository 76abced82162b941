//! A command line after which there is nothing to do: help, the version, or wrong usage with the reason.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::lang::Lang;
use crate::model::Phrase;

/// What to print instead of running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyExit {
    /// One line or a page, without the last line feed.
    pub text: String,
    /// 0: an answer, for stdout. 2: wrong usage, for stderr.
    pub status: u8,
}

const WRONG_USAGE: u8 = 2;

/// What only tests of ours type.
const HIDDEN: &str = "--test-panic";

impl EarlyExit {
    /// Wrong usage for a reason of our own.
    pub fn usage(lang: &Lang, key: &str, args: &[(&str, &str)]) -> Self {
        Self::of_reason(lang, &lang.with(key, args))
    }

    /// Wrong usage, as a sentence that came as data.
    pub fn of(lang: &Lang, why: &Phrase) -> Self {
        Self::of_reason(lang, &lang.phrase(why))
    }

    fn of_reason(lang: &Lang, reason: &str) -> Self {
        Self { text: format!("udpqq: {reason}\n{}", hint(lang, "udpqq")), status: WRONG_USAGE }
    }

    /// Points at the help of the command that was typed.
    pub(super) fn about(self, lang: &Lang, path: &str) -> Self {
        Self { text: self.text.replacen(&hint(lang, "udpqq"), &hint(lang, path), 1), ..self }
    }

    /// `near`: the command that the first word is likely to be, where it is none.
    pub(super) fn from_clap(lang: &Lang, error: &clap::Error, near: Option<&str>) -> Self {
        let kind = error.kind();
        if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            return Self { text: error.render().to_string().trim_end().to_owned(), status: 0 };
        }
        let arg = context(error, ContextKind::InvalidArg)
            .or_else(|| context(error, ContextKind::InvalidSubcommand));
        let value = context(error, ContextKind::InvalidValue);
        let args =
            [("arg", arg.as_deref().unwrap_or_default()), ("value", value.as_deref().unwrap_or_default())];
        let mut refusal = Self::usage(lang, key(error, value.as_deref()), &args);
        let suggested = context(error, ContextKind::SuggestedArg).filter(|option| option != HIDDEN);
        let near = suggested.or_else(|| near.map(str::to_owned));
        if let Some(near) = near {
            refusal.text.push('\n');
            refusal.text.push_str(&lang.with("cli-error-near", &[("arg", &near)]));
        }
        refusal
    }
}

fn hint(lang: &Lang, path: &str) -> String {
    lang.with("cli-error-hint", &[("command", path)])
}

#[expect(clippy::wildcard_enum_match_arm, reason = "clap's list may grow; the rest is never met here")]
fn key(error: &clap::Error, value: Option<&str>) -> &'static str {
    match error.kind() {
        ErrorKind::MissingRequiredArgument => "cli-error-missing",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "cli-error-missing-command"
        }
        ErrorKind::InvalidSubcommand => "cli-error-unknown-command",
        ErrorKind::InvalidUtf8 => "cli-error-not-utf8",
        ErrorKind::ArgumentConflict => "cli-error-twice",
        ErrorKind::InvalidValue if value.unwrap_or_default().is_empty() => "cli-error-no-value",
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            "cli-error-no-value"
        }
        ErrorKind::TooManyValues => "cli-error-no-value-wanted",
        ErrorKind::UnknownArgument => "cli-error-unexpected",
        _ => "cli-error-other",
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only names and values are shown")]
fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(" ")),
        _ => None,
    }
}
