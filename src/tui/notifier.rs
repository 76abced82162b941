//! Calls a person who does not look: by what the terminal shows on the desktop, and by a command of theirs.
//!
//! What others wrote is escaped and cut before it comes near the terminal, and goes to the command in its environment:
//! never as a part of a line that a shell reads.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::process_group::ProcessGroup;
use super::tmux;
use crate::lang::Lang;
use crate::model::text::plain_line;
use crate::model::{Alert, Phrase};
use crate::runtime::profile::{AlertSettings, NotifyBy, NotifyCommand};
use crate::tui::hyperlinks;
use crate::tui::text::clip_with_ellipsis;

/// Commands that run at once; more than that nobody needs to hear of.
const MAX_COMMANDS: usize = 4;

/// How long a command may run, with all that it has started.
const MAX_RUN: Duration = Duration::from_secs(30);

/// Cells of a title, and of what was said.
const MAX_TITLE: u16 = 60;
const MAX_TEXT: u16 = 160;

/// Bytes of one variable that a command is given.
const MAX_VARIABLE: usize = 1_024;

/// By which sequence the terminal shows notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoticeForm {
    /// OSC 9: one line of text.
    Osc9,
    /// OSC 777: a title and a text.
    Osc777,
    /// OSC 99: the same, with a number that the next one takes the place of.
    Osc99,
}

/// What calls a person.
#[derive(Debug)]
pub(super) struct Notifier {
    /// What this terminal shows, as far as it is known.
    usual: Option<NoticeForm>,
    in_tmux: bool,
    /// The terminal has a title, as far as it is known.
    has_title: bool,
    /// What each ends with.
    commands: JoinSet<Option<i32>>,
    /// The one of which a person was told that it does not work.
    failing: Option<NotifyCommand>,
}

impl Notifier {
    /// `env`: the environment, which says what terminal this is.
    pub(super) fn new(env: impl Fn(&str) -> Option<String>) -> Self {
        let in_tmux = tmux::is_around(&env);
        let has_title = hyperlinks::knows(&env);
        Self { usual: usual(&env), in_tmux, has_title, commands: JoinSet::new(), failing: None }
    }

    /// The title of the window, which says how much is unread; `None`: it is not ours to set.
    pub(super) fn title(&self, settings: &AlertSettings, unread: u32) -> Option<String> {
        let title = if unread > 0 { format!("({unread}) udpqq") } else { "udpqq".to_owned() };
        (settings.title && self.has_title).then_some(title)
    }

    /// The sequence that shows the notice, if the terminal is to show it.
    pub(super) fn sequence(&self, alert: &Alert, settings: &AlertSettings, lang: &Lang) -> Option<Vec<u8>> {
        let form = match settings.notify {
            NotifyBy::Auto => self.usual?,
            NotifyBy::Osc9 => NoticeForm::Osc9,
            NotifyBy::Osc777 => NoticeForm::Osc777,
            NotifyBy::Osc99 => NoticeForm::Osc99,
            NotifyBy::Bell | NotifyBy::Off => return None,
        };
        let words = words(alert, settings.content, lang);
        let bytes = form.sequence(&words).into_bytes();
        Some(if self.in_tmux { tmux::handed_on(&bytes) } else { bytes })
    }

    /// Runs the person's command, unless too many of them still run. They end with this program. The answer is what a
    /// person has to know of it, once: it does not work, or the last one did not.
    pub(super) fn run(&mut self, alert: &Alert, settings: &AlertSettings) -> Option<Phrase> {
        let line = settings.command.as_ref()?;
        let mut failed = None;
        while let Some(ended) = self.commands.try_join_next() {
            if let Some(code) = ended.ok().flatten().filter(|code| *code != 0) {
                failed = Some(Phrase::new("notify-command-status").number("code", code));
            }
        }
        if self.commands.len() < MAX_COMMANDS
            && let Err(error) = self.start(alert, settings, line)
        {
            failed = Some(Phrase::new("notify-command-failed").text("reason", error.to_string()));
        }
        let is_news = self.failing.as_ref() != Some(line);
        if failed.is_some() {
            self.failing = Some(line.clone());
        }
        failed.filter(|_| is_news)
    }

    fn start(&mut self, alert: &Alert, settings: &AlertSettings, line: &NotifyCommand) -> io::Result<()> {
        let mut command = command(line);
        for (name, value) in [
            ("UDPQQ_FROM", Some(&alert.from)),
            ("UDPQQ_ROOM", alert.room.as_ref()),
            ("UDPQQ_TEXT", alert.text.as_ref()),
        ] {
            command.env(name, variable(value.filter(|_| settings.content).map_or("", String::as_str)));
        }
        command.env("UDPQQ_MENTION", if alert.names_us { "1" } else { "0" });
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut group = ProcessGroup::start(command)?;
        self.commands.spawn(async move {
            // Dropped, it is killed.
            timeout(MAX_RUN, group.ended()).await.ok().flatten()
        });
        Ok(())
    }
}

fn command(line: &NotifyCommand) -> Command {
    match line {
        NotifyCommand::Shell(line) => {
            let mut command = Command::new("sh");
            command.arg("-c").arg(line);
            command
        }
        NotifyCommand::Program(words) => {
            let mut words = words.iter();
            let mut command = Command::new(words.next().map_or("", String::as_str));
            command.args(words);
            command
        }
    }
}

/// On one line, without anything that is no text.
fn variable(text: &str) -> String {
    let mut text = plain_line(text);
    text.truncate(text.floor_char_boundary(MAX_VARIABLE.min(text.len())));
    text
}

/// The title of a notice, and what was said. Both are escaped, and on one line.
#[derive(Debug, PartialEq, Eq)]
struct NoticeText {
    title: String,
    text: String,
}

fn words(alert: &Alert, content: bool, lang: &Lang) -> NoticeText {
    let cut = |text: &str, most| clip_with_ellipsis(&plain_line(text), most).into_owned();
    if !content {
        return NoticeText { title: "udpqq".to_owned(), text: lang.text("notice-new-message") };
    }
    let from = plain_line(&alert.from);
    let title = match &alert.room {
        Some(room) => lang.with("notice-in-room", &[("name", &from), ("room", &plain_line(room))]),
        None => from,
    };
    let wordless = || lang.text(if alert.shakes { "notice-nudge-came" } else { "notice-new-message" });
    let text = alert.text.as_deref().map_or_else(wordless, |text| cut(text, MAX_TEXT));
    NoticeText { title: cut(&title, MAX_TITLE), text }
}

impl NoticeForm {
    fn sequence(self, words: &NoticeText) -> String {
        let NoticeText { title, text } = words;
        match self {
            // What begins with a number there means something else to some terminals.
            Self::Osc9 => format!("\x1b]9;udpqq: {title}: {text}\x1b\\"),
            Self::Osc777 => format!("\x1b]777;notify;{};{text}\x1b\\", title.replace(';', ",")),
            Self::Osc99 => {
                format!("\x1b]99;i=udpqq:d=0;{title}\x1b\\\x1b]99;i=udpqq:d=1:p=body;{text}\x1b\\")
            }
        }
    }
}

/// What terminals are known to show, by the names they leave in the environment. GNU screen leaves those of the terminal
/// around it there, and hands nothing on.
fn usual(env: impl Fn(&str) -> Option<String>) -> Option<NoticeForm> {
    let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    let term = env("TERM").unwrap_or_default();
    if is_set("STY") || (term.starts_with("screen") && !is_set("TMUX")) {
        return None;
    }
    let program = env("TERM_PROGRAM").or_else(|| env("LC_TERMINAL")).unwrap_or_default();
    if is_set("KITTY_WINDOW_ID") || term == "xterm-kitty" {
        return Some(NoticeForm::Osc99);
    }
    let osc9 = ["iTerm.app", "iTerm2", "WezTerm", "ghostty"].contains(&program.as_str());
    if osc9 || is_set("WT_SESSION") || term == "xterm-ghostty" {
        return Some(NoticeForm::Osc9);
    }
    let osc777 = term.starts_with("foot") || term.starts_with("rxvt-unicode") || is_set("KONSOLE_VERSION");
    (osc777 || is_set("VTE_VERSION")).then_some(NoticeForm::Osc777)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ConversationId;
    use crate::runtime::registry;

    const HOSTILE: &str = "a;b\u{1b}\\\u{1b}]0;owned\u{7}\u{9c}\u{202e}\r\n`$(touch x)`";

    fn alert() -> Alert {
        let (from, room) = (HOSTILE.to_owned(), Some(HOSTILE.to_owned()));
        Alert {
            conversation: ConversationId(1),
            from,
            room,
            text: Some(HOSTILE.repeat(40)),
            names_us: true,
            shakes: false,
        }
    }

    fn notifier(pairs: &[(&str, &str)]) -> Notifier {
        Notifier::new(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    fn sequence(notifier: &Notifier, settings: &AlertSettings) -> Option<String> {
        let lang = Lang::choose(Some("en"), registry());
        notifier.sequence(&alert(), settings, &lang).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn what_others_wrote_cannot_leave_the_sequence() {
        let all = [(NotifyBy::Osc9, 1), (NotifyBy::Osc777, 1), (NotifyBy::Osc99, 2)];
        for (notify, sequences) in all {
            let settings = AlertSettings { notify, ..AlertSettings::default() };
            let sent = sequence(&notifier(&[]), &settings).unwrap();
            let control = sent.chars().filter(|c| c.is_control()).count();
            assert_eq!(control, 2 * sequences, "{sent:?}");
            assert!(sent.starts_with("\x1b]") && sent.ends_with("\x1b\\"), "{sent:?}");
            assert!(sent.len() < 1_000, "{}", sent.len());
            assert!(!sent.contains('\u{202e}'), "{sent:?}");
        }
        let settings = AlertSettings { notify: NotifyBy::Osc777, ..AlertSettings::default() };
        assert_eq!(sequence(&notifier(&[]), &settings).unwrap().split(';').nth(1), Some("notify"));
    }

    #[test]
    fn nothing_of_it_is_told_where_a_person_does_not_want_that() {
        let settings = AlertSettings { notify: NotifyBy::Osc777, content: false, ..AlertSettings::default() };
        assert_eq!(sequence(&notifier(&[]), &settings).unwrap(), "\x1b]777;notify;udpqq;New message\x1b\\");
    }

    #[test]
    fn each_terminal_gets_what_it_shows() {
        let auto = AlertSettings::default();
        let begins = |pairs: &[(&str, &str)]| {
            sequence(&notifier(pairs), &auto).map(|sent| sent.chars().take(5).collect::<String>())
        };
        assert_eq!(begins(&[("TERM", "xterm-kitty")]).as_deref(), Some("\x1b]99;"));
        assert_eq!(begins(&[("TERM_PROGRAM", "WezTerm")]).as_deref(), Some("\x1b]9;u"));
        assert_eq!(begins(&[("TERM", "foot")]).as_deref(), Some("\x1b]777"));
        assert_eq!(begins(&[("TERM", "xterm-256color")]), None);
        let in_screen = [("TERM", "screen.xterm-256color"), ("STY", "1.x"), ("KITTY_WINDOW_ID", "1")];
        assert_eq!(begins(&in_screen), None, "it would print it, or swallow what follows");
        let in_tmux = [("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1"), ("TMUX", "/tmp/x,1,0")];
        let sent = sequence(&notifier(&in_tmux), &auto).unwrap();
        assert!(sent.starts_with("\x1bPtmux;\x1b\x1b]99;") && sent.ends_with("\x1b\x1b\\\x1b\\"), "{sent:?}");
        for notify in [NotifyBy::Bell, NotifyBy::Off] {
            let settings = AlertSettings { notify, ..AlertSettings::default() };
            assert_eq!(sequence(&notifier(&[("TERM", "xterm-kitty")]), &settings), None);
        }
    }

    #[tokio::test]
    async fn a_command_is_given_its_words_and_no_shell_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let line = format!(
            "printf '%s|%s|%s' \"$UDPQQ_FROM\" \"$UDPQQ_ROOM\" \"$UDPQQ_MENTION\" > {}",
            path.display()
        );
        let command = Some(NotifyCommand::Shell(line));
        let settings = AlertSettings { command, ..AlertSettings::default() };
        let mut notifier = notifier(&[]);
        assert_eq!(notifier.run(&alert(), &settings), None);
        notifier.commands.join_next().await.unwrap().unwrap();
        let told = std::fs::read_to_string(&path).unwrap();
        assert!(told.contains("`$(touch x)`") && told.ends_with("|1"), "{told}");
        assert!(!told.contains('\u{1b}') && !folder.path().join("x").exists());
    }

    #[tokio::test]
    async fn a_command_is_not_told_who_wrote_and_what_where_a_person_does_not_want_that() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let line = format!("printf '%s|' \"$UDPQQ_FROM$UDPQQ_ROOM$UDPQQ_TEXT\" > {}", path.display());
        let command = Some(NotifyCommand::Shell(line));
        let mut notifier = notifier(&[]);
        notifier.run(&alert(), &AlertSettings { command, content: false, ..AlertSettings::default() });
        notifier.commands.join_next().await.unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "|");
    }

    #[tokio::test]
    async fn few_commands_run_at_once() {
        let words = ["sleep", "60"].map(str::to_owned).to_vec();
        let settings =
            AlertSettings { command: Some(NotifyCommand::Program(words)), ..AlertSettings::default() };
        let mut notifier = notifier(&[]);
        for _ in 0..20 {
            assert_eq!(notifier.run(&alert(), &settings), None);
        }
        assert_eq!(notifier.commands.len(), MAX_COMMANDS);
    }

    #[tokio::test]
    async fn a_command_that_does_not_work_is_told_of_once() {
        let missing = NotifyCommand::Program(vec!["/nonexistent/notify".to_owned()]);
        let settings = |command| AlertSettings { command: Some(command), ..AlertSettings::default() };
        let mut notifier = notifier(&[]);
        let told = notifier.run(&alert(), &settings(missing.clone())).unwrap();
        assert!(told.key == "notify-command-failed", "{told:?}");
        assert_eq!(notifier.run(&alert(), &settings(missing)), None);
        let shell = || settings(NotifyCommand::Shell("exit 7".to_owned()));
        assert_eq!(notifier.run(&alert(), &shell()), None, "it is not waited for");
        while !notifier.commands.is_empty() && notifier.failing != shell().command {
            tokio::task::yield_now().await;
            let said = notifier.run(&alert(), &shell());
            assert!(said.is_none_or(|said| said == Phrase::new("notify-command-status").number("code", 7)));
        }
        assert_eq!(notifier.failing, shell().command);
    }
}
