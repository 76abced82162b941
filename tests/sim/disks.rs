//! Disk channels of the simulated network: the files of a host, all in memory, and steps that take their time.
//!
//! A step is done when it is answered, so a kill loses those that wait. Stricter than a disk: a step that makes no sense
//! where it stands, or that would write more than was declared, is the engine's fault.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use udpqq::model::file::{DownloadTarget, FileSource};
use udpqq::model::{ErrorCode, LinkId, filename};
use udpqq::wire::disk::{FileHash, MAX_BYTES, MAX_CHANNELS, MAX_STEPS};
use udpqq::wire::{DiskEvent, DiskStep, HeldFolder, Input, Receive, TreeHasher};

use super::network::{Arrival, Network};
use super::program::{HostId, Link, ProgramId};
use super::transfers::Receiving;

/// A step takes so long at most: a disk is sometimes slower than the network.
const MAX_DELAY: u64 = 3_000;

/// One channel of a program.
#[derive(Debug)]
pub(crate) struct DiskChannel {
    /// Those that are not answered.
    steps: VecDeque<DiskStep>,
    /// When the last of them is.
    busy: Instant,
    held: Held,
}

#[derive(Debug, Default)]
enum Held {
    #[default]
    Nothing,
    /// The byte that is read next.
    Source(FileSource, usize),
    Target(Receiving),
}

impl Held {
    fn target(&mut self) -> Result<&mut Receiving, &'static str> {
        match self {
            Self::Target(receiving) => Ok(receiving),
            Self::Nothing | Self::Source(..) => Err("nothing is received"),
        }
    }

    fn receives_into(&self, part: &Path) -> bool {
        matches!(self, Self::Target(receiving) if receiving.part() == part)
    }
}

fn hash(bytes: &[u8]) -> FileHash {
    blake3::hash(bytes).into()
}

fn failed(code: ErrorCode) -> DiskEvent {
    DiskEvent::Failed { error: code.into() }
}

fn offset(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

impl Network {
    pub(super) fn ask_disk(&mut self, program: ProgramId, link: LinkId, step: DiskStep) {
        if !matches!(self.programs[program.0].links.get(&link), Some(Link::Disk)) {
            self.take_number(program, link);
            if !matches!(
                step,
                DiskStep::Open { .. } | DiskStep::Receive { .. } | DiskStep::ResumeFolder { .. }
            ) {
                self.blame(program, format_args!("{step:?} on {link:?}, which is no open channel"));
            }
            let channel = DiskChannel { steps: VecDeque::new(), busy: self.now.mono, held: Held::Nothing };
            self.programs[program.0].links.insert(link, Link::Disk);
            self.programs[program.0].disks.insert(link, channel);
        }
        let later = Duration::from_micros(1 + self.chance.below(MAX_DELAY));
        let disks = &mut self.programs[program.0].disks;
        let open = disks.len();
        let Some(channel) = disks.get_mut(&link) else { return };
        channel.steps.push_back(step);
        channel.busy = channel.busy.max(self.now.mono) + later;
        let (waiting, done) = (channel.steps.len(), channel.busy);
        if waiting > MAX_STEPS || open > MAX_CHANNELS {
            self.blame(program, format_args!("{open} channels, {waiting} steps on {link:?}"));
        }
        let later = done.saturating_duration_since(self.now.mono);
        self.post(program, later, Arrival::DiskDone { link });
    }

    /// The oldest step of a channel is done now.
    pub(super) fn do_disk(&mut self, program: ProgramId, link: LinkId) {
        let Some(mut channel) = self.programs[program.0].disks.remove(&link) else { return };
        let Some(step) = channel.steps.pop_front() else { return };
        match self.perform_disk(program, &mut channel.held, &step) {
            Ok(event) => {
                if matches!(event, DiskEvent::Failed { .. }) {
                    self.programs[program.0].links.remove(&link);
                } else {
                    self.programs[program.0].disks.insert(link, channel);
                }
                self.step(program, Input::Disk { link, event });
            }
            Err(fault) => self.blame(program, format_args!("{step:?} on {link:?}: {fault}")),
        }
    }

    fn perform_disk(
        &mut self,
        program: ProgramId,
        held: &mut Held,
        step: &DiskStep,
    ) -> Result<DiskEvent, &'static str> {
        let host = self.programs[program.0].host;
        match step {
            DiskStep::Open { source, from } => {
                *held = Held::Nothing;
                self.open_source(host, held, (source, *from))
            }
            DiskStep::Read { bytes } => self.read_source(host, held, *bytes),
            DiskStep::Receive { target, what } => {
                *held = Held::Nothing;
                self.receive(host, held, (target, *what))
            }
            DiskStep::ResumeFolder { target } => {
                *held = Held::Nothing;
                Ok(self.resume(host, held, target))
            }
            DiskStep::Write { bytes } => self.write_target(host, held, bytes),
            DiskStep::File { name, size } => {
                let receiving = held.target()?.folder()?;
                if let Some(begun) = receiving.begun.take() {
                    return self.go_on_with(host, receiving, (begun, name, *size));
                }
                let path = self.free_name(host, &receiving.here(), name);
                self.make(program, &path, Some(Vec::new()))?;
                receiving.begin(path, *size)?;
                Ok(DiskEvent::Opened { hash: hash(&[]) })
            }
            DiskStep::Enter { name } => {
                let receiving = held.target()?.folder()?;
                let path = self.free_name(host, &receiving.here(), name);
                self.make(program, &path, None)?;
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                receiving.inside.extend(name);
                Ok(DiskEvent::Closed)
            }
            DiskStep::Leave => {
                let left = held.target()?.inside.pop();
                left.map(|_| DiskEvent::Closed).ok_or("above the folder")
            }
            DiskStep::Close { hash, .. } => {
                let same = self.is_as_sent(host, held, Some(*hash))?;
                if same {
                    held.target()?.open = None;
                }
                Ok(if same { DiskEvent::Closed } else { DiskEvent::Mismatch })
            }
            DiskStep::Finish { hash, .. } => {
                if !self.is_as_sent(host, held, *hash)? {
                    return Ok(DiskEvent::Mismatch);
                }
                let path = self.finish(program, held.target()?)?;
                *held = Held::Nothing;
                Ok(DiskEvent::Kept { path: path.into() })
            }
        }
    }

    fn content(&self, host: HostId, path: &Path) -> Option<&[u8]> {
        self.files.get(&(host, path.to_owned()))?.as_deref()
    }

    fn open_source(
        &self,
        host: HostId,
        held: &mut Held,
        (source, from): (&FileSource, u64),
    ) -> Result<DiskEvent, &'static str> {
        if source.entries.is_some() || from > source.size {
            return Err("there is not so much of it");
        }
        let there = self.content(host, &source.path);
        let Some(content) = there.filter(|content| content.len() == offset(source.size)) else {
            return Ok(DiskEvent::Changed);
        };
        let from = offset(from);
        *held = Held::Source(source.clone(), from);
        Ok(DiskEvent::Opened { hash: hash(&content[..from]) })
    }

    fn read_source(&self, host: HostId, held: &mut Held, bytes: usize) -> Result<DiskEvent, &'static str> {
        let Held::Source(source, at) = held else { return Err("no file of ours is open") };
        if !(1..=MAX_BYTES).contains(&bytes) {
            return Err("not so many bytes");
        }
        let content = self.content(host, &source.path).unwrap_or_default();
        let end = offset(source.size);
        if *at == end {
            return Ok(DiskEvent::End { hash: hash(content) });
        }
        let next = at.saturating_add(bytes).min(end);
        let Some(read) = content.get(*at..next) else { return Ok(failed(ErrorCode::ESTALE)) };
        *at = next;
        Ok(DiskEvent::Read { bytes: read.to_vec().into() })
    }

    fn receive(
        &mut self,
        host: HostId,
        held: &mut Held,
        (target, what): (&DownloadTarget, Receive),
    ) -> Result<DiskEvent, &'static str> {
        let mut receiving = Receiving::new(target.clone(), what);
        let part = receiving.part();
        let mut here = self.programs.iter().filter(|program| program.host == host);
        if here.any(|program| program.disks.values().any(|channel| channel.held.receives_into(&part))) {
            return Ok(failed(ErrorCode::EBUSY));
        }
        let mut left = Vec::new();
        if let Receive::File { size, from } = what {
            left.extend_from_slice(self.content(host, &part).unwrap_or_default());
            if offset(from) > left.len() {
                return Ok(failed(ErrorCode::ESTALE));
            }
            left.truncate(offset(from));
            receiving.begin(part.clone(), size.checked_sub(from).ok_or("it is to have less")?)?;
        }
        let opened = DiskEvent::Opened { hash: hash(&left) };
        self.files.retain(|(at, path), _| *at != host || !path.starts_with(&part));
        self.files.insert((host, part), matches!(what, Receive::File { .. }).then_some(left));
        *held = Held::Target(receiving);
        Ok(opened)
    }

    /// Goes on with what is there of a folder: see `udpqq::disk`.
    fn resume(&mut self, host: HostId, held: &mut Held, target: &DownloadTarget) -> DiskEvent {
        let mut receiving = Receiving::new(target.clone(), Receive::Folder);
        let part = receiving.part();
        let mut here = self.programs.iter().filter(|program| program.host == host);
        if here.any(|program| program.disks.values().any(|channel| channel.held.receives_into(&part))) {
            return failed(ErrorCode::EBUSY);
        }
        self.files.entry((host, part.clone())).or_default();
        let below = self.files.iter().filter(|((at, path), _)| *at == host && path.starts_with(&part));
        let mut below: Vec<(PathBuf, Option<Vec<u8>>)> =
            below.skip(1).map(|((_, path), content)| (path.clone(), content.clone())).collect();
        let count = below.len();
        if let Some((path, _)) = below.pop_if(|(_, content)| content.as_ref().is_some_and(Vec::is_empty)) {
            self.files.remove(&(host, path));
        }
        let (mut there, mut tree) = (HeldFolder::default(), TreeHasher::default());
        for (at, (path, content)) in below.into_iter().enumerate() {
            let names = path.strip_prefix(&part).into_iter().flat_map(Path::components);
            let mut names: Vec<String> =
                names.map(|name| name.as_os_str().to_string_lossy().into_owned()).collect();
            let Some(name) = names.last().cloned() else { continue };
            tree.entry(names.len().saturating_sub(1), &name, content.as_deref().map(hash));
            let length = content.as_ref().map(|content| u64::try_from(content.len()).unwrap_or(u64::MAX));
            names.truncate(names.len().saturating_sub(usize::from(length.is_some())));
            receiving.inside = names;
            match length {
                Some(length) if at + 1 == count => (there.begun, receiving.begun) = (length, Some(path)),
                length => {
                    there.entries += 1;
                    there.bytes += length.unwrap_or(0);
                }
            }
        }
        there.depth = receiving.inside.len();
        *held = Held::Target(receiving);
        DiskEvent::Resumed { held: there, hash: tree.finish() }
    }

    fn go_on_with(
        &self,
        host: HostId,
        receiving: &mut Receiving,
        (begun, name, size): (PathBuf, &str, u64),
    ) -> Result<DiskEvent, &'static str> {
        let there = self.content(host, &begun).unwrap_or_default();
        let left = size.checked_sub(u64::try_from(there.len()).unwrap_or(u64::MAX));
        let same = receiving.here().join(filename::sanitize(name)) == begun;
        let Some(left) = left.filter(|_| same) else { return Ok(failed(ErrorCode::ESTALE)) };
        receiving.begin(begun, left)?;
        Ok(DiskEvent::Opened { hash: hash(there) })
    }

    fn write_target(
        &mut self,
        host: HostId,
        held: &mut Held,
        bytes: &[u8],
    ) -> Result<DiskEvent, &'static str> {
        let (path, left) = held.target()?.open.as_mut().ok_or("no file is open")?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        *left =
            left.checked_sub(length).filter(|_| bytes.len() <= MAX_BYTES).ok_or("more than was declared")?;
        let there = self.files.get_mut(&(host, path.clone())).and_then(Option::as_mut);
        there.ok_or("it is gone")?.extend_from_slice(bytes);
        Ok(DiskEvent::Written { bytes: bytes.len() })
    }

    /// Whether the file that is open has this hash; otherwise nothing is received any more.
    fn is_as_sent(
        &self,
        host: HostId,
        held: &mut Held,
        meant: Option<FileHash>,
    ) -> Result<bool, &'static str> {
        let Some(meant) = meant else { return Ok(true) };
        let (path, left) = held.target()?.open.as_ref().ok_or("no file is open")?;
        if *left > 0 {
            return Err("it is not whole");
        }
        let same = hash(self.content(host, path).unwrap_or_default()) == meant;
        if !same {
            *held = Held::Nothing;
        }
        Ok(same)
    }

    fn free_name(&self, host: HostId, folder: &Path, name: &str) -> PathBuf {
        let name = filename::sanitize(name);
        let mut path = folder.join(&name);
        for number in 2.. {
            if !self.files.contains_key(&(host, path.clone())) {
                break;
            }
            path = folder.join(format!("{name} ({number})"));
        }
        path
    }
}
