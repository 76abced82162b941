//! What holds for whatever arrives, in whatever pieces and order.

use proptest::prelude::*;

use super::super::request;
use super::super::{read_list, tree, write_list};
use super::machine::{Then, carry, pieces};
use super::*;
use crate::model::filename::sanitize;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Bytes that look like what belongs there, and some that do not.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![Just(".".to_owned()), Just("..".to_owned()), "[a-c:/.\\\\]{0,6}", "\\PC{0,8}"];
    let head = (name, prop_oneof![4 => 0..12_u64, 1 => any::<u64>()], 0..9_u8, -1..2_i64).prop_map(
        |(name, size, what, off)| {
            let rest = format!(":{}:{size:x}:{what}:14=5:", name.replace(':', "::"));
            let length = i64::try_from(rest.len()).expect("small") + 4 + i64::from(off == 1);
            [format!("{length:04x}").into_bytes(), rest.into_bytes(), vec![b'x'; usize::from(what)]].concat()
        },
    );
    let whole = (0..12_u64, "[a-z]{1,5}").prop_map(|(size, name)| {
        let rest = format!(":{name}:{size:x}:1:");
        let body = vec![b'y'; usize::try_from(size).expect("small")];
        [format!("{:04x}", rest.len() + 4).into_bytes(), rest.into_bytes(), body].concat()
    });
    let piece = prop_oneof![
        4 => whole,
        2 => head,
        2 => Just(b"000d:sub:0:2:".to_vec()),
        2 => Just(b"000b:.:0:3:".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(piece, 0..20)
        .prop_map(|pieces| [b"000d:dir:0:2:".to_vec(), pieces.concat()].concat())
}

/// One thing that happens to the transfers.
#[derive(Clone, Debug)]
enum Happens {
    Offer(u64, u32),
    Withdraw(u64),
    Released(u32),
    Fetch(u16, bool, u64),
    Stop(u64, u16),
    Up(u32, bool),
    Data(u32, Vec<u8>),
    Down(u32, bool),
    Stepped(u32, StepEvent),
    Later(u64),
}

fn happens() -> impl Strategy<Value = Happens> {
    let request = prop_oneof![
        Just(b"1:2:u:h:96:1:64:0:\0".to_vec()),
        Just(b"1:2:u:h:98:1:65:0:\0".to_vec()),
        Just(b"1:2:u:h:96:2:64".to_vec()),
        stream(),
        prop::collection::vec(any::<u8>(), 1..40),
    ];
    let stepped = prop_oneof![
        (0..2_000_u64).prop_map(|bytes| StepEvent::Moved { bytes }),
        Just(StepEvent::Poured),
        Just(StepEvent::Refused),
        Just(StepEvent::Filled),
        Just(kept()),
    ];
    let link = 0..6_u32;
    prop_oneof![
        2 => (0..3_u64, 0..3_u32).prop_map(|(message, number)| Happens::Offer(message, number)),
        1 => (0..3_u64).prop_map(Happens::Withdraw),
        1 => (0..3_u32).prop_map(Happens::Released),
        4 => (0..9_u16, any::<bool>(), 0..20_u64)
            .prop_map(|(file, folder, from)| Happens::Fetch(file, folder, from)),
        1 => (0..6_u64, 0..9_u16).prop_map(|(message, file)| Happens::Stop(message, file)),
        4 => (link.clone(), any::<bool>()).prop_map(|(link, accepted)| Happens::Up(link, accepted)),
        6 => (link.clone(), request).prop_map(|(link, bytes)| Happens::Data(link, bytes)),
        2 => (link.clone(), any::<bool>()).prop_map(|(link, reset)| Happens::Down(link, reset)),
        6 => (link, stepped).prop_map(|(link, step)| Happens::Stepped(link, step)),
        2 => (0..40_u64).prop_map(Happens::Later),
    ]
}

/// Links of either kind.
fn number(link: u32) -> LinkId {
    LinkId(if link < 3 { LinkId::FIRST_OWN + link } else { LinkId::FIRST_ACCEPTED + link })
}

fn happen(bench: &mut Bench, what: Happens) {
    match what {
        Happens::Offer(message, offer) => {
            let entries = vec![FolderEntry::File(file("a", 3)), FolderEntry::Leave];
            bench.offer(MessageId(message), offer, vec![file("a", 1_000), folder("d", entries)]);
        }
        Happens::Withdraw(message) => bench.call(|transfers, cx| transfers.withdraw(cx, MessageId(message))),
        Happens::Released(offer) => bench.call(|transfers, cx| transfers.released(cx, at(PEER), offer, None)),
        Happens::Fetch(file, folder, from) => {
            let wanted = wanted(offered("x", 10, folder));
            bench.call(|transfers, cx| {
                transfers.fetch(cx, DownloadRequest { transfer: transfer(file), from, ..wanted });
            });
        }
        Happens::Stop(message, file) => {
            bench.call(|transfers, cx| transfers.stop(cx, TransferId { message: MessageId(message), file }));
        }
        Happens::Up(link, true) => bench.stream(number(link), StreamEvent::Accepted { peer: at(PEER) }),
        Happens::Up(link, false) => bench.stream(number(link), StreamEvent::Opened),
        Happens::Data(link, bytes) => bench.data(number(link), &bytes),
        Happens::Down(link, reset) => bench.down(number(link), reset.then_some("ECONNRESET")),
        Happens::Stepped(link, step) => bench.stepped(number(link), step),
        Happens::Later(seconds) => bench.wait(Duration::from_secs(seconds)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), noise in stream()) {
        for bytes in [&bytes, &noise] {
            // What they are does not matter here.
            drop(read_list(bytes, &text));
            drop(tree::read(bytes, &text));
            let _ = tree::length(bytes);
            let _ = request::read(bytes);
        }
    }

    #[test]
    fn whatever_a_folder_brings_is_written_inside_of_it_and_no_longer_than_declared(
        bytes in stream(), size in 1..40_usize
    ) {
        // The machine fails where something else is asked for.
        let mut bench = Bench::new();
        let (link, _) = bench.fetch(wanted(offered("x", 0, true)));
        let (one, ended) = carry(&mut bench, link, pieces(&bytes, size), Then::Ends);
        prop_assert_eq!(ended.len(), 1);
        // And the same whatever the pieces.
        let mut bench = Bench::new();
        let (link, _) = bench.fetch(wanted(offered("x", 0, true)));
        let (other, again) = carry(&mut bench, link, [bytes], Then::Ends);
        prop_assert_eq!((one.made, ended), (other.made, again));
    }

    #[test]
    fn every_list_is_read_as_it_was_written(
        files in prop::collection::vec(("[a-z\u{4e00}-\u{4eff} ]{1,9}x", 0..1_u64 << 40, any::<bool>()), 1..9),
        first in 0..1_u32 << 30
    ) {
        let sources: Vec<FileSource> = files
            .iter()
            .map(|(name, size, is_folder)| {
                let entries = is_folder.then(|| Arc::from([]));
                FileSource { entries, ..file(name.trim_start(), *size) }
            })
            .collect();
        let bytes = write_list(&sources, first, Encoding::GBK).expect("a list");
        let read = read_list(&bytes, &|name| Encoding::GBK.decode(name).0).offered;
        prop_assert_eq!(read.len(), sources.len());
        for (id, (offered, source)) in (first..).zip(read.iter().zip(&sources)) {
            prop_assert_eq!(offered.id.usual(), format!("{id:x}"));
            prop_assert_eq!((&offered.file.name, offered.file.size), (&sanitize(&source.name), source.size));
            prop_assert_eq!(offered.file.folder, source.entries.is_some());
            prop_assert_eq!(offered.modified, Some(source.modified));
        }
    }

    #[test]
    fn whatever_happens_a_fetch_ends_once_and_no_tick_asks_for_another(
        all in prop::collection::vec(happens(), 0..60)
    ) {
        let mut bench = Bench::new();
        // Of each file of ours: whether a fetch of it has not ended yet.
        let mut open = std::collections::BTreeSet::new();
        let quiet = [Happens::Later(400_000)];
        for what in all.into_iter().chain(quiet) {
            if let Happens::Fetch(file, ..) = what {
                open.insert(transfer(file));
            }
            happen(&mut bench, what);
            for output in bench.outputs() {
                let Output::Event(NetEvent::Transfer { transfer, progress }) = output else { continue };
                if transfer.message == MESSAGE {
                    let ended = !matches!(progress, Progress::Moved { .. });
                    let known = if ended { open.remove(&transfer) } else { open.contains(&transfer) };
                    prop_assert!(known, "{transfer:?} {progress:?}");
                }
            }
        }
        prop_assert!(open.is_empty(), "{open:?} never ended");
        prop_assert_eq!(bench.deadline(), None);
    }
}
