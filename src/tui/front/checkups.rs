//! What a person wants to know of the network while the messenger runs: the doctor's checks, and who is there. Nothing
//! wakes anybody once the answers are there, or the page is closed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::app::{Conversation, Event, PeerKind, State};
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
/// Dialects ask everybody again only after this; until then the answers of before stand.
const REST: Duration = Duration::from_secs(5);

/// Names that are told; the others are counted.
const MAX_NAMED: usize = 5;

/// What is being looked at.
#[derive(Debug, Default)]
pub(super) struct Checkups {
    examination: Option<Examination>,
    peer: Option<PeerCheck>,
    look: Option<Look>,
    /// Whoever has a conversation only because of a question about an address.
    visited: Option<ConversationId>,
}

/// Everybody was asked who is there.
#[derive(Debug)]
struct Look {
    begun: Instant,
    /// Nobody waits for answers any more.
    is_over: bool,
    /// Whom the network side takes them for, and where they are: one person may answer in several dialects.
    heard: BTreeSet<(Option<ConversationId>, SocketAddr)>,
    told: usize,
}

impl Look {
    fn until(&self) -> Option<Instant> {
        self.begun.checked_add(LOOKING).filter(|_| !self.is_over)
    }

    /// Each once: where the list shows one of several conversations, that; else where the answer came from.
    fn people(&self, state: &State) -> BTreeMap<(Option<ConversationId>, Option<SocketAddr>), String> {
        let person = |(conversation, from): &(Option<ConversationId>, SocketAddr)| {
            let there = || state.conversations().find(|place| is_at(place, *from)).map(|place| place.id);
            let id = conversation.or_else(there).map(|id| state.shown_instead(id).unwrap_or(id));
            match id.and_then(|id| state.conversation(id)) {
                Some(place) => ((Some(place.id), None), plain_line(&place.name)),
                None => ((None, Some(*from)), from.ip().to_string()),
            }
        };
        self.heard.iter().map(person).collect()
    }

    fn told(&self, state: &State) -> Phrase {
        let people = self.people(state);
        match people.len() {
            0 if self.is_over => Phrase::new("look-nobody"),
            0 => Phrase::new("look-asking"),
            count => {
                let mut names: Vec<String> = people.into_values().take(MAX_NAMED).collect();
                names.extend((count > MAX_NAMED).then(|| "…".to_owned()));
                Phrase::new("look-answered").number("count", count).text("names", names.join(", "))
            }
        }
    }
}

/// Whether a peer is found there.
fn is_at(place: &Conversation, from: SocketAddr) -> bool {
    let seen = || place.address.key.is_some() && place.status.seen() == Some(from.ip());
    place.effective_address().literal() == Some(from) || seen()
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
            let theirs = place.activity.last().filter(|last| last.mark.is_none()).map(|last| last.time);
            let (check, asks) = PeerCheck::start(place, time, plan.interface.clone(), theirs);
            plan.relay = place.address.scheme.caps.rooms.then(|| place.effective_address());
            plan.local = check.local().cloned();
            report.asked_peer = check.asked() || plan.relay.is_some();
            (self.peer, question) = (Some(check), asks);
        }
        if let Some(question) = question {
            session.ask(question);
        }
        let examination = self.examination.insert(Examination::start(&plan));
        report.probed.clone_from(&examination.probed);
        ui.popup = Some(Popup::Doctor(DoctorPage { report, about, begun: time, took: None, top: 0 }));
        self.follow(ui, &session.state);
    }

    /// There was no conversation before this one was asked about.
    pub(super) const fn note_visit(&mut self, visited: ConversationId) {
        self.visited = Some(visited);
    }

    /// The conversation that was made for a question, once its page is closed: an answer is no reason to keep it where nothing
    /// was said.
    pub(super) fn take_left(&mut self, ui: &Ui, state: &State) -> Option<ConversationId> {
        let is_read = matches!(&ui.popup, Some(Popup::Doctor(page)) if page.about == self.visited);
        let id = self.visited.take_if(|_| !is_read)?;
        let place = state.conversation(id).filter(|place| place.kind == PeerKind::Stranger)?;
        let is_used = place.activity.last().is_some()
            || !place.input.draft().is_empty()
            || ui.navigation.open() == Some(id);
        (!is_used).then_some(id)
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
        let begun = now().mono;
        let recent = |look: &&Look| begun.saturating_duration_since(look.begun) < REST;
        if let Some(look) = self.look.as_ref().filter(recent) {
            return ui.flash(look.told(&session.state));
        }
        let look = Look { begun, is_over: false, heard: BTreeSet::new(), told: 0 };
        ui.flash(look.told(&session.state));
        self.look = Some(look);
        session.ask(crate::app::Intent::Look);
    }

    /// Something came from the network.
    pub(super) fn note(&mut self, event: &Event) {
        if let (Event::Net(NetEvent::Answered { conversation, from }), Some(look)) = (event, &mut self.look) {
            look.heard.insert((*conversation, *from));
        }
    }

    /// The next thing that becomes known. Cancel-safe.
    pub(super) async fn next(&mut self) -> CheckupNews {
        let Self { examination, peer, look, visited: _ } = self;
        let checks = async {
            match examination {
                Some(examination) => examination.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            found = checks => CheckupNews::Found(found),
            () = reached(peer.as_ref().map(PeerCheck::until)) => CheckupNews::PeerOverdue,
            () = reached(look.as_ref().and_then(Look::until)) => CheckupNews::LookOver,
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
                if let Some(look) = &mut self.look {
                    look.is_over = true;
                    if look.heard.is_empty() {
                        ui.flash(look.told(state));
                    }
                }
            }
        }
        self.follow(ui, state);
    }

    /// Follows what the app knows by now, and what the person has closed.
    pub(super) fn follow(&mut self, ui: &mut Ui, state: &State) {
        if let Some(look) = self.look.as_mut().filter(|look| look.heard.len() > look.told) {
            look.told = look.heard.len();
            ui.flash(look.told(state));
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
        // The conversation is gone, and with it whoever was asked.
        self.peer.take_if(|peer| peer.until() <= time);
        if self.examination.is_none() && self.peer.is_none() && page.took.is_none() {
            page.took = Some(time.saturating_duration_since(page.begun));
        }
    }
}
