//! Folders, both ways.

use std::collections::BTreeMap;

use super::machine::{Machine, Then, carry, pieces};
use super::*;

const HELLO: &[u8] = b"hello";

/// Receives this stream as a folder.
fn receive(stream: &[u8], size: usize) -> (Machine, Vec<Progress>) {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(wanted(offered("x", 0, true)));
    carry(&mut bench, link, pieces(stream, size), Then::Ends)
}

fn is_done(skipped: u32) -> Vec<Progress> {
    vec![Progress::Done { path: "/tmp/x".to_owned(), skipped }]
}

fn tree(files: &[(&str, &[u8])]) -> BTreeMap<String, Vec<u8>> {
    files.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec())).collect()
}

#[test]
fn the_real_stream_of_iptux_becomes_its_folder_in_whatever_pieces_it_comes() {
    let stream = capture("16_dir_stream_from_iptux");
    let made = tree(&[
        ("one.txt", b"1"),
        ("empty", b""),
        ("sub/", b""),
        ("sub/two.txt", b"22"),
        ("中.txt", b"zhong"),
    ]);
    for size in [1, 2, 3, 5, 7, 64, 1_000] {
        let (machine, ended) = receive(&stream, size);
        assert_eq!(machine.made, made);
        assert_eq!(machine.times["sub/two.txt"], Some(0x6b01_1115));
        assert_eq!(ended, is_done(0));
    }
}

#[test]
fn a_folder_is_asked_for_and_nothing_is_made_before_something_comes() {
    let mut bench = Bench::new();
    let (link, request) = bench.fetch(wanted(offered("x", 8, true)));
    assert_eq!(request, b"1:99:ann:desk:98:11:a:0:\0");
    assert_eq!(steps(&bench.outputs()), [Step::Take { bytes: 5 }]);
    bench.data(link, b"000d:");
    let receive = Step::Receive { place: place(), what: Receive::Folder };
    assert_eq!(steps(&bench.outputs()), [receive, Step::Take { bytes: 8 }]);
}

#[test]
fn streams_without_times_and_with_short_numbers_are_read() {
    let (machine, ended) = receive(b"d:x:0:2:14=0:c:a:5:1001:helloc:sub:0:1002:a:.:0:3:000b:.:0:3:", 4);
    assert_eq!(machine.made, tree(&[]));
    assert_eq!(ended, broken(Fault::Malformed, 0), "a length that is not the header's");
    let (machine, ended) = receive(b"b:dir:0:2:a:a:5:1001:hello8:s:0:2:8:.:0:3:8:.:0:3:", 4);
    assert_eq!(machine.made, tree(&[]), "a length that is too long");
    assert_eq!(ended, broken(Fault::Malformed, 0));
    let (machine, ended) = receive(b"a:dir:0:2:b:a:5:1001:hello8:s:0:2:8:.:0:3:8:.:0:3:", 4);
    assert_eq!(machine.made, tree(&[("a", HELLO), ("s/", b"")]));
    assert_eq!(ended, is_done(0));
}

#[test]
fn what_is_neither_file_nor_folder_is_passed_over_with_its_bytes() {
    let junk = vec![b'j'; 200_000];
    let stream = [
        &b"000d:dir:0:2:000c:link:3:4:"[..],
        b"abc",
        b"0010:dev:30d40:5:",
        &junk,
        b"000b:f:0:7:000b:a:5:1:",
        HELLO,
        b"000b:.:0:3:",
    ]
    .concat();
    let stream = String::from_utf8(stream)
        .expect("text")
        .replace("000c:link:3:4:", "000e:link:3:4:")
        .replace("0010:dev:", "0011:dev:");
    let (machine, ended) = receive(stream.as_bytes(), 9_999);
    assert_eq!(machine.made, tree(&[("a", HELLO)]));
    assert_eq!(ended, is_done(3));
}

#[test]
fn the_names_of_the_corpus_stay_in_the_folder() {
    let mut seen = 0;
    for (name, stream) in corpus("path-name") {
        if !stream.starts_with(b"000d:dir:0:2:") {
            continue;
        }
        let (machine, ended) = receive(&stream, 11);
        let made: Vec<&String> = machine.made.keys().collect();
        let [path] = made.as_slice() else { panic!("{name}: {made:?}") };
        assert!(!path.contains('/') && !path.starts_with('.'), "{name}: {path}");
        assert_eq!(machine.made[*path], HELLO, "{name}");
        assert_eq!(ended, is_done(0), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 16);
}

#[test]
fn what_feiq_writes_before_a_folder_is_passed_over() {
    let stream = capture("16_dir_stream_from_iptux");
    let (plain, ended) = receive(&stream, 64);
    assert_eq!(ended, is_done(0));
    let block = |byte| [&b"0<"[..], &[byte; 4_096]].concat();
    for before in [block(0), block(b'0'), block(b':'), block(b'f'), b"0<0f:0:".to_vec(), b"x".to_vec()] {
        for size in [1, 7, 1_000] {
            let (machine, ended) = receive(&[&before[..], &stream].concat(), size);
            assert_eq!((machine.made, ended), (plain.made.clone(), is_done(0)), "{:?}", &before[..3]);
        }
    }
    assert_eq!(receive(&vec![0; 20_000], 1_000).1, broken(Fault::Malformed, 0), "not for ever");
}

#[test]
fn a_header_that_comes_byte_by_byte_keeps_nobody_waiting() {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(wanted(offered("x", 0, true)));
    for byte in b"002d:dir" {
        bench.data(link, &[*byte]);
        bench.wait(Duration::from_secs(2));
    }
    assert_eq!(ends(&bench.outputs()), broken(Fault::Stalled, 0));
}

#[test]
fn a_folder_is_no_deeper_than_anybody_makes_one() {
    let stream = |deep: usize| {
        let down = "000d:sub:0:2:".repeat(deep);
        format!("000d:dir:0:2:{down}{}", "000b:.:0:3:".repeat(deep + 1))
    };
    assert_eq!(receive(stream(32).as_bytes(), 100).1, is_done(0));
    assert_eq!(receive(stream(33).as_bytes(), 100).1, broken(Fault::Malformed, 0));
}

#[test]
fn a_folder_has_no_more_entries_than_anybody_offers() {
    let stream = |entries: usize| format!("000d:dir:0:2:{}000b:.:0:3:", "000b:a:0:4:".repeat(entries));
    assert_eq!(receive(stream(10_000).as_bytes(), 1_000).1, is_done(10_000));
    assert_eq!(receive(stream(10_001).as_bytes(), 1_000).1, broken(Fault::Malformed, 0));
}

#[test]
fn a_folder_that_breaks_off_is_not_kept() {
    let stream = capture("16_dir_stream_from_iptux");
    for end in 1..stream.len() {
        let (machine, ended) = receive(&stream[..end], 50);
        assert!(!machine.kept);
        let bytes = machine.made.values().map(Vec::len).sum::<usize>();
        let bytes = u64::try_from(bytes).expect("small");
        assert_eq!(ended.len(), 1);
        let broken_off = if end < 5 { Fault::NotOffered } else { Fault::BrokenOff };
        assert_eq!(ended, broken(broken_off, bytes), "{end}");
    }
}

// --- The other way. ---

fn enter(name: &str, modified: i64) -> FolderEntry {
    FolderEntry::Enter { name: name.to_owned(), modified }
}

/// Serves a folder, with files full of `content`; gives the stream, and what was told.
fn serve(source: FileSource, refused: &str, content: impl Fn(&str) -> Vec<u8>) -> (Vec<u8>, Vec<Progress>) {
    let mut bench = Bench::offering(vec![source]);
    let link = bench.ask(b"1:2:u:h:98:11:64:0:\0");
    let mut stream = Vec::new();
    let mut told = Vec::new();
    loop {
        let outputs = bench.outputs();
        told.extend(ends(&outputs));
        let mut poured = false;
        for output in outputs {
            match output {
                Output::Write { bytes, .. } => stream.extend_from_slice(&bytes),
                Output::Step { step: Step::Pour { source, .. }, .. } if source.name == refused => {
                    poured = true;
                    bench.stepped(link, StepEvent::Refused);
                }
                Output::Step { step: Step::Pour { head, source, at: 0 }, .. } => {
                    poured = true;
                    stream.extend_from_slice(&head);
                    stream.extend(content(&source.name));
                    bench.stepped(link, StepEvent::Poured);
                }
                Output::Event(_) | Output::Step { step: Step::End, .. } => {}
                other => panic!("{other:?}"),
            }
        }
        if !poured {
            break;
        }
    }
    bench.down(link, None);
    told.extend(ends(&bench.outputs()));
    (stream, told)
}

fn sample() -> FileSource {
    let time = 0x6b01_1115;
    let dated = |name: &str, size| FolderEntry::File(FileSource { modified: time, ..file(name, size) });
    let entries = vec![
        dated("one.txt", 1),
        dated("empty", 0),
        enter("sub", time),
        dated("two.txt", 2),
        FolderEntry::Leave,
        dated("中.txt", 5),
    ];
    FileSource { modified: time, size: 8, ..folder("dir", entries) }
}

fn content(name: &str) -> Vec<u8> {
    match name {
        "one.txt" => b"1".to_vec(),
        "two.txt" => b"22".to_vec(),
        "empty" => Vec::new(),
        _ => b"zhong".to_vec(),
    }
}

#[test]
fn our_stream_of_a_folder_is_what_iptux_writes_of_it() {
    let (stream, told) = serve(sample(), "", content);
    assert_eq!(stream, capture("16_dir_stream_from_iptux"));
    assert_eq!(told, done());
}

#[test]
fn a_file_that_has_changed_is_left_out_of_its_folder_and_counted() {
    let (stream, told) = serve(sample(), "two.txt", content);
    assert_eq!(told, [Progress::Done { path: String::new(), skipped: 1 }]);
    let (machine, ended) = receive(&stream, 100);
    assert_eq!(machine.made, tree(&[("one.txt", b"1"), ("empty", b""), ("sub/", b""), ("中.txt", b"zhong")]));
    assert_eq!(ended, is_done(0));
}

#[test]
fn a_folder_comes_as_it_went() {
    let entries = vec![
        enter("a:b", 1),
        enter("空", 2),
        FolderEntry::Leave,
        FolderEntry::File(file("x y", 3)),
        FolderEntry::Leave,
        enter("end", 0),
        FolderEntry::Leave,
    ];
    let (stream, _) = serve(folder("dir", entries), "", |_| b"abc".to_vec());
    let (machine, ended) = receive(&stream, 13);
    assert_eq!(machine.made, tree(&[("a_b/", b""), ("a_b/空/", b""), ("a_b/x y", b"abc"), ("end/", b"")]));
    assert_eq!(machine.times["a_b/x y"], Some(0x6500_0000));
    assert_eq!(ended, is_done(0));
}

#[test]
fn names_are_written_as_the_receiver_reads_them() {
    for (request, name) in
        [(&b"1:2:u:h:98:11:64:\0"[..], &b"\xD6\xD0"[..]), (b"1:2:u:h:8388706:11:64:\0", "中".as_bytes())]
    {
        let mut bench = Bench::new();
        let offer = offer(MESSAGE, NUMBER, vec![folder("中", Vec::new())]);
        bench.call(|transfers, cx| transfers.offer(cx, Offer { encoding: Encoding::GBK, ..offer }));
        bench.ask(request);
        let outputs = bench.outputs();
        let written = outputs.iter().find_map(|output| match output {
            Output::Write { bytes, .. } => Some(bytes.clone()),
            _ => None,
        });
        assert_eq!(&written.expect("a header")[5..5 + name.len()], name);
    }
}
