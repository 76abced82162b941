//! Pictures below the files that they are.

use std::path::PathBuf;
use std::sync::Arc;

use image::{Rgb, RgbImage};
use ratatui::style::Color;
use tempfile::TempDir;

use super::files::{file, front as files_front, incoming, offered, outgoing, put};
use super::*;
use crate::model::file::TransferState;
use crate::model::traffic::MessageKind;
use crate::model::{Mark, MessageId, PeerKind};
use crate::runtime::profile::PictureSetting;
use crate::tui::pictures::{GalleryStyle, PictureSource, TerminalGraphics, TerminalKind};

const GREEN: Color = Color::Rgb(20, 160, 60);

/// A front in a terminal that draws half blocks, and a folder for what comes.
struct Pictures {
    front: Front,
    folder: TempDir,
}

impl Pictures {
    fn new(width: u16, height: u16) -> Self {
        Self::with(width, height, PictureSetting::Blocks)
    }

    fn with(width: u16, height: u16, setting: PictureSetting) -> Self {
        let (mut front, folder) = (files_front(width, height), tempfile::tempdir().expect("a folder"));
        let kind = TerminalKind::of(|_| None, true);
        let style = TerminalGraphics::new(kind).style(setting, Colours::True, None, [0; 3]).expect("a way");
        let gallery = front.ui.viewport.gallery_mut();
        gallery.set_style(GalleryStyle::Drawn(style));
        gallery.set_folders(Arc::new([folder.path().to_owned()]));
        front.draw();
        Self { front, folder }
    }

    /// A green picture where things come.
    fn picture(&self, name: &str, width: u32, height: u32) -> PathBuf {
        let path = self.folder.path().join(name);
        RgbImage::from_pixel(width, height, Rgb([20, 160, 60])).save(&path).expect("saved");
        path
    }

    /// Bea has sent that file, and it is here.
    fn receive(&mut self, id: u64, name: &str, width: u32, height: u32) -> MessageId {
        let path = self.picture(name, width, height).to_string_lossy().into_owned();
        offered(&mut self.front, id, vec![file(name, 5_000, TransferState::Done { path })])
    }

    /// Bea has written so many lines since.
    fn hear(&mut self, lines: u64) {
        for line in 0..lines {
            let text = format!("line {line}");
            put(&mut self.front, 100 + line, incoming(MessageKind::Text), &text, Vec::new());
        }
    }

    /// Does one thing that is to be done about pictures. `false`: there is nothing.
    fn step(&mut self) -> bool {
        let gallery = self.front.ui.viewport.gallery_mut();
        let Some(job) = gallery.next_job() else { return false };
        gallery.take(job.run());
        self.front.draw();
        true
    }

    fn settle(&mut self) {
        while self.step() {}
    }

    /// Cells that are green.
    fn green(&self) -> usize {
        self.front.buffer.content.iter().filter(|cell| cell.fg == GREEN).count()
    }

    /// The last row with this text: what was said last stands in the list as well, which is above.
    fn row_of(&self, text: &str) -> Option<usize> {
        let screen = self.front.screen();
        screen.lines().collect::<Vec<_>>().iter().rposition(|line| line.contains(text))
    }
}

#[test]
fn a_picture_of_a_contact_has_its_place_before_it_is_decoded_and_nothing_moves_then() {
    let mut it = Pictures::new(100, 36);
    it.receive(1, "lake.png", 400, 200);
    it.hear(1);
    assert!(it.step(), "how large it is");
    assert!(it.front.shows("picture 400x200"));
    let (name, words) = (it.row_of("lake.png").expect("the file"), it.row_of("line 0").expect("the words"));
    // The file, where it lies, the picture, a head, the words.
    assert!(words - name > 10, "{}", it.front.screen());
    assert_eq!(it.green(), 0);
    it.settle();
    assert_eq!(it.green(), 40 * 10);
    assert_eq!((it.row_of("lake.png"), it.row_of("line 0")), (Some(name), Some(words)));
    assert!(!it.front.shows("picture 400x200"));
}

#[test]
fn of_who_is_no_contact_nothing_is_read_before_one_asks_for_it() {
    let mut it = Pictures::new(100, 36);
    let bea = it.front.id("bea");
    it.front.state.change(bea, |bea| bea.kind = PeerKind::Stranger);
    it.receive(1, "lake.png", 400, 200);
    assert!(!it.step(), "no file is opened");
    assert!(it.front.shows("picture not shown"));
    it.front.press("Ctrl-O Enter");
    it.settle();
    assert!(it.green() > 100 && !it.front.shows("picture not shown"), "{}", it.front.screen());
    it.front.press("Esc");
    assert!(it.green() > 100, "it stays");
}

#[test]
fn who_was_let_in_by_a_key_is_no_stranger_here() {
    let mut front = locks::front(100, 36);
    let kind = TerminalKind::of(|_| None, true);
    let style = TerminalGraphics::new(kind).style(PictureSetting::Blocks, Colours::True, None, [0; 3]);
    front.ui.viewport.gallery_mut().set_style(GalleryStyle::Drawn(style.expect("a way")));
    locks::says(&mut front, 7, "guest", "may I?");
    locks::open_stranger(&mut front, "guest");
    let is_shown = |front: &Front| {
        let place = front.ui.conversation(&front.state).expect("guest");
        let message = place.messages().iter().find(|message| message.is_incoming()).expect("words");
        crate::tui::pictures::is_shown(front.ui.viewport.gallery(), place, message)
    };
    assert!(!is_shown(&front), "who only asks is looked at by nobody's eyes yet");
    front.press("'/accept Enter");
    assert!(is_shown(&front), "{}", front.screen());
}

#[test]
fn a_click_on_what_is_not_shown_shows_it() {
    let mut it = Pictures::new(100, 36);
    let bea = it.front.id("bea");
    it.front.state.change(bea, |bea| bea.kind = PeerKind::Stranger);
    it.receive(1, "lake.png", 400, 200);
    let row = it.row_of("picture not shown").expect("a hint");
    let line = it.front.screen().lines().nth(row).map(str::to_owned).unwrap_or_default();
    let column = crate::tui::text::width(line.split("not shown").next().expect("before"));
    let [column, row] = [column, row].map(|at| u16::try_from(at).expect("on the screen"));
    let kind = crossterm::event::MouseEventKind::Down(crossterm::event::MouseButton::Left);
    let modifiers = crossterm::event::KeyModifiers::NONE;
    let event = crossterm::event::MouseEvent { kind, column, row, modifiers };
    it.front.terminal(TerminalEvent::Mouse(event));
    it.settle();
    assert!(it.green() > 100, "{}", it.front.screen());
}

#[test]
fn what_cannot_be_decoded_says_why_in_one_line_and_keeps_no_box() {
    let mut it = Pictures::new(100, 36);
    let whole = std::fs::read(it.picture("whole.png", 400, 200)).expect("read");
    let bodies = [(&whole[..60], "The picture is damaged"), (b"<html>", "No picture of a known format")];
    for (number, (bytes, said)) in bodies.into_iter().enumerate() {
        let path = it.picture("cut.png", 4, 4);
        std::fs::write(&path, bytes).expect("written");
        let path = path.to_string_lossy().into_owned();
        let number = u8::try_from(number).expect("few") + 1;
        offered(&mut it.front, number.into(), vec![file("cut.png", 5_000, TransferState::Done { path })]);
        it.settle();
        let below = it.row_of(said).expect(said);
        let screen = it.front.screen();
        assert!(!screen.contains("picture 400x200"), "{screen}");
        assert!(
            screen.lines().count() - below < 6,
            "what follows it is the end of the conversation\n{screen}"
        );
    }
}

#[test]
fn what_the_history_says_of_other_places_is_not_looked_at() {
    let mut it = Pictures::new(100, 36);
    let elsewhere = tempfile::tempdir().expect("a folder").path().join("lake.png");
    let path = elsewhere.to_string_lossy().into_owned();
    offered(&mut it.front, 1, vec![file("lake.png", 5_000, TransferState::Done { path })]);
    let before = it.front.screen();
    it.settle();
    assert_eq!(it.front.screen(), before);
}

#[test]
fn pictures_of_ours_are_shown_from_where_they_are() {
    let mut it = Pictures::new(100, 36);
    let path = it.picture("mine.png", 40, 40).to_string_lossy().into_owned();
    let files = vec![file("mine.png", 5_000, TransferState::Done { path })];
    put(&mut it.front, 1, outgoing(MessageKind::Text, Mark::Sent), "", files);
    it.settle();
    // As many pixels as it has: 40 across, and two in each cell.
    assert_eq!(it.green(), 24 * 12);
    assert!(!it.front.shows("saved"), "nothing came");
}

#[test]
fn a_popup_covers_a_picture_and_scrolling_takes_its_rows_along() {
    let mut it = Pictures::new(100, 36);
    it.receive(1, "lake.png", 400, 200);
    it.settle();
    it.front.press("F1");
    assert!(it.green() < 400);
    it.front.press("Esc");
    assert_eq!(it.green(), 400);
    it.hear(25);
    assert!(it.green().is_multiple_of(40) && (1..400).contains(&it.green()), "whole rows: {}", it.green());
    it.front.press("Alt-Home");
    assert_eq!(it.green(), 400);
}

#[test]
fn a_small_screen_has_small_pictures_and_a_tiny_one_none() {
    let mut it = Pictures::new(60, 20);
    it.receive(1, "lake.png", 400, 200);
    it.settle();
    assert!((100..=40 * 6).contains(&it.green()), "{}", it.green());
    it.front.resize(60, 8);
    it.settle();
    assert_eq!(it.green(), 0);
    it.front.resize(100, 36);
    it.front.press("Alt-L");
    it.settle();
    assert_eq!(it.green(), 0, "only text is copied");
}

#[test]
fn where_the_terminal_draws_a_picture_it_gets_all_of_it_or_words() {
    let mut it = Pictures::with(100, 36, PictureSetting::Sixel);
    it.receive(1, "lake.png", 400, 200);
    it.settle();
    let [placement] = &view::placements(&it.front.ui)[..] else { panic!("one picture") };
    assert_eq!((placement.area.width, placement.area.height), (40, 10));
    it.hear(25);
    assert!(view::placements(&it.front.ui).is_empty(), "it is cut by the edge");
    assert!(it.front.shows("picture 400x200"), "{}", it.front.screen());
    let mut it = Pictures::with(100, 36, PictureSetting::Kitty);
    it.receive(1, "lake.png", 400, 200);
    it.settle();
    it.hear(25);
    assert_eq!(view::placements(&it.front.ui).len(), 1, "its rows are placed one by one");
}

#[test]
fn o_opens_a_picture_in_a_window_and_shows_text_in_full_else() {
    let mut it = Pictures::new(100, 36);
    it.receive(1, "lake.png", 40, 20);
    it.settle();
    it.front.press("Ctrl-O O");
    let [UiRequest::View(PictureSource::Received { path, .. })] = &it.front.requests[..] else {
        panic!("{:?}", it.front.requests)
    };
    assert!(path.ends_with("lake.png"));
    it.front.press("Esc");
    it.hear(1);
    it.front.press("Ctrl-O O");
    assert_eq!(it.front.requests.len(), 1);
    assert!(it.front.ui.popup.is_some());
}
