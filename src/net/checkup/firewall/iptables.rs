//! Reads what `iptables-save` prints: the chains of the table `filter`, and what their rules ask.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use super::rules::{Act, Condition, Rule, Ruleset, Test};

const TABLE: &str = "filter";
const FAMILY: &str = "ip";

pub(super) fn read(text: &str) -> Ruleset {
    let mut rules = Ruleset { tool: "iptables", ..Ruleset::default() };
    let mut reading = false;
    for line in text.lines() {
        if let Some(table) = line.strip_prefix('*') {
            reading = table == TABLE;
        } else if let Some(chain) = line.strip_prefix(':').filter(|_| reading) {
            let mut words = chain.split(' ');
            let name = words.next().unwrap_or_default();
            let policy = words.next();
            let chain = rules.chain(FAMILY, TABLE, name);
            chain.begins = name == "INPUT";
            chain.policy_drops = policy == Some("DROP");
        } else if let Some(rule) = line.strip_prefix("-A ").filter(|_| reading) {
            let words = words(rule);
            if let Some((chain, words)) = words.split_first() {
                rules.chain(FAMILY, TABLE, chain).rules.push(rule_of(words));
            }
        }
    }
    rules
}

/// The words of a line; quotes keep blanks.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words
}

fn rule_of(words: &[String]) -> Rule {
    let (mut conditions, mut act) = (Vec::new(), Act::Nothing);
    let (mut words, mut negated) = (words.iter().map(String::as_str).peekable(), false);
    while let Some(word) = words.next() {
        if word == "!" {
            negated = true;
            continue;
        }
        if !word.starts_with('-') {
            continue;
        }
        let value = words.peek().copied().unwrap_or_default();
        let test = match word {
            "-j" => {
                act = act_of(value, Act::Jump);
                None
            }
            "-g" => {
                act = Act::Goto(value.to_owned());
                None
            }
            "-m" | "--comment" | "--reject-with" | "--log-prefix" | "--log-level" => None,
            "-p" => Some(Test::Transport(vec![value.to_owned()])),
            "-i" => Some(Test::Interface(value.to_owned())),
            "--dport" | "--dports" | "--destination-port" => {
                Some(ports(value).map_or(Test::Unknown, Test::Ports))
            }
            "--ctstate" | "--state" => Some(Test::States(value.split(',').map(str::to_owned).collect())),
            "-s" => Some(source(value).unwrap_or(Test::Unknown)),
            _ => Some(Test::Unknown),
        };
        if let Some(test) = test {
            conditions.push(Condition { test, negated });
        }
        negated = false;
    }
    Rule { conditions, act }
}

fn act_of(target: &str, chain: fn(String) -> Act) -> Act {
    match target {
        "ACCEPT" => Act::Accept,
        "DROP" | "REJECT" => Act::Drop,
        "RETURN" => Act::Return,
        "LOG" | "NFLOG" | "MARK" | "CONNMARK" | "TCPMSS" | "CT" => Act::Nothing,
        "NFQUEUE" | "TARPIT" => Act::Unknown,
        _ => chain(target.to_owned()),
    }
}

/// `2425`, `2425:2430` or several with commas.
fn ports(text: &str) -> Option<Vec<RangeInclusive<u16>>> {
    let range = |part: &str| {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    text.split(',').map(range).collect()
}

fn source(text: &str) -> Option<Test> {
    let (address, prefix) = text.split_once('/').unwrap_or((text, "32"));
    Some(Test::Source(address.parse::<IpAddr>().ok()?, prefix.parse().ok()?))
}
