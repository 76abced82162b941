//! What can be fetched from us: by whoever has the key that it was offered to, in that message (invariant I15).

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::request::RangeRequest;
use crate::model::file::{FileSource, Progress, TransferId};
use crate::model::{MessageId, PublicKey, Uid};
use crate::wire::Ctx;
use crate::wire::transfer_progress::report;

/// Offers that stand at one time; beyond, the oldest ends.
const MAX_OFFERS: usize = 512;
/// After that nobody fetches it any more.
const STANDS: Duration = Duration::from_hours(30 * 24);

/// What one message offers.
#[derive(Debug)]
pub(super) struct BookedOffer {
    pub(super) key: PublicKey,
    pub(super) uid: Uid,
    pub(super) message: MessageId,
    pub(super) sources: Arc<[FileSource]>,
}

#[derive(Debug)]
struct StandingOffer {
    offer: BookedOffer,
    until: Instant,
    /// The files that were asked for: nobody is told that they are not wanted.
    fetched: BTreeSet<u16>,
}

/// The oldest first.
#[derive(Debug, Default)]
pub(super) struct OfferBook {
    offers: VecDeque<StandingOffer>,
}

impl OfferBook {
    pub(super) fn add(&mut self, cx: &Ctx<'_>, offer: BookedOffer) {
        self.withdraw(offer.message);
        let standing = StandingOffer { offer, until: cx.after(STANDS), fetched: BTreeSet::new() };
        self.offers.push_back(standing);
        self.offers.drain(..self.offers.len().saturating_sub(MAX_OFFERS));
    }

    /// What is asked for, if it is offered to this key.
    pub(super) fn find(
        &mut self,
        key: PublicKey,
        request: &RangeRequest,
    ) -> Option<(TransferId, FileSource)> {
        let standing = self.standing(key, request.uid)?;
        let source = standing.offer.sources.get(usize::from(request.index))?.clone();
        // Of a folder it is no number of bytes.
        let inside = source.entries.is_some() || request.from <= source.size;
        inside.then_some((TransferId { message: standing.offer.message, file: request.index }, source))
    }

    /// Which transfer it is, if it is offered to this key.
    pub(super) fn transfer(&mut self, key: PublicKey, uid: Uid, file: u16) -> Option<TransferId> {
        let standing = self.standing(key, uid)?;
        standing.offer.sources.get(usize::from(file))?;
        Some(TransferId { message: standing.offer.message, file })
    }

    /// It is being given.
    pub(super) fn note_fetched(&mut self, key: PublicKey, request: &RangeRequest) {
        if let Some(standing) = self.standing(key, request.uid) {
            standing.fetched.insert(request.index);
        }
    }

    fn standing(&mut self, key: PublicKey, uid: Uid) -> Option<&mut StandingOffer> {
        self.offers.iter_mut().find(|standing| standing.offer.key == key && standing.offer.uid == uid)
    }

    pub(super) fn withdraw(&mut self, message: MessageId) {
        self.offers.retain(|standing| standing.offer.message != message);
    }

    /// Nothing more is offered to this key.
    pub(super) fn forget(&mut self, key: PublicKey) {
        self.offers.retain(|standing| standing.offer.key != key);
    }

    /// The peer does not want what it has not asked for.
    pub(super) fn declined(&mut self, cx: &mut Ctx<'_>, key: PublicKey, uid: Uid) {
        self.end(cx, &Progress::Declined, |other| other.offer.key == key && other.offer.uid == uid);
    }

    pub(super) fn expire(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        self.end(cx, &Progress::Gone, |standing| standing.until <= now);
    }

    fn end(&mut self, cx: &mut Ctx<'_>, as_what: &Progress, is_over: impl Fn(&StandingOffer) -> bool) {
        let (over, left) = std::mem::take(&mut self.offers).into_iter().partition(is_over);
        self.offers = left;
        let over: VecDeque<StandingOffer> = over;
        for StandingOffer { offer, fetched, .. } in over {
            let files = (0..).zip(offer.sources.iter()).map(|(file, _)| file);
            for file in files.filter(|file| !fetched.contains(file)) {
                report(cx, TransferId { message: offer.message, file }, as_what.clone());
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.offers.front().map(|standing| standing.until)
    }
}
