//! What another run needs to go on in a room: who we are there, what of its log is here, and which numbers are used.

use std::time::{Duration, Instant};

use crate::dialects::relay::frame::MemberToken;
use crate::model::room_log::{LogEpoch, Place};
use crate::model::{Address, ConversationId, HostPort, NetEvent, SessionState};
use crate::wire::Ctx;
use crate::wire::cursor::{Cursor, Put as _};

/// Of the bytes below.
const VERSION: u8 = 1;
/// Numbers of messages that are used before this is said anew. Whoever goes on leaves as many out again: the last time it
/// was said may have been lost.
pub(super) const RESERVE: u32 = 1_000;

/// How often it is said that more of the log is here: what is not said is read once more, and known again.
const EVERY: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resumption {
    pub(super) id: u64,
    /// The one before that.
    pub(super) former: u64,
    pub(super) token: MemberToken,
    pub(super) epoch: LogEpoch,
    /// Everything up to this place is here, from the one before which is read further back.
    pub(super) last: Option<Place>,
    pub(super) before: Option<Place>,
    pub(super) begun: bool,
    /// No number up to this one is free.
    pub(super) numbers: u32,
}

impl Resumption {
    /// For the room at this address only: no other relay may learn the token.
    pub(super) fn encode(&self, address: &Address) -> SessionState {
        let mut bytes = Vec::new();
        bytes.u8(VERSION).u64(self.id).u64(self.former).u64(self.token.0).u64(self.epoch.0);
        bytes.u64(Place::or_zero(self.last)).u64(Place::or_zero(self.before));
        bytes.u8(self.begun.into()).u32(self.numbers).bytes(place_of(address).as_bytes());
        SessionState(bytes.into())
    }

    pub(super) fn decode(state: &SessionState, address: &Address) -> Option<Self> {
        let mut cursor = Cursor::new(&state.0);
        if cursor.u8()? != VERSION {
            return None;
        }
        let (id, former, token) = (cursor.u64()?, cursor.u64()?, MemberToken(cursor.u64()?));
        let epoch = LogEpoch(cursor.u64()?);
        let (last, before) = (Place::new(cursor.u64()?), Place::new(cursor.u64()?));
        let (begun, numbers) = (cursor.u8()? != 0, cursor.u32()?);
        let is_here = cursor.rest() == place_of(address).as_bytes();
        (id > 0 && epoch.0 > 0 && is_here).then_some(Self {
            id,
            former,
            token,
            epoch,
            last,
            before,
            begun,
            numbers,
        })
    }
}

/// The room at this address, in whatever order its hosts stand there.
pub(super) fn place_of(address: &Address) -> String {
    let sorted = address.sorted_hosts().into_iter();
    sorted
        .map(|HostPort { host, port }| Address { host, port, ..address.without_others() }.to_string())
        .collect()
}

/// What the app was told of it.
#[derive(Debug, Default)]
pub(super) struct ReportedResumption {
    reported: Option<Resumption>,
    /// More is known, and is said then.
    due: Option<Instant>,
}

impl ReportedResumption {
    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// The numbers of which the app was told that none up to them is free.
    pub(super) fn offered(&self) -> Option<u32> {
        self.reported.map(|reported| reported.numbers)
    }

    /// This is how it stands. Where only more of the log is here, that can wait.
    pub(super) fn report(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: &Address,
        now: Option<Resumption>,
    ) {
        if now.is_none() || now == self.reported {
            self.due = None;
            return;
        }
        let last = now.and_then(|now| now.last);
        let is_only_more = self.reported.map(|reported| Resumption { last, ..reported }) == now;
        let due = *self.due.get_or_insert_with(|| cx.after(EVERY));
        if !is_only_more || due <= cx.now.mono {
            self.report_now(cx, conversation, address, now);
        }
    }

    pub(super) fn report_now(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: &Address,
        now: Option<Resumption>,
    ) {
        self.due = None;
        if let Some(resumption) = now.filter(|_| now != self.reported) {
            self.reported = now;
            cx.report(NetEvent::Session { conversation, state: resumption.encode(address) });
        }
    }
}
