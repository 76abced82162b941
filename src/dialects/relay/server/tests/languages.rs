//! What the relay says by itself, in every language it speaks.

use super::*;
use crate::dialects::relay::server::phrasebook::LanguageId;
use crate::dialects::relay::server::text_keys::TEXTS;
use crate::dialects::relay::server::texts;
use crate::model::Phrase;

/// With what a member may have written for each argument, and that number where one is chosen by.
fn filled(key: &'static str, args: &[&'static str], number: Option<(&str, i64)>) -> Phrase {
    args.iter().fold(Phrase::new(key), |phrase, name| match number.filter(|(counted, _)| counted == name) {
        Some((_, number)) => phrase.number(name, number),
        None => phrase.text(name, format!("<{name}>")),
    })
}

#[test]
fn each_text_stands_in_each_language_and_no_line_of_it_can_be_faked() {
    let books = phrasebooks("en");
    assert_eq!(books.ids().count(), 3);
    for language in books.ids() {
        for text in TEXTS {
            for number in [0, 1, 2, 77] {
                let number = text.number.map(|name| (name, number));
                let said = books.say(language, &filled(text.key, text.args, number));
                assert!(said.ends_with('\n') && !said.contains(text.key), "{language:?} {said:?}");
                assert!(said.lines().all(|line| line.starts_with("* ") && line.len() > 4), "{said:?}");
                assert!(!said.contains(['⟦', '⟧', '{', '$', '\u{2068}', '\u{2069}']), "{said:?}");
                let is_number = |name: &&&str| number.is_some_and(|(counted, _)| counted == **name);
                for name in text.args.iter().filter(|name| !is_number(name)) {
                    assert!(said.contains(&format!("<{name}>")), "{name}: {said:?}");
                }
                if let Some((_, number @ 2..)) = number {
                    assert!(said.contains(&number.to_string()), "{said:?}");
                }
                assert!(said.len() <= 1_200, "one datagram: {said:?}");
            }
        }
        let help = texts::help(&books, language, true);
        assert!(["/nick ", "/lang ", "zh-TW", "/history N"].iter().all(|part| help.contains(part)), "{help}");
    }
}

#[test]
fn what_a_relay_says_is_known_by_how_it_begins_and_nothing_of_a_member_is_taken_for_it() {
    let starts = texts::starts_of_a_relay(&phrasebooks("zh-TW"));
    assert_eq!(starts.len(), 30);
    assert!(starts.iter().all(|start| start.len() >= 9 && start.starts_with(b"* ")), "{starts:?}");
}

#[test]
fn no_word_of_a_member_takes_the_place_of_another_one() {
    let mut bench = Bench::new();
    let ann = bench.plain(1);
    assert_eq!(bench.answer(ann, "/nick ⟦room⟧{$count}"), "* You are ⟦room⟧{$count} now.\n");
    assert_eq!(
        bench.answer(ann, "/join ⟦count⟧"),
        "* You are ⟦room⟧{$count}, in ⟦count⟧ with nobody else. /help tells more.\n"
    );
}

#[test]
fn a_member_chooses_the_language_of_the_relay_for_itself_alone() {
    let mut bench = Bench::new();
    let (ann, ben) = (bench.plain_named(1, "ann", "tea"), bench.plain_named(2, "ben", "tea"));
    let all = "* Choose a language, such as /lang en: en (English), zh-CN (简体中文), zh-TW (繁體中文)\n";
    assert_eq!(bench.answer(ann, "/lang"), all);
    assert_eq!(
        bench.answer(ann, "/lang tlh"),
        "* The relay does not speak that. There are: en (English), zh-CN (简体中文), zh-TW (繁體中文)\n"
    );
    for (asked, told) in [
        ("zh_CN.UTF-8", "* 中转服务器现在对你说简体中文。\n"),
        ("繁體中文", "* 中繼伺服器現在對您說繁體中文。\n"),
        ("EN", "* The relay speaks English to you now.\n"),
        ("zh", "* 中转服务器现在对你说简体中文。\n"),
    ] {
        assert_eq!(bench.answer(ann, format!("/lang {asked}\n")), told, "{asked}");
    }
    assert_eq!(bench.answer(ann, "/nick Ann"), "* 你现在是 Ann。\n");
    assert_eq!(bench.answer(ann, "/join tea"), "* 你是 Ann，在 tea 里，还有 1 个成员。/help 有更多说明。\n");
    assert!(bench.answer(ann, "/help").contains("* /lang 语言"));
    assert_eq!(bench.answer(ben, "/nick Ben"), "* You are Ben now.\n");

    // Of what the room is told each gets its own, between the messages.
    bench.handle(ben, "before");
    bench.order("slow tea 5s").unwrap();
    let sent = bench.flush();
    assert_eq!(texts(&sent, ann), ["Ben: before", "* 这个房间里每人每 5 秒只能发一条消息。\n"]);
    assert_eq!(texts(&sent, ben), ["* One message in 5 seconds of each in this room.\n"]);
    bench.hear(ann, "one");
    bench.seconds(1);
    assert_eq!(bench.answer(ann, "two"), "* 这里每 5 秒只能发一条：你的消息没有发出。\n");

    // It comes back as it was.
    let gone = texts(&bench.seconds(60), ann);
    let line = gone[0].lines().find(|line| line.starts_with("/prove ")).unwrap();
    assert!(gone[0].starts_with("* 你有 60 秒没有动静，所以已离开房间。\n* 要回来"), "{gone:?}");
    assert!(bench.answer(ann, line).starts_with("* 你是 Ann，在 tea 里，没有别人。"));
    bench.relay.close(bench.now);
    assert_eq!(texts(&bench.flush(), ann), ["* 中转服务器要关闭了。再见。\n"]);
}

#[test]
fn who_has_chosen_nothing_is_told_in_the_language_of_the_relay_and_no_more_than_it_has_sent() {
    let mut bench =
        Bench::with(RelayOptions { phrasebooks: phrasebooks("zh-TW"), ..RelayOptions::default() });
    for length in 1_u16..400 {
        let sent = bench.hear(at(length), "x".repeat(length.into()));
        assert!(
            sent.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() <= length.into(),
            "{length}: {sent:?}"
        );
    }
    let told = bench.answer(at(500), "x".repeat(400));
    assert!(told.starts_with("* 這是中繼伺服器"), "{told}");
    let line = told.lines().last().unwrap();
    assert!(bench.answer(at(500), line).starts_with("* 您是 guest-1，在 lobby 裡，沒有別人。"));
    assert_eq!(bench.relay.options().phrasebooks.name(LanguageId::default()), "繁體中文");
    let mut framed = bench.framed(600, "ann", "lobby");
    assert!(texts(&bench.hear(framed.address, framed.say("hi")), at(500)).contains(&"ann: hi".to_owned()));
}
