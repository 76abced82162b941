//! Going to somebody, finding a command, reading the help: the lists that narrow as one types.

use ratatui::style::Modifier;

use super::*;
use crate::model::traffic::{PeerInfo, Profile};
use crate::tui::popup::Popup;

pub(super) fn office(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.load(&[
        ("张伟", "ipmsg://10.77.5.31"),
        ("赵雯", "ipmsg://10.77.5.32"),
        ("王芳", "ipmsg://10.77.5.33"),
        ("bea", "ipmsg://10.77.5.34"),
        ("alex", "127.0.0.1:8081"),
        ("聊天室", "room://255.255.255.255:7788"),
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
    appear(front, name, group, true);
}

/// The same, of somebody who comes or goes.
fn appear(front: &mut Front, name: &str, group: &str, here: bool) {
    let place = front.state.conversation(front.id(name)).expect(name);
    let about = Profile { name: name.to_owned(), group: group.to_owned(), ..Profile::default() };
    let address = Box::new(place.address.clone());
    let peer = PeerInfo { conversation: Some(place.id), address, here, about };
    front.happen(Event::Net(NetEvent::Peer(peer)));
}

/// The texts that were sent, with whom they went to.
fn said(front: &Front) -> Vec<(&str, &str)> {
    let name = |id: &ConversationId| front.state.conversation(*id).map_or("", |place| place.name.as_str());
    let texts = front.intents.iter().filter_map(|intent| match intent {
        Intent::SendAs { conversation, text, .. }
        | Intent::Send { conversation, text }
        | Intent::SendToGroup { conversation, text } => Some((name(conversation), text.as_str())),
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
fn what_is_seen_beside_the_list_stays_within_its_frame_with_its_times() {
    for (width, height) in [(100, 24), (120, 30), (160, 45)] {
        let mut front = office(width, height);
        for minute in 0..4 {
            front.now.wall = WallTime(NOON + minute * 60_000_000);
            front.hear("张伟", &format!("{minute} 会议室在哪？"));
            front.hear("张伟", &"    let code = 1;\nB203 吗\n".repeat(2));
        }
        front.press("Ctrl-G 'zw");
        let screen = front.screen();
        for time in ["12:01", "12:02"] {
            assert!(height < 30 || screen.contains(time), "{time}\n{screen}");
        }
        let row = |y: u16| (0..width).map(|x| front.buffer[(x, y)].symbol()).collect::<Vec<_>>();
        let top = (0..height).find(|y| row(*y).contains(&"╮")).expect("a frame");
        let bottom = (0..height).find(|y| row(*y).contains(&"╯")).expect("a frame");
        let edge = row(top).iter().position(|symbol| *symbol == "╮").expect("a corner");
        for y in top + 1..bottom {
            assert!(matches!(row(y)[edge], "│" | "┤"), "{width}x{height} {y}\n{screen}");
        }
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
    front.press("Ctrl-U 'lts Tab");
    assert!(front.shows("聊天室 cannot be written to") && !front.shows("✓ 聊天室"), "{}", front.screen());
    front.press("Ctrl-U 'alex Tab Enter");
    assert_eq!(front.draft(), "/to 张伟,bea,alex ");
    front.write("lunch?").press("Enter");
    assert_eq!(said(&front), [("张伟", "lunch?"), ("bea", "lunch?"), ("alex", "lunch?")]);
}

#[test]
fn a_group_of_colleagues_is_written_to_by_its_name() {
    let mut front = office(120, 30);
    front.press("Ctrl-G").write("group");
    let pane = front.screen();
    assert!(pane.contains("│ ● 张伟") && pane.contains("│ ● 王芳"), "{pane}");
    front.press("Enter");
    assert_eq!(front.draft(), "/to group:research ");
    front.write("at three").press("Enter");
    assert_eq!(said(&front), [("张伟", "at three"), ("王芳", "at three")], "{}", front.screen());
    assert!(front.shows("research: sent to 2"), "{}", front.screen());
    appear(&mut front, "王芳", "research", false);
    front.write("/to bea,group:research and at four").press("Enter");
    assert!(front.shows("research: sent to 3, 2 of them not here now"), "{}", front.screen());
    let mut last: Vec<&str> = said(&front).into_iter().skip(2).map(|(name, _)| name).collect();
    last.sort_unstable();
    assert_eq!(last, ["bea", "张伟", "王芳"], "who is not here is written to all the same");
    front.write("/to rese").press("Tab");
    assert_eq!(front.draft(), "/to group:research");
    front.press("Ctrl-C").write("/to group:nobody hi").press("Enter");
    assert!(front.shows("nobody") && front.draft().starts_with("/to"), "{}", front.screen());
    assert_eq!(said(&front).len(), 5);
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
    front.write("fold");
    assert!(
        front.screen().lines().nth(first).is_some_and(|line| line.contains("/fold NAME")),
        "{}",
        front.screen()
    );
    front.press("Ctrl-U");
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
    // Two columns stand beside one another only where their lines hardly ever go on in a second row.
    for (width, columns) in [(100, 1), (120, 1), (160, 2)] {
        front.resize(width, 36);
        let screen = front.screen();
        let titles = screen.lines().find(|row| row.contains("First steps")).expect("the first block");
        assert_eq!(titles.contains("In the search through everything"), columns == 2, "{screen}");
        assert!(
            columns == 2 || screen.contains("choose a conversation while nothing is written"),
            "{screen}"
        );
        assert!(screen.contains("Ctrl-O") && !screen.contains("Ctrl-Home the"), "{screen}");
    }
    front.resize(120, 36);
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

/// Somebody makes themselves known, as a program of our kind does: in the open, and with a key.
fn comes_up(front: &mut Front, address: &str, program: &str) {
    let address = match address.parse::<u8>() {
        Ok(number) => {
            let mut address = locks::place(number);
            address.host = crate::model::Host::Ip([10, 77, 5, number].into());
            address
        }
        Err(_) => parse_address(address).expect("an address"),
    };
    let conversation = front.state.at_address(&address).map(|one| one.id);
    let about = Profile { name: "mei".to_owned(), program: program.to_owned(), ..Profile::default() };
    let peer = PeerInfo { conversation, address: Box::new(address), here: true, about };
    front.happen(Event::Net(NetEvent::Peer(peer)));
}

/// The rows of the list, with the column where the preview begins cut off.
fn rows(front: &Front) -> Vec<String> {
    let screen = front.screen();
    let rows = screen.lines().skip(5).map(|row| row.split('│').nth(1).unwrap_or_default().trim().to_owned());
    rows.take_while(|row| !row.is_empty()).collect()
}

#[test]
fn the_list_that_is_open_follows_what_becomes_known_and_moves_nothing() {
    let mut front = office(120, 36);
    comes_up(&mut front, "ipmsg://10.77.5.9", "udpqq 0.1");
    front.press("Ctrl-G Down Down");
    let before = rows(&front);
    let at = before.iter().position(|row| row.contains("mei")).expect("listed");
    assert!(!before[at].contains('◇'), "{before:?}");
    let chosen = |front: &Front| match &front.ui.popup {
        Some(Popup::Chooser(chooser)) => chooser.chosen,
        _ => panic!("{}", front.screen()),
    };
    assert_eq!(chosen(&front), 2);
    // The same person turns out to be encrypted, somebody is renamed, and somebody new comes.
    comes_up(&mut front, "9", "udpqq 0.1");
    tell(&mut front, "bea", "sales");
    comes_up(&mut front, "ipmsg://10.77.5.10", "IPMsg");
    let after = rows(&front);
    assert!(after[at].contains("mei ◇"), "{}", front.screen());
    assert!(after.iter().any(|row| row.contains("bea") && row.ends_with("sales")), "{after:?}");
    assert_eq!((after.len(), chosen(&front)), (before.len() + 1, 2), "{}", front.screen());
    assert!(after.last().is_some_and(|row| row.contains("mei") && !row.contains('◇')), "{after:?}");
    for (old, new) in before.iter().zip(&after) {
        let name = |row: &String| row.split_whitespace().nth(1).map(str::to_owned);
        assert_eq!(name(old), name(new), "{before:?} {after:?}");
    }
    front.press("Ctrl-U 'mei Enter");
    assert!(front.ui.conversation(&front.state).is_some_and(|one| one.address.key.is_some()));
}

#[test]
fn letters_that_stand_somewhere_in_a_key_or_an_address_find_nobody() {
    let mut front = office(120, 36);
    comes_up(&mut front, "9", "udpqq 0.1");
    let key = locks::key(9).to_string();
    let part = |range: std::ops::Range<usize>| key.get(range).expect("letters");
    front.press("Ctrl-G").write(part(20..22));
    assert!(!front.shows("mei ◇"), "{}", front.screen());
    front.press("Ctrl-U").write(part(0..6));
    assert!(front.shows("mei ◇"), "{}", front.screen());
    front.press("Ctrl-U 'ipg");
    assert!(!front.shows("bea  "), "{}", front.screen());
    front.press("Ctrl-U '77.5.34");
    assert!(front.shows("bea  "), "{}", front.screen());
    assert!(!front.shows(part(0..20)), "a cut key tells nobody anything\n{}", front.screen());
}

#[test]
fn who_moves_in_what_was_typed_keeps_the_choice() {
    let mut front = office(120, 36);
    front.press("Ctrl-G Down Down Left Ctrl-A");
    let Some(Popup::Chooser(chooser)) = &front.ui.popup else { panic!("{}", front.screen()) };
    assert_eq!(chooser.chosen, 2);
}

#[test]
fn where_the_wheel_and_tab_lead_to_is_read_for_the_preview() {
    use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
    for way in ["wheel", "Tab"] {
        let mut front = office(120, 36);
        front.press("Ctrl-G");
        match way {
            "wheel" => front.terminal(TerminalEvent::Mouse(MouseEvent {
                kind: MouseEventKind::ScrollDown,
                column: 20,
                row: 10,
                modifiers: KeyModifiers::NONE,
            })),
            _ => drop(front.press("Tab")),
        }
        let Some(Popup::Chooser(chooser)) = &front.ui.popup else { panic!("{}", front.screen()) };
        let chosen = chooser.previewed().expect("somebody is chosen");
        assert_ne!(chosen, front.ui.navigation.open().expect("open"));
        let is_read =
            |one: &Intent| matches!(one, Intent::Page { conversation, .. } if *conversation == chosen);
        assert!(front.intents.iter().any(is_read), "{way}\n{}", front.screen());
    }
}

#[test]
fn whoever_was_picked_in_the_open_is_written_to_encrypted_as_soon_as_that_can_be() {
    let mut front = office(120, 36);
    comes_up(&mut front, "ipmsg://10.77.5.9", "udpqq 0.1");
    front.press("Ctrl-G 'mei Enter 'hel");
    assert!(front.shows("not encrypted"), "{}", front.screen());
    comes_up(&mut front, "9", "udpqq 0.1");
    assert!(front.shows("◇ mei") && front.shows("is here encrypted"), "{}", front.screen());
    front.press("'lo");
    assert_eq!(front.draft(), "hello");
    let list =
        front.screen().lines().filter(|row| row.chars().take(30).collect::<String>().contains("mei")).count();
    assert_eq!(list, 1, "one row for one person\n{}", front.screen());
}

#[test]
fn words_said_in_the_open_and_an_address_that_was_named_stay_where_they_are() {
    for addressed in [false, true] {
        let mut front = office(120, 36);
        if addressed {
            front.press("Ctrl-G").write("ipmsg://10.77.5.9").press("Enter");
            comes_up(&mut front, "ipmsg://10.77.5.9", "udpqq 0.1");
        } else {
            comes_up(&mut front, "ipmsg://10.77.5.9", "udpqq 0.1");
            front.press("Ctrl-G 'mei Enter 'hi Enter");
        }
        comes_up(&mut front, "9", "udpqq 0.1");
        front.press("'x");
        assert!(front.shows("not encrypted"), "{addressed}\n{}", front.screen());
        assert_eq!(front.draft(), "x");
    }
}
