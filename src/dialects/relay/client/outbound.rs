//! What we say, in the order it was written: one message under way at a time, retransmitted until the relay has it or its
//! time is over.
//!
//! The relay takes messages as they come. Were the second under way before the first is acknowledged, a lost datagram
//! would turn them round for everybody (stop-and-wait prevents that); and nobody may say more in a second than a round
//! trip leaves room for.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::resumption::RESERVE;
use crate::dialects::relay::frame::{MAX_TEXT, RefusalReason};
use crate::model::{Bar, Fault, MessageId, NetEvent, Now};
use crate::wire::{Backoff, Ctx, Retry};

/// Messages that wait. More than the relay takes from one member in the time that each of them has.
const MAX_WAITING: usize = 256;
/// Nobody writes so much; but what waits must still get a number each.
const LAST_NUMBER: u32 = u32::MAX - 1_024;
/// How long a message may take.
const LIFE: Duration = Duration::from_secs(20);
/// When a message is sent again.
const AGAIN: Backoff = Backoff { first: Duration::from_millis(300), longest: Duration::from_secs(3) };
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
    until: Instant,
    retry: Retry,
}

impl OutboundText {
    /// The relay has it; where that keeps what it takes, so has everybody who comes later.
    fn hand(self, cx: &mut Ctx<'_>, to: SocketAddr, durable: bool) {
        cx.report(NetEvent::Handed { message: self.message, to, payload: self.bytes });
        if durable {
            cx.report(NetEvent::Delivered { message: self.message });
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct OutboundQueue {
    messages: VecDeque<OutboundText>,
    /// The last number given. It rises for as long as the program runs, whatever becomes of the relay.
    number: u32,
    /// Another run begins behind this number.
    reserved: u32,
    /// What the relay has is in a log.
    pub(super) durable: bool,
    /// Number and message of those whose time was over before it was known whether the relay has them.
    doubtful: VecDeque<(u32, MessageId)>,
}

impl OutboundQueue {
    pub(super) fn push(&mut self, now: Now, message: MessageId, bytes: Arc<[u8]>) -> Result<(), Fault> {
        if self.messages.len() >= MAX_WAITING || self.number >= LAST_NUMBER {
            return Err(Fault::Busy);
        }
        let (until, retry) = (now.after(LIFE).mono, Retry::new(now.mono));
        self.messages.push_back(OutboundText { message, bytes, number: 0, acked: false, until, retry });
        Ok(())
    }

    /// Numbers up to this one were used in an earlier run, or may have been. `false`: there are too few left.
    pub(super) const fn resume(&mut self, numbers: u32) -> bool {
        let number = numbers.saturating_add(RESERVE);
        if number < LAST_NUMBER {
            (self.number, self.reserved) = (number, number.saturating_add(RESERVE));
        }
        number < LAST_NUMBER
    }

    /// What another run has to leave out.
    pub(super) const fn reserved(&self) -> u32 {
        self.reserved
    }

    pub(super) fn contains(&self, message: MessageId) -> bool {
        self.messages.iter().any(|waiting| waiting.message == message)
    }

    /// The message to be sent now.
    pub(super) fn take_due(&mut self, now: Now) -> Option<(u32, Arc<[u8]>)> {
        let message = self.messages.iter_mut().find(|message| !message.acked)?;
        if message.retry.at > now.mono {
            return None;
        }
        if message.number == 0 {
            self.number = self.number.saturating_add(1);
            message.number = self.number;
            if self.reserved.saturating_sub(self.number) < RESERVE / 2 {
                self.reserved = self.number.saturating_add(RESERVE);
            }
        }
        message.retry.at = now.after(message.retry.pause(AGAIN)).mono;
        Some((message.number, Arc::clone(&message.bytes)))
    }

    /// When there is something to send, if the relay is there.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.messages.iter().find(|message| !message.acked).map(|message| message.retry.at)
    }

    /// When the time of a message is over.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.messages.front().map(|message| message.until)
    }

    /// There is a relay again: it is told at once what the last one may not have got.
    pub(super) fn retry_now(&mut self, now: Instant) {
        for message in self.messages.iter_mut().filter(|message| message.number > 0) {
            message.retry = Retry::new(now);
        }
    }
}

// What the relay says of them.
impl OutboundQueue {
    /// The relay has this one.
    pub(super) fn ack(&mut self, number: u32) {
        if let Some(message) = self.find(number) {
            message.acked = true;
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
            | RefusalReason::Other => {
                if let Some(message) = self.find(number) {
                    message.retry.at = message.retry.at.max(cx.after(PAUSE));
                }
                return;
            }
        };
        if let Some(message) = self.remove(number) {
            let too_large = || Fault::TooLarge { bytes: message.bytes.len(), limit: MAX_TEXT };
            cx.fail(message.message, bar.map_or_else(too_large, Fault::Barred));
        }
    }

    /// The relay has this one, and its place among the others is known or will never be.
    pub(super) fn finish(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr, number: u32) {
        if let Some(message) = self.remove(number) {
            message.hand(cx, relay, self.durable);
        } else if let Some(at) = self.doubtful.iter().position(|(doubtful, _)| *doubtful == number)
            && let Some((_, message)) = self.doubtful.remove(at)
            && self.durable
        {
            cx.report(NetEvent::Delivered { message });
        }
    }

    /// The places of those that the relay has will not come any more.
    pub(super) fn finish_acked(&mut self, cx: &mut Ctx<'_>, relay: SocketAddr) {
        while let Some(message) = self.take_first(|message| message.acked) {
            message.hand(cx, relay, self.durable);
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
                Some(relay) if message.acked => message.hand(cx, relay, self.durable),
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
