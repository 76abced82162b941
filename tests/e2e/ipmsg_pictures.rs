//! Pictures that `FeiQ` puts between its words, and its emoticons.

use image::{ImageFormat, Rgb, RgbImage};

use crate::ipmsg_steps::{FEIQ, OTTO, Pair};
use crate::support::screen;

/// Enough of a JPEG to be known as one, some hundred pieces long.
fn photo(length: usize) -> Vec<u8> {
    let mut photo = vec![0xff, 0xd8, 0xff, 0xe0];
    photo.extend((4..length).map(|at| u8::try_from(at * 7 % 251).unwrap()));
    photo
}

#[test]
fn a_picture_of_feiq_is_shown_in_its_place_and_saved_as_it_was() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    let photo = photo(60_000);
    let path = pair.us.file("photo.jpg", &photo);
    pair.tell("picture", &format!("a3b4c5d6 {} look- -nice", path.display()));
    pair.us.terminal.wait_text("look-[picture a3b4c5d6]-nice");
    pair.us.terminal.wait_text("feiq-a3b4c5d6.jpg");
    pair.heard("given", "a3b4c5d6");
    assert!(!pair.us.downloads().join("feiq-a3b4c5d6.jpg").exists(), "nothing is written unasked");
    pair.us.command("/accept");
    pair.us.wait_file("feiq-a3b4c5d6.jpg", &photo);
    pair.finish();
}

#[test]
fn a_picture_is_there_after_a_restart() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    let photo = photo(3_000);
    let path = pair.us.file("photo.jpg", &photo);
    pair.tell("picture", &format!("00c0ffee {}", path.display()));
    pair.us.terminal.wait_text("feiq-00c0ffee.jpg");
    pair.heard("given", "00c0ffee");
    pair.us.terminal.quit();
    pair.us.again(&pair.here);
    pair.us.terminal.wait_text("feiq-00c0ffee.jpg");
    pair.us.command("/accept");
    pair.us.wait_file("feiq-00c0ffee.jpg", &photo);
    pair.finish();
}

#[test]
fn emoticons_of_feiq_are_emoji_both_ways_and_found() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    pair.tell("say", "well done/:strong");
    pair.us.terminal.wait_text("well done👍");
    pair.us.terminal.line("thanks 👍");
    pair.heard("said", "thanks /:strong");
    pair.us.terminal.wait_text("thanks 👍");
    pair.finish();
}

/// A green PNG.
fn green() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(400, 200, Rgb([20, 160, 60]));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Half blocks on the screen.
fn blocks(screen: &vt100::Screen) -> usize {
    screen::contents(screen).matches('▀').count()
}

#[test]
fn a_picture_of_a_stranger_is_shown_when_one_asks_and_of_a_contact_at_once() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    let (photo, us) = (green(), &pair.us);
    let path = us.file("photo.png", &photo);
    pair.tell("picture", &format!("a3b4c5d6 {} look- -nice", path.display()));
    let us = &pair.us;
    us.terminal.wait_text("feiq-a3b4c5d6.png");
    us.command("/accept");
    us.wait_file("feiq-a3b4c5d6.png", &photo);
    us.terminal.wait_text("picture not shown");
    assert_eq!(us.terminal.look(blocks), 0);
    us.terminal.key("C-o");
    us.terminal.key("Enter");
    us.terminal.wait_for("a picture", |screen| blocks(screen) == 40 * 10);
    us.terminal.key("Esc");
    us.terminal.key("M-c");
    us.terminal.wait_text("Name");
    us.terminal.key("Enter");
    us.terminal.wait_gone("add to contacts");
    pair.tell("picture", &format!("00c0ffee {} and- -this", path.display()));
    let us = &pair.us;
    us.terminal.wait_text("feiq-00c0ffee.png");
    us.command("/accept");
    us.terminal.wait_for("two pictures", |screen| blocks(screen) > 40 * 12);
    us.terminal.quit();
    pair.us.again(&pair.here);
    pair.us.talk_to(OTTO, &pair.there);
    pair.us.terminal.wait_for("them after a restart", |screen| blocks(screen) > 40 * 12);
    pair.finish();
}
