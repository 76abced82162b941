//! Scripts for shells complete the names of contacts as well: they ask the program itself for them.

use clap::{Command, ValueHint};
use clap_complete::Shell;

const BASH: &str = include_str!("../../assets/completions/names.bash");
const FISH: &str = include_str!("../../assets/completions/names.fish");
const ZSH: &str = include_str!("../../assets/completions/names.zsh");

/// A hint that nothing else of ours has, and what the script for zsh makes of it.
const HINT: ValueHint = ValueHint::Username;
const HINTED: &str = ":_users'";

/// How an argument is named whose value may be the name of a contact.
const NAMED: &str = "CONTACT";

/// Commands of which the first argument is the name of a contact as it is called now; others that are called so too take
/// names of something else.
const OF_CONTACTS: [&str; 2] = ["remove", "rename"];
const NAME_OF_CONTACT: &str = "contact";

/// The same command line, where the first arguments that name contacts say so.
pub(super) fn hinted(tree: Command) -> Command {
    // Their order stays.
    let tree = match first_name(&tree) {
        Some(id) => tree.mut_args(|arg| if arg.get_id() == id.as_str() { arg.value_hint(HINT) } else { arg }),
        None => tree,
    };
    tree.mut_subcommands(hinted)
}

/// The first argument, if it names a contact.
fn first_name(command: &Command) -> Option<String> {
    let first = command.get_positionals().next()?;
    let named = first.get_value_names().and_then(|names| names.first());
    let is_old = OF_CONTACTS.contains(&command.get_name()) && first.get_id() == NAME_OF_CONTACT;
    let is_name = named.is_some_and(|name| name.starts_with(NAMED)) || is_old;
    is_name.then(|| first.get_id().to_string())
}

/// The script with the names in it. `tree`: as [`hinted`] takes it. For other shells it stays as it is.
pub(super) fn with_names(shell: Shell, script: String, tree: &Command) -> String {
    let paths = paths_of(tree, "");
    match shell {
        Shell::Bash => {
            let paths: Vec<String> = paths.iter().map(|path| format!("{path:?}")).collect();
            let options = tree.get_arguments().chain(tree.get_subcommands().flat_map(Command::get_arguments));
            let takes = |arg: &&clap::Arg| arg.get_action().takes_values() && arg.get_long() != Some("wait");
            let mut options: Vec<String> =
                options.filter(takes).filter_map(|arg| Some(format!("--{}", arg.get_long()?))).collect();
            options.sort();
            options.dedup();
            let names = BASH.replace("@PATHS@", &paths.join(" | "));
            script + &names.replace("@OPTIONS@", &options.join(" | "))
        }
        Shell::Fish => paths.iter().fold(script + FISH, |script, path| {
            let mut words = path.split_whitespace();
            let Some(first) = words.next() else { return script };
            let inner = words.next().map(|word| format!("; and __fish_seen_subcommand_from {word}"));
            let when = format!("__fish_udpqq_using_subcommand {first}{}", inner.unwrap_or_default());
            format!("{script}complete -c udpqq -f -n \"{when}\" -a '(__fish_udpqq_names)'\n")
        }),
        Shell::Zsh => {
            let script = script.replace(HINTED, ":_udpqq_names'");
            let commands = "_describe -t commands 'udpqq commands' commands \"$@\"";
            let script = script.replace(commands, &format!("{commands}\n    _udpqq_names"));
            script.replacen("_udpqq() {", &format!("{ZSH}_udpqq() {{"), 1)
        }
        Shell::Elvish | Shell::PowerShell | _ => script,
    }
}

/// What stands before the name of a contact, each word behind a blank.
fn paths_of(command: &Command, path: &str) -> Vec<String> {
    let own = first_name(command).map(|_| path.to_owned());
    let inner = |inner: &Command| paths_of(inner, &format!("{path} {}", inner.get_name()));
    own.into_iter().chain(command.get_subcommands().flat_map(inner)).collect()
}
