//! What pictures in the conversation cost each frame: two screens of 200x50 full of messages, one with pictures among them.

use std::thread::sleep;
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage};

use crate::figure::{Figure, quantile};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::screen;

const SIZE: (u16, u16) = (200, 50);
const FRAMES: usize = 200;
/// Each frame is drawn by itself.
const PACE: Duration = Duration::from_millis(30);
const PICTURES: usize = 3;
/// More than the rows of a screen.
const MESSAGES: usize = 60;
/// Rows of the wheel in the middle of the conversation.
const MIDDLE: (u16, u16) = (120, 20);

pub(crate) fn measure() -> Vec<Figure> {
    let screens = [0, PICTURES].map(reader);
    let [mut plain_keys, mut keys, mut plain_wheel, mut wheel] = [const { Vec::new() }; 4];
    for frame in 0..FRAMES {
        plain_keys.push(key(&screens[0], frame));
        keys.push(key(&screens[1], frame));
    }
    for frame in 0..FRAMES {
        plain_wheel.push(step(&screens[0], frame));
        wheel.push(step(&screens[1], frame));
    }
    let mut figures = Vec::new();
    for (what, plain, pictures) in
        [("a key", &mut plain_keys, &mut keys), ("the wheel", &mut plain_wheel, &mut wheel)]
    {
        let [plain, pictures] = [plain, pictures].map(|samples| quantile(samples, 0.5));
        let ratio = pictures.as_secs_f64() / plain.as_secs_f64();
        figures.push(Figure::time(format!("{what} to bytes at 200x50, words, median"), plain));
        figures.push(Figure::time(format!("the same, {PICTURES} pictures among them"), pictures));
        figures.push(Figure::new("the same, pictures relative to words", ratio, "x").goal(1.3));
    }
    figures
}

/// A screen full of what somebody wrote who also sent pictures, all on the screen.
fn reader(pictures: usize) -> Terminal {
    let profiles = [(); 2].map(|()| Profile::new().encrypted_at(&format!("127.0.0.1:{}", free_port())));
    let [one, other] = profiles.each_ref().map(|profile| profile.address().1);
    for (profile, peer) in profiles.iter().zip([other, one]) {
        profile.write("contacts.toml", &format!("[contacts]\npeer = {peer:?}\n"));
    }
    let [writer, reader] = profiles.each_ref().map(|profile| {
        let terminal = profile.open(SIZE);
        terminal.wait_text("peer");
        terminal
    });
    for index in 0..MESSAGES {
        writer.line(&format!("message {index:05} 你好, hello"));
        reader.wait_text(&format!("message {index:05}"));
    }
    for index in 1..=pictures {
        let path = profiles[0].path(&format!("photo{index}.png"));
        RgbImage::from_fn(640, 400, |x, y| {
            Rgb([x, y, x ^ y].map(|part| u8::try_from(part % 256).unwrap_or(0)))
        })
        .save(&path)
        .unwrap();
        writer.line(&format!("/file {}", path.display()));
        reader.wait_text(&format!("photo{index}.png"));
        reader.line("/accept");
        reader.wait_for("the pictures so far", |screen| {
            screen::contents(screen).matches('▀').count() >= index * 100
        });
    }
    reader
}

fn key(terminal: &Terminal, frame: usize) -> Duration {
    if frame.is_multiple_of(40) {
        terminal.key("C-u");
    }
    timed(terminal, || terminal.key("k"))
}

/// Up and down by turns, so that the pictures stay on the screen.
fn step(terminal: &Terminal, frame: usize) -> Duration {
    timed(terminal, || terminal.wheel(MIDDLE.0, MIDDLE.1, frame.is_multiple_of(2)))
}

fn timed(terminal: &Terminal, does: impl FnOnce()) -> Duration {
    sleep(PACE);
    let before = terminal.raw_len();
    let start = Instant::now();
    does();
    terminal.wait_bytes_after(before) - start
}
