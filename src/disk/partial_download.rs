//! Something that is being received: under another name beside where it is to be, until it is whole.
//!
//! Whatever comes stays below the folder it was given, at most as large and as deep as it may be, and never takes the
//! place of anything. Dropping it leaves what there is, for a later try to go on with.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::system::{self, Directory};
use super::{MAX_DEPTH, MAX_ENTRIES, MIN_FREE};
use crate::model::file::DownloadTarget;
use crate::model::{Shortage, WallTime, filename};

/// Names tried for something whose own name is taken. More would let a stream of equal names cost much.
const MAX_NAMES: u32 = 1_000;
/// The same inside a folder, where the peer alone chooses the names: ten thousand equal ones end early.
const MAX_NAMES_INSIDE: u32 = 100;
/// Bytes written before the room on the disk is looked at again. Others write too.
const MAX_UNCHECKED: u64 = 16 * 1024 * 1024;
/// Bytes written before the disk is asked to begin with them: at the end there is little left to wait for. A tenth of a
/// second's work of a slow disk, and far more than most files have.
const MAX_BEHIND: u64 = 8 * 1024 * 1024;
/// 1980-01-01: what is older is a clock that was never set, or a joke.
const OLDEST: i64 = 315_532_800;
/// How far a peer's clock may be ahead.
const MAX_AHEAD: i64 = 24 * 60 * 60;

/// Something that is being received.
#[derive(Debug)]
pub struct PartialDownload {
    /// Where all of it goes.
    pub(super) folder: Directory,
    path: Arc<Path>,
    name: String,
    pub(super) part: String,
    /// The folder that is being received, and those inside it down to where we are. Empty: it is a file.
    pub(super) levels: Vec<Directory>,
    open: Option<Receiving>,
    /// A file that an earlier try began, which comes next.
    pub(super) begun: Option<BegunFile>,
    pub(super) entries: usize,
    unchecked: u64,
    /// What stays free.
    reserve: u64,
}

/// A file of a folder that an earlier try began.
#[derive(Debug)]
pub(super) struct BegunFile {
    pub(super) name: String,
    pub(super) file: File,
    pub(super) length: u64,
}

/// A file that is being written.
#[derive(Debug)]
struct Receiving {
    file: File,
    left: u64,
    /// Where the next bytes go, and up to where the disk has been asked to begin.
    at: u64,
    begun: u64,
}

impl Receiving {
    const fn new(file: File, left: u64, at: u64) -> Self {
        Self { file, left, at, begun: at }
    }

    fn write(&mut self, bytes: &[u8], length: u64) -> io::Result<()> {
        self.left = self.left.checked_sub(length).ok_or(io::ErrorKind::FileTooLarge)?;
        self.file.write_all(bytes)?;
        self.at = self.at.saturating_add(length);
        let behind = self.at.saturating_sub(self.begun);
        if behind >= MAX_BEHIND {
            system::begin_writing(&self.file, self.begun, behind);
            self.begun = self.at;
        }
        Ok(())
    }
}

impl PartialDownload {
    /// For a file of `size` bytes, `from` of which an earlier try left; 0: all of it is to come.
    pub fn of_file(place: &DownloadTarget, size: u64, from: u64) -> io::Result<Self> {
        Self::of_file_reserving(place, size, from, MIN_FREE)
    }

    pub(super) fn of_file_reserving(
        place: &DownloadTarget,
        size: u64,
        from: u64,
        reserve: u64,
    ) -> io::Result<Self> {
        let mut download = Self::in_place(place, reserve)?;
        let left = size.checked_sub(from).ok_or(io::ErrorKind::InvalidInput)?;
        // What an earlier try left has its room already.
        download.check_space(size.saturating_sub(left_in(&download.folder, place)))?;
        let file = download.open_part(from)?;
        download.open = Some(Receiving::new(file, left, from));
        Ok(download)
    }

    /// For a folder, from the start: what an earlier try left of it is removed.
    pub fn of_folder(place: &DownloadTarget) -> io::Result<Self> {
        Self::of_folder_reserving(place, MIN_FREE)
    }

    pub(super) fn of_folder_reserving(place: &DownloadTarget, reserve: u64) -> io::Result<Self> {
        let mut download = Self::in_place(place, reserve)?;
        download.check_space(0)?;
        let part = OsStr::new(&download.part);
        let made = match download.folder.make(part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                download.folder.clear(part)?;
                download.folder.make(part)?
            }
            made => made?,
        };
        made.lock()?;
        download.levels.push(made);
        Ok(download)
    }

    pub(super) fn in_place(place: &DownloadTarget, reserve: u64) -> io::Result<Self> {
        component(&place.part)?;
        Ok(Self {
            folder: Directory::at(&place.folder)?,
            path: Arc::clone(&place.folder),
            name: filename::sanitize(&place.name),
            part: place.part.clone(),
            levels: Vec::new(),
            open: None,
            begun: None,
            entries: 0,
            unchecked: 0,
            reserve,
        })
    }

    fn open_part(&self, from: u64) -> io::Result<File> {
        let part = OsStr::new(&self.part);
        let mut file = if from > 0 {
            self.folder.reopen(part)?
        } else {
            match self.folder.create(part) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.folder.reopen(part)?,
                created => created?,
            }
        };
        system::lock(&file)?;
        // What is beyond may be the end of a write that was cut.
        if file.metadata()?.len() < from {
            return Err(io::ErrorKind::StaleNetworkFileHandle.into());
        }
        file.set_len(from)?;
        file.seek(SeekFrom::Start(from))?;
        Ok(file)
    }

    /// Folders inside of one another that the next entry is in.
    pub const fn depth(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// Files and folders inside so far.
    pub const fn entries(&self) -> usize {
        self.entries
    }

    /// Bytes that an earlier try left of the next file.
    pub fn begun(&self) -> u64 {
        self.begun.as_ref().map_or(0, |begun| begun.length)
    }

    /// Bytes that the file which is open still wants.
    pub fn wants(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.left)
    }

    /// Whether the file that is open has all its bytes. `false` as well when none is.
    pub fn is_whole(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.left == 0)
    }

    /// Fills the buffer with what is there of the file that is open, from byte `at` on.
    pub fn read_back(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        let open = self.open.as_mut().ok_or(io::ErrorKind::InvalidInput)?;
        open.file.seek(SeekFrom::Start(at))?;
        let read = open.file.read_exact(buffer);
        open.file.seek(SeekFrom::Start(open.at))?;
        read
    }

    /// Adds bytes to the file that is open; never more than it is to have.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.unchecked = self.unchecked.saturating_add(length);
        if self.unchecked >= MAX_UNCHECKED {
            self.check_space(0)?;
        }
        self.open.as_mut().ok_or(io::ErrorKind::InvalidInput)?.write(bytes, length)
    }

    /// In a folder: opens a file of `size` bytes under this name, or one like it if that is taken.
    pub fn file(&mut self, name: &str, size: u64) -> io::Result<()> {
        if self.open.is_some() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if let Some(begun) = self.begun.take() {
            return self.go_on_with(begun, name, size);
        }
        self.check_space(size)?;
        self.count()?;
        let here = self.here()?;
        let (file, _) =
            under_free_name(&filename::sanitize(name), true, MAX_NAMES_INSIDE, |name| here.create(name))?;
        self.open = Some(Receiving::new(file, size, 0));
        Ok(())
    }

    fn go_on_with(&mut self, begun: BegunFile, name: &str, size: u64) -> io::Result<()> {
        let BegunFile { name: known, mut file, length } = begun;
        let same = filename::sanitize(name) == known;
        let left = size.checked_sub(length).filter(|_| same);
        let left = left.ok_or(io::ErrorKind::StaleNetworkFileHandle)?;
        self.check_space(left)?;
        self.count()?;
        file.seek(SeekFrom::Start(length))?;
        self.open = Some(Receiving::new(file, left, length));
        Ok(())
    }

    /// The file that is open is whole.
    pub fn close(&mut self, modified: Option<i64>, now: WallTime) -> io::Result<()> {
        let file = self.take_whole()?;
        date(modified, now, |time| file.set_modified(time));
        if system::SYNC_EACH {
            file.sync_data()?;
        }
        Ok(())
    }

    /// Makes a folder inside, and goes into it.
    pub fn enter(&mut self, name: &str) -> io::Result<()> {
        if self.is_in_file() || self.levels.len() > MAX_DEPTH {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.count()?;
        let here = self.here()?;
        let (inside, _) =
            under_free_name(&filename::sanitize(name), false, MAX_NAMES_INSIDE, |name| here.make(name))?;
        self.levels.push(inside);
        Ok(())
    }

    /// Goes back out of it; never out of the folder that is being received.
    pub fn leave(&mut self) -> io::Result<()> {
        if self.is_in_file() || self.levels.len() < 2 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.levels.pop();
        Ok(())
    }

    /// All is there: brings it to the disk, and gives it its name, or one like it if that is taken. The path it has
    /// then.
    pub fn finish(mut self, modified: Option<i64>, now: WallTime) -> io::Result<String> {
        let is_file = self.levels.is_empty();
        if is_file {
            let file = self.take_whole()?;
            date(modified, now, |time| file.set_modified(time));
            file.sync_data()?;
            self.folder.expect(OsStr::new(&self.part), &file.metadata()?)?;
        } else if self.is_in_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        } else {
            self.levels.truncate(1);
            let whole = self.here()?;
            date(modified, now, |time| whole.set_modified(time));
            whole.sync_below()?;
            self.folder.expect(OsStr::new(&self.part), &whole.metadata()?)?;
        }
        let part = OsStr::new(&self.part);
        let ((), name) =
            under_free_name(&self.name, is_file, MAX_NAMES, |name| self.folder.rename(part, name))?;
        self.folder.sync();
        Ok(self.folder.path(&self.path).join(name).to_string_lossy().into_owned())
    }

    /// The file that is open, which has all its bytes.
    fn take_whole(&mut self) -> io::Result<File> {
        let whole = self.open.take_if(|open| open.left == 0);
        whole.map(|open| open.file).ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }

    const fn is_in_file(&self) -> bool {
        self.open.is_some() || self.begun.is_some()
    }

    fn here(&self) -> io::Result<&Directory> {
        self.levels.last().ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }

    fn count(&mut self) -> io::Result<()> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES { Err(io::ErrorKind::QuotaExceeded.into()) } else { Ok(()) }
    }

    pub(super) fn check_space(&mut self, wanted: u64) -> io::Result<()> {
        self.unchecked = 0;
        let (free, reserved) = (self.folder.free()?, self.reserve);
        let room = free.saturating_sub(reserved);
        if room > 0 && wanted <= room {
            return Ok(());
        }
        let shortage = Shortage { free, reserved, wanted: wanted.max(self.wants()) };
        Err(io::Error::new(io::ErrorKind::StorageFull, shortage))
    }
}

/// Where not a byte came, as when the peer refuses, nothing is left that a person would wonder about.
impl Drop for PartialDownload {
    fn drop(&mut self) {
        let Some(open) = self.open.take().filter(|open| self.levels.is_empty() && open.at == 0) else {
            return;
        };
        let part = OsStr::new(&self.part);
        let known = open.file.metadata().and_then(|known| self.folder.expect(part, &known));
        // An empty file that cannot be removed is harmless.
        let _gone: io::Result<()> = known.and_then(|()| self.folder.drop_file(part));
    }
}

/// Bytes that an earlier try left. 0 as well if what lies there cannot be gone on with.
pub(super) fn left_in(folder: &Directory, place: &DownloadTarget) -> u64 {
    let left = || folder.reopen(component(&place.part)?)?.metadata();
    left().map_or(0, |there| there.len())
}

/// A name that stays in its folder.
pub(super) fn component(name: &str) -> io::Result<&OsStr> {
    let climbs = name.is_empty() || name == "." || name == ".." || name.contains(['/', '\\', '\0']);
    if climbs { Err(io::ErrorKind::InvalidInput.into()) } else { Ok(OsStr::new(name)) }
}

/// Does it under the first of these names that is free: `name`, `name (2)`, … For a file the number stands before what
/// the name ends in.
fn under_free_name<T>(
    name: &str,
    is_file: bool,
    tries: u32,
    mut attempt: impl FnMut(&OsStr) -> io::Result<T>,
) -> io::Result<(T, String)> {
    component(name)?;
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if is_file && !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    for number in 1..=tries {
        let name = if number == 1 { name.to_owned() } else { format!("{stem} ({number}){ending}") };
        match attempt(OsStr::new(&name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => return Ok((done?, name)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Sets the time of the last change, if it can be believed. A file system that knows no times loses nothing else.
fn date(modified: Option<i64>, now: WallTime, set: impl FnOnce(SystemTime) -> io::Result<()>) {
    let latest = now.0.div_euclid(1_000_000).saturating_add(MAX_AHEAD);
    let believed = modified.filter(|time| (OLDEST..=latest).contains(time));
    let time = believed.and_then(|time| u64::try_from(time).ok()).map(Duration::from_secs);
    if let Some(time) = time.and_then(|since| UNIX_EPOCH.checked_add(since)) {
        let _undated: io::Result<()> = set(time);
    }
}
