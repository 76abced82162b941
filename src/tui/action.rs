//! Everything a key, a command or a line of the palette can do.

use super::composer::Edit;

/// One thing to do. What it means in the layer that is on top is decided in `update/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    // Writing.
    Send,
    Edit(Edit),
    /// Up and Down: in the text, then the sent history; with an empty composer the contact list.
    Up,
    Down,
    Complete,
    /// The candidate before.
    CompleteBack,
    Editor,
    SentHistory,
    // Going about.
    Next,
    Previous,
    /// The n-th conversation of the list, from 0.
    Nth(u8),
    NextUnread,
    LastVisited,
    /// The message that speaks to us by name, or the one before.
    Mention,
    GoTo,
    // Reading.
    PageUp,
    PageDown,
    Oldest,
    Newest,
    FirstUnread,
    Find,
    FindNext,
    FindPrevious,
    /// Through every conversation.
    Search,
    Select,
    // In select mode.
    /// The range that is chosen grows or shrinks by a message.
    ExtendUp,
    ExtendDown,
    /// A range begins here, or there is none any more.
    MarkRange,
    Copy,
    Reply,
    /// Change the words of a message of ours.
    EditMessage,
    /// Put an emoji under the message, or take it back.
    React,
    /// Take a message of ours back.
    DeleteMessage,
    Inspect,
    Details,
    Open,
    /// Fetch, unseal, or else show in full.
    Take,
    /// Decline an offer, or else show details.
    Decline,
    /// Stop what is being moved, or else send again what failed.
    Retry,
    /// One file of the message after the other.
    NextFile,
    PreviousFile,
    // Contacts.
    /// Read what is not UTF-8 as the legacy encoding, from now on.
    ReadAsLegacy,
    AddContact,
    RenameContact,
    RemoveContact,
    /// Shake the window of the open peer.
    Nudge,
    /// Who is in the open conversation, and what else is known of it.
    Members,
    // The program.
    Palette,
    Help,
    Mouse,
    Bare,
    Redraw,
    /// All of what the status line says.
    ReadNote,
    Suspend,
    ClearOrQuit,
    Quit,
    // In the page of `/wire`.
    WirePause,
    WireFilter,
    WireSave,
    WireClear,
    // In popups.
    Accept,
    NextField,
    PreviousField,
    First,
    Last,
    Back,
}
