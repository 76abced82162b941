//! The front as a person meets it: keys in, screens and sent messages out. No terminal, no network.

use std::time::Instant;

use crossterm::event::{Event as TerminalEvent, KeyEvent};
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::keymap::parse;
use super::theme::{Colours, Role, Theme};
use super::ui::{Request, Style, Ui};
use super::update::{on_app, on_terminal};
use super::view;
use crate::app::{ContactsEdit, Effect, Event, Intent, State, update};
use crate::lang::Lang;
use crate::model::history::StoreEvent;
use crate::model::traffic::Received;
use crate::model::{Contact, ConversationId, NetCommand, NetEvent, Now, WallTime};
use crate::runtime::parse_address;

/// 2026-11-21 12:00 UTC, a Saturday.
const NOON: i64 = 1_795_262_400_000_000;

/// The front over a state whose store commits at once, and everything that left it.
struct Front {
    state: State,
    ui: Ui,
    now: Now,
    sent: Vec<String>,
    requests: Vec<Request>,
    edits: Vec<ContactsEdit>,
    cursor: Option<Position>,
    buffer: Buffer,
}

impl Front {
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn new(width: u16, height: u16) -> Self {
        let style = Style {
            lang: Lang::choose(Some("en")),
            zone: TimeZone::UTC,
            theme: Theme::standard(Colours::True),
            colours: Colours::True,
            me: "me".to_owned(),
        };
        let screen = Rect::new(0, 0, width, height);
        let mut front = Self {
            state: State::default(),
            ui: Ui::new(style, true),
            now: Now { mono: Instant::now(), wall: WallTime(NOON) },
            sent: vec![],
            requests: vec![],
            edits: vec![],
            cursor: None,
            buffer: Buffer::empty(screen),
        };
        front.load(&[("alex", "127.0.0.1:8081"), ("瞎驴", "127.0.0.1:8082"), ("egon", "127.0.0.1:8083")]);
        front
    }

    fn load(&mut self, contacts: &[(&str, &str)]) {
        let contact = |(name, at): &(&str, &str)| Contact {
            name: (*name).to_owned(),
            address: parse_address(at).expect(at),
            notify: true,
        };
        let contacts = contacts.iter().map(contact).collect();
        self.happen(Event::ContactsLoaded { contacts, edit: None });
    }

    fn happen(&mut self, event: Event) {
        self.apply(event);
        for request in on_app(&mut self.ui, &self.state) {
            self.fulfil(request);
        }
        self.draw();
    }

    fn apply(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in update(&mut self.state, self.now, event) {
                match effect {
                    Effect::Store(op) => events.push(Event::Stored(StoreEvent::Committed(vec![op]))),
                    Effect::Net(NetCommand::Send { text, .. }) => self.sent.push(text),
                    Effect::Contacts(edit) => self.edits.push(edit),
                    Effect::Net(_) | Effect::Ring => {}
                }
            }
        }
    }

    fn fulfil(&mut self, request: Request) {
        match request {
            Request::Intent(intent) => self.apply(Event::Intent(intent)),
            other => self.requests.push(other),
        }
    }

    /// Presses keys by name, as the help shows them; a word in quotes is typed.
    fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            match key.strip_prefix('\'') {
                Some(text) => text.chars().for_each(|c| self.key(&c.to_string())),
                None => self.key(key),
            }
        }
        self
    }

    fn write(&mut self, text: &str) -> &mut Self {
        text.chars().for_each(|c| self.key(&c.to_string()));
        self
    }

    fn key(&mut self, name: &str) {
        let (code, modifiers) = match name.chars().next() {
            Some(c) if name.chars().count() == 1 => {
                (crossterm::event::KeyCode::Char(c), crossterm::event::KeyModifiers::NONE)
            }
            _ => parse(name).expect(name),
        };
        self.terminal(TerminalEvent::Key(KeyEvent::new(code, modifiers)));
    }

    fn terminal(&mut self, event: TerminalEvent) {
        for request in on_terminal(&mut self.ui, &self.state, event) {
            self.fulfil(request);
        }
        for request in on_app(&mut self.ui, &self.state) {
            self.fulfil(request);
        }
        self.draw();
    }

    fn hear(&mut self, name: &str, text: &str) {
        let place = self.state.conversations().find(|one| one.name == name).expect(name);
        let source = place.address.authority().parse().expect("literal");
        let (conversation, scheme) = (Some(place.id), place.address.scheme);
        self.happen(Event::Net(NetEvent::Received(Received {
            conversation,
            scheme,
            source,
            time: self.now.wall,
            text: text.to_owned(),
            lossy: false,
            authenticated: false,
            payload: text.as_bytes().into(),
        })));
    }

    fn draw(&mut self) {
        self.ui.prepare(&self.state, self.buffer.area);
        self.cursor = view::draw(&self.state, &self.ui, &mut self.buffer);
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.buffer = Buffer::empty(Rect::new(0, 0, width, height));
        self.draw();
    }

    /// The screen, rows without the spaces at their ends.
    fn screen(&self) -> String {
        let area = self.buffer.area;
        let row = |y| {
            let mut skip = 0;
            let mut line = String::new();
            for x in 0..area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = self.buffer[(x, y)].symbol();
                skip = crate::tui::text::width(symbol).saturating_sub(1);
                line.push_str(symbol);
            }
            line.trim_end().to_owned()
        };
        (0..area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    fn open(&self) -> &str {
        self.ui.place(&self.state).map_or("", |place| &place.name)
    }

    fn draft(&self) -> &str {
        self.ui.draft().map_or("", |draft| draft.text())
    }

    fn id(&self, name: &str) -> ConversationId {
        self.state.conversations().find(|one| one.name == name).expect(name).id
    }
}

#[test]
fn keys_do_what_the_help_says() {
    // Keys, then: which conversation is open, what stands in the composer, what was sent.
    for (keys, open, draft, sent) in [
        ("'hi Enter", "alex", "", &["hi"][..]),
        ("Down Down '在吗 Enter", "egon", "", &["在吗"]),
        ("Up 'x", "egon", "x", &[]),
        ("Down Up 'x", "alex", "x", &[]),
        ("Ctrl-N 'a Ctrl-P 'b", "alex", "b", &[]),
        ("'a Ctrl-N Ctrl-P", "alex", "a", &[]),
        ("Alt-2", "瞎驴", "", &[]),
        ("Alt-3 Alt-1 Alt-/", "egon", "", &[]),
        ("Ctrl-G 'egn Enter", "egon", "", &[]),
        ("'a Alt-Enter 'b Enter", "alex", "", &["a\nb"]),
        ("'a Ctrl-J 'b Up Up", "alex", "a\nb", &[]),
        ("'one Enter 'two Enter 'x Up", "alex", "two", &["one", "two"]),
        ("'one Enter 'x Up Down", "alex", "x", &["one"]),
        ("'one Enter Ctrl-R Enter", "alex", "one", &["one"]),
        ("'abc Ctrl-A Ctrl-K Ctrl-Y", "alex", "abc", &[]),
        ("'abc Ctrl-W Ctrl-_", "alex", "abc", &[]),
        ("'abc Ctrl-C", "alex", "", &[]),
        ("'abc Esc", "alex", "abc", &[]),
        ("'/xyzzy Enter", "alex", "/xyzzy", &[]),
        ("'//etc Enter", "alex", "", &["/etc"]),
        ("'/me Enter", "alex", "/me", &[]),
        ("'/he Tab", "alex", "/help ", &[]),
        ("':smile Tab", "alex", "😄", &[]),
        ("'/search Enter", "alex", "/search", &[]),
    ] {
        let mut front = Front::new(80, 24);
        front.press(keys);
        let state = (front.open(), front.draft(), front.sent.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(state, (open, draft, sent.to_vec()), "{keys}");
    }
}

#[test]
fn ctrl_c_twice_on_an_empty_draft_quits_and_once_does_not() {
    let mut front = Front::new(80, 24);
    front.press("'draft Ctrl-C");
    assert!(front.draft().is_empty());
    front.press("Ctrl-C 'x Ctrl-C Ctrl-C");
    assert!(front.requests.is_empty());
    front.press("Ctrl-C");
    assert_eq!(front.requests, [Request::Quit]);
}

#[test]
fn esc_never_quits() {
    let mut front = Front::new(80, 24);
    for opened in ["F1", "Ctrl-X", "Ctrl-G", "Alt-C", "Ctrl-S", "Ctrl-O", "Alt-L"] {
        front.press(opened).press("Esc Esc Esc");
        assert!(front.requests.is_empty(), "{opened}");
        assert!(front.ui.popup.is_none(), "{opened}");
    }
}

#[test]
fn what_the_encoding_cannot_express_is_refused_by_name_and_the_draft_stays() {
    let mut front = Front::new(80, 24);
    front.load(&[("alex", "127.0.0.1:8081?encoding=gb2312")]);
    front.press("'好😀 Enter");
    assert_eq!((front.draft(), front.sent.len()), ("好😀", 0));
    assert!(front.shows("U+1F600"), "{}", front.screen());
}

#[test]
fn what_does_not_fit_a_datagram_is_refused_with_its_size() {
    let mut front = Front::new(80, 24);
    front.terminal(TerminalEvent::Paste("x".repeat(65_508)));
    front.press("Enter Enter");
    assert_eq!((front.draft().len(), front.sent.len()), (65_508, 0));
    assert!(front.shows("65508"), "{}", front.screen());
}

#[test]
fn a_paste_never_sends_by_itself_and_a_long_one_asks() {
    let mut front = Front::new(80, 24);
    front.terminal(TerminalEvent::Paste("a\r\nb\r\n".to_owned()));
    assert_eq!((front.draft(), front.sent.len()), ("a\nb\n", 0));
    front.press("Ctrl-C");
    front.terminal(TerminalEvent::Paste("1\n2\n3\n4\n5\n6\n".to_owned()));
    assert!(front.shows("Paste 6 lines"), "{}", front.screen());
    front.press("Esc");
    assert_eq!(front.draft(), "");
}

#[test]
fn messages_elsewhere_count_as_unread_until_they_are_seen() {
    let mut front = Front::new(80, 24);
    front.hear("egon", "one");
    front.hear("egon", "two");
    assert!(front.shows("egon") && front.shows(" 2"), "{}", front.screen());
    front.press("Alt-A");
    assert_eq!(front.open(), "egon");
    assert!(front.shows(" new "), "{}", front.screen());
    assert_eq!(front.state.unread_elsewhere(None), 0);
}

#[test]
fn reading_further_up_is_not_disturbed_by_what_arrives() {
    let mut front = Front::new(80, 24);
    for number in 0..200 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("PgUp PgUp");
    let pane = |front: &Front| -> Vec<String> {
        let rows = front.screen();
        rows.lines().take(15).map(|row| row.split_once('│').map_or("", |(_, pane)| pane).to_owned()).collect()
    };
    let before = pane(&front);
    front.hear("alex", "fresh");
    let after = pane(&front);
    assert_eq!(before, after);
    assert!(front.shows("↓ 1 new"), "{}", front.screen());
    front.press("Alt-End");
    assert!(front.shows("fresh"));
    front.press("Alt-Home");
    assert!(front.shows("line 0"), "{}", front.screen());
}

#[test]
fn find_goes_from_match_to_match() {
    let mut front = Front::new(80, 24);
    for number in 0..200 {
        front
            .hear("alex", &format!("line {number} {}", if number % 50 == 0 { "Schlüssel 在吗" } else { "" }));
    }
    front.press("Ctrl-S '在吗");
    assert!(front.shows("find 4/4") && front.shows("line 150"), "{}", front.screen());
    front.press("Enter Enter");
    assert!(front.shows("find 2/4") && front.shows("line 50 "), "{}", front.screen());
    front.press("F3");
    assert!(front.shows("find 3/4") && front.shows("line 100"), "{}", front.screen());
    front.press("Esc Ctrl-S 'SCHLÜSSEL");
    assert!(front.shows("find 4/4"), "{}", front.screen());
}

#[test]
fn find_sees_what_comes_later_and_forgets_what_is_gone() {
    let mut front = Front::new(80, 24);
    front.press("Ctrl-S 'needle");
    assert!(front.shows("find 0/0"), "{}", front.screen());
    front.hear("alex", "a needle");
    assert!(front.shows("find 1/1"), "{}", front.screen());
    front.apply(Event::Intent(Intent::Clear { conversation: front.id("alex") }));
    front.hear("alex", "another needle");
    assert!(front.shows("find 1/1"), "{}", front.screen());
}

#[test]
fn a_paste_goes_where_typing_would_go() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "needle");
    front.press("Ctrl-S");
    front.terminal(TerminalEvent::Paste("need\nle".to_owned()));
    assert!(front.shows("find 1/1") && front.draft().is_empty(), "{}", front.screen());
    front.press("Esc Ctrl-O");
    front.terminal(TerminalEvent::Paste("unseen".to_owned()));
    front.press("Esc");
    assert_eq!(front.draft(), "");
}

#[test]
fn what_is_being_typed_never_ends_up_with_somebody_else() {
    let mut front = Front::new(80, 24);
    front.press("'foral");
    front.load(&[("瞎驴", "127.0.0.1:8082"), ("egon", "127.0.0.1:8083")]);
    front.press("'ex Enter");
    assert_eq!((front.open(), front.sent.len()), ("", 0), "{}", front.screen());
    assert!(front.shows("is gone"), "{}", front.screen());
    front.press("Down 'hi Enter");
    assert_eq!(front.sent, ["hi"]);
}

#[test]
fn what_is_new_below_is_known_after_a_visit_elsewhere() {
    let mut front = Front::new(80, 24);
    for number in 0..100 {
        front.hear("alex", &format!("line {number}"));
    }
    front.press("PgUp Ctrl-N");
    front.hear("alex", "fresh");
    front.press("Alt-/");
    assert!(front.shows("↓ 1 new"), "{}", front.screen());
}

#[test]
fn a_chosen_message_can_be_copied_quoted_and_inspected() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "first");
    front.hear("alex", "好\u{1b}[31m");
    front.press("Ctrl-O Y");
    assert_eq!(front.requests.pop(), Some(Request::Copy("好\u{1b}[31m".to_owned())));
    front.press("Ctrl-O Up R");
    assert_eq!(front.draft(), "> first\n");
    front.press("Ctrl-O I");
    assert!(front.shows("e5 a5 bd 1b 5b 33 31 6d"), "{}", front.screen());
    front.press("Esc D");
    assert!(front.shows("127.0.0.1:8081"), "{}", front.screen());
}

#[test]
fn contacts_are_added_renamed_and_removed_in_place() {
    let mut front = Front::new(80, 24);
    front.press("Alt-C 'bea Tab '127.0.0.1 Enter");
    assert!(front.shows("port is missing"), "{}", front.screen());
    front.press("':9 Enter");
    let added = ContactsEdit::Add { name: "bea".to_owned(), address: "udp://127.0.0.1:9".to_owned() };
    assert_eq!(front.edits, [added]);
    front.load(&[("alex", "127.0.0.1:8081"), ("bea", "127.0.0.1:9")]);
    assert_eq!(front.open(), "bea");
    front.write("/rename 贝雅").press("Enter");
    let renamed = ContactsEdit::Rename { old: "bea".to_owned(), new: "贝雅".to_owned() };
    assert_eq!(front.edits.last(), Some(&renamed));
    front.press("'/remove Enter Enter");
    assert_eq!(front.edits.last(), Some(&ContactsEdit::Remove { name: "bea".to_owned() }));
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let mut front = Front::new(80, 24);
    front.press("Alt-C 'alex Tab '127.0.0.1:9 Enter");
    assert!(front.edits.is_empty() && front.ui.popup.is_some(), "{}", front.screen());
}

#[test]
fn a_click_opens_a_contact() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut front = Front::new(80, 24);
    let kind = MouseEventKind::Down(MouseButton::Left);
    front.terminal(TerminalEvent::Mouse(MouseEvent {
        kind,
        column: 5,
        row: 3,
        modifiers: KeyModifiers::NONE,
    }));
    assert_eq!(front.open(), "egon");
}

#[test]
fn classic_shows_incoming_text_bold_on_blue_and_ours_plain() {
    let mut front = Front::new(80, 24);
    front.hear("alex", "来了");
    front.press("'went Enter");
    let style_of = |text: &str| {
        let row = front.screen().lines().position(|line| line.contains(text)).expect(text);
        let y = u16::try_from(row).expect("fits");
        let first = text.chars().next().expect("text").to_string();
        let area = front.ui.areas.scrollback;
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
    assert!(rows.iter().all(|row| row.starts_with('┆')), "{screen}");
    assert_eq!(rows.len(), 2);
}

#[test]
fn every_size_of_screen_can_be_drawn_in_every_layer() {
    let mut front = Front::new(120, 40);
    front.hear("alex", &"漢字👨‍👩‍👧‍👦 Donaudampfschifffahrtsgesellschaft\n".repeat(9));
    front.press("'draft Ctrl-J '好👍");
    for opened in ["Esc", "F1", "Ctrl-X", "Ctrl-G", "Alt-C", "Ctrl-S", "Ctrl-O", "Alt-L"] {
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
        let place = front.ui.place(&front.state).expect("open");
        let message = place.messages().last().expect("sent").id;
        let to = Some("127.0.0.1:8081".parse().expect("literal"));
        let fault = Fault::Network { to, code: "ENETUNREACH".to_owned() };
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
        front.ui.bare = bare;
        front.press("'/xyzzy Enter");
        assert!(front.shows("is not a command"), "{width}x{height}:\n{}", front.screen());
        front.press("Left");
        assert!(!front.shows("is not a command"), "{width}x{height}:\n{}", front.screen());
    }
    let mut front = Front::new(80, 1);
    front.press("'/xyzzy Enter");
    assert!(front.screen().contains("/xyzzy"), "{}", front.screen());
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
            front.ui.overlay = opened == "list";
            front.press(if opened == "list" { "Left" } else { opened });
            assert!(front.ui.popup.is_some() || front.ui.areas.list.area() > 0, "{opened}");
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
    let contact = Contact { name: "odd".to_owned(), address, notify: true };
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
            // In the header, too, where its scheme fits beside a bit of the name.
            assert_eq!(shown, if width > 24 { 2 } else { 1 }, "{width}x{height}\n{screen}");
            assert!(screen.contains('…'), "{screen}");
        }
    }
}

/// Presses PgDn until nothing moves any more; the answer is all that could be seen on the way.
fn read_to_the_end(front: &mut Front) -> String {
    let mut seen = front.screen();
    loop {
        let before = front.screen();
        front.press("PgDn");
        if front.screen() == before {
            return seen;
        }
        seen.push('\n');
        seen.push_str(&front.screen());
    }
}

#[test]
fn everything_in_a_text_to_read_can_be_seen() {
    let text: String = (0..60).map(|number| format!("word{number:02} ")).collect();
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
        let lang = Lang::choose(Some("en"));
        for binding in super::keymap::BINDINGS {
            for word in binding.help.map(|help| lang.text(help)).unwrap_or_default().split_whitespace() {
                assert!(width < 40 || shown.contains(word), "{width}x{height} lacks {word}:\n{shown}");
            }
        }
        for command in super::commands::COMMANDS {
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
        assert!(forged.iter().all(|line| line.contains("│ ┆ 0000")), "{screen}");
        let y = screen.lines().position(|line| line.contains("┆ ^[ok ^[ok")).expect("text");
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
    assert!(front.ui.cache.len() < 100, "{}", front.ui.cache.len());
    assert!(front.shows("message 9999"));
}
