//! What `udpqq relay history` was told.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{EarlyExit, file, joined, optional, required, values};
use crate::lang::Lang;

/// What to do with what a relay has kept of its rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomHistoryArgs {
    List {
        json: bool,
    },
    Search {
        words: String,
        /// `None`: all rooms.
        room: Option<String>,
        json: bool,
        /// `None`: all.
        limit: Option<usize>,
    },
    Export {
        /// `None`: all rooms.
        room: Option<String>,
        /// A name or an id; `None`: everybody.
        member: Option<String>,
        /// For people to read.
        transcript: bool,
        /// `None`: standard output.
        output: Option<PathBuf>,
    },
    Import {
        /// `None`: standard input.
        file: Option<PathBuf>,
    },
    Remove {
        what: RemovedArg,
        /// Nobody is asked.
        yes: bool,
    },
}

/// What is to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemovedArg {
    Place(u64),
    Room(String),
    /// A name or an id.
    Member(String),
}

impl RoomHistoryArgs {
    pub(super) fn read(lang: &Lang, matches: &ArgMatches) -> Result<Self, EarlyExit> {
        Ok(match matches.subcommand() {
            Some(("search", inner)) => Self::Search {
                words: inner.get_many::<String>("room-words").map(joined).unwrap_or_default(),
                room: optional(inner, "room"),
                json: inner.get_flag("json"),
                limit: values::limit(lang, "--limit", &required(inner, "limit"))?,
            },
            Some(("export", inner)) => Self::Export {
                room: optional(inner, "room"),
                member: optional(inner, "member"),
                transcript: inner.get_flag("transcript"),
                output: file(inner, "output"),
            },
            Some(("import", inner)) => Self::Import { file: file(inner, "file") },
            Some(("remove", inner)) => {
                Self::Remove { what: RemovedArg::read(lang, inner)?, yes: inner.get_flag("yes") }
            }
            Some((_, inner)) => Self::List { json: inner.get_flag("json") },
            None => Self::List { json: false },
        })
    }
}

impl RemovedArg {
    /// Exactly one of them: nothing said is not everything.
    fn read(lang: &Lang, matches: &ArgMatches) -> Result<Self, EarlyExit> {
        let place = values::count(lang, "--place", optional(matches, "place"))?.map(Self::Place);
        let room = optional(matches, "room").map(Self::Room);
        let member = optional(matches, "member").map(Self::Member);
        let said = [("--place", place), ("--room", room), ("--member", member)];
        let mut said = said.into_iter().filter_map(|(arg, what)| what.map(|what| (arg, what)));
        let Some((arg, what)) = said.next() else {
            let known = "--place, --room, --member";
            return Err(EarlyExit::usage(lang, "cli-error-one-of", &[("known", known)]));
        };
        match said.next() {
            Some((other, _)) => {
                Err(EarlyExit::usage(lang, "cli-error-not-both", &[("arg", arg), ("other", other)]))
            }
            None => Ok(what),
        }
    }
}
