//! Pictures at the terminal: those it keeps, and where those stand that it does not.
//!
//! The cells of a frame say where pictures are. A terminal that keeps pictures is sent each once, and fills the cells by
//! itself. For others the cells are blanks, and the picture goes over them when all of them are there and one was written
//! anew; where something lies over a part of it, its rest stays blank.

use ratatui::buffer::Buffer;

use super::escapes::EscapeBuffer;
use crate::tui::pictures::{EncodedPicture, PicturePlacement, is_inline, number_colour};
use crate::tui::tmux;

/// Pictures that the terminal keeps for us: several screens full.
const MAX_KEPT: usize = 48;

/// What the terminal keeps.
#[derive(Debug)]
pub(super) struct TerminalPictures {
    /// The one that was sent first stands in front.
    kept: Vec<KeptPicture>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeptPicture {
    number: u32,
    is_handed_on: bool,
}

impl TerminalPictures {
    pub(super) const fn new() -> Self {
        Self { kept: Vec::new() }
    }

    /// Nobody knows what it keeps: some let go of everything when the screen is cleared.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
    }

    /// Sends what is to be seen and not there yet, and frees what is not to be seen where there is too much.
    pub(super) fn send(&mut self, placements: &[PicturePlacement], out: &mut EscapeBuffer) {
        for placement in placements.iter().filter(|placement| placement.picture.is_kept) {
            let EncodedPicture { number, is_handed_on, .. } = *placement.picture;
            let kept = KeptPicture { number, is_handed_on };
            if !self.kept.contains(&kept) {
                out.put(&placement.picture.bytes);
                self.kept.push(kept);
            }
        }
        let is_seen = |number: u32| placements.iter().any(|placement| placement.picture.number == number);
        while self.kept.len() > MAX_KEPT
            && let Some(at) = self.kept.iter().position(|kept| !is_seen(kept.number))
        {
            out.put(&deletion(self.kept.remove(at)));
        }
    }

    /// What frees all of it.
    pub(super) fn give_back(&mut self) -> Vec<u8> {
        self.kept.drain(..).flat_map(deletion).collect()
    }
}

/// Deletes a picture and its data; nothing is answered (kitty, "Deleting images").
fn deletion(KeptPicture { number, is_handed_on }: KeptPicture) -> Vec<u8> {
    let sequence = format!("\x1b_Gq=2,a=d,d=I,i={number}\x1b\\").into_bytes();
    if is_handed_on { tmux::handed_on(&sequence) } else { sequence }
}

/// The pictures that the terminal does not keep and of which every cell is there. What is left of others is made blank.
pub(super) fn whole<'a>(next: &mut Buffer, placements: &'a [PicturePlacement]) -> Vec<&'a PicturePlacement> {
    let inline = placements.iter().filter(|placement| !placement.picture.is_kept);
    inline.filter(|placement| is_whole(next, placement) || blank(next, placement)).collect()
}

fn is_whole(next: &Buffer, placement: &PicturePlacement) -> bool {
    let colour = number_colour(placement.picture.number);
    let is_there = |cell: Option<&ratatui::buffer::Cell>| {
        cell.is_some_and(|cell| is_inline(cell.symbol()) && cell.fg == colour)
    };
    placement.area.positions().all(|at| is_there(next.cell(at)))
}

/// Never `true`: the picture is not whole.
fn blank(next: &mut Buffer, placement: &PicturePlacement) -> bool {
    let colour = number_colour(placement.picture.number);
    for at in placement.area.positions() {
        let cell = next.cell_mut(at).filter(|cell| is_inline(cell.symbol()) && cell.fg == colour);
        if let Some(cell) = cell {
            cell.set_symbol(" ");
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ratatui::buffer::Buffer;
    use ratatui::layout::{Rect, Size};

    use crate::tui::pictures::{EncodedPicture, PicturePlacement, number_colour, placeholder};
    use crate::tui::terminal::frame::{Attachments, Frames};

    const SCREEN: Rect = Rect { x: 0, y: 0, width: 20, height: 8 };

    fn picture(number: u32, is_kept: bool) -> Arc<EncodedPicture> {
        let bytes = format!("<picture {number}>").into_bytes();
        let is_handed_on = false;
        Arc::new(EncodedPicture { number, cells: Size::new(4, 2), bytes, is_kept, is_handed_on })
    }

    /// A terminal that is drawn to.
    struct Drawn {
        frames: Frames,
        picture: Arc<EncodedPicture>,
    }

    impl Drawn {
        fn new(is_kept: bool) -> Self {
            Self { frames: Frames::new(), picture: picture(7, is_kept) }
        }

        /// Draws a frame with the picture in that row, and what lies over it.
        fn frame(&mut self, y: u16, over: &str) -> String {
            let area = Rect::new(2, y, 4, 2);
            let placements = [PicturePlacement { picture: Arc::clone(&self.picture), area }];
            let attachments = Attachments { pictures: &placements, ..Attachments::NONE };
            let (is_kept, number) = (self.picture.is_kept, self.picture.number);
            let bytes = self.frames.render(Vec::new(), SCREEN, attachments, |buffer| {
                for at in area.positions() {
                    let symbol = placeholder(is_kept, at.y - area.y, at.x - area.x).unwrap();
                    let cell = buffer.cell_mut(at).unwrap();
                    cell.set_symbol(&symbol).set_fg(number_colour(number));
                }
                buffer.set_string(0, 3, over, ratatui::style::Style::new());
                None
            });
            String::from_utf8(bytes).unwrap()
        }

        /// Draws a frame without it.
        fn empty(&mut self) -> String {
            let draw = |_: &mut Buffer| None;
            String::from_utf8(self.frames.render(Vec::new(), SCREEN, Attachments::NONE, draw)).unwrap()
        }
    }

    #[test]
    fn a_picture_that_is_not_kept_is_drawn_once_where_all_of_it_can_be_seen() {
        let mut it = Drawn::new(false);
        let first = it.frame(2, "");
        // Over its blanks: it comes last, and at its place.
        assert!(first.contains("\x1b[3;3H<picture 7>"), "{first:?}");
        assert!(!first.contains('\u{10eeed}'), "our sign goes to no terminal");
        assert_eq!(it.frame(2, ""), "", "it stands there");
        let covered = it.frame(2, "####");
        assert!(covered.contains("##") && !covered.contains("<picture"), "{covered:?}");
        // What is left of it is wiped: the row above, and the cells behind.
        assert!(covered.contains("\x1b[3;3H") && covered.contains("    "), "{covered:?}");
        assert!(it.frame(2, "").contains("<picture 7>"), "and it is whole again");
        let moved = it.frame(1, "");
        assert!(moved.contains("\x1b[2;3H<picture 7>") && moved.contains("\x1b[4;3H"), "{moved:?}");
        let gone = it.empty();
        assert!(
            gone.contains("\x1b[2;3H") && gone.contains("\x1b[3;3H") && !gone.contains("<picture"),
            "{gone:?}"
        );
        it.frame(1, "");
        it.frames.forget();
        assert!(it.frame(1, "").contains("<picture 7>"), "the screen was cleared");
        assert_eq!(it.frames.give_back(), b"");
    }

    #[test]
    fn a_picture_that_is_kept_is_sent_once_and_freed_at_the_end() {
        let mut it = Drawn::new(true);
        let first = it.frame(2, "");
        assert!(first.starts_with("<picture 7>"), "before the update: {first:?}");
        assert!(
            first.contains("38;2;0;0;7")
                && first.contains("\u{10eeee}\u{305}\u{305}\u{10eeee}\u{305}\u{30d}")
        );
        for over in ["####", ""] {
            let next = it.frame(2, over);
            assert!(!next.is_empty() && !next.contains("<picture"), "{next:?}");
        }
        let moved = it.frame(1, "");
        assert!(moved.contains("\u{10eeee}\u{30d}\u{305}") && !moved.contains("<picture"), "{moved:?}");
        it.frames.forget();
        assert!(it.frame(1, "").contains("<picture 7>"), "it may have been lost with the screen");
        assert_eq!(it.frames.give_back(), b"\x1b_Gq=2,a=d,d=I,i=7\x1b\\");
        assert_eq!(it.frames.give_back(), b"");
    }

    #[test]
    fn a_terminal_keeps_as_many_as_it_is_asked_to() {
        let mut it = Drawn::new(true);
        let mut freed = 0;
        for number in 1..=100 {
            it.picture = picture(number, true);
            let frame = it.frame(2, "");
            assert!(frame.contains(&format!("<picture {number}>")));
            freed += frame.matches("a=d,d=I").count();
        }
        assert_eq!(freed, 100 - super::MAX_KEPT);
    }
}
