//! Reads what `iptables-save` and `ip6tables-save` print: the chains of the table `filter`, and what their rules ask.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use super::rules::{Condition, Rule, RuleAction, RuleMatch, Ruleset};

const TABLE: &str = "filter";

pub(super) fn read(text: &str, is_six: bool) -> Ruleset {
    let (tool, family) = if is_six { ("ip6tables", "ip6") } else { ("iptables", "ip") };
    let mut rules = Ruleset { tool, ..Ruleset::default() };
    let mut reading = false;
    for line in text.lines() {
        if let Some(table) = line.strip_prefix('*') {
            reading = table == TABLE;
        } else if let Some(chain) = line.strip_prefix(':').filter(|_| reading) {
            let mut words = chain.split(' ');
            let name = words.next().unwrap_or_default();
            let policy = words.next();
            let chain = rules.chain(family, TABLE, name);
            chain.begins = name == "INPUT";
            chain.policy_drops = policy == Some("DROP");
        } else if let Some(rule) = line.strip_prefix("-A ").filter(|_| reading) {
            let words = words(rule);
            if let Some((chain, words)) = words.split_first() {
                rules.chain(family, TABLE, chain).rules.push(rule_of(words));
            }
        }
    }
    rules
}

/// The words of a line; quotes keep blanks.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            // A quote of a comment.
            '\\' if quoted => word.extend(characters.next()),
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words
}

fn rule_of(words: &[String]) -> Rule {
    let (mut conditions, mut act) = (Vec::new(), RuleAction::Nothing);
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
                act = act_of(value, RuleAction::Jump);
                None
            }
            "-g" => {
                act = RuleAction::Goto(value.to_owned());
                None
            }
            "-m" | "--comment" | "--reject-with" | "--log-prefix" | "--log-level" => None,
            "-p" => Some(RuleMatch::Transport(vec![value.to_owned()])),
            "-i" => Some(RuleMatch::Interfaces(vec![value.to_owned()])),
            "--dst-type" => Some(RuleMatch::Destination(value.split(',').map(str::to_owned).collect())),
            "--dport" | "--dports" | "--destination-port" => {
                Some(ports(value).map_or(RuleMatch::Unknown, RuleMatch::Ports))
            }
            "--ctstate" | "--state" => Some(RuleMatch::States(value.split(',').map(str::to_owned).collect())),
            "-s" => Some(source(value).unwrap_or(RuleMatch::Unknown)),
            _ => Some(RuleMatch::Unknown),
        };
        if let Some(test) = test {
            conditions.push(Condition { test, negated });
        }
        negated = false;
    }
    Rule { conditions, act }
}

fn act_of(target: &str, chain: fn(String) -> RuleAction) -> RuleAction {
    match target {
        "ACCEPT" => RuleAction::Accept,
        "DROP" | "REJECT" => RuleAction::Drop,
        "RETURN" => RuleAction::Return,
        "LOG" | "NFLOG" | "MARK" | "CONNMARK" | "TCPMSS" | "CT" => RuleAction::Nothing,
        "NFQUEUE" | "TARPIT" => RuleAction::Unknown,
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

fn source(text: &str) -> Option<RuleMatch> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(ip, prefix)| (ip, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    let whole = if address.is_ipv6() { 128 } else { 32 };
    Some(RuleMatch::Source(address, prefix.map_or(Some(whole), |prefix| prefix.parse().ok())?))
}
