//! What we say, in the order it was written: one message under way at a time, said again until the relay has it or
//! its time is over. Sends nothing itself.
//!
//! The relay takes messages as they come. Were the second under way before the first is known to be there, a lost
//! datagram would turn them round for everybody; and nobody may say more in a second than a round trip leaves room for.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::clock::{backoff, later};
use crate::model::{Fault, MessageId};

/// Messages that wait. More than the relay takes from one member in the time that each of them has.
const MAX_LETTERS: usize = 256;
/// Nobody writes so much; but what waits must still get a number each.
const LAST_NUMBER: u32 = u32::MAX - 1_024;
/// How long a message may take.
const LIFE: Duration = Duration::from_secs(20);
/// When a message is said again, at first and at most.
const AGAIN: Duration = Duration::from_millis(300);
const MAX_AGAIN: Duration = Duration::from_secs(3);
/// A relay that finds we say too much says so once a second.
const PAUSE: Duration = Duration::from_millis(500);

/// One message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) message: MessageId,
    pub(super) bytes: Arc<[u8]>,
    /// 0: it was not said yet.
    pub(super) number: u32,
    /// The relay has it, but its place among the others has not come yet.
    pub(super) taken: bool,
    until: Instant,
    again: Instant,
    tries: u32,
}

#[derive(Debug, Default)]
pub(super) struct Outgoing {
    letters: VecDeque<Letter>,
    /// The last number given. It rises for as long as the program runs, whatever becomes of the relay.
    number: u32,
}

impl Outgoing {
    pub(super) fn push(&mut self, now: Instant, message: MessageId, bytes: Arc<[u8]>) -> Result<(), Fault> {
        if self.letters.len() >= MAX_LETTERS || self.number >= LAST_NUMBER {
            return Err(Fault::Busy);
        }
        let until = later(now, LIFE);
        self.letters.push_back(Letter {
            message,
            bytes,
            number: 0,
            taken: false,
            until,
            again: now,
            tries: 0,
        });
        Ok(())
    }

    pub(super) fn contains(&self, message: MessageId) -> bool {
        self.letters.iter().any(|letter| letter.message == message)
    }

    /// The message to be said now.
    pub(super) fn due(&mut self, now: Instant) -> Option<(u32, Arc<[u8]>)> {
        let fresh = self.number.saturating_add(1);
        let letter = self.letters.iter_mut().find(|letter| !letter.taken)?;
        if letter.again > now {
            return None;
        }
        if letter.number == 0 {
            letter.number = fresh;
            self.number = fresh;
        }
        letter.again = later(now, backoff(AGAIN, MAX_AGAIN, letter.tries));
        letter.tries = letter.tries.saturating_add(1);
        Some((letter.number, Arc::clone(&letter.bytes)))
    }

    /// When there is something to say, if the relay is there.
    pub(super) fn next(&self) -> Option<Instant> {
        self.letters.iter().find(|letter| !letter.taken).map(|letter| letter.again)
    }

    /// When the time of a message is over.
    pub(super) fn expiry(&self) -> Option<Instant> {
        self.letters.front().map(|letter| letter.until)
    }

    /// A message whose time is over.
    pub(super) fn expired(&mut self, now: Instant) -> Option<Letter> {
        let over = self.letters.front().is_some_and(|letter| letter.until <= now);
        if over { self.letters.pop_front() } else { None }
    }

    /// The relay has this one.
    pub(super) fn take(&mut self, number: u32) {
        if let Some(letter) = self.find(number) {
            letter.taken = true;
        }
    }

    /// The relay does not take this one now.
    pub(super) fn postpone(&mut self, now: Instant, number: u32) {
        if let Some(letter) = self.find(number) {
            letter.again = letter.again.max(later(now, PAUSE));
        }
    }

    /// There is a relay again: it is told at once what the last one may not have got.
    pub(super) fn hasten(&mut self, now: Instant) {
        for letter in self.letters.iter_mut().filter(|letter| letter.number > 0) {
            letter.again = now;
            letter.tries = 0;
        }
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<Letter> {
        let at = self.letters.iter().position(|letter| number > 0 && letter.number == number)?;
        self.letters.remove(at)
    }

    /// The first that the relay has, whatever its place.
    pub(super) fn remove_taken(&mut self) -> Option<Letter> {
        let at = self.letters.iter().position(|letter| letter.taken)?;
        self.letters.remove(at)
    }

    /// The first that was said, to somebody who will not answer any more.
    pub(super) fn remove_said(&mut self) -> Option<Letter> {
        let at = self.letters.iter().position(|letter| letter.number > 0)?;
        self.letters.remove(at)
    }

    pub(super) fn remove_first(&mut self) -> Option<Letter> {
        self.letters.pop_front()
    }

    fn find(&mut self, number: u32) -> Option<&mut Letter> {
        self.letters.iter_mut().find(|letter| number > 0 && letter.number == number)
    }
}
