//! What can lie over the screen: a list to choose from, a form, a question, a text to read.

use std::borrow::Cow;
use std::sync::Arc;

use super::chooser::Chooser;
use super::composer::{Composer, Edit};
use super::doctor_page::DoctorPage;
use super::question::Question;
use super::reaction_picker::ReactionPicker;
use crate::model::qr::QrCode;
use crate::model::text::Escaped;
use crate::model::{Caps, ConversationId, Phrase};

/// The popup on top.
#[derive(Debug)]
pub(super) enum Popup {
    Help(HelpPage),
    Chooser(Chooser),
    Form(Form),
    Question(Question),
    Pager(Pager),
    /// An address as a code for phones.
    Code(ShownCode),
    /// What does not work, and what to do about it.
    Doctor(DoctorPage),
    /// The emoji for a message.
    Picker(ReactionPicker),
    /// The search through every conversation; what it knows outlives the popup.
    Search,
    /// What passes the sockets; it outlives the popup too.
    Wire,
}

impl Popup {
    /// The first row that is shown, of what is read row by row.
    pub(super) const fn top_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Help(HelpPage { top, .. })
            | Self::Pager(Pager { top, .. })
            | Self::Doctor(DoctorPage { top, .. })
            | Self::Question(Question { top, .. }) => Some(top),
            Self::Chooser(_)
            | Self::Form(_)
            | Self::Code(_)
            | Self::Picker(_)
            | Self::Search
            | Self::Wire => None,
        }
    }
}

/// All keys and commands that there are in a conversation.
#[derive(Debug, Default)]
pub(super) struct HelpPage {
    /// What is looked for in it.
    pub query: Composer,
    /// The first row that is shown.
    pub top: usize,
    /// What its dialect can say about messages.
    pub caps: Caps,
}

/// Longest text that is looked for in the help.
const MAX_LOOKED_FOR: usize = 256;

impl HelpPage {
    /// Types or pastes a text into what is looked for; `false`: it is too long for that.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        let fits = self.query.text().len().saturating_add(text.len()) <= MAX_LOOKED_FOR;
        if fits {
            self.query.insert_typed(text);
            self.top = 0;
        }
        fits
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        if self.query.apply(edit, u16::MAX) {
            self.top = 0;
        }
    }
}

/// What a form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FormKind {
    FirstStart,
    Add,
    Rename(ConversationId),
    /// Of a room.
    Password(ConversationId),
    /// Of somebody who wants to be in charge of its relay.
    Operator {
        conversation: ConversationId,
        name: String,
    },
}

/// A few fields to fill in. Enter accepts it from any field.
#[derive(Debug)]
pub(super) struct Form {
    pub purpose: FormKind,
    pub fields: Vec<Field>,
    pub focus: usize,
    /// What is wrong with what was accepted last.
    pub error: Option<Phrase>,
    /// What stood in the fields at first.
    initial: Vec<String>,
}

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    /// Key of the label's text.
    pub label: &'static str,
    pub input: FieldInput,
    /// All of its text is chosen, as it stands there before anybody typed: what is typed takes its place.
    pub selected: bool,
    /// Its text is not shown.
    pub hidden: bool,
}

/// Longest text of a field in bytes: more than any name or address has.
const MAX_FIELD: usize = 4 * 1024;

/// The label of the field whose choice can be seen at once.
pub(super) const COLOURS: &str = "form-colours";

/// How a field is filled.
#[derive(Debug)]
pub(super) enum FieldInput {
    Text(Composer),
    /// One of these texts (by key, or as they are), changed with Left, Right and Space.
    Pick {
        options: &'static [&'static str],
        chosen: usize,
    },
}

impl Field {
    pub(super) fn text(label: &'static str, value: &str) -> Self {
        let mut composer = Composer::default();
        composer.insert_str(value);
        Self { label, input: FieldInput::Text(composer), selected: !value.is_empty(), hidden: false }
    }

    /// Types or pastes a text into it; `false`: it is too long for a field.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        let FieldInput::Text(composer) = &mut self.input else { return true };
        if composer.text().len().saturating_add(text.len()) > MAX_FIELD {
            return false;
        }
        if std::mem::take(&mut self.selected) {
            composer.set_text("");
        }
        // Not `insert_str`, so that undo takes back what was typed word by word.
        composer.insert_typed(text);
        true
    }

    /// Edits its text; with all of it chosen, what deletes something deletes all.
    pub(super) fn edit(&mut self, edit: Edit) {
        let FieldInput::Text(composer) = &mut self.input else { return };
        let deletes = matches!(
            edit,
            Edit::Backspace
                | Edit::Delete
                | Edit::KillWordLeft
                | Edit::KillWordBackward
                | Edit::KillWordForward
                | Edit::KillToLineStart
                | Edit::KillToLineEnd
        );
        if std::mem::take(&mut self.selected) && deletes {
            composer.clear();
        } else {
            composer.apply(edit, u16::MAX);
        }
    }

    pub(super) const fn pick(label: &'static str, options: &'static [&'static str], chosen: usize) -> Self {
        Self { label, input: FieldInput::Pick { options, chosen }, selected: false, hidden: false }
    }

    pub(super) fn secret(label: &'static str) -> Self {
        Self { hidden: true, ..Self::text(label, "") }
    }

    /// What is drawn of a text: of a secret one how long it is, and where the cursor stands.
    pub(super) fn shown<'a>(&self, composer: &'a Composer) -> Cow<'a, Composer> {
        if !self.hidden {
            return Cow::Borrowed(composer);
        }
        let behind = composer.text().get(composer.cursor()..).unwrap_or_default().chars().count();
        let mut masked = Composer::default();
        masked.insert_str(&"•".repeat(composer.text().chars().count()));
        for _ in 0..behind {
            masked.apply(Edit::Left, u16::MAX);
        }
        Cow::Owned(masked)
    }

    /// What stands in it.
    pub(super) fn value(&self) -> &str {
        match &self.input {
            FieldInput::Text(composer) => composer.text().trim(),
            FieldInput::Pick { options, chosen } => options.get(*chosen).copied().unwrap_or_default(),
        }
    }
}

impl Form {
    pub(super) fn new(purpose: FormKind, fields: Vec<Field>) -> Self {
        let initial = fields.iter().map(|field| field.value().to_owned()).collect();
        Self { purpose, fields, focus: 0, error: None, initial }
    }

    /// Somebody has filled in something.
    pub(super) fn is_begun(&self) -> bool {
        !self.fields.iter().map(Field::value).eq(self.initial.iter().map(String::as_str))
    }

    /// The command that does the same begins like that one.
    pub(super) fn is_command(&self, typed: &str) -> bool {
        let name = self.value(0);
        match self.purpose {
            FormKind::FirstStart | FormKind::Password(_) | FormKind::Operator { .. } => false,
            FormKind::Add => typed.starts_with(&format!("/add {name} ")),
            FormKind::Rename(_) => typed == format!("/rename {name}"),
        }
    }

    /// It asks the same, of the same.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.purpose == other.purpose && self.initial == other.initial
    }

    /// The value of the n-th field.
    pub(super) fn value(&self, field: usize) -> &str {
        self.fields.get(field).map(Field::value).unwrap_or_default()
    }

    /// To the next or the previous field, round and round.
    pub(super) fn step(&mut self, forward: bool) {
        let len = self.fields.len().max(1);
        let step = if forward { 1 } else { len.saturating_sub(1) };
        self.focus = self.focus.saturating_add(step) % len;
    }

    /// Key of the title's text.
    pub(super) const fn title(&self) -> &'static str {
        match self.purpose {
            FormKind::FirstStart => "form-first-start",
            FormKind::Add => "form-add",
            FormKind::Rename(_) => "form-rename",
            FormKind::Password(_) => "form-password",
            FormKind::Operator { .. } => "form-operator",
        }
    }

    /// Key of the text that says what the keys do.
    pub(super) const fn hint(&self) -> &'static str {
        match self.purpose {
            FormKind::FirstStart => "form-hint-first",
            FormKind::Add | FormKind::Rename(_) | FormKind::Password(_) | FormKind::Operator { .. } => {
                "form-hint"
            }
        }
    }
}

/// A code for phones, over the screen.
#[derive(Debug)]
pub(super) struct ShownCode {
    /// What it says.
    pub address: String,
    pub code: QrCode,
}

/// A text to read: the raw datagram, details, a message in full.
#[derive(Debug)]
pub(super) struct Pager {
    pub title: String,
    pub parts: Vec<PagerPart>,
    /// The first row that is shown.
    pub top: usize,
    /// It tells of this conversation as it is now.
    pub about: Option<ConversationId>,
    pub keys: PagerKeys,
}

/// What letters do on a page about a conversation or keys.
#[derive(Debug, Default)]
pub(super) struct PagerKeys {
    /// `y` puts this on the clipboard.
    pub copied: Option<String>,
    /// `q` shows this as a code.
    pub code: Option<String>,
    /// `v` compares the number of both keys.
    pub compares: Option<ConversationId>,
    /// `m` mutes this contact and `p` pins it, or no more.
    pub listed: Option<ConversationId>,
}

/// What a text to read is made of; cut into rows only when it is drawn, for the width there is. Strings are
/// escaped already.
#[derive(Debug)]
pub(super) enum PagerPart {
    Title(String),
    Line(String),
    /// What something is, and what is known of it; the values of a page stand in one column.
    Fact {
        label: String,
        value: String,
    },
    /// A key or a command, and what it does.
    Entry {
        key: String,
        text: String,
    },
    /// Bytes as they went over the wire.
    Hex(Arc<[u8]>),
    /// The text of a message.
    Text(Escaped),
    /// A code for phones, row by row; not cut into rows.
    Code(Vec<String>),
}

/// What parts the label of a fact from its value, in `assets/text`. No label has it, so the first one counts.
const LABEL_END: &str = " | ";

impl PagerPart {
    /// A text as a fact if it has a label, and as a line otherwise.
    pub(super) fn new(text: String) -> Self {
        match text.split_once(LABEL_END) {
            Some((label, value)) => Self::Fact { label: label.to_owned(), value: value.to_owned() },
            None => Self::Line(text),
        }
    }
}
