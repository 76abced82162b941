//! A history of a million messages, as twenty conversations in Chinese and English may have left it. Made through the
//! program's own store, and kept in `target/` for the next run.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use udpqq::model::history::{ConversationRecord, StoreCommand};
use udpqq::model::traffic::MessageKind;
use udpqq::model::{ConversationId, Direction, Mark, Message, MessageId, PeerKind, Uid, WallTime};
use udpqq::store::{self, Backend, Work};

use crate::support::chance::Chance;

/// Goes up when what is made here is another history.
const VERSION: u32 = 1;
pub(crate) const MESSAGES: u64 = 1_000_000;
pub(crate) const CONVERSATIONS: u32 = 20;
/// As many changes as the store's thread takes at once.
pub(crate) const GROUP: usize = 1_024;
/// One message a minute; the last one before the end of 2025.
const MINUTE: i64 = 60_000_000;
const LAST: i64 = 1_767_225_540_000_000;

/// Words that a search looks for, and in how many messages each stands: one in so many.
pub(crate) const FREQUENT: &str = "我们";
pub(crate) const RARE: &str = "鲸鱼";
const FREQUENT_IN: u64 = 20;
const RARE_IN: u64 = 20_000;
/// In a conversation one message in so many is changed: by turns edited, and given an emoji. None is the last.
const CHANGED_IN: u64 = 20;
const EDITED: u64 = 9;
const REACTED: u64 = EDITED + CHANGED_IN;
/// The first and the last message of the conversation that is open.
pub(crate) const FIRST_TEXT: &str = "where it all began";
pub(crate) const LAST_TEXT: &str = "where it ends";

/// What the messages of a history are.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    Plain,
    /// The same ones as two people have them who are encrypted: each has a name, and of every 20 in a conversation one was
    /// edited or has an emoji.
    Changed,
}

impl Content {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "history",
            Self::Changed => "history-changed",
        }
    }

    /// What the history keeps of a message.
    fn rows(self, message: Message) -> Vec<Message> {
        match self {
            Self::Plain => vec![message],
            Self::Changed => with_changes(message),
        }
    }
}

/// A profile with that history.
pub(crate) fn profile(content: Content) -> PathBuf {
    let name = format!("{}-{VERSION}-{}", content.name(), env!("CARGO_PKG_VERSION"));
    let (whole, part) = (target().join(&name), target().join(format!("{name}.part")));
    if !whole.exists() {
        let _of_a_run_that_was_broken_off = fs::remove_dir_all(&part);
        fs::create_dir_all(&part).unwrap();
        // As the program keeps them, or it says that it closed them.
        fs::set_permissions(&part, fs::Permissions::from_mode(0o700)).unwrap();
        fill(&part.join("history.db"), content);
        write_private(&part.join("config.toml"), "language = \"en\"\ntheme = \"classic\"\n");
        let contacts =
            (1..=CONVERSATIONS).map(|number| format!("{} = {:?}\n", name_of(number), address(number)));
        let contacts = format!("[contacts]\n{}", contacts.collect::<String>());
        write_private(&part.join("contacts.toml"), &contacts);
        fs::rename(part, &whole).unwrap();
    }
    whole
}

/// Where the benches keep what they need.
pub(crate) fn target() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

fn create_private(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

fn write_private(path: &Path, text: &str) {
    create_private(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Opens a history as the program does.
pub(crate) fn open(path: &Path) -> Box<dyn Backend> {
    let private: store::Private = |path| create_private(path).map(drop);
    let lock = store::Lock::take(&path.with_file_name("history.lock"), private).unwrap();
    let opened = store::open(path, lock, private, WallTime(LAST));
    assert!(opened.told.is_empty(), "{:?}", opened.told);
    opened.backend
}

/// Does what can wait until nothing is left.
pub(crate) fn catch_up(backend: &mut dyn Backend) {
    loop {
        match backend.work() {
            Work::More => {}
            Work::Done => return,
            Work::Told(phrase) => panic!("{phrase:?}"),
        }
    }
}

/// What a conversation is, as the first start on a contact says.
pub(crate) fn cards() -> Vec<StoreCommand> {
    let card = |number| {
        StoreCommand::Know(Box::new(ConversationRecord {
            conversation: ConversationId(number),
            name: name_of(number),
            address: format!("udp://{}", address(number)),
            kind: PeerKind::Contact,
            known: true,
            aside: false,
            joined: false,
            trust: None,
        }))
    };
    (1..=CONVERSATIONS).map(card).collect()
}

fn name_of(number: u32) -> String {
    format!("peer{number:02}")
}

fn address(number: u32) -> String {
    format!("127.0.0.1:{}", 40_000 + number)
}

fn fill(path: &Path, content: Content) {
    let mut backend = open(path);
    backend.commit(&cards()).unwrap();
    let mut writer = Texts::new();
    let mut newest = MessageId(0);
    let mut rows = (1..=MESSAGES).flat_map(|id| content.rows(writer.message(id))).peekable();
    while rows.peek().is_some() {
        let group: Vec<Message> = rows.by_ref().take(GROUP).collect();
        newest = group.last().map_or(newest, |last| last.id);
        backend.commit(&group.into_iter().map(insert).collect::<Vec<_>>()).unwrap();
    }
    let read = |number| StoreCommand::Read { conversation: ConversationId(number), up_to: newest };
    let mut last: Vec<StoreCommand> = (1..=CONVERSATIONS).map(read).collect();
    last.push(StoreCommand::Open { conversation: ConversationId(1) });
    backend.commit(&last).unwrap();
    catch_up(&mut *backend);
}

fn insert(message: Message) -> StoreCommand {
    StoreCommand::Insert(Arc::new(message))
}

/// The message under a name that both sides know, and what was said about it later.
fn with_changes(message: Message) -> Vec<Message> {
    // The changes stand between the messages.
    let (number, id) = (message.id.0, message.id.0 * 2);
    let named = Message { id: MessageId(id), uid: Some(uid(id)), ..of_kind(MessageKind::Text, message) };
    let place = (number - 1) / u64::from(CONVERSATIONS);
    let (kind, text) = match place % (2 * CHANGED_IN) {
        EDITED => (MessageKind::Edit, format!("{}, in other words", named.text)),
        REACTED => (MessageKind::Reaction, "👍".to_owned()),
        _ => return vec![named],
    };
    let change =
        Message { id: MessageId(id + 1), uid: Some(uid(id + 1)), about: named.uid, text, ..named.clone() };
    vec![named, of_kind(kind, change)]
}

/// The peer has it if it is ours: nothing is left to be done with it.
fn of_kind(kind: MessageKind, message: Message) -> Message {
    let direction = match message.direction {
        Direction::Incoming { source, lossy, sender, kind: _, authenticated: _ } => {
            Direction::Incoming { source, lossy, authenticated: true, sender, kind }
        }
        Direction::Outgoing { marked, .. } => Direction::Outgoing { mark: Mark::Delivered, marked, kind },
        notice @ Direction::Notice(_) => notice,
    };
    Message { direction, ..message }
}

fn uid(number: u64) -> Uid {
    Uid(u128::from(number).to_be_bytes())
}

/// Texts whose characters and words are spread as in a language: a few are everywhere, most are rare.
pub(crate) struct Texts {
    chance: Chance,
}

impl Texts {
    pub(crate) const fn new() -> Self {
        Self { chance: Chance::seeded(1) }
    }

    pub(crate) fn op(&mut self, id: u64) -> StoreCommand {
        insert(self.message(id))
    }

    fn message(&mut self, id: u64) -> Message {
        let number = u32::try_from((id - 1) % u64::from(CONVERSATIONS)).unwrap() + 1;
        let text = match id {
            1 => FIRST_TEXT.to_owned(),
            _ if id == MESSAGES - u64::from(CONVERSATIONS) + 1 => LAST_TEXT.to_owned(),
            _ if self.chance.one_in(2) => self.chinese(),
            _ => self.english(),
        };
        let time = WallTime(LAST - i64::try_from(MESSAGES.saturating_sub(id)).unwrap() * MINUTE);
        let source: SocketAddr = address(number).parse().unwrap();
        let direction = if self.chance.one_in(3) {
            Direction::Outgoing { kind: MessageKind::Text, mark: Mark::Sent, marked: time }
        } else {
            Direction::incoming(source)
        };
        Message {
            uid: None,
            about: None,
            quote: None,
            expires: None,
            files: udpqq::model::Files::default(),
            id: MessageId(id),
            conversation: ConversationId(number),
            dialect: "udp".into(),
            time,
            direction,
            payload: text.as_bytes().into(),
            text,
        }
    }

    fn chinese(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.chance.within(4..=24) {
            text.push(self.character());
        }
        // Half of the messages are Chinese.
        if self.chance.one_in(FREQUENT_IN / 2) {
            text.push_str(FREQUENT);
        }
        if self.chance.one_in(RARE_IN / 2) {
            text.push_str(RARE);
        }
        text
    }

    fn character(&mut self) -> char {
        const COMMON: [char; 12] = ['的', '是', '不', '了', '在', '人', '有', '这', '个', '上', '吗', '好'];
        match self.rank(3_000) {
            rank @ 0..12 => COMMON[usize::try_from(rank).unwrap()],
            rank => char::from_u32(0x4e00 + u32::try_from(rank * 7 % 20_000).unwrap()).unwrap(),
        }
    }

    fn english(&mut self) -> String {
        let words: Vec<String> = (0..self.chance.within(2..=10)).map(|_| word(self.rank(20_000))).collect();
        words.join(" ")
    }

    /// A rank below `of`: small ones are frequent, nearly as Zipf found.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small numbers that are drawn by chance"
    )]
    fn rank(&mut self, of: u64) -> u64 {
        let share = self.chance.within(0..=1_000_000) as f64 / 1e6;
        ((of as f64).powf(share) - 1.0) as u64
    }
}

/// The word of a rank: syllables, so that words begin alike.
fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 20] = [
        "con", "fi", "re", "ta", "mo", "net", "de", "li", "port", "sta", "ver", "in", "to", "sig", "nal",
        "pa", "cket", "ho", "me", "ter",
    ];
    let mut rest = usize::try_from(rank).unwrap();
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
        if rest == 0 {
            return word;
        }
    }
}
