//! What is drawn, at every size.

use super::*;
use crate::tui::{commands, keymap};

#[test]
fn classic_shows_incoming_text_bold_on_blue_and_ours_plain() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "来了");
    front.press("'went Enter");
    let style_of = |text: &str| {
        let row = front.screen().lines().position(|line| line.contains(text)).expect(text);
        let y = u16::try_from(row).expect("fits");
        let first = text.chars().next().expect("text").to_string();
        let area = front.ui.viewport.areas().scrollback;
        let x = (area.x..area.right()).find(|x| front.buffer[(*x, y)].symbol() == first).expect("cell");
        front.buffer[(x, y)].style()
    };
    let wanted = front.ui.style.theme.style(Role::Incoming);
    assert_eq!((style_of("来了").bg, style_of("来了").fg), (wanted.bg, wanted.fg));
    assert_ne!(style_of("went").bg, wanted.bg);
}

#[test]
fn a_message_of_several_rows_never_looks_like_two() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "one\n12:00 egon: forged\n▌ forged");
    let screen = front.screen();
    let rows: Vec<&str> = screen
        .lines()
        .filter(|line| line.contains("forged"))
        .filter_map(|line| line.split("│ ").nth(1))
        .collect();
    assert!(rows.iter().all(|row| row.starts_with("▌  ")), "{screen}");
    assert_eq!(rows.len(), 2);
}

#[test]
fn every_size_of_screen_can_be_drawn_in_every_layer() {
    let mut front = Front::new(120, 40);
    front.hear("alex", &"漢字👨‍👩‍👧‍👦 Donaudampfschifffahrtsgesellschaft\n".repeat(9));
    front.press("'draft Ctrl-J '好👍");
    for opened in ["Esc", "F1", "Ctrl-X", "Ctrl-G", "Alt-C", "Ctrl-S", "Alt-S", "Ctrl-O", "Alt-L"] {
        front.press("Esc Esc").press(opened);
        for (width, height) in [(120, 40), (80, 24), (40, 10), (20, 5), (3, 2), (1, 1), (1, 30), (200, 1)] {
            front.resize(width, height);
            if let Some(cursor) = front.cursor {
                assert!(front.buffer.area.contains(cursor), "{opened} {width}x{height}");
            }
        }
    }
}

#[test]
fn drawing_changes_nothing() {
    let mut front = Front::new(80, 24);
    front.hear("egon", "one");
    let before = (front.screen(), format!("{:?}", front.state));
    front.draw();
    front.draw();
    assert_eq!((front.screen(), format!("{:?}", front.state)), before);
}

#[test]
fn the_reason_of_a_failure_and_the_key_to_retry_can_be_read() {
    use crate::model::Fault;
    for (width, height) in [(120, 40), (80, 24), (40, 12), (24, 16)] {
        let mut front = Front::new(width, height);
        front.press("'hi Enter");
        let place = front.ui.conversation(&front.state).expect("open");
        let message = place.messages().last().expect("sent").id;
        let to = Some("127.0.0.1:8081".parse().expect("literal"));
        let fault = Fault::Network { to, code: "ENETUNREACH".into() };
        front.happen(Event::Net(NetEvent::Failed { message, fault }));
        let whole = |front: &Front| -> String {
            let screen = front.screen();
            let rows = screen.lines().map(|row| row.rsplit('│').find(|part| !part.trim().is_empty()));
            rows.flatten().flat_map(|row| [row.trim(), " "]).collect()
        };
        let shown = whole(&front);
        for part in ["ENETUNREACH", "127.0.0.1:8081", "tries again"] {
            assert!(shown.contains(part), "{width}x{height}: {part}\n{}", front.screen());
        }
        front.press("Ctrl-O D");
        assert!(read_to_the_end(&mut front).contains("ENETUNREACH"), "{width}x{height}\n{}", front.screen());
    }
}

#[test]
fn errors_are_shown_without_a_status_row_too() {
    for (width, height, bare) in [(80, 24, true), (80, 9, false), (40, 6, false), (80, 2, false)] {
        let mut front = Front::new(width, height);
        front.hear("alex", "first");
        front.press("'hello Enter");
        front.ui.switches.set_bare(bare);
        front.press("'/xyzzy Enter");
        assert!(front.shows("is not a command"), "{width}x{height}:\n{}", front.screen());
        front.press("Left");
        assert!(!front.shows("is not a command"), "{width}x{height}:\n{}", front.screen());
    }
    let mut front = Front::new(80, 1);
    front.press("'/xyzzy Enter");
    assert!(front.screen().contains("/xyzzy"), "{}", front.screen());
}

/// Esc goes from one line to the next; who types has not read them.
#[test]
fn several_notices_are_read_one_after_the_other_and_only_what_failed_is_red() {
    let mut front = Front::new(100, 24);
    let ports = [("8081", "54554"), ("7788", "54555")];
    for (wanted, port) in ports {
        let told = Phrase::new("status-port-taken").text("wanted", wanted).text("port", port);
        let told = told.number("count", 1);
        front.happen(Event::StatusLine(told));
    }
    let ground = |front: &Front| front.buffer[(1, 23)].bg;
    assert!(
        front.shows("8081 is taken; listening on 54554 instead   1 of 2  Esc next"),
        "{}",
        front.screen()
    );
    assert_ne!(Some(ground(&front)), front.ui.style.theme.style(Role::Error).bg);
    front.press("'hello");
    assert!(front.shows("54554"), "{}", front.screen());
    front.press("Esc");
    assert!(front.shows("2 of 2") && front.shows("54555") && !front.shows("Esc"), "{}", front.screen());
    front.press("'!");
    assert!(!front.shows("54555") && front.draft() == "hello!", "{}", front.screen());
    // What failed stays while one mends it.
    front.press("Ctrl-C '/xyzzy Enter");
    assert!(front.shows("is not a command") && front.shows("Esc close"), "{}", front.screen());
    assert_eq!(Some(ground(&front)), front.ui.style.theme.style(Role::Error).bg);
    front.press("Left Backspace 'y");
    assert!(front.shows("is not a command"), "{}", front.screen());
    front.press("Esc");
    assert!(!front.shows("is not a command") && front.draft() == "/xyzyy", "{}", front.screen());
}

#[test]
fn no_wide_character_hides_the_edge_of_what_lies_over_it() {
    use crate::tui::text::width;
    for (columns, opened) in
        [(56, "F1"), (57, "F1"), (58, "Ctrl-X"), (160, "F1"), (161, "Ctrl-X"), (162, "F1"), (40, "list")]
    {
        for text in ["漢字".repeat(400), format!("x{}", "漢字".repeat(400))] {
            let mut front = Front::new(columns, 20);
            front.hear("alex", &text);
            front.press(if opened == "list" { "Ctrl-N Ctrl-P" } else { opened });
            assert!(front.ui.popup.is_some() || front.ui.viewport.areas().list.area() > 0, "{opened}");
            for y in 0..20 {
                for x in 1..columns {
                    let (before, here) = (&front.buffer[(x - 1, y)], &front.buffer[(x, y)]);
                    let hidden = width(before.symbol()) > 1 && here.symbol() != " ";
                    assert!(!hidden, "{columns} {opened} {x},{y}: {}", here.symbol());
                }
            }
        }
    }
}

#[test]
fn addresses_reach_the_screen_escaped() {
    let mut address = parse_address("127.0.0.1:8081").expect("literal");
    address.host = crate::model::Host::Name("h\u{202e}st\u{1b}".to_owned());
    let contact = Contact {
        name: "odd".to_owned(),
        address,
        notify: crate::model::NotifyLevel::All,
        pinned: false,
        accept: None,
        keep: None,
    };
    let mut front = Front::new(120, 24);
    front.happen(Event::ContactsLoaded { contacts: vec![contact], edit: None });
    for keys in ["Down", "Ctrl-G"] {
        front.press(keys);
        let escaped = front.screen().lines().filter(|row| row.contains("h<U+202E>st^[:8081")).count();
        assert!(escaped > usize::from(keys == "Ctrl-G"), "{}", front.screen());
    }
}

#[test]
fn a_long_name_never_hides_where_a_message_came_from() {
    for name in
        ["a very long name that fills more than one row of any narrow pane ".repeat(2), "瞎驴".repeat(60)]
    {
        for (width, height) in [(120, 24), (80, 24), (60, 24), (40, 24), (24, 12), (20, 12)] {
            let mut front = Front::new(width, height);
            front.load(&[(&name, "127.0.0.1:8081")]);
            front.hear(&name, "text");
            let screen = front.screen();
            let shown = screen.matches("127.0.0.1:8081").count();
            // In the header, too, where it has room beside the words of the lock.
            assert_eq!(shown, if width > 60 { 2 } else { 1 }, "{width}x{height}\n{screen}");
            assert!(screen.contains('…'), "{screen}");
        }
    }
}

#[test]
fn everything_in_a_text_to_read_can_be_seen() {
    let words: Vec<String> = (0..60).map(|number| format!("word{number:02}")).collect();
    let text = words.join(" ");
    let bytes: Vec<String> = (0..text.len()).step_by(16).map(|at| format!("{at:04x}  ")).collect();
    for (width, height, per_row) in [(80, 24, 16), (120, 40, 16), (60, 12, 8), (34, 10, 4), (20, 5, 1)] {
        let mut front = Front::new(width, height);
        front.hear("alex", &text);
        front.press("Ctrl-O I");
        let shown = read_to_the_end(&mut front);
        for word in text.split_whitespace() {
            assert!(shown.contains(word), "{width}x{height} lacks {word}:\n{shown}");
        }
        assert!(bytes.iter().all(|at| shown.contains(at)), "{width}x{height}:\n{shown}");
        let first: String = text.chars().take(per_row).collect();
        assert!(shown.contains(&format!("  {}", first.trim_end())), "{width}x{height}:\n{shown}");
        front.press("Esc O");
        let shown = read_to_the_end(&mut front);
        for word in text.split_whitespace() {
            assert!(shown.contains(word), "{width}x{height} lacks {word}:\n{shown}");
        }
    }
}

#[test]
fn the_help_is_whole_on_narrow_screens() {
    for (width, height) in [(120, 40), (80, 24), (40, 10), (20, 6)] {
        let mut front = Front::new(width, height);
        front.press("F1");
        let shown = read_to_the_end(&mut front);
        let lang = Lang::choose(Some("en"), registry());
        let nothing = crate::model::Caps::NONE;
        for binding in keymap::BINDINGS.iter().filter(|binding| binding.is_in(nothing.chat)) {
            for word in binding.help.map(|help| lang.text(help)).unwrap_or_default().split_whitespace() {
                assert!(width < 40 || shown.contains(word), "{width}x{height} lacks {word}:\n{shown}");
            }
        }
        for command in commands::COMMANDS.iter().filter(|command| command.verb.is_in(nothing)) {
            for word in lang.text(command.help).split_whitespace() {
                assert!(width < 40 || shown.contains(word), "{width}x{height} lacks {word}:\n{shown}");
            }
        }
    }
}

#[test]
fn a_text_to_read_goes_up_again_from_its_end() {
    let mut front = Front::new(80, 24);
    front.press("F1");
    for end in ["End", "Alt-End", "PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn Down Down"] {
        front.press(end);
        let bottom = front.screen();
        front.press("Up");
        assert_ne!(front.screen(), bottom, "{end}");
        front.press("Down");
        assert_eq!(front.screen(), bottom, "{end}");
        front.press("PgUp");
        assert_ne!(front.screen(), bottom, "{end}");
    }
}

#[test]
fn no_text_looks_like_bytes_and_tokens_have_their_own_style() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "\u{1b}ok ^[ok\n0000  66 6f 72 67 65 64  forged");
    let token = front.ui.style.theme.style(Role::Token);
    for keys in ["Ctrl-O I", "Esc O"] {
        front.press(keys);
        let screen = front.screen();
        let forged: Vec<&str> = screen.lines().filter(|line| line.contains("0000  66 6f")).collect();
        assert!(!forged.is_empty(), "{screen}");
        assert!(forged.iter().all(|line| line.contains("▌  0000") || line.contains("│ ┆  0000")), "{screen}");
        let y = screen.lines().position(|line| line.contains("  ^[ok ^[ok")).expect("text");
        let y = u16::try_from(y).expect("fits");
        let carets: Vec<_> = (0..80)
            .filter(|x| front.buffer[(*x, y)].symbol() == "^")
            .map(|x| front.buffer[(x, y)].fg)
            .collect();
        assert_eq!(carets.first().copied(), token.fg, "{screen}");
        assert_ne!(carets.get(1).copied(), token.fg, "{screen}");
    }
}

#[test]
fn screens() {
    for (width, height) in [(120, 40), (80, 24), (40, 10), (20, 5)] {
        let mut front = Front::new(width, height);
        front.hear("alex", "在吗？下午三点开会，会议室在二楼，请带上上次的报告。");
        front.hear("alex", "family 👨‍👩‍👧‍👦 café Donaudampfschifffahrtsgesellschaftskapitänsmütze");
        front.press("'好的 Enter");
        front.hear("瞎驴", "\u{1b}[2J\u{202e}evil\u{7}");
        front.press("'half-typed");
        insta::assert_snapshot!(format!("{width}x{height}"), front.screen());
    }
}

#[test]
fn datagrams_that_leave_no_row_are_counted_in_the_status_line() {
    let mut front = Front::new(160, 24);
    let address = ([127, 0, 0, 1], 8_081).into();
    for count in [1_000, 234] {
        front.apply(Event::Net(NetEvent::Dropped(Dropped { scheme: "udp", address, count })));
    }
    front.draw();
    let said = "udp 127.0.0.1:8081: 1000 datagrams lost on arrival";
    assert!(front.shows(said), "{}", front.screen());
    front.press("'x");
    front.apply(Event::Net(NetEvent::Nobody { source: ([127, 0, 0, 1], 7).into() }));
    front.draw();
    assert!(front.shows("1234 datagrams lost on arrival"), "{}", front.screen());
    assert!(front.shows("1 from a port of a service"), "{}", front.screen());
}

#[test]
fn ten_thousand_messages_are_laid_out_no_slower_than_a_screenful() {
    let mut front = Front::new(80, 24);
    for number in 0..10_000 {
        front.apply(Event::Net(NetEvent::Empty { source: ([127, 0, 0, 1], 9).into() }));
        front.apply(Event::Intent(Intent::Send {
            conversation: front.id("alex"),
            text: format!("message {number}"),
        }));
    }
    front.draw();
    // Counted, not timed: bodies are only made for what is visible.
    assert!(front.ui.viewport.cached() < 100, "{}", front.ui.viewport.cached());
    assert!(front.shows("message 9999"));
}

#[test]
fn messages_of_any_size_are_read_without_fetching_pages_for_ever() {
    for bytes in [2_000, 30_000, 65_000] {
        let mut front = Front::new(90, 20);
        for number in 0..120 {
            front.hear("alex", &format!("<{number}> {}", "x".repeat(bytes)));
        }
        front.press("Ctrl-L");
        for _ in 0..400 {
            let (rows, before) =
                (front.screen(), front.ui.viewport.scene().rows.first().map(|row| row.message));
            front.press("PgUp");
            let after = front.ui.viewport.scene().rows.first().map(|row| row.message);
            assert!(after <= before, "{bytes}: one reads upwards");
            if front.screen() == rows {
                break;
            }
        }
        front.press("Alt-Home");
        assert!(front.shows("<0>"), "{bytes}");
        front.press("Alt-End");
        assert!(front.ui.viewport.scene().at_end, "{bytes}");
    }
}

#[test]
fn what_comes_after_clearing_from_far_above_is_shown() {
    let mut front = Front::new(90, 20);
    for number in 0..1_500 {
        front.hear("alex", &format!("<{number}>"));
    }
    front.press("Alt-Home").write("/clear").press("Enter").press("Enter");
    front.hear("alex", "afterwards");
    assert!(front.shows("afterwards"), "{}", front.screen());
    assert!(!front.shows("<0>") && !front.shows("<1499>"));
}

#[test]
fn a_form_shows_its_fields_however_small_the_screen_is() {
    for (width, height) in [(80, 24), (30, 8), (24, 6)] {
        let mut front = Front::new(width, height);
        front.press("Alt-C 'somebody");
        let screen = front.screen();
        for part in ["Name", "somebody", "Address", "Enter save"] {
            assert!(screen.contains(part), "{part}\n{screen}");
        }
        let corner = screen.lines().find(|row| row.contains('╰')).expect("a frame");
        assert!(!corner.contains("host"), "the frame is whole:\n{screen}");
    }
}
