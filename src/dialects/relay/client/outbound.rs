//! What we say, in the order it was written: several messages under way at a time, retransmitted until the relay has them or
//! their time is over.
//!
//! Each says which one it follows, if that is not known to be with the relay yet; until it has that one the relay holds it
//! back. Only the first of them is sent again by itself: when the relay has that, it has what it held back, too.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::resumption::RESERVE;
use crate::dialects::relay::frame::{MAX_TEXT, RefusalReason};
use crate::model::{Bar, Fault, MessageId, NetEvent, Now, Uid};
use crate::wire::{Backoff, Ctx, Retry};

/// Messages that wait. More than the relay takes from one member in the time that each of them has.
const MAX_WAITING: usize = 256;
/// Nobody writes so much; but what waits must still get a number each.
const LAST_NUMBER: u32 = u32::MAX - 1_024;
/// How long a message may take.
const LIFE: Duration = Duration::from_secs(20);
/// When a message is sent again.
const AGAIN: Backoff = Backoff { first: Duration::from_millis(300), longest: Duration::from_secs(3) };
/// Messages under way, and their bytes: as much as a relay holds back of one member.
const WINDOW: usize = 16;
const WINDOW_BYTES: usize = 32 * 1_024;
/// What is acknowledged together comes in several datagrams, one behind the other.
const GRACE: Duration = Duration::from_millis(30);
/// How long the history here may take to keep that numbers are used.
const KEEPING: Duration = Duration::from_secs(2);
/// A relay that finds we say too much says so once a second.
const PAUSE: Duration = Duration::from_millis(500);

/// One message on its way.
#[derive(Debug)]
struct OutboundText {
    message: MessageId,
    bytes: Arc<[u8]>,
    /// 0: it was not sent yet.
    number: u32,
    /// The relay has it, but its place among the others has not come yet.
    acked: bool,
    /// The relay that there is now was told it.
    sent: bool,
    until: Instant,
    retry: Retry,
}

impl OutboundText {
    /// The relay has it; where that keeps what it takes, so has everybody who comes later.
    fn hand(self, cx: &mut Ctx<'_>, to: SocketAddr, durable: bool, uid: Option<Uid>) {
        cx.report(NetEvent::Handed { message: self.message, to, payload: self.bytes });
        if durable {
            cx.report(kept(self.message, uid));
        }
    }
}

/// The log has it, under that name where it is known.
fn kept(message: MessageId, uid: Option<Uid>) -> NetEvent {
    uid.map_or(NetEvent::Delivered { message }, |uid| NetEvent::Kept { message, uid })
}

/// A message as it is sent: behind the one with the number `after`, unless that is 0.
#[derive(Debug)]
pub(super) struct OutboundSay {
    pub(super) number: u32,
    pub(super) after: u32,
    pub(super) text: Arc<[u8]>,
}

#[derive(Debug, Default)]
pub(super) struct OutboundQueue {
    messages: VecDeque<OutboundText>,
    /// The last number given. It rises for as long as the program runs, whatever becomes of the relay.
    number: u32,
    /// Another run begins behind this number.
    reserved: u32,
    /// No number beyond this one may be used, for another run may begin there; `None`: none will go on with this one.
    limit: Option<u32>,
    /// What the relay has is in a log.
    pub(super) durable: bool,
    /// Nothing is said before: it was too much.
    rest: Option<Instant>,
    /// Number and message of those whose time was over before it was known whether the relay has them.
    doubtful: VecDeque<(u32, MessageId)>,
}

impl OutboundQueue {
    pub(super) fn push(&mut self, now: Now, message: MessageId, bytes: Arc<[u8]>) -> Result<(), Fault> {
        if self.messages.len() >= MAX_WAITING || self.number >= LAST_NUMBER {
            return Err(Fault::Busy);
        }
        let (until, retry) = (now.after(LIFE).mono, Retry::new(now.mono));
        self.messages.push_back(OutboundText {
            message,
            bytes,
            number: 0,
            acked: false,
            sent: false,
            until,
            retry,
        });
        Ok(())
    }

    /// Numbers up to this one were used in an earlier run, or may have been. `false`: there are too few left.
    pub(super) const fn resume(&mut self, numbers: u32) -> bool {
        let number = numbers.saturating_add(RESERVE);
        if number < LAST_NUMBER {
            (self.number, self.reserved) = (number, number.saturating_add(RESERVE));
            // As long as the history here does not have a later state, another run begins as this one does.
            self.limit = Some(number);
        }
        number < LAST_NUMBER
    }

    /// Another run may go on with a state that has this number.
    pub(super) fn on_offered(&mut self, numbers: Option<u32>) {
        self.limit = self.limit.or_else(|| Some(numbers?.saturating_add(RESERVE)));
    }

    /// No other run goes on with an earlier state than this.
    pub(super) fn on_kept(&mut self, numbers: Option<u32>) {
        self.limit = self.limit.max(numbers.map(|numbers| numbers.saturating_add(RESERVE)));
    }

    fn has_numbers(&self) -> bool {
        self.limit.is_none_or(|limit| self.number < limit)
    }

    /// Since when a message waits for nothing but numbers that no other run will use.
    fn starving(&self) -> Option<Instant> {
        let unacked = || self.messages.iter().filter(|message| !message.acked);
        let first = unacked().next().filter(|_| !self.has_numbers())?;
        let is_under_way = unacked().any(|message| message.number > 0);
        first.until.checked_sub(LIFE).filter(|_| !is_under_way)
    }

    /// Whether the history here has kept nothing for so long that it may not do so at all.
    pub(super) fn starves(&self, now: Instant) -> bool {
        self.starving().and_then(|since| since.checked_add(KEEPING)).is_some_and(|at| at <= now)
    }

    /// The numbers are those of somebody else from now on, whom no other run knows.
    pub(super) const fn begin_anew(&mut self) {
        self.limit = None;
    }

    /// What another run has to leave out.
    pub(super) const fn reserved(&self) -> u32 {
        self.reserved
    }

    pub(super) fn contains(&self, message: MessageId) -> bool {
        self.messages.iter().any(|waiting| waiting.message == message)
    }

    /// The message to be sent now.
    pub(super) fn take_due(&mut self, now: Now) -> Option<OutboundSay> {
        let (due, _) = self.due().find(|(_, due)| *due <= now.mono)?;
        let before = self.messages.iter().take(due).rev().find(|message| !message.acked);
        let after = before.map_or(0, |message| message.number);
        let message = self.messages.get_mut(due)?;
        if message.number == 0 {
            self.number = self.number.saturating_add(1);
            message.number = self.number;
            if self.reserved.saturating_sub(self.number) < RESERVE / 2 {
                self.reserved = self.number.saturating_add(RESERVE);
            }
        }
        message.retry.at = now.after(message.retry.pause(AGAIN)).mono;
        message.sent = true;
        Some(OutboundSay { number: message.number, after, text: Arc::clone(&message.bytes) })
    }

    /// What may be under way, and when each is due: the first again and again, the others once.
    fn due(&self) -> impl Iterator<Item = (usize, Instant)> {
        let mut bytes: usize = 0;
        let unacked = self.messages.iter().enumerate().filter(|(_, message)| !message.acked);
        let window = unacked.take(WINDOW).enumerate().take_while(move |(turn, (_, message))| {
            bytes = bytes.saturating_add(message.bytes.len());
            *turn == 0 || bytes <= WINDOW_BYTES
        });
        let may_begin = self.has_numbers();
        let due = window.filter(move |(turn, (_, message))| {
            (*turn == 0 || !message.sent) && (message.number > 0 || may_begin)
        });
        due.map(|(_, (at, message))| {
            (at, self.rest.map_or(message.retry.at, |rest| rest.max(message.retry.at)))
        })
    }

    /// When there is something to send, if the relay is there.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let starves = self.starving().and_then(|since| since.checked_add(KEEPING));
        self.due().map(|(_, due)| due).chain(starves).min()
    }

    /// When the time of a message is over.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.messages.front().map(|message| message.until)
    }

    /// There is a relay again: it is told at once what the last one may not have got.
    pub(super) fn retry_now(&mut self, now: Instant) {
        self.rest = None;
        for message in self.messages.iter_mut().filter(|message| message.number > 0) {
            (message.retry, message.sent) = (Retry::new(now), false);
        }
    }
}

// What the relay says of them.
impl OutboundQueue {
    /// The relay has this one.
    pub(super) fn ack(&mut self, now: Now, number: u32) {
        if let Some(message) = self.find(number) {
            message.acked = true;
            self.spare_first(now);
        }
    }

    /// The one that is the first now may be acknowledged by what comes next.
    fn spare_first(&mut self, now: Now) {
        let first = self.messages.iter_mut().find(|message| !message.acked);
        if let Some(first) = first.filter(|first| first.sent) {
            first.retry.at = first.retry.at.max(now.after(GRACE).mono);
        }
    }

    /// The relay does not take this one, or not now.
    pub(super) fn refuse(&mut self, cx: &mut Ctx<'_>, number: u32, why: RefusalReason) {
        let bar = match why {
            RefusalReason::TooLong => None,
            RefusalReason::Muted => Some(Bar::Muted),
            RefusalReason::Moderated => Some(Bar::Moderated),
            RefusalReason::Slow => Some(Bar::Slow),
            RefusalReason::Full
            | RefusalReason::Rooms
            | RefusalReason::Rate
            | RefusalReason::Bytes
            | RefusalReason::Bandwidth
            | RefusalReason::NameTaken
            | RefusalReason::BadName
            | RefusalReason::Apart
            | RefusalReason::Kicked
            | RefusalReason::Banned
            | RefusalReason::Closed
            | RefusalReason::Password
            | RefusalReason::Other => {
                self.rest = Some(cx.after(PAUSE)).filter(|_| self.find(number).is_some()).or(self.rest);
                return;
            }
        };
        if let Some(message) = self.remove(number) {
            let too_large = || Fault::TooLarge { bytes: message.bytes.len(), limit: MAX_TEXT };
            cx.fail(message.message, bar.map_or_else(too_large, Fault::Barred));
        }
    }

    /// The relay has this one, and its place among the others is known or will never be.
    pub(super) fn finish(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr, number: u32, uid: Option<Uid>) {
        if let Some(message) = self.remove(number) {
            message.hand(cx, relay, self.durable, uid);
            self.spare_first(cx.now);
        } else if let Some(at) = self.doubtful.iter().position(|(doubtful, _)| *doubtful == number)
            && let Some((_, message)) = self.doubtful.remove(at)
            && self.durable
        {
            cx.report(kept(message, uid));
        }
    }

    /// The places of those that the relay has will not come any more.
    pub(super) fn finish_acked(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr) {
        while let Some(message) = self.take_first(|message| message.acked) {
            message.hand(cx, relay, self.durable, None);
        }
    }

    /// Answers for the messages whose time is over. Those that the relay has are sent, even when their place among the
    /// others is not known yet.
    pub(super) fn expire(&mut self, cx: &mut Ctx<'_>, relay: Option<SocketAddr>) {
        let now = cx.now.mono;
        while self.deadline().is_some_and(|until| until <= now)
            && let Some(message) = self.messages.pop_front()
        {
            match relay {
                Some(relay) if message.acked => message.hand(cx, relay, self.durable, None),
                Some(_) | None if message.number == 0 => cx.fail(message.message, Fault::Unreached),
                Some(_) | None => {
                    self.doubt(message.number, message.message);
                    cx.fail(message.message, Fault::NoAnswer);
                }
            }
        }
    }

    /// Those that were sent went to a relay that will not answer any more.
    pub(super) fn fail_sent(&mut self, cx: &mut Ctx<'_>) {
        while let Some(message) = self.take_first(|message| message.number > 0) {
            cx.fail(message.message, Fault::NoAnswer);
        }
    }

    /// Its time is over; the log may have it all the same.
    fn doubt(&mut self, number: u32, message: MessageId) {
        if self.doubtful.len() >= MAX_WAITING {
            self.doubtful.pop_front();
        }
        self.doubtful.push_back((number, message));
    }

    pub(super) fn fail_all(&mut self, cx: &mut Ctx<'_>) {
        for message in self.messages.drain(..) {
            cx.fail(message.message, Fault::NoSuchPeer);
        }
    }

    fn find(&mut self, number: u32) -> Option<&mut OutboundText> {
        self.messages.iter_mut().find(|message| number > 0 && message.number == number)
    }

    fn remove(&mut self, number: u32) -> Option<OutboundText> {
        self.take_first(|message| number > 0 && message.number == number)
    }

    fn take_first(&mut self, is_meant: impl Fn(&OutboundText) -> bool) -> Option<OutboundText> {
        let at = self.messages.iter().position(is_meant)?;
        self.messages.remove(at)
    }
}
