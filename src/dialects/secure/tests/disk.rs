//! A disk in memory, with virtual time: strict about what engines ask of it.

use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::*;
use crate::model::ErrorCode;
use crate::model::file::{DownloadTarget, FileFingerprint, FileSource, FolderEntry};
use crate::wire::disk::{FileHash, MAX_BYTES, MAX_STEPS};
use crate::wire::{DiskEvent, DiskStep, HeldFolder, Receive, TreeHasher};

/// What one channel does.
#[derive(Debug, Default)]
struct Channel {
    reading: Option<(FileSource, usize)>,
    receiving: Option<(DownloadTarget, Receive)>,
    /// The file that is written, and how large it is to be.
    open: Option<(PathBuf, u64)>,
    inside: PathBuf,
    /// A file that an earlier try began, which comes next.
    begun: Option<PathBuf>,
    /// What was read, held to be used again when nobody else holds it.
    lent: Vec<Bytes>,
    failed: bool,
    unanswered: usize,
}

#[derive(Debug, Default)]
pub(super) struct MemoryDisk {
    /// Folders have no content.
    pub files: BTreeMap<PathBuf, Option<Vec<u8>>>,
    channels: BTreeMap<LinkId, Channel>,
    /// How long a step takes.
    pub pace: Duration,
    free_at: Option<Instant>,
    /// It says something else than the hash of a file.
    pub lies: bool,
    /// Bytes that were written.
    pub written: usize,
}

pub(super) fn hash(bytes: &[u8]) -> FileHash {
    *blake3::hash(bytes).as_bytes()
}

/// The time of a file stands for what is in it.
fn stamp(bytes: &[u8]) -> FileFingerprint {
    FileFingerprint {
        inode: u64::from_be_bytes(hash(bytes)[..8].try_into().expect("8")),
        ..Default::default()
    }
}

impl Channel {
    /// Where the folder is that it is in.
    fn here(&self) -> PathBuf {
        let (target, _) = self.receiving.as_ref().expect("something is received");
        target.folder.join(&target.part).join(&self.inside)
    }
}

impl MemoryDisk {
    pub(super) fn offer(&mut self, path: &str, content: &[u8]) -> FileSource {
        let path = PathBuf::from(path);
        self.files.insert(path.clone(), Some(content.to_vec()));
        FileSource {
            name: path.file_name().expect("a name").to_string_lossy().into_owned(),
            path: path.into(),
            size: content.len().try_into().expect("small"),
            modified: 1_700_000_000,
            stamp: stamp(content),
            entries: None,
        }
    }

    pub(super) fn offer_folder(&mut self, path: &str, entries: Vec<FolderEntry>) -> FileSource {
        let size = entries.iter().map(|entry| match entry {
            FolderEntry::File(file) => file.size,
            _ => 0,
        });
        let size = size.sum();
        FileSource { size, entries: Some(entries.into()), ..self.offer(path, b"") }
    }

    pub(super) fn content(&self, path: &str) -> Option<&[u8]> {
        self.files.get(Path::new(path))?.as_deref()
    }

    pub(super) fn part_of(&mut self, path: &str) -> &mut Vec<u8> {
        self.files.entry(PathBuf::from(path)).or_default().get_or_insert_default()
    }

    /// All channels are gone with the program.
    pub(super) fn crash(&mut self) {
        self.channels.clear();
        self.free_at = None;
    }

    pub(super) fn close(&mut self, link: LinkId) -> bool {
        self.channels.remove(&link).is_some()
    }

    pub(super) fn channels(&self) -> usize {
        self.channels.len()
    }

    /// The channel is still there to hear of a step.
    pub(super) fn answer(&mut self, link: LinkId) -> bool {
        self.channels.get_mut(&link).is_some_and(|channel| {
            channel.unanswered -= 1;
            true
        })
    }

    /// Carries a step out: what came of it, and when that is known; `None`: the channel has failed before.
    pub(super) fn step(
        &mut self,
        now: Instant,
        link: LinkId,
        step: DiskStep,
    ) -> Option<(Instant, DiskEvent)> {
        if let DiskStep::Receive { target, .. } | DiskStep::ResumeFolder { target } = &step
            && self
                .channels
                .values()
                .any(|it| it.receiving.as_ref().is_some_and(|(other, _)| other == target))
        {
            self.channels.insert(link, Channel { failed: true, unanswered: 1, ..Channel::default() });
            return Some((now, DiskEvent::Failed { error: ErrorCode::EBUSY.into() }));
        }
        let mut channel = self.channels.remove(&link).unwrap_or_default();
        channel.unanswered += 1;
        assert!(channel.unanswered <= MAX_STEPS, "too many steps");
        let event = (!channel.failed).then(|| self.perform(&mut channel, step));
        channel.failed |= matches!(event, Some(DiskEvent::Failed { .. }));
        self.channels.insert(link, channel);
        let at = self.free_at.map_or(now, |at| at.max(now)) + self.pace;
        self.free_at = Some(at);
        event.map(|event| (at, event))
    }

    fn perform(&mut self, channel: &mut Channel, step: DiskStep) -> DiskEvent {
        match step {
            DiskStep::Open { source, from } => {
                let from = usize::try_from(from).expect("small");
                match self.files.get(&*source.path) {
                    Some(Some(content)) if stamp(content) == source.stamp => {
                        let hash = hash(&content[..from]);
                        channel.reading = Some((source, from));
                        DiskEvent::Opened { hash }
                    }
                    _ => DiskEvent::Changed,
                }
            }
            DiskStep::Read { bytes } => {
                assert!((1..=MAX_BYTES).contains(&bytes));
                let (source, at) = channel.reading.as_mut().expect("a file is open");
                let content = self.files.get(&*source.path).cloned().flatten().unwrap_or_default();
                if content.len() < usize::try_from(source.size).expect("small") {
                    return DiskEvent::Failed { error: ErrorCode::ESTALE.into() };
                }
                let piece = &content[*at..content.len().min(*at + bytes)];
                *at += piece.len();
                if piece.is_empty() {
                    let hash = if self.lies { [0; 32] } else { hash(&content) };
                    return DiskEvent::End { hash };
                }
                let bytes = Bytes::copy_from_slice(piece);
                channel.lent.retain(|lent| !lent.is_unique());
                channel.lent.push(bytes.clone());
                assert!(channel.lent.len() <= 64, "what was read is not let go of");
                DiskEvent::Read { bytes }
            }
            step => self.write(channel, step),
        }
    }

    fn write(&mut self, channel: &mut Channel, step: DiskStep) -> DiskEvent {
        match step {
            DiskStep::Receive { target, what } => {
                let part = target.folder.join(&target.part);
                channel.receiving = Some((target, what));
                let Receive::File { size, from } = what else {
                    self.files.retain(|path, _| !path.starts_with(&part));
                    self.files.insert(part, None);
                    return DiskEvent::Opened { hash: hash(b"") };
                };
                let content = self.files.entry(part.clone()).or_default().get_or_insert_default();
                let from = usize::try_from(from).expect("small");
                if from > content.len() {
                    return DiskEvent::Failed { error: ErrorCode::ESTALE.into() };
                }
                content.truncate(from);
                channel.open = Some((part, size));
                DiskEvent::Opened { hash: hash(content) }
            }
            DiskStep::ResumeFolder { target } => self.resume(channel, target),
            DiskStep::Write { bytes } => {
                assert!(!bytes.is_empty() && bytes.len() <= MAX_BYTES);
                let (path, size) = channel.open.as_ref().expect("a file is open");
                let content = self.files.get_mut(path).expect("there").as_mut().expect("a file");
                content.extend_from_slice(&bytes);
                self.written += bytes.len();
                assert!(u64::try_from(content.len()).expect("small") <= *size, "more than announced");
                DiskEvent::Written { bytes: bytes.len() }
            }
            DiskStep::File { name, size } => self.begin(channel, &name, size),
            DiskStep::Close { modified: _, hash: told } => {
                let (path, size) = channel.open.take().expect("a file is open");
                let content = self.files[&path].as_ref().expect("a file");
                let whole = u64::try_from(content.len()) == Ok(size) && hash(content) == told;
                if whole { DiskEvent::Closed } else { DiskEvent::Mismatch }
            }
            DiskStep::Enter { name } => {
                assert!(channel.begun.is_none(), "a file comes first");
                channel.inside.push(name);
                let path = channel.here();
                self.files.insert(path, None);
                DiskEvent::Closed
            }
            DiskStep::Leave => {
                assert!(channel.begun.is_none(), "a file comes first");
                assert!(channel.inside.pop(), "above the folder");
                DiskEvent::Closed
            }
            DiskStep::Finish { modified: _, hash: told } => self.finish(channel, told),
            DiskStep::Open { .. } | DiskStep::Read { .. } => unreachable!("reads nothing"),
        }
    }

    fn begin(&mut self, channel: &mut Channel, name: &str, size: u64) -> DiskEvent {
        assert!(channel.open.is_none());
        let path = channel.here().join(name);
        if let Some(begun) = channel.begun.take() {
            let content = self.files[&begun].as_ref().expect("a file");
            if path != begun || u64::try_from(content.len()).expect("small") > size {
                return DiskEvent::Failed { error: ErrorCode::ESTALE.into() };
            }
            let hash = hash(content);
            channel.open = Some((path, size));
            return DiskEvent::Opened { hash };
        }
        self.files.insert(path.clone(), Some(Vec::new()));
        channel.open = Some((path, size));
        DiskEvent::Opened { hash: hash(b"") }
    }

    /// As a disk does it: see `disk::left_folder`.
    fn resume(&mut self, channel: &mut Channel, target: DownloadTarget) -> DiskEvent {
        let part = target.folder.join(&target.part);
        channel.receiving = Some((target, Receive::Folder));
        self.files.entry(part.clone()).or_default();
        let below = self.files.iter().filter(|(path, _)| path.starts_with(&part) && **path != part);
        let mut below: Vec<(PathBuf, Option<Vec<u8>>)> =
            below.map(|(path, content)| (path.clone(), content.clone())).collect();
        let count = below.len();
        if let Some((path, Some(content))) = below.last()
            && content.is_empty()
        {
            self.files.remove(path);
            below.pop();
        }
        let (mut held, mut tree) = (HeldFolder::default(), TreeHasher::default());
        for (at, (path, content)) in below.into_iter().enumerate() {
            let inside = path.strip_prefix(&part).expect("below").parent().expect("a name").to_owned();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let length = content.as_ref().map_or(0, |content| u64::try_from(content.len()).expect("small"));
            tree.entry(inside.components().count(), &name, content.as_deref().map(hash));
            channel.inside = if content.is_none() { inside.join(&name) } else { inside };
            if at + 1 == count && content.is_some() {
                (held.begun, channel.begun) = (length, Some(path));
            } else {
                held.entries += 1;
                held.bytes += length;
            }
        }
        held.depth = channel.inside.components().count();
        DiskEvent::Resumed { held, hash: tree.finish() }
    }

    fn finish(&mut self, channel: &mut Channel, told: Option<FileHash>) -> DiskEvent {
        let (target, what) = channel.receiving.take().expect("something is received");
        let (part, path) = (target.folder.join(&target.part), target.folder.join(&target.name));
        if let Receive::File { size, .. } = what {
            let content = self.files[&part].as_ref().expect("a file");
            assert_eq!(u64::try_from(content.len()), Ok(size), "not whole");
            if told.is_some_and(|told| hash(content) != told) {
                return DiskEvent::Mismatch;
            }
        }
        let below: Vec<PathBuf> = self.files.keys().filter(|it| it.starts_with(&part)).cloned().collect();
        for old in below {
            let content = self.files.remove(&old).expect("there");
            let rest = old.strip_prefix(&part).expect("below");
            let new = if rest.as_os_str().is_empty() { path.clone() } else { path.join(rest) };
            self.files.insert(new, content);
        }
        DiskEvent::Kept { path: path.display().to_string().into() }
    }
}

impl Lab {
    pub(super) fn disk_step(&mut self, index: usize, link: LinkId, step: DiskStep) {
        if let Some((at, event)) = self.nodes[index].disk.step(self.now.mono, link, step) {
            let delay = at.saturating_duration_since(self.now.mono);
            self.fly(delay, Arrival::Disk { node: index, link, event });
        }
    }
}
