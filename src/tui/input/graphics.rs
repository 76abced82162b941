//! What a terminal says of the pictures it can show.
//!
//! | bytes | what | source |
//! |---|---|---|
//! | `ESC _ G i=n ; OK ST` | kitty's query was understood; anything else behind `;` is an error | kitty, "Querying support" |
//! | `ESC P > \| name ST` | name and version (XTVERSION) | xterm ctlseqs, "Device-Control functions" |
//! | `CSI ? c ; … c` | attributes (DA1); 4: sixels | VT220 and later |
//! | `CSI 6 ; h ; w t` | pixels of a cell | xterm ctlseqs, XTWINOPS 16 |
//! | `CSI ? 1 ; 0 ; n S` | colours for sixels (XTSMGRAPHICS) | xterm ctlseqs |

use super::parameters::Parameters;
use crate::tui::pictures::{PixelSize, TerminalReply};

/// Bytes of a name: more says nothing to us.
const MAX_NAME: usize = 64;
/// The attribute of a terminal that knows sixels.
const SIXEL: u32 = 4;

/// The text of an APC sequence.
pub(super) fn kitty(text: &[u8]) -> Option<TerminalReply> {
    let text = str::from_utf8(text).ok()?.strip_prefix('G')?;
    let (_, said) = text.split_once(';')?;
    Some(TerminalReply::Kitty(said == "OK"))
}

/// The text of a DCS sequence.
pub(super) fn version(text: &[u8]) -> Option<TerminalReply> {
    let name = str::from_utf8(text).ok()?.strip_prefix(">|")?;
    let end = name.floor_char_boundary(name.len().min(MAX_NAME));
    Some(TerminalReply::Version(name.get(..end)?.to_owned()))
}

/// A control sequence with a question mark before its parameters.
pub(super) fn private(numbers: Parameters<'_>, last: u8) -> Option<TerminalReply> {
    match last {
        b'c' => {
            let sixel = (0..numbers.count()).any(|at| numbers.get(at) == Some(SIXEL));
            Some(TerminalReply::Attributes { sixel })
        }
        b'S' if numbers.get(0) == Some(1) && numbers.get(1) == Some(0) => {
            numbers.get(2).map(TerminalReply::Registers)
        }
        _ => None,
    }
}

/// A report about the window.
pub(super) fn window(numbers: Parameters<'_>) -> Option<TerminalReply> {
    let (height, width) = (numbers.get(1)?, numbers.get(2)?);
    (numbers.get(0) == Some(6)).then(|| TerminalReply::Cell(PixelSize::new(width, height)))
}
