//! Reads `nft -j list ruleset` (libnftables-json(5)): chains that what comes in goes through, and what their rules ask.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::rules::{Act, Condition, Rule, Ruleset, Test};

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
    // Rules for another family say nothing of what we speak most.
    if !FAMILIES.contains(&family) || family == "ip6" {
        return;
    }
    let read = rules.chain(family, text(chain, "table"), text(chain, "name"));
    read.begins = HOOKS.contains(&text(chain, "hook")) && text(chain, "type") == "filter";
    read.policy_drops = text(chain, "policy") == "drop";
}

fn read_rule(rules: &mut Ruleset, rule: &Value) {
    let family = text(rule, "family");
    if !FAMILIES.contains(&family) || family == "ip6" {
        return;
    }
    let (mut conditions, mut act) = (Vec::new(), Act::Nothing);
    for statement in rule.get("expr").and_then(Value::as_array).into_iter().flatten() {
        let Some((kind, value)) = statement.as_object().and_then(|statement| statement.iter().next()) else {
            continue;
        };
        match kind.as_str() {
            "match" => conditions.extend(condition(value)),
            "accept" => act = Act::Accept,
            "drop" | "reject" => act = Act::Drop,
            "return" => act = Act::Return,
            "jump" => act = Act::Jump(text(value, "target").to_owned()),
            "goto" => act = Act::Goto(text(value, "target").to_owned()),
            "counter" | "log" | "comment" | "meta" | "mangle" | "set" => {}
            "vmap" | "queue" | "xt" => {
                conditions.push(Condition::is(Test::Unknown));
                act = if act == Act::Nothing { Act::Unknown } else { act };
            }
            _ => conditions.push(Condition::is(Test::Unknown)),
        }
    }
    rules.chain(family, text(rule, "table"), text(rule, "chain")).rules.push(Rule { conditions, act });
}

/// What one `match` asks: a port of UDP asks for UDP as well.
fn condition(value: &Value) -> Vec<Condition> {
    let (Some(left), Some(right)) = (value.get("left"), value.get("right")) else {
        return vec![Condition::is(Test::Unknown)];
    };
    let negated = text(value, "op") == "!=";
    if !matches!(text(value, "op"), "==" | "!=" | "in") {
        return vec![Condition::is(Test::Unknown)];
    }
    let mut found = Vec::new();
    let test = if let Some(payload) = left.get("payload") {
        let (protocol, field) = (text(payload, "protocol"), text(payload, "field"));
        if ["udp", "tcp"].contains(&protocol) {
            found.push(Condition::is(Test::Transport(vec![protocol.to_owned()])));
        }
        payload_test(protocol, field, right)
    } else if let Some(meta) = left.get("meta") {
        match text(meta, "key") {
            "l4proto" => names(right).map(Test::Transport),
            "iif" | "iifname" => right.as_str().map(|name| Test::Interface(name.to_owned())),
            "nfproto" => Some(Test::Transport(vec![if right == "ipv6" { "none" } else { "all" }.to_owned()])),
            _ => None,
        }
    } else if left.get("ct").is_some_and(|ct| text(ct, "key") == "state") {
        names(right).map(Test::States)
    } else {
        None
    };
    found.push(Condition { test: test.unwrap_or(Test::Unknown), negated });
    found
}

fn payload_test(protocol: &str, field: &str, right: &Value) -> Option<Test> {
    match (protocol, field) {
        ("udp" | "tcp" | "th", "dport") => ports(right).map(Test::Ports),
        ("ip", "protocol") => names(right).map(Test::Transport),
        ("ip", "saddr") => {
            let (address, prefix) = match right.get("prefix") {
                Some(prefix) => (text(prefix, "addr"), prefix.get("len")?.as_u64()?),
                None => (right.as_str()?, 32),
            };
            Some(Test::Source(address.parse::<IpAddr>().ok()?, u8::try_from(prefix).ok()?))
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
