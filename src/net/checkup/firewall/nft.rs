//! Reads `nft -j list ruleset` (libnftables-json(5)): chains that what comes in goes through, and what their rules ask.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::rules::{Condition, Rule, RuleAction, RuleMatch, Ruleset};

/// Families of tables that see a datagram of IP. Those of bridges see it before it is ours.
const FAMILIES: [&str; 4] = ["ip", "ip6", "inet", "netdev"];
/// Where what comes in for us passes.
const HOOKS: [&str; 3] = ["ingress", "prerouting", "input"];

/// `None`: that is no list of rules.
pub(super) fn read(text: &str) -> Option<Ruleset> {
    let list: Value = serde_json::from_str(text).ok()?;
    let mut rules = Ruleset { tool: "nft", ..Ruleset::default() };
    for item in list.get("nftables")?.as_array()? {
        if let Some(chain) = item.get("chain") {
            read_chain(&mut rules, chain);
        } else if let Some(rule) = item.get("rule") {
            read_rule(&mut rules, rule);
        }
    }
    Some(rules)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn read_chain(rules: &mut Ruleset, chain: &Value) {
    let family = text(chain, "family");
    if !FAMILIES.contains(&family) {
        return;
    }
    let read = rules.chain(family, text(chain, "table"), text(chain, "name"));
    read.begins = HOOKS.contains(&text(chain, "hook")) && text(chain, "type") == "filter";
    read.policy_drops = text(chain, "policy") == "drop";
}

fn read_rule(rules: &mut Ruleset, rule: &Value) {
    let family = text(rule, "family");
    if !FAMILIES.contains(&family) {
        return;
    }
    let (mut conditions, mut act) = (Vec::new(), RuleAction::Nothing);
    let chain = rules.chain(family, text(rule, "table"), text(rule, "chain"));
    for statement in rule.get("expr").and_then(Value::as_array).into_iter().flatten() {
        let Some((kind, value)) = statement.as_object().and_then(|statement| statement.iter().next()) else {
            continue;
        };
        if let Some(named) = act_of(kind, value) {
            act = named;
            continue;
        }
        match (kind.as_str(), verdicts(value)) {
            ("match", _) => conditions.extend(condition(value)),
            ("counter" | "log" | "comment" | "meta" | "mangle" | "set", _) => {}
            // As if each of its lines were a rule of its own.
            ("vmap", Some(lines)) => chain.rules.extend(lines.into_iter().map(|(condition, act)| {
                let conditions = [conditions.clone(), condition].concat();
                Rule { conditions, act }
            })),
            ("vmap" | "queue" | "xt", _) => {
                conditions.push(Condition::is(RuleMatch::Unknown));
                act = if act == RuleAction::Nothing { RuleAction::Unknown } else { act };
            }
            _ => conditions.push(Condition::is(RuleMatch::Unknown)),
        }
    }
    chain.rules.push(Rule { conditions, act });
}

fn act_of(kind: &str, value: &Value) -> Option<RuleAction> {
    Some(match kind {
        "accept" => RuleAction::Accept,
        "drop" | "reject" => RuleAction::Drop,
        "return" => RuleAction::Return,
        "continue" => RuleAction::Nothing,
        "jump" => RuleAction::Jump(text(value, "target").to_owned()),
        "goto" => RuleAction::Goto(text(value, "target").to_owned()),
        _ => return None,
    })
}

/// The lines of a map of verdicts; `None`: it is none, or its lines stand elsewhere.
fn verdicts(map: &Value) -> Option<Vec<(Vec<Condition>, RuleAction)>> {
    let (key, lines) = (map.get("key")?, map.get("data")?.get("set")?.as_array()?);
    let line = |line: &Value| {
        let (value, verdict) = (line.get(0)?, line.get(1)?);
        let (kind, target) = verdict.as_object()?.iter().next()?;
        let asked = json!({ "op": "==", "left": key, "right": value });
        Some((condition(&asked), act_of(kind, target).unwrap_or(RuleAction::Unknown)))
    };
    lines.iter().map(line).collect()
}

/// What one `match` asks: a port of UDP asks for UDP as well.
fn condition(value: &Value) -> Vec<Condition> {
    let (Some(left), Some(right)) = (value.get("left"), value.get("right")) else {
        return vec![Condition::is(RuleMatch::Unknown)];
    };
    let negated = text(value, "op") == "!=";
    if !matches!(text(value, "op"), "==" | "!=" | "in") {
        return vec![Condition::is(RuleMatch::Unknown)];
    }
    let mut found = Vec::new();
    let test = if let Some(payload) = left.get("payload") {
        let (protocol, field) = (text(payload, "protocol"), text(payload, "field"));
        if ["udp", "tcp"].contains(&protocol) {
            found.push(Condition::is(RuleMatch::Transport(vec![protocol.to_owned()])));
        }
        payload_test(protocol, field, right)
    } else if let Some(meta) = left.get("meta") {
        match text(meta, "key") {
            "l4proto" => names(right).map(RuleMatch::Transport),
            "iif" | "iifname" => names(right).map(RuleMatch::Interfaces),
            "nfproto" => right.as_str().map(|name| RuleMatch::IsSix(name == "ipv6")),
            _ => None,
        }
    } else if left.get("ct").is_some_and(|ct| ["state", "status"].contains(&text(ct, "key"))) {
        // What nobody here asked for has none of the statuses either.
        names(right).map(RuleMatch::States)
    } else if left.get("fib").is_some_and(|fib| text(fib, "result") == "type") {
        names(right).map(RuleMatch::Destination)
    } else {
        None
    };
    found.push(Condition { test: test.unwrap_or(RuleMatch::Unknown), negated });
    found
}

fn payload_test(protocol: &str, field: &str, right: &Value) -> Option<RuleMatch> {
    match (protocol, field) {
        ("udp" | "tcp" | "th", "dport") => ports(right).map(RuleMatch::Ports),
        ("ip", "protocol") | ("ip6", "nexthdr") => names(right).map(RuleMatch::Transport),
        ("ip" | "ip6", "saddr") => {
            let (address, prefix) = match right.get("prefix") {
                Some(prefix) => (text(prefix, "addr"), prefix.get("len")?.as_u64()?),
                None => (right.as_str()?, if protocol == "ip6" { 128 } else { 32 }),
            };
            Some(RuleMatch::Source(address.parse::<IpAddr>().ok()?, u8::try_from(prefix).ok()?))
        }
        _ => None,
    }
}

/// One value, or the members of a set.
fn members(right: &Value) -> Option<Vec<&Value>> {
    let of = |list: &'_ Value| -> Option<usize> { list.as_array().map(Vec::len) };
    let list = right.get("set").unwrap_or(right);
    if of(list).is_some() {
        return list.as_array().map(|list| list.iter().collect());
    }
    Some(vec![list])
}

fn names(right: &Value) -> Option<Vec<String>> {
    members(right)?.into_iter().map(|one| one.as_str().map(str::to_owned)).collect()
}

/// `None`: some of it is not known, such as the members of a set with a name.
fn ports(right: &Value) -> Option<Vec<RangeInclusive<u16>>> {
    let port = |value: &Value| u16::try_from(value.as_u64()?).ok();
    let range = |value: &Value| {
        let Some(ends) = value.get("range").and_then(Value::as_array) else {
            return port(value).map(|port| port..=port);
        };
        Some(port(ends.first()?)?..=port(ends.get(1)?)?)
    };
    members(right)?.into_iter().map(range).collect()
}
