//! The settings as a person sees them: each is explained, and shown as it holds.

use super::*;

#[test]
fn every_setting_is_explained_in_every_language() {
    for tag in crate::lang::TAGS {
        let lang = crate::lang::Lang::choose(Some(tag), crate::model::Registry::default());
        let silent: Vec<&str> = settings().filter(|key| !lang.has(&format!("setting-{key}"))).collect();
        assert!(silent.is_empty(), "{tag} says nothing of {silent:?}");
    }
}

#[test]
fn every_setting_is_shown_as_it_holds() {
    let (_folder, profile) = profile();
    for (key, value) in [
        ("name", "mei"),
        ("group", "lab"),
        ("language", "zh-TW"),
        ("visible", "contacts"),
        ("theme", "light"),
        ("list", "two"),
        ("pictures", "sixel"),
        ("mouse", "false"),
        ("bell", "false"),
        ("hyperlinks", "false"),
        ("title", "false"),
        ("notify", "osc99"),
        ("notify-content", "false"),
        ("notify-command", "true"),
        ("typing", "false"),
        ("reads", "false"),
        ("greeting", "hello"),
        ("announce", "10.8.33.7"),
        ("downloads", "/tmp/x"),
        ("legacy-encoding", "big5"),
    ] {
        profile.set(key, value).unwrap();
        let shown = profile.load_config().unwrap().value.shown();
        let held = shown.iter().find(|(known, _)| *known == key).map(|(_, held)| held.as_str());
        assert_eq!(held, Some(value), "{key}");
    }
    let unset = profile.load_config().unwrap().value.shown();
    assert!(unset.iter().all(|(_, value)| !value.is_empty()), "one is not tried here: {unset:?}");
}
