//! Whether the terminal is dark or light: it is asked once (OSC 11), and says so itself when that changes (mode 2031).
//!
//! Who starts waits for the answer as long as a frame takes, so that the first one has the right colours. A terminal that
//! does not answer is dark, unless `COLORFGBG` says otherwise.

use std::io;
use std::time::Duration;

use tokio::time::timeout;

use super::input::{InputEvent, Keyboard};
use super::theme::Background;

/// How long the first frame waits for the answer, which takes a terminal on this machine a fraction of it.
const PATIENCE: Duration = Duration::from_millis(16);

/// Whether the terminal can be asked: some print what they do not know, and some are known not to answer.
pub(super) fn answers(variable: impl Fn(&str) -> Option<String>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    !["dumb", "linux", "cons25", "sun", "vt", "screen"].iter().any(|deaf| term.starts_with(deaf))
}

/// As the environment says: rxvt and Konsole tell the numbers of text and ground.
pub(super) fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Background {
    let ground = variable("COLORFGBG").and_then(|pair| pair.rsplit(';').next()?.parse::<u8>().ok());
    match ground {
        Some(7 | 9..=15) => Background::Light,
        Some(_) | None => Background::Dark,
    }
}

/// Waits for the answer, or for something else that is faster, which is left to be read.
pub(super) async fn answer(keyboard: &mut Keyboard) -> io::Result<Option<Background>> {
    let Ok(event) = timeout(PATIENCE, keyboard.next()).await else { return Ok(None) };
    Ok(match event? {
        Some(InputEvent::Background(background)) => Some(background),
        Some(other) => {
            keyboard.put_back(other);
            None
        }
        None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_light_or_nothing() {
        let of = |pair: &str| of_environment(|name| (name == "COLORFGBG").then(|| pair.to_owned()));
        for light in ["0;15", "0;default;15", "0;7"] {
            assert_eq!(of(light), Background::Light, "{light}");
        }
        for dark in ["15;0", "15;8", "", "default;default", "0;"] {
            assert_eq!(of(dark), Background::Dark, "{dark}");
        }
    }

    #[test]
    fn consoles_are_not_asked() {
        let asks = |term: &str| answers(|name| (name == "TERM").then(|| term.to_owned()));
        assert!(asks("xterm-256color") && asks("tmux-256color") && asks("foot"));
        assert!(!asks("linux") && !asks("dumb") && !asks("vt220") && !asks("screen"));
    }
}
