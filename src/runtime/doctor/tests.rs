//! What is said of a machine whose facts are made up.

use std::time::Duration;

use super::judging::{self, Ourselves, Tried};
use super::plan::{LocalPeer, WantedPort};
use super::report::{CheckName, Finding, Remedy, Report, Verdict};
use crate::lang::Lang;
use crate::model::{ErrorCode, Phrase};
use crate::net::checkup::{
    BlockingChain, Firewall, FirewallVerdict, HostInterface, InboundPacket, PacketVerdict, PortHolder,
    PortKind, Program, ReachError, RelayError,
};
use crate::net::registry;

fn said(finding: &Finding) -> String {
    let lang = Lang::choose(Some("en"), registry());
    finding.told.iter().map(|phrase| lang.phrase(phrase)).collect::<Vec<_>>().join("; ")
}

fn command(finding: &Finding) -> &str {
    finding.remedy.as_ref().and_then(|remedy| remedy.command.as_deref()).unwrap_or_default()
}

fn card(name: &str, addresses: &[&str]) -> HostInterface {
    let addresses: Vec<_> = addresses.iter().map(|one| (one.parse().expect("an address"), 24)).collect();
    let broadcast = "10.77.5.255".parse().ok().filter(|_| !addresses.is_empty());
    HostInterface { name: name.to_owned(), addresses, broadcast, mtu: Some(1_500), loopback: name == "lo" }
}

fn port(scheme: &'static str, number: u16, is: Option<u16>) -> WantedPort {
    let at = |port| std::net::SocketAddr::from(([0, 0, 0, 0], port));
    let (transport, code) = (PortKind::Udp, is.is_none().then_some(ErrorCode::EADDRINUSE));
    let (shared, moves) = (scheme == "room", scheme == "udp");
    WantedPort { scheme, transport, at: at(number), is: is.map(at), code, shared, moves }
}

fn holder(number: u16, program: Option<(&str, u32)>) -> PortHolder {
    let program = program.map(|(name, pid)| Program { name: name.to_owned(), pid });
    PortHolder { transport: PortKind::Udp, port: number, program }
}

#[test]
fn interfaces_are_told_with_what_they_lack() {
    let found = judging::machine(
        &[card("lo", &["127.0.0.1"]), card("eth0", &["10.77.5.1", "fe80::1"]), card("wlan0", &[])],
        None,
    );
    assert_eq!(
        (found.verdict, &*said(&found)),
        (Verdict::Good, "eth0 10.77.5.1/24, mtu 1500; wlan0 has no address")
    );
    let none = judging::machine(&[card("lo", &["127.0.0.1"])], None);
    assert_eq!(none.verdict, Verdict::Bad);
    assert!(said(&none).contains("no network") && command(&none) == "ip address", "{none:?}");
    let only = judging::machine(&[card("lo", &["127.0.0.1"])], Some("lo"));
    assert_eq!(only.verdict, Verdict::Note);
    let six = judging::machine(&[card("eth0", &["fe80::1"])], None);
    assert!(said(&six).contains("fe80::1"), "there is no other: {six:?}");
    assert_eq!(judging::machine(&[], Some("eth9")).verdict, Verdict::Bad);
}

/// The messenger asks, or a script beside it.
const RUNNING: Ourselves = Ourselves { running: true, messenger: Some(5) };
const SCRIPT: Ourselves = Ourselves { running: false, messenger: Some(5) };

#[test]
fn who_holds_a_port_is_named_and_what_to_do_about_it() {
    let ours = [port("udp", 8_081, Some(8_081)), port("room", 7_788, Some(7_788))];
    let holders = [holder(8_081, Some(("renamed", 5))), holder(7_788, Some(("python3", 7)))];
    let found = judging::ports(&ours, Some(&holders), RUNNING);
    assert_eq!(
        (found.verdict, &*said(&found)),
        (Verdict::Good, "8081 udpqq; 7788 udpqq, shared with python3 (7)")
    );
    let taken =
        judging::ports(&[port("ipmsg", 2_425, None)], Some(&[holder(2_425, Some(("iptux", 812)))]), RUNNING);
    assert_eq!(
        (taken.verdict, &*said(&taken)),
        (Verdict::Bad, "2425 is taken by iptux (812), so ipmsg is off")
    );
    assert_eq!(command(&taken), "/listen ipmsg 2426");
    let moved =
        judging::ports(&[port("udp", 8_081, Some(54_554))], Some(&[holder(8_081, Some(("nc", 9)))]), RUNNING);
    assert_eq!(
        (moved.verdict, &*said(&moved)),
        (Verdict::Warning, "8081 is taken by nc (9), udp is at 54554 instead")
    );
    let twice = judging::ports(
        &[port("udp", 8_081, Some(54_554))],
        Some(&[holder(8_081, Some(("udpqq", 9)))]),
        RUNNING,
    );
    assert!(said(&twice).contains("taken by udpqq (9)"), "another one of us: {twice:?}");
    let other = judging::ports(&[port("ipmsg", 2_425, None)], Some(&[holder(2_425, None)]), RUNNING);
    assert!(said(&other).contains("another user’s program"), "{other:?}");
    assert_eq!(command(&other), "sudo ss -lunp sport = :2425");
    // Beside nothing that runs: what is free is free, and what another profile has makes ours move.
    let free = judging::ports(&[port("udp", 8_081, None)], Some(&[]), SCRIPT);
    assert_eq!((free.verdict, &*said(&free)), (Verdict::Good, "8081 free"));
    let second =
        judging::ports(&[port("udp", 8_081, None)], Some(&[holder(8_081, Some(("udpqq", 5)))]), SCRIPT);
    assert_eq!((second.verdict, &*said(&second)), (Verdict::Good, "8081 udpqq"));
    let other =
        judging::ports(&[port("udp", 8_081, None)], Some(&[holder(8_081, Some(("udpqq", 9)))]), SCRIPT);
    assert_eq!(
        (other.verdict, &*said(&other)),
        (Verdict::Warning, "8081 is taken by udpqq (9): udp will be at a free port")
    );
    let renamed = Some(("udpqq-dbg", 5));
    let beside = judging::ports(&[port("udp", 8_081, None)], Some(&[holder(8_081, renamed)]), SCRIPT);
    assert_eq!(
        (beside.verdict, &*said(&beside)),
        (Verdict::Good, "8081 udpqq"),
        "the messenger of the profile"
    );
    let script =
        judging::ports(&[port("ipmsg", 2_425, None)], Some(&[holder(2_425, Some(("iptux", 812)))]), SCRIPT);
    assert_eq!(command(&script), "udpqq --listen ipmsg=2426");
    assert_eq!(judging::ports(&[port("udp", 8_081, Some(8_081))], None, RUNNING).verdict, Verdict::Good);
    assert_eq!(judging::ports(&[], None, RUNNING).verdict, Verdict::Note);
}

fn dropped(tool: &'static str, manager: Option<&'static str>, ports: &[u16]) -> Firewall {
    let chain = |policy| BlockingChain {
        tool,
        family: "inet".to_owned(),
        table: "filter".to_owned(),
        chain: "input".to_owned(),
        policy,
        manager,
    };
    let letter = |port: &u16| PacketVerdict {
        packet: InboundPacket { transport: PortKind::Udp, port: *port, source: None, interface: None },
        verdict: FirewallVerdict::Dropped(chain(manager.is_some())),
    };
    Firewall::Read(ports.iter().map(letter).collect())
}

#[test]
fn a_firewall_is_opened_by_whoever_keeps_it() {
    let found = judging::firewall(&dropped("nft", None, &[2_425]));
    assert_eq!(
        (found.verdict, &*said(&found)),
        (Verdict::Warning, "nft drops udp 2425 (table inet filter, chain input)")
    );
    for (tool, manager, ports, wanted) in [
        ("nft", None, &[2_425][..], "sudo nft insert rule inet filter input udp dport 2425 accept"),
        (
            "nft",
            None,
            &[2_425, 7_781],
            "sudo nft insert rule inet filter input udp dport '{ 2425, 7781 }' accept",
        ),
        ("iptables", None, &[2_425], "sudo iptables -I input -p udp --dport 2425 -j ACCEPT"),
        ("iptables", Some("ufw"), &[1, 2], "sudo ufw allow 1/udp && sudo ufw allow 2/udp"),
        ("nft", Some("firewalld"), &[1, 2], "sudo firewall-cmd --add-port=1/udp --add-port=2/udp"),
    ] {
        assert_eq!(command(&judging::firewall(&dropped(tool, manager, ports))), wanted);
    }
    for (unknown, words) in [
        (Firewall::NoTool, "not here"),
        (Firewall::Denied { tool: "nft" }, "only root"),
        (Firewall::Unclear { tool: "nft" }, "nothing that can be read"),
    ] {
        let found = judging::firewall(&unknown);
        assert!(found.verdict == Verdict::Note && said(&found).contains(words), "{found:?}");
    }
    assert_eq!(judging::firewall(&Firewall::Read(Vec::new())).verdict, Verdict::Good);
}

#[test]
fn what_comes_back_is_told_with_its_time_and_its_parts() {
    let heard = |name: &str| (name.to_owned(), Ok(Duration::from_micros(432)));
    let silent = |name: &str| (name.to_owned(), Err(ReachError::Silence));
    let good: Tried = vec![heard("eth0")];
    assert_eq!(said(&judging::broadcast(&good)), "heard ourselves on eth0 after 0.4 ms");
    assert_eq!(judging::broadcast(&vec![silent("eth0")]).verdict, Verdict::Warning);
    assert_eq!(judging::broadcast(&vec![heard("eth0"), silent("docker0")]).verdict, Verdict::Note);
    assert_eq!(judging::broadcast(&Vec::new()).verdict, Verdict::Note);
    let large = judging::large(&good, &[card("eth0", &["10.77.5.1"])]);
    assert_eq!(said(&large), "65,507 bytes come back; on eth0 they leave in 45 parts");
    let refused = vec![("eth0".to_owned(), Err(ReachError::Refused("EPERM".to_owned())))];
    assert!(said(&judging::large(&refused, &[])).contains("EPERM"));
}

#[test]
fn a_peer_on_this_machine_is_there_if_a_program_has_its_port() {
    let at = "127.0.0.1:9000".parse().expect("an address");
    let heard = Some(Phrase::new("doctor-peer-up"));
    let peer = LocalPeer { name: "alex".to_owned(), scheme: "udp", transport: PortKind::Udp, at, heard };
    let there = judging::local_peer(&peer, Some(&[holder(9_000, Some(("python3", 7)))]));
    assert_eq!(
        (there.verdict, &*said(&there)),
        (Verdict::Good, "python3 (7) listens at 127.0.0.1:9000; the connection is up")
    );
    let other = judging::local_peer(&peer, Some(&[holder(9_000, None)]));
    assert!(said(&other).starts_with("another user’s program listens"), "{other:?}");
    let none = judging::local_peer(&peer, Some(&[]));
    assert_eq!(none.verdict, Verdict::Bad);
    assert!(said(&none).starts_with("nothing is listening at 127.0.0.1:9000"), "{none:?}");
    let unknown = judging::local_peer(&peer, None);
    assert!(unknown.verdict == Verdict::Note && unknown.remedy.is_some(), "{unknown:?}");
}

#[test]
fn a_profile_that_cannot_be_written_is_said_with_the_way_out() {
    let found = judging::profile(None, &["/home/me/o'neill".to_owned()]);
    assert_eq!(found.verdict, Verdict::Bad);
    assert_eq!(command(&found), r#"sudo chown -R "$USER" '/home/me/o'\''neill'"#);
    assert_eq!(judging::profile(None, &[]).verdict, Verdict::Good);
    assert_eq!(judging::profile(Some(&Phrase::new("doctor-no-network")), &[]).verdict, Verdict::Bad);
}

#[test]
fn the_first_thing_to_do_is_what_is_surely_wrong_or_why_a_peer_is_silent() {
    use CheckName::{Broadcast, Firewall, Machine, Peer, Ports};
    use Verdict::{Bad, Good, Note, Warning};
    let finding = |check, verdict| {
        let remedy = Remedy { told: Phrase::new("doctor-all-well"), command: Some(format!("{check:?}")) };
        Finding { check, verdict, told: vec![Phrase::new(super::report::PEER_SILENT)], remedy: Some(remedy) }
    };
    let first = |found: &[(CheckName, Verdict)]| {
        let mut report = Report::default();
        report.about = Some("alex".to_owned());
        report.extend(found.iter().map(|(check, verdict)| finding(*check, *verdict)));
        (report.remedy().and_then(|remedy| remedy.command.clone()).unwrap_or_default(), report.is_well())
    };
    for (found, wanted) in [
        (&[(Machine, Good), (Firewall, Note)][..], ""),
        (&[(Ports, Warning), (Firewall, Warning), (Peer, Bad)], "Firewall"),
        (&[(Broadcast, Warning), (Peer, Bad)], "Peer"),
        (&[(Machine, Bad), (Firewall, Warning), (Peer, Bad)], "Machine"),
        (&[(Ports, Warning), (Peer, Good)], "Ports"),
    ] {
        assert_eq!(first(found), (wanted.to_owned(), wanted.is_empty()), "{found:?}");
    }
}

#[test]
fn a_firewall_is_not_blamed_where_no_way_leads_to_a_peer() {
    let remedy =
        |command: &str| Remedy { told: Phrase::new("doctor-all-well"), command: Some(command.to_owned()) };
    let finding = |check, verdict, told, command| Finding {
        check,
        verdict,
        told: vec![Phrase::new(told)],
        remedy: Some(remedy(command)),
    };
    for (told, first) in [
        ("doctor-peer-no-route", "peer"),
        ("doctor-peer-unreachable", "peer"),
        ("doctor-peer-silent", "firewall"),
    ] {
        let mut report = Report::default();
        report.add(finding(CheckName::Firewall, Verdict::Warning, "doctor-firewall-drops", "firewall"));
        report.add(finding(CheckName::Peer, Verdict::Bad, told, "peer"));
        assert_eq!(report.remedy(), Some(&remedy(first)), "{told}");
    }
}

#[test]
fn who_was_asked_is_said() {
    let lang = Lang::choose(Some("en"), registry());
    let asked = |name: Option<&str>, asked_peer, probed: &[&str]| {
        let about = name.map(str::to_owned);
        let probed = probed.iter().map(ToString::to_string).collect();
        let mut report = Report::default();
        (report.about, report.asked_peer, report.probed) = (about, asked_peer, probed);
        lang.phrase(&report.asked())
    };
    assert_eq!(asked(None, false, &[]), "Only this machine was asked.");
    assert_eq!(asked(Some("小李"), true, &[]), "Only 小李 and this machine were asked.");
    assert_eq!(asked(Some("小李"), false, &[]), "Only this machine was asked.");
    assert!(asked(None, false, &["eth0", "wlan0"]).contains("everybody on eth0, wlan0"));
}

#[test]
fn whatever_is_wrong_there_is_something_to_do() {
    let silent = || vec![("eth0".to_owned(), Err(ReachError::Silence))];
    let refused = || vec![("eth0".to_owned(), Err(ReachError::Refused("EPERM".to_owned())))];
    let at = crate::runtime::parse_address("relay://10.0.0.9/class").expect("an address");
    let relay = |error| judging::relay(&at, &Err(error));
    let mut all = vec![
        judging::machine(&[], None),
        judging::machine(&[card("lo", &["127.0.0.1"])], None),
        judging::profile(Some(&Phrase::new("doctor-no-network")), &[]),
        judging::profile(None, &["/x".to_owned()]),
        judging::ports(&[port("udp", 1, None)], None, RUNNING),
        judging::ports(&[port("udp", 1, Some(2))], None, RUNNING),
        judging::ports(&[port("udp", 1, None)], Some(&[holder(1, None)]), RUNNING),
        judging::firewall(&dropped("nft", None, &[1])),
        judging::broadcast(&silent()),
        judging::broadcast(&refused()),
        judging::large(&silent(), &[]),
        judging::large(&refused(), &[]),
    ];
    let relays = [RelayError::Unknown, RelayError::Unsent, RelayError::Unreachable, RelayError::Silence];
    all.extend(relays.map(relay));
    let lang = Lang::choose(Some("en"), registry());
    for found in all {
        assert!(found.verdict > Verdict::Note, "{found:?}");
        let mut report = Report::default();
        report.add(found.clone());
        let (todo, _) = super::todo_text(&report, &lang);
        assert!(report.remedy().is_some() && !todo.contains("no simple answer"), "{found:?}: {todo}");
    }
}
