//! `udpqq relay history remove`: messages that nobody is to read any more.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::{CommandError, Console, Profile, RemovalTarget};
use crate::headless::broken;
use crate::model::Phrase;
use crate::runtime::history::aside;
use crate::runtime::room_history::RoomRemover;

/// Says how many are gone: that is the result.
pub(super) async fn run(
    profile: Profile,
    target: RemovalTarget,
    yes: bool,
    output: &Console,
) -> Result<(), CommandError> {
    let (profile, remover) = aside(profile, move |profile| RoomRemover::open(profile, target)).await?;
    let remover = remover?;
    if !yes && io::stdin().is_terminal() {
        output.tell(&Phrase::new("room-history-ask").number("count", remover.count()));
        if !is_confirmed().await? {
            return Err(Phrase::new("room-history-not-removed").into());
        }
    }
    let outcome = remover.remove(&profile).await?;
    let told = Phrase::new("room-history-removed").number("count", outcome.messages);
    output.line(output.lang().phrase(&told)).await?;
    if !outcome.is_scrubbed {
        output.tell(&Phrase::new("room-history-not-scrubbed"));
    }
    Ok(())
}

/// Whether a person says yes. Anything else, and the end of the input, is a no.
async fn is_confirmed() -> Result<bool, CommandError> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_bytes| line)
    });
    let unreadable = |error: io::Error| Phrase::new("headless-input").text("reason", error.to_string());
    let line = reading.await.map_err(|_panicked| broken())?.map_err(unreadable)?;
    Ok(is_yes(&line))
}

pub(super) fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "是")
}
