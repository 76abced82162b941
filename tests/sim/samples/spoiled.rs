//! A sound engine with a flaw in front of it: what goes in or comes out is not what should.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use udpqq::dialects::{Dialect, Setup, secure};
use udpqq::model::file::Progress;
use udpqq::model::traffic::Received;
use udpqq::model::{
    Address, ConversationId, Fault, FileCommand, LinkId, MessageCommand, NetCommand, NetEvent, Now,
    PeerCommand, Uid, WallTime,
};
use udpqq::wire::{Batch, Engine, Input, Output};

use super::Flaw;
use crate::sim::keys::key_pair;

/// How often a dialect speaks that should not.
const PAUSE: Duration = Duration::from_secs(20);

/// Stands before what is sealed with a key that stays.
const SEALED: &[u8] = b"sealed ";

pub(super) struct Spoiled {
    engine: Box<dyn Engine>,
    flaw: Flaw,
    seed: u64,
    link: Option<LinkId>,
    /// Where its peers are.
    peers: Vec<SocketAddr>,
    spoken_to: usize,
    interfaces: usize,
    heard: usize,
    tick: Option<Instant>,
    /// The names that it has given to messages instead of theirs.
    names: BTreeMap<Uid, Uid>,
    held: Option<NetCommand>,
    kept: Vec<Vec<u8>>,
    /// Somebody wants another version.
    offered: bool,
    latest: WallTime,
    outputs: VecDeque<Output>,
}

pub(super) fn start(dialect: &Dialect, setup: &Setup, flaw: Flaw) -> Box<dyn Engine> {
    Box::new(Spoiled {
        engine: (dialect.engine)(setup),
        flaw,
        seed: setup.seed,
        link: None,
        peers: Vec::new(),
        spoken_to: 0,
        interfaces: 0,
        heard: 0,
        tick: None,
        names: BTreeMap::new(),
        held: None,
        kept: Vec::new(),
        offered: false,
        latest: WallTime::default(),
        outputs: VecDeque::new(),
    })
}

impl Engine for Spoiled {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        let pause = if self.flaw == Flaw::TicksAtOnce { Duration::ZERO } else { PAUSE };
        if matches!(self.flaw, Flaw::Chatters | Flaw::TicksAtOnce)
            && self.tick.is_none_or(|tick| tick <= now.mono)
        {
            self.tick = Some(now.after(pause).mono);
            if self.flaw == Flaw::Chatters
                && let Some(peer) = self.peers.first()
            {
                self.speak(*peer);
            }
        }
        self.take(now, input);
        loop {
            match self.engine.poll(now) {
                Output::Wait(_) => break,
                output => self.give(now, output),
            }
        }
        if self.flaw == Flaw::SpeaksUnasked && self.link.is_some() {
            while let Some(peer) = self.peers.get(self.spoken_to).copied() {
                self.spoken_to += 1;
                self.speak(peer);
            }
        }
    }

    fn poll(&mut self, now: Now) -> Output {
        if self.flaw == Flaw::NeverStops && self.peers.len() > 1 {
            return Output::Event(NetEvent::Empty { source: ([0, 0, 0, 0], 0).into() });
        }
        self.outputs.pop_front().unwrap_or_else(|| match self.engine.poll(now) {
            Output::Wait(wait) => Output::Wait(wait.into_iter().chain(self.tick).min()),
            output => output,
        })
    }
}

impl Spoiled {
    fn take(&mut self, now: Now, mut input: Input<'_>) {
        match &mut input {
            Input::LinkUp { link, .. } => self.link = Some(*link),
            Input::LinkDown { .. } => self.link = None,
            Input::Interfaces(_) => {
                self.interfaces += 1;
                if self.flaw == Flaw::StaysAway && self.interfaces > 1 {
                    return;
                }
            }
            Input::Datagram { link, from, bytes, .. }
            | Input::Datagrams { link, batch: Batch { from, bytes, .. } } => {
                self.heard += 1;
                if self.flaw == Flaw::AnswersDatagrams {
                    self.outputs.push_back(datagram(*link, *from, (*bytes).into()));
                }
                if self.loses(bytes) {
                    return;
                }
                if self.flaw == Flaw::KeepsStrangers {
                    self.kept.push(bytes.to_vec());
                }
                if let Some(text) = bytes.strip_prefix(SEALED).filter(|_| self.flaw == Flaw::SealsForEver) {
                    self.outputs.push_back(heard(*from, now, text));
                }
                if self.flaw == Flaw::ReadsStrangers && bytes.len() >= 1_200 {
                    self.outputs.push_back(heard(*from, now, bytes));
                }
                if self.flaw == Flaw::HearsItself {
                    from.set_port(from.port() ^ 1);
                }
            }
            Input::Command(NetCommand::Peer(_, PeerCommand::Follow { address, .. })) => {
                if self.flaw == Flaw::KeepsTheKey && !self.peers.is_empty() {
                    return;
                }
                self.follow(address);
            }
            Input::Command(NetCommand::Leave) if self.flaw == Flaw::SaysGoodbyeToAll => {
                for peer in std::mem::take(&mut self.peers) {
                    self.speak(peer);
                }
            }
            Input::Command(NetCommand::Message(_, MessageCommand::Send(message))) => {
                let head = match self.flaw {
                    Flaw::SpeaksInTheOpen => b"".as_slice(),
                    Flaw::SealsForEver => SEALED,
                    _ => return self.pass_on(now, input),
                };
                let bytes = [head, message.text.as_bytes()].concat();
                if let Some((link, peer)) = self.link.zip(self.peers.first()) {
                    self.outputs.push_back(datagram(link, *peer, bytes.into()));
                }
            }
            Input::Command(NetCommand::Message(_, MessageCommand::Stored { uid: Some(uid), .. })) => {
                *uid = self.names.get(uid).copied().unwrap_or(*uid);
            }
            _ => {}
        }
        self.pass_on(now, input);
    }

    fn follow(&mut self, address: &mut Address) {
        self.peers.extend(address.literal());
        if self.flaw == Flaw::TakesAnyKey {
            address.key = address.key.map(|_| key_pair(9).public());
        }
        if self.flaw == Flaw::TakesTheKeyThere && address.key == Some(key_pair(3).public()) {
            address.key = Some(key_pair(2).public());
        }
    }

    /// What it does not hear, as if it had not come.
    fn loses(&mut self, bytes: &[u8]) -> bool {
        self.offered |= bytes.get(1..5) == Some(&[0; 4]);
        match self.flaw {
            Flaw::LosesTheThird => self.heard.is_multiple_of(3),
            // One of two pairs.
            Flaw::IsPushedAside => {
                let low = self.peers.first().is_some_and(|at| at.to_string().as_str() < "192.0.2.3");
                low && !self.heard.is_multiple_of(4)
            }
            Flaw::ListensToVersions => self.offered,
            _ => false,
        }
    }

    fn pass_on(&mut self, now: Now, mut input: Input<'_>) {
        if let Input::Command(NetCommand::Look | NetCommand::Peer(_, PeerCommand::Ask)) = &input
            && self.flaw == Flaw::AsksInWords
        {
            for peer in self.peers.clone() {
                self.speak(peer);
            }
        }
        if let Input::Command(NetCommand::File(_, FileCommand::Withdraw { .. })) = &input
            && self.flaw == Flaw::GivesWithdrawn
        {
            return;
        }
        if let Input::Command(NetCommand::Message(_, MessageCommand::Send(message))) = &mut input
            && self.flaw == Flaw::PressesText
        {
            message.text = pressed(&message.text);
        }
        if let Input::Command(NetCommand::Message(_, MessageCommand::Send(message))) = &mut input
            && self.flaw == Flaw::ShowsTheText
        {
            message.bytes = None;
        }
        if let Input::Command(NetCommand::File(_, FileCommand::Fetch { from: 1.., .. })) = &input
            && self.flaw == Flaw::NeverGoesOn
        {
            return;
        }
        if let Input::Command(command @ NetCommand::Message(_, MessageCommand::Send(_))) = &input
            && self.flaw == Flaw::NewestFirst
            && self.held.is_none()
        {
            self.held = Some(command.clone());
            return;
        }
        self.engine.handle(now, input);
        if let Some(held) = self.held.take() {
            self.engine.handle(now, Input::Command(held));
        }
    }

    fn give(&mut self, now: Now, mut output: Output) {
        match (self.flaw, &mut output) {
            (Flaw::HearsTwice, Output::Event(NetEvent::Received(_)))
            | (Flaw::CountsAnswersTwice, Output::Event(NetEvent::Answered { .. }))
            | (Flaw::EndsTwice, Output::Event(NetEvent::Transfer { progress: Progress::Done { .. }, .. }))
            | (Flaw::AnswersTwice, Output::Event(NetEvent::Handed { .. } | NetEvent::Failed { .. }))
            | (Flaw::SendsTwice, Output::Datagram { .. } | Output::Datagrams { .. }) => {
                self.outputs.push_back(output.clone());
            }
            (Flaw::ReadsByChance, Output::Event(NetEvent::Received(received)))
                if self.seed.is_multiple_of(2) =>
            {
                received.text.push('?');
            }
            (Flaw::ForgetsNames, Output::Event(NetEvent::Received(Received { uid: Some(uid), .. }))) => {
                let fresh = Uid((u128::MAX
                    - u128::from(now.wall.0.unsigned_abs()) * 1_000
                    - u128::try_from(self.names.len()).unwrap_or_default())
                .to_be_bytes());
                self.names.insert(fresh, *uid);
                *uid = fresh;
            }
            (Flaw::ReceiptsEarly | Flaw::LosesChanges, Output::Event(NetEvent::Received(received))) => {
                if self.flaw == Flaw::LosesChanges && !received.kind.is_change() {
                    return self.outputs.push_back(output);
                }
                let conversation = received.conversation.unwrap_or(ConversationId(0));
                let (source, payload, uid) = (received.source, received.payload.clone(), received.uid);
                let stored = MessageCommand::Stored { source, payload, uid };
                self.engine.handle(now, Input::Command(NetCommand::Message(conversation, stored)));
                if self.flaw == Flaw::LosesChanges {
                    return;
                }
            }
            (Flaw::TrustsTheClock, Output::Event(NetEvent::Received(_))) => {
                let late = now.wall < self.latest;
                self.latest = self.latest.max(now.wall);
                if late {
                    return;
                }
            }
            (Flaw::NeverCuts, Output::Datagrams { segments, .. }) => segments.fragment = false,
            (Flaw::KeepsForgotten, Output::Event(NetEvent::Failed { fault: Fault::NoSuchPeer, .. })) => {
                return;
            }
            // It does not wait until it is there.
            (Flaw::SendsBeforeUp, Output::Open { link, socket }) => {
                let up = Input::LinkUp { link: *link, address: socket.at, only: None };
                self.outputs.push_back(output);
                return self.engine.handle(now, up);
            }
            _ => {}
        }
        self.outputs.push_back(output);
    }

    fn speak(&mut self, to: SocketAddr) {
        if let Some(link) = self.link {
            self.outputs.push_back(datagram(link, to, b"still here".as_slice().into()));
        }
    }
}

/// A text without the letters that only say again what stands before them.
fn pressed(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

fn heard(from: SocketAddr, now: Now, bytes: &[u8]) -> Output {
    Output::Event(NetEvent::Received(Received {
        authenticated: true,
        ..Received::new(secure::DIALECT.scheme, from, now.wall, bytes.into())
    }))
}

const fn datagram(link: LinkId, to: SocketAddr, bytes: Arc<[u8]>) -> Output {
    Output::Datagram { link, to, from: None, via: None, bytes, ticket: None }
}
