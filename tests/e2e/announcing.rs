//! `/announce`: being known on networks that broadcasts do not reach.

use crate::support::ipmsg::{Member, Network, PORT};
use crate::support::socket::Socket;

#[test]
fn whoever_is_announced_to_hears_of_us_and_what_cannot_be_is_said() {
    let network = Network::new();
    let [here, far, other] = [1, 2, 3].map(|number| network.at(number));
    let [peer, silent] = [&far, &other].map(|at| Socket::bind_at(&format!("{at}:{PORT}")));
    let member = Member::start("mei", &here, &[]);
    let terminal = &member.terminal;
    terminal.line("/announce");
    terminal.wait_text("You are announced on your own networks only");
    terminal.line(&format!("/announce {far}"));
    terminal.wait_text(&format!("Announced to {far}: one address"));
    let (bytes, _) = peer.receive();
    assert!(bytes.windows(3).any(|part| part == b"mei"), "{}", String::from_utf8_lossy(&bytes));
    for (place, why) in [
        ("fd00::/64", "“fd00::/64” is IPv6"),
        ("10.0.0.0/16", "65534 addresses in one entry are too many"),
        ("alex-pc", "“alex-pc” is no IPv4 address"),
    ] {
        terminal.line(&format!("/announce {place}"));
        terminal.wait_text(why);
        terminal.key("C-u");
    }
    assert!(member.profile.read("config.toml").contains(&format!("announce = [\"{far}\"]")));
    terminal.line("/announce off");
    terminal.wait_text("You are announced on your own networks only");
    assert!(member.profile.read("config.toml").contains("announce = []"));
    silent.assert_silent();
}
