//! Who is in charge among the members of a relay, as its file says.

use std::path::{Path, PathBuf};

use super::profile::{OperatorsFile, Profile};
use crate::model::{Password, Phrase};
use crate::net::relay::{Operator, SALT_LENGTH};

/// Those of the file that was named, which has to be there, or else of the profile's own, if it has one.
pub(super) fn operators(named: Option<&Path>, profile: Option<&Profile>) -> Result<Vec<Operator>, Phrase> {
    let own = profile.map(Profile::operators_path);
    let Some(path) = named.or(own.as_deref()) else { return Ok(Vec::new()) };
    let file = OperatorsFile::open(path)?;
    if file.is_none() && named.is_some() {
        return Err(Phrase::new("operators-missing").text("path", path.to_string_lossy()));
    }
    file.map_or_else(|| Ok(Vec::new()), |file| file.operators())
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
