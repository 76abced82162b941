//! How a terminal shows pictures: what it says of itself, what the environment says, and what a person has set.
//!
//! | way | for | known by |
//! |---|---|---|
//! | kitty, by placeholders | kitty, Ghostty | they answer its query, and say their name: `WezTerm` and Konsole answer too, but know no placeholders |
//! | iTerm2 | iTerm2, `WezTerm` | their name: nothing asks for this |
//! | sixel | foot, xterm, Konsole, mlterm, Windows Terminal, tmux where built so | 4 among the attributes (DA1) |
//! | half blocks | every other one with 256 colours or more | |
//!
//! Within tmux and screen the one around is not asked: an answer to a question that they do not know would be typed. tmux
//! itself is, by its command, whether kitty's pictures get through (`tui/tmux.rs`).

use super::fit::PixelSize;
use crate::runtime::profile::PictureSetting;
use crate::tui::theme::Colours;

/// Registers without which a palette looks like none.
const MIN_REGISTERS: u32 = 64;
/// What is not told of a cell.
const USUAL_CELL: PixelSize = PixelSize::new(10, 20);
/// Pixels of a cell that are drawn at most, so that no terminal says how much memory a picture takes.
const MAX_CELL: PixelSize = PixelSize::new(32, 64);

/// How pictures get on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum GraphicsProtocol {
    Kitty,
    ITerm2,
    Sixel,
    /// Cells with an upper and a lower half.
    Blocks,
}

/// One answer of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum TerminalReply {
    /// To kitty's query: whether it took the picture.
    Kitty(bool),
    /// Its name and version.
    Version(String),
    /// The pixels of a cell.
    Cell(PixelSize),
    /// The colours that sixels may use.
    Registers(u32),
    /// What it can do. It is asked for this last, and answers in order.
    Attributes { sixel: bool },
}

/// All that is known of the terminal.
#[derive(Clone, Debug)]
pub(in crate::tui) struct TerminalGraphics {
    kind: TerminalKind,
    kitty: bool,
    version: String,
    cell: Option<PixelSize>,
    registers: Option<u32>,
    sixel: bool,
    /// tmux hands kitty's pictures on.
    passes_kitty: bool,
}

impl TerminalGraphics {
    pub(in crate::tui) const fn new(kind: TerminalKind) -> Self {
        Self {
            kind,
            kitty: false,
            version: String::new(),
            cell: None,
            registers: None,
            sixel: false,
            passes_kitty: false,
        }
    }

    /// What tmux says, which may change with the terminal that is attached.
    pub(in crate::tui) const fn set_passes_kitty(&mut self, passes: bool) {
        self.passes_kitty = passes;
    }

    /// Whether pictures get to the terminal through tmux.
    pub(in crate::tui) const fn passes_kitty(&self) -> bool {
        self.passes_kitty
    }

    /// Whether kitty's query can be sent: to the terminal itself, and not to one that would print it.
    pub(in crate::tui) const fn takes_query(&self) -> bool {
        !self.kind.is_multiplexed && !self.kind.is_apple
    }

    /// Takes an answer. `true`: that was the last one.
    pub(in crate::tui) fn take(&mut self, reply: TerminalReply) -> bool {
        match reply {
            TerminalReply::Kitty(ok) => self.kitty = ok,
            TerminalReply::Version(version) => self.version = version,
            TerminalReply::Cell(cell) => self.cell = Some(cell),
            TerminalReply::Registers(count) => self.registers = Some(count),
            TerminalReply::Attributes { sixel } => {
                self.sixel = sixel;
                return true;
            }
        }
        false
    }
}

/// What the environment says of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that is known of it")]
pub(in crate::tui) struct TerminalKind {
    /// Between us and the terminal is a program that draws it.
    is_multiplexed: bool,
    /// It is known to print kitty's query.
    is_apple: bool,
    kitty: bool,
    iterm: bool,
    has_blocks: bool,
}

impl TerminalKind {
    pub(in crate::tui) fn of(variable: impl Fn(&str) -> Option<String>, has_blocks: bool) -> Self {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let (term, program) =
            (variable("TERM").unwrap_or_default(), variable("TERM_PROGRAM").unwrap_or_default());
        let multiplexer = ["screen", "tmux"].iter().any(|name| term.starts_with(name));
        Self {
            is_multiplexed: multiplexer || is_set("TMUX") || is_set("STY") || is_set("ZELLIJ"),
            is_apple: program == "Apple_Terminal",
            kitty: matches!(term.as_str(), "xterm-kitty" | "xterm-ghostty"),
            iterm: matches!(program.as_str(), "iTerm.app" | "WezTerm")
                || variable("LC_TERMINAL").is_some_and(|name| name == "iTerm2"),
            has_blocks,
        }
    }
}

/// How pictures are drawn here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct PictureStyle {
    pub protocol: GraphicsProtocol,
    /// Pixels of a cell.
    pub cell: PixelSize,
    /// Only the 256 colours.
    pub is_indexed: bool,
    /// What is seen through a picture.
    pub ground: [u8; 3],
    /// tmux has to hand on what is sent.
    pub is_handed_on: bool,
}

impl TerminalGraphics {
    /// How pictures are drawn; `None`: not at all. `cell`: as the kernel says, which a terminal may tell besides.
    pub(in crate::tui) fn style(
        &self,
        setting: PictureSetting,
        colours: Colours,
        cell: Option<PixelSize>,
        ground: [u8; 3],
    ) -> Option<PictureStyle> {
        let known = cell.or(self.cell).filter(|cell| cell.area() > 0);
        let protocol = match setting {
            _ if colours == Colours::Mono => return None,
            PictureSetting::Off => return None,
            // What is between us and the terminal would not hand them on.
            PictureSetting::Kitty | PictureSetting::ITerm2 if self.kind.is_multiplexed => {
                self.best(known.is_some())
            }
            PictureSetting::Kitty => Some(GraphicsProtocol::Kitty),
            PictureSetting::ITerm2 => Some(GraphicsProtocol::ITerm2),
            PictureSetting::Sixel => Some(GraphicsProtocol::Sixel),
            PictureSetting::Blocks => None,
            PictureSetting::Auto => self.best(known.is_some()),
        };
        let has_blocks = self.kind.has_blocks && matches!(colours, Colours::Indexed | Colours::True);
        let protocol = protocol.or_else(|| has_blocks.then_some(GraphicsProtocol::Blocks))?;
        let cell = match protocol {
            // Two pixels, one above the other, as nearly square as cells are.
            GraphicsProtocol::Blocks => PixelSize::new(1, 2),
            GraphicsProtocol::Kitty | GraphicsProtocol::ITerm2 | GraphicsProtocol::Sixel => {
                let cell = known.unwrap_or(USUAL_CELL);
                PixelSize::new(cell.width.min(MAX_CELL.width), cell.height.min(MAX_CELL.height))
            }
        };
        let is_handed_on = protocol == GraphicsProtocol::Kitty && self.kind.is_multiplexed;
        Some(PictureStyle { protocol, cell, is_indexed: colours != Colours::True, ground, is_handed_on })
    }

    fn best(&self, knows_cell: bool) -> Option<GraphicsProtocol> {
        let named = |names: &[&str]| names.iter().any(|name| self.version.starts_with(name));
        let sixel = self.sixel && knows_cell && self.registers.is_none_or(|count| count >= MIN_REGISTERS);
        if self.kind.is_multiplexed {
            let kitty = self.passes_kitty.then_some(GraphicsProtocol::Kitty);
            return kitty.or_else(|| sixel.then_some(GraphicsProtocol::Sixel));
        }
        if self.kitty && (self.kind.kitty || named(&["kitty", "ghostty"])) {
            Some(GraphicsProtocol::Kitty)
        } else if self.kind.iterm || named(&["iTerm2", "WezTerm"]) {
            Some(GraphicsProtocol::ITerm2)
        } else {
            sixel.then_some(GraphicsProtocol::Sixel)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(variables: &[(&str, &str)]) -> TerminalKind {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        TerminalKind::of(variable, true)
    }

    fn terminal_in(
        variables: &[(&str, &str)],
        replies: impl IntoIterator<Item = TerminalReply>,
    ) -> TerminalGraphics {
        let mut terminal = TerminalGraphics::new(kind(variables));
        for reply in replies {
            terminal.take(reply);
        }
        terminal
    }

    fn chosen(
        terminal: &TerminalGraphics,
        setting: PictureSetting,
        colours: Colours,
    ) -> Option<GraphicsProtocol> {
        terminal.style(setting, colours, None, [0; 3]).map(|style| style.protocol)
    }

    fn version(name: &str) -> TerminalReply {
        TerminalReply::Version(name.to_owned())
    }

    #[test]
    fn each_terminal_gets_what_it_knows_best() {
        use GraphicsProtocol::{Blocks, ITerm2, Kitty, Sixel};
        let cell = || TerminalReply::Cell(PixelSize::new(9, 18));
        let attributes = |sixel| TerminalReply::Attributes { sixel };
        let kitty = || TerminalReply::Kitty(true);
        for (variables, replies, protocol) in [
            (&[("TERM", "xterm-kitty")][..], vec![kitty(), attributes(false)], Kitty),
            // Over ssh into a machine that does not know its name.
            (&[("TERM", "xterm-256color")], vec![kitty(), version("ghostty 1.2"), attributes(false)], Kitty),
            (&[("TERM", "xterm-256color")], vec![kitty(), version("WezTerm 2024"), attributes(true)], ITerm2),
            (&[("TERM_PROGRAM", "iTerm.app")], vec![attributes(false)], ITerm2),
            (&[("TERM", "foot")], vec![cell(), attributes(true)], Sixel),
            (&[("TERM", "foot")], vec![attributes(true)], Blocks),
            (&[("TERM", "xterm")], vec![cell(), TerminalReply::Registers(16), attributes(true)], Blocks),
            (&[("TERM", "xterm-256color")], vec![], Blocks),
            // What is around it is not what is asked.
            (&[("TERM", "tmux-256color"), ("LC_TERMINAL", "iTerm2")], vec![attributes(false)], Blocks),
            (&[("TMUX", "/tmp/x"), ("TERM", "xterm-kitty")], vec![kitty()], Blocks),
            (&[("TERM", "tmux-256color")], vec![cell(), attributes(true)], Sixel),
        ] {
            let terminal = terminal_in(variables, replies.clone());
            let chosen = chosen(&terminal, PictureSetting::Auto, Colours::True);
            assert_eq!(chosen, Some(protocol), "{variables:?} {replies:?}");
        }
    }

    #[test]
    fn a_person_decides_and_without_colours_there_are_no_pictures() {
        let terminal = terminal_in(&[("TERM", "xterm-256color")], []);
        let of = |setting, colours| chosen(&terminal, setting, colours);
        assert_eq!(of(PictureSetting::Off, Colours::True), None);
        assert_eq!(of(PictureSetting::Kitty, Colours::Mono), None);
        assert_eq!(of(PictureSetting::Auto, Colours::Sixteen), None);
        assert_eq!(of(PictureSetting::Blocks, Colours::Indexed), Some(GraphicsProtocol::Blocks));
        assert_eq!(of(PictureSetting::Sixel, Colours::Sixteen), Some(GraphicsProtocol::Sixel));
        let within =
            terminal_in(&[("TMUX", "/tmp/x"), ("TERM", "xterm-kitty")], [TerminalReply::Kitty(true)]);
        let mut within = within;
        for (passes, protocol) in [(false, GraphicsProtocol::Blocks), (true, GraphicsProtocol::Kitty)] {
            within.set_passes_kitty(passes);
            for setting in [PictureSetting::Kitty, PictureSetting::Auto] {
                let style = within.style(setting, Colours::True, None, [0; 3]).unwrap();
                assert_eq!(
                    (style.protocol, style.is_handed_on),
                    (protocol, passes),
                    "tmux takes it for a title"
                );
            }
        }
    }

    #[test]
    fn a_terminal_does_not_say_how_much_memory_a_picture_takes() {
        let terminal = terminal_in(&[("TERM", "xterm-kitty")], [TerminalReply::Kitty(true)]);
        let huge = Some(PixelSize::new(u32::MAX, u32::MAX));
        let style = terminal.style(PictureSetting::Auto, Colours::True, huge, [0; 3]);
        assert_eq!(style.map(|style| style.cell), Some(MAX_CELL));
    }
}
