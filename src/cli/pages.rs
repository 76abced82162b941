//! The command line as other programs read it: completions for shells, and pages of the manual.

use std::io;

use clap::Command;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use super::EarlyExit;
use super::commands::{public_tree, shell_tree};
use super::contact_names::with_names;
use super::help::{examples, takes};
use crate::lang::Lang;
use crate::model::nearest;

/// A script that completes our command line in a shell.
pub(super) fn completions(lang: &Lang, width: usize, shell: &str) -> EarlyExit {
    let known = [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh];
    let Some(shell) = known.into_iter().find(|known| known.to_string() == shell) else {
        let known = known.map(|known| known.to_string()).join(", ");
        return EarlyExit::usage(lang, "cli-error-shell", &[("value", shell), ("known", &known)]);
    };
    let mut tree = shell_tree(lang, width, shell);
    let name = tree.get_name().to_owned();
    let mut script = Vec::new();
    generate(shell, &mut tree, name, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    page(with_names(shell, script, &public_tree()).as_bytes())
}

/// A page of the manual in roff, as man(1) reads it: of the program, or of one command.
pub(super) fn manual(lang: &Lang, mut tree: Command, words: &[String]) -> EarlyExit {
    tree.build();
    let mut command = tree;
    for word in words {
        let Some(inner) = command.find_subcommand(word).cloned() else {
            let commands: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            let mut refused = EarlyExit::usage(lang, "cli-error-unknown-command", &[("arg", word)]);
            if let Some(near) = nearest(word, commands) {
                refused.text.push('\n');
                refused.text.push_str(&lang.with("cli-error-near", &[("arg", near)]));
            }
            return refused;
        };
        command = inner;
    }
    if !words.is_empty() {
        let typed = words.join(" ");
        command = command.mut_args(|arg| {
            let is_idle = arg.is_global_set() && !takes(&typed, arg.get_id().as_str());
            if is_idle { arg.hide(true) } else { arg }
        });
    }
    let mut roff = Vec::new();
    // Into memory, which takes everything.
    let _rendered: io::Result<()> = Man::new(command).render(&mut roff);
    let key = if words.is_empty() { "udpqq".to_owned() } else { words.join("-") };
    let examples: Vec<String> = examples(&key).iter().map(|example| verbatim(example)).collect();
    if !examples.is_empty() {
        let heading = lang.text("cli-heading-examples");
        let heading = heading.trim_end_matches([':', '：']).to_uppercase();
        let section = format!(".SH {heading}\n.nf\n{}\n.fi\n", examples.join("\n"));
        roff.extend_from_slice(section.as_bytes());
    }
    for (heading, text) in [("man-heading-status", "man-status"), ("man-heading-files", "man-files")] {
        let section = format!(".SH {}\n{}\n", lang.text(heading), verbatim(&lang.text(text)));
        roff.extend_from_slice(section.as_bytes());
    }
    page(&roff)
}

/// A line as roff prints it: no request, no quotation marks of another shape.
fn verbatim(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('\'', "\\(aq").replace('-', "\\-");
    format!("\\&{line}")
}

fn page(bytes: &[u8]) -> EarlyExit {
    EarlyExit { text: String::from_utf8_lossy(bytes).trim_end().to_owned(), status: 0 }
}
