//! The streams of this dialect: those being opened and those that are up, with what came on them and is no message
//! yet. Knows no peers but by number.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::reader::MessageReader;
use crate::model::{ConversationId, LinkId, Now};
use crate::wire::Ctx;

/// Streams in all. Each may keep 64 KiB here and its buffers outside; more than a person talks to at once.
pub(super) const MAX_STREAMS: usize = 256;
/// Streams that one host opened: many people behind one address, and still most places left for others.
pub(super) const MAX_FROM_HOST: usize = 32;
/// A peer that has not answered by then does not answer. The kernel alone would try for two minutes, and a name's
/// other addresses would wait for that.
pub(super) const DIAL_LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StreamState {
    /// Being opened, until then at the latest.
    Dialling(Instant),
    /// Since when, as a count of what happened.
    Up(u64),
}

#[derive(Debug)]
pub(super) struct TextStream {
    pub(super) peer: SocketAddr,
    /// `None`: a stranger's.
    pub(super) owner: Option<ConversationId>,
    /// The other side opened it.
    pub(super) accepted: bool,
    /// It came from a peer we knew already.
    pub(super) expected: bool,
    /// Something came on it.
    pub(super) spoke: bool,
    /// What cuts its bytes into messages.
    pub(super) reader: MessageReader,
    state: StreamState,
    /// When it came up or brought something, as a count of what happened.
    alive: u64,
}

impl TextStream {
    fn new(peer: SocketAddr, owner: Option<ConversationId>, state: StreamState, alive: u64) -> Self {
        let (accepted, expected) = (matches!(state, StreamState::Up(_)), owner.is_some());
        let reader = MessageReader::default();
        Self { peer, owner, accepted, expected, spoke: false, reader, state, alive }
    }

    pub(super) const fn is_up(&self) -> bool {
        matches!(self.state, StreamState::Up(_))
    }

    fn deadline(&self) -> Option<Instant> {
        match self.state {
            StreamState::Dialling(until) => Some(until),
            StreamState::Up(_) => self.reader.until,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct TextStreams {
    pub(super) table: BTreeMap<LinkId, TextStream>,
    /// What happened to all of them, counted.
    events: u64,
}

impl TextStreams {
    /// A stream to a peer is being opened.
    pub(super) fn dial(&mut self, cx: &mut Ctx<'_>, to: SocketAddr, owner: ConversationId) -> LinkId {
        let link = cx.next_link();
        let state = StreamState::Dialling(cx.after(DIAL_LIMIT));
        self.table.insert(link, TextStream::new(to, Some(owner), state, 0));
        link
    }

    /// Takes in a stream that somebody else opened.
    pub(super) fn accept(&mut self, link: LinkId, peer: SocketAddr, owner: Option<ConversationId>) {
        let since = self.count();
        self.table.insert(link, TextStream::new(peer, owner, StreamState::Up(since), since));
    }

    /// A stream we dialled is open; gives it if we did and it was not before.
    pub(super) fn came_up(&mut self, link: LinkId) -> Option<&TextStream> {
        let since = self.count();
        let stream = self.table.get_mut(&link).filter(|stream| !stream.is_up())?;
        stream.state = StreamState::Up(since);
        stream.alive = since;
        Some(stream)
    }

    /// Something came on this stream, if it is up.
    pub(super) fn note_heard(&mut self, link: LinkId) -> Option<&TextStream> {
        let heard = self.count();
        let stream = self.table.get_mut(&link).filter(|stream| stream.is_up())?;
        (stream.alive, stream.spoke) = (heard, true);
        Some(stream)
    }

    /// The stream a message to this peer goes on: of those that are up the one that brought words last; where none did,
    /// one that we opened before one that some program on its host opened, and the newest of those.
    pub(super) fn current(&self, owner: ConversationId) -> Option<(LinkId, SocketAddr)> {
        let worth = |stream: &TextStream| match stream.state {
            StreamState::Up(since) if stream.owner == Some(owner) => {
                let words = if stream.spoke { stream.alive } else { 0 };
                Some((words, !stream.accepted, since))
            }
            StreamState::Up(_) | StreamState::Dialling(_) => None,
        };
        let up = self.table.iter().filter_map(|(link, stream)| Some((worth(stream)?, *link, stream.peer)));
        up.max().map(|(_, link, peer)| (link, peer))
    }

    /// Whether a stream to this peer is being opened.
    pub(super) fn is_dialling(&self, owner: ConversationId) -> bool {
        self.table.values().any(|stream| stream.owner == Some(owner) && !stream.is_up())
    }

    /// The streams for which `wanted` holds.
    pub(super) fn which(&self, wanted: impl Fn(&TextStream) -> bool) -> Vec<LinkId> {
        self.table.iter().filter(|(_, stream)| wanted(stream)).map(|(link, _)| *link).collect()
    }

    pub(super) fn of(&self, owner: ConversationId) -> Vec<LinkId> {
        self.which(|stream| stream.owner == Some(owner))
    }

    pub(super) fn is_full(&self) -> bool {
        self.table.len() >= MAX_STREAMS
    }

    pub(super) fn is_host_full(&self, host: IpAddr) -> bool {
        let theirs = self.table.values().filter(|stream| stream.accepted && stream.peer.ip() == host);
        theirs.count() >= MAX_FROM_HOST
    }

    /// Of the streams for which `dear` does not hold, the one that has been silent longest.
    pub(super) fn quietest(&self, dear: impl Fn(&TextStream) -> bool) -> Option<LinkId> {
        let rest = self.table.iter().filter(|(_, stream)| !dear(stream));
        rest.min_by_key(|(_, stream)| stream.alive).map(|(link, _)| *link)
    }

    /// A stream whose deadline has passed.
    pub(super) fn overdue(&self, now: Now) -> Option<LinkId> {
        let passed = |stream: &TextStream| stream.deadline().is_some_and(|at| at <= now.mono);
        self.table.iter().find(|(_, stream)| passed(stream)).map(|(link, _)| *link)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.table.values().filter_map(TextStream::deadline).min()
    }

    const fn count(&mut self) -> u64 {
        self.events = self.events.saturating_add(1);
        self.events
    }
}
