//! What the commands of a history print and read, whichever history it is: lines page by page, and the lines of a file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};

use super::CommandError;
use super::output::Console;
use crate::model::Phrase;
use crate::runtime::history::{LinePages, aside, write_new};

/// A search that is carried out page by page.
pub(super) trait HitPages: LinePages {
    /// There are more than were wanted.
    fn has_more(&self) -> bool;
}

/// Prints all of it, or writes it into a new file.
pub(super) async fn put<P: LinePages>(
    pages: P,
    file: Option<PathBuf>,
    output: &Console,
) -> Result<(), CommandError> {
    match file {
        Some(file) => write_new(pages, file).await.map(drop).map_err(CommandError::from),
        None => print(pages, output).await.map(drop),
    }
}

/// Prints what is found; that nothing is, is a failure.
pub(super) async fn print_hits<P: HitPages>(pages: P, output: &Console) -> Result<(), CommandError> {
    let (pages, found) = print(pages, output).await?;
    if !found {
        return Err(Phrase::new("history-nothing").into());
    }
    // A pipe can count the lines itself.
    if pages.has_more() && io::stdout().is_terminal() {
        output.tell(&Phrase::new("history-more"));
    }
    Ok(())
}

/// Says whether there was any line.
async fn print<P: LinePages>(mut pages: P, output: &Console) -> Result<(P, bool), CommandError> {
    let mut any = false;
    loop {
        let (back, page) = aside(pages, P::lines).await?;
        pages = back;
        let Some(lines) = page? else { return Ok((pages, any)) };
        for line in lines {
            any = true;
            output.line(line).await?;
        }
    }
}

/// A file that is to be imported, and what it is called; `None`: standard input.
pub(super) fn input(file: Option<&Path>) -> Result<(Box<dyn BufRead>, String), Phrase> {
    let Some(path) = file else { return Ok((Box::new(io::stdin().lock()), "-".to_owned())) };
    let name = path.to_string_lossy().into_owned();
    let file = File::open(path).map_err(|error| {
        Phrase::new("file-unreadable").text("path", name.clone()).text("reason", error.to_string())
    })?;
    Ok((Box::new(BufReader::new(file)), name))
}
