//! What can be fetched from us: by the address it was offered to, under the number of that packet (invariant I15).

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ids::Asked;
use super::request::FileRequest;
use crate::model::MessageId;
use crate::model::file::{FileSource, Progress, TransferId};
use crate::wire::endpoint::same_host;
use crate::wire::transfer_progress::report;
use crate::wire::{Ctx, Encoding};

/// Offers that stand at one time; beyond, the oldest ends. A list of files each, so a megabyte or two in all.
const MAX_OFFERS: usize = 64;
/// A peer that has not fetched a file by then has forgotten it (invariant I15).
const STANDS: Duration = Duration::from_hours(24);

/// What one packet offers to one peer.
#[derive(Clone, Debug)]
pub(in super::super) struct Offer {
    pub message: MessageId,
    pub to: SocketAddr,
    /// What the peer reads.
    pub encoding: Encoding,
    pub number: u32,
    /// The id of the first file; they rise.
    pub first: u32,
    pub sources: Arc<[FileSource]>,
}

/// One file of an offer that somebody may have.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) transfer: TransferId,
    pub(super) source: FileSource,
    /// What its names are to be written in.
    pub(super) encoding: Encoding,
    /// Where it is to begin.
    pub(super) offset: u64,
}

#[derive(Debug)]
struct Standing {
    offer: Offer,
    until: Instant,
    /// The files that have been asked for: what is given back are the others.
    fetched: BTreeSet<u16>,
}

impl Standing {
    fn is_for(&self, peer: SocketAddr) -> bool {
        same_host(self.offer.to, peer)
    }

    /// The file that an id stands for. No digits of ours mean one file of an offer when they are read one way and another
    /// one when they are read the other way, since no offer is long enough.
    fn file(&self, id: Asked) -> Option<(u16, &FileSource)> {
        id.readings().find_map(|id| {
            let file = u16::try_from(id.checked_sub(self.offer.first)?).ok()?;
            Some((file, self.offer.sources.get(usize::from(file))?))
        })
    }

    /// What nobody has asked for.
    fn left(&self) -> impl Iterator<Item = TransferId> {
        let files = (0..).zip(self.offer.sources.iter()).map(|(file, _)| file);
        let left = files.filter(|file| !self.fetched.contains(file));
        left.map(|file| TransferId { message: self.offer.message, file })
    }
}

/// The oldest first.
#[derive(Debug, Default)]
pub(super) struct Offers(VecDeque<Standing>);

impl Offers {
    pub(super) fn add(&mut self, cx: &Ctx<'_>, offer: Offer) {
        self.withdraw(offer.message);
        while self.0.len() >= MAX_OFFERS {
            self.0.pop_front();
        }
        self.0.push_back(Standing { offer, until: cx.after(STANDS), fetched: BTreeSet::new() });
    }

    /// Whether anything is offered to this host.
    pub(super) fn has_any_for(&self, peer: SocketAddr) -> bool {
        self.0.iter().any(|standing| standing.is_for(peer))
    }

    /// Whether that host may have what it asks for.
    pub(super) fn has(&self, peer: SocketAddr, request: FileRequest) -> bool {
        self.find(peer, request).is_some()
    }

    fn find(&self, peer: SocketAddr, request: FileRequest) -> Option<(usize, u16, &FileSource)> {
        let at = request.number.readings().find_map(|number| self.standing(peer, number))?;
        let (file, source) = self.0.get(at)?.file(request.id)?;
        // Official programs ask for single files as if they were folders, but only where they encrypt.
        let good =
            source.entries.is_some() == request.folder && (request.folder || request.offset <= source.size);
        good.then_some((at, file, source))
    }

    /// What that host asks for, if it may have it.
    pub(super) fn fetch(&mut self, peer: SocketAddr, request: FileRequest) -> Option<Found> {
        let (at, file, source) = self.find(peer, request)?;
        let source = source.clone();
        let Standing { offer, fetched, .. } = self.0.get_mut(at)?;
        fetched.insert(file);
        let transfer = TransferId { message: offer.message, file };
        let encoding = if request.utf8 { Encoding::UTF_8 } else { offer.encoding };
        Some(Found { transfer, source, encoding, offset: request.offset })
    }

    fn standing(&self, peer: SocketAddr, number: u32) -> Option<usize> {
        self.0.iter().position(|standing| standing.is_for(peer) && standing.offer.number == number)
    }

    pub(super) fn withdraw(&mut self, message: MessageId) {
        self.0.retain(|standing| standing.offer.message != message);
    }

    /// The host gives an offer back, or one file of it, as some do when they have got it.
    pub(super) fn released(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, number: u32, id: Option<&[u8]>) {
        let Some(at) = self.standing(from, number) else { return };
        let Some(standing) = self.0.get_mut(at) else { return };
        let file = id.and_then(Asked::read).and_then(|id| standing.file(id)).map(|(file, _)| file);
        let Some(file) = file else {
            return self
                .end(cx, &Progress::Declined, |other| other.is_for(from) && other.offer.number == number);
        };
        if standing.fetched.insert(file) {
            let transfer = TransferId { message: standing.offer.message, file };
            report(cx, transfer, Progress::Declined);
        }
    }

    /// Ends old offers. A goodbye ends none: the peer may be back in a minute.
    pub(super) fn expire(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        self.end(cx, &Progress::Gone, |standing| standing.until <= now);
    }

    /// Somebody else is there now, for whom nothing of this is.
    pub(super) fn gone(&mut self, cx: &mut Ctx<'_>, from: SocketAddr) {
        self.end(cx, &Progress::Gone, |standing| standing.is_for(from));
    }

    /// Tells what became of the files that nobody has asked for.
    fn end(&mut self, cx: &mut Ctx<'_>, as_what: &Progress, is_over: impl Fn(&Standing) -> bool) {
        for transfer in self.0.iter().filter(|standing| is_over(standing)).flat_map(Standing::left) {
            report(cx, transfer, as_what.clone());
        }
        self.0.retain(|standing| !is_over(standing));
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.front().map(|standing| standing.until)
    }
}
