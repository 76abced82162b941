//! What an address of a room may be, and what fits into one datagram.

use super::{address, at};
use crate::dialects::room::{DIALECT, codec};
use crate::dialects::{Dialect, ListenMode};
use crate::model::{Address, AddressError, Caps, Fault, ListenSetting};

fn judge(text: &str) -> Result<(), AddressError> {
    (DIALECT.validate)(&address(text))
}

#[test]
fn broadcast_addresses_and_groups_are_rooms() {
    for good in [
        "255.255.255.255",
        "255.255.255.255:9000?encoding=gb18030",
        "255.255.255.255?interface=eth0",
        "192.168.1.255:7788",
        "127.255.255.255",
        "10.0.3.255?interface=eth0",
        "239.7.7.88:7788?ttl=255",
        "224.0.0.88?interface=wlan0&ttl=1&encoding=gbk",
        "[ff02::7788]",
        "[ff02::7788%eth0]:7788?ttl=5",
        "[ff02::7788]:7788?interface=eth0",
        "[ff15::7788]",
    ] {
        assert_eq!(judge(good), Ok(()), "{good}");
    }
}

#[test]
fn names_and_other_ipv6_addresses_are_no_rooms() {
    for (bad, host) in [
        ("everybody.lan:7788", "everybody.lan"),
        ("[::1]:7788", "::1"),
        ("[fe80::1%eth0]", "fe80::1%eth0"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[::ffff:255.255.255.255]", "::ffff:255.255.255.255"),
        ("[::ffff:239.1.1.1]", "::ffff:239.1.1.1"),
    ] {
        assert_eq!(judge(bad), Err(AddressError::Group(host.to_owned())), "{bad}");
    }
}

#[test]
fn options_that_mean_nothing_there_are_named() {
    for (bad, option) in [
        ("255.255.255.255?x=y", "x=y"),
        ("255.255.255.255?ttl=2", "ttl=2"),
        ("10.0.0.255?ttl=2", "ttl=2"),
        ("239.1.1.1?ttl=0", "ttl=0"),
        ("239.1.1.1?ttl=256", "ttl=256"),
        ("239.1.1.1?ttl=-1", "ttl=-1"),
        ("239.1.1.1?ttl=far", "ttl=far"),
        ("[ff02::1%eth0]?interface=eth1", "interface=eth1"),
    ] {
        assert_eq!(judge(bad), Err(AddressError::Option(option.to_owned())), "{bad}");
    }
    assert_eq!(judge("255.255.255.255?encoding=klingon"), Err(AddressError::Encoding("klingon".to_owned())));
}

#[test]
fn a_datagram_carries_as_much_as_plain_udp() {
    for (text, limit) in [
        ("255.255.255.255", 65_507),
        ("239.1.1.1", 65_507),
        ("[ff02::1]", 65_527),
        ("[ff02::1%eth0]", 65_527),
    ] {
        assert_eq!((DIALECT.check)(&address(text), &"x".repeat(limit)), Ok(limit));
        let fault = Fault::TooLarge { bytes: limit + 1, limit };
        assert_eq!((DIALECT.check)(&address(text), &"x".repeat(limit + 1)), Err(fault));
    }
    let fault = Fault::CannotEncode { character: '😀', encoding: "GBK".to_owned() };
    assert_eq!((DIALECT.check)(&address("255.255.255.255?encoding=gbk"), "好😀"), Err(fault));
    assert_eq!((DIALECT.check)(&address("255.255.255.255?encoding=gbk"), "好"), Ok(2));
}

#[test]
fn a_group_stays_on_its_network_unless_its_address_says_otherwise() {
    assert_eq!(codec::hops_of(&address("239.1.1.1")), 1);
    assert_eq!(codec::hops_of(&address("[ff15::1]?ttl=5")), 5);
}

#[test]
fn the_dialect_says_what_a_room_can() {
    let Dialect { scheme, listens, .. } = DIALECT;
    assert_eq!((scheme.name, scheme.default_port), ("room", 7788));
    assert_eq!(scheme.caps, Caps { encodings: true, group: true, ..Caps::NONE });
    assert_eq!(listens, ListenMode::Itself(ListenSetting::Port(7788)));
    let seen = Address::from_socket(scheme, at("255.255.255.255:7788"));
    assert_eq!(seen.to_string(), "room://255.255.255.255:7788");
}
