//! The binary: reads the command line, runs one front, ends with its exit status.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use udpqq::cli::{
    ArchiveFlags, COMMANDS, Cli, CliCommand, ContactsArgs, EarlyExit, Global, HistoryArgs, KeyArgs,
    PermissionFlags, RelayFlags, RemovedArg, RoomHistoryArgs, TextArg, TextForm, WireFlags,
};
use udpqq::headless::{
    self, ChatArgs, ContactsCommand, Exit, HeadlessCommand, HeadlessOptions, HistoryCommand, KeyCommand,
    PayloadForm, RoomExportArgs, RoomHistoryCommand, TextSource, WireArgs, complain, complain_at_the_end,
    print_page,
};
use udpqq::lang::{Lang, is_known, listed, locale};
use udpqq::model::{Phrase, THEMES, nearest};
use udpqq::runtime::history::{self, parse_search};
use udpqq::runtime::profile::{AskPassphrase, PassphraseFile, check_own_name};
use udpqq::runtime::room_history::{RemovalTarget, parse_member};
use udpqq::runtime::{
    Options, Session, SessionError, allow_open_files, forbid_core_dumps, registry, relay, start_log,
};
use udpqq::tui::{self, FrontExit, FrontOptions, PassphrasePrompt};

fn main() -> ExitCode {
    forbid_core_dumps();
    match Cli::read(std::env::args_os(), registry(), help_width).and_then(judged) {
        Ok(cli) => run(cli),
        Err(refusal) => match print_page(&refusal.text, refusal.status == 0) {
            Ok(()) => ExitCode::from(refusal.status),
            Err(why) => failed(&Lang::choose(None, registry()), &why),
        },
    }
}

/// Columns of the terminal; where there is none, or it does not know, as many as terminals have.
fn help_width() -> usize {
    const STANDARD: usize = 80;
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let has_one = std::io::stdout().is_terminal() || std::io::stderr().is_terminal();
    let asked = || crossterm::terminal::size().ok().filter(|_| has_one).map(|(columns, _)| columns.into());
    told.or_else(asked).filter(|columns| *columns > 0).unwrap_or(STANDARD)
}

/// What the command line alone could not know to be wrong.
fn judged(cli: Cli) -> Result<Cli, EarlyExit> {
    let lang = lang(&cli.global);
    let no_such = |key, name, known: &str| EarlyExit::usage(&lang, key, &[("name", name), ("known", known)]);
    if let Some(name) = cli.global.theme.as_deref().filter(|name| !THEMES.contains(name)) {
        return Err(no_such("command-no-such-theme", name, &THEMES.join(", ")));
    }
    if let Some(tag) = cli.global.language.as_deref().filter(|tag| !is_known(tag)) {
        return Err(no_such("command-no-such-language", tag, &listed()));
    }
    if let Some(Err(error)) = cli.global.name.as_deref().map(check_own_name) {
        return Err(EarlyExit::usage(&lang, error.key(), &[]));
    }
    if let CliCommand::History(HistoryArgs::Search { words, .. })
    | CliCommand::RoomHistory(RoomHistoryArgs::Search { words, .. }) = &cli.command
    {
        parse_search(words).map_err(|why| EarlyExit::of(&lang, &why))?;
    }
    let asks = matches!(cli.command, CliCommand::Send { text: TextArg::PipedStdin, .. });
    if asks && std::io::stdin().is_terminal() {
        let arg = lang.with("argument-line", &[("line", "TEXT")]);
        return Err(EarlyExit::usage(&lang, "cli-error-missing", &[("arg", &arg)]));
    }
    Ok(cli)
}

/// Who is asked for a passphrase: the file that a script names, else whoever sits at the terminal.
fn asker(global: &Global) -> Arc<dyn AskPassphrase> {
    match global.passphrase_fd {
        Some(number) => Arc::new(PassphraseFile::new(number)),
        None => Arc::new(PassphrasePrompt::new(lang(global))),
    }
}

fn lang(global: &Global) -> Lang {
    Lang::choose(global.language.as_deref(), registry())
}

fn run(cli: Cli) -> ExitCode {
    if let Err(why) = allow_open_files() {
        return failed(&lang(&cli.global), &why);
    }
    let has_front = matches!(cli.command, CliCommand::Messenger { .. });
    let (network, front) = match runtimes(has_front) {
        Ok(runtimes) => runtimes,
        Err(error) => {
            let reason = error.to_string();
            return failed(&lang(&cli.global), &Phrase::new("headless-system").text("reason", reason));
        }
    };
    let Cli { global, command } = cli;
    let ended = match (command, front) {
        (CliCommand::Messenger { open }, Some(front)) => messenger(&network, front, global, open),
        (command, _) => network.block_on(without_front(global, command)),
    };
    // What still looks up a name or reads a pipe must not keep the program.
    network.shutdown_background();
    ended
}

/// One worker for the network. The messenger's front has the main thread and a runtime of its own: its terminal, its
/// timers and what the network tells it wake that thread and no other.
fn runtimes(has_front: bool) -> std::io::Result<(Runtime, Option<Runtime>)> {
    let network = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let front = has_front.then(|| Builder::new_current_thread().enable_all().build()).transpose()?;
    Ok((network, front))
}

async fn without_front(global: Global, command: CliCommand) -> ExitCode {
    let job = match command {
        // It has a front.
        CliCommand::Messenger { .. } => return ExitCode::from(Exit::Failed.status()),
        CliCommand::Chat { target, history } => {
            let target = meant(&global, target);
            return chat(global, ChatArgs { target, history }).await;
        }
        CliCommand::Send { target, text, form, wait } => {
            let target = meant(&global, target);
            HeadlessCommand::Send { target, text: source(text), form: payload_form(form), wait }
        }
        CliCommand::Listen { json, count, timeout } => HeadlessCommand::Listen { json, count, timeout },
        CliCommand::Echo { upper } => HeadlessCommand::Echo { upper },
        CliCommand::Wire(wire) => {
            let target = wire.target.map(|target| meant(&global, target));
            HeadlessCommand::Wire(wire_args(WireFlags { target, ..wire }))
        }
        CliCommand::Relay(relay) if relay.tui => return relay_page(global, &relay).await,
        CliCommand::Relay(relay) => return relay_log(global, &relay).await,
        CliCommand::RelayDoctor { relay, json } => {
            HeadlessCommand::RelayDoctor { relay: Box::new(relay_args(&global, &relay)), json }
        }
        CliCommand::RelayArchive(wanted) => return relay_archive(global, *wanted).await,
        CliCommand::RelayPermissions(PermissionFlags { prefix, shards, archive }) => {
            HeadlessCommand::RelayPermissions { prefix, shards, archive }
        }
        CliCommand::RelayOperator(change, file) => HeadlessCommand::RelayOperator { change, file },
        CliCommand::RelayOrder(words) => HeadlessCommand::RelayOrder { words },
        CliCommand::Doctor { target, json } => {
            HeadlessCommand::Doctor { target: target.map(|target| meant(&global, target)), json }
        }
        CliCommand::Contacts(contacts) => HeadlessCommand::Contacts(contacts_job(contacts)),
        CliCommand::Key(key) => HeadlessCommand::Key(key_job(key)),
        CliCommand::History(history) => HeadlessCommand::History(history_job(history)),
        CliCommand::RoomHistory(history) => HeadlessCommand::RoomArchive(room_history_job(history)),
    };
    ExitCode::from(Box::pin(headless::run(setup(global), job)).await.status())
}

/// A name that only the history knows, as the address that it belongs to.
fn meant(global: &Global, target: String) -> String {
    history::address_named(global.profile.as_deref(), &target).unwrap_or(target)
}

async fn chat(global: Global, args: ChatArgs) -> ExitCode {
    ExitCode::from(headless::run_chat(setup(global), args).await.status())
}

fn setup(global: Global) -> HeadlessOptions {
    let asker = Some(asker(&global));
    let Global { profile, interface, listen, language, name, .. } = global;
    HeadlessOptions { profile, interface, listen, language, name, asker }
}

fn relay_args(global: &Global, relay: &RelayFlags) -> relay::RelayArgs {
    let standard = relay::RelayOptions::default();
    relay::RelayArgs {
        profile: global.profile.clone(),
        interface: global.interface.clone(),
        language: global.language.clone(),
        listen: relay.listen.or_else(|| global.listen.get(relay::SCHEME)),
        metrics: relay.metrics,
        history: relay.history,
        retention: relay.retention,
        cluster: relay.cluster.clone(),
        operators: relay.operators.clone(),
        options: relay::RelayOptions {
            open: relay.open,
            members: relay.members.unwrap_or(standard.members),
            rooms: relay.rooms.unwrap_or(standard.rooms),
            rate: relay.rate.unwrap_or(standard.rate),
            bytes: relay.bytes.unwrap_or(standard.bytes),
            bandwidth: relay.bandwidth.unwrap_or(standard.bandwidth),
            silence: relay.silence.unwrap_or(standard.silence),
            log: standard.log,
            is_shared: standard.is_shared,
            public: standard.public,
            operators: standard.operators,
            // Of every language, once the profile has said which is the relay's.
            phrasebooks: standard.phrasebooks,
        },
    }
}

async fn relay_log(global: Global, relay: &RelayFlags) -> ExitCode {
    let wanted = relay_args(&global, relay);
    ExitCode::from(headless::run_relay(setup(global), wanted).await.status())
}

async fn relay_archive(global: Global, flags: ArchiveFlags) -> ExitCode {
    let ended = headless::run_relay_archive(setup(global), flags.retention, flags.cluster);
    ExitCode::from(ended.await.status())
}

async fn relay_page(global: Global, relay: &RelayFlags) -> ExitCode {
    let mut lang = lang(&global);
    if !has_terminal() {
        return failed(&lang, &Phrase::new("relay-no-terminal"));
    }
    let running = match relay::open(relay_args(&global, relay)).await {
        Ok(running) => running,
        Err(why) => return failed(&lang, &why),
    };
    lang = Lang::choose(global.language.as_deref().or(running.config.language.as_deref()), registry());
    // Before the screen is taken over: they are there again when it is given back.
    for warning in &running.told {
        complain(&lang, warning);
    }
    let looks = tui::relay::RelayPageOptions { theme: global.theme, lang: lang.clone() };
    match tui::relay::run(running, looks).await {
        Ok(tui::relay::RelayPageExit::Quit) => ExitCode::SUCCESS,
        Ok(tui::relay::RelayPageExit::Interrupted) => ExitCode::from(Exit::Interrupted.status()),
        Ok(tui::relay::RelayPageExit::Broken) => failed(&lang, &Phrase::new("headless-broken")),
        Err(error) => failed(&lang, &Phrase::new("headless-terminal").text("reason", error.to_string())),
    }
}

fn has_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

const fn payload_form(form: TextForm) -> PayloadForm {
    match form {
        TextForm::Text => PayloadForm::Text,
        TextForm::Hex => PayloadForm::Hex,
        TextForm::Raw => PayloadForm::Raw,
    }
}

fn source(text: TextArg) -> TextSource {
    match text {
        TextArg::Given(text) => TextSource::Given(text),
        TextArg::Stdin | TextArg::PipedStdin => TextSource::Stdin,
    }
}

fn wire_args(WireFlags { target, pcap, hex, count, timeout }: WireFlags) -> WireArgs {
    WireArgs { target, pcap, hex, count, timeout }
}

fn contacts_job(contacts: ContactsArgs) -> ContactsCommand {
    match contacts {
        ContactsArgs::List { json } => ContactsCommand::List { json },
        ContactsArgs::Names => ContactsCommand::Names,
        ContactsArgs::Add { name, address } => ContactsCommand::Add { name, address },
        ContactsArgs::Remove { name } => ContactsCommand::Remove { name },
        ContactsArgs::Rename { old, new } => ContactsCommand::Rename { old, new },
    }
}

const fn key_job(key: KeyArgs) -> KeyCommand {
    match key {
        KeyArgs::Show { qr } => KeyCommand::Show { qr },
        KeyArgs::Export => KeyCommand::Export,
        KeyArgs::Import => KeyCommand::Import,
        KeyArgs::Passphrase => KeyCommand::Passphrase,
    }
}

fn history_job(history: HistoryArgs) -> HistoryCommand {
    match history {
        HistoryArgs::List { json } => HistoryCommand::List { json },
        HistoryArgs::Search { words, json, limit } => HistoryCommand::Search { words, json, limit },
        HistoryArgs::Export { target, transcript, output } => {
            HistoryCommand::Export { target, transcript, output }
        }
        HistoryArgs::Import { file } => HistoryCommand::Import { file },
    }
}

fn room_history_job(history: RoomHistoryArgs) -> RoomHistoryCommand {
    match history {
        RoomHistoryArgs::List { json } => RoomHistoryCommand::List { json },
        RoomHistoryArgs::Search { words, room, json, limit } => {
            RoomHistoryCommand::Search { words, room, json, limit }
        }
        RoomHistoryArgs::Export { room, member, transcript, output } => {
            RoomHistoryCommand::Export(RoomExportArgs { room, member, transcript, output })
        }
        RoomHistoryArgs::Import { file } => RoomHistoryCommand::Import { file },
        RoomHistoryArgs::Remove { what, yes } => {
            let target = match what {
                RemovedArg::Place(place) => RemovalTarget::Place(place),
                RemovedArg::Room(room) => RemovalTarget::Room(room),
                RemovedArg::Member(member) => RemovalTarget::Member(parse_member(&member)),
            };
            RoomHistoryCommand::Remove { target, yes }
        }
    }
}

fn messenger(network: &Runtime, front: Runtime, global: Global, open: Option<String>) -> ExitCode {
    let lang = lang(&global);
    if let Some(ended) = without_screen(&lang, open.as_deref()) {
        return ended;
    }
    let open = open.map(|target| meant(&global, target));
    let asker = Some(asker(&global));
    let options = Options {
        profile: global.profile,
        interface: global.interface.clone(),
        listen: global.listen,
        name: global.name.clone(),
        open: open.clone(),
        language: global.language.clone(),
        locale: locale(),
        only: None,
        stays_out: false,
        asker,
        fallback: true,
        interactive: true,
    };
    // Its sockets belong to the network's runtime; only channels cross.
    let started = {
        let _network = network.enter();
        Session::start(&options)
    };
    let session = match started {
        Ok(session) => session,
        Err(error) => return not_started(&lang, &error),
    };
    start_log(&session.profile().log_path(), global.verbose);
    let wanted = FrontOptions {
        theme: global.theme,
        name: global.name,
        interface: global.interface,
        language: global.language,
        defaults: global.defaults,
        open,
        test_panic: global.test_panic,
    };
    // The session is large, and a future that holds it by value would be copied about.
    let ended = front.block_on(Box::pin(tui::run(session, wanted)));
    front.shutdown_background();
    match ended {
        Ok(FrontExit::Quit) => ExitCode::SUCCESS,
        Ok(FrontExit::Unkept(count)) => failed(&lang, &Phrase::new("headless-unkept").number("count", count)),
        Ok(FrontExit::Broken) => failed(&lang, &Phrase::new("headless-broken")),
        Err(error) => failed(&lang, &Phrase::new("headless-terminal").text("reason", error.to_string())),
    }
}

/// Why there can be no messenger here; `None`: there can.
fn without_screen(lang: &Lang, open: Option<&str>) -> Option<ExitCode> {
    if has_terminal() {
        return is_dumb().then(|| failed(lang, &Phrase::new("start-dumb-terminal")));
    }
    let Some(meant) = open.and_then(mistyped) else {
        return Some(failed(lang, &Phrase::new("start-no-terminal")));
    };
    complain(lang, &meant);
    Some(ExitCode::from(Exit::Usage.status()))
}

/// Whether the terminal can place what is drawn; one that cannot says so, or says nothing.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// What a person meant who mistyped a command is more likely to be a command than a contact.
fn mistyped(name: &str) -> Option<Phrase> {
    let near = nearest(name, COMMANDS)?;
    Some(Phrase::new("start-no-such-contact-command").text("name", name).text("near", near))
}

fn not_started(lang: &Lang, error: &SessionError) -> ExitCode {
    let mistyped = match error {
        SessionError::NoSuchTarget { name, .. } => mistyped(name),
        SessionError::Address(_) => None,
        SessionError::Profile(_)
        | SessionError::Config(_)
        | SessionError::Net(_)
        | SessionError::Locked(_)
        | SessionError::Identity(_)
        | SessionError::Store(_)
        | SessionError::Chance(_) => return failed(lang, &error.phrase()),
    };
    complain(lang, &mistyped.unwrap_or_else(|| error.phrase()));
    ExitCode::from(Exit::Usage.status())
}

fn failed(lang: &Lang, why: &Phrase) -> ExitCode {
    complain_at_the_end(lang, why);
    ExitCode::from(Exit::Failed.status())
}
