//! What to do about what was found, with the command where there is one.

use super::plan::WantedPort;
use super::report::Remedy;
use crate::model::Phrase;
use crate::net::checkup::{BlockingChain, PortHolder, PortKind};

/// A port of ours that another program has, or that could not be had.
pub(super) fn about_port(port: &WantedPort, holder: Option<&PortHolder>, running: bool) -> Remedy {
    let number = port.at.port();
    let program = holder.and_then(|holder| holder.program.as_ref());
    let name = program.map(|program| program.name.clone()).unwrap_or_default();
    let pid = program.map_or(0, |program| program.pid);
    let told = |key| {
        let told = Phrase::new(key).text("program", name.as_str()).number("pid", pid);
        told.number("port", number).text("scheme", port.scheme)
    };
    if holder.is_some() && program.is_none() {
        let flags = match port.transport {
            PortKind::Udp => "-lunp",
            PortKind::Tcp => "-ltnp",
        };
        return Remedy::by(told("doctor-do-port-whose"), format!("sudo ss {flags} sport = :{number}"));
    }
    let elsewhere = number.checked_add(1).unwrap_or(1_025);
    let scheme = port.scheme;
    let command = if running {
        format!("/listen {scheme} {elsewhere}")
    } else {
        format!("udpqq --listen {scheme}={elsewhere}")
    };
    let key = if program.is_some() { "doctor-do-port-taken" } else { "doctor-do-port-refused" };
    Remedy::by(told(key), command)
}

/// The command of whoever keeps the rules: what is written beside it would be gone with its next start.
pub(super) fn about_firewall(chain: &BlockingChain, ports: &[(PortKind, u16)]) -> Remedy {
    let of = |transport| -> Vec<String> {
        ports.iter().filter(|(one, _)| *one == transport).map(|(_, port)| port.to_string()).collect()
    };
    let (udp, tcp) = (of(PortKind::Udp), of(PortKind::Tcp));
    let kinds = [(PortKind::Udp, udp), (PortKind::Tcp, tcp)];
    let commands: Vec<String> = kinds
        .iter()
        .filter(|(_, ports)| !ports.is_empty())
        .map(|(transport, ports)| opening(chain, transport.name(), ports))
        .collect();
    let told = Phrase::new("doctor-do-firewall").text("ports", named_ports(ports));
    Remedy::by(told, commands.join(" && "))
}

fn opening(chain: &BlockingChain, transport: &str, ports: &[String]) -> String {
    let each = |one: &dyn Fn(&String) -> String| ports.iter().map(one).collect::<Vec<_>>();
    match (chain.manager, chain.tool) {
        (Some("ufw"), _) => each(&|port| format!("sudo ufw allow {port}/{transport}")).join(" && "),
        (Some(_), _) => {
            let opened = each(&|port| format!("--add-port={port}/{transport}"));
            format!("sudo firewall-cmd {}", opened.join(" "))
        }
        (None, tool @ ("iptables" | "ip6tables")) => {
            if let [port] = ports {
                return format!("sudo {tool} -I {} -p {transport} --dport {port} -j ACCEPT", chain.chain);
            }
            let ports = ports.join(",");
            format!("sudo {tool} -I {} -p {transport} -m multiport --dports {ports} -j ACCEPT", chain.chain)
        }
        (None, _) => {
            let BlockingChain { family, table, chain, .. } = chain;
            let set = match ports {
                [port] => port.clone(),
                _ => format!("'{{ {} }}'", ports.join(", ")),
            };
            format!("sudo nft insert rule {family} {table} {chain} {transport} dport {set} accept")
        }
    }
}

/// `udp 2425, 7781`.
pub(super) fn named_ports(ports: &[(PortKind, u16)]) -> String {
    let mut text = String::new();
    for transport in [PortKind::Udp, PortKind::Tcp] {
        let of: Vec<String> =
            ports.iter().filter(|(one, _)| *one == transport).map(|(_, port)| port.to_string()).collect();
        if !of.is_empty() {
            let between = if text.is_empty() { "" } else { "; " };
            text = format!("{text}{between}{} {}", transport.name(), of.join(", "));
        }
    }
    text
}

pub(super) fn about_broadcast(interface: &str) -> Remedy {
    Remedy::told(Phrase::new("doctor-do-broadcast").text("name", interface))
}

/// A path as a shell takes it.
pub(in crate::runtime) fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-~+".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
