//! What carries the steps of a receiving stream out, with files in memory. Stricter than a disk: a step that has no
//! sense where it stands, or that would write more than was declared, fails the test.

use std::collections::{BTreeMap, VecDeque};

use super::*;

/// The most bytes that one step may take.
const MAX_TAKE: usize = 65_536;

/// What becomes of the stream when all its bytes have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Ends,
    KeepsSilent,
}

#[derive(Debug, Default)]
pub(super) struct Machine {
    pieces: VecDeque<Vec<u8>>,
    arrived: VecDeque<u8>,
    steps: VecDeque<Step>,
    what: Option<Receive>,
    /// Folders that it is in, below the one that is received.
    inside: Vec<String>,
    open: Option<(String, u64)>,
    /// By path; folders end with a slash.
    pub(super) made: BTreeMap<String, Vec<u8>>,
    pub(super) times: BTreeMap<String, Option<i64>>,
    pub(super) kept: bool,
    pub(super) taken: usize,
}

/// Carries out what a fetch asks for; gives what was made, and how it ended.
pub(super) fn carry(
    bench: &mut Bench,
    link: LinkId,
    pieces: impl IntoIterator<Item = Vec<u8>>,
    then: Then,
) -> (Machine, Vec<Progress>) {
    let mut machine = Machine { pieces: pieces.into_iter().collect(), ..Machine::default() };
    let mut ended = Vec::new();
    loop {
        let outputs = bench.outputs();
        machine.steps.extend(steps(&outputs));
        ended.extend(ends(&outputs));
        if is_closed(&outputs, link) {
            break;
        }
        if let Some(step) = machine.steps.pop_front()
            && machine.perform(bench, link, step)
        {
            continue;
        }
        match then {
            Then::Ends => bench.down(link, None),
            Then::KeepsSilent => bench.wait(Duration::from_secs(30)),
        }
        ended.extend(ends(&bench.outputs()));
        break;
    }
    bench.down(link, None);
    ended.extend(ends(&bench.outputs()));
    (machine, ended)
}

/// All of `bytes` in pieces of this size.
pub(super) fn pieces(bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
    bytes.chunks(size).map(<[u8]>::to_vec).collect()
}

impl Machine {
    fn path(&self, name: &str) -> String {
        self.inside.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("/")
    }

    /// Waits for more bytes; `false`: there are none.
    fn arrive(&mut self) -> bool {
        let piece = self.pieces.pop_front();
        let more = piece.is_some();
        self.arrived.extend(piece.into_iter().flatten());
        more
    }

    /// `false`: it waits for bytes that do not come.
    fn perform(&mut self, bench: &mut Bench, link: LinkId, step: Step) -> bool {
        match step {
            Step::Take { bytes } => return self.take(bench, link, bytes),
            Step::Fill { bytes } => return self.fill(bench, link, bytes),
            Step::Receive { what, .. } => {
                assert_eq!(self.what, None, "received twice");
                self.what = Some(what);
                if let Receive::File { size, from } = what {
                    assert!(from <= size, "{what:?}");
                    self.begin(String::new(), size - from);
                }
            }
            Step::File { name, size } => {
                assert_eq!(self.what, Some(Receive::Folder));
                self.begin(self.path(&name), size);
            }
            Step::Close { modified } => {
                let (path, left) = self.open.take().expect("a file that is open");
                assert_eq!(left, 0, "{path} is not whole");
                self.times.insert(path, modified);
            }
            Step::Enter { name } => {
                assert!(self.what == Some(Receive::Folder) && self.open.is_none());
                self.made.insert(self.path(&format!("{name}/")), Vec::new());
                self.inside.push(name);
                assert!(self.inside.len() <= 32, "deeper than anybody goes");
            }
            Step::Leave => {
                assert!(self.open.is_none());
                self.inside.pop().expect("never above the folder that is received");
            }
            Step::Finish { .. } => {
                assert!(self.what.is_some() && self.inside.is_empty());
                assert!(self.open.as_ref().is_none_or(|(_, left)| *left == 0), "{:?}", self.open);
                self.kept = true;
                bench.stepped(link, kept());
            }
            Step::Pour { .. } | Step::End => panic!("{step:?} on a stream that receives"),
        }
        true
    }

    fn begin(&mut self, path: String, size: u64) {
        assert_eq!(self.open, None, "{path} before the last one is whole");
        // Two dots inside of a name lead nowhere.
        assert!(path.is_empty() || path.split('/').all(|name| !matches!(name, "" | "." | "..")), "{path}");
        self.made.entry(path.clone()).or_default();
        self.open = Some((path, size));
    }

    fn take(&mut self, bench: &mut Bench, link: LinkId, bytes: usize) -> bool {
        assert!((1..=MAX_TAKE).contains(&bytes), "{bytes}");
        while self.arrived.len() < bytes {
            if !self.arrive() {
                return false;
            }
        }
        self.taken += bytes;
        let taken: Vec<u8> = self.arrived.drain(..bytes).collect();
        bench.data(link, &taken);
        true
    }

    fn fill(&mut self, bench: &mut Bench, link: LinkId, bytes: u64) -> bool {
        let (path, left) = self.open.as_mut().expect("a file that is open");
        assert!(bytes <= *left, "{path}: {bytes} of {left}");
        *left -= bytes;
        let path = path.clone();
        let mut filled = 0;
        while filled < bytes {
            let room = usize::try_from(bytes - filled).expect("small").min(self.arrived.len());
            self.made.entry(path.clone()).or_default().extend(self.arrived.drain(..room));
            filled += u64::try_from(room).expect("small");
            bench.stepped(link, StepEvent::Moved { bytes: filled });
            if filled < bytes && !self.arrive() {
                return false;
            }
        }
        bench.stepped(link, StepEvent::Filled);
        true
    }
}
