//! What a command still takes, as it stands dim behind the cursor.

use super::meant;
use crate::app::Conversation;
use crate::lang::Lang;
use crate::tui::commands::{COMMANDS, arguments};

/// What stands behind the cursor at the end of this text; empty: nothing is missing, or it is no command.
pub(in crate::tui) fn rest(lang: &Lang, open: Option<&Conversation>, text: &str) -> String {
    let Some(line) = text.strip_prefix('/') else { return String::new() };
    let (name, args) = line.split_once(' ').map_or((line, None), |(name, args)| (name, Some(args)));
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return String::new() };
    let (usage, _) = meant(command, open);
    let Some(args) = args else { return joined(" ", lang, usage) };
    if !args.is_empty() && !args.ends_with(' ') {
        return String::new();
    }
    let written = args.split_whitespace().count();
    let left: Vec<&str> = usage.split(' ').skip(written).collect();
    joined("", lang, &left.join(" "))
}

fn joined(between: &str, lang: &Lang, args: &str) -> String {
    if args.is_empty() { String::new() } else { format!("{between}{}", arguments(lang, args)) }
}
