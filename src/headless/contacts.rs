//! `udpqq contacts`: sees and changes `contacts.toml`, by the same rules as the messenger.

use serde::Serialize;

use super::output::Console;
use super::record::json;
use super::{CommandError, HeadlessOptions};
use crate::model::contact::MENTION;
use crate::model::text::plain_line;
use crate::model::{Contact, NotifyLevel};
use crate::runtime::parse_address;
use crate::runtime::profile::{EditError, Profile};

/// What to do with the contact list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactsCommand {
    /// A line each: the name, a tab, the address; or a JSON object each.
    List {
        json: bool,
    },
    /// The names alone, for completion in shells: a line each, as they are.
    Names,
    Add {
        name: String,
        address: String,
    },
    Remove {
        name: String,
    },
    Rename {
        old: String,
        new: String,
    },
}

/// As it stands in the file.
#[derive(Serialize)]
#[serde(untagged)]
enum NotifyField {
    Flag(bool),
    Word(&'static str),
}

impl From<NotifyLevel> for NotifyField {
    fn from(level: NotifyLevel) -> Self {
        match level {
            NotifyLevel::All => Self::Flag(true),
            NotifyLevel::Mentions => Self::Word(MENTION),
            NotifyLevel::None => Self::Flag(false),
        }
    }
}

#[derive(Serialize)]
struct ContactFields<'a> {
    name: &'a str,
    address: String,
    notify: NotifyField,
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    job: &ContactsCommand,
    output: &mut Console,
) -> Result<(), CommandError> {
    let folder = setup.profile.as_deref();
    let profile = match job {
        ContactsCommand::Add { .. } => Profile::open(folder),
        ContactsCommand::List { .. }
        | ContactsCommand::Names
        | ContactsCommand::Remove { .. }
        | ContactsCommand::Rename { .. } => Profile::open_existing(folder),
    };
    let profile = profile.map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?;
    output.speak(setup, config.value.language.as_deref());
    match job {
        ContactsCommand::List { json } => list(&profile, *json, output).await,
        ContactsCommand::Names => names(&profile, output).await,
        ContactsCommand::Add { name, address } => {
            parse_address(address).map_err(|error| error.phrase())?;
            told(profile.add_contact(name, address))
        }
        ContactsCommand::Remove { name } => told(profile.remove_contact(name)),
        ContactsCommand::Rename { old, new } => told(profile.rename_contact(old, new)),
    }
}

fn told(edited: Result<(), EditError>) -> Result<(), CommandError> {
    edited.map_err(|error| error.phrase().into())
}

async fn list(profile: &Profile, json: bool, output: &Console) -> Result<(), CommandError> {
    let contacts = profile.load_contacts(&parse_address).map_err(|error| error.phrase())?;
    for warning in &contacts.warnings {
        output.tell(warning);
    }
    for contact in &contacts.value {
        output.line(if json { record(contact) } else { line(contact) }).await?;
    }
    Ok(())
}

/// Only those that a person can type: others would do something else to the shell than they show.
async fn names(profile: &Profile, output: &Console) -> Result<(), CommandError> {
    let contacts = profile.load_contacts(&parse_address).map_err(|error| error.phrase())?;
    let is_plain = |name: &&str| plain_line(name) == **name && !name.starts_with('-');
    for name in contacts.value.iter().map(|contact| contact.name.as_str()).filter(is_plain) {
        output.line(name.to_owned()).await?;
    }
    Ok(())
}

/// A tab inside a name is spelled out, so the one between is the only one.
pub(super) fn line(contact: &Contact) -> String {
    format!("{}\t{}", plain_line(&contact.name), plain_line(&contact.address.to_string()))
}

fn record(contact: &Contact) -> String {
    json(&ContactFields {
        name: &contact.name,
        address: contact.address.to_string(),
        notify: contact.notify.into(),
    })
}
