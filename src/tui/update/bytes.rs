//! What goes over the wire besides text: bytes that are typed, and what stands behind every message.

use std::sync::Arc;

use super::complete::AUTO;
use super::cx::UiCx;
use super::draft;
use crate::app::Intent;
use crate::model::hex_digits::{HexError, bytes_of};
use crate::model::{Address, Phrase};
use crate::runtime;
use crate::tui::commands::{Verb, misused};

/// The option of an address that says what stands behind every message.
const NEWLINE: &str = "newline";

/// `/hex 48 65`: sends these bytes. The rows above the draft have shown them.
pub(super) fn send(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    let name = place.name.as_str();
    if args.is_empty() {
        return Err(misused(Verb::Hex));
    }
    if !place.address.scheme.caps.bytes {
        return Err(Phrase::new("hex-not-here").text("name", name));
    }
    let bytes: Arc<[u8]> = bytes_of(args).map_err(HexError::phrase)?.into();
    draft::check(place, "")?;
    let (text, _) = runtime::decode(&place.effective_address(), &bytes);
    let conversation = place.id;
    cx.ui.positions.stay();
    cx.ui.positions.go_to_end(conversation);
    cx.intend(Intent::SendBytes { conversation, text, bytes });
    Ok(())
}

/// `/newline crlf`: what stands behind every message to this peer.
pub(super) fn newline(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    let end = args.to_lowercase();
    if end.is_empty() {
        return Err(misused(Verb::Newline));
    }
    let with = |end: &str| place.address.clone().with_option(NEWLINE, Some(end));
    let is_known = |address: &Address| runtime::parse_address(&address.to_string()).is_ok();
    if !is_known(&with("lf")) {
        return Err(Phrase::new("newline-not-here").text("name", place.name.as_str()));
    }
    let address = if end == AUTO { place.address.clone().with_option(NEWLINE, None) } else { with(&end) };
    if !is_known(&address) {
        return Err(misused(Verb::Newline));
    }
    cx.intend(Intent::SetAddress { conversation: place.id, address });
    Ok(())
}
