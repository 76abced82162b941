//! Being in charge of a relay: as whom a member wants to be, what proves that, and the orders that wait for their answer.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::known_password::{KnownPassword, NoProof};
use crate::dialects::relay::frame::{Cookie, KeyProof, OperatorClaim, SALT_LENGTH, put_words};
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::{Password, Phrase};
use crate::wire::{Backoff, Ctx, Retry};

/// Orders that wait: nobody types more while a relay is silent.
const MAX_ORDERS: usize = 16;
/// How long one may take.
const LIFE: Duration = Duration::from_secs(10);
const AGAIN: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(2) };

/// Who a person says to be.
#[derive(Debug)]
struct WantedRole {
    name: String,
    known: KnownPassword,
    /// The relay does not want to hear of it for now.
    rests: bool,
}

#[derive(Debug)]
struct PendingOrder {
    words: Vec<String>,
    /// 0: it was not sent yet.
    number: u32,
    until: Instant,
    retry: Retry,
}

/// An order as it is sent.
#[derive(Debug)]
pub(super) struct OutboundOrder {
    pub(super) number: u32,
    pub(super) words: Vec<u8>,
    pub(super) proof: KeyProof,
}

#[derive(Debug, Default)]
pub(super) struct OperatorRole {
    wanted: Option<WantedRole>,
    /// The relay has said so.
    is_in_charge: bool,
    orders: VecDeque<PendingOrder>,
    /// Of the last order.
    number: u32,
}

// Who we are.
impl OperatorRole {
    /// A person wants to be in charge, as whom, by that password.
    pub(super) fn want(&mut self, name: String, password: Password) {
        let mut known = KnownPassword::default();
        known.give(password);
        self.wanted = Some(WantedRole { name, known, rests: false });
    }

    /// It was right in an earlier run. What a person has just said counts more.
    pub(super) fn remember(&mut self, name: String, key: StretchedKey) {
        if self.wanted.is_none() {
            let mut known = KnownPassword::default();
            known.remember(key);
            self.wanted = Some(WantedRole { name, known, rests: false });
        }
    }

    /// Whether there was anything to forget.
    pub(super) fn forget(&mut self) -> bool {
        self.wanted.take().is_some()
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.wanted.as_ref().map(|wanted| wanted.name.as_str())
    }

    pub(super) const fn is_in_charge(&self) -> bool {
        self.is_in_charge
    }

    /// What a join says of it.
    pub(super) fn claim(&self, nonce: u64, cookie: &Cookie) -> Option<OperatorClaim<'_>> {
        let WantedRole { name, known, .. } = self.wanted.as_ref().filter(|wanted| !wanted.rests)?;
        let proof = |key: &StretchedKey| key.prove_operator(nonce, cookie, &name.to_lowercase());
        Some(OperatorClaim {
            salt: known.key().map_or([0; SALT_LENGTH], |key| key.salt),
            proof: known.key().map(proof).unwrap_or_default(),
            name,
        })
    }

    /// The relay tells with which salt the password is stretched.
    ///
    /// # Errors
    /// Why there is nothing to prove it with.
    pub(super) fn on_salt(&mut self, salt: [u8; SALT_LENGTH]) -> Result<(), NoProof> {
        self.wanted.as_mut().map_or(Err(NoProof::Unknown), |wanted| wanted.known.on_salt(salt))
    }

    /// The relay does not want to hear of it for now.
    pub(super) fn rest(&mut self) {
        self.wanted.iter_mut().for_each(|wanted| wanted.rests = true);
    }

    /// The relay believes it. Whether that is news.
    pub(super) fn confirm(&mut self) -> bool {
        self.wanted.as_mut().is_some_and(|wanted| wanted.known.confirm())
    }

    /// Whether that is news.
    pub(super) const fn set_in_charge(&mut self, is_in_charge: bool) -> bool {
        let is_news = self.is_in_charge != is_in_charge;
        self.is_in_charge = is_in_charge;
        is_news
    }

    /// Name and key, where a relay has believed it.
    pub(super) fn to_keep(&self) -> Option<(String, StretchedKey)> {
        let WantedRole { name, known, .. } = self.wanted.as_ref()?;
        Some((name.clone(), known.right_key()?.clone()))
    }
}

// Orders.
impl OperatorRole {
    /// `false`: too many wait.
    pub(super) fn push(&mut self, cx: &Ctx<'_>, words: Vec<String>) -> bool {
        let has_room = self.orders.len() < MAX_ORDERS;
        if has_room {
            let (until, retry) = (cx.after(LIFE), Retry::new(cx.now.mono));
            self.orders.push_back(PendingOrder { words, number: 0, until, retry });
        }
        has_room
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let first = self.orders.front()?;
        Some(first.until.min(first.retry.at))
    }

    /// The order with that number is answered. What a person reads of it in the words of this key.
    pub(super) fn take_answered(&mut self, number: u32, key: &'static str) -> Option<Phrase> {
        self.take_first(key, |first| first.number == number)
    }

    /// Of one that was sent, and whose answer nobody will get any more.
    pub(super) fn take_sent(&mut self, key: &'static str) -> Option<Phrase> {
        self.take_first(key, |first| first.number > 0)
    }

    /// Of one whose time is over.
    pub(super) fn take_overdue(&mut self, now: Instant, key: &'static str) -> Option<Phrase> {
        self.take_first(key, |first| first.until <= now)
    }

    fn take_first(&mut self, key: &'static str, is_it: impl Fn(&PendingOrder) -> bool) -> Option<Phrase> {
        let order = self.orders.front().filter(|first| is_it(first))?;
        let phrase = Phrase::new(key).text("order", order.words.join(" "));
        self.orders.pop_front();
        Some(phrase)
    }

    /// One after the other: the relay does none that is older than one it has done.
    pub(super) fn take_due(&mut self, cx: &mut Ctx<'_>, nonce: u64) -> Option<OutboundOrder> {
        let key = self.wanted.as_ref().filter(|_| self.is_in_charge)?.known.key()?;
        let order = self.orders.front_mut().filter(|order| order.retry.at <= cx.now.mono)?;
        if order.number == 0 {
            self.number = self.number.saturating_add(1);
            order.number = self.number;
        }
        order.retry.at = cx.after_about(order.retry.pause(AGAIN));
        let mut words = Vec::new();
        put_words(&mut words, &order.words);
        let proof = key.prove_order(nonce, order.number, &words);
        Some(OutboundOrder { number: order.number, words, proof })
    }
}
