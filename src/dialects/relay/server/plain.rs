//! Datagrams of plain members: commands, and everything else, which is a message.

use std::time::Instant;

use super::api::Leaving;
use super::names::{acceptable, acceptable_room};
use super::room::Room;
use super::strangers::{Proof, proof_in};
use super::{Relay, texts};

/// A command, alone in its datagram.
#[derive(Debug, PartialEq, Eq)]
enum Order<'a> {
    Nick(&'a str),
    Join(&'a str),
    Rooms,
    Who,
    Leave,
    Ping,
    Help,
    /// A proof sent twice.
    Prove,
}

impl<'a> Order<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        if let Proof::Given(_) = proof_in(bytes) {
            return Some(Self::Prove);
        }
        let line = bytes.trim_ascii_end();
        if line.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return None;
        }
        let space = line.iter().position(|byte| *byte == b' ');
        let (word, rest) = space.and_then(|at| line.split_at_checked(at)).unwrap_or((line, b""));
        // What is no text is no name either, and an empty name is told to be none.
        let rest = str::from_utf8(rest).unwrap_or_default().trim();
        Some(match word {
            b"/nick" => Self::Nick(rest),
            b"/join" => Self::Join(rest),
            b"/rooms" if space.is_none() => Self::Rooms,
            b"/who" if space.is_none() => Self::Who,
            b"/leave" if space.is_none() => Self::Leave,
            b"/ping" if space.is_none() => Self::Ping,
            b"/help" if space.is_none() => Self::Help,
            _ => return None,
        })
    }
}

impl Relay {
    pub(super) fn plain(&mut self, now: Instant, key: usize, bytes: &[u8]) {
        let Some(member) = self.members.get_mut(key) else { return };
        member.heard = now;
        // Nothing but a sign of life.
        if bytes.is_empty() {
            return;
        }
        match Order::parse(bytes) {
            Some(order) => {
                // Who is where and under which name is told to the room.
                let told = matches!(order, Order::Nick(_) | Order::Join(_));
                let receivers = self.room_of(key).filter(|_| told).map_or(1, Room::len);
                match self.afford(now, key, bytes.len(), receivers) {
                    Ok(()) => self.obey(now, key, &order),
                    Err(limit) => self.refuse(now, key, limit, 0),
                }
            }
            None if self.is_echo(now, bytes) => self.drop_echo(now, key),
            None => {
                self.speak(now, key, 0, bytes);
            }
        }
    }

    fn obey(&mut self, now: Instant, key: usize, order: &Order<'_>) {
        let text = match *order {
            Order::Nick(name) => self.nick(key, name),
            Order::Join(room) => self.join(now, key, room),
            Order::Rooms => texts::rooms(&self.rooms.views()),
            Order::Who => self.room_of(key).map(texts::who).unwrap_or_default(),
            Order::Leave => texts::GOODBYE.to_owned(),
            Order::Ping => texts::PONG.to_owned(),
            Order::Help => texts::HELP.to_owned(),
            Order::Prove => self.place_of(key),
        };
        self.tell(now, key, &text);
        if *order == Order::Leave {
            self.remove(now, key, Leaving::Asked);
        }
    }

    fn nick(&mut self, key: usize, name: &str) -> String {
        match acceptable(name) {
            None => texts::bad_name(),
            Some(name) if self.rename(key, name) => texts::renamed(name),
            Some(_) => texts::NAME_TAKEN.to_owned(),
        }
    }

    fn join(&mut self, now: Instant, key: usize, room: &str) -> String {
        let Some(room) = acceptable_room(room) else { return texts::bad_name() };
        match self.move_to(key, room) {
            Ok(_) => self.place_of(key),
            Err(limit) => {
                self.refuse(now, key, limit, 0);
                String::new()
            }
        }
    }

    /// Name and room of the member, in words.
    fn place_of(&self, key: usize) -> String {
        let member = self.members.get(key);
        let room = self.room_of(key);
        member.zip(room).map(|(member, room)| texts::welcome(&member.name, room)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stands_alone_in_its_datagram() {
        assert_eq!(Order::parse(b"/nick Ann \r\n"), Some(Order::Nick("Ann")));
        assert_eq!(Order::parse(b"/nick\n"), Some(Order::Nick("")));
        assert_eq!(Order::parse(b"/nick \xff"), Some(Order::Nick("")));
        assert_eq!(Order::parse(b"/join side room"), Some(Order::Join("side room")));
        assert_eq!(Order::parse(b"/who\n"), Some(Order::Who));
        assert_eq!(Order::parse(b"/prove ABC123\n"), Some(Order::Prove));
    }

    #[test]
    fn everything_else_is_a_message() {
        for text in
            [&b"hello"[..], b"/dance", b"/WHO", b" /who", b"/who is it", b"/who\n/ping", b"\xff/who", b"/"]
        {
            assert_eq!(Order::parse(text), None, "{text:?}");
        }
    }
}
