//! People on the same network: we say that we are here, and hear who else does. A beacon is a hint; nothing is sent because
//! of one, but that a contact is dialled where it says, which the handshake then judges.
//!
//! Three ways, since each of them fails somewhere: broadcast, a group of IPv4, a group of IPv6; on every network of ours, and
//! no further. The list of those that we are announced to (`announce`) is not for this dialect: an open beacon would tell our
//! key to whoever has an address there, a hidden one says nothing to a stranger, and a contact elsewhere is dialled at the
//! address that it has given.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::beacon::{Announcement, Beacon};
use super::beacon_plan::BeaconPlan;
use super::gate::{KNOCK, Knock, Nonces};
use super::nearby::{NearbyPeer, NearbyTable, Sighting};
use super::peers::{KeyTable, SecurePeer, located};
use crate::model::bucket::{Bucket, Rate};
use crate::model::traffic::{Audience, LocalIdentity, PeerInfo, Profile};
use crate::model::{LinkId, NetEvent, PublicKey};
use crate::wire::endpoint::{is_nobody, with_port};
use crate::wire::sockets::{SocketOptions, SocketState};
use crate::wire::{
    Ctx, GroupAddress, Interface, Networks, Output, Question, RecentSet, SocketEvent, Sockets,
};

/// Of beacons. QUIC has another one, which each says.
const PORT: u16 = 7_782;
const GROUP_V4: Ipv4Addr = Ipv4Addr::new(239, 255, 113, 113);
const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x7171);
/// This network and no router.
const HOPS: u32 = 1;
/// Starts of programs that were heard lately. A flood makes us forget them, and costs a beacon in five seconds.
const MAX_BOOTS: usize = 4_096;
/// Hidden beacons are tried with the key of each contact: so many looks at a peer, that is some thousandths of a second.
const TRIALS: Rate = Rate { per_second: 50_000, burst: Duration::from_secs(1) };

pub(super) struct Discovery {
    own: PublicKey,
    /// Which start of our program this is, as sessions say it too.
    boot: u64,
    knock: Knock,
    nonces: Nonces,
    audience: Option<Audience>,
    name: String,
    /// Where QUIC is; `None`: the dialect is switched off, and this with it.
    quic: Option<u16>,
    networks: Networks,
    sockets: Sockets,
    plan: BeaconPlan,
    nearby: NearbyTable,
    boots: RecentSet<u64>,
    trials: Bucket,
    question: Question<PublicKey>,
}

fn groups() -> [GroupAddress; 3] {
    let all = [IpAddr::V4(Ipv4Addr::BROADCAST), GROUP_V4.into(), GROUP_V6.into()];
    all.map(|ip| GroupAddress::new(ip, PORT))
}

impl Discovery {
    /// `secret`: what nobody may foresee of this run.
    pub(super) fn new(own: PublicKey, boot: u64, secret: &[u8; 32]) -> Self {
        Self {
            own,
            boot,
            knock: Knock::of(&own),
            nonces: Nonces::new(secret, "udpqq nonces of beacons"),
            audience: None,
            name: String::new(),
            quic: None,
            networks: Networks::default(),
            sockets: Sockets::default(),
            plan: BeaconPlan::default(),
            nearby: NearbyTable::default(),
            boots: RecentSet::new(MAX_BOOTS),
            trials: Bucket::default(),
            question: Question::default(),
        }
    }
}

// What we say.
impl Discovery {
    /// This is what others may know of us.
    pub(super) fn introduce(&mut self, cx: &mut Ctx<'_>, own: &LocalIdentity) {
        let audience = Some(own.visible);
        let before = std::mem::replace(&mut self.audience, audience);
        self.arrange(cx);
        let renamed = self.name != own.name;
        self.name.clone_from(&own.name);
        if before != audience && self.plan.is_running() {
            self.say_goodbye(cx);
        }
        if self.plan.is_running() && (renamed || before != audience) {
            self.plan.note_change(cx.now.mono);
        }
        self.begin(cx);
        self.speak(cx);
    }

    /// QUIC is at this port now, or nowhere.
    pub(super) fn set_port(&mut self, cx: &mut Ctx<'_>, quic: Option<u16>) {
        if self.quic == quic {
            return;
        }
        if quic.is_none() && self.plan.is_running() {
            self.say_goodbye(cx);
        }
        self.quic = quic;
        self.arrange(cx);
        if self.plan.is_running() {
            self.plan.note_change(cx.now.mono);
        }
        self.begin(cx);
        self.speak(cx);
    }

    pub(super) fn set_interfaces(&mut self, cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        self.networks.set(interfaces);
        self.arrange(cx);
        self.sockets.join_all(cx);
        self.sockets.reopen(cx, |_, _| true);
        self.begin(cx);
        self.plan.note_change(cx.now.mono);
        self.speak(cx);
    }

    /// Begins once all sockets are up that can be: who speaks before that would not hear who answers.
    fn begin(&mut self, cx: &Ctx<'_>) {
        let ready = || {
            let states: Vec<_> = self.wanted().into_keys().filter_map(|at| self.sockets.state(at)).collect();
            !states.contains(&SocketState::Opening) && states.iter().any(|state| state.address().is_some())
        };
        if self.announcement().is_some() && self.quic.is_some() && !self.plan.is_running() && ready() {
            self.plan.start(cx.now.mono);
        }
    }

    /// That we are here, for those who may know.
    fn announcement(&self) -> Option<Announcement> {
        match self.audience {
            None | Some(Audience::Nobody) => None,
            Some(Audience::Contacts) => Some(Announcement::Hidden(self.knock())),
            Some(Audience::Everybody) => Some(Announcement::Open { key: self.own, name: self.name.clone() }),
        }
    }

    fn speak(&mut self, cx: &mut Ctx<'_>) {
        let Some(says) = self.announcement() else { return };
        if self.plan.is_due(cx.now.mono, self.nearby.len(), cx.rng) {
            self.say(cx, says, false);
        }
    }

    /// Asks everybody who is here, as far as they may know of us.
    pub(super) fn look(&mut self, cx: &mut Ctx<'_>) {
        let Some(says) = self.announcement().filter(|_| self.plan.is_running()) else { return };
        if self.question.ask_everybody(cx.now.mono) {
            self.say(cx, says, true);
        }
    }

    /// Those who saw us see us go.
    fn say_goodbye(&mut self, cx: &mut Ctx<'_>) {
        let says = Announcement::Goodbye(self.knock());
        self.say(cx, says, false);
        if self.audience == Some(Audience::Nobody) {
            self.plan.stop();
        }
    }

    fn knock(&self) -> [u8; KNOCK] {
        (*self.knock.connection_id(self.nonces.next())).try_into().unwrap_or([0; KNOCK])
    }

    /// One datagram for each network and way.
    fn say(&self, cx: &mut Ctx<'_>, says: Announcement, asks: bool) {
        let Some(port) = self.quic else { return };
        let bytes: std::sync::Arc<[u8]> = Beacon { boot: self.boot, port, asks, says }.encode().into();
        for path in groups().iter().flat_map(|group| self.networks.paths(group)) {
            if let Some(link) = self.sockets.link(path.socket) {
                let (to, via, bytes) = (path.to, path.via, bytes.clone());
                cx.push(Output::Datagram { link, to, from: None, via, bytes, ticket: None });
            }
        }
    }
}

// Sockets.
impl Discovery {
    /// Opens what is needed now and closes what is not.
    fn arrange(&mut self, cx: &mut Ctx<'_>) {
        let wanted = self.wanted();
        // What went out by them is not answered for.
        let _closed = self.sockets.want(cx, &wanted);
        if wanted.is_empty() {
            self.plan.stop();
        }
    }

    fn wanted(&self) -> BTreeMap<SocketAddr, SocketOptions> {
        let mut wanted = BTreeMap::new();
        // Routers and switches are told who listens to a group: not before a person has said who may know of us.
        if self.quic.is_some() && self.audience.is_some() {
            for group in groups() {
                self.networks.subscribe(&group, HOPS, &mut wanted);
            }
        }
        wanted
    }

    /// Whether this socket is for beacons.
    pub(super) fn has(&self, link: LinkId) -> bool {
        self.sockets.at(link).is_some()
    }

    /// Something happened to a socket for beacons: whose connection is to be looked at because of that.
    pub(super) fn on_socket(
        &mut self,
        cx: &mut Ctx<'_>,
        peers: &mut KeyTable,
        link: LinkId,
        event: &SocketEvent<'_>,
    ) -> Option<PublicKey> {
        match event {
            SocketEvent::Up { address, only: _ } => {
                self.sockets.up(cx, link, address.port());
                self.plan.note_change(cx.now.mono);
                self.begin(cx);
                self.speak(cx);
                None
            }
            SocketEvent::Down { code: _ } => {
                self.sockets.down(cx, link);
                self.begin(cx);
                self.speak(cx);
                None
            }
            SocketEvent::Datagram { from, to: _, bytes } => self.receive(cx, peers, *from, bytes),
            SocketEvent::Unreachable { .. } => None,
        }
    }

    /// Deadlines that have passed: whose connections are to be looked at because of that.
    pub(super) fn on_tick(&mut self, cx: &mut Ctx<'_>, peers: &mut KeyTable) -> Vec<PublicKey> {
        let now = cx.now.mono;
        self.sockets.reopen(cx, |_, retry| retry <= now);
        self.speak(cx);
        let mut gone = Vec::new();
        while let Some(key) = self.nearby.expire(now) {
            self.part(cx, peers, key);
            gone.push(key);
        }
        gone
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.sockets.deadline(), self.plan.deadline(), self.nearby.deadline()].into_iter().flatten().min()
    }
}

// What others say.
impl Discovery {
    fn receive(
        &mut self,
        cx: &mut Ctx<'_>,
        peers: &mut KeyTable,
        from: SocketAddr,
        bytes: &[u8],
    ) -> Option<PublicKey> {
        // Beacons go no further than one network: who is on none of ours has not sent this.
        if self.networks.is_forged(from) || !self.networks.reach(from.ip()) {
            return None;
        }
        let Beacon { boot, port, asks, says } = match Beacon::decode(bytes)? {
            Ok(beacon) => beacon,
            Err(_malformed) => {
                cx.report(NetEvent::Malformed { source: from });
                return None;
            }
        };
        let at = with_port(from, port);
        if boot == self.boot || is_nobody(at) {
            return None;
        }
        let (key, name) = match says {
            Announcement::Goodbye(knock) => return self.on_goodbye(cx, peers, boot, &knock),
            Announcement::Open { key, name } => (Some(key), Some(name)),
            Announcement::Hidden(knock) => (self.recognise(cx, peers, boot, &knock), None),
        };
        if self.boots.insert(boot) || asks {
            self.plan.note_newcomer(cx.now.mono, self.nearby.len(), cx.rng);
        }
        let key = key.filter(|key| *key != self.own)?;
        if self.question.is_answer(cx.now.mono, at.ip(), key) {
            let conversation = peers.get(&key).and_then(SecurePeer::conversation);
            cx.report(NetEvent::Answered { conversation, from: at });
        }
        let contact = peers.get(&key).is_some_and(SecurePeer::is_trusted);
        self.meet(cx, peers, Sighting { key, boot, at, name: name.as_deref(), contact })
    }

    /// Whose hidden beacon this is: somebody's who is near already, or a contact's.
    fn recognise(
        &mut self,
        cx: &Ctx<'_>,
        peers: &KeyTable,
        boot: u64,
        knock: &[u8; KNOCK],
    ) -> Option<PublicKey> {
        let theirs = |key: &PublicKey| Knock::of(key).fits(knock);
        let near = self.nearby.of_boot(boot).iter().copied().find(theirs);
        if near.is_some() || !self.trials.is_open(cx.now.mono, TRIALS) {
            return near;
        }
        self.trials.charge(cx.now.mono, u64::try_from(peers.len()).unwrap_or(u64::MAX), TRIALS);
        peers.trusted().find(theirs)
    }

    /// Only the key of whoever goes makes its knock. A goodbye of an earlier start says nothing of this one.
    fn on_goodbye(
        &mut self,
        cx: &mut Ctx<'_>,
        peers: &mut KeyTable,
        boot: u64,
        knock: &[u8; KNOCK],
    ) -> Option<PublicKey> {
        let key = self.nearby.of_boot(boot).iter().copied().find(|key| Knock::of(key).fits(knock))?;
        self.part(cx, peers, key);
        Some(key)
    }

    /// This start of their program ends, as they say themselves.
    pub(super) fn on_end(&mut self, cx: &mut Ctx<'_>, peers: &mut KeyTable, key: PublicKey, boot: u64) {
        if self.nearby.of_boot(boot).contains(&key) {
            self.part(cx, peers, key);
        }
    }

    fn meet(&mut self, cx: &mut Ctx<'_>, peers: &mut KeyTable, seen: Sighting<'_>) -> Option<PublicKey> {
        let (key, at) = (seen.key, seen.at);
        let noted = self.nearby.note(cx.now.mono, seen)?;
        if let Some(evicted) = noted.evicted {
            self.part(cx, peers, evicted);
        }
        let peer = peers.get_mut(&key);
        let connected = peer.as_ref().is_some_and(|peer| !peer.sessions.is_empty());
        if noted.news && !connected {
            self.tell(cx, peers, key);
        }
        let peer = peers.get_mut(&key).filter(|_| noted.reachable)?;
        peer.nearby = true;
        peer.dialler.add(at);
        peer.dialler.wake(cx.now.mono);
        Some(key)
    }

    /// They are not near any more, as far as beacons tell. Who has a session is here whatever those say.
    fn part(&mut self, cx: &mut Ctx<'_>, peers: &mut KeyTable, key: PublicKey) {
        let Some(gone) = self.nearby.remove(&key) else { return };
        let peer = peers.get_mut(&key);
        let connected = peer.is_some_and(|peer| {
            peer.nearby = false;
            !peer.sessions.is_empty()
        });
        if !connected {
            report(cx, peers, key, &gone, false);
        }
    }
}

// Who is near.
impl Discovery {
    /// Somebody is followed from now on, who may be near.
    pub(super) fn follow(&self, peers: &mut KeyTable, key: &PublicKey) {
        let Some((near, peer)) = self.nearby.get(key).zip(peers.get_mut(key)) else { return };
        peer.nearby = true;
        near.places().for_each(|at| peer.dialler.add(at));
    }

    /// Tells the app of somebody, if beacons say that they are near.
    pub(super) fn tell(&self, cx: &mut Ctx<'_>, peers: &KeyTable, key: PublicKey) -> bool {
        let near = self.nearby.get(&key);
        if let Some(near) = near {
            report(cx, peers, key, near, true);
        }
        near.is_some()
    }
}

fn report(cx: &mut Ctx<'_>, peers: &KeyTable, key: PublicKey, near: &NearbyPeer, here: bool) {
    let Some(place) = near.place() else { return };
    let conversation = peers.get(&key).and_then(SecurePeer::conversation);
    let about = Profile { name: near.name.clone(), ..Profile::default() };
    cx.report(NetEvent::Peer(PeerInfo { conversation, address: Box::new(located(key, place)), here, about }));
}
