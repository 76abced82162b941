//! Files of the simulated network, all in memory, and the steps that move bytes between them and streams.
//!
//! Stricter than a disk: a step that makes no sense where it stands, or that would write more than was declared, is the
//! engine's fault.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use udpqq::model::LinkId;
use udpqq::model::file::{DownloadTarget, FileSource};
use udpqq::wire::{Receive, Step, StepEvent};

use super::network::{Arrival, Network};
use super::program::{Link, ProgramId};

/// The most bytes that one step may take.
const MAX_TAKE: usize = 65_536;

/// What one stream of a program has to do, and what it has received.
#[derive(Debug, Default)]
pub(crate) struct Mover {
    /// Nothing is read but what a step asks for.
    pub(super) paced: bool,
    pub(super) arrived: VecDeque<u8>,
    pub(super) ended: bool,
    steps: VecDeque<Step>,
    /// Bytes of the step at the front that have been moved.
    moved: u64,
    receiving: Option<Receiving>,
}

impl Mover {
    pub(super) fn new(paced: bool) -> Self {
        Self { paced, ..Self::default() }
    }
}

/// Something on its way to a place.
#[derive(Debug)]
pub(super) struct Receiving {
    place: DownloadTarget,
    what: Receive,
    /// The folders that it is in, below that place.
    pub(super) inside: Vec<String>,
    /// The file that is open, and how much of it has not been asked for yet.
    pub(super) open: Option<(PathBuf, u64)>,
    /// A file that an earlier try began, which comes next.
    pub(super) begun: Option<PathBuf>,
}

impl Receiving {
    pub(super) const fn new(place: DownloadTarget, what: Receive) -> Self {
        Self { place, what, inside: Vec::new(), open: None, begun: None }
    }

    pub(super) fn folder(&mut self) -> Result<&mut Self, &'static str> {
        if self.what == Receive::Folder && self.open.is_none() {
            Ok(self)
        } else {
            Err("not where a file is received")
        }
    }

    pub(super) fn part(&self) -> PathBuf {
        self.place.folder.join(&self.place.part)
    }

    pub(super) fn here(&self) -> PathBuf {
        self.inside.iter().fold(self.part(), |path, name| path.join(name))
    }

    /// A file of it begins: fails where one is open.
    pub(super) fn begin(&mut self, path: PathBuf, size: u64) -> Result<(), &'static str> {
        let last = self.open.replace((path, size));
        last.is_none().then_some(()).ok_or("a file before the last one is closed")
    }
}

/// What has become of a step.
enum Outcome {
    Done(Option<StepEvent>),
    Taken(Vec<u8>),
    /// More has to arrive; perhaps some of it did.
    Waits(Option<StepEvent>),
}

impl Network {
    /// A file that lies on the host of a program.
    pub(crate) fn put_file(&mut self, program: ProgramId, path: &Path, content: &[u8]) {
        let host = self.programs[program.0].host;
        self.files.insert((host, path.to_owned()), Some(content.to_vec()));
    }

    /// All that lies there below a folder, by path; a folder is `None`.
    pub(crate) fn files_below(&self, program: ProgramId, folder: &Path) -> Vec<(PathBuf, Option<&[u8]>)> {
        let host = self.programs[program.0].host;
        let here = self.files.iter().filter(|((at, path), _)| *at == host && path.starts_with(folder));
        here.map(|((_, path), content)| (path.clone(), content.as_deref())).collect()
    }

    pub(super) fn ask_step(&mut self, program: ProgramId, link: LinkId, step: Step) {
        if !matches!(self.programs[program.0].links.get(&link), Some(Link::Stream { .. })) {
            self.blame(program, format_args!("{step:?} on {link:?}, which is no open stream"));
            return;
        }
        let mover = self.programs[program.0].movers.entry(link).or_default();
        if !mover.paced && !matches!(step, Step::Pour { .. } | Step::End) {
            self.blame(program, format_args!("{step:?} on {link:?}, which is not paced"));
            return;
        }
        mover.steps.push_back(step);
        self.move_on(program, link);
    }

    /// Carries out what can be carried out.
    pub(super) fn move_on(&mut self, program: ProgramId, link: LinkId) {
        let Some(mut mover) = self.programs[program.0].movers.remove(&link) else { return };
        while let Some(step) = mover.steps.front().cloned() {
            match self.perform_step(program, link, &mut mover, &step) {
                Ok(Outcome::Done(told)) => {
                    mover.steps.pop_front();
                    mover.moved = 0;
                    self.tell_step(program, link, told);
                }
                Ok(Outcome::Taken(bytes)) => {
                    mover.steps.pop_front();
                    self.post(program, Duration::ZERO, Arrival::Taken { link, bytes });
                }
                Ok(Outcome::Waits(told)) => {
                    self.tell_step(program, link, told);
                    if mover.ended {
                        mover.steps.clear();
                        self.post(program, Duration::ZERO, Arrival::Ended { link });
                    }
                    break;
                }
                Err(fault) => {
                    self.blame(program, format_args!("{step:?} on {link:?}: {fault}"));
                    break;
                }
            }
        }
        self.programs[program.0].movers.insert(link, mover);
    }

    fn tell_step(&mut self, program: ProgramId, link: LinkId, told: Option<StepEvent>) {
        if let Some(step) = told {
            self.post(program, Duration::ZERO, Arrival::Stepped { link, step });
        }
    }

    fn perform_step(
        &mut self,
        program: ProgramId,
        link: LinkId,
        mover: &mut Mover,
        step: &Step,
    ) -> Result<Outcome, &'static str> {
        let done = Ok(Outcome::Done(None));
        match step {
            Step::Pour { head, source, at } => {
                return Ok(Outcome::Done(Some(self.pour(program, link, (head, source, *at)))));
            }
            // Nobody here reads until the end of a stream.
            Step::End => return done,
            Step::Take { bytes } => return take(mover, *bytes),
            Step::Receive { place, what } => {
                let begun = Receiving::new(place.clone(), *what);
                return match mover.receiving.replace(begun) {
                    Some(_) => Err("something is received already"),
                    None => self.begin(program, mover),
                };
            }
            _ => {}
        }
        let mut receiving = mover.receiving.take().ok_or("nothing is received")?;
        let outcome = match step {
            Step::Fill { bytes } => self.fill(program, mover, &mut receiving, *bytes),
            Step::File { name, size } if receiving.what == Receive::Folder => {
                let path = receiving.here().join(name);
                self.make(program, &path, Some(Vec::new()))?;
                receiving.begin(path, *size).and(done)
            }
            Step::Close { .. } => match receiving.open.take() {
                Some((_, 0)) => done,
                _ => Err("no file is whole"),
            },
            Step::Enter { name } => {
                receiving.inside.push(name.clone());
                self.make(program, &receiving.here(), None)?;
                done
            }
            Step::Leave => receiving.inside.pop().map(|_| Outcome::Done(None)).ok_or("above the folder"),
            Step::Finish { .. } => {
                let path = self.finish(program, &receiving)?;
                return Ok(Outcome::Done(Some(StepEvent::Kept { path })));
            }
            _ => Err("not where a file is received"),
        };
        mover.receiving = Some(receiving);
        outcome
    }

    /// Writes a file of this host to the stream, if it is the one that was offered.
    fn pour(
        &mut self,
        program: ProgramId,
        link: LinkId,
        (head, source, at): (&Arc<[u8]>, &FileSource, u64),
    ) -> StepEvent {
        let host = self.programs[program.0].host;
        let content = self.files.get(&(host, source.path.to_path_buf())).cloned().flatten();
        let good = content.filter(|content| u64::try_from(content.len()) == Ok(source.size));
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        let Some(rest) = good.as_deref().and_then(|content| content.get(from..)) else {
            return StepEvent::Refused;
        };
        let bytes = [head, rest].concat();
        // The stream is open: that was looked at when the step was asked for.
        self.write(program, link, &bytes).map_or(StepEvent::Refused, |()| StepEvent::Poured)
    }

    fn begin(&mut self, program: ProgramId, mover: &mut Mover) -> Result<Outcome, &'static str> {
        let Some(receiving) = &mut mover.receiving else { return Err("nothing is received") };
        let (host, part) = (self.programs[program.0].host, receiving.part());
        match receiving.what {
            Receive::Folder => {
                // What an earlier try left of it is of no use.
                self.files.retain(|(at, path), _| *at != host || !path.starts_with(&part));
                self.make(program, &part, None)?;
            }
            Receive::File { size, from } => {
                let kept = self.files.entry((host, part.clone())).or_default().get_or_insert_default();
                let from = usize::try_from(from).unwrap_or(usize::MAX);
                if from > kept.len() {
                    return Err("there is not so much of it");
                }
                kept.truncate(from);
                receiving.begin(part, size - u64::try_from(from).unwrap_or_default())?;
            }
        }
        Ok(Outcome::Done(None))
    }

    /// Makes a file or a folder that is not there yet.
    pub(super) fn make(
        &mut self,
        program: ProgramId,
        path: &Path,
        what: Option<Vec<u8>>,
    ) -> Result<(), &'static str> {
        let host = self.programs[program.0].host;
        let before = self.files.insert((host, path.to_owned()), what);
        before.is_none().then_some(()).ok_or("it is there already")
    }

    fn fill(
        &mut self,
        program: ProgramId,
        mover: &mut Mover,
        receiving: &mut Receiving,
        bytes: u64,
    ) -> Result<Outcome, &'static str> {
        let host = self.programs[program.0].host;
        let (path, left) = receiving.open.as_mut().ok_or("no file is open")?;
        let wanted = bytes - mover.moved;
        if wanted > *left {
            return Err("more than was declared");
        }
        let room = usize::try_from(wanted).unwrap_or(usize::MAX).min(mover.arrived.len());
        let content = self.files.entry((host, path.clone())).or_default().get_or_insert_default();
        content.extend(mover.arrived.drain(..room));
        let room = u64::try_from(room).unwrap_or_default();
        *left -= room;
        mover.moved += room;
        let told = StepEvent::Moved { bytes: mover.moved };
        let whole = mover.moved == bytes;
        Ok(if whole { Outcome::Done(Some(StepEvent::Filled)) } else { Outcome::Waits(Some(told)) })
    }

    /// Gives what was received its name, or another one where that is taken.
    pub(super) fn finish(
        &mut self,
        program: ProgramId,
        receiving: &Receiving,
    ) -> Result<String, &'static str> {
        let host = self.programs[program.0].host;
        let whole = receiving.open.as_ref().is_none_or(|(_, left)| *left == 0);
        if !whole || !receiving.inside.is_empty() {
            return Err("it is not whole");
        }
        let names = (0..).map(|number| match number {
            0 => receiving.place.name.clone(),
            number => format!("{} ({number})", receiving.place.name),
        });
        let mut paths = names.map(|name| receiving.place.folder.join(name));
        let path = paths.find(|path| !self.files.contains_key(&(host, path.clone())));
        let path = path.ok_or("every name is taken")?;
        let part = receiving.part();
        let all: Vec<PathBuf> = self.files.keys().map(|(_, path)| path.clone()).collect();
        for old in all.iter().filter(|old| old.starts_with(&part)) {
            if let Some(content) = self.files.remove(&(host, old.clone())) {
                let below = old.strip_prefix(&part).unwrap_or_else(|_| Path::new(""));
                let new = if below.as_os_str().is_empty() { path.clone() } else { path.join(below) };
                self.files.insert((host, new), content);
            }
        }
        Ok(path.display().to_string())
    }
}

fn take(mover: &mut Mover, bytes: usize) -> Result<Outcome, &'static str> {
    if !(1..=MAX_TAKE).contains(&bytes) {
        return Err("not so many bytes");
    }
    let enough = mover.arrived.len() >= bytes;
    Ok(if enough { Outcome::Taken(mover.arrived.drain(..bytes).collect()) } else { Outcome::Waits(None) })
}
