//! Pages about keys: both keys whole, and what the details of a contact say of its key.

use ratatui::layout::Rect;

use super::appearance::Appearance;
use super::lock::KeyLock;
use super::lock_notice::{answers, whereabouts};
use super::naming::name_of;
use super::popup::{Pager, PagerKeys, PagerPart};
use crate::app::{Conversation, PeerKind};
use crate::model::Address;
use crate::model::key::grouped;
use crate::model::qr::{Ink, QrCode};
use crate::model::text::plain_line;

/// Columns and rows that a code takes.
pub(super) fn size(code: &QrCode) -> (u16, u16) {
    let cells = |count| u16::try_from(count).unwrap_or(u16::MAX);
    (cells(code.columns()), cells(code.columns().div_ceil(2)))
}

/// `/key`: our own key and the peer's, whole. Our address stands there as a code, if all of that has room.
pub(super) fn keys(style: &Appearance, own: &Address, place: Option<&Conversation>, screen: Rect) -> Pager {
    let lang = &style.lang;
    let letters = own.key.map(|key| grouped(&key.to_string())).unwrap_or_default();
    let mut lines = vec![lang.text("key-own"), letters, lang.text("key-own-address")];
    lines.push(own.to_string());
    let peer = place.filter(|place| place.address.key.is_some());
    if let Some(place) = peer {
        lines.push(String::new());
        lines.extend(of_peer(style, place));
        if KeyLock::of(place) == KeyLock::Changed {
            lines.extend(answers(style).into_iter().map(|answer| answer.key + &answer.text));
        }
    }
    let compares = peer.filter(|place| !KeyLock::of(place).stops_sending()).map(|place| place.id);
    let mut parts: Vec<PagerPart> = lines.into_iter().map(PagerPart::new).collect();
    let code = QrCode::of(&own.to_string());
    let room = usize::from(screen.height).saturating_sub(parts.len()).saturating_sub(6);
    if let Some(code) =
        code.filter(|code| usize::from(size(code).1) <= room && size(code).0 + 8 <= screen.width)
    {
        parts.extend([PagerPart::Line(String::new()), PagerPart::Code(code.rows(Ink::Dark))]);
    }
    let keys =
        PagerKeys { copied: Some(own.to_string()), code: Some(own.to_string()), compares, listed: None };
    Pager { title: lang.text("popup-keys"), parts, top: 0, about: None, keys }
}

/// The key of a peer, whole, and what is thought of it.
fn of_peer(style: &Appearance, place: &Conversation) -> Vec<String> {
    let lang = &style.lang;
    let letters = place.address.key.map(|key| grouped(&key.to_string())).unwrap_or_default();
    vec![
        lang.with("key-of", &[("name", &name_of(lang, place))]),
        letters,
        lang.with("details-trust", &[("state", &KeyLock::of(place).words(style).long)]),
    ]
}

/// What the details of a conversation say of its key; nothing, where peers have none.
pub(super) fn details(style: &Appearance, place: &Conversation) -> Vec<String> {
    let lang = &style.lang;
    let Some(key) = place.address.key else { return Vec::new() };
    let mut lines = vec![
        lang.with("details-trust", &[("state", &KeyLock::of(place).words(style).long)]),
        lang.with("details-key", &[("key", &grouped(&key.to_string()))]),
    ];
    let from = place.status.seen().map(|ip| ip.to_string()).or_else(|| whereabouts(place));
    lines.extend(from.map(|from| lang.with("details-seen", &[("from", &from)])));
    let first = place.messages().first().filter(|_| place.is_loaded() && !place.has_older());
    lines.extend(first.map(|first| lang.with("details-known", &[("date", &style.day(first.time))])));
    lines
}

/// What letters do on the details of a conversation.
pub(super) fn letters(place: &Conversation) -> PagerKeys {
    // Only the file of contacts says it.
    let listed = (place.kind == PeerKind::Contact).then_some(place.id);
    let Some(key) = place.address.key else { return PagerKeys { listed, ..PagerKeys::default() } };
    let compares = (!KeyLock::of(place).stops_sending()).then_some(place.id);
    // Options are ours; whoever reads the code needs who and where.
    let address = Address { options: Vec::new(), ..place.address.clone() };
    let (copied, code) = (Some(key.to_string()), Some(plain_line(&address.to_string())));
    PagerKeys { copied, code, compares, listed }
}
