//! Going to somebody, finding a command, reading the help: the lists that narrow as one types.

use ratatui::style::Modifier;

use super::*;
use crate::model::traffic::{PeerInfo, Profile};
use crate::tui::popup::Popup;

fn office(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.load(&[
        ("张伟", "ipmsg://10.77.5.31"),
        ("赵雯", "ipmsg://10.77.5.32"),
        ("王芳", "ipmsg://10.77.5.33"),
        ("bea", "ipmsg://10.77.5.34"),
        ("alex", "127.0.0.1:8081"),
    ]);
    front.ui.navigation.forget_lost();
    front.follow();
    for name in ["张伟", "王芳"] {
        tell(&mut front, name, "research");
    }
    front
}

/// Somebody says to which group they belong.
fn tell(front: &mut Front, name: &str, group: &str) {
    let place = front.state.conversation(front.id(name)).expect(name);
    let about = Profile { name: name.to_owned(), group: group.to_owned(), ..Profile::default() };
    let address = Box::new(place.address.clone());
    let peer = PeerInfo { conversation: Some(place.id), address, here: true, about };
    front.happen(Event::Net(NetEvent::Peer(peer)));
}

/// The texts that were sent, with whom they went to.
fn said(front: &Front) -> Vec<(&str, &str)> {
    let name = |id: &ConversationId| front.state.conversation(*id).map_or("", |place| place.name.as_str());
    let texts = front.intents.iter().filter_map(|intent| match intent {
        Intent::SendAs { conversation, text, .. } => Some((name(conversation), text.as_str())),
        _ => None,
    });
    texts.collect()
}

#[test]
fn somebody_is_found_by_the_sound_of_the_name_and_seen_before_one_goes_there() {
    let mut front = office(120, 30);
    front.hear("张伟", "会议室在哪？B203 吗");
    front.press("Ctrl-G 'zw");
    insta::assert_snapshot!("go-to-120x30", front.screen());
    front.press("Enter");
    assert_eq!(front.open(), "张伟");
    for (typed, name) in [("zhaow", "赵雯"), ("wangf", "王芳"), ("5.34", "bea"), ("research", "张伟")] {
        front.press("Ctrl-G").write(typed).press("Enter");
        assert_eq!(front.open(), name, "{typed}");
    }
}

#[test]
fn what_was_typed_is_underlined_in_what_is_found() {
    let mut front = office(120, 30);
    front.press("Ctrl-G 'zhangw Down");
    let screen = front.screen();
    let y = screen.lines().position(|line| line.contains("张伟  Zhang Wei")).expect("found");
    let hits = |front: &Front| {
        let row = (0..120).map(|x| &front.buffer[(x, u16::try_from(y).expect("fits"))]);
        let hit = row
            .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED))
            .map(ratatui::buffer::Cell::symbol);
        hit.collect::<String>()
    };
    assert_eq!(hits(&front), "张伟", "{screen}");
    front.press("Ctrl-U '5.31");
    let y = front.screen().lines().position(|line| line.contains("张伟")).expect("found");
    assert!(y > 0 && front.shows("张伟"), "{}", front.screen());
}

#[test]
fn there_is_no_preview_where_it_has_no_room() {
    for (width, height, shown) in [(120, 30, true), (100, 24, true), (99, 30, false), (80, 24, false)] {
        let mut front = office(width, height);
        front.hear("张伟", "nothing but this");
        front.press("Ctrl-G 'zhangwei");
        assert_eq!(front.shows("nothing but this"), shown, "{width}\n{}", front.screen());
    }
}

#[test]
fn several_that_are_chosen_are_written_to_together() {
    let mut front = office(120, 30);
    front.press("Ctrl-G 'zw Tab Ctrl-U 'bea Tab");
    assert!(front.shows("✓ bea"), "{}", front.screen());
    front.press("Ctrl-U 'alex Tab");
    assert!(front.ui.popup.is_some() && !front.shows("✓ alex"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.draft(), "/to 张伟,bea ");
    front.write("lunch?").press("Enter");
    assert_eq!(said(&front), [("张伟", "lunch?"), ("bea", "lunch?")]);
}

#[test]
fn a_group_of_colleagues_is_written_to_by_its_name() {
    let mut front = office(120, 30);
    front.press("Ctrl-G").write("group").press("Enter");
    assert_eq!(front.draft(), "/to group:research ");
    front.write("at three").press("Enter");
    assert_eq!(said(&front), [("张伟", "at three"), ("王芳", "at three")], "{}", front.screen());
    front.write("/to rese").press("Tab");
    assert_eq!(front.draft(), "/to group:research");
    front.press("Ctrl-C").write("/to group:nobody hi").press("Enter");
    assert!(front.shows("nobody") && front.draft().starts_with("/to"), "{}", front.screen());
    assert_eq!(said(&front).len(), 2);
}

#[test]
fn an_address_that_nobody_has_leads_there() {
    let mut front = office(100, 30);
    front.press("Ctrl-G").write("127.0.0.9:9000");
    assert!(front.shows("Enter opens this address"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.open(), "127.0.0.9:9000", "{}", front.screen());
    front.press("Ctrl-G 'qqq Enter");
    assert!(matches!(front.ui.popup, Some(Popup::Chooser(_))), "{}", front.screen());
}

#[test]
fn the_palette_has_commands_first_each_key_once_and_no_nonsense() {
    let mut front = office(120, 40);
    front.press("Ctrl-X");
    let screen = front.screen();
    let first = screen.lines().position(|line| line.contains("/accept [N]")).expect("commands");
    assert!(
        screen.lines().nth(first + 1).is_some_and(|line| line.contains("/add NAME ADDRESS   Alt-C")),
        "{screen}"
    );
    let seen = read_to_the_end(&mut front);
    for nonsense in ["delete to the end", "candidate", "new line", "Ctrl-_"] {
        assert!(!seen.contains(nonsense), "{nonsense}\n{seen}");
    }
    assert!(seen.contains("Ctrl-G") && seen.contains("Alt-M"), "{seen}");
}

#[test]
fn the_help_begins_with_the_first_steps_and_narrows() {
    let mut front = office(120, 36);
    front.press("F1");
    insta::assert_snapshot!("help-120x36", front.screen());
    front.write("emoji");
    assert!(front.shows("emoji") && !front.shows("First steps"), "{}", front.screen());
    front.press("Ctrl-U 'zzzz");
    assert!(front.shows("Nothing found"), "{}", front.screen());
    front.resize(80, 24);
    front.press("Ctrl-U");
    let all = read_to_the_end(&mut front);
    for part in ["First steps", "Ctrl-Q", "/add NAME ADDRESS", "a sealed message"] {
        assert!(all.contains(part), "{part}\n{all}");
    }
}

#[test]
fn thousands_of_contacts_are_looked_through_as_one_types() {
    let mut front = Front::new(120, 30);
    let names: Vec<(String, String)> = (1..=5_000)
        .map(|n| (format!("李{n}"), format!("udp://10.1.{}.{}:9", n / 250, n % 250 + 1)))
        .collect();
    let contacts: Vec<(&str, &str)> = names.iter().map(|(name, at)| (name.as_str(), at.as_str())).collect();
    front.load(&contacts);
    front.ui.navigation.forget_lost();
    front.follow();
    front.press("Ctrl-G 'li4321");
    assert!(front.shows("○ 李4321  Li") && front.shows(" of 5000"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(front.open(), "李4321");
}
