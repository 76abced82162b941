//! The relay's side of a backplane: asks, and keeps what it is told.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use udpqq::model::WallTime;
use udpqq::model::room_log::{
    BackplaneReport, BackplaneRequest, LogEpoch, LogRecord, MemberPresence, NameClaim, PageStart, Place,
    PlacedRecord, RecordKind, Ticket,
};
use udpqq::net::relay::BackplanePort;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long nothing has to come for it to be believed.
const SILENCE: Duration = Duration::from_millis(300);

type Report = BackplaneReport<'static>;
type End = Pin<Box<dyn Future<Output = ()> + Send>>;

/// 2026-11-21 in the morning.
const NOW: i64 = 1_795_250_000_000_000;

pub(crate) struct Relay {
    port: BackplanePort,
    end: End,
    tickets: u64,
    /// By their rooms, as they came.
    entries: BTreeMap<String, Vec<PlacedRecord<'static>>>,
    /// What was answered, and is not asked for yet.
    answers: BTreeMap<Ticket, Report>,
    pub(crate) settings: BTreeMap<String, Vec<u8>>,
    pub(crate) notices: Vec<Vec<u8>>,
    /// Who came to other relays, left or has another name, by rooms, as it was told.
    pub(crate) presences: Vec<String>,
    /// Names that somebody elsewhere has now, and members that went there.
    pub(crate) names_lost: Vec<String>,
    pub(crate) moved_away: Vec<u64>,
    /// The log may be lost for a while.
    pub(crate) forgives_downs: bool,
}

pub(crate) fn text(placed: &PlacedRecord<'_>) -> String {
    String::from_utf8_lossy(&placed.record.body).into_owned()
}

pub(crate) fn texts(placed: &[PlacedRecord<'_>]) -> Vec<String> {
    placed.iter().map(text).collect()
}

/// Of a member at an address that may be somebody else's in another network.
pub(crate) fn claim(name: &str, id: u64, is_proved: bool) -> NameClaim<'static> {
    let address = ([127, 0, 0, 1], u16::try_from(id).unwrap_or(1)).into();
    NameClaim { name: Cow::Owned(name.to_owned()), id, address, is_proved }
}

pub(crate) fn record(id: u64, number: u32, text: &str) -> LogRecord<'static> {
    let (name, body) = (Cow::Owned(format!("member-{id}")), Cow::Owned(text.as_bytes().to_vec()));
    LogRecord { at: WallTime(NOW + i64::from(number)), kind: RecordKind::Said, id, number, name, body }
}

impl Relay {
    /// The first thing that is told is that it is up.
    pub(crate) async fn new(mut port: BackplanePort, end: End) -> Self {
        let told = tokio::time::timeout(PATIENCE, port.reports.recv()).await.expect("told").expect("alive");
        assert_eq!(told, BackplaneReport::Up(port.epoch));
        assert_ne!(port.epoch, LogEpoch(0));
        Self {
            port,
            end,
            tickets: 0,
            entries: BTreeMap::new(),
            answers: BTreeMap::new(),
            settings: BTreeMap::new(),
            notices: Vec::new(),
            presences: Vec::new(),
            names_lost: Vec::new(),
            moved_away: Vec::new(),
            forgives_downs: false,
        }
    }

    /// In order: what was asked for is still done.
    pub(crate) async fn close(self) {
        let Self { port, end, .. } = self;
        drop(port);
        end.await;
    }

    pub(crate) const fn epoch(&self) -> LogEpoch {
        self.port.epoch
    }

    async fn ask(&mut self, request: BackplaneRequest<'static>) {
        // A relay goes on listening while it waits for room.
        let requests = self.port.requests.clone();
        let room = loop {
            tokio::select! {
                biased;
                Some(report) = self.port.reports.recv() => self.note(report),
                room = requests.reserve() => break room,
            }
        };
        room.expect("alive").send(request);
    }

    fn note(&mut self, report: Report) {
        match report {
            BackplaneReport::Entry { room, placed } => {
                self.entries.entry(room.into_owned()).or_default().push(placed);
            }
            BackplaneReport::Appended { ticket, .. }
            | BackplaneReport::Claimed { ticket, .. }
            | BackplaneReport::Refused { ticket, .. }
            | BackplaneReport::Page { ticket, .. } => {
                let before = self.answers.insert(ticket, report);
                assert_eq!(before, None, "answered twice");
            }
            BackplaneReport::Setting { key, value } => {
                self.settings.insert(key.into_owned(), value.into_owned());
            }
            BackplaneReport::Presence(MemberPresence { room, id, name }) => {
                self.presences.push(format!("{room} {id} {}", name.as_deref().unwrap_or("-")));
            }
            BackplaneReport::NameLost { name } => self.names_lost.push(name.into_owned()),
            BackplaneReport::MovedAway { id } => self.moved_away.push(id),
            BackplaneReport::Announced { notice } => self.notices.push(notice.into_owned()),
            BackplaneReport::Up(_) | BackplaneReport::Down(_) if self.forgives_downs => {}
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn set(&mut self, key: &str, value: &[u8]) {
        let (key, value) = (Cow::Owned(key.to_owned()), Cow::Owned(value.to_vec()));
        self.ask(BackplaneRequest::Set { key, value }).await;
    }

    /// Wants a name for a member, and does not wait.
    pub(crate) async fn ask_name(&mut self, claim: NameClaim<'static>) -> Ticket {
        let ticket = self.ticket();
        self.ask(BackplaneRequest::Claim { ticket, claim }).await;
        ticket
    }

    /// Whether the member has it.
    pub(crate) async fn is_held(&mut self, ticket: Ticket) -> bool {
        match self.answer(ticket).await {
            BackplaneReport::Claimed { is_held, .. } => is_held,
            BackplaneReport::Refused { .. } if self.forgives_downs => false,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn claim(&mut self, name: &str, id: u64) -> bool {
        let ticket = self.ask_name(claim(name, id, false)).await;
        self.is_held(ticket).await
    }

    pub(crate) async fn release(&mut self, name: &str, id: u64) {
        self.ask(BackplaneRequest::Release { name: Cow::Owned(name.to_owned()), id }).await;
    }

    /// A member is in a room, or has left it.
    #[cfg(feature = "nats")]
    pub(crate) async fn note_presence(&mut self, room: &str, id: u64, name: Option<&str>) {
        let (room, name) = (Cow::Owned(room.to_owned()), name.map(|name| Cow::Owned(name.to_owned())));
        self.ask(BackplaneRequest::Presence(MemberPresence { room, id, name })).await;
    }

    #[cfg(feature = "nats")]
    pub(crate) async fn announce(&mut self, notice: &[u8]) {
        self.ask(BackplaneRequest::Announce { notice: Cow::Owned(notice.to_vec()) }).await;
    }

    /// Until something is told that makes it so.
    pub(crate) async fn wait_until(&mut self, is_so: impl Fn(&Self) -> bool) {
        while !is_so(self) {
            let report = self.next().await;
            self.note(report);
        }
    }

    async fn next(&mut self) -> Report {
        let next = tokio::time::timeout(PATIENCE, self.port.reports.recv()).await;
        next.expect("a report in time").expect("alive")
    }

    /// Waits until nothing comes any more.
    pub(crate) async fn settle(&mut self) {
        while let Ok(report) = tokio::time::timeout(SILENCE, self.port.reports.recv()).await {
            self.note(report.expect("alive"));
        }
    }

    fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    async fn answer(&mut self, ticket: Ticket) -> Report {
        loop {
            if let Some(answer) = self.answers.remove(&ticket) {
                return answer;
            }
            let report = self.next().await;
            self.note(report);
        }
    }

    /// The newest message of the room.
    pub(crate) async fn follow(&mut self, room: &str) -> Option<Place> {
        self.ask(BackplaneRequest::Follow { room: Cow::Owned(room.to_owned()) }).await;
        loop {
            match self.next().await {
                BackplaneReport::Following { room: followed, last } => {
                    assert_eq!(followed, room);
                    return last;
                }
                other => self.note(other),
            }
        }
    }

    pub(crate) async fn unfollow(&mut self, room: &str) {
        self.ask(BackplaneRequest::Unfollow { room: Cow::Owned(room.to_owned()) }).await;
    }

    /// Says something, and does not wait for its place.
    pub(crate) async fn say(&mut self, room: &str, record: LogRecord<'static>) -> Ticket {
        let ticket = self.ticket();
        self.ask(BackplaneRequest::Append { ticket, room: Cow::Owned(room.to_owned()), record }).await;
        ticket
    }

    /// The place, and whether it had it before.
    pub(crate) async fn place(&mut self, ticket: Ticket) -> (Place, bool) {
        match self.answer(ticket).await {
            BackplaneReport::Appended { place, again, .. } => (place, again),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn is_refused(&mut self, ticket: Ticket) -> bool {
        matches!(self.answer(ticket).await, BackplaneReport::Refused { .. })
    }

    pub(crate) async fn append(&mut self, room: &str, id: u64, number: u32, text: &str) -> (Place, bool) {
        let ticket = self.say(room, record(id, number, text)).await;
        self.place(ticket).await
    }

    /// What the room has brought so far, when there are so many.
    pub(crate) async fn entries(&mut self, room: &str, count: usize) -> Vec<PlacedRecord<'static>> {
        while self.entries.get(room).map_or(0, Vec::len) < count {
            let report = self.next().await;
            self.note(report);
        }
        self.entries[room].clone()
    }

    /// What the room has brought so far.
    pub(crate) fn brought(&self, room: &str) -> Vec<PlacedRecord<'static>> {
        self.entries.get(room).cloned().unwrap_or_default()
    }

    pub(crate) async fn page(
        &mut self,
        room: &str,
        start: PageStart,
        limit: u16,
    ) -> (Vec<PlacedRecord<'static>>, bool) {
        let ticket = self.ticket();
        self.ask(BackplaneRequest::Page { ticket, room: Cow::Owned(room.to_owned()), start, limit }).await;
        match self.answer(ticket).await {
            BackplaneReport::Page { records, more, .. } => (records, more),
            other => panic!("{other:?}"),
        }
    }

    /// Answers that nobody asked for.
    pub(crate) fn unasked(&self) -> usize {
        self.answers.len()
    }
}
