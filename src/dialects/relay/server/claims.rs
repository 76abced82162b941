//! Names that members wait for where relays share a log: somebody at another relay may have them.
//!
//! A name is kept at this relay first, then claimed. Until the answer a new member is in no room, and what a member says
//! waits.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::Relay;
use super::api::RelayLimit;
use super::members::{JoinRequest, RelayMember};
use super::names::{FIRST_FORM, folded};
use crate::model::room_log::{NameClaim, Ticket};

/// Texts of one member that wait, and their bytes.
const MAX_TEXTS: usize = 16;
const MAX_TEXT_BYTES: usize = 32 * 1_024;

/// What a name is for.
#[derive(Debug)]
pub(super) enum ClaimPurpose {
    /// To come in.
    Enter(Entrance),
    /// To have it in the place of another one. Whoever has not asked is not answered.
    Rename { is_asked: bool },
    /// To have it in the place of one that somebody else has by now.
    Replace,
}

/// Where a member wants to go.
#[derive(Debug)]
pub(super) struct Entrance {
    pub(super) room: String,
    /// Of the room, if it begins with this member.
    pub(super) stream: u32,
    /// Of the join of a framed member.
    pub(super) nonce: Option<u64>,
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct NameRequest {
    /// Kept at this relay.
    pub(super) name: String,
    /// What it is near to; `None`: some guest's.
    pub(super) wanted: Option<String>,
    /// Which form of that it is.
    pub(super) form: u32,
    /// So many were another's.
    pub(super) tries: u32,
    /// The member has proved its id.
    pub(super) is_proved: bool,
    pub(super) purpose: ClaimPurpose,
}

#[derive(Debug)]
pub(super) struct PendingName {
    ticket: Ticket,
    pub(super) request: NameRequest,
    /// What it has said meanwhile.
    pub(super) texts: Vec<Vec<u8>>,
}

#[derive(Debug, Default)]
pub(super) struct NameClaims {
    /// By members.
    pending: BTreeMap<u64, PendingName>,
    /// Members whose name is somebody else's, and who wait for another claim to end, or for the log.
    pub(super) lost: BTreeSet<u64>,
}

impl NameClaims {
    pub(super) fn is_pending(&self, id: u64) -> bool {
        self.pending.contains_key(&id)
    }

    pub(super) fn get(&self, id: u64) -> Option<&NameRequest> {
        self.pending.get(&id).map(|pending| &pending.request)
    }

    /// Whether it is in no room yet.
    pub(super) fn is_entering(&self, id: u64) -> bool {
        self.get(id).is_some_and(|request| matches!(request.purpose, ClaimPurpose::Enter(_)))
    }

    /// The framed member at an address that waits to come into a room. Its last join is answered.
    pub(super) fn join_again(&mut self, members: &[u64], room: &str, nonce: u64) -> bool {
        let again = |id: &u64| match &mut self.pending.get_mut(id)?.request.purpose {
            ClaimPurpose::Enter(Entrance { room: to, nonce: Some(before), .. }) if folded(to) == room => {
                *before = nonce;
                Some(())
            }
            ClaimPurpose::Enter(_) | ClaimPurpose::Rename { .. } | ClaimPurpose::Replace => None,
        };
        members.iter().find_map(again).is_some()
    }

    /// Keeps what a member says until its name is known. What is too much is lost. `false`: its name is known.
    pub(super) fn hold(&mut self, id: u64, text: &[u8]) -> bool {
        let Some(PendingName { texts, .. }) = self.pending.get_mut(&id) else { return false };
        let bytes = texts.iter().map(Vec::len).fold(text.len(), usize::saturating_add);
        if texts.len() < MAX_TEXTS && bytes <= MAX_TEXT_BYTES {
            texts.push(text.to_vec());
        }
        true
    }

    /// The claim of that ticket has come to an end.
    pub(super) fn take(&mut self, id: u64, ticket: Ticket) -> Option<PendingName> {
        self.pending.get(&id).filter(|pending| pending.ticket == ticket)?;
        self.pending.remove(&id)
    }
}

/// Whether names have to be claimed.
pub(super) const fn are_needed(relay: &Relay) -> bool {
    relay.options.is_shared && relay.backplane.is_some()
}

/// Makes a member that comes in as soon as its name is known to be nobody else's.
pub(super) fn admit(
    relay: &mut Relay,
    now: Instant,
    join: JoinRequest<'_>,
    nonce: Option<u64>,
    is_proved: bool,
) -> Result<(), RelayLimit> {
    let (id, wanted) = (join.id, join.name.map(str::to_owned));
    let entrance = Entrance { room: join.room.to_owned(), stream: join.stream, nonce };
    let form = relay.directory.register(now, join)?;
    let name = relay.directory.members().get(id).map(|member| member.name.clone()).unwrap_or_default();
    let purpose = ClaimPurpose::Enter(entrance);
    ask(relay, id, NameRequest { name, wanted, form, tries: 0, is_proved, purpose }, Vec::new());
    Ok(())
}

/// What comes of it when a member wants another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renaming {
    Done,
    Taken,
    /// The other relays are asked, and the member is told then.
    Asked,
    Refused(RelayLimit),
}

/// Gives a member another name. `is_asked`: it waits for an answer.
pub(super) fn rename(relay: &mut Relay, id: u64, name: &str, is_asked: bool) -> Renaming {
    let Some(member) = relay.directory.members().get(id) else { return Renaming::Taken };
    if !are_needed(relay) || folded(&member.name) == folded(name) {
        let is_free = relay.directory.rename(id, name, &mut relay.out);
        return if is_free { Renaming::Done } else { Renaming::Taken };
    }
    if let Some(request) = relay.claims.get(id) {
        let again = request.name == name;
        return if again { Renaming::Asked } else { Renaming::Refused(RelayLimit::Rate) };
    }
    if relay.is_apart() {
        return Renaming::Refused(RelayLimit::Log);
    }
    if !relay.directory.members_mut().reserve(id, name) {
        return Renaming::Taken;
    }
    let purpose = ClaimPurpose::Rename { is_asked };
    let (name, wanted) = (name.to_owned(), None);
    let request = NameRequest { name, wanted, form: FIRST_FORM, tries: 0, is_proved: false, purpose };
    ask(relay, id, request, Vec::new());
    Renaming::Asked
}

/// Claims a name for a member. `texts` wait for the answer.
pub(super) fn ask(relay: &mut Relay, id: u64, request: NameRequest, texts: Vec<Vec<u8>>) {
    let (Some(backplane), Some(member)) = (&mut relay.backplane, relay.directory.members().get(id)) else {
        return;
    };
    let (name, address, is_proved) = (folded(&request.name).into(), member.address, request.is_proved);
    let ticket = backplane.claim(NameClaim { name, id, address, is_proved });
    relay.claims.pending.insert(id, PendingName { ticket, request, texts });
}

/// A member does not have this name any more, here and anywhere.
pub(super) fn release(relay: &mut Relay, id: u64, name: &str) {
    if are_needed(relay)
        && let Some(backplane) = &mut relay.backplane
    {
        backplane.release(folded(name), id);
    }
}

/// Who has nothing to prove itself with at another relay may have its name there at once.
pub(super) fn release_plain(relay: &mut Relay) {
    let plain = relay.directory.members().iter().filter(|member| !member.is_framed());
    let names: Vec<(u64, String)> = plain.map(|member| (member.id, member.name.clone())).collect();
    for (id, name) in names {
        release(relay, id, &name);
    }
}

/// Takes a member out of its room, or of those who wait to come into one, and gives its names back: the member, and the
/// name of the room. `is_moving`: it is the same at another relay.
pub(super) fn end(relay: &mut Relay, id: u64, is_moving: bool) -> Option<(RelayMember, String)> {
    relay.claims.lost.remove(&id);
    let pending = relay.claims.pending.remove(&id);
    let (member, room) = relay.directory.remove(id, is_moving, &mut relay.out)?;
    release(relay, id, &member.name);
    let Some(PendingName { request: NameRequest { name, purpose, .. }, .. }) = pending else {
        return Some((member, room));
    };
    match purpose {
        ClaimPurpose::Enter(Entrance { room, .. }) => Some((member, room)),
        ClaimPurpose::Rename { .. } | ClaimPurpose::Replace => {
            relay.directory.members_mut().give_back(&name);
            release(relay, id, &name);
            Some((member, room))
        }
    }
}
