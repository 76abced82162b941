//! What hands do: a draft that was cleared comes back, the list stands still, and what was mended is not complained of.

use crate::support::profile::Profile;
use crate::support::socket::Socket;

#[test]
fn a_draft_that_was_cleared_or_sent_too_soon_comes_back_by_a_key() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let terminal = profile.open((80, 24));
    terminal.wait_text("alex");
    terminal.send("two words");
    terminal.wait_text("two words");
    terminal.key("C-c");
    terminal.wait_text("brings it back");
    terminal.key("Up");
    terminal.wait_text("›  two words");
    terminal.key("Enter");
    terminal.wait_text("✓  two words");
    terminal.send("\x1f");
    terminal.wait_text("›  two words");
}

#[test]
fn the_next_contact_below_is_the_one_that_stands_there_whoever_was_written_to() {
    let peers = [Socket::bind(), Socket::bind(), Socket::bind()];
    let at: Vec<String> = peers.iter().map(|peer| peer.address().to_string()).collect();
    let profile = Profile::with_contacts(&[("anna", &at[0]), ("ben", &at[1]), ("carl", &at[2])]);
    let terminal = profile.open((80, 24));
    terminal.wait_text("carl");
    terminal.key("Down");
    terminal.wait_text("│ ben ");
    terminal.send("to ben");
    terminal.key("Enter");
    terminal.wait_text("✓  to ben");
    terminal.key("Down");
    terminal.wait_text("│ carl ");
}

#[test]
fn what_is_wrong_with_the_config_is_said_until_it_is_mended() {
    let profile = Profile::new();
    let good = profile.read("config.toml");
    let terminal = profile.open((120, 30));
    terminal.wait_text("Write to ");
    profile.write("config.toml", &format!("theme =\n{good}"));
    terminal.wait_text("config.toml, line 1");
    profile.write("config.toml", &good);
    terminal.wait_gone("config.toml, line 1");
}
