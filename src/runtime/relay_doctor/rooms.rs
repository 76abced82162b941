//! The file in which a relay keeps its rooms: whether it can be read and written, is whole, and is nobody else's.

use std::io;
use std::path::Path;

use super::super::doctor::{CheckName, Finding, Remedy, Verdict, is_writable};
use super::super::profile::Profile;
use crate::disk::unused_space;
use crate::model::phrase::Value;
use crate::model::{Phrase, RetentionSettings};
use crate::store::RoomLogReader;

const FILE: &str = "rooms.db";
/// A disk with less is about to be full.
const MIN_UNUSED: u64 = 256 << 20;
const MEGABYTE: u64 = 1_000_000;

pub(super) async fn examine(profile: &Profile, retention: RetentionSettings) -> Vec<Finding> {
    let folder = profile.rooms_folder().to_owned();
    let most = retention.settle().bounds().keep_bytes;
    let path = Value::Text(folder.join(FILE).display().to_string());
    let is_about_it = |warning: &&Phrase| warning.args.iter().any(|(_, value)| *value == path);
    let opened = profile.warnings().iter().find(is_about_it).cloned();
    // It may take as long as the file is.
    let looked = tokio::task::spawn_blocking(move || look(&folder, opened.as_ref(), most)).await;
    looked.unwrap_or_default()
}

/// `opened`: what was said of the file when the profile was opened, which closes it to others. `most`: bytes that it may get.
fn look(folder: &Path, opened: Option<&Phrase>, most: Option<u64>) -> Vec<Finding> {
    let path = folder.join(FILE);
    let rights = |path: &Path| opened.cloned().map(was_open).or_else(|| rights(path));
    let shown = || path.display().to_string();
    let mut found = Vec::new();
    match RoomLogReader::open(folder) {
        Ok(Some(mut reader)) => {
            let told = Phrase::new("doctor-room-file-good").text("path", shown());
            found.push(Finding::new(CheckName::RoomFile, Verdict::Good, vec![told]));
            found.extend(rights(&path));
            found.push(integrity(reader.damage(), &shown()));
        }
        Ok(None) => {
            let told = Phrase::new("doctor-room-file-none").text("path", shown());
            found.push(Finding::note(CheckName::RoomFile, told));
        }
        Err(fault) => {
            let remedy = Remedy::told(Phrase::new("doctor-do-room-file").text("path", shown()));
            let finding = Finding::new(CheckName::RoomFile, Verdict::Bad, vec![fault]);
            found.push(finding.with(Some(remedy)));
            found.extend(rights(&path));
        }
    }
    found.push(disk(folder, most));
    found
}

fn integrity(damage: Result<Option<String>, Phrase>, path: &str) -> Finding {
    let check = CheckName::Integrity;
    let told = match damage {
        Ok(None) => return Finding::new(check, Verdict::Good, vec![Phrase::new("doctor-integrity-good")]),
        Ok(Some(reason)) => Phrase::new("doctor-integrity-bad").text("reason", reason),
        Err(fault) => fault,
    };
    let remedy = Remedy::told(Phrase::new("doctor-do-room-file").text("path", path));
    Finding::new(check, Verdict::Bad, vec![told]).with(Some(remedy))
}

fn was_open(warning: Phrase) -> Finding {
    let remedy = Remedy::told(Phrase::new("doctor-do-file-was-open"));
    Finding::new(CheckName::FileRights, Verdict::Warning, vec![warning]).with(Some(remedy))
}

/// Others on the machine have no business in it.
#[cfg(unix)]
fn rights(path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = path.metadata().ok()?.permissions().mode() & 0o777;
    let check = CheckName::FileRights;
    let told = |key| Phrase::new(key).text("mode", format!("{mode:o}"));
    let of_others = mode & 0o077;
    if of_others == 0 {
        return Some(Finding::new(check, Verdict::Good, vec![told("doctor-file-rights-good")]));
    }
    let remedy = Remedy::by(
        Phrase::new("doctor-do-file-rights"),
        format!("chmod 600 {}", super::super::doctor::quoted(&path.display().to_string())),
    );
    Some(Finding::new(check, Verdict::Bad, vec![told("doctor-file-rights-open")]).with(Some(remedy)))
}

#[cfg(not(unix))]
const fn rights(_path: &Path) -> Option<Finding> {
    None
}

fn disk(folder: &Path, most: Option<u64>) -> Finding {
    let check = CheckName::Disk;
    let shown = || folder.display().to_string();
    let bad = |told: Phrase, remedy| Finding::new(check, Verdict::Bad, vec![told]).with(Some(remedy));
    if folder.exists() && !is_writable(folder) {
        let told = Phrase::new("doctor-disk-closed").text("path", shown());
        return bad(told, Remedy::told(Phrase::new("doctor-do-disk-closed").text("path", shown())));
    }
    let unused = match unused_space(folder) {
        Ok(unused) => unused,
        // The first start makes it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Finding::note(check, Phrase::new("doctor-room-file-none").text("path", shown()));
        }
        Err(error) => {
            let told = Phrase::new("doctor-disk-unknown").text("path", shown());
            let told = told.text("code", error.kind().to_string());
            return bad(told, Remedy::told(Phrase::new("doctor-do-disk-closed").text("path", shown())));
        }
    };
    let megabytes = |bytes: u64| bytes.checked_div(MEGABYTE).unwrap_or_default();
    let told = Phrase::new("doctor-disk-room").number("free", megabytes(unused));
    let told = told.number("most", most.map_or(0, megabytes));
    let verdict = if unused < MIN_UNUSED {
        Verdict::Bad
    } else if most.is_some_and(|most| unused < most) {
        Verdict::Warning
    } else {
        Verdict::Good
    };
    let remedy = Remedy::told(Phrase::new("doctor-do-disk").text("path", shown()));
    Finding::new(check, verdict, vec![told]).with(Some(remedy).filter(|_| verdict > Verdict::Note))
}
