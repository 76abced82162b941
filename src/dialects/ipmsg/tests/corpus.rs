//! The hostile datagrams of the corpus: what `index.tsv` says of each holds.

use std::fs;
use std::path::Path;

use super::*;

#[test]
fn every_hostile_datagram_does_what_the_index_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let index = fs::read_to_string(folder.join("index.tsv")).expect("the index");
    let mut seen = 0;
    for line in index.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [file, class, dialect, expected, ..] = fields[..] else { continue };
        if !["ipmsg-udp", "any"].contains(&dialect) {
            continue;
        }
        seen += 1;
        let bytes = fs::read(folder.join(file)).expect(file);
        let checks: Vec<&str> = expected.split(' ').collect();
        judge(file, class, &checks, &bytes);
    }
    assert!(seen > 60, "{seen}");
}

fn judge(file: &str, class: &str, checks: &[&str], bytes: &[u8]) {
    let has = |check: &str| checks.contains(&check);
    let mut bench = Bench::new(true);
    bench.wait(SECOND * 10);
    let (_, open) = bench.send(BEN, Kind::Text, "wait for it");
    assert_eq!(open.sent.len(), 2, "an open message, with our entry before it");
    let from = "10.0.0.66:2425";
    let effects = bench.hear(from, bytes);
    let later = bench.wait(SECOND * 5);
    let to_it = |effects: &Effects| -> usize {
        effects.sent.iter().filter(|sent| sent.to == at(from)).map(|sent| sent.bytes.len()).sum()
    };
    let answered = to_it(&effects) + to_it(&later);
    let marks = effects.events.iter().filter(|event| {
        matches!(event, NetEvent::Delivered { .. } | NetEvent::Read { .. } | NetEvent::Failed { .. })
    });
    if has("dropped") {
        assert!(effects.received().is_empty(), "{file}: {effects:?}");
    }
    if has("noreply") {
        assert_eq!(answered, 0, "{file}");
    }
    if has("reply<=512") {
        assert!(answered <= 512, "{file}: {answered}");
    }
    if has("nopeer") {
        assert!(effects.peers().is_empty(), "{file}: {effects:?}");
    }
    if has("noreceipt") {
        assert_eq!(marks.count(), 0, "{file}: {effects:?}");
    }
    // A list of files is read in `files`; its text is shown in any case.
    if has("shown") {
        assert_eq!(effects.received().len(), 1, "{file} {class}: {effects:?}");
        assert!(!effects.texts()[0].is_empty(), "{file}");
    }
    if has("ratelimited") {
        let mut answers = 0;
        for _ in 0..1_000 {
            answers += bench.hear(from, bytes).sent.len();
            bench.now = bench.now.after(Duration::from_millis(1));
        }
        assert!(answers <= 10, "{file}: {answers}");
    }
}
