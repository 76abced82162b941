//! `udpqq relay operator`: who is in charge among the members of a relay. A relay that runs reads it when it starts again.

use std::path::PathBuf;

use super::output::Console;
use super::relay_order::read_password;
use super::{CommandError, HeadlessOptions};
use crate::model::{OperatorChange, Password, Phrase};
use crate::runtime::profile::{PassphraseQuestion, Profile};
use crate::runtime::relay::{add_operator, operator_names, operators_path, remove_operator};

pub(super) async fn run(
    setup: &HeadlessOptions,
    change: OperatorChange,
    file: Option<PathBuf>,
    output: &mut Console,
) -> Result<(), CommandError> {
    let profile = Profile::open(setup.profile.as_deref()).map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    output.speak(setup, config.language.as_deref());
    let path = operators_path(&profile, file);
    let said = |key, name: String| Phrase::new(key).text("name", name).text("path", path.to_string_lossy());
    let lines = match change {
        OperatorChange::Add(name) => {
            let typed = read_password(setup, PassphraseQuestion::Operator).await?;
            let password = Password::new(&typed).ok_or_else(|| Phrase::new("operators-no-password"))?;
            add_operator(&path, &name, &password)?;
            vec![output.lang().phrase(&said("operators-added", name))]
        }
        OperatorChange::Remove(name) => {
            remove_operator(&path, &name)?;
            vec![output.lang().phrase(&said("operators-removed", name))]
        }
        OperatorChange::List => operator_names(&path)?,
    };
    for line in lines {
        output.line(line).await?;
    }
    Ok(())
}
