//! Two who know each other's keys, and a third who says to be one of them.

use crate::support::history::{History, Mark};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::screen;

const SIZE: (u16, u16) = (100, 30);

/// A profile that is reached by its key.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) profile: Profile,
    pub(crate) address: String,
}

impl Person {
    pub(crate) fn new(name: &'static str) -> Self {
        let profile = Profile::new().encrypted_at(&format!("127.0.0.1:{}", free_port()));
        profile.write(
            "config.toml",
            &format!("language = \"en\"\ntheme = \"classic\"\nlist = \"one\"\nname = \"{name}\"\n"),
        );
        let (_, address) = profile.address();
        Self { name, profile, address }
    }

    fn knows(&self, other: &Self) {
        let contacts = format!("[contacts]\n{} = {:?}\n", other.name, other.address);
        self.profile.write("contacts.toml", &contacts);
    }

    pub(crate) fn launch(&self, size: (u16, u16)) -> Terminal {
        self.profile.launch(size)
    }

    /// With the conversation of its contact open.
    pub(crate) fn open(&self, size: (u16, u16)) -> Terminal {
        let terminal = self.profile.open(size);
        terminal.wait_text(" to ");
        terminal.send("?");
        terminal.wait_text("?");
        terminal.key("Backspace");
        terminal
    }

    /// The marks of own messages with this text.
    pub(crate) fn marks(&self, text: &str) -> Vec<Mark> {
        let rows = History::live(&self.profile.path("history.db")).rows_after(-1);
        rows.iter().filter(|row| row.text == text).map(|row| row.mark).collect()
    }
}

/// Mei and Ben, who are contacts of each other.
pub(crate) fn befriended() -> [Person; 2] {
    let (mei, ben) = (Person::new("mei"), Person::new("ben"));
    mei.knows(&ben);
    ben.knows(&mei);
    [mei, ben]
}

/// Says it; it is delivered.
pub(crate) fn deliver(from: (&Person, &Terminal), to: &Terminal, text: &str) {
    let (person, terminal) = from;
    terminal.line(text);
    to.wait_text(text);
    terminal.wait_for("a receipt", |_| person.marks(text) == [Mark::Delivered]);
}

#[test]
fn what_is_said_to_who_is_away_comes_when_that_one_is_back() {
    let [mei, ben] = befriended();
    let (at_mei, at_ben) = (mei.open(SIZE), ben.open(SIZE));
    deliver((&mei, &at_mei), &at_ben, "first of mei.");
    deliver((&ben, &at_ben), &at_mei, "first of ben.");
    at_ben.key("C-q");
    at_ben.wait_exit();
    at_mei.line("while you were away.");
    // Her screen shows the words while she still types them.
    at_mei.wait_for("it is kept", |_| mei.marks("while you were away.").len() == 1);
    // It outlives her own restart as well.
    at_mei.kill();
    let at_mei = mei.open(SIZE);
    at_mei.wait_text("while you were away.");
    let at_ben = ben.open(SIZE);
    at_ben.wait_text("while you were away.");
    at_mei.wait_text("✓✓ while you were away.");
    for person in [&mei, &ben] {
        assert_eq!(person.marks("while you were away.").len(), 1, "once");
    }
}

/// Another key claims to be a contact: what waits, waits on, and goes to the new key only once a person says that it is
/// the same (E8).
#[test]
fn a_changed_key_stops_what_is_sent_until_a_person_decides() {
    let [mei, ben] = befriended();
    let (at_mei, at_ben) = (mei.open(SIZE), ben.open(SIZE));
    deliver((&mei, &at_mei), &at_ben, "to the first key.");
    at_ben.key("C-q");
    at_ben.wait_exit();
    // Who was here a moment ago may still be taken for being here, and is asked first; after a start nobody is.
    at_mei.kill();
    let at_mei = mei.open(SIZE);
    at_mei.line("for the first key.");
    at_mei.wait_text("…  for the first key.");

    let other = Person::new("ben");
    other.knows(&mei);
    let at_other = other.open(SIZE);
    at_other.line("new laptop.");
    at_mei.wait_text("KEY CHANGED");
    at_mei.wait_text("◆! to ben: sending is stopped");
    at_mei.wait_text("/key same");
    at_mei.line("not yet.");
    at_mei.wait_text("!  not yet.");
    assert_eq!(mei.marks("not yet."), [], "it stays in the composer");
    assert_eq!(mei.marks("for the first key."), [Mark::Waiting]);
    assert_eq!(other.marks("new laptop."), [Mark::Sent], "no receipt");
    assert_eq!(other.marks("for the first key."), []);

    at_mei.key("C-u");
    at_mei.line("/key same");
    at_other.wait_text("for the first key.");
    at_mei.wait_text("✓✓ for the first key.");
    at_mei.wait_text("◇ to ben");
    at_mei.wait_text("ben has another key from here on");
    deliver((&mei, &at_mei), &at_other, "to the new key.");
    deliver((&other, &at_other), &at_mei, "to mei.");
    // The first key is nobody's any more.
    let at_ben = ben.open(SIZE);
    at_ben.line("and I?");
    at_ben.wait_text("and I?");
    assert_eq!(ben.marks("to the new key."), []);
    // That the key was replaced is written down.
    at_mei.kill();
    let at_mei = mei.open(SIZE);
    at_mei.wait_text("ben has another key from here on");
}

/// All that was said is in one conversation, once.
fn is_one_conversation(person: &Person, said: &[&str]) {
    let history = History::live(&person.profile.path("history.db"));
    let rows = history.rows_after(-1);
    for text in said {
        assert_eq!(rows.iter().filter(|row| row.text == *text).count(), 1, "{text} once: {rows:?}");
    }
    assert_eq!(history.conversations(), 1);
}

/// What the new key has said before it was known whose it is belongs to the contact, for good: nothing is left to answer.
#[test]
fn what_a_new_key_has_said_goes_over_to_the_contact_and_asks_nothing_at_the_next_start() {
    let [mei, ben] = befriended();
    let (at_mei, at_ben) = (mei.open(SIZE), ben.open(SIZE));
    deliver((&ben, &at_ben), &at_mei, "with the first key.");
    at_ben.key("C-q");
    at_ben.wait_exit();
    at_mei.kill();
    let at_mei = mei.open(SIZE);
    let other = Person::new("ben");
    other.knows(&mei);
    let at_other = other.open(SIZE);
    at_other.line("new key here.");
    at_mei.wait_text("KEY CHANGED");
    at_mei.wait_text("Requests");
    at_mei.line("/key same");
    at_mei.wait_text("ben has another key from here on");
    at_mei.wait_text("new key here.");
    at_other.wait_for("a receipt", |_| other.marks("new key here.") == [Mark::Delivered]);
    at_mei.kill();
    is_one_conversation(&mei, &["with the first key.", "new key here."]);
    let at_mei = mei.open(SIZE);
    at_mei.wait_text("ben has another key from here on");
    let screen = at_mei.screen();
    assert!(!screen.contains("Requests") && !screen.contains("unread"), "{screen}");
    // Where the new key is only its own words tell: the contact keeps the address that a person gave it.
    deliver((&other, &at_other), &at_mei, "to mei.");
    deliver((&mei, &at_mei), &at_other, "to the new key.");
}

/// Whoever was accepted is a contact on the screen, and nobody takes that place either.
#[test]
fn another_key_is_noticed_of_who_was_accepted_and_never_added() {
    let (mei, ben) = (Person::new("mei"), Person::new("ben"));
    ben.knows(&mei);
    let (at_mei, at_ben) = (mei.launch(SIZE), ben.open(SIZE));
    at_ben.line("hello.");
    at_mei.wait_text("Requests");
    at_mei.key("C-g");
    at_mei.send("ben");
    at_mei.key("Enter");
    at_mei.wait_text("◇? to ben");
    at_mei.line("/accept");
    at_mei.wait_text("◇ to ben");
    deliver((&mei, &at_mei), &at_ben, "to the first key.");
    at_ben.key("C-q");
    at_ben.wait_exit();
    at_mei.kill();
    let at_mei = mei.open(SIZE);
    at_mei.line("for the first key.");
    at_mei.wait_text("…  for the first key.");
    let other = Person::new("ben");
    other.knows(&mei);
    let at_other = other.open(SIZE);
    at_other.line("new key here.");
    at_mei.wait_text("KEY CHANGED");
    at_mei.wait_text("◆! to ben: sending is stopped");
    assert_eq!(other.marks("for the first key."), []);
    at_mei.line("/key same");
    at_other.wait_text("for the first key.");
    at_mei.wait_text("✓✓ for the first key.");
    deliver((&other, &at_other), &at_mei, "to mei.");
    at_mei.kill();
    is_one_conversation(&mei, &["hello.", "new key here.", "for the first key."]);
    assert!(
        !mei.profile.path("contacts.toml").exists() || !mei.profile.read("contacts.toml").contains("ben")
    );
}

/// Nothing that is here only is marked as if the other side had heard of it.
#[test]
fn what_went_to_the_key_before_or_never_out_is_deleted_without_a_mark() {
    let unmarked = |terminal: &Terminal, count: usize| {
        terminal.wait_for("deleted, and not marked", |screen| {
            let mut rows = screen::rows(screen);
            rows.retain(|row| row.contains("message deleted"));
            rows.len() == count && rows.iter().all(|row| !row.contains(['✓', '…', '×']))
        });
    };
    let [mei, ben] = befriended();
    let (at_mei, at_ben) = (mei.open(SIZE), ben.open(SIZE));
    deliver((&mei, &at_mei), &at_ben, "to the first key.");
    at_ben.key("C-q");
    at_ben.wait_exit();
    at_mei.kill();
    let at_mei = mei.open(SIZE);
    at_mei.line("never out.");
    at_mei.wait_text("…  never out.");
    for key in ["C-o", "Delete", "Enter"] {
        at_mei.key(key);
    }
    unmarked(&at_mei, 1);
    let other = Person::new("ben");
    other.knows(&mei);
    let at_other = other.open(SIZE);
    at_other.line("new laptop.");
    at_mei.wait_text("/key same");
    at_mei.line("/key same");
    at_mei.wait_text("new laptop.");
    at_mei.wait_text("ben has another key from here on");
    deliver((&mei, &at_mei), &at_other, "to the new key.");
    unmarked(&at_mei, 1);
    for key in ["C-o", "Home", "Delete"] {
        at_mei.key(key);
    }
    at_mei.wait_text("stays there. Delete it here only");
    at_mei.key("Enter");
    unmarked(&at_mei, 2);
    deliver((&mei, &at_mei), &at_other, "afterwards.");
    unmarked(&at_mei, 2);
    at_mei.kill();
    let at_mei = mei.open(SIZE);
    at_mei.wait_text("afterwards.");
    unmarked(&at_mei, 2);
    let at_ben = ben.open(SIZE);
    at_ben.wait_text("to the first key.");
}
