//! Makes `assets/screenshot.svg`, the picture in the README, from what the real program draws.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends by panicking; the harness belongs to the tests"
)]

#[expect(dead_code, reason = "a picture needs little of what tests stand on")]
#[path = "support/mod.rs"]
mod support;
#[path = "support/svg.rs"]
mod svg;

use std::fs;

use support::profile::Profile;
use support::python::Peer;
use support::socket::Socket;

const SIZE: (u16, u16) = (100, 28);

#[test]
#[ignore = "writes assets/screenshot.svg; run by hand: cargo test --test picture -- --ignored"]
fn a_picture_of_the_program_at_work() {
    let Some(server) = Peer::start("upper_server.py", &["0"]) else { return };
    let (friend, other) = (Socket::bind(), Socket::bind());
    let stranger = Socket::bind_at("127.0.0.2:0");
    let (server_address, friend_address) = (server.address(), friend.address().to_string());
    let profile = Profile::with_contacts(&[
        ("黎诗", &friend_address),
        ("upper", &server_address),
        ("alex", &other.address().to_string()),
        ("瞎驴", "127.0.0.1:9"),
    ]);
    profile.write("config.toml", "name = \"侯哥\"\nlanguage = \"en\"\ntheme = \"classic\"\n");
    let terminal = profile.open(SIZE);
    let port = support::profile::listening_port(&terminal);
    terminal.wait_text("黎诗");

    for (ours, theirs) in [
        ("在吗？", "在的，刚到机房 🙂"),
        ("Does plain UDP really work here?", "It does: three lines of Python and you are talking."),
        ("下午三点开会，别忘了带笔记本", "收到 👍 three o'clock, notebook packed"),
    ] {
        terminal.line(ours);
        assert_eq!(friend.receive().0, ours.as_bytes());
        friend.send(theirs.as_bytes(), port);
        terminal.wait_text(theirs);
    }
    other.send("lunch?".as_bytes(), port);
    stranger.send("有人吗".as_bytes(), port);
    terminal.wait_text(&stranger.address().to_string());
    terminal.send("好的，回头见");
    terminal.wait_text("好的，回头见");

    let picture = terminal.look(|screen| svg::draw(screen, "udpqq"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/screenshot.svg");
    fs::write(path, picture).unwrap();
}

#[test]
fn wide_characters_styles_and_markup_are_drawn() {
    let size = |cells: u16| std::num::NonZeroU16::new(cells).unwrap();
    let mut parser = vt100::Parser::new(size(2), size(20), 0);
    parser.process("\x1b[?25l<a&b> \x1b[1;44m在吗\x1b[m".as_bytes());
    let picture = svg::draw(parser.screen(), "it's");
    assert!(picture.contains("&lt;a&amp;b&gt;"), "{picture}");
    assert!(picture.contains("font-weight='bold'>在</text>"), "{picture}");
    assert!(picture.contains("it&#39;s"), "{picture}");
    assert_eq!(
        picture.matches("<rect").count(),
        3,
        "the window and one ground for each wide character: {picture}"
    );
}
