//! Help pages: what a command is for, what it takes, and examples; wrapped at the width of the terminal.
//!
//! clap breaks lines at blanks only, which Chinese has none of, and lists options that mean nothing to a command.

use clap::{Arg, Command};
use unicode_linebreak::linebreaks;
use unicode_width::UnicodeWidthStr as _;

use crate::lang::Lang;

/// Longer lines are hard to read, and narrower ones hold no option.
const WIDTHS: std::ops::RangeInclusive<usize> = 36..=100;

/// The column of the texts at the most; a longer name has its text below.
const MAX_COLUMN: usize = 30;

/// Where a text below its name begins.
const BELOW: usize = 10;

/// Cells that a text beside a name needs at least; where there are fewer it stands below.
const MIN_TEXT: usize = 28;

/// What can be typed as it stands, by the key of the command in the texts.
pub(super) const EXAMPLES: &[(&str, &[&str])] = &[
    ("udpqq", &["udpqq", "udpqq 192.168.1.20:8081", "udpqq --profile ~/second"]),
    ("chat", &["udpqq chat alex", "make 2>&1 | udpqq chat alex --history 0"]),
    (
        "send",
        &[
            "udpqq send alex 'build is done'",
            "make 2>&1 | udpqq send alex",
            "udpqq send 127.0.0.1:9000 hello --wait=2",
            "udpqq send 127.0.0.1:9000 --hex '48 65 6c 6c 6f 0d 0a'",
        ],
    ),
    (
        "listen",
        &["udpqq listen", "udpqq listen --json --count 1", "udpqq listen --listen udp=9000 --timeout 60"],
    ),
    ("echo", &["udpqq echo", "udpqq echo --upper --listen udp=9000"]),
    ("wire", &["udpqq wire", "udpqq wire alex --hex --count 20", "udpqq wire --pcap lan.pcap --timeout 60"]),
    ("doctor", &["udpqq doctor", "udpqq doctor alex", "udpqq doctor --json"]),
    (
        "relay",
        &[
            "udpqq relay",
            "udpqq relay --tui",
            "udpqq relay --language zh-CN",
            "udpqq relay --history --keep 90d",
            "udpqq relay --cluster nats://n1:4222,n2:4222,n3:4222",
            "udpqq relay 127.0.0.1:7000 --metrics 9600",
        ],
    ),
    (
        "relay-order",
        &[
            "udpqq relay order ban 'Ann Lee' 1h",
            "udpqq relay order slow class 10s",
            "udpqq relay order topic class 'Homework: page 7'",
            "udpqq relay order bans",
        ],
    ),
    ("relay-operator", &["udpqq relay operator add ann", "udpqq relay operator list"]),
    (
        "relay-operator-add",
        &[
            "udpqq relay operator add ann",
            "udpqq relay operator add ann --operators /etc/udpqq/operators.key",
        ],
    ),
    ("relay-operator-remove", &["udpqq relay operator remove ann"]),
    ("relay-operator-list", &["udpqq relay operator list"]),
    ("relay-doctor", &["udpqq relay doctor", "udpqq relay doctor --cluster tls://n1,n2,n3 --json"]),
    ("relay-permissions", &["udpqq relay permissions", "udpqq relay permissions --prefix school --shards 4"]),
    (
        "relay-archive",
        &[
            "udpqq relay archive --cluster nats://n1:4222,n2:4222,n3:4222",
            "udpqq --profile /srv/rooms relay archive --cluster tls://n1,n2,n3 --keep 3650d",
        ],
    ),
    ("relay-history", &["udpqq relay history list", "udpqq relay history search report --room dev"]),
    ("relay-history-list", &["udpqq relay history list", "udpqq relay history list --json"]),
    (
        "relay-history-search",
        &[
            "udpqq relay history search report from:ann after:2026-11-01",
            "udpqq relay history search 周报 --room dev --json",
        ],
    ),
    (
        "relay-history-export",
        &[
            "udpqq relay history export --output rooms.jsonl",
            "udpqq relay history export --member ann --text",
        ],
    ),
    ("relay-history-import", &["udpqq relay history import rooms.jsonl"]),
    (
        "relay-history-remove",
        &["udpqq relay history remove --place 4711", "udpqq relay history remove --member ann --yes"],
    ),
    ("contacts", &["udpqq contacts list", "udpqq contacts add alex 127.0.0.1:9000"]),
    ("contacts-names", &["udpqq contacts names"]),
    ("contacts-list", &["udpqq contacts list", "udpqq contacts list --json"]),
    (
        "contacts-add",
        &[
            "udpqq contacts add alex 127.0.0.1:9000",
            "udpqq contacts add 瞎驴 'udp://127.0.0.1:8081?encoding=gb18030'",
        ],
    ),
    ("contacts-remove", &["udpqq contacts remove alex"]),
    ("contacts-rename", &["udpqq contacts rename alex alexis"]),
    ("key", &["udpqq key", "udpqq key --qr"]),
    ("key-export", &["udpqq key export"]),
    ("key-import", &["udpqq key import", "udpqq key import < letters.txt"]),
    ("key-passphrase", &["udpqq key passphrase", "udpqq key passphrase --passphrase-fd 3 3< words.txt"]),
    ("history", &["udpqq history list", "udpqq history search report from:alex"]),
    ("history-list", &["udpqq history list", "udpqq history list --json"]),
    (
        "history-search",
        &["udpqq history search report from:alex after:2026-11-01", "udpqq history search 周报 --limit 5"],
    ),
    ("history-export", &["udpqq history export alex --text", "udpqq history export --output all.jsonl"]),
    ("history-import", &["udpqq history import all.jsonl"]),
    (
        "completions",
        &[
            "udpqq completions bash > ~/.local/share/bash-completion/completions/udpqq",
            "udpqq completions fish > ~/.config/fish/completions/udpqq.fish",
        ],
    ),
    ("man", &["udpqq man | man -l -", "udpqq man send | man -l -"]),
];

/// Whether an option that can be typed with every command means something to this one: the words behind `udpqq`.
pub(super) fn takes(command: &str, option: &str) -> bool {
    let mut words = command.split(' ');
    let taken: &[&str] = match words.next().unwrap_or_default() {
        "relay" => match words.next() {
            None => &["profile", "interface", "theme"],
            Some("doctor") => &["profile", "interface", "listen"],
            Some("permissions") => &[],
            Some(_) => &["profile"],
        },
        "chat" | "send" | "listen" | "wire" => &["profile", "interface", "listen", "name", "passphrase-fd"],
        "contacts" | "history" => &["profile"],
        "key" => &["profile", "passphrase-fd"],
        "doctor" => &["profile", "interface", "listen", "passphrase-fd"],
        "completions" | "man" => &[],
        _ => &["profile", "interface", "listen"],
    };
    matches!(option, "language" | "help") || taken.contains(&option)
}

/// The examples of a command.
pub(super) fn examples(key: &str) -> &'static [&'static str] {
    EXAMPLES.iter().find(|(name, _)| *name == key).map_or(&[], |(_, examples)| examples)
}

/// A name and what it is.
type Entry = (String, String);

/// One page while it is written.
pub(super) struct CommandPage<'a> {
    lang: &'a Lang,
    width: usize,
    text: String,
}

impl<'a> CommandPage<'a> {
    pub(super) fn new(lang: &'a Lang, width: usize) -> Self {
        Self { lang, width: width.clamp(*WIDTHS.start(), *WIDTHS.end()), text: String::new() }
    }

    /// The page of a command with its texts. `general`: the options that every command can be given, and that this one takes.
    pub(super) fn of(mut self, command: &Command, usage: &str, general: &[Arg], key: &str) -> String {
        self.rows(&command.get_about().map(ToString::to_string).unwrap_or_default(), 0);
        self.text.extend(["\n", &self.lang.text("cli-heading-usage"), " ", usage, "\n"]);
        let commands = command.get_subcommands().map(|inner| {
            (inner.get_name().to_owned(), inner.get_about().map(ToString::to_string).unwrap_or_default())
        });
        self.section("cli-heading-commands", commands.collect());
        self.section("cli-heading-arguments", command.get_positionals().map(entry).collect());
        let mut own: Vec<&Arg> = command.get_arguments().filter(|arg| is_shown(arg)).collect();
        own.sort_by_key(|arg| arg.is_global_set());
        self.section("cli-heading-options", own.into_iter().map(entry).collect());
        self.section("cli-heading-general", general.iter().filter(|arg| is_shown(arg)).map(entry).collect());
        let examples = examples(key);
        if !examples.is_empty() {
            self.text.extend(["\n", &self.lang.text("cli-heading-examples"), "\n"]);
            // Not wrapped: they are there to be copied.
            for example in examples {
                self.text.extend(["  ", example, "\n"]);
            }
        }
        self.text.truncate(self.text.trim_end().len());
        self.text
    }

    fn section(&mut self, heading: &str, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        let names = entries.iter().map(|(name, _)| name.width());
        let widest = names.filter(|width| *width <= MAX_COLUMN).max().unwrap_or_default();
        self.text.extend(["\n", &self.lang.text(heading), "\n"]);
        let column = widest.saturating_add(4);
        let is_wide = self.width.saturating_sub(column) >= MIN_TEXT;
        for (name, text) in entries {
            if is_wide && name.width() <= widest {
                let pad = " ".repeat(widest.saturating_sub(name.width()));
                self.text.extend(["  ", &name, &pad, "  "]);
                self.rows_behind(&text, column);
            } else {
                self.text.extend(["  ", &name, "\n"]);
                self.rows(&text, if is_wide { column } else { BELOW });
            }
        }
    }

    /// A text below, so far from the edge.
    fn rows(&mut self, text: &str, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
        self.rows_behind(text, indent);
    }

    /// A text whose first row has begun.
    fn rows_behind(&mut self, text: &str, indent: usize) {
        let rows = wrapped(text, self.width.saturating_sub(indent));
        self.text.push_str(&rows.join(&format!("\n{}", " ".repeat(indent))));
        self.text.push('\n');
    }
}

fn is_shown(arg: &Arg) -> bool {
    !arg.is_positional() && !arg.is_hide_set()
}

/// How an argument is typed, and what it is.
fn entry(arg: &Arg) -> Entry {
    let name = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    let name = name.filter(|_| arg.is_positional() || arg.get_action().takes_values());
    let counted = arg.get_num_args();
    let typed = match (arg.get_long(), name) {
        (None, _) => positional(arg),
        (Some(long), None) => format!("{}--{long}", short(arg)),
        (Some(long), Some(name)) if counted.is_some_and(|count| count.min_values() == 0) => {
            format!("{}--{long}[={name}]", short(arg))
        }
        (Some(long), Some(name)) => format!("{}--{long} {name}", short(arg)),
    };
    (typed, arg.get_help().map(ToString::to_string).unwrap_or_default())
}

/// How an argument without a name of its own is typed: `NAME`, `[NAME]`, `[NAME…]`.
pub(super) fn positional(arg: &Arg) -> String {
    let name = arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
    let more = if arg.get_num_args().is_some_and(|count| count.max_values() > 1) { "…" } else { "" };
    if arg.is_required_set() { format!("{name}{more}") } else { format!("[{name}{more}]") }
}

fn short(arg: &Arg) -> String {
    arg.get_short().map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "))
}

/// The rows of a text at a width, broken where its script allows.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let (mut rows, mut row, mut start) = (Vec::new(), String::new(), 0);
    for (end, _) in linebreaks(text) {
        let piece = text.get(start..end).unwrap_or_default();
        // An option or a name such as zh-CN stays whole.
        if piece.ends_with(['-', '/', '=']) && end < text.len() {
            continue;
        }
        if !row.is_empty() && row.width().saturating_add(piece.trim_end().width()) > width {
            rows.push(std::mem::take(&mut row).trim_end().to_owned());
        }
        row.push_str(piece);
        start = end;
    }
    rows.push(row.trim_end().to_owned());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_of_long_names_only_is_there_too() {
        let lang = Lang::choose(Some("en"), crate::model::Registry::default());
        let name = "x".repeat(MAX_COLUMN + 1);
        let mut page = CommandPage::new(&lang, 80);
        page.section("cli-heading-options", vec![(name.clone(), "what it is".to_owned())]);
        assert_eq!(page.text, format!("\nOptions:\n  {name}\n    what it is\n"));
    }

    #[test]
    fn rows_break_where_the_script_allows_and_fit() {
        for (text, rows) in [
            ("one two three", &["one two", "three"][..]),
            ("中文没有空格，也要换行", &["中文没有", "空格，也", "要换行"]),
            ("use --profile x", &["use", "--profile", "x"]),
        ] {
            assert_eq!(wrapped(text, 9), rows, "{text}");
        }
        assert_eq!(wrapped("", 9), [""]);
    }
}
