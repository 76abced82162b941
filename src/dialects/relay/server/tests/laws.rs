//! Laws that hold whatever comes: each message once and in order, and no bytes do harm.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Rooms of the members of a small relay: the even numbers are plain, the odd ones framed.
const ROOMS: [&str; 8] = ["tea", "tea", "tea", "tea", "sea", "sea", "sea", "sea"];

fn room_of(number: usize) -> &'static str {
    ROOMS[number]
}

struct Town {
    bench: Bench,
    clients: BTreeMap<usize, Client>,
    /// What each plain member got.
    heard: BTreeMap<usize, Vec<String>>,
}

impl Town {
    fn new() -> Self {
        let options = RelayOptions { rate: 100_000, bytes: u32::MAX, ..RelayOptions::default() };
        let mut bench = Bench::with(options);
        let (mut clients, mut heard) = (BTreeMap::new(), BTreeMap::new());
        for number in 0..ROOMS.len() {
            let name = format!("m{number}");
            let port = u16::try_from(number).unwrap();
            if number % 2 == 0 {
                bench.plain_named(port, &name, room_of(number));
                heard.insert(number, Vec::new());
            } else {
                clients.insert(number, bench.framed(port, &name, room_of(number)));
            }
        }
        let mut town = Self { bench, clients, heard };
        town.catch_up();
        for client in town.clients.values_mut() {
            client.got.clear();
        }
        town
    }

    fn say(&mut self, number: usize, text: &str) {
        let bytes = match self.clients.get_mut(&number) {
            Some(client) => client.say(text),
            None => text.as_bytes().to_vec(),
        };
        self.bench.handle(at(u16::try_from(number).unwrap()), bytes);
    }

    /// Delivers what was flushed; `lost` says which datagrams to framed members are not.
    fn deliver(&mut self, lost: impl Fn(usize) -> bool) {
        for (count, (to, bytes)) in self.bench.flush().into_iter().enumerate() {
            let number = usize::from(to.port() - 2_000);
            if let Some(heard) = self.heard.get_mut(&number) {
                heard.push(String::from_utf8(bytes).unwrap());
            } else if !lost(count) {
                self.clients.get_mut(&number).unwrap().take(&bytes);
            }
        }
    }

    /// Every framed member asks for what it misses.
    fn catch_up(&mut self) {
        for number in self.clients.keys().copied().collect::<Vec<_>>() {
            for _ in 0..20 {
                let client = &self.clients[&number];
                let ask = client.missing(client.seen + 1, 1_000);
                self.bench.handle(client.address, ask);
                self.deliver(|_| false);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn everybody_gets_each_message_of_its_room_once_and_in_order(
        steps in vec((0_usize..8, 1_usize..400, any::<bool>()), 1..120),
        loss in any::<u64>(),
    ) {
        let mut town = Town::new();
        let mut said: BTreeMap<&str, Vec<(usize, String)>> = BTreeMap::new();
        for (turn, (number, length, flush)) in steps.into_iter().enumerate() {
            let text = format!("{turn} {}", "x".repeat(length));
            town.say(number, &text);
            said.entry(room_of(number)).or_default().push((number, text));
            if flush {
                town.deliver(|count| loss >> ((turn + count) % 64) & 1 == 1);
            }
        }
        town.deliver(|_| false);
        town.catch_up();
        for number in 0..ROOMS.len() {
            let all = said.get(room_of(number)).cloned().unwrap_or_default();
            if let Some(client) = town.clients.get(&number) {
                let texts: Vec<_> = all.iter().map(|(_, text)| text.as_str()).collect();
                prop_assert_eq!(client.texts(), texts);
            } else {
                let others = all.iter().filter(|(from, _)| *from != number);
                let texts: Vec<_> = others.map(|(from, text)| format!("m{from}: {text}")).collect();
                prop_assert_eq!(&town.heard[&number], &texts);
            }
        }
    }
}

/// A number that looks like chance and is always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

const WORDS: [&[u8]; 12] = [
    b"/nick ",
    b"/join ",
    b"/leave",
    b"/who",
    b"/prove ",
    b"\xff\x71\x01",
    b"a",
    b"\n",
    b"\xff",
    b"hello",
    b"\xff\x71\x01S",
    b"ABCDEF",
];

/// Something a member may send, or anything at all.
fn something(dice: &mut Dice, client: &mut Client, bench: &Bench) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..dice.roll(6) {
        bytes.extend_from_slice(WORDS[dice.roll(WORDS.len())]);
    }
    match dice.roll(12) {
        0 => client.say("hello"),
        1 => client.ping(),
        2 => client.missing(dice.roll(30) as u64, dice.roll(60_000) as u16),
        3 => client.members(dice.roll(60) as u32),
        4 => client.nick(str::from_utf8(&bytes).unwrap_or("ok")),
        5 => frame(&FromMember::Hello { nonce: 9 }),
        6 => client.join(bench.relay.validator.keys.cookie(bench.now.mono, client.address)),
        7 if dice.roll(20) == 0 => client.leave(),
        _ => bytes,
    }
}

#[test]
fn ten_thousand_datagrams_do_no_harm() {
    for open in [false, true] {
        let options = RelayOptions { open, members: 50, rooms: 10, ..RelayOptions::default() };
        let mut bench = Bench::with(options);
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut clients: Vec<Client> = (0..5).map(|number| bench.framed(number, "x", "y")).collect();
        for turn in 0..10_000 {
            let client = &mut clients[dice.roll(5)];
            let bytes = something(&mut dice, client, &bench);
            let from = if dice.roll(2) == 0 { client.address } else { at(dice.roll(3_000) as u16) };
            bench.handle(from, bytes);
            if dice.roll(50) == 0 {
                bench.relay.unreachable(bench.now, at(dice.roll(100) as u16));
            }
            if turn % 7 == 0 {
                bench.later(Duration::from_millis(dice.roll(900) as u64));
            }
        }
        assert!(bench.relay.members(usize::MAX).len() <= 50);
        assert!(bench.relay.rooms().len() <= 11);
        assert!(bench.relay.validator.len() <= 4_096);
        assert!(bench.relay.departed.len() <= 4_096);
        assert!(bench.events().len() <= 4_096);
        bench.seconds(3_600);
        assert_eq!(bench.relay.members(9), []);
        assert_eq!(bench.relay.rooms(), []);
        assert_eq!(bench.relay.deadline(), None);
    }
}
