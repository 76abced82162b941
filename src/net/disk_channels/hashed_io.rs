//! Carries out the steps of one channel: reads a file of ours or writes what is received, and hashes what goes through.
//!
//! Blocks. All that a path or a name could do is up to `disk`.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _};

use bytes::{Bytes, BytesMut};

use crate::disk::{self, PartialDownload};
use crate::model::file::{DownloadTarget, FileSource};
use crate::net::clock;
use crate::net::fault::disk_error_of;
use crate::wire::disk::{FileHash, MAX_BYTES, MAX_STEPS};
use crate::wire::{DiskEvent, DiskStep, HeldFolder, Receive, TreeHasher};

/// What a channel holds.
#[derive(Debug, Default)]
enum Held {
    #[default]
    Nothing,
    Source {
        file: File,
        left: u64,
    },
    Target(Box<PartialDownload>),
}

#[derive(Debug, Default)]
pub(super) struct HashedIo {
    held: Held,
    /// Of the file that is open, from its start.
    hasher: blake3::Hasher,
    /// What was read last. Memory that nobody else has any more is read into again: fresh pages cost about as much as the
    /// reading.
    lent: VecDeque<Bytes>,
}

impl HashedIo {
    /// Does one thing. `is_closed`: it is not wanted any more, and may fail.
    pub(super) fn carry_out(&mut self, step: DiskStep, is_closed: impl Fn() -> bool) -> DiskEvent {
        let done = match step {
            DiskStep::Open { source, from } => self.open(&source, from, is_closed),
            DiskStep::Read { bytes } => self.read(bytes),
            DiskStep::Receive { target, what } => self.receive(&target, what, is_closed),
            DiskStep::ResumeFolder { target } => self.resume(&target, is_closed),
            DiskStep::Write { bytes } => self.write(&bytes),
            DiskStep::File { name, size } => self.file(&name, size),
            DiskStep::Close { modified, hash } => self.close(modified, hash),
            DiskStep::Enter { name } => {
                self.target().and_then(|to| to.enter(&name)).map(|()| DiskEvent::Closed)
            }
            DiskStep::Leave => self.target().and_then(PartialDownload::leave).map(|()| DiskEvent::Closed),
            DiskStep::Finish { modified, hash } => self.finish(modified, hash),
        };
        done.unwrap_or_else(|error| DiskEvent::Failed { error: disk_error_of(&error) })
    }

    fn open(
        &mut self,
        source: &FileSource,
        from: u64,
        is_closed: impl Fn() -> bool,
    ) -> io::Result<DiskEvent> {
        self.begin();
        let left = source.size.checked_sub(from).ok_or_else(misplaced)?;
        let Some(mut file) = disk::open(source)? else { return Ok(DiskEvent::Changed) };
        self.hash_first(from, is_closed, |_, buffer| file.read_exact(buffer))?;
        self.held = Held::Source { file, left };
        Ok(self.opened())
    }

    fn read(&mut self, bytes: usize) -> io::Result<DiskEvent> {
        let Held::Source { file, left } = &mut self.held else { return Err(misplaced()) };
        if !(1..=MAX_BYTES).contains(&bytes) {
            return Err(misplaced());
        }
        if *left == 0 {
            return Ok(DiskEvent::End { hash: self.hash() });
        }
        let mut buffer = room(&mut self.lent);
        buffer.resize(usize::try_from(*left).unwrap_or(usize::MAX).min(bytes), 0);
        file.read_exact(&mut buffer).map_err(cut)?;
        *left = left.saturating_sub(length(&buffer));
        self.hasher.update(&buffer);
        let bytes = buffer.freeze();
        self.lent.push_back(bytes.clone());
        Ok(DiskEvent::Read { bytes })
    }

    fn receive(
        &mut self,
        target: &DownloadTarget,
        what: Receive,
        is_closed: impl Fn() -> bool,
    ) -> io::Result<DiskEvent> {
        // What was being received before is left as it is: it may be the same.
        self.begin();
        let download = match what {
            Receive::Folder => PartialDownload::of_folder(target)?,
            Receive::File { size, from } => {
                let mut download = PartialDownload::of_file(target, size, from)?;
                self.hash_first(from, is_closed, |at, buffer| download.read_back(at, buffer))?;
                download
            }
        };
        self.held = Held::Target(Box::new(download));
        Ok(self.opened())
    }

    fn resume(&mut self, target: &DownloadTarget, is_closed: impl Fn() -> bool) -> io::Result<DiskEvent> {
        self.begin();
        let (mut tree, mut bytes) = (TreeHasher::default(), 0_u64);
        let download = PartialDownload::of_folder_left(target, |there| {
            let hash = match there.file {
                None => None,
                Some((file, length)) => {
                    self.hasher.reset();
                    self.hash_first(length, &is_closed, |_, buffer| file.read_exact(buffer))?;
                    bytes = bytes.saturating_add(length);
                    Some(self.hash())
                }
            };
            tree.entry(there.depth, there.name, hash);
            Ok(())
        })?;
        let (entries, depth, begun) = (download.entries(), download.depth(), download.begun());
        self.held = Held::Target(Box::new(download));
        let held = HeldFolder { entries, depth, bytes: bytes.saturating_sub(begun), begun };
        Ok(DiskEvent::Resumed { held, hash: tree.finish() })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<DiskEvent> {
        if bytes.len() > MAX_BYTES {
            return Err(misplaced());
        }
        self.target()?.write(bytes)?;
        self.hasher.update(bytes);
        Ok(DiskEvent::Written { bytes: bytes.len() })
    }

    fn file(&mut self, name: &str, size: u64) -> io::Result<DiskEvent> {
        let target = self.target()?;
        // The hasher knows what there is of a file that was begun: it came last.
        let goes_on = target.begun() > 0;
        target.file(name, size)?;
        if !goes_on {
            self.hasher.reset();
        }
        Ok(self.opened())
    }

    fn close(&mut self, modified: Option<i64>, hash: FileHash) -> io::Result<DiskEvent> {
        if !self.is_as_sent(Some(hash))? {
            return Ok(DiskEvent::Mismatch);
        }
        self.target()?.close(modified, clock::now().wall)?;
        Ok(DiskEvent::Closed)
    }

    fn finish(&mut self, modified: Option<i64>, hash: Option<FileHash>) -> io::Result<DiskEvent> {
        if !self.is_as_sent(hash)? {
            return Ok(DiskEvent::Mismatch);
        }
        let Held::Target(whole) = std::mem::take(&mut self.held) else { return Err(misplaced()) };
        let path = whole.finish(modified, clock::now().wall)?;
        Ok(DiskEvent::Kept { path: path.into() })
    }

    /// Whether the file that is open, which must be whole, has this hash; otherwise it is left as it is.
    fn is_as_sent(&mut self, hash: Option<FileHash>) -> io::Result<bool> {
        let Some(hash) = hash else { return Ok(true) };
        if !self.target()?.is_whole() {
            return Err(misplaced());
        }
        let same = self.hash() == hash;
        if !same {
            self.held = Held::Nothing;
        }
        Ok(same)
    }

    fn begin(&mut self) {
        self.held = Held::Nothing;
        self.hasher.reset();
    }

    /// Hashes so many bytes from the start on, in slices, so that a channel which is closed ends soon.
    fn hash_first(
        &mut self,
        bytes: u64,
        is_closed: impl Fn() -> bool,
        mut read: impl FnMut(u64, &mut [u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut buffer = vec![0; usize::try_from(bytes).unwrap_or(usize::MAX).min(MAX_BYTES)];
        let mut at = 0;
        while at < bytes {
            if is_closed() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let left = usize::try_from(bytes.saturating_sub(at)).unwrap_or(usize::MAX);
            let piece = buffer.get_mut(..left.min(MAX_BYTES)).unwrap_or_default();
            read(at, piece).map_err(cut)?;
            self.hasher.update(piece);
            at = at.saturating_add(length(piece));
        }
        Ok(())
    }

    fn target(&mut self) -> io::Result<&mut PartialDownload> {
        match &mut self.held {
            Held::Target(download) => Ok(download),
            Held::Nothing | Held::Source { .. } => Err(misplaced()),
        }
    }

    fn hash(&self) -> FileHash {
        self.hasher.finalize().into()
    }

    fn opened(&self) -> DiskEvent {
        DiskEvent::Opened { hash: self.hash() }
    }
}

fn room(lent: &mut VecDeque<Bytes>) -> BytesMut {
    let unused = lent.iter().position(Bytes::is_unique).and_then(|at| lent.remove(at));
    if lent.len() >= MAX_STEPS {
        lent.pop_front();
    }
    unused.and_then(|unused| unused.try_into_mut().ok()).unwrap_or_default()
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// A step where it makes no sense.
fn misplaced() -> io::Error {
    io::ErrorKind::InvalidInput.into()
}

/// A file that ends too soon is another one than it was.
fn cut(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        io::ErrorKind::StaleNetworkFileHandle.into()
    } else {
        error
    }
}
