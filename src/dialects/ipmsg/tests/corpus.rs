//! The hostile datagrams of the corpus: what `index.tsv` says of each holds.

use std::fs;
use std::path::Path;

use super::*;

const FROM: &str = "10.0.0.66:2425";

#[test]
fn every_hostile_datagram_does_what_the_index_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let index = fs::read_to_string(folder.join("index.tsv")).expect("the index");
    let mut seen = 0;
    for line in index.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [file, _class, dialect, expected, ..] = fields[..] else { continue };
        if !["ipmsg-udp", "any"].contains(&dialect) {
            continue;
        }
        seen += 1;
        let bytes = fs::read(folder.join(file)).expect(file);
        let checks: Vec<&str> = expected.split(' ').collect();
        judge(file, &checks, &bytes);
    }
    assert!(seen > 60, "{seen}");
}

fn judge(file: &str, checks: &[&str], bytes: &[u8]) {
    let has = |check: &str| checks.contains(&check);
    let mut bench = Bench::new(true);
    bench.wait(SECOND * 10);
    let (_, mut open) = bench.send(BEN, MessageKind::Text, "wait for it");
    open.join(bench.wait(SECOND));
    assert_eq!(open.sent.len(), 2, "an open message, with our entry before it");
    let effects = bench.hear(FROM, bytes);
    let answered = bytes_to_it(&effects) + bytes_to_it(&bench.wait(SECOND * 5));
    let most = if has("noreply") { 0 } else { 512 };
    assert!(answered <= most, "{file}: {answered} bytes");
    let peers = effects.peers().len();
    assert!(!has("nopeer") || peers == 0, "{file}: {effects:?}");
    assert!(!has("noreceipt") || !effects.events.iter().any(is_mark), "{file}: {effects:?}");
    let rows = effects.received().len();
    assert!(!has("dropped") || rows == 0, "{file}: {effects:?}");
    // A list of files is read in `files`; its text is shown in any case.
    let shown = rows == 1 && !effects.texts()[0].is_empty();
    assert!(!has("shown") || shown, "{file}: {effects:?}");
    if has("ratelimited") {
        let answers = answers_within_a_second(&mut bench, bytes);
        assert!(answers <= 10, "{file}: {answers}");
    }
}

fn bytes_to_it(effects: &Effects) -> usize {
    effects.sent.iter().filter(|sent| sent.to == at(FROM)).map(|sent| sent.bytes.len()).sum()
}

fn is_mark(event: &NetEvent) -> bool {
    matches!(event, NetEvent::Delivered { .. } | NetEvent::Read { .. } | NetEvent::Failed { .. })
}

fn answers_within_a_second(bench: &mut Bench, bytes: &[u8]) -> usize {
    let mut answers = 0;
    for _ in 0..1_000 {
        answers += bench.hear(FROM, bytes).sent.len();
        bench.now = bench.now.after(Duration::from_millis(1));
    }
    answers
}
