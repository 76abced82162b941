//! `udpqq doctor`: what does not work on this machine, or between it and one peer, a line each, and what to do about it.

use std::time::Duration;

use tokio::time::sleep_until;

use super::findings::{conclude, finding_line};
use super::output::Console;
use super::send::beside_the_messenger;
use super::{CommandError, HeadlessOptions, broken, session, step, target};
use crate::model::text::plain_line;
use crate::model::traffic::Listening;
use crate::model::{Address, ErrorCode, Phrase, WallTime};
use crate::runtime::doctor::{
    CheckName, DoctorPlan, Examination, Finding, PeerCheck, Report, asked_text, wanted_ports, way_to,
};
use crate::runtime::history::{self, History};
use crate::runtime::profile::Profile;
use crate::runtime::{Session, now, parse_address};

/// By then a dialect has said whether it has its port.
const OPENING: Duration = Duration::from_millis(300);

/// The peer that is asked, with the session that asks it.
struct AskedPeer {
    session: Session,
    check: PeerCheck,
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    named: Option<&str>,
    as_json: bool,
    output: &mut Console,
) -> Result<(), CommandError> {
    let mut plan = DoctorPlan { interface: setup.interface.clone(), ..DoctorPlan::default() };
    let profile = read_profile(setup, &mut plan, output);
    let mut report = Report::default();
    let mut peer = None;
    if let Some(named) = named.map(str::trim) {
        let address = address_of(profile.as_ref(), named);
        plan.peer = address.as_ref().and_then(|at| Some((at.literal()?.ip(), at.scheme.name)));
        report.about = Some(plain_line(named));
        if let Some(room) = address.filter(Address::is_room) {
            // To follow a room is to join it, which its members see.
            report.add(way_to(&room));
            plan.relay = Some(room.clone()).filter(|room| room.scheme.caps.rooms);
            if plan.relay.is_none() {
                report.add(Finding::note(CheckName::Peer, Phrase::new("doctor-peer-room")));
            }
        } else {
            let last = last_heard(profile.as_ref(), named).await;
            let asked = ask(setup, named, last, output).await?;
            plan.local = asked.check.local().cloned();
            peer = Some(asked);
        }
    }
    report.asked_peer = plan.relay.is_some() || peer.as_ref().is_some_and(|peer| peer.check.asked());
    let mut examination = Examination::start(&plan);
    report.probed.clone_from(&examination.probed);
    let mut printed = PrintedReport { as_json, checks: report.checks().collect() };
    let done = look(&mut examination, peer.as_mut(), &mut report, &mut printed, output).await;
    if let Some(peer) = peer {
        peer.session.end().await;
    }
    done?;
    let asked = asked_text(&report, output.lang());
    conclude(&report, Some(asked), as_json, output).await
}

/// The profile, and what the settings say of our ports. What is wrong with it is a finding like any other.
fn read_profile(setup: &HeadlessOptions, plan: &mut DoctorPlan, output: &mut Console) -> Option<Profile> {
    let opened = Profile::open_existing(setup.profile.as_deref()).map_err(|error| error.phrase());
    let read = opened.and_then(|profile| {
        let config = profile.load_config().map_err(|error| error.phrase())?.value;
        Ok((profile, config))
    });
    match read {
        Ok((profile, config)) => {
            output.speak(setup, config.language.as_deref());
            plan.ports = wanted_ports(&setup.listen.or(&config.listen), None);
            *plan = std::mem::take(plan).in_profile(&profile);
            Some(profile)
        }
        Err(fault) => {
            plan.ports = wanted_ports(&setup.listen, None);
            plan.profile_fault = Some(fault);
            None
        }
    }
}

fn address_of(profile: Option<&Profile>, named: &str) -> Option<Address> {
    let contacts = profile.and_then(|profile| profile.load_contacts(&parse_address).ok());
    let contacts = contacts.map(|loaded| loaded.value).unwrap_or_default();
    let contact = contacts.into_iter().find(|contact| contact.name == named).map(|contact| contact.address);
    contact.or_else(|| parse_address(named).ok())
}

/// When something was last said there, by the history that the messenger keeps.
async fn last_heard(profile: Option<&Profile>, named: &str) -> Option<WallTime> {
    let (profile, named) = (profile?.clone(), named.to_owned());
    let read = tokio::task::spawn_blocking(move || {
        let contacts = profile.load_contacts(&parse_address).ok()?.value;
        let list = History::open(&profile).ok()?.list().ok()?;
        let cards: Vec<_> = list.iter().map(|summary| summary.card.clone()).collect();
        let id = history::find(&cards, &contacts, &named)?.conversation;
        list.iter().find(|summary| summary.card.conversation == id)?.last
    });
    read.await.ok().flatten()
}

/// Opens a session that knows this peer alone, and asks it.
async fn ask(
    setup: &HeadlessOptions,
    named: &str,
    last: Option<WallTime>,
    output: &mut Console,
) -> Result<AskedPeer, CommandError> {
    let listen = setup.listen.or(&beside_the_messenger());
    let mut session = session(setup, listen, Some(named), output)?;
    let conversation = target::open(&mut session, named, output)?;
    let scheme = session.state.conversation(conversation).ok_or_else(broken)?.address.scheme;
    let opened = async {
        while !session.state.listening.iter().any(|one| one.scheme == scheme.name) {
            if step(&mut session).await.is_err() {
                return;
            }
        }
    };
    let _silent = tokio::time::timeout(OPENING, opened).await;
    let taken = |one: &Listening| one.scheme == scheme.name && one.code == Some(ErrorCode::EADDRINUSE);
    let elsewhere = scheme.caps.asks && session.state.listening.iter().any(taken);
    let place = session.state.conversation(conversation).ok_or_else(broken)?;
    let (check, question) = PeerCheck::start(place, now().mono, setup.interface.clone(), last);
    if elsewhere {
        return Ok(AskedPeer { session, check: check.elsewhere() });
    }
    if let Some(question) = question {
        session.ask(question);
    }
    Ok(AskedPeer { session, check })
}

/// What has yet to be printed, in order.
struct PrintedReport {
    as_json: bool,
    checks: Vec<CheckName>,
}

/// Takes what is found, and prints it as soon as all before it is there.
async fn look(
    examination: &mut Examination,
    mut peer: Option<&mut AskedPeer>,
    report: &mut Report,
    printed: &mut PrintedReport,
    output: &Console,
) -> Result<(), CommandError> {
    let mut going = true;
    loop {
        if let Some(found) = peer.as_ref().and_then(|peer| peer.check.judge(&peer.session.state, now().mono))
        {
            report.extend(found);
            peer = None;
        }
        print_ready(report, printed, output).await?;
        if !going && peer.is_none() {
            return Ok(());
        }
        tokio::select! {
            found = examination.next(), if going => match found {
                Some(finding) => report.add(finding),
                None => going = false,
            },
            happened = next_of(&mut peer), if peer.is_some() => happened?,
        }
    }
}

/// Waits for something that may be the answer, or until none is waited for. Cancel-safe, as a session is.
async fn next_of(peer: &mut Option<&mut AskedPeer>) -> Result<(), CommandError> {
    let Some(AskedPeer { session, check }) = peer else { return std::future::pending().await };
    tokio::select! {
        happened = step(session) => happened?,
        () = sleep_until(check.until().into()) => {}
    }
    Ok(())
}

async fn print_ready(
    report: &Report,
    printed: &mut PrintedReport,
    output: &Console,
) -> Result<(), CommandError> {
    while let Some(finding) = printed.checks.first().and_then(|check| report.get(*check)) {
        output.line(finding_line(finding, report, printed.as_json, output)).await?;
        printed.checks.remove(0);
    }
    Ok(())
}
