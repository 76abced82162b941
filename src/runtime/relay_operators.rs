//! Who is in charge among the members of a relay, as its file says.

use std::path::{Path, PathBuf};

use tokio::task::JoinSet;

use super::profile::{OperatorsFile, Profile, Watcher};
use crate::model::{Password, Phrase};
use crate::net::relay::{Operator, OperatorsSender, SALT_LENGTH};

/// The file that says who is in charge.
pub(super) struct OperatorsSource {
    path: PathBuf,
    /// Somebody named it, so it has to be there.
    is_named: bool,
}

impl OperatorsSource {
    /// The file that was named, else the profile's own.
    pub(super) fn of(named: Option<&Path>, profile: Option<&Profile>) -> Option<Self> {
        let own = || profile.map(Profile::operators_path);
        let path = named.map(Path::to_owned).or_else(own)?;
        Some(Self { path, is_named: named.is_some() })
    }

    pub(super) fn read(&self) -> Result<Vec<Operator>, Phrase> {
        match OperatorsFile::open(&self.path)? {
            Some(file) => file.operators(),
            None if self.is_named => {
                Err(Phrase::new("operators-missing").text("path", self.path.to_string_lossy()))
            }
            None => Ok(Vec::new()),
        }
    }

    /// Reads it again whenever it has changed, and tells the relay. Why that is not done, where it is not. Must be called
    /// inside a tokio runtime.
    pub(super) fn keep_reading(self, relay: OperatorsSender) -> (JoinSet<()>, Option<Phrase>) {
        let (mut watcher, warning) = Watcher::of_file(&self.path);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                watcher.next().await;
                relay.send(self.read());
            }
        });
        (tasks, warning)
    }
}

/// Where the people in charge stand: in the file that was named, or in that of the profile.
pub fn operators_path(profile: &Profile, named: Option<PathBuf>) -> PathBuf {
    named.unwrap_or_else(|| profile.operators_path())
}

/// The names of those that are in charge.
pub fn operator_names(path: &Path) -> Result<Vec<String>, Phrase> {
    let file = OperatorsFile::open_or_new(path)?;
    Ok(file.operators()?.iter().map(|operator| operator.name().to_owned()).collect())
}

/// Puts somebody in charge, by that password.
pub fn add_operator(path: &Path, name: &str, password: &Password) -> Result<(), Phrase> {
    let file = OperatorsFile::open_or_new(path)?;
    // What is wrong with it is told before anything is written.
    file.operators()?;
    let mut salt = [0; SALT_LENGTH];
    getrandom::fill(&mut salt)
        .map_err(|error| Phrase::new("start-chance").text("code", error.to_string()))?;
    let operator = Operator::new(name, password, salt);
    file.put(&operator.ok_or_else(|| Phrase::new("operators-name").text("name", name))?)
}

/// Takes it away again.
pub fn remove_operator(path: &Path, name: &str) -> Result<(), Phrase> {
    if OperatorsFile::open_or_new(path)?.remove(name)? {
        return Ok(());
    }
    Err(Phrase::new("operators-nobody").text("name", name))
}
