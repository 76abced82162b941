//! The history under whatever is done to it, on a disk that fails, for the fuzzer.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, process};

use super::messages::{NOW, private};
use super::twins::{Deed, Disk, Twins};
use super::{Backend, Discard, Lock, open};
use crate::model::fuzzing::{Choices, FuzzTarget};
use crate::model::{Fault, Mark};

pub const TARGETS: &[FuzzTarget] = &[FuzzTarget { name: "store", run: store }];

/// More of them find nothing else and take longer.
const MAX_DEEDS: usize = 48;

/// The file that tells the disk how to fail, where `tests/faults/shim.c` is loaded.
const FAULTS: &str = "UDPQQ_FAULTS";

const FAILURES: [&str; 7] = [
    "write EIO 100",
    "write ENOSPC 100",
    "write full 100",
    "write torn 100",
    "write short 100",
    "sync EIO 100",
    "truncate EIO 100",
];

fn store(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let folder = RamFolder::new();
    let mut twins = Twins::new(&folder);
    for _ in 0..MAX_DEEDS {
        if choices.is_over() {
            break;
        }
        twins.carry_out(&deed(&mut choices));
    }
    folder.fail(None);
    twins.compare();
}

fn deed(choices: &mut Choices<'_>) -> Deed {
    let (place, id) = (conversation(choices), u64::from(choices.byte() & 63));
    match choices.below(24) {
        0..=5 => Deed::Insert(place, choices.is_chosen(), text(choices)),
        6 => Deed::Join(place, text(choices)),
        7..=9 => Deed::Named(place, id % 9),
        10 | 11 => Deed::Post(place),
        12 | 13 => {
            let marks = [Mark::Sent, Mark::Delivered, Mark::Read, Mark::Failed(Fault::Busy)];
            Deed::Mark(place, id, choices.one_of(&marks).unwrap_or(Mark::Sent))
        }
        14 | 15 => Deed::Replace(place, id, text(choices)),
        16 => Deed::Clear(place, id),
        17 => Deed::Forget(place),
        18 => {
            let count = choices.below(3);
            Deed::Trim((0..count).map(|_| conversation(choices)).collect(), id)
        }
        19 => Deed::Work,
        20 => Deed::Reopen,
        21 => Deed::Search(text(choices)),
        22 => choices.one_of(&FAILURES).map_or(Deed::Mend, Deed::Break),
        _ => Deed::Mend,
    }
}

fn conversation(choices: &mut Choices<'_>) -> u32 {
    u32::from(choices.byte() % 3).saturating_add(1)
}

/// Words that are found by some of the others.
fn text(choices: &mut Choices<'_>) -> String {
    const PARTS: [&str; 8] = ["", "a", "b", "ab", "会", "开会", " ", "会开"];
    let count = choices.below(4);
    (0..count).filter_map(|_| choices.one_of(&PARTS)).collect()
}

/// A folder of its own for each run, and in memory where there is such a place: a disk would be most of the time.
struct RamFolder {
    path: PathBuf,
}

impl RamFolder {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let shared = Path::new("/dev/shm");
        let place = if shared.is_dir() { shared.to_owned() } else { env::temp_dir() };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = place.join(format!("udpqq-fuzz-{}-{number}", process::id()));
        assert!(fs::create_dir(&path).is_ok(), "{}", path.display());
        Self { path }
    }
}

impl Drop for RamFolder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.path));
    }
}

impl Disk for RamFolder {
    fn open(&self) -> Box<dyn Backend> {
        let Ok(lock) = Lock::take(&self.path.join("history.lock"), private) else {
            assert!(self.path.as_os_str().is_empty(), "nobody else has it");
            return Box::new(Discard::default());
        };
        let opened = open(&self.path.join("history.db"), lock, private, NOW);
        assert_eq!(opened.told, [], "nothing is wrong with it");
        opened.backend
    }

    fn fail(&self, how: Option<&str>) {
        let Some(control) = env::var_os(FAULTS) else { return };
        match how {
            Some(how) => drop(fs::write(control, how)),
            None => drop(fs::remove_file(control)),
        }
    }
}
