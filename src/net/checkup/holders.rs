//! Which programs hold a port of this machine.
//!
//! ```text
//! /proc/net/udp, tcp   sl  local_address  rem_address  st  tx:rx  tr:when  retrnsmt  uid  timeout  inode
//!                          IP:PORT in hex                                                 socket:[inode] in /proc/PID/fd
//! ```

use std::net::{IpAddr, SocketAddr};

use super::PortKind;

/// A port, and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortHolder {
    pub transport: PortKind,
    pub port: u16,
    /// `None`: the system does not tell us, since it is somebody else's program.
    pub program: Option<Program>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub name: String,
    pub pid: u32,
}

/// The system tells who holds a port.
const TELLS: bool = cfg!(target_os = "linux");

/// Who holds these ports, each program once. `None`: this system does not tell.
pub fn holders(ports: &[(PortKind, u16)]) -> Option<Vec<PortHolder>> {
    TELLS.then(|| held_by(|socket| ports.contains(&(socket.transport, socket.port))))
}

/// Who takes what anybody sends to that address of this machine, each program once. `None`: this system does not tell.
pub fn receivers(transport: PortKind, at: SocketAddr) -> Option<Vec<PortHolder>> {
    let wanted = at.ip().to_canonical();
    let takes = |socket: &BoundSocket| {
        (socket.transport, socket.port) == (transport, at.port())
            && !socket.connected
            && (socket.address == wanted || socket.address.is_unspecified())
    };
    TELLS.then(|| held_by(takes))
}

/// A socket that has a port of this machine.
#[derive(Debug)]
struct BoundSocket {
    transport: PortKind,
    address: IpAddr,
    port: u16,
    /// It takes what comes from one address alone.
    connected: bool,
    inode: u64,
}

#[cfg(target_os = "linux")]
fn held_by(wanted: impl Fn(&BoundSocket) -> bool) -> Vec<PortHolder> {
    use std::fs;

    let mut sockets = Vec::new();
    for (path, transport) in [
        ("/proc/net/udp", PortKind::Udp),
        ("/proc/net/udp6", PortKind::Udp),
        ("/proc/net/tcp", PortKind::Tcp),
        ("/proc/net/tcp6", PortKind::Tcp),
    ] {
        // A machine without IPv6 has no table for it.
        let Ok(table) = fs::read_to_string(path) else { continue };
        sockets.extend(linux::bound(transport, &table).filter(&wanted));
    }
    let programs = linux::programs(&sockets);
    let mut found: Vec<PortHolder> = Vec::new();
    for socket in &sockets {
        let program = programs.get(&socket.inode).cloned();
        let holder = PortHolder { transport: socket.transport, port: socket.port, program };
        if !found.contains(&holder) {
            found.push(holder);
        }
    }
    found
}

#[cfg(not(target_os = "linux"))]
fn held_by(_wanted: impl Fn(&BoundSocket) -> bool) -> Vec<PortHolder> {
    Vec::new()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::fs;
    use std::net::IpAddr;

    use super::{BoundSocket, PortKind, Program};

    /// Processes that are looked at, and open files of one: more than any usual machine has, and done in some tenths of a
    /// second.
    const MAX_PROCESSES: usize = 4_096;
    const MAX_FILES: usize = 4_096;
    /// The state of a TCP socket that takes connections.
    const LISTEN: &str = "0A";
    /// The state of a UDP socket that has been connected to one peer.
    const ESTABLISHED: &str = "01";

    /// The sockets of one table that take what comes to a port.
    pub(super) fn bound(transport: PortKind, table: &str) -> impl Iterator<Item = BoundSocket> {
        table.lines().skip(1).filter_map(move |line| {
            let mut fields = line.split_whitespace().skip(1);
            let (address, port) = fields.next()?.rsplit_once(':')?;
            let (address, port) = (ip(address)?, u16::from_str_radix(port, 16).ok()?);
            let (_remote, state) = (fields.next()?, fields.next()?);
            let inode = fields.nth(5)?.parse().ok()?;
            let takes = transport == PortKind::Udp || state == LISTEN;
            let connected = state == ESTABLISHED;
            takes.then_some(BoundSocket { transport, address, port, connected, inode })
        })
    }

    /// An address in hex, each 32 bits of it in the byte order of the machine.
    fn ip(hex: &str) -> Option<IpAddr> {
        let word = |at: usize| {
            let digits = hex.get(at..at.checked_add(8)?)?;
            u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
        };
        match hex.len() {
            8 => word(0).map(IpAddr::from),
            32 => {
                let mut bytes = [0; 16];
                for (at, part) in (0..).step_by(8).zip(bytes.chunks_exact_mut(4)) {
                    part.copy_from_slice(&word(at)?);
                }
                Some(IpAddr::from(bytes).to_canonical())
            }
            _ => None,
        }
    }

    /// Whose these sockets are, as far as we may look.
    pub(super) fn programs(sockets: &[BoundSocket]) -> BTreeMap<u64, Program> {
        let mut found = BTreeMap::new();
        if sockets.is_empty() {
            return found;
        }
        let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        for pid in pids.take(MAX_PROCESSES) {
            let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
            for file in files.take(MAX_FILES) {
                let Ok(target) = fs::read_link(file.path()) else { continue };
                let inode = target.to_str().and_then(socket_inode);
                let Some(inode) = inode.filter(|it| sockets.iter().any(|one| one.inode == *it)) else {
                    continue;
                };
                if let Ok(name) = fs::read_to_string(format!("/proc/{pid}/comm")) {
                    found.insert(inode, Program { name: name.trim_end().to_owned(), pid });
                }
            }
        }
        found
    }

    fn socket_inode(target: &str) -> Option<u64> {
        target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        const UDP: &str = "\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  102: 00000000:0979 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 41337 2 0000000000000000 0
  garbage
  103: 0100007F:1F91 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 41338 2 0000000000000000 0
";
        const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0979 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 100 0 0 10 0
   1: 0100007F:0979 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 78 1 0 20 4 30 10 -1
";

        #[test]
        fn the_tables_of_the_kernel_say_which_socket_has_a_port() {
            let of = |transport, table| -> Vec<_> {
                bound(transport, table).map(|one| (one.port, one.inode)).collect()
            };
            assert_eq!(of(PortKind::Udp, UDP), [(2425, 41_337), (8081, 41_338)]);
            assert_eq!(of(PortKind::Tcp, TCP), [(2425, 77)], "a connection holds no port against others");
        }

        #[test]
        fn a_socket_is_told_from_other_files() {
            assert_eq!(socket_inode("socket:[41337]"), Some(41_337));
            for other in ["pipe:[41337]", "/dev/null", "socket:[x]", "socket:[41337"] {
                assert_eq!(socket_inode(other), None, "{other}");
            }
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn our_own_program_is_found_by_its_port() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("bound");
        let port = socket.local_addr().expect("bound").port();
        let found = holders(&[(PortKind::Udp, port), (PortKind::Tcp, port)]).expect("linux tells");
        let pids: Vec<_> = found.iter().filter_map(|one| one.program.as_ref()).map(|one| one.pid).collect();
        assert_eq!((pids, found.len()), (vec![std::process::id()], 1), "{found:?}");
    }

    #[test]
    fn what_goes_to_an_address_is_taken_by_who_has_it_or_all_addresses() {
        let alone = std::net::UdpSocket::bind("127.0.0.1:0").expect("bound");
        let here = alone.local_addr().expect("bound");
        let there = SocketAddr::from(([127, 0, 0, 9], here.port()));
        let count = |at| receivers(PortKind::Udp, at).expect("linux tells").len();
        assert_eq!((count(here), count(there)), (1, 0), "another address of this machine is another place");
        let all = std::net::UdpSocket::bind("[::]:0").expect("bound");
        let port = all.local_addr().expect("bound").port();
        assert_eq!(count(SocketAddr::from(([127, 0, 0, 9], port))), 1);
        alone.connect(there).expect("connected");
        assert_eq!(count(here), 0, "it hears one peer alone");
    }
}
