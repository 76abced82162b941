//! The first start: one form, and until it is answered nothing is written.

use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};

/// A profile that has never been used, and the arguments to use it; without the answer `--defaults`.
fn fresh() -> (Profile, Vec<String>) {
    let profile = Profile::new();
    std::fs::remove_file(profile.path("config.toml")).unwrap();
    let args = profile.args().into_iter().filter(|arg| arg != "--defaults").collect();
    (profile, args)
}

#[test]
fn enter_accepts_and_the_answers_are_written() {
    let (profile, args) = fresh();
    let terminal = Terminal::spawn(&args, (80, 24));
    terminal.wait_text("Welcome to udpqq");
    assert!(!profile.path("config.toml").exists(), "nothing is written before the answer");
    terminal.key("C-u");
    terminal.send("侯哥");
    terminal.wait_text("侯哥");
    terminal.key("Enter");
    terminal.wait_gone("Welcome to udpqq");
    terminal.send("typing");
    terminal.wait_text("typing");
    assert!(!terminal.screen().contains("next start"), "no port was changed:\n{}", terminal.screen());
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    let config = profile.read("config.toml");
    assert!(config.contains("name = \"侯哥\"") && config.contains("visible = true"), "{config}");

    let again = Terminal::spawn(&args, (80, 24));
    again.wait_text("typing");
    assert!(!again.screen().contains("Welcome"), "asked once only");
}

#[test]
fn escape_leaves_the_form_for_the_next_start_and_nothing_is_written() {
    let (profile, args) = fresh();
    let terminal = Terminal::spawn(&args, (80, 24));
    terminal.wait_text("Welcome to udpqq");
    terminal.key("Esc");
    terminal.wait_gone("Welcome to udpqq");
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    assert!(!profile.path("config.toml").exists());
    Terminal::spawn(&args, (80, 24)).wait_text("Welcome to udpqq");
}

#[test]
fn defaults_skip_the_form() {
    let (profile, _) = fresh();
    let terminal = profile.open((80, 24));
    terminal.wait_text("Write to ");
    assert!(!terminal.screen().contains("Welcome"));
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    assert!(!profile.path("config.toml").exists());
}
