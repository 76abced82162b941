//! Peers that prove nothing: where words came from, what they would be in another encoding, where we listen.

use super::*;
use crate::model::ListenSetting;

/// 你好 in GB2312.
const NI_HAO: [u8; 4] = [0xc4, 0xe3, 0xba, 0xc3];

fn hear(front: &mut Front, change: impl FnOnce(&mut Received)) {
    let mut received = front.received("alex", "hi");
    change(&mut received);
    front.happen(Event::Net(NetEvent::Received(received)));
}

#[test]
fn a_row_says_that_it_came_from_another_port_and_from_which() {
    let mut front = Front::new(100, 24);
    hear(&mut front, |_| {});
    assert!(!front.shows("from another port"), "{}", front.screen());
    hear(&mut front, |received| received.source.set_port(58_008));
    assert!(front.shows("from another port") && front.shows(":58008"), "{}", front.screen());
}

#[test]
fn text_that_is_not_utf_8_says_what_it_would_be_and_one_key_takes_it_for_the_peer() {
    let mut front = Front::new(100, 24);
    let nothing = front.intents.len();
    front.press("Alt-T");
    assert_eq!(front.intents.len(), nothing);
    assert!(front.shows("Nothing here is GB18030"), "{}", front.screen());
    hear(&mut front, |received| {
        received.text = "\u{fffd}\u{fffd}".to_owned();
        (received.lossy, received.payload) = (true, NI_HAO.into());
    });
    assert!(front.shows("not UTF-8; as GB18030: 你好 (Alt-T"), "{}", front.screen());
    front.press("Alt-T");
    let conversation = front.id("alex");
    let readdressed = front.intents.iter().find_map(|intent| match intent {
        Intent::SetAddress { conversation: id, address } if *id == conversation => address.option("encoding"),
        _ => None,
    });
    assert_eq!(readdressed, Some("gb18030"));
}

#[test]
fn an_encoding_that_was_chosen_is_taken_back() {
    let mut front = Front::new(100, 24);
    let conversation = front.id("alex");
    let last = |front: &Front| {
        front.intents.iter().rev().find_map(|intent| match intent {
            Intent::SetAddress { conversation: id, address } if *id == conversation => {
                Some(address.option("encoding").map(str::to_owned))
            }
            _ => None,
        })
    };
    front.write("/encoding gbk").press("Enter");
    assert_eq!(last(&front), Some(Some("gbk".to_owned())));
    front.write("/encoding au").press("Tab");
    assert_eq!(front.draft(), "/encoding auto");
    front.press("Enter");
    assert_eq!(last(&front), Some(None));
}

#[test]
fn bytes_that_make_no_sense_in_the_other_encoding_either_suggest_nothing() {
    let mut front = Front::new(100, 24);
    for bytes in [&b"\xff\xfe\xff"[..], b"\xc4\xe3\x01\x02", b"caf\xe9"] {
        hear(&mut front, |received| {
            received.text = "\u{fffd}".to_owned();
            (received.lossy, received.payload) = (true, bytes.into());
        });
    }
    assert!(!front.shows("not UTF-8"), "{}", front.screen());
}

#[test]
fn where_to_listen_is_a_kind_and_a_port_an_address_or_off() {
    let mut front = Front::new(100, 24);
    for (typed, kind, setting) in [
        ("/listen udp 9001", "udp", ListenSetting::Port(9_001)),
        ("/listen udp off", "udp", ListenSetting::Off),
        ("/listen tcp 7788", "tcp", ListenSetting::Port(7_788)),
        ("/listen ipmsg 127.0.0.1:3425", "ipmsg", "127.0.0.1:3425".parse().expect("a setting")),
    ] {
        front.write(typed).press("Enter");
        assert_eq!(front.requests.pop(), Some(UiRequest::Listen(kind, setting)), "{typed}");
    }
    for (typed, said) in [
        ("/listen", "KIND PORT"),
        ("/listen 9001", "KIND PORT"),
        ("/listen smoke 9001", "Nothing listens for “smoke”"),
        ("/listen udp nowhere", "“nowhere” does not say where to listen"),
    ] {
        front.press("Ctrl-C").write(typed).press("Enter");
        assert!(front.shows(said), "{typed}\n{}", front.screen());
        assert_eq!((front.draft().trim_end(), front.requests.len()), (typed, 0));
    }
}

#[test]
fn only_what_has_a_connection_is_connected() {
    let mut front = Front::new(100, 24);
    front.write("/connect").press("Enter");
    assert!(front.shows("has no connection to keep"), "{}", front.screen());
    front.press("Ctrl-C").write("/disconnect").press("Enter");
    assert!(front.shows("has no connection to keep"), "{}", front.screen());
    for command in ["/connect", "/join"] {
        front.press("Ctrl-C").write(&format!("{command} tcp://127.0.0.1:7788")).press("Enter");
        assert_eq!(front.open(), "127.0.0.1:7788");
        assert_eq!(front.entered.pop(), Some(front.id("127.0.0.1:7788")), "{command}");
    }
    front.write("/connect").press("Enter");
    assert_eq!(front.entered.pop(), Some(front.id("127.0.0.1:7788")), "the open one");
    front.write("/disconnect").press("Enter");
    assert!(front.shows("offline"), "{}", front.screen());
}
