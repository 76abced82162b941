//! `udpqq relay order`: what a relay that runs is to do, and what came of it.
//!
//! A password never stands among the arguments, which every user of the machine can list: it is read from standard input, or
//! typed unseen.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use zeroize::Zeroizing;

use super::output::Console;
use super::{CommandError, HeadlessOptions, broken};
use crate::model::{Password, Phrase};
use crate::runtime::profile::{PassphraseQuestion, Profile};
use crate::runtime::relay::order;

pub(super) async fn run(
    setup: &HeadlessOptions,
    words: &[String],
    output: &mut Console,
) -> Result<(), CommandError> {
    let folder = setup.profile.as_deref();
    let profile = Profile::open_existing(folder).map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    output.speak(setup, config.language.as_deref());
    let words = match words {
        [verb, room] if verb == "password" => {
            let password = read_password(setup, PassphraseQuestion::Room).await?;
            vec![verb.clone(), room.clone(), password.to_string()]
        }
        [verb, ..] if verb == "password" => {
            return Err(Phrase::new("relay-order-usage").text("usage", "password ROOM").into());
        }
        words => words.to_vec(),
    };
    for said in order(&profile, &words).await? {
        output.line(output.lang().phrase(&said)).await?;
    }
    Ok(())
}

/// From whoever sits at the terminal, else the first line of standard input.
pub(super) async fn read_password(
    setup: &HeadlessOptions,
    question: PassphraseQuestion,
) -> Result<Zeroizing<String>, CommandError> {
    let asker = setup.asker.clone().filter(|_| io::stdin().is_terminal());
    let reading = tokio::task::spawn_blocking(move || match asker {
        Some(asker) => asker.ask(question).map_err(|_none| Phrase::new("relay-order-no-password")),
        None => first_line(),
    });
    Ok(reading.await.map_err(|_panicked| broken())??)
}

fn first_line() -> Result<Zeroizing<String>, Phrase> {
    // As long from the beginning as it may get: a text that grows leaves copies behind.
    let mut line = Zeroizing::new(String::with_capacity(Password::MAX + 3));
    let limit = u64::try_from(Password::MAX + 2).unwrap_or(u64::MAX);
    let read = io::stdin().lock().take(limit).read_line(&mut line);
    read.map_err(|error| Phrase::new("headless-input").text("reason", error.to_string()))?;
    Ok(line)
}
