//! What is written out page by page: to whoever asks for the lines, or into a new file. No more than a page of it is in
//! memory.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::aside;
use crate::model::Phrase;
use crate::runtime::profile::{create_beside, create_private};

/// Lines that come page by page.
pub trait LinePages: Send + 'static {
    /// The lines of the next page; `None` at the end. May wait for the disk.
    fn lines(&mut self) -> Result<Option<Vec<String>>, Phrase>;
}

/// Writes all of it into a new file that only the person can read. The file gets its name when it is complete; one that is
/// there is left alone.
pub async fn write_new<P: LinePages>(pages: P, path: PathBuf) -> Result<P, Phrase> {
    let (path, begun) = aside(path, |path| begin(path)).await?;
    let (temp, file) = begun?;
    let mut writing = (pages, BufWriter::new(file));
    loop {
        let shown = path.clone();
        let (back, more) = aside(writing, move |(pages, file)| put(pages, file, &shown)).await?;
        writing = back;
        if !more? {
            break;
        }
    }
    let (pages, _file) = writing;
    let (_, finished) = aside((path, temp), |(path, temp)| temp.finish(path)).await?;
    finished.map(|()| pages)
}

/// A file under a name of its own, which goes away unless it is finished.
#[derive(Debug)]
struct TempFile(PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        // Once it is finished it has its other name.
        let _gone = fs::remove_file(&self.0).is_ok();
    }
}

impl TempFile {
    /// Gives the file its name, over nothing that is there.
    fn finish(&self, path: &Path) -> Result<(), Phrase> {
        match fs::hard_link(&self.0, path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(failed(path, &error)),
            // A file system without links, as memory sticks have: an exclusively created name keeps others off.
            Err(_no_links) => drop(create_private(path).map_err(|error| failed(path, &error))?),
        }
        fs::rename(&self.0, path).map_err(|error| {
            // The empty file is ours.
            let _gone = fs::remove_file(path).is_ok();
            failed(path, &error)
        })
    }
}

fn begin(path: &Path) -> Result<(TempFile, File), Phrase> {
    if path.symlink_metadata().is_ok() {
        return Err(failed(path, &io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    let (temporary, file) = create_beside(path).map_err(|error| failed(path, &error))?;
    Ok((TempFile(temporary), file))
}

/// Writes one page. `false`: there was none, and all of it is on the disk.
fn put<P: LinePages>(pages: &mut P, file: &mut BufWriter<File>, path: &Path) -> Result<bool, Phrase> {
    let page = pages.lines()?;
    let more = page.is_some();
    let written = page.into_iter().flatten().try_for_each(|line| writeln!(file, "{line}"));
    let written = written.and_then(|()| if more { Ok(()) } else { file.flush() });
    let written = written.and_then(|()| if more { Ok(()) } else { file.get_ref().sync_all() });
    written.map(|()| more).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &io::Error) -> Phrase {
    let path = path.to_string_lossy();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Phrase::new("export-exists").text("path", path);
    }
    Phrase::new("file-unwritable").text("path", path).text("reason", error.to_string())
}
