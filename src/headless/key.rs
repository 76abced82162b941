//! `udpqq key`: who we are to peers that want it proved, to be told to others, and the way to paper and back.
//!
//! The secret half goes from here to stdout and from stdin to here, and no copy of it is left in memory.

use std::io::{self, IsTerminal as _};

use zeroize::Zeroizing;

use super::output::{Console, has_colours, unbuffered_stdin};
use super::{CommandError, HeadlessOptions, broken};
use crate::model::key::grouped;
use crate::model::qr::{Ink, QrCode};
use crate::model::{ListenSetting, Phrase, PublicKey};
use crate::runtime::profile::{Config, Profile, read_secret};
use crate::runtime::{own_addresses, registry};

/// Letters from standard input, with whatever is between them.
const MAX_INPUT: usize = 1024;

/// Black on white, in numbers that no theme of a terminal gives other colours to.
const DARK_ON_LIGHT: &str = "\u{1b}[38;5;16;48;5;231m";
const AS_BEFORE: &str = "\u{1b}[0m";

/// What to do with our own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyCommand {
    /// Our address, with each host of this machine, and the key in groups; or the address as a code for phones.
    Show { qr: bool },
    /// The letters of the seed, for paper.
    Export,
    /// A key from such letters.
    Import,
    /// Puts it under a passphrase, under another one or under none.
    Passphrase,
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    job: KeyCommand,
    output: &mut Console,
) -> Result<(), CommandError> {
    let folder = setup.profile.as_deref();
    let profile = match job {
        KeyCommand::Import => Profile::open(folder),
        KeyCommand::Show { .. } | KeyCommand::Export | KeyCommand::Passphrase => {
            Profile::open_existing(folder)
        }
    };
    let profile = profile.map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    output.speak(setup, config.language.as_deref());
    for warning in profile.warnings() {
        output.tell(warning);
    }
    match job {
        KeyCommand::Show { qr } => {
            let key = profile.own_key(setup.asker.as_deref()).map_err(|error| error.phrase())?.public();
            show(&addresses(setup, &config, key), key, qr, output).await
        }
        KeyCommand::Export => export(setup, &profile, output).await,
        KeyCommand::Passphrase => {
            let sealed = profile.reseal_key(setup.asker.as_deref()).map_err(|error| error.phrase())?;
            output.tell(&Phrase::new(if sealed { "headless-key-sealed" } else { "headless-key-unsealed" }));
            Ok(())
        }
        KeyCommand::Import => import(setup, &config, &profile, output).await,
    }
}

/// Our addresses; where the messenger would listen now. Empty: this program has no dialect with keys.
fn addresses(setup: &HeadlessOptions, config: &Config, key: PublicKey) -> Vec<String> {
    let dialects = registry().dialects;
    let listens = dialects.iter().find(|dialect| dialect.scheme.caps.keys).and_then(|dialect| {
        let said = setup.listen.or(&config.listen).get(dialect.scheme.name);
        said.or_else(|| dialect.listens.usual()).and_then(ListenSetting::address)
    });
    let addresses = own_addresses(key, listens, setup.interface.as_deref());
    addresses.iter().map(ToString::to_string).collect()
}

async fn show(addresses: &[String], key: PublicKey, qr: bool, output: &Console) -> Result<(), CommandError> {
    // The one that says where we are, too, if there is one.
    let code = addresses.get(1).or_else(|| addresses.first()).filter(|_| qr);
    if let Some((address, code)) = code.and_then(|address| Some((address, QrCode::of(address)?))) {
        for row in drawn(&code, has_colours()) {
            output.line(row).await?;
        }
        return output.line(address.clone()).await;
    }
    for address in addresses {
        output.line(address.clone()).await?;
    }
    output.line(grouped(&key.to_string())).await
}

/// In colours of its own, which are right on every ground; without them for light letters on a dark one.
pub(super) fn drawn(code: &QrCode, colours: bool) -> Vec<String> {
    let rows = code.rows(if colours { Ink::Dark } else { Ink::Light });
    let in_colours = |row| if colours { format!("{DARK_ON_LIGHT}{row}{AS_BEFORE}") } else { row };
    rows.into_iter().map(in_colours).collect()
}

async fn export(setup: &HeadlessOptions, profile: &Profile, output: &Console) -> Result<(), CommandError> {
    let pair = profile.own_key(setup.asker.as_deref()).map_err(|error| error.phrase())?;
    let letters = Zeroizing::new(grouped(&pair.letters()));
    output.tell(&Phrase::new("headless-key-secret"));
    output.secret(letters).await
}

async fn import(
    setup: &HeadlessOptions,
    config: &Config,
    profile: &Profile,
    output: &Console,
) -> Result<(), CommandError> {
    if io::stdin().is_terminal() {
        output.tell(&Phrase::new("headless-key-type"));
    }
    let reading = tokio::task::spawn_blocking(|| read_secret(unbuffered_stdin()?, MAX_INPUT));
    let unreadable = |error: io::Error| Phrase::new("headless-input").text("reason", error.to_string());
    let letters = reading.await.map_err(|_panicked| broken())?.map_err(unreadable)?;
    let letters = std::str::from_utf8(&letters).unwrap_or("?");
    let key = profile.import_key(letters).map_err(|error| error.phrase())?.public();
    show(&addresses(setup, config, key), key, false, output).await
}
