//! The keys of the sentences that the relay itself says, with the names of their arguments. The words stand in `assets/text`.

/// A sentence the relay can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayText {
    pub key: &'static str,
    pub args: &'static [&'static str],
    /// The argument that is a number, by which the form of the sentence is chosen.
    pub number: Option<&'static str>,
}

pub(super) const HELP: &str = "relay-says-help";
pub(super) const HELP_HISTORY: &str = "relay-says-help-history";
pub(super) const CHALLENGE: &str = "relay-says-challenge";
pub(super) const CHALLENGE_SHORT: &str = "relay-says-challenge-short";
pub(super) const SILENT: &str = "relay-says-silent";
pub(super) const RETURN: &str = "relay-says-return";
pub(super) const RETURN_BY_PROOF: &str = "relay-says-return-by-proof";
pub(super) const WELCOME: &str = "relay-says-welcome";
pub(super) const RENAMED: &str = "relay-says-renamed";
pub(super) const BAD_NAME: &str = "relay-says-bad-name";
pub(super) const ROOM: &str = "relay-says-room";
pub(super) const MORE_LINES: &str = "relay-says-more-lines";
pub(super) const MORE_MEMBERS: &str = "relay-says-more-members";
pub(super) const TOO_LONG: &str = "relay-says-too-long";
pub(super) const TOPIC: &str = "relay-says-topic";
pub(super) const NO_TOPIC: &str = "relay-says-no-topic";
pub(super) const SLOW: &str = "relay-says-slow";
pub(super) const SLOW_REFUSED: &str = "relay-says-slow-refused";
pub(super) const NOT_SLOW: &str = "relay-says-not-slow";
pub(super) const MODERATED: &str = "relay-says-moderated";
pub(super) const UNMODERATED: &str = "relay-says-unmoderated";
pub(super) const REMOVED: &str = "relay-says-removed";
pub(super) const PASSWORD: &str = "relay-says-password";
pub(super) const NO_PASSWORD: &str = "relay-says-no-password";
pub(super) const LANGUAGES: &str = "relay-says-languages";
pub(super) const NO_LANGUAGE: &str = "relay-says-no-language";
pub(super) const LANGUAGE: &str = "relay-says-language";
pub(super) const FULL: &str = "relay-says-full";
pub(super) const BUSY: &str = "relay-says-busy";
pub(super) const HELP_SEARCH: &str = "relay-says-help-search";
pub(super) const SEARCH_USAGE: &str = "relay-says-search-usage";
pub(super) const NOTHING_FOUND: &str = "relay-says-nothing-found";
pub(super) const MORE_FOUND: &str = "relay-says-more-found";
pub(super) const NO_SEARCH: &str = "relay-says-no-search";
pub(super) const NO_HISTORY: &str = "relay-says-no-history";
pub(super) const EMPTY_HISTORY: &str = "relay-says-empty-history";
pub(super) const PONG: &str = "relay-says-pong";
pub(super) const GOODBYE: &str = "relay-says-goodbye";
pub(super) const CLOSING: &str = "relay-says-closing";
pub(super) const ECHO: &str = "relay-says-echo";
pub(super) const NAME_TAKEN: &str = "relay-says-name-taken";

/// All of them.
pub(super) const TEXTS: &[RelayText] = &[
    with(HELP, &["languages"]),
    plain(HELP_HISTORY),
    plain(HELP_SEARCH),
    plain(SEARCH_USAGE),
    plain(NOTHING_FOUND),
    plain(MORE_FOUND),
    plain(NO_SEARCH),
    plain(NO_HISTORY),
    plain(EMPTY_HISTORY),
    plain(PONG),
    plain(GOODBYE),
    plain(CLOSING),
    plain(ECHO),
    plain(NAME_TAKEN),
    plain(CHALLENGE),
    plain(CHALLENGE_SHORT),
    counted(SILENT, &["seconds"]),
    plain(RETURN),
    plain(RETURN_BY_PROOF),
    counted(WELCOME, &["count", "name", "room"]),
    with(RENAMED, &["name"]),
    with(BAD_NAME, &["limit"]),
    counted(ROOM, &["count", "room"]),
    counted(MORE_LINES, &["count"]),
    counted(MORE_MEMBERS, &["count", "next"]),
    plain(FULL),
    plain(BUSY),
    plain("relay-says-no-room"),
    plain("relay-says-fast"),
    plain("relay-says-much"),
    plain("relay-says-no-log"),
    plain("relay-says-kicked"),
    plain("relay-says-banned"),
    plain("relay-says-closed"),
    plain("relay-says-locked"),
    plain(PASSWORD),
    plain(NO_PASSWORD),
    plain("relay-says-muted"),
    plain("relay-says-moderated-refused"),
    counted(SLOW_REFUSED, &["seconds"]),
    with(TOO_LONG, &["limit"]),
    with(TOPIC, &["topic"]),
    plain(NO_TOPIC),
    counted(SLOW, &["seconds"]),
    plain(NOT_SLOW),
    plain(MODERATED),
    plain(UNMODERATED),
    plain(REMOVED),
    with(LANGUAGES, &["languages"]),
    with(NO_LANGUAGE, &["languages"]),
    with(LANGUAGE, &["name"]),
];

/// What a relay says to those who come, go or are none of its members.
pub(super) const TO_STRANGERS: [&str; 10] =
    [WELCOME, RENAMED, GOODBYE, SILENT, CLOSING, FULL, BUSY, ECHO, "relay-says-kicked", "relay-says-banned"];

const fn plain(key: &'static str) -> RelayText {
    RelayText { key, args: &[], number: None }
}

const fn with(key: &'static str, args: &'static [&'static str]) -> RelayText {
    RelayText { key, args, number: None }
}

/// The first argument is a number.
const fn counted(key: &'static str, args: &'static [&'static str]) -> RelayText {
    RelayText { key, args, number: args.first().copied() }
}
