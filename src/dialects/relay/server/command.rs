//! Text of plain members and of strangers: which of it is a command, and which a proof.

use super::proof::CODE_LENGTH;

/// Behind `/history`.
const SEARCH: &str = "search";
const PROVE: &[u8] = b"/prove ";

/// A command, alone in its datagram.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PlainCommand<'a> {
    Nick(&'a str),
    Join(&'a str),
    Rooms,
    /// From the member on that has this number.
    Who(usize),
    Leave,
    Ping,
    Help,
    /// The language of what the relay says; `None`: which there are.
    Lang(Option<&'a str>),
    /// So many of the last messages; `None`: some.
    History(Option<u16>),
    /// The messages that have these words.
    Search(&'a str),
    /// A proof sent twice.
    Prove,
}

impl<'a> PlainCommand<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
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
            b"/who" if space.is_none() => Self::Who(1),
            b"/who" => Self::Who(rest.parse().ok()?),
            b"/leave" if space.is_none() => Self::Leave,
            b"/ping" if space.is_none() => Self::Ping,
            b"/help" if space.is_none() => Self::Help,
            b"/lang" if rest.is_empty() => Self::Lang(None),
            b"/lang" => Self::Lang(Some(rest)),
            b"/history" if space.is_none() => Self::History(None),
            b"/history" => match rest.strip_prefix(SEARCH) {
                Some(words) if words.is_empty() || words.starts_with(' ') => Self::Search(words.trim_start()),
                Some(_) | None => Self::History(Some(rest.parse().ok()?)),
            },
            _ => return None,
        })
    }
}

/// What a text says about proofs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Proof<'a> {
    /// It is exactly the line: what stands behind the word.
    Given(&'a [u8]),
    /// The line stands somewhere in it.
    Quoted,
    Absent,
}

pub(super) fn proof_in(bytes: &[u8]) -> Proof<'_> {
    let mut end = bytes;
    while let [rest @ .., b'\r' | b'\n' | b' '] = end {
        end = rest;
    }
    if let Some(code) = end.strip_prefix(PROVE).filter(|code| code.len() == CODE_LENGTH)
        && code.iter().all(u8::is_ascii_alphanumeric)
    {
        return Proof::Given(code);
    }
    let quoted = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).any(|line| {
        // Whatever the case: some services answer in capitals.
        line.get(..PROVE.len()).is_some_and(|start| start.eq_ignore_ascii_case(PROVE))
    });
    if quoted { Proof::Quoted } else { Proof::Absent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stands_alone_in_its_datagram() {
        assert_eq!(PlainCommand::parse(b"/nick Ann \r\n"), Some(PlainCommand::Nick("Ann")));
        assert_eq!(PlainCommand::parse(b"/nick\n"), Some(PlainCommand::Nick("")));
        assert_eq!(PlainCommand::parse(b"/nick \xff"), Some(PlainCommand::Nick("")));
        assert_eq!(PlainCommand::parse(b"/join side room"), Some(PlainCommand::Join("side room")));
        assert_eq!(PlainCommand::parse(b"/who\n"), Some(PlainCommand::Who(1)));
        assert_eq!(PlainCommand::parse(b"/who 57\n"), Some(PlainCommand::Who(57)));
        assert_eq!(PlainCommand::parse(b"/history 7"), Some(PlainCommand::History(Some(7))));
        assert_eq!(
            PlainCommand::parse(b"/history search  red apples\n"),
            Some(PlainCommand::Search("red apples"))
        );
        assert_eq!(PlainCommand::parse(b"/history search"), Some(PlainCommand::Search("")));
        assert_eq!(PlainCommand::parse(b"/prove ABC123\n"), Some(PlainCommand::Prove));
    }

    #[test]
    fn everything_else_is_a_message() {
        for text in [
            &b"hello"[..],
            b"/dance",
            b"/WHO",
            b" /who",
            b"/who is it",
            b"/who\n/ping",
            b"\xff/who",
            b"/",
            b"/history searches",
        ] {
            assert_eq!(PlainCommand::parse(text), None, "{text:?}");
        }
    }
}
