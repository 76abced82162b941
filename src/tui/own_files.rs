//! Files that are made here to be offered: the picture of the clipboard, and a text that no message carries.
//!
//! Whoever they are offered to may fetch them long after, when the program has been started again, so they stay for a week.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use crate::model::WallTime;
use crate::runtime::now;
use crate::runtime::profile::{create_folder, create_private};

/// How long they stay. Whoever has not fetched one by then has to ask for it again.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// Files of one name that can be made within a second.
const MAX_SAME: u32 = 100;

/// Writes a file of that name into the folder, which is made where it is missing, and removes what is old in it.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    create_folder(folder)?;
    clear(folder, now().wall);
    for again in 0..MAX_SAME {
        let path = folder.join(numbered(name, again));
        match create_private(&path) {
            Ok(mut file) => return file.write_all(bytes).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `text.txt`, `text-2.txt`, …
fn numbered(name: &str, again: u32) -> String {
    match name.rsplit_once('.').filter(|_| again > 0) {
        Some((stem, extension)) => format!("{stem}-{}.{extension}", again.saturating_add(1)),
        None => name.to_owned(),
    }
}

fn clear(folder: &Path, now: WallTime) {
    let now = UNIX_EPOCH + Duration::from_micros(now.0.max(0).cast_unsigned());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let made = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = made.is_ok_and(|made| now.duration_since(made).is_ok_and(|age| age > KEPT));
        if is_old {
            let _removed = fs::remove_file(entry.path()).is_ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_offered_stays_for_a_week_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("offered");
        let first = write(&folder, "text.txt", b"one").unwrap();
        let second = write(&folder, "text.txt", b"two").unwrap();
        assert_eq!(
            (first.file_name(), second.file_name()),
            (Some("text.txt".as_ref()), Some("text-2.txt".as_ref()))
        );
        assert_eq!(
            (fs::read(&first).unwrap(), fs::read(&second).unwrap()),
            (b"one".to_vec(), b"two".to_vec())
        );
        let kept = i64::try_from(KEPT.as_micros()).unwrap();
        let after = |more: i64| WallTime(now().wall.0 + kept + more);
        clear(&folder, after(-60_000_000));
        assert!(first.exists(), "somebody may still fetch it");
        clear(&folder, after(60_000_000));
        assert!(!first.exists() && !second.exists());
    }
}
