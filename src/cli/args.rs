//! Arguments and commands of the same kind that several commands have.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

/// A search in some history; `words` is the id of what is searched for.
pub(super) fn search(words: &'static str) -> Command {
    // Appended, so that an option may stand between two words.
    let words = Arg::new(words).value_name("TEXT").required(true).num_args(1..).action(ArgAction::Append);
    let limit = option("limit", "N").default_value(super::values::DEFAULT_LIMIT).hide_default_value(true);
    Command::new("search").arg(words).arg(flag("json")).arg(limit.allow_negative_numbers(true))
}

pub(super) fn import() -> Command {
    let file = Arg::new("file").value_name("FILE").required(true);
    Command::new("import").arg(file.value_parser(value_parser!(PathBuf)))
}

pub(super) fn transcript() -> Arg {
    flag("transcript").long("text")
}

pub(super) fn output() -> Arg {
    option("output", "FILE").value_parser(value_parser!(PathBuf))
}

pub(super) fn flag(id: &'static str) -> Arg {
    Arg::new(id).long(id).action(ArgAction::SetTrue)
}

pub(super) fn option(id: &'static str, value: &'static str) -> Arg {
    Arg::new(id).long(id).value_name(value)
}
