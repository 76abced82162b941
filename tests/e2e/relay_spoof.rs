//! A relay is no weapon: whoever sends it datagrams in the name of somebody else makes that one no member, and has
//! hardly anything sent there. On a network of our own, since it takes a raw socket.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::room::Network;
use crate::support::PATIENCE;
use crate::support::lines::Talker;

/// Ports of the victim, one for each kind of datagram.
const FIRST: u16 = 20_000;
/// A kernel and a script may tell a moment late when a datagram came.
const LATE: f64 = 0.25;
const BYTES_OUT_PER_BYTE_IN: usize = 3;

/// A datagram that came to the victim.
#[derive(Debug)]
struct Came {
    seconds: f64,
    length: usize,
    text: String,
}

fn python(network: &Network, host: usize, script: &str, args: &str) -> Talker {
    let path = format!("{}/tests/peers/{script}", env!("CARGO_MANIFEST_DIR"));
    let words: Vec<&str> = ["python3", "-u", &path].into_iter().chain(args.split(' ')).collect();
    network.start(host, &words)
}

fn member(network: &Network, name: &str) -> Talker {
    let mut member = python(network, 2, "relay_member.py", "6000 10.77.0.1");
    member.wait_text("* You are guest");
    member.say(&format!("/nick {name}"));
    member.wait_text(&format!("* You are {name}"));
    member
}

/// What came, by port.
fn came(lines: &[String]) -> BTreeMap<u16, Vec<Came>> {
    let mut ports: BTreeMap<u16, Vec<Came>> = BTreeMap::new();
    for line in lines.iter().filter_map(|line| line.strip_prefix("came ")) {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [port, seconds, length, text] = words[..] else { panic!("{line}") };
        let one = Came {
            seconds: seconds.parse().unwrap(),
            length: length.parse().unwrap(),
            text: text.to_owned(),
        };
        ports.entry(port.parse().unwrap()).or_default().push(one);
    }
    ports
}

/// Bytes that the attacker sent from each port of the victim.
fn sent(attacker: &mut Talker) -> BTreeMap<u16, usize> {
    let (code, lines) = attacker.finish();
    assert_eq!(code, Some(0), "{lines:?}");
    let numbers = lines.iter().filter_map(|line| line.strip_prefix("sent ")?.split_once(' '));
    numbers.map(|(port, length)| (port.parse().unwrap(), length.parse().unwrap())).collect()
}

#[test]
fn a_forged_datagram_makes_nobody_a_member_and_has_hardly_anything_sent_there() {
    let Some(network) = Network::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = [
        "sh",
        "-c",
        "exec \"$0\" --profile \"$1\" relay 10.77.0.1:6000 2>&1",
        env!("CARGO_BIN_EXE_udpqq"),
        folder.path().to_str().unwrap(),
    ];
    let mut relay = network.start(1, &program);
    relay.wait_text("listening on relay ");
    let (mut ada, bob) = (member(&network, "ada"), member(&network, "bob"));
    let mut victim = python(&network, 3, "relay_spoof.py", &format!("victim 10.77.0.3 {FIRST}"));
    victim.wait_text("ready");
    let mut attacker =
        python(&network, 2, "relay_spoof.py", &format!("attack 10.77.0.1 6000 10.77.0.3 {FIRST}"));
    let mut number = 0;
    while attacker.wait_line_for(Duration::from_millis(100), |line| line == "done").is_none() {
        ada.say(&format!("<secret {number}>"));
        number += 1;
        if number == PATIENCE.as_millis() / 100 {
            attacker.wait_text("done");
        }
    }
    for number in 0..number {
        bob.wait_text(&format!("<secret {number}>"));
    }
    ada.say("/who");
    ada.wait_text("* bob");
    let sent = sent(&mut attacker);
    let came = came(&victim.finish().1);
    assert!(
        came.values().flatten().any(|one| one.text.contains("/prove")),
        "the relay heard nothing: {came:?}"
    );
    for (port, came) in &came {
        let total: usize = came.iter().map(|one| one.length).sum();
        assert!(total <= BYTES_OUT_PER_BYTE_IN * sent[port], "{port}: {} of {}", total, sent[port]);
        let span = came[came.len() - 1].seconds - came[0].seconds;
        let seconds = u32::try_from(came.len() - 1).unwrap();
        assert!(span + LATE >= f64::from(seconds), "more than one a second at {port}: {came:?}");
        assert!(!came.iter().any(|one| one.text.contains("secret")), "{came:?}");
        assert!(!came.iter().any(|one| one.text.contains("You are")), "{came:?}");
    }
    relay.signal(nix::sys::signal::Signal::SIGTERM);
    let (_, log) = relay.finish();
    assert!(!log.iter().any(|line| line.contains("10.77.0.3") && line.contains("joined")), "{log:?}");
    let who: Vec<String> = ada.finish().1.into_iter().filter(|line| line.starts_with("* ada")).collect();
    assert_eq!(who.len(), 1, "{who:?}");
    drop(bob);
}
