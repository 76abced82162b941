//! Answers, edits, deletions, reactions and who is writing: the keys, the composer, the commands.

use super::*;
use crate::model::{ChatCaps, Draft, EditDraft, MessageId, Uid};

const ALL: ChatCaps = ChatCaps::REMARKS;

/// With alex, whose dialect can say all of it about messages.
pub(super) fn front(width: u16, height: u16) -> Front {
    let mut front = Front::new(width, height);
    front.ui.style.theme = Theme::named("dark", Colours::True, Background::Dark).expect("dark");
    let alex = front.id("alex");
    front.state.change(alex, |one| {
        let caps = &mut one.address.scheme.caps;
        (caps.chat, caps.outbox, caps.authenticated) = (ALL, true, true);
    });
    front.draw();
    front
}

/// Words of alex that have a name.
pub(super) fn hear(front: &mut Front, name: u8, text: &str) {
    let received =
        Received { uid: Some(Uid([name; 16])), authenticated: true, ..front.received("alex", text) };
    front.happen(Event::Net(NetEvent::Received(received)));
}

/// What the front asked for about messages, in short.
pub(super) fn asked(front: &Front) -> Vec<String> {
    let short = |intent: &Intent| {
        Some(match intent {
            Intent::Send { text, .. } => format!("send {text}"),
            Intent::Reply { message, text, .. } => format!("reply {} {text}", words_of(front, *message)),
            Intent::Edit { message, text, .. } => format!("edit {} {text}", words_of(front, *message)),
            Intent::Delete { message, .. } => format!("delete {}", words_of(front, *message)),
            Intent::React { message, emoji, .. } => format!("react {} {emoji}", words_of(front, *message)),
            _ => return None,
        })
    };
    front.intents.iter().filter_map(short).collect()
}

fn words_of(front: &Front, message: MessageId) -> String {
    let place = front.state.conversation(front.id("alex")).expect("alex");
    place.message(message).map_or_else(String::new, |message| message.text.clone())
}

/// The last two rows above the status line: the rule, or what is answered, and the draft.
fn composer(front: &Front) -> Vec<String> {
    let screen = front.screen();
    let rows: Vec<&str> = screen.lines().collect();
    let above = rows.len().saturating_sub(4);
    let pane = |row: &&str| row.rsplit(['│']).next().unwrap_or_default().trim().to_owned();
    rows[above..rows.len() - 1].iter().map(pane).collect()
}

#[test]
fn an_answer_says_above_the_draft_what_it_answers_and_leaves_as_one() {
    let mut front = front(80, 24);
    hear(&mut front, 1, "are you there?");
    front.press("'yes Ctrl-O R");
    let [rule, quote, draft] = &composer(&front)[..] else { panic!("three rows") };
    assert!(rule.starts_with("to alex, reply to alex ─"), "{rule}");
    assert!(quote.starts_with("↳  ▏are you there?") && quote.ends_with("Esc no reply"), "{quote}");
    assert_eq!(draft, "›  yes");
    front.press("Enter");
    assert_eq!(asked(&front), ["reply are you there? yes"]);
    assert_eq!((front.draft(), front.ui.reply()), ("", None));
    front.press("'more Enter");
    assert_eq!(asked(&front).last().map(String::as_str), Some("send more"));
}

#[test]
fn esc_ends_an_answer_and_the_draft_stays() {
    let mut front = front(80, 24);
    hear(&mut front, 1, "are you there?");
    front.press("'yes Ctrl-O R Esc");
    assert!(!front.shows("↳") && !front.shows("reply to"), "{}", front.screen());
    // Esc had something to leave: what follows is no key with Alt.
    front.press("'c");
    assert_eq!(front.draft(), "yesc");
    front.press("Enter");
    assert_eq!(asked(&front), ["send yesc"]);
}

#[test]
fn an_answer_waits_in_its_conversation() {
    let mut front = front(80, 24);
    hear(&mut front, 1, "are you there?");
    front.press("Ctrl-O R 'yes Alt-3");
    assert!(!front.shows("↳"), "{}", front.screen());
    front.press("'hi Enter Alt-1");
    assert!(front.shows("↳  ▏are you there?"), "{}", front.screen());
    front.press("Enter");
    assert_eq!(asked(&front), ["send hi", "reply are you there? yes"]);
}

#[test]
fn an_edit_has_the_old_words_and_gives_the_draft_back() {
    let mut front = front(80, 24);
    front.press("'helo Enter 'next");
    front.press("Ctrl-O E");
    let [_, rule, draft] = &composer(&front)[..] else { panic!("three rows") };
    assert!(rule.starts_with("to alex, editing ─"), "{rule}");
    assert!(draft.starts_with("~  helo") && draft.ends_with("Enter replace · Esc leave it"), "{draft}");
    front.press("Backspace 'lo Enter");
    assert_eq!(asked(&front), ["send helo", "edit helo hello"]);
    assert_eq!(front.draft(), "next");
    front.press("Ctrl-O E '! Esc");
    assert_eq!(front.draft(), "next", "nothing is sent, and the draft is back");
    assert_eq!(asked(&front).len(), 2);
    assert!(front.shows("Up brings back"), "{}", front.screen());
    front.press("Up");
    assert!(front.draft().ends_with('!'), "{}", front.draft());
}

#[test]
fn an_edit_that_changes_nothing_or_leaves_nothing_is_not_sent() {
    let mut front = front(80, 24);
    front.press("'same Enter Ctrl-O E Enter");
    assert_eq!((asked(&front).len(), front.ui.is_editing()), (1, false));
    front.press("Ctrl-O E Ctrl-U Enter");
    assert!(front.shows("to take a message back") && front.ui.is_editing(), "{}", front.screen());
    front.press("Esc");
    assert_eq!((asked(&front).len(), front.draft()), (1, ""));
}

#[test]
fn words_that_begin_with_a_slash_are_edited_as_words() {
    let mut front = front(80, 24);
    front.press("'//etc Enter Ctrl-O E");
    assert_eq!(front.draft(), "//etc");
    front.press("'/hosts Enter");
    assert_eq!(asked(&front), ["send /etc", "edit /etc /etc/hosts"]);
}

#[test]
fn a_draft_is_kept_with_what_it_answers_and_so_are_other_words_for_a_message() {
    let mut front = front(80, 24);
    front.press("'sent Enter");
    hear(&mut front, 1, "theirs");
    front.press("Ctrl-O R 'draft Ctrl-O Up E");
    let text = "draft".to_owned();
    let reply = Some(MessageId(2));
    assert_eq!(saved(&front), [Draft { text: text.clone(), reply, edit: None }], "nothing is changed yet");
    front.press("'...");
    let edit = Some(EditDraft { message: MessageId(1), text: "sent...".to_owned() });
    assert_eq!(saved(&front), [Draft { text, reply, edit }]);
    restart(&mut front);
    assert_eq!((front.draft(), front.shows("editing")), ("sent...", true), "{}", front.screen());
    front.press("'! Enter");
    assert_eq!(asked(&front).last().map(String::as_str), Some("edit sent sent...!"));
    assert!(front.shows("↳  ▏theirs"), "{}", front.screen());
    restart(&mut front);
    assert!(front.shows("reply to alex") && front.shows("↳  ▏theirs"), "{}", front.screen());
    front.press("'s Enter");
    assert_eq!(asked(&front).last().map(String::as_str), Some("reply theirs drafts"));
    assert_eq!(saved(&front), [Draft::EMPTY]);
}

#[test]
fn an_answer_to_what_is_not_held_stays_in_the_composer() {
    let mut front = front(80, 24);
    let alex = front.id("alex");
    let draft = Draft { reply: Some(MessageId(77)), ..Draft::of("yes") };
    front.ui.drafts.restore(alex, &draft);
    front.draw();
    front.press("Enter");
    assert_eq!((asked(&front).len(), front.draft()), (0, "yes"));
    assert!(front.shows("Scroll to that message first"), "{}", front.screen());
    front.press("Esc Enter");
    assert_eq!(asked(&front), ["send yes"]);
}

/// What would be saved now.
fn saved(front: &Front) -> Vec<Draft> {
    let saved = crate::tui::update::save(&front.ui, &front.state).into_iter();
    let drafts = saved.filter_map(|intent| match intent {
        Intent::SaveDraft { draft, .. } => Some(draft),
        _ => None,
    });
    drafts.collect()
}

/// What is saved is all that another start has.
fn restart(front: &mut Front) {
    for intent in crate::tui::update::save(&front.ui, &front.state) {
        front.happen(Event::Intent(intent));
    }
    let _left = std::mem::take(&mut front.ui.drafts);
    let Front { ui, state, .. } = &mut *front;
    ui.restore(state);
    front.draw();
}

#[test]
fn an_answer_waits_for_an_edit_to_end() {
    let mut front = front(80, 24);
    front.press("'mine Enter");
    hear(&mut front, 1, "theirs");
    front.press("Ctrl-O R 'half Ctrl-O Up E");
    assert!(front.shows("editing") && !front.shows("↳"), "{}", front.screen());
    front.press("'! Enter");
    assert!(front.shows("↳  ▏theirs"), "{}", front.screen());
    assert_eq!(front.draft(), "half");
}

#[test]
fn a_reaction_is_chosen_by_number_arrows_or_typed() {
    for (keys, emoji) in [
        ("3", "💖"),
        ("Enter", "👍"),
        ("Right Right Right Enter", "😂"),
        ("Left Enter", "🙏"),
        ("🦀 Enter", "🦀"),
        ("🦀 a b Up Enter", "🙏"),
        ("🦀 Backspace Enter", "👍"),
    ] {
        let mut front = front(80, 24);
        hear(&mut front, 1, "good news");
        front.press("Ctrl-O +");
        assert!(front.shows("good news") && front.shows("1👍"), "{}", front.screen());
        front.press(keys);
        assert_eq!(asked(&front), [format!("react good news {emoji}")], "{keys}");
        assert!(front.ui.popup.is_none());
    }
    let mut front = front(80, 24);
    hear(&mut front, 1, "good news");
    front.press("Ctrl-O + Esc");
    assert!(front.ui.popup.is_none() && asked(&front).is_empty());
}

#[test]
fn a_click_takes_an_emoji() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    for (width, height) in [(120, 36), (80, 24), (20, 12)] {
        let mut front = front(width, height);
        hear(&mut front, 1, "good news");
        front.press("Ctrl-O +");
        let at = |emoji: &str| {
            let cells = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
            cells.into_iter().find(|at| front.buffer[*at].symbol() == emoji).expect("on the screen")
        };
        let (column, row) = at("😮");
        let kind = MouseEventKind::Down(MouseButton::Left);
        front.terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
        assert_eq!(asked(&front), ["react good news 😮"], "{width}x{height}");
    }
}

#[test]
fn a_deletion_asks_once() {
    let mut front = front(80, 24);
    front.press("'oops Enter Ctrl-O Delete");
    assert!(front.shows("Delete this on both sides, for good? oops"), "{}", front.screen());
    front.press("Esc");
    assert_eq!(asked(&front), ["send oops"]);
    front.press("Ctrl-O Delete Enter");
    // Of what is deleted the words are gone.
    assert_eq!(asked(&front), ["send oops", "delete "]);
}

#[test]
fn only_ones_own_words_are_changed() {
    let mut front = front(80, 24);
    hear(&mut front, 1, "theirs");
    for key in ["E", "Delete"] {
        front.press("Ctrl-O").press(key);
        assert!(front.shows("Only what you wrote yourself"), "{}", front.screen());
        front.press("Esc");
    }
    assert!(asked(&front).is_empty());
}

#[test]
fn a_dialect_that_has_none_of_it_says_so_and_shows_no_keys() {
    let mut front = Front::new(120, 36);
    front.hear("alex", "hello");
    front.press("Ctrl-O");
    for hint in ["+ emoji", "e edit", "Delete take back"] {
        assert!(!front.shows(hint), "{hint}\n{}", front.screen());
    }
    for (key, why) in [("E", "knows no edits"), ("+", "knows none"), ("Delete", "knows no deletions")] {
        front.press(key);
        assert!(front.shows(why), "{key}\n{}", front.screen());
    }
    front.press("R");
    assert_eq!(front.draft(), "> hello\n");
    front.press("Ctrl-C");
    for (command, why) in [
        ("/reply", "knows no replies"),
        ("/edit x", "knows no edits"),
        ("/react 👍", "knows none"),
        ("/delete", "knows no deletions"),
    ] {
        front.write(command).press("Enter");
        assert!(front.shows(why), "{command}\n{}", front.screen());
        front.press("Ctrl-C");
    }
    front.press("F1");
    let help = read_to_the_end(&mut front);
    assert!(!help.contains("/react") && !help.contains("put an emoji"), "{help}");
}

#[test]
fn the_help_and_the_hints_name_what_the_dialect_has() {
    let mut front = front(160, 36);
    hear(&mut front, 1, "hello");
    front.press("'hi Enter Ctrl-O");
    for hint in ["e edit", "+ emoji", "Delete take back"] {
        assert!(front.shows(hint), "{hint}\n{}", front.screen());
    }
    front.press("Up");
    assert!(front.shows("+ emoji") && !front.shows("e edit"), "{}", front.screen());
    front.press("Esc F1");
    let help = read_to_the_end(&mut front);
    for words in
        ["/react [EMOJI]", "put an emoji under it", "change what you wrote", "take back what you wrote"]
    {
        assert!(help.contains(words), "{words}");
    }
}

#[test]
fn commands_speak_of_the_newest_message() {
    for (typed, done) in [
        ("/reply fine", &["send mine", "reply theirs fine"][..]),
        ("/edit ours", &["send mine", "edit mine ours"]),
        ("/react 🎉", &["send mine", "react theirs 🎉"]),
    ] {
        let mut front = front(80, 24);
        hear(&mut front, 1, "theirs");
        front.press("'mine Enter").write(typed).press("Enter");
        assert_eq!(asked(&front), *done, "{typed}");
        assert_eq!(front.draft(), "", "{typed}");
    }
    let mut front = front(80, 24);
    hear(&mut front, 1, "theirs");
    front.press("'mine Enter '/react Space ':) Enter");
    assert!(front.shows("One emoji is needed"), "{}", front.screen());
    front.press("Ctrl-C '/react Enter 2");
    front.press("'/edit Enter '! Enter");
    assert_eq!(front.draft(), "", "the command is no draft");
    front.press("'/delete Enter Enter '/reply Enter");
    assert_eq!(asked(&front)[1..], ["react theirs 👎", "edit  mine!", "delete "]);
    assert!(front.shows("↳  ▏theirs"), "{}", front.screen());
}

#[test]
fn the_peer_is_told_of_writing_and_of_nothing_else() {
    let mut front = front(80, 24);
    front.press("'sent Enter");
    let typed = |front: &mut Front, keys: &str| {
        let before = front.intents.len();
        front.press(keys);
        front.intents[before..].iter().any(|intent| matches!(intent, Intent::Type { .. }))
    };
    assert!(typed(&mut front, "'h"));
    assert!(typed(&mut front, "Backspace '你"));
    for silent in
        ["Left", "Enter", "'/", "'help", "Ctrl-C", "Up", "Ctrl-G", "'x", "Esc", "Ctrl-S", "'x", "Esc"]
    {
        assert!(!typed(&mut front, silent), "{silent}");
    }
    front.press("Ctrl-C");
    front.terminal(TerminalEvent::Paste("words".to_owned()));
    assert!(matches!(front.intents.last(), Some(Intent::Type { .. })));
    let mut plain = Front::new(80, 24);
    assert!(!typed(&mut plain, "'hello"));
}

#[test]
fn what_is_answered_fits_every_screen() {
    for (width, height) in
        [(120, 36), (80, 24), (60, 20), (40, 10), (20, 12), (20, 6), (20, 5), (8, 3), (3, 2)]
    {
        let mut front = front(width, height);
        hear(&mut front, 1, "漢字\u{1b}[2J are you there, at last?");
        front.press("Ctrl-O R 'yes");
        assert!(!front.screen().contains('\u{1b}'));
        assert!(height < 5 || front.shows("↳"), "{width}x{height}\n{}", front.screen());
        assert!(width < 20 || front.shows("yes"), "{width}x{height}\n{}", front.screen());
        front.press("Esc Ctrl-C 'mine Enter Ctrl-O E");
        assert!(width < 20 || front.shows("~  mine"), "{width}x{height}\n{}", front.screen());
        front.press("Esc Ctrl-O +");
        assert!(height < 5 || width < 20 || front.shows("👍"), "{width}x{height}\n{}", front.screen());
    }
}
