//! What holds whatever comes in, in any order: a room is no weapon (few datagrams, to configured addresses only, none
//! because of a datagram), and each message is answered for once.
#![expect(clippy::arithmetic_side_effects, reason = "the counts of a test are small")]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::dialects::room::address::place_of;
use crate::wire::GroupAddress;

const MACHINES: [&[&str]; 5] = [
    &[],
    &[LO],
    USUAL,
    &[LO, WLAN, "wlan0 3 192.168.1.6 192.168.1.255", "eth1 4 192.168.1.7 192.168.1.255"],
    &[
        LO,
        LO6,
        ETH,
        "eth0 2 10.1.0.6 10.1.255.255",
        WLAN,
        WLAN6,
        "tun0 9 10.8.0.2",
        "br0 7 172.17.0.1 172.17.255.255",
    ],
];
const ROOMS: [&str; 10] = [
    "255.255.255.255",
    "255.255.255.255?interface=wlan0",
    "10.0.0.255",
    "255.255.255.255:9000",
    "192.168.1.255:9000?encoding=gbk",
    "239.1.1.1",
    "239.1.1.1?interface=eth0&ttl=3",
    "[ff02::1]",
    "[ff02::1%wlan0]",
    "[ff15::1]:9000",
];

#[derive(Clone, Debug)]
enum Step {
    Machine(usize),
    Introduce(bool),
    Follow(ConversationId, usize),
    Enter(ConversationId),
    Forget(ConversationId),
    Send(ConversationId, MessageId, usize),
    /// From a link, a source and a destination.
    Datagram(usize, usize, usize, usize),
    Handed(usize, bool),
    Lost(usize),
    Willing(bool),
    Later(u64),
}

const TEXTS: [&str; 4] = ["x", "", GREETING, "好😀"];
const SOURCES: [&str; 6] = [
    "10.0.0.9:7788",
    "10.0.0.5:7788",
    "192.168.1.5:7788",
    "127.0.0.1:7788",
    "10.0.0.9:0",
    "[fe80::5%2]:7788",
];
const DESTINATIONS: [Option<&str>; 4] =
    [None, Some("255.255.255.255"), Some("10.0.0.255"), Some("239.1.1.1")];

fn step() -> impl Strategy<Value = Step> {
    let room = || (0..4_u32).prop_map(ConversationId);
    let message = (0..9_u64).prop_map(MessageId);
    prop_oneof![
        1 => (0..MACHINES.len()).prop_map(Step::Machine),
        1 => any::<bool>().prop_map(Step::Introduce),
        4 => (room(), 0..ROOMS.len()).prop_map(|(room, place)| Step::Follow(room, place)),
        1 => room().prop_map(Step::Enter),
        1 => room().prop_map(Step::Forget),
        6 => (room(), message, 0..TEXTS.len()).prop_map(|(room, message, text)| Step::Send(room, message, text)),
        6 => (0..9_usize, 0..SOURCES.len(), 0..DESTINATIONS.len(), 0..TEXTS.len())
            .prop_map(|(link, from, to, text)| Step::Datagram(link, from, to, text)),
        4 => (0..9_usize, any::<bool>()).prop_map(|(which, taken)| Step::Handed(which, taken)),
        1 => (0..9_usize).prop_map(Step::Lost),
        1 => any::<bool>().prop_map(Step::Willing),
        1 => (0..20_000_u64).prop_map(Step::Later),
    ]
}

/// What the run may have sent, kept by the plainest means.
struct Watch {
    bench: Bench,
    machine: &'static [&'static str],
    introduced: bool,
    /// Rooms as they are followed now.
    followed: BTreeMap<ConversationId, GroupAddress>,
    /// Every time a room was come into.
    joinings: Vec<GroupAddress>,
    /// How often the notice went to each address, by each interface.
    notices: BTreeMap<(SocketAddr, Option<u32>), usize>,
    orders: BTreeMap<MessageId, usize>,
    /// How often each message went out.
    sent: BTreeMap<MessageId, usize>,
    owed: Vec<Ticket>,
}

impl Watch {
    fn run(steps: &[Step]) -> Self {
        let bench = Bench::bare(Some("0.0.0.0:7788"));
        let mut watch = Self {
            bench,
            machine: &[],
            introduced: false,
            followed: BTreeMap::new(),
            joinings: Vec::new(),
            notices: BTreeMap::new(),
            orders: BTreeMap::new(),
            sent: BTreeMap::new(),
            owed: Vec::new(),
        };
        for step in steps {
            watch.step(step);
        }
        watch
    }

    fn step(&mut self, step: &Step) {
        let outputs = match step {
            Step::Machine(index) => {
                self.machine = MACHINES[*index];
                self.bench.interfaces(self.machine)
            }
            Step::Introduce(visible) => {
                self.introduced = true;
                self.bench.introduce(*visible)
            }
            Step::Follow(room, place) => self.follow(*room, ROOMS[*place]),
            Step::Enter(room) => self.bench.enter(*room),
            Step::Forget(room) => {
                // What its message was for is judged while it is still known.
                let outputs = self.bench.forget(*room);
                self.followed.remove(room);
                outputs
            }
            Step::Send(room, message, text) => {
                *self.orders.entry(*message).or_default() += 1;
                self.bench.send(*room, message.0, TEXTS[*text])
            }
            Step::Datagram(link, from, to, text) => {
                self.datagram(*link, SOURCES[*from], DESTINATIONS[*to], TEXTS[*text])
            }
            Step::Handed(which, taken) => self.handed(*which, *taken),
            Step::Lost(which) => self.lost(*which),
            Step::Willing(willing) => {
                self.bench.willing = *willing;
                Vec::new()
            }
            Step::Later(millis) => self.bench.later(*millis),
        };
        self.judge(step, &outputs);
    }

    fn follow(&mut self, room: ConversationId, text: &str) -> Vec<Output> {
        let place = place_of(&address(text)).expect(text);
        if self.followed.insert(room, place.clone()).as_ref() != Some(&place) {
            self.joinings.push(place);
        }
        self.bench.follow(room, text)
    }

    fn datagram(&mut self, link: usize, from: &str, to: Option<&str>, text: &str) -> Vec<Output> {
        let open = &self.bench.open;
        let Some((link, _)) = open.get(link % open.len().max(1)).copied() else { return Vec::new() };
        let to = to.map(|to| to.parse().expect("an address"));
        self.bench.feed(Input::Datagram { link, from: at(from), to, bytes: text.as_bytes() })
    }

    fn handed(&mut self, which: usize, taken: bool) -> Vec<Output> {
        if self.owed.is_empty() {
            return Vec::new();
        }
        let ticket = self.owed.remove(which % self.owed.len());
        let result = if taken { Ok(()) } else { Err("ENETUNREACH".into()) };
        self.bench.feed(Input::Handed { ticket, result })
    }

    fn lost(&mut self, which: usize) -> Vec<Output> {
        let open = &mut self.bench.open;
        if open.is_empty() {
            return Vec::new();
        }
        let (link, _) = open.remove(which % open.len());
        self.bench.feed(Input::LinkDown { link, code: None })
    }

    fn judge(&mut self, step: &Step, outputs: &[Output]) {
        let mut copies: BTreeMap<MessageId, usize> = BTreeMap::new();
        for output in outputs {
            let Output::Datagram { to, via, ticket, .. } = output else { continue };
            assert!(!matches!(step, Step::Datagram(..) | Step::Handed(..)), "{step:?} caused {output:?}");
            assert!(
                self.followed.values().any(|place| may_tell(place, *to, self.machine)),
                "{output:?} of {:?}",
                self.followed
            );
            self.owed.extend(*ticket);
            if let Some(ticket) = ticket {
                *copies.entry(ticket.message).or_default() += 1;
            } else {
                assert!(self.introduced, "{output:?}");
                *self.notices.entry((*to, *via)).or_default() += 1;
            }
        }
        // One for each address of this machine at the most.
        assert!(copies.values().all(|copies| *copies <= self.machine.len()), "{outputs:?}");
        for (message, _) in copies {
            *self.sent.entry(message).or_default() += 1;
        }
        self.judge_answers(outputs);
    }

    /// Each answer has its order.
    fn judge_answers(&mut self, outputs: &[Output]) {
        for output in outputs {
            if let Output::Event(NetEvent::Handed { message, .. } | NetEvent::Failed { message, .. }) = output
            {
                let orders = self.orders.entry(*message).or_default();
                assert!(*orders > 0, "{output:?} without an order");
                *orders -= 1;
            }
        }
    }
}

/// Configured: the address of a room, or for the room of everybody a broadcast address of this machine.
fn may_tell(place: &GroupAddress, to: SocketAddr, machine: &[&str]) -> bool {
    let broadcast = |line: &&str| interface(line).broadcast.is_some_and(|address| to.ip() == address);
    let everybody = place.is_everybody() && machine.iter().any(broadcast);
    place.port == to.port() && (place.ip == to.ip() || everybody)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_room_never_says_more_than_a_person_and_only_where_it_was_told(
        steps in prop::collection::vec(step(), 0..80)
    ) {
        let watch = Watch::run(&steps);
        let machines = MACHINES.concat();
        for ((to, _), told) in &watch.notices {
            let joinings = watch.joinings.iter().filter(|place| may_tell(place, *to, &machines)).count();
            prop_assert!(*told <= joinings, "{to} was told {told} times of {joinings} joinings");
        }
        let sends = |wanted: MessageId| {
            steps.iter().filter(|step| matches!(step, Step::Send(_, message, _) if *message == wanted)).count()
        };
        for (message, sent) in &watch.sent {
            prop_assert!(*sent <= sends(*message), "{message:?} went out {sent} times");
        }
    }

    #[test]
    fn every_message_is_answered_for_once_when_all_is_said(steps in prop::collection::vec(step(), 0..60)) {
        let mut watch = Watch::run(&steps);
        let mut ids = (100..).map(MessageId);
        for room in [0, 1, 2, 3].map(ConversationId) {
            watch.step(&Step::Send(room, ids.next().expect("endless"), 0));
        }
        for room in [0, 1, 2, 3].map(ConversationId) {
            watch.step(&Step::Forget(room));
        }
        while !watch.owed.is_empty() {
            watch.step(&Step::Handed(0, true));
        }
        for (message, orders) in watch.orders.range(MessageId(100)..) {
            prop_assert_eq!(*orders, 0, "{:?}", message);
        }
    }
}
