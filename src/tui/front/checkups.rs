//! What a person wants to know of the network while the messenger runs: the doctor's checks, and who is there. Nothing
//! wakes anybody once the answers are there, or the page is closed.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::app::{Event, State};
use crate::model::text::plain_line;
use crate::model::traffic::Audience;
use crate::model::{ConversationId, NetEvent, Phrase};
use crate::runtime::doctor::{DoctorPlan, Examination, Finding, PeerCheck, Report, place_of, wanted_ports};
use crate::runtime::{Session, now, reached, registry};
use crate::tui::doctor_page::DoctorPage;
use crate::tui::popup::Popup;
use crate::tui::ui::Ui;

/// Those who answer at all do so by then.
const LOOKING: Duration = Duration::from_secs(3);

/// What is being looked at.
#[derive(Debug, Default)]
pub(super) struct Checkups {
    examination: Option<Examination>,
    peer: Option<PeerCheck>,
    look: Option<Look>,
}

/// Everybody was asked who is there.
#[derive(Debug)]
struct Look {
    until: Instant,
    /// One machine may answer in several dialects.
    heard: BTreeSet<IpAddr>,
    told: usize,
}

/// What has become known.
#[derive(Debug)]
pub(super) enum CheckupNews {
    /// `None`: all checks of the machine are done.
    Found(Option<Finding>),
    /// Nobody waits for the peer any more.
    PeerOverdue,
    LookOver,
}

impl Checkups {
    /// Begins to look what does not work, and opens the page for it.
    pub(super) fn examine(
        &mut self,
        session: &mut Session,
        ui: &mut Ui,
        about: Option<ConversationId>,
        interface: Option<&str>,
    ) {
        let time = now().mono;
        let mut plan = DoctorPlan {
            interface: interface.map(str::to_owned),
            ports: wanted_ports(&session.config.listen, Some(&session.state.listening)),
            running: true,
            ..DoctorPlan::default()
        }
        .in_profile(session.profile());
        let mut report = Report::default();
        (self.peer, self.examination) = (None, None);
        let mut question = None;
        if let Some(place) = about.and_then(|id| session.state.conversation(id)) {
            report.about = Some(plain_line(&place.name));
            plan.peer = place_of(place).map(|ip| (ip, place.address.scheme.name));
            let (check, asks) = PeerCheck::start(place, time, plan.interface.clone(), None);
            report.asked_peer = check.asked();
            (self.peer, question) = (Some(check), asks);
        }
        if let Some(question) = question {
            session.ask(question);
        }
        let examination = Examination::start(&plan);
        report.probed.clone_from(&examination.probed);
        self.examination = Some(examination);
        ui.popup = Some(Popup::Doctor(DoctorPage { report, about, begun: time, took: None, top: 0 }));
        self.follow(ui, &session.state);
    }

    /// Asks everybody who is there, if they may know of us.
    pub(super) fn look(&mut self, session: &mut Session, ui: &mut Ui) {
        if session.config.visible == Audience::Nobody {
            return ui.refuse(Phrase::new("look-hidden"));
        }
        let asking: Vec<_> = registry().schemes().into_iter().filter(|scheme| scheme.caps.presence).collect();
        let is_up = |name: &str| {
            session.state.listening.iter().any(|one| one.scheme == name && one.address.is_some())
        };
        if !asking.iter().any(|scheme| is_up(scheme.name)) {
            let names: Vec<_> = asking.iter().map(|scheme| scheme.name).collect();
            return ui.refuse(Phrase::new("look-off").text("schemes", names.join(", ")));
        }
        let until = now().mono.checked_add(LOOKING).unwrap_or_else(|| now().mono);
        self.look = Some(Look { until, heard: BTreeSet::new(), told: 0 });
        session.ask(crate::app::Intent::Look);
        ui.flash(Phrase::new("look-asking"));
    }

    /// Something came from the network.
    pub(super) fn note(&mut self, event: &Event) {
        if let (Event::Net(NetEvent::Answered { from, .. }), Some(look)) = (event, &mut self.look) {
            look.heard.insert(from.ip());
        }
    }

    /// The next thing that becomes known. Cancel-safe.
    pub(super) async fn next(&mut self) -> CheckupNews {
        let Self { examination, peer, look } = self;
        let checks = async {
            match examination {
                Some(examination) => examination.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            found = checks => CheckupNews::Found(found),
            () = reached(peer.as_ref().map(PeerCheck::until)) => CheckupNews::PeerOverdue,
            () = reached(look.as_ref().map(|look| look.until)) => CheckupNews::LookOver,
        }
    }

    pub(super) fn take(&mut self, news: CheckupNews, ui: &mut Ui, state: &State) {
        match news {
            CheckupNews::Found(Some(finding)) => {
                if let Some(Popup::Doctor(page)) = &mut ui.popup {
                    page.report.add(finding);
                }
            }
            CheckupNews::Found(None) => self.examination = None,
            CheckupNews::PeerOverdue => {}
            CheckupNews::LookOver => {
                if self.look.take().is_some_and(|look| look.heard.is_empty()) {
                    ui.flash(Phrase::new("look-nobody"));
                }
            }
        }
        self.follow(ui, state);
    }

    /// Follows what the app knows by now, and what the person has closed.
    pub(super) fn follow(&mut self, ui: &mut Ui, state: &State) {
        if let Some(look) = self.look.as_mut().filter(|look| look.heard.len() > look.told) {
            look.told = look.heard.len();
            ui.flash(Phrase::new("look-answered").number("count", look.told));
        }
        let Some(Popup::Doctor(page)) = &mut ui.popup else {
            (self.examination, self.peer) = (None, None);
            return;
        };
        let time = now().mono;
        if let Some(found) = self.peer.as_ref().and_then(|peer| peer.judge(state, time)) {
            page.report.extend(found);
            self.peer = None;
        }
        if self.examination.is_none() && self.peer.is_none() && page.took.is_none() {
            page.took = Some(time.saturating_duration_since(page.begun));
        }
    }
}
