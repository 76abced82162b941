//! Makes an [`Engine`] of a [`Protocol`]: owns what every dialect needs (outputs, random numbers, link numbers, paths) and
//! gives each input to the method that is for it.

use std::collections::VecDeque;

use super::ctx::{Ctx, LinkIds};
use super::engine::{Engine, Input, Output};
use super::path::Paths;
use super::protocol::{Protocol, SocketEvent, StreamEvent};
use super::resolution::Answer;
use super::rng::Rng;
use crate::model::{NetCommand, Now};

#[derive(Debug)]
pub struct Driver<P> {
    protocol: P,
    started: bool,
    rng: Rng,
    paths: Paths,
    links: LinkIds,
    outputs: VecDeque<Output>,
}

impl<P> Driver<P> {
    /// `seed`: of all its random numbers.
    pub fn new(seed: u64, protocol: P) -> Self {
        let (rng, paths) = (Rng::new(seed), Paths::default());
        Self { protocol, started: false, rng, paths, links: LinkIds::FIRST, outputs: VecDeque::new() }
    }

    #[cfg(test)]
    pub(crate) const fn protocol(&self) -> &P {
        &self.protocol
    }

    /// Calls a part that a test drives without the inputs of an engine.
    #[cfg(test)]
    pub(crate) fn call<R>(&mut self, now: Now, method: impl FnOnce(&mut P, &mut Ctx<'_>) -> R) -> R {
        let Self { protocol, started: _, rng, paths, links, outputs } = self;
        method(protocol, &mut Ctx { now, rng, paths, links, outputs })
    }

    /// What was caused and not yet taken by `poll`.
    #[cfg(test)]
    pub(crate) const fn outputs(&mut self) -> &mut VecDeque<Output> {
        &mut self.outputs
    }
}

impl<P: Protocol> Engine for Driver<P> {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        let Self { protocol, started, rng, paths, links, outputs } = self;
        let cx = &mut Ctx { now, rng, paths, links, outputs };
        if !std::mem::replace(started, true) {
            protocol.on_start(cx);
        }
        match input {
            Input::Interfaces(interfaces) => {
                cx.paths.keep(interfaces);
                protocol.on_interfaces(cx, interfaces);
            }
            Input::LinkUp { link, address, only } => {
                protocol.on_socket(cx, link, SocketEvent::Up { address, only });
            }
            Input::LinkDown { link, code } => protocol.on_socket(cx, link, SocketEvent::Down { code }),
            Input::Datagram { link, from, to, bytes } => {
                cx.paths.heard(from, to);
                protocol.on_socket(cx, link, SocketEvent::Datagram { from, to, bytes });
            }
            Input::Datagrams { link, batch } => {
                cx.paths.heard(batch.from, batch.to);
                protocol.on_datagrams(cx, link, &batch);
            }
            Input::Unreachable { link, to } => {
                protocol.on_socket(cx, link, SocketEvent::Unreachable { to });
            }
            Input::StreamUp { link, peer: _, accepted: false } => {
                protocol.on_stream(cx, link, StreamEvent::Opened);
            }
            Input::StreamUp { link, peer, accepted: true } => {
                protocol.on_stream(cx, link, StreamEvent::Accepted { peer });
            }
            Input::StreamData { link, bytes } => protocol.on_stream(cx, link, StreamEvent::Data(bytes)),
            Input::Stepped { link, step } => protocol.on_stream(cx, link, StreamEvent::Stepped(step)),
            Input::Disk { link, event } => protocol.on_disk(cx, link, event),
            Input::StreamDown { link, error } => protocol.on_stream(cx, link, StreamEvent::Closed { error }),
            Input::Handed { ticket, result } => protocol.on_handed(cx, ticket, result),
            Input::Resolved { conversation, host, addresses } => {
                let answer = Answer { conversation, host: &host, addresses: &addresses };
                protocol.on_resolved(cx, &answer);
            }
            Input::Command(command) => execute(protocol, cx, command),
            Input::Tick => protocol.on_tick(cx),
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::Wait(self.protocol.deadline()))
    }
}

fn execute(protocol: &mut impl Protocol, cx: &mut Ctx<'_>, command: NetCommand) {
    match command {
        NetCommand::Introduce(own) => protocol.on_introduce(cx, own),
        NetCommand::Look => protocol.on_look(cx),
        NetCommand::Leave => protocol.on_leave(cx),
        NetCommand::Listen { scheme: _, at } => protocol.on_listen(cx, at),
        // The sockets do that.
        NetCommand::Lab(_) => {}
        NetCommand::Peer(conversation, command) => protocol.on_peer(cx, conversation, command),
        NetCommand::Trust(conversation, trust) => protocol.on_trust(cx, conversation, trust),
        NetCommand::Message(conversation, command) => protocol.on_message(cx, conversation, command),
        NetCommand::File(conversation, command) => protocol.on_file(cx, conversation, command),
    }
}
