//! A bad network on purpose: what is done to the datagrams of one peer, and what became of them.

use std::fmt;
use std::time::Duration;

use super::{ConversationId, Endpoints, Phrase};

/// The longest delay: a person who waits longer takes the program for broken.
const MAX_DELAY: Duration = Duration::from_secs(10);

/// A share in hundredths of a per cent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabShare(u32);

impl LabShare {
    /// All of them.
    pub const ALL: u32 = 10_000;

    pub const fn parts(self) -> u32 {
        self.0
    }

    /// `20%`, `0.5%`, `20`.
    fn parse(text: &str) -> Option<Self> {
        let number = text.strip_suffix('%').unwrap_or(text);
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(whole) || !is_plain(part) || part.len() > 2 || whole.is_empty() {
            return None;
        }
        let hundredths: u32 = format!("{part:0<2}").parse().ok()?;
        let parts = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths)?;
        (parts <= Self::ALL).then_some(Self(parts))
    }
}

impl fmt::Display for LabShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match (part, part % 10) {
            (0, _) => write!(f, "{whole} %"),
            (_, 0) => write!(f, "{whole}.{} %", part / 10),
            _ => write!(f, "{whole}.{part:02} %"),
        }
    }
}

/// What is done to each datagram, whichever way it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabSettings {
    pub loss: LabShare,
    pub delay: Duration,
    pub dup: LabShare,
    /// Held back until the next one has passed.
    pub reorder: LabShare,
}

impl LabSettings {
    /// `loss=20% delay=200ms dup=5% reorder=10%`, or some of these. `Err` says what is wrong with which.
    pub fn parse(text: &str) -> Result<Self, Phrase> {
        let mut settings = Self::default();
        for word in text.split_whitespace() {
            let wrong = |key: &'static str| Phrase::new(key).text("word", word);
            let (name, value) = word.split_once('=').ok_or_else(|| wrong("lab-unknown"))?;
            let share = || LabShare::parse(value).ok_or_else(|| wrong("lab-no-share"));
            match name {
                "loss" => settings.loss = share()?,
                "dup" => settings.dup = share()?,
                "reorder" => settings.reorder = share()?,
                "delay" => settings.delay = delay(value).ok_or_else(|| wrong("lab-no-delay"))?,
                _ => return Err(wrong("lab-unknown")),
            }
        }
        if settings == Self::default() { Err(Phrase::new("lab-nothing")) } else { Ok(settings) }
    }
}

/// `200ms`, `1.5s`, `200`: milliseconds if nothing is said.
fn delay(text: &str) -> Option<Duration> {
    let (number, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number, 1_000.0),
        (None, Some(number)) => (number, 1.0),
        (None, None) => (text, 1_000.0),
    };
    // `f64` would also read "inf", "nan", "1e9" and signs.
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = number.parse::<f64>().ok().filter(|_| is_plain)? / unit;
    Duration::try_from_secs_f64(seconds).ok().filter(|delay| *delay <= MAX_DELAY)
}

impl fmt::Display for LabSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for (name, share) in [("loss", self.loss), ("dup", self.dup), ("reorder", self.reorder)] {
            if share.parts() > 0 {
                write!(f, "{between}{name} {share}")?;
                between = "  ";
            }
            if name == "loss" && !self.delay.is_zero() {
                write!(f, "{between}delay {} ms", self.delay.as_millis())?;
                between = "  ";
            }
        }
        Ok(())
    }
}

/// What became of the datagrams so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabCounts {
    /// All that came by, both ways.
    pub seen: u64,
    pub lost: u64,
    pub doubled: u64,
    /// Held back.
    pub late: u64,
}

/// To whose datagrams it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabOrder {
    pub conversation: ConversationId,
    pub endpoints: Endpoints,
    pub settings: LabSettings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_a_person_writes_them() {
        for (text, shown) in [
            ("loss=20% delay=200ms dup=5% reorder=10%", "loss 20 %  delay 200 ms  dup 5 %  reorder 10 %"),
            ("delay=1.5s", "delay 1500 ms"),
            ("delay=30 loss=0.5", "loss 0.5 %  delay 30 ms"),
            ("reorder=0.25%", "reorder 0.25 %"),
            ("loss=100%", "loss 100 %"),
            ("dup=3 loss=1 loss=2%", "loss 2 %  dup 3 %"),
        ] {
            assert_eq!(
                LabSettings::parse(text).map(|settings| settings.to_string()),
                Ok(shown.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, key) in [
            ("los=20%", "lab-unknown"),
            ("20%", "lab-unknown"),
            ("loss=101%", "lab-no-share"),
            ("loss=-1%", "lab-no-share"),
            ("loss=", "lab-no-share"),
            ("dup=1e3", "lab-no-share"),
            ("reorder=1.234%", "lab-no-share"),
            ("delay=10.1s", "lab-no-delay"),
            ("delay=inf", "lab-no-delay"),
            ("delay=ms", "lab-no-delay"),
            ("", "lab-nothing"),
            ("loss=0% delay=0ms", "lab-nothing"),
        ] {
            assert_eq!(LabSettings::parse(text).map_err(|why| why.key), Err(key), "{text}");
        }
    }
}
