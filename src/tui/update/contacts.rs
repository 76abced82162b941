//! Adding contacts, from a command or from a form.

use super::cx::UiCx;
use crate::app::{Intent, State};
use crate::model::{Address, Phrase};
use crate::runtime::profile::check_name;
use crate::tui::ui::PendingOpen;

/// Adds a contact and opens it as soon as it is in the file.
pub(super) fn add_contact(cx: &mut UiCx<'_>, name: &str, address: Address) -> Result<(), Phrase> {
    let name = free_name(cx.state, name)?;
    cx.ui.navigation.wait_for(PendingOpen::Contact(name.clone()));
    cx.intend(Intent::Add { name, address });
    Ok(())
}

/// A good name that nobody has.
pub(super) fn free_name(state: &State, name: &str) -> Result<String, Phrase> {
    let name = check_name(name).map_err(|error| Phrase::new(error.key()))?;
    match state.contact_named(name) {
        Some(_) => Err(Phrase::new("contact-name-taken").text("name", name)),
        None => Ok(name.to_owned()),
    }
}
