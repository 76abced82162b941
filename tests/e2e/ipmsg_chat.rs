//! Messages to and from peers of the IP Messenger family: encodings, receipts, seals, long texts, and the ways of `FeiQ`.

use nix::sys::signal::Signal;

use crate::ipmsg_steps::{FEIQ, OFFICIAL, OTTO, Pair, URSULA, flags};
use crate::support::ipmsg::{Member, Network};
use crate::support::python::Peer;
use crate::support::screen;

const UTF8: u32 = 0x0080_0000;
const SEVERAL: u32 = 0x800;
const EVERYONE: u32 = 0x400;
/// The most that `FeiQ` reads of a datagram, and the most that any of those reads who know UTF-8.
const FEIQ_BUFFER: usize = 4_096;
const BUFFER: usize = 8_192;

#[test]
fn a_chat_with_feiq_is_in_gbk_and_delivered() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    pair.us.terminal.line("你好，飞秋");
    let rest = pair.heard("said", "你好，飞秋");
    assert_eq!(flags(&rest) & UTF8, 0, "{rest}");
    pair.us.wait_mark("你好，飞秋", "✓✓");
    pair.tell("say", "早上好");
    pair.us.terminal.wait_text("早上好");
    assert!(pair.us.terminal.look_of("早上好").is_on_blue());
    pair.heard("receipt", "");
    let font = pair.us.terminal.rows_with("/font");
    assert!(font.is_empty(), "the suffix with the font is not text: {font:?}");
    pair.finish();
}

#[test]
fn a_chat_with_the_official_client_is_in_utf8_and_delivered() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.us.terminal.line("Grüße ✨ 你好");
    let rest = pair.heard("said", "Grüße ✨ 你好");
    assert_ne!(flags(&rest) & UTF8, 0, "{rest}");
    pair.us.wait_mark("Grüße ✨ 你好", "✓✓");
    pair.tell("say", "שלום ✨ 早");
    pair.us.terminal.wait_text("✨ 早");
    pair.heard("receipt", "");
    pair.finish();
}

#[test]
fn what_gbk_cannot_say_is_not_sent_to_feiq_as_something_else() {
    let Some(pair) = Pair::start(FEIQ) else { return };
    pair.us.terminal.line("to the \u{1f980}");
    pair.us.terminal.wait_text("U+1F980");
    assert_eq!(pair.us.terminal.rows_with("to the").len(), 1, "it stays in the line below, and nowhere else");
    pair.us.terminal.key("C-u");
    pair.us.terminal.line("fence");
    pair.heard("said", "fence");
    assert_eq!(pair.count("said"), 1, "{:#?}", pair.peer.lines());
}

#[test]
fn a_message_that_comes_several_times_is_one_row_and_is_acknowledged() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.us.terminal.signal(Signal::SIGSTOP);
    pair.tell("say", "one and only");
    pair.heard("unanswered", "");
    pair.us.terminal.signal(Signal::SIGCONT);
    pair.us.terminal.wait_text("one and only");
    // What came before the history had it is not confirmed; one that comes after that is, each time.
    pair.heard("receipt", "");
    pair.tell("say", "fence");
    pair.us.terminal.wait_text("fence");
    assert_eq!(pair.us.terminal.rows_with("one and only").len(), 1, "{}", pair.us.terminal.screen());
}

#[test]
fn without_a_receipt_it_is_sent_again_then_failed_and_a_late_receipt_counts() {
    let Some(pair) = Pair::start(FEIQ) else { return };
    pair.peer.signal(Signal::SIGSTOP);
    pair.us.terminal.line("hello in there");
    pair.us.wait_mark("hello in there", "×");
    pair.peer.signal(Signal::SIGCONT);
    pair.us.wait_mark("hello in there", "✓✓");
    pair.us.terminal.line("fence");
    pair.heard("said", "fence");
    assert_eq!(pair.count("said"), 4 + 1, "{:#?}", pair.peer.lines());
    pair.finish();
}

#[test]
fn a_sealed_message_is_closed_until_it_is_opened_and_its_sender_is_told() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.tell("seal", "the cake is a lie");
    pair.heard("receipt", "");
    pair.tell("say", "fence");
    pair.us.terminal.wait_text("fence");
    assert!(pair.us.terminal.rows_with("cake").is_empty(), "{}", pair.us.terminal.screen());
    assert_eq!(pair.count("read"), 0);
    // The fence is the newest, the envelope stands above it.
    pair.us.terminal.key("C-o");
    pair.us.terminal.key("Up");
    pair.us.terminal.key("Enter");
    pair.us.terminal.wait_text("the cake is a lie");
    pair.heard("read", "");
    // Opening it ends the choosing. An Esc here would make Alt of the letter right behind it.
    pair.us.terminal.wait_text("Write to ");
    pair.us.terminal.line("a second fence");
    pair.heard("said", "a second fence");
    assert_eq!(pair.count("read"), 1, "its answer ends the notices: {:#?}", pair.peer.lines());
    pair.finish();
}

#[test]
fn our_sealed_message_says_when_it_was_read() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.us.command("/seal for your eyes only");
    pair.heard("sealed", "");
    pair.us.wait_mark("for your eyes only", "✓✓");
    let read = |screen: &vt100::Screen| {
        let rows = screen::rows(screen);
        let below = rows.iter().skip_while(|row| !row.contains("for your eyes only")).nth(1);
        below.and_then(|row| row.rsplit('│').next()).is_some_and(|words| words.trim() == "read")
    };
    assert!(!pair.us.terminal.look(read), "{}", pair.us.terminal.screen());
    pair.tell("open", "");
    pair.heard("opened", "for your eyes only");
    pair.us.terminal.wait_for("the word below it that it was read", read);
    pair.heard("read-known", "");
    pair.finish();
}

#[test]
fn a_long_text_arrives_whole_in_parts_that_the_peer_can_hold() {
    let text = (0..1_200).map(|number| format!("{number}号，")).collect::<Vec<_>>().concat() + "\nthe end";
    for (script, limit) in [(FEIQ, FEIQ_BUFFER), (OFFICIAL, BUFFER)] {
        let Some(pair) = Pair::start(script) else { return };
        pair.us.terminal.paste(&text);
        pair.us.terminal.wait_text("Paste 2 lines");
        pair.us.terminal.key("Enter");
        pair.us.terminal.wait_text("the end");
        pair.us.terminal.key("Enter");
        pair.heard("said", "the end");
        // The mark stands where the text begins.
        pair.us.terminal.key("M-Home");
        pair.us.wait_mark("0号，1号，2号，", "✓✓");
        let start = format!("said {} ", pair.here);
        let parts: Vec<String> = pair
            .peer
            .lines()
            .iter()
            .filter_map(|line| line.strip_prefix(&start))
            .map(|rest| rest.splitn(3, ' ').nth(2).unwrap().to_owned())
            .collect();
        assert_eq!(parts.concat().replace("\\n", "\n"), text, "{script}");
        assert!(parts.len() > 1, "{script}");
        assert!(parts.iter().all(|part| part.len() < limit), "{script}");
        pair.finish();
    }
}

#[test]
fn shakes_and_typing_are_shown_and_not_answered() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    pair.tell("type", "");
    pair.us.wait_header("writing");
    let before = pair.us.terminal.screen();
    pair.tell("shake", "");
    pair.us.terminal.wait_for("a word of the shaken window", |screen| {
        screen::contents(screen)
            .lines()
            .any(|row| row.contains("otto shook your window") && !before.contains(row))
    });
    pair.us.terminal.line("I am awake");
    pair.heard("said", "I am awake");
    for happening in ["shaken", "typing", "still", "heard"] {
        assert_eq!(pair.count(happening), 0, "{:#?}", pair.peer.lines());
    }
    pair.finish();
}

#[test]
fn a_picture_that_feiq_names_has_a_row() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    pair.tell("internal", "");
    pair.us.terminal.wait_text("[picture 1]");
    pair.tell("say", "fence");
    pair.us.terminal.wait_text("fence");
    assert!(pair.us.terminal.rows_with("/~#").is_empty(), "{}", pair.us.terminal.screen());
    pair.finish();
}

#[test]
fn one_message_goes_to_several_and_to_everyone() {
    let network = Network::new();
    let at: Vec<String> = (1..=3).map(|number| network.at(number)).collect();
    let Some(feiq) = Peer::start(FEIQ, &[&at[1], OTTO, &at[0]]) else { return };
    let official = Peer::start(OFFICIAL, &[&at[2], "olga", &at[0]]).unwrap();
    let us = Member::start(URSULA, &at[0], &[&at[1], &at[2]]);
    us.terminal.wait_text(OTTO);
    us.terminal.wait_text("olga");
    us.talk_to(OTTO, &at[1]);
    for (command, text, flag) in [("/to otto,olga", "to both", SEVERAL), ("/everyone", "to all", EVERYONE)] {
        if flag == EVERYONE {
            us.terminal.line(&format!("{command} {text}"));
            us.terminal.wait_text("Enter again sends it");
            us.terminal.key("Enter");
        } else {
            us.command(&format!("{command} {text}"));
        }
        for peer in [&feiq, &official] {
            let line = peer.wait_line(text, |line| line.starts_with("said") && line.contains(text));
            assert_ne!(flags(line.splitn(3, ' ').nth(2).unwrap()) & flag, 0, "{line}");
        }
    }
}

#[test]
fn messages_to_several_to_everyone_and_from_programs_are_shown_and_only_some_acknowledged() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.tell("several", "to a few");
    pair.us.terminal.wait_text("to a few");
    pair.heard("receipt", "");
    pair.tell("everyone", "to you all");
    pair.us.terminal.wait_text("to you all");
    pair.tell("auto", "by itself");
    pair.us.terminal.wait_text("by itself");
    pair.tell("say", "fence");
    pair.us.terminal.wait_text("fence");
    pair.us.terminal.line("after it");
    pair.heard("said", "after it");
    assert_eq!(pair.count("receipt"), 2, "{:#?}", pair.peer.lines());
    pair.finish();
}

#[test]
fn binary_packets_are_passed_over() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.tell("dict", "");
    pair.tell("say", "fence");
    pair.us.terminal.wait_text("fence");
    assert!(pair.us.terminal.rows_with("IP2").is_empty(), "{}", pair.us.terminal.screen());
    pair.finish();
}

#[test]
fn a_wrong_encoding_can_be_changed_and_what_came_is_read_again() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    // 日本語 in Shift_JIS, which is no UTF-8.
    let packet = [b"1:77:otto:otto-pc:288:".as_slice(), b"\x93\xfa\x96\x7b\x8c\xea\0"].concat();
    let code: Vec<String> = packet.iter().map(|byte| format!("{byte:02x}")).collect();
    pair.tell("raw", &code.concat());
    pair.heard("receipt-unasked", "77");
    pair.us.command("/encoding shift_jis");
    pair.us.terminal.wait_text("日本語");
}
