//! What a person sets has an effect or an answer: nothing is ignored in silence.

use unicode_width::UnicodeWidthStr as _;
use vt100::Screen;

use crate::support::command::run;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;

fn quit(terminal: &Terminal) {
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
}

/// Starts the messenger in `profile` with more options.
fn with_options(profile: &Profile, options: &[&str]) -> Terminal {
    let terminal = Terminal::spawn(&profile.args_and(options), (100, 30));
    terminal.wait_text("Write to ");
    terminal
}

/// The colours of every cell.
fn colours(screen: &Screen) -> Vec<(vt100::Color, vt100::Color)> {
    let (rows, columns) = screen.size();
    let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
    let cells = cells.filter_map(|(row, column)| screen.cell(row, column));
    cells.map(|cell| (cell.fgcolor(), cell.bgcolor())).collect()
}

#[test]
fn a_theme_or_language_that_is_not_there_is_named_with_its_line_and_what_there_is() {
    let profile = Profile::new();
    profile.write("config.toml", "language = \"fr\"\ntheme = \"neon\"\n");
    let terminal = profile.open((140, 30));
    for (value, line, known) in [("“fr”", "line 1", "zh-CN"), ("“neon”", "line 2", "mono")] {
        terminal.wait_for(value, |screen| {
            screen::rows(screen)
                .iter()
                .any(|row| row.contains(value) && row.contains(line) && row.contains(known))
        });
        terminal.key("Esc");
    }
    quit(&terminal);
}

#[test]
fn a_theme_or_language_that_is_not_there_is_wrong_usage_on_the_command_line() {
    for (option, value, known) in [("--theme", "neon", "classic"), ("--language", "fr", "zh-CN")] {
        let outcome = run(&Profile::new().args_and(&[option, value]), b"");
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
        assert!(outcome.stderr.contains(value) && outcome.stderr.contains(known), "{outcome:?}");
    }
}

#[test]
fn a_theme_or_language_that_is_not_there_is_not_written_to_the_config() {
    let profile = Profile::new();
    let before = profile.read("config.toml");
    let terminal = with_options(&profile, &[]);
    for (setting, known) in [("theme neon", "classic"), ("language fr", "zh-CN")] {
        terminal.line(&format!("/set {setting}"));
        terminal.wait_text(known);
        terminal.key("C-u");
    }
    assert_eq!(profile.read("config.toml"), before);
    quit(&terminal);
}

#[test]
fn a_command_that_the_disk_or_a_setting_refuses_stays_to_be_corrected() {
    let profile = Profile::with_contacts(&[("alex", "ipmsg://127.0.0.9")]);
    let terminal = with_options(&profile, &[]);
    for (command, told) in [
        ("/set visible maybe", "cannot be “maybe”"),
        ("/file /nonexistent", "There is nothing at /nonexistent"),
        ("/export /", "/ is there already"),
    ] {
        terminal.line(command);
        terminal.wait_text(told);
        terminal.wait_text(&format!("›  {command}"));
        terminal.key("Esc");
        terminal.wait_text("Write to alex");
    }
    quit(&terminal);
}

#[test]
fn comments_behind_settings_stay_in_their_column() {
    let profile = Profile::new();
    profile.write("config.toml", include_str!("../../assets/config.toml"));
    let before = profile.read("config.toml");
    let terminal = with_options(&profile, &[]);
    for (setting, written) in [
        ("name 瞎驴", "name = \"瞎驴\""),
        ("theme classic", "theme = \"classic\""),
        ("bell off", "bell = false"),
    ] {
        terminal.line(&format!("/set {setting}"));
        terminal.wait_for(written, |_| profile.read("config.toml").contains(written));
    }
    quit(&terminal);
    let columns = |text: &str| -> Vec<Option<usize>> {
        let comment = |line: &str| line.find(" # ").map(|at| line[..at].width());
        text.lines().map(comment).collect()
    };
    assert_eq!(columns(&profile.read("config.toml")), columns(&before));
}

#[test]
fn what_is_set_while_it_runs_wins_over_the_command_line() {
    let profile = Profile::new();
    let terminal = with_options(&profile, &["--theme", "dark", "--language", "en"]);
    let dark = terminal.look(colours);
    terminal.line("/theme light");
    terminal.wait_for("other colours", |screen| colours(screen) != dark);
    terminal.line("/set language zh-CN");
    terminal.wait_text("联系人");
    assert!(profile.read("config.toml").contains("theme = \"light\""));
    quit(&terminal);
}

#[test]
fn colours_follow_the_background_that_the_terminal_reports() {
    let profile = Profile::new();
    let terminal = with_options(&profile, &["--theme", "auto"]);
    let asked = |raw: &[u8]| raw.windows(6).any(|bytes| bytes == b"\x1b]11;?");
    assert!(asked(&terminal.raw()), "the terminal is asked");
    let dark = terminal.look(colours);
    terminal.send("\x1b]11;rgb:ffff/ffff/f0f0\x1b\\");
    terminal.wait_for("light colours", |screen| colours(screen) != dark);
    terminal.send("\x1b[?997;1n");
    terminal.wait_for("dark colours again", |screen| colours(screen) == dark);
    quit(&terminal);
}

#[test]
fn a_terminal_is_asked_for_pictures_only_where_that_matters() {
    // By kitty's query, and whether at all.
    let asked = |settings: &str, variables: &[(&str, &str)]| {
        let profile = Profile::new();
        profile.write("config.toml", settings);
        let terminal = Terminal::spawn_with(&profile.args(), (100, 30), variables);
        terminal.wait_text("Write to ");
        let raw = terminal.raw();
        quit(&terminal);
        let holds = |wanted: &[u8]| raw.windows(wanted.len()).any(|bytes| bytes == wanted);
        (holds(b"\x1b_Gi="), holds(b"\x1b[16t"))
    };
    assert_eq!(asked("", &[]), (true, true));
    assert_eq!(asked("", &[("TMUX", "/tmp/x,1,0")]), (false, true), "tmux takes it for a title");
    assert_eq!(asked("", &[("NO_COLOR", "1")]), (false, false));
    assert_eq!(asked("", &[("TERM", "linux")]), (false, false));
    assert_eq!(asked("pictures = \"off\"", &[]), (false, false));
}

#[test]
fn who_goes_away_or_wants_to_be_seen_learns_whether_anybody_is_told() {
    let profile = Profile::new();
    let terminal = with_options(&profile, &[]);
    terminal.line("/away lunch");
    terminal.wait_text("nobody is told, as udpqq is off");
    terminal.line("/set visible true");
    terminal.wait_text("udpqq is off, so nobody can see you");
    quit(&terminal);
}

#[test]
fn a_mistyped_command_is_answered_before_the_screen_is_taken() {
    let profile = Profile::with_contacts(&[("alexander", "127.0.0.1:9")]);
    for (word, told) in [
        ("lisen", "did you mean “udpqq listen”"),
        ("alexandr", "there is a contact alexander"),
        ("bob", "neither a contact nor an address"),
        ("127.0.0.1:99999", "99999"),
    ] {
        let terminal = Terminal::spawn(&profile.args_and(&[word]), (100, 30));
        assert_eq!(terminal.expect_sane_exit(), Exit::Code(2), "{word}");
        assert!(terminal.screen().contains(told), "{word}: {}", terminal.screen());
    }
}
