//! The page of the doctor.

use std::time::{Duration, Instant};

use super::*;
use crate::lang::TAGS;
use crate::model::Phrase;
use crate::runtime::doctor::{CheckName, Finding, Remedy, Report, Verdict};
use crate::tui::doctor_page::DoctorPage;
use crate::tui::popup::Popup;

fn finding(check: CheckName, verdict: Verdict, told: Vec<Phrase>) -> Finding {
    Finding { check, verdict, told, remedy: None }
}

/// A silent peer behind a firewall, with all that was found.
fn report() -> Report {
    let mut report = Report::default();
    (report.about, report.asked_peer, report.probed) =
        (Some("小李".to_owned()), true, vec!["eth0".to_owned()]);
    let card = Phrase::new("doctor-card").text("name", "eth0").text("addresses", "10.77.5.1/24");
    let drops = Phrase::new("doctor-firewall-drops").text("tool", "nft").text("ports", "udp 2425");
    let drops = drops.text("table", "inet filter").text("chain", "input");
    let port = |number: u16| Phrase::new("doctor-port-ours").number("port", number).text("scheme", "udp");
    let heard = Phrase::new("doctor-broadcast-heard").text("name", "eth0").text("after", "0.4");
    let large = Phrase::new("doctor-large-good").text("bytes", "65,507");
    let silent = Phrase::new("doctor-peer-silent").number("seconds", 2);
    let last = Phrase::new("doctor-peer-last").text("time", "2026-11-20 17:40").number("sourced", 0);
    let way = Phrase::new("doctor-way").text("scheme", "ipmsg").text("address", "10.77.5.23:2425");
    let way = way.text("encoding", "GBK").text("encrypted", "no").text("receipts", "yes");
    let mut firewall = finding(CheckName::Firewall, Verdict::Warning, vec![drops]);
    firewall.remedy = Some(Remedy {
        told: Phrase::new("doctor-do-firewall").text("ports", "udp 2425"),
        command: Some("sudo nft insert rule inet filter input udp dport 2425 accept".to_owned()),
    });
    report.extend([
        finding(CheckName::Machine, Verdict::Good, vec![card.number("mtu", 1_500)]),
        finding(CheckName::Profile, Verdict::Good, vec![Phrase::new("doctor-profile-good")]),
        finding(CheckName::Ports, Verdict::Good, vec![port(8_081), port(7_788), port(2_425)]),
        firewall,
        finding(CheckName::Broadcast, Verdict::Good, vec![heard]),
        finding(CheckName::Large, Verdict::Good, vec![large]),
        finding(CheckName::Peer, Verdict::Bad, vec![silent, last]),
        finding(CheckName::Way, Verdict::Note, vec![way]),
    ]);
    report
}

#[expect(clippy::disallowed_methods, reason = "a page that is done looks at no clock")]
fn doctor(width: u16, height: u16, report: Report) -> Front {
    let mut front = Front::new(width, height);
    let took = Some(Duration::from_millis(2_100));
    let page = DoctorPage { report, about: None, begun: Instant::now(), took, top: 0 };
    front.ui.popup = Some(Popup::Doctor(page));
    front.draw();
    front
}

#[test]
fn the_page_says_what_was_found_and_what_to_do() {
    insta::assert_snapshot!("doctor-120x36", doctor(120, 36, report()).screen());
}

#[test]
fn the_sentence_at_the_end_can_be_read_at_every_size_in_every_language() {
    for tag in TAGS {
        for (width, height) in [(120, 36), (80, 24), (60, 20), (40, 12)] {
            let mut front = doctor(width, height, report());
            front.ui.style.lang = Lang::choose(Some(tag), registry());
            front.draw();
            let esc = front.screen();
            assert!(height < 20 || esc.contains("Esc "), "{tag} {width}x{height}\n{esc}");
            let mut seen = front.screen();
            for _ in 0..40 {
                front.press("Down");
                seen.push_str(&front.screen());
            }
            // A long command goes on in the next row.
            for words in ["小李", "sudo nft insert", "accept", "10.77.5.23:2425"] {
                assert!(seen.contains(words), "{words}: {tag} {width}x{height}\n{seen}");
            }
        }
    }
}

#[test]
fn the_report_that_is_copied_says_what_to_do_as_well() {
    let mut front = doctor(120, 36, report());
    front.press("'y");
    let copied = front.requests.iter().find_map(|request| match request {
        UiRequest::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.expect("a text");
    for line in [
        "! Firewall: nft drops udp 2425 (table inet filter, chain input)",
        "✗ 小李: nothing came back in 2 s; last heard 2026-11-20 17:40",
        "What to do: The firewall of this machine drops what others send to udp 2425. Let it in:",
        "sudo nft insert rule inet filter input udp dport 2425 accept",
    ] {
        assert!(copied.lines().any(|copied| copied == line), "{line}\n{copied}");
    }
}
