//! What the people in charge may order, and how they say it.

use std::time::Duration;

use super::names::{acceptable_room, folded};
use super::rooms::LOBBY;
use crate::model::room_log::Place;
use crate::model::text::plain_line;
use crate::model::{KeepPeriod, Password, Phrase};

/// Bytes of a topic, as a frame has it.
const MAX_TOPIC: usize = 255;
/// Messages that one order removes.
const MAX_PLACES: usize = 256;
/// Longer between two messages is no conversation any more.
const MAX_SLOW: u16 = 3_600;

/// An order, from whoever runs the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayOrder {
    /// Puts a member out, who may come back after a minute.
    Kick {
        name: String,
    },
    /// Puts a member out, and keeps it and its address out. `None`: for good.
    Ban {
        name: String,
        time: Option<Duration>,
    },
    /// Lets somebody in again: by the name that was banned, or by the address.
    Unban {
        who: String,
    },
    /// A member may listen, and not write.
    Mute {
        name: String,
        time: Option<Duration>,
    },
    Unmute {
        name: String,
    },
    /// Seconds between two messages of one member; 0: as fast as the relay allows.
    Slow {
        room: String,
        seconds: u16,
    },
    /// Only people in charge write in the room.
    Moderated {
        room: String,
        on: bool,
    },
    /// What the room is about; empty: nothing is said of it.
    Topic {
        room: String,
        topic: String,
    },
    /// Puts all out and lets nobody in.
    Close {
        room: String,
    },
    Open {
        room: String,
    },
    /// Who knows the password comes in; `None`: everybody.
    Password {
        room: String,
        password: Option<Password>,
    },
    /// Messages of a room go for good, by their places in the log.
    Remove {
        room: String,
        places: Vec<Place>,
    },
    /// Who is banned or muted.
    Bans,
}

impl RelayOrder {
    /// From its words, of which the first is the order: `ban "Ann Lee" 1h`.
    ///
    /// # Errors
    /// A sentence: there is no such order, or how it is said.
    pub fn parse(words: &[String]) -> Result<Self, Phrase> {
        let words: Vec<&str> = words.iter().map(|word| word.trim()).collect();
        let (verb, rest) = words.split_first().ok_or_else(|| unknown(""))?;
        let said = |usage| OrderWords { words: rest, usage };
        Ok(match *verb {
            "kick" => Self::Kick { name: said("kick NAME").only_name()? },
            "ban" => {
                let said = said("ban NAME [TIME]");
                Self::Ban { name: said.name()?, time: said.time()? }
            }
            "unban" => Self::Unban { who: said("unban NAME|ADDRESS").only_name()? },
            "mute" => {
                let said = said("mute NAME [TIME]");
                Self::Mute { name: said.name()?, time: said.time()? }
            }
            "unmute" => Self::Unmute { name: said("unmute NAME").only_name()? },
            "bans" => said("bans").nothing().map(|()| Self::Bans)?,
            "slow" => {
                let said = said("slow ROOM SECONDS|off");
                Self::Slow { room: said.room()?, seconds: said.second(seconds)? }
            }
            "moderated" => {
                let said = said("moderated ROOM on|off");
                Self::Moderated { room: said.room()?, on: said.second(switch)? }
            }
            "topic" => {
                let said = said("topic ROOM [TEXT]");
                Self::Topic { room: said.room()?, topic: said.topic()? }
            }
            "close" => Self::Close { room: said("close ROOM").side_room()? },
            "remove" => {
                let said = said("remove ROOM PLACE…");
                Self::Remove { room: said.room()?, places: said.places()? }
            }
            "password" => Self::password(&said("password ROOM"))?,
            "open" => Self::Open { room: said("open ROOM").side_room()? },
            verb => return Err(unknown(verb)),
        })
    }
}

impl RelayOrder {
    /// The password is a word behind those that are typed, which are in the list of programs. Empty: none any more.
    fn password(said: &OrderWords<'_>) -> Result<Self, Phrase> {
        let &[_, password] = said.words else { return Err(said.wrong()) };
        let room = OrderWords { words: said.words.get(..1).unwrap_or_default(), ..*said }.side_room()?;
        if password.len() > Password::MAX {
            return Err(Phrase::new("relay-order-password-long").number("limit", Password::MAX));
        }
        Ok(Self::Password { room, password: Password::new(password) })
    }
}

/// What stands behind the order, and how it is said.
struct OrderWords<'a> {
    words: &'a [&'a str],
    usage: &'static str,
}

impl OrderWords<'_> {
    fn wrong(&self) -> Phrase {
        Phrase::new("relay-order-usage").text("usage", self.usage)
    }

    fn nothing(&self) -> Result<(), Phrase> {
        if self.words.is_empty() { Ok(()) } else { Err(self.wrong()) }
    }

    /// Whom it is about.
    fn name(&self) -> Result<String, Phrase> {
        let name = self.words.first().map(|name| plain_line(name)).filter(|name| !name.is_empty());
        name.ok_or_else(|| self.wrong())
    }

    fn only_name(&self) -> Result<String, Phrase> {
        if self.words.len() == 1 { self.name() } else { Err(self.wrong()) }
    }

    /// How long it holds; `None`: for good.
    fn time(&self) -> Result<Option<Duration>, Phrase> {
        match self.words {
            [_] => Ok(None),
            [_, time] => {
                KeepPeriod::parse(time).map(|time| Some(time.duration())).ok_or_else(|| self.wrong())
            }
            _ => Err(self.wrong()),
        }
    }

    fn room(&self) -> Result<String, Phrase> {
        let room = self.words.first().copied().and_then(acceptable_room);
        room.map(folded).ok_or_else(|| self.wrong())
    }

    /// A room that can be closed.
    fn side_room(&self) -> Result<String, Phrase> {
        let room =
            self.room().and_then(|room| if self.words.len() == 1 { Ok(room) } else { Err(self.wrong()) })?;
        if room == LOBBY { Err(Phrase::new("relay-order-lobby")) } else { Ok(room) }
    }

    fn second<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<T, Phrase> {
        match self.words {
            [_, word] => read(word).ok_or_else(|| self.wrong()),
            _ => Err(self.wrong()),
        }
    }

    fn places(&self) -> Result<Vec<Place>, Phrase> {
        let words = self.words.get(1..).filter(|words| (1..=MAX_PLACES).contains(&words.len()));
        let place = |word: &&str| word.parse().ok().and_then(Place::new);
        let places = words.and_then(|words| words.iter().map(place).collect());
        places.ok_or_else(|| self.wrong())
    }

    fn topic(&self) -> Result<String, Phrase> {
        let topic = plain_line(self.words.get(1..).unwrap_or_default().join(" ").trim());
        if topic.len() > MAX_TOPIC {
            return Err(Phrase::new("relay-order-topic-long").number("limit", MAX_TOPIC));
        }
        Ok(topic)
    }
}

fn unknown(verb: &str) -> Phrase {
    Phrase::new("relay-order-unknown").text("order", verb)
}

fn seconds(text: &str) -> Option<u16> {
    if text == "off" {
        return Some(0);
    }
    let digits = text.strip_suffix('s').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|seconds| plain && *seconds <= MAX_SLOW)
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<RelayOrder, Phrase> {
        let words: Vec<String> = line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        RelayOrder::parse(&words)
    }

    #[test]
    fn an_order_is_read_as_it_is_said() {
        let (name, room) = (String::from("ann"), String::from("dev"));
        let hour = Some(Duration::from_hours(1));
        let place = |place| Place::new(place).expect("a place");
        for (line, order) in [
            ("kick ann", RelayOrder::Kick { name: name.clone() }),
            ("ban ann", RelayOrder::Ban { name: name.clone(), time: None }),
            ("ban ann 1h", RelayOrder::Ban { name: name.clone(), time: hour }),
            ("unban 10.0.0.7", RelayOrder::Unban { who: "10.0.0.7".to_owned() }),
            ("mute ann 60m", RelayOrder::Mute { name: name.clone(), time: hour }),
            ("unmute ann", RelayOrder::Unmute { name }),
            ("slow Dev 10s", RelayOrder::Slow { room: room.clone(), seconds: 10 }),
            ("slow dev off", RelayOrder::Slow { room: room.clone(), seconds: 0 }),
            ("moderated dev on", RelayOrder::Moderated { room: room.clone(), on: true }),
            (
                "topic dev what we do",
                RelayOrder::Topic { room: room.clone(), topic: "what we do".to_owned() },
            ),
            ("topic dev", RelayOrder::Topic { room: room.clone(), topic: String::new() }),
            ("close dev", RelayOrder::Close { room: room.clone() }),
            ("open dev", RelayOrder::Open { room: room.clone() }),
            ("password dev sesame", RelayOrder::Password { room, password: Password::new("sesame") }),
            ("bans", RelayOrder::Bans),
            (
                "remove dev 7 9",
                RelayOrder::Remove { room: "dev".to_owned(), places: vec![place(7), place(9)] },
            ),
        ] {
            assert_eq!(parse(line), Ok(order), "{line}");
        }
    }

    #[test]
    fn what_is_no_order_is_told_how_it_is_said() {
        for (line, key) in [
            ("", "relay-order-unknown"),
            ("dance", "relay-order-unknown"),
            ("kick", "relay-order-usage"),
            ("kick ann ben", "relay-order-usage"),
            ("ban", "relay-order-usage"),
            ("ban ann soon", "relay-order-usage"),
            ("ban ann 1h now", "relay-order-usage"),
            ("slow dev", "relay-order-usage"),
            ("slow dev 4000", "relay-order-usage"),
            ("slow dev -1", "relay-order-usage"),
            ("moderated dev maybe", "relay-order-usage"),
            ("topic", "relay-order-usage"),
            ("topic a/b x", "relay-order-usage"),
            ("close lobby", "relay-order-lobby"),
            ("bans all", "relay-order-usage"),
            ("password dev", "relay-order-usage"),
            ("password lobby x", "relay-order-lobby"),
            ("remove dev", "relay-order-usage"),
            ("remove dev 0", "relay-order-usage"),
            ("remove dev ann", "relay-order-usage"),
        ] {
            assert_eq!(parse(line).map_err(|told| told.key), Err(key), "{line}");
        }
        let long = format!("topic dev {}", "x".repeat(MAX_TOPIC + 1));
        assert_eq!(parse(&long).map_err(|told| told.key), Err("relay-order-topic-long"));
    }
}
