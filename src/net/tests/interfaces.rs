//! The machine's interfaces as engines are told of them, and their changes, in a network of the test's own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::probe::{Heard, Rig, confined};
use crate::dialects::ListenMode;
use crate::model::ListenSetting;
use crate::net::ifaces;
use crate::wire::Interface;

#[tokio::test]
async fn the_interfaces_are_told_before_the_first_link() {
    let usual = ListenSetting::At(SocketAddr::from(([127, 0, 0, 1], 0)));
    let mut rig = Rig::start_with(&[("probe", ListenMode::Datagrams(usual))], false, confined());
    let Heard::Interfaces(all) = rig.next_at_all().await else { panic!("interfaces first") };
    assert!(matches!(rig.next_at_all().await, Heard::LinkUp(0, _)));
    let own = all.iter().find(|one| one.address == IpAddr::V4(Ipv4Addr::LOCALHOST)).expect("127.0.0.1");
    assert!(own.loopback && own.index > 0);
    assert_eq!(own.broadcast, Some(Ipv4Addr::new(127, 255, 255, 255)));
    assert!(all.iter().filter(|one| one.limited).count() <= 1);
}

#[test]
fn with_one_interface_only_that_one_is_told() {
    let Some(lo) = ifaces::list().into_iter().find(|one| one.loopback) else { return };
    let told = ifaces::addresses(Some(&lo));
    assert!(!told.is_empty() && told.iter().all(|one| one.name == lo.name && !one.limited), "{told:?}");
}

#[cfg(target_os = "linux")]
mod own_network {
    use std::process::{Command, Stdio};

    use nix::sched::{CloneFlags, unshare};

    use super::super::probe::datagram;
    use super::super::udp;
    use super::*;
    use crate::model::{LinkId, ListenSetting};
    use crate::net::NetOptions;
    use crate::wire::{Output, SocketSpec};

    const GROUP: &str = "ff12::7788";

    fn ip(arguments: &str) -> bool {
        let mut command = Command::new("ip");
        command.args(arguments.split(' ')).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Runs `test` on a thread that has a network of its own, with two interfaces that lead to each other; says why
    /// where that cannot be.
    fn in_own_network<F: Future<Output = ()>>(test: impl FnOnce() -> F + Send + 'static) {
        let run = move || {
            if unshare(CloneFlags::CLONE_NEWNET).is_err() {
                println!("skipped: no network of its own without the right to it");
                return;
            }
            // Otherwise the kernel asks for a second whether anybody has an address before it can be used.
            let ready = std::fs::write("/proc/sys/net/ipv6/conf/default/accept_dad", "0").is_ok()
                && ip("link set lo up")
                && ip("link add near type veth peer name far")
                && ip("addr add 10.9.0.1/24 dev near")
                && ip("link set far up")
                && ip("link set near up");
            if !ready {
                println!("skipped: no interfaces can be made here");
                return;
            }
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("runtime").block_on(test());
        };
        std::thread::spawn(run).join().expect("the test");
    }

    /// The next list of interfaces that is as wanted.
    async fn until(rig: &mut Rig, wanted: impl Fn(&[Interface]) -> bool) -> Vec<Interface> {
        loop {
            if let Heard::Interfaces(all) = rig.next_at_all().await
                && wanted(&all)
            {
                return all;
            }
        }
    }

    fn near(all: &[Interface]) -> Option<&Interface> {
        all.iter().find(|one| one.name == "near" && one.address.is_ipv4())
    }

    /// Addresses of IPv6 come by themselves, some time after the interfaces.
    fn settled(all: &[Interface]) -> bool {
        ["near", "far"]
            .into_iter()
            .all(|name| all.iter().any(|one| one.name == name && one.address.is_ipv6()))
    }

    #[test]
    fn interfaces_that_come_and_go_are_told_and_nothing_while_none_does() {
        in_own_network(async || {
            let mut rig = Rig::start();
            let all = until(&mut rig, |all| near(all).is_some()).await;
            let first = near(&all).expect("there").clone();
            assert_eq!(first.broadcast, Some(Ipv4Addr::new(10, 9, 0, 255)), "though nobody has set it");
            assert!(!first.limited, "no route leads to 255.255.255.255");
            assert!(ip("link set near down"));
            until(&mut rig, |all| near(all).is_none()).await;
            assert!(ip("link set near up"));
            until(&mut rig, |all| near(all).is_some()).await;
            assert!(ip("route add default dev near"));
            assert!(ip("addr add 10.9.1.1/24 brd + dev far"));
            let all =
                until(&mut rig, |all| all.iter().any(|one| one.name == "far" && one.address.is_ipv4())).await;
            let limited: Vec<_> = all.iter().filter(|one| one.limited).map(|one| one.address).collect();
            assert_eq!(limited, [first.address]);
            assert!(ip("link del near"));
            until(&mut rig, |all| all.iter().all(|one| one.loopback)).await;
        });
    }

    #[test]
    fn a_group_of_ipv6_goes_out_by_the_interface_that_was_named_and_comes_in_by_the_other() {
        in_own_network(async || {
            let mut rig = Rig::start();
            let all = until(&mut rig, settled).await;
            let index =
                |name: &str| all.iter().find(|one| one.name == name).map(|one| one.index).expect("there");
            let socket =
                SocketSpec { at: "[::]:0".parse().expect("address"), shared: true, broadcast: true, hops: 1 };
            let own = rig.open_socket(16, socket).await;
            let group: IpAddr = GROUP.parse().expect("group");
            rig.ask(Output::Join { link: LinkId(16), group, interface: index("far") });
            let to = SocketAddr::new(group, own.port());
            rig.ask(datagram(16, to, Some(index("near")), b"over the wire"));
            assert_eq!(rig.next().await, Heard::Handed(0, Ok(())));
            let Heard::Datagram { to: Some(told), from, bytes, .. } = rig.next().await else {
                panic!("heard")
            };
            assert_eq!((told, bytes.as_slice()), (group, &b"over the wire"[..]));
            let SocketAddr::V6(from) = from else { panic!("{from}") };
            assert_eq!(from.scope_id(), index("far"), "it came by the other one");
        });
    }

    #[test]
    fn a_broadcast_goes_out_by_the_only_interface_that_may_be_used() {
        in_own_network(async || {
            let options = NetOptions { interface: Some("near".to_owned()), ..confined() };
            let mut rig = Rig::start_with(&[("probe", ListenMode::Nowhere)], false, options);
            let all = until(&mut rig, |all| !all.is_empty()).await;
            assert!(all.iter().all(|one| one.name == "near"));
            assert!(near(&all).is_some_and(|one| one.limited), "bound to it, no route is needed");
            let mut other = Rig::start_with(
                &[("far", ListenMode::Nowhere)],
                false,
                NetOptions { listen: udp(ListenSetting::Off), ..confined() },
            );
            let at = "0.0.0.0:0".parse().expect("address");
            let socket = SocketSpec { at, shared: true, broadcast: true, hops: 1 };
            let own = rig.open_socket(16, socket).await;
            other.open_socket(16, SocketSpec { at: own, ..socket }).await;
            rig.ask(datagram(16, SocketAddr::from((Ipv4Addr::BROADCAST, own.port())), None, b"x"));
            assert_eq!(rig.next().await, Heard::Handed(0, Ok(())));
            assert!(matches!(rig.next().await, Heard::Datagram { .. }), "it comes back");
            assert!(matches!(other.next().await, Heard::Datagram { .. }));
            let far = near(&all).map_or(0, |near| near.index) - 1;
            rig.ask(datagram(16, SocketAddr::from((Ipv4Addr::BROADCAST, own.port())), Some(far), b"x"));
            assert_eq!(rig.next().await, Heard::Handed(0, Err("ENETUNREACH".into())));
        });
    }
}
