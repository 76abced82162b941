//! What Tab does in a shell: the names of contacts stand where one is expected, written as that shell reads them.

use std::fs;
use std::process::Command;

use crate::support::command::run;
use crate::support::profile::Profile;

const CONTACTS: &str = r#"[contacts]
alex = "127.0.0.1:8081"
"zhang wei" = "127.0.0.2:8081"
"it's $HOME; (x)" = "127.0.0.3:8081"
"王芳" = "127.0.0.4:8081"
"a:b" = "127.0.0.5:8081"
"-rf" = "127.0.0.6:8081"
"two\nlines" = "127.0.0.7:8081"
"#;

/// What bash is offered for these words, of which the last one is being typed.
const DRIVER: &str = r#"
source "$SCRIPT"
COMP_WORDS=("$PROGRAM" "$@")
COMP_CWORD=$#
_udpqq_with_names "$PROGRAM" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

fn with_contacts() -> Profile {
    let profile = Profile::new();
    fs::write(profile.path("contacts.toml"), CONTACTS).unwrap();
    profile
}

#[test]
fn bash_completes_the_names_of_contacts_where_one_is_expected() {
    let profile = with_contacts();
    let script = profile.path("udpqq.bash");
    fs::write(&script, run(&["completions", "bash"], b"").stdout).unwrap();
    let folder = profile.path("");
    let offered = |words: &[&str]| {
        let mut bash = Command::new("bash");
        bash.args(["--norc", "--noprofile", "-c", DRIVER, "bash", "--profile"]).arg(&folder).args(words);
        bash.env("SCRIPT", &script).env("PROGRAM", env!("CARGO_BIN_EXE_udpqq")).env("LC_ALL", "C.UTF-8");
        let output = bash.output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = ["a\\:b", "alex", r"it\'s\ \$HOME\;\ \(x\)", "zhang\\ wei", "王芳"];
    for words in [
        &["chat", ""][..],
        &["send", ""],
        &["wire", ""],
        &["doctor", ""],
        &["history", "export", ""],
        &["contacts", "remove", ""],
        &["contacts", "rename", ""],
        &["--name", "chat", "chat", "--history", "5", ""],
    ] {
        let mut names = offered(words);
        names.sort();
        assert_eq!(names, all, "{words:?}");
    }
    assert_eq!(offered(&["chat", "zhang\\ w"]), ["zhang\\ wei"]);
    assert_eq!(offered(&["chat", "\"zh"]), ["zhang wei"]);
    assert_eq!(offered(&["chat", "'it"]), ["it's $HOME; (x)"]);
    let first = offered(&[""]);
    assert!(first.contains(&"alex".to_owned()) && first.contains(&"history".to_owned()), "{first:?}");
    for words in [&["send", "alex", "a"][..], &["contacts", "add", "a"], &["chat", "--interface", "a"]] {
        assert!(!offered(words).contains(&"alex".to_owned()), "{words:?}");
    }
    assert!(offered(&["chat", "--hi"]).contains(&"--history".to_owned()));
}

#[test]
fn zsh_and_fish_ask_for_the_names_where_one_is_expected() {
    let zsh = run(&["completions", "zsh"], b"").stdout;
    assert_eq!(zsh.matches(":_udpqq_names'").count(), 7, "each of the arguments that name a contact");
    assert!(zsh.contains("commands \"$@\"\n    _udpqq_names\n"), "and where a command may stand");
    let fish = run(&["completions", "fish"], b"").stdout;
    assert_eq!(fish.matches("-a '(__fish_udpqq_names)'").count(), 8);
}
