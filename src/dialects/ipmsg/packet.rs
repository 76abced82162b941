//! The frame of every packet: five parts of text and a body, the same over UDP and TCP.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// The low eight bits of a command.
pub(super) mod command {
    pub(crate) const ENTRY: u8 = 0x01;
    pub(crate) const EXIT: u8 = 0x02;
    pub(crate) const ANSWER_ENTRY: u8 = 0x03;
    pub(crate) const ABSENCE: u8 = 0x04;
    pub(crate) const MESSAGE: u8 = 0x20;
    pub(crate) const RECEIPT: u8 = 0x21;
    pub(crate) const OPENED: u8 = 0x30;
    pub(crate) const ANSWER_OPENED: u8 = 0x32;
    pub(crate) const ASK_VERSION: u8 = 0x40;
    pub(crate) const VERSION: u8 = 0x41;
    pub(crate) const ASK_ABSENCE: u8 = 0x50;
    pub(crate) const ABSENCE_TEXT: u8 = 0x51;
    pub(crate) const GET_FILE: u8 = 0x60;
    pub(crate) const RELEASE_FILES: u8 = 0x61;
    pub(crate) const GET_FOLDER: u8 = 0x62;
    /// `FeiQ`: in a group chat (`group`), and pictures between words (`pictures`).
    pub(crate) const IN_GROUP: u8 = 0x23;
    pub(crate) const PIECE: u8 = 0xc0;
    pub(crate) const PIECE_HERE: u8 = 0xc1;
    /// `FeiQ`.
    pub(crate) const TYPING: u8 = 0x79;
    pub(crate) const SHAKE: u8 = 0xd1;
    /// iptux.
    pub(crate) const TO_GROUP: u8 = 0xfb;
    pub(crate) const MOTTO: u8 = 0xfc;

    /// What programs say to each other and mean nothing here: signs of life, lists of hosts (invariant I4), a letter thrown
    /// away unread, answers nobody asked for, what belongs to streams, keys, the end of typing, iptux's icons and
    /// shared files, the masters of the official client, pieces of pictures that are not for us.
    pub(crate) const fn is_passed_over(kind: u8) -> bool {
        matches!(
            kind,
            0x00 | 0x10..=0x14 | 0x18 | 0x31 | ASK_VERSION | VERSION | ASK_ABSENCE | ABSENCE_TEXT
                | GET_FILE | GET_FOLDER | 0x63 | 0x64 | 0x72 | 0x73 | 0x7a | 0xa0..=0xa3 | 0xb0..=0xb8
                | PIECE | PIECE_HERE | 0xfd..=0xff
        )
    }
}

/// The upper 24 bits of a command. Which of them have a meaning depends on the command.
pub(super) mod flag {
    /// Of an entry: nobody is at the keyboard.
    pub(crate) const ABSENT: u32 = 0x100;
    /// Of a message: a receipt is wanted.
    pub(crate) const CHECK: u32 = 0x100;
    pub(crate) const SEALED: u32 = 0x200;
    pub(crate) const BROADCAST: u32 = 0x400;
    pub(crate) const SEVERAL: u32 = 0x800;
    pub(crate) const AUTOMATIC: u32 = 0x2000;
    pub(crate) const LOCKED: u32 = 0x8000;
    pub(crate) const CHECK_OPENED: u32 = 0x10_0000;
    pub(crate) const FILES: u32 = 0x20_0000;
    pub(crate) const ENCRYPTED: u32 = 0x40_0000;
    pub(crate) const UTF8: u32 = 0x80_0000;
    pub(crate) const CAN_UTF8: u32 = 0x100_0000;
}

/// The number of a packet, as its digits stand. The official client counts seconds, scripts count micro- or nanoseconds,
/// and whoever asks for a receipt looks for the very digits that it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Number<'a>(&'a [u8]);

impl<'a> Number<'a> {
    /// Digits and nothing else, as many as there are.
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        (!text.is_empty() && text.iter().all(u8::is_ascii_digit)).then_some(Self(text))
    }

    /// For comparing: what is beyond all programs is equally large.
    pub(super) fn value(self) -> u128 {
        decimal(self.0).unwrap_or(u128::MAX)
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.0))
    }
}

/// One packet, its parts as they stood on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    /// With whatever follows the leading 1.
    pub version: &'a [u8],
    pub number: Number<'a>,
    pub user: &'a [u8],
    pub host: &'a [u8],
    pub command: u32,
    pub body: &'a [u8],
}

/// A packet that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming<'a> {
    pub from: SocketAddr,
    pub packet: Packet<'a>,
    /// The whole datagram.
    pub bytes: &'a [u8],
    /// It was sent to all.
    pub everybody: bool,
}

impl<'a> Packet<'a> {
    /// Reads a packet; `None` when it is none (invariant I1).
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut parts = bytes.splitn(6, |byte| *byte == b':');
        let version = parts.next()?;
        let number = Number::read(parts.next()?)?;
        let user = parts.next()?;
        let host = parts.next()?;
        let command = decimal(parts.next()?)?;
        let body = parts.next()?;
        let digits = version.iter().take_while(|byte| byte.is_ascii_digit()).count();
        // No program writes a control character there.
        let good = version.get(..digits)? == b"1" && !version.iter().any(u8::is_ascii_control);
        good.then_some(Self { version, number, user, host, command, body })
    }

    /// Which command, without its flags.
    pub(super) fn kind(&self) -> u8 {
        self.command.to_le_bytes()[0]
    }

    pub(super) fn has(&self, flag: u32) -> bool {
        self.command & flag != 0
    }

    /// The strings of the body in their order. What follows the last NUL is one too, unless it is empty.
    pub(super) fn strings(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let body = self.body.strip_suffix(b"\0").unwrap_or(self.body);
        body.split(|byte| *byte == 0)
    }
}

/// A packet with these parts.
pub(super) fn write(
    version: &[u8],
    number: impl fmt::Display,
    sender: (&[u8], &[u8]),
    command: u32,
    body: &[u8],
) -> Vec<u8> {
    let (number, command) = (number.to_string(), command.to_string());
    [version, number.as_bytes(), sender.0, sender.1, command.as_bytes(), body].join(&b':')
}

/// Digits and nothing else, within what a number of this size holds.
pub(super) fn decimal<T: FromStr>(text: &[u8]) -> Option<T> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

/// The digits that a text begins with, within 32 bits: `FeiQ` and others go on behind them with whatever they like.
pub(super) fn leading_decimal(text: &[u8]) -> Option<u32> {
    let text = text.trim_ascii_start();
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    decimal(text.get(..end)?)
}

/// Hexadecimal digits and nothing else, within 64 bits.
pub(super) fn hexadecimal(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_hexdigit);
    digits.then(|| u64::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()).flatten()
}
