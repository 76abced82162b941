//! Streams that others open: who gets what, and for how long.

use super::super::uploads::{ASKING, IDLE, MAX_FROM_HOST, MAX_STREAMS, PARTING, SETTLES};
use super::*;
use crate::model::ErrorCode;
use crate::wire::StreamError;

const SECOND: Duration = Duration::from_secs(1);
/// The first file of the offer, from its beginning.
const ASKS: &[u8] = b"1:2:u:h:96:11:64:0:\0";

fn pour(source: FileSource, at: u64) -> Step {
    Step::Pour { head: Arc::from([]), source, at }
}

fn one() -> Bench {
    Bench::offering(vec![file("a", 1_000)])
}

#[test]
fn a_file_is_poured_from_where_it_is_asked_for() {
    let mut bench = one();
    bench.ask(b"1:2:u:h:96:11:64:64:\0");
    assert_eq!(steps(&bench.outputs()), [pour(file("a", 1_000), 100)]);
}

#[test]
fn an_id_or_number_is_understood_as_hexadecimal_and_as_its_digits_stand() {
    let offered = || {
        let mut bench = Bench::new();
        let offer = offer(MESSAGE, 1_798_384_668, vec![file("a", 9), folder("b", Vec::new())]);
        bench.call(|transfers, cx| transfers.offer(cx, Offer { first: 837_928, ..offer }));
        bench
    };
    for number in ["6b312c1c", "6B312C1C", "1798384668"] {
        for (first, second) in [("cc928", "cc929"), ("837928", "837929")] {
            let mut bench = offered();
            bench.ask(format!("1:2:u:h:96:{number}:{first}:0\0").as_bytes());
            assert_eq!(steps(&bench.outputs()), [pour(file("a", 9), 0)], "{number} {first}");
            let mut bench = offered();
            bench.ask(format!("1:2:u:h:98:{number}:{second}:0:\0").as_bytes());
            let writes = |output: &Output| matches!(output, Output::Write { .. });
            assert!(bench.outputs().iter().any(writes), "{number} {second}");
        }
    }
    for (number, id) in [("6b312c1d", "837928"), ("6b312c1c", "837930"), ("6b312c1c", "837927")] {
        let mut bench = offered();
        bench.ask(format!("1:2:u:h:96:{number}:{id}:0\0").as_bytes());
        assert_eq!(steps(&bench.outputs()), [], "{number} {id}");
    }
}

#[test]
fn whoever_gives_one_file_back_may_have_the_others() {
    for (id, left) in [(&b"100"[..], 1), (b"64", 1), (b"7", 0), (b"", 0)] {
        let mut bench = Bench::offering(vec![file("a", 1), file("b", 1)]);
        bench.call(|transfers, cx| transfers.released(cx, at(PEER), NUMBER, Some(id)));
        bench.ask(b"1:2:u:h:96:11:65:0:\0");
        assert_eq!(steps(&bench.outputs()).len(), left, "{id:?}");
    }
}

#[test]
fn the_request_of_the_real_iptux_is_answered_in_whatever_pieces_it_comes() {
    let request = capture("20_GETFILEDATA_tcp_req_from_iptux");
    for cut in 0..request.len() {
        let mut bench = Bench::new();
        let offer = offer(MESSAGE, 0x6b01_1185, vec![file("a", 9)]);
        bench.call(|transfers, cx| transfers.offer(cx, Offer { first: 16, ..offer }));
        let link = bench.accept(1, "192.0.2.7:40001");
        let (first, rest) = request.split_at(cut);
        for piece in [first, rest] {
            if !piece.is_empty() {
                bench.data(link, piece);
            }
        }
        assert_eq!(steps(&bench.outputs()), [pour(file("a", 9), 0)], "cut at {cut}");
    }
}

#[test]
fn a_request_that_does_not_end_is_answered_when_nothing_follows() {
    let mut bench = one();
    let link = bench.ask(b"1:2:u:h:96:11:64:1");
    bench.wait(SETTLES / 2);
    bench.data(link, b"0");
    bench.wait(SETTLES / 2);
    assert_eq!(bench.outputs(), []);
    bench.wait(SETTLES);
    assert_eq!(steps(&bench.outputs()), [pour(file("a", 1_000), 0x10)]);
}

#[test]
fn a_request_that_shows_that_it_is_whole_is_answered_at_once_though_it_does_not_end() {
    let mut bench = one();
    bench.ask(b"1:2:u:h:96:11:64:0");
    assert_eq!(steps(&bench.outputs()), [pour(file("a", 1_000), 0)]);
    let mut bench = Bench::offering(vec![file("a", 1), folder("d", Vec::new())]);
    let link = bench.accept(1, "192.0.2.7:40001");
    bench.data(link, b"1:2:u:h:98:11:6");
    assert_eq!(bench.outputs(), [], "no file of the offer");
    bench.data(link, b"5");
    assert!(bench.outputs().iter().any(|output| matches!(output, Output::Write { .. })));
}

#[test]
fn whoever_reads_until_the_end_of_the_stream_reads_it_after_the_last_byte() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.outputs();
    bench.stepped(link, StepEvent::Poured);
    assert_eq!(bench.outputs(), [Output::Step { link, step: Step::End }]);
    let entries = vec![FolderEntry::File(file("a", 3))];
    let mut bench = Bench::offering(vec![folder("d", entries)]);
    let link = bench.ask(b"1:2:u:h:98:11:64:\0");
    assert!(!steps(&bench.outputs()).contains(&Step::End));
    bench.stepped(link, StepEvent::Poured);
    let outputs = bench.outputs();
    assert!(matches!(outputs.first(), Some(Output::Write { .. })), "out of the folder: {outputs:?}");
    assert_eq!(outputs.last(), Some(&Output::Step { link, step: Step::End }));
}

#[test]
fn a_transfer_is_done_when_the_receiver_closes() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.stepped(link, StepEvent::Poured);
    bench.wait(PARTING / 2);
    assert_eq!(ends(&bench.outputs()), []);
    bench.down(link, None);
    assert_eq!(ends(&bench.outputs()), done());
}

#[test]
fn the_receiver_may_close_before_we_know_that_it_has_all() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.stepped(link, StepEvent::Moved { bytes: 1_000 });
    bench.down(link, None);
    assert_eq!(ends(&bench.outputs()), done());
}

#[test]
fn we_close_where_the_receiver_waits_for_that() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.stepped(link, StepEvent::Poured);
    bench.wait(PARTING);
    let outputs = bench.outputs();
    assert!(is_closed(&outputs, link));
    assert_eq!(ends(&outputs), done());
}

#[test]
fn a_receiver_that_goes_in_the_middle_breaks_the_transfer_off() {
    for code in [None, Some("ECONNRESET")] {
        let mut bench = one();
        let link = bench.ask(ASKS);
        bench.stepped(link, StepEvent::Moved { bytes: 400 });
        bench.down(link, code);
        assert_eq!(ends(&bench.outputs()), broken(Fault::BrokenOff, 400));
    }
}

#[test]
fn a_receiver_that_takes_nothing_any_more_is_left() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.wait(IDLE.saturating_sub(SECOND));
    bench.stepped(link, StepEvent::Moved { bytes: 400 });
    bench.wait(IDLE.saturating_sub(SECOND));
    bench.stepped(link, StepEvent::Moved { bytes: 400 });
    assert_eq!(ends(&bench.outputs()), []);
    bench.wait(SECOND);
    let outputs = bench.outputs();
    assert!(is_closed(&outputs, link));
    assert_eq!(ends(&outputs), broken(Fault::Stalled, 400));
}

#[test]
fn a_file_that_has_changed_is_not_given_out() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.stepped(link, StepEvent::Refused);
    let outputs = bench.outputs();
    assert!(is_closed(&outputs, link));
    assert_eq!(ends(&outputs), broken(Fault::Changed, 0));
}

#[test]
fn a_file_that_cannot_be_read_breaks_off_for_that_reason() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.broke(link, Some(&StreamError::Disk(ErrorCode::from("EIO").into())));
    assert_eq!(ends(&bench.outputs()), broken(Fault::Disk { code: "EIO".into() }, 0));
    let link = bench.ask(ASKS);
    bench.broke(link, Some(&StreamError::Disk(ErrorCode::ESTALE.into())));
    assert_eq!(ends(&bench.outputs()), broken(Fault::Changed, 0));
}

#[test]
fn progress_is_told_a_few_times_a_second() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    for bytes in 1..=100 {
        bench.wait(Duration::from_millis(20));
        bench.stepped(link, StepEvent::Moved { bytes });
    }
    let told = progress(&bench.outputs());
    assert!((8..=11).contains(&told.len()), "{told:?}");
    assert_eq!(told[0], Progress::Moved { bytes: 0, of: Some(1_000) });
}

#[test]
fn each_file_may_be_fetched_again_and_several_at_once() {
    let mut bench = Bench::offering(vec![file("a", 1), file("b", 2)]);
    for (link, id) in [(1, "64"), (2, "65"), (3, "64")] {
        let link = bench.accept(link, "192.0.2.7:40001");
        bench.data(link, format!("1:2:u:h:96:11:{id}:0:\0").as_bytes());
    }
    let poured = [pour(file("a", 1), 0), pour(file("b", 2), 0), pour(file("a", 1), 0)];
    assert_eq!(steps(&bench.outputs()), poured);
}

// --- Who gets nothing. ---

#[test]
fn only_what_was_offered_to_that_host_under_that_number_is_served() {
    for (from, request) in [
        ("192.0.2.8:2425", &b"1:2:u:h:96:11:64:0:\0"[..]),
        (PEER, b"1:2:u:h:96:12:64:0:\0"),
        (PEER, b"1:2:u:h:96:11:65:0:\0"),
        (PEER, b"1:2:u:h:96:11:63:0:\0"),
        (PEER, b"1:2:u:h:96:11:0:0:\0"),
        (PEER, b"1:2:u:h:98:11:64:0:\0"),
        (PEER, b"1:2:u:h:96:11:64:3e9:\0"),
        (PEER, b"1:2:u:h:96:11:64:ffffffffffffffff:\0"),
    ] {
        let mut bench = one();
        let link = bench.accept(1, from);
        bench.data(link, request);
        assert_eq!(bench.outputs(), [Output::Close { link }], "{from} {}", String::from_utf8_lossy(request));
    }
}

#[test]
fn a_folder_is_no_file() {
    let mut bench = Bench::offering(vec![folder("d", Vec::new())]);
    let link = bench.ask(ASKS);
    assert_eq!(bench.outputs(), [Output::Close { link }]);
}

#[test]
fn a_stream_that_asks_for_nothing_is_closed_in_time() {
    let mut bench = one();
    let link = bench.accept(1, "192.0.2.7:40001");
    for _ in 0..9 {
        bench.wait(SECOND);
        bench.data(link, b"1");
    }
    assert_eq!(bench.outputs(), []);
    bench.wait(ASKING.saturating_sub(SECOND * 9));
    assert_eq!(bench.outputs(), [Output::Close { link }]);
}

#[test]
fn an_offer_ends_after_a_day() {
    let mut bench = Bench::offering(vec![file("a", 1), file("b", 2)]);
    bench.ask(b"1:2:u:h:96:11:65:0:\0");
    bench.outputs();
    bench.wait(Duration::from_hours(24));
    let gone = NetEvent::Transfer { transfer: transfer(0), progress: Progress::Gone };
    assert!(bench.outputs().contains(&Output::Event(gone)), "what nobody has asked for is told");
    let link = bench.ask(ASKS);
    assert_eq!(bench.outputs(), [Output::Close { link }]);
}

#[test]
fn an_offer_that_is_withdrawn_ends_with_what_is_under_way() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.stepped(link, StepEvent::Moved { bytes: 10 });
    bench.call(|transfers, cx| transfers.withdraw(cx, MESSAGE));
    let outputs = bench.outputs();
    assert!(is_closed(&outputs, link));
    assert_eq!(ends(&outputs), broken(Fault::Interrupted, 10));
    let link = bench.accept(2, PEER);
    assert_eq!(bench.outputs(), [Output::Close { link }]);
}

#[test]
fn a_transfer_that_is_stopped_says_so_once_and_may_begin_again() {
    let mut bench = one();
    let link = bench.ask(ASKS);
    bench.call(|transfers, cx| transfers.stop(cx, transfer(0)));
    bench.down(link, None);
    assert_eq!(ends(&bench.outputs()), broken(Fault::Interrupted, 0));
    bench.ask(ASKS);
    assert_eq!(steps(&bench.outputs()).len(), 1);
}

#[test]
fn what_a_peer_gives_back_is_declined_unless_it_has_it() {
    let mut bench = Bench::offering(vec![file("a", 1), file("b", 2), file("c", 3)]);
    bench.ask(b"1:2:u:h:96:11:65:0:\0");
    bench.outputs();
    bench.call(|transfers, cx| transfers.released(cx, at("192.0.2.8:2425"), NUMBER, None));
    bench.call(|transfers, cx| transfers.released(cx, at(PEER), NUMBER + 1, None));
    assert_eq!(bench.outputs(), []);
    bench.call(|transfers, cx| transfers.released(cx, at(PEER), NUMBER, None));
    let declined = |file| {
        let progress = Progress::Declined;
        Output::Event(NetEvent::Transfer { transfer: transfer(file), progress })
    };
    assert_eq!(bench.outputs(), [declined(0), declined(2)]);
    let link = bench.accept(2, PEER);
    assert_eq!(bench.outputs(), [Output::Close { link }]);
}

// --- Limits. ---

#[test]
fn silent_streams_do_not_stop_a_good_transfer() {
    let mut bench = one();
    bench.ask(ASKS);
    bench.outputs();
    for link in 0..1_000 {
        bench.accept(10 + link, "192.0.2.7:5000");
    }
    let closed = bench.outputs().len();
    assert_eq!(closed, 1_000 - (MAX_FROM_HOST - 1));
    let link = bench.accept(2_000, "192.0.2.7:40002");
    bench.data(link, ASKS);
    assert_eq!(steps(&bench.outputs()), [pour(file("a", 1_000), 0)]);
}

#[test]
fn one_host_has_so_many_streams_and_no_more() {
    let mut bench = one();
    for link in 0..9 {
        let link = bench.accept(link, "192.0.2.7:40001");
        bench.data(link, ASKS);
    }
    let outputs = bench.outputs();
    assert_eq!(steps(&outputs).len(), MAX_FROM_HOST);
    assert!(is_closed(&outputs, LinkId(LinkId::FIRST_ACCEPTED + 8)));
}

#[test]
fn all_hosts_together_have_so_many_streams_and_no_more() {
    let mut bench = Bench::new();
    for host in 1..=9_u8 {
        let offer = offer(MessageId(host.into()), NUMBER, vec![file("a", 1_000)]);
        let to = SocketAddr::new([192, 0, 2, host].into(), 2_425);
        bench.call(|transfers, cx| transfers.offer(cx, Offer { to, ..offer }));
        for stream in 0..8 {
            let link = bench.accept(u32::from(host) * 8 + stream, &format!("192.0.2.{host}:40001"));
            bench.data(link, ASKS);
        }
    }
    assert_eq!(steps(&bench.outputs()).len(), MAX_STREAMS);
}

#[test]
fn of_too_many_offers_the_oldest_ends() {
    let mut bench = Bench::new();
    for offer in 0..65 {
        bench.offer(MessageId(offer.into()), offer, vec![file("a", 1)]);
    }
    let first = bench.ask(b"1:2:u:h:96:0:64:0:\0");
    assert_eq!(bench.outputs(), [Output::Close { link: first }]);
    bench.ask(b"1:2:u:h:96:1:64:0:\0");
    assert_eq!(steps(&bench.outputs()).len(), 1);
}
