//! The frame of every packet: five parts of text and a body, the same over UDP and TCP.

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

/// One packet, its parts as they stood on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    /// With whatever follows the leading 1.
    pub version: &'a [u8],
    pub number: u32,
    pub user: &'a [u8],
    pub host: &'a [u8],
    pub command: u32,
    pub body: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a packet; `None` when it is none (invariants I1 and I2).
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut parts = bytes.splitn(6, |byte| *byte == b':');
        let version = parts.next()?;
        let number = decimal(parts.next()?)?;
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

    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.body.len().saturating_add(64));
        let (number, command) = (self.number.to_string(), self.command.to_string());
        let parts = [self.version, number.as_bytes(), self.user, self.host, command.as_bytes(), self.body];
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                bytes.push(b':');
            }
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// Digits and nothing else, within 32 bits.
pub(super) fn decimal(text: &[u8]) -> Option<u32> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

/// Hexadecimal digits and nothing else, within 64 bits.
pub(super) fn hexadecimal(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_hexdigit);
    digits.then(|| u64::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()).flatten()
}
