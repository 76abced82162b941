//! The rule of attribution as a table: what was known, what comes from where, and whose it is.

use std::net::SocketAddr;

use super::Peers;
use super::peers::MAX_PEERS;
use crate::model::traffic::FIRST_STRANGER;
use crate::model::{Address, Caps, ConversationId, LinkId, Scheme};

const SCHEME: Scheme = Scheme { name: "udp", default_port: 8081, caps: Caps::NONE };
const MAIN: LinkId = LinkId(0);
const A: ConversationId = ConversationId(1);
const B: ConversationId = ConversationId(2);
const STRANGER: ConversationId = ConversationId(3);

fn at(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

fn follow(peers: &mut Peers<()>, id: ConversationId, place: &str, rank: u32) {
    let address = Address::parse(place, &[SCHEME]).expect(place);
    assert!(peers.place(id, address, rank).is_some());
}

/// What happens, one after the other, and whose the words of a source then are.
enum Then {
    Contact(ConversationId, &'static str),
    Stranger(&'static str),
    Write(ConversationId),
    /// Nobody is there.
    Gone(&'static str),
    Forget(ConversationId),
    /// A contact goes, its conversation stays as a stranger's.
    Demote(ConversationId, &'static str),
    Heard(&'static str, Option<ConversationId>),
}
use Then::{Contact, Demote, Forget, Gone, Heard, Stranger, Write};

fn check(case: &str, steps: &[Then]) {
    let mut peers = Peers::<()>::default();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Contact(id, place) => follow(&mut peers, *id, place, id.0),
            Stranger(place) => follow(&mut peers, STRANGER, place, FIRST_STRANGER),
            Demote(id, place) => follow(&mut peers, *id, place, FIRST_STRANGER),
            Write(id) => peers.note_write(*id, MAIN),
            Gone(place) => {
                peers.note_gone(at(place));
            }
            Forget(id) => {
                peers.remove(*id);
            }
            Heard(from, whose) => assert_eq!(peers.attribute(at(from)), *whose, "{case}, step {number}"),
        }
    }
}

const CASES: &[(&str, &[Then])] = &[
    ("the exact address", &[Contact(A, "10.0.0.1:5000"), Heard("10.0.0.1:5000", Some(A))]),
    (
        "two share it: the first in the file",
        &[
            Contact(B, "10.0.0.1:5000"),
            Contact(A, "10.0.0.1:5000"),
            Heard("10.0.0.1:5000", Some(A)),
            Write(B),
            Heard("10.0.0.1:5000", Some(B)),
        ],
    ),
    ("another host", &[Contact(A, "10.0.0.1:5000"), Heard("10.0.0.2:5000", None)]),
    (
        "it hears at one port and speaks from another",
        &[Contact(A, "10.0.0.1:5000"), Heard("10.0.0.1:58008", Some(A)), Heard("10.0.0.1:58009", Some(A))],
    ),
    ("the same on loopback", &[Contact(A, "127.0.0.1:19000"), Heard("127.0.0.1:58008", Some(A))]),
    (
        "two on one host, nothing written",
        &[Contact(A, "10.0.0.1:5000"), Contact(B, "10.0.0.1:5001"), Heard("10.0.0.1:6000", None)],
    ),
    (
        "two on one host: the last written to, and it stays",
        &[
            Contact(A, "127.0.0.1:19401"),
            Contact(B, "127.0.0.1:19402"),
            Write(A),
            Heard("127.0.0.1:19411", Some(A)),
            Write(B),
            Heard("127.0.0.1:19411", Some(A)),
            Heard("127.0.0.1:19412", Some(B)),
        ],
    ),
    (
        "it speaks from its own address",
        &[
            Contact(A, "127.0.0.1:5000"),
            Write(A),
            Heard("127.0.0.1:5000", Some(A)),
            Heard("127.0.0.1:6000", None),
        ],
    ),
    (
        "until its port is gone",
        &[
            Contact(A, "127.0.0.1:5000"),
            Write(A),
            Heard("127.0.0.1:5000", Some(A)),
            Gone("127.0.0.1:5000"),
            Heard("127.0.0.1:6000", Some(A)),
        ],
    ),
    (
        "of two the one that does not",
        &[
            Contact(A, "127.0.0.1:5000"),
            Contact(B, "127.0.0.1:5001"),
            Write(B),
            Write(A),
            Heard("127.0.0.1:5000", Some(A)),
            Heard("127.0.0.1:6000", Some(B)),
        ],
    ),
    (
        "all who are followed there are one program",
        &[
            Contact(A, "127.0.0.1:5000"),
            Contact(B, "127.0.0.1:5000"),
            Write(A),
            Write(B),
            Heard("127.0.0.1:5000", Some(B)),
            Heard("127.0.0.1:6000", None),
        ],
    ),
    (
        "a stranger stays one",
        &[
            Heard("10.0.0.1:6000", None),
            Stranger("10.0.0.1:6000"),
            Contact(A, "10.0.0.1:5000"),
            Write(A),
            Heard("10.0.0.1:6000", Some(STRANGER)),
        ],
    ),
    (
        "one stranger is not the next, however often we answer",
        &[
            Heard("10.0.0.1:6000", None),
            Stranger("10.0.0.1:6000"),
            Write(STRANGER),
            Heard("10.0.0.1:6001", None),
        ],
    ),
    (
        "who was written to without being a contact may speak from another port",
        &[
            Stranger("10.0.0.1:5000"),
            Heard("10.0.0.1:6000", None),
            Write(STRANGER),
            Heard("10.0.0.1:6001", Some(STRANGER)),
        ],
    ),
    (
        "with the contact goes what it was heard from",
        &[
            Contact(A, "10.0.0.1:5000"),
            Heard("10.0.0.1:6000", Some(A)),
            Forget(A),
            Heard("10.0.0.1:6000", None),
            Heard("10.0.0.1:5000", None),
        ],
    ),
    (
        "also when what was said stays",
        &[
            Contact(A, "10.0.0.1:5000"),
            Heard("10.0.0.1:6000", Some(A)),
            Demote(A, "10.0.0.1:5000"),
            Heard("10.0.0.1:6000", None),
        ],
    ),
    (
        "and when it moves to another host",
        &[
            Contact(A, "10.0.0.1:5000"),
            Heard("10.0.0.1:6000", Some(A)),
            Contact(A, "10.0.0.2:5000"),
            Heard("10.0.0.1:6000", None),
        ],
    ),
    (
        "who is followed at exactly that address has it",
        &[
            Contact(A, "10.0.0.1:5000"),
            Heard("10.0.0.1:6000", Some(A)),
            Contact(B, "10.0.0.1:6000"),
            Heard("10.0.0.1:6000", Some(B)),
        ],
    ),
    (
        "services and groups are nobody's other port",
        &[
            Contact(A, "10.0.0.1:5000"),
            Contact(B, "224.0.0.1:5000"),
            Heard("10.0.0.1:1023", None),
            Heard("10.0.0.1:0", None),
            Heard("224.0.0.1:6000", None),
            Heard("10.0.0.1:1024", Some(A)),
        ],
    ),
    (
        "the interface is compared where both name one",
        &[
            Contact(A, "[fe80::1%3]:5000"),
            Heard("[fe80::1%4]:6000", None),
            Heard("[fe80::1%3]:6000", Some(A)),
        ],
    ),
];

#[test]
fn a_source_belongs_to_whom_the_evidence_says() {
    for (case, steps) in CASES {
        check(case, steps);
    }
}

#[test]
fn the_answer_goes_to_a_program_that_wrote() {
    let mut peers = Peers::<()>::default();
    follow(&mut peers, A, "10.0.0.1:5000", 0);
    peers.attribute(at("10.0.0.1:6000"));
    assert_eq!(peers.destination(A), Some(at("10.0.0.1:5000")), "it may hear there");
    peers.note_write(A, MAIN);
    assert_eq!(peers.note_gone(at("10.0.0.1:5000")), [(A, true)]);
    assert_eq!(peers.destination(A), Some(at("10.0.0.1:6000")));
    peers.attribute(at("10.0.0.1:6001"));
    assert_eq!(peers.destination(A), Some(at("10.0.0.1:6001")), "where it spoke from last");
    assert_eq!(peers.note_gone(at("10.0.0.1:6001")), [(A, true)]);
    assert_eq!(peers.destination(A), Some(at("10.0.0.1:5000")), "as good as any");
    peers.note_gone(at("10.0.0.1:5000"));
    peers.attribute(at("10.0.0.1:5000"));
    assert_eq!(peers.destination(A), Some(at("10.0.0.1:5000")), "it is there again");
}

#[test]
fn a_flood_of_strangers_of_one_host_is_not_walked_through_and_takes_no_more_than_its_places() {
    let mut peers = Peers::<()>::default();
    follow(&mut peers, A, "10.0.0.1:5000", 0);
    peers.attribute(at("10.0.0.1:5000"));
    for number in 0..20_000_u16 {
        let from = SocketAddr::new(at("10.0.0.1:1").ip(), 10_000 + number);
        assert_eq!(peers.attribute(from), None);
        let address = Address::from_socket(SCHEME, from);
        let taken = peers.place(ConversationId(100 + u32::from(number)), address, FIRST_STRANGER).is_some();
        assert_eq!(taken, usize::from(number) + 1 < MAX_PEERS);
    }
    assert_eq!(peers.familiar_at(at("10.0.0.1:1").ip()), 1);
}
