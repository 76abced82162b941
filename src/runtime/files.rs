//! Files of a session: what a person offers is looked at, and what one fetches gets a place.
//!
//! Disks may be slow, or gone: all of it is done on threads that may wait, a bounded number at once.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::JoinSet;

use super::history::expanded;
use super::net_client::broken;
use super::profile::Profile;
use super::session_event::SessionEvent;
use crate::app::{Event, FetchRequest, Intent};
use crate::disk::{self, Surveyed};
use crate::model::file::{DownloadTarget, MAX_FILES, Progress};
use crate::model::{
    ConversationId, Fault, FileCommand, Message, NetCommand, NetEvent, Phrase, Shortage, TransferId, filename,
};
use crate::net::{clock, disk_error_of};

/// Offers that are looked at together. A folder on a disk that does not answer keeps a thread for itself.
const MAX_SURVEYS: usize = 4;
/// Files that wait for their place: all that a handful of messages offer.
const MAX_WANTED: usize = 16 * MAX_FILES;

/// What is to be offered.
#[derive(Debug)]
pub struct OfferRequest {
    pub conversation: ConversationId,
    pub paths: Vec<PathBuf>,
    /// The command that asks for it.
    pub typed: String,
}

/// What is under way with the disk.
#[derive(Debug)]
pub(super) struct FileTasks {
    profile: Arc<Profile>,
    surveys: JoinSet<SessionEvent>,
    removals: JoinSet<()>,
    wanted: VecDeque<FetchRequest>,
    placing: JoinSet<(FetchRequest, Placed)>,
    /// What is being placed; `None` when it is not wanted any more.
    current: Option<TransferId>,
    /// The session ends: nothing more is begun.
    is_closed: bool,
}

/// Where it goes and how much of it is there already; or why it cannot, and what there is of it.
type Placed = Result<(DownloadTarget, u64), (Fault, u64)>;

/// What came of something.
#[derive(Debug)]
pub(super) enum FileOutcome {
    Event(SessionEvent),
    /// A file has its place: it can be fetched.
    Order(NetCommand),
}

impl FileTasks {
    pub(super) fn new(profile: Arc<Profile>) -> Self {
        Self {
            profile,
            surveys: JoinSet::new(),
            removals: JoinSet::new(),
            wanted: VecDeque::new(),
            placing: JoinSet::new(),
            current: None,
            is_closed: false,
        }
    }

    /// The next thing that is done. Cancel-safe. `downloads`: the folder that the config names.
    pub(super) async fn next(&mut self, downloads: Option<&str>) -> FileOutcome {
        loop {
            tokio::select! {
                Some(done) = self.surveys.join_next() => {
                    let failed = |_panicked| SessionEvent::App(Event::StatusLine(Phrase::new("headless-broken")));
                    return FileOutcome::Event(done.unwrap_or_else(failed));
                }
                Some(done) = self.placing.join_next() => {
                    let outcome = self.placed(done.ok());
                    self.start(downloads);
                    if let Some(outcome) = outcome {
                        return outcome;
                    }
                }
                else => std::future::pending().await,
            }
        }
    }

    /// Looks at files and folders before they are offered; what comes of that is offered, or refused.
    pub(super) fn offer(&mut self, request: OfferRequest) -> Result<(), Phrase> {
        if self.surveys.len() >= MAX_SURVEYS {
            return Err(Phrase::new("files-busy"));
        }
        let OfferRequest { conversation, paths, typed } = request;
        self.surveys.spawn_blocking(move || match survey(&paths) {
            Ok(Surveyed { sources, left_out }) => {
                let text = String::new();
                SessionEvent::App(Event::Intent(Intent::Offer { conversation, text, sources, left_out }))
            }
            Err(why) => SessionEvent::Refused { conversation: Some(conversation), typed, why },
        });
        Ok(())
    }

    /// Looks for the files that this message of ours has offered in an earlier run.
    pub(super) fn find(&mut self, message: Arc<Message>) {
        self.surveys.spawn_blocking(move || {
            let sources = message.files.sources().and_then(|sources| disk::survey_again(sources));
            SessionEvent::App(Event::FilesFound { message, sources })
        });
    }

    /// Finds a place for a file. `Some`: it is not begun.
    pub(super) fn fetch(&mut self, fetch: FetchRequest, downloads: Option<&str>) -> Option<Event> {
        if self.is_closed {
            // One that has waited for others to end.
            return Some(broken(fetch.transfer, Fault::Interrupted, 0));
        }
        if self.wanted.len() >= MAX_WANTED {
            return Some(broken(fetch.transfer, Fault::Busy, 0));
        }
        self.wanted.push_back(fetch);
        self.start(downloads);
        None
    }

    /// Removes what there is of a file that nobody can fetch any more, aside: disks may be slow.
    pub(super) fn discard(&mut self, fetch: FetchRequest, downloads: Option<&str>) {
        let (profile, chosen) = (Arc::clone(&self.profile), downloads.map(expanded));
        while self.removals.try_join_next().is_some() {}
        self.removals.spawn_blocking(move || {
            if let Ok(folder) = profile.make_downloads(chosen.as_deref()) {
                let (name, part) = (fetch.name.clone(), part_name(&fetch));
                // Usually there is nothing.
                let _absent = disk::discard(&DownloadTarget { folder: folder.into(), name, part });
            }
        });
    }

    /// Gives up a fetch that has no place yet. `false`: there is none with this id.
    pub(super) fn give_up(&mut self, transfer: TransferId) -> bool {
        let waiting = self.wanted.len();
        self.wanted.retain(|fetch| fetch.transfer != transfer);
        self.wanted.len() < waiting || self.current.take_if(|current| *current == transfer).is_some()
    }

    /// Writes what came with its message, aside: disks may be slow.
    pub(super) fn keep(&mut self, transfer: TransferId, place: DownloadTarget, bytes: Arc<[u8]>) {
        self.surveys.spawn_blocking(move || {
            SessionEvent::App(match disk::keep(&place, &bytes, clock::now().wall) {
                Ok(path) => {
                    let progress = Progress::Done { path, skipped: 0 };
                    Event::Net(NetEvent::Transfer { transfer, progress })
                }
                Err(error) => broken(transfer, disk_error_of(&error).into(), 0),
            })
        });
    }

    /// Nothing is wanted any more, now and later; what was.
    pub(super) fn close(&mut self) -> Vec<TransferId> {
        self.is_closed = true;
        self.current.take().into_iter().chain(self.wanted.drain(..).map(|fetch| fetch.transfer)).collect()
    }

    fn start(&mut self, downloads: Option<&str>) {
        if !self.placing.is_empty() {
            return;
        }
        let Some(fetch) = self.wanted.pop_front() else { return };
        self.current = Some(fetch.transfer);
        let (profile, folder) = (Arc::clone(&self.profile), downloads.map(expanded));
        self.placing.spawn_blocking(move || {
            let placed = place(&profile, folder.as_deref(), &fetch);
            (fetch, placed)
        });
    }

    /// `None`: it was given up meanwhile.
    fn placed(&mut self, placed: Option<(FetchRequest, Placed)>) -> Option<FileOutcome> {
        let transfer = self.current.take()?;
        let Some((fetch, placed)) = placed else {
            // A bug of ours, and no reason to leave the row as if something came.
            return Some(failed(broken(transfer, Fault::Interrupted, 0)));
        };
        let FetchRequest { conversation, payload, .. } = fetch;
        Some(match placed {
            Ok((target, from)) => FileOutcome::Order(NetCommand::File(
                conversation,
                FileCommand::Fetch { transfer, payload, target, from },
            )),
            Err((fault, bytes)) => failed(broken(transfer, fault, bytes)),
        })
    }
}

const fn failed(event: Event) -> FileOutcome {
    FileOutcome::Event(SessionEvent::App(event))
}

fn survey(paths: &[PathBuf]) -> Result<Surveyed, Phrase> {
    let whole = |path: &PathBuf| {
        let path = path.to_str().map_or_else(|| path.clone(), expanded);
        // So that it is the same file wherever the program goes from here.
        std::path::absolute(&path).unwrap_or(path)
    };
    disk::survey(&paths.iter().map(whole).collect::<Vec<_>>())
}

/// The folders in which lies what came: the one of the profile, and the one that the config names.
pub fn download_folders(profile: &Profile, chosen: Option<&str>) -> Arc<[PathBuf]> {
    std::iter::once(profile.downloads_path()).chain(chosen.map(expanded)).collect()
}

fn place(profile: &Profile, chosen: Option<&Path>, fetch: &FetchRequest) -> Placed {
    let failed = |error: std::io::Error| (disk_error_of(&error).into(), 0);
    let folder = profile.make_downloads(chosen).map_err(failed)?;
    let place = DownloadTarget { folder: folder.into(), name: fetch.name.clone(), part: part_name(fetch) };
    // A folder begins again, since nobody can say where it was.
    let left = if fetch.folder { 0 } else { disk::left_of(&place) };
    let free = disk::unused_space(&place.folder).map_err(|error| (failed(error).0, left))?;
    let from = start_of(fetch.size, left);
    fits(fetch.size.saturating_sub(from), free, disk::MIN_FREE).map_err(|fault| (fault, left))?;
    Ok((place, from))
}

/// More than the whole of it is something else.
const fn start_of(size: u64, left: u64) -> u64 {
    if left <= size { left } else { 0 }
}

const fn fits(wanted: u64, free: u64, reserved: u64) -> Result<(), Fault> {
    if wanted <= free.saturating_sub(reserved) {
        Ok(())
    } else {
        Err(Fault::NoRoom(Shortage { free, reserved, wanted }))
    }
}

fn part_name(fetch: &FetchRequest) -> String {
    filename::part_name(&fetch.name, fetch.transfer, &fetch.payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MessageId;

    fn wanted(message: u64, file: u16, name: &str, payload: &[u8]) -> FetchRequest {
        FetchRequest {
            conversation: ConversationId(1),
            transfer: TransferId { message: MessageId(message), file },
            payload: payload.into(),
            name: name.to_owned(),
            size: 10,
            folder: false,
        }
    }

    #[test]
    fn a_part_has_the_same_name_every_time_and_no_other_transfers() {
        let part = |message, file, payload: &[u8]| part_name(&wanted(message, file, "a.txt", payload));
        let first = part(7, 0, b"offer");
        assert_eq!(first, part(7, 0, b"offer"));
        let check = first.strip_prefix("a.txt.7-0-").and_then(|rest| rest.strip_suffix(".part"));
        assert!(check.is_some_and(|check| check.len() == 8), "{first}");
        for other in [part(7, 1, b"offer"), part(8, 0, b"offer"), part(7, 0, b"another")] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn a_part_of_a_long_name_can_still_be_made() {
        for name in ["x".repeat(255), "名".repeat(85), "e\u{301}".repeat(85)] {
            let part = part_name(&wanted(u64::MAX, u16::MAX, &name, b""));
            assert!(part.strip_suffix(".part").is_some() && part.len() <= 255, "{part}");
            assert!(part.len() > 200, "as much of it as can be: {part}");
        }
    }

    #[test]
    fn what_is_left_of_an_earlier_try_is_gone_on_with_unless_it_is_too_much() {
        assert_eq!([0, 9, 10, 11].map(|left| start_of(10, left)), [0, 9, 10, 0]);
    }

    #[test]
    fn what_does_not_fit_is_not_begun() {
        assert_eq!(fits(10, 15, 5), Ok(()));
        for (wanted, free, reserved) in [(11, 15, 5), (1, 4, 5), (u64::MAX, 1 << 40, 0)] {
            let shortage = Shortage { free, reserved, wanted };
            assert_eq!(fits(wanted, free, reserved), Err(Fault::NoRoom(shortage)));
        }
    }

    #[tokio::test]
    async fn what_waits_for_a_place_can_be_given_up() {
        let (one, two) = (wanted(1, 0, "a", b""), wanted(1, 1, "b", b""));
        let folder = tempfile::tempdir().expect("a folder");
        let mut files = FileTasks::new(Arc::new(Profile::open(Some(folder.path())).expect("a profile")));
        files.wanted.push_back(two.clone());
        files.current = Some(one.transfer);
        assert!(files.give_up(two.transfer) && !files.give_up(two.transfer));
        assert!(files.give_up(one.transfer) && !files.give_up(one.transfer));
        files.wanted.push_back(one.clone());
        files.current = Some(two.transfer);
        assert_eq!(files.close(), [two.transfer, one.transfer]);
        assert!(files.close().is_empty());
    }
}
