//! A relay on a socket: takes datagrams in, lets the state machine of `dialects/relay` judge them, sends what it says.
//!
//! It has a thread of its own: a message to a thousand members keeps the kernel busy for milliseconds, and a page
//! that shows the relay must not wait behind it, nor the relay behind the page.

mod actor;
mod backplane;
mod exposition;
mod metrics;
#[cfg(feature = "nats")]
pub mod nats;
mod orders;
mod snapshot;
mod sources;
mod transmitter;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::{OpenError, bind, find_interface};
use crate::model::{Phrase, WallTime};

pub use crate::dialects::relay::frame::{MAX_TEXT, SALT_LENGTH};
pub use crate::dialects::relay::server::{
    Counters, Leaving, LogState, MemberView, Operator, Phrasebook, Phrasebooks, RelayEvent, RelayLimit,
    RelayOptions, RelayText, RoomView, is_member_name, is_room_key,
};
pub use backplane::BackplanePort;
pub use orders::{OrderOutcome, send_order};
pub use snapshot::Snapshot;
pub use transmitter::SendCounters;

use orders::{OrderRequest, OrderSocket, SocketFile};
use snapshot::SnapshotRequest;

/// The word for it in addresses, settings and announcements.
pub const SCHEME: &str = crate::dialects::relay::DIALECT.scheme.name;
/// Notices on their way to the log. More are counted, not kept.
const MAX_NOTICES: usize = 1_024;
/// Looks at the relay that wait for their answer.
const MAX_LOOKS: usize = 16;

/// What to open.
#[derive(Clone, Debug)]
pub struct RelaySetup {
    pub address: SocketAddr,
    /// Use this interface only; the loopback interface keeps every byte on this machine.
    pub interface: Option<String>,
    /// Serve the figures here, over HTTP.
    pub metrics: Option<SocketAddr>,
    /// The socket over which whoever runs it gives orders; `None`: nobody does.
    pub orders: Option<PathBuf>,
    pub options: RelayOptions,
}

/// Why there is no relay.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    #[error(transparent)]
    Start(#[from] OpenError),
    /// The figures cannot be served there.
    #[error("metrics: {0}")]
    Metrics(OpenError),
    #[error("{0}")]
    System(String),
}

impl RelayError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Start(error) | Self::Metrics(error @ OpenError::UnknownInterface { .. }) => error.phrase(),
            Self::Metrics(OpenError::Taken { address } | OpenError::ListenTaken { address, .. }) => {
                Phrase::new("relay-metrics-taken").text("address", address.to_string())
            }
            Self::Metrics(OpenError::Bind { address, code }) => {
                Phrase::new("relay-metrics-bind").text("address", address.to_string()).text("code", code)
            }
            Self::System(reason) => Phrase::new("headless-system").text("reason", reason),
        }
    }

    fn system(error: &impl ToString) -> Self {
        Self::System(error.to_string())
    }
}

/// Something to write down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayNotice {
    pub time: WallTime,
    pub what: Noted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    Event(RelayEvent),
    /// So many events were not handed on, because the log had no room.
    Lost(u64),
    /// The kernel threw away so many datagrams that had arrived, since they came faster than they were taken.
    Dropped(u64),
    /// Why the file of those in charge cannot be read. Those of before stay.
    OperatorsUnread(Phrase),
}

/// Those in charge among the members, or why they cannot be read.
pub type OperatorsResult = Result<Vec<Operator>, Phrase>;

/// Tells a relay who is in charge from now on.
#[derive(Debug)]
pub struct OperatorsSender(watch::Sender<OperatorsResult>);

impl OperatorsSender {
    pub fn send(&self, operators: OperatorsResult) {
        drop(self.0.send_replace(operators));
    }
}

/// The relay while it runs. Dropping it ends it.
#[derive(Debug)]
pub struct RelayServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the figures are.
    pub metrics: Option<SocketAddr>,
    pub viewer: Viewer,
    pub orders: OrderSender,
    /// Taken by whoever watches the file.
    pub operators: Option<OperatorsSender>,
    _file: Option<SocketFile>,
    /// Why no orders are heard over the socket.
    pub deaf: Option<Phrase>,
    notices: mpsc::Receiver<RelayNotice>,
    /// Gone once it was told to end.
    stop: Option<oneshot::Sender<()>>,
    /// Serves the figures.
    _tasks: JoinSet<()>,
}

/// Asks a relay how it is. Any number of them can be around.
#[derive(Clone, Debug)]
pub struct Viewer(mpsc::Sender<SnapshotRequest>);

impl Viewer {
    /// With `members` of the members at most; `None` when the relay has ended, or is asked by too many.
    pub async fn look(&self, members: usize) -> Option<Snapshot> {
        let (reply, answer) = oneshot::channel();
        self.0.try_send(SnapshotRequest { members, reply }).ok()?;
        answer.await.ok()
    }
}

/// Gives orders to a relay. Any number of them can be around.
#[derive(Clone, Debug)]
pub struct OrderSender(mpsc::Sender<OrderRequest>);

impl OrderSender {
    /// As words, of which the first is the order. What it came to; `None` when the relay has ended, or is asked by too
    /// many.
    pub async fn order(&self, words: Vec<String>) -> Option<OrderOutcome> {
        let (reply, answer) = oneshot::channel();
        self.0.try_send(OrderRequest { words, reply }).ok()?;
        answer.await.ok()
    }
}

impl RelayServer {
    /// Opens the sockets and begins, with a log behind it or without. Must be called inside a tokio runtime with I/O and
    /// time.
    pub async fn open(mut setup: RelaySetup, backplane: Option<BackplanePort>) -> Result<Self, RelayError> {
        setup.options.log = backplane.as_ref().map(|backplane| backplane.epoch);
        setup.options.is_shared = backplane.as_ref().is_some_and(|backplane| backplane.is_shared);
        let interface = setup.interface.clone().map(find_interface).transpose()?;
        let figures = setup.metrics.map(|at| metrics::listen(at, interface.as_ref()));
        let figures = figures.transpose().map_err(RelayError::Metrics)?;

        let (notes, notices) = mpsc::channel(MAX_NOTICES);
        let (looks, looking) = mpsc::channel(MAX_LOOKS);
        let (stop, stopped) = oneshot::channel();
        let (order, orders) = mpsc::channel(MAX_LOOKS);
        let (renew, operators) = watch::channel(Ok(Vec::new()));
        let channels = actor::Channels { notes, looks: looking, orders, operators, stop: stopped, backplane };
        let (mut socket, mut deaf) = (None, None);
        if let Some(path) = &setup.orders {
            match OrderSocket::open(path).await {
                Ok(open) => socket = Some(open),
                Err(error) => deaf = Some(orders_taken(path, &error)),
            }
        }
        let address = actor::start(setup, interface, channels).await?;

        let viewer = Viewer(looks);
        let (mut tasks, mut metrics) = (JoinSet::new(), None);
        let file = socket.as_mut().and_then(|socket| socket.file.take());
        if let Some(socket) = socket {
            tasks.spawn(socket.serve(order.clone()));
        }
        if let Some(listener) = figures {
            metrics = Some(listener.local);
            tasks.spawn(metrics::serve(listener.socket, viewer.clone()));
        }
        let (orders, operators) = (OrderSender(order), Some(OperatorsSender(renew)));
        Ok(Self {
            address,
            metrics,
            notices,
            viewer,
            orders,
            operators,
            deaf,
            _file: file,
            stop: Some(stop),
            _tasks: tasks,
        })
    }

    /// The next line to write down. Cancel-safe. `None` when the relay has ended: before [`Self::stop`] only a bug of
    /// ours can cause that.
    pub async fn next(&mut self) -> Option<RelayNotice> {
        self.notices.recv().await
    }

    /// Tells it to end: members are told, what waits is sent, then [`Self::next`] says `None`.
    pub fn stop(&mut self) {
        self.stop = None;
    }
}

impl RelayNotice {
    /// As a sentence.
    pub fn phrase(&self) -> Phrase {
        match &self.what {
            Noted::Event(event) => sentence(event),
            Noted::Lost(count) => Phrase::new("relay-lost").number("count", *count),
            Noted::OperatorsUnread(why) => why.clone(),
            Noted::Dropped(count) => Phrase::new("relay-dropped").number("count", *count),
        }
    }
}

fn orders_taken(path: &Path, error: &std::io::Error) -> Phrase {
    Phrase::new("relay-orders-taken")
        .text("path", path.to_string_lossy())
        .text("code", error.kind().to_string())
}

fn sentence(event: &RelayEvent) -> Phrase {
    let about = |key, member: &SocketAddr| Phrase::new(key).text("address", member.to_string());
    match event {
        RelayEvent::Joined { member, name, room, framed } => {
            let key = if *framed { "relay-joined-framed" } else { "relay-joined" };
            about(key, member).text("name", name).text("room", room)
        }
        RelayEvent::Moved { member, name, room } => {
            about("relay-moved", member).text("name", name).text("room", room)
        }
        RelayEvent::Renamed { member, old, new } => {
            about("relay-renamed", member).text("old", old).text("new", new)
        }
        RelayEvent::Left { member, name, room, why } => {
            let key = match why {
                Leaving::Asked => "relay-left",
                Leaving::Silent => "relay-left-silent",
                Leaving::Unreachable => "relay-left-unreachable",
                Leaving::Elsewhere => "relay-left-elsewhere",
                Leaving::Kicked | Leaving::Banned | Leaving::Closed => "relay-left-ordered",
            };
            about(key, member).text("name", name).text("room", room)
        }
        RelayEvent::Limited { member, limit } => {
            let key = match limit {
                RelayLimit::Members => "relay-limited-members",
                RelayLimit::Rooms => "relay-limited-rooms",
                RelayLimit::Rate => "relay-limited-rate",
                RelayLimit::Bytes => "relay-limited-bytes",
                RelayLimit::Bandwidth => "relay-limited-bandwidth",
                RelayLimit::TooLong => "relay-limited-too-long",
                RelayLimit::Log => "relay-limited-log",
                RelayLimit::Kicked | RelayLimit::Banned => "relay-limited-banned",
                RelayLimit::Closed => "relay-limited-closed",
                RelayLimit::Password => "relay-limited-password",
                RelayLimit::Muted | RelayLimit::Moderated | RelayLimit::Slow(_) => "relay-limited-muted",
            };
            about(key, member)
        }
        RelayEvent::LogDown(cause) => cause.phrase(),
        RelayEvent::Ordered(order) => order.clone(),
        RelayEvent::OrderedBy { member, operator, order } => {
            about("relay-ordered-by", member).text("operator", operator).text("order", order)
        }
        RelayEvent::Claimed { member, name, operator } => {
            about("relay-claimed", member).text("name", name).text("operator", operator)
        }
        RelayEvent::ClaimRefused { member, operator } => {
            about("relay-claim-refused", member).text("operator", operator)
        }
        RelayEvent::OperatorsRead { count } => Phrase::new("relay-operators-read").number("count", *count),
        RelayEvent::LogUp => Phrase::new("relay-log-up"),
    }
}
