//! Some of a kind on one simulated network: what stands between them, whom they follow, what they say and hear.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use udpqq::dialects::{Dialect, ListenMode, Setup};
use udpqq::model::traffic::{LocalIdentity, MessageKind, Received};
use udpqq::model::{
    Address, ConversationId, Fault, ListenSetting, MessageCommand, MessageId, NetCommand, NetEvent,
    OutgoingMessage, PeerCommand, Trust, Uid,
};
use udpqq::wire::Engine;

use super::keys::{key_pair, setup};
use super::network::{Given, Network, Weather};
use super::program::{HostId, ProgramId};
use super::{Verdict, ensure};

/// What they say on coming into a room.
pub(crate) const GREETING: &str = "***加入了聊天室";
/// Time for everybody to be there, relays and name look-ups included.
pub(crate) const ARRIVAL: Duration = Duration::from_secs(10);
/// The host number of what stands between them; members are numbered from 1.
const BETWEEN: u8 = 254;

/// How the members call what they talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Each other, or what stands between them, by IP address.
    ByAddress,
    /// The same, by host name.
    ByName,
    /// All of them, by the address of the group.
    Group(String),
}

/// Where the others are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Company {
    /// Each on a host of its own.
    Apart,
    /// All members are programs on one host.
    OneHost,
    /// The first member is alone: nobody it could talk to was started.
    Nobody,
}

/// What is to be put on the network.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    pub(crate) dialect: Dialect,
    pub(crate) place: Place,
    /// How many of a kind.
    pub(crate) members: u8,
    pub(crate) visible: bool,
    /// A person opens the room, or writes to nobody yet.
    pub(crate) enters: bool,
    pub(crate) company: Company,
    /// At the end of every address.
    pub(crate) options: String,
    pub(crate) weather: Weather,
    pub(crate) seed: u64,
}

impl Cast {
    /// As many as it takes for a conversation, in calm weather.
    pub(crate) fn of(dialect: &Dialect) -> Self {
        let places = places(dialect);
        Self {
            dialect: *dialect,
            place: places.into_iter().next().unwrap_or(Place::ByAddress),
            members: if dialect.scheme.caps.group { 3 } else { 2 },
            visible: true,
            enters: true,
            company: Company::Apart,
            options: String::new(),
            weather: Weather::CALM,
            seed: 1,
        }
    }

    fn is_group(&self) -> bool {
        self.dialect.scheme.caps.group
    }

    /// The address under which others follow a member.
    pub(crate) fn address(&self, other: u8) -> Verdict<Address> {
        let Dialect { scheme, between, .. } = self.dialect;
        let number = if between.is_some() { BETWEEN } else { other };
        let host = match &self.place {
            Place::ByAddress => Ipv4Addr::new(192, 0, 2, number).to_string(),
            Place::ByName => name_of(number),
            Place::Group(host) => host.clone(),
        };
        let room = if scheme.caps.rooms { "/room" } else { "" };
        let key = if scheme.caps.keys { format!("{}@", key_pair(other).public()) } else { String::new() };
        let text = format!("{}://{key}{host}:{}{room}{}", scheme.name, scheme.default_port, self.options);
        let address = Address::parse(&text, &[scheme]).map_err(|error| format!("{text}: {error}"))?;
        (self.dialect.validate)(&address).map_err(|error| format!("{text}: {error}"))?;
        Ok(address)
    }
}

fn name_of(number: u8) -> String {
    format!("host-{number}.lan")
}

/// The ways in which members of a dialect can be told where to talk.
pub(crate) fn places(dialect: &Dialect) -> Vec<Place> {
    if !dialect.scheme.caps.group || dialect.between.is_some() {
        return vec![Place::ByAddress, Place::ByName];
    }
    let group = |host: &&str| Place::Group((*host).to_owned());
    let good = |place: &Place| Cast { place: place.clone(), ..bare(dialect) }.address(1).is_ok();
    GROUPS.iter().map(group).filter(good).collect()
}

/// Everybody on the network, one of its broadcast addresses, and multicast groups.
const GROUPS: [&str; 4] = ["255.255.255.255", "192.0.2.255", "239.77.88.1", "[ff02::7788%2]"];

fn bare(dialect: &Dialect) -> Cast {
    Cast {
        dialect: *dialect,
        place: Place::ByAddress,
        members: 1,
        visible: false,
        enters: false,
        company: Company::Apart,
        options: String::new(),
        weather: Weather::CALM,
        seed: 1,
    }
}

/// One who talks and listens.
pub(crate) struct Performer {
    pub(crate) program: ProgramId,
    pub(crate) name: String,
    /// Which key it has, where members have keys.
    number: u8,
    /// The numbers of those it follows; a conversation has the number of who is at its other end.
    follows: Vec<u8>,
    /// What it was told to say, in order, with the message's id.
    pub(crate) said: Vec<(MessageId, String)>,
    /// The same, as it stands in its history.
    pub(crate) outbox: Vec<(ConversationId, OutgoingMessage)>,
    /// How often what it had said was handed to a new start of it.
    again: BTreeMap<MessageId, usize>,
    starts: u64,
}

pub(crate) struct Stage {
    pub(crate) cast: Cast,
    pub(crate) net: Network,
    pub(crate) members: Vec<Performer>,
    pub(crate) between: Option<ProgramId>,
    messages: u64,
}

// Putting on.
impl Stage {
    pub(crate) fn new(cast: Cast) -> Verdict<Self> {
        let net = Network::new(cast.seed, cast.weather);
        let mut stage = Self { net, members: Vec::new(), between: None, messages: 0, cast };
        if stage.cast.company == Company::Nobody {
            stage.cast.members = 1;
        } else {
            stage.put_between();
        }
        for number in 1..=stage.cast.members {
            stage.put_member(number);
        }
        for member in 0..stage.members.len() {
            stage.introduce(member)?;
        }
        Ok(stage)
    }

    fn put_between(&mut self) {
        let Some(start) = self.cast.dialect.between else { return };
        let host = self.net.host(BETWEEN, &name_of(BETWEEN));
        let at = everywhere(self.cast.dialect.scheme.default_port);
        let engine = start(&Setup { seed: self.cast.seed ^ 0xBE, listen: Some(at), ..Setup::default() });
        self.between = Some(self.net.launch(host, engine, Given::Datagrams(at)));
    }

    /// Kills what stands between, which is gone for a while and then knows nothing any more.
    pub(crate) fn restart_between(&mut self, gone: Duration) -> Verdict {
        let (Some(start), Some(program)) = (self.cast.dialect.between, self.between) else { return Ok(()) };
        self.net.kill(program);
        self.run(gone)?;
        let at = everywhere(self.cast.dialect.scheme.default_port);
        let engine = start(&Setup { seed: self.cast.seed ^ 0xE2, listen: Some(at), ..Setup::default() });
        self.net.restart(program, engine, Given::Datagrams(at));
        Ok(())
    }

    /// Kills a member and starts it again.
    pub(crate) fn restart_member(&mut self, member: usize) -> Verdict {
        self.members[member].starts += 1;
        self.rebuild_member(member)?;
        self.resend(member);
        Ok(())
    }

    /// Kills a member and makes it anew from all that its start was made from: as if somebody had got hold of that.
    pub(crate) fn rebuild_member(&mut self, member: usize) -> Verdict {
        let (engine, _) = self.begin(&self.members[member]);
        self.replace_member(member, engine)
    }

    /// Kills a member, whose host then runs this.
    pub(crate) fn replace_member(&mut self, member: usize, engine: Box<dyn Engine>) -> Verdict {
        let (_, given) = self.begin(&self.members[member]);
        self.net.restart(self.members[member].program, engine, given);
        self.introduce(member)
    }

    /// A new start of a program goes on with what its peers do not have yet.
    fn resend(&mut self, member: usize) {
        if !self.cast.dialect.scheme.caps.outbox {
            return;
        }
        let Performer { program, outbox, again, .. } = &mut self.members[member];
        let history = &self.net.program(*program).history;
        let mut left = outbox.clone();
        left.retain(|(_, message)| !history.is_delivered(message.id));
        for (conversation, message) in left {
            *again.entry(message.id).or_default() += 1;
            for order in orders_for(conversation, message) {
                self.net.order(*program, Duration::ZERO, order);
            }
        }
    }

    /// One more, on a host with the first number, with the key that belongs to the second.
    pub(crate) fn join(&mut self, host: u8, number: u8, follows: &[u8]) -> Verdict<usize> {
        let host = self.net.host(host, &name_of(host));
        self.put(host, number, follows.to_vec());
        let member = self.members.len() - 1;
        self.introduce(member)?;
        Ok(member)
    }

    fn put_member(&mut self, number: u8) {
        let host = if self.cast.company == Company::OneHost && number > 1 {
            self.net.program(self.members[0].program).host
        } else {
            self.net.host(number, &name_of(number))
        };
        // A group is one conversation.
        let follows = if self.cast.is_group() {
            vec![1]
        } else {
            (1..=self.cast.members.max(2)).filter(|other| *other != number).collect()
        };
        self.put(host, number, follows);
    }

    fn put(&mut self, host: HostId, number: u8, follows: Vec<u8>) {
        let mut performer = Performer {
            program: ProgramId(0),
            name: format!("member-{}", self.members.len() + 1),
            number,
            follows,
            said: Vec::new(),
            outbox: Vec::new(),
            again: BTreeMap::new(),
            starts: u64::try_from(self.members.len()).unwrap_or_default() << 32,
        };
        let (engine, given) = self.begin(&performer);
        performer.program = self.net.launch(host, engine, given);
        self.members.push(performer);
    }

    /// An engine of the dialect, and the socket that it is given.
    fn begin(&self, performer: &Performer) -> (Box<dyn Engine>, Given) {
        let dialect = self.cast.dialect;
        let port = |setting| everywhere(port_of(setting, dialect.scheme.default_port));
        let (listen, given) = match dialect.listens {
            ListenMode::Datagrams(setting) => (None, Given::Datagrams(port(setting))),
            ListenMode::Bulk(setting) => (None, Given::Bulk(port(setting))),
            ListenMode::Streams(setting) => (None, Given::Streams(port(setting))),
            ListenMode::Itself(setting) => (Some(port(setting)), Given::Nothing),
            ListenMode::Nowhere => (None, Given::Nothing),
        };
        let chance = performer.starts << 8 | u64::from(performer.number);
        let seed = self.cast.seed.wrapping_mul(1_001).wrapping_add(chance);
        ((dialect.engine)(&Setup { listen, ..setup(performer.number, seed) }), given)
    }

    /// Who it is, whom it follows, and that a person goes into the room.
    fn introduce(&mut self, member: usize) -> Verdict {
        let Performer { program, name, .. } = &self.members[member];
        let (program, name) = (*program, name.clone());
        let own = LocalIdentity {
            name,
            visible: self.cast.visible.into(),
            greeting: GREETING.to_owned(),
            ..LocalIdentity::default()
        };
        let mut orders = vec![NetCommand::Introduce(own)];
        for (rank, conversation) in self.conversations(member).into_iter().enumerate() {
            let other = u8::try_from(conversation.0).unwrap_or_default();
            let address = self.cast.address(other)?;
            let rank = u32::try_from(rank).unwrap_or_default();
            orders.push(NetCommand::Peer(conversation, PeerCommand::Follow { address, rank, session: None }));
            if self.cast.dialect.scheme.caps.keys {
                orders.push(NetCommand::Trust(conversation, Trust::Pinned));
            }
            if self.cast.enters {
                orders.push(NetCommand::Peer(conversation, PeerCommand::Enter));
            }
        }
        for order in orders {
            self.net.order(program, Duration::ZERO, order);
        }
        Ok(())
    }

    fn conversations(&self, member: usize) -> Vec<ConversationId> {
        self.members[member].follows.iter().map(|number| ConversationId(u32::from(*number))).collect()
    }
}

/// `[::]` is only for sockets that the network side opens: what engines open themselves has one family.
pub(crate) const fn everywhere(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)
}

const fn port_of(setting: ListenSetting, default: u16) -> u16 {
    match setting {
        ListenSetting::Off => default,
        ListenSetting::Port(port) => port,
        ListenSetting::At(at) => at.port(),
    }
}

/// What an engine is told of a message: first what it changes of those that wait.
fn orders_for(to: ConversationId, message: OutgoingMessage) -> impl Iterator<Item = NetCommand> {
    let amend = message.kind.is_change().then(|| MessageCommand::Amend(message.clone()));
    amend.into_iter().chain([MessageCommand::Send(message)]).map(move |order| NetCommand::Message(to, order))
}

// Talking.
impl Stage {
    /// Has a member write to all it follows, `later` from now.
    pub(crate) fn say_later(&mut self, member: usize, later: Duration, text: &str) {
        for conversation in self.conversations(member) {
            self.messages += 1;
            let id = MessageId(self.messages);
            let uid = u128::from(self.messages) << 8 | u128::from(self.members[member].number);
            let message = OutgoingMessage {
                uid: Some(Uid(uid.to_be_bytes())),
                ..OutgoingMessage::text(id, text.to_owned())
            };
            self.members[member].said.push((id, text.to_owned()));
            self.send(member, conversation, later, message);
        }
    }

    fn send(&mut self, member: usize, to: ConversationId, later: Duration, message: OutgoingMessage) {
        self.members[member].outbox.push((to, message.clone()));
        for order in orders_for(to, message) {
            self.net.order(self.members[member].program, later, order);
        }
    }

    /// Has a member say something about the message that it said before: as `change`, but with names of its own.
    pub(crate) fn change(&mut self, member: usize, change: &OutgoingMessage) {
        for conversation in self.conversations(member) {
            let before = self.members[member].outbox.iter().rev().find(|(to, _)| *to == conversation);
            let about = before.and_then(|(_, message)| message.uid);
            self.messages += 1;
            let uid = u128::from(self.messages) << 8 | u128::from(self.members[member].number);
            let (id, uid) = (MessageId(self.messages), Some(Uid(uid.to_be_bytes())));
            let change = OutgoingMessage { id, uid, about, ..change.clone() };
            self.send(member, conversation, Duration::ZERO, change);
        }
    }

    pub(crate) fn say(&mut self, member: usize, text: &str) {
        self.say_later(member, Duration::ZERO, text);
    }

    pub(crate) fn forget(&mut self, member: usize) {
        for conversation in self.conversations(member) {
            let order = NetCommand::Peer(conversation, PeerCommand::Forget);
            self.net.order(self.members[member].program, Duration::ZERO, order);
        }
    }

    pub(crate) fn run(&mut self, span: Duration) -> Verdict {
        self.net.run(span)
    }

    /// The messages a member heard; lines about who came are none.
    pub(crate) fn heard(&self, member: usize) -> Vec<&Received> {
        let received = self.net.program(self.members[member].program).received();
        received.filter(|received| received.kind == MessageKind::Text).collect()
    }

    pub(crate) fn events(&self, member: usize) -> &[NetEvent] {
        &self.net.program(self.members[member].program).events
    }

    /// How often each message of a member was answered: with `Handed`, and with `Failed`. That no receipt came for
    /// one that was handed over is no other answer.
    pub(crate) fn answers(&self, member: usize) -> Vec<(MessageId, usize, usize)> {
        let receipts = self.cast.dialect.scheme.caps.receipts;
        let count = |message: MessageId| {
            let events = self.events(member).iter();
            events.fold((message, 0_usize, 0), |(id, handed, failed), event| match event {
                NetEvent::Handed { message, .. } if *message == id => (id, handed + 1, failed),
                NetEvent::Failed { message, fault } if *message == id => {
                    let late = receipts && handed == 1 && *fault == Fault::NoAnswer;
                    (id, handed, failed + usize::from(!late))
                }
                _ => (id, handed, failed),
            })
        };
        let counts = self.members[member].said.iter().map(|(message, _)| count(*message));
        // Each start of a program answers what was handed to it.
        let again = &self.members[member].again;
        counts
            .map(|(id, handed, failed)| (id, handed - handed.saturating_sub(1).min(times(again, id)), failed))
            .collect()
    }

    /// Every message of everybody has one answer.
    pub(crate) fn all_was_answered(&self) -> Verdict {
        for member in 0..self.members.len() {
            for (message, handed, failed) in self.answers(member) {
                let once = handed + failed == 1;
                ensure!(once, "{message:?} was handed {handed} times, failed {failed} times");
            }
        }
        Ok(())
    }

    /// How many messages of all are not known to be kept.
    pub(crate) fn undelivered(&self) -> usize {
        let waits = |member: &Performer| {
            let history = &self.net.program(member.program).history;
            member.outbox.iter().filter(|(_, message)| !history.is_delivered(message.id)).count()
        };
        self.members.iter().map(waits).sum()
    }

    pub(crate) fn nothing_was_answered(&self) -> Verdict {
        for member in 0..self.members.len() {
            for (message, handed, failed) in self.answers(member) {
                ensure!(handed + failed == 0, "{message:?} was handed {handed} times, failed {failed} times");
            }
        }
        Ok(())
    }

    /// Every message of everybody was handed over, once.
    pub(crate) fn all_was_handed(&self) -> Verdict {
        for member in 0..self.members.len() {
            for (message, handed, failed) in self.answers(member) {
                let ended = (handed, failed) == (1, 0);
                ensure!(ended, "{message:?} was handed {handed} times, failed {failed} times");
            }
            let known: BTreeSet<MessageId> = self.members[member].said.iter().map(|(id, _)| *id).collect();
            let answered = self.events(member).iter().filter_map(answered);
            for message in answered {
                ensure!(known.contains(&message), "{message:?} was answered, nobody sent it");
            }
        }
        Ok(())
    }
}

fn times(again: &BTreeMap<MessageId, usize>, message: MessageId) -> usize {
    again.get(&message).copied().unwrap_or_default()
}

pub(crate) const fn answered(event: &NetEvent) -> Option<MessageId> {
    match event {
        NetEvent::Handed { message, .. } | NetEvent::Failed { message, .. } => Some(*message),
        _ => None,
    }
}
