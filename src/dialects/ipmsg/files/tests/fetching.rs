//! Single files that we fetch, and how a fetch ends.

use super::super::downloads::{DIAL_LIMIT, IDLE, MAX_FROM_HOST, MAX_WAITING};
use super::super::read_list;
use super::machine::{Then, carry, pieces};
use super::*;
use crate::dialects::ipmsg::packet::Packet;
use crate::model::{DiskError, ErrorCode, Shortage};
use crate::wire::StreamError;

fn ten() -> DownloadRequest {
    wanted(offered("x", 10, false))
}

fn is_done() -> Vec<Progress> {
    vec![Progress::Done { path: "/tmp/x".to_owned(), skipped: 0 }]
}

#[test]
fn a_file_is_asked_for_received_and_kept_and_then_we_close() {
    let mut bench = Bench::new();
    let (link, request) = bench.fetch(ten());
    assert_eq!(request, b"1:99:ann:desk:96:11:a:0:\0");
    let what = Receive::File { size: 10, from: 0 };
    let expected = [Step::Receive { place: place(), what }, Step::Fill { bytes: 10 }];
    assert_eq!(steps(&bench.outputs()), expected);
    bench.stepped(link, StepEvent::Filled);
    assert_eq!(steps(&bench.outputs()), [Step::Finish { modified: Some(7) }]);
    bench.stepped(link, kept());
    let outputs = bench.outputs();
    assert!(is_closed(&outputs, link));
    assert_eq!(ends(&outputs), is_done());
}

#[test]
fn the_real_offer_of_iptux_is_fetched_with_its_id() {
    let bytes = capture("12_rx_file_offer");
    let packet = Packet::read(&bytes).expect("a packet");
    let list = packet.strings().nth(1).expect("a list");
    let files = read_list(list, &|name| String::from_utf8_lossy(name).into_owned()).offered;
    let mut bench = Bench::new();
    let (link, request) =
        bench.fetch(DownloadRequest { number: packet.number.to_string(), ..wanted(files[0].clone()) });
    assert_eq!(request, b"1:99:ann:desk:96:11:2710:0:\0");
    let sent = [capture("13b_tcp_file_stream_from_iptux"), vec![7; 0x2800 - 64]].concat();
    let (machine, ended) = carry(&mut bench, link, pieces(&sent, 1_448), Then::KeepsSilent);
    assert_eq!(machine.made[""], sent);
    assert_eq!(ended, is_done());
}

#[test]
fn what_is_there_already_is_only_asked_for_where_the_peer_can_do_that() {
    for (resumes, from, asked) in [(true, 4, 4), (true, 10, 10), (true, 11, 0), (false, 4, 0)] {
        let mut wanted = DownloadRequest { from, ..ten() };
        wanted.peer.resumes = resumes;
        let mut bench = Bench::new();
        let (link, request) = bench.fetch(wanted);
        assert_eq!(request, format!("1:99:ann:desk:96:11:a:{asked:x}:\0").as_bytes());
        let outputs = bench.outputs();
        assert_eq!(progress(&outputs), [Progress::Moved { bytes: asked, of: Some(10) }]);
        let what = Receive::File { size: 10, from: asked };
        let expected = [Step::Receive { place: place(), what }, Step::Fill { bytes: 10 - asked }];
        assert_eq!(steps(&outputs), expected);
        bench.stepped(link, StepEvent::Moved { bytes: 0 });
        bench.down(link, None);
        assert_eq!(ends(&bench.outputs()), broken(Fault::NotOffered, asked));
    }
}

#[test]
fn whoever_sends_more_is_not_listened_to() {
    for (name, bytes) in corpus("tcp-file-lies") {
        let mut bench = Bench::new();
        let (link, _) = bench.fetch(wanted(offered("x", 16, false)));
        let (machine, ended) = carry(&mut bench, link, pieces(&bytes, 7), Then::Ends);
        assert_eq!(machine.made[""], bytes[..16], "{name}");
        assert_eq!(ended, is_done(), "{name}");
    }
}

#[test]
fn whoever_sends_less_leaves_a_part() {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(wanted(offered("x", 0x2800, false)));
    let sent = capture("13b_tcp_file_stream_from_iptux");
    let (machine, ended) = carry(&mut bench, link, pieces(&sent, 10), Then::Ends);
    assert_eq!(machine.made[""], sent);
    assert!(!machine.kept);
    assert_eq!(ended, broken(Fault::BrokenOff, 64));
}

#[test]
fn whoever_closes_without_a_byte_does_not_offer_it() {
    for code in [None, Some("ECONNRESET")] {
        for folder in [false, true] {
            let mut bench = Bench::new();
            let (link, _) = bench.fetch(wanted(offered("x", 10, folder)));
            bench.down(link, code);
            assert_eq!(ends(&bench.outputs()), broken(Fault::NotOffered, 0));
        }
    }
}

#[test]
fn whoever_does_not_know_the_usual_id_is_asked_for_it_as_it_stands() {
    let mut bench = Bench::new();
    let offered = OfferedFile { id: FileId::read(b"10").expect("an id"), ..offered("x", 10, false) };
    let (link, request) = bench.fetch(wanted(offered));
    assert_eq!(request, b"1:99:ann:desk:96:11:a:0:\0");
    bench.down(link, None);
    let outputs = bench.outputs();
    assert_eq!(ends(&outputs), []);
    let [again] = dials(&outputs)[..] else { panic!("once more") };
    bench.stream(again, StreamEvent::Opened);
    let outputs = bench.outputs();
    let asks = |output: &Output| matches!(output, Output::Write { bytes, .. } if **bytes == *b"1:99:ann:desk:96:11:10:0:\0");
    assert!(outputs.iter().any(asks), "{outputs:?}");
    bench.down(again, None);
    assert_eq!(ends(&bench.outputs()), broken(Fault::NotOffered, 0));
}

#[test]
fn whoever_falls_silent_is_left() {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(ten());
    bench.wait(IDLE.saturating_sub(Duration::from_secs(1)));
    bench.stepped(link, StepEvent::Moved { bytes: 3 });
    bench.wait(IDLE.saturating_sub(Duration::from_secs(1)));
    bench.stepped(link, StepEvent::Moved { bytes: 3 });
    assert_eq!(ends(&bench.outputs()), []);
    bench.wait(Duration::from_secs(1));
    let outputs = bench.outputs();
    assert!(is_closed(&outputs, link));
    assert_eq!(ends(&outputs), broken(Fault::Stalled, 3));
}

#[test]
fn whoever_is_not_there_is_not_waited_for() {
    let mut bench = Bench::new();
    bench.call(|transfers, cx| transfers.fetch(cx, ten()));
    bench.wait(DIAL_LIMIT);
    let to = Some(at(PEER));
    let outputs = bench.outputs();
    assert_eq!(ends(&outputs), broken(Fault::Network { to, code: "ETIMEDOUT".into() }, 0));
    assert!(matches!(outputs[1], Output::Close { .. }));

    bench.call(|transfers, cx| transfers.fetch(cx, ten()));
    let [link] = dials(&bench.outputs())[..] else { panic!("another one") };
    bench.down(link, Some("ECONNREFUSED"));
    let fault = Fault::Network { to, code: "ECONNREFUSED".into() };
    assert_eq!(ends(&bench.outputs()), broken(fault, 0));
}

#[test]
fn a_full_disk_is_the_reason_that_is_told() {
    let shortage = Shortage { free: 5, reserved: 6, wanted: 7 };
    for error in [DiskError::Code(ErrorCode::ENOSPC), DiskError::NoRoom(shortage)] {
        let mut bench = Bench::new();
        let (link, _) = bench.fetch(ten());
        bench.stepped(link, StepEvent::Moved { bytes: 3 });
        bench.broke(link, Some(&StreamError::Disk(error.clone())));
        assert_eq!(ends(&bench.outputs()), broken(error.into(), 3));
    }
}

#[test]
fn an_empty_file_needs_no_byte() {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(wanted(offered("x", 0, false)));
    let (machine, ended) = carry(&mut bench, link, [], Then::Ends);
    assert!(machine.kept);
    assert_eq!(ended, is_done());
}

#[test]
fn a_fetch_that_is_stopped_ends_once_and_may_begin_again() {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(ten());
    bench.stepped(link, StepEvent::Moved { bytes: 3 });
    bench.call(|transfers, cx| transfers.stop(cx, transfer(0)));
    bench.stepped(link, StepEvent::Filled);
    bench.down(link, None);
    let outputs = bench.outputs();
    assert!(is_closed(&outputs, link));
    assert_eq!(ends(&outputs), broken(Fault::Interrupted, 3));
    bench.fetch(ten());
}

#[test]
fn asking_twice_for_one_file_fetches_it_once() {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(ten());
    bench.call(|transfers, cx| transfers.fetch(cx, ten()));
    assert_eq!(steps(&bench.outputs()).len(), 2);
    bench.stepped(link, StepEvent::Filled);
    bench.stepped(link, kept());
    assert_eq!(ends(&bench.outputs()), is_done());
    bench.wait(Duration::from_mins(5));
    assert_eq!(bench.outputs(), []);
}

// --- Several. ---

/// As many files of one message.
fn fetch_many(bench: &mut Bench, count: u16) {
    for file in 0..count {
        bench
            .call(|transfers, cx| transfers.fetch(cx, DownloadRequest { transfer: transfer(file), ..ten() }));
    }
}

fn dials(outputs: &[Output]) -> Vec<LinkId> {
    let dial = |output: &Output| match output {
        Output::Dial { link, .. } => Some(*link),
        _ => None,
    };
    outputs.iter().filter_map(dial).collect()
}

#[test]
fn of_many_files_a_few_come_at_once_and_the_others_after_them() {
    let mut bench = Bench::new();
    fetch_many(&mut bench, 6);
    let links = dials(&bench.outputs());
    assert_eq!(links.len(), MAX_FROM_HOST);
    bench.down(links[2], Some("ECONNREFUSED"));
    bench.call(|transfers, cx| transfers.stop(cx, transfer(0)));
    assert_eq!(dials(&bench.outputs()).len(), 2);
    assert!(bench.deadline().is_some_and(|at| at > bench.now.mono));
}

#[test]
fn a_busy_host_does_not_hold_up_another() {
    let mut bench = Bench::new();
    fetch_many(&mut bench, 6);
    bench.outputs();
    let mut other = DownloadRequest { transfer: transfer(9), ..ten() };
    other.peer.at = at("192.0.2.8:2425");
    bench.call(|transfers, cx| transfers.fetch(cx, other));
    assert_eq!(dials(&bench.outputs()).len(), 1);
}

#[test]
fn what_waits_can_be_stopped() {
    let mut bench = Bench::new();
    fetch_many(&mut bench, 6);
    bench.outputs();
    bench.call(|transfers, cx| transfers.stop(cx, transfer(5)));
    assert_eq!(bench.outputs(), [event(5, Progress::Broken { fault: Fault::Interrupted, bytes: 0 })]);
}

#[test]
fn more_than_anybody_can_mean_are_refused() {
    let mut bench = Bench::new();
    let most = u16::try_from(MAX_WAITING + MAX_FROM_HOST).expect("small");
    fetch_many(&mut bench, most);
    bench.outputs();
    bench.call(|transfers, cx| transfers.fetch(cx, DownloadRequest { transfer: transfer(most), ..ten() }));
    assert_eq!(bench.outputs(), [event(most, Progress::Broken { fault: Fault::Busy, bytes: 0 })]);
}

fn event(file: u16, progress: Progress) -> Output {
    Output::Event(NetEvent::Transfer { transfer: transfer(file), progress })
}
