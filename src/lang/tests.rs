//! The translations are complete, agree with each other, and hold every key the program uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::*;

use crate::model::{AddressError, Caps, DialectInfo, Fault, ListenMode, ListenSetting, Scheme};
use fluent_bundle::FluentResource;

/// Key → the variables its own lines mention, read without the Fluent parser.
fn entries(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '}'])) {
            name.clone_into(&mut key);
            assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice");
        }
        for rest in line.split('$').skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            found.get_mut(&key).unwrap().insert(name);
        }
    }
    found
}

/// A dialect with nothing, one with everything, and one that can only be served.
fn registry() -> Registry {
    let all = Caps { connects: true, encodings: true, group: true, rooms: true, ..Caps::NONE };
    let info = |name, example, caps, listens, server| {
        let scheme = Scheme { name, default_port: 1, caps };
        DialectInfo { scheme, example, listens, server }
    };
    let port = ListenSetting::Port(1);
    Registry {
        dialects: vec![
            info("plain", "10.0.0.7:1", Caps::NONE, ListenMode::Datagrams(port), None),
            info("hall", "hall://10.0.0.7", all, ListenMode::Itself(port), None),
            info(
                "hub",
                "hub://10.0.0.7/x",
                Caps { group: true, ..Caps::NONE },
                ListenMode::Nowhere,
                Some(port),
            ),
        ],
        reserved: vec!["later"],
    }
}

#[test]
fn texts_list_the_dialects_that_there_are() {
    let lang = Lang::of("en", registry());
    for (key, part) in [
        ("cli-arg-open", ": 10.0.0.7:1, hall://10.0.0.7 or hub://10.0.0.7/x"),
        ("cli-arg-listen", "the kind is plain, hall or hub"),
        ("command-listen", ": plain or hall, and"),
        ("form-add-intro", "; or hall://10.0.0.7, hub://10.0.0.7/x. "),
        ("join-unknown", "rooms look like hall://10.0.0.7 or hub://10.0.0.7/x"),
        ("connect-no-connection", "only hall:// addresses"),
    ] {
        let shown = lang.text(key);
        assert!(shown.contains(part), "{key}: {shown}");
    }
}

fn every() -> [Lang; 3] {
    TAGS.map(|tag| Lang::of(tag, registry()))
}

#[test]
fn every_language_has_the_same_keys_and_variables() {
    let [english, others @ ..] = SOURCES.map(entries);
    assert!(!english.is_empty());
    for (other, tag) in others.iter().zip(TAGS.iter().skip(1)) {
        let keys = |texts: &BTreeMap<String, _>| texts.keys().cloned().collect::<BTreeSet<_>>();
        let differ: Vec<_> = keys(&english).symmetric_difference(&keys(other)).cloned().collect();
        assert!(differ.is_empty(), "{tag}: {differ:?}");
        assert_eq!(&english, other, "{tag}");
    }
}

#[test]
fn every_language_names_itself() {
    assert_eq!(TAGS.map(name_of), [Some("English"), Some("简体中文"), Some("繁體中文")]);
    assert_eq!(name_of("fr"), None);
    for lang in every() {
        assert_eq!(name_of(lang.tag()), Some(lang.text("language-name").as_str()));
    }
    assert_eq!(listed(), "en (English), zh-CN (简体中文), zh-TW (繁體中文)");
}

#[test]
fn arguments_are_named_in_the_language() {
    let usage = |tag, line| Lang::of(tag, registry()).with("argument-line", &[("line", line)]);
    for line in ["NAME ADDRESS", "PATH…", "[20MB|off]", "NAME,NAME TEXT", "CONTACT|ADDRESS", "N", ""] {
        assert_eq!(usage("en", line), line);
    }
    assert_eq!(usage("zh-CN", "NAME,NAME [TEXT|off]"), "名字,名字 [文字|off]");
    assert_eq!(usage("zh-TW", "PATH… [N] 20MB"), "路徑… [N] 20MB");
    for name in functions::ARGUMENTS {
        assert_eq!(usage("en", name), name);
        let key = format!("argument-{}", name.to_ascii_lowercase());
        assert!(every().iter().all(|lang| lang.has(&key)), "{key}");
    }
}

#[test]
fn every_translation_parses() {
    for source in SOURCES {
        let errors = FluentResource::try_new(source.to_owned()).err().map(|(_, errors)| errors);
        assert_eq!(errors, None);
    }
}

/// Words of the other side of the strait, and second words for what has one already. Beside each the one that is used.
const STRANGE_WORDS: [(&str, &[(&str, &str)]); 2] = [
    (
        "zh-CN",
        &[
            ("您", "你"),
            ("聊天室", "房间"),
            ("飞鸽", "IP Messenger"),
            ("静音", "免打扰"),
            ("多播", "组播"),
            ("配置", "设置、身份目录"),
            ("中继服务器", "中转服务器"),
            ("附近", "局域网"),
            ("纯文本", "明文"),
            ("未经证实", "未经验证"),
            ("聊天窗口", "聊天界面"),
            ("大报文", "大数据报"),
            ("消息已删除", "消息已撤回"),
        ],
    ),
    (
        "zh-TW",
        &[
            ("你", "您"),
            ("默認", "預設"),
            ("信息", "訊息"),
            ("消息", "訊息"),
            ("網絡", "網路"),
            ("服務器", "伺服器"),
            ("程序", "程式"),
            ("軟件", "軟體"),
            ("文件", "檔案"),
            ("端口", "連接埠"),
            ("地址", "位址"),
            ("聯系人", "聯絡人"),
            ("發送", "傳送"),
            ("接口", "介面"),
            ("用戶名", "使用者名稱"),
            ("屏幕", "螢幕"),
            ("鼠標", "滑鼠"),
            ("光標", "游標"),
            ("窗口", "視窗"),
            ("剪貼板", "剪貼簿"),
            ("粘貼", "貼上"),
            ("字符", "字元"),
            ("字節", "位元組"),
            ("打印", "輸出"),
            ("列印", "輸出"),
            ("撤回", "收回"),
            ("屏蔽", "封鎖"),
            ("會話", "對話"),
            ("房間", "聊天室"),
            ("支持", "支援"),
            ("磁盤", "磁碟"),
            ("內存", "記憶體"),
            ("進程", "行程"),
            ("線程", "執行緒"),
            ("設置", "設定"),
            ("數據", "資料"),
            ("套接字", "通訊端"),
            ("腳本", "指令碼"),
            ("指令稿", "指令碼"),
            ("密鑰", "金鑰"),
            ("口令", "密碼"),
            ("中轉", "中繼"),
            ("補全", "自動完成"),
            ("搜索", "搜尋"),
            ("查找", "尋找"),
            ("導出", "匯出"),
            ("導入", "匯入"),
            ("添加", "新增"),
            ("加為", "新增為"),
            ("創建", "建立"),
            ("運行", "執行"),
            ("退出", "結束"),
            ("打開", "開啟"),
            ("二維碼", "QR 碼"),
            ("回執", "回條"),
            ("回函", "回條"),
            ("應答", "回應"),
            ("純文字協定", "明文通訊協定"),
            ("未經證實", "未經驗證"),
            ("聊天畫面", "聊天介面"),
            ("檢視", "查看"),
            ("訊息已刪除", "訊息已收回"),
        ],
    ),
];

/// Characters of the other script, the commonest of each.
const STRANGE_CHARACTERS: [(&str, &str); 2] = [
    ("zh-CN", "訊檔網錄連線設時間個們這裡為來對話說開關發傳達鍵雙觀頁單號應過還進遠長門問與無體"),
    ("zh-TW", "讯档网录连线设时间个们这里为来对话说开关发传达键双观页单号应过还进远长门问与无体"),
];

#[test]
fn each_kind_of_chinese_keeps_to_its_own_words() {
    for (tag, source) in TAGS.iter().zip(SOURCES).skip(1) {
        let of_tag = |known: &&str| known == tag;
        let (_, words) = STRANGE_WORDS.iter().find(|(known, _)| of_tag(known)).expect("words");
        let (_, script) = STRANGE_CHARACTERS.iter().find(|(known, _)| of_tag(known)).expect("characters");
        // A language is named in itself, and a sample of the colours greets as everybody does.
        let is_free =
            |line: &&str| ["#", "language-name", "form-sample"].iter().any(|it| line.starts_with(it));
        let texts = source.lines().filter(|line| !is_free(line));
        for line in texts {
            for (word, usual) in *words {
                assert!(!line.contains(word), "{tag} says {usual}, not {word}: {line}");
            }
            let strange = line.chars().find(|c| script.contains(*c));
            assert_eq!(strange, None, "of the other script, in {tag}: {line}");
        }
    }
}

#[test]
fn each_text_ends_where_the_next_begins() {
    for source in SOURCES {
        let catalog = Catalog::read(source);
        let whole = FluentResource::try_new(source.to_owned()).expect("it parses");
        let shown =
            |resource: &FluentResource| resource.entries().map(|one| format!("{one:?}")).collect::<Vec<_>>();
        let is_text = |entry: &String| entry.starts_with("Message");
        let mut wanted: Vec<String> = shown(&whole).into_iter().filter(is_text).collect();
        let alone = entries(source).into_keys().map(|key| {
            let text = catalog.entry(&key).expect("it is found");
            let parsed = FluentResource::try_new(text.to_owned()).expect("it parses alone");
            assert_eq!(parsed.entries().count(), 1, "{text}");
            shown(&parsed).remove(0)
        });
        let mut alone: Vec<String> = alone.map(|entry| without_comment(&entry)).collect();
        wanted = wanted.into_iter().map(|entry| without_comment(&entry)).collect();
        wanted.sort();
        alone.sort();
        assert_eq!(alone, wanted);
    }
}

/// A comment right above a text belongs to it in the file, and says nothing.
fn without_comment(entry: &str) -> String {
    entry.split_once(", comment:").map_or(entry, |(text, _)| text).to_owned()
}

#[test]
fn every_text_renders_whole() {
    for (lang, source) in every().iter().zip(SOURCES) {
        let entries = entries(source);
        // A text may take in another one, so each gets every variable there is.
        let names: BTreeSet<&String> = entries.values().flatten().collect();
        let args: FluentArgs<'_> = names.iter().map(|name| (name.as_str(), "1")).collect();
        for key in entries.keys() {
            let shown = lang.render(key, Some(&args));
            assert!(!shown.contains(['{', '}', '$']), "{} {key}: {shown}", lang.tag());
            assert_ne!(&shown, key);
            assert!(!shown.contains(['\u{2068}', '\u{2069}']), "{key}");
        }
    }
}

fn rust_files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push(text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned());
        }
    }
}

#[test]
fn every_key_used_in_the_program_exists() {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut used = BTreeSet::new();
    for text in &files {
        for call in ["Phrase::new(", "lang.text(", "lang.with("] {
            for rest in text.split(call).skip(1) {
                if let Some(literal) = rest.trim_start().strip_prefix('"') {
                    used.insert(literal.split('"').next().unwrap());
                }
            }
        }
    }
    assert!(used.len() > 5, "the scan finds the calls");
    let known = entries(SOURCES[0]);
    let missing: Vec<_> = used.iter().filter(|key| !known.contains_key(**key)).collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
}

#[test]
fn every_reason_has_a_text_that_uses_what_it_brings() {
    let part = || "PART".to_owned();
    let address = [
        AddressError::Empty,
        AddressError::Scheme(part()),
        AddressError::Host(part()),
        AddressError::Port(part()),
        AddressError::NoPort,
        AddressError::Option(part()),
        AddressError::Brackets(part()),
    ];
    let to = "[::1]:9".parse().ok();
    let faults = [
        Fault::TooLarge { bytes: 70000, limit: 65507 },
        Fault::CannotEncode { character: '侯', encoding: "big5".to_owned() },
        Fault::NameNotFound { host: "nowhere".to_owned() },
        Fault::Network { to, code: "ENETUNREACH".into() },
        Fault::Network { to: None, code: "EPERM".into() },
        Fault::NotListening,
        Fault::Busy,
        Fault::NoSuchPeer,
    ];
    let phrases = address.iter().map(AddressError::phrase).chain(faults.iter().map(Fault::phrase));
    for phrase in phrases {
        for lang in every() {
            let shown = lang.phrase(&phrase);
            assert!(lang.has(phrase.key), "{}", phrase.key);
            assert!(!shown.contains('{'), "{shown}");
            if phrase.args.contains(&("part", Value::Text(part()))) {
                assert!(shown.contains("PART"), "{shown}");
            }
        }
    }
}

#[test]
fn tags_choose_their_language() {
    for (tag, expected) in [
        ("zh", "zh-CN"),
        ("zh-CN", "zh-CN"),
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh-SG", "zh-CN"),
        ("zh-Hans", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh-Hans-HK", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("ZH_tw.UTF-8", "zh-TW"),
        ("zh_HK.UTF-8@radical", "zh-TW"),
        ("zh-MO", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh-Hant-CN", "zh-TW"),
        (" zh-cn ", "zh-CN"),
        ("en", "en"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("zhx", "en"),
        ("\u{1b}[31m", "en"),
    ] {
        assert_eq!(Lang::choose(Some(tag), Registry::default()).tag(), expected, "{tag:?}");
    }
}

#[test]
fn numbers_are_shown_without_grouping() {
    let phrase = Fault::TooLarge { bytes: 70000, limit: 65507 }.phrase();
    for lang in every() {
        let shown = lang.phrase(&phrase);
        assert!(shown.contains("70000") && shown.contains("65507"), "{shown}");
    }
}

#[test]
fn text_arguments_are_escaped() {
    for lang in every() {
        let shown = lang.with("address-host", &[("part", "a\u{1b}[2Jb\nc"), ("example", "x")]);
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
        let shown =
            lang.phrase(&Phrase::new("address-host").text("part", "a\u{1b}[2Jb\nc").text("example", "x"));
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
    }
}

#[test]
fn an_unknown_key_shows_itself() {
    assert_eq!(Lang::of("zh-CN", registry()).text("no-such-key"), "no-such-key");
}

#[test]
fn the_c_locale_means_english_whatever_else_is_set() {
    assert_eq!(of_locale(Some("C"), Some("zh-CN")), "en");
    assert_eq!(of_locale(Some("POSIX"), Some("zh-CN")), "en");
    assert_eq!(of_locale(Some("zh_CN.UTF-8"), Some("zh-CN")), "zh-CN");
    assert_eq!(of_locale(Some("zh_TW.UTF-8"), Some("zh-TW")), "zh-TW");
    assert_eq!(of_locale(None, Some("de-DE")), "en");
    assert_eq!(of_locale(None, None), "en");
}

#[test]
fn a_contact_that_is_left_out_is_told_with_the_reason() {
    let reason = |key| {
        let phrase =
            Phrase::new("contact-left-out").text("name", "NAME").number("line", 4).text("reason", key);
        phrase.text("part", "PART").text("example", "EXAMPLE").number("limit", 9)
    };
    for lang in every() {
        let shown = lang.phrase(&reason("address-port"));
        assert!(["NAME", "4", "PART", "EXAMPLE"].iter().all(|part| shown.contains(part)), "{shown}");
        for key in
            ["name-empty", "name-too-long", "name-reserved", "contact-name-twice", "contact-no-address"]
        {
            assert!(lang.phrase(&reason(key)).ends_with(&lang.text(key)), "{key}");
        }
    }
}

#[test]
fn who_is_told_of_a_history_moved_aside_is_told_that_nothing_in_it_expires() {
    for (lang, words) in every().iter().zip(["delete it", "自行删除", "自行刪除"]) {
        for key in ["store-moved-aside", "store-replaced"] {
            let said = lang.phrase(&Phrase::new(key).text("name", "history-damaged-1.db"));
            assert!(said.contains("history-damaged-1.db") && said.contains(words), "{said}");
        }
    }
}
