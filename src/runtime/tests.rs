//! Sessions on the loopback interface, without any socket that another program could want.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::app::{Effect, Event, FetchRequest};
use crate::model::file::Progress;
use crate::model::{
    ConversationId, Fault, FileCommand, ListenSettings, MessageId, NetCommand, NetEvent, TransferId,
};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn off() -> ListenSettings {
    let mut listen = ListenSettings::default();
    for (kind, _) in registry().listen_kinds() {
        listen.set(kind, ListenSetting::Off);
    }
    listen
}

fn interface() -> Option<String> {
    net::interfaces().into_iter().find(|name| name == "lo" || name == "lo0")
}

/// A session on a profile of its own; the folder goes with the first of the pair.
fn session(config: &str) -> (TempDir, Session) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("config.toml"), config).expect("written");
    let options = Options {
        profile: Some(folder.path().to_owned()),
        interface: interface(),
        listen: off(),
        ..Options::default()
    };
    let session = Session::start(&options).expect("a session");
    (folder, session)
}

/// The first happening that `wanted` makes something of; events before it go into the state.
async fn first<T>(session: &mut Session, mut wanted: impl FnMut(&SessionEvent) -> Option<T>) -> T {
    let waiting = async {
        loop {
            let happening = session.next().await;
            if let Some(found) = wanted(&happening) {
                return found;
            }
            if let SessionEvent::App(event) = happening {
                session.apply(event);
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("in time")
}

fn transfer(file: u16) -> TransferId {
    TransferId { message: MessageId(7), file }
}

fn fetch(file: u16, size: u64) -> Effect {
    Effect::Fetch(FetchRequest {
        conversation: ConversationId(1),
        transfer: transfer(file),
        payload: Arc::from(*b"offer"),
        name: "a.txt".to_owned(),
        size,
        folder: false,
    })
}

const fn fault_of(event: &Event) -> Option<(TransferId, &Fault)> {
    if let Event::Net(NetEvent::Transfer { transfer, progress: Progress::Broken { fault, .. } }) = event {
        Some((*transfer, fault))
    } else {
        None
    }
}

#[tokio::test]
async fn others_learn_that_one_is_away_and_back() {
    let (_folder, mut session) = session("group = \"g\"\n");
    assert_eq!((session.away(), &*session.own().group), (None, "g"));
    session.set_away(Some("at lunch".to_owned()));
    assert_eq!(session.identity.introduced().and_then(|own| own.away.as_deref()), Some("at lunch"));
    session.set_away(Some("x".repeat(10_000)));
    assert_eq!(session.away().map(str::len), Some(400));
    session.set_away(None);
    assert_eq!(session.identity.introduced().map(|own| own.away.clone()), Some(None));
}

#[tokio::test]
async fn a_changed_setting_is_what_others_are_told_next() {
    let (_folder, mut session) = session("");
    session.configure(&[("group", "研发"), ("legacy-encoding", "big5")]).expect("set");
    let told = session.identity.introduced().map(|own| (&*own.group, &*own.legacy));
    assert_eq!(told, Some(("研发", "big5")));
}

#[tokio::test]
async fn a_path_is_completed_beside_everything_else() {
    let (folder, mut session) = session("");
    let typed = format!("{}/conf", folder.path().display());
    session.complete(typed.clone());
    let found = first(&mut session, |happening| {
        let SessionEvent::Completed { typed, found } = happening else { return None };
        Some((typed.clone(), found.iter().map(|one| one.path.clone()).collect::<Vec<_>>()))
    })
    .await;
    assert_eq!(found, (typed.clone(), vec![format!("{typed}ig.toml")]));
}

#[tokio::test]
async fn what_cannot_be_offered_is_told() {
    let (folder, mut session) = session("");
    let missing = vec![folder.path().join("gone")];
    let request =
        OfferRequest { conversation: ConversationId(1), paths: missing, typed: "/file gone".to_owned() };
    session.offer(request).expect("looked at");
    let refused = first(&mut session, |happening| {
        let SessionEvent::Refused { conversation, typed, why } = happening else { return None };
        Some((*conversation, typed.clone(), why.key))
    });
    assert_eq!(refused.await, (Some(ConversationId(1)), "/file gone".to_owned(), "offer-missing"));
}

#[tokio::test]
async fn a_folder_for_files_that_cannot_be_made_breaks_the_transfer() {
    let (folder, mut session) = session("");
    fs::write(folder.path().join("downloads"), "in the way").expect("written");
    assert!(session.execute(fetch(0, 0)).is_none());
    let fault = first(&mut session, |happening| {
        let SessionEvent::App(event) = happening else { return None };
        fault_of(event).map(|(transfer, fault)| (transfer, fault.clone()))
    });
    assert!(matches!(fault.await, (found, Fault::Disk { .. }) if found == transfer(0)));
}

#[tokio::test]
async fn a_file_that_is_larger_than_the_disk_is_not_begun() {
    let (folder, mut session) = session("");
    assert!(session.execute(fetch(0, u64::MAX)).is_none());
    let is_full = first(&mut session, |happening| {
        let SessionEvent::App(event) = happening else { return None };
        fault_of(event)
            .map(|(_, fault)| matches!(fault, Fault::NoRoom(shortage) if shortage.wanted == u64::MAX))
    });
    assert!(is_full.await);
    assert!(folder.path().join("downloads").is_dir(), "where it was to go");
}

#[tokio::test]
async fn what_is_stopped_before_it_has_a_place_never_starts() {
    let (_folder, mut session) = session("");
    assert!(session.execute(fetch(0, 0)).is_none() && session.execute(fetch(1, 0)).is_none());
    for file in [1, 0] {
        let stop = NetCommand::File(ConversationId(1), FileCommand::Stop { transfer: transfer(file) });
        let event = session.execute(Effect::Net(stop)).expect("an answer at once");
        assert_eq!(fault_of(&event), Some((transfer(file), &Fault::Interrupted)));
    }
}

#[tokio::test]
async fn files_come_into_the_folder_that_the_config_names() {
    let chosen = tempfile::tempdir().expect("a folder");
    let inside = chosen.path().join("got");
    let profile = profile::Profile::open(Some(&chosen.path().join("profile"))).expect("a profile");
    assert_eq!(profile.make_downloads(Some(&inside)).ok(), Some(inside.clone()));
    assert_eq!(profile.make_downloads(Some(&inside)).ok(), Some(inside));
    let own = profile.make_downloads(None).expect("made");
    assert_eq!(own, profile.downloads_path());
}

#[cfg(unix)]
#[tokio::test]
async fn the_profiles_own_folder_is_closed_to_others_and_anybody_elses_left_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &PathBuf| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let open = |path: &PathBuf| {
        fs::create_dir(path).expect("made");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("opened");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let profile = profile::Profile::open(Some(&folder.path().join("profile"))).expect("a profile");
    let (own, chosen) = (profile.downloads_path(), folder.path().join("chosen"));
    open(&own);
    open(&chosen);
    assert_eq!(profile.make_downloads(None).map(|path| mode(&path)).ok(), Some(0o700));
    assert_eq!(profile.make_downloads(Some(&chosen)).map(|path| mode(&path)).ok(), Some(0o755));
    let new = folder.path().join("new");
    assert_eq!(profile.make_downloads(Some(&new)).map(|path| mode(&path)).ok(), Some(0o700));
}

#[tokio::test]
async fn nothing_more_is_fetched_by_a_session_that_ends() {
    let (_folder, mut session) = session("");
    assert!(session.execute(fetch(0, 0)).is_none() && session.execute(fetch(1, 0)).is_none());
    session.end_transfers();
    assert!(!session.files.give_up(transfer(0)) && !session.files.give_up(transfer(1)));
    let event = session.execute(fetch(2, 0)).expect("an answer at once");
    assert_eq!(fault_of(&event), Some((transfer(2), &Fault::Interrupted)));
    let ended = tokio::time::timeout(PATIENCE, Box::pin(session.finish(PATIENCE)));
    assert_eq!(ended.await.ok(), Some(0));
}

#[test]
fn who_speaks_to_one_only_opens_what_is_needed_for_that() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("contacts.toml"), "[contacts]\nalex = \"tcp://127.0.0.1:9\"\n")
        .expect("written");
    let profile = profile::Profile::open(Some(folder.path())).expect("a profile");
    let open = |only: &str| {
        let mut listen = listening::listening(&ListenSettings::default());
        listen.insert("tcp", ListenSetting::Port(9));
        listening::listen_only_for(&profile, only, &mut listen);
        let on = listen.into_iter().filter(|(_, at)| *at != ListenSetting::Off);
        on.map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    assert_eq!(open("alex"), ["tcp"]);
    assert_eq!(open("127.0.0.1:9"), ["udp"]);
    assert_eq!(open("room://255.255.255.255"), ["room"]);
    assert_eq!(open("nobody at all"), [""; 0]);
}
