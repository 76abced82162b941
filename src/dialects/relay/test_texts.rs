//! The texts of the relay as the tests read them: those of the program, looked up without its layers above.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use super::server::{Phrasebook, Phrasebooks};
use crate::model::Phrase;
use crate::model::phrase::Value;

const SOURCES: [(&str, &str); 3] = [
    ("en", include_str!("../../../assets/text/en.ftl")),
    ("zh-CN", include_str!("../../../assets/text/zh-CN.ftl")),
    ("zh-TW", include_str!("../../../assets/text/zh-TW.ftl")),
];

/// Of all languages; the first is that of the relay.
pub(super) fn phrasebooks(own: &str) -> Phrasebooks {
    let mut sources = SOURCES;
    sources.sort_by_key(|(tag, _)| *tag != own);
    sources.iter().map(|(tag, source)| phrasebook(tag, source)).collect()
}

fn phrasebook(tag: &str, source: &str) -> Phrasebook {
    let language: LanguageIdentifier = tag.parse().expect("a tag");
    let mut texts = FluentBundle::new(vec![language]);
    texts.set_use_isolating(false);
    // Only what a relay says: the rest calls functions that nobody knows here.
    let own = source.split("\nrelay-says-").skip(1).map(|text| format!("relay-says-{text}\n"));
    let own: String = own.map(|text| ended(&text)).collect();
    texts.add_resource(FluentResource::try_new(own).expect("it parses")).expect("no key stands twice");
    let name = source.lines().find_map(|line| line.strip_prefix("language-name = ")).expect("a name");
    let also = if tag == "zh-CN" { vec!["zh".to_owned()] } else { Vec::new() };
    Phrasebook::new(tag, name, also, |phrase| look_up(&texts, phrase))
}

/// Without the texts behind the last one.
fn ended(text: &str) -> String {
    let goes_on = |line: &&str| line.starts_with(' ') || line.starts_with("relay-says-");
    text.lines().take_while(goes_on).flat_map(|line| [line, "\n"]).collect()
}

fn look_up(texts: &FluentBundle<FluentResource>, phrase: &Phrase) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in &phrase.args {
        match value {
            Value::Text(text) => args.set(*name, text.as_str()),
            Value::Number(number) => args.set(*name, *number),
        }
    }
    let pattern = texts.get_message(phrase.key).and_then(|message| message.value()).expect(phrase.key);
    let mut errors = Vec::new();
    let said = texts.format_pattern(pattern, Some(&args), &mut errors).into_owned();
    assert!(errors.is_empty(), "{}: {errors:?}", phrase.key);
    said
}
