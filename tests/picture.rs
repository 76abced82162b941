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

use support::ipmsg::{Network, PORT};
use support::profile::Profile;
use support::pty::Terminal;
use support::python::Peer;
use support::screen;
use support::socket::Socket;

const SIZE: (u16, u16) = (100, 28);
/// The colours as they are meant, not the nearest of 256.
const COLOURS: [(&str, &str); 1] = [("COLORTERM", "truecolor")];

#[test]
#[ignore = "writes assets/screenshot.svg; run by hand: cargo test --test picture -- --ignored"]
fn a_picture_of_the_program_at_work() {
    let network = Network::new();
    let (us, near, far) = (network.at(1), network.at(2), network.at(3));
    let Some(mut colleague) = Peer::start("ipmsg_official.py", &[&near, "黎诗", &us]) else { return };
    let Some(_quiet) = Peer::start("ipmsg_feiq.py", &[&far, "小王 (飞秋)", &us]) else { return };
    let Some(server) = Peer::start("upper_server.py", &["0"]) else { return };
    let (other, stranger) = (Socket::bind(), Socket::bind_at("127.0.0.2:0"));
    let profile = Profile::with_contacts(&[
        ("upper", &server.address()),
        ("alex", &other.address().to_string()),
        ("瞎驴", "127.0.0.1:9"),
    ]);
    let settings = "name = \"侯哥\"\nlanguage = \"en\"\ntheme = \"dark\"\nvisible = true\n";
    profile.write("config.toml", &format!("{settings}announce = {:?}\n", [&near, &far]));
    let listen = format!("ipmsg={us}:{PORT}");
    let terminal = Terminal::spawn_with(&profile.args_and(&["--listen", &listen]), SIZE, &COLOURS);
    let port = support::profile::listening_port(&terminal);
    terminal.wait_text("小王");
    terminal.wait_text("黎诗");
    terminal.key("C-g");
    terminal.send("黎诗");
    terminal.key("Enter");
    terminal.wait_text(&format!("ipmsg://{near}"));

    for (ours, theirs) in [
        ("在吗？", "在的，刚到机房 🙂"),
        (
            "Do you see me from the IP Messenger over there?",
            "I do, by itself. Nothing to install, no server.",
        ),
        ("下午三点开会，别忘了带笔记本", "收到 👍 three o'clock, notebook packed"),
    ] {
        terminal.line(ours);
        colleague.wait_line(ours, |line| line.starts_with("said") && line.contains(ours));
        terminal.wait_for("a receipt", |screen| {
            screen::rows(screen).iter().any(|row| row.contains(ours) && row.contains("✓✓"))
        });
        colleague.say(&format!("say {us} \"{theirs}\""));
        terminal.wait_text(theirs);
    }
    other.send("lunch?".as_bytes(), port);
    stranger.send("有人吗".as_bytes(), port);
    terminal.wait_text(&stranger.address().to_string());
    let folder = tempfile::tempdir().unwrap();
    let offered = [("会议纪要 第三版.pdf", 214 << 10), ("机房照片.zip", 24 << 20)].map(|(name, size)| {
        let path = folder.path().join(name);
        fs::File::create(&path).unwrap().set_len(size).unwrap();
        format!("'{}'", path.display())
    });
    colleague.say("slow 0.02");
    colleague.say(&format!("offer {us} {}", offered.join(" ")));
    terminal.wait_text("机房照片.zip");
    terminal.line("/accept 2");
    terminal.wait_text(" left");
    terminal.send("好的，回头见");
    terminal.wait_text("好的，回头见");
    terminal.wait_for("half of the file", |screen| {
        screen::rows(screen).iter().any(|row| row.contains(" left") && row.contains(" 4"))
    });

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
