//! `udpqq relay archive`: follows the rooms of a cluster in the foreground, a line on stdout for each thing that happens.

use std::time::Duration;

use super::output::Console;
use super::service::{self, ServiceState};
use super::signals::StopSignals;
use super::{Exit, HeadlessOptions};
use crate::runtime::history::rfc3339;
use crate::runtime::relay_archive::{ArchiveArgs, ArchiveNote, RunningArchive, open_archive};

/// Time to keep what has come.
const FAREWELL: Duration = Duration::from_secs(4);

pub(super) async fn run(
    setup: &HeadlessOptions,
    wanted: ArchiveArgs,
    signals: &mut StopSignals,
    output: &mut Console,
) -> Exit {
    let opened = tokio::select! {
        biased;
        exit = signals.next() => return exit,
        opened = open_archive(wanted) => opened,
    };
    match opened {
        Ok(archive) => follow(setup, archive, signals, output).await,
        Err(why) => {
            output.tell(&why);
            Exit::Failed
        }
    }
}

async fn follow(
    setup: &HeadlessOptions,
    mut archive: RunningArchive,
    signals: &mut StopSignals,
    output: &mut Console,
) -> Exit {
    output.speak(setup, archive.language());
    for line in archive.told() {
        output.tell(line);
    }
    service::tell(ServiceState::Ready, output);
    let Some(asked) = until_asked(&mut archive, signals, output).await else {
        // Why was the last line.
        return Exit::Failed;
    };
    service::tell(ServiceState::Stopping, output);
    archive.stop();
    let ending = async {
        while let Some(note) = archive.next_note().await {
            write(&note, output).await;
        }
        archive.finish().await;
        output.finish().await
    };
    tokio::select! {
        biased;
        // Twice is an order to end now.
        again = signals.next() => again,
        // What is not kept by then is followed again. To end in order is what a service is asked for, not a failure.
        _in_time_or_not = tokio::time::timeout(FAREWELL, ending) => {
            if asked == Exit::Terminated { Exit::Done } else { asked }
        }
    }
}

/// `None`: it has ended by itself.
async fn until_asked(
    archive: &mut RunningArchive,
    signals: &mut StopSignals,
    output: &Console,
) -> Option<Exit> {
    loop {
        let note = tokio::select! {
            biased;
            exit = signals.next() => return Some(exit),
            note = archive.next_note() => note?,
        };
        // A reader that has stopped reading must not keep the signals waiting.
        tokio::select! {
            biased;
            exit = signals.next() => return Some(exit),
            () = write(&note, output) => {}
        }
    }
}

/// What cannot be written any more is kept all the same.
async fn write(note: &ArchiveNote, output: &Console) {
    let (time, said) = (rfc3339(&output.local(note.time)), output.lang().phrase(&note.phrase));
    let _written = output.line(format!("{time} {said}")).await.is_ok();
}
