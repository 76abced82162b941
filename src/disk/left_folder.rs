//! What an earlier try left of a folder: in the order in which a folder is walked when it is offered, so that whoever offers
//! it can tell whether it is the beginning of that.
//!
//! Only what such a try can have made is gone on with. Links, devices, files of others or with other names besides: then the
//! folder begins again, and what they name stays as it is.

use std::fs::File;
use std::io;

use super::partial_download::{BegunFile, PartialDownload};
use super::system::Directory;
use super::{DirEntryKind, MAX_DEPTH, MAX_ENTRIES, MIN_FREE};
use crate::model::file::DownloadTarget;

/// Something that is there.
#[derive(Debug)]
pub struct HeldEntry<'a> {
    pub depth: usize,
    pub name: &'a str,
    /// A file, at its start, and its length; `None`: it is a folder.
    pub file: Option<(&'a mut File, u64)>,
}

/// What was found by its name.
struct FoundEntry {
    depth: usize,
    name: String,
    is_file: bool,
}

impl PartialDownload {
    /// For a folder, from where an earlier try was. `visit` is told all that is there, in order.
    pub fn of_folder_left(
        place: &DownloadTarget,
        visit: impl FnMut(HeldEntry<'_>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut download = Self::in_place(place, MIN_FREE)?;
        let found = match download.find_left() {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => return Err(error),
            // Nothing, or nothing to go on with. What is locked is let go first.
            Err(_) => {
                drop(download);
                return Self::of_folder(place);
            }
        };
        download.check_space(0)?;
        download.take_up(&found, visit)?;
        Ok(download)
    }

    fn find_left(&mut self) -> io::Result<Vec<FoundEntry>> {
        let part = self.folder.reopen_folder(self.part.as_ref())?;
        part.lock()?;
        let mut found = Vec::new();
        self.levels.push(part);
        if let Some(part) = self.levels.first() {
            found = find_below(part, 0, found)?;
        }
        Ok(found)
    }

    fn take_up(
        &mut self,
        found: &[FoundEntry],
        mut visit: impl FnMut(HeldEntry<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        for (at, FoundEntry { depth, name, is_file }) in found.iter().enumerate() {
            let (depth, last) = (*depth, at + 1 == found.len());
            let level = self.levels.get(depth).ok_or(io::ErrorKind::StaleNetworkFileHandle)?;
            if !is_file {
                let inside = level.reopen_folder(name.as_ref())?;
                self.levels.truncate(depth + 1);
                self.levels.push(inside);
                self.entries += 1;
                visit(HeldEntry { depth, name, file: None })?;
                continue;
            }
            let mut file = level.reopen(name.as_ref())?;
            let length = file.metadata()?.len();
            if last && length == 0 {
                // Nothing of it came, or it costs nothing.
                level.drop_file(name.as_ref())?;
                return Ok(());
            }
            self.levels.truncate(depth + 1);
            visit(HeldEntry { depth, name, file: Some((&mut file, length)) })?;
            if last {
                self.begun = Some(BegunFile { name: name.clone(), file, length });
            } else {
                self.entries += 1;
            }
        }
        Ok(())
    }
}

/// All that is below a folder, if an earlier try can have made it.
fn find_below(folder: &Directory, depth: usize, mut found: Vec<FoundEntry>) -> io::Result<Vec<FoundEntry>> {
    let strange = || io::Error::from(io::ErrorKind::AlreadyExists);
    for name in folder.names()? {
        let kind = folder.kind(&name)?;
        let is_file = kind == DirEntryKind::File;
        if kind == DirEntryKind::Other || depth > MAX_DEPTH || found.len() >= MAX_ENTRIES {
            return Err(strange());
        }
        let shown = name.to_str().ok_or_else(strange)?.to_owned();
        found.push(FoundEntry { depth, name: shown, is_file });
        if is_file {
            folder.reopen(&name)?;
        } else {
            found = find_below(&folder.reopen_folder(&name)?, depth + 1, found)?;
        }
    }
    Ok(found)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;
    use std::sync::Arc;

    use tempfile::TempDir;

    use super::*;
    use crate::model::WallTime;

    fn place(folder: &TempDir) -> DownloadTarget {
        DownloadTarget { folder: Arc::from(folder.path()), name: "f".to_owned(), part: "7-0.part".to_owned() }
    }

    /// What is there, in short, and the folder to go on with.
    fn left(folder: &TempDir) -> (String, PartialDownload) {
        let mut outline = String::new();
        let download = PartialDownload::of_folder_left(&place(folder), |there| {
            let length = there.file.map(|(_, length)| length.to_string()).unwrap_or_default();
            let below = "/".repeat(there.depth);
            outline.extend([&below, there.name, ":", &length, " "]);
            Ok(())
        });
        (outline, download.expect("open"))
    }

    fn add(download: &mut PartialDownload, name: &str, bytes: &[u8]) {
        let size = u64::try_from(bytes.len()).expect("a size");
        download.file(name, size).and_then(|()| download.write(bytes)).expect("written");
        download.close(None, WallTime(0)).expect("closed");
    }

    fn begin(folder: &TempDir) {
        let (outline, mut download) = left(folder);
        assert_eq!((outline.as_str(), download.entries()), ("", 0));
        add(&mut download, "a", b"12");
        download.enter("b").expect("entered");
        add(&mut download, "c", b"");
        download.enter("d").and_then(|()| download.leave()).expect("left");
        download.file("e", 5).and_then(|()| download.write(b"123")).expect("written");
        assert!(PartialDownload::of_folder_left(&place(folder), |_| Ok(())).is_err(), "two at once");
    }

    #[test]
    fn a_folder_goes_on_in_the_middle_of_a_file() {
        let folder = TempDir::new().expect("a folder");
        begin(&folder);
        let (outline, mut download) = left(&folder);
        assert_eq!(outline, "a:2 b: /c:0 /d: /e:3 ");
        assert_eq!((download.entries(), download.depth(), download.begun()), (4, 1, 3));
        // The file comes first, by its name and with what is there of it.
        assert!(download.leave().is_err() && download.enter("x").is_err());
        assert!(download.file("other", 5).is_err());
        let (_, mut download) = left_after(download, &folder);
        assert!(download.file("e", 2).is_err());
        let (_, mut download) = left_after(download, &folder);
        download.file("e", 5).and_then(|()| download.write(b"45")).expect("written");
        assert!(download.write(b"6").is_err(), "more than was declared");
        download.close(None, WallTime(0)).and_then(|()| download.leave()).expect("left");
        assert!(download.leave().is_err(), "out of the folder");
        let path = download.finish(None, WallTime(0)).expect("finished");
        assert_eq!(fs::read(Path::new(&path).join("b/e")).expect("read"), b"12345");
        assert_eq!(fs::read(Path::new(&path).join("a")).expect("read"), b"12");
    }

    fn left_after(before: PartialDownload, folder: &TempDir) -> (String, PartialDownload) {
        drop(before);
        left(folder)
    }

    #[test]
    fn a_file_of_which_nothing_came_is_not_there() {
        let folder = TempDir::new().expect("a folder");
        let (_, mut download) = left(&folder);
        download.enter("a").expect("entered");
        add(&mut download, "x", b"1");
        download.leave().and_then(|()| download.file("b", 9)).expect("begun");
        let (outline, mut download) = left_after(download, &folder);
        assert_eq!(outline, "a: /x:1 ");
        assert_eq!((download.entries(), download.depth(), download.begun()), (2, 1, 0));
        download.leave().expect("left");
        add(&mut download, "b", b"123456789");
        download.finish(None, WallTime(0)).expect("finished");
    }

    #[test]
    fn what_an_earlier_try_cannot_have_made_is_not_gone_on_with() {
        let outside = TempDir::new().expect("a folder");
        let victim = outside.path().join("victim");
        fs::write(&victim, "precious").expect("written");
        fs::set_permissions(&victim, fs::Permissions::from_mode(0o600)).expect("set");
        for (what, name) in [
            ("link", "b/e"),
            ("folder link", "b/d"),
            ("hard link", "a"),
            ("mode", "a"),
            ("pipe", "z"),
            ("deep", "z"),
        ] {
            let folder = TempDir::new().expect("a folder");
            begin(&folder);
            let there = folder.path().join("7-0.part").join(name);
            let _gone = fs::remove_file(&there).or_else(|_| fs::remove_dir(&there));
            match what {
                "link" => symlink(&victim, &there).expect("linked"),
                "folder link" => symlink(outside.path(), &there).expect("linked"),
                "hard link" => fs::hard_link(&victim, &there).expect("linked"),
                "mode" => fs::write(&there, "theirs").expect("written"),
                "pipe" => rustix::fs::mknodat(
                    rustix::fs::CWD,
                    &there,
                    rustix::fs::FileType::Fifo,
                    rustix::fs::Mode::RUSR,
                    0,
                )
                .expect("made"),
                _ => {
                    let deep = (0..=MAX_DEPTH).fold(there, |path, _| path.join("z"));
                    fs::create_dir_all(deep).expect("made");
                }
            }
            let mut visited = 0;
            let begun = PartialDownload::of_folder_left(&place(&folder), |_| {
                visited += 1;
                Ok(())
            });
            // It begins again, or not at all.
            assert!(begun.map_or(true, |begun| (begun.entries(), begun.begun()) == (0, 0)), "{what}");
            assert_eq!((visited, fs::read(&victim).expect("read")), (0, b"precious".to_vec()), "{what}");
        }
    }
}
