//! What a command reads from standard input.

use std::io::{self, BufRead, Read as _};

use tokio::sync::mpsc;

use super::{CommandError, broken};
use crate::model::Phrase;

/// More than any datagram holds in any encoding, so that a refusal can name the size.
const MAX_INPUT: u64 = 1024 * 1024;

/// All of standard input; a byte more than is taken, where there is more.
pub(super) async fn read_bytes() -> Result<Vec<u8>, CommandError> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut bytes = Vec::new();
        io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes).map(|_length| bytes)
    });
    let bytes = reading.await.map_err(|_panicked| broken())?.map_err(|error| unreadable(&error))?;
    Ok(whole(bytes)?)
}

fn whole(bytes: Vec<u8>) -> Result<Vec<u8>, Phrase> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_INPUT) {
        return Err(Phrase::new("headless-input-too-long").number("limit", MAX_INPUT));
    }
    Ok(bytes)
}

/// A message is exactly its text, and the line end that every tool puts behind a line is not part of it.
pub(super) fn text_of(bytes: Vec<u8>) -> Result<String, Phrase> {
    let mut bytes = whole(bytes)?;
    if bytes.pop_if(|last| *last == b'\n').is_some() {
        bytes.pop_if(|last| *last == b'\r');
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        Phrase::new("headless-input-not-utf8").number("at", at)
    })
}

/// Standard input, line by line. A thread of its own waits for it, and reads no more than is asked for.
#[derive(Debug)]
pub(super) struct LineReader {
    lines: mpsc::Receiver<Result<String, Phrase>>,
}

impl LineReader {
    pub(super) fn start() -> Self {
        let (given, lines) = mpsc::channel(1);
        let _detached = tokio::task::spawn_blocking(move || {
            let mut input = io::stdin().lock();
            while let Some(line) = next_line(&mut input) {
                let is_over = matches!(&line, Err(why) if why.key == "headless-input");
                if given.blocking_send(line).is_err() || is_over {
                    break;
                }
            }
        });
        Self { lines }
    }

    /// The next line, or why it is none; `None`: there are no more. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<Result<String, Phrase>> {
        self.lines.recv().await
    }
}

/// A line without its end. One that is too long is read to its end, so that the next one is whole.
pub(super) fn next_line(input: &mut impl BufRead) -> Option<Result<String, Phrase>> {
    match read_line(input) {
        Ok(bytes) if bytes.is_empty() => None,
        Ok(bytes) => Some(text_of(bytes)),
        Err(error) => Some(Err(unreadable(&error))),
    }
}

/// The next line, or its beginning where it is too long. Nothing is left at the end of the input.
fn read_line(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let line = read_part(input)?;
    let mut part = line.len();
    let mut goes_on = !line.ends_with(b"\n");
    while goes_on && u64::try_from(part).is_ok_and(|read| read > MAX_INPUT) {
        let rest = read_part(input)?;
        part = rest.len();
        goes_on = !rest.ends_with(b"\n");
    }
    Ok(line)
}

/// As much as a line may have, and a little more.
fn read_part(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut part = Vec::new();
    input.take(MAX_INPUT + 1).read_until(b'\n', &mut part)?;
    Ok(part)
}

fn unreadable(error: &io::Error) -> Phrase {
    Phrase::new("headless-input").text("reason", error.to_string())
}
